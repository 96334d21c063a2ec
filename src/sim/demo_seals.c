/* SPDX-License-Identifier: ISC */
#include "sim/demo_seals.h"
#include "sim/default_registry.h"

/* clang-format off: one attribute a line says no more */
#define SUBJECT(...)                                                           \
	((const struct pki_attribute[]){ __VA_ARGS__, { NULL, NULL } })
#define OF                                                                     \
	{ "C", "SE" },                                                         \
	{                                                                      \
		"O", "Demobolaget AB"                                          \
	}
#define ID(id)                                                                 \
	{                                                                      \
		"organizationIdentifier", id                                   \
	}
#define NAMED                                                                  \
	{                                                                      \
		"CN", "Demobolaget AB"                                         \
	}
#define NUMBER      "NTRSE-5569999997" /* made up, with a right check digit */
#define COMPANY     SUBJECT(OF, ID(NUMBER), NAMED)
#define PERSON(...) SUBJECT({ "C", "SE" }, { "CN", "Kari Demo" }, __VA_ARGS__)
#define NORWEGIAN                                                              \
	{ "C", "NO" },                                                         \
	{                                                                      \
		"O", "Demobedriften AS"                                        \
	}
/* clang-format on */

#define SIGNS     "digitalSignature,nonRepudiation"
#define QCP_L     "0.4.0.194112.1.1"
#define NCP       "0.4.0.2042.1.1"
#define BUYPASS   "2.16.578.1.26.1.3.2," NCP
#define QUALIFIED (DEMO_COMPLIANCE | DEMO_PDS | DEMO_LEGAL)
#define SEAL      (QUALIFIED | DEMO_TYPE_SEAL)

#define ODD .severity = "should", .verdict = "suitable"
#define SEID                                                                   \
	.issuer = DEMO_NORWEGIAN, .statements = DEMO_LEGAL,                    \
	.route = "enterprise"
#define ENTERPRISE SEID, .policies = BUYPASS

static const struct pki_attribute company[] = { OF, ID(NUMBER), NAMED,
	{ NULL, NULL } };

