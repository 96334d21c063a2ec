/* SPDX-License-Identifier: ISC */
/* Soft tokens loaded from files that the test makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <segl/softtoken.h>

#include "base/base64.h"
#include "ca.h"
#include "p12.h"

/* The certificates that most tests use: root, ca, leaf. */
static EVP_PKEY *root_key, *ca_key_, *leaf_key, *other_key;
static struct ca root, sub, leaf;

static const struct p12_spec usual = {
	.pin = "hunter2", .key_nid = -1, .cert_nid = -1, .mac = 1
};
static const struct p12_spec open_file = { .pin = "" };

static int
set_up(void **state)
{
	struct ca_spec root_spec = { .cn = "Root", .basic = "CA:TRUE" };
	struct ca_spec sub_spec = { .cn = "CA", .basic = "CA:TRUE" };
	struct ca_spec leaf_spec = { .cn = "Seal",
		.o = "Bl\u00e5 AB",
		.orgids = { "NTRSE-5560000001" },
		.serial = "2748",
		.not_after = CA_NOW + 10000 * CA_DAY };

	(void)state;
	root_key = ca_key("EC");
	ca_key_ = ca_key("EC");
	leaf_key = ca_key("RSA");
	other_key = ca_key("EC");
	root = ca_make(&root_spec, root_key, NULL);
	sub = ca_make(&sub_spec, ca_key_, &root);
	leaf = ca_make(&leaf_spec, leaf_key, &sub);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	ca_free(&root);
	ca_free(&sub);
	ca_free(&leaf);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(ca_key_);
	EVP_PKEY_free(leaf_key);
	EVP_PKEY_free(other_key);
	return 0;
}

/* ---- a token under test -------------------------------------------------- */

struct bench {
	struct segl *segl;
	struct segl_softtoken *token;
	char warnings[4096];
	char infos[4096];
};

static void
keep_note(void *arg, enum segl_note kind, const char *text)
{
	struct bench *b = arg;
	char *to = kind == SEGL_NOTE_WARNING ? b->warnings : b->infos;
	size_t used = strlen(to);

	snprintf(to + used, sizeof(b->infos) - used, "%s\n", text);
}

static struct bench *
bench_new(const char *pin)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->segl = segl_new();
	segl_set_note(b->segl, keep_note, b);
	b->token = segl_softtoken_new(b->segl);
	if (pin != NULL)
		assert_int_equal(
		    segl_softtoken_set_pin(b->token, pin, strlen(pin)),
		    SEGL_OK);
	return b;
}

static void
bench_free(struct bench *b)
{
	segl_softtoken_free(b->token);
	segl_free(b->segl);
	free(b);
}

static void
nothing_is_loaded(const struct segl_softtoken *token)
{
	unsigned char *sig = (unsigned char *)1;
	size_t len = 1;

	assert_int_equal(segl_softtoken_path_len(token), 0);
	assert_null(segl_softtoken_path_der(token, 0, &len));
	assert_int_equal(len, 0);
	assert_int_equal(segl_softtoken_path_has_root(token), 0);
	assert_null(segl_softtoken_path_missing(token));
	assert_null(segl_softtoken_organization(token));
	assert_null(segl_softtoken_common_name(token));
	assert_null(segl_softtoken_organization_identifier(token));
	assert_null(segl_softtoken_subject(token));
	assert_null(segl_softtoken_issuer(token));
	assert_null(segl_softtoken_serial(token));
	assert_int_equal(segl_softtoken_not_before(token), 0);
	assert_int_equal(segl_softtoken_not_after(token), 0);
	assert_null(segl_softtoken_spki(token, &len));
	assert_int_equal(len, 0);
	assert_int_equal(segl_softtoken_can_sign(token, SEGL_ALG_RS256), 0);
	assert_int_equal(
	    segl_softtoken_sign(token, SEGL_ALG_RS256, "x", 1, &sig, &len),
	    SEGL_EUSAGE);
	assert_null(sig);
	assert_int_equal(len, 0);
}

/* Loading ends with STATUS; TEXT is in the message. */
static void
fails(struct bench *b, const struct p12 *p12, enum segl_status status,
    const char *text)
{
	assert_int_equal(
	    segl_softtoken_load_mem(b->token, p12->bytes, p12->len, "key.p12"),
	    status);
	assert_int_equal(segl_error_status(b->segl), status);
	if (strstr(segl_error_message(b->segl), text) == NULL)
		fail_msg("no \"%s\" in: %s", text, segl_error_message(b->segl));
	assert_non_null(strstr(segl_error_message(b->segl), "key.p12"));
	assert_null(strstr(segl_error_message(b->segl), "hunter2"));
	nothing_is_loaded(b->token);
}

