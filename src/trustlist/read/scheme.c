/* SPDX-License-Identifier: ISC */
#include "trustlist/read/reading.h"

#define NS_ADDITIONAL "http://uri.etsi.org/02231/v2/additionaltypes#"

/* Nine digits at most: numbers of lists are small. Returns 0, or -1. */
static int
small_number(const char *text, long long *out)
{
	long long value = 0;
	int n = 0;

	*out = -1;
	for (; text != NULL && *text >= '0' && *text <= '9' && n < 9; n++)
		value = value * 10 + (*text++ - '0');
	if (n == 0 || *text != '\0')
		return -1;
	*out = value;
	return 0;
}

static const char *
child_text(struct reading *reading, const xmlNode *node, const char *name)
{
	return tree_text(reading->memory, tree_child(node, NS_TSL, name));
}

void
reading_certificates(
    struct reading *reading, const xmlNode *identities, struct tl_pointer *out)
{
	const xmlNode *first =
	    tree_child(identities, NS_TSL, "ServiceDigitalIdentity");
	struct tl_bytes *certificates =
	    reading_room(reading, reading_count(first), sizeof(*certificates));
	const xmlNode *c;
	size_t n = 0;

	for (const xmlNode *i = first; i != NULL && certificates != NULL;
	     i = tree_next(i)) {
		c = NULL;
		for (const xmlNode *d = tree_child(i, NS_TSL, "DigitalId");
		     d != NULL && c == NULL; d = tree_next(d))
			c = tree_child(d, NS_TSL, "X509Certificate");
		certificates[n] = tree_bytes(reading->memory, c);
		n += certificates[n].data != NULL;
	}
	out->certificates = certificates;
	out->n_certificates = n;
}

static void
read_pointer(
    struct reading *reading, const xmlNode *node, struct tl_pointer *out)
{
	const xmlNode *information =
	    tree_child(node, NS_TSL, "AdditionalInformation");

	out->location = child_text(reading, node, "TSLLocation");
	reading_certificates(
	    reading, tree_child(node, NS_TSL, "ServiceDigitalIdentities"), out);
	for (const xmlNode *o =
		 tree_child(information, NS_TSL, "OtherInformation");
	     o != NULL; o = tree_next(o)) {
		if (out->type == NULL)
			out->type = child_text(reading, o, "TSLType");
		if (out->territory == NULL)
			out->territory =
			    child_text(reading, o, "SchemeTerritory");
		if (out->mime_type == NULL)
			out->mime_type = tree_text(reading->memory,
			    tree_child(o, NS_ADDITIONAL, "MimeType"));
	}
}

static void
read_pointers(
    struct reading *reading, const xmlNode *scheme, struct tl_list *out)
{
	const xmlNode *first =
	    tree_child(tree_child(scheme, NS_TSL, "PointersToOtherTSL"), NS_TSL,
		"OtherTSLPointer");
	struct tl_pointer *pointers =
	    reading_room(reading, reading_count(first), sizeof(*pointers));

	out->pointers = pointers;
	for (const xmlNode *p = first; p != NULL && pointers != NULL;
	     p = tree_next(p))
		read_pointer(reading, p, &pointers[out->n_pointers++]);
}

static void
read_uris(struct reading *reading, const xmlNode *scheme, struct tl_list *out)
{
	const xmlNode *first = tree_child(
	    tree_child(scheme, NS_TSL, "SchemeInformationURI"), NS_TSL, "URI");
	const char **uris =
	    reading_room(reading, reading_count(first), sizeof(*uris));
	size_t n = 0;

	for (const xmlNode *u = first; u != NULL && uris != NULL;
	     u = tree_next(u)) {
		uris[n] = tree_text(reading->memory, u);
		n += uris[n] != NULL;
	}
	out->information_uris = uris;
	out->n_information_uris = n;
}

/* An empty NextUpdate closes a list; one that is no time is no list. */
static int
read_next_update(
    struct reading *reading, const xmlNode *scheme, struct tl_list *out)
{
	const xmlNode *next = tree_child(scheme, NS_TSL, "NextUpdate");
	const xmlNode *time = tree_child(next, NS_TSL, "dateTime");

	if (next == NULL)
		return -1;
	if (time == NULL)
		return 0;
	return reading_moment(
	    tree_text(reading->memory, time), &out->next_update);
}

enum tl_refusal
reading_scheme(
    struct reading *reading, const xmlNode *root, struct tl_list *out)
{
	const xmlNode *scheme = tree_child(root, NS_TSL, "SchemeInformation");
	long long version;

	out->type = child_text(reading, scheme, "TSLType");
	out->territory = child_text(reading, scheme, "SchemeTerritory");
	out->operator_name = reading_english(reading,
	    tree_child(scheme, NS_TSL, "SchemeOperatorName"), NS_TSL, "Name");
	read_uris(reading, scheme, out);
	read_pointers(reading, scheme, out);
	if (small_number(child_text(reading, scheme, "TSLVersionIdentifier"),
		&version) < 0 ||
	    small_number(child_text(reading, scheme, "TSLSequenceNumber"),
		&out->sequence) < 0 ||
	    reading_moment(child_text(reading, scheme, "ListIssueDateTime"),
		&out->issued) < 0 ||
	    read_next_update(reading, scheme, out) < 0 || out->type == NULL ||
	    out->territory == NULL)
		return TL_LIST_INCOMPLETE;
	out->version = (int)version;
	return TL_ACCEPTED;
}
