/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <string.h>

#include "explain/refusal.h"

/* Order matters where phrases overlap: the more telling table first. */
static const struct refusal_table *const tables[] = {
	&refusals_of_grant,
	&refusals_of_permission,
	&refusals_of_exchange,
	&refusals_of_oauth,
};

#define TABLES (sizeof(tables) / sizeof(tables[0]))

const char *
refusal_source_name(enum refusal_source source)
{
	switch (source) {
	case REFUSAL_DOCUMENTED:
		return "documented";
	case REFUSAL_SEEN:
		return "seen";
	case REFUSAL_STANDARD:
		break;
	}
	return "standard";
}

const struct refusal *
refusal_at(size_t i)
{
	for (size_t t = 0; t < TABLES; t++) {
		if (i < tables[t]->n)
			return &tables[t]->rows[i];
		i -= tables[t]->n;
	}
	return NULL;
}

static int
equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

const struct refusal *
refusal_of_code(const char *code)
{
	const struct refusal *row;

	for (size_t i = 0; (row = refusal_at(i)) != NULL; i++)
		if (equal(row->code, code))
			return row;
	return NULL;
}

/* TEXT begins with PHRASE; any white space is as good as one blank. */
static int
begins(const char *text, const char *phrase)
{
	while (*phrase != '\0') {
		if (*phrase == ' ') {
			if (!isspace((unsigned char)*text))
				return 0;
			while (isspace((unsigned char)*text))
				text++;
		} else if (tolower((unsigned char)*text) ==
		    tolower((unsigned char)*phrase)) {
			text++;
		} else {
			return 0;
		}
		phrase++;
	}
	return 1;
}

static int
contains(const char *text, const char *phrase)
{
	for (; *text != '\0'; text++)
		if (begins(text, phrase))
			return 1;
	return 0;
}

const struct refusal *
refusal_of_words(const char *text)
{
	const struct refusal *row;

	for (size_t i = 0; (row = refusal_at(i)) != NULL; i++)
		for (size_t k = 0;
		     row->phrases != NULL && row->phrases[k] != NULL; k++)
			if (contains(text, row->phrases[k]))
				return row;
	return NULL;
}

const struct refusal *
refusal_of_oauth(const char *oauth)
{
	const struct refusal *row, *any = NULL;

	for (size_t i = 0; (row = refusal_at(i)) != NULL; i++) {
		if (!equal(row->oauth, oauth))
			continue;
		if (row->code == NULL && row->phrases == NULL)
			return row;
		/* an error of one code's own tells that code */
		if (any == NULL)
			any = row;
	}
	return any;
}

const struct refusal *
refusal_find(const char *code, const char *oauth, const char *description)
{
	const struct refusal *row = refusal_of_code(code);

	if (row == NULL && description != NULL)
		row = refusal_of_words(description);
	if (row == NULL)
		row = refusal_of_oauth(oauth);
	if (row == NULL)
		row = &refusals_of_oauth.rows[refusals_of_oauth.n - 1];
	return row;
}