static void
loads(struct bench *b, const struct p12 *p12, size_t path_len)
{
	enum segl_status status =
	    segl_softtoken_load_mem(b->token, p12->bytes, p12->len, "key.p12");

	if (status != SEGL_OK)
		fail_msg("%s", segl_error_message(b->segl));
	assert_int_equal(segl_softtoken_path_len(b->token), path_len);
}

static void
once_fails(const struct p12 *p12, const char *pin, enum segl_status status,
    const char *text)
{
	struct bench *b = bench_new(pin);

	fails(b, p12, status, text);
	bench_free(b);
}

static void
once_loads(const struct p12 *p12, const char *pin, size_t path_len)
{
	struct bench *b = bench_new(pin);

	loads(b, p12, path_len);
	bench_free(b);
}

/* ---- what is read -------------------------------------------------------- */

static void
everything_is_told(void **state)
{
	X509 *certs[] = { root.cert, leaf.cert, sub.cert, root.cert };
	struct p12 p12 = p12_make(&usual, leaf_key, "my seal", certs, 4);
	struct bench *b = bench_new("hunter2");
	unsigned char *der = NULL;
	const unsigned char *got;
	size_t len;
	int n;

	(void)state;
	nothing_is_loaded(b->token);
	segl_error_clear(b->segl);
	loads(b, &p12, 3);
	assert_int_equal(segl_softtoken_path_has_root(b->token), 1);
	assert_null(segl_softtoken_path_missing(b->token));
	n = i2d_X509(sub.cert, &der);
	got = segl_softtoken_path_der(b->token, 1, &len);
	assert_int_equal(len, n);
	assert_memory_equal(got, der, len);
	OPENSSL_free(der);
	assert_null(segl_softtoken_path_der(b->token, 3, &len));
	assert_string_equal(
	    segl_softtoken_organization(b->token), "Bl\u00e5 AB");
	assert_string_equal(segl_softtoken_common_name(b->token), "Seal");
	assert_string_equal(segl_softtoken_organization_identifier(b->token),
	    "NTRSE-5560000001");
	assert_string_equal(segl_softtoken_subject(b->token),
	    "CN=Seal,organizationIdentifier=NTRSE-5560000001,O=Bl\u00e5 AB");
	assert_string_equal(segl_softtoken_issuer(b->token), "CN=CA");
	assert_string_equal(segl_softtoken_serial(b->token), "0ABC");
	assert_int_equal(
	    segl_softtoken_not_before(b->token), CA_NOW - 30 * CA_DAY);
	assert_int_equal(
	    segl_softtoken_not_after(b->token), CA_NOW + 10000 * CA_DAY);
	der = NULL;
	n = i2d_PUBKEY(leaf_key, &der);
	got = segl_softtoken_spki(b->token, &len);
	assert_int_equal(len, n);
	assert_memory_equal(got, der, len);
	OPENSSL_free(der);
	assert_non_null(strstr(b->infos, "\"my seal\""));
	assert_string_equal(b->warnings, "");
	bench_free(b);
	p12_free(&p12);
}

static void
it_signs(void **state)
{
	X509 *certs[] = { leaf.cert };
	struct p12 p12 = p12_make(&usual, leaf_key, NULL, certs, 1);
	struct bench *b = bench_new("hunter2");
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char *sig;
	size_t len;

	(void)state;
	loads(b, &p12, 1);
	assert_int_equal(segl_softtoken_can_sign(b->token, SEGL_ALG_RS512), 1);
	assert_int_equal(segl_softtoken_can_sign(b->token, SEGL_ALG_ES256), 0);
	assert_int_equal(segl_softtoken_sign(
			     b->token, SEGL_ALG_RS512, "text", 4, &sig, &len),
	    SEGL_OK);
	assert_int_equal(EVP_DigestVerifyInit_ex(
			     ctx, NULL, "SHA512", NULL, NULL, leaf_key, NULL),
	    1);
	assert_int_equal(
	    EVP_DigestVerify(ctx, sig, len, (const unsigned char *)"text", 4),
	    1);
	free(sig);
	sig = (unsigned char *)1;
	assert_int_equal(segl_softtoken_sign(
			     b->token, SEGL_ALG_ES256, "text", 4, &sig, &len),
	    SEGL_EKEY);
	assert_null(sig);
	assert_int_equal(len, 0);
	EVP_MD_CTX_free(ctx);
	bench_free(b);
	p12_free(&p12);
}

static void
the_missing_issuer_is_named(void **state)
{
	X509 *certs[] = { leaf.cert };
	struct p12 p12 = p12_make(&usual, leaf_key, NULL, certs, 1);
	struct bench *b = bench_new("hunter2");

	(void)state;
	loads(b, &p12, 1);
	assert_int_equal(segl_softtoken_path_has_root(b->token), 0);
	assert_string_equal(segl_softtoken_path_missing(b->token), "CN=CA");
	bench_free(b);
	p12_free(&p12);
}

