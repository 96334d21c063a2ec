/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "trustlist/cage/cage.h"
#include "trustlist/cage/spawn.h"
#include "trustlist/list/codec.h"

/* Head of a chunk: its part and four bytes of length. */
#define HEAD_LEN 5
/* Most that one chunk carries, in bytes. */
#define CHUNK_MAX (1u << 20)
/* What is read at once, in bytes: the size of a pipe. */
#define READ_LEN (64u << 10)
/*
 * Canonical bytes may be longer than the file they came from (namespaces of
 * the inclusive kind, line ends), not much longer than this.
 */
#define DOCUMENT_MAX (TL_FILE_MAX + (TL_FILE_MAX >> 2))

static long long
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void
cage_init(struct cage *cage)
{
	struct cage_parts *parts = &cage->parts;

	memset(cage, 0, sizeof(*cage));
	cage->fd = -1;
	buffer_init(&cage->input, CHUNK_MAX + HEAD_LEN + READ_LEN);
	buffer_init(&parts->document, DOCUMENT_MAX);
	buffer_init(&parts->properties, TL_PART_MAX);
	buffer_init(&parts->info, TL_PART_MAX);
	buffer_init(&parts->value, TL_PART_MAX);
	buffer_init(&parts->certificate, TL_PART_MAX);
	buffer_init(&parts->list, TL_TRANSFER_MAX);
}

/*
 * A file of its own in memory, read from the start: no pipe that must be fed
 * while the answer is read. Returns 0 and FD, or errno.
 */
static int
file_of(const void *bytes, size_t len, int *fd)
{
	int error = 0;

	*fd = memfd_create("trusted-list", MFD_CLOEXEC);
	if (*fd < 0)
		return errno;
	error = file_write_all(*fd, bytes, len);
	if (error == 0 && lseek(*fd, 0, SEEK_SET) < 0)
		error = errno;
	if (error != 0) {
		close(*fd);
		*fd = -1;
	}
	return error;
}

static int
start(struct cage *cage, const char *path, const char *ask, const void *bytes,
    size_t len)
{
	int in, out[2], error;

	error = file_of(bytes, len, &in);
	if (error != 0)
		return error;
	if (pipe2(out, O_CLOEXEC) < 0) {
		error = errno;
		close(in);
		return error;
	}
	error = spawn_reader(path, ask, in, out[1], &cage->pid);
	close(in);
	close(out[1]);
	if (error == 0 && fcntl(out[0], F_SETFL, O_NONBLOCK) < 0)
		error = errno;
	cage->fd = out[0];
	return error;
}

enum segl_status
cage_start(struct segl *segl, const char *ask, const void *bytes, size_t len,
    struct cage *cage)
{
	const char *dir = secure_getenv("SEGL_LIBEXECDIR");
	char path[4096];
	int error;

	if (dir == NULL)
		dir = SEGL_LIBEXECDIR;
	if ((size_t)snprintf(path, sizeof(path), "%s/segl-tlread", dir) >=
	    sizeof(path))
		return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
		    "SEGL_LIBEXECDIR is too long");
	cage->deadline_ms = now_ms() + CAGE_DEADLINE_MS;
	error = start(cage, path, ask, bytes, len);
	if (error == 0)
		return SEGL_OK;
	cage_clear(cage);
	if (error == ENOMEM)
		return error_nomem(segl);
	error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
	    "the reader of trusted lists %s cannot be started: %s", path,
	    strerror(error));
	error_remedy(segl, "install segl again");
	return SEGL_EINTERNAL;
}

static void
refuse(struct cage *cage, enum tl_refusal refusal)
{
	if (cage->parts.refusal == TL_ACCEPTED)
		cage->parts.refusal = refusal;
}

/*
 * The end of the process: it is not asked to, since one that was taken over
 * could close its output and stay. Where it had ended by itself, STATUS says
 * how; killing it changes nothing then.
 */
