/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_POLICY_H
#define DAEMON_POLICY_H

#include <stddef.h>
#include <sys/types.h>

#include <segl/handle.h>

#include "settings/settings.h"

/*
 * Who may have what: the rules of --allow, segld(8). The front asks who the
 * caller is; the signer, which trusts nobody's word for that, asks whether
 * anybody at all may have the scope.
 *
 * Without rules whoever runs segld, and root, may have everything over a unix
 * socket, and nobody anything over TCP, where nobody can be told.
 */
struct policy;

struct caller {
	int is_local; /* over a unix socket: uid and gid are the kernel's */
	int is_loopback;
	uid_t uid;
	gid_t gid;
	const char *bearer; /* what it says it knows (RFC 6750), NULL nothing */
};

enum verdict {
	POLICY_ALLOWED,
	POLICY_UNKNOWN, /* no rule is for this caller: who is it? */
	POLICY_REFUSED  /* the caller is known, and may not have this */
};

/*
 * Read the rules of SETTINGS and, WITH_SECRETS, the files of secrets that they
 * name: one secret a line, so that an old and a new one serve side by side.
 *
 * OUT    new, NULL when the call fails.
 * Errors: SEGL_EUSAGE, SEGL_ENOMEM. Reads files and the user database.
 */
enum segl_status policy_new(struct segl *segl, const struct settings *settings,
    int with_secrets, struct policy **out) SEGL_MUST_USE;
void policy_free(struct policy *policy);

/* Whether there is a rule for TCP, from this host or, REMOTE, another. */
int policy_serves_tcp(const struct policy *policy, int remote);

/* The I-th file of secrets, NULL past the last; borrowed. */
const char *policy_secret_file(const struct policy *policy, size_t i);

/* Whether CALLER may have SCOPE of PROFILE. */
enum verdict policy_decide(const struct policy *policy,
    const struct caller *caller, const char *profile, const char *scope);

/* Whether CALLER is anybody we know, POLICY_ALLOWED or POLICY_UNKNOWN. */
enum verdict policy_knows(
    const struct policy *policy, const struct caller *caller);

/* Whether somebody may have SCOPE of PROFILE. */
int policy_permits(
    const struct policy *policy, const char *profile, const char *scope);

#endif