const struct demo_seal demo_seals[] = {
	{ .id = "suitable",
	    .what = "a qualified seal, key in software, as it should be",
	    .outcome = "met",
	    .verdict = "suitable",
	    .finding = "issuer-listed" },
	{ .id = "advanced",
	    .what = "an advanced seal of a CA that issues no qualified ones",
	    .issuer = DEMO_ADVANCED,
	    .policies = NCP,
	    .statements = DEMO_NONE,
	    .outcome = "met",
	    .verdict = "suitable",
	    .finding = "issuer-listed" },
	{ .id = "authentication",
	    .what = "keyUsage has digitalSignature alone",
	    .key_usage = "digitalSignature",
	    .outcome = "met",
	    .verdict = "suitable",
	    .finding = "key-usage" },
	{ .id = "rsa-2048",
	    .what = "2048 bits: allowed, 3072 are advised",
	    ODD,
	    .key = DEMO_RSA_2048,
	    .finding = "key-size-advised" },
	{ .id = "expiring",
	    .what = "ends in 30 days",
	    ODD,
	    .days = 30,
	    .finding = "expiry" },
	{ .id = "no-key-usage",
	    .what = "does not say what its key is for",
	    ODD,
	    .key_usage = "",
	    .finding = "key-usage-present" },
	{ .id = "no-type",
	    .what = "not qualified and without QcType",
	    ODD,
	    .statements = DEMO_LEGAL,
	    .policies = NCP,
	    .finding = "qc-type-present" },
	{ .id = "no-organisation",
	    .what = "no O in the Subject",
	    ODD,
	    .subject = SUBJECT({ "C", "SE" }, ID(NUMBER), NAMED),
	    .finding = "subject-attributes" },
	{ .id = "odd-identifier",
	    .what = "an identifier without type and country",
	    ODD,
	    .subject = SUBJECT(OF, ID("556999-9997"), NAMED),
	    .finding = "organization-identifier-form" },
	{ .id = "wrong-check-digit",
	    .what = "an identifier that fails its own check",
	    ODD,
	    .subject = SUBJECT(OF, ID("NTRSE-5569999990"), NAMED),
	    .finding = "organization-identifier-check" },
	{ .id = "secure-device",
	    .what = "policy NCP+, which wants a device",
	    ODD,
	    .policies = "0.4.0.2042.1.2",
	    .finding = "secure-device-policy" },
	{ .id = "qscd-soft",
	    .what = "says QSCD, but here is its key",
	    ODD,
	    .statements = SEAL | DEMO_SSCD,
	    .policies = "0.4.0.194112.1.3",
	    .finding = "qscd" },
	{ .id = "seal-with-names",
	    .what = "a seal with the name of a person",
	    ODD,
	    .subject = SUBJECT(OF, ID(NUMBER), NAMED, { "surname", "Demo" }),
	    .finding = "natural-person-attributes" },
	{ .id = "server-auth",
	    .what = "serverAuth beside emailProtection",
	    ODD,
	    .eku = "serverAuth,emailProtection",
	    .finding = "server-auth" },
	{ .id = "no-disclosure",
	    .what = "qualified, without the issuer's disclosure statement",
	    ODD,
	    .statements = DEMO_COMPLIANCE | DEMO_TYPE_SEAL | DEMO_LEGAL,
	    .finding = "qc-statements" },
	{ .id = "small-exponent",
	    .what = "public exponent 3",
	    ODD,
	    .key = DEMO_RSA_SMALL_EXPONENT,
	    .finding = "key-exponent" },
	{ .id = "qscd",
	    .what = "a sample from a device, without its key",
	    .form = DEMO_SAMPLE,
	    .statements = SEAL | DEMO_SSCD,
	    .policies = "0.4.0.194112.1.3",
	    .finding = "qscd" },
	{ .id = "person",
	    .what = "a natural person with UN:NO, for signatures",
	    .subject = PERSON({ "GN", "Kari" }, { "SN", "Demo" },
		{ "serialNumber", "UN:NO-9578-4050-12345" }),
	    .statements = QUALIFIED | DEMO_TYPE_SIGN,
	    .policies = "0.4.0.194112.1.0",
	    .finding = "natural-person" },
	{ .id = "person-old",
	    .what = "a natural person with 9578, the older form",
	    .subject = SUBJECT(
		OF, ID(NUMBER), NAMED, { "serialNumber", "9578-4505-12345" }),
	    .finding = "natural-person" },
	{ .id = "person-semantics",
	    .what = "semantics of a natural person, no QcType",
	    .statements = DEMO_NATURAL,
	    .policies = NCP,
	    .finding = "natural-person" },
	{ .id = "names",
	    .what = "not qualified, with the name of a person",
	    .subject = SUBJECT(
		OF, ID(NUMBER), NAMED, { "GN", "Kari" }, { "SN", "Demo" }),
	    .statements = DEMO_NONE,
	    .policies = NCP,
	    .finding = "natural-person-attributes" },
	{ .id = "no-identifier",
	    .what = "no organizationIdentifier",
	    .subject = SUBJECT(OF, NAMED),
	    .finding = "organization-identifier" },
	{ .id = "identifier-in-serial-number",
	    .what = "the identifier stands in serialNumber",
	    .subject = SUBJECT(OF, NAMED, { "serialNumber", NUMBER }),
	    .severity = "should",
	    .finding = "organization-identifier-place" },
	{ .id = "two-identifiers",
	    .what = "two organizationIdentifiers",
	    .subject = SUBJECT(OF, ID(NUMBER), ID("VATSE-556999999701"), NAMED),
	    .outcome = "undecided",
	    .verdict = "undecided",
	    .finding = "organization-identifier-once" },
	{ .id = "expired",
	    .what = "ended yesterday",
	    .begins_days = -365,
	    .days = -1,
	    .finding = "validity" },
	{ .id = "not-yet-valid",
	    .what = "begins tomorrow",
	    .begins_days = 1,
	    .days = 365,
	    .finding = "validity" },
	{ .id = "broken-path",
	    .what = "the issuer is missing between leaf and root",
	    .form = DEMO_P12_GAP,
	    .finding = "path-complete" },
	{ .id = "no-chain",
	    .what = "the leaf alone",
	    .form = DEMO_P12_ALONE,
	    .finding = "path-complete" },
	{ .id = "expired-ca",
	    .what = "the certificate of its CA is over",
	    .issuer = DEMO_EXPIRED,
	    .finding = "path-rules" },
	{ .id = "withdrawn-ca",
	    .what = "its CA is withdrawn on the trusted list",
	    .issuer = DEMO_WITHDRAWN,
	    .finding = "issuer-listed" },
	{ .id = "signatures-ca",
	    .what = "its CA is on the list for signatures alone",
	    .issuer = DEMO_SIGNATURES,
	    .finding = "issuer-listed" },
	{ .id = "unlisted-ca",
	    .what = "its CA is on no list",
	    .issuer = DEMO_UNLISTED,
	    .finding = "issuer-listed" },
	{ .id = "ca",
	    .what = "a CA, not an end entity",
	    .is_ca = 1,
	    .key_usage = SIGNS ",keyCertSign",
	    .finding = "end-entity" },
	{ .id = "tls",
	    .what = "a website certificate (QWAC)",
	    .eku = "serverAuth,clientAuth",
	    .statements = QUALIFIED | DEMO_TYPE_WEB,
	    .policies = "0.4.0.194112.1.5",
	    .finding = "website" },
	{ .id = "time-stamping",
	    .what = "a time-stamping unit",
	    .eku = "critical,timeStamping",
	    .finding = "extended-key-usage" },
	{ .id = "ocsp-signing",
	    .what = "for OCSP answers",
	    .eku = "OCSPSigning",
	    .finding = "extended-key-usage" },
	{ .id = "encryption",
	    .what = "the one for encryption of an order of two",
	    .form = DEMO_SAMPLE,
	    .key_usage = "keyEncipherment,dataEncipherment",
	    .statements = DEMO_NONE,
	    .policies = NCP,
	    .finding = "key-usage" },
	{ .id = "two-types",
	    .what = "QcType eseal and esign",
	    .statements = SEAL | DEMO_TYPE_SIGN,
	    .outcome = "undecided",
	    .verdict = "undecided",
	    .finding = "qc-type" },
	{ .id = "untyped",
	    .what = "qualified, without QcType",
	    .statements = QUALIFIED,
	    .outcome = "undecided",
	    .verdict = "undecided",
	    .finding = "qc-type" },
	{ .id = "ec",
	    .what = "an elliptic-curve key",
	    .key = DEMO_EC_P256,
	    .finding = "key-algorithm" },
	{ .id = "weak-key",
	    .what = "RSA, 1024 bits",
	    .key = DEMO_RSA_1024,
	    .finding = "key-size" },
	{ .id = "sha1",
	    .what = "signed with SHA-1",
	    .hash = "SHA1",
	    .finding = "signature-hash" },
	{ .id = "wrong-key",
	    .what = "a key of another certificate",
	    .form = DEMO_OTHER_KEY,
	    .finding = "key-material",
	    .severity = "-",
	    .outcome = "-",
	    .verdict = "error" },
	{ .id = "revoked",
	    .what = "revoked, which only its CRL tells",
	    .is_revoked = 1,
	    .finding = "not-revoked" },
	{ .id = "seid-2",
	    .what = "Norwegian, SEID 2, for authentication; its CA is made up",
	    ENTERPRISE,
	    .subject = SUBJECT(NORWEGIAN, ID("NTRNO-" DEFAULT_SUPPLIER),
		{ "CN", "Demobedriften AS" }),
	    .key_usage = "digitalSignature,keyEncipherment",
	    .finding = "enterprise-issuer" },
	{ .id = "seid-1",
	    .what = "Norwegian, SEID 1, the number in serialNumber",
	    ENTERPRISE,
	    .subject = SUBJECT(NORWEGIAN, { "CN", "Demobedriften AS" },
		{ "serialNumber", DEFAULT_SUPPLIER }),
	    .key_usage = "digitalSignature,keyEncipherment",
	    .finding = "enterprise-issuer" },
	{ .id = "seid-2-signing",
	    .what = "Norwegian, SEID 2, the one for signatures",
	    ENTERPRISE,
	    .severity = "should",
	    .subject = SUBJECT(NORWEGIAN, ID("NTRNO-" DEFAULT_SUPPLIER),
		{ "CN", "Demobedriften AS" }),
	    .key_usage = "nonRepudiation",
	    .finding = "enterprise-purpose" },
	{ .id = "seid-other-policy",
	    .what = "Norwegian, with the policy of another product",
	    SEID,
	    .policies = "2.16.578.1.26.1.3.1",
	    .subject = SUBJECT(NORWEGIAN, ID("NTRNO-" DEFAULT_SUPPLIER),
		{ "CN", "Demobedriften AS" }),
	    .key_usage = "digitalSignature",
	    .finding = "enterprise-policy" },
	{ .id = "seid-wrong-number",
	    .what = "Norwegian, and the number has a wrong check digit",
	    ENTERPRISE,
	    .severity = "should",
	    .subject = SUBJECT(
		NORWEGIAN, ID("NTRNO-310000018"), { "CN", "Demobedriften AS" }),
	    .key_usage = "digitalSignature",
	    .finding = "enterprise-number-check" },
	{ .id = "seid-no-number",
	    .what = "Norwegian, without a number",
	    ENTERPRISE,
	    .subject = SUBJECT(NORWEGIAN, { "CN", "Demobedriften AS" }),
	    .key_usage = "digitalSignature",
	    .finding = "enterprise-number" },
};

const size_t demo_seals_count = sizeof(demo_seals) / sizeof(demo_seals[0]);

static const char *
either(const char *text, const char *preset)
{
	return text == NULL ? preset : text;
}

struct demo_seal
demo_seal_with_defaults(const struct demo_seal *seal)
{
	struct demo_seal full = *seal;

	if (full.subject == NULL)
		full.subject = company;
	if (full.statements == 0)
		full.statements = SEAL;
	if (full.days == 0)
		full.days = 3 * 365;
	full.key_usage = either(full.key_usage, SIGNS);
	full.policies = either(full.policies, QCP_L);
	full.route = either(full.route, "eseal");
	full.severity = either(full.severity, "must");
	full.outcome = either(full.outcome, "broken");
	full.verdict = either(full.verdict, "unsuitable");
	return full;
}
