/* SPDX-License-Identifier: ISC */
#ifndef CACHE_LOCK_H
#define CACHE_LOCK_H

#include "base/buffer.h"

/*
 * One lock an entry, so that a hundred scripts that want the same token make
 * one request. It is an flock(2) that is held across exec(2): whoever dies
 * lets it go.
 */

/*
 * Take the lock of the entry NAME in DIRFD. Where another has it, wait;
 * WAITING is called once, after a second of that. *WAITED tells whether there
 * was any waiting. Returns the descriptor that holds the lock, close-on-exec,
 * or -1 (errno).
 */
int lock_take(int dirfd, const char *name, void (*waiting)(void), int *waited);

/*
 * How the holder failed, told to those who waited for it: they would only
 * fail the same way, one after the other. TEXT is what lock_failure() gives
 * back. Stored in the lock's file.
 */
void lock_tell_failure(int fd, const char *text, size_t len);

/*
 * What the last holder said, if it failed at BOOT (CLOCK_BOOTTIME, ms) or
 * later; 1 and the text in OUT, else 0.
 */
int lock_failure(int fd, long long since_ms, struct buffer *out);

/* CLOCK_BOOTTIME in milliseconds. */
long long lock_now_ms(void);

/* Hand FD on to the program exec'd next; and take it there, -1 none. */
int lock_give(int fd);
int lock_inherit(void);

#endif
