/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "explain/lookup.h"

/* Longest text that is taken for a name; longer ones are prose. */
#define NAME_MAX_LEN 64

/* Names that a misspelt one is compared with: a handful for each row. */
#define NAMES_MAX 128

static int
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* TEXT without white space around it, lower case; 0 where it is too long. */
static int
trimmed(const char *text, char out[NAME_MAX_LEN + 1])
{
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	n = strlen(text);
	while (n > 0 && isspace((unsigned char)text[n - 1]))
		n--;
	if (n > NAME_MAX_LEN)
		return 0;
	for (size_t i = 0; i < n; i++)
		out[i] = (char)tolower((unsigned char)text[i]);
	out[n] = '\0';
	return 1;
}

/* Three digits at P and none behind. */
static int
three_digits(const char *p)
{
	for (size_t i = 0; i < 3; i++)
		if (!isdigit((unsigned char)p[i]))
			return 0;
	return !is_word(p[3]);
}

int
explain_mp_code(const char *text, char code[8])
{
	char name[NAME_MAX_LEN + 1];

	if (trimmed(text, name) && strlen(name) == 3 && three_digits(name)) {
		snprintf(code, 8, "MP-%.3s", name);
		return 1;
	}
	for (const char *p = text; *p != '\0'; p++) {
		const char *digits = p + 2;

		if (tolower((unsigned char)p[0]) != 'm' ||
		    tolower((unsigned char)p[1]) != 'p' ||
		    (p > text && is_word(p[-1])))
			continue;
		if (*digits == '-' || *digits == '_' || *digits == ' ')
			digits++;
		if (!three_digits(digits))
			continue;
		snprintf(code, 8, "MP-%.3s", digits);
		return 1;
	}
	return 0;
}

/* "7", "exit 7", "exit code 7", "exit-7" */
static const struct outcome *
of_exit(const char *name)
{
	static const char *const marks[] = { "exit", "code", "status" };
	size_t n;

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (strncmp(name, marks[i], strlen(marks[i])) == 0)
			name += strlen(marks[i]);
		name += strspn(name, " -:");
	}
	n = strspn(name, "0123456789");
	if (n == 0 || n > 2 || name[n] != '\0')
		return NULL;
	return outcome_of_exit((int)strtol(name, NULL, 10));
}

/* The OAuth error that stands in TEXT as a word of its own. */
static const struct refusal *
oauth_within(const char *text)
{
	const struct refusal *row;

	for (size_t i = 0; (row = refusal_at(i)) != NULL; i++) {
		const char *p = text;

		while (row->oauth != NULL &&
		    (p = strcasestr(p, row->oauth)) != NULL) {
			size_t n = strlen(row->oauth);

			if ((p == text || !is_word(p[-1])) && !is_word(p[n]))
				return refusal_of_oauth(row->oauth);
			p += n;
		}
	}
	return NULL;
}

int
explain_lookup(const char *text, struct explained *out)
{
	char code[8], name[NAME_MAX_LEN + 1];
	int short_text = trimmed(text, name);

	out->refusal = NULL;
	out->outcome = NULL;
	if (explain_mp_code(text, code))
		out->refusal = refusal_of_code(code);
	if (out->refusal == NULL && short_text) {
		out->outcome = of_exit(name);
		if (out->outcome == NULL)
			out->outcome = outcome_of_name(name);
	}
	if (out->outcome != NULL)
		return 1;
	if (out->refusal == NULL)
		out->refusal = refusal_of_words(text);
	if (out->refusal == NULL)
		out->refusal = oauth_within(text);
	return out->refusal != NULL;
}

/* Codes are numbered by kind: the nearest number is the nearest kin. */
static const char *
nearest_code(long wanted)
{
	const struct refusal *row;
	const char *found = NULL;
	long least = 20;

	for (size_t i = 0; (row = refusal_at(i)) != NULL; i++) {
		long d;

		if (row->code == NULL)
			continue;
		d = labs(strtol(row->code + 3, NULL, 10) - wanted);
		if (d < least) {
			found = row->code;
			least = d;
		}
	}
	return found;
}

/* "mp-11", "mp0110", "11": too few or too many digits for a code. */
static int
number_within(const char *name, long *number)
{
	char *end;

	if (strncmp(name, "mp", 2) == 0)
		name += 2;
	name += strspn(name, "-_ ");
	if (!isdigit((unsigned char)*name) || strlen(name) > 4)
		return 0;
	*number = strtol(name, &end, 10);
	return *end == '\0';
}

const char *
explain_nearest(const char *text)
{
	char code[8], name[NAME_MAX_LEN + 1];
	const char *names[NAMES_MAX];
	const struct refusal *row;
	size_t n = 0;
	long number;

	if (explain_mp_code(text, code))
		return nearest_code(strtol(code + 3, NULL, 10));
	if (!trimmed(text, name))
		return NULL;
	if (number_within(name, &number))
		return nearest_code(number);
	for (size_t i = 0; (row = refusal_at(i)) != NULL; i++)
		if (row->oauth != NULL && n < NAMES_MAX)
			names[n++] = row->oauth;
	/* from 1 on: nobody asks what "ok" means */
	for (size_t i = 1; outcome_at(i) != NULL && n < NAMES_MAX; i++)
		names[n++] = outcome_name(outcome_at(i)->exit_code, 0);
	return text_nearest(name, names, n);
}
