/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "trustlist/store/criteria.h"
#include "trustlist/store/determine.h"

/* Regulation 910/2014 applies: 2016-06-30T22:00:00Z, midnight in Brussels. */
#define EIDAS_BEGINS 1467324000LL

/* One CA/QC service as it was at the time. */
struct view {
	const struct tl_state *state;
	unsigned int qualifiers;
};

/* What one service makes of the leaf. */
struct result {
	int qualified;
	enum segl_trust_kind kind;
	int qscd;
};

const struct tl_state *
determine_state(const struct tl_service *service, long long at)
{
	const struct tl_state *best = NULL;

	for (size_t i = 0; i < service->n_states; i++) {
		const struct tl_state *state = &service->states[i];

		if (state->since <= at &&
		    (best == NULL || state->since > best->since))
			best = state;
	}
	return best;
}

int
determine_is_granted(const char *status, long long at)
{
	if (strcmp(status, "granted") == 0)
		return 1;
	/* before eIDAS: Directive 1999/93/EC, also while it was running out */
	return at < EIDAS_BEGINS &&
	    (strcmp(status, "undersupervision") == 0 ||
		strcmp(status, "supervisionincessation") == 0 ||
		strcmp(status, "accredited") == 0);
}

/* ---- what the certificate says ------------------------------------------- */

static enum segl_trust_kind
kind_stated(const struct certificate *leaf)
{
	const struct oid_list *types = &leaf->qc.types;

	if (types->n == 0)
		return leaf->qc.compliance ? SEGL_TRUST_KIND_ESIG
					   : SEGL_TRUST_KIND_UNKNOWN;
	if (types->n > 1)
		return SEGL_TRUST_KIND_UNKNOWN;
	if (strcmp(types->text[0], QCTYPE_ESIGN) == 0)
		return SEGL_TRUST_KIND_ESIG;
	if (strcmp(types->text[0], QCTYPE_ESEAL) == 0)
		return SEGL_TRUST_KIND_ESEAL;
	return strcmp(types->text[0], QCTYPE_WEB) == 0
	    ? SEGL_TRUST_KIND_WSA
	    : SEGL_TRUST_KIND_UNKNOWN;
}

/* QcCompliance; before eIDAS the policies QCP and QCP+SSCD said the same. */
static int
states_qualified(const struct certificate *leaf, long long at)
{
	if (leaf->qc.compliance)
		return !leaf->qc.legislation;
	return at < EIDAS_BEGINS &&
	    (oid_list_has(&leaf->policies, "0.4.0.1456.1.1") ||
		oid_list_has(&leaf->policies, "0.4.0.1456.1.2"));
}

/* ---- what one service makes of it ---------------------------------------- */

/* The list's word on the kind, where it is one: it outranks the leaf's. */
static enum segl_trust_kind
kind_by(const struct view *view, const struct certificate *leaf)
{
	switch (view->qualifiers &
	    (SEGL_TRUST_QC_FOR_ESIG | SEGL_TRUST_QC_FOR_ESEAL |
		SEGL_TRUST_QC_FOR_WSA)) {
	case SEGL_TRUST_QC_FOR_ESIG:
		return SEGL_TRUST_KIND_ESIG;
	case SEGL_TRUST_QC_FOR_ESEAL:
		return SEGL_TRUST_KIND_ESEAL;
	case SEGL_TRUST_QC_FOR_WSA:
		return SEGL_TRUST_KIND_WSA;
	default:
		return kind_stated(leaf);
	}
}

/* Whether the service is listed for what the certificate is. */
static int
is_listed_for(const struct view *view, enum segl_trust_kind kind)
{
	static const unsigned int uses[] = {
		[SEGL_TRUST_KIND_ESIG] = TL_FOR_ESIGNATURES,
		[SEGL_TRUST_KIND_ESEAL] = TL_FOR_ESEALS,
		[SEGL_TRUST_KIND_WSA] = TL_FOR_WEB,
	};
	unsigned int all = view->state->uses &
	    (TL_FOR_ESIGNATURES | TL_FOR_ESEALS | TL_FOR_WEB);

	if (kind == SEGL_TRUST_KIND_ESIG &&
	    (view->qualifiers & SEGL_TRUST_QC_LEGAL_PERSON) != 0)
		return 0;
	return kind == SEGL_TRUST_KIND_UNKNOWN || all == 0 ||
	    (all & uses[kind]) != 0;
}

static int
qscd_by(const struct view *view, const struct certificate *leaf)
{
	unsigned int q = view->qualifiers;

	if ((q &
		(SEGL_TRUST_QC_WITH_QSCD | SEGL_TRUST_QC_WITH_SSCD |
		    SEGL_TRUST_QC_QSCD_MANAGED)) != 0)
		return 1;
	if ((q & (SEGL_TRUST_QC_QSCD_AS_CERT | SEGL_TRUST_QC_SSCD_AS_CERT)) ==
		0 &&
	    (q & (SEGL_TRUST_QC_NO_QSCD | SEGL_TRUST_QC_NO_SSCD)) != 0)
		return 0;
	return leaf->qc.sscd;
}

