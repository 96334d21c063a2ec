/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_SIGN_H
#define DAEMON_SIGN_H

#include <segl/softtoken.h>

#include "base/buffer.h"
#include "daemon/policy.h"
#include "daemon/profiles.h"
#include "daemon/sink.h"

/* A profile with its key. */
struct seal {
	const struct profile *profile;
	struct segl_softtoken *token;
};

/* What the signer works with. */
struct signer {
	struct segl *segl;
	struct profiles profiles;
	struct policy *policy;
	struct sinks sinks;
	struct seal *seals; /* one a profile, in their order */
	/* signatures that may be made at once; see sign_request() */
	double allowance;
	long long refilled_ms;
};

/*
 * A grant of SEAL that nobody gets: a key that cannot sign is found before
 * anything depends on it, and what OpenSSL loads only when it signs is loaded
 * while files may still be opened.
 */
enum segl_status sign_rehearse(
    struct signer *signer, const struct seal *seal) SEGL_MUST_USE;

/*
 * Answer the message REQUEST ("sign", daemon/message.h) in ANSWER. What is
 * signed is composed here: audience, lifetime, issuer and key id come from the
 * settings, never from the request; scopes must be some that anybody may have.
 * At most some signatures a second, whoever asks.
 *
 * Returns 0, or -1 where REQUEST is not such a message: the other side is not
 * who it was.
 */
int sign_request(
    struct signer *signer, const struct buffer *request, struct buffer *answer);

#endif
