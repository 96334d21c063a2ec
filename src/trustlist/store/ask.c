/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "pki/digest.h"
#include "pki/name.h"
#include "pki/path.h"
#include "trustlist/list/codec.h"
#include "trustlist/store/criteria.h"
#include "trustlist/store/determine.h"
#include "trustlist/store/open.h"
#include "trustlist/store/sql.h"

/* How long past its NextUpdate a list still answers. */
#define STALE_MAX_S (90LL * 86400)

/* The members of the EEA, as the lists of lists write them. */
static const char *const territories[] = { "AT", "BE", "BG", "CY", "CZ", "DE",
	"DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IS", "IT", "LI",
	"LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI",
	"SK" };
#define TERRITORIES (sizeof(territories) / sizeof(territories[0]))

/* An entry that was found; owns its texts. */
struct entry {
	size_t position;
	const struct segl_trust_list *list;
	char *territory;
	char *provider;
	char *name;
	struct tl_list *history; /* a list of one service */
};

struct segl_trust_answer {
	struct segl_trust trust;
	struct segl_trust_determination issuance;
	struct segl_trust_determination now;
	struct segl_trust_service rows[DETERMINE_MAX];
	struct entry entries[DETERMINE_MAX];
	size_t n;
	char territory[3];
	char missing[TERRITORIES * 3 + 1];
};

void
segl_trust_answer_free(struct segl_trust_answer *answer)
{
	if (answer == NULL)
		return;
	for (size_t i = 0; i < answer->n; i++) {
		free(answer->entries[i].territory);
		free(answer->entries[i].provider);
		free(answer->entries[i].name);
		tl_list_free(answer->entries[i].history);
	}
	free(answer);
}

const struct segl_trust *
segl_trust_answer_rows(const struct segl_trust_answer *answer)
{
	return &answer->trust;
}

/* ---- lists at a time ----------------------------------------------------- */

static int
is_zero(const char *hexadecimal)
{
	return hexadecimal[strspn(hexadecimal, "0")] == '\0';
}

enum segl_trust_state
segl_trust_list_state(const struct segl_trust_list *list, long long at)
{
	if (list == NULL)
		return SEGL_TRUST_MISSING;
	if (!list->authenticated) /* a file that never came has no digest */
		return is_zero(list->sha256) ? SEGL_TRUST_MISSING
					     : SEGL_TRUST_REFUSED;
	if (list->next_update < 0)
		return SEGL_TRUST_CLOSED;
	if (at <= list->next_update)
		return SEGL_TRUST_CURRENT;
	return at - list->next_update > STALE_MAX_S ? SEGL_TRUST_OLD
						    : SEGL_TRUST_STALE;
}

/* The same, asked for what is not in it. */
static enum segl_trust_state
state_of_whole(const struct segl_trust_list *list, long long at)
{
	enum segl_trust_state state = segl_trust_list_state(list, at);

	return (state == SEGL_TRUST_CURRENT || state == SEGL_TRUST_CLOSED) &&
		list->unread > 0
	    ? SEGL_TRUST_UNREAD
	    : state;
}

/* The country of LEAF's issuer, by the name that its list has. */
static enum segl_status
find_territory(const struct segl_trust_store *store,
    const struct certificate *leaf, struct segl_trust_answer *answer)
{
	static const char *const renamed[][2] = { { "GR", "EL" },
		{ "GB", "UK" } };
	const X509_NAME *issuer = X509_get_issuer_name(leaf->x509);
	int nomem = 0;
	char *country = name_value(issuer, NID_countryName, 0, &nomem);

	if (nomem)
		return error_nomem(store->segl);
	if (country != NULL && strlen(country) == 2) {
		for (size_t i = 0; i < 2; i++)
			answer->territory[i] =
			    country[i] >= 'a' && country[i] <= 'z'
			    ? (char)(country[i] - 'a' + 'A')
			    : country[i];
		for (size_t i = 0; i < 2; i++) {
			if (strcmp(answer->territory, renamed[i][0]) == 0)
				memcpy(answer->territory, renamed[i][1], 3);
		}
		answer->trust.territory = answer->territory;
	}
	free(country);
	return SEGL_OK;
}

