/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "trustlist/verify/info.h"

#define DS_NS           "http://www.w3.org/2000/09/xmldsig#"
#define ENC             "http://www.w3.org/2001/04/xmlenc#"
#define MORE            "http://www.w3.org/2001/04/xmldsig-more#"
#define MORE_2007       "http://www.w3.org/2007/05/xmldsig-more#"
#define EXCLUSIVE       "http://www.w3.org/2001/10/xml-exc-c14n#"
#define INCLUSIVE       "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define ENVELOPED       DS_NS "enveloped-signature"
#define PROPERTIES_TYPE "http://uri.etsi.org/01903#SignedProperties"

/* Base64 of the longest digest, with line breaks. */
#define DIGEST_TEXT_MAX 128

static const struct {
	const char *uri;
	enum info_digest digest;
} digests[] = {
	{ ENC "sha256", INFO_SHA256 },
	{ ENC "sha512", INFO_SHA512 },
	{ MORE "sha384", INFO_SHA384 },
	{ DS_NS "sha1", INFO_SHA1 },
};

static const struct {
	const char *uri;
	enum info_key key;
	enum info_digest digest;
} signatures[] = {
	{ MORE "rsa-sha256", INFO_RSA, INFO_SHA256 },
	{ MORE "rsa-sha384", INFO_RSA, INFO_SHA384 },
	{ MORE "rsa-sha512", INFO_RSA, INFO_SHA512 },
	{ MORE_2007 "sha256-rsa-MGF1", INFO_RSA_PSS, INFO_SHA256 },
	{ MORE_2007 "sha384-rsa-MGF1", INFO_RSA_PSS, INFO_SHA384 },
	{ MORE_2007 "sha512-rsa-MGF1", INFO_RSA_PSS, INFO_SHA512 },
	{ MORE "ecdsa-sha256", INFO_ECDSA, INFO_SHA256 },
	{ MORE "ecdsa-sha384", INFO_ECDSA, INFO_SHA384 },
	{ MORE "ecdsa-sha512", INFO_ECDSA, INFO_SHA512 },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int
info_digest_of(const struct piece *uri, enum info_digest *out)
{
	for (size_t i = 0; uri != NULL && i < COUNT(digests); i++)
		if (piece_is(uri, digests[i].uri)) {
			*out = digests[i].digest;
			return 1;
		}
	return 0;
}

int
info_digest_value(const struct piece *text, unsigned char *value, size_t *len)
{
	unsigned char *bytes = NULL;
	char packed[DIGEST_TEXT_MAX];
	size_t n = 0;
	int ok;

	*len = 0;
	for (size_t i = 0; i < text->len; i++) {
		if (strchr(" \t\n", text->at[i]) != NULL)
			continue;
		if (n == sizeof(packed))
			return 0;
		packed[n++] = text->at[i];
	}
	if (n == 0 || base64_decode(packed, n, &bytes, len) != 0)
		return 0;
	ok = *len > 0 && *len <= DIGEST_MAX;
	if (ok)
		memcpy(value, bytes, *len);
	free(bytes);
	return ok;
}

/* ---- walking SignedInfo ------------------------------------------------ */

struct walk {
	struct canonical c;
	struct piece prefix; /* the one that SignedInfo binds to XMLDSig */
	enum tl_refusal refusal;
};

static int
refuse(struct walk *w, enum tl_refusal refusal)
{
	if (w->refusal == TL_ACCEPTED)
		w->refusal = refusal;
	return 0;
}

/* Below SignedInfo nothing is bound anew, so that a prefix means one thing. */
static int
binds_namespace(const struct tag *tag)
{
	for (size_t i = 0; i < tag->n; i++)
		if (tag->attributes[i].name.len >= 5 &&
		    memcmp(tag->attributes[i].name.at, "xmlns", 5) == 0)
			return 1;
	return 0;
}

/* The start tag NAME of XMLDSig is next; white space may come before. */
static int
is_next(struct walk *w, const char *name, struct tag *out)
{
	struct canonical saved;

	canonical_space(&w->c);
	saved = w->c;
	if (canonical_open(&w->c, out) && piece_is(&out->name, name) &&
	    piece_equal(&out->prefix, &w->prefix) && !binds_namespace(out))
		return 1;
	w->c = saved;
	return 0;
}

static int
open_next(struct walk *w, const char *name, struct tag *out)
{
	return is_next(w, name, out) || refuse(w, TL_INFO_SHAPE);
}

static int
close_next(struct walk *w, const struct tag *open)
{
	canonical_space(&w->c);
	return canonical_close(&w->c, open) || refuse(w, TL_INFO_SHAPE);
}

/*
 * An element that says one Algorithm and has nothing in it. A parameter (a
 * PrefixList, an HMACOutputLength, an XPath) is met in no list.
 */
static int
read_algorithm(struct walk *w, const char *name, enum tl_refusal refusal,
    struct piece *out)
{
	const struct piece *value;
	struct tag tag;

	if (!open_next(w, name, &tag))
		return 0;
	value = tag_attribute(&tag, "Algorithm");
	if (value == NULL || tag.n != 1)
		return refuse(w, TL_INFO_SHAPE);
	*out = *value;
	canonical_space(&w->c);
	return canonical_close(&w->c, &tag) || refuse(w, refusal);
}

static int
read_canonicalization(struct walk *w)
{
	struct piece uri;

	if (!read_algorithm(
		w, "CanonicalizationMethod", TL_INFO_CANONICALIZATION, &uri))
		return 0;
	return piece_is(&uri, EXCLUSIVE) || piece_is(&uri, INCLUSIVE) ||
	    refuse(w, TL_INFO_CANONICALIZATION);
}

static int
read_signature_method(struct walk *w, struct info *out)
{
	struct piece uri;

	if (!read_algorithm(w, "SignatureMethod", TL_INFO_ALGORITHM, &uri))
		return 0;
	for (size_t i = 0; i < COUNT(signatures); i++)
		if (piece_is(&uri, signatures[i].uri)) {
			out->key = signatures[i].key;
			out->digest = signatures[i].digest;
			return 1;
		}
	return refuse(w, TL_INFO_ALGORITHM);
}

/*
 * Transforms of a reference: the enveloped signature first (ENVELOPED says
 * whether), then at most one canonicalization.
 */
static int
read_transforms(struct walk *w, int *enveloped)
{
	struct tag tag;
	struct piece uri;
	size_t others = 0;

	*enveloped = 0;
	if (!is_next(w, "Transforms", &tag))
		return 1;
	if (tag.n != 0)
		return refuse(w, TL_INFO_SHAPE);
	for (canonical_space(&w->c); !canonical_at_close(&w->c);
	     canonical_space(&w->c)) {
		if (!read_algorithm(w, "Transform", TL_INFO_TRANSFORM, &uri))
			return 0;
		if (piece_is(&uri, ENVELOPED) && !*enveloped && others == 0)
			*enveloped = 1;
		else if ((!piece_is(&uri, EXCLUSIVE) &&
			     !piece_is(&uri, INCLUSIVE)) ||
		    others++ > 0)
			return refuse(w, TL_INFO_TRANSFORM);
	}
	return close_next(w, &tag);
}

static int
read_digest(struct walk *w, struct info_reference *out)
{
	struct piece uri, text;
	struct tag tag;

	if (!read_algorithm(w, "DigestMethod", TL_INFO_DIGEST, &uri))
		return 0;
	if (!info_digest_of(&uri, &out->digest) || out->digest == INFO_SHA1)
		return refuse(w, TL_INFO_DIGEST);
	if (!open_next(w, "DigestValue", &tag))
		return 0;
	if (tag.n != 0 || !canonical_text(&w->c, &text) ||
	    !info_digest_value(&text, out->value, &out->value_len))
		return refuse(w, TL_INFO_SHAPE);
	return close_next(w, &tag);
}

/* Id, Type and URI are all that a reference may carry. */
static int
only_known(const struct tag *tag)
{
	for (size_t i = 0; i < tag->n; i++)
		if (!piece_is(&tag->attributes[i].name, "Id") &&
		    !piece_is(&tag->attributes[i].name, "Type") &&
		    !piece_is(&tag->attributes[i].name, "URI"))
			return 0;
	return 1;
}

static int
read_reference(struct walk *w, struct info *out)
{
	const struct piece *type, *uri;
	struct info_reference *to;
	struct tag tag;
	int of_properties, enveloped;

	if (!is_next(w, "Reference", &tag))
		return refuse(w, TL_INFO_REFERENCE);
	type = tag_attribute(&tag, "Type");
	uri = tag_attribute(&tag, "URI");
	of_properties = type != NULL && piece_is(type, PROPERTIES_TYPE);
	to = of_properties ? &out->properties : &out->document;
	if (uri == NULL || !only_known(&tag) || to->value_len > 0)
		return refuse(w, TL_INFO_REFERENCE);
	if (!read_transforms(w, &enveloped) || !read_digest(w, to))
		return 0;
	to->uri = *uri;
	if (enveloped == of_properties)
		return refuse(w, TL_INFO_TRANSFORM);
	return close_next(w, &tag);
}

/* The prefix of the start tag is bound to XMLDSig, here and only once. */
static int
binds_xmldsig(const struct tag *tag)
{
	char name[64] = "xmlns";
	const struct piece *ns;

	if (tag->prefix.len > sizeof(name) - sizeof("xmlns:"))
		return 0;
	if (tag->prefix.len > 0) {
		name[5] = ':';
		memcpy(name + 6, tag->prefix.at, tag->prefix.len);
	}
	ns = tag_attribute(tag, name);
	return ns != NULL && piece_is(ns, DS_NS);
}

enum tl_refusal
info_read(const struct tl_bytes *bytes, struct info *out)
{
	const char *at = (const char *)bytes->data;
	struct walk w = { { at, at + bytes->len }, { NULL, 0 }, TL_ACCEPTED };
	struct tag tag;
	int ok;

	memset(out, 0, sizeof(*out));
	if (!canonical_open(&w.c, &tag) || !piece_is(&tag.name, "SignedInfo") ||
	    !binds_xmldsig(&tag))
		return TL_INFO_SHAPE;
	w.prefix = tag.prefix;
	ok = read_canonicalization(&w) && read_signature_method(&w, out) &&
	    read_reference(&w, out) && read_reference(&w, out);
	canonical_space(&w.c);
	if (ok && !canonical_at_close(&w.c))
		ok = refuse(&w, TL_INFO_REFERENCE);
	if (ok && close_next(&w, &tag) && w.c.at != w.c.end)
		refuse(&w, TL_INFO_SHAPE);
	return w.refusal;
}