static void
protections_of_all_kinds_are_read(void **state)
{
	static const int nids[] = { 0, -1, NID_aes_128_cbc, NID_aes_192_cbc,
		NID_pbe_WithSHA1And3_Key_TripleDES_CBC,
		NID_pbe_WithSHA1And2_Key_TripleDES_CBC, NID_des_ede3_cbc };
	X509 *certs[] = { leaf.cert, sub.cert, root.cert };

	(void)state;
	for (size_t k = 0; k < 7 * 2; k++) {
		struct p12_spec spec = { .pin = "hunter2",
			.key_nid = nids[k % 7],
			.cert_nid = nids[(k / 2 + k) % 7],
			.mac = k % 2 == 0 };
		struct p12 p12 = p12_make(&spec, leaf_key, "x", certs, 3);

		once_loads(&p12, "hunter2", 3);
		if (spec.mac || spec.key_nid != 0 || spec.cert_nid != 0) {
			once_fails(&p12, "hunter3", SEGL_EKEY, "wrong");
			once_fails(&p12, NULL, SEGL_EUSAGE, "PIN");
		}
		p12_free(&p12);
	}
}

static void
pbmac1_is_verified(void **state)
{
	static const struct {
		struct p12_pbmac1 mac;
		const char *wrong; /* NULL: it loads */
	} cases[] = {
		{ { "hunter2", NID_hmacWithSHA256, NID_hmacWithSHA256, 32, 1 },
		    NULL },
		{ { "hunter2", NID_hmacWithSHA512, NID_hmacWithSHA512, 64,
		      2048 },
		    NULL },
		{ { "hunter2", NID_hmacWithSHA1, NID_hmacWithSHA384, 20, 3 },
		    NULL },
		{ { "hunter2", NID_hmacWithSHA256, NID_hmacWithSHA256, 1, 1 },
		    NULL },
		{ { "hunter3", NID_hmacWithSHA256, NID_hmacWithSHA256, 32, 1 },
		    "wrong" },
		/* the key's length may be absent elsewhere, not here */
		{ { "hunter2", NID_hmacWithSHA256, NID_hmacWithSHA256, 0, 1 },
		    "MAC" },
	};
	X509 *certs[] = { leaf.cert };
	struct p12_spec bare = usual;

	(void)state;
	bare.mac = 0;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct p12 plain = p12_make(&bare, leaf_key, NULL, certs, 1);
		struct p12 p12 = p12_add_pbmac1(&plain, &cases[i].mac);

		if (cases[i].wrong == NULL)
			once_loads(&p12, "hunter2", 1);
		else
			once_fails(&p12, "hunter2", SEGL_EKEY, cases[i].wrong);
		if (cases[i].mac.key_len > 0)
			once_fails(&p12, NULL, SEGL_EUSAGE, "PIN");
		p12_free(&p12);
	}
}

static void
a_pin_is_read_only_where_one_is_needed(void **state)
{
	X509 *certs[] = { leaf.cert };
	struct p12 p12 = p12_make(&open_file, leaf_key, NULL, certs, 1);
	struct bench *b = bench_new(NULL);
	int fds[2];
	char source[32];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	snprintf(source, sizeof(source), "fd:%d", fds[0]);
	assert_int_equal(
	    segl_softtoken_set_pin_source(b->token, source), SEGL_OK);
	/* reading from an empty pipe would wait for ever */
	loads(b, &p12, 1);
	assert_int_equal(close(fds[0]), 0);
	close(fds[1]);
	bench_free(b);
	p12_free(&p12);
}

static void
an_empty_pin_needs_no_source(void **state)
{
	struct p12_spec empty = { .pin = "",
		.key_nid = NID_pbe_WithSHA1And3_Key_TripleDES_CBC,
		.cert_nid = -1,
		.mac = 1 };
	X509 *certs[] = { leaf.cert };
	struct p12 p12 = p12_make(&empty, leaf_key, NULL, certs, 1);

	(void)state;
	once_loads(&p12, NULL, 1);
	once_loads(&p12, "", 1);
	once_fails(&p12, "x", SEGL_EKEY, "wrong");
	p12_free(&p12);
	empty.pin = NULL;
	p12 = p12_make(&empty, leaf_key, NULL, certs, 1);
	once_loads(&p12, NULL, 1);
	once_loads(&p12, "", 1);
	once_fails(&p12, "x", SEGL_EKEY, "wrong");
	p12_free(&p12);
}

static void
pins_are_read_in_other_encodings(void **state)
{
	static const char latin1[] = "bl\xe5", utf8[] = "bl\xc3\xa5";
	struct p12_spec spec = usual;
	X509 *certs[] = { leaf.cert };
	struct p12 p12;

	(void)state;
	spec.pin = latin1;
	p12 = p12_make(&spec, leaf_key, NULL, certs, 1);
	once_loads(&p12, utf8, 1);
	once_loads(&p12, latin1, 1);
	p12_free(&p12);
	spec.pin = utf8;
	p12 = p12_make(&spec, leaf_key, NULL, certs, 1);
	once_loads(&p12, utf8, 1);
	once_loads(&p12, latin1, 1);
	once_fails(&p12, "bl\xc3\xa4", SEGL_EKEY, "wrong");
	p12_free(&p12);
}

