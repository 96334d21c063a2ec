/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/check.h"
#include "cli/listed.h"
#include "cli/result.h"
#include "cli/session.h"
#include "cli/trust_why.h"

struct bit {
	unsigned int bit;
	const char *name; /* as TS 119 612 has it */
};

static const struct bit uses[] = {
	{ SEGL_TRUST_FOR_ESIGNATURES, "ForeSignatures" },
	{ SEGL_TRUST_FOR_ESEALS, "ForeSeals" },
	{ SEGL_TRUST_FOR_WEB, "ForWebSiteAuthentication" },
	{ SEGL_TRUST_ROOT_CA_QC, "RootCA-QC" },
};
#define USES (sizeof(uses) / sizeof(uses[0]))

static const struct bit qualifiers[] = {
	{ SEGL_TRUST_QC_WITH_SSCD, "QCWithSSCD" },
	{ SEGL_TRUST_QC_WITH_QSCD, "QCWithQSCD" },
	{ SEGL_TRUST_QC_QSCD_MANAGED, "QCQSCDManagedOnBehalf" },
	{ SEGL_TRUST_QC_NO_QSCD, "QCNoQSCD" },
	{ SEGL_TRUST_QC_NO_SSCD, "QCNoSSCD" },
	{ SEGL_TRUST_QC_SSCD_AS_CERT, "QCSSCDStatusAsInCert" },
	{ SEGL_TRUST_QC_QSCD_AS_CERT, "QCQSCDStatusAsInCert" },
	{ SEGL_TRUST_QC_FOR_ESEAL, "QCForESeal" },
	{ SEGL_TRUST_QC_FOR_ESIG, "QCForESig" },
	{ SEGL_TRUST_QC_FOR_WSA, "QCForWSA" },
	{ SEGL_TRUST_QC_LEGAL_PERSON, "QCForLegalPerson" },
	{ SEGL_TRUST_QC_STATEMENT, "QCStatement" },
	{ SEGL_TRUST_QC_NOT_QUALIFIED, "NotQualified" },
	{ SEGL_TRUST_QC_UNKNOWN, "(unknown)" },
};
#define QUALIFIERS (sizeof(qualifiers) / sizeof(qualifiers[0]))

static const char *const states[] = {
	[SEGL_TRUST_CURRENT] = "current",
	[SEGL_TRUST_STALE] = "stale",
	[SEGL_TRUST_OLD] = "old",
	[SEGL_TRUST_CLOSED] = "closed",
	[SEGL_TRUST_MISSING] = "missing",
	[SEGL_TRUST_REFUSED] = "refused",
	[SEGL_TRUST_UNREAD] = "unread",
};

static const char *const kinds[] = {
	[SEGL_TRUST_KIND_UNKNOWN] = "unknown",
	[SEGL_TRUST_KIND_ESIG] = "esig",
	[SEGL_TRUST_KIND_ESEAL] = "eseal",
	[SEGL_TRUST_KIND_WSA] = "wsa",
};

static const char *const answers[] = {
	[SEGL_TRUST_NOT_QUALIFIED] = "no",
	[SEGL_TRUST_QUALIFIED] = "yes",
	[SEGL_TRUST_INDETERMINATE] = "indeterminate",
};

const char *
trust_state(enum segl_trust_state state)
{
	return states[state];
}

/* ---- as JSON ------------------------------------------------------------- */

json_t *
trust_text(const char *text)
{
	json_t *json = text == NULL ? NULL : json_string(text);

	return json == NULL ? json_null() : json;
}

json_t *
trust_instant(long long at)
{
	char text[32];

	return at < 0 ? json_null() : json_string(check_time(at, text));
}

static json_t *
names_of(const struct bit *table, size_t n, unsigned int bits)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		if ((bits & table[i].bit) != 0)
			(void)json_array_append_new(
			    list, json_string(table[i].name));
	}
	return list;
}

json_t *
trust_uses(unsigned int bits)
{
	return names_of(uses, USES, bits);
}

