/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "settings/options.h"
#include "settings/settings.h"

struct parsed {
	struct segl *segl;
	struct settings settings;
	enum segl_status status;
};

static void
clear_environment(void)
{
	for (size_t i = 0; i < option_count(); i++)
		if (option_at(i)->variable != NULL)
			unsetenv(option_at(i)->variable);
}

/* Parse "segl" and the words of ..., up to NULL. */
static void
parse(struct parsed *parsed, ...)
{
	static char name[] = "segl";
	static char *argv[32];
	va_list words;
	char *word;
	int argc = 0;

	argv[argc++] = name;
	va_start(words, parsed);
	while ((word = va_arg(words, char *)) != NULL)
		argv[argc++] = word;
	va_end(words);
	argv[argc] = NULL;
	parsed->segl = segl_new();
	parsed->status =
	    settings_parse(parsed->segl, argc, argv, &parsed->settings);
}

static void
forget(struct parsed *parsed)
{
	settings_clear(&parsed->settings);
	segl_free(parsed->segl);
}

static void
flags_lists_and_durations(void **state)
{
	struct parsed p;

	(void)state;
	clear_environment();
	parse(&p, "token", "-k", "seal.p12", "--scope=a:b", "-s", "c:d",
	    "--timeout", "2m", "-vq", "--ca-only", NULL);
	assert_int_equal(p.status, SEGL_OK);
	assert_int_equal(p.settings.command, COMMAND_TOKEN);
	assert_string_equal(p.settings.softtoken, "seal.p12");
	assert_int_equal(p.settings.scope.n, 2);
	assert_string_equal(p.settings.scope.values[1], "c:d");
	assert_null(p.settings.scope.values[2]);
	assert_int_equal(p.settings.timeout_s, 120);
	assert_int_equal(p.settings.connect_timeout_s, -1);
	assert_true(p.settings.verbose && p.settings.quiet);
	assert_true(p.settings.ca_only);
	forget(&p);
}

static void
flag_outranks_environment(void **state)
{
	struct parsed p;

	(void)state;
	clear_environment();
	setenv("SEGL_SCOPE", "one:a two:b\tthree:c", 1);
	setenv("SEGL_CA", "/a:/b", 1);
	setenv("SEGL_ENV", "test", 1);
	setenv("SEGL_CA_ONLY", "no", 1);
	parse(&p, "token", NULL);
	assert_int_equal(p.settings.scope.n, 3);
	assert_string_equal(p.settings.scope.values[2], "three:c");
	assert_int_equal(p.settings.ca.n, 2);
	assert_string_equal(p.settings.env, "test");
	assert_false(p.settings.ca_only);
	forget(&p);
	parse(&p, "token", "-e", "prod", "-s", "x:y", NULL);
	assert_int_equal(p.settings.scope.n, 1);
	assert_string_equal(p.settings.scope.values[0], "x:y");
	assert_string_equal(p.settings.env, "prod");
	forget(&p);
	clear_environment();
}

static void
bad_values_are_told_apart(void **state)
{
	static const struct {
		const char *command, *option, *value, *part;
	} cases[] = {
		{ "token", "--timeout", "soon", "--timeout needs a time" },
		{ "token", "--timeout", "-1", "--timeout needs a time" },
		{ "token", "--timeout", "1w", "--timeout needs a time" },
		{ "token", "--timeout", "99999999999999999999", "needs a" },
		{ "token", "--as", "person", "does not take this value" },
		{ "token", "--root", "inc", "does not take this value" },
		{ "token", "--scopes", "a", "no option --scopes" },
		{ "token", "-x", "a", "no option -x" },
		{ "token", "--output", "json", "no option --output" },
		{ "token", "extra", "more", "argument too many: 'extra'" },
		{ "tokn", "--x", "y", "no command 'tokn'" },
		{ "token", "--ca-only=1", "y", "takes no value" },
	};

	(void)state;
	clear_environment();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed p;

		parse(&p, cases[i].command, cases[i].option, cases[i].value,
		    NULL);
		assert_int_equal(p.status, SEGL_EUSAGE);
		assert_non_null(
		    strstr(segl_error_message(p.segl), cases[i].part));
		forget(&p);
	}
}

