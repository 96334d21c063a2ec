/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_STORE_PAGES_H
#define TRUSTLIST_STORE_PAGES_H

#include "base/buffer.h"

/*
 * A database whose pages are sealed: behind them stands the SHA-256 of each,
 * and a digest of these. A reader checks the pages that it touches and no
 * other, so an answer from a large store costs what a small one does, and no
 * byte of it was changed. Programs of others read the file as what it is.
 */

/* Bytes of a page of ours. */
#define PAGES_SIZE 4096
/* Largest database, in pages: sixteen times what all lists of Europe need. */
#define PAGES_MAX 16384

/* The name that sqlite3_open_v2() knows our way of reading by. */
#define PAGES_VFS "segl-pages"

/* The URI to open descriptor FD by; it stays the caller's. */
#define PAGES_URI     "file:store?immutable=1&fd=%d"
#define PAGES_URI_MAX 64

/*
 * Append the seal to the pages in BYTES.
 * Errors: SEGL_EINTERNAL no whole number of pages, or too many; SEGL_ENOMEM.
 */
enum segl_status pages_seal(struct buffer *bytes) SEGL_MUST_USE;

/*
 * Make PAGES_VFS known; needed before the first store is opened, harmless
 * after. Returns 0, or -1.
 */
int pages_register(void);

#endif