static struct result
result_by(const struct view *view, const struct certificate *leaf, long long at)
{
	struct result r = { 0, kind_by(view, leaf), 0 };

	if (!determine_is_granted(view->state->status, at)) {
		r.kind = kind_stated(leaf);
		return r;
	}
	if ((view->qualifiers & SEGL_TRUST_QC_NOT_QUALIFIED) != 0)
		r.qualified = 0;
	else if ((view->qualifiers & SEGL_TRUST_QC_STATEMENT) != 0)
		r.qualified = 1;
	else
		r.qualified = states_qualified(leaf, at);
	if (r.qualified)
		r.qscd = qscd_by(view, leaf);
	else
		r.kind = kind_stated(leaf);
	return r;
}

/* ---- all of them together ------------------------------------------------ */

static size_t
look(const struct tl_service *const *services, size_t n,
    const struct certificate *leaf, long long at,
    struct view views[DETERMINE_MAX])
{
	size_t k = 0;

	for (size_t i = 0; i < n && k < DETERMINE_MAX; i++) {
		const struct tl_state *state = determine_state(services[i], at);

		if (state == NULL || strcmp(state->type, "CA/QC") != 0)
			continue;
		views[k].state = state;
		views[k++].qualifiers = criteria_qualifiers(state, leaf);
	}
	return k;
}

/* Keep the services that are listed for what the certificate is. */
static size_t
keep_fitting(
    struct view views[DETERMINE_MAX], size_t n, const struct certificate *leaf)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (is_listed_for(&views[i], kind_by(&views[i], leaf)))
			views[k++] = views[i];
	}
	return k;
}

static const char *
conflict_in(const struct view *views, size_t n, const struct certificate *leaf,
    long long at, struct result *first)
{
	*first = result_by(&views[0], leaf, at);
	for (size_t i = 0; i < n; i++) {
		struct result r = result_by(&views[i], leaf, at);
		unsigned int q = views[i].qualifiers;
		unsigned int kinds = q &
		    (SEGL_TRUST_QC_FOR_ESIG | SEGL_TRUST_QC_FOR_ESEAL |
			SEGL_TRUST_QC_FOR_WSA);

		if ((q & SEGL_TRUST_QC_UNKNOWN) != 0)
			return "the entry has something that is critical, or "
			       "a criterion, that segl does not know";
		if ((q & SEGL_TRUST_QC_NOT_QUALIFIED) != 0 &&
		    (q & SEGL_TRUST_QC_STATEMENT) != 0)
			return "the entry says that it is qualified, and that "
			       "it is not";
		if ((kinds & (kinds - 1)) != 0)
			return "the entry says that it is for several uses";
		if ((q &
			(SEGL_TRUST_QC_WITH_QSCD |
			    SEGL_TRUST_QC_QSCD_MANAGED)) != 0 &&
		    (q & SEGL_TRUST_QC_NO_QSCD) != 0)
			return "the entry says that the key is in a device, "
			       "and that it is not";
		if (r.qualified != first->qualified || r.kind != first->kind ||
		    r.qscd != first->qscd)
			return "entries for the same CA say different things";
	}
	return NULL;
}

/* As the Commission's demo validator words it, by kind. */
static const char *
words_of(const struct result *r)
{
	static const char *const advanced[] = { "Cert for unknown type",
		"Cert for eSig", "Cert for eSeal", "Cert for WSA" };
	static const char *const qualified[] = { "QC for unknown type",
		"QC for eSig", "QC for eSeal", "QC for WSA" };
	static const char *const device[] = { "QC for unknown type with QSCD",
		"QC for eSig with QSCD", "QC for eSeal with QSCD",
		"QC for WSA" };

	return !r->qualified ? advanced[r->kind]
	    : r->qscd        ? device[r->kind]
			     : qualified[r->kind];
}

void
determine(const struct tl_service *const *services, size_t n,
    const struct certificate *leaf, long long at,
    struct segl_trust_determination *out)
{
	struct view views[DETERMINE_MAX];
	struct result result = { 0, kind_stated(leaf), 0 };

	memset(out, 0, sizeof(*out));
	out->at = at;
	n = look(services, n, leaf, at, views);
	out->listed = n > 0;
	if (n > 0) {
		n = keep_fitting(views, n, leaf);
		if (n > 0)
			out->conflict =
			    conflict_in(views, n, leaf, at, &result);
	}
	out->kind = result.kind;
	out->qscd = result.qscd;
	out->qualified = out->conflict != NULL ? SEGL_TRUST_INDETERMINATE
	    : result.qualified                 ? SEGL_TRUST_QUALIFIED
					       : SEGL_TRUST_NOT_QUALIFIED;
	if (out->conflict != NULL)
		out->qscd = -1;
	/* without an entry of its issuer the validator says nothing */
	out->words =
	    out->conflict != NULL || !out->listed ? "N/A" : words_of(&result);
}
