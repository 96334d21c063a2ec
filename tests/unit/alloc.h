/* SPDX-License-Identifier: ISC */
#ifndef TESTS_ALLOC_H
#define TESTS_ALLOC_H

/*
 * Memory that runs out on demand. Link with --wrap for malloc, calloc,
 * realloc, strdup and strndup: WRAP_ALLOC in tests/unit/Makefile.inc.
 */

/*
 * From now on N allocations succeed and then none; -1: all do. Counting starts
 * anew.
 */
void alloc_fail_after(long n);

/* Allocations since then, and how many of them were refused. */
long alloc_counted(void);
long alloc_refused(void);

/* Let libcrypto allocate through here too: the first thing of main(). */
void alloc_take_over_openssl(void);

#endif
