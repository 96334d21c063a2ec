/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "httpd/form.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* The byte that LEFT bytes of TEXT, which begin with %, mean; 0: none. */
static char
unescape(const char *text, size_t left)
{
	int high = left > 2 ? hex(text[1]) : -1;
	int low = left > 2 ? hex(text[2]) : -1;

	return high < 0 || low < 0 ? '\0' : (char)(high << 4 | low);
}

/* LEN bytes of TEXT without their escapes; new, NULL where malformed. */
static char *
decode(const char *text, size_t len)
{
	char *out = malloc(len + 1), *p = out;

	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		*p = text[i] == '+' ? ' ' : text[i];
		if (text[i] == '%') {
			*p = unescape(text + i, len - i);
			i += 2;
		}
		if (*p++ == '\0') {
			free(out);
			return NULL;
		}
	}
	*p = '\0';
	return out;
}

static int
add(struct form *form, const char *text, size_t len)
{
	const char *equals = memchr(text, '=', len);
	size_t name_len = equals == NULL ? len : (size_t)(equals - text);
	char *name, *value;

	if (form->count == FORM_MAX)
		return -1;
	name = decode(text, name_len);
	value = equals == NULL ? strdup("")
			       : decode(equals + 1, len - name_len - 1);
	if (name == NULL || value == NULL) {
		free(name);
		secret_free_text(value);
		return -1;
	}
	form->parameter[form->count].name = name;
	form->parameter[form->count].value = value;
	form->count++;
	return 0;
}

int
form_parse(struct form *form, const char *body, size_t len)
{
	memset(form, 0, sizeof(*form));
	while (len > 0) {
		const char *end = memchr(body, '&', len);
		size_t n = end == NULL ? len : (size_t)(end - body);

		if (n > 0 && add(form, body, n) != 0) {
			form_clear(form);
			return -1;
		}
		n += end != NULL;
		body += n;
		len -= n;
	}
	return 0;
}

void
form_clear(struct form *form)
{
	for (size_t i = 0; i < form->count; i++) {
		free(form->parameter[i].name);
		secret_free_text(form->parameter[i].value);
	}
	memset(form, 0, sizeof(*form));
}

const char *
form_get(const struct form *form, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < form->count; i++) {
		if (strcmp(form->parameter[i].name, name) != 0)
			continue;
		if (value != NULL)
			return NULL;
		value = form->parameter[i].value;
	}
	return value;
}