static void
an_inner_password_of_its_own_is_said(void **state)
{
	struct p12_spec inner = {
		.pin = "inner", .key_nid = -1, .cert_nid = -1
	};
	X509 *certs[] = { leaf.cert };
	STACK_OF(PKCS12_SAFEBAG) *keys = NULL;
	STACK_OF(PKCS7) *safes = NULL;
	struct p12 p12;

	(void)state;
	assert_non_null(
	    PKCS12_add_key(&keys, leaf_key, 0, 1, NID_aes_256_cbc, inner.pin));
	assert_true(PKCS12_add_safe(&safes, keys, -1, 0, NULL));
	sk_PKCS12_SAFEBAG_pop_free(keys, PKCS12_SAFEBAG_free);
	p12 = p12_of(&usual, safes);
	once_fails(&p12, "hunter2", SEGL_EKEY, "another password");
	p12_free(&p12);
	p12 = p12_make(&inner, leaf_key, NULL, certs, 1);
	once_fails(&p12, "hunter2", SEGL_EKEY, "wrong");
	p12_free(&p12);
}

/* ---- bags ---------------------------------------------------------------- */

/* Safe contents in DEPTH bags, one in another, with LEAF's key and path. */
static STACK_OF(PKCS7) * nested(int depth)
{
	/* 1.2.840.113549.1.12.10.1.6 */
	static const unsigned char oid[] = { 0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86,
		0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x06 };
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
	STACK_OF(PKCS7) *safes = NULL;
	struct p12 der, explicit, bag;
	unsigned char *p = NULL;
	PKCS7 *data = PKCS7_new();

	assert_non_null(PKCS12_add_cert(&bags, leaf.cert));
	assert_non_null(PKCS12_add_key(&bags, leaf_key, 0, 1, -1, NULL));
	der.len = (size_t)ASN1_item_i2d(
	    (ASN1_VALUE *)bags, &p, ASN1_ITEM_rptr(PKCS12_SAFEBAGS));
	der.bytes = malloc(der.len);
	memcpy(der.bytes, p, der.len);
	OPENSSL_clear_free(p, der.len);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	while (depth-- > 0) {
		unsigned char both[8192];

		explicit = p12_wrap(0xa0, der.bytes, der.len);
		memcpy(both, oid, sizeof(oid));
		memcpy(both + sizeof(oid), explicit.bytes, explicit.len);
		bag = p12_wrap(0x30, both, sizeof(oid) + explicit.len);
		p12_free(&der);
		p12_free(&explicit);
		der = p12_wrap(0x30, bag.bytes, bag.len);
		p12_free(&bag);
		OPENSSL_cleanse(both, sizeof(both));
	}
	assert_true(PKCS7_set_type(data, NID_pkcs7_data));
	assert_true(
	    ASN1_OCTET_STRING_set(data->d.data, der.bytes, (int)der.len));
	p12_free(&der);
	safes = sk_PKCS7_new_null();
	sk_PKCS7_push(safes, data);
	return safes;
}

static void
nested_bags_are_read(void **state)
{
	struct p12 p12;

	(void)state;
	for (int depth = 0; depth <= 9; depth++) {
		p12 = p12_of(&open_file, nested(depth));
		if (depth <= 8)
			once_loads(&p12, NULL, 1);
		else
			once_fails(&p12, NULL, SEGL_EKEY, "too many");
		p12_free(&p12);
	}
}

static void
other_bags_are_passed_over(void **state)
{
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
	STACK_OF(PKCS7) *safes = NULL;
	X509_CRL *crl = X509_CRL_new();
	struct p12 p12;

	(void)state;
	assert_true(
	    X509_CRL_set_issuer_name(crl, X509_get_subject_name(root.cert)));
	X509_CRL_set1_lastUpdate(crl, X509_get0_notBefore(root.cert));
	assert_true(X509_CRL_sign(crl, root_key, EVP_sha256()) > 0);
	assert_non_null(PKCS12_add_secret(
	    &bags, NID_pkcs7_data, (const unsigned char *)"secret", 6));
	assert_true(
	    sk_PKCS12_SAFEBAG_push(bags, PKCS12_SAFEBAG_create_crl(crl)));
	assert_non_null(PKCS12_add_cert(&bags, leaf.cert));
	assert_non_null(PKCS12_add_key(&bags, leaf_key, 0, 1, -1, NULL));
	assert_true(PKCS12_add_safe(&safes, bags, -1, 0, NULL));
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	p12 = p12_of(&open_file, safes);
	once_loads(&p12, NULL, 1);
	X509_CRL_free(crl);
	p12_free(&p12);
}

