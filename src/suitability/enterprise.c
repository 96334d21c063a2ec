/* SPDX-License-Identifier: ISC */
/*
 * Norwegian enterprise certificates: the rules of Digdir's own validator in
 * its order, which begins with the validity; then what it leaves out.
 */
#include <string.h>

#include "pki/norwegian.h"
#include "suitability/revoked.h"

/* Policies that the validator accepts; a dot at the end means all below. */
static const struct {
	const char *policy;
	int prod, test;
} policies[] = {
	{ "2.16.578.1.26.1.3.2", 1, 1 },
	{ "2.16.578.1.26.1.3.5", 1, 1 },
	{ "2.16.578.1.26.1.0.3.2", 0, 1 },
	{ "2.16.578.1.29.13.200", 1, 0 },
	{ "2.16.578.1.29.13.200.", 1, 0 },
	{ "2.16.578.1.29.13.210", 1, 0 },
	{ "2.16.578.1.29.13.210.", 1, 0 },
	{ "2.16.578.1.29.13.220.", 1, 0 },
	{ "2.16.578.1.29.13.1", 1, 0 },
	{ "2.16.578.1.29.13.1.1.0", 1, 1 },
	{ "2.16.578.1.29.913.1.1.0", 0, 1 },
	{ "2.16.578.1.29.913.200.", 0, 1 },
	{ "2.16.578.1.29.913.210.", 0, 1 },
	{ "2.16.578.1.29.913.220.", 0, 1 },
	{ "2.16.578.1.1.1.1.100", 0, 1 },
};

