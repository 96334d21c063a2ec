/* SPDX-License-Identifier: ISC */
/*
 * A trusted list as it comes, through both readings of segl-tlread; what the
 * second one makes is a transfer form that decodes.
 */
#include <stdlib.h>
#include <string.h>

#include "seeds.h"
#include "trustlist/list/codec.h"
#include "trustlist/read/answer.h"

#define DS "http://www.w3.org/2000/09/xmldsig#"

static const char list[] =
    "<TrustServiceStatusList xmlns=\"http://uri.etsi.org/02231/v2#\">"
    "<SchemeInformation><TSLVersionIdentifier>6</TSLVersionIdentifier>"
    "<TSLSequenceNumber>1</TSLSequenceNumber><TSLType>t</TSLType>"
    "<SchemeTerritory>NO</SchemeTerritory><ListIssueDateTime>"
    "2026-01-01T00:00:00Z</ListIssueDateTime><NextUpdate/>"
    "</SchemeInformation><TrustServiceProviderList><TrustServiceProvider>"
    "<TSPServices><TSPService><ServiceInformation><ServiceTypeIdentifier>"
    "http://uri.etsi.org/TrstSvc/Svctype/CA/QC</ServiceTypeIdentifier>"
    "<ServiceDigitalIdentity><DigitalId><X509Certificate>AAEC"
    "</X509Certificate></DigitalId></ServiceDigitalIdentity><ServiceStatus>"
    "s</ServiceStatus><StatusStartingTime>2020-01-01T00:00:00Z"
    "</StatusStartingTime><ServiceInformationExtensions><Extension "
    "Critical=\"true\"><q:Qualifications xmlns:q=\"http://uri.etsi.org/"
    "TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#\">"
    "<q:QualificationElement><q:Qualifiers/><q:CriteriaList assert=\"all\">"
    "<q:KeyUsage><q:KeyUsageBit name=\"nonRepudiation\">true"
    "</q:KeyUsageBit></q:KeyUsage></q:CriteriaList>"
    "</q:QualificationElement></q:Qualifications></Extension>"
    "</ServiceInformationExtensions></ServiceInformation></TSPService>"
    "</TSPServices></TrustServiceProvider></TrustServiceProviderList>"
    "<d:Signature xmlns:d=\"" DS "\"><d:SignedInfo><d:Reference URI=\"\"/>"
    "<d:Reference Type=\"http://uri.etsi.org/01903#SignedProperties\"/>"
    "</d:SignedInfo><d:SignatureValue>AAEC</d:SignatureValue><d:KeyInfo>"
    "<d:X509Data><d:X509Certificate>AAEC</d:X509Certificate></d:X509Data>"
    "</d:KeyInfo><d:Object><x:QualifyingProperties "
    "xmlns:x=\"http://uri.etsi.org/01903/v1.3.2#\"><x:SignedProperties/>"
    "</x:QualifyingProperties></d:Object></d:Signature>"
    "</TrustServiceStatusList>";

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	seeds[0].bytes = (unsigned char *)strdup(list);
	seeds[0].len = sizeof(list) - 1;
	return seeds[0].bytes != NULL;
}

static int
take(void *arg, enum tl_part part, const void *bytes, size_t len)
{
	struct tl_list *out;
	char *copy;

	(void)arg;
	if (part != TL_PART_LIST)
		return 0;
	copy = malloc(len + 1);
	if (copy == NULL)
		return -1;
	memcpy(copy, bytes, len);
	if (tl_list_decode(copy, len, &out) != SEGL_OK)
		abort();
	tl_list_free(out);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct answer answer = { .add = take };

	if (size == 0)
		return 0;
	(void)read_parts((const char *)data, size, &answer);
	(void)read_services((const char *)data, size, &answer);
	return 0;
}
