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

#include <openssl/pem.h>

#include "sim/default_registry.h"
#include "sim/grant.h"
#include "sim/orgno.h"
#include "sim/pki.h"
#include "sim/public_key.h"

#define NOW    1780000000LL
#define DAY_S  86400LL
#define ISSUER "https://127.0.0.1:4711/"

static EVP_PKEY *rsa_key, *small_key, *ca_key;
static X509 *root, *ca, *leaf;
static char scratch[] = "/tmp/segl-check.XXXXXX";

static int
make_keys(void **state)
{
	(void)state;
	rsa_key = pki_rsa_key();
	small_key = EVP_RSA_gen(1024);
	ca_key = pki_ec_key();
	root = pki_issue(&pki_enterprise_root, ca_key, NULL, ca_key, NOW);
	ca = pki_issue(&pki_enterprise_ca, ca_key, root, ca_key, NOW);
	leaf = pki_issue(&pki_enterprise, rsa_key, ca, ca_key, NOW);
	return leaf == NULL || mkdtemp(scratch) == NULL ? -1 : 0;
}

static int
drop_keys(void **state)
{
	(void)state;
	EVP_PKEY_free(rsa_key);
	EVP_PKEY_free(small_key);
	EVP_PKEY_free(ca_key);
	X509_free(root);
	X509_free(ca);
	X509_free(leaf);
	return rmdir(scratch);
}

static const char *
path_of(const char *name)
{
	static char path[3][128];
	static int next;

	next = (next + 1) % 3;
	snprintf(path[next], sizeof(path[next]), "%s/%s", scratch, name);
	return path[next];
}

