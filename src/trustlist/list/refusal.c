/* SPDX-License-Identifier: ISC */
#include <stddef.h>

#include "trustlist/list/part.h"

static const struct {
	const char *name;
	const char *words;
} refusals[TL_REFUSALS] = {
	[TL_ACCEPTED] = { "accepted", "is authenticated" },
	[TL_TOO_LARGE] = { "too-large",
	    "is larger than any list (12 MB at most are read)" },
	[TL_NOT_UTF8] = { "not-utf8", "is not in UTF-8" },
	[TL_HAS_DTD] = { "has-dtd",
	    "has a document type declaration, which no trusted list has" },
	[TL_TAG_TOO_LONG] = { "tag-too-long",
	    "has a tag longer than any list has" },
	[TL_TOO_DEEP] = { "too-deep",
	    "has elements nested deeper than any list has" },
	[TL_TOO_MANY_ELEMENTS] = { "too-many-elements",
	    "has more elements than any list has" },
	[TL_NOT_XML] = { "not-xml", "is not well-formed XML" },
	[TL_NOT_A_LIST] = { "not-a-list",
	    "is no TrustServiceStatusList (ETSI TS 119 612)" },
	[TL_HAS_COMMENT_IN_VALUE] = { "comment-in-value",
	    "has a comment or a processing instruction within a value" },
	[TL_DUPLICATE_ID] = { "duplicate-id",
	    "has the same Id on two elements" },
	[TL_NO_SIGNATURE] = { "no-signature", "is not signed" },
	[TL_SEVERAL_SIGNATURES] = { "several-signatures",
	    "has more than one signature" },
	[TL_SIGNATURE_MISPLACED] = { "signature-misplaced",
	    "has its signature elsewhere than at its end" },
	[TL_SIGNATURE_SHAPE] = { "signature-shape",
	    "has a signature of another shape than trusted lists have "
	    "(XAdES baseline B, enveloped, one certificate)" },
	[TL_LIST_INCOMPLETE] = { "incomplete",
	    "lacks what every list has: version, sequence number, type, "
	    "territory, issue date" },
	[TL_READER_LIMITS] = { "reader-limits",
	    "takes more memory or time to read than any list" },
	[TL_READER_FAILED] = { "reader-failed",
	    "made its reader, segl-tlread, fail" },
	[TL_SIGNER_UNKNOWN] = { "signer-unknown",
	    "is signed with a certificate that was not named for it" },
	[TL_SIGNER_UNUSABLE] = { "signer-unusable",
	    "is named with a signer certificate that cannot be read" },
	[TL_INFO_SHAPE] = { "signed-info-shape",
	    "has a SignedInfo of another shape than trusted lists have" },
	[TL_INFO_CANONICALIZATION] = { "canonicalization",
	    "is signed over a canonicalization that no trusted list uses" },
	[TL_INFO_ALGORITHM] = { "signature-algorithm",
	    "is signed with an algorithm that is not accepted (RSA and ECDSA "
	    "with SHA-256, SHA-384 or SHA-512 are)" },
	[TL_INFO_TRANSFORM] = { "transform",
	    "has a transform that no trusted list uses" },
	[TL_INFO_DIGEST] = { "digest-algorithm",
	    "has a digest that is not accepted (SHA-256, SHA-384 and SHA-512 "
	    "are)" },
	[TL_INFO_REFERENCE] = { "reference",
	    "has other references than to itself and its signed properties" },
	[TL_INFO_NOT_DOCUMENT] = { "reference-document",
	    "has a signature that does not cover the whole document" },
	[TL_INFO_NOT_PROPERTIES] = { "reference-properties",
	    "has a signature that does not cover its signed properties" },
	[TL_KEY_MISFIT] = { "key-misfit",
	    "is signed by a key that is not for that algorithm, or too "
	    "small" },
	[TL_SIGNATURE_WRONG] = { "signature-wrong", "has a wrong signature" },
	[TL_SIGNATURE_NO_NULL] = { "signature-no-null",
	    "has a malformed signature: its DigestInfo lacks the NULL "
	    "parameter (RFC 8017, 9.2). The European Commission's validator "
	    "(DSS) accepts it" },
	[TL_DOCUMENT_CHANGED] = { "document-changed",
	    "was changed after it was signed" },
	[TL_PROPERTIES_CHANGED] = { "properties-changed",
	    "has signed properties that were changed after it was signed" },
	[TL_PROPERTIES_SHAPE] = { "properties-shape",
	    "has signed properties without a digest of the signer's "
	    "certificate" },
	[TL_CERTIFICATE_CHANGED] = { "certificate-changed",
	    "names another certificate in its signed properties" },
};

const char *
tl_refusal_name(enum tl_refusal refusal)
{
	return refusal < TL_REFUSALS ? refusals[refusal].name : "unknown";
}

const char *
tl_refusal_words(enum tl_refusal refusal)
{
	return refusal < TL_REFUSALS ? refusals[refusal].words
				     : "is refused for an unknown reason";
}
