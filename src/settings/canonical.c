/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "settings/canonical.h"
#include "settings/options.h"

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The file as it is now; one that is not there is a state as well. */
static enum segl_status
add_file(struct buffer *out, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return buffer_add_str(out, " absent");
	return buffer_printf(out, " %llu:%llu:%lld:%lld.%09ld:%lld.%09ld",
	    (unsigned long long)st.st_dev, (unsigned long long)st.st_ino,
	    (long long)st.st_size, (long long)st.st_mtim.tv_sec,
	    st.st_mtim.tv_nsec, (long long)st.st_ctim.tv_sec,
	    st.st_ctim.tv_nsec);
}

static int
is_descriptor(const char *value)
{
	return strcmp(value, "-") == 0 || strncmp(value, "fd:", 3) == 0;
}

static enum segl_status
add_value(struct buffer *out, const struct option *option, const char *value,
    int *cacheable)
{
	enum segl_status status =
	    buffer_printf(out, "%s %zu:%s", option->name, strlen(value), value);

	if (status == SEGL_OK && (option->flags & OPTION_NAMES_FILE) != 0) {
		if (is_descriptor(value))
			*cacheable = 0;
		status = add_file(out, value);
	} else if (status == SEGL_OK && value[0] == '@') {
		status = add_file(out, value + 1); /* JSON in a file */
	}
	if (status == SEGL_OK)
		status = buffer_add(out, "\n", 1);
	return status;
}

static enum segl_status
add_list(struct buffer *out, const struct option *option,
    const struct setting_list *list, int *cacheable)
{
	const char **sorted = malloc((list->n + 1) * sizeof(*sorted));
	enum segl_status status = SEGL_OK;

	if (sorted == NULL)
		return SEGL_ENOMEM;
	for (size_t i = 0; i < list->n; i++)
		sorted[i] = list->values[i];
	/* a b and b a is the same token */
	qsort(sorted, list->n, sizeof(*sorted), by_text);
	for (size_t i = 0; status == SEGL_OK && i < list->n; i++)
		status = add_value(out, option, sorted[i], cacheable);
	free(sorted);
	return status;
}

enum segl_status
settings_canonical(
    const struct settings *settings, struct buffer *out, int *cacheable)
{
	enum segl_status status = SEGL_OK;

	/* a key that is named nowhere can only be in the environment */
	*cacheable = settings->softtoken != NULL || settings->key != NULL;
	for (size_t i = 0; status == SEGL_OK && i < option_count(); i++) {
		const struct option *option = option_at(i);
		const void *from = (const char *)settings + option->offset;
		const char *value;

		if ((option->flags & OPTION_CHANGES_TOKEN) == 0)
			continue;
		if (option->kind == OPTION_LIST) {
			status = add_list(out, option, from, cacheable);
			continue;
		}
		value = *(const char *const *)from;
		if (value != NULL)
			status = add_value(out, option, value, cacheable);
	}
	return status;
}
