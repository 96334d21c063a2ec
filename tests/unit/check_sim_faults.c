/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/fault.h"

static char *
shown(const struct faults *faults)
{
	json_t *all = faults_json(faults);
	char *text = json_dumps(all, JSON_COMPACT);

	assert_non_null(text);
	json_decref(all);
	return text;
}

static void
shows(const struct faults *faults, const char *want)
{
	char *text = shown(faults);

	assert_string_equal(text, want);
	free(text);
}

static void
faults_are_read(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "delay=2", "[\"delay=2\"]" },
		{ "delay=0.25@always", "[\"delay=0.25\"]" },
		{ "delay=0", "[\"delay=0\"]" },
		{ "delay=600@once", "[\"delay=600@1\"]" },
		{ "status=500@3", "[\"status=500@3\"]" },
		{ "status=599", "[\"status=599\"]" },
		{ "rate-limit", "[\"rate-limit=1\"]" },
		{ "rate-limit=30@1000000", "[\"rate-limit=30@1000000\"]" },
		{ "truncate", "[\"truncate\"]" },
		{ "malformed@2", "[\"malformed@2\"]" },
		{ "reset@once", "[\"reset@1\"]" },
		{ "clock-offset=-3600", "[\"clock-offset=-3600\"]" },
		{ "stall=1.5@2", "[\"stall=1.5@2\"]" },
		{ "content-type", "[\"content-type\"]" },
		{ "huge", "[\"huge=8\"]" },
		{ "bomb=512", "[\"bomb=512\"]" },
		{ "metadata-issuer@once",
		    "[\"metadata-issuer=https://other.demo.invalid/@1\"]" },
		{ "metadata-issuer=https://a=b/",
		    "[\"metadata-issuer=https://a=b/\"]" },
		{ "token-scope=a:b", "[\"token-scope=a:b\"]" },
		{ "/jwk:status=503@once", "[\"/jwk:status=503@1\"]" },
		{ "/token:reset", "[\"reset\"]" },
		{ "tls-expired", "[\"tls-expired\"]" },
		{ "tls-wrong-name@3", "[\"tls-wrong-name@3\"]" },
		{ "refuse=MP-303@once", "[\"refuse=MP-303@1\"]" },
		{ "not-registered", "[\"not-registered\"]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct faults faults = { .count = 0 };
		struct segl *segl = segl_new();

		assert_int_equal(
		    faults_add(&faults, segl, cases[i].text), SEGL_OK);
		shows(&faults, cases[i].shown);
		segl_free(segl);
	}
}

static void
anything_else_is_refused(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "", "there is no fault " },
		{ "dealy=2", "there is no fault dealy" },
		{ "delay", "the fault delay wants an argument" },
		{ "delay=", "the argument of the fault delay is not" },
		{ "delay=-1", "the argument of the fault delay is not" },
		{ "delay=601", "the argument of the fault delay is not" },
		{ "delay=1s", "the argument of the fault delay is not" },
		{ "delay=0x1", "the argument of the fault delay is not" },
		{ "delay=inf", "the argument of the fault delay is not" },
		{ "delay= 1", "the argument of the fault delay is not" },
		{ "status=499", "the argument of the fault status is not" },
		{ "status=600", "the argument of the fault status is not" },
		{ "status=500.5", "the argument of the fault status is not" },
		{ "rate-limit=0", "the argument of the fault rate-limit is" },
		{ "truncate=1", "the fault truncate takes no argument" },
		{ "reset@0", "when is a fault to happen?" },
		{ "reset@", "when is a fault to happen?" },
		{ "reset@-1", "when is a fault to happen?" },
		{ "reset@1000001", "when is a fault to happen?" },
		{ "reset@1x", "when is a fault to happen?" },
		{ "reset@twice", "when is a fault to happen?" },
		{ "clock-offset=1@once", "a clock that is wrong is always" },
		{ "refuse=MP-304", "the fault refuse knows no such refusal" },
		{ "refuse=none", "the fault refuse knows no such refusal" },
		{ "/jwk:refuse=MP-303", "the fault refuse has its own place" },
		{ "/jwk:tls-expired", "the fault tls-expired has its own pla" },
		{ "huge=16", "the argument of the fault huge is not" },
		{ "bomb=0", "the argument of the fault bomb is not" },
		{ "token-scope=", "the argument of the fault token-scope is" },
		{ "/jwk:clock-offset=1", "the fault clock-offset has its own" },
		{ "/jwk:rotate-key", "the fault rotate-key has its own pla" },
		{ "/jwk:metadata-down", "the fault metadata-down has its own" },
		{ "/jwk:", "there is no fault " },
		{ "jwk:reset", "there is no fault jwk:reset" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct faults faults = { .count = 0 };
		struct segl *segl = segl_new();

		assert_int_equal(
		    faults_add(&faults, segl, cases[i].text), SEGL_EUSAGE);
		assert_int_equal(faults.count, 0);
		if (strncmp(segl_error_message(segl), cases[i].message,
			strlen(cases[i].message)) != 0)
			fail_msg(
			    "%s: %s", cases[i].text, segl_error_message(segl));
		segl_free(segl);
	}
}

