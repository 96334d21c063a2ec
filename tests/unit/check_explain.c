/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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

static void
every_documented_code_has_a_row(void **state)
{
	static const char *const codes[] = { "MP-011", "MP-012", "MP-100",
		"MP-110", "MP-120", "MP-121", "MP-122", "MP-123", "MP-124",
		"MP-130", "MP-200", "MP-201", "MP-250", "MP-251", "MP-301",
		"MP-302", "MP-303" };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_string_equal(
		    refusal_find(codes[i], NULL, NULL)->code, codes[i]);
}

static void
every_row_tells_what_to_do(void **state)
{
	const struct refusal *row;

	(void)state;
	for (unsigned int i = 0; (row = refusal_at(i)) != NULL; i++) {
		assert_true(strlen(row->meaning) > 10);
		assert_true(strlen(row->remedy) > 8);
		assert_int_not_equal(row->turn, SEGL_TURN_NONE);
		assert_int_not_equal(row->status, SEGL_OK);
		/* a row with a phrase is found by it, or shadowed on purpose */
		if (row->phrase != NULL)
			assert_string_equal(
			    refusal_find(NULL, NULL, row->phrase)->meaning,
			    row->meaning);
	}
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
