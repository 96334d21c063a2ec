/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "pki/certificate.h"
#include "pki/digest.h"
#include "trustlist/list/codec.h"
#include "trustlist/store/pages.h"
#include "trustlist/store/schema.h"
#include "trustlist/store/sql.h"
#include "trustlist/store/store.h"

/* Largest history of one service, in bytes; the largest met has some KB. */
#define HISTORY_MAX (1u << 20)

/* A key identifier that is found: SHA-1 of the key, in bytes. */
#define SKI_SIZE 20

/* A store in the making, in memory until it is whole. */
struct tl_store_making {
	sqlite3 *db;
	sqlite3_stmt *list;
	sqlite3_stmt *service;
	sqlite3_stmt *identity;
	sqlite3_stmt *certificate;
	sqlite3_int64 services;
};

static enum segl_status
unexpected(struct segl *segl, const struct tl_store_making *making)
{
	if (sqlite3_errcode(making->db) == SQLITE_NOMEM)
		return error_nomem(segl);
	return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
	    "the store of trusted lists could not be made: %s",
	    sqlite3_errmsg(making->db));
}

static int
step(sqlite3_stmt *statement)
{
	int result = sqlite3_step(statement);

	sqlite3_reset(statement);
	return result == SQLITE_DONE ? 0 : -1;
}

/* ---- one service --------------------------------------------------------- */

/*
 * The states of SERVICE in the transfer form, as a list of this one service
 * with short types and statuses: the URIs are the larger part of it.
 */
static enum segl_status
encode_history(const struct tl_service *service, struct buffer *out)
{
	struct tl_state *states = calloc(service->n_states, sizeof(*states));
	struct tl_service one = { .states = states,
		.n_states = service->n_states };
	struct tl_list list = { .services = &one, .n_services = 1 };
	enum segl_status status;

	if (states == NULL)
		return SEGL_ENOMEM;
	for (size_t i = 0; i < service->n_states; i++) {
		states[i] = service->states[i];
		states[i].type = schema_type(states[i].type);
		states[i].status = schema_status(states[i].status);
	}
	status = tl_list_encode(&list, out);
	free(states);
	return status;
}

static int
is_ca(const struct tl_service *service)
{
	for (size_t i = 0; i < service->n_states; i++) {
		if (schema_is_ca(schema_type(service->states[i].type)))
			return 1;
	}
	return 0;
}

/* A CA whose certificate the path of a seal may lack. */
static int
may_seal(const struct tl_service *service)
{
	for (size_t i = 0; i < service->n_states; i++) {
		if ((service->states[i].uses &
			(TL_FOR_ESEALS | TL_ROOT_CA_QC)) != 0)
			return 1;
	}
	return 0;
}

static enum segl_status
add_certificate(struct segl *segl, struct tl_store_making *making,
    const struct tl_bytes *der, const unsigned char name[DIGEST_SIZE])
{
	unsigned char sha256[DIGEST_SIZE];

	if (digest_sha256(der->data, der->len, sha256) < 0)
		return error_nomem(segl);
	sql_bind_blob(making->certificate, 1, name, DIGEST_SIZE);
	sql_bind_blob(making->certificate, 2, sha256, sizeof(sha256));
	sql_bind_blob(making->certificate, 3, der->data, der->len);
	return step(making->certificate) < 0 ? unexpected(segl, making)
					     : SEGL_OK;
}

static enum segl_status
add_identity(struct segl *segl, struct tl_store_making *making,
    const unsigned char key[DIGEST_SIZE])
{
	sql_bind_blob(making->identity, 1, key, DIGEST_SIZE);
	sqlite3_bind_int64(making->identity, 2, making->services);
	return step(making->identity) < 0 ? unexpected(segl, making) : SEGL_OK;
}

/*
 * What the service's certificates are found by; *FOUND tells whether there is
 * one. One that cannot be read costs this identity and no other.
 */
