/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_STORE_SQL_H
#define TRUSTLIST_STORE_SQL_H

#include <stddef.h>

#include <sqlite3.h>

#include <segl/handle.h>

/* Stands in the database: what it is, and of which make. */
#define SQL_APPLICATION 0x5345474c /* "SEGL" */
#define SQL_VERSION     4

/* What to do about a store that cannot be used. */
#define SQL_REMEDY                                                             \
	"run segl trust update, which makes it anew; where there is no "       \
	"network, segl trust import with the lists"

/* NULL and nothing stay NULL. */
void sql_bind_text(sqlite3_stmt *statement, int i, const char *text);
void sql_bind_blob(
    sqlite3_stmt *statement, int i, const void *bytes, size_t len);

/* New text of column I, or NULL where it is NULL; *NOMEM is set out of memory.
 */
char *sql_text(sqlite3_stmt *statement, int i, int *nomem);

/*
 * Record that the store of NAME cannot be trusted, as RESULT of SQLite says.
 * Returns SEGL_EUNDECIDED, or SEGL_ENOMEM.
 */
enum segl_status sql_damaged(struct segl *segl, const char *name, int result);

#endif