static void
suggestions_name_what_was_meant(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, "token", "--soft-token", "x", NULL);
	assert_string_equal(
	    segl_error_remedy(p.segl), "did you mean --softtoken?");
	forget(&p);
	parse(&p, "tokn", NULL);
	assert_string_equal(
	    segl_error_remedy(p.segl), "did you mean segl token?");
	forget(&p);
}

static void
missing_value_is_named(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, "token", "--scope", NULL);
	assert_int_equal(p.status, SEGL_EUSAGE);
	assert_string_equal(
	    segl_error_message(p.segl), "--scope needs a value: SCOPE");
	forget(&p);
}

static void
json_is_known_when_parsing_fails(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, "token", "--nonsense", "--json", NULL);
	assert_int_equal(p.status, SEGL_EUSAGE);
	assert_true(p.settings.json);
	forget(&p);
}

static void
values_never_stand_in_errors(void **state)
{
	struct parsed p;

	(void)state;
	/* somebody who mistakes an option may have typed a PIN */
	parse(&p, "token", "--as", "canary-1234", NULL);
	assert_null(strstr(segl_error_message(p.segl), "canary"));
	forget(&p);
	parse(&p, "token", "--timeout", "canary-1234", NULL);
	assert_null(strstr(segl_error_message(p.segl), "canary"));
	forget(&p);
}

static void
help_and_version(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, "--help", NULL);
	assert_int_equal(p.settings.command, COMMAND_HELP);
	forget(&p);
	parse(&p, "help", "grant", NULL);
	assert_int_equal(p.settings.help_for, COMMAND_GRANT);
	forget(&p);
	parse(&p, "token", "--help", NULL);
	assert_int_equal(p.settings.command, COMMAND_HELP);
	assert_int_equal(p.settings.help_for, COMMAND_TOKEN);
	forget(&p);
	parse(&p, "-V", NULL);
	assert_int_equal(p.settings.command, COMMAND_VERSION);
	forget(&p);
	parse(&p, NULL);
	assert_int_equal(p.status, SEGL_EUSAGE);
	forget(&p);
}

static void
server_of(const char *env, enum segl_status want, const char *issuer)
{
	struct settings settings = { .env = env };
	struct settings_server server;
	struct segl *segl = segl_new();

	assert_int_equal(settings_server(segl, &settings, &server), want);
	if (want == SEGL_OK)
		assert_string_equal(server.issuer, issuer);
	else
		assert_non_null(segl_error_remedy(segl));
	segl_free(segl);
}

static void
servers_by_name_and_url(void **state)
{
	(void)state;
	server_of("prod", SEGL_OK, "https://maskinporten.no/");
	server_of(
	    "https://sim.example:8443/", SEGL_OK, "https://sim.example:8443/");
	server_of(NULL, SEGL_EUSAGE, NULL);
	server_of("production", SEGL_EUSAGE, NULL);
	server_of("http://maskinporten.no/", SEGL_EUSAGE, NULL);
	server_of("https://", SEGL_EUSAGE, NULL);
	server_of("ver2", SEGL_EUSAGE, NULL);
	server_of("https://ver2.maskinporten.no/", SEGL_EUSAGE, NULL);
}

static void
every_option_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < option_count(); i++) {
		const struct option *option = option_at(i);

		assert_non_null(option->help);
		assert_true(option->offset < sizeof(struct settings));
		assert_int_equal(
		    option->kind == OPTION_FLAG, option->argument == NULL);
		assert_int_equal(
		    option->kind == OPTION_CHOICE, option->choices != NULL);
		assert_int_equal(
		    option->kind == OPTION_LIST, option->separator != 0);
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(
			    option->name, option_at(k)->name);
			assert_true(option->letter == 0 ||
			    option->letter != option_at(k)->letter);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_lists_and_durations),
		cmocka_unit_test(flag_outranks_environment),
		cmocka_unit_test(bad_values_are_told_apart),
		cmocka_unit_test(suggestions_name_what_was_meant),
		cmocka_unit_test(missing_value_is_named),
		cmocka_unit_test(json_is_known_when_parsing_fails),
		cmocka_unit_test(values_never_stand_in_errors),
		cmocka_unit_test(help_and_version),
		cmocka_unit_test(servers_by_name_and_url),
		cmocka_unit_test(every_option_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
