/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <segl/certificate.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/check.h"
#include "cli/command.h"
#include "cli/complete.h"
#include "cli/keyfile.h"
#include "cli/listed.h"
#include "cli/made.h"
#include "cli/result.h"
#include "cli/session.h"

/* A soft token is opened for each new token: a tenth of a second. */
#define BUNDLE_ITERATIONS 100000L

/* A certificate that ends so soon draws a warning, in seconds. */
#define SOON_S (30LL * 86400)

struct job {
	struct segl *segl;
	const struct settings *settings;
	const char *file; /* the soft token, NULL: as the settings say */
	long long now;
	struct segl_pin *pin; /* of the file that is made */
	struct segl_softtoken *token;
	struct segl_bundle_terms terms;
	size_t from_lists; /* certificates of the path */
	int complete;
};

/* ---- what is asked for --------------------------------------------------- */

static enum segl_status
check_usage(struct segl *segl, const struct settings *settings)
{
	if (settings->out == NULL) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "no name for the file is given");
		error_remedy(
		    segl, "name it with --out, eseal.p12 for instance");
		return SEGL_EUSAGE;
	}
	if (settings->pin == NULL && settings->new_pin == NULL) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "no PIN to protect the file with is given");
		error_remedy(segl,
		    "say where it is, --pin file:PATH for instance, or "
		    "--new-pin where that of the file read is another");
		return SEGL_EUSAGE;
	}
	if (!settings->force && made_exists(settings->out))
		return made_in_the_way(segl, settings->out,
		    "choose another --out, or --force to replace it");
	return SEGL_OK;
}

/* As --format says, else by the end of the name. */
static enum segl_container
container_of(const struct settings *settings)
{
	size_t n = strlen(settings->out);

	if (settings->format != NULL)
		return strcmp(settings->format, "pem") == 0
		    ? SEGL_CONTAINER_PEM
		    : SEGL_CONTAINER_PKCS12;
	return n > 4 && strcmp(settings->out + n - 4, ".pem") == 0
	    ? SEGL_CONTAINER_PEM
	    : SEGL_CONTAINER_PKCS12;
}

/* ---- loading ------------------------------------------------------------- */

/*
 * One PIN for both files, unless --new-pin says otherwise: it is read once
 * then, since a descriptor or a variable can be read no more often.
 */
static enum segl_status
load(struct job *job)
{
	struct settings settings = *job->settings;
	enum segl_status status;
	int one = settings.new_pin == NULL;

	status = segl_pin_read(job->segl, one ? settings.pin : settings.new_pin,
	    settings.out, 1, &job->pin);
	if (one)
		settings.pin = NULL;
	if (status == SEGL_OK)
		status =
		    session_new(job->segl, &settings, job->now, &job->token);
	if (status == SEGL_OK && one)
		status = segl_pin_give(job->pin, job->token);
	if (status == SEGL_OK)
		status =
		    keyfile_load(job->segl, &settings, job->file, job->token);
	return status;
}

/* ---- judging ------------------------------------------------------------- */

/* From the trusted lists, which costs nothing, before the network. */
static enum segl_status
complete(struct job *job)
{
	enum segl_status status = SEGL_OK;

	/* no list has the CAs of Norwegian enterprise certificates */
	if (session_route(job->settings, job->token) == SEGL_ROUTE_ESEAL)
		status = listed_complete(job->segl, job->settings, job->token);
	job->from_lists = segl_softtoken_path_len(job->token) -
	    segl_softtoken_path_own(job->token);
	if (status == SEGL_OK && job->from_lists > 0)
		note_info(job->segl,
		    "%zu certificates of the path come from the trusted lists",
		    job->from_lists);
	if (status == SEGL_OK && job->settings->fetch)
		status = complete_path(job->segl, job->settings, job->token);
	return status;
}

/* Non-zero where a CA of the path is listed: it needs nothing above it. */
static enum segl_status
ask_listed(struct job *job, int *listed)
{
	struct segl_trust_answer *answer = NULL;
	enum segl_status status = SEGL_OK;

	*listed = 0;
	if (session_route(job->settings, job->token) == SEGL_ROUTE_ESEAL)
		status = listed_ask(
		    job->segl, job->settings, job->token, job->now, &answer);
	if (answer != NULL)
		*listed = segl_trust_answer_rows(answer)->n > 0;
	segl_trust_answer_free(answer);
	return status;
}

static enum segl_status
check_path(struct job *job)
{
	const char *missing = segl_softtoken_path_missing(job->token);
	enum segl_status status = SEGL_OK;

	job->complete = missing == NULL;
	if (missing == NULL)
		return SEGL_OK;
	status = ask_listed(job, &job->complete);
	if (status != SEGL_OK)
		return status;
	if (job->complete) {
		note_info(job->segl,
		    "the path ends with a CA that is on a trusted list; that "
		    "of %s above it is not needed",
		    missing);
		return SEGL_OK;
	}
	if (job->settings->incomplete) {
		note_warning(job->segl,
		    "the path is not complete: the certificate of %s is "
		    "missing",
		    missing);
		return SEGL_OK;
	}
	error_set(job->segl, SEGL_ECERT, SEGL_TURN_YOU,
	    "the path of %s is not complete: the certificate of %s is missing",
	    segl_softtoken_subject(job->token), missing);
	error_remedy(job->segl,
	    "get it from the issuer and name it with --chain, let --fetch look "
	    "where the certificate says, run segl trust update, which may "
	    "bring it, or leave it out on purpose with --incomplete");
	return SEGL_ECERT;
}

