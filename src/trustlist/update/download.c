/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "net/fetch.h"
#include "trustlist/update/round.h"

/* What is told while bytes come. */
struct meter {
	const struct segl_trust_order *order;
	struct segl_trust_progress so_far;
};

static void
on_bytes(void *arg, const struct net_fetch *fetch, size_t added)
{
	struct meter *meter = arg;

	meter->so_far.done += fetch != NULL;
	meter->so_far.bytes += (long long)added;
	if (meter->order->progress != NULL)
		meter->order->progress(meter->order->arg, &meter->so_far);
}

static struct net_options
options_of(const struct segl_trust_order *order)
{
	const struct net_options options = { .ca = order->ca,
		.ca_only = order->ca_only,
		.connect_timeout_s = order->connect_timeout_s,
		.timeout_s = order->timeout_s };

	return options;
}

/* To get URL into a new candidate; KEPT, if it is from there, may do. */
static enum segl_status
prepare(struct round *round, const char *url, const struct candidate *kept,
    struct net_fetch *fetch)
{
	struct candidate *file = candidates_add(&round->found);

	memset(fetch, 0, sizeof(*fetch));
	if (file == NULL || candidate_set_source(file, url, 1) < 0)
		return error_nomem(round->segl);
	fetch->url = url;
	fetch->body = &file->bytes;
	fetch->redirects = fetch->insecure_fallback = 1;
	fetch->arg = file;
	if (kept != NULL && kept->is_url &&
	    strcmp(kept->source, file->source) == 0) {
		fetch->etag = kept->etag;
		fetch->last_modified = kept->last_modified;
	}
	return SEGL_OK;
}

static void
copy(char *to, size_t size, const char *from)
{
	if (strlen(from) < size)
		memcpy(to, from, strlen(from) + 1);
}

/* FETCH is done: 1 a new file, 0 as KEPT is, -1 failed, with the reason. */
static int
conclude(const struct round *round, const struct net_fetch *fetch,
    struct candidate *kept, char *reason)
{
	struct candidate *file = fetch->arg;

	if (fetch->http_status == 304 && kept != NULL) {
		kept->fetched = round->order->now;
		kept->tls_unverified |= fetch->unverified;
		return 0;
	}
	if (fetch->http_status != 200) {
		if (fetch->reason[0] != '\0')
			snprintf(reason, POLICY_REASON_MAX, "cannot be had: %s",
			    fetch->reason);
		else
			snprintf(reason, POLICY_REASON_MAX,
			    "cannot be had: %.500s says HTTP %d", file->source,
			    fetch->http_status);
		return -1;
	}
	file->fetched = round->order->now;
	file->tls_unverified = fetch->unverified;
	copy(file->etag, sizeof(file->etag), fetch->new_etag);
	copy(file->last_modified, sizeof(file->last_modified),
	    fetch->new_last_modified);
	candidate_examine(file);
	return 1;
}

/* ---- the list of trusted lists ------------------------------------------- */

static enum segl_status
get_one(struct round *round, const char *url, struct candidate *kept,
    int careful, struct candidate **out, char *reason)
{
	const struct net_options options = options_of(round->order);
	struct meter meter = { .order = round->order,
		.so_far = { .lists = 1 } };
	struct net_fetch fetch;
	enum segl_status status = prepare(round, url, kept, &fetch);
	int got;

	*out = NULL;
	if (careful)
		fetch.redirects = fetch.insecure_fallback = 0;
	if (status == SEGL_OK)
		status = net_fetch(
		    round->segl, &options, &fetch, 1, 1, on_bytes, &meter);
	if (status != SEGL_OK)
		return status;
	got = conclude(round, &fetch, kept, reason);
	if (got >= 0)
		*out = got == 0 ? kept : fetch.arg;
	return SEGL_OK;
}

