/* SPDX-License-Identifier: ISC */
#include <string.h>

#include <openssl/err.h>

#include "trustlist/verify/key.h"
#include "trustlist/verify/verify.h"

static int
bytes_equal(const struct tl_bytes *a, const struct tl_bytes *b)
{
	return a->len == b->len && a->len > 0 &&
	    memcmp(a->data, b->data, a->len) == 0;
}

static int
has_digest(const struct tl_bytes *bytes, enum info_digest digest,
    const unsigned char *value, size_t len)
{
	unsigned char made[EVP_MAX_MD_SIZE];
	unsigned int made_len = 0;

	return EVP_Digest(bytes->data, bytes->len, made, &made_len,
		   key_digest(digest), NULL) == 1 &&
	    made_len == len && memcmp(made, value, len) == 0;
}

/* "" is the document; "#x" its root, where the root has that Id. */
static int
covers_document(const struct tl_bytes *document, const struct piece *uri)
{
	const char *at = (const char *)document->data;
	struct canonical c = { at, at + document->len };
	struct piece fragment = { uri->at + 1, uri->len - 1 };
	const struct piece *id;
	struct tag tag;

	if (uri->len == 0)
		return 1;
	if (*uri->at != '#' || fragment.len == 0 || !canonical_open(&c, &tag))
		return 0;
	id = tag_attribute(&tag, "Id");
	return id != NULL && piece_equal(id, &fragment);
}

static int
covers_properties(const struct piece *id, const struct piece *uri)
{
	struct piece fragment = { uri->at + 1, uri->len - 1 };

	return uri->len > 1 && *uri->at == '#' && piece_equal(id, &fragment);
}

static enum tl_refusal
verify_references(const struct verify_parts *parts, const struct info *info)
{
	struct info_certificate named;
	enum tl_refusal refusal;
	struct piece id;

	if (!covers_document(&parts->document, &info->document.uri))
		return TL_INFO_NOT_DOCUMENT;
	if (!has_digest(&parts->document, info->document.digest,
		info->document.value, info->document.value_len))
		return TL_DOCUMENT_CHANGED;
	if (!has_digest(&parts->properties, info->properties.digest,
		info->properties.value, info->properties.value_len))
		return TL_PROPERTIES_CHANGED;
	refusal = properties_read(&parts->properties, &id, &named);
	if (refusal != TL_ACCEPTED)
		return refusal;
	if (!covers_properties(&id, &info->properties.uri))
		return TL_INFO_NOT_PROPERTIES;
	return has_digest(&parts->certificate, named.digest, named.value,
		   named.value_len)
	    ? TL_ACCEPTED
	    : TL_CERTIFICATE_CHANGED;
}

static int
is_named(const struct tl_bytes *certificate, const struct tl_bytes *signers,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes_equal(certificate, &signers[i]))
			return 1;
	return 0;
}

enum tl_refusal
verify_list(
    const struct verify_parts *parts, const struct tl_bytes *signers, size_t n)
{
	const unsigned char *der = parts->certificate.data;
	enum tl_refusal refusal;
	struct info info;
	X509 *signer;

	if (!is_named(&parts->certificate, signers, n))
		return TL_SIGNER_UNKNOWN;
	if (parts->document.len == 0 || parts->properties.len == 0 ||
	    parts->info.len == 0 || parts->value.len == 0)
		return TL_SIGNATURE_SHAPE;
	signer = d2i_X509(NULL, &der, (long)parts->certificate.len);
	ERR_clear_error();
	if (signer == NULL)
		return TL_SIGNER_UNUSABLE;
	refusal = info_read(&parts->info, &info);
	if (refusal == TL_ACCEPTED)
		refusal =
		    key_verify(signer, &info, &parts->info, &parts->value);
	X509_free(signer);
	/* only now is anything that it says worth a look */
	if (refusal == TL_ACCEPTED)
		refusal = verify_references(parts, &info);
	return refusal;
}

void
verify_digest(
    const struct tl_bytes *bytes, unsigned char out[VERIFY_DIGEST_LEN])
{
	memset(out, 0, VERIFY_DIGEST_LEN);
	if (EVP_Digest(
		bytes->data, bytes->len, out, NULL, EVP_sha256(), NULL) != 1)
		ERR_clear_error();
}
