/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "softtoken/chain.h"
#include "softtoken/purpose.h"
#include "softtoken/sample.h"

static int
has_key(const void *bytes, size_t len)
{
	static const char label[] = "PRIVATE KEY-----";

	return memmem(bytes, len, label, sizeof(label) - 1) != NULL;
}

static int
is_issuer(const struct certificate_list *list, const struct certificate *c)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->certs[i] != c &&
		    X509_NAME_cmp(X509_get_issuer_name(list->certs[i]->x509),
			X509_get_subject_name(c->x509)) == 0)
			return 1;
	}
	return 0;
}

static int
score(const struct certificate_list *list, const struct certificate *c,
    enum segl_route route, time_t now)
{
	int score = 0;

	if (!c->ca && !is_issuer(list, c))
		score += 100;
	if (!certificate_for_encryption(c))
		score += 50;
	score += 2 * purpose_rank(c, route);
	return score + certificate_valid_at(c, now);
}

static const struct certificate *
choose(const struct certificate_list *list, enum segl_route route, time_t now)
{
	const struct certificate *best = NULL;
	int most = -1;

	for (size_t i = 0; i < list->n; i++) {
		int points = score(list, list->certs[i], route, now);

		if (points > most) {
			most = points;
			best = list->certs[i];
		}
	}
	return best;
}

/* All of FROM, which is empty then, to POOL; LEAF becomes the one kept. */
static enum segl_status
move(struct certificate_list *from, struct certificate_list *pool,
    const struct certificate **leaf)
{
	const struct certificate *wanted = *leaf, *kept;
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; i < from->n; i++) {
		int is_leaf = from->certs[i] == wanted;

		if (status == SEGL_OK)
			status =
			    certificate_list_add(pool, from->certs[i], &kept);
		else
			certificate_free(from->certs[i]);
		if (is_leaf)
			*leaf = kept;
		from->certs[i] = NULL;
	}
	from->n = 0;
	return status;
}

enum segl_status
sample_read(const void *bytes, size_t len, enum segl_route route, time_t now,
    struct certificate_list *pool, const struct certificate **leaf)
{
	struct certificate_list own = { .n = 0 };
	enum segl_status status = SEGL_OK;

	*leaf = NULL;
	if (len > 0 && !has_key(bytes, len))
		status = chain_read_mem(bytes, len, &own);
	if (status == SEGL_OK && own.n > 0) {
		*leaf = choose(&own, route, now);
		status = move(&own, pool, leaf);
	}
	certificate_list_clear(&own);
	if (status != SEGL_OK)
		*leaf = NULL;
	return status;
}