static enum segl_status
add_certificates(struct segl *segl, struct tl_store_making *making,
    const struct tl_service *service, int *found)
{
	int keep = is_ca(service) && may_seal(service);
	enum segl_status status = SEGL_OK;

	*found = 0;
	for (size_t i = 0; status == SEGL_OK && i < service->n_identities;
	     i++) {
		const struct tl_identity *id = &service->identities[i];
		unsigned char key[DIGEST_SIZE], name[DIGEST_SIZE];
		int result;

		if (id->kind != TL_ID_CERTIFICATE || id->value.data == NULL)
			continue;
		result =
		    digest_authority(id->value.data, id->value.len, key, name);
		if (result < 0)
			return error_nomem(segl);
		if (result > 0)
			continue;
		*found = 1;
		status = add_identity(segl, making, key);
		if (status == SEGL_OK && keep)
			status =
			    add_certificate(segl, making, &id->value, name);
	}
	return status;
}

/*
 * A service without a certificate is found by its key identifier; beside a
 * certificate that is one more way to be wrong.
 */
static enum segl_status
add_identities(struct segl *segl, struct tl_store_making *making,
    const struct tl_service *service)
{
	enum segl_status status;
	int found;

	status = add_certificates(segl, making, service, &found);
	for (size_t i = 0;
	     status == SEGL_OK && !found && i < service->n_identities; i++) {
		const struct tl_identity *id = &service->identities[i];
		unsigned char key[DIGEST_SIZE];

		if (id->kind != TL_ID_SKI || id->value.len != SKI_SIZE)
			continue;
		if (digest_key_identifier(id->value.data, id->value.len, key) <
		    0)
			return error_nomem(segl);
		status = add_identity(segl, making, key);
	}
	return status;
}

static enum segl_status
add_service(struct segl *segl, struct tl_store_making *making,
    const char *territory, const struct tl_service *service)
{
	static const struct tl_state unread = { .since = -1 };
	const struct tl_state *state =
	    service->n_states == 0 ? &unread : service->states;
	enum segl_status status = SEGL_OK;
	int ca = is_ca(service);
	struct buffer history;

	buffer_init(&history, HISTORY_MAX);
	if (ca)
		status = encode_history(service, &history);
	if (status != SEGL_OK) {
		status = status == SEGL_ENOMEM
		    ? error_nomem(segl)
		    : error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
			  "the history of a service of %s is too large to "
			  "keep",
			  territory);
		goto out;
	}
	sqlite3_bind_int64(making->service, 1, ++making->services);
	sql_bind_text(making->service, 2, territory);
	sql_bind_text(making->service, 3, service->provider);
	sql_bind_text(making->service, 4, service->name);
	sql_bind_text(making->service, 5, schema_type(state->type));
	sql_bind_text(making->service, 6, schema_status(state->status));
	sqlite3_bind_int64(making->service, 7, state->since);
	sqlite3_bind_int64(making->service, 8, state->uses);
	sqlite3_bind_int64(
	    making->service, 9, (sqlite3_int64)service->n_states);
	sql_bind_blob(
	    making->service, 10, ca ? history.data : NULL, history.len);
	status = step(making->service) < 0 ? unexpected(segl, making)
	    : ca ? add_identities(segl, making, service)
		 : SEGL_OK;
out:
	buffer_clear(&history);
	return status;
}

/* ---- one list ------------------------------------------------------------ */

/* Whose certificate it is: its subject in words, and its digest. */
static enum segl_status
bind_signer(struct segl *segl, struct tl_store_making *making,
    const struct tl_bytes *der, struct certificate **owned,
    unsigned char sha256[DIGEST_SIZE])
{
	enum segl_status status;

	*owned = NULL;
	sql_bind_text(making->list, 7, NULL);
	sql_bind_blob(making->list, 8, NULL, 0);
	if (der->data == NULL)
		return SEGL_OK;
	if (digest_sha256(der->data, der->len, sha256) < 0)
		return error_nomem(segl);
	sql_bind_blob(making->list, 8, sha256, DIGEST_SIZE);
	status = certificate_read(der->data, der->len, owned);
	if (status == SEGL_ENOMEM)
		return error_nomem(segl);
	/* the digest says who it is where the rest cannot be read */
	if (*owned != NULL)
		sql_bind_text(making->list, 7, (*owned)->subject);
	return SEGL_OK;
}

