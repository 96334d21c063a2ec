/* SPDX-License-Identifier: ISC */
#ifndef SUITABILITY_FACTS_H
#define SUITABILITY_FACTS_H

#include <segl/suitability.h>

#include "pki/identifier.h"
#include "pki/path_rules.h"
#include "pki/strength.h"
#include "suitability/product.h"

/* Everything that rules look at, found out once. Borrows PATH and TERMS. */
struct facts {
	const struct path *path;
	const struct certificate *leaf;
	const struct segl_terms *terms;
	time_t at;
	int has_key;
	enum segl_route route;
	unsigned int algs;

	const char *organization_identifier; /* the first, or NULL */
	struct identifier identifier;
	const char *orgno; /* of a Norwegian enterprise, as found; or NULL */
	char orgno_text[10];

	int is_eseal; /* QcType eseal */
	int is_esign;
	int is_web;
	int is_legal;   /* semantics of a legal person */
	int is_natural; /* semantics of a natural person */
	int is_qualified;

	struct key_facts key;
	struct signature_facts signature;
	size_t listed; /* position of the first CA on a list, 0 none */
	struct path_verdict path_verdict;
	const struct product *product;   /* NULL: not recognised */
	const struct known_ca *known_ca; /* Norwegian, of Digdir's validator */
};

/* Returns 0, or -1 when out of memory. */
int facts_read(const struct path *path, int has_key,
    const struct segl_terms *terms, struct facts *out);

/* What Maskinporten documents that it takes; 1u << enum segl_alg. */
unsigned int facts_usual_algs(void);

/* Non-zero where the leaf has one of the policies, joined by blanks. */
int facts_has_policy(const struct facts *facts, const char *policies);

#endif
