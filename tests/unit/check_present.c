/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "present/present.h"

static const struct presentation kept = { .token = "ey.J~+/=",
	.type = "Bearer",
	.scope = "a:b c:d",
	.expires_in_s = 90,
	.expires_at = 1763800090,
	.from_cache = 1 };

static void
shows(const char *format, const struct presentation *what, int no_newline,
    const char *want)
{
	struct buffer out;

	buffer_init(&out, 4096);
	assert_int_equal(
	    present_token(&out, format, what, no_newline), SEGL_OK);
	assert_string_equal(out.data, want);
	buffer_clear(&out);
}

static void
every_form(void **state)
{
	(void)state;
	shows(NULL, &kept, 0, "ey.J~+/=\n");
	shows("raw", &kept, 1, "ey.J~+/=");
	shows("header", &kept, 0, "Authorization: Bearer ey.J~+/=\n");
	shows(
	    "curl", &kept, 0, "header = \"Authorization: Bearer ey.J~+/=\"\n");
	shows("env", &kept, 0,
	    "export MASKINPORTEN_ACCESS_TOKEN='ey.J~+/='\n"
	    "export MASKINPORTEN_ACCESS_TOKEN_EXPIRES_AT=1763800090\n");
	shows("json", &kept, 0,
	    "{\"access_token\":\"ey.J~+/=\",\"token_type\":\"Bearer\","
	    "\"expires_in\":90,\"expires_at\":1763800090,"
	    "\"scope\":\"a:b c:d\",\"from_cache\":true}\n");
}

static void
what_is_not_known_is_left_out(void **state)
{
	static const struct presentation bare = { .token = "t",
		.type = "Bearer",
		.expires_in_s = -1,
		.expires_at = -1 };

	(void)state;
	shows("json", &bare, 0,
	    "{\"access_token\":\"t\",\"token_type\":\"Bearer\","
	    "\"from_cache\":false}\n");
	shows("env", &bare, 0, "export MASKINPORTEN_ACCESS_TOKEN='t'\n");
}

static void
json_texts_are_escaped(void **state)
{
	static const struct presentation odd = { .token = "t",
		.type = "Bearer",
		.scope = "a\"b\\c\x01",
		.expires_in_s = -1 };

	(void)state;
	shows("json", &odd, 1,
	    "{\"access_token\":\"t\",\"token_type\":\"Bearer\","
	    "\"scope\":\"a\\\"b\\\\c\\u0001\",\"from_cache\":false}");
}

static void
unknown_form_is_refused(void **state)
{
	struct buffer out;

	(void)state;
	buffer_init(&out, 4096);
	assert_int_equal(present_token(&out, "xml", &kept, 0), SEGL_EUSAGE);
	buffer_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(json_texts_are_escaped),
		cmocka_unit_test(unknown_form_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
