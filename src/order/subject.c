/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <openssl/objects.h>

#include "base/buffer.h"
#include "base/text.h"
#include "order/subject.h"
#include "pki/fault.h"
#include "pki/identifier.h"
#include "pki/name.h"
#include "pki/register.h"

/* ---- attributes ---------------------------------------------------------- */

/* RFC 5280, appendix A.1, gives the bounds in characters. */
static const struct attribute {
	const char *name;
	const char *other; /* another spelling; NULL none */
	int nid;
	int bound;  /* 0: none */
	int person; /* of a natural person: not for a seal */
} attributes[] = {
	{ "C", "countryName", NID_countryName, 2, 0 },
	{ "ST", "stateOrProvinceName", NID_stateOrProvinceName, 128, 0 },
	{ "L", "localityName", NID_localityName, 128, 0 },
	{ "street", "streetAddress", NID_streetAddress, 128, 0 },
	{ "postalCode", NULL, NID_postalCode, 40, 0 },
	{ "O", "organizationName", NID_organizationName, 64, 0 },
	{ "OU", "organizationalUnitName", NID_organizationalUnitName, 64, 0 },
	{ "CN", "commonName", NID_commonName, 64, 0 },
	{ "serialNumber", NULL, NID_serialNumber, 64, 0 },
	{ "organizationIdentifier", "2.5.4.97", NID_organizationIdentifier, 0,
	    0 },
	{ "SN", "surname", NID_surname, 0, 1 },
	{ "GN", "givenName", NID_givenName, 0, 1 },
	{ "pseudonym", NULL, NID_pseudonym, 0, 1 },
	{ "title", NULL, NID_title, 0, 1 },
	{ "emailAddress", "E", NID_pkcs9_emailAddress, 0, 1 },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct attribute *
find_attribute(const char *name)
{
	for (size_t i = 0; i < COUNT(attributes); i++) {
		const struct attribute *a = &attributes[i];

		if (strcasecmp(a->name, name) == 0 ||
		    (a->other != NULL && strcasecmp(a->other, name) == 0))
			return a;
	}
	return NULL;
}

static enum segl_status
unknown_attribute(struct segl *segl, const char *name)
{
	const char *names[COUNT(attributes)], *near;
	char *safe = text_foreign(name, strlen(name));

	if (safe == NULL)
		return error_nomem(segl);
	for (size_t i = 0; i < COUNT(attributes); i++)
		names[i] = attributes[i].name;
	near = text_nearest(safe, names, COUNT(attributes));
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the Subject has an attribute that is not known: %s", safe);
	if (near != NULL)
		error_remedy(segl, "did you mean %s?", near);
	else
		error_remedy(segl,
		    "known are C, ST, L, street, postalCode, O, OU, CN, "
		    "serialNumber and organizationIdentifier");
	free(safe);
	return SEGL_EUSAGE;
}

/* ---- organizationIdentifier ---------------------------------------------- */

static enum segl_status
misspelt(struct segl *segl, const char *value, const char *why)
{
	char *safe = text_foreign(value, strlen(value));

	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the organisation identifier %s is not written as it must be: %s",
	    safe == NULL ? "" : safe, why);
	error_remedy(segl,
	    "write type, country, hyphen and number, VATSE-556677889901 or "
	    "NTRSE-5566778899 for instance: Maskinporten and Customs know you "
	    "by it, to the letter");
	free(safe);
	return SEGL_EUSAGE;
}

static enum segl_status
judge_identifier(struct segl *segl, const char *value)
{
	struct identifier id;
	char *safe;

	identifier_read(value, &id);
	if (id.fault != IDENTIFIER_WELL_FORMED)
		return misspelt(segl, value, identifier_fault_words(id.fault));
	if (id.check != CHECKDIGIT_BAD)
		return SEGL_OK;
	safe = text_foreign(value, strlen(value));
	note_warning(segl,
	    "the check digit of the organisation identifier %s is wrong: look "
	    "whether it is written right",
	    safe == NULL ? "" : safe);
	free(safe);
	return SEGL_OK;
}

