/* SPDX-License-Identifier: ISC */
/* What is it for? */
#include <string.h>

#include "suitability/rule.h"

#define EKU_SERVER_AUTH   "1.3.6.1.5.5.7.3.1"
#define EKU_CODE_SIGNING  "1.3.6.1.5.5.7.3.3"
#define EKU_TIME_STAMPING "1.3.6.1.5.5.7.3.8"
#define EKU_OCSP_SIGNING  "1.3.6.1.5.5.7.3.9"
#define EKU_TSL_SIGNING   "0.4.0.2231.3.0"

/* QEVCP-w, QNCP-w, QNCP-w-gen; EV, DV, OV, IV of the CA/Browser Forum. */
#define POLICIES_WEB                                                           \
	"0.4.0.194112.1.4 0.4.0.194112.1.5 0.4.0.194112.1.6 2.23.140.1.1 "     \
	"2.23.140.1.2.1 2.23.140.1.2.2 2.23.140.1.2.3"

/* Purposes that are known to be harmless, by themselves or in company. */
static const char *const known_purposes[] = {
	EKU_SERVER_AUTH, "1.3.6.1.5.5.7.3.2", /* clientAuth */
	"1.3.6.1.5.5.7.3.4",                  /* emailProtection */
	"1.3.6.1.5.5.7.3.36",                 /* documentSigning, RFC 9336 */
	"1.3.6.1.4.1.311.10.3.12",            /* Microsoft's document signing */
	"1.3.6.1.4.1.311.20.2.2",             /* smart card logon */
	"1.2.840.113583.1.1.5",               /* Adobe's authentic documents */
	"2.5.29.37.0",                        /* any */
};

static enum segl_outcome
run_end_entity(const struct facts *f, struct found *found)
{
	const struct certificate *c = f->leaf;
	int signs =
	    c->has_key_usage && (c->key_usage & USAGE_KEY_CERT_SIGN) != 0;

	if (!c->ca && !signs)
		return SEGL_OUTCOME_MET;
	found_say(found, "%s",
	    c->ca ? "the certificate of a CA (CA:TRUE)"
		  : "a key for signing certificates (keyCertSign)");
	return SEGL_OUTCOME_BROKEN;
}

static void
say_usage(const struct facts *f, struct found *found)
{
	static const char *const names[] = { "digitalSignature",
		"nonRepudiation", "keyEncipherment", "dataEncipherment",
		"keyAgreement", "keyCertSign", "cRLSign", "encipherOnly",
		"decipherOnly" };
	int n = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((f->leaf->key_usage & 1u << i) != 0)
			found_say(found, "%s%s", n++ > 0 ? ", " : "", names[i]);
	}
	if (n == 0)
		found_say(found, "no usage at all");
}

static int
has_usage(const struct facts *f)
{
	return f->leaf->has_key_usage;
}

/* Norwegian rules do not look at it, and their validator takes all. */
static int
is_enterprise(const struct facts *f)
{
	return f->route == SEGL_ROUTE_ENTERPRISE;
}

static enum segl_outcome
run_usage(const struct facts *f, struct found *found)
{
	say_usage(f, found);
	if ((f->leaf->key_usage &
		(USAGE_DIGITAL_SIGNATURE | USAGE_NON_REPUDIATION)) != 0)
		return SEGL_OUTCOME_MET;
	if (certificate_for_encryption(f->leaf))
		found_say(found,
		    ": the one for encryption of an order of two or three; "
		    "take the one for signatures (nonRepudiation) or for "
		    "authentication (digitalSignature)");
	return SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
run_usage_present(const struct facts *f, struct found *found)
{
	if (f->leaf->has_key_usage)
		return SEGL_OUTCOME_MET;
	found_say(found, "no extension keyUsage");
	return SEGL_OUTCOME_BROKEN;
}

static int
is_known_purpose(const char *oid)
{
	for (size_t i = 0;
	     i < sizeof(known_purposes) / sizeof(known_purposes[0]); i++) {
		if (strcmp(known_purposes[i], oid) == 0)
			return 1;
	}
	return 0;
}

static int
only_unknown(const struct facts *f)
{
	const struct oid_list *eku = &f->leaf->eku;

	for (size_t i = 0; i < eku->n; i++) {
		if (is_known_purpose(eku->text[i]) ||
		    strcmp(eku->text[i], EKU_CODE_SIGNING) == 0)
			return 0;
	}
	return 1;
}

static int
has_eku(const struct facts *f)
{
	return f->leaf->has_eku;
}

static enum segl_outcome
run_eku(const struct facts *f, struct found *found)
{
	static const struct {
		const char *oid, *name;
	} refused[] = {
		{ EKU_TIME_STAMPING, "time stamping" },
		{ EKU_OCSP_SIGNING, "OCSP answers" },
		{ EKU_TSL_SIGNING, "trusted lists" },
	};
	int broken = 0;

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (oid_list_has(&f->leaf->eku, refused[i].oid) && ++broken)
			found_say(found, "for %s; ", refused[i].name);
	}
	if (oid_list_has(&f->leaf->eku, EKU_CODE_SIGNING) && !f->is_eseal &&
	    !f->is_legal && ++broken)
		found_say(found, "for code signing; ");
	if (broken == 0 && f->leaf->eku_critical && only_unknown(f) && ++broken)
		found_say(found,
		    "for nothing that is known, and for nothing "
		    "else (critical)");
	return broken > 0 ? SEGL_OUTCOME_BROKEN : SEGL_OUTCOME_MET;
}

