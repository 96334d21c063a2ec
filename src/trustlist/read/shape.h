/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_READ_SHAPE_H
#define TRUSTLIST_READ_SHAPE_H

#include <libxml/tree.h>

#include "trustlist/list/part.h"

/* The node after NODE in document order below TOP, or NULL. */
xmlNode *shape_following(const xmlNode *node, const xmlNode *top);

/* TL_DUPLICATE_ID where two elements below ROOT have one Id. */
enum tl_refusal shape_check_ids(const xmlNode *root);

/* What a signature consists of; borrowed from the tree. */
struct shape {
	xmlNode *signature;
	xmlNode *info;        /* SignedInfo */
	xmlNode *value;       /* SignatureValue */
	xmlNode *certificate; /* X509Certificate, the only one */
	xmlNode *properties;  /* SignedProperties, the only ones */
	xmlNode *of_document; /* Reference that is not of the properties */
	xmlNode *of_properties;
};

/*
 * Find the one signature, last in ROOT, and its parts; nothing may stand
 * where a value is but the value.
 */
enum tl_refusal shape_find(xmlNode *root, struct shape *out);

/* Non-zero: exclusive canonicalization; zero: the implicit, inclusive one. */
int shape_is_exclusive(const xmlNode *reference);

#endif
