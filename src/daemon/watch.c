/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <sys/stat.h>

#include "daemon/watch.h"
#include "settings/canonical.h"
#include "settings/files.h"

/* All of it, in bytes; what is past it is not watched. */
#define STATE_MAX (1u << 20)

void
watch_init(struct watch *watch)
{
	buffer_init(&watch->accepted, STATE_MAX);
	buffer_init(&watch->seen, STATE_MAX);
}

void
watch_clear(struct watch *watch)
{
	buffer_clear(&watch->accepted);
	buffer_clear(&watch->seen);
}

static enum segl_status
add_file(struct buffer *out, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return buffer_printf(out, "%s absent\n", path);
	return buffer_printf(out, "%s %llu:%llu:%lld:%lld.%09ld\n", path,
	    (unsigned long long)st.st_dev, (unsigned long long)st.st_ino,
	    (long long)st.st_size, (long long)st.st_mtim.tv_sec,
	    st.st_mtim.tv_nsec);
}

static enum segl_status
add_profile(struct buffer *out, const struct settings *settings)
{
	char paths[FILES_MAX][4096];
	size_t n = files_paths(settings, paths);
	enum segl_status status;
	int cacheable;

	status = settings_canonical(settings, out, &cacheable);
	if (status == SEGL_OK && settings->pin != NULL &&
	    strncmp(settings->pin, "file:", 5) == 0)
		status = add_file(out, settings->pin + 5);
	for (size_t i = 0; status == SEGL_OK && i < n; i++)
		status = add_file(out, paths[i]);
	return status;
}

static void
describe(struct buffer *out, const struct profiles *profiles,
    const struct policy *policy)
{
	enum segl_status status = SEGL_OK;
	const char *path;

	buffer_clear(out);
	for (size_t i = 0; status == SEGL_OK && i < profiles->n; i++)
		status = add_profile(out, &profiles->all[i].settings);
	for (size_t i = 0; status == SEGL_OK &&
	     (path = policy_secret_file(policy, i)) != NULL;
	     i++)
		status = add_file(out, path);
}

static int
same(const struct buffer *a, const struct buffer *b)
{
	return a->len == b->len &&
	    (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

void
watch_accept(struct watch *watch, const struct profiles *profiles,
    const struct policy *policy)
{
	describe(&watch->accepted, profiles, policy);
	describe(&watch->seen, profiles, policy);
}

int
watch_look(struct watch *watch, const struct profiles *profiles,
    const struct policy *policy)
{
	struct buffer now;
	int settled;

	buffer_init(&now, STATE_MAX);
	describe(&now, profiles, policy);
	settled = same(&now, &watch->seen) && !same(&now, &watch->accepted);
	buffer_clear(&watch->seen);
	watch->seen = now;
	return settled;
}
