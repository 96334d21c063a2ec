/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "ca.h"
#include "pki/certificate.h"
#include "pki/path.h"

/* ---- facts --------------------------------------------------------------- */

static struct certificate *
facts(const struct ca_spec *spec)
{
	EVP_PKEY *key = ca_key("EC");
	struct ca ca = ca_make(spec, key, NULL);
	struct certificate *certificate;

	assert_int_equal(certificate_of(ca.cert, &certificate), SEGL_OK);
	ca_free(&ca);
	EVP_PKEY_free(key);
	return certificate;
}

static void
subject_is_read(void **state)
{
	struct ca_spec spec = { .cn = "Bj\u00f8rn, \"Segl\"",
		.o = "\u00c5se & S\u00f8nner AS",
		.c = "SE",
		.serial_number = "5560000001",
		.orgids = { "NTRSE-5560000001", "VATSE-1" } };
	struct certificate *c = facts(&spec);

	(void)state;
	assert_string_equal(c->organization, spec.o);
	assert_string_equal(c->common_name, spec.cn);
	assert_string_equal(c->country, "SE");
	assert_string_equal(c->serial_number, "5560000001");
	assert_int_equal(c->n_organization_identifiers, 2);
	assert_string_equal(c->organization_identifiers[0], "NTRSE-5560000001");
	assert_string_equal(c->organization_identifiers[1], "VATSE-1");
	assert_string_equal(c->subject,
	    "CN=Bj\u00f8rn\\, \\\"Segl\\\",serialNumber=5560000001,"
	    "organizationIdentifier=VATSE-1,"
	    "organizationIdentifier=NTRSE-5560000001,"
	    "O=\u00c5se & S\u00f8nner AS,C=SE");
	assert_string_equal(c->issuer, c->subject);
	assert_int_equal(certificate_self_issued(c), 1);
	certificate_free(c);
}

static void
absent_is_null(void **state)
{
	struct ca_spec spec = { .c = "SE" };
	struct certificate *c = facts(&spec);

	(void)state;
	assert_null(c->organization);
	assert_null(c->common_name);
	assert_null(c->serial_number);
	assert_null(c->organization_identifiers);
	assert_int_equal(c->n_organization_identifiers, 0);
	assert_int_equal(c->has_key_usage, 0);
	assert_int_equal(c->has_basic_constraints, 0);
	assert_int_equal(c->has_eku, 0);
	assert_int_equal(c->qc.present, 0);
	assert_int_equal(c->path_len, -1);
	assert_null(c->subject_key_id);
	assert_null(c->authority_key_id);
	assert_int_equal(c->has_bad_extension, 0);
	certificate_free(c);
}

static void
text_is_safe_and_values_are_exact(void **state)
{
	struct ca_spec spec = { .cn = "a\x1b[31m\nb\xc2\x9b", .o = "x\ty" };
	struct certificate *c = facts(&spec);

	(void)state;
	for (const char *p = c->subject; *p != '\0'; p++)
		assert_true((unsigned char)*p >= 0x20);
	assert_null(strstr(c->subject, "\xc2\x9b"));
	assert_string_equal(c->common_name, spec.cn);
	assert_string_equal(c->organization, spec.o);
	certificate_free(c);
}

static void
value_with_nul_counts_as_absent(void **state)
{
	EVP_PKEY *key = ca_key("EC");
	struct ca_spec spec = { .cn = "x" };
	struct ca ca = ca_make(&spec, key, NULL);
	struct certificate *c;

	(void)state;
	assert_true(X509_NAME_add_entry_by_txt(X509_get_subject_name(ca.cert),
	    "O", V_ASN1_UTF8STRING, (const unsigned char *)"Good\0 AS", 8, -1,
	    0));
	assert_int_equal(certificate_of(ca.cert, &c), SEGL_OK);
	assert_null(c->organization);
	certificate_free(c);
	ca_free(&ca);
	EVP_PKEY_free(key);
}

