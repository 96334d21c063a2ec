/* SPDX-License-Identifier: ISC */
#ifndef CACHE_DIRECTORY_H
#define CACHE_DIRECTORY_H

/*
 * The directory where segl keeps things between runs, opened: segl in
 * $RUNTIME_DIRECTORY, $XDG_RUNTIME_DIR, /run/user/UID, else in
 * $XDG_CACHE_HOME or ~/.cache. It is made when missing (0700), and used only
 * where it is ours and closed to everybody else. Never anything below /tmp:
 * what others can write to is no place for tokens.
 *
 * Returns a descriptor for openat(2), or -1 where there is no such place.
 */
int cache_directory_open(void);

#endif
