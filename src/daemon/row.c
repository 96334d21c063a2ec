/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <segl/exchange.h>

#include "base/secret.h"
#include "cache/jwks.h"
#include "cache/lock.h"
#include "daemon/audit.h"
#include "daemon/flight.h"
#include "daemon/fresh.h"
#include "daemon/json.h"
#include "daemon/row.h"

#define BUCKETS 1024 /* a power of two */

/* A token that nobody asked for again is forgotten after this. */
#define FORGET_MS (3600 * 1000LL)

/* Between tries to get a token ahead that all fail. */
#define AHEAD_MOST_MS 30000

/* What must be left of a token that is served in need, in seconds. */
#define LEAST_S 5

/* FNV-1a: callers choose the key, but rows are few and bounded. */
static unsigned int
hash_of(const struct buffer *key)
{
	unsigned int h = 2166136261u;

	for (size_t i = 0; i < key->len; i++)
		h = (h ^ (unsigned char)key->data[i]) * 16777619u;
	return h;
}

static struct row **
bucket(struct front *front, unsigned int hash)
{
	return &front->rows[hash & (BUCKETS - 1)];
}

static void
clear_token(struct row *row)
{
	entry_clear(&row->token);
	memset(&row->token, 0, sizeof(row->token));
	secret_free_text(row->json);
	row->json = NULL;
	for (size_t i = 0; i < WANT_FORMS; i++)
		httpd_prepared_free(row->told[i].answer);
	memset(row->told, 0, sizeof(row->told));
	buffer_clear(&row->audited); /* the next one has another jti */
}

static void
row_free(struct row *row)
{
	clear_token(row);
	segl_free(row->failure);
	buffer_clear(&row->key);
	free(row);
}

/* ---- how long it lives ----------------------------------------------------
 */

long
row_remaining_s(const struct row *row)
{
	struct instant now;

	if (row->token.token == NULL)
		return 0;
	instant_now(&now);
	return entry_remaining_s(&row->token, &now);
}

int
row_serves(const struct row *row, const struct want *want)
{
	long left_s = row_remaining_s(row), least_s = want->min_validity_s;

	if (least_s < 0)
		least_s = row->profile->settings.min_validity_s;
	if (least_s < 0)
		least_s = entry_default_min_validity_s(
		    &row->token, row->by != SEGL_EXCHANGER_NONE);
	return left_s > 0 && left_s >= least_s;
}

int
row_would_do(const struct row *row, const struct want *want)
{
	return row_remaining_s(row) >= LEAST_S && !want->force &&
	    want->min_validity_s < 0;
}

/*
 * At three quarters of its life, give or take a twentieth, so that those who
 * were started together part; where it is long, before the last half minute,
 * where it is short, at half.
 */
static long long
refresh_after_ms(long life_s)
{
	static unsigned int state = 1;
	long long ms = (long long)life_s * 1000, at, jitter;

	state = state * 1103515245u + 12345u + (unsigned int)lock_now_ms();
	jitter = ms / 10 * (long long)(state >> 16 & 0x3ff) / 1024;
	at = ms * 7 / 10 + jitter;
	if (life_s > 120 && at > ms - 30000)
		at = ms - 30000;
	if (life_s <= 120 && at > ms / 2)
		at = ms / 2 - jitter;
	return at;
}

/* ---- what is kept from one run to the next --------------------------------
 */

/* The key on disk: whose token of which server it is, and what for. */
static enum segl_status
disk_key(struct front *front, const struct row *row, struct buffer *out)
{
	const struct face *face = front_face(front, row->profile);
	const char *from = want_exchange_url(row->profile, row->by);
	enum segl_status status;

	buffer_init(out, ENTRY_KEY_MAX);
	status = buffer_printf(out, "segld 1\n%s\n%s\n%s\n%s\n",
	    row->profile->server.issuer, from == NULL ? "" : from,
	    face->identity == NULL ? "" : face->identity,
	    face->subject == NULL ? "" : face->subject);
	if (status == SEGL_OK)
		status = buffer_add(out, row->key.data, row->key.len);
	return status;
}

static void
keep_on_disk(struct front *front, const struct row *row)
{
	struct buffer key;

	if (front->dirfd < 0 || row->profile->settings.no_cache)
		return;
	if (disk_key(front, row, &key) == SEGL_OK)
		(void)entry_store(front->dirfd, key.data, key.len, &row->token);
	buffer_clear(&key);
}

