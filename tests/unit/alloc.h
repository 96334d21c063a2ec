/* SPDX-License-Identifier: ISC */
#ifndef TESTS_ALLOC_H
#define TESTS_ALLOC_H

/*
 * Memory that runs out on demand. Link with --wrap for malloc, calloc,
 * realloc, strdup and strndup: WRAP_ALLOC in tests/unit/Makefile.inc.
 */

/* From now on N allocations succeed and then none; -1: all do. */
void alloc_fail_after(long n);

/*
 * Let libcrypto and jansson allocate through here too. First thing. libjwt
 * 1.10 cannot be told.
 */
void alloc_take_over_libraries(void);

#endif
