/* SPDX-License-Identifier: ISC */
/*
 * The catalogue, the report and the way from a soft token to one. What each
 * rule says is in tests/golden/suitability.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/pem.h>

#include <segl/suitability.h>

#include "alloc.h"
#include "ca.h"
#include "suitability/judge.h"

/* More than a judgement allocates; the loop must end before. */
#define ENOUGH 5000

static struct segl *segl;
static struct ca root, leaf, other;

static int
make(void **state)
{
	struct ca_spec root_spec = { .cn = "Root",
		.c = "SE",
		.basic = "critical,CA:TRUE",
		.usage = "critical,keyCertSign" };
	struct ca_spec leaf_spec = { .cn = "Example",
		.o = "Example AB",
		.c = "SE",
		.orgids = { "NTRSE-5560125790" },
		.usage = "critical,digitalSignature" };
	struct ca_spec other_spec = {
		.cn = "Other", .c = "SE", .usage = "critical,keyEncipherment"
	};
	EVP_PKEY *ec, *rsa;

	(void)state;
	alloc_take_over_openssl();
	ec = ca_key("EC");
	rsa = ca_key("RSA");
	root = ca_make(&root_spec, ec, NULL);
	leaf = ca_make(&leaf_spec, rsa, &root);
	other = ca_make(&other_spec, ec, &root);
	EVP_PKEY_free(ec);
	EVP_PKEY_free(rsa);
	segl = segl_new();
	return segl == NULL ? -1 : 0;
}

static int
unmake(void **state)
{
	(void)state;
	ca_free(&other);
	ca_free(&leaf);
	ca_free(&root);
	segl_free(segl);
	return 0;
}

/* ---- the catalogue --------------------------------------------------------
 */

static void
rules_are_whole(void **state)
{
	struct segl_rule rule, again;
	size_t n = 0;

	(void)state;
	for (; segl_rule_at(n, &rule); n++) {
		if (rule.id[strspn(rule.id, "abcdefghijklmnopqrstuvwxyz-")] !=
		    '\0')
			fail_msg("%s: not a name", rule.id);
		if (rule.document == NULL || rule.clause == NULL ||
		    rule.requirement == NULL || rule.story == NULL)
			fail_msg("%s: a text is missing", rule.id);
		/* whoever is told that something is wrong is told what to do */
		if (rule.severity != SEGL_INFO &&
		    (rule.remedy == NULL || rule.turn == SEGL_TURN_NONE))
			fail_msg("%s: no remedy", rule.id);
		if (rule.blocks && rule.severity != SEGL_MUST)
			fail_msg("%s: blocks, but is no must", rule.id);
		assert_true(segl_rule_find(rule.id, &again));
		assert_ptr_equal(rule.id, again.id);
	}
	assert_true(n > 50);
	assert_null(rule.id);
	assert_false(segl_rule_find("no-such-rule", &rule));
	assert_null(rule.id);
}

static void
names_are_stable(void **state)
{
	(void)state;
	assert_string_equal(
	    segl_verdict_name(SEGL_VERDICT_UNDECIDED), "undecided");
	assert_string_equal(
	    segl_verdict_name((enum segl_verdict)99), "unknown");
	assert_string_equal(segl_severity_name(SEGL_SHOULD), "should");
	assert_string_equal(
	    segl_outcome_name(SEGL_OUTCOME_NOT_APPLICABLE), "not-applicable");
	assert_string_equal(
	    segl_route_name(SEGL_ROUTE_ENTERPRISE), "enterprise");
}

/* ---- from a soft token -----------------------------------------------------
 */

static void
write_pem(BIO *bio, const struct ca *ca)
{
	assert_true(PEM_write_bio_X509(bio, ca->cert));
}

static struct segl_softtoken *
sample(const struct ca *const *all, size_t n)
{
	struct segl_softtoken *token = segl_softtoken_new(segl);
	BIO *bio = BIO_new(BIO_s_mem());
	char *data;
	long len;

	for (size_t i = 0; i < n; i++)
		write_pem(bio, all[i]);
	len = BIO_get_mem_data(bio, &data);
	segl_softtoken_accept_sample(token);
	segl_softtoken_set_time(token, CA_NOW);
	assert_int_equal(
	    segl_softtoken_load_mem(token, data, (size_t)len, "sample"),
	    SEGL_OK);
	BIO_free(bio);
	return token;
}

