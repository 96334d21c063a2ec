/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <segl/grant.h>

#include "base/error.h"
#include "cache/lock.h"
#include "cli/session.h"
#include "daemon/message.h"
#include "daemon/sign.h"
#include "net/wire.h"

/*
 * A token lives minutes: a front that wants more than this many signatures is
 * not one that serves callers.
 */
#define RATE_PER_S 20.0
#define RATE_BURST 200.0

/* Values of one list in a request. */
#define VALUES_MAX 64

/* A clock that differs more is wrong, or what is told of it. */
#define CLOCK_OFFSET_MAX_S 600

/* Room for the settings of one request: those of the profile, changed. */
struct wanted {
	struct settings settings;
	const char *scopes[VALUES_MAX + 1];
	const char *resources[VALUES_MAX + 1];
};

static enum segl_status
take_list(struct segl *segl, const struct buffer *request, const char *name,
    const char **values, struct setting_list *list)
{
	const char *value;
	size_t n = 0;

	while ((value = wire_field(request, name, (unsigned int)n)) != NULL) {
		if (n == VALUES_MAX)
			return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "more than %d values of %s", VALUES_MAX, name);
		values[n++] = value;
	}
	if (n == 0)
		return SEGL_OK;
	values[n] = NULL;
	list->values = values;
	list->n = n;
	return SEGL_OK;
}

/* A text of the request in the place of the profile's, where there is one. */
static void
take_text(const struct buffer *request, const char *name, const char **to)
{
	const char *value = wire_field(request, name, 0);

	if (value != NULL)
		*to = value;
}

/* Nobody may have us read a file: only the settings name files. */
static enum segl_status
check_details(struct segl *segl, const struct buffer *request)
{
	const char *details = wire_field(request, "authorization-details", 0);

	if (details == NULL || details[0] == '[' || details[0] == '{')
		return SEGL_OK;
	return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "authorization_details is not JSON");
}

static enum segl_status
check_scopes(const struct signer *signer, const struct profile *profile,
    const struct setting_list *scopes)
{
	if (scopes->n == 0)
		return error_set(signer->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "no scope is given");
	for (size_t i = 0; i < scopes->n; i++) {
		if (policy_permits(
			signer->policy, profile->name, scopes->values[i]) ||
		    sinks_permit(&signer->sinks, &signer->profiles, profile,
			scopes->values[i]))
			continue;
		return error_set(signer->segl, SEGL_EAUTHZ, SEGL_TURN_YOU,
		    "nobody may have this scope here");
	}
	return SEGL_OK;
}

static enum segl_status
compose(struct signer *signer, const struct seal *seal,
    const struct buffer *request, struct wanted *wanted)
{
	struct settings *s = &wanted->settings;
	enum segl_status status;

	*s = seal->profile->settings;
	status = take_list(
	    signer->segl, request, "scope", wanted->scopes, &s->scope);
	if (status == SEGL_OK)
		status = take_list(signer->segl, request, "resource",
		    wanted->resources, &s->resource);
	if (status == SEGL_OK)
		status = check_details(signer->segl, request);
	if (status == SEGL_OK)
		status = check_scopes(signer, seal->profile, &s->scope);
	take_text(request, "consumer-org", &s->consumer_org);
	take_text(request, "pid", &s->pid);
	take_text(request, "authorization-details", &s->authorization_details);
	take_text(request, "system-user", &s->system_user);
	take_text(request, "consent", &s->consent);
	return status;
}

/* The instant of issue; the server's clock where the settings go by it. */
static long long
issue_time(const struct settings *settings, const struct buffer *request)
{
	long long offset = wire_number(request, "clock-offset", 0);

	if (settings->clock == NULL || strcmp(settings->clock, "server") != 0 ||
	    offset > CLOCK_OFFSET_MAX_S || offset < -CLOCK_OFFSET_MAX_S)
		offset = 0;
	return (long long)time(NULL) + offset;
}

static enum segl_status
sign(struct signer *signer, const struct seal *seal, struct wanted *wanted,
    const struct buffer *request, struct segl_assertion **out)
{
	const char *algs = wire_field(request, "algs", 0);
	struct segl_grant *grant = NULL;
	enum segl_status status;

	status = session_grant(signer->segl, &wanted->settings, seal->token,
	    seal->profile->server.issuer, algs == NULL ? "" : algs, &grant);
	if (status == SEGL_OK)
		status = segl_grant_sign(grant, seal->token,
		    issue_time(&wanted->settings, request), NULL, out);
	segl_grant_free(grant);
	return status;
}

