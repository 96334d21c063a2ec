/* SPDX-License-Identifier: ISC */
#ifndef SEGL_SUITABILITY_H
#define SEGL_SUITABILITY_H

#include <stddef.h>

#include <segl/handle.h>
#include <segl/jws.h>
#include <segl/revocation.h>
#include <segl/softtoken.h>
#include <segl/trust.h>

SEGL_BEGIN_DECLS

/*
 * Is this the right certificate to authenticate an organisation to
 * Maskinporten with, and if not, why?
 */

enum segl_verdict {
	SEGL_VERDICT_SUITABLE,
	SEGL_VERDICT_UNSUITABLE, /* a rule that must be met is broken */
	SEGL_VERDICT_UNDECIDED   /* none is, but of one it is not known */
};

enum segl_severity { SEGL_MUST, SEGL_SHOULD, SEGL_INFO };

enum segl_outcome {
	SEGL_OUTCOME_MET,
	SEGL_OUTCOME_BROKEN,
	SEGL_OUTCOME_UNDECIDED,
	SEGL_OUTCOME_NOT_APPLICABLE
};

/*
 * Whose certificates the server takes: Maskinporten's production or test, or
 * not known (other: a server of somebody else). Any: no server in particular.
 */
enum segl_realm {
	SEGL_REALM_ANY,
	SEGL_REALM_PROD,
	SEGL_REALM_TEST,
	SEGL_REALM_OTHER
};

/*
 * On what terms to judge. All zero is a good start: as an eSeal, RS256, RS384
 * and RS512, no trusted list; but the time is then 1970.
 */
struct segl_terms {
	long long at; /* instant judged, seconds since the Epoch, UTC */
	enum segl_route route; /* SEGL_ROUTE_AUTO: eSeal */
	enum segl_realm realm;
	/* algorithms that the server takes; 1u << enum segl_alg; 0:
	 * RS256/384/512 */
	unsigned int algs;
	const struct segl_trust *trust; /* NULL: no trusted list at hand */
	/* of the path's certificates, leaf first; NULL: nobody was asked */
	const struct segl_revocation_answer *revocation;
	size_t n_revocation;
	int revocation_soft;   /* where nobody answers that is only a remark */
	const char *expect_id; /* identifier that it must have; NULL: any */
	/* identifier seen last for the same organisation; NULL: not known */
	const char *last_id;
	/*
	 * the whole path of TOKEN is sent; else only what came with it, so
	 * that what it was extended by (from the trusted lists) is missing
	 */
	int sends_extended;
	int strict_lists; /* a list past its NextUpdate answers nothing */
};

/*
 * One row of the report. Texts are borrowed from the report, safe to print,
 * and NULL where there is none.
 */
struct segl_finding {
	const char *id; /* stable, never reused: "validity" */
	enum segl_severity severity;
	enum segl_outcome outcome;
	int blocks;           /* broken, segl token does not send */
	const char *document; /* that asks for it: "RFC 5280" */
	const char *clause;
	const char *requirement; /* what is asked for */
	const char *found;       /* what is there */
	const char *remedy;      /* one imperative sentence */
	enum segl_turn turn;
	const char *mp_code; /* that it would likely cause: "MP-120" */
};

/* A report: the verdict, what the certificate is, all findings. */
struct segl_report;

/*
 * Judge whether TOKEN may authenticate an organisation to Maskinporten.
 *
 * OUT    new, owned by the caller; NULL when the call fails.
 *
 * An unsuitable certificate is a result, not an error: the call returns
 * SEGL_OK and the report says why. A token without private key is judged as a
 * sample: what then depends on the key is judged as before an order. Reads no
 * file, clock or network.
 *
 * Errors: SEGL_EUSAGE  TOKEN has no certificate
 *         SEGL_ENOMEM
 */
enum segl_status segl_suitability_check(struct segl *segl,
    const struct segl_softtoken *token, const struct segl_terms *terms,
    struct segl_report **out) SEGL_MUST_USE;
void segl_report_free(struct segl_report *report);

enum segl_verdict segl_report_verdict(const struct segl_report *report);

/* Findings in the order of the catalogue; OUT is filled, or 0 returned. */
size_t segl_report_count(const struct segl_report *report);
int segl_report_finding(
    const struct segl_report *report, size_t i, struct segl_finding *out);

/* Non-zero where a broken rule of the report blocks. */
int segl_report_blocks(const struct segl_report *report);

/*
 * What the certificate is, in words that are safe to print; NULL where it
 * does not say.
 */
enum segl_report_field {
	SEGL_REPORT_ORGANIZATION,
	SEGL_REPORT_IDENTIFIER, /* as it is shown, made safe */
	SEGL_REPORT_COUNTRY,
	SEGL_REPORT_SUBJECT,
	SEGL_REPORT_ISSUER,  /* the CA's name, RFC 4514 */
	SEGL_REPORT_PRODUCT, /* where it is recognised */
	SEGL_REPORT_LEVEL,   /* "advanced", "qualified", ... */
	SEGL_REPORT_KEY,
	SEGL_REPORT_SERIAL,
	SEGL_REPORT_FINGERPRINT, /* SHA-256, hexadecimal */
	SEGL_REPORT_CLIENT_AMR,  /* what Maskinporten will likely say */
	/* by the trusted lists (TS 119 615); NULL: none was asked */
	SEGL_REPORT_QUALIFICATION
};
const char *segl_report_text(
    const struct segl_report *report, enum segl_report_field field);

/*
 * What TS 119 615 makes of the certificate: when it was issued, and at the
 * time judged. Borrowed; NULL where no trusted list was asked.
 */
const struct segl_trust_determination *segl_report_at_issuance(
    const struct segl_report *report);
const struct segl_trust_determination *segl_report_now(
    const struct segl_report *report);

/*
 * Who the holder will be to Maskinporten and to the API behind it: exact
 * bytes, not safe to print. AUTHORITY, where not NULL, receives the scheme.
 * NULL where there is none.
 */
const char *segl_report_consumer(
    const struct segl_report *report, const char **authority);

/* Last second of the validity, and whole days left at the time judged. */
long long segl_report_not_before(const struct segl_report *report);
long long segl_report_not_after(const struct segl_report *report);
long segl_report_days_left(const struct segl_report *report);

/* The route that was judged; never SEGL_ROUTE_AUTO. */
enum segl_route segl_report_route(const struct segl_report *report);
/* Non-zero where a private key was there. */
int segl_report_has_key(const struct segl_report *report);

/* Stable names: "suitable", "must", "met", "eseal". Static. */
const char *segl_verdict_name(enum segl_verdict verdict);
const char *segl_severity_name(enum segl_severity severity);
const char *segl_outcome_name(enum segl_outcome outcome);
const char *segl_route_name(enum segl_route route);

/* ---- the catalogue ------------------------------------------------------ */

/* A rule, whatever it is applied to. Static. */
struct segl_rule {
	const char *id;
	enum segl_severity severity; /* where nothing softens it */
	int blocks;
	int eseal;      /* judged on the route of a foreign eSeal */
	int enterprise; /* judged on that of a Norwegian enterprise */
	const char *document;
	const char *clause;
	const char *requirement;
	const char *remedy;
	enum segl_turn turn;
	const char *mp_code;
	const char *story; /* why it is asked, and what happens without */
};

/* The I-th rule, or the one called ID; returns 0 where there is none. */
int segl_rule_at(size_t i, struct segl_rule *out);
int segl_rule_find(const char *id, struct segl_rule *out);

SEGL_END_DECLS

#endif
