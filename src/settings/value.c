/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "settings/value.h"

/* Most values one list may have. */
#define LIST_MAX 64

/*
 * Longest time of any option, in seconds: ten years, which fits also where it
 * is counted in milliseconds. What is more is a mistake.
 */
#define DURATION_MAX_S (10 * 365 * 86400L)

static void *
slot(struct settings *settings, const struct option *option)
{
	return (char *)settings + option->offset;
}

/* 90, 90s, 2m, 1h; -1 where TEXT is none of these. */
static long
parse_duration(const char *text)
{
	static const struct {
		const char *suffix;
		long factor;
	} units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 },
		{ "d", 86400 } };
	char *end;
	long value;

	if (text[0] < '0' || text[0] > '9')
		return -1;
	errno = 0;
	value = strtol(text, &end, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(end, units[i].suffix) == 0 && errno == 0 &&
		    value <= DURATION_MAX_S / units[i].factor)
			return value * units[i].factor;
	return -1;
}

static int
is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	while (*choices != '\0') {
		size_t n = strcspn(choices, "|");

		if (n == len && memcmp(choices, value, n) == 0)
			return 1;
		choices += n + (choices[n] == '|');
	}
	return 0;
}

int
value_flag(const char *text)
{
	static const char *const yes[] = { "yes", "true", "on", "1" };
	static const char *const no[] = { "no", "false", "off", "0" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (strcmp(text, yes[i]) == 0)
			return 1;
		if (strcmp(text, no[i]) == 0)
			return 0;
	}
	return -1;
}

char *
value_keep(struct settings *settings, const char *text)
{
	char **owned =
	    realloc(settings->owned, (settings->n_owned + 1) * sizeof(*owned));
	char *copy;

	if (owned == NULL)
		return NULL;
	settings->owned = owned;
	copy = strdup(text);
	if (copy != NULL)
		settings->owned[settings->n_owned++] = copy;
	return copy;
}

int
value_is_set(const struct settings *settings, const struct option *option)
{
	return settings->origins[option_index(option)].kind != ORIGIN_DEFAULT;
}

static enum segl_status
append(struct segl *segl, struct setting_list *list, const char *name,
    const char *value)
{
	const char **longer;

	if (list->n >= LIST_MAX)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s is given more than %d times", name, LIST_MAX);
	longer = realloc(list->values, (list->n + 2) * sizeof(*longer));
	if (longer == NULL)
		return error_nomem(segl);
	longer[list->n++] = value;
	longer[list->n] = NULL;
	list->values = longer;
	return SEGL_OK;
}

static enum segl_status
refuse(struct segl *segl, const char *name, const struct option *option)
{
	switch (option->kind) {
	case OPTION_CHOICE:
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s does not take this value", name);
		error_remedy(segl, "use one of %s", option->choices);
		break;
	case OPTION_DURATION:
		error_set(
		    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "%s needs a time", name);
		error_remedy(segl,
		    "write seconds, or 90s, 2m, 1h, 30d for instance; ten "
		    "years are the most");
		break;
	default:
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s is neither on nor off", name);
		error_remedy(segl, "write yes or no");
		break;
	}
	return SEGL_EUSAGE;
}

enum segl_status
value_set(struct segl *segl, struct settings *settings,
    const struct option *option, const char *name, const char *value,
    const struct origin *origin)
{
	void *to = slot(settings, option);
	enum segl_status status = SEGL_OK;
	long number;

	switch (option->kind) {
	case OPTION_FLAG:
		number = value_flag(value);
		if (number < 0)
			return refuse(segl, name, option);
		*(int *)to = (int)number;
		break;
	case OPTION_TEXT:
		*(const char **)to = value;
		break;
	case OPTION_CHOICE:
		if (!is_choice(option->choices, value))
			return refuse(segl, name, option);
		*(const char **)to = value;
		break;
	case OPTION_DURATION:
		number = parse_duration(value);
		if (number < 0)
			return refuse(segl, name, option);
		*(long *)to = number;
		break;
	case OPTION_LIST:
		status = append(segl, to, name, value);
		break;
	}
	if (status == SEGL_OK)
		settings->origins[option_index(option)] = *origin;
	return status;
}

enum segl_status
value_set_split(struct segl *segl, struct settings *settings,
    const struct option *option, const char *name, const char *value,
    const struct origin *origin)
{
	char separators[] = { option->separator,
		option->separator == ' ' ? '\t' : option->separator, '\0' };
	enum segl_status status = SEGL_OK;
	char *item = value_keep(settings, value);

	if (item == NULL)
		return error_nomem(segl);
	while (status == SEGL_OK && *item != '\0') {
		size_t len = strcspn(item, separators);
		int last = item[len] == '\0';

		item[len] = '\0';
		if (len > 0)
			status = value_set(
			    segl, settings, option, name, item, origin);
		item += len + !last;
	}
	return status;
}

void
value_clear(struct settings *settings, const struct option *option)
{
	struct setting_list *list = slot(settings, option);

	if (option->kind != OPTION_LIST)
		return;
	free(list->values);
	memset(list, 0, sizeof(*list));
}

const char *
value_text(const struct settings *settings, const struct option *option,
    size_t i, char number[VALUE_NUMBER_MAX])
{
	const void *from = (const char *)settings + option->offset;
	const struct setting_list *list = from;

	if (option->kind == OPTION_LIST)
		return i < list->n ? list->values[i] : NULL;
	if (i > 0)
		return NULL;
	switch (option->kind) {
	case OPTION_FLAG:
		return *(const int *)from ? "yes" : "no";
	case OPTION_DURATION:
		if (*(const long *)from < 0)
			return NULL;
		snprintf(number, VALUE_NUMBER_MAX, "%lds", *(const long *)from);
		return number;
	default:
		return *(const char *const *)from;
	}
}
