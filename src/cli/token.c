/* SPDX-License-Identifier: ISC */
#include "cli/token.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/keep.h"
#include "cli/obtain.h"
#include "cli/report.h"
#include "cli/server.h"
#include "present/present.h"

enum segl_status
token_print(struct segl *segl, const struct settings *settings,
    const struct segl_token *token)
{
	struct presentation what = { .token = segl_token_access_token(token),
		.type = segl_token_type(token),
		.scope = segl_token_scope(token),
		.expires_in_s = segl_token_expires_in_s(token),
		.expires_at = segl_token_expires_at(token) };
	enum segl_status status;
	struct buffer out;

	buffer_init(&out, REPORT_MAX);
	status =
	    present_token(&out, settings->output, &what, settings->no_newline);
	if (status != SEGL_OK)
		status = error_nomem(segl);
	else
		status = report_output(segl, out.data, out.len);
	buffer_clear(&out);
	return status;
}

enum segl_status
command_token(struct segl *segl, const struct settings *settings)
{
	struct segl_token *token = NULL;
	enum segl_status status;
	struct server server;

	if (settings->scope.n == 0)
		return obtain_need_scope(segl);
	status = server_open(segl, settings, &server);
	if (status == SEGL_OK)
		status = obtain_new(segl, settings, &server, &token);
	server_dismiss(&server);
	keep_outcome(segl, settings, &server, token);
	if (status == SEGL_OK)
		status = token_print(segl, settings, token);
	segl_token_free(token);
	server_close(&server);
	return status;
}
