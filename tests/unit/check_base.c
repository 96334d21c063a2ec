/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <segl/environment.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/secret.h"
#include "base/text.h"

static void
base64_follows_rfc4648(void **state)
{
	static const struct {
		const char *bytes, *standard, *url;
	} vectors[] = {
		{ "", "", "" },
		{ "f", "Zg==", "Zg" },
		{ "fo", "Zm8=", "Zm8" },
		{ "foo", "Zm9v", "Zm9v" },
		{ "foob", "Zm9vYg==", "Zm9vYg" },
		{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
		{ "\xfb\xff\xfe", "+//+", "-__-" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		size_t n = strlen(vectors[i].bytes), len;
		char *text = base64_encode(vectors[i].bytes, n);
		char *url = base64url_encode(vectors[i].bytes, n);
		unsigned char *back;

		assert_string_equal(text, vectors[i].standard);
		assert_string_equal(url, vectors[i].url);
		assert_int_equal(
		    base64_decode(text, strlen(text), &back, &len), 0);
		assert_int_equal(len, n);
		assert_memory_equal(back, vectors[i].bytes, n);
		free(back);
		assert_int_equal(
		    base64url_decode(url, strlen(url), &back, &len), 0);
		assert_int_equal(len, n);
		free(back);
		free(text);
		free(url);
	}
}

static void
base64_refuses_what_is_not(void **state)
{
	static const char *const bad[] = { "Zg",
		"Zg=", "Z===", "Zh==", "Zm9v\n", "Zm 9", "=Zm9", "Zm-_",
		"====", "Zg==Zg==" };
	static const char *const bad_url[] = { "Z", "Zh", "Zm9v=", "Zm+/",
		"Zm9v\n", "!!e30" };
	unsigned char *out = (unsigned char *)1;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
		    base64_decode(bad[i], strlen(bad[i]), &out, &len), -1);
		assert_null(out);
	}
	for (size_t i = 0; i < sizeof(bad_url) / sizeof(bad_url[0]); i++) {
		assert_int_equal(base64url_decode(bad_url[i],
				     strlen(bad_url[i]), &out, &len),
		    -1);
		assert_null(out);
	}
}

static void
buffer_keeps_its_limit(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, 4);
	assert_int_equal(buffer_add(&b, "abc", 3), SEGL_OK);
	assert_int_equal(buffer_add(&b, "de", 2), SEGL_EREPLY);
	assert_int_equal(b.len, 3);
	assert_string_equal(b.data, "abc");
	assert_int_equal(buffer_add(&b, "d", 1), SEGL_OK);
	assert_int_equal(buffer_printf(&b, "%d", 1), SEGL_EREPLY);
	assert_string_equal(b.data, "abcd");
	buffer_clear(&b);
	assert_null(b.data);
}

/* What is printed may fit, just not fit, or be more than there is room for. */
static void
buffer_prints_at_each_boundary(void **state)
{
	(void)state;
	for (int width = 250; width < 260; width++) {
		struct buffer b;

		buffer_init(&b, 600);
		assert_int_equal(buffer_add(&b, "x", 1), SEGL_OK);
		assert_int_equal(buffer_printf(&b, "%*d", width, 7), SEGL_OK);
		assert_int_equal(b.len, width + 1);
		assert_int_equal(strlen(b.data), width + 1);
		assert_int_equal(b.data[0], 'x');
		assert_int_equal(b.data[width], '7');
		assert_int_equal(
		    buffer_printf(&b, "%*d", 600 - width, 8), SEGL_EREPLY);
		assert_int_equal(b.len, width + 1);
		assert_int_equal(strlen(b.data), width + 1);
		assert_int_equal(
		    buffer_printf(&b, "%*d", 599 - width, 8), SEGL_OK);
		assert_int_equal(b.len, 600);
		buffer_empty(&b);
		assert_string_equal(b.data, "");
		assert_int_equal(b.len, 0);
		buffer_clear(&b);
	}
}

static void
foreign_text_cannot_drive_a_terminal(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "plain", "plain" },
		{ "bl\xc3\xa5", "bl\xc3\xa5" },
		{ "\x1b[31mred", "\\x1b[31mred" },
		{ "two\nlines\r", "two\\x0alines\\x0d" },
		{ "\xc2\x9b"
		  "31m",
		    "\\xc2\\x9b31m" },                 /* CSI as C1 */
		{ "\xe5", "\\xe5" },                   /* Latin-1 */
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" }, /* a surrogate */
		{ "\xc0\xaf", "\\xc0\\xaf" },          /* overlong */
		{ "a\xe2\x80\xae"
		  "b",
		    "a\\xe2\\x80\\xae"
		    "b" },                             /* RLO */
		{ "\xe2\x81\xa6", "\\xe2\\x81\\xa6" }, /* LRI */
		{ "\xe2\x80\x8b", "\\xe2\\x80\\x8b" }, /* no width */
		{ "\xd8\x9c", "\\xd8\\x9c" },          /* ALM */
		{ "\xc2\xad", "\\xc2\\xad" },          /* soft hyphen */
		{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf" }, /* BOM */
		{ "\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81" }, /* tag A */
		{ "\xd8\xa7\xf0\x9f\x94\x91", "\xd8\xa7\xf0\x9f\x94\x91" },
		{ "\xe2\x80\x94\xe2\x82\xac", "\xe2\x80\x94\xe2\x82\xac" },
	};
	char long_text[TEXT_FOREIGN_MAX + 10];
	char *out;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		out = text_foreign(cases[i].in, strlen(cases[i].in));
		assert_string_equal(out, cases[i].out);
		free(out);
	}
	memset(long_text, 'x', sizeof(long_text));
	out = text_foreign(long_text, sizeof(long_text));
	assert_int_equal(strlen(out), TEXT_FOREIGN_MAX + 3);
	free(out);
}

