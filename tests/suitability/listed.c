/* SPDX-License-Identifier: ISC */
/*
 * listed STORE LISTS CHAIN FILE [CHAIN FILE] ... -- makes a store in the
 * directory STORE of the trusted lists in LISTS, as at 2026-08-21, then looks
 * up each FILE, whose path it completes from its CHAIN, and prints a line for
 * each:
 *
 *   FILE TERRITORY/TYPE/STATUS;... words
 *
 * with the entries of the CA that issued it.
 */
#include <stdio.h>

#include <segl.h>

#define AT 1787270400LL

static int
die(const struct segl *segl, const char *what)
{
	const char *why = segl_error_message(segl);

	fprintf(stderr, "listed: %s: %s\n", what, why == NULL ? "?" : why);
	return 1;
}

static void
print(const char *file, const struct segl_trust *trust)
{
	int n = 0;

	printf("%s\t", file);
	for (size_t i = 0; i < trust->n; i++) {
		const struct segl_trust_service *s = &trust->services[i];

		if (s->position == 1)
			printf("%s%s/%s/%s", n++ > 0 ? ";" : "", s->territory,
			    s->type, s->status);
	}
	printf("%s\t%s\n", n == 0 ? "-" : "", trust->now->words);
}

static int
look(struct segl *segl, struct segl_trust_store *store, const char *chain,
    const char *file)
{
	struct segl_softtoken *token = segl_softtoken_new(segl);
	struct segl_trust_answer *answer = NULL;
	enum segl_status status = SEGL_ENOMEM;

	if (token != NULL) {
		segl_softtoken_accept_sample(token);
		segl_softtoken_set_time(token, AT);
		status = segl_softtoken_add_chain(token, chain);
	}
	if (status == SEGL_OK)
		status = segl_softtoken_load_file(token, file);
	/* the corpus has files that are no certificate for OpenSSL */
	if (status != SEGL_OK) {
		printf("%s\tunreadable\t\n", file);
		segl_error_clear(segl);
		status = SEGL_OK;
	} else if ((status = segl_trust_ask(store, token, AT, &answer)) ==
	    SEGL_OK) {
		print(file, segl_trust_answer_rows(answer));
	}
	segl_trust_answer_free(answer);
	segl_softtoken_free(token);
	return status == SEGL_OK ? 0 : -1;
}

int
main(int argc, char **argv)
{
	struct segl_trust_store *store = NULL;
	struct segl_trust_summary summary;
	struct segl_trust_order order = { .now = AT };
	struct segl *segl = segl_new();
	const char *paths[1];
	int result = 0;

	if (segl == NULL || argc < 5 || argc % 2 == 0)
		return 2;
	order.dir = argv[1];
	paths[0] = argv[2];
	if (segl_trust_import(segl, &order, paths, 1, &summary) != SEGL_OK)
		return die(segl, argv[2]);
	if (segl_trust_store_open(segl, argv[1], &store) != SEGL_OK)
		return die(segl, argv[1]);
	for (int i = 3; i + 1 < argc && result == 0; i += 2) {
		if (look(segl, store, argv[i], argv[i + 1]) < 0)
			result = die(segl, argv[i + 1]);
	}
	segl_trust_store_free(store);
	segl_free(segl);
	return result;
}
