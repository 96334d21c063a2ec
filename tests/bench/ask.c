/* SPDX-License-Identifier: ISC */
/*
 * What one question to the store of trusted lists costs, in one process that
 * has loaded the certificate already: the first time and the times after it.
 * Beside it the floor: SQLite alone, on the same file, the same rows, nothing
 * checked and nothing made of them.
 *
 * usage: ask STORE CHAIN ROUNDS CERTIFICATE
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <segl.h>
#include <sqlite3.h>

#define AT         1787270400LL /* 2026-08-21T00:00:00Z */
#define ROUNDS_MAX 10000

struct times {
	double first_us;
	double us[ROUNDS_MAX];
	size_t n;
};

static void
die(const struct segl *segl, const char *what)
{
	const char *why = segl == NULL ? NULL : segl_error_message(segl);

	fprintf(stderr, "ask: %s: %s\n", what, why == NULL ? "failed" : why);
	exit(1);
}

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
times_add(struct times *times, double us)
{
	if (times->n == 0)
		times->first_us = us;
	times->us[times->n++] = us;
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(struct times *times)
{
	qsort(times->us, times->n, sizeof(*times->us), compare);
	return times->us[times->n / 2];
}

static void
print(const char *what, struct times *times)
{
	double middle = median(times);

	printf("| %s | %zu | %.0f | %.0f | %.0f |\n", what, times->n,
	    times->first_us, times->us[0], middle);
}

static struct segl_softtoken *
load(struct segl *segl, const char *chain, const char *file)
{
	struct segl_softtoken *token = segl_softtoken_new(segl);

	if (token == NULL)
		die(segl, file);
	segl_softtoken_accept_sample(token);
	segl_softtoken_set_time(token, AT);
	if (segl_softtoken_add_chain(token, chain) != SEGL_OK ||
	    segl_softtoken_load_file(token, file) != SEGL_OK)
		die(segl, file);
	return token;
}

/* Returns how many entries were found. */
static size_t
ask(struct segl *segl, struct segl_trust_store *store,
    const struct segl_softtoken *token, struct times *times)
{
	struct segl_trust_answer *answer;
	double begun = now_us();
	size_t n;

	if (segl_trust_ask(store, token, AT, &answer) != SEGL_OK)
		die(segl, "segl_trust_ask");
	times_add(times, now_us() - begun);
	n = segl_trust_answer_rows(answer)->n;
	segl_trust_answer_free(answer);
	return n;
}

/* A key that is in the store, in OUT. */
static void
find_key(sqlite3 *db, unsigned char out[32])
{
	sqlite3_stmt *statement = NULL;
	const unsigned char *key;

	if (sqlite3_prepare_v2(db, "SELECT key FROM identities LIMIT 1", -1,
		&statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW ||
	    sqlite3_column_bytes(statement, 0) != 32)
		die(NULL, "the store has no entries");
	key = sqlite3_column_blob(statement, 0);
	for (size_t i = 0; i < 32; i++)
		out[i] = key[i];
	sqlite3_finalize(statement);
}

static void
floor_run(const char *dir, size_t rounds, struct times *times)
{
	const char *sql = "SELECT territory, provider, name, history FROM "
			  "identities JOIN services ON id=service WHERE key=?";
	sqlite3_stmt *statement = NULL;
	unsigned char key[32];
	char uri[4200];
	sqlite3 *db;

	snprintf(uri, sizeof(uri), "file:%s/trust.db?immutable=1", dir);
	if (sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
		NULL) != SQLITE_OK)
		die(NULL, uri);
	find_key(db, key);
	for (size_t i = 0; i < rounds; i++) {
		double begun = now_us();

		if (statement == NULL &&
		    sqlite3_prepare_v2(db, sql, -1, &statement, NULL) !=
			SQLITE_OK)
			die(NULL, sql);
		sqlite3_bind_blob(statement, 1, key, 32, SQLITE_STATIC);
		while (sqlite3_step(statement) == SQLITE_ROW)
			(void)sqlite3_column_blob(statement, 3);
		sqlite3_reset(statement);
		times_add(times, now_us() - begun);
	}
	sqlite3_finalize(statement);
	sqlite3_close(db);
}

int
main(int argc, char **argv)
{
	static struct times opening, asking, lowest;
	struct segl_trust_store *store = NULL;
	struct segl *segl = segl_new();
	struct segl_softtoken *token;
	size_t rounds, found = 0;
	double begun;

	if (argc != 5 || segl == NULL)
		return 2;
	rounds = strtoul(argv[3], NULL, 10);
	if (rounds == 0 || rounds > ROUNDS_MAX)
		return 2;
	token = load(segl, argv[2], argv[4]);
	begun = now_us();
	if (segl_trust_store_open(segl, argv[1], &store) != SEGL_OK)
		die(segl, argv[1]);
	times_add(&opening, now_us() - begun);
	for (size_t i = 0; i < rounds; i++)
		found = ask(segl, store, token, &asking);
	floor_run(argv[1], rounds, &lowest);
	print("SQLite alone", &lowest);
	print("segl_trust_ask", &asking);
	print("segl_trust_store_open", &opening);
	printf("\nEntries found: %zu.\n", found);
	segl_trust_store_free(store);
	segl_softtoken_free(token);
	segl_free(segl);
	return found > 0 ? 0 : 1;
}