static void
name_missing(const struct segl_trust_store *store,
    struct segl_trust_answer *answer, long long at)
{
	char *end = answer->missing;

	for (size_t i = 0; i < TERRITORIES; i++) {
		enum segl_trust_state state = segl_trust_list_state(
		    open_find_list(store, territories[i]), at);

		if (state == SEGL_TRUST_CURRENT ||
		    strcmp(territories[i], answer->territory) == 0)
			continue;
		if (end > answer->missing)
			*end++ = ' ';
		memcpy(end, territories[i], 3);
		end += 2;
	}
	if (end > answer->missing)
		answer->trust.missing = answer->missing;
}

/* ---- entries ------------------------------------------------------------- */

/* The history of the row at hand; an SQLite result. */
static int
read_history(sqlite3_stmt *statement, struct tl_list **out)
{
	const void *blob = sqlite3_column_blob(statement, 3);
	size_t len = (size_t)sqlite3_column_bytes(statement, 3);
	enum segl_status status;
	char *copy;

	*out = NULL;
	if (blob == NULL || len == 0)
		return SQLITE_CORRUPT;
	copy = malloc(len);
	if (copy == NULL)
		return SQLITE_NOMEM;
	memcpy(copy, blob, len);
	status = tl_list_decode(copy, len, out); /* takes COPY */
	if (status == SEGL_ENOMEM)
		return SQLITE_NOMEM;
	return status == SEGL_OK && (*out)->n_services == 1 &&
		(*out)->services[0].n_states > 0
	    ? SQLITE_OK
	    : SQLITE_CORRUPT;
}

static int
read_entry(const struct segl_trust_store *store,
    struct segl_trust_answer *answer, size_t position)
{
	struct entry *entry = &answer->entries[answer->n];
	int result, nomem = 0;

	memset(entry, 0, sizeof(*entry));
	answer->n++;
	entry->position = position;
	entry->territory = sql_text(store->find, 0, &nomem);
	entry->provider = sql_text(store->find, 1, &nomem);
	entry->name = sql_text(store->find, 2, &nomem);
	result = read_history(store->find, &entry->history);
	if (nomem)
		return SQLITE_NOMEM;
	if (result != SQLITE_OK)
		return result;
	entry->list = entry->territory == NULL
	    ? NULL
	    : open_find_list(store, entry->territory);
	return entry->list == NULL ? SQLITE_CORRUPT : SQLITE_OK;
}

static int
find_by(struct segl_trust_store *store, const unsigned char key[DIGEST_SIZE],
    struct segl_trust_answer *answer, size_t position)
{
	int result = SQLITE_DONE;

	sqlite3_reset(store->find);
	sql_bind_blob(store->find, 1, key, DIGEST_SIZE);
	while (answer->n < DETERMINE_MAX &&
	    (result = sqlite3_step(store->find)) == SQLITE_ROW) {
		result = read_entry(store, answer, position);
		if (result != SQLITE_OK)
			break;
	}
	sqlite3_reset(store->find);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

/*
 * Entries for the CA at POSITION: by its key and name, and those that have no
 * certificate by its key.
 */
static int
find_entries(struct segl_trust_store *store, const unsigned char *der,
    size_t len, struct segl_trust_answer *answer, size_t position)
{
	unsigned char key[DIGEST_SIZE];
	int result = digest_authority(der, len, key, NULL);

	if (result == 0)
		result = find_by(store, key, answer, position);
	else
		result = result < 0 ? SQLITE_NOMEM : SQLITE_OK;
	if (result != SQLITE_OK)
		return result;
	result = digest_key(der, len, key);
	if (result == 0)
		return find_by(store, key, answer, position);
	return result < 0 ? SQLITE_NOMEM : SQLITE_OK;
}

static int
prepare_find(struct segl_trust_store *store)
{
	if (store->find != NULL)
		return SQLITE_OK;
	return sqlite3_prepare_v2(store->db,
	    "SELECT territory,provider,name,history FROM identities "
	    "JOIN services ON id=service WHERE key=? ORDER BY territory,id",
	    -1, &store->find, NULL);
}

static int
find_all(struct segl_trust_store *store, const struct segl_softtoken *token,
    struct segl_trust_answer *answer)
{
	size_t n = segl_softtoken_path_len(token);
	int result = prepare_find(store);