static void
write_file(const char *name, const char *text, size_t len)
{
	FILE *f = fopen(path_of(name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	fclose(f);
}

static void
write_certificate(const char *name, X509 *x509)
{
	struct buffer pem;

	buffer_init(&pem, 65536);
	assert_int_equal(pki_add_certificate(&pem, x509), 0);
	write_file(name, pem.data, pem.len);
	buffer_clear(&pem);
}

static enum segl_status
load(struct segl *segl, const char *text, struct registry **out)
{
	char roots[128], intermediates[128];
	const struct registry_files defaults = { roots, intermediates };
	enum segl_status status;

	snprintf(roots, sizeof(roots), "%s", path_of("root.pem"));
	snprintf(intermediates, sizeof(intermediates), "%s", path_of("ca.pem"));
	write_file("r.json", text, strlen(text));
	write_certificate("root.pem", root);
	write_certificate("ca.pem", ca);
	status = registry_load(segl, path_of("r.json"), &defaults, out);
	unlink(path_of("r.json"));
	unlink(roots);
	unlink(intermediates);
	return status;
}

static char *
default_text(void)
{
	json_t *value = default_registry(rsa_key, NOW);
	char *text = json_dumps(value, JSON_INDENT(2));

	assert_non_null(text);
	json_decref(value);
	return text;
}

static struct registry *
default_loaded(void)
{
	struct segl *segl = segl_new();
	char *text = default_text();
	struct registry *registry;

	if (load(segl, text, &registry) != SEGL_OK)
		fail_msg("%s", segl_error_message(segl));
	free(text);
	segl_free(segl);
	return registry;
}

/* ---- numbers of organisations */

static void
organization_numbers_have_a_check_digit(void **state)
{
	static const struct {
		const char *text;
		int good;
	} cases[] = {
		{ DEFAULT_SUPPLIER, 1 }, { DEFAULT_CONSUMER, 1 },
		{ DEFAULT_OWNER, 1 }, { DEFAULT_UNAPPROVED, 1 },
		{ "991825827", 1 }, { "991825826", 0 }, { "", 0 },
		{ "31000001", 0 }, { "3100000190", 0 }, { "31000001x", 0 },
		{ " 31000001", 0 }, { "000000000", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    orgno_is_good(cases[i].text) != 0, cases[i].good);
}

static void
organization_is_found_in_the_subject(void **state)
{
	static const struct {
		const char *serial, *o, *id, *orgno;
		int claimed;
	} cases[] = {
		{ "991825827", NULL, NULL, "991825827", 1 },
		{ "991825827", NULL, "NTRNO-310000019", "991825827", 1 },
		{ "99182582", NULL, NULL, NULL, 0 },
		{ NULL, "Buypass AS-983163327", NULL, "983163327", 0 },
		{ NULL, "Buypass AS - 983163327", NULL, "983163327", 0 },
		{ NULL, "-983163327", NULL, NULL, 0 },
		{ NULL, "AS-x983163327", NULL, NULL, 0 },
		{ NULL, "AS-98316332", NULL, NULL, 0 },
		{ NULL, NULL, "NTRNO-310000019", "310000019", 1 },
		{ NULL, NULL, "PSDNO-FSA-310000019", "310000019", 1 },
		{ NULL, NULL, "310000019", "310000019", 0 },
		/* the trap in the library's expression: not Norwegian at all */
		{ NULL, NULL, "VATDE-123456789", "123456789", 0 },
		{ "NTRNO-310000019", NULL, NULL, NULL, 0 },
		{ NULL, NULL, "ntrno-310000019", "310000019", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seal seal = {
			.subject_serial = (char *)(intptr_t)cases[i].serial,
			.organization = (char *)(intptr_t)cases[i].o,
			.organization_identifier =
			    (char *)(intptr_t)cases[i].id,
		};
		const char *orgno = orgno_of(&seal);

		if (cases[i].orgno == NULL)
			assert_null(orgno);
		else
			assert_string_equal(orgno, cases[i].orgno);
		assert_int_equal(
		    orgno_is_claimed(&seal) != 0, cases[i].claimed);
	}
}

/* ---- the file */

static void
default_registry_is_read(void **state)
{
	struct registry *registry = default_loaded();
	const struct client *client;
	const struct registered_key *key;

	(void)state;
	assert_int_equal(registry->clients.count, 3);
	client = registry_client(registry, DEFAULT_REGISTERED_CLIENT_ID);
	assert_non_null(client);
	assert_string_equal(client->orgno, DEFAULT_SUPPLIER);
	assert_null(registry_client(registry, "5e610000"));
	key = client_key(client, DEFAULT_KID);
	assert_non_null(key);
	assert_int_equal(key->created, NOW);
	assert_int_equal(EVP_PKEY_eq(key->key, rsa_key), 1);
	assert_int_equal(
	    client_key(client, DEFAULT_OLD_KID)->created, NOW - 400 * DAY_S);
	assert_null(client_key(client, "segl"));
	assert_true(scope_is_granted(
	    registry_scope(registry, DEFAULT_SCOPE), DEFAULT_SUPPLIER));
	assert_false(scope_is_granted(
	    registry_scope(registry, "demo:write"), DEFAULT_SUPPLIER));
	assert_true(scope_is_granted(
	    registry_scope(registry, "demo:write"), DEFAULT_OWNER));
	assert_false(scope_is_for_maskinporten(
	    registry_scope(registry, "demo:login")));
	assert_true(registry_delegates(
	    registry, DEFAULT_CONSUMER, DEFAULT_SUPPLIER, DEFAULT_SCOPE));
	assert_false(registry_delegates(
	    registry, DEFAULT_SUPPLIER, DEFAULT_CONSUMER, DEFAULT_SCOPE));
	assert_non_null(registry_system_user(
	    registry, DEFAULT_CONSUMER, DEFAULT_CONSUMER));
	assert_string_not_equal(
	    registry_system_user(registry, DEFAULT_CONSUMER, NULL)->id,
	    registry_system_user(registry, DEFAULT_CONSUMER, "branch")->id);
	assert_null(
	    registry_system_user(registry, DEFAULT_SUPPLIER, "branch"));
	assert_int_equal(sk_X509_num(registry->roots->certificates), 1);
	registry_free(registry);
	registry_free(NULL);
}

#define CLIENT(x) "{\"clients\":[{\"client_id\":\"a\"," x "}]}"
#define KEY(x)	  CLIENT("\"orgno\":\"310000019\",\"keys\":[" x "]")

static void
every_error_names_its_place(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "line 1, column 0: " },
		{ "{\"clients\":[}", "line 1, column 13: " },
		{ "[]", "not an object" },
		{ "{\"client\":[]}", "there is no member \"client\" here" },
		{ "{\"clients\":{}}", "clients: not an array" },
		{ "{\"clients\":[1]}", "clients[0]: not an object" },
		{ "{\"clients\":[{}]}",
		    "clients[0]: \"client_id\" is missing" },
		{ CLIENT("\"name\":\"x\""),
		    "clients[0]: there is no member \"name\" here" },
		{ CLIENT("\"orgno\":310000019"),
		    "clients[0].orgno: not a Norwegian organisation number" },
		{ CLIENT("\"orgno\":\"310000018\""),
		    "clients[0].orgno: not a Norwegian organisation number" },
		{ CLIENT("\"orgno\":\"310000019\",\"scopes\":[\"a b\"]"),
		    "clients[0].scopes[0]: not one scope" },
		{ CLIENT("\"orgno\":\"310000019\",\"scopes\":[\"a:b\"]"),
		    "clients[0]: \"scopes\" has no a:b" },
		{ CLIENT("\"orgno\":\"310000019\","
			 "\"integration_type\":\"maskin\""),
		    "clients[0].integration_type: not one of maskinporten" },
		{ KEY("{}"), "clients[0].keys[0]: \"kid\" is missing" },
		{ KEY("{\"kid\":\"a\"}"),
		    "clients[0].keys[0]: a key is either \"file\" or" },
		{ KEY("{\"kid\":\"a/b\",\"file\":\"x\"}"),
		    "clients[0].keys[0]: a kid has letters" },
		{ KEY("{\"kid\":\"a\",\"file\":\"nothing\"}"),
		    "clients[0].keys[0]: cannot read /tmp/segl-check." },
		{ KEY("{\"kid\":\"a\",\"kty\":\"EC\",\"n\":\"AQ\","
		      "\"e\":\"AQAB\"}"),
		    "clients[0].keys[0]: \"kty\" is not \"RSA\"" },
		{ KEY("{\"kid\":\"a\",\"kty\":\"RSA\",\"n\":\"!\","
		      "\"e\":\"AQAB\"}"),
		    "clients[0].keys[0]: \"n\" and \"e\" are no key" },
		{ KEY("{\"kid\":\"a\",\"d\":\"AQ\"}"),
		    "clients[0].keys[0]: there is no member \"d\" here" },
		{ KEY("{\"kid\":\"a\",\"created\":\"2026-02-30T00:00:00Z\"}"),
		    "clients[0].keys[0].created: not an instant" },
		{ KEY("{\"kid\":\"a\",\"created\":\"2026-2-3T00:00:00Z\"}"),
		    "clients[0].keys[0].created: not an instant" },
		{ KEY("{\"kid\":\"a\",\"created\":1780000000}"),
		    "clients[0].keys[0].created: not an instant" },
		{ "{\"scopes\":[{\"scope\":\"a:b\",\"owner\":\"310000035\","
		  "\"accessible_for_all\":1}]}",
		    "scopes[0].accessible_for_all: not true or false" },
		{ "{\"scopes\":[{\"scope\":\"a:b\",\"owner\":\"310000035\"},"
		  "{\"scope\":\"a:b\",\"owner\":\"310000035\"}]}",
		    "scopes[1]: there are two scopes a:b" },
		{ "{\"delegations\":[{\"consumer\":\"310000027\","
		  "\"supplier\":\"310000019\",\"scope\":\"a:b\"}]}",
		    "delegations[0]: \"scopes\" has no a:b" },
		{ "{\"system_users\":[{\"id\":\"u\",\"orgno\":\"310000027\","
		  "\"system_id\":\"s\",\"client_ids\":[\"x\"],"
		  "\"approved\":true}]}",
		    "system_users[0]: \"clients\" has no x" },
		{ "{\"consents\":[{\"id\":\"c\",\"from\":\"\"}]}",
		    "consents[0].from: not a text" },
		{ "{\"scopes\":[],\"scopes\":[]}", "line 1, column " },
		{ "{\"enterprise_roots\":\"r.json\"}",
		    "there is no certificate in /tmp/segl-check." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct registry *registry = (struct registry *)1;
		struct segl *segl = segl_new();

		assert_int_equal(
		    load(segl, cases[i].text, &registry), SEGL_EUSAGE);
		assert_null(registry);
		if (strstr(segl_error_message(segl), cases[i].why) == NULL)
			fail_msg("%s: %s", cases[i].text,
			    segl_error_message(segl));
		segl_free(segl);
	}
}

static void
no_registry_file(void **state)
{
	static const struct registry_files none = { "", "" };
	struct registry *registry = (struct registry *)1;
	struct segl *segl = segl_new();

	(void)state;
	assert_int_equal(
	    registry_load(segl, path_of("nothing"), &none, &registry),
	    SEGL_EUSAGE);
	assert_null(registry);
	assert_non_null(strstr(segl_error_message(segl), "cannot read"));
	segl_free(segl);
}

/* ---- keys in files */

static void
public_keys_are_pem_or_jwk(void **state)
{
	json_t *jwk = public_key_private_jwk(rsa_key, "k");
	BIO *bio = BIO_new(BIO_s_mem());
	const char *why;
	EVP_PKEY *key;
	char *text, *pem;
	long len;

	(void)state;
	assert_non_null(jwk);
	text = json_dumps(jwk, 0);
	assert_null(public_key_parse(text, strlen(text), &why));
	assert_non_null(strstr(why, "private key"));
	free(text);
	json_object_del(jwk, "d");
	text = json_dumps(jwk, 0);
	key = public_key_parse(text, strlen(text), &why);
	assert_int_equal(EVP_PKEY_eq(key, rsa_key), 1);
	EVP_PKEY_free(key);
	free(text);
	json_decref(jwk);
	assert_int_equal(PEM_write_bio_PUBKEY(bio, rsa_key), 1);
	len = BIO_get_mem_data(bio, &pem);
	key = public_key_parse(pem, (size_t)len, &why);
	assert_int_equal(EVP_PKEY_eq(key, rsa_key), 1);
	EVP_PKEY_free(key);
	assert_int_equal(BIO_reset(bio), 1);
	assert_int_equal(PEM_write_bio_PUBKEY(bio, small_key), 1);
	len = BIO_get_mem_data(bio, &pem);
	assert_null(public_key_parse(pem, (size_t)len, &why));
	assert_string_equal(why, "not an RSA key of 2048 bits or more");
	assert_null(public_key_parse("{}", 2, &why));
	assert_null(public_key_parse("junk", 4, &why));
	assert_non_null(strstr(why, "neither"));
	BIO_free(bio);
}

/* ---- rules about clients */

struct world {
	struct rules rules;
	struct registry *registry;
	struct trust trust;
	struct policy policy;
	struct segl *segl;
	struct jti_memory *jtis;
	struct attempt attempt;
};

static int
make_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	rules_init(&world->rules);
	world->registry = default_loaded();
	world->trust.store = X509_STORE_new();
	world->trust.certificates = sk_X509_new_null();
	world->policy = (struct policy) { .rules = &world->rules,
		.trust = &world->trust,
		.issuer = ISSUER,
		.registry = world->registry };
	world->segl = segl_new();
	world->jtis = jti_memory_new(4);
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
	registry_free(world->registry);
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

/* An attempt of the client, which may be NULL, with these CLAIMS besides. */
static struct attempt *
attempt(struct world *world, const char *client_id, const char *claims)
{
	struct attempt *a = &world->attempt;

	attempt_clear(a);
	attempt_init(a, &world->policy, world->jtis, world->segl, NOW);
	a->header = json_object();
	a->claims = json_loads(claims, 0, NULL);
	assert_non_null(a->claims);
	if (client_id != NULL)
		json_object_set_new(a->claims, "iss", json_string(client_id));
	a->client = client_id == NULL
	    ? NULL
	    : registry_client(world->registry, client_id);
	return a;
}

static struct attempt *
with_leaf(struct world *world, X509 *x509, const char *client_id)
{
	struct attempt *a = attempt(world, client_id, "{}");

	a->path = sk_X509_new_null();
	X509_up_ref(x509);
	sk_X509_push(a->path, x509);
	assert_int_equal(seal_read(&a->seal, x509), 0);
	return a;
}

static void
route_is_found_by_identity(void **state)
{
	static const struct {
		const char *set, *iss;
		int norwegian;
		enum refusal refusal;
		enum route route;
	} cases[] = {
		{ "norwegian-seal=trusted", DEFAULT_CLIENT_ID, 1, REFUSAL_NONE,
		    ROUTE_ENTERPRISE },
		{ "norwegian-seal=trusted", DEFAULT_CLIENT_ID, 0, REFUSAL_NONE,
		    ROUTE_ESEAL },
		{ "norwegian-seal=trusted", "nobody", 0, REFUSAL_NONE,
		    ROUTE_ESEAL },
		{ "norwegian-seal=trusted", "nobody", 1, REFUSAL_MP_100,
		    ROUTE_ESEAL },
		{ "norwegian-seal=refuse", "nobody", 1, REFUSAL_MP_100,
		    ROUTE_ESEAL },
		{ "norwegian-seal=accept", "nobody", 1, REFUSAL_NONE,
		    ROUTE_ESEAL },
	};
	static const struct pki_attribute subject[] = {
		{ "organizationIdentifier", "NTRSE-1" }, { NULL, NULL }
	};
	static const struct pki_profile foreign = { .subject = subject,
		.extensions = "[ext]\nbasicConstraints=CA:FALSE\n",
		.days = 10 };
	X509 *seal = pki_issue(&foreign, rsa_key, ca, ca_key, NOW);
	struct world *world = *state;
	struct attempt *a;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		a = with_leaf(
		    world, cases[i].norwegian ? leaf : seal, cases[i].iss);
		a->client = NULL;
		turn(world, cases[i].set);
		assert_int_equal(check_client(a), cases[i].refusal);
		assert_int_equal(a->route, cases[i].route);
		assert_int_equal(
		    a->client != NULL, cases[i].route == ROUTE_ENTERPRISE);
	}
	turn(world, "norwegian-seal=trusted");
	X509_STORE_add_cert(world->trust.store, ca);
	sk_X509_push(world->trust.certificates, ca);
	a = with_leaf(world, leaf, "nobody");
	assert_int_equal(check_client(a), REFUSAL_NONE);
	assert_int_equal(a->route, ROUTE_ESEAL);
	X509_free(seal);
}

static void
keys_live_for_a_year(void **state)
{
	static const struct {
		const char *kid;
		long long now;
		enum refusal refusal;
		enum rule rule;
	} cases[] = {
		{ DEFAULT_KID, NOW, REFUSAL_NONE, RULE_COUNT },
		{ DEFAULT_KID, NOW + 365 * DAY_S, REFUSAL_NONE, RULE_COUNT },
		{ DEFAULT_KID, NOW + 365 * DAY_S + 1, REFUSAL_MP_121,
		    RULE_KEY_AGE },
		{ DEFAULT_OLD_KID, NOW, REFUSAL_MP_121, RULE_KEY_AGE },
		{ "other", NOW, REFUSAL_UNKNOWN_KID, RULE_KID },
	};
	struct world *world = *state;
	struct attempt *a;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		a = attempt(world, DEFAULT_REGISTERED_CLIENT_ID, "{}");
		a->now = cases[i].now;
		json_object_set_new(
		    a->header, "kid", json_string(cases[i].kid));
		assert_int_equal(check_registered_key(a), cases[i].refusal);
		assert_int_equal(a->rule, cases[i].rule);
		assert_int_equal(
		    a->key != NULL, cases[i].refusal == REFUSAL_NONE);
	}
	turn(world, "kid-refusal=MP-100");
	json_object_set_new(a->header, "kid", json_string("other"));
	assert_int_equal(check_registered_key(a), REFUSAL_MP_100);
}

static void
registered_key_needs_a_client(void **state)
{
	struct world *world = *state;
	struct attempt *a = attempt(world, "nobody", "{}");
	struct client *client;

	a->route = ROUTE_REGISTERED;
	assert_int_equal(check_client(a), REFUSAL_MP_100);
	assert_int_equal(a->rule, RULE_CLIENT);
	a = attempt(world, DEFAULT_REGISTERED_CLIENT_ID, "{}");
	a->route = ROUTE_REGISTERED;
	assert_int_equal(check_client(a), REFUSAL_NONE);
	client = world->registry->clients.items;
	free(client[1].integration_type);
	client[1].integration_type = strdup("idporten");
	assert_int_equal(check_client(a), REFUSAL_MP_100);
	assert_int_equal(a->rule, RULE_CLIENT_TYPE_REFUSAL);
}

static void
organization_is_the_clients(void **state)
{
	struct world *world = *state;

	assert_int_equal(
	    check_organization(with_leaf(world, leaf, DEFAULT_CLIENT_ID)),
	    REFUSAL_NONE);
	assert_int_equal(check_organization(with_leaf(
			     world, leaf, DEFAULT_CONSUMER_CLIENT_ID)),
	    REFUSAL_MP_122);
	assert_int_equal(check_organization(with_leaf(
			     world, leaf, DEFAULT_REGISTERED_CLIENT_ID)),
	    REFUSAL_KID_REQUIRED);
}

/* ---- the validator of enterprise certificates */

#define POLICY "certificatePolicies=2.16.578.1.26.1.3.2\n"
#define USAGE  "keyUsage=critical,digitalSignature\n"

static void
enterprise_certificates_are_validated(void **state)
{
	static const struct {
		const char *set, *extensions;
		enum refusal refusal;
		enum rule rule;
	} cases[] = {
		{ "typ=accept", USAGE POLICY, REFUSAL_NONE, RULE_COUNT },
		{ "typ=accept", "keyUsage=critical,keyEncipherment\n" POLICY,
		    REFUSAL_NONE, RULE_COUNT },
		{ "typ=accept", "keyUsage=digitalSignature\n" POLICY,
		    REFUSAL_MP_120, RULE_ENTERPRISE_KEY_USAGE },
		{ "typ=accept", POLICY, REFUSAL_MP_120,
		    RULE_ENTERPRISE_KEY_USAGE },
		{ "typ=accept",
		    USAGE POLICY "extendedKeyUsage=critical,clientAuth\n",
		    REFUSAL_MP_120, RULE_ENTERPRISE_CRITICAL },
		{ "typ=accept", USAGE POLICY "extendedKeyUsage=clientAuth\n",
		    REFUSAL_NONE, RULE_COUNT },
		{ "typ=accept", USAGE, REFUSAL_MP_120,
		    RULE_NO_POLICIES_REFUSAL },
		{ "no-policies-refusal=internal", USAGE, REFUSAL_INTERNAL,
		    RULE_NO_POLICIES_REFUSAL },
		{ "typ=accept", USAGE "certificatePolicies=1.2.3\n",
		    REFUSAL_MP_120, RULE_ENTERPRISE_POLICIES },
		{ "typ=accept",
		    USAGE "certificatePolicies=1.2.3,2.16.578.1.26.1.3.5\n",
		    REFUSAL_NONE, RULE_COUNT },
		{ "typ=accept",
		    USAGE "certificatePolicies=2.16.578.1.26.1.3.21\n",
		    REFUSAL_MP_120, RULE_ENTERPRISE_POLICIES },
		{ "typ=accept",
		    USAGE "certificatePolicies=2.16.578.1.29.913.210.1.0\n",
		    REFUSAL_NONE, RULE_COUNT },
		{ "typ=accept",
		    USAGE "certificatePolicies=2.16.578.1.29.13.210.1.0\n",
		    REFUSAL_MP_120, RULE_ENTERPRISE_POLICIES },
		{ "enterprise-policies=production",
		    USAGE "certificatePolicies=2.16.578.1.29.13.210.1.0\n",
		    REFUSAL_NONE, RULE_COUNT },
		{ "enterprise-policies=production",
		    USAGE "certificatePolicies=2.16.578.1.29.913.210.1.0\n",
		    REFUSAL_MP_120, RULE_ENTERPRISE_POLICIES },
		{ "enterprise-policies=production",
		    USAGE "certificatePolicies=2.16.578.1.1.1.1.100\n",
		    REFUSAL_MP_120, RULE_ENTERPRISE_POLICIES },
	};
	struct world *world = *state;
	char text[256];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct pki_profile profile = {
			.subject = pki_enterprise.subject,
			.extensions = text,
			.days = 10
		};
		X509 *x509;

		snprintf(text, sizeof(text), "[ext]\n%s", cases[i].extensions);
		x509 = pki_issue(&profile, rsa_key, ca, ca_key, NOW);
		turn(world, cases[i].set);
		with_leaf(world, x509, DEFAULT_CLIENT_ID);
		assert_int_equal(
		    check_enterprise(&world->attempt), cases[i].refusal);
		assert_int_equal(world->attempt.rule, cases[i].rule);
		X509_free(x509);
	}
}

