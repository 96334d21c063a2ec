/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cache/entry.h"
#include "cache/lock.h"
#include "cli/keep.h"
#include "cli/report.h"
#include "settings/canonical.h"

void
keep_token(struct segl *segl, const struct settings *settings, int dirfd,
    const struct segl_token *token)
{
	struct entry entry = { .expires_in_s = segl_token_expires_in_s(token),
		.token = (char *)(uintptr_t)segl_token_access_token(token),
		.type = (char *)(uintptr_t)segl_token_type(token),
		.scope = (char *)(uintptr_t)segl_token_scope(token) };
	struct buffer key;
	int cacheable, error;

	if (dirfd < 0)
		return; /* that there is no place is told already */
	instant_now(&entry.obtained);
	buffer_init(&key, ENTRY_KEY_MAX);
	if (settings_canonical(settings, &key, &cacheable) == SEGL_OK &&
	    cacheable) {
		error = entry_store(dirfd, key.data, key.len, &entry);
		if (error == 0)
			entry_prune(dirfd);
		else
			note_info(
			    segl, "the token is not kept: %s", strerror(error));
	}
	buffer_clear(&key);
}

/* Only what the server or the network said is the same for all who wait. */
static int
concerns_others(enum segl_status status)
{
	return status == SEGL_ENETWORK || status == SEGL_ECONNECT ||
	    status == SEGL_ESERVER || status == SEGL_EREPLY ||
	    status == SEGL_EAUTHN || status == SEGL_EAUTHZ ||
	    status == SEGL_ECLOCK;
}

static void
tell_failure(const struct segl *segl, int lock)
{
	struct buffer text;

	buffer_init(&text, REPORT_MAX);
	if (report_compose(segl, &text) == SEGL_OK)
		lock_tell_failure(lock, text.data, text.len);
	buffer_clear(&text);
}

void
keep_outcome(struct segl *segl, const struct settings *settings,
    const struct server *server, const struct segl_token *token)
{
	int lock = lock_inherit();

	if (token != NULL && !settings->no_cache &&
	    segl_token_expires_in_s(token) > 0)
		keep_token(segl, settings, server->dirfd, token);
	else if (lock >= 0 && concerns_others(segl_error_status(segl)))
		tell_failure(segl, lock);
	if (lock >= 0)
		close(lock);
}
