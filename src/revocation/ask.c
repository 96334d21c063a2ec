/* SPDX-License-Identifier: ISC */
/* Where answers come from: the cache, the responders, the CRLs, in that order.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "base/error.h"
#include "pki/path.h"
#include "revocation/crl.h"
#include "revocation/fetch.h"
#include "revocation/locations.h"
#include "revocation/ocsp.h"

/*
 * An answer is kept until its nextUpdate, but no longer than this, in
 * seconds: CRLs of roots are good for months, and a revocation is news.
 */
#define KEEP_MAX_S (24 * 3600)

/* Longest question that is asked by GET, in base64 (RFC 6960, A.1). */
#define GET_QUESTION_MAX 255

/* Longest key of a kept answer, in bytes. */
#define CACHE_KEY_MAX (LOCATION_URL_MAX + 128)

/* All that one certificate's attempts may have to say, in bytes. */
#define WHY_ALL_MAX 4096

struct segl_revocations {
	struct segl_revocation_answer answers[PATH_LEN_MAX];
	size_t n;
};

/* One certificate, being asked about. */
struct inquiry {
	const struct certificate *cert;
	const struct certificate *issuer;
	struct fetcher *fetcher;
	struct segl_revocation_answer *row;
	struct buffer why;
};

/* ---- what is found ------------------------------------------------------- */

static void
free_text(const char **text)
{
	free((void *)(uintptr_t)*text);
	*text = NULL;
}

static enum segl_status
set_text(const char **to, const char *text)
{
	free_text(to);
	*to = text == NULL ? NULL : strdup(text);
	return *to == NULL && text != NULL ? SEGL_ENOMEM : SEGL_OK;
}

/* Why an attempt failed; what does not fit is left out. */
static enum segl_status
note_why(struct inquiry *q, const char *what, const char *url, const char *why)
{
	enum segl_status status =
	    buffer_printf(&q->why, "%s%s%s%s%s", q->why.len > 0 ? "; " : "",
		what, url, url[0] == '\0' ? "" : ": ", why);

	return status == SEGL_ENOMEM ? status : SEGL_OK;
}

static enum segl_status
believe(struct inquiry *q, const struct answer *answer,
    enum segl_revocation_source source, const char *url, int from_cache)
{
	struct segl_revocation_answer *row = q->row;
	enum segl_status status = set_text(&row->url, url);

	if (status == SEGL_OK)
		status = set_text(&row->signer, answer->signer);
	row->state = answer->state;
	row->source = source;
	row->this_update = (long long)answer->this_update;
	row->next_update = (long long)answer->next_update;
	row->revoked_at = (long long)answer->revoked_at;
	row->reason = answer->reason;
	row->from_cache = from_cache;
	return status;
}

/* ---- the cache --------------------------------------------------------------
 */

/* What is kept is an issuer's CRL, or the answer about one certificate. */
static void
cache_key(const struct inquiry *q, enum segl_revocation_source source,
    const char *url, char key[CACHE_KEY_MAX])
{
	const struct certificate *of =
	    source == SEGL_REVOCATION_OCSP ? q->cert : q->issuer;
	char hash[2 * sizeof(of->sha256) + 1];

	for (size_t i = 0; i < sizeof(of->sha256); i++)
		snprintf(hash + 2 * i, 3, "%02x", of->sha256[i]);
	snprintf(key, CACHE_KEY_MAX, "%s %s %s",
	    segl_revocation_source_name(source), hash, url);
}

static enum segl_status
judge(struct inquiry *q, enum segl_revocation_source source,
    const struct ocsp_question *question, const void *bytes, size_t len,
    struct answer *out)
{
	time_t now = (time_t)q->fetcher->query->now;

	if (source == SEGL_REVOCATION_OCSP)
		return ocsp_judge(
		    q->cert, q->issuer, question, bytes, len, now, out);
	return crl_judge(q->cert, q->issuer, bytes, len, now, out);
}

/* An answer that was kept is verified like a new one, and goes unsaid where it
 * is none any more. */
static enum segl_status
look_into_cache(
    struct inquiry *q, enum segl_revocation_source source, const char *url)
{
	const struct segl_revocation_cache *cache = q->fetcher->query->cache;
	enum segl_status status = SEGL_OK;
	char key[CACHE_KEY_MAX];
	struct answer answer;
	unsigned char *bytes;
	size_t len;

