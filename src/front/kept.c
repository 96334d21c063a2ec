/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cache/directory.h"
#include "cache/entry.h"
#include "cache/lock.h"
#include "front/kept.h"
#include "present/present.h"
#include "settings/canonical.h"

/* Print ENTRY as asked; the exit code. */
static int
print_entry(const struct settings *settings, const struct entry *entry,
    const struct instant *now, long remaining_s)
{
	struct presentation what = { .token = entry->token,
		.type = entry->type,
		.scope = entry->scope,
		.expires_in_s = remaining_s,
		.expires_at = now->wall + remaining_s,
		.from_cache = 1 };
	struct buffer out;
	int error = ENOMEM;

	buffer_init(&out, ENTRY_MAX);
	if (present_token(
		&out, settings->output, &what, settings->no_newline) == SEGL_OK)
		error = file_write_all(STDOUT_FILENO, out.data, out.len);
	buffer_clear(&out);
	if (error == 0 && close(STDOUT_FILENO) < 0)
		error = errno;
	if (error == 0)
		return 0;
	fprintf(stderr,
	    "segl: the result could not be written to standard output: %s\n",
	    strerror(error));
	return segl_status_exit_code(SEGL_EINTERNAL);
}

/* Print the kept token where it is good, and newer than SINCE if not NULL. */
static int
serve_entry(const struct settings *settings, int dirfd,
    const struct buffer *key, const struct instant *since, int *exit_code)
{
	struct instant now;
	struct entry entry;
	long remaining_s;
	int served = 0;

	if (!entry_load_good(dirfd, key->data, key->len,
		settings->min_validity_s, settings->exchange != NULL, &entry,
		&remaining_s))
		return 0;
	instant_now(&now);
	if (since == NULL || instant_elapsed(since, &entry.obtained) >= 0) {
		*exit_code = print_entry(settings, &entry, &now, remaining_s);
		if (settings->verbose)
			fprintf(stderr,
			    "segl: a kept token, valid for %ld s more\n",
			    remaining_s);
		served = 1;
	}
	entry_clear(&entry);
	return served;
}

static void
wait_quietly(void)
{
}

static void
say_waiting(void)
{
	fputs("segl: waiting for another segl that gets the same token\n",
	    stderr);
}

/* The one we waited for failed: so would we. Tell what it was told. */
static int
serve_failure(
    const struct settings *settings, int fd, long long since_ms, int *exit_code)
{
	struct buffer text;
	char *json, *words;
	int served = 0;

	/* EXIT CODE, newline, JSON on one line, newline, words */
	buffer_init(&text, ENTRY_MAX);
	if (lock_failure(fd, since_ms, &text) &&
	    (json = strchr(text.data, '\n')) != NULL &&
	    (words = strchr(json + 1, '\n')) != NULL) {
		*exit_code = (int)strtol(text.data, NULL, 10);
		words[0] = '\0';
		if (settings->json)
			fprintf(stderr, "%s\n", json + 1);
		else
			fprintf(stderr, "%s", words + 1);
		served = *exit_code > 0;
	}
	buffer_clear(&text);
	return served;
}

/* Only one gets the token; who waited looks again for what it got. */
static int
serve_locked(const struct settings *settings, int dirfd,
    const struct buffer *key, int *exit_code)
{
	long long since_ms = lock_now_ms();
	char name[ENTRY_NAME_MAX];
	struct instant since;
	int fd, waited, served = 0;

	instant_now(&since);
	entry_name(key->data, key->len, name);
	fd = lock_take(dirfd, name,
	    settings->json || settings->quiet ? wait_quietly : say_waiting,
	    &waited);
	if (fd < 0)
		return 0; /* no lock: better a request too many than none */
	/* another may have got it between our first look and the lock */
	if (waited || !settings->force_new)
		served = serve_entry(settings, dirfd, key,
		    settings->force_new ? &since : NULL, exit_code);
	if (!served && waited)
		served = serve_failure(settings, fd, since_ms, exit_code);
	if (served || lock_give(fd) < 0)
		close(fd);
	return served;
}

int
kept_serve(const struct settings *settings, int *exit_code)
{
	int dirfd = -1, cacheable, served = 0;
	struct buffer key;

	if (settings->no_cache || settings->scope.n == 0)
		return 0;
	buffer_init(&key, ENTRY_KEY_MAX);
	if (settings_canonical(settings, &key, &cacheable) == SEGL_OK &&
	    cacheable)
		dirfd = cache_directory_open();
	if (dirfd >= 0) {
		if (!settings->force_new)
			served =
			    serve_entry(settings, dirfd, &key, NULL, exit_code);
		if (!served)
			served = serve_locked(settings, dirfd, &key, exit_code);
		close(dirfd);
	} else if (settings->verbose) {
		fputs(cacheable ? "segl: there is no directory of ours to "
				  "keep tokens in\n"
				: "segl: a token for a key from a descriptor "
				  "is not kept\n",
		    stderr);
	}
	buffer_clear(&key);
	return served;
}
