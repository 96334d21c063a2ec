/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "daemon/json.h"

/* Of C1, which a terminal obeys as well: U+0080 to U+009F, two bytes. */
static int
is_c1(const char *text)
{
	return (unsigned char)text[0] == 0xc2 &&
	    (unsigned char)text[1] >= 0x80 && (unsigned char)text[1] <= 0x9f;
}

static int
is_plain(const char *text)
{
	unsigned char c = (unsigned char)text[0];

	return c >= 0x20 && c != 0x7f && c != '"' && c != '\\' && !is_c1(text);
}

/* What is first in *TEXT, which goes on behind it. */
static enum segl_status
add_escaped(struct buffer *out, const char **text)
{
	unsigned char c = (unsigned char)*(*text)++;

	if (c == '"' || c == '\\')
		return buffer_printf(out, "\\%c", c);
	if (c == 0xc2)
		c = (unsigned char)*(*text)++;
	return buffer_printf(out, "\\u%04x", c);
}

enum segl_status
json_add_part(struct buffer *out, const char *text)
{
	enum segl_status status = SEGL_OK;

	while (status == SEGL_OK && *text != '\0') {
		size_t n = 0;

		while (is_plain(text + n))
			n++;
		status = buffer_add(out, text, n);
		text += n;
		if (status == SEGL_OK && *text != '\0')
			status = add_escaped(out, &text);
	}
	return status;
}

enum segl_status
json_add(struct buffer *out, const char *text)
{
	enum segl_status status;

	if (text == NULL)
		return buffer_add_str(out, "null");
	status = buffer_add(out, "\"", 1);
	if (status == SEGL_OK)
		status = json_add_part(out, text);
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
