/* SPDX-License-Identifier: ISC */
#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/list.h"
#include "sim/pki.h"
#include "sim/xml.h"

#define TSL        "http://uri.etsi.org/02231/v2#"
#define ADDITIONAL "http://uri.etsi.org/02231/v2/additionaltypes#"
#define SIE                                                                    \
	"http://uri.etsi.org/TrstSvc/SvcInfoExt/"                              \
	"eSigDir-1999-93-EC-TrustedList/#"
#define XADES       "http://uri.etsi.org/01903/v1.3.2#"
#define TRUSTEDLIST "http://uri.etsi.org/TrstSvc/TrustedList/"
#define SVCTYPE     "http://uri.etsi.org/TrstSvc/Svctype/"

#define URI_MAX      200     /* of the URIs that are put together here */
#define KEEPS_ALWAYS "65535" /* days of history: forever; clause 5.3.12 */
#define EN           " xml:lang=\"en\""

/* A URI that ends with one of the words of list.h. */
static void
uri(struct xml *xml, const char *tag, const char *head, const char *tail)
{
	char text[URI_MAX];

	snprintf(text, sizeof(text), "%s%s", head, tail);
	xml_leaf(xml, tag, text);
}

static void
names(struct xml *xml, const char *tag, const char *name)
{
	xml_open(xml, tag);
	xml_leaf(xml, "Name" EN, name);
	xml_close(xml, tag);
}

static int
is_lotl(const char *territory)
{
	return strcmp(territory, "EU") == 0;
}

static const char *
type_of(const char *territory)
{
	return is_lotl(territory) ? TRUSTEDLIST "TSLType/EUlistofthelists"
				  : TRUSTEDLIST "TSLType/EUgeneric";
}

static void
address(struct xml *xml, const char *tag, const char *country)
{
	xml_open(xml, tag);
	xml_open(xml, "PostalAddresses");
	xml_open(xml, "PostalAddress" EN);
	xml_leaf(xml, "StreetAddress", "1 Demo Street");
	xml_leaf(xml, "Locality", "Demo");
	xml_leaf(xml, "CountryName", country);
	xml_close(xml, "PostalAddress");
	xml_close(xml, "PostalAddresses");
	xml_open(xml, "ElectronicAddress");
	xml_leaf(xml, "URI" EN, "mailto:lists@demo.invalid");
	xml_leaf(xml, "URI" EN, "https://lists.demo.invalid/");
	xml_close(xml, "ElectronicAddress");
	xml_close(xml, tag);
}

static void
rules(struct xml *xml, const char *territory)
{
	xml_open(xml, "SchemeTypeCommunityRules");
	if (is_lotl(territory)) {
		xml_leaf(
		    xml, "URI" EN, TRUSTEDLIST "schemerules/EUlistofthelists");
	} else {
		xml_leaf(xml, "URI" EN, TRUSTEDLIST "schemerules/EUcommon");
		uri(xml, "URI" EN, TRUSTEDLIST "schemerules/", territory);
	}
	xml_close(xml, "SchemeTypeCommunityRules");
}

static void
certificate(struct xml *xml, X509 *x509)
{
	unsigned char *der = NULL;
	int len = i2d_X509(x509, &der);

	xml_open(xml, "DigitalId");
	if (len < 0)
		xml->status = SEGL_ENOMEM;
	else
		xml_bytes(xml, "X509Certificate", der, (size_t)len);
	xml_close(xml, "DigitalId");
	OPENSSL_free(der);
}

static void
subject_name(struct xml *xml, X509 *x509)
{
	char *text = pki_subject(x509);

	xml_open(xml, "DigitalId");
	if (text == NULL)
		xml->status = SEGL_ENOMEM;
	else
		xml_leaf(xml, "X509SubjectName", text);
	xml_close(xml, "DigitalId");
	free(text);
}

static void
key_identifier(struct xml *xml, X509 *x509)
{
	const ASN1_OCTET_STRING *ski = X509_get0_subject_key_id(x509);

	if (ski == NULL)
		return;
	xml_open(xml, "DigitalId");
	xml_bytes(xml, "X509SKI", ASN1_STRING_get0_data(ski),
	    (size_t)ASN1_STRING_length(ski));
	xml_close(xml, "DigitalId");
}

/* ---- pointers */

/* Each on its own, as TS 119 612 wants it. */
static void
information(struct xml *xml, const char *tag, const char *text)
{
	xml_open(xml, "OtherInformation");
	xml_leaf(xml, tag, text);
	xml_close(xml, "OtherInformation");
}

