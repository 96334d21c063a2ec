/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "trustlist/list/codec.h"
#include "trustlist/read/reading.h"

#define NS_SIE                                                                 \
	"http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-"           \
	"TrustedList/#"
#define NS_ADDITIONAL "http://uri.etsi.org/02231/v2/additionaltypes#"
#define SVC_INFO_EXT  "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"

struct word {
	const char *word;
	unsigned int bit;
};

static const struct word uses[] = {
	{ "ForeSignatures", TL_FOR_ESIGNATURES },
	{ "ForeSeals", TL_FOR_ESEALS },
	{ "ForWebSiteAuthentication", TL_FOR_WEB },
	{ "RootCA-QC", TL_ROOT_CA_QC },
};

static const struct word qualifiers[] = {
	{ "QCWithSSCD", TL_QC_WITH_SSCD },
	{ "QCWithQSCD", TL_QC_WITH_QSCD },
	{ "QCNoSSCD", TL_QC_NO_SSCD },
	{ "QCNoQSCD", TL_QC_NO_QSCD },
	{ "QCSSCDStatusAsInCert", TL_QC_SSCD_AS_IN_CERT },
	{ "QCQSCDStatusAsInCert", TL_QC_QSCD_AS_IN_CERT },
	{ "QCQSCDManagedOnBehalf", TL_QC_QSCD_MANAGED },
	{ "QCForLegalPerson", TL_QC_FOR_LEGAL_PERSON },
	{ "QCForESig", TL_QC_FOR_ESIG },
	{ "QCForESeal", TL_QC_FOR_ESEAL },
	{ "QCForWSA", TL_QC_FOR_WSA },
	{ "QCStatement", TL_QC_STATEMENT },
	{ "NotQualified", TL_NOT_QUALIFIED },
};

/*
 * The bits of enum key_usage in pki/certificate.h, which are those of
 * RFC 5280, 4.2.1.3, in order.
 */