static void
warn_of_time(struct job *job)
{
	long long before = segl_softtoken_not_before(job->token);
	long long after = segl_softtoken_not_after(job->token);
	char text[32];

	if (after < job->now)
		note_warning(job->segl, "the certificate ended at %s",
		    check_time(after, text));
	else if (before > job->now)
		note_warning(job->segl, "the certificate is valid from %s on",
		    check_time(before, text));
	else if (after - job->now < SOON_S)
		note_warning(job->segl, "the certificate ends at %s",
		    check_time(after, text));
}

/* ---- telling ------------------------------------------------------------- */

/* The subject of the I-th certificate, RFC 4514; new, NULL without memory. */
static char *
subject_at(const struct job *job, size_t i)
{
	struct segl_certificate *certificate;
	const unsigned char *der;
	char *text = NULL;
	size_t len;

	der = segl_softtoken_path_der(job->token, i, &len);
	if (segl_certificate_read(job->segl, der, len, &certificate) == SEGL_OK)
		text = strdup(segl_certificate_subject(certificate));
	segl_certificate_free(certificate);
	return text;
}

static enum segl_status
tell_text(const struct job *job)
{
	const char *id = segl_softtoken_organization_identifier(job->token);
	struct page page;
	char time[32];

	page_init(&page);
	page_item(&page, "written", "%s (%s, AES-256, %ld iterations)",
	    job->settings->out,
	    job->terms.container == SEGL_CONTAINER_PEM ? "PEM" : "PKCS#12",
	    job->terms.iterations);
	page_item(&page, "identifier", "%s", id == NULL ? "none" : id);
	page_item(&page, "valid until", "%s",
	    check_time(segl_softtoken_not_after(job->token), time));
	for (size_t i = 0; i < segl_softtoken_path_len(job->token); i++) {
		char *subject = subject_at(job, i);

		page_item(&page, i == 0 ? "path" : "", "%s",
		    subject == NULL ? "" : subject);
		free(subject);
	}
	if (job->from_lists > 0)
		page_item(&page, "from lists",
		    "%zu of them, which the files did not have",
		    job->from_lists);
	page_item(&page, "afterwards", "segl check %s", job->settings->out);
	return result_page(job->segl, &page);
}

static enum segl_status
tell_json(const struct job *job)
{
	const char *id = segl_softtoken_organization_identifier(job->token);
	char *safe = id == NULL ? NULL : text_foreign(id, strlen(id));
	char time[32];
	json_t *all = json_pack("{s:i, s:s, s:s, s:I, s:s?, s:s, s:b, s:I, "
				"s:[]}",
	    "schema", 1, "file", job->settings->out, "format",
	    job->terms.container == SEGL_CONTAINER_PEM ? "pem" : "pkcs12",
	    "iterations", (json_int_t)job->terms.iterations,
	    "organization_identifier", safe, "not_after",
	    check_time(segl_softtoken_not_after(job->token), time), "complete",
	    job->complete, "from_lists", (json_int_t)job->from_lists, "path");

	for (size_t i = 0; i < segl_softtoken_path_len(job->token); i++) {
		char *subject = subject_at(job, i);

		json_array_append_new(json_object_get(all, "path"),
		    json_string(subject == NULL ? "" : subject));
		free(subject);
	}
	free(safe);
	return result_json(job->segl, job->settings, all);
}

/* ---- the command --------------------------------------------------------- */

static enum segl_status
verify(void *arg, const unsigned char *bytes, size_t len)
{
	struct job *job = arg;

	return segl_bundle_verify(job->segl, job->token, job->pin, bytes, len);
}

static enum segl_status
make(struct job *job)
{
	struct made_file file = { .path = job->settings->out,
		.mode = 0600,
		.replace = job->settings->force,
		.remedy = "choose another --out, or --force to replace it",
		.check = verify,
		.arg = job };
	struct segl_made *made;
	enum segl_status status;

	job->terms.container = container_of(job->settings);
	job->terms.pin = job->pin;
	job->terms.name = job->settings->name;
	status = made_iterations(job->segl, job->settings, BUNDLE_ITERATIONS,
	    &job->terms.iterations);
	if (status != SEGL_OK)
		return status;
	status = segl_bundle(job->segl, job->token, &job->terms, &made);
	if (status == SEGL_OK)
		status = made_write_made(job->segl, &file, made);
	segl_made_free(made);
	return status;
}

enum segl_status
command_bundle(struct segl *segl, const struct settings *settings)
{
	struct job job = { .segl = segl,
		.settings = settings,
		.file = settings->n_operands > 0 ? settings->operands[0] : NULL,
		.now = (long long)time(NULL) };
	enum segl_status status = check_usage(segl, settings);

	if (status == SEGL_OK)
		status = load(&job);
	if (status == SEGL_OK)
		status = complete(&job);
	if (status == SEGL_OK)
		status = check_path(&job);
	if (status == SEGL_OK) {
		warn_of_time(&job);
		status = make(&job);
	}
	if (status == SEGL_OK)
		status = settings->json ? tell_json(&job) : tell_text(&job);
	segl_softtoken_free(job.token);
	segl_pin_free(job.pin);
	return status;
}