	if (cache == NULL)
		return SEGL_OK;
	cache_key(q, source, url, key);
	bytes = cache->load(cache->arg, key, &len);
	if (bytes == NULL)
		return SEGL_OK;
	status = judge(q, source, NULL, bytes, len, &answer);
	if (status == SEGL_OK && answer.state != SEGL_REVOCATION_UNKNOWN)
		status = believe(q, &answer, source, url, 1);
	answer_clear(&answer);
	free(bytes);
	return status;
}

static void
keep(struct inquiry *q, enum segl_revocation_source source, const char *url,
    const struct answer *answer, const struct segl_response *response)
{
	const struct segl_revocation_query *query = q->fetcher->query;
	long long until = query->now + KEEP_MAX_S;
	char key[CACHE_KEY_MAX];

	if (query->cache == NULL)
		return;
	if ((long long)answer->until < until)
		until = (long long)answer->until;
	cache_key(q, source, url, key);
	query->cache->store(
	    query->cache->arg, key, response->body, response->len, until);
}

/* ---- servers ------------------------------------------------------------- */

/* Take what came from URL, or note why not. */
static enum segl_status
take(struct inquiry *q, enum segl_revocation_source source, const char *url,
    const struct ocsp_question *question, const struct segl_response *response,
    int *authentic)
{
	struct answer answer;
	enum segl_status status =
	    judge(q, source, question, response->body, response->len, &answer);

	if (status == SEGL_OK && answer.state != SEGL_REVOCATION_UNKNOWN) {
		keep(q, source, url, &answer, response);
		status = believe(q, &answer, source, url, 0);
	} else if (status == SEGL_OK) {
		status = note_why(q,
		    source == SEGL_REVOCATION_OCSP ? "OCSP " : "CRL ", url,
		    answer.why);
	}
	*authentic = answer.authentic;
	answer_clear(&answer);
	return status;
}

static int
is_known(const struct inquiry *q)
{
	return q->row->state != SEGL_REVOCATION_UNKNOWN;
}

/* The address of a GET (RFC 6960, A.1.1); new, NULL out of memory. */
static char *
get_url(const char *url, const struct ocsp_question *question)
{
	char *text = base64_encode(question->der, question->len);
	struct buffer out;
	enum segl_status status;

	if (text == NULL)
		return NULL;
	buffer_init(&out, LOCATION_URL_MAX + 4 * GET_QUESTION_MAX);
	status = buffer_add_str(&out, url);
	if (status == SEGL_OK && url[strlen(url) - 1] != '/')
		status = buffer_add(&out, "/", 1);
	for (const char *p = text; *p != '\0' && status == SEGL_OK; p++) {
		if (strchr("+/=", *p) != NULL)
			status = buffer_printf(&out, "%%%02X", *p);
		else
			status = buffer_add(&out, p, 1);
	}
	free(text);
	if (status != SEGL_OK) {
		buffer_clear(&out);
		return NULL;
	}
	return buffer_take(&out);
}

/* AGAIN: another way to ask may help. */
static enum segl_status
post_question(struct inquiry *q, const char *url,
    const struct ocsp_question *question, int *again)
{
	struct segl_fetch what = { .url = url,
		.accept = "application/ocsp-response",
		.content_type = "application/ocsp-request",
		.body = question->der,
		.len = question->len,
		.response_max = OCSP_ANSWER_MAX };
	struct segl_response response;
	enum segl_status status = SEGL_OK;
	char why[ANSWER_WHY_MAX];
	int authentic = 0;

	*again = 0;
	switch (fetcher_ask(q->fetcher, &what, &response, why)) {
	case FETCHED:
		status = take(q, SEGL_REVOCATION_OCSP, url, question, &response,
		    &authentic);
		*again = !authentic;
		break;
	case FETCH_REFUSED:
		*again = 1;
		status = note_why(q, "OCSP ", url, why);
		break;
	case FETCH_NOT_REACHABLE:
		status = note_why(q, "OCSP ", url, why);
		break;
	case FETCH_NO_MEMORY:
		status = SEGL_ENOMEM;
		break;
	}
	segl_response_clear(&response);
	return status;
}

