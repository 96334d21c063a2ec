/* SPDX-License-Identifier: ISC */
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "sim/grant.h"

/*
 * Digdir's validator for enterprise certificates
 * (felleslosninger/idporten-seid2-certificate-validator-lib), its rules in its
 * order. It is given the leaf alone: what else is in x5c does not matter.
 */

#define OID_MAX 64 /* longest dotted OID that is compared */

static enum refusal
refuse(struct attempt *attempt, enum rule rule, const char *why)
{
	return attempt_refuse(attempt, rule, REFUSAL_MP_120, "%s", why);
}

static enum refusal
check_validity(struct attempt *attempt, X509 *leaf)
{
	time_t at = (time_t)attempt->now;

	if (X509_cmp_time(X509_get0_notBefore(leaf), &at) < 0 &&
	    X509_cmp_time(X509_get0_notAfter(leaf), &at) > 0)
		return REFUSAL_NONE;
	return refuse(attempt, RULE_ENTERPRISE_VALIDITY,
	    "the certificate is not valid now");
}

static enum refusal
check_signed(struct attempt *attempt, X509 *leaf)
{
	EVP_PKEY *key = X509_get0_pubkey(leaf);
	int own = key != NULL && X509_verify(leaf, key) == 1;

	ERR_clear_error();
	return own ? refuse(attempt, RULE_ENTERPRISE_SIGNED,
			 "the certificate is signed with its own key")
		   : REFUSAL_NONE;
}

static enum refusal
check_critical(struct attempt *attempt, X509 *leaf)
{
	for (int i = 0; i < X509_get_ext_count(leaf); i++) {
		X509_EXTENSION *extension = X509_get_ext(leaf, i);
		int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));

		if (X509_EXTENSION_get_critical(extension) &&
		    nid != NID_key_usage && nid != NID_basic_constraints)
			return refuse(attempt, RULE_ENTERPRISE_CRITICAL,
			    "a critical extension besides key usage and basic "
			    "constraints");
	}
	return REFUSAL_NONE;
}

static enum refusal
check_key_usage(struct attempt *attempt, X509 *leaf)
{
	int at = X509_get_ext_by_NID(leaf, NID_key_usage, -1);

	if (at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(leaf, at)))
		return REFUSAL_NONE;
	return refuse(attempt, RULE_ENTERPRISE_KEY_USAGE,
	    at < 0 ? "no key usage" : "key usage is not critical");
}

static enum refusal
check_issuer(struct attempt *attempt, X509 *leaf)
{
	const struct registry *registry = attempt->policy->registry;
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	int error = X509_V_ERR_OUT_OF_MEM;

	if (ctx != NULL &&
	    X509_STORE_CTX_init(ctx, registry->roots->store, leaf,
		registry->intermediates->certificates) == 1) {
		X509_STORE_CTX_set_time(ctx, 0, (time_t)attempt->now);
		error = X509_verify_cert(ctx) == 1
		    ? X509_V_OK
		    : X509_STORE_CTX_get_error(ctx);
	}
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	if (error == X509_V_ERR_OUT_OF_MEM)
		return attempt_fail(attempt);
	return error == X509_V_OK ? REFUSAL_NONE
				  : refuse(attempt, RULE_ENTERPRISE_PATH,
					X509_verify_cert_error_string(error));
}

/* As the validator's configuration has them; "*" at the end is any rest. */
static const char *const test_policies[] = { "2.16.578.1.26.1.3.5",
	"2.16.578.1.26.1.3.2", "2.16.578.1.26.1.0.3.2",
	"2.16.578.1.29.13.1.1.0", "2.16.578.1.29.913.1.1.0",
	"2.16.578.1.29.913.200.*", "2.16.578.1.29.913.210.*",
	"2.16.578.1.29.913.220.*", "2.16.578.1.1.1.1.100", NULL };

static const char *const production_policies[] = { "2.16.578.1.26.1.3.2",
	"2.16.578.1.26.1.3.5", "2.16.578.1.29.13.200*", "2.16.578.1.29.13.210*",
	"2.16.578.1.29.13.220.*", "2.16.578.1.29.13.1",
	"2.16.578.1.29.13.1.1.0", NULL };

static int
is_accepted(const char *const *accepted, const char *oid)
{
	for (; *accepted != NULL; accepted++) {
		size_t len = strcspn(*accepted, "*");

		if (strncmp(*accepted, oid, len) == 0 &&
		    ((*accepted)[len] == '*' || oid[len] == '\0'))
			return 1;
	}
	return 0;
}

static enum refusal
check_policies(struct attempt *attempt, X509 *leaf)
{
	const char *const *accepted =
	    attempt_is(attempt, RULE_ENTERPRISE_POLICIES, "test")
	    ? test_policies
	    : production_policies;
	CERTIFICATEPOLICIES *all =
	    X509_get_ext_d2i(leaf, NID_certificate_policies, NULL, NULL);
	char oid[OID_MAX];
	int found = 0;

	if (all == NULL)
		return attempt_refuse(attempt, RULE_NO_POLICIES_REFUSAL,
		    attempt_answer(attempt, RULE_NO_POLICIES_REFUSAL),
		    "the certificate names no policy");
	for (int i = 0; i < sk_POLICYINFO_num(all); i++)
		if (OBJ_obj2txt(oid, sizeof(oid),
			sk_POLICYINFO_value(all, i)->policyid, 1) > 0 &&
		    is_accepted(accepted, oid))
			found = 1;
	CERTIFICATEPOLICIES_free(all);
	return found ? REFUSAL_NONE
		     : refuse(attempt, RULE_ENTERPRISE_POLICIES,
			   "no policy of the certificate is accepted");
}

enum refusal
check_enterprise(struct attempt *attempt)
{
	static enum refusal (*const rules[])(
	    struct attempt *, X509 *) = { check_validity, check_signed,
		check_critical, check_key_usage, check_issuer, check_policies };
	X509 *leaf = sk_X509_value(attempt->path, 0);
	enum refusal refusal = REFUSAL_NONE;

	for (size_t i = 0;
	     refusal == REFUSAL_NONE && i < sizeof(rules) / sizeof(rules[0]);
	     i++)
		refusal = rules[i](attempt, leaf);
	return refusal;
}
