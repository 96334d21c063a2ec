/* SPDX-License-Identifier: ISC */
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "sim/grant.h"

#define PATH_MAX_LEN 10 /* certificates; real paths have two to four */

/* The certificate in TEXT, or NULL. */
static X509 *
certificate(const json_t *text)
{
	unsigned char *der = NULL;
	const unsigned char *p;
	X509 *x509 = NULL;
	size_t len;

	if (base64_decode(json_string_value(text), json_string_length(text),
		&der, &len) != 0)
		return NULL;
	p = der;
	if (len > 0)
		x509 = d2i_X509(NULL, &p, (long)len);
	if (x509 != NULL && p != der + len) {
		X509_free(x509); /* something hangs on */
		x509 = NULL;
	}
	free(der);
	ERR_clear_error();
	return x509;
}

static enum refusal
take_certificate(struct attempt *attempt, const json_t *text, size_t i)
{
	X509 *x509;

	if (!json_is_string(text))
		return attempt_refuse(attempt, RULE_X5C, REFUSAL_MP_123,
		    "x5c[%zu] is not a string", i);
	x509 = certificate(text);
	if (x509 == NULL)
		return attempt_refuse(attempt, RULE_X5C,
		    attempt_answer(attempt, RULE_X5C_REFUSAL),
		    "x5c[%zu] is not a certificate, DER in padded base64", i);
	if (sk_X509_push(attempt->path, x509) <= 0) {
		X509_free(x509);
		return attempt_fail(attempt);
	}
	return REFUSAL_NONE;
}

enum refusal
check_x5c(struct attempt *attempt)
{
	const json_t *x5c = json_object_get(attempt->header, "x5c");
	enum refusal refusal = REFUSAL_NONE;
	size_t n = json_array_size(x5c);

	if (!json_is_array(x5c) || n == 0)
		return attempt_refuse(attempt, RULE_X5C, REFUSAL_MP_123,
		    "x5c is not an array of strings");
	if (n > PATH_MAX_LEN)
		return attempt_refuse(attempt, RULE_X5C, REFUSAL_MP_123,
		    "x5c has %zu certificates", n);
	attempt->path = sk_X509_new_null();
	if (attempt->path == NULL)
		return attempt_fail(attempt);
	for (size_t i = 0; refusal == REFUSAL_NONE && i < n; i++)
		refusal = take_certificate(attempt, json_array_get(x5c, i), i);
	if (refusal == REFUSAL_NONE &&
	    seal_read(&attempt->seal, sk_X509_value(attempt->path, 0)) != 0)
		return attempt_fail(attempt);
	return refusal;
}

static int
certifies(X509 *issuer, X509 *subject)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);
	int ok;

	ok = X509_check_issued(issuer, subject) == X509_V_OK && key != NULL &&
	    X509_verify(subject, key) == 1;
	ERR_clear_error();
	return ok;
}

/* Whether a trusted, self-signed certificate certifies X509. */
static int
root_is_known(const struct trust *trust, X509 *x509)
{
	for (int i = 0; i < sk_X509_num(trust->certificates); i++) {
		X509 *root = sk_X509_value(trust->certificates, i);

		if (X509_self_signed(root, 0) == 1 && certifies(root, x509))
			return 1;
	}
	return 0;
}

static enum refusal
refuse_path(struct attempt *attempt, enum rule rule, const char *why)
{
	return attempt_refuse(attempt, rule,
	    attempt_answer(attempt, RULE_PATH_REFUSAL), "%s", why);
}

static enum refusal
check_complete(struct attempt *attempt)
{
	const struct trust *trust = attempt->policy->trust;
	int n = sk_X509_num(attempt->path);
	X509 *last = sk_X509_value(attempt->path, n - 1);
	int has_root = X509_self_signed(last, 0) == 1;

	if (has_root && n > 1 && attempt_is(attempt, RULE_PATH_ROOT, "refused"))
		return refuse_path(
		    attempt, RULE_PATH_ROOT, "the root is in x5c");
	if (!has_root && attempt_is(attempt, RULE_PATH_ROOT, "required"))
		return refuse_path(
		    attempt, RULE_PATH_ROOT, "the root is not in x5c");
	if (attempt_is(attempt, RULE_PATH_COMPLETE, "accept"))
		return REFUSAL_NONE;
	if (n == 1)
		return refuse_path(attempt, RULE_PATH_COMPLETE,
		    "x5c has the leaf alone, not the whole path");
	if (!has_root && !trust_has(trust, last) && !root_is_known(trust, last))
		return refuse_path(attempt, RULE_PATH_COMPLETE,
		    "the path in x5c stops half-way");
	return REFUSAL_NONE;
}