static STACK_OF(PKCS7) * safe_of(PKCS7 *content)
{
	STACK_OF(PKCS7) *safes = sk_PKCS7_new_null();

	assert_non_null(content);
	sk_PKCS7_push(safes, content);
	return safes;
}

static void
public_key_privacy_is_refused(void **state)
{
	BIO *bio = BIO_new_mem_buf("text", 4);
	STACK_OF(X509) *to = sk_X509_new_null();
	struct p12 p12;

	(void)state;
	sk_X509_push(to, leaf.cert);
	p12 = p12_of(
	    &open_file, safe_of(PKCS7_encrypt(to, bio, EVP_aes_256_cbc(), 0)));
	once_fails(&p12, NULL, SEGL_EKEY, "public key");
	p12_free(&p12);
	p12 = p12_of(
	    &open_file, safe_of(PKCS7_sign(leaf.cert, leaf_key, NULL, bio, 0)));
	once_fails(&p12, NULL, SEGL_EKEY, "unknown type");
	p12_free(&p12);
	sk_X509_free(to);
	BIO_free(bio);
}

/* ---- what does not belong together --------------------------------------- */

static void
parts_are_named(void **state)
{
	X509 *certs[] = { leaf.cert, sub.cert };
	X509 *others[] = { sub.cert };
	struct p12 p12;

	(void)state;
	p12 = p12_make(&usual, NULL, NULL, certs, 2);
	once_fails(&p12, "hunter2", SEGL_EKEY, "no private key");
	p12_free(&p12);
	p12 = p12_make(&usual, leaf_key, NULL, NULL, 0);
	once_fails(&p12, "hunter2", SEGL_EKEY, "no certificate");
	p12_free(&p12);
	p12 = p12_make(&usual, NULL, NULL, NULL, 0);
	once_fails(&p12, "hunter2", SEGL_EKEY, "neither");
	p12_free(&p12);
	p12 = p12_make(&usual, other_key, NULL, NULL, 0);
	p12_free(&p12);
	p12 = p12_make(&usual, leaf_key, NULL, others, 1);
	once_fails(&p12, "hunter2", SEGL_EKEY, "do not belong together");
	p12_free(&p12);
}

static void
two_identities_are_told_apart(void **state)
{
	struct ca_spec spec = { .cn = "Second",
		.not_after = CA_NOW + 10000 * CA_DAY };
	struct ca second = ca_make(&spec, other_key, &sub);
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
	STACK_OF(PKCS7) *safes = NULL;
	struct bench *b;
	struct p12 p12;

	(void)state;
	assert_non_null(PKCS12_add_cert(&bags, second.cert));
	assert_non_null(PKCS12_add_cert(&bags, leaf.cert));
	/* the keys stand the other way round, without localKeyID */
	assert_non_null(PKCS12_add_key(&bags, leaf_key, 0, 1, -1, NULL));
	assert_non_null(PKCS12_add_key(&bags, other_key, 0, 1, -1, NULL));
	assert_true(PKCS12_add_safe(&safes, bags, -1, 0, NULL));
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	p12 = p12_of(&open_file, safes);

	/* only one is of a legal person */
	b = bench_new(NULL);
	loads(b, &p12, 1);
	assert_string_equal(segl_softtoken_common_name(b->token), "Seal");
	assert_int_equal(segl_softtoken_can_sign(b->token, SEGL_ALG_RS256), 1);
	bench_free(b);
	/* the other when it is asked for */
	b = bench_new(NULL);
	assert_int_equal(
	    segl_softtoken_set_identity(b->token, "nobody"), SEGL_OK);
	fails(b, &p12, SEGL_EKEY, "CN=Second");
	assert_non_null(strstr(segl_error_message(b->segl), "CN=Seal"));
	segl_error_clear(b->segl);
	assert_int_equal(
	    segl_softtoken_set_identity(b->token, "0a:bc"), SEGL_OK);
	loads(b, &p12, 1);
	assert_string_equal(segl_softtoken_common_name(b->token), "Seal");
	assert_int_equal(segl_softtoken_set_identity(b->token, NULL), SEGL_OK);
	segl_softtoken_set_route(b->token, SEGL_ROUTE_ENTERPRISE);
	fails(b, &p12, SEGL_EKEY, "equally");
	bench_free(b);
	ca_free(&second);
	p12_free(&p12);
}

static void
a_registered_key_needs_no_certificate(void **state)
{
	struct p12 p12 = p12_make(&usual, leaf_key, "kid 1", NULL, 0);
	struct bench *b = bench_new("hunter2");
	size_t len;

	(void)state;
	segl_softtoken_set_route(b->token, SEGL_ROUTE_REGISTERED);
	loads(b, &p12, 0);
	assert_null(segl_softtoken_subject(b->token));
	assert_non_null(segl_softtoken_spki(b->token, &len));
	assert_int_equal(segl_softtoken_can_sign(b->token, SEGL_ALG_RS256), 1);
	bench_free(b);
	p12_free(&p12);
}