	for (size_t i = 1; result == SQLITE_OK && i < n; i++) {
		size_t len;
		const unsigned char *der =
		    segl_softtoken_path_der(token, i, &len);

		result = find_entries(store, der, len, answer, i);
	}
	return result;
}

/* ---- rows ---------------------------------------------------------------- */

/* The first change after AT that is announced already. */
static const struct tl_state *
next_state(const struct tl_service *service, long long at)
{
	const struct tl_state *next = NULL;

	for (size_t i = 0; i < service->n_states; i++) {
		const struct tl_state *state = &service->states[i];

		if (state->since > at &&
		    (next == NULL || state->since < next->since))
			next = state;
	}
	return next;
}

static unsigned int
uses_of(const struct tl_state *state)
{
	return (state->uses & TL_FOR_ESIGNATURES ? SEGL_TRUST_FOR_ESIGNATURES
						 : 0u) |
	    (state->uses & TL_FOR_ESEALS ? SEGL_TRUST_FOR_ESEALS : 0u) |
	    (state->uses & TL_FOR_WEB ? SEGL_TRUST_FOR_WEB : 0u) |
	    (state->uses & TL_ROOT_CA_QC ? SEGL_TRUST_ROOT_CA_QC : 0u);
}

static void
make_row(const struct entry *entry, const struct certificate *leaf,
    long long at, struct segl_trust_service *row)
{
	const struct tl_service *service = &entry->history->services[0];
	const struct tl_state *state = determine_state(service, at);
	const struct tl_state *next = next_state(service, at);
	const struct tl_state *any = state != NULL ? state : service->states;

	memset(row, 0, sizeof(*row));
	row->position = entry->position;
	row->territory = entry->territory;
	row->provider = entry->provider;
	row->name = entry->name;
	row->type = any->type;
	row->status = state == NULL ? "" : state->status;
	row->uses = uses_of(any);
	row->qualifiers = state == NULL || leaf == NULL
	    ? 0
	    : criteria_qualifiers(state, leaf);
	row->list = segl_trust_list_state(entry->list, at);
	row->since = state == NULL ? -1 : state->since;
	row->next_status = next == NULL ? NULL : next->status;
	row->next_since = next == NULL ? -1 : next->since;
	row->sequence = entry->list->sequence;
	row->issued = entry->list->issued;
	row->next_update = entry->list->next_update;
}

/* By the entries of the CA that is listed nearest to the leaf. */
static void
determine_both(struct segl_trust_answer *answer, const struct certificate *leaf,
    long long at)
{
	const struct tl_service *services[DETERMINE_MAX];
	size_t n = 0;

	for (size_t i = 0; i < answer->n; i++) {
		if (answer->entries[i].position == answer->entries[0].position)
			services[n++] =
			    &answer->entries[i].history->services[0];
	}
	determine(
	    services, n, leaf, (long long)leaf->not_before, &answer->issuance);
	determine(services, n, leaf, at, &answer->now);
	answer->trust.issuance = &answer->issuance;
	answer->trust.now = &answer->now;
}

static enum segl_status
fill(struct segl_trust_store *store, const struct segl_softtoken *token,
    const struct certificate *leaf, long long at,
    struct segl_trust_answer *answer)
{
	int result = find_all(store, token, answer);
	enum segl_status status;

