/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "suitability/facts.h"

/* RS256, RS384 and RS512: what Maskinporten documents. */
#define ALGS_BUILT_IN                                                          \
	(1u << SEGL_ALG_RS256 | 1u << SEGL_ALG_RS384 | 1u << SEGL_ALG_RS512)

/* The other two semantics of EN 319 412-1, 5.1.5 and 5.1.6. */
#define SEMANTICS_EIDAS_NATURAL "0.4.0.194121.1.3"
#define SEMANTICS_EIDAS_LEGAL   "0.4.0.194121.1.4"

int
facts_has_policy(const struct facts *facts, const char *policies)
{
	const struct oid_list *list = &facts->leaf->policies;

	while (*policies != '\0') {
		size_t n = strcspn(policies, " ");

		for (size_t i = 0; i < list->n; i++) {
			if (strlen(list->text[i]) == n &&
			    memcmp(list->text[i], policies, n) == 0)
				return 1;
		}
		policies += n + (policies[n] == ' ');
	}
	return 0;
}

unsigned int
facts_usual_algs(void)
{
	return ALGS_BUILT_IN;
}

static int
is_orgno(const char *text)
{
	return strlen(text) == 9 && strspn(text, "0123456789") == 9;
}

/* As Digdir's validator looks for it, but not in numbers of other countries. */
static void
find_orgno(struct facts *f)
{
	const char *o = f->leaf->organization;
	const char *id = f->organization_identifier;
	const char *from = NULL;
	size_t n = o == NULL ? 0 : strlen(o);

	if (f->leaf->serial_number != NULL && is_orgno(f->leaf->serial_number))
		from = f->leaf->serial_number;
	else if (n > 10 && is_orgno(o + n - 9) && memchr(o + 1, '-', n - 10))
		from = o + n - 9;
	else if (id != NULL && strncmp(id, "NTRNO-", 6) == 0 &&
	    is_orgno(id + 6))
		from = id + 6;
	else if (id != NULL && strncmp(id, "PSDNO-", 6) == 0 &&
	    strrchr(id, '-') != NULL && is_orgno(strrchr(id, '-') + 1))
		from = strrchr(id, '-') + 1;
	if (from == NULL)
		return;
	memcpy(f->orgno_text, from, 10);
	f->orgno = f->orgno_text;
}

static void
read_statements(struct facts *f)
{
	const struct qc_statements *qc = &f->leaf->qc;

	f->is_eseal = oid_list_has(&qc->types, QCTYPE_ESEAL);
	/* some state a type by itself, where QcType should have it */
	f->is_esign = oid_list_has(&qc->types, QCTYPE_ESIGN) ||
	    oid_list_has(&qc->others, QCTYPE_ESIGN);
	f->is_web = oid_list_has(&qc->types, QCTYPE_WEB) ||
	    oid_list_has(&qc->others, QCTYPE_WEB);
	f->is_legal = oid_list_has(&qc->semantics, SEMANTICS_LEGAL) ||
	    oid_list_has(&qc->semantics, SEMANTICS_EIDAS_LEGAL);
	f->is_natural = oid_list_has(&qc->semantics, SEMANTICS_NATURAL) ||
	    oid_list_has(&qc->semantics, SEMANTICS_EIDAS_NATURAL);
	f->is_qualified = qc->compliance && !qc->legislation;
}

static void
find_listed(struct facts *f)
{
	const struct segl_trust *trust = f->terms->trust;

	for (size_t i = 0; trust != NULL && i < trust->n; i++) {
		size_t position = trust->services[i].position;

		if (position > 0 && position < f->path->len &&
		    (f->listed == 0 || position < f->listed))
			f->listed = position;
	}
}

int
facts_read(const struct path *path, int has_key, const struct segl_terms *terms,
    struct facts *out)
{
	memset(out, 0, sizeof(*out));
	out->path = path;
	out->leaf = path->certs[0];
	out->terms = terms;
	out->at = (time_t)terms->at;
	out->has_key = has_key;
	out->route =
	    terms->route == SEGL_ROUTE_AUTO ? SEGL_ROUTE_ESEAL : terms->route;
	out->algs = terms->algs != 0 ? terms->algs : ALGS_BUILT_IN;
	if (out->leaf->n_organization_identifiers > 0)
		out->organization_identifier =
		    out->leaf->organization_identifiers[0];
	if (out->organization_identifier != NULL)
		identifier_read(out->organization_identifier, &out->identifier);
	find_orgno(out);
	read_statements(out);
	key_facts_read(out->leaf, &out->key);
	signature_facts_read(out->leaf, &out->signature);
	find_listed(out);
	path_rules_judge(path, out->listed > 0 ? out->listed + 1 : path->len,
	    out->at, &out->path_verdict);
	out->product = product_of(out->leaf);
	for (size_t i = 1; i < path->len && out->known_ca == NULL; i++)
		out->known_ca = known_ca_of(path->certs[i]);
	return out->key.nomem || out->path_verdict.nomem ? -1 : 0;
}
