/* SPDX-License-Identifier: ISC */
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

#include "base/base64.h"
#include "base/file.h"
#include "sim/access_token.h"
#include "sim/pki.h"
#include "sim/ready.h"
#include "sim/sim.h"

#define NOW    1780000000LL
#define ISSUER "https://127.0.0.1:4711/"

/* Keys are made once: they are what takes the time. */
static EVP_PKEY *rsa_key, *other_key, *root_key, *sub_key;
static X509 *root, *sub, *leaf;
static char scratch[] = "/tmp/segl-check.XXXXXX";

static int
make_certificates(void **state)
{
	(void)state;
	rsa_key = pki_rsa_key();
	other_key = pki_rsa_key();
	root_key = pki_ec_key();
	sub_key = pki_ec_key();
	root = pki_issue(&pki_seal_root, root_key, NULL, root_key, NOW);
	sub = pki_issue(&pki_seal_ca, sub_key, root, root_key, NOW);
	leaf = pki_issue(&pki_seal, rsa_key, sub, sub_key, NOW);
	return leaf == NULL || mkdtemp(scratch) == NULL ? -1 : 0;
}

static int
drop_certificates(void **state)
{
	(void)state;
	EVP_PKEY_free(rsa_key);
	EVP_PKEY_free(other_key);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(sub_key);
	X509_free(root);
	X509_free(sub);
	X509_free(leaf);
	return rmdir(scratch);
}

struct world {
	struct rules rules;
	struct trust trust;
	struct registry registry; /* empty */
	struct policy policy;
	struct segl *segl;
	struct jti_memory *jtis;
	struct attempt attempt;
};

static const char *const scopes[] = { "digdir:verksemd.eu" };

static void
trust_certificate(struct trust *trust, X509 *x509)
{
	X509_STORE_free(trust->store);
	sk_X509_free(trust->certificates);
	trust->store = X509_STORE_new();
	trust->certificates = sk_X509_new_null();
	assert_int_equal(X509_STORE_add_cert(trust->store, x509), 1);
	assert_int_equal(sk_X509_push(trust->certificates, x509), 1);
}

static int
make_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	rules_init(&world->rules);
	trust_certificate(&world->trust, sub);
	world->policy = (struct policy) { &world->rules, &world->trust,
		ISSUER, scopes, 1, &world->registry };
	world->segl = segl_new();
	world->jtis = jti_memory_new(100);
	*state = world;
	return 0;
}

static int
drop_world(void **state)
{
	struct world *world = *state;

	attempt_clear(&world->attempt);
	X509_STORE_free(world->trust.store);
	sk_X509_free(world->trust.certificates);
	jti_memory_free(world->jtis);
	segl_free(world->segl);
	free(world);
	return 0;
}

static void
turn(struct world *world, const char *assignment)
{
	assert_int_equal(
	    rules_set(&world->rules, world->segl, assignment), SEGL_OK);
}

/* ---- grants made here */

static json_t *
x5c_of(X509 *const *path)
{
	json_t *x5c = json_array();

	for (; *path != NULL; path++) {
		unsigned char *der = NULL;
		int len = i2d_X509(*path, &der);
		char *text = base64_encode(der, (size_t)len);

		json_array_append_new(x5c, json_string(text));
		free(text);
		OPENSSL_free(der);
	}
	return x5c;
}

static char *
part(json_t *value)
{
	char *json = json_dumps(value, JSON_COMPACT);
	char *text = base64url_encode(json, strlen(json));

	free(json);
	json_decref(value);
	return text;
}

/* Takes HEADER and CLAIMS. */
static char *
jws(json_t *header, json_t *claims, EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	char *head = part(header), *body = part(claims), *data, *tail, *all;
	unsigned char bytes[512];
	size_t len = sizeof(bytes);

	assert_true(asprintf(&data, "%s.%s", head, body) > 0);
	assert_int_equal(
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestSign(ctx, bytes, &len,
			     (unsigned char *)data, strlen(data)),
	    1);
	tail = base64url_encode(bytes, len);
	assert_true(asprintf(&all, "%s.%s", data, tail) > 0);
	EVP_MD_CTX_free(ctx);
	free(head);
	free(body);
	free(data);
	free(tail);
	return all;
}

