/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "daemon/json.h"

static enum segl_status
add_byte(struct buffer *out, unsigned char c)
{
	if (c == '"' || c == '\\')
		return buffer_printf(out, "\\%c", c);
	if (c < 0x20 || c == 0x7f)
		return buffer_printf(out, "\\u%04x", c);
	return buffer_add(out, &c, 1);
}

enum segl_status
json_add(struct buffer *out, const char *text)
{
	enum segl_status status;

	if (text == NULL)
		return buffer_add_str(out, "null");
	status = buffer_add(out, "\"", 1);
	for (; status == SEGL_OK && *text != '\0'; text++)
		status = add_byte(out, (unsigned char)*text);
	if (status == SEGL_OK)
		status = buffer_add(out, "\"", 1);
	return status;
}

char *
json_token(const struct entry *token)
{
	enum segl_status status;
	struct buffer out;
	char *text = NULL;

	buffer_init(&out, 2 * ENTRY_MAX);
	status = buffer_add_str(&out, "\"access_token\":");
	if (status == SEGL_OK)
		status = json_add(&out, token->token);
	if (status == SEGL_OK)
		status = buffer_add_str(&out, ",\"token_type\":");
	/* case does not count (RFC 6749, 5.1), and others compare it */
	if (status == SEGL_OK)
		status = json_add(&out,
		    strcasecmp(token->type, "Bearer") == 0 ? "Bearer"
							   : token->type);
	if (status == SEGL_OK && token->scope != NULL) {
		status = buffer_add_str(&out, ",\"scope\":");
		if (status == SEGL_OK)
			status = json_add(&out, token->scope);
	}
	if (status == SEGL_OK)
		text = buffer_take(&out);
	buffer_clear(&out);
	return text;
}