static void
number_of_faults_is_bounded(void **state)
{
	struct faults faults = { .count = 0 };
	struct segl *segl = segl_new();

	(void)state;
	for (size_t i = 0; i < FAULTS_MAX; i++)
		assert_int_equal(faults_add(&faults, segl, "reset"), SEGL_OK);
	assert_int_equal(faults_add(&faults, segl, "reset"), SEGL_EUSAGE);
	assert_int_equal(faults.count, FAULTS_MAX);
	segl_free(segl);
}

static void
faults_come_as_json(void **state)
{
	static const struct {
		const char *text, *shown, *message;
	} cases[] = {
		{ "{\"fault\":\"reset\"}", "[\"reset\"]", NULL },
		{ "{\"fault\":\"delay\",\"argument\":1,\"when\":\"once\"}",
		    "[\"delay=1@1\"]", NULL },
		{ "{\"fault\":\"delay\",\"argument\":0.5,\"when\":3}",
		    "[\"delay=0.5@3\"]", NULL },
		{ "{\"fault\":\"clock-offset\",\"argument\":\"-5\"}",
		    "[\"clock-offset=-5\"]", NULL },
		{ "{\"fault\":\"reset\",\"path\":\"/jwk\"}", "[\"/jwk:reset\"]",
		    NULL },
		{ "{\"fault\":\"reset\",\"path\":\"jwk\"}", "[]",
		    "the place of a fault is a path" },
		{ "{\"fault\":\"tls-expired\",\"when\":\"once\"}",
		    "[\"tls-expired@1\"]", NULL },
		{ "{}", "[]", "the fault: \"fault\" is missing" },
		{ "[]", "[]", "the fault: not an object" },
		{ "{\"fault\":1}", "[]", "the fault: fault: not a text" },
		{ "{\"fault\":\"reset\",\"at\":1}", "[]",
		    "the fault: there is no member \"at\" here" },
		{ "{\"fault\":\"delay\",\"argument\":[]}", "[]",
		    "the fault: argument: neither a number nor a text" },
		{ "{\"fault\":\"reset\",\"when\":0}", "[]",
		    "when is a fault to happen?" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *value = json_loads(cases[i].text, 0, NULL);
		struct faults faults = { .count = 0 };
		struct segl *segl = segl_new();

		assert_int_equal(faults_add_json(&faults, segl, value),
		    cases[i].message == NULL ? SEGL_OK : SEGL_EUSAGE);
		shows(&faults, cases[i].shown);
		if (cases[i].message != NULL)
			assert_non_null(
			    strstr(segl_error_message(segl), cases[i].message));
		json_decref(value);
		segl_free(segl);
	}
}

/* What happens to each of N requests: the names of the faults. */
static void
happens(struct faults *faults, const char *const *want)
{
	for (; *want != NULL; want++) {
		json_t *names = json_array();
		struct fault_effect effect = { 0 };
		char *text;

		faults_take(faults, "/token", &effect, names);
		text = json_dumps(names, JSON_COMPACT);
		assert_string_equal(text, *want);
		free(text);
		json_decref(names);
	}
}

static void
requests_are_counted(void **state)
{
	struct faults faults = { .count = 0 };
	struct segl *segl = segl_new();

	(void)state;
	assert_int_equal(faults_add(&faults, segl, "reset@2"), SEGL_OK);
	assert_int_equal(faults_add(&faults, segl, "status=503@once"), SEGL_OK);
	assert_int_equal(faults_add(&faults, segl, "malformed@3"), SEGL_OK);
	happens(&faults,
	    (const char *const[]){ "[\"status=503\"]", "[\"reset\"]", NULL });
	shows(&faults, "[\"malformed@1\"]");
	/* one that comes later is counted from then on */
	assert_int_equal(faults_add(&faults, segl, "truncate@2"), SEGL_OK);
	assert_int_equal(faults_add(&faults, segl, "delay=1"), SEGL_OK);
	happens(&faults,
	    (const char *const[]){ "[\"malformed\",\"delay=1\"]",
		"[\"truncate\",\"delay=1\"]", "[\"delay=1\"]", NULL });
	shows(&faults, "[\"delay=1\"]");
	segl_free(segl);
}

static void
effects_add_up(void **state)
{
	struct faults faults = { .count = 0 };
	struct segl *segl = segl_new();
	json_t *names = json_array();
	struct fault_effect effect = { 0 };

	(void)state;
	assert_int_equal(faults_clock_offset_s(&faults), 0);
	assert_int_equal(faults_add(&faults, segl, "delay=1.5"), SEGL_OK);
	assert_int_equal(faults_add(&faults, segl, "delay=0.001"), SEGL_OK);
	assert_int_equal(faults_add(&faults, segl, "rate-limit=7"), SEGL_OK);
	assert_int_equal(faults_add(&faults, segl, "clock-offset=60"), SEGL_OK);
	assert_int_equal(
	    faults_add(&faults, segl, "clock-offset=-90"), SEGL_OK);
	faults_take(&faults, "/token", &effect, names);
	assert_int_equal(effect.delay_ms, 1501);
	assert_int_equal(effect.status, 429);
	assert_int_equal(effect.retry_after_s, 7);
	assert_false(effect.truncate || effect.malformed || effect.reset);
	assert_int_equal(faults_clock_offset_s(&faults), -30);
	json_decref(names);
	segl_free(segl);
}

static void
places_count_apart(void **state)
{
	struct faults faults = { .count = 0 };
	struct fault_effect effect = { 0 };
	struct segl *segl = segl_new();
	json_t *names = json_array();

	(void)state;
	assert_int_equal(faults_add(&faults, segl, "/jwk:reset@2"), SEGL_OK);
	assert_int_equal(faults_add(&faults, segl, "tls-expired"), SEGL_OK);
	happens(&faults, (const char *const[]){ "[]", NULL });
	shows(&faults, "[\"/jwk:reset@2\",\"tls-expired\"]");
	faults_take(&faults, "/jwk", &effect, names);
	assert_false(effect.reset);
	faults_take(&faults, "/jwk", &effect, names);
	assert_true(effect.reset);
	faults_clear(&faults);
	shows(&faults, "[]");
	json_decref(names);
	segl_free(segl);
}

static void
handshakes_are_counted(void **state)
{
	struct faults faults = { .count = 0 };
	struct segl *segl = segl_new();

	(void)state;
	assert_int_equal(faults_take_handshake(&faults), FAULT_KINDS);
	assert_int_equal(faults_add(&faults, segl, "reset"), SEGL_OK);
	assert_false(faults_have_handshake(&faults));
	assert_int_equal(faults_add(&faults, segl, "tls-expired@2"), SEGL_OK);
	assert_int_equal(
	    faults_add(&faults, segl, "tls-untrusted@once"), SEGL_OK);
	assert_true(faults_have_handshake(&faults));
	happens(&faults, (const char *const[]){ "[\"reset\"]", NULL });
	assert_int_equal(faults_take_handshake(&faults), FAULT_TLS_UNTRUSTED);
	assert_int_equal(faults_take_handshake(&faults), FAULT_TLS_EXPIRED);
	assert_int_equal(faults_take_handshake(&faults), FAULT_KINDS);
	shows(&faults, "[\"reset\"]");
	assert_int_equal(faults_add(&faults, segl, "tls-wrong-name"), SEGL_OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(
		    faults_take_handshake(&faults), FAULT_TLS_WRONG_NAME);
	segl_free(segl);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_are_read),
		cmocka_unit_test(places_count_apart),
		cmocka_unit_test(handshakes_are_counted),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(number_of_faults_is_bounded),
		cmocka_unit_test(faults_come_as_json),
		cmocka_unit_test(requests_are_counted),
		cmocka_unit_test(effects_add_up),
	};

	return cmocka_run_group_tests_name("sim faults", tests, NULL, NULL);
}