/* ---- damage -------------------------------------------------------------- */

static void
every_cut_is_noticed(void **state)
{
	X509 *certs[] = { leaf.cert, sub.cert };
	struct p12 p12 = p12_make(&usual, leaf_key, NULL, certs, 2);

	(void)state;
	for (size_t len = 0; len < p12.len; len++) {
		struct p12 cut = { .bytes = malloc(len + 1), .len = len };

		memcpy(cut.bytes, p12.bytes, len);
		once_fails(&cut, "hunter2", SEGL_EKEY,
		    len == 0       ? "empty"
			: len < 10 ? ""
				   : "cut short");
		p12_free(&cut);
	}
	p12_free(&p12);
}

static void
no_flipped_bit_does_harm(void **state)
{
	X509 *certs[] = { leaf.cert };
	struct p12 p12 = p12_make(&usual, leaf_key, NULL, certs, 1);
	size_t loaded = 0;

	(void)state;
	for (size_t i = 0; i < p12.len; i++) {
		struct bench *b = bench_new("hunter2");
		enum segl_status status;

		p12.bytes[i] ^= (unsigned char)(1 << i % 8);
		status = segl_softtoken_load_mem(
		    b->token, p12.bytes, p12.len, "key.p12");
		if (status == SEGL_OK) {
			loaded++;
		} else {
			assert_int_equal(status, SEGL_EKEY);
			nothing_is_loaded(b->token);
		}
		p12.bytes[i] ^= (unsigned char)(1 << i % 8);
		bench_free(b);
	}
	/* only what the MAC does not cover may go unnoticed */
	assert_true(loaded < 4);
	p12_free(&p12);
}

static void
bytes_after_the_end_draw_a_warning(void **state)
{
	X509 *certs[] = { leaf.cert };
	struct p12 p12 = p12_make(&usual, leaf_key, NULL, certs, 1);
	struct bench *b = bench_new("hunter2");

	(void)state;
	p12.bytes = realloc(p12.bytes, p12.len + 3);
	memcpy(p12.bytes + p12.len, "\r\n", 3);
	p12.len += 3;
	loads(b, &p12, 1);
	assert_non_null(strstr(b->warnings, "3 bytes after its end"));
	bench_free(b);
	p12_free(&p12);
}

/* The file with the count of its MAC, the last two bytes, in four. */
static struct p12
with_long_count(const struct p12 *p12, const char count[4])
{
	struct p12 out = { .bytes = malloc(p12->len + 2), .len = p12->len + 2 };
	size_t mac = p12->len - 8;

	memcpy(out.bytes, p12->bytes, p12->len);
	/* PFX has a long length; MacData, the last in it, a short one */
	out.bytes[3] = (unsigned char)(out.bytes[3] + 2);
	assert_true(out.bytes[3] >= 2);
	while (memcmp(out.bytes + mac + 2, "\x30\x31\x30\x0d", 4) != 0)
		mac--;
	assert_int_equal(out.bytes[mac + 1], p12->len - mac - 2);
	out.bytes[mac + 1] = (unsigned char)(out.bytes[mac + 1] + 2);
	out.bytes[p12->len - 3] = 4;
	memcpy(out.bytes + p12->len - 2, count, 4);
	return out;
}

static void
too_many_iterations_are_refused(void **state)
{
	X509 *certs[] = { leaf.cert };
	struct p12_spec spec = usual;
	struct p12 p12, longer;

	(void)state;
	spec.iterations = 2049;
	p12 = p12_make(&spec, leaf_key, NULL, certs, 1);
	once_loads(&p12, "hunter2", 1);
	longer = with_long_count(&p12, "\x7f\xff\xff\xff");
	once_fails(&longer, "hunter2", SEGL_EKEY, "iterations");
	p12_free(&longer);
	p12.bytes[p12.len - 2] = 0x80; /* negative */
	once_fails(&p12, "hunter2", SEGL_EKEY, "iterations");
	p12_free(&p12);
}

/* ---- wrappings and other formats ----------------------------------------- */