static void
times_are_told_in_utc(void **state)
{
	char time[TEXT_TIME_LEN], day[TEXT_DAY_LEN];

	(void)state;
	assert_string_equal(text_time(0, time), "1970-01-01T00:00:00Z");
	assert_string_equal(text_time(4102444799, time), /* not in 32 bits */
	    "2099-12-31T23:59:59Z");
	assert_string_equal(text_day(253402300799, day), "9999-12-31");
	assert_string_equal(text_time(LLONG_MAX, time), "unknown");
	assert_string_equal(text_day(LLONG_MAX, day), "unknown");
	assert_ptr_equal(text_day(LLONG_MIN, day), day);
}

static void
nearest_name_is_close(void **state)
{
	static const char *const names[] = { "scope", "softtoken", "pin" };

	(void)state;
	assert_string_equal(text_nearest("soft-token", names, 3), "softtoken");
	assert_string_equal(text_nearest("scopes", names, 3), "scope");
	assert_null(text_nearest("zzzzzzzz", names, 3));
}

static void
first_cause_wins(void **state)
{
	struct segl *segl = segl_new();

	(void)state;
	assert_int_equal(
	    error_set(segl, SEGL_EKEY, SEGL_TURN_YOU, "one %d", 1), SEGL_EKEY);
	error_remedy(segl, "first");
	assert_int_equal(
	    error_set(segl, SEGL_ECERT, SEGL_TURN_ISSUER, "two"), SEGL_ECERT);
	error_remedy(segl, "second");
	assert_int_equal(segl_error_status(segl), SEGL_EKEY);
	assert_string_equal(segl_error_message(segl), "one 1");
	assert_string_equal(segl_error_remedy(segl), "first");
	assert_int_equal(segl_error_turn(segl), SEGL_TURN_YOU);
	segl_error_clear(segl);
	assert_int_equal(segl_error_status(segl), SEGL_OK);
	assert_null(segl_error_message(segl));
	assert_int_equal(segl_error_retry_after_s(segl), -1);
	segl_free(segl);
}

static void
exit_codes_are_the_documented_ones(void **state)
{
	static const int codes[] = { 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 7 };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_int_equal(
		    segl_status_exit_code((enum segl_status)i), codes[i]);
	assert_int_equal(segl_status_exit_code((enum segl_status)99), 1);
	assert_true(segl_status_retryable(SEGL_ENETWORK));
	assert_true(segl_status_retryable(SEGL_ESERVER));
	assert_false(segl_status_retryable(SEGL_ECONNECT));
	assert_false(segl_status_retryable(SEGL_EAUTHN));
	assert_false(segl_status_retryable(SEGL_EREPLY));
}

static void
environments_have_the_documented_issuers(void **state)
{
	(void)state;
	assert_string_equal(
	    segl_environment_find("prod")->issuer, "https://maskinporten.no/");
	assert_string_equal(segl_environment_find("test")->issuer,
	    "https://test.maskinporten.no/");
	/* Skyporten has no slash at the end */
	assert_string_equal(segl_environment_find("sky-prod")->issuer,
	    "https://sky.maskinporten.no");
	assert_null(segl_environment_find("ver2"));
	assert_null(segl_environment_at(4));
}

static void
secret_is_a_copy(void **state)
{
	char text[] = "canary";
	struct secret *secret = secret_new(text, 6);

	(void)state;
	memset(text, 0, sizeof(text));
	assert_string_equal(secret_bytes(secret), "canary");
	assert_int_equal(secret_len(secret), 6);
	secret_free(secret);
	secret_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_follows_rfc4648),
		cmocka_unit_test(base64_refuses_what_is_not),
		cmocka_unit_test(buffer_keeps_its_limit),
		cmocka_unit_test(buffer_prints_at_each_boundary),
		cmocka_unit_test(foreign_text_cannot_drive_a_terminal),
		cmocka_unit_test(times_are_told_in_utc),
		cmocka_unit_test(nearest_name_is_close),
		cmocka_unit_test(first_cause_wins),
		cmocka_unit_test(exit_codes_are_the_documented_ones),
		cmocka_unit_test(environments_have_the_documented_issuers),
		cmocka_unit_test(secret_is_a_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
