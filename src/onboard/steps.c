/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "onboard/steps.h"

#define NEEDS(id) (1u << ONBOARD_##id)

/* A certificate is at hand; with its key, a grant can be signed. */
#define CERT (NEEDS(FILE) | NEEDS(IDENTITY))
#define SEAL (CERT | NEEDS(KEY))

static const struct onboard_step steps[ONBOARD_STEPS] = {
	[ONBOARD_FILE] = { "file", "the key file opens", 0, 0 },
	[ONBOARD_IDENTITY] = { "identity", "it says who you are", NEEDS(FILE),
	    0 },
	[ONBOARD_KEY] = { "key", "the private key is that of the certificate",
	    CERT, 0 },
	[ONBOARD_PATH] = { "path", "the certification path is complete", CERT,
	    0 },
	[ONBOARD_SUITABLE] = { "suitable", "the certificate is suitable", CERT,
	    0 },
	[ONBOARD_LISTED] = { "listed", "its issuer is on the trusted lists",
	    CERT, 0 },
	[ONBOARD_REVOCATION] = { "revocation", "nothing is revoked", CERT, 1 },
	[ONBOARD_CLOCK] = { "clock", "the clock of this host is right", 0, 0 },
	[ONBOARD_NETWORK] = { "network", "name, proxy and TLS lead there", 0,
	    1 },
	[ONBOARD_METADATA] = { "metadata", "the server says what it offers",
	    NEEDS(NETWORK), 1 },
	[ONBOARD_DRY_RUN] = { "dry-run", "Maskinporten accepts the seal",
	    SEAL | NEEDS(PATH) | NEEDS(SUITABLE) | NEEDS(LISTED) |
		NEEDS(REVOCATION) | NEEDS(METADATA),
	    1 },
	[ONBOARD_TOKEN] = { "token", "Maskinporten gives a token for the scope",
	    SEAL | NEEDS(DRY_RUN), 1 },
	[ONBOARD_CONSUMER] = { "consumer", "the token is for this business",
	    NEEDS(TOKEN), 1 },
	[ONBOARD_EXCHANGE] = { "exchange", "the API's owner exchanges it",
	    NEEDS(TOKEN) | NEEDS(CONSUMER), 1 },
	[ONBOARD_TEST_AUTH] = { "test-auth", "the API answers 200 OK",
	    NEEDS(EXCHANGE), 1 },
};

const struct onboard_step *
onboard_step(size_t id)
{
	return id < ONBOARD_STEPS ? &steps[id] : NULL;
}

const struct onboard_step *
onboard_step_find(const char *name, size_t *id)
{
	char *end;
	unsigned long number = strtoul(name, &end, 10);

	if (name[0] >= '1' && name[0] <= '9' && *end == '\0' &&
	    number <= ONBOARD_STEPS) {
		*id = (size_t)number - 1;
		return &steps[*id];
	}
	for (*id = 0; *id < ONBOARD_STEPS; ++*id)
		if (strcmp(steps[*id].name, name) == 0)
			return &steps[*id];
	return NULL;
}

const char *
onboard_step_nearest(const char *name)
{
	const char *names[ONBOARD_STEPS];

	for (size_t i = 0; i < ONBOARD_STEPS; i++)
		names[i] = steps[i].name;
	return text_nearest(name, names, ONBOARD_STEPS);
}

/* ---- the order --------------------------------------------------------- */

/* The first step that ID needs and that stops it; ONBOARD_STEPS none. */
static size_t
obstacle(const struct onboard *record, size_t id)
{
	for (size_t i = 0; i < id; i++)
		if ((steps[id].needs & 1u << i) != 0 && record->steps[i].stops)
			return i;
	return ONBOARD_STEPS;
}

static void
skip(struct onboard_outcome *out, int stops, const char *why)
{
	onboard_set(out, ONBOARD_SKIPPED, "%s", why);
	out->stops = stops;
}

/* Non-zero where PLAN and what happened so far leave ID out. */
static int
is_skipped(const struct onboard_plan *plan, struct onboard *record, size_t id)
{
	struct onboard_outcome *out = &record->steps[id];
	size_t by = obstacle(record, id);

	if (id > plan->until) {
		skip(out, 1, "it is behind the step that --until names");
		return 1;
	}
	if (plan->offline && steps[id].is_online) {
		skip(out, 1, "nothing is sent (--offline)");
		return 1;
	}
	if (by == ONBOARD_STEPS)
		return 0;
	skip(out, 1, "");
	onboard_set(out, ONBOARD_SKIPPED,
	    record->steps[by].result == ONBOARD_FAIL
		? "it makes no sense after the failure of step %zu (%s)"
		: "it makes no sense without step %zu (%s)",
	    by + 1, steps[by].name);
	out->stops = 1;
	return 1;
}

enum segl_status
onboard_run(const struct onboard_plan *plan, struct onboard *record)
{
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < ONBOARD_STEPS; i++) {
		struct onboard_outcome *out = &record->steps[i];

		if (plan->begin != NULL)
			plan->begin(plan->arg, i);
		if (!is_skipped(plan, record, i))
			status = plan->take(plan->arg, i, out);
		if (status == SEGL_OK && (out->nomem || out->facts.nomem))
			status = SEGL_ENOMEM;
		if (status == SEGL_OK && plan->end != NULL)
			plan->end(plan->arg, i, out);
	}
	return status;
}
