/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/error.h"
#include "trustlist/store/sql.h"

void
sql_bind_text(sqlite3_stmt *statement, int i, const char *text)
{
	/* failures show when the statement is stepped: NOT NULL, or NOMEM */
	if (text == NULL)
		(void)sqlite3_bind_null(statement, i);
	else
		(void)sqlite3_bind_text(statement, i, text, -1, SQLITE_STATIC);
}

void
sql_bind_blob(sqlite3_stmt *statement, int i, const void *bytes, size_t len)
{
	if (bytes == NULL)
		(void)sqlite3_bind_null(statement, i);
	else
		(void)sqlite3_bind_blob(
		    statement, i, bytes, (int)len, SQLITE_STATIC);
}

char *
sql_text(sqlite3_stmt *statement, int i, int *nomem)
{
	const char *text = (const char *)sqlite3_column_text(statement, i);
	char *copy;

	if (text == NULL)
		return NULL;
	copy = strdup(text);
	if (copy == NULL)
		*nomem = 1;
	return copy;
}

enum segl_status
sql_damaged(struct segl *segl, const char *name, int result)
{
	if ((result & 0xff) == SQLITE_NOMEM)
		return error_nomem(segl);
	error_set(segl, SEGL_EUNDECIDED, SEGL_TURN_YOU,
	    "the store of trusted lists in %s is damaged, or of another "
	    "version of segl (%s)",
	    name, sqlite3_errstr(result));
	error_remedy(segl, SQL_REMEDY);
	return SEGL_EUNDECIDED;
}