static void
wrapped_files_are_read(void **state)
{
	X509 *certs[] = { leaf.cert };
	struct p12 p12 = p12_make(&usual, leaf_key, NULL, certs, 1);
	char *text = base64_encode(p12.bytes, p12.len), *twice;
	char *lines = calloc(1, 2 * strlen(text) + 200), *q = lines;
	struct p12 in;

	(void)state;
	in = (struct p12){ (unsigned char *)text, strlen(text) };
	once_loads(&in, "hunter2", 1);

	q += sprintf(q, "Bag Attributes\n-----BEGIN PKCS12-----\r\n");
	for (size_t i = 0; i < strlen(text); i += 64)
		q += sprintf(q, "%.64s\r\n", text + i);
	q += sprintf(q, "-----END PKCS12-----\n");
	in = (struct p12){ (unsigned char *)lines, strlen(lines) };
	once_loads(&in, "hunter2", 1);

	twice = base64_encode(lines, strlen(lines));
	in = (struct p12){ (unsigned char *)twice, strlen(twice) };
	once_loads(&in, "hunter2", 1);
	free(twice);

	in = (struct p12){ (unsigned char *)lines, strlen(lines) - 30 };
	once_fails(&in, "hunter2", SEGL_EKEY, "cut short");
	lines[100] = '!';
	in.len = strlen(lines);
	once_fails(&in, "hunter2", SEGL_EKEY, "damaged");
	free(lines);
	free(text);
	p12_free(&p12);
}

static void
other_formats_are_named(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *what, *advice;
	} cases[] = {
		{ "", 0, "an empty file", "copy" },
		{ "\xfe\xed\xfe\xed\0\0\0\2", 8, "(JKS)",
		    "keytool -importkeystore -srckeystore key.p12 " },
		{ "\xce\xce\xce\xce\0\0\0\2", 8, "(JCEKS)",
		    "-srcstoretype JCEKS" },
		{ "\x1e\xf1\xb5\xb0\0\0\0\0", 8, "(PVK)",
		    "openssl rsa -inform PVK -in key.p12" },
		{ "\0\0\0\2\0\0\0\x14xxxx", 12, "(BKS)", "PKCS12" },
		{ "\n <!DOCTYPE html><p>", 20, "HTML", "download" },
		{ "\xef\xbb\xbf<HTML>", 9, "HTML", "download" },
		{ "-----BEGIN OPENSSH PRIVATE KEY-----", 35, "OpenSSH", "" },
		{ "-----BEGIN PRIVATE KEY-----", 27,
		    "the PRIVATE KEY that begins in line 1", "copy" },
		{ "\n-----BEGIN RSA PRIVATE KEY-----", 32,
		    "the RSA PRIVATE KEY that begins in line 2", "" },
		{ "x\n-----BEGIN CERTIFICATE-----", 29,
		    "the CERTIFICATE that begins in line 2", "" },
		{ "-----BEGIN X509 CRL-----", 24,
		    "PEM of another kind (X509 CRL)", "" },
		{ "x -----BEGIN X509 CRL-----", 26, "PEM of another kind", "" },
		{ "<?xml?>", 7, "XML", "" },
		{ "{\"kty\":\"RSA\"}", 13, "public half", "" },
		{ "{\"type\":\"x\"}", 12, "no JWK", "" },
		{ "PK\3\4xx", 6, "ZIP", "unzip key.p12" },
		{ "\x1f\x8b\x08", 3, "compressed", "unpack" },
		{ "%PDF-1.7", 8, "PDF", "" },
		{ "SQLite format 3", 16, "SQLite", "pk12util" },
		{ "\xff\xfe-\0-\0", 6, "UTF-16", "" },
		{ "\x30\x03\x02\x01\x01", 5, "ASN.1", "" },
		{ "this is no key", 14, "unknown format", "PKCS#12" },
		{ "\0", 1, "unknown format", "" },
		{ "0", 1, "unknown format", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct p12 in = { .bytes = malloc(cases[i].len + 1),
			.len = cases[i].len };
		struct bench *b = bench_new(NULL);

		memcpy(in.bytes, cases[i].bytes, cases[i].len);
		fails(b, &in, SEGL_EKEY, cases[i].what);
		if (strstr(segl_error_remedy(b->segl), cases[i].advice) == NULL)
			fail_msg("%s", segl_error_remedy(b->segl));
		bench_free(b);
		p12_free(&in);
	}
}

static struct p12
der_of(int len, unsigned char *der)
{
	struct p12 out = { .bytes = malloc((size_t)len), .len = (size_t)len };

	memcpy(out.bytes, der, (size_t)len);
	OPENSSL_clear_free(der, (size_t)len);
	return out;
}

static void
other_der_is_named(void **state)
{
	PKCS8_PRIV_KEY_INFO *p8 = EVP_PKEY2PKCS8(leaf_key);
	X509_SIG *shrouded =
	    PKCS8_encrypt(-1, EVP_aes_256_cbc(), "x", 1, NULL, 0, 1, p8);
	unsigned char *der = NULL;
	struct p12 in;
	int len;

	(void)state;
	len = i2d_X509(leaf.cert, &der);
	in = der_of(len, der);
	once_fails(&in, NULL, SEGL_EKEY, "certificates but no private key");
	p12_free(&in);
	der = NULL;
	len = i2d_PKCS8_PRIV_KEY_INFO(p8, &der);
	in = der_of(len, der);
	once_fails(&in, NULL, SEGL_EKEY, "private key but no certificate");
	p12_free(&in);
	der = NULL;
	len = i2d_X509_SIG(shrouded, &der);
	in = der_of(len, der);
	once_fails(&in, NULL, SEGL_EUSAGE, "no PIN source");
	once_fails(&in, "y", SEGL_EKEY, "PIN of key.p12 is wrong, or the file");
	once_fails(&in, "x", SEGL_EKEY, "private key but no certificate");
	p12_free(&in);
	X509_SIG_free(shrouded);
	PKCS8_PRIV_KEY_INFO_free(p8);
}

