/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "revocation/fetch.h"

static long long
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
fetcher_init(struct fetcher *fetcher, const struct segl_revocation_query *query)
{
	long all_s = query->timeout_all_s > 0 ? query->timeout_all_s
					      : FETCH_TIMEOUT_ALL_S;

	memset(fetcher, 0, sizeof(*fetcher));
	fetcher->query = query;
	fetcher->deadline_ms = now_ms() + all_s * 1000;
}

/* Length of "http://host:port" at the front of URL. */
static size_t
server_len(const char *url)
{
	const char *host = strstr(url, "://");

	return host == NULL ? strlen(url)
			    : (size_t)(host + 3 - url) + strcspn(host + 3, "/");
}

static int
is_dead(const struct fetcher *fetcher, const char *url)
{
	size_t len = server_len(url);

	for (size_t i = 0; i < fetcher->n_dead; i++) {
		if (strlen(fetcher->dead[i]) == len &&
		    strncmp(fetcher->dead[i], url, len) == 0)
			return 1;
	}
	return 0;
}

/* Seconds for the next request; 0 where none are left. */
static long
seconds_left(const struct fetcher *fetcher)
{
	long one_s = fetcher->query->timeout_s > 0 ? fetcher->query->timeout_s
						   : FETCH_TIMEOUT_S;
	long long left_s = (fetcher->deadline_ms - now_ms() + 999) / 1000;

	if (left_s <= 0)
		return 0;
	return left_s < one_s ? (long)left_s : one_s;
}

/* What SEGL says of URL, without saying its address again. */
static void
say_failure(const struct segl *segl, const char *url, char why[ANSWER_WHY_MAX])
{
	static const char said[] = " could not be reached: ";
	const char *message = segl_error_message(segl);
	size_t len = strlen(url);

	if (message == NULL)
		message = "it could not be reached";
	else if (strncmp(message, url, len) == 0 &&
	    strncmp(message + len, said, sizeof(said) - 1) == 0)
		message += len + sizeof(said) - 1;
	snprintf(why, ANSWER_WHY_MAX, "%s", message);
}

static enum fetched
failed(struct fetcher *fetcher, const struct segl *segl,
    const struct segl_fetch *what, enum segl_status status,
    char why[ANSWER_WHY_MAX])
{
	size_t len = server_len(what->url);

	if (status == SEGL_ENOMEM)
		return FETCH_NO_MEMORY;
	say_failure(segl, what->url, why);
	if (status == SEGL_EREPLY)
		return FETCH_REFUSED;
	if (len < FETCH_SERVER_MAX && fetcher->n_dead < FETCH_DEAD_MAX)
		memcpy(fetcher->dead[fetcher->n_dead++], what->url, len);
	return FETCH_NOT_REACHABLE;
}

enum fetched
fetcher_ask(struct fetcher *fetcher, struct segl_fetch *what,
    struct segl_response *response, char why[ANSWER_WHY_MAX])
{
	struct segl_transport *transport = fetcher->query->transport;
	enum fetched result = FETCHED;
	enum segl_status status;
	struct segl *quiet;

	memset(response, 0, sizeof(*response));
	what->redirects_max = FETCH_REDIRECTS;
	what->timeout_s = seconds_left(fetcher);
	if (transport == NULL || transport->fetch == NULL)
		snprintf(why, ANSWER_WHY_MAX, "nothing is asked of a server");
	else if (what->timeout_s == 0)
		snprintf(why, ANSWER_WHY_MAX, "no time was left to ask");
	else if (is_dead(fetcher, what->url))
		snprintf(why, ANSWER_WHY_MAX,
		    "its server could not be reached before");
	if (transport == NULL || transport->fetch == NULL ||
	    what->timeout_s == 0 || is_dead(fetcher, what->url))
		return FETCH_NOT_REACHABLE;
	/* a server that is down is an answer here, not the caller's failure */
	quiet = segl_new();
	if (quiet == NULL)
		return FETCH_NO_MEMORY;
	status = transport->fetch(transport, quiet, what, response);
	if (status != SEGL_OK) {
		result = failed(fetcher, quiet, what, status, why);
	} else if (response->http_status == 407) {
		snprintf(why, ANSWER_WHY_MAX,
		    "the proxy wants a name and a password (HTTP 407)");
		result = FETCH_REFUSED;
	} else if (response->http_status != 200) {
		snprintf(why, ANSWER_WHY_MAX, "its server answers HTTP %d",
		    response->http_status);
		result = FETCH_REFUSED;
	}
	segl_free(quiet);
	return result;
}