static json_t *
good_claims(const char *jti)
{
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "aud", ISSUER,
	    "iss", "Some business", "scope", scopes[0], "iat",
	    (json_int_t)NOW, "exp", (json_int_t)(NOW + 100), "jti", jti);
}

static json_t *
good_header(X509 *const *path)
{
	return json_pack("{s:s, s:o}", "alg", "RS256", "x5c", x5c_of(path));
}

/* Begin an attempt with ASSERTION, which is taken. */
static struct attempt *
attempt(struct world *world, char *assertion)
{
	attempt_clear(&world->attempt);
	attempt_init(&world->attempt, &world->policy, world->jtis,
	    world->segl, NOW);
	world->attempt.assertion = assertion;
	return &world->attempt;
}

/* One whose path is PATH, with nothing else looked at. */
static struct attempt *
attempt_path(struct world *world, X509 *const *path)
{
	struct attempt *a = attempt(world, NULL);

	a->header = json_pack("{s:o}", "x5c", x5c_of(path));
	assert_int_equal(check_x5c(a), REFUSAL_NONE);
	return a;
}

/* ---- whole grants */

static void
good_grant_passes_every_step(void **state)
{
	X509 *const path[] = { leaf, sub, root, NULL };
	struct world *world = *state;
	struct attempt *a;

	a = attempt(world, jws(good_header(path), good_claims("1"), rsa_key));
	assert_int_equal(grant_check(a), REFUSAL_NONE);
	assert_null(grant_step(a->passed));
	assert_int_equal(a->rule, RULE_COUNT);
	a = attempt(world, jws(good_header(path), good_claims("1"), rsa_key));
	assert_int_equal(grant_check(a), REFUSAL_MP_012);
	assert_int_equal(a->rule, RULE_JTI);
	assert_string_equal(grant_step(a->passed), "jti");
	assert_string_equal(a->why, "1 was used before");
}

/* A grant that is refused later is spent, one that is refused before is not. */
static void
only_a_signed_grant_spends_its_jti(void **state)
{
	X509 *const path[] = { leaf, sub, NULL };
	struct world *world = *state;
	json_t *claims = good_claims("2");
	struct attempt *a;

	a = attempt(world, jws(good_header(path), good_claims("1"), other_key));
	assert_int_equal(grant_check(a), REFUSAL_MP_124);
	assert_int_equal(jti_memory_count(world->jtis), 0);
	a = attempt(world, jws(good_header(path), good_claims("1"), rsa_key));
	assert_int_equal(grant_check(a), REFUSAL_NONE);
	json_object_set_new(claims, "scope", json_string("a:b"));
	a = attempt(world, jws(good_header(path), claims, rsa_key));
	assert_int_equal(grant_check(a), REFUSAL_MP_200);
	assert_int_equal(jti_memory_count(world->jtis), 2);
}

static void
signature_is_over_every_byte(void **state)
{
	X509 *const path[] = { leaf, sub, NULL };
	struct world *world = *state;
	char *good = jws(good_header(path), good_claims("1"), rsa_key);
	size_t len = strlen(good);

	for (size_t i = 0; i < len; i += 97) {
		char *bad = strdup(good);
		struct attempt *a;

		if (bad[i] == '.')
			continue;
		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		a = attempt(world, bad);
		assert_int_not_equal(grant_check(a), REFUSAL_NONE);
		assert_int_not_equal(a->refusal, REFUSAL_INTERNAL);
	}
	assert_int_equal(jti_memory_count(world->jtis), 0);
	assert_int_equal(grant_check(attempt(world, good)), REFUSAL_NONE);
}

/* ---- x5c and the path */

