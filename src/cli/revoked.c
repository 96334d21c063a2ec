/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cache/answers.h"
#include "cache/directory.h"
#include "cli/revoked.h"

/* A transport that is started by the first request. */
struct lazy {
	struct segl_transport transport; /* first: it is cast back */
	const struct settings *settings;
	struct segl_transport *real; /* NULL not started */
};

static enum segl_status
lazy_fetch(struct segl_transport *self, struct segl *segl,
    const struct segl_fetch *what, struct segl_response *response)
{
	struct lazy *lazy = (struct lazy *)self;
	const struct settings *settings = lazy->settings;
	enum segl_status status = SEGL_OK;

	if (lazy->real == NULL)
		status = segl_transport_net(segl, settings->ca.values,
		    settings->ca_only, settings->connect_timeout_s,
		    settings->timeout_s, &lazy->real);
	if (status == SEGL_OK)
		status = lazy->real->fetch(lazy->real, segl, what, response);
	return status;
}

/* Where answers are kept between runs. */
struct shelf {
	int dirfd;
	long long now;
};

static unsigned char *
shelf_load(void *arg, const char *key, size_t *len)
{
	const struct shelf *shelf = arg;

	return answers_load(shelf->dirfd, key, shelf->now, len);
}

static void
shelf_store(
    void *arg, const char *key, const void *bytes, size_t len, long long until)
{
	const struct shelf *shelf = arg;

	answers_store(shelf->dirfd, key, bytes, len, shelf->now, until);
}

/* A grant is built without the network, also by the signer of segld. */
static int
is_asked(const struct settings *settings)
{
	if (settings->command == COMMAND_GRANT ||
	    settings->command == COMMAND_DAEMON)
		return 0;
	return settings->revocation != NULL &&
	    strcmp(settings->revocation, "no") != 0;
}

int
revoked_is_strict(const struct settings *settings)
{
	return settings->revocation != NULL &&
	    strcmp(settings->revocation, "hard") == 0;
}

enum segl_status
revoked_ask(struct segl *segl, const struct settings *settings,
    const struct segl_softtoken *token, struct segl_revocations **out)
{
	struct lazy lazy = { .transport = { .fetch = lazy_fetch },
		.settings = settings };
	struct shelf shelf = { .dirfd = -1, .now = (long long)time(NULL) };
	struct segl_revocation_cache cache = {
		.arg = &shelf, .load = shelf_load, .store = shelf_store
	};
	struct segl_revocation_query query = {
		.transport = &lazy.transport,
		.cache = settings->no_cache ? NULL : &cache,
		.now = shelf.now,
		.timeout_s = settings->timeout_s,
	};
	enum segl_status status;

	*out = NULL;
	if (!is_asked(settings) || segl_softtoken_path_len(token) == 0)
		return SEGL_OK;
	if (!settings->no_cache)
		shelf.dirfd = cache_directory_open();
	status = segl_revocation_ask(segl, token, &query, out);
	if (lazy.real != NULL)
		lazy.real->free(lazy.real);
	if (shelf.dirfd >= 0)
		close(shelf.dirfd);
	return status;
}
