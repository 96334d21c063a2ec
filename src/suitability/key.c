/* SPDX-License-Identifier: ISC */
/* The key, and the signature on the certificate. */
#include "suitability/rule.h"

/* Least size that RFC 7518, 3.3 allows, and the one that is new now. */
#define RSA_LEAST_BITS   2048
#define RSA_ADVISED_BITS 3072

#define RS_FAMILY                                                              \
	(1u << SEGL_ALG_RS256 | 1u << SEGL_ALG_RS384 | 1u << SEGL_ALG_RS512)

static int
is_rsa(const struct facts *f)
{
	return f->key.kind == KEY_RSA;
}

static void
say_algs(unsigned int algs, struct found *found)
{
	static const char *const names[] = { [SEGL_ALG_RS256] = "RS256",
		[SEGL_ALG_RS384] = "RS384",
		[SEGL_ALG_RS512] = "RS512",
		[SEGL_ALG_ES256] = "ES256" };

	found_say(found, "; the server takes");
	for (enum segl_alg alg = SEGL_ALG_RS256; alg <= SEGL_ALG_ES256; alg++) {
		if ((algs & 1u << alg) != 0)
			found_say(found, " %s", names[alg]);
	}
}

static enum segl_outcome
run_algorithm(const struct facts *f, struct found *found)
{
	unsigned int can = 0;

	if (f->key.kind == KEY_RSA)
		can = RS_FAMILY;
	else if (f->key.kind == KEY_EC && f->key.on_p256)
		can = 1u << SEGL_ALG_ES256;
	found_say(found, "%s", f->key.words);
	/* what the server is known to take, where that is not the usual */
	if (f->algs != facts_usual_algs())
		say_algs(f->algs, found);
	return (can & f->algs) != 0 ? SEGL_OUTCOME_MET : SEGL_OUTCOME_BROKEN;
}

/* Of a registered key, and of Norwegian ones, the server may take others. */
static int
is_enterprise(const struct facts *f)
{
	return f->route == SEGL_ROUTE_ENTERPRISE;
}

static enum segl_outcome
run_size(const struct facts *f, struct found *found)
{
	found_say(found, "%s", f->key.words);
	return f->key.bits >= RSA_LEAST_BITS ? SEGL_OUTCOME_MET
					     : SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
run_advice(const struct facts *f, struct found *found)
{
	found_say(found, "%s", f->key.words);
	return f->key.bits >= RSA_ADVISED_BITS ? SEGL_OUTCOME_MET
					       : SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
run_exponent(const struct facts *f, struct found *found)
{
	if (!f->key.weak_exponent)
		return SEGL_OUTCOME_MET;
	found_say(found, "a public exponent that is even or less than 65537");
	return SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
run_hash(const struct facts *f, struct found *found)
{
	struct signature_facts signature;

	for (size_t i = 0; i < f->path->len; i++) {
		const struct certificate *c = f->path->certs[i];

		/* a root's own signature vouches for nothing */
		if (i > 0 && certificate_self_issued(c) &&
		    i + 1 == f->path->len && f->path->self_signed)
			continue;
		signature_facts_read(c, &signature);
		if (!signature.weak)
			continue;
		found_say(found, "%s%s on %s", found->text[0] ? "; " : "",
		    signature.words, i == 0 ? "the certificate" : c->subject);
	}
	if (found->text[0] != '\0')
		return SEGL_OUTCOME_BROKEN;
	found_say(found, "%s", f->signature.words);
	return SEGL_OUTCOME_MET;
}

static int
has_key(const struct facts *f)
{
	return f->has_key;
}

/* The loader pairs key and certificate by the public key, or refuses. */
static enum segl_outcome
run_match(const struct facts *f, struct found *found)
{
	(void)f;
	found_say(found, "the key in the file is the certificate's");
	return SEGL_OUTCOME_MET;
}

static const struct rule rules[] = {
	{ .id = "key-algorithm",
	    .severity = SEGL_MUST,
	    .blocks = 1,
	    .routes = FOR_ALL,
	    .document = "Maskinporten",
	    .clause = "JWT grant, alg",
	    .requirement = "the key makes a signature that the server takes: "
			   "RS256, RS384 or RS512, so RSA",
	    .remedy = "order the certificate anew, for an RSA key of 3072 "
		      "bits",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-124",
	    .story =
		"Maskinporten documents the algorithms RS256, RS384 and "
		"RS512, which need an RSA key. Keys on elliptic curves, DSA "
		"keys and RSA keys that are marked for PSS alone do not make "
		"them. The issuer's signature on the certificate may be of "
		"any kind.",
	    .run = run_algorithm },
	{ .id = "key-size",
	    .severity = SEGL_MUST,
	    .routes = FOR_ALL,
	    .document = "RFC 7518",
	    .clause = "3.3",
	    .requirement = "an RSA key has 2048 bits at least",
	    .remedy = "order the certificate anew, for an RSA key of 3072 "
		      "bits",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-124",
	    .story = "Shorter keys can be broken, and JWS forbids them.",
	    .lenient = is_enterprise,
	    .applies = is_rsa,
	    .run = run_size },
	{ .id = "key-size-advised",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_CERTIFICATE,
	    .document = "ETSI TS 119 312",
	    .clause = "9.3",
	    .requirement = "an RSA key has 3072 bits, as new ones should",
	    .remedy = "make the next key with 3072 bits",
	    .turn = SEGL_TURN_YOU,
	    .story = "2048 bits are still taken, and issuers no longer "
		     "advise them.",
	    .applies = is_rsa,
	    .run = run_advice },
	{ .id = "key-exponent",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_CERTIFICATE,
	    .document = "NIST SP 800-56B",
	    .clause = "6.2",
	    .requirement = "the public exponent is odd and 65537 at least",
	    .remedy = "make a new key, and order a certificate for it",
	    .turn = SEGL_TURN_YOU,
	    .story = "Smaller exponents make some attacks possible, and "
		     "some libraries refuse them.",
	    .applies = is_rsa,
	    .run = run_exponent },
	{ .id = "key-match",
	    .severity = SEGL_MUST,
	    .blocks = 1,
	    .routes = FOR_CERTIFICATE,
	    .document = "RFC 7523",
	    .clause = "3",
	    .requirement = "the private key is that of the certificate",
	    .remedy = "find the key that the certificate was ordered with",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-124",
	    .story = "A signature by another key verifies nowhere.",
	    .applies = has_key,
	    .run = run_match },
	{ .id = "signature-hash",
	    .severity = SEGL_MUST,
	    .routes = FOR_CERTIFICATE,
	    .document = "ETSI TS 119 312",
	    .clause = "5.2",
	    .requirement = "certificate and CAs are not signed with SHA-1 or "
			   "MD5",
	    .remedy = "ask the issuer for a certificate that is signed with "
		      "SHA-256 or better",
	    .turn = SEGL_TURN_ISSUER,
	    .mp_code = "MP-120",
	    .story = "Certificates of such hashes can be forged. What a root "
		     "is signed with does not count: nothing depends on it.",
	    .lenient = is_enterprise,
	    .run = run_hash },
};

const struct rule_table rules_of_key = { rules,
	sizeof(rules) / sizeof(rules[0]) };