static void
names_are_quoted_for_the_shell(void **state)
{
	struct bench *b = bench_new(NULL);

	(void)state;
	assert_int_equal(
	    segl_softtoken_load_mem(b->token, "PK\3\4", 4, "my key\n.zip"),
	    SEGL_EKEY);
	assert_null(strchr(segl_error_message(b->segl), '\n'));
	assert_non_null(
	    strstr(segl_error_remedy(b->segl), "unzip 'my key\\x0a.zip'"));
	segl_error_clear(b->segl);
	assert_int_equal(
	    segl_softtoken_load_mem(b->token, "PK\3\4", 4, "a';reboot;'.zip"),
	    SEGL_EKEY);
	assert_non_null(strstr(
	    segl_error_remedy(b->segl), "unzip 'a'\\'';reboot;'\\''.zip'"));
	bench_free(b);
}

/* ---- files --------------------------------------------------------------- */

static void
files_open_to_others_draw_a_warning(void **state)
{
	X509 *certs[] = { leaf.cert };
	struct p12 p12 = p12_make(&usual, leaf_key, NULL, certs, 1);
	char path[] = "/tmp/segl-check.XXXXXX";
	static const struct {
		mode_t mode;
		int warns;
	} cases[] = { { 0600, 0 }, { 0400, 0 }, { 0640, 1 }, { 0604, 1 } };
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(write(fd, p12.bytes, p12.len), p12.len);
	close(fd);
	for (size_t i = 0; i < 4; i++) {
		struct bench *b = bench_new("hunter2");

		chmod(path, cases[i].mode);
		assert_int_equal(
		    segl_softtoken_load_file(b->token, path), SEGL_OK);
		assert_int_equal(
		    strstr(b->warnings, "chmod 600") != NULL, cases[i].warns);
		bench_free(b);
	}
	unlink(path);
	p12_free(&p12);
}

static void
files_that_cannot_be_read_are_said(void **state)
{
	struct bench *b = bench_new("hunter2");

	(void)state;
	assert_int_equal(
	    segl_softtoken_load_file(b->token, "/nonexistent"), SEGL_EKEY);
	assert_non_null(strstr(segl_error_message(b->segl), "No such file"));
	segl_error_clear(b->segl);
	assert_int_equal(segl_softtoken_load_file(b->token, "/tmp"), SEGL_EKEY);
	assert_non_null(strstr(segl_error_message(b->segl), "directory"));
	segl_error_clear(b->segl);
	assert_int_equal(
	    segl_softtoken_add_chain(b->token, "/nonexistent"), SEGL_EUSAGE);
	segl_error_clear(b->segl);
	assert_int_equal(
	    segl_softtoken_add_chain(b->token, "/dev/null"), SEGL_EKEY);
	assert_non_null(strstr(segl_error_message(b->segl), "no certificate"));
	nothing_is_loaded(b->token);
	bench_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_told),
		cmocka_unit_test(it_signs),
		cmocka_unit_test(the_missing_issuer_is_named),
		cmocka_unit_test(protections_of_all_kinds_are_read),
		cmocka_unit_test(pbmac1_is_verified),
		cmocka_unit_test(a_pin_is_read_only_where_one_is_needed),
		cmocka_unit_test(an_empty_pin_needs_no_source),
		cmocka_unit_test(pins_are_read_in_other_encodings),
		cmocka_unit_test(an_inner_password_of_its_own_is_said),
		cmocka_unit_test(nested_bags_are_read),
		cmocka_unit_test(other_bags_are_passed_over),
		cmocka_unit_test(public_key_privacy_is_refused),
		cmocka_unit_test(parts_are_named),
		cmocka_unit_test(two_identities_are_told_apart),
		cmocka_unit_test(a_registered_key_needs_no_certificate),
		cmocka_unit_test(every_cut_is_noticed),
		cmocka_unit_test(no_flipped_bit_does_harm),
		cmocka_unit_test(bytes_after_the_end_draw_a_warning),
		cmocka_unit_test(too_many_iterations_are_refused),
		cmocka_unit_test(wrapped_files_are_read),
		cmocka_unit_test(other_formats_are_named),
		cmocka_unit_test(other_der_is_named),
		cmocka_unit_test(names_are_quoted_for_the_shell),
		cmocka_unit_test(files_open_to_others_draw_a_warning),
		cmocka_unit_test(files_that_cannot_be_read_are_said),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