static void
enterprise_certificates_have_dates_and_issuers(void **state)
{
	struct world *world = *state;
	X509 *self = pki_issue(&pki_enterprise, rsa_key, NULL, rsa_key, NOW);
	X509 *other = pki_issue(&pki_enterprise_ca, ca_key, NULL, ca_key, NOW);
	X509 *stray = pki_issue(&pki_enterprise, rsa_key, self, rsa_key, NOW);
	const struct {
		X509 *x509;
		long long now;
		enum rule rule; /* RULE_COUNT: accepted */
	} cases[] = {
		{ leaf, NOW, RULE_COUNT },
		{ leaf, NOW - 3599, RULE_COUNT },
		{ leaf, NOW - 3601, RULE_ENTERPRISE_VALIDITY },
		{ leaf, NOW + 3 * 365 * DAY_S - 1, RULE_COUNT },
		{ leaf, NOW + 3 * 365 * DAY_S + 1, RULE_ENTERPRISE_VALIDITY },
		{ self, NOW, RULE_ENTERPRISE_SIGNED },
		{ stray, NOW, RULE_ENTERPRISE_SIGNED },
		{ other, NOW, RULE_ENTERPRISE_SIGNED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attempt *a =
		    with_leaf(world, cases[i].x509, DEFAULT_CLIENT_ID);

		a->now = cases[i].now;
		assert_int_equal(check_enterprise(a),
		    cases[i].rule == RULE_COUNT ? REFUSAL_NONE
						: REFUSAL_MP_120);
		assert_int_equal(a->rule, cases[i].rule);
	}
	X509_free(self);
	X509_free(stray);
	X509_free(other);
	/* an intermediate that is not configured */
	self = pki_issue(&pki_seal_ca, ca_key, root, ca_key, NOW);
	stray = pki_issue(&pki_enterprise, rsa_key, self, ca_key, NOW);
	assert_int_equal(
	    check_enterprise(with_leaf(world, stray, DEFAULT_CLIENT_ID)),
	    REFUSAL_MP_120);
	assert_int_equal(world->attempt.rule, RULE_ENTERPRISE_PATH);
	X509_free(self);
	X509_free(stray);
}

/* ---- what a client may have */

static void
scopes_are_registered_granted_delegated(void **state)
{
	static const struct {
		const char *set, *claims;
		enum refusal refusal;
		const char *scope;
	} cases[] = {
		{ "delegated-scope=optional", "{\"scope\":\"demo:read\"}",
		    REFUSAL_NONE, NULL },
		{ "delegated-scope=optional", "{\"scope\":\"demo:rea\"}",
		    REFUSAL_MP_200, "demo:rea" },
		{ "delegated-scope=optional",
		    "{\"scope\":\"a:b demo:read c:d demo:login\"}",
		    REFUSAL_MP_200, "a:b c:d" },
		{ "delegated-scope=optional",
		    "{\"scope\":\"demo:login demo:write\"}", REFUSAL_MP_201,
		    NULL },
		{ "delegated-scope=optional",
		    "{\"scope\":\"demo:read demo:write\"}", REFUSAL_MP_250,
		    "demo:write" },
		{ "delegated-scope=optional",
		    "{\"scope\":\"demo:read\","
		    "\"consumer_org\":\"310000027\"}",
		    REFUSAL_NONE, NULL },
		{ "delegated-scope=optional",
		    "{\"scope\":\"demo:read\","
		    "\"consumer_org\":\"310000043\"}",
		    REFUSAL_MP_250, "demo:read" },
		{ "delegated-scope=optional",
		    "{\"scope\":\"demo:read demo:write\","
		    "\"consumer_org\":\"310000027\"}",
		    REFUSAL_MP_251, "demo:write" },
		{ "delegated-scope=optional",
		    "{\"scope\":\"demo:read\","
		    "\"consumer_org\":\"310000019\"}",
		    REFUSAL_CONSUMER_COMBINATION, NULL },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attempt *a =
		    attempt(world, DEFAULT_CLIENT_ID, cases[i].claims);
		enum refusal refusal;

		refusal = check_consumer(a);
		if (refusal == REFUSAL_NONE)
			refusal = check_client_scope(a);
		if (refusal == REFUSAL_NONE)
			refusal = check_access(a);
		if (refusal == REFUSAL_NONE)
			refusal = check_delegation(a);
		assert_int_equal(refusal, cases[i].refusal);
		if (cases[i].scope != NULL)
			assert_string_equal(
			    a->words[WORD_SCOPE], cases[i].scope);
	}
}

/* A scope that is delegated, but not on the client. */
static void
delegated_scope_is_a_switch(void **state)
{
	struct world *world = *state;
	const char *claims = "{\"scope\":\"demo:read\","
			     "\"consumer_org\":\"310000027\"}";
	struct client *clients = world->registry->clients.items;
	char **scopes = clients[0].scopes.items;

	scopes[0][0] = 'x'; /* xemo:read */
	assert_int_equal(check_client_scope(
			     attempt(world, DEFAULT_CLIENT_ID, claims)),
	    REFUSAL_NONE);
	assert_int_equal(check_client_scope(attempt(world, DEFAULT_CLIENT_ID,
			     "{\"scope\":\"demo:read\"}")),
	    REFUSAL_MP_200);
	turn(world, "delegated-scope=required");
	assert_int_equal(check_client_scope(
			     attempt(world, DEFAULT_CLIENT_ID, claims)),
	    REFUSAL_MP_200);
}

#define ORG(x)                                                                 \
	"\"systemuser_org\":{\"authority\":\"iso6523-actorid-upis\","          \
	"\"ID\":\"0192:" x "\"}"
#define USER(x)                                                                \
	"{\"authorization_details\":[{\"type\":\"urn:altinn:systemuser\"," x   \
	"}]}"
#define FROM "\"from\":\"urn:altinn:organization:identifier-no:310000027\""
#define CONSENT(x)                                                             \
	"{\"authorization_details\":[{\"type\":\"urn:altinn:consent\"," x "}]}"

static void
details_are_of_the_registry(void **state)
{
	static const struct {
		const char *client, *claims;
		enum refusal refusal;
	} cases[] = {
		{ DEFAULT_CLIENT_ID, USER(ORG("310000027")), REFUSAL_NONE },
		{ DEFAULT_CLIENT_ID,
		    USER(ORG("310000027") ",\"externalRef\":\"310000027\""),
		    REFUSAL_NONE },
		{ DEFAULT_CLIENT_ID,
		    USER(ORG("310000027") ",\"externalRef\":\"branch\""),
		    REFUSAL_NONE },
		{ DEFAULT_CLIENT_ID,
		    USER(ORG("310000027") ",\"externalRef\":\"twig\""),
		    REFUSAL_MP_303 },
		{ DEFAULT_CLIENT_ID,
		    USER(ORG("310000027") ",\"externalRef\":1"),
		    REFUSAL_MP_303 },
		{ DEFAULT_CLIENT_ID, USER(ORG("310000019")), REFUSAL_MP_303 },
		{ DEFAULT_CLIENT_ID, USER(ORG("310000043")), REFUSAL_MP_303 },
		{ DEFAULT_CLIENT_ID, USER(ORG("310000028")), REFUSAL_MP_303 },
		{ DEFAULT_CLIENT_ID,
		    USER("\"systemuser_org\":\"310000027\""),
		    REFUSAL_MP_303 },
		{ DEFAULT_CLIENT_ID,
		    USER("\"systemuser_org\":{\"authority\":\"x\","
			 "\"ID\":\"0192:310000027\"}"),
		    REFUSAL_MP_303 },
		{ DEFAULT_CLIENT_ID,
		    USER("\"systemuser_org\":{\"name\":\"x\"}"),
		    REFUSAL_MP_302 },
		{ DEFAULT_CONSUMER_CLIENT_ID, USER(ORG("310000027")),
		    REFUSAL_MP_303 },
		{ NULL, USER(ORG("310000027")), REFUSAL_MP_303 },
		{ DEFAULT_CLIENT_ID,
		    CONSENT("\"id\":\"" DEFAULT_CONSENT_ID "\"," FROM),
		    REFUSAL_NONE },
		{ DEFAULT_CLIENT_ID,
		    CONSENT("\"id\":\"" DEFAULT_CONSENT_ID "\""),
		    REFUSAL_MP_303 },
		{ DEFAULT_CLIENT_ID, CONSENT("\"id\":\"x\"," FROM),
		    REFUSAL_MP_303 },
		{ DEFAULT_CLIENT_ID, CONSENT("\"id\":1," FROM),
		    REFUSAL_MP_303 },
		{ DEFAULT_CONSUMER_CLIENT_ID,
		    CONSENT("\"id\":\"" DEFAULT_CONSENT_ID "\"," FROM),
		    REFUSAL_MP_303 },
		{ NULL, CONSENT("\"id\":\"" DEFAULT_CONSENT_ID "\"," FROM),
		    REFUSAL_MP_303 },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attempt *a =
		    attempt(world, cases[i].client, cases[i].claims);

		if (cases[i].client == NULL)
			json_object_set_new(
			    a->claims, "iss", json_string("x"));
		assert_int_equal(check_details(a), cases[i].refusal);
		assert_int_equal(
		    a->details != NULL, cases[i].refusal == REFUSAL_NONE);
	}
}

static void
consents_end(void **state)
{
	const char *claims =
	    CONSENT("\"id\":\"" DEFAULT_CONSENT_ID "\"," FROM);
	struct world *world = *state;
	struct attempt *a = attempt(world, DEFAULT_CLIENT_ID, claims);

	a->now = NOW + 3650 * DAY_S;
	assert_int_equal(check_details(a), REFUSAL_NONE);
	a = attempt(world, DEFAULT_CLIENT_ID, claims);
	a->now = NOW + 3650 * DAY_S + 1;
	assert_int_equal(check_details(a), REFUSAL_MP_303);
	assert_string_equal(
	    a->words[WORD_VALUE], "\"" DEFAULT_CONSENT_ID "\"");
}

int
main(void)
{
#define WITH_WORLD(test) \
	cmocka_unit_test_setup_teardown(test, make_world, drop_world)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(organization_numbers_have_a_check_digit),
		cmocka_unit_test(organization_is_found_in_the_subject),
		cmocka_unit_test(default_registry_is_read),
		cmocka_unit_test(every_error_names_its_place),
		cmocka_unit_test(no_registry_file),
		cmocka_unit_test(public_keys_are_pem_or_jwk),
		WITH_WORLD(route_is_found_by_identity),
		WITH_WORLD(keys_live_for_a_year),
		WITH_WORLD(registered_key_needs_a_client),
		WITH_WORLD(organization_is_the_clients),
		WITH_WORLD(enterprise_certificates_are_validated),
		WITH_WORLD(enterprise_certificates_have_dates_and_issuers),
		WITH_WORLD(scopes_are_registered_granted_delegated),
		WITH_WORLD(delegated_scope_is_a_switch),
		WITH_WORLD(details_are_of_the_registry),
		WITH_WORLD(consents_end),
	};

	return cmocka_run_group_tests_name(
	    "sim registry", tests, make_keys, drop_keys);
}
