/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>

#include "trustlist/list/codec.h"
#include "trustlist/read/answer.h"
#include "trustlist/read/reading.h"
#include "trustlist/read/scan.h"

void *
reading_room(struct reading *reading, size_t n, size_t size)
{
	void *room;

	if (n == 0)
		return NULL;
	room = memory_get(reading->memory, n, size);
	if (room == NULL)
		reading->nomem = 1;
	return room;
}

size_t
reading_count(const xmlNode *node)
{
	size_t n = 0;

	for (; node != NULL; node = tree_next(node))
		n++;
	return n;
}

static int
is_english(const xmlNode *node)
{
	for (const xmlAttr *a = node->properties; a != NULL; a = a->next)
		if (a->ns != NULL && strcmp((const char *)a->name, "lang") == 0)
			return a->children != NULL &&
			    a->children->content != NULL &&
			    strcasecmp(
				(const char *)a->children->content, "en") == 0;
	return 0;
}

const char *
reading_english(struct reading *reading, const xmlNode *node, const char *ns,
    const char *name)
{
	const xmlNode *best = tree_child(node, ns, name);

	for (const xmlNode *n = best; n != NULL; n = tree_next(n))
		if (is_english(n)) {
			best = n;
			break;
		}
	return tree_text(reading->memory, best);
}

static enum tl_refusal
send_list(const struct tl_list *list, const struct answer *answer)
{
	enum tl_refusal refusal = TL_ACCEPTED;
	struct buffer form;

	buffer_init(&form, TL_TRANSFER_MAX);
	if (tl_list_encode(list, &form) != SEGL_OK)
		refusal = TL_READER_LIMITS;
	else if (answer->add(answer->arg, TL_PART_LIST, form.data, form.len) <
	    0)
		refusal = TL_READER_FAILED;
	buffer_clear(&form);
	return refusal;
}

enum tl_refusal
read_services(const char *bytes, size_t len, const struct answer *answer)
{
	struct reading reading = { memory_new(), 0 };
	struct tl_list list = { .next_update = -1 };
	enum tl_refusal refusal = scan_xml(bytes, len);
	xmlDoc *doc = NULL;
	xmlNode *root;

	if (reading.memory == NULL)
		return TL_READER_LIMITS;
	if (refusal == TL_ACCEPTED)
		/* nobody asks for what stands between the elements */
		refusal = tree_parse(bytes, len, XML_PARSE_NOBLANKS, &doc);
	if (refusal == TL_ACCEPTED) {
		root = xmlDocGetRootElement(doc);
		refusal = reading_scheme(&reading, root, &list);
		reading_services(&reading, root, &list);
		if (reading.nomem)
			refusal = TL_READER_LIMITS;
	}
	if (refusal == TL_ACCEPTED)
		refusal = send_list(&list, answer);
	if (answer->end != NULL)
		answer->end(answer->arg, refusal);
	xmlFreeDoc(doc);
	memory_free(reading.memory);
	return refusal;
}