	if (result != SQLITE_OK)
		return sql_damaged(store->segl, store->directory, result);
	status = find_territory(store, leaf, answer);
	if (status != SEGL_OK)
		return status;
	answer->trust.list =
	    state_of_whole(open_find_list(store, answer->territory), at);
	name_missing(store, answer, at);
	for (size_t i = 0; i < answer->n; i++)
		make_row(&answer->entries[i], leaf, at, &answer->rows[i]);
	answer->trust.services = answer->rows;
	answer->trust.n = answer->n;
	determine_both(answer, leaf, at);
	return SEGL_OK;
}

/* The leaf, read again; of CAs the bytes tell key and name. */
static enum segl_status
read_leaf(const struct segl_softtoken *token, struct certificate **out)
{
	size_t len = 0;
	const unsigned char *der = segl_softtoken_path_len(token) == 0
	    ? NULL
	    : segl_softtoken_path_der(token, 0, &len);

	*out = NULL;
	return der == NULL ? SEGL_OK : certificate_read(der, len, out);
}

enum segl_status
segl_trust_ask(struct segl_trust_store *store,
    const struct segl_softtoken *token, long long at,
    struct segl_trust_answer **out)
{
	struct segl_trust_answer *answer = calloc(1, sizeof(*answer));
	enum segl_status status = SEGL_ENOMEM;
	struct certificate *leaf = NULL;

	*out = NULL;
	if (answer != NULL)
		status = read_leaf(token, &leaf);
	if (status == SEGL_ENOMEM)
		error_nomem(store->segl);
	else if (status == SEGL_OK && leaf == NULL)
		status = error_set(store->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "there is no certificate to look up");
	else if (status == SEGL_OK)
		status = fill(store, token, leaf, at, answer);
	if (status == SEGL_OK)
		*out = answer;
	else
		segl_trust_answer_free(answer);
	certificate_free(leaf);
	return status;
}

/* ---- by name ------------------------------------------------------------- */

static int
has_common_name(const struct certificate *certificate, const char *name)
{
	int nomem = 0, same;
	char *cn = name_value(X509_get_subject_name(certificate->x509),
	    NID_commonName, 0, &nomem);

	same = nomem ? -1 : cn != NULL && strcasecmp(cn, name) == 0;
	free(cn);
	return same;
}

/* Entries of the CA in the row at hand, where it has the name. */
static int
find_if_named(struct segl_trust_store *store, sqlite3_stmt *row,
    const char *name, struct segl_trust_answer *answer)
{
	struct certificate *certificate;
	enum segl_status status;
	int result = SQLITE_OK, same = 0;

	status = certificate_read(sqlite3_column_blob(row, 0),
	    (size_t)sqlite3_column_bytes(row, 0), &certificate);
	if (status == SEGL_OK)
		same = has_common_name(certificate, name);
	if (status == SEGL_ENOMEM || same < 0)
		result = SQLITE_NOMEM;
	else if (same)
		result = find_entries(store, sqlite3_column_blob(row, 0),
		    (size_t)sqlite3_column_bytes(row, 0), answer, 0);
	certificate_free(certificate);
	return result;
}

static int
find_named(struct segl_trust_store *store, const char *name,
    struct segl_trust_answer *answer)
{
	sqlite3_stmt *statement = NULL;
	int result = prepare_find(store);

	if (result == SQLITE_OK)
		result = sqlite3_prepare_v2(store->db,
		    "SELECT der FROM certificates", -1, &statement, NULL);
	while (result == SQLITE_OK) {
		result = sqlite3_step(statement);
		if (result != SQLITE_ROW)
			break;
		result = find_if_named(store, statement, name, answer);
	}
	sqlite3_finalize(statement);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

enum segl_status
segl_trust_ask_name(struct segl_trust_store *store, const char *territory,
    const char *name, long long at, struct segl_trust_answer **out)
{
	struct segl_trust_answer *answer = calloc(1, sizeof(*answer));
	struct segl_trust *trust;
	int result;

	*out = NULL;
	if (answer == NULL)
		return error_nomem(store->segl);
	trust = &answer->trust;
	result = find_named(store, name, answer);
	if (result != SQLITE_OK) {
		segl_trust_answer_free(answer);
		return sql_damaged(store->segl, store->directory, result);
	}
	snprintf(answer->territory, sizeof(answer->territory), "%s", territory);
	trust->territory = answer->territory;
	trust->list = state_of_whole(open_find_list(store, territory), at);
	for (size_t i = 0; i < answer->n; i++) {
		if (strcmp(answer->entries[i].territory, territory) == 0)
			make_row(&answer->entries[i], NULL, at,
			    &answer->rows[trust->n++]);
	}
	trust->services = answer->rows;
	*out = answer;
	return SEGL_OK;
}
