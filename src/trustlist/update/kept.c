/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/draft.h"
#include "base/error.h"
#include "base/file.h"
#include "settings/conffile.h"
#include "trustlist/update/kept.h"

#define KEPT_MODE 0644 /* others read the store, and what it was made from */

/* Largest XX.meta, in bytes: its lines are limited, too. */
#define META_MAX 8192

void
kept_name(char name[KEPT_NAME_MAX], const char *territory, long long number)
{
	if (number < 0)
		snprintf(name, KEPT_NAME_MAX, "%s", territory);
	else
		snprintf(
		    name, KEPT_NAME_MAX, "%s-pivot-%lld", territory, number);
}

static int
read_at(int dirfd, const char *name, const char *suffix, struct buffer *out)
{
	char file[KEPT_NAME_MAX + 8];
	int fd, error;

	snprintf(file, sizeof(file), "%s%s", name, suffix);
	fd = openat(dirfd, file,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return errno;
	error = file_read_fd(fd, out);
	close(fd);
	return error;
}

/* ---- where it came from -------------------------------------------------- */

static void
write_hex(char *to, const unsigned char sha256[CANDIDATE_SHA256])
{
	for (size_t i = 0; i < CANDIDATE_SHA256; i++)
		snprintf(to + 2 * i, 3, "%02x", sha256[i]);
}

struct meta {
	char sha256[2 * CANDIDATE_SHA256 + 1];
	struct candidate *to;
};

static void
copy(char *to, size_t size, const char *value)
{
	if (strlen(value) < size)
		memcpy(to, value, strlen(value) + 1);
}

static enum segl_status
take_meta(void *arg, const struct conffile_line *line)
{
	struct meta *meta = arg;
	struct candidate *to = meta->to;

	if (strcmp(line->key, "sha256") == 0)
		copy(meta->sha256, sizeof(meta->sha256), line->value);
	else if (strcmp(line->key, "url") == 0 ||
	    strcmp(line->key, "file") == 0)
		(void)candidate_set_source(
		    to, line->value, line->key[0] == 'u');
	else if (strcmp(line->key, "etag") == 0)
		copy(to->etag, sizeof(to->etag), line->value);
	else if (strcmp(line->key, "last-modified") == 0)
		copy(to->last_modified, sizeof(to->last_modified), line->value);
	else if (strcmp(line->key, "fetched") == 0)
		to->fetched = strtoll(line->value, NULL, 10);
	else if (strcmp(line->key, "sequence") == 0)
		to->verified = strtoll(line->value, NULL, 10);
	else if (strcmp(line->key, "tls-unverified") == 0)
		to->tls_unverified = strcmp(line->value, "yes") == 0;
	return SEGL_OK;
}

static void
read_meta(
    struct segl *segl, int dirfd, const char *name, struct candidate *candidate)
{
	struct meta meta = { .to = candidate };
	char sha256[sizeof(meta.sha256)];
	struct buffer text;

	buffer_init(&text, META_MAX);
	if (read_at(dirfd, name, ".meta", &text) == 0 && text.len > 0 &&
	    conffile_parse(segl, name, text.data, text.len, take_meta, &meta) !=
		SEGL_OK)
		segl_error_clear(segl);
	buffer_clear(&text);
	write_hex(sha256, candidate->sha256);
	/* of another file: one of the two was not written in time; the number
	 * stays, since no older list is taken for that */
	if (strcmp(sha256, meta.sha256) != 0) {
		candidate->etag[0] = candidate->last_modified[0] = '\0';
		candidate->tls_unverified = 0;
		candidate->fetched = -1;
	}
}

enum segl_status
kept_read(struct segl *segl, int dirfd, const char *name,
    struct candidates *all, struct candidate **out)
{
	struct candidate *candidate = candidates_add(all);
	int error;

	*out = NULL;
	if (candidate == NULL)
		return error_nomem(segl);
	error = read_at(dirfd, name, ".xml", &candidate->bytes);
	if (error == 0)
		candidate_examine(candidate);
	if (error != 0 || candidate->bytes.len == 0) {
		candidates_drop_last(all);
		return error == ENOMEM ? error_nomem(segl) : SEGL_OK;
	}
	candidate->is_kept = 1;
	read_meta(segl, dirfd, name, candidate);
	*out = candidate;
	return SEGL_OK;
}

enum segl_status
kept_load(
    struct segl *segl, int dirfd, const char *name, struct candidate *candidate)
{
	int error = read_at(dirfd, name, ".xml", &candidate->bytes);

	/* what is not there any more is no list, as will be seen */
	if (error == 0)
		candidate_examine(candidate);
	return error == ENOMEM ? error_nomem(segl) : SEGL_OK;
}

/* ---- keep ---------------------------------------------------------------- */

static enum segl_status
unwritable(struct segl *segl, const char *name, int error)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the list %s cannot be kept in the store: %s", name,
	    strerror(error));
	error_remedy(segl,
	    "make room on the disk, or name another directory with --trust");
	return SEGL_EUSAGE;
}

