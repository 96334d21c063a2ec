/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "explain/identifier.h"
#include "explain/lookup.h"
#include "explain/refusal.h"

static void
codes_outrank_words(void **state)
{
	const struct refusal *row =
	    refusal_find("MP-121", "invalid_grant", "Invalid JWT claim aud");

	(void)state;
	assert_string_equal(row->code, "MP-121");
	assert_int_equal(row->status, SEGL_EAUTHN);
}

static void
words_serve_where_there_is_no_code(void **state)
{
	static const struct {
		const char *oauth, *words, *code;
		enum segl_status status;
		enum segl_turn turn;
	} cases[] = {
		{ "invalid_grant", "Issue time is after now", NULL, SEGL_ECLOCK,
		    SEGL_TURN_YOU },
		{ "forbidden",
		    "Consumer has not been granted access to the scope a:b.",
		    "MP-250", SEGL_EAUTHZ, SEGL_TURN_API_OWNER },
		{ "forbidden",
		    "Consumer 1 has not delegated access to the scope a:b to "
		    "supplier 2.",
		    "MP-251", SEGL_EAUTHZ, SEGL_TURN_CONSUMER },
		{ "invalid_scope", "something new", NULL, SEGL_EAUTHZ,
		    SEGL_TURN_API_OWNER },
		{ "never_seen", "something new", NULL, SEGL_EAUTHN,
		    SEGL_TURN_DIGDIR },
		{ NULL, NULL, NULL, SEGL_EAUTHN, SEGL_TURN_DIGDIR },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct refusal *row =
		    refusal_find(NULL, cases[i].oauth, cases[i].words);

		if (cases[i].code == NULL)
			assert_null(row->code);
		else
			assert_string_equal(row->code, cases[i].code);
		assert_int_equal(row->status, cases[i].status);
		assert_int_equal(row->turn, cases[i].turn);
	}
}

/* An unknown code falls back to what the words say. */
static void
unknown_code_is_no_dead_end(void **state)
{
	const struct refusal *row = refusal_find("MP-999", "invalid_grant",
	    "Invalid assertion. Client authentication failed. Invalid JWT "
	    "signature.");

	(void)state;
	assert_string_equal(row->code, "MP-124");
}

/* ---- the catalogue ---------------------------------------------------- */

/* Digdir, Maskinporten, "feilsoking": all there are. */
static const char *const documented[] = { "MP-011", "MP-012", "MP-100",
	"MP-110", "MP-120", "MP-121", "MP-122", "MP-123", "MP-124", "MP-130",
	"MP-200", "MP-201", "MP-250", "MP-251", "MP-301", "MP-302", "MP-303" };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
every_documented_code_has_a_row(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(documented); i++) {
		const struct refusal *row = refusal_of_code(documented[i]);

		assert_non_null(row);
		assert_string_equal(row->code, documented[i]);
		assert_int_equal(row->source, REFUSAL_DOCUMENTED);
		assert_int_equal(row->http_status,
		    strncmp(row->code, "MP-25", 5) == 0 ? 403 : 400);
	}
	/* and none that is not documented, none twice */
	for (size_t i = 0; refusal_at(i) != NULL; i++)
		n += refusal_at(i)->code != NULL;
	assert_int_equal(n, COUNT(documented));
}

/* Printable ASCII, no blank at an end or twice, no full stop at the end. */
static void
is_clause(const char *text, size_t least, size_t most)
{
	size_t n = strlen(text);

	assert_in_range(n, least, most);
	for (size_t i = 0; i < n; i++)
		assert_in_range(text[i], ' ', '~');
	assert_null(strstr(text, "  "));
	assert_int_not_equal(text[0], ' ');
	assert_null(strchr(" .,;:", text[n - 1]));
}

static void
are_causes(const char *const *causes)
{
	size_t n = 0;

	assert_non_null(causes);
	for (; causes[n] != NULL; n++) {
		is_clause(causes[n], 10, 130);
		for (size_t i = 0; i < n; i++)
			assert_string_not_equal(causes[i], causes[n]);
	}
	assert_in_range(n, 1, 6);
}

static void
every_row_tells_what_to_do(void **state)
{
	const struct refusal *row;

	(void)state;
	for (size_t i = 0; (row = refusal_at(i)) != NULL; i++) {
		is_clause(row->meaning, 10, 110);
		is_clause(row->remedy, 8, 330);
		are_causes(row->causes);
		assert_int_not_equal(row->turn, SEGL_TURN_NONE);
		assert_int_not_equal(row->status, SEGL_OK);
		/* no phrase is shadowed by one of another row */
		for (size_t k = 0;
		     row->phrases != NULL && row->phrases[k] != NULL; k++)
			assert_ptr_equal(
			    refusal_of_words(row->phrases[k]), row);
	}
	assert_true(row == NULL && refusal_at(1000) == NULL);
}