static void
write_pointer(struct xml *xml, const struct list_pointer *pointer)
{
	xml_open(xml, "OtherTSLPointer");
	xml_open(xml, "ServiceDigitalIdentities");
	for (size_t i = 0; i < pointer->signer_count; i++) {
		xml_open(xml, "ServiceDigitalIdentity");
		certificate(xml, pointer->signers[i]);
		xml_close(xml, "ServiceDigitalIdentity");
	}
	xml_close(xml, "ServiceDigitalIdentities");
	xml_leaf(xml, "TSLLocation", pointer->location);
	xml_open(xml, "AdditionalInformation");
	information(xml, "TSLType", type_of(pointer->territory));
	information(xml, "SchemeTerritory", pointer->territory);
	information(xml, "tslx:MimeType xmlns:tslx=\"" ADDITIONAL "\"",
	    "application/vnd.etsi.tsl+xml");
	xml_open(xml, "OtherInformation");
	names(xml, "SchemeOperatorName", pointer->operator_name);
	xml_close(xml, "OtherInformation");
	xml_open(xml, "OtherInformation");
	rules(xml, pointer->territory);
	xml_close(xml, "OtherInformation");
	xml_close(xml, "AdditionalInformation");
	xml_close(xml, "OtherTSLPointer");
}

static void
write_pointers(struct xml *xml, const struct trusted_list *list)
{
	if (list->pointer_count == 0)
		return;
	xml_open(xml, "PointersToOtherTSL");
	for (size_t i = 0; i < list->pointer_count; i++)
		write_pointer(xml, &list->pointers[i]);
	xml_close(xml, "PointersToOtherTSL");
}

/* ---- the scheme, clause 5.3 */

static void
write_dates(struct xml *xml, const struct trusted_list *list)
{
	xml_time(xml, "ListIssueDateTime", list->issued);
	xml_open(xml, "NextUpdate");
	if (list->next_update != 0)
		xml_time(xml, "dateTime", list->next_update);
	xml_close(xml, "NextUpdate");
	xml_open(xml, "DistributionPoints");
	xml_leaf(xml, "URI", list->location);
	xml_close(xml, "DistributionPoints");
}

static void
number(struct xml *xml, const char *tag, int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", n);
	xml_leaf(xml, tag, text);
}

static void
write_scheme_name(struct xml *xml, const struct trusted_list *list)
{
	char name[URI_MAX];

	snprintf(name, sizeof(name), "%s:%s made up by segl-sim",
	    list->territory,
	    is_lotl(list->territory) ? "List of trusted lists"
				     : "Trusted list");
	names(xml, "SchemeName", name);
}

static void
write_scheme(struct xml *xml, const struct trusted_list *list)
{
	xml_open(xml, "SchemeInformation");
	number(xml, "TSLVersionIdentifier", list->version);
	number(xml, "TSLSequenceNumber", list->sequence);
	xml_leaf(xml, "TSLType", type_of(list->territory));
	names(xml, "SchemeOperatorName", list->operator_name);
	address(xml, "SchemeOperatorAddress",
	    is_lotl(list->territory) ? "BE" : list->territory);
	write_scheme_name(xml, list);
	xml_open(xml, "SchemeInformationURI");
	for (size_t i = 0; list->information_uris[i] != NULL; i++)
		xml_leaf(xml, "URI" EN, list->information_uris[i]);
	xml_close(xml, "SchemeInformationURI");
	xml_leaf(xml, "StatusDeterminationApproach",
	    is_lotl(list->territory) ? TRUSTEDLIST "StatusDetn/EUlistofthelists"
				     : TRUSTEDLIST "StatusDetn/EUappropriate");
	rules(xml, list->territory);
	xml_leaf(xml, "SchemeTerritory", list->territory);
	xml_open(xml, "PolicyOrLegalNotice");
	xml_leaf(xml, "TSLLegalNotice" EN,
	    "Nothing of this is true outside of this machine.");
	xml_close(xml, "PolicyOrLegalNotice");
	xml_leaf(xml, "HistoricalInformationPeriod", KEEPS_ALWAYS);
	write_pointers(xml, list);
	write_dates(xml, list);
	xml_close(xml, "SchemeInformation");
}

/* ---- services, clauses 5.5 and 5.6 */

static void
write_use(struct xml *xml, const char *use)
{
	xml_open(xml, "Extension Critical=\"true\"");
	xml_open(xml, "AdditionalServiceInformation");
	uri(xml, "URI" EN, TRUSTEDLIST "SvcInfoExt/", use);
	xml_close(xml, "AdditionalServiceInformation");
	xml_close(xml, "Extension");
}

static void
write_qualification(
    struct xml *xml, const struct list_qualification *qualification)
{
	char text[URI_MAX];

