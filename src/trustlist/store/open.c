/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "pki/digest.h"
#include "trustlist/store/open.h"
#include "trustlist/store/pages.h"
#include "trustlist/store/place.h"
#include "trustlist/store/sql.h"

/* ---- where it is --------------------------------------------------------- */

static enum segl_status
cannot_read(struct segl *segl, const char *dir, int error)
{
	if (error == ENOENT || error == ENOTDIR) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "there is no store of trusted lists in %s", dir);
		error_remedy(segl, "run segl trust update --trust %s", dir);
		return SEGL_EUSAGE;
	}
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the store of trusted lists in %s cannot be read: %s", dir,
	    strerror(error));
	error_remedy(
	    segl, "let it be read by who runs segl: chmod -R a+rX %s", dir);
	return SEGL_EUSAGE;
}

/* The store's file in DIR, or -1 and errno. */
static int
open_file(const char *dir)
{
	char path[TL_STORE_PATH_MAX + sizeof(TL_STORE_FILE) + 1];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, TL_STORE_FILE);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	errno = EINVAL;
	return -1;
}

/*
 * The first store of the usual places; *FD -1 where there is none. One that is
 * there and cannot be read is not passed over: the next may be older.
 */
static enum segl_status
find_file(struct segl *segl, char dir[TL_STORE_PATH_MAX], int *fd)
{
	int (*const places[])(
	    char path[TL_STORE_PATH_MAX]) = { place_of_user, place_of_root };

	*fd = -1;
	for (size_t i = geteuid() == 0 ? 1 : 0; i < 2; i++) {
		if (places[i](dir) < 0)
			continue;
		*fd = open_file(dir);
		if (*fd >= 0)
			return SEGL_OK;
		if (errno != ENOENT && errno != ENOTDIR)
			return cannot_read(segl, dir, errno);
	}
	return SEGL_OK;
}

/*
 * The store in DIR, which somebody named; *FD -1 where nothing was put there
 * yet. A directory that is not there was meant to be another.
 */
static enum segl_status
find_named(struct segl *segl, const char *dir, int *fd)
{
	struct stat st;
	int error;

	*fd = -1;
	if (strlen(dir) >= TL_STORE_PATH_MAX)
		return cannot_read(segl, dir, ENAMETOOLONG);
	*fd = open_file(dir);
	if (*fd >= 0)
		return SEGL_OK;
	error = errno;
	if (error == ENOENT && stat(dir, &st) == 0 && S_ISDIR(st.st_mode))
		return SEGL_OK;
	return cannot_read(segl, dir, error);
}

/* ---- what is in it ------------------------------------------------------- */

static char *
hexadecimal(sqlite3_stmt *statement, int i, int *nomem)
{
	const unsigned char *bytes = sqlite3_column_blob(statement, i);
	int len = sqlite3_column_bytes(statement, i);
	char *text;

	if (bytes == NULL)
		return NULL;
	text = malloc(2 * (size_t)len + 1);
	if (text == NULL) {
		*nomem = 1;
		return NULL;
	}
	for (int k = 0; k < len; k++)
		snprintf(text + 2 * k, 3, "%02X", bytes[k]);
	return text;
}

static int
read_list(sqlite3_stmt *s, struct segl_trust_list *list)
{
	int nomem = 0;

	memset(list, 0, sizeof(*list));
	list->territory = sql_text(s, 0, &nomem);
	list->authenticated = sqlite3_column_int(s, 1);
	list->reason = sql_text(s, 2, &nomem);
	list->sequence = sqlite3_column_int64(s, 3);
	list->issued = sqlite3_column_int64(s, 4);
	list->next_update = sqlite3_column_int64(s, 5);
	list->signer = sql_text(s, 6, &nomem);
	list->signer_sha256 = hexadecimal(s, 7, &nomem);
	list->url = sql_text(s, 8, &nomem);
	list->fetched = sqlite3_column_int64(s, 9);
	list->sha256 = hexadecimal(s, 10, &nomem);
	list->tls_unverified = sqlite3_column_int(s, 11);
	list->services = (size_t)sqlite3_column_int64(s, 12);
	list->unread = (size_t)sqlite3_column_int64(s, 13);
	return nomem || list->territory == NULL || list->sha256 == NULL;
}

/* Returns an SQLite result. */
static int
read_lists(struct segl_trust_store *store)
{
	sqlite3_stmt *statement = NULL;
	int result, failed = 0;

	store->lists = calloc(OPEN_LISTS_MAX, sizeof(*store->lists));
	if (store->lists == NULL)
		return SQLITE_NOMEM;
	result = sqlite3_prepare_v2(store->db,
	    "SELECT * FROM lists ORDER BY territory", -1, &statement, NULL);
	if (result != SQLITE_OK)
		return result;
	while (!failed && store->n_lists < OPEN_LISTS_MAX &&
	    (result = sqlite3_step(statement)) == SQLITE_ROW)
		failed = read_list(statement, &store->lists[store->n_lists++]);
	sqlite3_finalize(statement);
	return failed               ? SQLITE_NOMEM
	    : result == SQLITE_DONE ? SQLITE_OK
				    : result;
}

