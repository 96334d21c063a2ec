/* SPDX-License-Identifier: ISC */
/*
 * What an answer is worth, to the second; and in which order who is asked.
 * Real servers are asked in tests/integration/revocation.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/ocsp.h>
#include <openssl/pem.h>

#include <segl/revocation.h>

#include "alloc.h"
#include "answers.h"
#include "base/error.h"
#include "ca.h"
#include "revocation/crl.h"
#include "revocation/locations.h"
#include "revocation/ocsp.h"

/* More than one question allocates; the loops must end before. */
#define ENOUGH 20000

#define OCSP_URL "http://ocsp.example/"
#define CRL_URL  "http://ocsp.example/crl"

static struct segl *segl;
static struct ca root, leaf, signer, stranger;
static struct certificate *c_leaf, *c_root;

static struct certificate *
facts_of(const struct ca *ca)
{
	struct certificate *out;

	assert_int_equal(certificate_of(ca->cert, &out), SEGL_OK);
	return out;
}

static int
make(void **state)
{
	struct ca_spec root_spec = { .cn = "Root",
		.basic = "critical,CA:TRUE",
		.usage = "critical,keyCertSign,cRLSign" };
	struct ca_spec leaf_spec = { .cn = "Leaf",
		.o = "Example AB",
		.usage = "critical,digitalSignature",
		.access =
		    "OCSP;URI:" OCSP_URL ",caIssuers;URI:http://ca.example/",
		.points = "URI:ldap://crl.example/CN=x,URI:" CRL_URL };
	struct ca_spec signer_spec = { .cn = "Signer",
		.usage = "critical,digitalSignature",
		.eku = "OCSPSigning",
		.not_before = CA_NOW - CA_DAY,
		.not_after = CA_NOW };
	struct ca_spec stranger_spec = { .cn = "Root", /* the same name */
		.basic = "critical,CA:TRUE",
		.usage = "critical,keyCertSign,cRLSign" };
	EVP_PKEY *key, *other;

	(void)state;
	alloc_take_over_openssl();
	key = ca_key("EC");
	other = ca_key("EC");
	root = ca_make(&root_spec, key, NULL);
	leaf = ca_make(&leaf_spec, other, &root);
	signer = ca_make(&signer_spec, other, &root);
	stranger = ca_make(&stranger_spec, other, NULL);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
	c_leaf = facts_of(&leaf);
	c_root = facts_of(&root);
	segl = segl_new();
	return segl == NULL ? -1 : 0;
}

static int
unmake(void **state)
{
	(void)state;
	certificate_free(c_leaf);
	certificate_free(c_root);
	ca_free(&stranger);
	ca_free(&signer);
	ca_free(&leaf);
	ca_free(&root);
	segl_free(segl);
	return 0;
}

static enum segl_revocation
judged_ocsp(const struct ocsp_spec *spec, struct answer *out)
{
	size_t len;
	unsigned char *der = answers_ocsp(spec, &len);

	assert_int_equal(
	    ocsp_judge(c_leaf, c_root, NULL, der, len, CA_NOW, out), SEGL_OK);
	free(der);
	return out->state;
}

static enum segl_revocation
judged_crl(const struct crl_spec *spec, struct answer *out)
{
	size_t len;
	unsigned char *der = answers_crl(spec, &len);

	assert_int_equal(
	    crl_judge(c_leaf, c_root, der, len, CA_NOW, out), SEGL_OK);
	free(der);
	return out->state;
}

/* ---- times ------------------------------------------------------------------
 */