/* The same by GET: why it failed was said of the POST, and counts. */
static enum segl_status
get_answer(
    struct inquiry *q, const char *url, const struct ocsp_question *question)
{
	struct segl_fetch what = { .accept = "application/ocsp-response",
		.response_max = OCSP_ANSWER_MAX };
	struct segl_response response = { .body = NULL };
	enum segl_status status = SEGL_OK;
	char why[ANSWER_WHY_MAX], *with_question;
	struct answer answer;

	if ((question->len + 2) / 3 * 4 > GET_QUESTION_MAX)
		return SEGL_OK;
	with_question = get_url(url, question);
	if (with_question == NULL)
		return SEGL_ENOMEM;
	what.url = with_question;
	answer_init(&answer);
	switch (fetcher_ask(q->fetcher, &what, &response, why)) {
	case FETCHED:
		status = judge(q, SEGL_REVOCATION_OCSP, question, response.body,
		    response.len, &answer);
		break;
	case FETCH_NO_MEMORY:
		status = SEGL_ENOMEM;
		break;
	default:
		break;
	}
	if (status == SEGL_OK && answer.state != SEGL_REVOCATION_UNKNOWN) {
		keep(q, SEGL_REVOCATION_OCSP, url, &answer, &response);
		status = believe(q, &answer, SEGL_REVOCATION_OCSP, url, 0);
	}
	answer_clear(&answer);
	segl_response_clear(&response);
	free(with_question);
	return status;
}

/*
 * By POST with a nonce first: a fresh answer where the responder makes one.
 * Some refuse the nonce, or know only GET.
 */
static enum segl_status
ask_responder(struct inquiry *q, const char *url)
{
	struct ocsp_question question;
	int again = 0;
	enum segl_status status = look_into_cache(q, SEGL_REVOCATION_OCSP, url);

	if (status != SEGL_OK || is_known(q))
		return status;
	status = ocsp_question_build(q->cert, q->issuer, 1, &question);
	if (status == SEGL_OK)
		status = post_question(q, url, &question, &again);
	free(question.der);
	if (status != SEGL_OK || !again)
		return status;
	status = ocsp_question_build(q->cert, q->issuer, 0, &question);
	if (status == SEGL_OK)
		status = get_answer(q, url, &question);
	free(question.der);
	return status;
}

static enum segl_status
read_crl(struct inquiry *q, const char *url)
{
	struct segl_fetch what = { .url = url,
		.accept = "application/pkix-crl",
		.response_max = CRL_MAX };
	struct segl_response response;
	enum segl_status status = look_into_cache(q, SEGL_REVOCATION_CRL, url);
	char why[ANSWER_WHY_MAX];
	int authentic;

	if (status != SEGL_OK || is_known(q))
		return status;
	switch (fetcher_ask(q->fetcher, &what, &response, why)) {
	case FETCHED:
		status = take(
		    q, SEGL_REVOCATION_CRL, url, NULL, &response, &authentic);
		break;
	case FETCH_NO_MEMORY:
		status = SEGL_ENOMEM;
		break;
	default:
		status = note_why(q, "CRL ", url, why);
		break;
	}
	segl_response_clear(&response);
	return status;
}

/* ---- one certificate -------------------------------------------------------
 */

static enum segl_status
ask_servers(struct inquiry *q, const struct locations *where)
{
	enum segl_status status = SEGL_OK;

	for (size_t i = 0;
	     status == SEGL_OK && !is_known(q) && i < where->n_ocsp; i++)
		status = ask_responder(q, where->ocsp[i]);
	for (size_t i = 0;
	     status == SEGL_OK && !is_known(q) && i < where->n_crl; i++)
		status = read_crl(q, where->crl[i]);
	return status;
}

static enum segl_status
exempt(struct inquiry *q, const char *why)
{
	q->row->state = SEGL_REVOCATION_EXEMPT;
	return note_why(q, "", "", why);
}

