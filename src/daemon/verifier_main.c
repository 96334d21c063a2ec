/* SPDX-License-Identifier: ISC */
/*
 * segld-verifier: tells whether tokens of others count, by the keys that come
 * with the question. It owns nothing: no key, no file, no network; who takes it
 * over through a token can say that one counts, and reaches nothing else.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <segl/introspect.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/secret.h"
#include "daemon/message.h"
#include "net/wire.h"
#include "sys/sandbox.h"

/* Bytes of the modulus that the rehearsal takes: the least that is read. */
#define REHEARSAL_LEN 256

static enum segl_status
judge(struct segl *segl, const char *token, const char *keys,
    const char *issuer, long long now, struct segl_introspection **out)
{
	const struct segl_expectation expected = {
		.issuer = issuer, .now = now, .leeway_s = SEGL_LEEWAY_S
	};
	struct segl_jwks *jwks;
	enum segl_status status;

	*out = NULL;
	status = segl_jwks_parse(segl, keys, strlen(keys), &jwks);
	if (status == SEGL_OK)
		status = segl_introspect(
		    segl, token, strlen(token), jwks, &expected, out);
	segl_jwks_free(jwks);
	return status;
}

/*
 * A token that nobody signed, with a key that nobody has: what OpenSSL loads
 * only when it verifies is loaded while files may still be opened.
 */
static void
rehearse(struct segl *segl)
{
	static const char header[] = "{\"alg\":\"RS256\",\"kid\":\"x\"}";
	struct segl_introspection *result = NULL;
	unsigned char modulus[REHEARSAL_LEN], signature[REHEARSAL_LEN];
	char *n, *sig, *head, *keys = NULL, *token = NULL;

	memset(modulus, 0xff, sizeof(modulus));
	memset(signature, 0, sizeof(signature));
	n = base64url_encode(modulus, sizeof(modulus));
	sig = base64url_encode(signature, sizeof(signature));
	head = base64url_encode(header, strlen(header));
	if (n != NULL && sig != NULL && head != NULL &&
	    asprintf(&keys,
		"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"x\",\"use\":\"sig\","
		"\"e\":\"AQAB\",\"n\":\"%s\"}]}",
		n) > 0 &&
	    asprintf(&token, "%s.e30.%s", head, sig) > 0)
		(void)judge(segl, token, keys, "x", 0, &result);
	segl_error_clear(segl);
	segl_introspection_free(result);
	free(n);
	free(sig);
	free(head);
	free(keys);
	free(token);
}

/* What cannot be judged does not count: a set of keys that is none, say. */
static enum segl_status
compose(struct buffer *answer, const char *id, const struct segl *segl,
    const struct segl_introspection *result)
{
	enum segl_status status = message_begin(answer, "verdict");
	int unknown = result != NULL &&
	    segl_introspection_why(result) == SEGL_INACTIVE_UNKNOWN_KEY;

	if (status == SEGL_OK)
		status = wire_add(answer, "id", id);
	if (status == SEGL_OK)
		status = wire_add_number(answer, "unknown-key", unknown);
	if (status == SEGL_OK && result != NULL)
		return wire_add(
		    answer, "json", segl_introspection_json(result));
	if (status == SEGL_OK)
		status = wire_add(answer, "json",
		    segl_error_status(segl) == SEGL_ENOMEM
			? "{\"active\":false,\"error\":\"out of memory\"}"
			: "{\"active\":false,\"error\":\"the keys of the "
			  "server cannot be used\"}");
	return status;
}

/* Answer REQUEST; 0 or errno. */
static int
take(struct segl *segl, const struct buffer *request, struct buffer *answer)
{
	const char *id = wire_field(request, "id", 0);
	const char *token = wire_field(request, "token", 0);
	const char *keys = wire_field(request, "keys", 0);
	const char *issuer = wire_field(request, "issuer", 0);
	struct segl_introspection *result;
	enum segl_status status;

	if (!message_is(request, "verify") || id == NULL || token == NULL ||
	    keys == NULL || issuer == NULL)
		return EPROTO;
	segl_error_clear(segl);
	(void)judge(
	    segl, token, keys, issuer, wire_number(request, "now", 0), &result);
	status = compose(answer, id, segl, result);
	segl_introspection_free(result);
	return status == SEGL_OK ? 0 : ENOMEM;
}

/* One question; 0, or -1 where there is nobody to answer any more. */
static int
answer_one(struct segl *segl)
{
	struct buffer request, answer;
	int fds[MESSAGE_FDS], error;
	size_t n = 0;

	buffer_init(&request, MESSAGE_MAX);
	buffer_init(&answer, MESSAGE_MAX);
	error = message_receive(STDIN_FILENO, &request, fds, &n);
	if (error == EAGAIN)
		return 0;
	for (size_t i = 0; i < n; i++)
		close(fds[i]); /* nobody has any for us */
	if (error == 0)
		error = take(segl, &request, &answer);
	if (error == 0)
		error = message_send(STDIN_FILENO, &answer, NULL, 0);
	buffer_clear(&request);
	buffer_clear(&answer);
	return error == 0 ? 0 : -1;
}

int
main(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	struct segl *segl = segl_new();
	struct stat st;

	secret_harden_process();
	if (segl == NULL)
		return segl_status_exit_code(SEGL_ENOMEM);
	if (fstat(STDIN_FILENO, &st) < 0 || !S_ISSOCK(st.st_mode)) {
		fputs("segld-verifier: a part of segld, not to be started by "
		      "hand; see segld(8)\n",
		    stderr);
		segl_free(segl);
		return segl_status_exit_code(SEGL_EUSAGE);
	}
	rehearse(segl);
	(void)sandbox_enter(SANDBOX_SIGNER, NULL, 0);
	do {
		while (poll(&in, 1, -1) < 0)
			;
	} while (answer_one(segl) == 0);
	segl_free(segl);
	return 0;
}