/* The kept one; where there is none, or it is damaged, that of the server. */
static struct candidate *
find_pivot(
    void *arg, const struct policy_pivot *pivot, size_t nth, char *reason)
{
	struct round *round = arg;
	struct candidate *file = NULL;
	int kept = round_kept_pivot(round, pivot->number, &file) == SEGL_OK &&
	    file != NULL;

	if (kept && nth == 0)
		return file;
	file = NULL;
	if (nth > (size_t)kept)
		return NULL;
	/* its address comes from a file that nobody has vouched for yet */
	if (get_one(round, pivot->url, NULL, 1, &file, reason) != SEGL_OK) {
		snprintf(reason, POLICY_REASON_MAX, "cannot be had: %.600s",
		    segl_error_message(round->segl));
		return NULL;
	}
	return file;
}

static enum segl_status
no_lotl(struct round *round, const char *url, enum segl_status status,
    const char *reason)
{
	error_set(round->segl, status, SEGL_TURN_NETWORK,
	    "the list of trusted lists %s %s", url, reason);
	error_remedy(round->segl,
	    "try again later; what is in the store stays in use. Where no way "
	    "leads there, get the lists elsewhere and give them to segl trust "
	    "import");
	return status;
}

static enum segl_status
get_lotl(struct round *round)
{
	const char *url =
	    round->order->lotl != NULL ? round->order->lotl : POLICY_LOTL_URL;
	const struct lotl_pivots pivots = { find_pivot, round };
	struct candidate *kept = round->kept_lotl, *file;
	char reason[POLICY_REASON_MAX] = "";
	enum segl_status status;
	int accepted;

	status = get_one(round, url, kept, 0, &file, reason);
	if (status != SEGL_OK)
		return status;
	if (file == NULL)
		return no_lotl(round, url, SEGL_ENETWORK, reason);
	status = lotl_authenticate(round->segl, &round->anchors,
	    round->order->lotl, kept == NULL ? -1 : kept->verified, file,
	    &pivots, &round->lotl, &accepted, reason);
	if (status == SEGL_OK && !accepted)
		return no_lotl(round, url, SEGL_ECONNECT, reason);
	round->lotl_fate = candidate_is_same(kept, file) ? SEGL_TRUST_AS_WAS
							 : SEGL_TRUST_TAKEN;
	return status;
}

/* ---- the countries ------------------------------------------------------- */

static enum segl_status
get_countries(struct round *round)
{
	const struct net_options options = options_of(round->order);
	struct meter meter = { .order = round->order };
	struct net_fetch fetches[POLICY_COUNTRIES_MAX];
	struct country *of[POLICY_COUNTRIES_MAX];
	enum segl_status status = SEGL_OK;
	size_t n = 0;

	for (size_t i = 0; status == SEGL_OK && i < round->n_countries; i++) {
		struct country *country = &round->country[i];

		if (!country->wanted)
			continue;
		of[n] = country;
		status = prepare(round, country->pointer->location,
		    country->kept, &fetches[n++]);
	}
	meter.so_far.lists = n;
	if (status == SEGL_OK)
		status = net_fetch(round->segl, &options, fetches, n,
		    NET_FETCH_AT_ONCE, on_bytes, &meter);
	for (size_t i = 0; status == SEGL_OK && i < n; i++) {
		struct candidate *file = fetches[i].arg;
		char reason[POLICY_REASON_MAX];

		switch (conclude(round, &fetches[i], of[i]->kept, reason)) {
		case 1:
			/* whatever it claims to be, it stands there as this */
			memcpy(file->territory, of[i]->territory,
			    sizeof(of[i]->territory));
			break;
		case 0:
			of[i]->unchanged = 1;
			break;
		default:
			round_fail(of[i], file, reason);
			break;
		}
	}
	return status;
}

enum segl_status
segl_trust_update(struct segl *segl, const struct segl_trust_order *order,
    struct segl_trust_summary *summary)
{
	struct round *round = calloc(1, sizeof(*round));
	enum segl_status status;

	memset(summary, 0, sizeof(*summary));
	if (round == NULL)
		return error_nomem(segl);
	status = round_begin(round, segl, order, summary);
	if (status == SEGL_OK)
		status = get_lotl(round);
	if (status == SEGL_OK)
		status = round_countries(round);
	if (status == SEGL_OK)
		status = get_countries(round);
	if (status == SEGL_OK)
		status = round_settle(round);
	if (status == SEGL_OK)
		status = round_write(round);
	round_end(round);
	free(round);
	return status;
}
