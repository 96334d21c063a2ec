/* SPDX-License-Identifier: ISC */
/* segl exchange: a token of Maskinporten that is there already for another. */
#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "cli/command.h"
#include "cli/obtain.h"
#include "cli/paste.h"
#include "cli/token.h"

static enum segl_status
exchange(
    struct segl *segl, const struct settings *settings, const char *subject)
{
	struct segl_token *token = NULL;
	enum segl_exchanger by;
	enum segl_status status;
	struct server server;
	const char *url;

	status = server_open(segl, settings, &server);
	if (status == SEGL_OK)
		status =
		    obtain_exchanger(segl, settings, &server.named, &by, &url);
	if (status == SEGL_OK)
		status = segl_exchange_token(
		    segl, server.transport, by, url, subject, &token);
	server_dismiss(&server);
	if (status == SEGL_OK)
		status = token_print(segl, settings, token);
	segl_token_free(token);
	server_close(&server);
	return status;
}

enum segl_status
command_exchange(struct segl *segl, const struct settings *settings)
{
	struct settings with = *settings;
	enum segl_status status;
	char *subject = NULL;

	if (settings->n_operands == 0 ||
	    segl_exchanger_find(settings->operands[0]) == SEGL_EXCHANGER_NONE) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "segl exchange needs to know who exchanges the token");
		error_remedy(segl, "write segl exchange customs, or altinn");
		return SEGL_EUSAGE;
	}
	with.exchange = settings->operands[0];
	status = paste_token(segl,
	    settings->n_operands > 1 ? settings->operands[1] : NULL, &subject);
	if (status == SEGL_OK)
		status = exchange(segl, &with, subject);
	secret_free_text(subject);
	return status;
}