/* Exit codes: just those that base/status.c gives, each once. */
static void
every_exit_code_has_a_row(void **state)
{
	unsigned int s = 0;

	(void)state;
	for (; strcmp(segl_status_name((enum segl_status)s), "unknown") != 0;
	     s++) {
		int code = segl_status_exit_code((enum segl_status)s);
		const char *name = segl_status_name((enum segl_status)s);

		assert_non_null(outcome_of_exit(code));
		assert_ptr_equal(outcome_of_name(name), outcome_of_exit(code));
	}
	assert_true(s > 10);
	for (size_t i = 0; outcome_at(i) != NULL; i++) {
		const struct outcome *row = outcome_at(i);

		assert_non_null(outcome_name(row->exit_code, 0));
		assert_ptr_equal(outcome_of_exit(row->exit_code), row);
		is_clause(row->meaning, 10, 110);
		is_clause(row->remedy, 5, 330);
		if (row->exit_code == 0)
			continue;
		are_causes(row->causes);
		assert_int_not_equal(row->turn, SEGL_TURN_NONE);
	}
	assert_null(outcome_of_exit(11));
	assert_null(outcome_of_exit(-1));
	assert_null(outcome_of_name("unknown"));
	assert_string_equal(outcome_name(7, 0), "network");
	assert_string_equal(outcome_name(7, 1), "connection");
	assert_null(outcome_name(7, 2));
}

/* ---- what people paste -------------------------------------------------- */

static void
an_mp_code_is_found_in_any_spelling(void **state)
{
	static const struct {
		const char *text, *code;
	} cases[] = {
		{ "MP-110", "MP-110" },
		{ "mp110", "MP-110" },
		{ " MP_110\n", "MP-110" },
		{ "mp 011", "MP-011" },
		{ "110", "MP-110" },
		{ "999", "MP-999" },
		{ "https://test.maskinporten.no/errors/MP-200", "MP-200" },
		{ "refused with MP-120: no", "MP-120" },
		{ "MP-1100", NULL },
		{ "MP-11", NULL },
		{ "MP-", NULL },
		{ "M", NULL },
		{ "COMP-110", NULL },
		{ "1100", NULL },
		{ "11", NULL },
		{ "", NULL },
		{ "it was 110", NULL },
	};
	char code[8];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int found = explain_mp_code(cases[i].text, code);

		assert_int_equal(found, cases[i].code != NULL);
		if (found)
			assert_string_equal(code, cases[i].code);
	}
}

static void
what_is_pasted_is_found(void **state)
{
	static const struct {
		const char *text, *code, *oauth;
		int exit_code; /* of an outcome; -1: a refusal */
	} cases[] = {
		{ "123", "MP-123", "invalid_grant", -1 },
		{ "invalid_grant", NULL, "invalid_grant", -1 },
		{ "error=INVALID_SCOPE&x", NULL, "invalid_scope", -1 },
		{ "invalid_altinn_customer_configuration", "MP-303",
		    "invalid_altinn_customer_configuration", -1 },
		{ "issue TIME\n   is after now (trace_id: 1)", NULL,
		    "invalid_grant", -1 },
		/* an unknown code does not hide the words beside it */
		{ "MP-999 Expired key", "MP-121", "invalid_grant", -1 },
		{ "0", NULL, NULL, 0 },
		{ " 7\n", NULL, NULL, 7 },
		{ "exit 10", NULL, NULL, 10 },
		{ "exit code 3", NULL, NULL, 3 },
		{ "exit-status: 4", NULL, NULL, 4 },
		{ "Key-Material", NULL, NULL, 3 },
	};
	struct explained found;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(explain_lookup(cases[i].text, &found));
		if (cases[i].exit_code >= 0) {
			assert_null(found.refusal);
			assert_int_equal(
			    found.outcome->exit_code, cases[i].exit_code);
			continue;
		}
		assert_null(found.outcome);
		assert_string_equal(found.refusal->oauth, cases[i].oauth);
		if (cases[i].code == NULL)
			assert_null(found.refusal->code);
		else
			assert_string_equal(found.refusal->code, cases[i].code);
	}
}

static void
what_is_unknown_is_not_guessed(void **state)
{
	static const struct {
		const char *text, *near;
	} cases[] = {
		{ "MP-111", "MP-110" },
		{ "MP-252", "MP-251" },
		{ "mp-11", "MP-011" },
		{ "12", "MP-012" },
		{ "MP-999", NULL },
		{ "invalid_grand", "invalid_grant" },
		{ "forbiden", "forbidden" },
		{ "not_invalid_grant_at_all", NULL },
		{ "99", "MP-100" },
		{ "50", NULL },
		{ "exit 11", NULL },
		{ "", NULL },
		{ "something else that nobody has ever said to anybody, a "
		  "text of some length",
		    NULL },
	};
	struct explained found;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *near = explain_nearest(cases[i].text);

		assert_false(explain_lookup(cases[i].text, &found));
		assert_null(found.refusal);
		assert_null(found.outcome);
		if (cases[i].near == NULL)
			assert_null(near);
		else
			assert_string_equal(near, cases[i].near);
	}
}

/* ---- identifiers ------------------------------------------------------------
 */

