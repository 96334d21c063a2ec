/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include "base/base64.h"
#include "trustlist/read/tree.h"

/* Whatever a document refers to stays where it is. */
static xmlParserInput *
load_nothing(const char *url, const char *id, xmlParserCtxt *ctxt)
{
	(void)url;
	(void)id;
	(void)ctxt;
	return NULL;
}

/* from 2.12 on, libxml2 lets nobody change its errors */
#if LIBXML_VERSION < 21200
#define SEEN
#else
#define SEEN const
#endif

static int out_of_memory;

/*
 * What libxml2 would write on standard error is in foreign words. Of several
 * errors it keeps the last one, and after it had no memory that is another.
 */
static void
look_for_memory(void *arg, SEEN xmlError *error)
{
	(void)arg;
	if (error->code == XML_ERR_NO_MEMORY)
		out_of_memory = 1;
}

enum tl_refusal
tree_parse(const char *bytes, size_t len, int options, xmlDoc **out)
{
	enum tl_refusal refusal = TL_ACCEPTED;

	*out = NULL;
	out_of_memory = 0;
	if (len > INT_MAX)
		return TL_TOO_LARGE;
	xmlSetExternalEntityLoader(load_nothing);
	xmlSetStructuredErrorFunc(NULL, look_for_memory);
	/*
	 * No encoding is given: the scan saw that it is UTF-8, and says so, and
	 * what is told UTF-8 is copied by libxml2 from that to the same.
	 * Size, depth, tags and elements are bounded by what was seen before,
	 * and memory by the kernel: libxml2's own bounds would only call what
	 * is too large something that is not XML.
	 */
	*out = xmlReadMemory(bytes, (int)len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
		XML_PARSE_COMPACT | XML_PARSE_HUGE | options);
	if (*out == NULL)
		return out_of_memory ? TL_READER_LIMITS : TL_NOT_XML;
	if ((*out)->encoding != NULL &&
	    strcasecmp((const char *)(*out)->encoding, "UTF-8") != 0)
		refusal = TL_NOT_UTF8;
	else if ((*out)->intSubset != NULL || (*out)->extSubset != NULL)
		refusal = TL_HAS_DTD;
	else if (!tree_is(xmlDocGetRootElement(*out), NS_TSL,
		     "TrustServiceStatusList"))
		refusal = TL_NOT_A_LIST;
	if (refusal != TL_ACCEPTED) {
		xmlFreeDoc(*out);
		*out = NULL;
	}
	return refusal;
}

int
tree_is(const xmlNode *node, const char *ns, const char *name)
{
	return node != NULL && node->type == XML_ELEMENT_NODE &&
	    node->ns != NULL && node->ns->href != NULL &&
	    strcmp((const char *)node->name, name) == 0 &&
	    strcmp((const char *)node->ns->href, ns) == 0;
}

xmlNode *
tree_child(const xmlNode *node, const char *ns, const char *name)
{
	xmlNode *child = node == NULL ? NULL : node->children;

	while (child != NULL && !tree_is(child, ns, name))
		child = child->next;
	return child;
}

xmlNode *
tree_next(const xmlNode *node)
{
	xmlNode *next = node->next;

	while (next != NULL &&
	    !tree_is(
		next, (const char *)node->ns->href, (const char *)node->name))
		next = next->next;
	return next;
}

const char *
tree_attribute(const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node->properties; a != NULL; a = a->next)
		if (a->ns == NULL && strcmp((const char *)a->name, name) == 0)
			return a->children != NULL && a->children->next == NULL
			    ? (const char *)a->children->content
			    : a->children == NULL ? ""
						  : NULL;
	return NULL;
}

/* All text within NODE, length in LEN; new where OWNED says so. */
static const char *
content(const xmlNode *node, size_t *len, char **owned)
{
	const xmlNode *only = node == NULL ? NULL : node->children;
	const char *text;

	*owned = NULL;
	*len = 0;
	if (only == NULL)
		return NULL;
	if (only->next == NULL && only->type == XML_TEXT_NODE) {
		text = (const char *)only->content;
	} else {
		*owned = (char *)xmlNodeGetContent(node);
		text = *owned;
	}
	if (text != NULL)
		*len = strlen(text);
	return text;
}

static int
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

const char *
tree_text(struct tl_memory *memory, const xmlNode *node)
{
	char *owned, *copy = NULL;
	size_t len;
	const char *text = content(node, &len, &owned);

	while (len > 0 && is_space(*text))
		text++, len--;
	while (len > 0 && is_space(text[len - 1]))
		len--;
	if (len > 0)
		copy = memory_get(memory, len + 1, 1);
	if (copy != NULL)
		memcpy(copy, text, len);
	xmlFree(owned);
	return copy;
}

/* Line breaks stand anywhere in XML's base64. */
static char *
without_space(const char *text, size_t *len)
{
	char *copy = malloc(*len + 1);
	size_t n = 0;

	for (size_t i = 0; copy != NULL && i < *len; i++)
		if (!is_space(text[i]))
			copy[n++] = text[i];
	*len = n;
	return copy;
}

struct tl_bytes
tree_bytes(struct tl_memory *memory, const xmlNode *node)
{
	struct tl_bytes out = { NULL, 0 };
	unsigned char *bytes = NULL, *kept;
	char *owned, *packed;
	size_t len;
	const char *text = content(node, &len, &owned);

	packed = text == NULL ? NULL : without_space(text, &len);
	if (packed != NULL && len > 0 &&
	    base64_decode(packed, len, &bytes, &len) == 0 && len > 0) {
		kept = memory_get(memory, len, 1);
		if (kept != NULL) {
			memcpy(kept, bytes, len);
			out.data = kept;
			out.len = len;
		}
	}
	free(bytes);
	free(packed);
	xmlFree(owned);
	return out;
}
