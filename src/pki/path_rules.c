/* SPDX-License-Identifier: ISC */
#include <string.h>

#include <openssl/x509v3.h>

#include "pki/fault.h"
#include "pki/path_rules.h"

/* Extensions that are judged, here or by whoever uses the leaf. */
static const char *const judged[] = {
	"2.5.29.15",         /* keyUsage */
	"2.5.29.19",         /* basicConstraints */
	"2.5.29.37",         /* extKeyUsage */
	"2.5.29.30",         /* nameConstraints */
	"2.5.29.32",         /* certificatePolicies */
	"2.5.29.33",         /* policyMappings: no policy is required of us */
	"2.5.29.36",         /* policyConstraints: likewise */
	"2.5.29.54",         /* inhibitAnyPolicy: likewise */
	"2.5.29.17",         /* subjectAltName: no name is looked for in it */
	"1.3.6.1.5.5.7.1.3", /* qcStatements */
};

static int
is_judged(const char *oid)
{
	for (size_t i = 0; i < sizeof(judged) / sizeof(judged[0]); i++) {
		if (strcmp(judged[i], oid) == 0)
			return 1;
	}
	return 0;
}

static enum path_fault
judge_critical(const struct certificate *c, char extension[OID_TEXT_MAX])
{
	for (size_t i = 0; i < c->critical.n; i++) {
		const char *oid = c->critical.text[i];

		if (is_judged(oid))
			continue;
		memcpy(extension, oid, strlen(oid) + 1);
		return PATH_CRITICAL;
	}
	return PATH_FINE;
}

/* CAs between certificate AT and the leaf that are not self-issued. */
static long
below(const struct path *path, size_t at)
{
	long n = 0;

	for (size_t i = 1; i < at; i++)
		n += !certificate_self_issued(path->certs[i]);
	return n;
}

static enum path_fault
judge_validity(const struct certificate *c, time_t now)
{
	if (!c->has_validity)
		return PATH_UNREADABLE;
	if (now < c->not_before)
		return PATH_NOT_YET;
	return now > c->not_after ? PATH_EXPIRED : PATH_FINE;
}

/* The names of all below must be allowed, but for self-issued CAs. */
static enum path_fault
judge_names(const struct path *path, size_t at)
{
	X509 *ca = path->certs[at]->x509;
	enum path_fault fault = PATH_FINE;
	NAME_CONSTRAINTS *constraints;
	int critical;

	constraints =
	    X509_get_ext_d2i(ca, NID_name_constraints, &critical, NULL);
	if (constraints == NULL)
		return critical == -1 ? PATH_FINE : PATH_UNREADABLE;
	for (size_t i = 0; i < at && fault == PATH_FINE; i++) {
		if (i > 0 && certificate_self_issued(path->certs[i]))
			continue;
		if (NAME_CONSTRAINTS_check(path->certs[i]->x509, constraints) !=
		    X509_V_OK)
			fault = PATH_NAME_NOT_ALLOWED;
	}
	NAME_CONSTRAINTS_free(constraints);
	return fault;
}

static enum path_fault
judge_ca(const struct path *path, size_t at)
{
	const struct certificate *c = path->certs[at];

	/* roots of version 1 have no extensions at all */
	if (!c->ca &&
	    !(X509_get_version(c->x509) == 0 && certificate_self_issued(c)))
		return PATH_NOT_A_CA;
	if (c->has_key_usage && (c->key_usage & USAGE_KEY_CERT_SIGN) == 0)
		return PATH_NO_CERT_SIGN;
	if (c->path_len >= 0 && below(path, at) > c->path_len)
		return PATH_TOO_LONG;
	return judge_names(path, at);
}

static enum path_fault
judge_one(const struct path *path, size_t at, int is_anchor, time_t now,
    char extension[OID_TEXT_MAX])
{
	const struct certificate *c = path->certs[at];
	enum path_fault fault = PATH_FINE;

	if (at > 0 && !is_anchor)
		fault = judge_validity(c, now);
	if (fault == PATH_FINE && at > 0 && c->has_bad_extension)
		fault = PATH_UNREADABLE;
	if (fault == PATH_FINE && at > 0)
		fault = judge_ca(path, at);
	if (fault == PATH_FINE)
		fault = judge_critical(c, extension);
	return fault;
}

void
path_rules_judge(
    const struct path *path, size_t len, time_t now, struct path_verdict *out)
{
	if (len > path->len)
		len = path->len;
	memset(out, 0, sizeof(*out));
	fault_begin();
	for (size_t i = 0; i < len && out->fault == PATH_FINE; i++) {
		int is_anchor =
		    i > 0 && i + 1 == path->len && path->self_signed;

		out->at = i;
		out->fault = judge_one(path, i, is_anchor, now, out->extension);
	}
	out->nomem = out->fault != PATH_FINE && fault_is_nomem();
	fault_end();
}

const char *
path_fault_words(enum path_fault fault)
{
	static const char *const words[] = {
		[PATH_FINE] = "nothing is wrong with it",
		[PATH_NOT_YET] = "it is not valid yet",
		[PATH_EXPIRED] = "it has expired",
		[PATH_UNREADABLE] = "an extension of it cannot be read",
		[PATH_NOT_A_CA] = "it is not the certificate of a CA",
		[PATH_NO_CERT_SIGN] =
		    "its key may not sign certificates (keyCertSign)",
		[PATH_TOO_LONG] =
		    "more CAs stand below it than its path length allows",
		[PATH_NAME_NOT_ALLOWED] =
		    "its name constraints do not allow a name below it",
		[PATH_CRITICAL] = "it has a critical extension that is unknown"
	};

	return words[fault];
}
