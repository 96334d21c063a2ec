/* SPDX-License-Identifier: ISC */
/* The CA certificates that a path lacks, and of several paths the listed one.
 */
#include <sqlite3.h>

#include "base/error.h"
#include "pki/certificate.h"
#include "pki/digest.h"
#include "trustlist/list/list.h"
#include "trustlist/store/open.h"
#include "trustlist/store/sql.h"

/* Certificates of one name that are tried; a dozen is met. */
#define CANDIDATES_MAX 64

/* Rounds, each of which makes the path longer: no path is longer. */
#define ROUNDS_MAX 10

static enum segl_status
damaged(struct segl_trust_store *store, int result)
{
	return sql_damaged(store->segl, store->directory, result);
}

/* Whatever stands under the name NAME; whether it fits, the path decides. */
static enum segl_status
offer_named(struct segl_trust_store *store,
    const unsigned char name[DIGEST_SIZE], struct segl_softtoken *token)
{
	enum segl_status status = SEGL_OK;
	sqlite3_stmt *statement = NULL;
	int result;

	result = sqlite3_prepare_v2(store->db,
	    "SELECT der FROM certificates WHERE name=?", -1, &statement, NULL);
	if (result == SQLITE_OK)
		sql_bind_blob(statement, 1, name, DIGEST_SIZE);
	for (int i = 0;
	     result == SQLITE_OK && status == SEGL_OK && i < CANDIDATES_MAX;
	     i++) {
		result = sqlite3_step(statement);
		if (result != SQLITE_ROW)
			break;
		result = SQLITE_OK;
		status = segl_softtoken_extend_path(token,
		    sqlite3_column_blob(statement, 0),
		    (size_t)sqlite3_column_bytes(statement, 0),
		    "the trusted lists");
	}
	sqlite3_finalize(statement);
	if (status != SEGL_OK)
		return status;
	return result == SQLITE_OK || result == SQLITE_DONE
	    ? SEGL_OK
	    : damaged(store, result);
}

/* Who is to have issued the last certificate of the path. */
static enum segl_status
name_missing(const struct segl_trust_store *store,
    const struct segl_softtoken *token, unsigned char name[DIGEST_SIZE])
{
	struct certificate *last;
	enum segl_status status;
	size_t len;
	const unsigned char *der = segl_softtoken_path_der(
	    token, segl_softtoken_path_len(token) - 1, &len);

	status = certificate_read(der, len, &last);
	if (status == SEGL_OK &&
	    digest_name(X509_get_issuer_name(last->x509), name) < 0)
		status = SEGL_ENOMEM;
	certificate_free(last);
	return status == SEGL_ENOMEM ? error_nomem(store->segl) : status;
}

/* ---- of several paths ---------------------------------------------------- */

/* What is known of the CA by KEY, as a favor; 0 where it is not listed. */
static int
favor_of_key(struct segl_trust_store *store, const unsigned char *key)
{
	sqlite3_stmt *statement = NULL;
	int favor = 0;

	if (sqlite3_prepare_v2(store->db,
		"SELECT max(1 + (uses & ?2 = ?2 AND status='granted')) "
		"FROM identities JOIN services ON id=service WHERE key=?1",
		-1, &statement, NULL) == SQLITE_OK) {
		sql_bind_blob(statement, 1, key, DIGEST_SIZE);
		sqlite3_bind_int(statement, 2, TL_FOR_ESEALS | TL_ROOT_CA_QC);
		/* damage is noticed by who asks what it says */
		if (sqlite3_step(statement) == SQLITE_ROW)
			favor = sqlite3_column_int(statement, 0);
	}
	sqlite3_finalize(statement);
	return favor;
}

/* A listed CA is better than none, a root that speaks for all below it best. */
static int
favor_of(void *arg, const unsigned char *der, size_t len)
{
	unsigned char key[DIGEST_SIZE];
	int favor = 0, by_key = 0;

	if (digest_authority(der, len, key, NULL) == 0)
		favor = favor_of_key(arg, key);
	if (digest_key(der, len, key) == 0)
		by_key = favor_of_key(arg, key);
	return by_key > favor ? by_key : favor;
}

enum segl_status
segl_trust_complete(
    struct segl_trust_store *store, struct segl_softtoken *token)
{
	unsigned char name[DIGEST_SIZE];
	enum segl_status status = SEGL_OK;
	size_t before = 0;

	if (segl_softtoken_path_len(token) == 0)
		return error_set(store->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "there is no certificate whose path could be completed");
	for (int i = 0; status == SEGL_OK && i < ROUNDS_MAX &&
	     segl_softtoken_path_missing(token) != NULL &&
	     segl_softtoken_path_len(token) > before;
	     i++) {
		before = segl_softtoken_path_len(token);
		status = name_missing(store, token, name);
		if (status == SEGL_OK)
			status = offer_named(store, name, token);
	}
	if (status == SEGL_OK)
		segl_softtoken_favor_path(token, favor_of, store);
	return status;
}
