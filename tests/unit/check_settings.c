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
	for (size_t i = 0; i < option_count(); i++) {
		if (option_at(i)->variable != NULL)
			unsetenv(option_at(i)->variable);
		if (option_at(i)->other_variable != NULL)
			unsetenv(option_at(i)->other_variable);
	}
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
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
	    "--timeout", "2m", "--retry-for=3650d", "-vq", "--ca-only", NULL);
	assert_int_equal(p.status, SEGL_OK);
	assert_int_equal(p.settings.command, COMMAND_TOKEN);
	assert_string_equal(p.settings.softtoken, "seal.p12");
	assert_int_equal(p.settings.scope.n, 2);
	assert_string_equal(p.settings.scope.values[1], "c:d");
	assert_null(p.settings.scope.values[2]);
	assert_int_equal(p.settings.timeout_s, 120);
	assert_int_equal(p.settings.retry_for_s, 315360000);
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
		/* ten years, and a second more */
		{ "token", "--timeout", "315360001", "needs a time" },
		{ "token", "--retry-for", "3651d", "needs a time" },
		{ "token", "--as", "person", "does not take this value" },
		{ "token", "--root", "inc", "does not take this value" },
		{ "token", "--scopes", "a", "no option --scopes" },
		{ "token", "-x", "a", "no option -x" },
		{ "config", "--output", "json", "no option --output" },
		{ "token", "--output", "claims", "does not take" },
		{ "token", "extra", "more", "argument too many: 'more'" },
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
	parse(&p, "token", "--pin", "canary-1234", NULL);
	assert_int_equal(p.status, SEGL_EUSAGE);
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
	/* what was typed before it is no command to explain */
	parse(&p, "trust", "import", "--help", NULL);
	assert_int_equal(p.settings.command, COMMAND_HELP);
	assert_int_equal(p.settings.help_for, COMMAND_TRUST);
	forget(&p);
	parse(&p, "help", "trust", "import", NULL);
	assert_int_equal(p.settings.help_for, COMMAND_TRUST);
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

/* ---- files ------------------------------------------------------------ */

static char conf_path[] = "/tmp/segl-conf-XXXXXX";

static void
write_conf(const char *text, mode_t mode)
{
	FILE *f;
	int fd;

	strcpy(conf_path + strlen(conf_path) - 6, "XXXXXX");
	fd = mkstemp(conf_path);
	assert_true(fd >= 0);
	f = fdopen(fd, "w");
	fputs(text, f);
	assert_int_equal(fchmod(fd, mode), 0);
	fclose(f);
}

static void
files_fill_what_is_left_open(void **state)
{
	struct parsed p;

	(void)state;
	clear_environment();
	write_conf("# all\nenv = prod\nscope = a:b c:d\ntimeout = 2m\n"
		   "ca-only = yes\n\n[profile one]\nenv = test\n"
		   "issuer-name = Example ; not a comment # nor this\n"
		   "[profile two]\nscope = e:f\nscope = g:h\n",
	    0600);
	setenv("SEGL_CONFIG", conf_path, 1);
	parse(&p, "token", "one", "--timeout", "5", NULL);
	assert_int_equal(p.status, SEGL_OK);
	assert_string_equal(p.settings.env, "test");
	assert_string_equal(
	    p.settings.issuer_name, "Example ; not a comment # nor this");
	assert_int_equal(p.settings.timeout_s, 5);
	assert_int_equal(p.settings.scope.n, 2);
	assert_true(p.settings.ca_only);
	forget(&p);
	/* a list in a profile replaces the one before any profile */
	setenv("SEGL_PROFILE", "two", 1);
	setenv("SEGL_CA_ONLY", "no", 1);
	parse(&p, "token", NULL);
	assert_string_equal(p.settings.env, "prod");
	assert_int_equal(p.settings.scope.n, 2);
	assert_string_equal(p.settings.scope.values[0], "e:f");
	assert_false(p.settings.ca_only);
	forget(&p);
	parse(&p, "token", "-p", "three", NULL);
	assert_int_equal(p.status, SEGL_EUSAGE);
	assert_non_null(strstr(segl_error_message(p.segl), "'three'"));
	forget(&p);
	clear_environment();
	unlink(conf_path);
}