void
kept_batch_clear(struct kept_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		draft_drop(&batch->drafts[i]);
	free(batch->drafts);
	memset(batch, 0, sizeof(*batch));
}

/* Room for one more, or NULL. */
static struct draft *
next_draft(struct kept_batch *batch)
{
	struct draft *more;

	if (batch->n == batch->room) {
		batch->room = batch->room == 0 ? 64 : batch->room * 2;
		more = reallocarray(
		    batch->drafts, batch->room, sizeof(*batch->drafts));
		if (more == NULL)
			return NULL;
		batch->drafts = more;
	}
	return &batch->drafts[batch->n++];
}

/* DRAFT goes with the others; it is empty then. */
static int
add_draft(struct kept_batch *batch, struct draft *draft)
{
	struct draft *place = next_draft(batch);

	if (place == NULL)
		return ENOMEM;
	*place = *draft;
	draft_init(draft);
	return 0;
}

static int
begin(int dirfd, const char *file, const struct buffer *bytes,
    struct draft *draft)
{
	int error = draft_open_at(draft, dirfd, file, KEPT_MODE);

	if (error == 0)
		error = draft_write(draft, bytes->data, bytes->len);
	if (error != 0)
		draft_drop(draft);
	return error;
}

/* A header that would make two lines is none. */
static enum segl_status
add_text(struct buffer *text, const char *key, const char *value)
{
	if (value[0] == '\0' || strpbrk(value, "\r\n") != NULL)
		return SEGL_OK;
	return buffer_printf(text, "%s = %s\n", key, value);
}

static enum segl_status
compose_meta(struct buffer *text, const struct candidate *candidate)
{
	char sha256[2 * CANDIDATE_SHA256 + 1];
	enum segl_status status;

	write_hex(sha256, candidate->sha256);
	status = add_text(text, "sha256", sha256);
	if (status == SEGL_OK)
		status = add_text(text, candidate->is_url ? "url" : "file",
		    candidate->source);
	if (status == SEGL_OK)
		status =
		    buffer_printf(text, "sequence = %lld\nfetched = %lld\n",
			candidate->verified, candidate->fetched);
	if (status == SEGL_OK)
		status = add_text(text, "etag", candidate->etag);
	if (status == SEGL_OK)
		status =
		    add_text(text, "last-modified", candidate->last_modified);
	if (status == SEGL_OK && candidate->tls_unverified)
		status = add_text(text, "tls-unverified", "yes");
	return status;
}

enum segl_status
kept_write_meta(struct segl *segl, int dirfd, const char *name,
    const struct candidate *candidate, struct kept_batch *batch)
{
	enum segl_status status;
	char file[KEPT_NAME_MAX + 8];
	struct draft draft;
	struct buffer text;
	int error;

	draft_init(&draft);
	buffer_init(&text, META_MAX);
	status = compose_meta(&text, candidate);
	if (status != SEGL_OK) {
		status = error_nomem(segl);
	} else {
		snprintf(file, sizeof(file), "%s.meta", name);
		error = begin(dirfd, file, &text, &draft);
		if (error == 0)
			error = add_draft(batch, &draft);
		if (error != 0)
			status = unwritable(segl, file, error);
	}
	draft_drop(&draft);
	buffer_clear(&text);
	return status;
}

/* The file of CANDIDATE as NAME, in the making; 0 or errno. */
static int
begin_file(int dirfd, const char *name, struct candidate *candidate)
{
	char file[KEPT_NAME_MAX + 8];

	if (candidate->draft.fd >= 0)
		return 0;
	snprintf(file, sizeof(file), "%s.xml", name);
	return begin(dirfd, file, &candidate->bytes, &candidate->draft);
}

void
kept_begin(int dirfd, const char *name, struct candidate *candidate)
{
	/* who keeps it tries again, and tells */
	if (begin_file(dirfd, name, candidate) != 0)
		return;
}

enum segl_status
kept_write(struct segl *segl, int dirfd, const char *name,
    struct candidate *candidate, struct kept_batch *batch)
{
	int error = begin_file(dirfd, name, candidate);

	if (error == 0)
		error = add_draft(batch, &candidate->draft);
	if (error != 0)
		return unwritable(segl, name, error);
	return kept_write_meta(segl, dirfd, name, candidate, batch);
}

enum segl_status
kept_sync(struct segl *segl, const struct kept_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		if (fsync(batch->drafts[i].fd) < 0)
			return unwritable(segl, batch->drafts[i].name, errno);
	return SEGL_OK;
}

enum segl_status
kept_place(struct segl *segl, int dirfd, struct kept_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		int error = draft_name(&batch->drafts[i], 1);

		if (error != 0)
			return unwritable(segl, batch->drafts[i].name, error);
	}
	/* some file systems sync no directories: the names are there anyway */
	(void)fsync(dirfd);
	return SEGL_OK;
}
