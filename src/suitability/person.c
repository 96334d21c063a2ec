/* SPDX-License-Identifier: ISC */
/* Is it of a legal person, not of a natural one? */
#include "pki/register.h"
#include "suitability/rule.h"

/* QCP-n and QCP-n-qscd (EN 319 411-2, 5.3). */
#define POLICIES_NATURAL "0.4.0.194112.1.0 0.4.0.194112.1.2"

static int
is_seal(const struct facts *f)
{
	return f->is_eseal;
}

static int
say_norwegian(const struct facts *f, struct found *found)
{
	int said = 0;

	for (size_t i = 0; i < f->leaf->n_serial_numbers; i++) {
		const char *serial = f->leaf->serial_numbers[i];
		const char *issuer;

		if (!register_is_person(serial, &issuer))
			continue;
		found_say(found, "serialNumber %s, which %s gave to a person; ",
		    serial, issuer == NULL ? "an issuer in Norway" : issuer);
		said = 1;
	}
	return said;
}

static enum segl_outcome
run_natural(const struct facts *f, struct found *found)
{
	int natural = say_norwegian(f, found);

	if (f->is_esign && !f->is_eseal) {
		found_say(found, "QcType esign, for signatures of persons; ");
		natural = 1;
	}
	if (facts_has_policy(f, POLICIES_NATURAL)) {
		found_say(found, "policy QCP-n, for natural persons; ");
		natural = 1;
	}
	if (f->is_natural && !f->is_eseal) {
		found_say(found, "semantics of a natural person; ");
		natural = 1;
	}
	return natural ? SEGL_OUTCOME_BROKEN : SEGL_OUTCOME_MET;
}

static enum segl_outcome
run_attributes(const struct facts *f, struct found *found)
{
	const struct certificate *c = f->leaf;
	int person = 0;

	if (c->has_given_name && ++person)
		found_say(found, "givenName; ");
	if (c->has_surname && ++person)
		found_say(found, "surname; ");
	if (c->has_pseudonym && ++person)
		found_say(found, "pseudonym; ");
	for (size_t i = 0; i < c->n_serial_numbers; i++) {
		if (identifier_is_natural_serial(c->serial_numbers[i]) &&
		    ++person)
			found_say(
			    found, "serialNumber %s; ", c->serial_numbers[i]);
	}
	return person > 0 ? SEGL_OUTCOME_BROKEN : SEGL_OUTCOME_MET;
}

static const struct rule rules[] = {
	{ .id = "natural-person",
	    .severity = SEGL_MUST,
	    .blocks = 1,
	    .routes = FOR_ESEAL,
	    .document = "ETSI EN 319 412-3",
	    .clause = "4.2.1",
	    .requirement = "the certificate is of a legal person",
	    .remedy = "order a certificate for electronic seals of a legal "
		      "person, not one for a person's signature",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-120",
	    .story =
		"A seal is of a business, a signature of a person, also where "
		"the person signs for a business. The certificate says which: "
		"by QcType (eseal or esign), by policy (QCP-l or QCP-n), by "
		"the semantics of its Subject, and in Norway by a "
		"serialNumber UN:NO-9578-... or 9578-..., whose second part "
		"is the issuer's number.",
	    .run = run_natural },
	{ .id = "natural-person-attributes",
	    .severity = SEGL_MUST,
	    .routes = FOR_ESEAL,
	    .document = "ETSI EN 319 412-3",
	    .clause = "4.2.1",
	    .requirement = "the Subject has no name and no number of a person",
	    .remedy = "ask the issuer whether this is a certificate for seals "
		      "of a legal person, and for one without a person's name",
	    .turn = SEGL_TURN_ISSUER,
	    .mp_code = "MP-120",
	    .story =
		"givenName, surname and pseudonym are names of persons, and "
		"serialNumbers that begin with PNO, PAS, IDC, TIN or TAX are "
		"theirs, too. Where QcType says eseal they are only odd: such "
		"seals exist. A serialNumber of another kind proves nothing.",
	    .lenient = is_seal,
	    .run = run_attributes },
};

const struct rule_table rules_of_person = { rules,
	sizeof(rules) / sizeof(rules[0]) };
