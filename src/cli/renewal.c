/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/draft.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/keyfile.h"
#include "cli/made.h"
#include "cli/obtain.h"
#include "cli/renewal.h"
#include "cli/session.h"
#include "cli/suitable.h"

/* A file with a process id has a number and a newline. */
#define PID_FILE_MAX 64

/* Iterations of a file that is written with the current PIN. */
#define RENEWAL_ITERATIONS 100000L

/* ---- loading ------------------------------------------------------------- */

static int
is_descriptor(const char *file)
{
	return strcmp(file, "-") == 0 || strncmp(file, "fd:", 3) == 0;
}

/* There must be one file, so that one rename puts another in its place. */
static enum segl_status
check_file(struct segl *segl, const struct settings *settings)
{
	const char *file = settings->softtoken;

	if (file != NULL && settings->key == NULL && !is_descriptor(file))
		return SEGL_OK;
	if (file == NULL && settings->key == NULL) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "it is not said which soft token is to be renewed");
		error_remedy(segl,
		    "name the current one with --softtoken, and the new one "
		    "behind segl renew");
		return SEGL_EUSAGE;
	}
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    settings->key != NULL
		? "key and certificate are in two files, which cannot be "
		  "replaced at once"
		: "the soft token that is to be renewed is no file with a "
		  "name");
	error_remedy(segl,
	    "keep both in one file, which segl bundle makes, and name it with "
	    "--softtoken");
	return SEGL_EUSAGE;
}

/* PATH, opened with PIN where there is one. */
static enum segl_status
load(struct renewal *renewal, const char *path, const struct segl_pin *pin,
    struct segl_softtoken **out)
{
	struct settings settings = *renewal->settings;
	enum segl_status status;

	settings.pin = NULL; /* it is read already */
	status = session_new(renewal->segl, &settings, renewal->now, out);
	if (status == SEGL_OK && pin != NULL)
		status = segl_pin_give(pin, *out);
	if (status == SEGL_OK)
		status = keyfile_load(renewal->segl, &settings, path, *out);
	return status;
}

enum segl_status
renewal_load_current(struct renewal *renewal)
{
	const struct settings *settings = renewal->settings;
	enum segl_status status = check_file(renewal->segl, settings);

	/* once for both files: a descriptor is read no more often */
	if (status == SEGL_OK && settings->pin != NULL)
		status = segl_pin_read(renewal->segl, settings->pin,
		    settings->softtoken, 0, &renewal->pin);
	if (status == SEGL_OK)
		status = load(renewal, settings->softtoken, renewal->pin,
		    &renewal->current);
	if (status == SEGL_OK && segl_softtoken_path_len(renewal->current) == 0)
		status = error_set(renewal->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "a registered key has no certificate to renew");
	if (status == SEGL_OK)
		status =
		    suitable_report(renewal->segl, settings, renewal->current,
			renewal->now, 0, NULL, &renewal->current_report);
	return status;
}

/* ---- comparing ----------------------------------------------------------- */

static int
is_same_certificate(
    const struct segl_softtoken *a, const struct segl_softtoken *b)
{
	const unsigned char *p, *q;
	size_t p_len, q_len;

	p = segl_softtoken_path_der(a, 0, &p_len);
	q = segl_softtoken_path_der(b, 0, &q_len);
	return p_len == q_len && memcmp(p, q, p_len) == 0;
}

static enum segl_status
other_business(struct renewal *renewal, const char *was, const char *is)
{
	char *before = text_foreign(was, strlen(was));
	char *after = text_foreign(is, strlen(is));
	const char *expected = renewal->settings->expect_id;

	if (before == NULL || after == NULL) {
		free(before);
		free(after);
		return error_nomem(renewal->segl);
	}
	if (expected != NULL && strcmp(expected, is) == 0) {
		note_warning(renewal->segl,
		    "the organisation identifier changes from %s to %s: "
		    "register the new one with Norwegian Customs",
		    before, after);
	} else {
		error_set(renewal->segl, SEGL_ECERT, SEGL_TURN_ISSUER,
		    "the new certificate is of another organisation "
		    "identifier: %s, and the current one of %s",
		    after, before);
		error_remedy(renewal->segl,
		    "have it issued anew with the same one, to the letter, "
		    "since it is who you are to Customs; or, where the change "
		    "is meant, say so with --expect-id");
	}
	free(before);
	free(after);
	return expected != NULL && strcmp(expected, is) == 0 ? SEGL_OK
							     : SEGL_ECERT;
}