enum segl_status
sign_rehearse(struct signer *signer, const struct seal *seal)
{
	static const char *const any[] = { "segl:rehearsal", NULL };
	struct wanted wanted = { .settings = seal->profile->settings };
	struct segl_assertion *assertion = NULL;
	struct buffer nothing;
	enum segl_status status;

	buffer_init(&nothing, 1);
	if (wanted.settings.scope.n == 0) {
		wanted.scopes[0] = any[0];
		wanted.settings.scope.values = wanted.scopes;
		wanted.settings.scope.n = 1;
	}
	status = sign(signer, seal, &wanted, &nothing, &assertion);
	segl_assertion_free(assertion);
	return status;
}

/* ---- requests -------------------------------------------------------------
 */

static int
may_sign(struct signer *signer)
{
	long long now_ms = lock_now_ms();
	double more =
	    (double)(now_ms - signer->refilled_ms) * RATE_PER_S / 1000.0;

	if (signer->refilled_ms == 0)
		more = RATE_BURST;
	signer->refilled_ms = now_ms;
	signer->allowance += more;
	if (signer->allowance > RATE_BURST)
		signer->allowance = RATE_BURST;
	if (signer->allowance < 1.0)
		return 0;
	signer->allowance -= 1.0;
	return 1;
}

static const struct seal *
find_seal(const struct signer *signer, const char *name)
{
	const struct profile *profile =
	    name == NULL ? NULL : profiles_find(&signer->profiles, name);

	return profile == NULL ? NULL
			       : &signer->seals[profile - signer->profiles.all];
}

static enum segl_status
add_optional(struct buffer *to, const char *name, const char *value)
{
	return value == NULL ? SEGL_OK : wire_add(to, name, value);
}

static enum segl_status
tell_signed(struct buffer *answer, const char *id,
    const struct segl_assertion *assertion)
{
	enum segl_status status = message_begin(answer, "signed");

	if (status == SEGL_OK)
		status = wire_add(answer, "id", id);
	if (status == SEGL_OK)
		status = wire_add(answer, "jti", segl_assertion_jti(assertion));
	if (status == SEGL_OK)
		status = wire_add(
		    answer, "assertion", segl_assertion_compact(assertion));
	return status;
}

static enum segl_status
tell_refused(struct buffer *answer, const char *id, const struct segl *segl)
{
	enum segl_status status = message_begin(answer, "refused");

	if (status == SEGL_OK)
		status = wire_add(answer, "id", id);
	if (status == SEGL_OK)
		status = wire_add_number(
		    answer, "status", (long long)segl_error_status(segl));
	if (status == SEGL_OK)
		status = wire_add_number(
		    answer, "turn", (long long)segl_error_turn(segl));
	if (status == SEGL_OK)
		status =
		    add_optional(answer, "message", segl_error_message(segl));
	if (status == SEGL_OK)
		status =
		    add_optional(answer, "remedy", segl_error_remedy(segl));
	return status;
}

int
sign_request(
    struct signer *signer, const struct buffer *request, struct buffer *answer)
{
	const char *id = wire_field(request, "id", 0);
	const struct seal *seal =
	    find_seal(signer, wire_field(request, "profile", 0));
	struct segl_assertion *assertion = NULL;
	struct wanted wanted;
	enum segl_status status;

	if (!message_is(request, "sign") || id == NULL || seal == NULL)
		return -1;
	segl_error_clear(signer->segl);
	if (!may_sign(signer)) {
		status = error_set(signer->segl, SEGL_ESERVER, SEGL_TURN_YOU,
		    "more grants are asked for than any callers need");
		error_remedy(signer->segl, "find out who asks; see the log");
	} else {
		status = compose(signer, seal, request, &wanted);
		if (status == SEGL_OK)
			status =
			    sign(signer, seal, &wanted, request, &assertion);
	}
	status = status == SEGL_OK ? tell_signed(answer, id, assertion)
				   : tell_refused(answer, id, signer->segl);
	segl_assertion_free(assertion);
	return status == SEGL_OK ? 0 : -1;
}
