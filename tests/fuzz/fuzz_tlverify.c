/* SPDX-License-Identifier: ISC */
/* Canonical SignedInfo and SignedProperties, as the verifier recognises them.
 */
#include <stdlib.h>
#include <string.h>

#include "seeds.h"
#include "trustlist/verify/info.h"

#define DS     "http://www.w3.org/2000/09/xmldsig#"
#define SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"
#define EXC    "http://www.w3.org/2001/10/xml-exc-c14n#"
#define DIGEST                                                                 \
	"<d:DigestMethod Algorithm=\"" SHA256 "\"></d:DigestMethod>"           \
	"<d:DigestValue>AAEC</d:DigestValue>"

static const char *const texts[] = {
	"<d:SignedInfo xmlns:d=\"" DS "\"><d:CanonicalizationMethod "
	"Algorithm=\"" EXC "\"></d:CanonicalizationMethod>"
	"<d:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/"
	"xmldsig-more#rsa-sha256\"></d:SignatureMethod><d:Reference "
	"URI=\"\"><d:Transforms><d:Transform Algorithm=\"" DS
	"enveloped-signature\"></d:Transform></d:Transforms>" DIGEST
	"</d:Reference><d:Reference "
	"Type=\"http://uri.etsi.org/01903#SignedProperties\" "
	"URI=\"#p\">" DIGEST "</d:Reference></d:SignedInfo>",
	"<x:SignedProperties xmlns:x=\"n\" Id=\"p\">"
	"<x:SignedSignatureProperties><x:T>a</x:T><x:SigningCertificateV2>"
	"<x:Cert><x:CertDigest>" DIGEST "</x:CertDigest></x:Cert>"
	"</x:SigningCertificateV2></x:SignedSignatureProperties>"
	"</x:SignedProperties>",
};

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	size_t n = 0;

	for (; n < sizeof(texts) / sizeof(texts[0]); n++) {
		seeds[n].bytes = (unsigned char *)strdup(texts[n]);
		seeds[n].len = strlen(texts[n]);
		if (seeds[n].bytes == NULL)
			break;
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* of its own size, so that a step past the end is seen */
	unsigned char *copy = malloc(size == 0 ? 1 : size);
	struct tl_bytes bytes = { copy, size };
	struct info_certificate certificate;
	enum tl_refusal refusal;
	struct piece id;
	struct info info;

	if (copy == NULL)
		return 0;
	memcpy(copy, data, size);
	refusal = info_read(&bytes, &info);
	/* what is accepted has both references, and no weak digest */
	if (refusal == TL_ACCEPTED &&
	    (info.document.value_len == 0 || info.properties.value_len == 0 ||
		info.document.digest == INFO_SHA1 || info.digest == INFO_SHA1))
		abort();
	refusal = properties_read(&bytes, &id, &certificate);
	if (refusal == TL_ACCEPTED &&
	    (id.len == 0 || certificate.value_len == 0))
		abort();
	free(copy);
	return 0;
}