static void
serial_in_two_bases(void **state)
{
	static const struct {
		const char *decimal, *hex;
	} cases[] = {
		{ "1", "01" },
		{ "255", "FF" },
		{ "256", "0100" },
		{ "124756934285498719876", "06C359AABDF9E71E84" },
		{ "-5", "-05" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ca_spec spec = { .serial = cases[i].decimal };
		struct certificate *c = facts(&spec);

		assert_string_equal(c->serial_decimal, cases[i].decimal);
		assert_string_equal(c->serial, cases[i].hex);
		certificate_free(c);
	}
}

static void
extensions_are_read(void **state)
{
	struct ca_spec spec = { .cn = "x",
		.usage = "critical,digitalSignature,nonRepudiation,"
			 "decipherOnly",
		.basic = "critical,CA:TRUE,pathlen:2",
		.eku = "critical,clientAuth,1.2.3.4",
		.policies = "0.4.0.194112.1.1,2.16.578.1.26.1.3.2",
		.skid = "0102030405",
		.akid = 1 };
	struct certificate *c = facts(&spec);

	(void)state;
	assert_int_equal(c->has_key_usage, 1);
	assert_int_equal(c->key_usage,
	    USAGE_DIGITAL_SIGNATURE | USAGE_NON_REPUDIATION |
		USAGE_DECIPHER_ONLY);
	assert_int_equal(c->has_basic_constraints, 1);
	assert_int_equal(c->ca, 1);
	assert_int_equal(c->path_len, 2);
	assert_int_equal(c->has_eku, 1);
	assert_int_equal(c->eku_critical, 1);
	assert_int_equal(c->eku.n, 2);
	assert_true(oid_list_has(&c->eku, "1.3.6.1.5.5.7.3.2"));
	assert_true(oid_list_has(&c->eku, "1.2.3.4"));
	assert_false(oid_list_has(&c->eku, "1.2.3"));
	assert_int_equal(c->policies.n, 2);
	assert_string_equal(c->policies.text[0], "0.4.0.194112.1.1");
	assert_int_equal(c->subject_key_id_len, 5);
	assert_memory_equal(c->subject_key_id, "\1\2\3\4\5", 5);
	assert_int_equal(c->authority_key_id_len, 5);
	assert_memory_equal(c->authority_key_id, "\1\2\3\4\5", 5);
	certificate_free(c);
}

static void
validity_includes_both_ends(void **state)
{
	struct ca_spec spec = { .cn = "x",
		.not_before = CA_NOW - 1000,
		.not_after = CA_NOW + 1000 };
	struct certificate *c = facts(&spec);

	(void)state;
	assert_int_equal(c->not_before, CA_NOW - 1000);
	assert_int_equal(c->not_after, CA_NOW + 1000);
	assert_false(certificate_valid_at(c, CA_NOW - 1001));
	assert_true(certificate_valid_at(c, CA_NOW - 1000));
	assert_true(certificate_valid_at(c, CA_NOW + 1000));
	assert_false(certificate_valid_at(c, CA_NOW + 1001));
	certificate_free(c);
}

static void
fingerprints_are_of_the_der(void **state)
{
	struct ca_spec spec = { .cn = "x" };
	struct certificate *c = facts(&spec), *again;
	unsigned char md[32];

	(void)state;
	assert_true(
	    EVP_Digest(c->der, c->der_len, md, NULL, EVP_sha256(), NULL));
	assert_memory_equal(c->sha256, md, 32);
	assert_true(EVP_Digest(c->der, c->der_len, md, NULL, EVP_sha1(), NULL));
	assert_memory_equal(c->sha1, md, 20);
	assert_int_equal(certificate_read(c->der, c->der_len, &again), SEGL_OK);
	assert_true(certificate_equal(c, again));
	certificate_free(again);
	certificate_free(c);
}

static void
only_a_whole_certificate_is_one(void **state)
{
	struct ca_spec spec = { .cn = "x" };
	struct certificate *c = facts(&spec), *out = c;
	unsigned char *longer = calloc(1, c->der_len + 1);

	(void)state;
	memcpy(longer, c->der, c->der_len);
	assert_int_equal(
	    certificate_read(longer, c->der_len + 1, &out), SEGL_ECERT);
	assert_null(out);
	out = c;
	assert_int_equal(
	    certificate_read(c->der, c->der_len - 1, &out), SEGL_ECERT);
	assert_null(out);
	out = c;
	assert_int_equal(certificate_read(c->der, 0, &out), SEGL_ECERT);
	assert_null(out);
	assert_int_equal(ERR_peek_error(), 0);
	free(longer);
	certificate_free(c);
}

/* ---- QCStatements -------------------------------------------------------- */

/* QcCompliance, QcSSCD, QcType {eseal, web}, semantics legal, QcPDS-like. */
static const unsigned char qc_all[] = { 0x30, 0x55, /* SEQUENCE */
	0x30, 0x08, 0x06, 0x06, 0x04, 0x00, 0x8e, 0x46, 0x01, 0x01, /* .1.1 */
	0x30, 0x08, 0x06, 0x06, 0x04, 0x00, 0x8e, 0x46, 0x01, 0x04, /* .1.4 */
	0x30, 0x1c, 0x06, 0x06, 0x04, 0x00, 0x8e, 0x46, 0x01, 0x06, /* .1.6 */
	0x30, 0x12, 0x06, 0x07, 0x04, 0x00, 0x8e, 0x46, 0x01, 0x06, 0x02, 0x06,
	0x07, 0x04, 0x00, 0x8e, 0x46, 0x01, 0x06, 0x03, 0x30, 0x15, 0x06, 0x08,
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x0b, 0x02, 0x30, 0x09, 0x06, 0x07,
	0x04, 0x00, 0x8b, 0xec, 0x49, 0x01, 0x02, 0x30, 0x0a, 0x06, 0x06, 0x04,
	0x00, 0x8e, 0x46, 0x01, 0x05, 0x05, 0x00 };

static void
qc_statements_are_read(void **state)
{
	struct ca_spec spec = {
		.cn = "x", .qc = qc_all, .qc_len = sizeof(qc_all)
	};
	struct certificate *c = facts(&spec);

	(void)state;
	assert_int_equal(c->qc.present, 1);
	assert_int_equal(c->qc.readable, 1);
	assert_int_equal(c->qc.compliance, 1);
	assert_int_equal(c->qc.sscd, 1);
	assert_int_equal(c->qc.legislation, 0);
	assert_int_equal(c->qc.types.n, 2);
	assert_true(oid_list_has(&c->qc.types, QCTYPE_ESEAL));
	assert_true(oid_list_has(&c->qc.types, QCTYPE_WEB));
	assert_false(oid_list_has(&c->qc.types, QCTYPE_ESIGN));
	assert_int_equal(c->qc.semantics.n, 1);
	assert_true(oid_list_has(&c->qc.semantics, SEMANTICS_LEGAL));
	assert_int_equal(c->qc.others.n, 0);
	assert_int_equal(c->qc.sloppy, 1); /* QcPDS without addresses */
	assert_int_equal(c->has_bad_extension, 0);
	certificate_free(c);
}

static void
bad_qc_statements_are_a_fact(void **state)
{
	/* QcType without its list; a statement that is no SEQUENCE; empty */
	static const struct {
		const unsigned char *der;
		size_t len;
	} cases[] = {
		{ (const unsigned char *)"\x30\x0a\x30\x08\x06\x06\x04\x00"
					 "\x8e\x46\x01\x06",
		    12 },
		{ (const unsigned char *)"\x30\x03\x02\x01\x01", 5 },
		{ (const unsigned char *)"\x30\x02\x30\x00", 4 },
		{ (const unsigned char *)"\x04\x00", 2 },
		{ (const unsigned char *)"\x30\x00\x00", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ca_spec spec = {
			.cn = "x", .qc = cases[i].der, .qc_len = cases[i].len
		};
		struct certificate *c = facts(&spec);

		assert_int_equal(c->qc.present, 1);
		assert_int_equal(c->qc.readable, 0);
		assert_int_equal(c->has_bad_extension, 1);
		certificate_free(c);
	}
}

static void
doubled_extension_is_a_fact(void **state)
{
	struct ca_spec spec = {
		.cn = "x", .qc = qc_all, .qc_len = sizeof(qc_all), .qc_twice = 1
	};
	struct certificate *c = facts(&spec);

	(void)state;
	assert_int_equal(c->has_bad_extension, 1);
	certificate_free(c);
}

/* ---- what it is for ------------------------------------------------------ */

static void
encryption_is_recognised(void **state)
{
	static const struct {
		const char *usage;
		int encryption;
	} cases[] = {
		{ NULL, 0 },
		{ "digitalSignature", 0 },
		{ "nonRepudiation", 0 },
		{ "digitalSignature,keyEncipherment", 0 },
		{ "nonRepudiation,keyAgreement", 0 },
		{ "keyCertSign,cRLSign", 0 },
		{ "keyEncipherment", 1 },
		{ "dataEncipherment", 1 },
		{ "keyAgreement", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ca_spec spec = { .cn = "x", .usage = cases[i].usage };
		struct certificate *c = facts(&spec);

		assert_int_equal(
		    certificate_for_encryption(c), cases[i].encryption);
		certificate_free(c);
	}
}

static void
norwegian_is_recognised(void **state)
{
	static const struct {
		const char *orgid, *serial, *country;
		int norwegian;
	} cases[] = {
		{ "NTRNO-991825827", NULL, "NO", 1 },
		{ "PSDNO-FSA-991825827", NULL, "NO", 1 },
		{ NULL, "991825827", "NO", 1 },
		{ NULL, "991825827", NULL, 1 },
		{ NULL, "991825827", "SE", 0 },
		{ NULL, "99182582", "NO", 0 },
		{ NULL, "99182582x", "NO", 0 },
		{ NULL, NULL, "NO", 0 },
		{ "NTRSE-991825827", NULL, "SE", 0 },
		{ "NTRSE-1", "991825827", "NO", 0 },
		{ "xNTRNO-991825827", NULL, "NO", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ca_spec spec = { .cn = "x",
			.c = cases[i].country,
			.serial_number = cases[i].serial,
			.orgids = { cases[i].orgid } };
		struct certificate *c = facts(&spec);

		assert_int_equal(certificate_norwegian(c), cases[i].norwegian);
		certificate_free(c);
	}
}

/* ---- path ---------------------------------------------------------------- */

#define NODES 16

/* A small world of certificates, each with its issuer. */
struct world {
	struct ca ca[NODES];
	struct certificate_list pool;
	const struct certificate *cert[NODES];
	size_t n;
};

/* Add one; ISSUER -1 is self-signed; KEY_OF -1 is a fresh key. */
static size_t
grow(struct world *w, struct ca_spec *spec, int issuer, int key_of)
{
	EVP_PKEY *key = key_of < 0 ? ca_key("EC") : w->ca[key_of].key;
	size_t i = w->n++;
	struct certificate *c;

	w->ca[i] = ca_make(spec, key, issuer < 0 ? NULL : &w->ca[issuer]);
	if (key_of < 0)
		EVP_PKEY_free(key);
	assert_int_equal(certificate_of(w->ca[i].cert, &c), SEGL_OK);
	assert_int_equal(
	    certificate_list_add(&w->pool, c, &w->cert[i]), SEGL_OK);
	return i;
}

static size_t
grow_named(struct world *w, const char *cn, int issuer)
{
	struct ca_spec spec = { .cn = cn };

	return grow(w, &spec, issuer, -1);
}

/* Take I out of the pool; it stays a certificate. */
static struct certificate *
take_out(struct world *w, size_t i)
{
	for (size_t k = 0; k < w->pool.n; k++) {
		struct certificate *c = w->pool.certs[k];

		if (c != w->cert[i])
			continue;
		w->pool.certs[k] = w->pool.certs[--w->pool.n];
		return c;
	}
	return NULL;
}

static void
end(struct world *w)
{
	for (size_t i = 0; i < w->n; i++)
		ca_free(&w->ca[i]);
	certificate_list_clear(&w->pool);
}

static void
path_is(const struct world *w, const struct path *path, const char *nodes)
{
	assert_int_equal(path->len, strlen(nodes));
	for (size_t i = 0; i < path->len; i++)
		assert_ptr_equal(path->certs[i], w->cert[nodes[i] - 'a']);
}

static void
path_is_ordered_leaf_first(void **state)
{
	struct world w = { .n = 0 };
	struct path path;

	(void)state;
	grow_named(&w, "root", -1);     /* a */
	grow_named(&w, "stranger", -1); /* b */
	grow_named(&w, "ca", 0);        /* c */
	grow_named(&w, "sub", 2);       /* d */
	grow_named(&w, "leaf", 3);      /* e */
	grow_named(&w, "sibling", 3);   /* f */
	path_build(w.cert[4], &w.pool, CA_NOW, NULL, &path);
	path_is(&w, &path, "edca");
	assert_int_equal(path.self_signed, 1);
	end(&w);
}

static void
path_of_a_self_signed_leaf(void **state)
{
	struct world w = { .n = 0 };
	struct path path;

	(void)state;
	grow_named(&w, "alone", -1);
	path_build(w.cert[0], &w.pool, CA_NOW, NULL, &path);
	path_is(&w, &path, "a");
	assert_int_equal(path.self_signed, 1);
	end(&w);
}

static void
path_without_issuer_is_incomplete(void **state)
{
	struct world w = { .n = 0 };
	struct certificate *root;
	struct path path;

	(void)state;
	grow_named(&w, "root", -1);
	grow_named(&w, "ca", 0);
	grow_named(&w, "leaf", 1);
	root = take_out(&w, 0);
	path_build(w.cert[2], &w.pool, CA_NOW, NULL, &path);
	path_is(&w, &path, "cb");
	assert_int_equal(path.self_signed, 0);
	assert_string_equal(path.certs[1]->issuer, "CN=root");
	certificate_free(root);
	end(&w);
}

static void
name_alone_does_not_make_an_issuer(void **state)
{
	struct world w = { .n = 0 };
	struct certificate *real;
	struct path path;

	(void)state;
	grow_named(&w, "ca", -1);  /* a: the real one */
	grow_named(&w, "ca", -1);  /* b: the same name, another key */
	grow_named(&w, "leaf", 0); /* c */
	path_build(w.cert[2], &w.pool, CA_NOW, NULL, &path);
	path_is(&w, &path, "ca");
	real = take_out(&w, 0);
	path_build(w.cert[2], &w.pool, CA_NOW, NULL, &path);
	path_is(&w, &path, "c");
	assert_int_equal(path.self_signed, 0);
	certificate_free(real);
	end(&w);
}

static void
wrong_key_identifiers_are_only_hints(void **state)
{
	struct world w = { .n = 0 };
	struct ca_spec spec = { .cn = "ca", .skid = "01" };
	struct path path;

	(void)state;
	grow(&w, &spec, -1, -1); /* a */
	spec.skid = NULL;
	spec.akid = 1;
	spec.cn = "leaf";
	grow(&w, &spec, 0, -1); /* b: says 01 */
	spec = (struct ca_spec){ .cn = "ca", .skid = "02" };
	/* c: another certificate of the same key, with another identifier */
	spec.not_after = CA_NOW + 80 * CA_DAY;
	grow(&w, &spec, -1, 0);
	path_build(w.cert[1], &w.pool, CA_NOW, NULL, &path);
	path_is(&w, &path, "ba"); /* stays valid longer, and is hinted at */
	certificate_free(take_out(&w, 0));
	path_build(w.cert[1], &w.pool, CA_NOW, NULL, &path);
	path_is(&w, &path, "bc");
	end(&w);
}

static void
cross_certificate_completes(void **state)
{
	struct world w = { .n = 0 };
	struct ca_spec cross = { .cn = "new root" };
	struct certificate *self;
	struct path path;

	(void)state;
	grow_named(&w, "old root", -1); /* a */
	grow_named(&w, "new root", -1); /* b */
	grow(&w, &cross, 0, 1);         /* c: new root by old root */
	grow_named(&w, "ca", 1);        /* d */
	grow_named(&w, "leaf", 3);      /* e */
	path_build(w.cert[4], &w.pool, CA_NOW, NULL, &path);
	path_is(&w, &path, "edb"); /* both are complete: the shorter */
	self = take_out(&w, 1);
	path_build(w.cert[4], &w.pool, CA_NOW, NULL, &path);
	path_is(&w, &path, "edca");
	assert_int_equal(path.self_signed, 1);
	certificate_free(self);
	end(&w);
}

static void
longer_validity_is_better(void **state)
{
	struct world w = { .n = 0 };
	struct ca_spec old = { .cn = "root",
		.not_before = CA_NOW - 300 * CA_DAY,
		.not_after = CA_NOW - CA_DAY };
	struct ca_spec renewed = { .cn = "root" };
	struct ca_spec leaf = { .cn = "leaf",
		.not_before = CA_NOW - 300 * CA_DAY };
	struct path path;

	(void)state;
	grow(&w, &old, -1, -1);    /* a: expired */
	grow(&w, &renewed, -1, 0); /* b: the same key, valid */
	grow(&w, &leaf, 0, -1);    /* c */
	path_build(w.cert[2], &w.pool, CA_NOW, NULL, &path);
	path_is(&w, &path, "cb");
	/* while both are valid, the one that stays so longer */
	path_build(w.cert[2], &w.pool, CA_NOW - 10 * CA_DAY, NULL, &path);
	path_is(&w, &path, "cb");
	/* before the renewed one is valid, the old one */
	path_build(w.cert[2], &w.pool, CA_NOW - 40 * CA_DAY, NULL, &path);
	path_is(&w, &path, "ca");
	end(&w);
}

static void
complete_is_better_than_valid(void **state)
{
	struct world w = { .n = 0 };
	struct ca_spec expired = { .cn = "ca",
		.not_before = CA_NOW - 300 * CA_DAY,
		.not_after = CA_NOW - CA_DAY };
	struct ca_spec valid = { .cn = "ca" };
	struct certificate *other;
	struct path path;

	(void)state;
	grow_named(&w, "root", -1);       /* a */
	grow_named(&w, "other root", -1); /* b, will be missing */
	grow(&w, &expired, 0, -1);        /* c */
	grow(&w, &valid, 1, 2);           /* d: same key, by b */
	grow_named(&w, "leaf", 2);        /* e */
	other = take_out(&w, 1);
	path_build(w.cert[4], &w.pool, CA_NOW, NULL, &path);
	path_is(&w, &path, "eca");
	assert_int_equal(path.self_signed, 1);
	certificate_free(other);
	end(&w);
}

/* What somebody would rather have. */
static int
favor_of(void *arg, const unsigned char *der, size_t len)
{
	const char *const *rather = arg;
	struct certificate *ca;
	int favor = 0;

	assert_int_equal(certificate_read(der, len, &ca), SEGL_OK);
	for (int i = 0; rather[i] != NULL; i++)
		if (strcmp(ca->subject, rather[i]) == 0)
			favor = i + 1;
	certificate_free(ca);
	return favor;
}

static void
favored_path_is_best(void **state)
{
	const char *rather[] = { NULL, NULL, NULL, NULL };
	const struct path_favor favor = { favor_of, rather };
	struct ca_spec cross = { .cn = "ca" };
	struct world w = { .n = 0 };
	struct path path;

	(void)state;
	grow_named(&w, "root", -1);  /* a */
	grow_named(&w, "other", -1); /* b */
	grow_named(&w, "top", -1);   /* c */
	grow_named(&w, "ca", 0);     /* d */
	grow(&w, &cross, 1, 3);      /* e: the same by another root */
	grow(&w, &cross, 2, 3);      /* f: and by a third */
	grow_named(&w, "leaf", 3);   /* g */
	path_build(w.cert[6], &w.pool, CA_NOW, NULL, &path);
	path_is(&w, &path, "gda");
	assert_int_equal(path.others, 1);
	rather[0] = "CN=other";
	path_build(w.cert[6], &w.pool, CA_NOW, &favor, &path);
	path_is(&w, &path, "geb");
	rather[1] = "CN=top";
	path_build(w.cert[6], &w.pool, CA_NOW, &favor, &path);
	path_is(&w, &path, "gfc");
	/* it is the issuer of all of them: nothing else counts then */
	rather[2] = "CN=ca";
	path_build(w.cert[6], &w.pool, CA_NOW, &favor, &path);
	path_is(&w, &path, "gda");
	/* the root alone has one way */
	path_build(w.cert[0], &w.pool, CA_NOW, &favor, &path);
	assert_int_equal(path.others, 0);
	end(&w);
}

static void
loops_end(void **state)
{
	struct world w = { .n = 0 };
	struct ca_spec a = { .cn = "a" }, b = { .cn = "b" };
	struct path path;

	(void)state;
	grow_named(&w, "a", -1); /* only for its key and name */
	grow_named(&w, "b", -1);
	certificate_free(take_out(&w, 0));
	certificate_free(take_out(&w, 1));
	w.cert[0] = w.cert[1] = NULL;
	grow(&w, &a, 1, 0);        /* c: a by b */
	grow(&w, &b, 0, 1);        /* d: b by a */
	grow_named(&w, "leaf", 0); /* e: by a */
	path_build(w.cert[4], &w.pool, CA_NOW, NULL, &path);
	path_is(&w, &path, "ecd");
	assert_int_equal(path.self_signed, 0);
	end(&w);
}

static void
path_has_a_longest_length(void **state)
{
	char cn[NODES][16];
	struct world w = { .n = 0 };
	struct path path;

	(void)state;
	for (int i = 0; i <= PATH_LEN_MAX; i++) {
		snprintf(cn[i], sizeof(cn[i]), "n%d", i);
		grow_named(&w, cn[i], i - 1);
	}
	/* with the root it is exactly as long as may be */
	path_build(w.cert[PATH_LEN_MAX - 1], &w.pool, CA_NOW, NULL, &path);
	assert_int_equal(path.len, PATH_LEN_MAX);
	assert_int_equal(path.self_signed, 1);
	/* one more: cut, not complete */
	path_build(w.cert[PATH_LEN_MAX], &w.pool, CA_NOW, NULL, &path);
	assert_int_equal(path.len, PATH_LEN_MAX);
	assert_int_equal(path.self_signed, 0);
	end(&w);
}

static void
list_drops_duplicates(void **state)
{
	struct ca_spec spec = { .cn = "x" };
	struct certificate *c = facts(&spec), *same;
	struct certificate_list list = { .n = 0 };
	const struct certificate *kept;

	(void)state;
	assert_int_equal(certificate_read(c->der, c->der_len, &same), SEGL_OK);
	assert_int_equal(certificate_list_add(&list, c, &kept), SEGL_OK);
	assert_ptr_equal(kept, c);
	assert_int_equal(certificate_list_add(&list, same, &kept), SEGL_OK);
	assert_ptr_equal(kept, c);
	assert_int_equal(list.n, 1);
	certificate_list_clear(&list);
	assert_int_equal(list.n, 0);
}

/* Many certificates of one name and key in a web: work is bounded. */
static void
web_of_crosses_is_bounded(void **state)
{
	struct world w = { .n = 0 };
	struct ca_spec leaf = { .cn = "web" };
	struct path path;

	(void)state;
	for (int i = 0; i < NODES - 1; i++) {
		struct ca_spec spec = { .cn = "web" };

		grow(&w, &spec, i == 0 ? -1 : i - 1, -1);
	}
	certificate_free(take_out(&w, 0));
	w.cert[0] = NULL;
	grow(&w, &leaf, NODES - 2, -1);
	path_build(w.cert[NODES - 1], &w.pool, CA_NOW, NULL, &path);
	assert_int_equal(path.self_signed, 0);
	assert_true(path.len > 1 && path.len <= PATH_LEN_MAX);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subject_is_read),
		cmocka_unit_test(absent_is_null),
		cmocka_unit_test(text_is_safe_and_values_are_exact),
		cmocka_unit_test(value_with_nul_counts_as_absent),
		cmocka_unit_test(serial_in_two_bases),
		cmocka_unit_test(extensions_are_read),
		cmocka_unit_test(validity_includes_both_ends),
		cmocka_unit_test(fingerprints_are_of_the_der),
		cmocka_unit_test(only_a_whole_certificate_is_one),
		cmocka_unit_test(qc_statements_are_read),
		cmocka_unit_test(bad_qc_statements_are_a_fact),
		cmocka_unit_test(doubled_extension_is_a_fact),
		cmocka_unit_test(encryption_is_recognised),
		cmocka_unit_test(norwegian_is_recognised),
		cmocka_unit_test(path_is_ordered_leaf_first),
		cmocka_unit_test(path_of_a_self_signed_leaf),
		cmocka_unit_test(path_without_issuer_is_incomplete),
		cmocka_unit_test(name_alone_does_not_make_an_issuer),
		cmocka_unit_test(wrong_key_identifiers_are_only_hints),
		cmocka_unit_test(cross_certificate_completes),
		cmocka_unit_test(longer_validity_is_better),
		cmocka_unit_test(complete_is_better_than_valid),
		cmocka_unit_test(favored_path_is_best),
		cmocka_unit_test(loops_end),
		cmocka_unit_test(path_has_a_longest_length),
		cmocka_unit_test(list_drops_duplicates),
		cmocka_unit_test(web_of_crosses_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