static json_t *
service(const struct segl_trust_service *s)
{
	return json_pack("{s:I, s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, "
			 "s:o, s:s, s:I, s:o, s:o}",
	    "position", (json_int_t)s->position, "territory", s->territory,
	    "provider", trust_text(s->provider), "name", trust_text(s->name),
	    "type", s->type, "status",
	    trust_text(s->status[0] == '\0' ? NULL : s->status), "since",
	    trust_instant(s->since), "next_status", trust_text(s->next_status),
	    "next_since", trust_instant(s->next_since), "uses",
	    trust_uses(s->uses), "qualifiers",
	    names_of(qualifiers, QUALIFIERS, s->qualifiers), "list",
	    states[s->list], "sequence", (json_int_t)s->sequence, "issued",
	    trust_instant(s->issued), "next_update",
	    trust_instant(s->next_update));
}

json_t *
trust_determination(const struct segl_trust_determination *d)
{
	if (d == NULL)
		return json_null();
	return json_pack("{s:o, s:b, s:s, s:s, s:o, s:o, s:s}", "at",
	    trust_instant(d->at), "listed", d->listed, "qualified",
	    answers[d->qualified], "kind", kinds[d->kind], "qscd",
	    d->qscd < 0 ? json_null() : json_boolean(d->qscd), "conflict",
	    trust_text(d->conflict), "ec_words", d->words);
}

json_t *
trust_why_json(
    const struct segl_trust *trust, const struct segl_softtoken *token)
{
	json_t *list = json_array();

	for (size_t i = 0; i < trust->n; i++)
		(void)json_array_append_new(list, service(&trust->services[i]));
	return json_pack("{s:i, s:{s:I, s:I, s:o}, s:o, s:o, s:s, s:o, s:o, "
			 "s:o}",
	    "schema", 1, "path", "length",
	    (json_int_t)segl_softtoken_path_len(token), "own",
	    (json_int_t)segl_softtoken_path_own(token), "missing",
	    trust_text(segl_softtoken_path_missing(token)), "services", list,
	    "territory", trust_text(trust->territory), "list",
	    states[trust->list], "missing", trust_text(trust->missing),
	    "at_issuance", trust_determination(trust->issuance), "now",
	    trust_determination(trust->now));
}

/* ---- as text ------------------------------------------------------------- */

static void
put_names(struct page *page, const char *label, const struct bit *table,
    size_t n, unsigned int bits)
{
	struct buffer text;

	buffer_init(&text, 1024);
	for (size_t i = 0; i < n; i++) {
		if ((bits & table[i].bit) != 0 &&
		    buffer_printf(&text, "%s%s", text.len > 0 ? ", " : "",
			table[i].name) != SEGL_OK)
			break;
	}
	if (text.len > 0)
		page_item(page, label, "%s", text.data);
	buffer_clear(&text);
}

static void
put_service(struct page *page, const struct segl_trust_service *s)
{
	char since[32], next[32];

	page_line(page, "");
	page_add(page, "%s: %s", s->territory,
	    s->name == NULL ? "(a service without a name)" : s->name);
	if (s->provider != NULL)
		page_item(page, "provider", "%s", s->provider);
	page_item(page, "found as", "%s",
	    s->position == 1 ? "the CA that issued the certificate"
			     : "a CA above the one that issued it");
	page_item(page, "type", "%s", s->type);
	if (s->status[0] == '\0')
		page_item(page, "status", "not listed yet");
	else
		page_item(page, "status", "%s since %s", s->status,
		    check_time(s->since, since));
	if (s->next_status != NULL)
		page_item(page, "to come", "%s from %s on", s->next_status,
		    check_time(s->next_since, next));
	put_names(page, "listed for", uses, USES, s->uses);
	put_names(page, "qualifiers", qualifiers, QUALIFIERS, s->qualifiers);
	page_item(page, "list", "number %lld of %s, %s", s->sequence,
	    check_time(s->issued, since), states[s->list]);
	if (s->next_update >= 0)
		page_item(page, "", "next one due %s",
		    check_time(s->next_update, next));
}

static void
put_determination(struct page *page, const char *label,
    const struct segl_trust_determination *d)
{
	static const char *const words[] = {
		[SEGL_TRUST_KIND_UNKNOWN] = "for what is not said",
		[SEGL_TRUST_KIND_ESIG] = "for signatures of persons",
		[SEGL_TRUST_KIND_ESEAL] = "for seals",
		[SEGL_TRUST_KIND_WSA] = "for websites",
	};
	char at[32];

	if (d->conflict != NULL)
		page_item(page, label,
		    "%s: nobody can tell whether it is "
		    "qualified: %s",
		    check_time(d->at, at), d->conflict);
	else
		page_item(page, label, "%s: %s, %s%s", check_time(d->at, at),
		    d->qualified == SEGL_TRUST_QUALIFIED ? "qualified"
							 : "not qualified",
		    words[d->kind],
		    d->qscd > 0 ? ", its key in a device (QSCD)" : "");
	page_item(
	    page, "", "the Commission's validator would say: %s", d->words);
}

