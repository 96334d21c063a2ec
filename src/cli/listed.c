/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/error.h"
#include "cli/listed.h"

/*
 * A store that nobody named must not stop what works without it: what was
 * looked up there is not known then, which is what the report says.
 */
static enum segl_status
forgive(
    struct segl *segl, const struct settings *settings, enum segl_status status)
{
	if (status == SEGL_OK || status == SEGL_ENOMEM ||
	    settings->trust != NULL)
		return status;
	note_warning(segl, "%s; what to do: %s", segl_error_message(segl),
	    segl_error_remedy(segl) == NULL ? "run segl trust update"
					    : segl_error_remedy(segl));
	segl_error_clear(segl);
	return SEGL_OK;
}

enum segl_status
listed_open(struct segl *segl, const struct settings *settings,
    struct segl_trust_store **out)
{
	*out = NULL;
	if (settings->trust != NULL && strcmp(settings->trust, "none") == 0)
		return SEGL_OK;
	return forgive(
	    segl, settings, segl_trust_store_open(segl, settings->trust, out));
}

enum segl_status
listed_ask(struct segl *segl, const struct settings *settings,
    const struct segl_softtoken *token, long long at,
    struct segl_trust_answer **out)
{
	struct segl_trust_store *store;
	enum segl_status status = listed_open(segl, settings, &store);

	*out = NULL;
	if (status == SEGL_OK && store != NULL)
		status = forgive(
		    segl, settings, segl_trust_ask(store, token, at, out));
	segl_trust_store_free(store);
	return status;
}

enum segl_status
listed_complete(struct segl *segl, const struct settings *settings,
    struct segl_softtoken *token)
{
	struct segl_trust_store *store = NULL;
	enum segl_status status;

	if ((segl_softtoken_path_missing(token) == NULL &&
		!segl_softtoken_path_has_others(token)) ||
	    (settings->trust != NULL && strcmp(settings->trust, "none") == 0))
		return SEGL_OK;
	status = segl_trust_store_open(segl, settings->trust, &store);
	if (status == SEGL_OK && store != NULL)
		status = segl_trust_complete(store, token);
	segl_trust_store_free(store);
	if (status == SEGL_ENOMEM)
		return status;
	segl_error_clear(segl);
	return SEGL_OK;
}