static void
ocsp_times_to_the_second(void **state)
{
	static const struct {
		time_t from, to;
		enum segl_revocation is;
	} cases[] = {
		{ CA_NOW + 300, CA_NOW + 400, SEGL_REVOCATION_GOOD },
		{ CA_NOW + 301, CA_NOW + 400, SEGL_REVOCATION_UNKNOWN },
		{ CA_NOW - 400, CA_NOW - 300, SEGL_REVOCATION_GOOD },
		{ CA_NOW - 400, CA_NOW - 301, SEGL_REVOCATION_UNKNOWN },
		{ CA_NOW - 86700, 0, SEGL_REVOCATION_GOOD },
		{ CA_NOW - 86701, 0, SEGL_REVOCATION_UNKNOWN },
		{ CA_NOW, CA_NOW, SEGL_REVOCATION_GOOD },
		{ CA_NOW, CA_NOW - 1, SEGL_REVOCATION_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ocsp_spec spec = { .cert = &leaf,
			.issuer = &root,
			.this_update = cases[i].from,
			.next_update = cases[i].to };
		struct answer answer;

		if (judged_ocsp(&spec, &answer) != cases[i].is)
			fail_msg("case %zu: %s", i, answer.why);
		assert_int_equal(answer.authentic, 1);
		if (answer.state == SEGL_REVOCATION_GOOD) {
			assert_int_equal(answer.this_update, cases[i].from);
			assert_int_equal(answer.next_update,
			    cases[i].to == 0 ? -1 : cases[i].to);
			assert_int_equal(answer.until,
			    cases[i].to == 0 ? cases[i].from + 86400
					     : cases[i].to);
		} else {
			assert_true(answer.why[0] != '\0');
		}
		answer_clear(&answer);
	}
}

static void
crl_times_to_the_second(void **state)
{
	static const struct {
		time_t from, to;
		enum segl_revocation is;
	} cases[] = {
		{ CA_NOW + 300, CA_NOW + 400, SEGL_REVOCATION_GOOD },
		{ CA_NOW + 301, CA_NOW + 400, SEGL_REVOCATION_UNKNOWN },
		{ CA_NOW - 400, CA_NOW - 300, SEGL_REVOCATION_GOOD },
		{ CA_NOW - 400, CA_NOW - 301, SEGL_REVOCATION_UNKNOWN },
		/* a CRL has to say until when (RFC 5280, 5.1.2.5) */
		{ CA_NOW - 1, 0, SEGL_REVOCATION_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct crl_spec spec = { .issuer = &root,
			.this_update = cases[i].from,
			.next_update = cases[i].to };
		struct answer answer;

		if (judged_crl(&spec, &answer) != cases[i].is)
			fail_msg("case %zu: %s", i, answer.why);
		answer_clear(&answer);
	}
}

/* ---- who, what -------------------------------------------------------------
 */

static void
ocsp_by_whom(void **state)
{
	struct ocsp_spec spec = { .cert = &leaf,
		.issuer = &root,
		.signer = &signer,
		.this_update = CA_NOW,
		.next_update = CA_NOW + 1 };
	struct answer answer;
	unsigned char *der;
	size_t len;

	(void)state;
	/* the last second of the signer's certificate, and the first after */
	assert_int_equal(judged_ocsp(&spec, &answer), SEGL_REVOCATION_GOOD);
	assert_string_equal(answer.signer, "CN=Signer");
	answer_clear(&answer);
	der = answers_ocsp(&spec, &len);
	assert_int_equal(
	    ocsp_judge(c_leaf, c_root, NULL, der, len, CA_NOW + 1, &answer),
	    SEGL_OK);
	assert_int_equal(answer.state, SEGL_REVOCATION_UNKNOWN);
	assert_int_equal(answer.authentic, 0);
	answer_clear(&answer);
	/* one byte less, one more: no answer */
	assert_int_equal(
	    ocsp_judge(c_leaf, c_root, NULL, der, len - 1, CA_NOW, &answer),
	    SEGL_OK);
	assert_int_equal(answer.state, SEGL_REVOCATION_UNKNOWN);
	answer_clear(&answer);
	free(der);
	/* the issuer's name alone is not the issuer */
	spec.signer = &stranger;
	assert_int_equal(judged_ocsp(&spec, &answer), SEGL_REVOCATION_UNKNOWN);
	assert_null(answer.signer);
	answer_clear(&answer);
}

static void
ocsp_revoked(void **state)
{
	struct ocsp_spec spec = { .cert = &leaf,
		.issuer = &root,
		.status = V_OCSP_CERTSTATUS_REVOKED,
		.reason = OCSP_REVOKED_STATUS_KEYCOMPROMISE,
		.revoked_at = CA_NOW - 77,
		.this_update = CA_NOW,
		.next_update = CA_NOW + 1 };
	struct answer answer;

	(void)state;
	assert_int_equal(judged_ocsp(&spec, &answer), SEGL_REVOCATION_REVOKED);
	assert_int_equal(answer.revoked_at, CA_NOW - 77);
	assert_int_equal(answer.reason, 1);
	assert_string_equal(
	    segl_revocation_reason_name(answer.reason), "keyCompromise");
	answer_clear(&answer);
	spec.reason = -1;
	assert_int_equal(judged_ocsp(&spec, &answer), SEGL_REVOCATION_REVOKED);
	assert_int_equal(answer.reason, -1);
	answer_clear(&answer);
	spec.cert = &signer;
	assert_int_equal(judged_ocsp(&spec, &answer), SEGL_REVOCATION_UNKNOWN);
	assert_int_equal(answer.revoked_at, -1);
	answer_clear(&answer);
	spec.cert = &leaf;
	spec.status = V_OCSP_CERTSTATUS_UNKNOWN;
	assert_int_equal(judged_ocsp(&spec, &answer), SEGL_REVOCATION_UNKNOWN);
	answer_clear(&answer);
}

static void
crl_reasons(void **state)
{
	static const struct {
		int reason;
		enum segl_revocation is;
	} cases[] = {
		{ -1, SEGL_REVOCATION_REVOKED },
		{ CRL_REASON_KEY_COMPROMISE, SEGL_REVOCATION_REVOKED },
		{ CRL_REASON_CERTIFICATE_HOLD, SEGL_REVOCATION_REVOKED },
		{ CRL_REASON_REMOVE_FROM_CRL, SEGL_REVOCATION_GOOD },
		{ 99, SEGL_REVOCATION_REVOKED },
	};
	struct crl_spec spec = { .issuer = &root,
		.revoked = &leaf,
		.this_update = CA_NOW,
		.next_update = CA_NOW + 1 };
	struct answer answer;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		spec.reason = cases[i].reason;
		assert_int_equal(judged_crl(&spec, &answer), cases[i].is);
		if (cases[i].is == SEGL_REVOCATION_REVOKED) {
			assert_int_equal(answer.reason, cases[i].reason);
			assert_int_equal(answer.revoked_at, CA_NOW - CA_DAY);
		}
		answer_clear(&answer);
	}
	assert_null(segl_revocation_reason_name(99));
	assert_null(segl_revocation_reason_name(7));
	assert_null(segl_revocation_reason_name(-1));
	spec.revoked = &signer;
	spec.reason = 1;
	assert_int_equal(judged_crl(&spec, &answer), SEGL_REVOCATION_GOOD);
	answer_clear(&answer);
	spec.issuer = &stranger;
	assert_int_equal(judged_crl(&spec, &answer), SEGL_REVOCATION_UNKNOWN);
	answer_clear(&answer);
}

static void
addresses_that_are_read(void **state)
{
	struct locations where;

	(void)state;
	assert_int_equal(locations_read(c_leaf, &where), 0);
	assert_int_equal(where.n_ocsp, 1);
	assert_string_equal(where.ocsp[0], OCSP_URL);
	assert_int_equal(where.n_crl, 1);
	assert_string_equal(where.crl[0], CRL_URL);
	assert_true(where.others);
	locations_clear(&where);
	assert_int_equal(locations_read(c_root, &where), 0);
	assert_int_equal(where.n_ocsp + where.n_crl, 0);
	assert_false(where.others);
	locations_clear(&where);
}

/* ---- asking
 * ------------------------------------------------------------------ */

/* A transport that has these answers, and a cache of one. */
static struct {
	struct segl_transport transport;
	enum segl_status ocsp_status, crl_status;
	int ocsp_http;
	unsigned char *ocsp, *crl;
	size_t ocsp_len, crl_len;
	int posts, gets, crls;
	char key[2048];
	unsigned char kept[4096];
	size_t kept_len;
	long long until;
} world;

static enum segl_status
fetch(struct segl_transport *self, struct segl *handle,
    const struct segl_fetch *what, struct segl_response *response)
{
	int is_crl = strcmp(what->url, CRL_URL) == 0;
	enum segl_status status = is_crl ? world.crl_status : world.ocsp_status;
	const unsigned char *bytes = is_crl ? world.crl : world.ocsp;

	(void)self;
	memset(response, 0, sizeof(*response));
	assert_in_range(what->timeout_s, 1, 10);
	world.crls += is_crl;
	world.posts += what->content_type != NULL;
	world.gets += !is_crl && what->content_type == NULL;
	if (status != SEGL_OK)
		return error_set(handle, status, SEGL_TURN_NETWORK,
		    "%s could not be reached: the wire is cut", what->url);
	response->http_status = is_crl ? 200 : world.ocsp_http;
	response->len = is_crl ? world.crl_len : world.ocsp_len;
	response->body = calloc(1, response->len + 1);
	if (response->body == NULL)
		return error_nomem(handle);
	memcpy(response->body, bytes, response->len);
	return SEGL_OK;
}

static unsigned char *
load(void *arg, const char *key, size_t *len)
{
	unsigned char *copy;

	(void)arg;
	*len = 0;
	if (strcmp(key, world.key) != 0)
		return NULL;
	copy = malloc(world.kept_len);
	if (copy != NULL) {
		memcpy(copy, world.kept, world.kept_len);
		*len = world.kept_len;
	}
	return copy;
}

static void
store(
    void *arg, const char *key, const void *bytes, size_t len, long long until)
{
	(void)arg;
	assert_true(strlen(key) < sizeof(world.key));
	assert_null(strchr(key, '\n'));
	memcpy(world.key, key, strlen(key) + 1);
	assert_true(len <= sizeof(world.kept));
	memcpy(world.kept, bytes, len);
	world.kept_len = len;
	world.until = until;
}

static const struct segl_revocation_cache shelf = { .load = load,
	.store = store };

static void
begin(time_t next_update)
{
	struct ocsp_spec ocsp = { .cert = &leaf,
		.issuer = &root,
		.this_update = CA_NOW,
		.next_update = next_update };
	struct crl_spec crl = { .issuer = &root,
		.revoked = &leaf,
		.reason = 1,
		.this_update = CA_NOW,
		.next_update = next_update };

	memset(&world, 0, sizeof(world));
	world.transport.fetch = fetch;
	world.ocsp_http = 200;
	world.ocsp = answers_ocsp(&ocsp, &world.ocsp_len);
	world.crl = answers_crl(&crl, &world.crl_len);
}

static void
end(void)
{
	free(world.ocsp);
	free(world.crl);
}

static struct segl_softtoken *
sample(void)
{
	struct segl_softtoken *token = segl_softtoken_new(segl);
	BIO *bio = BIO_new(BIO_s_mem());
	char *data;
	long len;

	assert_true(PEM_write_bio_X509(bio, leaf.cert) &&
	    PEM_write_bio_X509(bio, root.cert));
	len = BIO_get_mem_data(bio, &data);
	segl_softtoken_accept_sample(token);
	segl_softtoken_set_time(token, CA_NOW);
	assert_int_equal(
	    segl_softtoken_load_mem(token, data, (size_t)len, "sample"),
	    SEGL_OK);
	BIO_free(bio);
	return token;
}

static struct segl_revocations *
ask(const struct segl_softtoken *token,
    const struct segl_revocation_answer **answer)
{
	struct segl_revocation_query query = {
		.transport = &world.transport, .cache = &shelf, .now = CA_NOW
	};
	struct segl_revocations *all;
	size_t n;

	assert_int_equal(
	    segl_revocation_ask(segl, token, &query, &all), SEGL_OK);
	*answer = segl_revocations_answers(all, &n);
	assert_int_equal(n, 1); /* not the root */
	return all;
}

static void
ocsp_first_then_crl(void **state)
{
	const struct segl_revocation_answer *answer;
	struct segl_softtoken *token = sample();
	struct segl_revocations *all;

	(void)state;
	begin(CA_NOW + 1000);
	all = ask(token, &answer);
	assert_int_equal(answer->state, SEGL_REVOCATION_GOOD);
	assert_int_equal(answer->source, SEGL_REVOCATION_OCSP);
	assert_string_equal(answer->url, OCSP_URL);
	assert_string_equal(answer->signer, "CN=Root");
	assert_false(answer->from_cache);
	assert_int_equal(world.posts, 1);
	assert_int_equal(world.gets + world.crls, 0);
	assert_int_equal(world.until, CA_NOW + 1000);
	segl_revocations_free(all);
	/* kept, so nobody is asked */
	all = ask(token, &answer);
	assert_int_equal(answer->state, SEGL_REVOCATION_GOOD);
	assert_true(answer->from_cache);
	assert_int_equal(world.posts, 1);
	segl_revocations_free(all);
	/* damaged, so asked again */
	world.kept[world.kept_len - 5] ^= 1;
	all = ask(token, &answer);
	assert_false(answer->from_cache);
	assert_int_equal(world.posts, 2);
	segl_revocations_free(all);
	/* HTTP 500: by GET as well, then the CRL, which knows better */
	world.key[0] = '\0';
	world.ocsp_http = 500;
	all = ask(token, &answer);
	assert_int_equal(answer->state, SEGL_REVOCATION_REVOKED);
	assert_int_equal(answer->source, SEGL_REVOCATION_CRL);
	assert_non_null(strstr(answer->why, "HTTP 500"));
	assert_int_equal(world.posts, 3);
	assert_int_equal(world.gets, 1);
	assert_int_equal(world.crls, 1);
	segl_revocations_free(all);
	end();
	segl_softtoken_free(token);
}

/* The CRL is on the same server, which is not tried twice. */
static void
dead_servers_are_left_alone(void **state)
{
	const struct segl_revocation_answer *answer;
	struct segl_softtoken *token = sample();
	struct segl_revocations *all;

	(void)state;
	begin(CA_NOW + 1000);
	world.ocsp_status = SEGL_ENETWORK;
	all = ask(token, &answer);
	assert_int_equal(answer->state, SEGL_REVOCATION_UNKNOWN);
	assert_string_equal(answer->why,
	    "OCSP " OCSP_URL ": the wire is cut; CRL " CRL_URL
	    ": its server could not be reached before");
	assert_int_equal(world.posts, 1);
	assert_int_equal(world.crls, 0);
	assert_int_equal(segl_error_status(segl), SEGL_OK);
	segl_revocations_free(all);
	end();
	segl_softtoken_free(token);
}

static void
kept_for_a_day_at_most(void **state)
{
	const struct segl_revocation_answer *answer;
	struct segl_softtoken *token = sample();
	struct segl_revocations *all;

	(void)state;
	begin(CA_NOW + 30 * CA_DAY);
	all = ask(token, &answer);
	assert_int_equal(answer->next_update, CA_NOW + 30 * CA_DAY);
	assert_int_equal(world.until, CA_NOW + CA_DAY);
	segl_revocations_free(all);
	end();
	segl_softtoken_free(token);
}

static void
nobody_to_ask(void **state)
{
	struct segl_revocation_query query = { .now = CA_NOW };
	struct segl_softtoken *token = sample();
	const struct segl_revocation_answer *answers;
	struct segl_revocations *all;
	size_t n;

	(void)state;
	assert_int_equal(
	    segl_revocation_ask(segl, token, &query, &all), SEGL_OK);
	answers = segl_revocations_answers(all, &n);
	assert_int_equal(n, 1);
	assert_int_equal(answers[0].state, SEGL_REVOCATION_UNKNOWN);
	segl_revocations_free(all);
	segl_softtoken_free(token);
	token = segl_softtoken_new(segl);
	all = (struct segl_revocations *)&query;
	assert_int_equal(
	    segl_revocation_ask(segl, token, &query, &all), SEGL_EUSAGE);
	assert_null(all);
	segl_error_clear(segl);
	segl_softtoken_free(token);
	segl_revocations_free(NULL);
	assert_null(segl_revocations_answers(NULL, &n));
	assert_int_equal(n, 0);
}

/* ---- memory
 * ------------------------------------------------------------------ */

/* Out of memory is an error, never another answer. */
static void
memory_runs_out(void **state)
{
	struct segl_revocation_query query = { .transport = &world.transport,
		.now = CA_NOW };
	struct segl_softtoken *token = sample();
	long n;

	(void)state;
	begin(CA_NOW + 1000);
	world.ocsp_http = 500;
	for (n = 0; n < ENOUGH; n++) {
		struct segl_revocations *all = NULL;
		enum segl_status status;
		long refused;
		size_t k;

		alloc_fail_after(n);
		status = segl_revocation_ask(segl, token, &query, &all);
		refused = alloc_refused();
		alloc_fail_after(-1);
		segl_error_clear(segl);
		if (status != SEGL_OK) {
			assert_int_equal(status, SEGL_ENOMEM);
			assert_null(all);
			continue;
		}
		assert_int_equal(segl_revocations_answers(all, &k)->state,
		    SEGL_REVOCATION_REVOKED);
		segl_revocations_free(all);
		if (refused == 0)
			break;
	}
	assert_in_range(n, 50, ENOUGH - 1);
	end();
	segl_softtoken_free(token);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ocsp_times_to_the_second),
		cmocka_unit_test(crl_times_to_the_second),
		cmocka_unit_test(ocsp_by_whom),
		cmocka_unit_test(ocsp_revoked),
		cmocka_unit_test(crl_reasons),
		cmocka_unit_test(addresses_that_are_read),
		cmocka_unit_test(ocsp_first_then_crl),
		cmocka_unit_test(dead_servers_are_left_alone),
		cmocka_unit_test(kept_for_a_day_at_most),
		cmocka_unit_test(nobody_to_ask),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests_name("revocation", tests, make, unmake);
}