/* MISSING is the CA at which the path breaks off, or NULL. */
static void
put_not_listed(
    struct page *page, const struct segl_trust *trust, const char *missing)
{
	static const char *const words[] = {
		[SEGL_TRUST_CURRENT] = "is current",
		[SEGL_TRUST_STALE] = "is past its date, so that nothing is "
				     "decided: run segl trust update",
		[SEGL_TRUST_OLD] = "is more than 90 days past its date, so "
				   "that nothing is decided: run segl trust "
				   "update",
		[SEGL_TRUST_CLOSED] = "is closed",
		[SEGL_TRUST_MISSING] = "is not there, so that nothing is "
				       "decided: run segl trust update",
		[SEGL_TRUST_REFUSED] = "was refused, so that nothing is "
				       "decided: segl trust list tells why",
		[SEGL_TRUST_UNREAD] =
		    "has services that cannot be read, so that nothing is "
		    "decided: segl trust show tells which",
	};

	if (missing != NULL)
		page_add(page,
		    "No CA of the path is on the lists, but the path ends "
		    "early: %s may be. Add its certificate with --chain.",
		    missing);
	else
		page_add(page, "No CA of the path is on the lists.");
	if (trust->territory == NULL)
		page_add(page,
		    "On which country's list it should be, the certificate "
		    "does not say.");
	else
		page_add(page, "The list of its issuer's country, %s, %s.",
		    trust->territory, words[trust->list]);
}

/* What came from the lists is said: the file is the poorer for it. */
static void
put_path(struct page *page, const struct segl_softtoken *token)
{
	size_t own = segl_softtoken_path_own(token);
	size_t all = segl_softtoken_path_len(token);

	if (own < all)
		page_item(page, "path",
		    "%zu of its %zu certificates are in the file; the others "
		    "come from the lists, and segl bundle adds them",
		    own, all);
}

static enum segl_status
print_text(struct segl *segl, const struct segl_trust *trust,
    const struct segl_softtoken *token)
{
	const char *missing = segl_softtoken_path_missing(token);
	struct page page;

	page_init(&page);
	if (trust->n == 0)
		put_not_listed(&page, trust, missing);
	for (size_t i = 0; i < trust->n; i++)
		put_service(&page, &trust->services[i]);
	page_line(&page, "");
	put_path(&page, token);
	if (trust->n > 0) {
		put_determination(&page, "when issued", trust->issuance);
		put_determination(&page, "at the time", trust->now);
	}
	if (trust->missing != NULL)
		page_item(&page, "not there",
		    "lists that are missing or past "
		    "their date: %s",
		    trust->missing);
	return result_page(segl, &page);
}

enum segl_status
trust_why(struct segl *segl, const struct settings *settings)
{
	const char *file =
	    settings->n_operands > 1 ? settings->operands[1] : NULL;
	struct segl_trust_answer *answer = NULL;
	struct segl_softtoken *token = NULL;
	enum segl_status status;
	long long at;

	status = check_time_asked(segl, settings, &at);
	if (status == SEGL_OK)
		status = session_load(segl, settings, file, 1, at, &token);
	if (status == SEGL_OK)
		status = listed_ask(segl, settings, token, at, &answer);
	if (status == SEGL_OK && answer == NULL) {
		status = error_set(segl, SEGL_EUNDECIDED, SEGL_TURN_YOU,
		    "there is no store of trusted lists to look in");
		error_remedy(segl, "run segl trust update");
	}
	if (status == SEGL_OK) {
		const struct segl_trust *rows = segl_trust_answer_rows(answer);

		status = settings->json
		    ? result_json(segl, settings, trust_why_json(rows, token))
		    : print_text(segl, rows, token);
	}
	segl_trust_answer_free(answer);
	segl_softtoken_free(token);
	return status;
}