static void
x5c_is_an_array_of_certificates(void **state)
{
	struct world *world = *state;
	X509 *const path[] = { leaf, NULL };
	json_t *x5c = x5c_of(path);
	const char *good = json_string_value(json_array_get(x5c, 0));
	unsigned char *der;
	char *longer;
	size_t len;
	const struct {
		json_t *x5c;
		enum rule rule;
	} cases[] = {
		{ json_string(good), RULE_X5C },
		{ json_array(), RULE_X5C },
		{ json_object(), RULE_X5C },
		{ json_pack("[i]", 1), RULE_X5C },
		{ json_pack("[s]", ""), RULE_X5C },
		{ json_pack("[s]", "AAAA"), RULE_X5C },
		{ json_pack("[s+]", good, "\n"), RULE_X5C },
		{ json_pack("[s+]", good, "="), RULE_X5C },
		{ json_pack("[s,n]", good), RULE_X5C },
		{ json_pack("[s,s,s,s,s,s,s,s,s,s,s]", good, good, good, good,
		      good, good, good, good, good, good, good),
		    RULE_X5C },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attempt *a = attempt(world, NULL);

		a->header = json_pack("{s:o}", "x5c", cases[i].x5c);
		assert_int_equal(check_x5c(a), REFUSAL_MP_123);
		assert_int_equal(a->rule, cases[i].rule);
	}
	/* a certificate with a byte behind it */
	assert_int_equal(base64_decode(good, strlen(good), &der, &len), 0);
	der[len] = 0;
	longer = base64_encode(der, len + 1);
	attempt(world, NULL)->header =
	    json_pack("{s:[s]}", "x5c", longer);
	assert_int_equal(check_x5c(&world->attempt), REFUSAL_MP_123);
	free(longer);
	free(der);
	attempt(world, NULL)->header = json_pack("{s:o}", "x5c", x5c);
	assert_int_equal(check_x5c(&world->attempt), REFUSAL_NONE);
	assert_string_equal(
	    world->attempt.seal.organization_identifier, "NTRSE-5569999997");
}

