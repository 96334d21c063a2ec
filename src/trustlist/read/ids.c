/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "trustlist/read/shape.h"

struct ids {
	const char **values;
	size_t n, room;
};

static int
add_id(struct ids *ids, const char *value)
{
	const char **more;

	if (ids->n == ids->room) {
		ids->room = ids->room == 0 ? 64 : ids->room * 2;
		more =
		    reallocarray(ids->values, ids->room, sizeof(*ids->values));
		if (more == NULL)
			return -1;
		ids->values = more;
	}
	ids->values[ids->n++] = value;
	return 0;
}

/*
 * No schema is read here, so every attribute that some verifier could take
 * for an Id counts as one.
 */
static int
add_ids_of(struct ids *ids, const xmlNode *node)
{
	for (const xmlAttr *a = node->properties; a != NULL; a = a->next)
		if (strcasecmp((const char *)a->name, "id") == 0 &&
		    a->children != NULL && a->children->content != NULL &&
		    add_id(ids, (const char *)a->children->content) < 0)
			return -1;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

xmlNode *
shape_following(const xmlNode *node, const xmlNode *top)
{
	if (node->type == XML_ELEMENT_NODE && node->children != NULL)
		return node->children;
	while (node != top && node->next == NULL)
		node = node->parent;
	return node == top ? NULL : node->next;
}

enum tl_refusal
shape_check_ids(const xmlNode *root)
{
	enum tl_refusal refusal = TL_ACCEPTED;
	struct ids ids = { NULL, 0, 0 };

	for (const xmlNode *n = root; n != NULL; n = shape_following(n, root))
		if (n->type == XML_ELEMENT_NODE && add_ids_of(&ids, n) < 0) {
			refusal = TL_READER_LIMITS;
			goto out;
		}
	if (ids.n > 1)
		qsort(ids.values, ids.n, sizeof(*ids.values), compare);
	for (size_t i = 1; i < ids.n; i++)
		if (strcmp(ids.values[i - 1], ids.values[i]) == 0)
			refusal = TL_DUPLICATE_ID;
out:
	free(ids.values);
	return refusal;
}
