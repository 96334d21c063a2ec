/* SPDX-License-Identifier: ISC */
/*
 * segld-signer: holds the keys of segld. It loads and judges them, gives up
 * files, sockets and programs for good, says that it is ready, and from then on
 * answers one kind of message, over the socket that is its standard input.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "cli/session.h"
#include "cli/suitable.h"
#include "daemon/judge.h"
#include "daemon/log.h"
#include "daemon/message.h"
#include "daemon/sign.h"
#include "net/wire.h"
#include "sys/sandbox.h"

static enum segl_status
load(struct signer *signer, int argc, char **argv)
{
	enum segl_status status =
	    profiles_load(signer->segl, argc, argv, &signer->profiles);

	if (status != SEGL_OK)
		return status;
	log_notes(signer->segl, &signer->profiles.all[0].settings);
	status = policy_new(signer->segl, &signer->profiles.all[0].settings, 0,
	    &signer->policy);
	if (status == SEGL_OK)
		status = sinks_load(signer->segl,
		    &signer->profiles.all[0].settings, &signer->sinks);
	if (status != SEGL_OK)
		return status;
	signer->seals = calloc(signer->profiles.n, sizeof(*signer->seals));
	if (signer->seals == NULL)
		return error_nomem(signer->segl);
	for (size_t i = 0; status == SEGL_OK && i < signer->profiles.n; i++) {
		struct seal *seal = &signer->seals[i];

		seal->profile = &signer->profiles.all[i];
		status = session_load(signer->segl, &seal->profile->settings,
		    NULL, 0, (long long)time(NULL), &seal->token);
	}
	return status;
}

static enum segl_status
judge_all(struct signer *signer)
{
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < signer->profiles.n; i++) {
		struct seal *seal = &signer->seals[i];

		status =
		    suitable_to_send(signer->segl, &seal->profile->settings,
			seal->token, (long long)time(NULL));
		if (status == SEGL_OK)
			status = sign_rehearse(signer, seal);
	}
	return status;
}

static enum segl_status
describe(struct segl *segl, const struct seal *seal, struct buffer *to)
{
	const char *identity =
	    segl_softtoken_organization_identifier(seal->token);
	const char *subject = segl_softtoken_subject(seal->token);
	const char *serial = segl_softtoken_serial(seal->token);
	int known = segl_softtoken_path_len(seal->token) > 0;
	struct buffer report;
	enum segl_status status = wire_add(to, "profile", seal->profile->name);

	if (status == SEGL_OK)
		status =
		    wire_add(to, "identity", identity == NULL ? "" : identity);
	if (status == SEGL_OK)
		status =
		    wire_add(to, "subject", subject == NULL ? "" : subject);
	if (status == SEGL_OK)
		status = wire_add(to, "serial", serial == NULL ? "" : serial);
	if (status == SEGL_OK)
		status = wire_add_number(to, "not-before",
		    known ? segl_softtoken_not_before(seal->token) : 0);
	if (status == SEGL_OK)
		status = wire_add_number(to, "not-after",
		    known ? segl_softtoken_not_after(seal->token) : 0);
	if (status == SEGL_OK) {
		status = judge_report(segl, seal, &report);
		if (status == SEGL_OK)
			status = wire_add(to, "report", report.data);
		buffer_clear(&report);
	}
	return status;
}

/* What there is to tell: put together while files may still be opened. */
static enum segl_status
compose(struct segl *segl, const struct signer *signer, const char *what,
    struct buffer *message)
{
	enum segl_status status = message_begin(message, what);

	for (size_t i = 0; status == SEGL_OK && i < signer->profiles.n; i++)
		status = describe(segl, &signer->seals[i], message);
	if (status == SEGL_OK)
		status = judge_lists(
		    segl, &signer->profiles.all[0].settings, message);
	return status;
}

/* What will not do is not served, but what is served may have become so. */
static void
tell_why_not(const struct signer *signer)
{
	struct segl *segl = segl_new(); /* ours has what is told last */
	struct buffer message;

	buffer_init(&message, MESSAGE_MAX);
	if (segl != NULL &&
	    compose(segl, signer, "judged", &message) == SEGL_OK)
		(void)message_send(STDIN_FILENO, &message, NULL, 0);
	buffer_clear(&message);
	segl_free(segl);
}

/* One message; 0, or -1 where there is nobody to answer any more. */
static int
answer_one(struct signer *signer)
{
	int fds[MESSAGE_FDS], error;
	struct buffer request, answer;
	size_t n = 0;

	buffer_init(&request, MESSAGE_MAX);
	buffer_init(&answer, MESSAGE_MAX);
	error = message_receive(STDIN_FILENO, &request, fds, &n);
	if (error == EAGAIN)
		return 0;
	for (size_t i = 0; i < n; i++)
		close(fds[i]); /* nobody has any for us */
	if (error == 0)
		error = sign_request(signer, &request, &answer);
	if (error == 0)
		error = message_send(STDIN_FILENO, &answer, NULL, 0);
	buffer_clear(&request);
	buffer_clear(&answer);
	return error == 0 ? 0 : -1;
}

static void
serve(struct signer *signer)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

	do {
		while (poll(&in, 1, -1) < 0)
			;
	} while (answer_one(signer) == 0);
}

static int
is_spoken_to(void)
{
	struct stat st;

	return fstat(STDIN_FILENO, &st) == 0 && S_ISSOCK(st.st_mode);
}

int
main(int argc, char **argv)
{
	struct signer signer = { .segl = segl_new() };
	struct buffer ready;
	enum segl_status status;
	int code = 0;

	secret_harden_process();
	if (signer.segl == NULL)
		return segl_status_exit_code(SEGL_ENOMEM);
	if (!is_spoken_to()) {
		fputs("segld-signer: a part of segld, not to be started by "
		      "hand; see segld(8)\n",
		    stderr);
		segl_free(signer.segl);
		return segl_status_exit_code(SEGL_EUSAGE);
	}
	buffer_init(&ready, MESSAGE_MAX);
	status = load(&signer, argc, argv);
	if (status == SEGL_OK) {
		status = judge_all(&signer);
		if (status == SEGL_ECERT || status == SEGL_EUNDECIDED)
			tell_why_not(&signer);
	}
	if (status == SEGL_OK)
		status = compose(signer.segl, &signer, "ready", &ready);
	if (status == SEGL_OK) {
		(void)sandbox_enter(SANDBOX_SIGNER, NULL, 0);
		secret_lock_process();
		if (message_send(STDIN_FILENO, &ready, NULL, 0) == 0)
			serve(&signer);
	} else {
		code = log_failure(signer.segl);
	}
	for (size_t i = 0; signer.seals != NULL && i < signer.profiles.n; i++)
		segl_softtoken_free(signer.seals[i].token);
	_exit(code); /* the keys are wiped; the rest goes with the process */
}