static void
path_is_ordered_and_whole(void **state)
{
	struct world *world = *state;
	const struct {
		X509 *path[5];
		enum refusal refusal;
		enum rule rule;
	} cases[] = {
		{ { leaf, sub, root }, REFUSAL_NONE, RULE_COUNT },
		{ { leaf, sub }, REFUSAL_NONE, RULE_COUNT },
		{ { leaf }, REFUSAL_MP_120, RULE_PATH_COMPLETE },
		{ { leaf, root }, REFUSAL_MP_120, RULE_PATH_ORDER },
		{ { leaf, root, sub }, REFUSAL_MP_120, RULE_PATH_ORDER },
		{ { sub, leaf }, REFUSAL_MP_120, RULE_PATH_ORDER },
		{ { root, sub, leaf }, REFUSAL_MP_120, RULE_PATH_ORDER },
		{ { leaf, leaf }, REFUSAL_MP_120, RULE_PATH_ORDER },
		{ { leaf, sub, sub }, REFUSAL_MP_120, RULE_PATH_ORDER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attempt *a = attempt_path(world, cases[i].path);

		assert_int_equal(check_path(a), cases[i].refusal);
		assert_int_equal(a->rule, cases[i].rule);
	}
}

/* A path of two that leads to a root we know, and one that leads nowhere. */
static void
path_ends_at_a_root_or_a_trusted_one(void **state)
{
	X509 *const path[] = { leaf, sub, NULL };
	struct world *world = *state;

	trust_certificate(&world->trust, root);
	assert_int_equal(
	    check_path(attempt_path(world, path)), REFUSAL_NONE);
	trust_certificate(&world->trust, leaf);
	assert_int_equal(
	    check_path(attempt_path(world, path)), REFUSAL_MP_120);
	assert_int_equal(world->attempt.rule, RULE_PATH_COMPLETE);
	turn(world, "path-refusal=MP-123");
	assert_int_equal(
	    check_path(attempt_path(world, path)), REFUSAL_MP_123);
	turn(world, "path-complete=accept");
	assert_int_equal(
	    check_path(attempt_path(world, path)), REFUSAL_NONE);
}

static void
trust_is_any_issuer_or_root(void **state)
{
	X509 *const three[] = { leaf, sub, root, NULL };
	struct world *world = *state;
	const struct {
		const char *set;
		X509 *trusted;
		enum refusal refusal;
	} cases[] = {
		{ "trust-match=any", sub, REFUSAL_NONE },
		{ "trust-match=any", root, REFUSAL_NONE },
		{ "trust-match=issuer", sub, REFUSAL_NONE },
		{ "trust-match=issuer", root, REFUSAL_MP_120 },
		{ "trust-match=root", root, REFUSAL_NONE },
		{ "trust-match=root", sub, REFUSAL_MP_120 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		turn(world, cases[i].set);
		trust_certificate(&world->trust, cases[i].trusted);
		assert_int_equal(check_trust(attempt_path(world, three)),
		    cases[i].refusal);
	}
}

static void
certificates_are_valid_from_and_to(void **state)
{
	X509 *const path[] = { leaf, sub, root, NULL };
	static const struct {
		long long at;
		enum refusal refusal;
	} cases[] = {
		{ NOW - 3601, REFUSAL_MP_120 },
		{ NOW - 3600, REFUSAL_NONE },
		{ NOW + 3 * 365 * 86400LL - 1, REFUSAL_NONE },
		{ NOW + 3 * 365 * 86400LL + 1, REFUSAL_MP_120 },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attempt *a = attempt_path(world, path);

		a->now = cases[i].at;
		assert_int_equal(check_trust(a), cases[i].refusal);
		assert_int_equal(a->rule,
		    cases[i].refusal == REFUSAL_NONE ? RULE_COUNT
						     : RULE_VALIDITY_REFUSAL);
	}
	turn(world, "validity-refusal=MP-124");
	attempt_path(world, path)->now = NOW - 3601;
	assert_int_equal(check_trust(&world->attempt), REFUSAL_MP_124);
}

/* ---- the certificate of the seal */

/* A leaf with this Subject and these extensions; new. */
static X509 *
seal_with(const struct pki_attribute *subject, const char *extensions)
{
	const struct pki_profile profile = { .subject = subject,
		.extensions = extensions,
		.days = 10 };
	X509 *x509 = pki_issue(&profile, rsa_key, sub, sub_key, NOW);

	assert_non_null(x509);
	return x509;
}

#define PLAIN "[ext]\nbasicConstraints=critical,CA:FALSE\n"

static void
seal_needs_an_identifier(void **state)
{
	static const struct {
		const char *set, *identifier;
		enum refusal refusal;
		enum rule rule;
	} cases[] = {
		{ "rsa-bits=0", "NTRSE-1", REFUSAL_NONE, RULE_COUNT },
		{ "rsa-bits=0", NULL, REFUSAL_MP_120,
		    RULE_ORGANIZATION_IDENTIFIER },
		{ "rsa-bits=0", "  ", REFUSAL_MP_120,
		    RULE_ORGANIZATION_IDENTIFIER },
		{ "organization-identifier-refusal=MP-100", NULL,
		    REFUSAL_MP_100, RULE_ORGANIZATION_IDENTIFIER },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct pki_attribute subject[] = { { "CN", "A seal" },
			{ cases[i].identifier == NULL
				? NULL
				: "organizationIdentifier",
			    cases[i].identifier },
			{ NULL, NULL } };
		X509 *x509 = seal_with(subject, PLAIN);
		X509 *const path[] = { x509, NULL };
		struct attempt *a;

		turn(world, cases[i].set);
		a = attempt_path(world, path);
		assert_int_equal(check_certificate(a), cases[i].refusal);
		assert_int_equal(a->rule, cases[i].rule);
		X509_free(x509);
	}
}

static void
use_of_the_key_is_a_switch(void **state)
{
	static const struct pki_attribute subject[] = {
		{ "organizationIdentifier", "NTRSE-1" }, { NULL, NULL }
	};
	static const struct {
		const char *set, *extensions;
		enum refusal refusal;
	} cases[] = {
		{ "key-usage=ignore", PLAIN "keyUsage=keyEncipherment\n",
		    REFUSAL_NONE },
		{ "key-usage=require", PLAIN "keyUsage=keyEncipherment\n",
		    REFUSAL_MP_120 },
		{ "key-usage=require", PLAIN "keyUsage=nonRepudiation\n",
		    REFUSAL_NONE },
		{ "key-usage=require", PLAIN "keyUsage=digitalSignature\n",
		    REFUSAL_NONE },
		{ "key-usage=require", PLAIN, REFUSAL_NONE },
		{ "seal-type=require", PLAIN, REFUSAL_MP_120 },
		{ "certificate-refusal=MP-124", PLAIN, REFUSAL_MP_124 },
		{ "seal-type=ignore", PLAIN, REFUSAL_NONE },
		{ "rsa-bits=2048", PLAIN, REFUSAL_NONE },
		{ "rsa-bits=2049", PLAIN, REFUSAL_MP_124 },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		X509 *x509 = seal_with(subject, cases[i].extensions);
		X509 *const path[] = { x509, NULL };

		turn(world, cases[i].set);
		assert_int_equal(
		    check_certificate(attempt_path(world, path)),
		    cases[i].refusal);
		X509_free(x509);
	}
}

static void
statements_are_read(void **state)
{
	static const struct pki_attribute none[] = { { "CN", "x" },
		{ NULL, NULL } };
	static const struct {
		const char *extensions;
		int qualified, eseal;
	} cases[] = {
		{ PLAIN, 0, 0 },
		{ PLAIN "1.3.6.1.5.5.7.1.3=ASN1:SEQUENCE:s\n[s]\n"
			"1=SEQUENCE:c\n[c]\nid=OID:0.4.0.1862.1.1\n",
		    1, 0 },
		/* QcType web, and eseal as the second of two */
		{ PLAIN "1.3.6.1.5.5.7.1.3=ASN1:SEQUENCE:s\n[s]\n"
			"1=SEQUENCE:t\n[t]\nid=OID:0.4.0.1862.1.6\n"
			"v=SEQUENCE:v\n[v]\n1=OID:0.4.0.1862.1.6.3\n",
		    0, 0 },
		{ PLAIN "1.3.6.1.5.5.7.1.3=ASN1:SEQUENCE:s\n[s]\n"
			"1=SEQUENCE:t\n[t]\nid=OID:0.4.0.1862.1.6\n"
			"v=SEQUENCE:v\n[v]\n1=OID:0.4.0.1862.1.6.1\n"
			"2=OID:0.4.0.1862.1.6.2\n",
		    0, 1 },
		/* what does not look like statements at all */
		{ PLAIN "1.3.6.1.5.5.7.1.3=ASN1:INT:1\n", 0, 0 },
		{ PLAIN "1.3.6.1.5.5.7.1.3=DER:30\n", 0, 0 },
		{ PLAIN "1.3.6.1.5.5.7.1.3=ASN1:SEQUENCE:s\n[s]\n"
			"1=INT:1\n2=SEQUENCE:e\n[e]\n",
		    0, 0 },
	};
	struct seal seal;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		X509 *x509 = seal_with(none, cases[i].extensions);

		assert_int_equal(seal_read(&seal, x509), 0);
		assert_int_equal(seal.qualified, cases[i].qualified);
		assert_int_equal(seal.type_eseal, cases[i].eseal);
		assert_null(seal.organization_identifier);
		seal_clear(&seal);
		X509_free(x509);
	}
	assert_int_equal(seal_read(&seal, leaf), 0);
	assert_int_equal(seal.qualified, 1);
	assert_int_equal(seal.type_eseal, 1);
	assert_int_equal(seal.rsa_bits, 2048);
	assert_string_equal(seal.country, "SE");
	assert_string_equal(seal.organization, "Demobolaget AB");
	seal_clear(&seal);
	assert_int_equal(seal_read(&seal, sub), 0);
	assert_int_equal(seal.rsa_bits, 0);
	seal_clear(&seal);
}

/* ---- access tokens */

static json_t *
token_claims(struct world *world, json_t *changes)
{
	X509 *const path[] = { leaf, NULL };
	struct attempt *a = attempt_path(world, path);
	json_t *claims;

	a->claims = good_claims("1");
	json_object_update(a->claims, changes);
	json_decref(changes);
	claims = access_token_claims(a, 120);
	assert_non_null(claims);
	return claims;
}

static const char *
text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void
token_has_the_documented_claims(void **state)
{
	const char *source = getenv("SEGL_SRCDIR");
	struct world *world = *state;
	char path[4096];
	json_t *fixture, *claims, *value;
	const char *name;

	snprintf(path, sizeof(path), "%s/tests/fixtures/access_token.json",
	    source == NULL ? "." : source);
	fixture = json_load_file(path, 0, NULL);
	assert_non_null(fixture);
	claims = token_claims(world, json_object());
	json_object_foreach(json_object_get(fixture, "claims"), name, value)
		assert_non_null(json_object_get(claims, name));
	assert_int_equal(json_object_size(claims),
	    json_object_size(json_object_get(fixture, "claims")));
	assert_true(json_equal(json_object_get(claims, "consumer"),
	    json_object_get(json_object_get(fixture, "claims"), "consumer")));
	assert_int_equal(
	    json_integer_value(json_object_get(claims, "exp")), NOW + 120);
	assert_int_equal(
	    json_integer_value(json_object_get(claims, "iat")), NOW);
	assert_int_equal(strlen(text(claims, "jti")), 43);
	assert_string_equal(text(claims, "client_amr"), "QCForESeal");
	assert_string_equal(text(claims, "iss"), ISSUER);
	json_decref(claims);
	json_decref(fixture);
}

static void
token_follows_switches(void **state)
{
	struct world *world = *state;
	json_t *claims, *aud;

	turn(world, "client-id-serial=hex");
	turn(world, "client-amr=QRForeSeals");
	turn(world, "consumer-names=none");
	turn(world, "token-aud=array");
	claims = token_claims(
	    world, json_pack("{s:s, s:s}", "resource", "r", "pid", "p"));
	aud = json_pack("[s]", "r");
	assert_true(json_equal(json_object_get(claims, "aud"), aud));
	json_decref(aud);
	assert_string_equal(text(claims, "pid"), "p");
	assert_string_equal(text(claims, "client_amr"), "QRForeSeals");
	assert_int_equal(
	    json_object_size(json_object_get(claims, "consumer")), 2);
	assert_int_equal(strlen(text(claims, "client_id")),
	    strlen("eidas-") + 32);
	json_decref(claims);
	turn(world, "token-aud-absent=unspecified");
	claims = token_claims(world, json_object());
	assert_string_equal(text(claims, "aud"), "unspecified");
	json_decref(claims);
	turn(world, "token-aud=as-sent");
	claims = token_claims(world, json_pack("{s:s}", "resource", "r"));
	assert_string_equal(text(claims, "aud"), "r");
	json_decref(claims);
}

static void
token_is_signed(void **state)
{
	struct world *world = *state;
	const struct signer signer = { other_key, "kid" };
	json_t *claims = json_pack("{s:i}", "a", 1);
	unsigned char *spki = NULL;
	size_t len = (size_t)i2d_PUBKEY(other_key, &spki);
	char *token;

	turn(world, "token-alg=RS384");
	token = access_token_sign(claims, &world->rules, &signer);
	assert_non_null(token);
	assert_int_equal(segl_jws_verify(world->segl, token, strlen(token),
			     SEGL_ALG_RS384, spki, len),
	    SEGL_OK);
	free(token);
	OPENSSL_free(spki);
	json_decref(claims);
}

/* ---- files */

static void
write_file(const char *name, const void *bytes, size_t len)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", scratch, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

static void
remove_file(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", scratch, name);
	assert_int_equal(unlink(path), 0);
}

static void
trust_is_read_from_files(void **state)
{
	struct segl *segl = segl_new();
	struct trust *trust = (struct trust *)1;
	struct buffer pem;
	unsigned char *der = NULL;
	int len;

	(void)state;
	write_file("junk", "junk", 4);
	assert_int_equal(trust_load(segl, scratch, &trust), SEGL_EUSAGE);
	assert_null(trust);
	buffer_init(&pem, FILE_KEY_MAX);
	assert_int_equal(pki_add_certificate(&pem, root), 0);
	assert_int_equal(pki_add_certificate(&pem, sub), 0);
	write_file("two.pem", pem.data, pem.len);
	len = i2d_X509(leaf, &der);
	write_file("one.cer", der, (size_t)len);
	assert_int_equal(trust_load(segl, scratch, &trust), SEGL_OK);
	assert_int_equal(sk_X509_num(trust->certificates), 3);
	assert_true(trust_has(trust, sub));
	assert_true(trust_has(trust, leaf));
	trust_free(trust);
	remove_file("one.cer");
	assert_int_equal(trust_load(segl, scratch, &trust), SEGL_OK);
	assert_false(trust_has(trust, leaf));
	trust_free(trust);
	remove_file("two.pem");
	remove_file("junk");
	buffer_clear(&pem);
	OPENSSL_free(der);
	segl_free(segl);
}

static void
variables_are_quoted(void **state)
{
	char *const variables[] = { (char *)"A=/plain/path:1",
		(char *)"B=two words", (char *)"C=it's", (char *)"D=",
		(char *)"E=$(x)", NULL };
	struct buffer out;

	(void)state;
	buffer_init(&out, 1024);
	assert_int_equal(ready_lines(&out, variables), SEGL_OK);
	assert_string_equal(out.data,
	    "A=/plain/path:1\nB='two words'\nC='it'\\''s'\nD=''\n"
	    "E='$(x)'\n");
	buffer_clear(&out);
}


static void
material_is_made_once(void **state)
{
	struct segl *segl = segl_new();
	struct material material;
	struct directory directory;
	struct stat st;
	char path[256];
	EVP_PKEY *first;

	(void)state;
	snprintf(path, sizeof(path), "%s/dir", scratch);
	assert_int_equal(directory_open(&directory, segl, path), SEGL_OK);
	assert_int_equal(
	    material_open(&material, segl, &directory, 0, NOW), SEGL_OK);
	assert_int_equal(fstatat(directory.fd, "seal.p12", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_null(material.token_key); /* that takes its time */
	assert_int_equal(
	    material_token(&material, segl, &directory, NOW), SEGL_OK);
	first = material.token_key;
	EVP_PKEY_up_ref(first);
	material_clear(&material);
	assert_int_equal(
	    material_open(&material, segl, &directory, 0, NOW), SEGL_OK);
	assert_int_equal(EVP_PKEY_eq(first, material.token_key), 1);
	EVP_PKEY_free(first);
	material_clear(&material);
	/* the seal lives for three years */
	assert_int_equal(material_open(&material, segl, &directory, 0,
			     NOW + 3 * 365 * 86400LL + 1),
	    SEGL_EUSAGE);
	assert_null(material.token_key);
	directory.temporary = 1;
	directory_close(&directory, material_files);
	assert_int_not_equal(access(path, F_OK), 0);
	segl_free(segl);
}

int
main(void)
{
#define WITH_WORLD(test) \
	cmocka_unit_test_setup_teardown(test, make_world, drop_world)
	const struct CMUnitTest tests[] = {
		WITH_WORLD(good_grant_passes_every_step),
		WITH_WORLD(only_a_signed_grant_spends_its_jti),
		WITH_WORLD(signature_is_over_every_byte),
		WITH_WORLD(x5c_is_an_array_of_certificates),
		WITH_WORLD(path_is_ordered_and_whole),
		WITH_WORLD(path_ends_at_a_root_or_a_trusted_one),
		WITH_WORLD(trust_is_any_issuer_or_root),
		WITH_WORLD(certificates_are_valid_from_and_to),
		WITH_WORLD(seal_needs_an_identifier),
		WITH_WORLD(use_of_the_key_is_a_switch),
		WITH_WORLD(statements_are_read),
		WITH_WORLD(token_has_the_documented_claims),
		WITH_WORLD(token_follows_switches),
		WITH_WORLD(token_is_signed),
		cmocka_unit_test(trust_is_read_from_files),
		cmocka_unit_test(variables_are_quoted),
		cmocka_unit_test(material_is_made_once),
	};

	return cmocka_run_group_tests_name(
	    "sim grants", tests, make_certificates, drop_certificates);
}