static enum segl_status
now_has_token(struct front *front, struct row *row, long left_s)
{
	long long now_ms = lock_now_ms();

	if (!row->is_keys)
		row->json = json_token(&row->token);
	if (row->json == NULL && !row->is_keys) {
		clear_token(row);
		return SEGL_ENOMEM;
	}
	row->got_at_ms = now_ms;
	row->refresh_at_ms = now_ms + refresh_after_ms(left_s);
	front_due(front, row->refresh_at_ms);
	return SEGL_OK;
}

/* Keys of unknown age: where one is missing they may be fetched at once. */
static void
take_kept(struct front *front, struct row *row, long left_s)
{
	if (now_has_token(front, row, left_s) == SEGL_OK && row->is_keys)
		row->got_at_ms -= JWKS_PAUSE_S * 1000LL;
}

static void
take_from_disk(struct front *front, struct row *row)
{
	struct buffer key;
	long left_s;

	if (front->dirfd < 0 || row->profile->settings.no_cache)
		return;
	if (disk_key(front, row, &key) == SEGL_OK &&
	    entry_load(front->dirfd, key.data, key.len, &row->token)) {
		left_s = row_remaining_s(row);
		if (left_s <= 0)
			clear_token(row);
		else
			take_kept(front, row, left_s);
	}
	buffer_clear(&key);
}

/* ---- the table ------------------------------------------------------------
 */

static void
remove_row(struct front *front, struct row *row)
{
	struct row **at = bucket(front, row->hash);

	while (*at != row)
		at = &(*at)->next;
	*at = row->next;
	front->n_rows--;
	row_free(row);
}

/* Make room: the row that was not used for longest, and is in no use. */
static int
make_room(struct front *front)
{
	struct row *oldest = NULL;

	for (size_t i = 0; i < BUCKETS; i++)
		for (struct row *row = front->rows[i]; row != NULL;
		     row = row->next)
			if (row->flight.state == FLIGHT_NONE &&
			    !row_is_awaited(row) && !row->is_wanted &&
			    (oldest == NULL ||
				row->used_at_ms < oldest->used_at_ms))
				oldest = row;
	if (oldest == NULL)
		return 0;
	remove_row(front, oldest);
	return 1;
}

static struct row *
add_row(struct front *front, const struct want *want, unsigned int hash)
{
	struct row *row;

	if (front->n_rows >= ROWS_MAX && !make_room(front))
		return NULL;
	row = calloc(1, sizeof(*row));
	if (row == NULL)
		return NULL;
	buffer_init(&row->key, WANT_KEY_MAX);
	buffer_init(&row->audited, AUDIT_OUTCOME_MAX);
	if (buffer_add(&row->key, want->key.data, want->key.len) != SEGL_OK) {
		free(row);
		return NULL;
	}
	row->profile = want->profile;
	row->hash = hash;
	row->by = want_exchanger(&row->key);
	row->is_keys = wire_field(&row->key, "keys", 0) != NULL;
	row->used_at_ms = lock_now_ms();
	row->next = *bucket(front, hash);
	*bucket(front, hash) = row;
	front->n_rows++;
	take_from_disk(front, row);
	return row;
}

struct row *
row_of(struct front *front, const struct want *want)
{
	unsigned int hash = hash_of(&want->key);

	if (front->rows == NULL)
		front->rows = calloc(BUCKETS, sizeof(struct row *));
	if (front->rows == NULL)
		return NULL;
	for (struct row *row = *bucket(front, hash); row != NULL;
	     row = row->next)
		if (row->hash == hash && row->key.len == want->key.len &&
		    memcmp(row->key.data, want->key.data, want->key.len) == 0)
			return row;
	return add_row(front, want, hash);
}

/* ---- what became of a try -------------------------------------------------
 */

/* ENTRY, which is taken, is ROW's from now on. */
static enum segl_status
take_entry(struct front *front, struct row *row, struct entry *entry)
{
	long left_s;

	if (entry->token == NULL || entry->type == NULL) {
		entry_clear(entry);
		return SEGL_ENOMEM;
	}
	clear_token(row);
	segl_free(row->failure);
	row->failure = NULL;
	row->token = *entry;
	memcpy(row->jti, row->flight.jti, sizeof(row->jti));
	if (entry->expires_in_s <= 0) {
		/* it does not say: good for who waits, and no longer */
		row->token.expires_in_s = 1;
	}
	left_s = row_remaining_s(row);
	if (left_s <= 0) /* a server slower than its tokens are good for */
		left_s = row->token.expires_in_s;
	if (now_has_token(front, row, left_s) != SEGL_OK)
		return SEGL_ENOMEM;
	row->failed = 0;
	keep_on_disk(front, row);
	if (row->is_wanted)
		fresh_came(front, row);
	return SEGL_OK;
}

