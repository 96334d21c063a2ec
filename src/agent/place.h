/* SPDX-License-Identifier: ISC */
#ifndef AGENT_PLACE_H
#define AGENT_PLACE_H

#include <stddef.h>

/*
 * Where segld answers where nobody said: segl/segld.sock in
 * $XDG_RUNTIME_DIR or /run/user/UID, else /run/segl/segld.sock, which is that
 * of the whole host.
 */

/* Most places there are. */
#define PLACES_MAX 2

/* The I-th of them in PATH of SIZE bytes, the user's first; 0 past the last. */
int place_at(unsigned int i, char *path, size_t size);

#endif