static void
identifiers_are_told_in_words(void **state)
{
	static const struct {
		const char *id;
		enum identifier kind;
		const char *words;
	} cases[] = {
		{ "0192:991825827", IDENTIFIER_KNOWN,
		    "organisation number 991825827 in the Norwegian register" },
		{ "0192:991825827:ER//987464291:1", IDENTIFIER_KNOWN,
		    "organisation number 991825827 in the Norwegian register, "
		    "a part of it" },
		{ "0192:991825828", IDENTIFIER_MISTYPED, NULL },
		{ "0192:99182582", IDENTIFIER_MISTYPED, NULL },
		{ "0192:9918258270", IDENTIFIER_MISTYPED, NULL },
		{ "NTRNO-991825827", IDENTIFIER_KNOWN,
		    "organisation number 991825827 in the Norwegian register" },
		{ "NTRNO-991825828", IDENTIFIER_MISTYPED, NULL },
		{ "NTREE-12345678", IDENTIFIER_KNOWN,
		    "number 12345678 in the trade register of EE" },
		{ "VATDE-123456789", IDENTIFIER_KNOWN,
		    "VAT number 123456789 of DE" },
		{ "LEIXG-529900T8BM49AURSDO55", IDENTIFIER_KNOWN,
		    "legal entity identifier (LEI) 529900T8BM49AURSDO55" },
		{ "PSDFI-FINFSA-1234567-8", IDENTIFIER_KNOWN,
		    "payment service provider 1234567-8, authorised by FINFSA "
		    "in FI" },
		{ "PSDFI-FINFSA", IDENTIFIER_UNKNOWN, "" },
		{ "GO:PL-123", IDENTIFIER_KNOWN,
		    "number 123 in the scheme GO that PL defines" },
		{ "9908:123", IDENTIFIER_KNOWN,
		    "identifier 123 in the scheme 9908 of ISO 6523" },
		{ "0192:", IDENTIFIER_UNKNOWN, "" },
		{ "NTREE-", IDENTIFIER_UNKNOWN, "" },
		{ "NTREE", IDENTIFIER_UNKNOWN, "" },
		{ "XYZEE-1", IDENTIFIER_UNKNOWN, "" },
		{ "991825827", IDENTIFIER_UNKNOWN, "" },
		{ "GO:P", IDENTIFIER_UNKNOWN, "" },
		{ "G", IDENTIFIER_UNKNOWN, "" },
		{ "", IDENTIFIER_UNKNOWN, "" },
	};
	char words[IDENTIFIER_WORDS_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
		    identifier_words(cases[i].id, words), cases[i].kind);
		if (cases[i].words != NULL)
			assert_string_equal(words, cases[i].words);
	}
}

static void
an_identifier_may_be_of_any_length(void **state)
{
	static const char *const heads[] = { "NTREE-", "VATDE-", "LEIXG-",
		"0192:", "9908:", "PSDNO-", "PSDNO-X-", "GO:PL-", "" };
	char id[1024], words[IDENTIFIER_WORDS_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(heads); i++) {
		size_t n = strlen(heads[i]);

		memset(id, '7', sizeof(id));
		memcpy(id, heads[i], n);
		id[sizeof(id) - 1] = '\0';
		identifier_words(id, words);
		assert_true(strlen(words) < sizeof(words));
	}
}

/* Modulus 11: one digit in ten is right, and where ten is left, none. */
static void
the_check_digit_counts(void **state)
{
	static const char *const good[] = { "991825827", "974760673",
		"000000000" };
	static const char *const bad[] = { "991825826", "91825827", "",
		"9918258270", "99182582x", "000000010", "000000011" };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(identifier_orgno_valid(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(identifier_orgno_valid(bad[i]));
}

static void
amr_is_read_in_capitals_or_not(void **state)
{
	(void)state;
	assert_string_equal(
	    identifier_amr_words("QCForESeal"), "a qualified eSeal");
	assert_string_equal(
	    identifier_amr_words("qcforeseal"), "a qualified eSeal");
	assert_string_equal(identifier_amr_words("CForESeal"),
	    "an eSeal that is not qualified");
	assert_non_null(identifier_amr_words("private_key_jwt"));
	assert_non_null(identifier_amr_words("virksomhetssertifikat"));
	assert_null(identifier_amr_words("password"));
	assert_null(identifier_amr_words(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_outrank_words),
		cmocka_unit_test(words_serve_where_there_is_no_code),
		cmocka_unit_test(unknown_code_is_no_dead_end),
		cmocka_unit_test(every_documented_code_has_a_row),
		cmocka_unit_test(every_row_tells_what_to_do),
		cmocka_unit_test(every_exit_code_has_a_row),
		cmocka_unit_test(an_mp_code_is_found_in_any_spelling),
		cmocka_unit_test(what_is_pasted_is_found),
		cmocka_unit_test(what_is_unknown_is_not_guessed),
		cmocka_unit_test(identifiers_are_told_in_words),
		cmocka_unit_test(an_identifier_may_be_of_any_length),
		cmocka_unit_test(the_check_digit_counts),
		cmocka_unit_test(amr_is_read_in_capitals_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