enum segl_status
row_take_token(
    struct front *front, struct row *row, const struct segl_token *token)
{
	const char *scope = segl_token_scope(token);
	struct entry entry = { .expires_in_s = segl_token_expires_in_s(token),
		.obtained = row->flight.asked };

	entry.token = strdup(segl_token_access_token(token));
	entry.type = strdup(segl_token_type(token));
	if (scope != NULL)
		entry.scope = strdup(scope);
	if (scope != NULL && entry.scope == NULL) {
		entry_clear(&entry);
		return SEGL_ENOMEM;
	}
	return take_entry(front, row, &entry);
}

enum segl_status
row_take_keys(struct front *front, struct row *row, const char *text)
{
	struct entry entry = { .expires_in_s = JWKS_FRESH_S };

	instant_now(&entry.obtained);
	entry.token = strdup(text);
	entry.type = strdup("jwks");
	return take_entry(front, row, &entry);
}

int
row_is_awaited(const struct row *row)
{
	return row->waiters != NULL || row->awaited > 0;
}

/*
 * Nobody waits: the server is asked later and later, give or take a quarter.
 */
static long long
later_ms(const struct row *row)
{
	long long ms = 500;

	for (unsigned int i = 0; i < row->failed && ms < AHEAD_MOST_MS; i++)
		ms *= 2;
	if (ms > AHEAD_MOST_MS)
		ms = AHEAD_MOST_MS;
	return ms * 3 / 4 + (long long)(row->hash % 1024) * ms / 2048;
}

void
row_take_failure(
    struct front *front, struct row *row, struct segl *segl, long long for_ms)
{
	segl_free(row->failure);
	row->failure = segl;
	row->failure_until_ms = lock_now_ms() + for_ms;
	/* what there is still serves; then it is tried again */
	if (row->token.token != NULL || row->is_wanted) {
		row->refresh_at_ms = row->failure_until_ms + later_ms(row);
		front_due(front, row->refresh_at_ms);
	}
	row->failed++;
}

int
row_has_failed(const struct row *row)
{
	return row->failure != NULL && lock_now_ms() < row->failure_until_ms;
}

void
row_used(struct front *front, struct row *row)
{
	long long now_ms = lock_now_ms();

	row->used_at_ms = now_ms;
	if (now_ms >= row->refresh_at_ms && row->flight.state == FLIGHT_NONE &&
	    !row_has_failed(row) && !front->draining)
		flight_start(front, row);
}

long
row_first_end_s(const struct front *front, const struct profile *profile)
{
	long first = 0;

	for (size_t i = 0; front->rows != NULL && i < BUCKETS; i++)
		for (const struct row *row = front->rows[i]; row != NULL;
		     row = row->next) {
			long left_s = row->profile == profile && !row->is_keys
			    ? row_remaining_s(row)
			    : 0;

			if (left_s > 0 && (first == 0 || left_s < first))
				first = left_s;
		}
	return first;
}

/* ---- in time --------------------------------------------------------------
 */

/* Whether ROW is to go; else what is due for it is started. */
static int
tick(struct front *front, struct row *row, long long now_ms)
{
	if (row->flight.state != FLIGHT_NONE || row_is_awaited(row))
		return 0;
	if (!row->is_wanted) {
		if (now_ms - row->used_at_ms > FORGET_MS)
			return 1;
		if (row->token.token == NULL || row_remaining_s(row) <= 0)
			return 0;
		/* ahead only for what was used: what nobody asks for may run
		 * out */
		if (row->used_at_ms < row->got_at_ms)
			return 0;
	}
	if (row->refresh_at_ms <= now_ms)
		flight_start(front, row);
	else
		front_due(front, row->refresh_at_ms);
	return 0;
}

static void
see_row(struct row *row, long long now_ms)
{
	row->failure_until_ms = now_ms;
	if ((row->token.token != NULL || row->is_wanted) &&
	    row_remaining_s(row) <= row->token.expires_in_s / 4)
		row->refresh_at_ms = now_ms;
}

void
row_clock_set(struct front *front)
{
	long long now_ms = lock_now_ms();

	for (size_t i = 0; front->rows != NULL && i < BUCKETS; i++)
		for (struct row *row = front->rows[i]; row != NULL;
		     row = row->next)
			see_row(row, now_ms);
	front_due(front, now_ms);
}

void
row_tick(struct front *front, long long now_ms)
{
	if (front->rows == NULL || front->draining)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		struct row *row = front->rows[i], *next;

		for (; row != NULL; row = next) {
			next = row->next;
			if (tick(front, row, now_ms))
				remove_row(front, row);
		}
	}
	if (front->n_rows > 0)
		front_due(front, now_ms + FORGET_MS / 4);
}