/* A serialNumber that is something else, in the wrong place. */
static enum segl_status
judge_serial(struct segl *segl, const char *value)
{
	if (identifier_is_natural_serial(value) ||
	    register_is_person(value, NULL))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the Subject's serialNumber is the number of a person, and "
		    "a seal is of a business");
	if (identifier_is_organization(value))
		note_warning(segl,
		    "the identifier of the organisation stands in "
		    "serialNumber, "
		    "where Maskinporten does not look: give it with --org-id");
	return SEGL_OK;
}

static enum segl_status
judge_value(
    struct segl *segl, const struct attribute *attribute, const char *value)
{
	if (*value == '\0')
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the Subject's %s is empty", attribute->name);
	if (attribute->nid == NID_countryName &&
	    (strlen(value) != 2 || !identifier_country_known(value))) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the Subject's C is no country");
		error_remedy(segl,
		    "write the two capital letters of ISO 3166-1: SE, DE, GR");
		return SEGL_EUSAGE;
	}
	if (attribute->nid == NID_organizationIdentifier)
		return judge_identifier(segl, value);
	if (attribute->nid == NID_serialNumber)
		return judge_serial(segl, value);
	return SEGL_OK;
}

/* ---- names --------------------------------------------------------------- */

static enum segl_status
cannot_add(
    struct segl *segl, const struct attribute *attribute, const char *value)
{
	size_t characters = 0;

	if (fault_is_nomem())
		return error_nomem(segl);
	for (const char *p = value; *p != '\0'; p++)
		characters += (*p & 0xc0) != 0x80;
	if (attribute->bound > 0 && characters > (size_t)attribute->bound) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the Subject's %s has more than %d characters",
		    attribute->name, attribute->bound);
		error_remedy(
		    segl, "shorten it: the issuer sets the final name anyway");
	} else {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the Subject's %s has characters that do not belong there",
		    attribute->name);
	}
	return SEGL_EUSAGE;
}

/* At position LOC of NAME; -1: last. */
static enum segl_status
add_entry(struct segl *segl, X509_NAME *name, const struct attribute *attribute,
    const char *value, int loc)
{
	enum segl_status status = SEGL_OK;

	fault_begin();
	if (!X509_NAME_add_entry_by_NID(name, attribute->nid, MBSTRING_UTF8,
		(const unsigned char *)value, (int)strlen(value), loc, 0))
		status = cannot_add(segl, attribute, value);
	fault_end();
	return status;
}

static enum segl_status
add_attribute(
    struct segl *segl, X509_NAME *name, const char *key, const char *value)
{
	const struct attribute *attribute = find_attribute(key);
	enum segl_status status;

	if (attribute == NULL)
		return unknown_attribute(segl, key);
	if (attribute->person) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the Subject's %s is of a person or a mailbox, and a seal "
		    "is of a business",
		    attribute->name);
		error_remedy(segl, "leave it out");
		return SEGL_EUSAGE;
	}
	if (attribute->nid != NID_organizationalUnitName &&
	    name_count(name, attribute->nid) > 0)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the Subject has %s twice", attribute->name);
	status = judge_value(segl, attribute, value);
	return status == SEGL_OK ? add_entry(segl, name, attribute, value, -1)
				 : status;
}

/* ---- text ---------------------------------------------------------------- */

/* "/C=SE/O=..." has slashes between, else it is commas. */
struct parts {
	const char *next;
	char separator;
};

/*
 * The next part in PART, unescaped; *EQUALS is its first bare '=', past its
 * end where there is none. 0 at the end; -1 a backslash ends the text; -2 a
 * bare plus, which would make two attributes of one.
 */
static int
next_part(struct parts *parts, char part[SUBJECT_TEXT_MAX + 1], size_t *equals)
{
	const char *p = parts->next;
	size_t n = 0;

	if (*p == '\0')
		return 0;
	*equals = SUBJECT_TEXT_MAX + 1;
	for (; *p != '\0' && *p != parts->separator; p++) {
		if (*p == '+' && parts->separator == ',')
			return -2;
		if (*p == '=' && *equals > SUBJECT_TEXT_MAX)
			*equals = n;
		if (*p == '\\' && *++p == '\0')
			return -1;
		part[n++] = *p;
	}
	part[n] = '\0';
	parts->next = *p == '\0' ? p : p + 1;
	return 1;
}