static const struct word usages[] = {
	{ "digitalSignature", 1 << 0 },
	{ "nonRepudiation", 1 << 1 },
	{ "keyEncipherment", 1 << 2 },
	{ "dataEncipherment", 1 << 3 },
	{ "keyAgreement", 1 << 4 },
	{ "keyCertSign", 1 << 5 },
	{ "crlSign", 1 << 6 },
	{ "encipherOnly", 1 << 7 },
	{ "decipherOnly", 1 << 8 },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* 0 where WORD is not one of the N. */
static unsigned int
find_bit(const struct word *words, size_t n, const char *word)
{
	for (size_t i = 0; word != NULL && i < n; i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].bit;
	return 0;
}

/* What follows PREFIX in TEXT, or NULL. */
static const char *
after(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text != NULL && strncmp(text, prefix, len) == 0 ? text + len
							       : NULL;
}

static int
is_oid(const char *text)
{
	return text != NULL && *text >= '0' && *text <= '2' &&
	    text[strspn(text, "0123456789.")] == '\0';
}

/* Dotted, from both ways to write it (TS 119 612, XAdES 7.1.2); or NULL. */
static const char *
read_oid(struct reading *reading, const xmlNode *object)
{
	const char *text = tree_text(
	    reading->memory, tree_child(object, NS_XADES, "Identifier"));
	const char *plain = after(text, "urn:oid:");

	if (plain == NULL)
		plain = after(text, "URN:OID:");
	if (plain == NULL)
		plain = text;
	return is_oid(plain) ? plain : NULL;
}

static void
unknown(struct tl_criterion *out)
{
	const struct tl_criterion none = { .kind = TL_UNKNOWN_CRITERION };

	*out = none;
}

/* The OIDs of FIRST and its siblings; one that is none spoils the criterion. */
static void
read_oids(struct reading *reading, const xmlNode *first,
    enum tl_criterion_kind kind, struct tl_criterion *out)
{
	const char **oids =
	    reading_room(reading, reading_count(first), sizeof(*oids));

	out->kind = kind;
	out->oids = oids;
	for (const xmlNode *n = first; n != NULL && oids != NULL;
	     n = tree_next(n)) {
		oids[out->n_oids] = read_oid(reading, n);
		if (oids[out->n_oids++] == NULL) {
			unknown(out);
			return;
		}
	}
	/* all of nothing would be met by everybody */
	if (out->n_oids == 0)
		unknown(out);
}

static void
read_usage(
    struct reading *reading, const xmlNode *node, struct tl_criterion *out)
{
	const char *value;
	unsigned int bit;

	out->kind = TL_KEY_USAGE;
	for (const xmlNode *b = tree_child(node, NS_SIE, "KeyUsageBit");
	     b != NULL; b = tree_next(b)) {
		bit =
		    find_bit(usages, COUNT(usages), tree_attribute(b, "name"));
		value = tree_text(reading->memory, b);
		if (bit == 0 || value == NULL) {
			unknown(out);
			return;
		}
		if (strcmp(value, "true") == 0 || strcmp(value, "1") == 0)
			out->usage_set |= bit;
		else
			out->usage_clear |= bit;
	}
	if (out->usage_set == 0 && out->usage_clear == 0)
		unknown(out);
}

static void
read_other(
    struct reading *reading, const xmlNode *node, struct tl_criterion *out)
{
	if (tree_is(node, NS_ADDITIONAL, "ExtendedKeyUsage"))
		read_oids(reading,
		    tree_child(node, NS_ADDITIONAL, "KeyPurposeId"),
		    TL_EXTENDED_KEY_USAGE, out);
	else if (tree_is(node, NS_ADDITIONAL, "CertSubjectDNAttribute"))
		read_oids(reading,
		    tree_child(node, NS_ADDITIONAL, "AttributeOID"),
		    TL_SUBJECT_ATTRIBUTES, out);
	else
		unknown(out);
}

/* QcStatementSet (5.5.9.2.2.3): of each statement, only that it is there. */
static int
is_statement_set(const xmlNode *node)
{
	const xmlNode *s = tree_child(node, NS_ADDITIONAL, "QcStatement");

	if (!tree_is(node, NS_ADDITIONAL, "QcStatementSet") || s == NULL)
		return 0;
	for (; s != NULL; s = tree_next(s))
		if (tree_child(s, NS_ADDITIONAL, "QcStatementInfo") != NULL)
			return 0;
	return 1;
}

static void
read_statements(
    struct reading *reading, const xmlNode *node, struct tl_criterion *out)
{
	const xmlNode *first = tree_child(node, NS_ADDITIONAL, "QcStatement");
	const char **oids =
	    reading_room(reading, reading_count(first), sizeof(*oids));

	out->kind = TL_QC_STATEMENTS;
	out->oids = oids;
	for (const xmlNode *s = first; s != NULL && oids != NULL;
	     s = tree_next(s)) {
		oids[out->n_oids] = read_oid(
		    reading, tree_child(s, NS_ADDITIONAL, "QcStatementId"));
		if (oids[out->n_oids++] == NULL) {
			unknown(out);
			return;
		}
	}
}

static int
is_element(const xmlNode *node)
{
	return node->type == XML_ELEMENT_NODE &&
	    !tree_is(node, NS_SIE, "Description");
}

/* One criterion for each child, those of otherCriteriaList in line. */
static size_t
count_parts(const xmlNode *node)
{
	size_t n = 0;

	for (const xmlNode *c = node->children; c != NULL; c = c->next)
		if (tree_is(c, NS_SIE, "otherCriteriaList"))
			n += count_parts(c);
		else
			n += is_element(c) != 0;
	return n;
}

static void read_criteria(struct reading *reading, const xmlNode *node,
    int depth, struct tl_criterion *out);

static void
read_part(struct reading *reading, const xmlNode *node, int depth,
    struct tl_criterion *out)
{
	if (tree_is(node, NS_SIE, "KeyUsage"))
		read_usage(reading, node, out);
	else if (tree_is(node, NS_SIE, "PolicySet"))
		read_oids(reading, tree_child(node, NS_SIE, "PolicyIdentifier"),
		    TL_POLICY_SET, out);
	else if (tree_is(node, NS_SIE, "CriteriaList") &&
	    depth < TL_CRITERIA_DEPTH)
		read_criteria(reading, node, depth + 1, out);
	else if (is_statement_set(node))
		read_statements(reading, node, out);
	else
		read_other(reading, node, out);
}

static size_t
read_parts_of(struct reading *reading, const xmlNode *node, int depth,
    struct tl_criterion *parts)
{
	size_t n = 0;

	for (const xmlNode *c = node->children; c != NULL; c = c->next)
		if (tree_is(c, NS_SIE, "otherCriteriaList"))
			n += read_parts_of(reading, c, depth, parts + n);
		else if (is_element(c))
			read_part(reading, c, depth, &parts[n++]);
	return n;
}

static void
read_criteria(struct reading *reading, const xmlNode *node, int depth,
    struct tl_criterion *out)
{
	const char *assert_ = tree_attribute(node, "assert");
	struct tl_criterion *parts =
	    reading_room(reading, count_parts(node), sizeof(*parts));

	if (assert_ == NULL || parts == NULL) {
		unknown(out);
		return;
	}
	out->kind = strcmp(assert_, "all") == 0  ? TL_ALL
	    : strcmp(assert_, "atLeastOne") == 0 ? TL_AT_LEAST_ONE
	    : strcmp(assert_, "none") == 0       ? TL_NONE
						 : TL_UNKNOWN_CRITERION;
	out->parts = parts;
	out->n_parts = read_parts_of(reading, node, depth, parts);
}

static void
read_qualification(
    struct reading *reading, const xmlNode *node, struct tl_qualification *out)
{
	const xmlNode *list = tree_child(node, NS_SIE, "CriteriaList");
	unsigned int bit;

	for (const xmlNode *q = tree_child(
		 tree_child(node, NS_SIE, "Qualifiers"), NS_SIE, "Qualifier");
	     q != NULL; q = tree_next(q)) {
		bit = find_bit(qualifiers, COUNT(qualifiers),
		    after(tree_attribute(q, "uri"), SVC_INFO_EXT));
		out->qualifiers |= bit;
		out->has_unknown |= bit == 0;
	}
	if (list == NULL)
		unknown(&out->criteria);
	else
		read_criteria(reading, list, 0, &out->criteria);
}

/* Several Qualifications in one state are met: one follows the other. */
static size_t
count_qualifications(const xmlNode *first_extension)
{
	size_t n = 0;

	for (const xmlNode *e = first_extension; e != NULL; e = tree_next(e))
		for (const xmlNode *q = tree_child(e, NS_SIE, "Qualifications");
		     q != NULL; q = tree_next(q))
			n += reading_count(
			    tree_child(q, NS_SIE, "QualificationElement"));
	return n;
}

static void
read_extension(struct reading *reading, const xmlNode *node,
    struct tl_qualification *room, struct tl_state *out)
{
	const char *critical, *uri;

	if (tree_is(node, NS_TSL, "AdditionalServiceInformation")) {
		uri =
		    tree_text(reading->memory, tree_child(node, NS_TSL, "URI"));
		out->uses |=
		    find_bit(uses, COUNT(uses), after(uri, SVC_INFO_EXT));
	} else if (tree_is(node, NS_SIE, "Qualifications")) {
		for (const xmlNode *q =
			 tree_child(node, NS_SIE, "QualificationElement");
		     q != NULL && room != NULL; q = tree_next(q))
			read_qualification(
			    reading, q, &room[out->n_qualifications++]);
	} else if (tree_is(node, NS_TSL, "ExpiredCertsRevocationInfo")) {
		if (reading_moment(tree_text(reading->memory, node),
			&out->expired_certs_revocation_info) < 0)
			out->expired_certs_revocation_info = -1;
	} else if (!tree_is(node, NS_ADDITIONAL, "TakenOverBy")) {
		critical = tree_attribute(node->parent, "Critical");
		out->has_unknown_critical |= critical == NULL ||
		    (strcmp(critical, "false") != 0 &&
			strcmp(critical, "0") != 0);
	}
}

void
reading_extensions(
    struct reading *reading, const xmlNode *node, struct tl_state *out)
{
	const xmlNode *first = tree_child(node, NS_TSL, "Extension");
	struct tl_qualification *room =
	    reading_room(reading, count_qualifications(first), sizeof(*room));

	out->qualifications = room;
	for (const xmlNode *e = first; e != NULL; e = tree_next(e))
		for (const xmlNode *c = e->children; c != NULL; c = c->next)
			if (c->type == XML_ELEMENT_NODE)
				read_extension(reading, c, room, out);
}
