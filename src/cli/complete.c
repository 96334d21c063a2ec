/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <segl/order.h>
#include <segl/transport.h>

#include "base/error.h"
#include "cli/complete.h"

/* Certificates that are fetched for one path, and addresses tried for each. */
#define ROUNDS_MAX    8
#define ADDRESSES_MAX 3

/* Largest answer: a certificate, or a PKCS#7 of some, in bytes. */
#define ANSWER_MAX (128u << 10)

/* Of one address, in seconds: a certificate is small. */
#define ANSWER_S 10

/* Redirects that are followed: from http: to https:, or to a new place. */
#define REDIRECTS_MAX 2

static enum segl_status
fetch(struct segl *segl, const struct settings *settings,
    struct segl_transport *transport, const char *url,
    struct segl_response *response)
{
	struct segl_fetch what = { .url = url,
		.response_max = ANSWER_MAX,
		.redirects_max = REDIRECTS_MAX,
		.timeout_s =
		    settings->timeout_s > 0 ? settings->timeout_s : ANSWER_S };

	return transport->fetch(transport, segl, &what, response);
}

/* What is at URL into the path of TOKEN; a failure is a warning. */
static enum segl_status
take_from(struct segl *segl, const struct settings *settings,
    struct segl_transport *transport, const char *url,
    struct segl_softtoken *token)
{
	enum segl_status status;
	struct segl_response response;

	status = fetch(segl, settings, transport, url, &response);
	if (status == SEGL_ENOMEM || status == SEGL_EINTERNAL)
		return status;
	if (status != SEGL_OK) {
		note_warning(segl, "%s", segl_error_message(segl));
		segl_error_clear(segl);
		return SEGL_OK;
	}
	if (response.http_status != 200)
		note_warning(segl, "no certificate at %s: HTTP status %d", url,
		    response.http_status);
	else
		status = segl_softtoken_extend_path(
		    token, response.body, response.len, url);
	segl_response_clear(&response);
	return status;
}

/* One certificate more; *GREW tells whether there is. */
static enum segl_status
complete_one(struct segl *segl, const struct settings *settings,
    struct segl_transport *transport, struct segl_softtoken *token, int *grew)
{
	size_t before = segl_softtoken_path_len(token);
	enum segl_status status = SEGL_OK;

	*grew = 0;
	for (size_t i = 0; status == SEGL_OK && !*grew && i < ADDRESSES_MAX;
	     i++) {
		char *url = segl_bundle_source(token, i);

		if (url == NULL)
			break;
		status = take_from(segl, settings, transport, url, token);
		*grew = segl_softtoken_path_len(token) > before ||
		    segl_softtoken_path_missing(token) == NULL;
		if (status == SEGL_OK && !*grew)
			note_warning(segl,
			    "what is at %s does not complete the path", url);
		else if (status == SEGL_OK)
			note_info(segl, "the path goes on with %s", url);
		free(url);
	}
	return status;
}

enum segl_status
complete_path(struct segl *segl, const struct settings *settings,
    struct segl_softtoken *token)
{
	struct segl_transport *transport = NULL;
	enum segl_status status;
	int grew = 1;

	if (segl_softtoken_path_missing(token) == NULL)
		return SEGL_OK;
	status =
	    segl_transport_net(segl, settings->ca.values, settings->ca_only,
		settings->connect_timeout_s, settings->timeout_s, &transport);
	for (int i = 0; status == SEGL_OK && grew && i < ROUNDS_MAX &&
	     segl_softtoken_path_missing(token) != NULL;
	     i++)
		status = complete_one(segl, settings, transport, token, &grew);
	if (transport != NULL)
		transport->free(transport);
	return status;
}
