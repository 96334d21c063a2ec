/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "present/present.h"

/* TEXT as a JSON string (RFC 8259, 7). */
static enum segl_status
add_json_string(struct buffer *out, const char *text)
{
	enum segl_status status = buffer_add(out, "\"", 1);

	for (; status == SEGL_OK && *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			status = buffer_printf(out, "\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			status =
			    buffer_printf(out, "\\u%04x", (unsigned char)*text);
		else
			status = buffer_add(out, text, 1);
	}
	if (status == SEGL_OK)
		status = buffer_add(out, "\"", 1);
	return status;
}

static enum segl_status
as_json(struct buffer *out, const struct presentation *what)
{
	enum segl_status status;

	status = buffer_add_str(out, "{\"access_token\":");
	if (status == SEGL_OK)
		status = add_json_string(out, what->token);
	if (status == SEGL_OK)
		status = buffer_add_str(out, ",\"token_type\":");
	if (status == SEGL_OK)
		status = add_json_string(out, what->type);
	if (status == SEGL_OK && what->expires_in_s >= 0)
		status = buffer_printf(out,
		    ",\"expires_in\":%ld,\"expires_at\":%lld",
		    what->expires_in_s, what->expires_at);
	if (status == SEGL_OK && what->scope != NULL) {
		status = buffer_add_str(out, ",\"scope\":");
		if (status == SEGL_OK)
			status = add_json_string(out, what->scope);
	}
	if (status == SEGL_OK)
		status = buffer_printf(out, ",\"from_cache\":%s}",
		    what->from_cache ? "true" : "false");
	return status;
}

/* A token has no character that a shell or curl would mind: RFC 6750, 2.1. */
static enum segl_status
as_env(struct buffer *out, const struct presentation *what)
{
	enum segl_status status = buffer_printf(
	    out, "export MASKINPORTEN_ACCESS_TOKEN='%s'", what->token);

	if (status == SEGL_OK && what->expires_at >= 0)
		status = buffer_printf(out,
		    "\nexport MASKINPORTEN_ACCESS_TOKEN_EXPIRES_AT=%lld",
		    what->expires_at);
	return status;
}

enum segl_status
present_token(struct buffer *out, const char *format,
    const struct presentation *what, int no_newline)
{
	enum segl_status status;

	if (format == NULL || strcmp(format, "raw") == 0)
		status = buffer_add_str(out, what->token);
	else if (strcmp(format, "json") == 0)
		status = as_json(out, what);
	else if (strcmp(format, "header") == 0)
		status =
		    buffer_printf(out, "Authorization: Bearer %s", what->token);
	else if (strcmp(format, "curl") == 0)
		status = buffer_printf(
		    out, "header = \"Authorization: Bearer %s\"", what->token);
	else if (strcmp(format, "env") == 0)
		status = as_env(out, what);
	else
		status = SEGL_EUSAGE;
	if (status == SEGL_OK && !no_newline)
		status = buffer_add(out, "\n", 1);
	return status;
}
