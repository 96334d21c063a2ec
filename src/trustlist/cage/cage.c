/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/program.h"
#include "trustlist/cage/cage.h"
#include "trustlist/list/codec.h"

/* Head of a chunk: its part and four bytes of length. */
#define HEAD_LEN 5
/* Most that one chunk carries, in bytes. */
#define CHUNK_MAX (1u << 20)
/* What is read at once, in bytes: the size of a pipe. */
#define READ_LEN (64u << 10)
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
	sheet_init(&parts->document);
	buffer_init(&parts->properties, TL_PART_MAX);
	buffer_init(&parts->info, TL_PART_MAX);
	buffer_init(&parts->value, TL_PART_MAX);
	buffer_init(&parts->certificate, TL_PART_MAX);
	buffer_init(&parts->list, TL_TRANSFER_MAX);
}

static enum segl_status
no_room(struct segl *segl, int error)
{
	if (error == ENOMEM)
		return error_nomem(segl);
	return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
	    "there is no room to read a trusted list in: %s", strerror(error));
}

static enum segl_status
start(struct segl *segl, const char *ask, int in, int out, int document,
    pid_t *pid)
{
	/* all that a parser may know of its surroundings: where libraries are
	 */
	static const char *const allowed[] = { "ASAN_OPTIONS=",
		"LD_LIBRARY_PATH=", "LSAN_OPTIONS=", "UBSAN_OPTIONS=" };
	char name[] = "segl-tlread",
	     *env[sizeof(allowed) / sizeof(*allowed) + 1];
	char *argv[] = { name, (char *)(uintptr_t)ask, NULL };
	const struct program program = { .name = name,
		.argv = argv,
		.env = env,
		.in = in,
		.out = out,
		.more = document };

	(void)program_environment(
	    allowed, sizeof(allowed) / sizeof(*allowed), env);
	return program_start(segl, &program, pid);
}

enum segl_status
cage_start_sheet(struct segl *segl, const char *ask, const struct sheet *sheet,
    struct cage *cage)
{
	int out[2], error = 0;
	enum segl_status status;

	cage->deadline_ms = now_ms() + CAGE_DEADLINE_MS;
	if (strcmp(ask, TL_ASK_PARTS) == 0)
		error = sheet_blank(&cage->parts.document);
	if (error != 0)
		return no_room(segl, error);
	if (pipe2(out, O_CLOEXEC) < 0) {
		error = errno;
		cage_clear(cage);
		return no_room(segl, error);
	}
	status = start(
	    segl, ask, sheet->fd, out[1], cage->parts.document.fd, &cage->pid);
	close(out[1]);
	cage->fd = out[0];
	if (status == SEGL_OK && fcntl(out[0], F_SETFL, O_NONBLOCK) < 0)
		status = no_room(segl, errno);
	if (status != SEGL_OK)
		cage_clear(cage);
	return status;
}

enum segl_status
cage_start(struct segl *segl, const char *ask, const void *bytes, size_t len,
    struct cage *cage)
{
	struct sheet sheet;
	enum segl_status status;
	int error = sheet_copy(bytes, len, &sheet);

	if (error != 0)
		return no_room(segl, error);
	status = cage_start_sheet(segl, ask, &sheet, cage);
	sheet_clear(&sheet);
	return status;
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
	    (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGXFSZ ||
		WTERMSIG(status) == SIGKILL);
}

static struct buffer *
buffer_of(struct cage_parts *parts, int part)
{
	switch (part) {
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

/* The reader is gone; whoever it may have left behind writes no more. */
static enum tl_refusal
seal_document(struct sheet *document)
{
	int error = 0;

	if (document->fd >= 0)
		error = sheet_seal(document, TL_DOCUMENT_MAX);
	return error == 0    ? TL_ACCEPTED
	    : error == EFBIG ? TL_READER_LIMITS
			     : TL_READER_FAILED;
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
	if (refusal == TL_ACCEPTED)
		refusal = seal_document(&cage->parts.document);
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
	sheet_clear(&parts->document);
	buffer_clear(&parts->properties);
	buffer_clear(&parts->info);
	buffer_clear(&parts->value);
	buffer_clear(&parts->certificate);
	buffer_clear(&parts->list);
	parts->refusal = TL_ACCEPTED;
	parts->complete = 0;
}
