/* SPDX-License-Identifier: ISC */
#ifndef SEGL_API_H
#define SEGL_API_H

/*
 * Conventions of every header in segl/:
 *
 *   new       the caller owns the result and frees it with the matching free
 *   borrowed  valid until the object it came from changes or is freed
 *   takes     the callee owns the argument from then on, also when it fails
 *
 * Every fallible function returns enum segl_status, clears its outputs first
 * and records the first cause in the handle it was given (segl/handle.h).
 * free functions accept NULL. Nothing is thread-safe across one handle;
 * different handles are independent.
 */

#if defined(__GNUC__)
#define SEGL_MUST_USE     __attribute__((warn_unused_result))
#define SEGL_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define SEGL_MUST_USE
#define SEGL_PRINTF(f, a)
#endif

#ifdef __cplusplus
#define SEGL_BEGIN_DECLS extern "C" {
#define SEGL_END_DECLS   }
#else
#define SEGL_BEGIN_DECLS
#define SEGL_END_DECLS
#endif

#endif