/* TEXT without blanks around it, in place. */
static char *
trimmed(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		text[--len] = '\0';
	return text;
}

static enum segl_status
malformed(struct segl *segl, int found, char separator, const char *part)
{
	char *safe = text_foreign(part, strlen(part));

	if (found == -1)
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the Subject ends with a backslash");
	else if (found == -2)
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the Subject has a plus: write \\+ where it belongs to a "
		    "name");
	else
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "'%s' in the Subject is no NAME=VALUE",
		    safe == NULL ? "" : safe);
	error_remedy(segl,
	    separator == '/' ? "write /C=SE/O=Example AB/CN=Example AB; a "
			       "slash that belongs to a name is written \\/"
			     : "write C=SE, O=Example AB, CN=Example AB; a "
			       "comma that belongs to a name is written \\,");
	free(safe);
	return SEGL_EUSAGE;
}

static enum segl_status
parse(struct segl *segl, const char *text, X509_NAME *name)
{
	char part[SUBJECT_TEXT_MAX + 1] = "";
	struct parts parts = { text, ',' };
	enum segl_status status = SEGL_OK;
	size_t equals, n = 0;
	int found;

	if (*text == '/') {
		parts.separator = '/';
		parts.next++;
	}
	while (status == SEGL_OK &&
	    (found = next_part(&parts, part, &equals)) != 0) {
		if (found < 0 || equals > SUBJECT_TEXT_MAX)
			return malformed(segl, found, parts.separator, part);
		if (++n > SUBJECT_ATTRIBUTES_MAX)
			return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "the Subject has more than %d attributes",
			    SUBJECT_ATTRIBUTES_MAX);
		part[equals] = '\0';
		status = add_attribute(
		    segl, name, trimmed(part), trimmed(part + equals + 1));
	}
	if (status == SEGL_OK && n == 0)
		status = error_set(
		    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "the Subject is empty");
	return status;
}

enum segl_status
subject_parse(struct segl *segl, const char *text, X509_NAME **out)
{
	enum segl_status status;
	size_t len = strlen(text);

	*out = NULL;
	if (len > SUBJECT_TEXT_MAX || !text_is_utf8(text, len))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    len > SUBJECT_TEXT_MAX ? "the Subject is too long"
					   : "the Subject is not UTF-8");
	*out = X509_NAME_new();
	if (*out == NULL)
		return error_nomem(segl);
	status = parse(segl, text, *out);
	if (status != SEGL_OK) {
		X509_NAME_free(*out);
		*out = NULL;
	}
	return status;
}

enum segl_status
subject_add_identifier(struct segl *segl, X509_NAME *name, const char *value)
{
	const struct attribute *attribute =
	    find_attribute("organizationIdentifier");
	enum segl_status status;
	int nomem = 0, same, at;
	char *there = name_value(name, attribute->nid, 0, &nomem);

	if (nomem)
		return error_nomem(segl);
	if (there != NULL) {
		same = strcmp(there, value) == 0;
		free(there);
		if (same)
			return SEGL_OK;
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the Subject has another organizationIdentifier than "
		    "--org-id");
	}
	status = judge_value(segl, attribute, value);
	at = X509_NAME_get_index_by_NID(name, NID_organizationName, -1);
	return status == SEGL_OK
	    ? add_entry(segl, name, attribute, value, at < 0 ? -1 : at + 1)
	    : status;
}

void
subject_remark(struct segl *segl, const X509_NAME *name)
{
	static const int expected[] = { NID_countryName, NID_organizationName,
		NID_commonName };

	if (name_count(name, NID_organizationIdentifier) == 0)
		note_warning(segl,
		    "the CSR has no organizationIdentifier: the certificate "
		    "needs one, so tell the issuer, or give it with --org-id");
	for (size_t i = 0; i < COUNT(expected); i++) {
		if (name_count(name, expected[i]) == 0)
			note_warning(segl, "the Subject has no %s",
			    OBJ_nid2sn(expected[i]));
	}
}
