/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "trustlist/verify/info.h"

/* Deeper than signed properties are; what is skipped may nest. */
#define DEPTH_MAX 16

/* Past an element of whatever content whose start tag was OPEN. */
static int
skip_rest(struct canonical *c, const struct tag *open)
{
	struct tag stack[DEPTH_MAX];
	size_t depth = 1;

	stack[0] = *open;
	while (depth > 0) {
		while (c->at < c->end && *c->at != '<')
			c->at++;
		if (canonical_at_close(c)) {
			if (!canonical_close(c, &stack[--depth]))
				return 0;
		} else if (depth == DEPTH_MAX ||
		    !canonical_open(c, &stack[depth++])) {
			return 0;
		}
	}
	return 1;
}

/*
 * Into the first child NAME (or OTHER, which may be NULL) of the element that
 * is open, past those before it.
 */
static int
enter(struct canonical *c, const char *name, const char *other, struct tag *tag)
{
	for (canonical_space(c); canonical_open(c, tag); canonical_space(c)) {
		if (piece_is(&tag->name, name) ||
		    (other != NULL && piece_is(&tag->name, other)))
			return 1;
		if (!skip_rest(c, tag))
			return 0;
	}
	return 0;
}

/* CertDigest: DigestMethod, then DigestValue. */
static int
read_digest(struct canonical *c, struct info_certificate *out)
{
	struct piece text;
	struct tag tag;

	if (!enter(c, "DigestMethod", NULL, &tag) ||
	    !info_digest_of(tag_attribute(&tag, "Algorithm"), &out->digest) ||
	    !canonical_close(c, &tag))
		return 0;
	return enter(c, "DigestValue", NULL, &tag) &&
	    canonical_text(c, &text) &&
	    info_digest_value(&text, out->value, &out->value_len);
}

enum tl_refusal
properties_read(const struct tl_bytes *bytes, struct piece *id,
    struct info_certificate *out)
{
	const char *at = (const char *)bytes->data;
	struct canonical c = { at, at + bytes->len };
	const struct piece *value;
	struct tag tag;

	memset(out, 0, sizeof(*out));
	memset(id, 0, sizeof(*id));
	if (!canonical_open(&c, &tag) ||
	    !piece_is(&tag.name, "SignedProperties"))
		return TL_INFO_NOT_PROPERTIES;
	value = tag_attribute(&tag, "Id");
	if (value == NULL || value->len == 0)
		return TL_INFO_NOT_PROPERTIES;
	*id = *value;
	if (!enter(&c, "SignedSignatureProperties", NULL, &tag) ||
	    !enter(&c, "SigningCertificateV2", "SigningCertificate", &tag) ||
	    !enter(&c, "Cert", NULL, &tag) ||
	    !enter(&c, "CertDigest", NULL, &tag) || !read_digest(&c, out))
		return TL_PROPERTIES_SHAPE;
	return TL_ACCEPTED;
}
