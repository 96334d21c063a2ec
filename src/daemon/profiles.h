/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_PROFILES_H
#define DAEMON_PROFILES_H

#include "settings/settings.h"

/*
 * What one segld serves: the settings it was started with, and those of every
 * profile that --serve names, each a seal, a server and scopes of its own. All
 * three processes read them by themselves.
 */
struct profile {
	const char *name; /* borrowed; "" the first, where it has no name */
	struct settings settings;
	struct settings_server server;
};

struct profiles {
	struct profile *all; /* the first is what is asked for without name */
	size_t n;
};

/*
 * Read them. Where the arguments ask for something else (help), the first
 * profile says so and is alone.
 *
 * Errors: those of settings_parse() and settings_server(); SEGL_EUSAGE a
 * profile named twice. profiles_clear() is right also then.
 */
enum segl_status profiles_load(struct segl *segl, int argc, char **argv,
    struct profiles *out) SEGL_MUST_USE;
void profiles_clear(struct profiles *profiles);

/* The profile called NAME (NULL: the first), or NULL. */
const struct profile *profiles_find(
    const struct profiles *profiles, const char *name);

#endif
