/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "trustlist/read/reading.h"

/*
 * Certificates of other services (time-stamping, OCSP, ...) are half of the
 * bytes of the lists and never asked for.
 */
static int
wants_certificates(const char *type)
{
	static const char *const types[] = {
		"http://uri.etsi.org/TrstSvc/Svctype/CA/QC",
		"http://uri.etsi.org/TrstSvc/Svctype/CA/PKC",
		"http://uri.etsi.org/TrstSvc/Svctype/NationalRootCA-QC",
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i], type) == 0)
			return 1;
	return 0;
}

static int
read_identity(
    struct reading *reading, const xmlNode *node, struct tl_identity *out)
{
	const xmlNode *c = tree_child(node, NS_TSL, "X509Certificate");
	const xmlNode *k = tree_child(node, NS_TSL, "X509SKI");
	const xmlNode *s = tree_child(node, NS_TSL, "X509SubjectName");
	const char *text;

	out->kind = TL_ID_OTHER;
	if (c != NULL || k != NULL) {
		out->kind = c != NULL ? TL_ID_CERTIFICATE : TL_ID_SKI;
		out->value = tree_bytes(reading->memory, c != NULL ? c : k);
		return out->value.data != NULL;
	}
	if (s != NULL) {
		text = tree_text(reading->memory, s);
		out->kind = TL_ID_SUBJECT;
		out->value.data = (const unsigned char *)text;
		out->value.len = text == NULL ? 0 : strlen(text);
		return text != NULL;
	}
	return 1;
}

static void
read_identities(
    struct reading *reading, const xmlNode *information, struct tl_service *out)
{
	const xmlNode *first = tree_child(
	    tree_child(information, NS_TSL, "ServiceDigitalIdentity"), NS_TSL,
	    "DigitalId");
	struct tl_identity *identities =
	    reading_room(reading, reading_count(first), sizeof(*identities));
	size_t n = 0;

	/* one that cannot be read costs that one only */
	for (const xmlNode *d = first; d != NULL && identities != NULL;
	     d = tree_next(d))
		n += read_identity(reading, d, &identities[n]) != 0;
	out->identities = identities;
	out->n_identities = n;
}

/* Returns 0, or -1 where it cannot be said what the service was. */
static int
read_state(struct reading *reading, const xmlNode *node, struct tl_state *out)
{
	const struct tl_state none = { .expired_certs_revocation_info = -1 };

	*out = none;
	out->type = tree_text(
	    reading->memory, tree_child(node, NS_TSL, "ServiceTypeIdentifier"));
	out->status = tree_text(
	    reading->memory, tree_child(node, NS_TSL, "ServiceStatus"));
	if (reading_moment(tree_text(reading->memory,
			       tree_child(node, NS_TSL, "StatusStartingTime")),
		&out->since) < 0)
		return -1;
	reading_extensions(reading,
	    tree_child(node, NS_TSL, "ServiceInformationExtensions"), out);
	return out->type != NULL && out->status != NULL ? 0 : -1;
}

/* How many states, the current one first; 0 where one cannot be read. */
static size_t
read_states(struct reading *reading, const xmlNode *information,
    const xmlNode *history, const struct tl_state **out)
{
	struct tl_state *states =
	    reading_room(reading, reading_count(history) + 1, sizeof(*states));
	size_t n = 0;

	*out = states;
	if (states == NULL || information == NULL ||
	    read_state(reading, information, &states[n++]) < 0)
		return 0;
	for (const xmlNode *h = history; h != NULL; h = tree_next(h))
		if (read_state(reading, h, &states[n++]) < 0)
			return 0;
	return n;
}

/*
 * Of a service of which some time is in the dark nothing is told but its name:
 * half a history could grant what was withdrawn. What is not found in such a
 * list may be there.
 */
static void
read_service(
    struct reading *reading, const xmlNode *node, struct tl_service *out)
{
	const xmlNode *information =
	    tree_child(node, NS_TSL, "ServiceInformation");
	const xmlNode *history =
	    tree_child(tree_child(node, NS_TSL, "ServiceHistory"), NS_TSL,
		"ServiceHistoryInstance");

	out->name = reading_english(reading,
	    tree_child(information, NS_TSL, "ServiceName"), NS_TSL, "Name");
	out->n_states =
	    read_states(reading, information, history, &out->states);
	if (out->n_states > 0 && wants_certificates(out->states[0].type))
		read_identities(reading, information, out);
}

static const xmlNode *
first_service(const xmlNode *provider)
{
	return tree_child(
	    tree_child(provider, NS_TSL, "TSPServices"), NS_TSL, "TSPService");
}

static const char *
provider_name(struct reading *reading, const xmlNode *provider)
{
	const xmlNode *information =
	    tree_child(provider, NS_TSL, "TSPInformation");

	return reading_english(reading,
	    tree_child(information, NS_TSL, "TSPName"), NS_TSL, "Name");
}

void
reading_services(
    struct reading *reading, const xmlNode *root, struct tl_list *out)
{
	const xmlNode *first =
	    tree_child(tree_child(root, NS_TSL, "TrustServiceProviderList"),
		NS_TSL, "TrustServiceProvider");
	struct tl_service *services;
	const char *name;
	size_t all = 0, n = 0;

	for (const xmlNode *p = first; p != NULL; p = tree_next(p))
		all += reading_count(first_service(p));
	services = reading_room(reading, all, sizeof(*services));
	for (const xmlNode *p = first; p != NULL && services != NULL;
	     p = tree_next(p)) {
		name = provider_name(reading, p);
		for (const xmlNode *s = first_service(p); s != NULL;
		     s = tree_next(s)) {
			memset(&services[n], 0, sizeof(services[n]));
			services[n].provider = name;
			read_service(reading, s, &services[n]);
			out->n_unread += services[n++].n_states == 0;
		}
	}
	out->services = services;
	out->n_services = n;
}