enum segl_status
tl_store_add(struct segl *segl, struct tl_store_making *making,
    const struct tl_store_entry *entry)
{
	const struct tl_list *list = entry->authenticated ? entry->list : NULL;
	unsigned char sha256[DIGEST_SIZE];
	struct certificate *signer;
	enum segl_status status;

	status = bind_signer(segl, making, &entry->signer, &signer, sha256);
	sql_bind_text(making->list, 1, entry->territory);
	sqlite3_bind_int(making->list, 2, list != NULL);
	sql_bind_text(making->list, 3, entry->reason);
	sqlite3_bind_int64(making->list, 4, list == NULL ? -1 : list->sequence);
	sqlite3_bind_int64(making->list, 5, list == NULL ? -1 : list->issued);
	sqlite3_bind_int64(
	    making->list, 6, list == NULL ? -1 : list->next_update);
	sql_bind_text(making->list, 9, entry->url);
	sqlite3_bind_int64(making->list, 10, entry->fetched);
	sql_bind_blob(making->list, 11, entry->sha256, sizeof(entry->sha256));
	sqlite3_bind_int(making->list, 12, entry->tls_unverified != 0);
	sqlite3_bind_int64(making->list, 13,
	    list == NULL ? 0
			 : (sqlite3_int64)(list->n_services - list->n_unread));
	sqlite3_bind_int64(
	    making->list, 14, list == NULL ? 0 : (sqlite3_int64)list->n_unread);
	if (status == SEGL_OK && step(making->list) < 0)
		status = unexpected(segl, making);
	certificate_free(signer);
	for (size_t i = 0;
	     status == SEGL_OK && list != NULL && i < list->n_services; i++)
		status = add_service(
		    segl, making, entry->territory, &list->services[i]);
	return status;
}

/* ---- all ----------------------------------------------------------------- */

static int
make_schema(struct tl_store_making *making)
{
	char text[256];

	snprintf(text, sizeof(text),
	    "PRAGMA page_size=%d;PRAGMA application_id=%d;"
	    "PRAGMA user_version=%d;PRAGMA journal_mode=MEMORY;BEGIN;",
	    PAGES_SIZE, SQL_APPLICATION, SQL_VERSION);
	if (sqlite3_open(":memory:", &making->db) != SQLITE_OK ||
	    sqlite3_exec(making->db, text, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(making->db, SCHEMA, NULL, NULL, NULL) != SQLITE_OK)
		return -1;
	return sqlite3_prepare_v2(making->db,
		   "INSERT INTO lists VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)", -1,
		   &making->list, NULL) == SQLITE_OK &&
		sqlite3_prepare_v2(making->db,
		    "INSERT INTO services VALUES(?,?,?,?,?,?,?,?,?,?)", -1,
		    &making->service, NULL) == SQLITE_OK &&
		sqlite3_prepare_v2(making->db,
		    "INSERT OR IGNORE INTO identities VALUES(?,?)", -1,
		    &making->identity, NULL) == SQLITE_OK &&
		sqlite3_prepare_v2(making->db,
		    "INSERT OR IGNORE INTO certificates VALUES(?,?,?)", -1,
		    &making->certificate, NULL) == SQLITE_OK
	    ? 0
	    : -1;
}

void
tl_store_making_free(struct tl_store_making *making)
{
	if (making == NULL)
		return;
	sqlite3_finalize(making->list);
	sqlite3_finalize(making->service);
	sqlite3_finalize(making->identity);
	sqlite3_finalize(making->certificate);
	sqlite3_close(making->db);
	free(making);
}

enum segl_status
tl_store_make(struct segl *segl, struct tl_store_making **out)
{
	struct tl_store_making *making = calloc(1, sizeof(*making));
	enum segl_status status;

	*out = NULL;
	if (making == NULL)
		return error_nomem(segl);
	if (make_schema(making) == 0) {
		*out = making;
		return SEGL_OK;
	}
	status = unexpected(segl, making);
	tl_store_making_free(making);
	return status;
}

/* The database in OUT, sealed. VACUUM puts what is read together, together. */
static enum segl_status
take_pages(
    struct segl *segl, struct tl_store_making *making, struct buffer *out)
{
	enum segl_status status;
	unsigned char *bytes;
	sqlite3_int64 len;

	if (sqlite3_exec(making->db, "COMMIT;VACUUM", NULL, NULL, NULL) !=
	    SQLITE_OK)
		return unexpected(segl, making);
	bytes = sqlite3_serialize(making->db, "main", &len, 0);
	if (bytes == NULL)
		return error_nomem(segl);
	status = buffer_add(out, bytes, (size_t)len);
	sqlite3_free(bytes);
	if (status == SEGL_OK)
		status = pages_seal(out);
	if (status == SEGL_ENOMEM)
		return error_nomem(segl);
	if (status != SEGL_OK)
		return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "the trusted lists are too large for a store: %lld bytes",
		    (long long)len);
	return SEGL_OK;
}