static void
end(struct cage *cage, int *status)
{
	*status = 0;
	if (cage->fd >= 0)
		close(cage->fd);
	cage->fd = -1;
	if (cage->pid <= 0)
		return;
	kill(cage->pid, SIGKILL);
	while (waitpid(cage->pid, status, 0) < 0 && errno == EINTR)
		;
	cage->pid = 0;
}

static int
was_limited(int status)
{
	return WIFSIGNALED(status) &&
	    (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL);
}

static struct buffer *
buffer_of(struct cage_parts *parts, int part)
{
	switch (part) {
	case TL_PART_DOCUMENT:
		return &parts->document;
	case TL_PART_PROPERTIES:
		return &parts->properties;
	case TL_PART_INFO:
		return &parts->info;
	case TL_PART_VALUE:
		return &parts->value;
	case TL_PART_CERTIFICATE:
		return &parts->certificate;
	case TL_PART_LIST:
		return &parts->list;
	default:
		return NULL;
	}
}

/* Returns non-zero where the chunk is one that belongs here. */
static int
take_chunk(struct cage *cage, int part, const char *bytes, size_t len)
{
	struct buffer *to = buffer_of(&cage->parts, part);
	enum segl_status status;

	if (cage->parts.complete)
		return 0;
	if (part == TL_PART_END) {
		cage->parts.complete = 1;
		return len == 0;
	}
	if (part == TL_PART_REFUSED) {
		unsigned char code = len == 1 ? (unsigned char)*bytes : 0;

		/* it speaks for the file alone, not for the signature */
		if (code == TL_ACCEPTED || code >= TL_REFUSALS)
			return 0;
		refuse(cage, (enum tl_refusal)code);
		return 1;
	}
	if (to == NULL)
		return 0;
	status = buffer_add(to, bytes, len);
	if (status != SEGL_OK)
		refuse(cage, TL_READER_LIMITS);
	return status == SEGL_OK;
}

/* Cut what is there into chunks; 0 where it is none of ours. */
static int
take_chunks(struct cage *cage)
{
	const unsigned char *at = (const unsigned char *)cage->input.data;
	size_t left = cage->input.len, len;

	while (left >= HEAD_LEN) {
		len = (size_t)at[1] << 24 | (size_t)at[2] << 16 |
		    (size_t)at[3] << 8 | at[4];
		if (len > CHUNK_MAX)
			return 0;
		if (left < HEAD_LEN + len)
			break;
		if (!take_chunk(cage, at[0], (const char *)at + HEAD_LEN, len))
			return 0;
		at += HEAD_LEN + len;
		left -= HEAD_LEN + len;
	}
	if (left < cage->input.len) {
		memmove(cage->input.data, at, left);
		cage->input.len = left;
	}
	return 1;
}

int
cage_take(struct cage *cage)
{
	enum tl_refusal refusal = TL_ACCEPTED;
	char bytes[READ_LEN];
	int status;
	ssize_t n;

	while ((n = read(cage->fd, bytes, sizeof(bytes))) > 0)
		if (buffer_add(&cage->input, bytes, (size_t)n) != SEGL_OK ||
		    !take_chunks(cage)) {
			refusal = TL_READER_FAILED;
			break;
		}
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		if (now_ms() < cage->deadline_ms)
			return 1;
		refusal = TL_READER_LIMITS;
	}
	end(cage, &status);
	if (refusal == TL_ACCEPTED &&
	    (n < 0 || !cage->parts.complete || cage->input.len > 0))
		refusal =
		    was_limited(status) ? TL_READER_LIMITS : TL_READER_FAILED;
	refuse(cage, refusal);
	return 0;
}

void
cage_clear(struct cage *cage)
{
	struct cage_parts *parts = &cage->parts;
	int status;

	end(cage, &status);
	buffer_clear(&cage->input);
	buffer_clear(&parts->document);
	buffer_clear(&parts->properties);
	buffer_clear(&parts->info);
	buffer_clear(&parts->value);
	buffer_clear(&parts->certificate);
	buffer_clear(&parts->list);
	parts->refusal = TL_ACCEPTED;
	parts->complete = 0;
}