	xml_open(xml, "Extension Critical=\"true\"");
	xml_open(xml, "sie:Qualifications xmlns:sie=\"" SIE "\"");
	xml_open(xml, "sie:QualificationElement");
	xml_open(xml, "sie:Qualifiers");
	snprintf(text, sizeof(text),
	    "sie:Qualifier uri=\"" TRUSTEDLIST "SvcInfoExt/%s\"",
	    qualification->qualifier);
	xml_leaf(xml, text, "");
	xml_close(xml, "sie:Qualifiers");
	xml_open(xml, "sie:CriteriaList assert=\"atLeastOne\"");
	xml_open(xml, "sie:PolicySet");
	xml_open(xml, "sie:PolicyIdentifier");
	snprintf(text, sizeof(text), "urn:oid:%s", qualification->policy);
	xml_leaf(xml,
	    "xades:Identifier xmlns:xades=\"" XADES "\" Qualifier=\"OIDAsURN\"",
	    text);
	xml_close(xml, "sie:PolicyIdentifier");
	xml_close(xml, "sie:PolicySet");
	xml_close(xml, "sie:CriteriaList");
	xml_close(xml, "sie:QualificationElement");
	xml_close(xml, "sie:Qualifications");
	xml_close(xml, "Extension");
}

static void
write_extensions(struct xml *xml, const struct list_state *state)
{
	if (state->use == NULL && state->qualification == NULL)
		return;
	xml_open(xml, "ServiceInformationExtensions");
	if (state->qualification != NULL)
		write_qualification(xml, state->qualification);
	if (state->use != NULL)
		write_use(xml, state->use);
	xml_close(xml, "ServiceInformationExtensions");
}

static void
write_service_name(struct xml *xml, X509 *x509)
{
	X509_NAME *subject = X509_get_subject_name(x509);
	unsigned char *text = NULL;
	int i = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);

	if (i < 0 ||
	    ASN1_STRING_to_UTF8(&text,
		X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i))) < 0)
		xml->status = SEGL_EINTERNAL;
	else
		names(xml, "ServiceName", (const char *)text);
	OPENSSL_free(text);
}

/* What was, clause 5.6.3, is identified without its certificate. */
static void
write_state(struct xml *xml, const struct list_service *service,
    const struct list_state *state, int now)
{
	uri(xml, "ServiceTypeIdentifier", SVCTYPE, service->type);
	write_service_name(xml, service->certificate);
	xml_open(xml, "ServiceDigitalIdentity");
	if (now)
		certificate(xml, service->certificate);
	subject_name(xml, service->certificate);
	key_identifier(xml, service->certificate);
	xml_close(xml, "ServiceDigitalIdentity");
	uri(xml, "ServiceStatus", TRUSTEDLIST "Svcstatus/", state->status);
	xml_time(xml, "StatusStartingTime", state->since);
	write_extensions(xml, state);
}

static void
write_service(struct xml *xml, const struct list_service *service)
{
	xml_open(xml, "TSPService");
	xml_open(xml, "ServiceInformation");
	write_state(xml, service, &service->states[0], 1);
	xml_close(xml, "ServiceInformation");
	if (service->state_count > 1)
		xml_open(xml, "ServiceHistory");
	for (size_t i = 1; i < service->state_count; i++) {
		xml_open(xml, "ServiceHistoryInstance");
		write_state(xml, service, &service->states[i], 0);
		xml_close(xml, "ServiceHistoryInstance");
	}
	if (service->state_count > 1)
		xml_close(xml, "ServiceHistory");
	xml_close(xml, "TSPService");
}

static void
write_provider(struct xml *xml, const struct list_provider *provider,
    const char *territory)
{
	xml_open(xml, "TrustServiceProvider");
	xml_open(xml, "TSPInformation");
	names(xml, "TSPName", provider->name);
	address(xml, "TSPAddress", territory);
	xml_open(xml, "TSPInformationURI");
	xml_leaf(xml, "URI" EN, "https://trust.demo.invalid/");
	xml_close(xml, "TSPInformationURI");
	xml_close(xml, "TSPInformation");
	xml_open(xml, "TSPServices");
	for (size_t i = 0; i < provider->service_count; i++)
		write_service(xml, &provider->services[i]);
	xml_close(xml, "TSPServices");
	xml_close(xml, "TrustServiceProvider");
}

enum segl_status
list_write(const struct trusted_list *list, struct buffer *out)
{
	struct xml xml = { out, SEGL_OK };

	xml_open(&xml,
	    "TrustServiceStatusList xmlns=\"" TSL "\" Id=\"list\" "
	    "TSLTag=\"http://uri.etsi.org/19612/TSLTag\"");
	write_scheme(&xml, list);
	if (list->provider_count > 0)
		xml_open(&xml, "TrustServiceProviderList");
	for (size_t i = 0; i < list->provider_count; i++)
		write_provider(&xml, &list->providers[i], list->territory);
	if (list->provider_count > 0)
		xml_close(&xml, "TrustServiceProviderList");
	xml_close(&xml, "TrustServiceStatusList");
	return xml.status;
}