static enum segl_status
ask_about(struct inquiry *q)
{
	const struct certificate *c = q->cert;
	struct locations where;
	enum segl_status status;

	if (c->short_term)
		return exempt(q,
		    "it is short-term (validity-assured), and no "
		    "revocation is published for it");
	if (c->no_revocation)
		return exempt(q,
		    "it says that no revocation is published for "
		    "it (noRevAvail)");
	if (c->has_validity && (time_t)q->fetcher->query->now > c->not_after)
		return note_why(q, "", "",
		    "it has expired, and issuers need not answer for it any "
		    "more");
	if (q->issuer == NULL)
		return note_why(q, "", "",
		    "the certificate of its issuer is not there, without "
		    "which no answer can be verified");
	if (locations_read(c, &where) < 0)
		return SEGL_ENOMEM;
	if (where.n_ocsp + where.n_crl > 0)
		status = ask_servers(q, &where);
	else if (c->no_check)
		status = exempt(q,
		    "it says that nobody need ask "
		    "(ocsp-nocheck)");
	else
		status = note_why(q, "", "",
		    where.others ? "it names only addresses of a kind that is "
				   "not read (LDAP, indirect CRLs)"
				 : "it names no OCSP responder and no CRL");
	locations_clear(&where);
	return status;
}

static enum segl_status
ask_one(const struct path *path, size_t i, struct fetcher *fetcher,
    struct segl_revocation_answer *row)
{
	struct inquiry q = { .cert = path->certs[i],
		.issuer = i + 1 < path->len ? path->certs[i + 1] : NULL,
		.fetcher = fetcher,
		.row = row };
	enum segl_status status;

	row->state = SEGL_REVOCATION_UNKNOWN;
	row->this_update = row->next_update = row->revoked_at = -1;
	row->reason = -1;
	status = set_text(&row->subject, q.cert->subject);
	if (status == SEGL_OK)
		status = set_text(&row->serial, q.cert->serial);
	buffer_init(&q.why, WHY_ALL_MAX);
	if (status == SEGL_OK)
		status = ask_about(&q);
	if (status == SEGL_OK && q.why.len > 0)
		status = set_text(&row->why, q.why.data);
	buffer_clear(&q.why);
	return status;
}

/* ---- the path ---------------------------------------------------------------
 */

static enum segl_status
ask_path(const struct path *path, const struct segl_revocation_query *query,
    struct segl_revocations *out)
{
	enum segl_status status = SEGL_OK;
	struct fetcher fetcher;

	fetcher_init(&fetcher, query);
	for (size_t i = 0; status == SEGL_OK && i < path->len; i++) {
		/* nobody but itself could revoke a root */
		if (i > 0 && i + 1 == path->len && path->self_signed)
			break;
		out->n++;
		status = ask_one(path, i, &fetcher, &out->answers[i]);
	}
	return status;
}

static enum segl_status
read_path(const struct segl_softtoken *token, struct certificate_list *list,
    struct path *path)
{
	size_t n = segl_softtoken_path_len(token);
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < n; i++) {
		size_t len;
		const unsigned char *der =
		    segl_softtoken_path_der(token, i, &len);

		status = path_append(path, list, der, len);
	}
	path->self_signed = segl_softtoken_path_has_root(token);
	return status;
}

enum segl_status
segl_revocation_ask(struct segl *segl, const struct segl_softtoken *token,
    const struct segl_revocation_query *query, struct segl_revocations **out)
{
	struct certificate_list list = { .n = 0 };
	struct path path = { .len = 0 };
	enum segl_status status;

	*out = calloc(1, sizeof(**out));
	status = *out == NULL ? SEGL_ENOMEM : read_path(token, &list, &path);
	if (status == SEGL_OK && path.len == 0) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "there is no certificate to ask about");
		error_remedy(segl, "name a file with a certificate");
		status = SEGL_EUSAGE;
	} else if (status == SEGL_OK) {
		status = ask_path(&path, query, *out);
		if (status == SEGL_EINTERNAL)
			error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
			    "OpenSSL has no random numbers for a question");
	}
	certificate_list_clear(&list);
	if (status != SEGL_OK) {
		segl_revocations_free(*out);
		*out = NULL;
	}
	return status == SEGL_ENOMEM ? error_nomem(segl) : status;
}

void
segl_revocations_free(struct segl_revocations *revocations)
{
	if (revocations == NULL)
		return;
	for (size_t i = 0; i < revocations->n; i++) {
		struct segl_revocation_answer *row = &revocations->answers[i];

		free_text(&row->subject);
		free_text(&row->serial);
		free_text(&row->url);
		free_text(&row->signer);
		free_text(&row->why);
	}
	free(revocations);
}

const struct segl_revocation_answer *
segl_revocations_answers(const struct segl_revocations *revocations, size_t *n)
{
	*n = revocations == NULL ? 0 : revocations->n;
	return revocations == NULL ? NULL : revocations->answers;
}