/* The leaf is found wherever it stands, and never the one for encryption. */
static void
sample_is_judged(void **state)
{
	const struct ca *all[] = { &root, &other, &leaf };
	struct segl_terms terms = { .at = CA_NOW };
	struct segl_softtoken *token = sample(all, 3);
	struct segl_report *report;
	const char *authority;

	(void)state;
	assert_false(segl_softtoken_has_key(token));
	assert_false(segl_softtoken_can_sign(token, SEGL_ALG_RS256));
	assert_int_equal(segl_softtoken_path_len(token), 2);
	assert_int_equal(
	    segl_suitability_check(segl, token, &terms, &report), SEGL_OK);
	assert_string_equal(
	    segl_report_consumer(report, &authority), "NTRSE-5560125790");
	assert_string_equal(authority, "etsi-en-319-412");
	assert_int_equal(segl_report_has_key(report), 0);
	assert_int_equal(segl_report_days_left(report), 90);
	assert_int_equal(segl_report_not_after(report), CA_NOW + 90 * CA_DAY);
	assert_int_equal(segl_report_route(report), SEGL_ROUTE_ESEAL);
	assert_string_equal(
	    segl_report_text(report, SEGL_REPORT_ORGANIZATION), "Example AB");
	assert_string_equal(
	    segl_report_text(report, SEGL_REPORT_KEY), "RSA, 2048 bit");
	assert_null(segl_report_text(report, SEGL_REPORT_PRODUCT));
	assert_null(segl_report_text(report, (enum segl_report_field)99));
	/* without a store of lists that is the one thing that is open */
	assert_int_equal(segl_report_verdict(report), SEGL_VERDICT_UNDECIDED);
	segl_report_free(report);
	segl_softtoken_free(token);
}

static void
nothing_to_judge(void **state)
{
	struct segl_softtoken *token = segl_softtoken_new(segl);
	struct segl_terms terms = { .at = CA_NOW };
	struct segl_report *report = (struct segl_report *)&terms;

	(void)state;
	assert_int_equal(
	    segl_suitability_check(segl, token, &terms, &report), SEGL_EUSAGE);
	assert_null(report);
	segl_error_clear(segl);
	segl_softtoken_free(token);
	segl_report_free(NULL);
}

/* Only where samples are asked for is a file without a key taken. */
static void
no_sample_unasked(void **state)
{
	struct segl_softtoken *token = segl_softtoken_new(segl);
	BIO *bio = BIO_new(BIO_s_mem());
	char *data;
	long len;

	(void)state;
	write_pem(bio, &leaf);
	len = BIO_get_mem_data(bio, &data);
	assert_int_equal(
	    segl_softtoken_load_mem(token, data, (size_t)len, "x"), SEGL_EKEY);
	assert_int_equal(segl_softtoken_path_len(token), 0);
	segl_error_clear(segl);
	segl_softtoken_accept_sample(token);
	assert_int_equal(
	    segl_softtoken_load_mem(token, "junk", 4, "x"), SEGL_EKEY);
	segl_error_clear(segl);
	BIO_free(bio);
	segl_softtoken_free(token);
}

/* ---- memory
 * ------------------------------------------------------------------ */

/* Out of memory is an error, never another verdict. */
static void
memory_runs_out(void **state)
{
	const struct ca *all[] = { &leaf, &root };
	struct segl_softtoken *token = sample(all, 2);
	struct segl_terms terms = { .at = CA_NOW };
	long n;

	(void)state;
	for (n = 0; n < ENOUGH; n++) {
		struct segl_report *report = (struct segl_report *)&terms;
		enum segl_status status;
		long refused;

		alloc_fail_after(n);
		status = segl_suitability_check(segl, token, &terms, &report);
		refused = alloc_refused();
		alloc_fail_after(-1);
		segl_error_clear(segl);
		if (status == SEGL_OK) {
			assert_int_equal(segl_report_verdict(report),
			    SEGL_VERDICT_UNDECIDED);
			segl_report_free(report);
			if (refused == 0)
				break;
		} else {
			assert_int_equal(status, SEGL_ENOMEM);
			assert_null(report);
		}
	}
	assert_in_range(n, 20, ENOUGH - 1);
	segl_softtoken_free(token);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_whole),
		cmocka_unit_test(names_are_stable),
		cmocka_unit_test(sample_is_judged),
		cmocka_unit_test(nothing_to_judge),
		cmocka_unit_test(no_sample_unasked),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests_name("suitability", tests, make, unmake);
}