static enum segl_status
compare(struct renewal *renewal)
{
	const char *was = segl_report_consumer(renewal->current_report, NULL);
	const char *is = segl_report_consumer(renewal->next_report, NULL);

	if (is_same_certificate(renewal->current, renewal->next)) {
		error_set(renewal->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the new file has the certificate that is in use");
		error_remedy(renewal->segl, "name the file of the next one");
		return SEGL_EUSAGE;
	}
	if (segl_softtoken_not_after(renewal->next) <
	    segl_softtoken_not_after(renewal->current))
		note_warning(renewal->segl,
		    "the new certificate ends before the current one");
	if (was == NULL)
		was = "";
	if (is == NULL)
		is = "";
	return strcmp(was, is) == 0 ? SEGL_OK
				    : other_business(renewal, was, is);
}

/* ---- judging ------------------------------------------------------------- */

static enum segl_status
refuse(struct renewal *renewal, const struct segl_finding *f,
    enum segl_status status)
{
	error_set(renewal->segl, status, f->turn,
	    "the new certificate: %s (%s)",
	    f->found != NULL ? f->found : f->requirement, f->id);
	error_remedy(renewal->segl, "%s%s", f->remedy,
	    f->blocks ? ""
		      : "; where a token shows that it works all the same, "
			"--require-suitable warn");
	return status;
}

/*
 * What is broken is refused, unless --require-suitable is milder: then the
 * token that is got decides, but for what blocks.
 */
static enum segl_status
judge(struct renewal *renewal)
{
	const char *when = renewal->settings->require_suitable;
	int mild = when != NULL && strcmp(when, "yes") != 0;
	int strict = when != NULL && strcmp(when, "yes") == 0;
	struct segl_finding f;

	for (size_t i = 0; segl_report_finding(renewal->next_report, i, &f);
	     i++) {
		if (f.severity != SEGL_MUST)
			continue;
		if (f.outcome == SEGL_OUTCOME_BROKEN && (f.blocks || !mild))
			return refuse(renewal, &f, SEGL_ECERT);
		if (f.outcome == SEGL_OUTCOME_UNDECIDED && strict)
			return refuse(renewal, &f, SEGL_EUNDECIDED);
	}
	return SEGL_OK;
}

enum segl_status
renewal_load_next(struct renewal *renewal)
{
	const char *source = renewal->settings->new_pin;
	struct segl_pin *own = NULL;
	enum segl_status status = SEGL_OK;

	if (source != NULL)
		status = segl_pin_read(
		    renewal->segl, source, renewal->file, 0, &own);
	if (status == SEGL_OK)
		status = load(renewal, renewal->file,
		    own != NULL ? own : renewal->pin, &renewal->next);
	segl_pin_free(own);
	if (status == SEGL_OK)
		status = suitable_report(renewal->segl, renewal->settings,
		    renewal->next, renewal->now, 0, NULL,
		    &renewal->next_report);
	if (status == SEGL_OK)
		status = compare(renewal);
	if (status == SEGL_OK)
		status = judge(renewal);
	return status;
}

/* ---- trying -------------------------------------------------------------- */

/* A token that somebody else would be known by must not come into use. */
static enum segl_status
check_consumer(struct renewal *renewal, const struct segl_token *token)
{
	const char *text = segl_token_access_token(token), *id;
	const char *wanted = segl_report_consumer(renewal->next_report, NULL);
	struct segl *quiet = segl_new();
	enum segl_status status = SEGL_OK;
	struct segl_jws *jws = NULL;
	json_t *claims = NULL;
	char *safe;

	/* on behalf of somebody; or an opaque token, which says nothing */
	if (quiet == NULL || wanted == NULL ||
	    renewal->settings->consumer_org != NULL ||
	    segl_jws_parse(quiet, text, strlen(text), &jws) != SEGL_OK)
		goto out;
	claims = json_loads(segl_jws_payload(jws), 0, NULL);
	id = json_string_value(
	    json_object_get(json_object_get(claims, "consumer"), "ID"));
	if (id == NULL || strcmp(id, wanted) == 0)
		goto out;
	safe = text_foreign(id, strlen(id));
	status = error_set(renewal->segl, SEGL_EREPLY, SEGL_TURN_DIGDIR,
	    "the token that came is for another business: %s",
	    safe == NULL ? "" : safe);
	free(safe);
out:
	json_decref(claims);
	segl_jws_free(jws);
	segl_free(quiet);
	return status;
}

static enum segl_status
get_token(struct renewal *renewal, const struct settings *settings)
{
	struct segl_token *token = NULL;
	enum segl_status status;
	struct server server;

	status = server_open(renewal->segl, settings, &server);
	if (status == SEGL_OK)
		status = obtain_with(
		    renewal->segl, settings, &server, renewal->next, &token);
	server_dismiss(&server);
	if (status == SEGL_OK)
		status = check_consumer(renewal, token);
	segl_token_free(token);
	server_close(&server);
	return status;
}

enum segl_status
renewal_try(struct renewal *renewal)
{
	static const char *trial[] = { OBTAIN_TRIAL_SCOPE, NULL };
	struct settings settings = *renewal->settings;
	enum segl_status status;

	if (settings.scope.n == 0 &&
	    session_route(&settings, renewal->next) == SEGL_ROUTE_ESEAL) {
		settings.scope.values = trial;
		settings.scope.n = 1;
		settings.exchange = NULL; /* nobody exchanges that one */
	}
	if (settings.scope.n == 0) {
		error_set(renewal->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "no scope is given to try the new certificate with");
		error_remedy(renewal->segl,
		    "name one that you may have, --scope; or --offline to try "
		    "nothing");
		return SEGL_EUSAGE;
	}
	status = get_token(renewal, &settings);
	if (status == SEGL_OK) {
		renewal->scope = strdup(settings.scope.values[0]);
		if (renewal->scope == NULL)
			status = error_nomem(renewal->segl);
	}
	return status;
}

/* ---- swapping ------------------------------------------------------------ */

/* What stands there is opened as from now on it will be. */
static enum segl_status
check_written(void *arg, const unsigned char *bytes, size_t len)
{
	struct renewal *renewal = arg;
	struct settings settings = *renewal->settings;
	struct segl_softtoken *again;
	enum segl_status status;

	settings.pin = NULL;
	status = session_new(renewal->segl, &settings, renewal->now, &again);
	if (status == SEGL_OK && renewal->pin != NULL)
		status = segl_pin_give(renewal->pin, again);
	if (status == SEGL_OK)
		status = segl_softtoken_load_mem(
		    again, bytes, len, "the file that was written");
	if (status == SEGL_OK && !is_same_certificate(again, renewal->next))
		status = error_set(renewal->segl, SEGL_EKEY, SEGL_TURN_YOU,
		    "the file that was written has another identity; look at "
		    "--identity");
	segl_softtoken_free(again);
	return status;
}

/* With a PIN of its own it is written anew, with the current one. */
static enum segl_status
write_bundle(struct renewal *renewal, const struct made_file *file)
{
	struct segl_bundle_terms terms = { .container = SEGL_CONTAINER_PKCS12,
		.pin = renewal->pin,
		.iterations = RENEWAL_ITERATIONS };
	struct segl_made *made;
	enum segl_status status;

	if (renewal->pin == NULL)
		return error_set(renewal->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "there is no PIN to protect the new file with: --pin");
	status = segl_bundle(renewal->segl, renewal->next, &terms, &made);
	if (status == SEGL_OK)
		status = made_write_made(renewal->segl, file, made);
	segl_made_free(made);
	return status;
}

static enum segl_status
write_copy(struct renewal *renewal, const struct made_file *file)
{
	enum segl_status status;
	struct buffer bytes;
	int error;

	buffer_init(&bytes, FILE_KEY_MAX);
	error = file_read(renewal->file, &bytes, NULL);
	status = error != 0
	    ? error_set(renewal->segl, SEGL_EKEY, SEGL_TURN_YOU,
		  "%s cannot be read again: %s", renewal->file, strerror(error))
	    : made_write(renewal->segl, file,
		  bytes.data == NULL ? "" : bytes.data, bytes.len);
	buffer_clear(&bytes);
	return status;
}

/* A second name for the current file, with the time in it. */
static enum segl_status
keep_current(struct renewal *renewal)
{
	const char *slash = strrchr(renewal->path, '/');
	time_t now = (time_t)renewal->now;
	char when[32];
	struct tm tm;
	int n, error = EEXIST;

	if (gmtime_r(&now, &tm) == NULL ||
	    strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &tm) == 0)
		return error_set(renewal->segl, SEGL_ECLOCK, SEGL_TURN_YOU,
		    "the clock of this machine tells no time");
	/* two renewals in one second have names apart, too */
	for (int i = 0; error == EEXIST && i < 10; i++) {
		n = snprintf(renewal->backup, sizeof(renewal->backup),
		    i == 0 ? "%s.until-%s" : "%s.until-%s.%d", renewal->path,
		    when, i);
		error = n < 0 || (size_t)n >= sizeof(renewal->backup)
		    ? ENAMETOOLONG
		    : draft_keep_old(renewal->path,
			  renewal->backup + (slash - renewal->path) + 1);
	}
	if (error == 0)
		return SEGL_OK;
	error_set(renewal->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the current file cannot be kept as %s: %s", renewal->backup,
	    strerror(error));
	error_remedy(
	    renewal->segl, "run it as a user who may write to that directory");
	renewal->backup[0] = '\0';
	return SEGL_EUSAGE;
}

