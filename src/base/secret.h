/* SPDX-License-Identifier: ISC */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stddef.h>

/*
 * Bytes that leave no copy behind: locked in memory where the host allows it,
 * left out of core files, wiped when freed. No function that logs or formats
 * takes one (a law of the house).
 */
struct secret;

/* New secret of LEN bytes copied from BYTES; NULL when out of memory. */
struct secret *secret_new(const void *bytes, size_t len);
void secret_free(struct secret *secret);

/* The bytes, followed by a NUL that does not count; borrowed. */
const char *secret_bytes(const struct secret *secret);
size_t secret_len(const struct secret *secret);

/* Wipe LEN bytes that the compiler would like to keep. */
void secret_wipe(void *bytes, size_t len);

/* Wipe and free a NUL-terminated text; NULL is fine. */
void secret_free_text(char *text);

/*
 * Non-zero where A of A_LEN bytes is B of B_LEN bytes; how long that takes
 * tells nothing but the lengths.
 */
int secret_equal(const void *a, size_t a_len, const void *b, size_t b_len);

/*
 * For programs that hold secrets, once, at the start: no core file, no
 * tracing by others of the same user, freed memory overwritten.
 */
void secret_harden_process(void);

/*
 * Keep all of this process out of swap from now on, where it may have as much
 * locked as it likes; where it may not, what struct secret locks is all.
 */
void secret_lock_process(void);

#endif
