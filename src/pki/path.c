/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "pki/path.h"

struct search {
	const struct certificate_list *pool;
	time_t now;
	const struct path_favor *favor; /* may be NULL */
	int verify_left;
	size_t ends; /* paths that go no further */
	struct path current;
	struct path best;
};

enum segl_status
certificate_list_add(struct certificate_list *list,
    struct certificate *certificate, const struct certificate **kept)
{
	struct certificate **more;

	if (kept != NULL)
		*kept = NULL;
	for (size_t i = 0; i < list->n; i++) {
		if (!certificate_equal(list->certs[i], certificate))
			continue;
		certificate_free(certificate);
		if (kept != NULL)
			*kept = list->certs[i];
		return SEGL_OK;
	}
	if (list->n == PATH_POOL_MAX) {
		certificate_free(certificate);
		return SEGL_ECERT;
	}
	more =
	    realloc(list->certs, (list->n + 1) * sizeof(struct certificate *));
	if (more == NULL) {
		certificate_free(certificate);
		return SEGL_ENOMEM;
	}
	list->certs = more;
	list->certs[list->n++] = certificate;
	if (kept != NULL)
		*kept = certificate;
	return SEGL_OK;
}

void
certificate_list_clear(struct certificate_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		certificate_free(list->certs[i]);
	free(list->certs);
	list->certs = NULL;
	list->n = 0;
}

enum segl_status
path_append(struct path *path, struct certificate_list *list,
    const unsigned char *der, size_t len)
{
	struct certificate *c;
	enum segl_status status;

	if (path->len == PATH_LEN_MAX)
		return SEGL_OK;
	status = certificate_read(der, len, &c);
	if (status == SEGL_OK)
		status = certificate_list_add(list, c, &path->certs[path->len]);
	if (status == SEGL_OK)
		path->len++;
	return status;
}

static int
all_valid(const struct path *path, time_t now)
{
	for (size_t i = 0; i < path->len; i++) {
		if (!certificate_valid_at(path->certs[i], now))
			return 0;
	}
	return 1;
}

static time_t
valid_until(const struct path *path)
{
	time_t until = path->certs[0]->not_after;

	for (size_t i = 1; i < path->len; i++) {
		if (path->certs[i]->not_after < until)
			until = path->certs[i]->not_after;
	}
	return until;
}

static int
is_better(const struct path *a, const struct path *b, time_t now)
{
	int valid = all_valid(a, now) - all_valid(b, now);

	if (a->favor != b->favor)
		return a->favor > b->favor;
	if (a->self_signed != b->self_signed)
		return a->self_signed;
	if (!a->self_signed && a->len != b->len)
		return a->len > b->len;
	if (valid != 0)
		return valid > 0;
	if (valid_until(a) != valid_until(b))
		return valid_until(a) > valid_until(b);
	return a->len < b->len;
}

static void
consider(struct search *s)
{
	if (s->best.len == 0 || is_better(&s->current, &s->best, s->now))
		s->best = s->current;
}

/*
 * The same key under the same name again, be it in another certificate,
 * leads in a circle.
 */
static int
in_path(const struct path *path, const struct certificate *c)
{
	for (size_t i = 0; i < path->len; i++) {
		const struct certificate *p = path->certs[i];

		if (p->spki_len == c->spki_len &&
		    memcmp(p->spki, c->spki, c->spki_len) == 0 &&
		    X509_NAME_cmp(X509_get_subject_name(p->x509),
			X509_get_subject_name(c->x509)) == 0)
			return 1;
	}
	return 0;
}

/* Key identifiers are hints: where both are there they say "try first". */
static int
key_ids_match(const struct certificate *c, const struct certificate *issuer)
{
	return c->authority_key_id != NULL && issuer->subject_key_id != NULL &&
	    c->authority_key_id_len == issuer->subject_key_id_len &&
	    memcmp(c->authority_key_id, issuer->subject_key_id,
		c->authority_key_id_len) == 0;
}

static int
issued_by(struct search *s, const struct certificate *c,
    const struct certificate *issuer)
{
	if (X509_NAME_cmp(X509_get_issuer_name(c->x509),
		X509_get_subject_name(issuer->x509)) != 0)
		return 0;
	if (s->verify_left == 0)
		return 0;
	s->verify_left--;
	return certificate_issued_by(c, issuer);
}

/* What the current path is worth with C at its end. */
static int
favor_with(const struct search *s, const struct certificate *c)
{
	int favor = s->favor == NULL
	    ? 0
	    : s->favor->of(s->favor->arg, c->der, c->der_len);

	/* all paths have the same issuer, by name and key */
	if (s->current.len == 1)
		return favor > 0 ? INT_MAX : 0;
	return favor > s->current.favor ? favor : s->current.favor;
}

static void extend(struct search *s);

/* Returns how many there were. */
static size_t
try_issuers(struct search *s, const struct certificate *last, int hinted)
{
	size_t n = 0;

	for (size_t i = 0; i < s->pool->n; i++) {
		const struct certificate *c = s->pool->certs[i];
		int favor = s->current.favor;

		if (key_ids_match(last, c) != hinted ||
		    in_path(&s->current, c) || !issued_by(s, last, c))
			continue;
		s->current.favor = favor_with(s, c);
		s->current.certs[s->current.len++] = c;
		extend(s);
		s->current.favor = favor;
		s->current.len--;
		s->current.self_signed = 0;
		n++;
	}
	return n;
}

/* Depth is bounded by PATH_LEN_MAX, work by PATH_VERIFY_MAX. */
static void
extend(struct search *s)
{
	const struct certificate *last = s->current.certs[s->current.len - 1];
	size_t n = 0;

	if (certificate_self_issued(last) && issued_by(s, last, last)) {
		s->current.self_signed = 1;
		s->ends++;
		consider(s);
		return;
	}
	consider(s);
	if (s->current.len < PATH_LEN_MAX)
		n = try_issuers(s, last, 1) + try_issuers(s, last, 0);
	s->ends += n == 0;
}

void
path_build(const struct certificate *leaf, const struct certificate_list *pool,
    time_t now, const struct path_favor *favor, struct path *out)
{
	struct search s = { .pool = pool,
		.now = now,
		.favor = favor,
		.verify_left = PATH_VERIFY_MAX };

	s.current.certs[0] = leaf;
	s.current.len = 1;
	extend(&s);
	*out = s.best;
	out->others = s.ends > 1;
}