enum segl_status
renewal_swap(struct renewal *renewal)
{
	struct stat st;
	struct made_file file = { .path = renewal->path,
		.mode = 0600,
		.like = &st,
		.replace = 1,
		.check = check_written,
		.arg = renewal };
	enum segl_status status;

	/* a link stays, and what it leads to is replaced */
	if (realpath(renewal->settings->softtoken, renewal->path) == NULL ||
	    stat(renewal->path, &st) < 0)
		return error_set(renewal->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s cannot be found again: %s",
		    renewal->settings->softtoken, strerror(errno));
	status = keep_current(renewal);
	if (status != SEGL_OK)
		return status;
	status = renewal->settings->new_pin != NULL
	    ? write_bundle(renewal, &file)
	    : write_copy(renewal, &file);
	if (status != SEGL_OK) {
		/* nothing changed: the second name of it is of no use */
		(void)unlink(renewal->backup);
		renewal->backup[0] = '\0';
	}
	return status;
}

/* ---- telling segld ------------------------------------------------------- */

static void
not_told(struct renewal *renewal, const char *why)
{
	note_warning(renewal->segl,
	    "segld could not be told (%s): %s; it looks at its files by itself",
	    renewal->settings->reload_pid_file, why);
}

/* A number that is left over may be somebody else's by now. */
static int
is_segld(long pid)
{
	char path[64], name[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (read(fd, name, sizeof(name) - 1) < 0)
		name[0] = '\0';
	close(fd);
	return strcmp(name, "segld\n") == 0;
}

void
renewal_tell(struct renewal *renewal)
{
	const char *file = renewal->settings->reload_pid_file;
	struct buffer text;
	long pid = 0;
	int error;

	if (file == NULL)
		return;
	buffer_init(&text, PID_FILE_MAX);
	error = file_read(file, &text, NULL);
	if (error == 0 && text.len > 0)
		pid = strtol(text.data, NULL, 10);
	buffer_clear(&text);
	if (error != 0)
		not_told(renewal, strerror(error));
	else if (pid <= 1)
		not_told(renewal, "there is no process id in it");
	else if (!is_segld(pid))
		not_told(renewal, "that process is not segld");
	else if (kill((pid_t)pid, SIGHUP) < 0)
		not_told(renewal, strerror(errno));
	else
		renewal->told = (pid_t)pid;
}

void
renewal_clear(struct renewal *renewal)
{
	segl_report_free(renewal->current_report);
	segl_report_free(renewal->next_report);
	segl_softtoken_free(renewal->current);
	segl_softtoken_free(renewal->next);
	segl_pin_free(renewal->pin);
	free(renewal->scope);
}