enum refusal
check_path(struct attempt *attempt)
{
	for (int i = 0; i + 1 < sk_X509_num(attempt->path); i++)
		if (!certifies(sk_X509_value(attempt->path, i + 1),
			sk_X509_value(attempt->path, i)))
			return attempt_refuse(attempt, RULE_PATH_ORDER,
			    attempt_answer(attempt, RULE_PATH_REFUSAL),
			    "x5c[%d] does not certify x5c[%d]", i + 1, i);
	return check_complete(attempt);
}

static enum refusal
refuse_trust(struct attempt *attempt, int error)
{
	if (error == X509_V_ERR_CERT_HAS_EXPIRED ||
	    error == X509_V_ERR_CERT_NOT_YET_VALID)
		return attempt_refuse(attempt, RULE_VALIDITY_REFUSAL,
		    attempt_answer(attempt, RULE_VALIDITY_REFUSAL), "%s",
		    X509_verify_cert_error_string(error));
	return attempt_refuse(attempt, RULE_TRUST,
	    attempt_answer(attempt, RULE_TRUST_REFUSAL), "%s",
	    X509_verify_cert_error_string(error));
}

/* X509_V_OK, or why the path is not trusted. */
static int
verify(const struct attempt *attempt, X509_STORE_CTX *ctx)
{
	const STACK_OF(X509) * chain;
	int error;

	X509_STORE_CTX_set_time(ctx, 0, (time_t)attempt->now);
	if (!attempt_is(attempt, RULE_TRUST_MATCH, "root"))
		X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_PARTIAL_CHAIN);
	if (X509_verify_cert(ctx) == 1)
		error = X509_V_OK;
	else
		error = X509_STORE_CTX_get_error(ctx);
	ERR_clear_error();
	if (error != X509_V_OK ||
	    !attempt_is(attempt, RULE_TRUST_MATCH, "issuer"))
		return error;
	chain = X509_STORE_CTX_get0_chain(ctx);
	if (sk_X509_num(chain) < 2 ||
	    !trust_has(attempt->policy->trust, sk_X509_value(chain, 1)))
		return X509_V_ERR_CERT_UNTRUSTED;
	return X509_V_OK;
}

/* X509_V_OK, or why no trusted certificate vouches for the leaf. */
static int
look_up(const struct attempt *attempt)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	int error = X509_V_ERR_OUT_OF_MEM;

	if (ctx != NULL &&
	    X509_STORE_CTX_init(ctx, attempt->policy->trust->store,
		sk_X509_value(attempt->path, 0), attempt->path) == 1)
		error = verify(attempt, ctx);
	X509_STORE_CTX_free(ctx);
	return error;
}

int
path_is_trusted(const struct attempt *attempt)
{
	return look_up(attempt) == X509_V_OK;
}

enum refusal
check_trust(struct attempt *attempt)
{
	int error = look_up(attempt);

	if (error == X509_V_ERR_OUT_OF_MEM)
		return attempt_fail(attempt);
	return error == X509_V_OK ? REFUSAL_NONE : refuse_trust(attempt, error);
}

static int
is_blank(const char *s)
{
	return s == NULL || s[strspn(s, " \t")] == '\0';
}

static enum refusal
check_use(struct attempt *attempt)
{
	const struct seal *seal = &attempt->seal;
	enum refusal answer = attempt_answer(attempt, RULE_CERTIFICATE_REFUSAL);

	if (seal->rsa_bits > 0 &&
	    seal->rsa_bits < attempt_number(attempt, RULE_RSA_BITS))
		return attempt_refuse(attempt, RULE_RSA_BITS, answer,
		    "RSA key of %d bits", seal->rsa_bits);
	if (!seal->key_usage_ok &&
	    attempt_is(attempt, RULE_KEY_USAGE, "require"))
		return attempt_refuse(attempt, RULE_KEY_USAGE, answer,
		    "key usage without digitalSignature and nonRepudiation");
	if (!seal->type_eseal && attempt_is(attempt, RULE_SEAL_TYPE, "require"))
		return attempt_refuse(
		    attempt, RULE_SEAL_TYPE, answer, "no QcType eseal");
	return REFUSAL_NONE;
}

enum refusal
check_certificate(struct attempt *attempt)
{
	const char *id = attempt->seal.organization_identifier;

	if (is_blank(id))
		return attempt_refuse(attempt, RULE_ORGANIZATION_IDENTIFIER,
		    attempt_answer(
			attempt, RULE_ORGANIZATION_IDENTIFIER_REFUSAL),
		    "no organizationIdentifier in the Subject");
	return check_use(attempt);
}