static enum segl_outcome
run_signed(const struct facts *f, struct found *found)
{
	if (!certificate_self_issued(f->leaf) ||
	    !certificate_issued_by(f->leaf, f->leaf))
		return SEGL_OUTCOME_MET;
	found_say(found, "signed with its own key");
	return SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
run_critical(const struct facts *f, struct found *found)
{
	const struct oid_list *critical = &f->leaf->critical;

	for (size_t i = 0; i < critical->n; i++) {
		if (strcmp(critical->text[i], "2.5.29.15") != 0 &&
		    strcmp(critical->text[i], "2.5.29.19") != 0)
			found_say(found, "%s%s", found->text[0] ? ", " : "",
			    critical->text[i]);
	}
	return found->text[0] ? SEGL_OUTCOME_BROKEN : SEGL_OUTCOME_MET;
}

static enum segl_outcome
run_usage_critical(const struct facts *f, struct found *found)
{
	if (f->leaf->has_key_usage && f->leaf->key_usage_critical)
		return SEGL_OUTCOME_MET;
	found_say(found, "%s",
	    f->leaf->has_key_usage ? "keyUsage is not critical"
				   : "no keyUsage");
	return SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
run_chain(const struct facts *f, struct found *found)
{
	const struct known_ca *named = known_ca_named(f->leaf->issuer);

	if (f->known_ca != NULL) {
		found_say(found, "%s", f->known_ca->name);
		return SEGL_OUTCOME_MET;
	}
	if (f->path->len == 1 && named != NULL) {
		found_say(found,
		    "%s by name; its certificate is not there to verify it",
		    named->name);
		return SEGL_OUTCOME_UNDECIDED;
	}
	found_say(found, "%s", f->leaf->issuer);
	/* who is not Maskinporten may have a validator of its own */
	if (f->terms->realm == SEGL_REALM_OTHER) {
		found_say(found, "; whom this server takes is not known");
		return SEGL_OUTCOME_UNDECIDED;
	}
	return SEGL_OUTCOME_BROKEN;
}

/* Which realm the certificate is of, as far as its issuer tells. */
static enum segl_realm
realm_of(const struct facts *f)
{
	const struct known_ca *ca =
	    f->known_ca != NULL ? f->known_ca : known_ca_named(f->leaf->issuer);
	const struct oid_list *list = &f->leaf->policies;

	if (ca != NULL)
		return ca->realm;
	for (size_t i = 0; i < list->n; i++) {
		if (strncmp(list->text[i], "2.16.578.1.29.913.", 18) == 0)
			return SEGL_REALM_TEST;
	}
	return SEGL_REALM_ANY;
}

static enum segl_outcome
run_policy(const struct facts *f, struct found *found)
{
	enum segl_realm realm = f->terms->realm == SEGL_REALM_PROD ||
		f->terms->realm == SEGL_REALM_TEST
	    ? f->terms->realm
	    : realm_of(f);
	const struct oid_list *list = &f->leaf->policies;

	for (size_t i = 0; i < list->n; i++) {
		found_say(found, "%s%s", i > 0 ? ", " : "", list->text[i]);
		for (size_t k = 0; k < sizeof(policies) / sizeof(policies[0]);
		     k++) {
			const char *policy = policies[k].policy;
			size_t n = strlen(policy);

			if (policy[n - 1] == '.'
				? strncmp(list->text[i], policy, n) != 0
				: strcmp(list->text[i], policy) != 0)
				continue;
			if ((realm != SEGL_REALM_TEST && policies[k].prod) ||
			    (realm != SEGL_REALM_PROD && policies[k].test))
				return SEGL_OUTCOME_MET;
		}
	}
	if (list->n == 0)
		found_say(found, "no policy");
	return SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
run_orgno(const struct facts *f, struct found *found)
{
	if (f->orgno == NULL) {
		found_say(found,
		    "no organisation number in serialNumber, O or "
		    "organizationIdentifier");
		return SEGL_OUTCOME_BROKEN;
	}
	found_say(found, "%s", f->orgno);
	return SEGL_OUTCOME_MET;
}

static int
has_orgno(const struct facts *f)
{
	return f->orgno != NULL;
}

static enum segl_outcome
run_orgno_check(const struct facts *f, struct found *found)
{
	found_say(found, "%s", f->orgno);
	if (norwegian_orgno(f->orgno))
		return SEGL_OUTCOME_MET;
	found_say(found, ": the last digit is wrong");
	return SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
run_purpose(const struct facts *f, struct found *found)
{
	unsigned int usage = f->leaf->key_usage;

	if (!f->leaf->has_key_usage || (usage & USAGE_DIGITAL_SIGNATURE) != 0)
		return SEGL_OUTCOME_MET;
	found_say(found, "%s",
	    certificate_for_encryption(f->leaf)
		? "this is the one for encryption"
		: "this is the one for signatures (nonRepudiation)");
	return SEGL_OUTCOME_BROKEN;
}

/* A seal must be one of production whatever the server. */
static enum segl_outcome
run_realm(const struct facts *f, struct found *found)
{
	enum segl_realm is = realm_of(f), wanted = f->terms->realm;

	if (f->route == SEGL_ROUTE_ESEAL)
		wanted = SEGL_REALM_PROD;
	if (is == SEGL_REALM_ANY)
		return SEGL_OUTCOME_NOT_APPLICABLE;
	found_say(found, "%s",
	    is == SEGL_REALM_TEST ? "a test certificate"
				  : "a certificate of production");
	return wanted == SEGL_REALM_ANY || wanted == SEGL_REALM_OTHER ||
		wanted == is
	    ? SEGL_OUTCOME_MET
	    : SEGL_OUTCOME_BROKEN;
}

#define VALIDATOR "Digdir, SEID 2 validator"

static const struct rule rules[] = {
	{ .id = "enterprise-signed",
	    .severity = SEGL_MUST,
	    .routes = FOR_ENTERPRISE,
	    .document = VALIDATOR,
	    .clause = "SigningRule",
	    .requirement = "the certificate is not signed with its own key",
	    .remedy = "order an enterprise certificate from Buypass or "
		      "Commfides",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-120",
	    .story = "A certificate that signed itself proves nothing.",
	    .run = run_signed },
	{ .id = "enterprise-critical",
	    .severity = SEGL_MUST,
	    .routes = FOR_ENTERPRISE,
	    .document = VALIDATOR,
	    .clause = "CriticalExtensionRecognizedRule",
	    .requirement = "no extension is critical but keyUsage and "
			   "basicConstraints",
	    .remedy = "ask the issuer for an enterprise certificate of the "
		      "SEID 2 profile",
	    .turn = SEGL_TURN_ISSUER,
	    .mp_code = "MP-120",
	    .story = "The validator knows these two critical extensions only.",
	    .run = run_critical },
	{ .id = "enterprise-key-usage-critical",
	    .severity = SEGL_MUST,
	    .routes = FOR_ENTERPRISE,
	    .document = VALIDATOR,
	    .clause = "CriticalExtensionRequiredRule",
	    .requirement = "keyUsage is there, and critical",
	    .remedy = "ask the issuer for an enterprise certificate of the "
		      "SEID 2 profile",
	    .turn = SEGL_TURN_ISSUER,
	    .mp_code = "MP-120",
	    .story = "The validator asks that it is there; what it says is "
		     "not looked at.",
	    .run = run_usage_critical },
	{ .id = "enterprise-issuer",
	    .severity = SEGL_MUST,
	    .routes = FOR_ENTERPRISE,
	    .document = VALIDATOR,
	    .clause = "ChainRule",
	    .requirement = "it was issued by a CA of Buypass or Commfides "
			   "that Digdir's validator is set up with",
	    .remedy = "name the issuer's CA certificates with --chain, or "
		      "order an enterprise certificate from Buypass or "
		      "Commfides",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-120",
	    .story = "The validator knows its CAs and takes no other; the "
		     "CAs that stand in x5c do not count.",
	    .run = run_chain },
	{ .id = "enterprise-policy",
	    .severity = SEGL_MUST,
	    .routes = FOR_ENTERPRISE,
	    .document = VALIDATOR,
	    .clause = "PolicyRule",
	    .requirement = "one of its policies is that of an enterprise "
			   "certificate",
	    .remedy = "order an enterprise certificate "
		      "(virksomhetssertifikat), not another product",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-120",
	    .story = "Buypass has the same policies in test and production, "
		     "Commfides the arc 29.13 in production and 29.913 in "
		     "test.",
	    .run = run_policy },
	{ .id = "not-revoked",
	    .severity = SEGL_MUST,
	    .blocks = 1,
	    .routes = FOR_CERTIFICATE,
	    .document = "RFC 5280",
	    .clause = "6.3",
	    .requirement = "the certificate is not revoked",
	    .remedy = "order a new certificate from the issuer, and ask why "
		      "this one was revoked",
	    .turn = SEGL_TURN_ISSUER,
	    .mp_code = "MP-120",
	    .story =
		"Asked only with --revocation: of the OCSP responder that the "
		"certificate names, then of its CRLs, and so for each CA up "
		"to the root. An answer counts where the issuer signed it, or "
		"somebody whom it authorised, and where it is of now. "
		"Without one the rule is undecided; with --revocation soft "
		"that is a remark only, as browsers have it. Digdir's "
		"validator of Norwegian certificates reads the CRLs and lets "
		"pass what it cannot look up.",
	    .lenient = revoked_lenient,
	    .applies = revoked_applies,
	    .run = revoked_run },
	{ .id = "enterprise-number",
	    .severity = SEGL_MUST,
	    .routes = FOR_ENTERPRISE,
	    .document = "SEID 2",
	    .clause = "organizationIdentifier",
	    .requirement = "the Subject has a Norwegian organisation number",
	    .remedy = "order an enterprise certificate "
		      "(virksomhetssertifikat) for your organisation number",
	    .turn = SEGL_TURN_ISSUER,
	    .mp_code = "MP-122",
	    .story = "Digdir looks for nine digits in serialNumber, at the "
		     "end of O, then in organizationIdentifier (NTRNO-, "
		     "PSDNO-); the client must belong to that organisation.",
	    .run = run_orgno },
	{ .id = "enterprise-number-check",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_ENTERPRISE,
	    .document = "Enhetsregisteret",
	    .clause = "organisasjonsnummer",
	    .requirement = "the organisation number's last digit is right",
	    .remedy = "compare the number with the register, "
		      "data.brreg.no, and ask the issuer to correct it",
	    .turn = SEGL_TURN_ISSUER,
	    .mp_code = "MP-122",
	    .story = "The ninth digit follows from the other eight.",
	    .applies = has_orgno,
	    .run = run_orgno_check },
	{ .id = "enterprise-purpose",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_ENTERPRISE,
	    .document = "Norwegian Customs",
	    .clause = "Maskinporten",
	    .requirement = "it is the certificate for authentication "
			   "(digitalSignature) of the two or three",
	    .remedy = "take the certificate for authentication of the same "
		      "order",
	    .turn = SEGL_TURN_YOU,
	    .story = "Orders hold two or three certificates. Digdir's pages "
		     "say to use the one for authentication; the validator "
		     "takes the others as well.",
	    .run = run_purpose },
	{ .id = "environment",
	    .severity = SEGL_MUST,
	    .routes = FOR_CERTIFICATE,
	    .document = "Maskinporten",
	    .clause = "environments",
	    .requirement = "the certificate is one of the environment that it "
			   "is for",
	    .remedy = "use a certificate of production for prod and, if you "
		      "are a Norwegian enterprise, one of test for test",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-120",
	    .story = "Norwegian enterprises have certificates of test for "
		     "test and of production for production. A foreign eSeal "
		     "is one of production in both, because no list of test "
		     "CAs exists.",
	    .run = run_realm },
};

const struct rule_table rules_of_enterprise = { rules,
	sizeof(rules) / sizeof(rules[0]) };
