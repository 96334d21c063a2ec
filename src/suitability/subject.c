/* SPDX-License-Identifier: ISC */
/* Which organisation is it, as Maskinporten will read it? */
#include <string.h>

#include "suitability/rule.h"

static int
has_identifier(const struct facts *f)
{
	return f->organization_identifier != NULL &&
	    f->identifier.fault != IDENTIFIER_BLANK;
}

static enum segl_outcome
run_present(const struct facts *f, struct found *found)
{
	if (f->organization_identifier == NULL) {
		found_say(found, "no organizationIdentifier");
		return SEGL_OUTCOME_BROKEN;
	}
	if (!has_identifier(f)) {
		found_say(found, "a blank organizationIdentifier");
		return SEGL_OUTCOME_BROKEN;
	}
	found_say(found, "%s", f->organization_identifier);
	return SEGL_OUTCOME_MET;
}

static enum segl_outcome
run_once(const struct facts *f, struct found *found)
{
	const struct certificate *c = f->leaf;

	if (c->n_organization_identifiers == 1)
		return SEGL_OUTCOME_MET;
	for (size_t i = 0; i < c->n_organization_identifiers; i++)
		found_say(found, "%s%s", i == 0 ? "" : ", ",
		    c->organization_identifiers[i]);
	return SEGL_OUTCOME_UNDECIDED;
}

static enum segl_outcome
run_form(const struct facts *f, struct found *found)
{
	const char *words = identifier_fault_words(f->identifier.fault);

	found_say(found, "%s", f->organization_identifier);
	if (words == NULL)
		return SEGL_OUTCOME_MET;
	found_say(found, ": %s", words);
	return SEGL_OUTCOME_BROKEN;
}

static int
is_checkable(const struct facts *f)
{
	return has_identifier(f) &&
	    f->identifier.fault == IDENTIFIER_WELL_FORMED &&
	    f->identifier.check != CHECKDIGIT_UNKNOWN;
}

static enum segl_outcome
run_check(const struct facts *f, struct found *found)
{
	found_say(found, "%s", f->organization_identifier);
	if (f->identifier.check == CHECKDIGIT_GOOD)
		return SEGL_OUTCOME_MET;
	found_say(found, ": the check digit is wrong");
	return SEGL_OUTCOME_BROKEN;
}

static int
has_serial(const struct facts *f)
{
	return f->leaf->serial_number != NULL;
}

static enum segl_outcome
run_place(const struct facts *f, struct found *found)
{
	/* beside the right one it is a copy, and harmless */
	if (has_identifier(f))
		return SEGL_OUTCOME_MET;
	for (size_t i = 0; i < f->leaf->n_serial_numbers; i++) {
		const char *serial = f->leaf->serial_numbers[i];

		if (!identifier_is_organization(serial))
			continue;
		found_say(found, "%s in serialNumber", serial);
		return SEGL_OUTCOME_BROKEN;
	}
	return SEGL_OUTCOME_MET;
}

static int
has_expectation(const struct facts *f)
{
	return f->terms->expect_id != NULL;
}

static enum segl_outcome
run_expected(const struct facts *f, struct found *found)
{
	const char *id = f->organization_identifier;

	if (id != NULL && strcmp(id, f->terms->expect_id) == 0)
		return SEGL_OUTCOME_MET;
	found_say(found, "%s, and not %s",
	    id == NULL ? "no organizationIdentifier" : id, f->terms->expect_id);
	return SEGL_OUTCOME_BROKEN;
}

static int
was_seen(const struct facts *f)
{
	return f->terms->last_id != NULL && has_identifier(f);
}

static enum segl_outcome
run_same(const struct facts *f, struct found *found)
{
	const char *id = f->organization_identifier;

	if (strcmp(id, f->terms->last_id) == 0)
		return SEGL_OUTCOME_MET;
	found_say(found, "%s; before it was %s", id, f->terms->last_id);
	return SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
run_attributes(const struct facts *f, struct found *found)
{
	const struct {
		const char *value, *name;
	} wanted[] = {
		{ f->leaf->organization, "O" },
		{ f->leaf->common_name, "CN" },
		{ f->leaf->country, "C" },
	};
	int missing = 0;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (wanted[i].value != NULL)
			continue;
		found_say(found, "%s%s", missing++ > 0 ? ", " : "no ",
		    wanted[i].name);
	}
	return missing > 0 ? SEGL_OUTCOME_BROKEN : SEGL_OUTCOME_MET;
}

