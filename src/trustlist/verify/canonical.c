/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "trustlist/verify/canonical.h"

int
piece_is(const struct piece *piece, const char *text)
{
	return piece->len == strlen(text) &&
	    memcmp(piece->at, text, piece->len) == 0;
}

int
piece_equal(const struct piece *a, const struct piece *b)
{
	return a->len == b->len &&
	    (a->len == 0 || memcmp(a->at, b->at, a->len) == 0);
}

static int
take(struct canonical *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return 0;
	c->at++;
	return 1;
}

/* Names of the vocabularies met here are ASCII; others are none. */
static int
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

static int
take_name(struct canonical *c, struct piece *out)
{
	out->at = c->at;
	while (c->at < c->end && is_name_char(*c->at))
		c->at++;
	out->len = (size_t)(c->at - out->at);
	return out->len > 0;
}

static int
take_qname(struct canonical *c, struct piece *prefix, struct piece *local)
{
	prefix->at = c->at;
	prefix->len = 0;
	if (!take_name(c, local))
		return 0;
	if (!take(c, ':'))
		return 1;
	*prefix = *local;
	return take_name(c, local);
}

static int
take_attribute(struct canonical *c, struct attribute *out)
{
	struct piece prefix, local;

	out->name.at = c->at;
	if (!take_qname(c, &prefix, &local))
		return 0;
	out->name.len = (size_t)(c->at - out->name.at);
	if (!take(c, '=') || !take(c, '"'))
		return 0;
	out->value.at = c->at;
	while (c->at < c->end && *c->at != '"' && *c->at != '<')
		c->at++;
	out->value.len = (size_t)(c->at - out->value.at);
	return take(c, '"');
}

int
canonical_open(struct canonical *c, struct tag *out)
{
	struct canonical saved = *c;

	out->n = 0;
	if (!take(c, '<') || !take_qname(c, &out->prefix, &out->name))
		goto out;
	while (take(c, ' ')) {
		if (out->n == TAG_ATTRIBUTES_MAX ||
		    !take_attribute(c, &out->attributes[out->n]))
			goto out;
		out->n++;
	}
	if (take(c, '>'))
		return 1;
out:
	*c = saved;
	return 0;
}

int
canonical_close(struct canonical *c, const struct tag *open)
{
	struct canonical saved = *c;
	struct piece prefix, local;

	if (take(c, '<') && take(c, '/') && take_qname(c, &prefix, &local) &&
	    take(c, '>') && piece_equal(&prefix, &open->prefix) &&
	    piece_equal(&local, &open->name))
		return 1;
	*c = saved;
	return 0;
}

int
canonical_text(struct canonical *c, struct piece *out)
{
	out->at = c->at;
	while (c->at < c->end && *c->at != '<' && *c->at != '&')
		c->at++;
	out->len = (size_t)(c->at - out->at);
	if (c->at < c->end && *c->at == '<')
		return 1;
	c->at = out->at;
	return 0;
}

void
canonical_space(struct canonical *c)
{
	while (c->at < c->end &&
	    (*c->at == ' ' || *c->at == '\n' || *c->at == '\t'))
		c->at++;
}

int
canonical_at_close(const struct canonical *c)
{
	return c->end - c->at >= 2 && c->at[0] == '<' && c->at[1] == '/';
}

const struct piece *
tag_attribute(const struct tag *tag, const char *name)
{
	for (size_t i = 0; i < tag->n; i++)
		if (piece_is(&tag->attributes[i].name, name))
			return &tag->attributes[i].value;
	return NULL;
}