static enum segl_outcome
run_server(const struct facts *f, struct found *found)
{
	if (!oid_list_has(&f->leaf->eku, EKU_SERVER_AUTH))
		return SEGL_OUTCOME_MET;
	found_say(found, "serverAuth among its purposes");
	return SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
run_website(const struct facts *f, struct found *found)
{
	int web = 0;

	if (f->is_web && ++web)
		found_say(found, "QcType web; ");
	if (facts_has_policy(f, POLICIES_WEB) && ++web)
		found_say(found, "a policy for TLS certificates; ");
	return web > 0 ? SEGL_OUTCOME_BROKEN : SEGL_OUTCOME_MET;
}

static enum segl_outcome
run_time_stamps(const struct facts *f, struct found *found)
{
	if (!f->leaf->qc.time_stamps)
		return SEGL_OUTCOME_MET;
	found_say(found, "the statement of a time-stamping unit");
	return SEGL_OUTCOME_BROKEN;
}

static const struct rule rules[] = {
	{ .id = "end-entity",
	    .severity = SEGL_MUST,
	    .blocks = 1,
	    .routes = FOR_CERTIFICATE,
	    .document = "RFC 5280",
	    .clause = "4.2.1.9",
	    .requirement = "the certificate is of an end entity, not of a CA",
	    .remedy = "name the certificate that the issuer made for you, not "
		      "the issuer's own",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-120",
	    .story = "Issuers deliver their own certificates together with "
		     "yours. Yours is the one that nobody else was issued "
		     "with, and that has your organisation as Subject.",
	    .run = run_end_entity },
	{ .id = "key-usage",
	    .severity = SEGL_MUST,
	    .routes = FOR_CERTIFICATE,
	    .document = "ETSI EN 319 412-3",
	    .clause = "4.3.1",
	    .requirement = "the key may sign: keyUsage has digitalSignature "
			   "or nonRepudiation",
	    .remedy = "take the other certificate of the same order, the one "
		      "for signatures or authentication",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-120",
	    .story =
		"Norwegian issuers deliver two or three certificates per "
		"order: for authentication (digitalSignature), for signatures "
		"(nonRepudiation) and for encryption. The third cannot sign "
		"grants. Of a foreign eSeal either of the first two is fine; "
		"of a Norwegian enterprise take the one for authentication. "
		"Digdir's validator of Norwegian certificates does not look "
		"at this.",
	    .lenient = is_enterprise,
	    .applies = has_usage,
	    .run = run_usage },
	{ .id = "key-usage-present",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_ESEAL,
	    .document = "RFC 5280",
	    .clause = "4.2.1.3",
	    .requirement = "the certificate says what its key is for",
	    .remedy = "ask the issuer for a certificate with keyUsage",
	    .turn = SEGL_TURN_ISSUER,
	    .story = "Without the extension a key may do everything, which "
		     "works, but no profile of seals allows.",
	    .run = run_usage_present },
	{ .id = "extended-key-usage",
	    .severity = SEGL_MUST,
	    .routes = FOR_ESEAL,
	    .document = "RFC 5280",
	    .clause = "4.2.1.12",
	    .requirement = "its purposes are not those of another service",
	    .remedy = "order a certificate for electronic seals",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-120",
	    .story =
		"Time stamping, OCSP answers and trusted lists are services "
		"of providers, and code signing, unless the certificate is "
		"said to be a seal as well, is another product. serverAuth "
		"proves nothing: Norwegian seals have it.",
	    .applies = has_eku,
	    .run = run_eku },
	{ .id = "server-auth",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_ESEAL,
	    .document = "ETSI EN 319 412-3",
	    .clause = "4",
	    .requirement = "serverAuth is not among its purposes",
	    .remedy = "make sure that this is a certificate for seals, not "
		      "the one of a web server",
	    .turn = SEGL_TURN_YOU,
	    .story = "A seal needs no serverAuth; some have it all the same "
		     "and work.",
	    .applies = has_eku,
	    .run = run_server },
	{ .id = "website",
	    .severity = SEGL_MUST,
	    .routes = FOR_ESEAL,
	    .document = "ETSI EN 319 412-5",
	    .clause = "4.2.3",
	    .requirement = "the certificate is not for a website",
	    .remedy = "order a certificate for electronic seals, not one for "
		      "website authentication (QWAC)",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-120",
	    .story =
		"QcType web and the policies of qualified website "
		"certificates and of the CA/Browser Forum mark certificates "
		"for TLS servers. They often have an organizationIdentifier, "
		"too, and are no seals.",
	    .run = run_website },
	{ .id = "time-stamping",
	    .severity = SEGL_MUST,
	    .routes = FOR_ESEAL,
	    .document = "ETSI EN 319 422",
	    .clause = "9.1",
	    .requirement = "the certificate is not of a time-stamping unit",
	    .remedy = "order a certificate for electronic seals",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-120",
	    .story = "The statement esi4-qtstStatement-1 says that the key "
		     "signs time stamps.",
	    .run = run_time_stamps },
};

const struct rule_table rules_of_purpose = { rules,
	sizeof(rules) / sizeof(rules[0]) };