static const struct rule rules[] = {
	{ .id = "organization-identifier",
	    .severity = SEGL_MUST,
	    .blocks = 1,
	    .routes = FOR_ESEAL,
	    .document = "ETSI EN 319 412-3",
	    .clause = "4.2.1",
	    .requirement = "the Subject has an organizationIdentifier "
			   "(2.5.4.97) that is not blank",
	    .remedy = "ask the issuer for a certificate with "
		      "organizationIdentifier in the Subject",
	    .turn = SEGL_TURN_ISSUER,
	    .mp_code = "MP-120",
	    .story =
		"Maskinporten copies this value, and no other, into the token "
		"as the identifier of the consumer. Without it nobody could "
		"tell which business asks. A number in serialNumber, in O or "
		"in CN is not read.",
	    .run = run_present },
	{ .id = "organization-identifier-once",
	    .severity = SEGL_MUST,
	    .routes = FOR_ESEAL,
	    .document = "ETSI EN 319 412-3",
	    .clause = "4.2.1",
	    .requirement = "there is one organizationIdentifier only",
	    .remedy = "ask the issuer for a certificate with a single "
		      "organizationIdentifier",
	    .turn = SEGL_TURN_ISSUER,
	    .mp_code = "MP-120",
	    .story = "Which of several Maskinporten would take is not "
		     "documented. Try in the test environment, or ask for a "
		     "certificate with one.",
	    .applies = has_identifier,
	    .run = run_once },
	{ .id = "expected-identifier",
	    .severity = SEGL_MUST,
	    .blocks = 1,
	    .routes = FOR_CERTIFICATE,
	    .document = "segl",
	    .clause = "--expect-id",
	    .requirement = "the organizationIdentifier is the one expected, "
			   "to the letter",
	    .remedy = "use the certificate with the identifier that you are "
		      "registered with, or tell whoever registered the other "
		      "one",
	    .turn = SEGL_TURN_YOU,
	    .story = "APIs know a foreign business by this text alone. A "
		     "change of spelling, dots left out perhaps, makes "
		     "another business of it, and what was granted to the "
		     "first is not granted to the second.",
	    .applies = has_expectation,
	    .run = run_expected },
	{ .id = "same-identifier",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_ESEAL,
	    .document = "segl",
	    .clause = "last seen",
	    .requirement = "the organizationIdentifier is that of the last "
			   "certificate of the same organisation",
	    .remedy = "tell the owners of the APIs that the identifier "
		      "changed, or ask the issuer for the old spelling",
	    .turn = SEGL_TURN_YOU,
	    .story = "About one renewal in twenty changes the identifier: "
		     "another scheme, dots left out, a hyphen for a colon. "
		     "To Maskinporten that is another business.",
	    .applies = was_seen,
	    .run = run_same },
	{ .id = "organization-identifier-form",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_ESEAL,
	    .document = "ETSI EN 319 412-1",
	    .clause = "5.1.4",
	    .requirement = "the identifier is written as type, country, "
			   "hyphen and reference, NTRSE-5560000001 for "
			   "instance",
	    .remedy = "ask the issuer to spell the identifier as EN 319 412-1 "
		      "has it, before you register it anywhere",
	    .turn = SEGL_TURN_ISSUER,
	    .story =
		"The types are VAT, NTR (a trade register), PSD (a payment "
		"service provider) and LEI; or two letters and a colon for a "
		"scheme of a country. Maskinporten passes the text on as it "
		"is, so a misspelt one works, but stays your name for as "
		"long as you keep spelling it so. One in fifty real "
		"certificates is misspelt.",
	    .applies = has_identifier,
	    .run = run_form },
	{ .id = "organization-identifier-check",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_ESEAL,
	    .document = "ETSI EN 319 412-1",
	    .clause = "5.1.4",
	    .requirement = "the check digits of the number are right",
	    .remedy = "compare the number with your register, and ask the "
		      "issuer to correct it",
	    .turn = SEGL_TURN_ISSUER,
	    .story = "Only numbers whose register publishes a rule are "
		     "checked. A wrong digit is nearly always a slip of the "
		     "pen, in the order perhaps.",
	    .applies = is_checkable,
	    .run = run_check },
	{ .id = "organization-identifier-place",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_ESEAL,
	    .document = "ETSI EN 319 412-3",
	    .clause = "4.2.1",
	    .requirement = "the identifier does not stand in serialNumber "
			   "(2.5.4.5) instead",
	    .remedy = "ask the issuer to put the identifier into "
		      "organizationIdentifier (2.5.4.97)",
	    .turn = SEGL_TURN_ISSUER,
	    .mp_code = "MP-120",
	    .story = "Older profiles had the organisation's number in "
		     "serialNumber. Maskinporten reads only "
		     "organizationIdentifier.",
	    .applies = has_serial,
	    .run = run_place },
	{ .id = "subject-attributes",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_ESEAL,
	    .document = "ETSI EN 319 412-3",
	    .clause = "4.2.1",
	    .requirement = "the Subject has C, O and CN",
	    .remedy = "ask the issuer for a certificate with country, "
		      "organisation and common name",
	    .turn = SEGL_TURN_ISSUER,
	    .story = "The profile of seals asks for all three. Maskinporten "
		     "copies those that are there into the token, beside the "
		     "identifier.",
	    .run = run_attributes },
};

const struct rule_table rules_of_subject = { rules,
	sizeof(rules) / sizeof(rules[0]) };
