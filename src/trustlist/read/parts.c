/* SPDX-License-Identifier: ISC */
#include <string.h>

#include <libxml/c14n.h>

#include "trustlist/list/codec.h"
#include "trustlist/read/answer.h"
#include "trustlist/read/scan.h"
#include "trustlist/read/shape.h"
#include "trustlist/read/tree.h"

/* One part on its way out, as libxml2 writes it piece by piece. */
struct stream {
	const struct answer *answer;
	enum tl_part part;
};

static int
write_stream(void *arg, const char *bytes, int len)
{
	const struct stream *stream = arg;

	return stream->answer->add(
		   stream->answer->arg, stream->part, bytes, (size_t)len) == 0
	    ? len
	    : -1;
}

/* Of the subtree that is cut out: an attribute or namespace has no parent. */
static int
is_below(void *arg, xmlNode *node, xmlNode *parent)
{
	if (node == NULL || node->type == XML_NAMESPACE_DECL ||
	    node->type == XML_ATTRIBUTE_NODE)
		node = parent;
	while (node != NULL && node != arg)
		node = node->parent;
	return node != NULL;
}

/* Canonical bytes of DOC, or of what is below TOP where that is not NULL. */
static enum tl_refusal
canonicalize(xmlDoc *doc, xmlNode *top, int exclusive, enum tl_part part,
    const struct answer *answer)
{
	struct stream stream = { answer, part };
	xmlOutputBuffer *out =
	    xmlOutputBufferCreateIO(write_stream, NULL, &stream, NULL);
	int result;

	if (out == NULL)
		return TL_READER_LIMITS;
	result = xmlC14NExecute(doc, top == NULL ? NULL : is_below, top,
	    exclusive ? XML_C14N_EXCLUSIVE_1_0 : XML_C14N_1_0, NULL, 0, out);
	if (xmlOutputBufferClose(out) < 0)
		result = -1;
	return result < 0 ? TL_READER_FAILED : TL_ACCEPTED;
}

/* A reference to the root element is not to what stands around it. */
static void
drop_around(xmlDoc *doc, const xmlNode *root)
{
	xmlNode *next;

	for (xmlNode *n = doc->children; n != NULL; n = next) {
		next = n->next;
		if (n != root) {
			xmlUnlinkNode(n);
			xmlFreeNode(n);
		}
	}
}

/*
 * Leave the root and the signature alone: canonicalization of a part looks at
 * all of the tree for what is visible, and at nothing but the ancestors. What
 * was there before is returned, for the caller to free.
 */
static xmlNode *
keep_signature(xmlNode *root, xmlNode *signature)
{
	xmlNode *rest = root->children;

	root->children = root->last = NULL;
	/* cannot fail: no text, no memory */
	(void)xmlAddChild(root, signature);
	return rest;
}

static enum tl_refusal
send_document(
    xmlDoc *doc, const struct shape *shape, const struct answer *answer)
{
	const char *uri = tree_attribute(shape->of_document, "URI");
	int exclusive = shape_is_exclusive(shape->of_document);

	if (uri != NULL && *uri != '\0')
		drop_around(doc, xmlDocGetRootElement(doc));
	return canonicalize(doc, NULL, exclusive, TL_PART_DOCUMENT, answer);
}

static enum tl_refusal
send_bytes(const xmlNode *node, enum tl_part part, const struct answer *answer)
{
	struct tl_memory *memory = memory_new();
	struct tl_bytes bytes = { NULL, 0 };
	int result = -1;

	if (memory != NULL)
		bytes = tree_bytes(memory, node);
	if (bytes.data != NULL)
		result = answer->add(answer->arg, part, bytes.data, bytes.len);
	memory_free(memory);
	return bytes.data == NULL ? TL_SIGNATURE_SHAPE
	    : result < 0          ? TL_READER_FAILED
				  : TL_ACCEPTED;
}

static int
info_is_exclusive(const struct shape *shape)
{
	const xmlNode *method =
	    tree_child(shape->info, NS_DS, "CanonicalizationMethod");
	const char *algorithm =
	    method == NULL ? NULL : tree_attribute(method, "Algorithm");

	/* what is neither is refused by the verifier, by name */
	return algorithm == NULL ||
	    strstr(algorithm, "REC-xml-c14n-20010315") == NULL;
}

static enum tl_refusal
send_signature(
    xmlDoc *doc, const struct shape *shape, const struct answer *answer)
{
	enum tl_refusal refusal;

	refusal = canonicalize(doc, shape->properties,
	    shape_is_exclusive(shape->of_properties), TL_PART_PROPERTIES,
	    answer);
	if (refusal == TL_ACCEPTED)
		refusal = canonicalize(doc, shape->info,
		    info_is_exclusive(shape), TL_PART_INFO, answer);
	if (refusal == TL_ACCEPTED)
		refusal = send_bytes(shape->value, TL_PART_VALUE, answer);
	if (refusal == TL_ACCEPTED)
		refusal =
		    send_bytes(shape->certificate, TL_PART_CERTIFICATE, answer);
	return refusal;
}

/* SIGNATURE was taken out of the tree; what was left of it is returned. */
static enum tl_refusal
send_all(xmlDoc *doc, const struct shape *shape, const struct answer *answer,
    xmlNode **rest)
{
	enum tl_refusal refusal;

	xmlUnlinkNode(shape->signature);
	refusal = send_document(doc, shape, answer);
	*rest = keep_signature(xmlDocGetRootElement(doc), shape->signature);
	return refusal == TL_ACCEPTED ? send_signature(doc, shape, answer)
				      : refusal;
}

enum tl_refusal
read_parts(const char *bytes, size_t len, const struct answer *answer)
{
	enum tl_refusal refusal = scan_xml(bytes, len);
	xmlNode *root, *rest = NULL;
	struct shape shape;
	xmlDoc *doc = NULL;

	if (refusal == TL_ACCEPTED)
		refusal = tree_parse(bytes, len, 0, &doc);
	if (refusal != TL_ACCEPTED)
		return refusal;
	root = xmlDocGetRootElement(doc);
	refusal = shape_find(root, &shape);
	if (refusal == TL_ACCEPTED)
		refusal = shape_check_ids(root);
	if (refusal == TL_ACCEPTED)
		refusal = send_all(doc, &shape, answer, &rest);
	if (answer->end != NULL)
		answer->end(answer->arg, refusal);
	/* names are in the dictionary of the document: it goes last */
	xmlFreeNodeList(rest);
	xmlFreeDoc(doc);
	return refusal;
}