static int
read_number(sqlite3 *db, const char *pragma, int expected)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(db, pragma, -1, &statement, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		result = sqlite3_column_int(statement, 0) == expected
		    ? SQLITE_OK
		    : SQLITE_MISMATCH;
	sqlite3_finalize(statement);
	return result;
}

static enum segl_status
open_database(struct segl_trust_store *store, int fd)
{
	char uri[PAGES_URI_MAX];
	int result = SQLITE_ERROR;

	snprintf(uri, sizeof(uri), PAGES_URI, fd);
	if (pages_register() == 0)
		result = sqlite3_open_v2(uri, &store->db,
		    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, PAGES_VFS);
	if (result == SQLITE_OK)
		result = read_number(
		    store->db, "PRAGMA application_id", SQL_APPLICATION);
	if (result == SQLITE_OK)
		result =
		    read_number(store->db, "PRAGMA user_version", SQL_VERSION);
	if (result == SQLITE_OK)
		result = read_lists(store);
	return result == SQLITE_OK
	    ? SEGL_OK
	    : sql_damaged(store->segl, store->directory, result);
}

enum segl_status
segl_trust_store_open(
    struct segl *segl, const char *dir, struct segl_trust_store **out)
{
	char place[TL_STORE_PATH_MAX];
	struct segl_trust_store *store;
	enum segl_status status;
	int fd;

	*out = NULL;
	status = dir == NULL ? find_file(segl, place, &fd)
			     : find_named(segl, dir, &fd);
	if (status != SEGL_OK || fd < 0)
		return status;
	if (dir == NULL)
		dir = place;
	store = calloc(1, sizeof(*store));
	if (store != NULL) {
		store->segl = segl;
		store->directory = strdup(dir);
	}
	status = store == NULL || store->directory == NULL
	    ? error_nomem(segl)
	    : open_database(store, fd);
	close(fd);
	if (status == SEGL_OK)
		*out = store;
	else
		segl_trust_store_free(store);
	return status;
}

void
segl_trust_store_free(struct segl_trust_store *store)
{
	if (store == NULL)
		return;
	for (size_t i = 0; i < store->n_lists; i++) {
		struct segl_trust_list *list = &store->lists[i];

		free((char *)list->territory);
		free((char *)list->reason);
		free((char *)list->signer);
		free((char *)list->signer_sha256);
		free((char *)list->url);
		free((char *)list->sha256);
	}
	free(store->lists);
	sqlite3_finalize(store->find);
	sqlite3_close(store->db);
	free(store->directory);
	free(store);
}

const char *
segl_trust_store_directory(const struct segl_trust_store *store)
{
	return store->directory;
}

size_t
segl_trust_store_lists(const struct segl_trust_store *store)
{
	return store->n_lists;
}

int
segl_trust_store_list(
    const struct segl_trust_store *store, size_t i, struct segl_trust_list *out)
{
	memset(out, 0, sizeof(*out));
	if (i >= store->n_lists)
		return 0;
	*out = store->lists[i];
	return 1;
}

const struct segl_trust_list *
open_find_list(const struct segl_trust_store *store, const char *territory)
{
	for (size_t i = 0; i < store->n_lists; i++) {
		if (strcmp(store->lists[i].territory, territory) == 0)
			return &store->lists[i];
	}
	return NULL;
}

/* ---- services ------------------------------------------------------------ */

static void
read_entry(sqlite3_stmt *s, struct segl_trust_entry *entry)
{
	entry->territory = (const char *)sqlite3_column_text(s, 0);
	entry->provider = (const char *)sqlite3_column_text(s, 1);
	entry->name = (const char *)sqlite3_column_text(s, 2);
	entry->type = (const char *)sqlite3_column_text(s, 3);
	entry->status = (const char *)sqlite3_column_text(s, 4);
	entry->since = sqlite3_column_int64(s, 5);
	entry->uses = (unsigned int)sqlite3_column_int64(s, 6);
	entry->changes = (size_t)sqlite3_column_int64(s, 7);
}

enum segl_status
segl_trust_store_services(struct segl_trust_store *store, const char *territory,
    int (*fn)(void *arg, const struct segl_trust_entry *entry), void *arg)
{
	sqlite3_stmt *statement = NULL;
	struct segl_trust_entry entry;
	int result, stop = 0;

	result = sqlite3_prepare_v2(store->db,
	    "SELECT territory,provider,name,type,status,since,uses,states "
	    "FROM services WHERE ?1 IS NULL OR territory=?1 "
	    "ORDER BY territory,id",
	    -1, &statement, NULL);
	if (result == SQLITE_OK)
		sql_bind_text(statement, 1, territory);
	while (result == SQLITE_OK && !stop) {
		result = sqlite3_step(statement);
		if (result != SQLITE_ROW)
			break;
		result = SQLITE_OK;
		read_entry(statement, &entry);
		stop = fn(arg, &entry);
	}
	sqlite3_finalize(statement);
	return result == SQLITE_OK || result == SQLITE_DONE
	    ? SEGL_OK
	    : sql_damaged(store->segl, store->directory, result);
}
