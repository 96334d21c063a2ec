/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_SINK_H
#define DAEMON_SINK_H

#include <stddef.h>
#include <sys/types.h>

#include <segl/handle.h>

#include "base/buffer.h"
#include "daemon/profiles.h"

/*
 * Files with a token that is kept fresh, for programs that read a file: the
 * rules of --token-file, segld(8). The front gets the tokens, the keeper writes
 * the files and runs the hooks, the signer has to know for which scopes.
 */

/* Most files, and most words of one rule. */
#define SINKS_MAX      64
#define SINK_WORDS_MAX 32

enum sink_form { SINK_TOKEN, SINK_JSON, SINK_HEADER };

struct sink {
	char *text; /* the words point into it */
	const char *path;
	const char *profile; /* NULL: the first */
	enum sink_form form;
	mode_t mode;
	uid_t uid; /* (uid_t)-1: whoever runs segld */
	gid_t gid;
	/* what the token is to be, as in the query of GET /v1/token */
	const char *claims[SINK_WORDS_MAX][2];
	size_t n_claims;
	char *hook[SINK_WORDS_MAX + 1]; /* NULL-terminated; [0] NULL: none */
};

struct sinks {
	struct sink *all;
	size_t n;
};

/*
 * Read the rules of SETTINGS; OUT is for sinks_clear(), also when the call
 * fails. Errors: SEGL_EUSAGE, SEGL_ENOMEM. Reads the user database.
 */
enum segl_status sinks_load(struct segl *segl, const struct settings *settings,
    struct sinks *out) SEGL_MUST_USE;
void sinks_clear(struct sinks *sinks);

/* The one whose file is PATH, NULL none. */
const struct sink *sinks_find(const struct sinks *sinks, const char *path);

/*
 * Whether one of them is for SCOPE of PROFILE, one of PROFILES: where a rule
 * names no scope, those of its profile.
 */
int sinks_permit(const struct sinks *sinks, const struct profiles *profiles,
    const struct profile *profile, const char *scope);

/*
 * Write TEXT to the file of SINK, whole or not at all, with its mode and owner
 * from the beginning: 1 it was written, 0 it was there already, -1 errno says
 * why not.
 */
int sink_write(const struct sink *sink, const char *text);

#endif
