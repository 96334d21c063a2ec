/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "trustlist/read/shape.h"
#include "trustlist/read/tree.h"

#define EXCLUSIVE       "http://www.w3.org/2001/10/xml-exc-c14n#"
#define PROPERTIES_TYPE "http://uri.etsi.org/01903#SignedProperties"

static int
is_value(const xmlNode *node)
{
	return node != NULL &&
	    (node->type == XML_TEXT_NODE ||
		node->type == XML_CDATA_SECTION_NODE) &&
	    !xmlIsBlankNode(node);
}

/*
 * Canonicalization drops comments and joins what was around them; a reader
 * that stops at the comment would see another value than the signer.
 */
static int
is_within_value(const xmlNode *node)
{
	return (node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE) &&
	    (is_value(node->prev) || is_value(node->next));
}

static enum tl_refusal
look_over(xmlNode *root, struct shape *out)
{
	size_t signatures = 0;

	for (xmlNode *n = root; n != NULL; n = shape_following(n, root)) {
		if (is_within_value(n))
			return TL_HAS_COMMENT_IN_VALUE;
		/* without a DTD there is none to refer to */
		if (n->type == XML_ENTITY_REF_NODE)
			return TL_HAS_DTD;
		if (tree_is(n, NS_DS, "Signature")) {
			out->signature = n;
			signatures++;
		}
	}
	return signatures == 0 ? TL_NO_SIGNATURE
	    : signatures == 1  ? TL_ACCEPTED
			       : TL_SEVERAL_SIGNATURES;
}

static int
is_last_of(const xmlNode *node, const xmlNode *parent)
{
	if (node->parent != parent)
		return 0;
	for (const xmlNode *n = node->next; n != NULL; n = n->next)
		if (n->type == XML_ELEMENT_NODE || is_value(n))
			return 0;
	return 1;
}

/* The child NAME of PARENT where it is the only one of that name. */
static xmlNode *
only(const xmlNode *parent, const char *ns, const char *name)
{
	xmlNode *child = tree_child(parent, ns, name);

	return child != NULL && tree_next(child) == NULL ? child : NULL;
}

static size_t
count_elements(const xmlNode *parent)
{
	size_t n = 0;

	for (const xmlNode *c = parent->children; c != NULL; c = c->next)
		n += c->type == XML_ELEMENT_NODE;
	return n;
}

static int
find_references(struct shape *out)
{
	size_t references = 0;
	const char *type;

	for (xmlNode *r = tree_child(out->info, NS_DS, "Reference"); r != NULL;
	     r = tree_next(r)) {
		type = tree_attribute(r, "Type");
		if (type != NULL && strcmp(type, PROPERTIES_TYPE) == 0)
			out->of_properties = r;
		else
			out->of_document = r;
		references++;
	}
	return references == 2 && out->of_properties != NULL &&
	    out->of_document != NULL;
}

enum tl_refusal
shape_find(xmlNode *root, struct shape *out)
{
	enum tl_refusal refusal;
	const xmlNode *object, *qualifying, *x509;

	memset(out, 0, sizeof(*out));
	refusal = look_over(root, out);
	if (refusal != TL_ACCEPTED)
		return refusal;
	if (!is_last_of(out->signature, root))
		return TL_SIGNATURE_MISPLACED;
	out->info = only(out->signature, NS_DS, "SignedInfo");
	out->value = only(out->signature, NS_DS, "SignatureValue");
	x509 = only(only(out->signature, NS_DS, "KeyInfo"), NS_DS, "X509Data");
	out->certificate = only(x509, NS_DS, "X509Certificate");
	object = only(out->signature, NS_DS, "Object");
	qualifying = only(object, NS_XADES, "QualifyingProperties");
	out->properties = only(qualifying, NS_XADES, "SignedProperties");
	if (out->info == NULL || out->value == NULL ||
	    out->certificate == NULL || out->properties == NULL ||
	    count_elements(out->signature) != 4)
		return TL_SIGNATURE_SHAPE;
	return find_references(out) ? TL_ACCEPTED : TL_INFO_REFERENCE;
}

int
shape_is_exclusive(const xmlNode *reference)
{
	const xmlNode *transforms = tree_child(reference, NS_DS, "Transforms");
	const char *algorithm;

	for (const xmlNode *t = tree_child(transforms, NS_DS, "Transform");
	     t != NULL; t = tree_next(t)) {
		algorithm = tree_attribute(t, "Algorithm");
		if (algorithm != NULL && strcmp(algorithm, EXCLUSIVE) == 0)
			return 1;
	}
	return 0;
}