/* What is on the disk, read the way that readers do. */
static int
check_written(int fd, sqlite3_int64 services)
{
	const char *sql = "SELECT (SELECT count(*) FROM services),"
			  "(SELECT * FROM pragma_integrity_check)";
	sqlite3_stmt *statement = NULL;
	char uri[PAGES_URI_MAX];
	sqlite3 *db = NULL;
	int good;

	snprintf(uri, sizeof(uri), PAGES_URI, fd);
	good = pages_register() == 0 &&
	    sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
		PAGES_VFS) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW &&
	    sqlite3_column_int64(statement, 0) == services &&
	    strcmp((const char *)sqlite3_column_text(statement, 1), "ok") == 0;
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return good ? 0 : -1;
}

static enum segl_status
unwritable(struct segl *segl, int error)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the store of trusted lists cannot be written: %s",
	    strerror(error));
	error_remedy(segl, "make room, or name another place by --trust");
	return SEGL_EUSAGE;
}

static enum segl_status
put(struct segl *segl, const struct tl_store_writer *writer,
    const struct buffer *bytes, sqlite3_int64 services, struct draft *out)
{
	int error = draft_open_at(out, writer->dirfd, TL_STORE_FILE, 0644);

	if (error == 0)
		error = draft_write(out, bytes->data, bytes->len);
	if (error != 0)
		return unwritable(segl, error);
	/* the lists are public, whatever the umask */
	(void)fchmod(out->fd, 0644);
	if (check_written(out->fd, services) == 0)
		return SEGL_OK;
	return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
	    "the store of trusted lists that was written is not what "
	    "is read: the disk or the memory of this host fails");
}

enum segl_status
tl_store_draft(struct segl *segl, struct tl_store_making *making,
    const struct tl_store_writer *writer, struct draft *out)
{
	enum segl_status status;
	struct buffer bytes;

	draft_init(out);
	buffer_init(&bytes, (size_t)PAGES_MAX * (PAGES_SIZE + DIGEST_SIZE) * 2);
	status = take_pages(segl, making, &bytes);
	if (status == SEGL_OK)
		status = put(segl, writer, &bytes, making->services, out);
	buffer_clear(&bytes);
	return status;
}

enum segl_status
tl_store_commit(struct segl *segl, struct draft *draft)
{
	int error = draft_commit(draft, 1);

	return error == 0 ? SEGL_OK : unwritable(segl, error);
}