static void
mistakes_in_files_have_a_place(void **state)
{
	static const struct {
		const char *text, *where;
	} cases[] = {
		{ "env = test\nenv = prod\n", ":2:1: env stands already" },
		{ "scop = a:b\n", ":1:1: there is no setting 'scop'" },
		{ "[profile x]\n[profile y\n", ":2:11: a section ends" },
		{ "[other]\n", ":1:1: a section is written" },
		{ "[profile a b]\n", ":1:11:" },
		{ "[profile a] b\n", ":1:13: nothing may stand" },
		{ "env test\n", ":1:5: '=' is missing" },
		{ "env =\n", ":1:6: the value is missing" },
		{ "= test\n", ":1:1:" },
		{ "env = a\n b\n", ":2:1: a line may not begin" },
		{ "env = a\x01\n", ":1:8: a control character" },
		{ "env = \xff\n", ":1:1: the line is not UTF-8" },
		{ "timeout = soon\n", ":1:1: timeout needs a time" },
		{ "ca-only = maybe\n", ":1:1: ca-only is neither" },
		{ "force-new = yes\n", "no setting 'force-new'" },
		{ "[profile other]\nnonsense = 1\n", ":2:1:" },
	};

	(void)state;
	clear_environment();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed p;

		write_conf(cases[i].text, 0600);
		parse(&p, "token", "--config", conf_path, NULL);
		assert_int_equal(p.status, SEGL_EUSAGE);
		assert_non_null(
		    strstr(segl_error_message(p.segl), cases[i].where));
		forget(&p);
		unlink(conf_path);
	}
}

static void
files_others_may_write_are_refused(void **state)
{
	struct parsed p;

	(void)state;
	clear_environment();
	write_conf("env = test\n", 0620);
	parse(&p, "token", "--config", conf_path, NULL);
	assert_int_equal(p.status, SEGL_EUSAGE);
	assert_non_null(strstr(segl_error_remedy(p.segl), "chmod go-w"));
	forget(&p);
	chmod(conf_path, 0644);
	parse(&p, "token", "--config", conf_path, NULL);
	assert_int_equal(p.status, SEGL_OK);
	forget(&p);
	unlink(conf_path);
	parse(&p, "token", "--config", "/nonexistent", NULL);
	assert_int_equal(p.status, SEGL_EUSAGE);
	forget(&p);
}

static void
names_that_people_have_work(void **state)
{
	struct parsed p;

	(void)state;
	clear_environment();
	setenv("MASKINPORTEN_KEYSTORE_PATH", "k.p12", 1);
	setenv("MASKINPORTEN_KEYSTORE_PASSWORD_FILE", "/run/pin", 1);
	setenv("MASKINPORTEN_SCOPES", "a:b c:d", 1);
	setenv("MASKINPORTEN_CLIENT_ID", "id", 1);
	setenv("SEGL_CLIENT_ID", "ours", 1);
	parse(&p, "token", NULL);
	assert_string_equal(p.settings.softtoken, "k.p12");
	assert_string_equal(p.settings.pin, "file:/run/pin");
	assert_int_equal(p.settings.scope.n, 2);
	assert_string_equal(p.settings.client_id, "ours");
	forget(&p);
	clear_environment();
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
			if ((option->commands & option_at(k)->commands) == 0)
				continue;
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
		cmocka_unit_test(files_fill_what_is_left_open),
		cmocka_unit_test(mistakes_in_files_have_a_place),
		cmocka_unit_test(files_others_may_write_are_refused),
		cmocka_unit_test(names_that_people_have_work),
		cmocka_unit_test(servers_by_name_and_url),
		cmocka_unit_test(every_option_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
