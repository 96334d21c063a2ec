/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_READ_TREE_H
#define TRUSTLIST_READ_TREE_H

#include <libxml/tree.h>

#include "trustlist/list/list.h"
#include "trustlist/list/memory.h"
#include "trustlist/list/part.h"

#define NS_TSL   "http://uri.etsi.org/02231/v2#"
#define NS_DS    "http://www.w3.org/2000/09/xmldsig#"
#define NS_XADES "http://uri.etsi.org/01903/v1.3.2#"

/*
 * Parse LEN bytes, which scan_xml() has seen: no network, no file, no
 * entity. OPTIONS of libxml2 come on top, 0 for none. OUT is NULL unless
 * TL_ACCEPTED; its root is a trusted list.
 */
enum tl_refusal tree_parse(
    const char *bytes, size_t len, int options, xmlDoc **out);

/* Non-zero where NODE is the element NAME of namespace NS. */
int tree_is(const xmlNode *node, const char *ns, const char *name);

/* The first child element NAME of NODE, which may be NULL, or NULL. */
xmlNode *tree_child(const xmlNode *node, const char *ns, const char *name);
/* The next sibling of the same name and namespace, or NULL. */
xmlNode *tree_next(const xmlNode *node);

/* The value of the attribute NAME without namespace, borrowed, or NULL. */
const char *tree_attribute(const xmlNode *node, const char *name);

/*
 * The text of NODE (NULL is fine) without white space around it, in MEMORY;
 * NULL where there is none, or memory is out.
 */
const char *tree_text(struct tl_memory *memory, const xmlNode *node);

/* The bytes that NODE has in base64; none where it is no base64. */
struct tl_bytes tree_bytes(struct tl_memory *memory, const xmlNode *node);

#endif
