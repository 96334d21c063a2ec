/* SPDX-License-Identifier: ISC */
/*
 * segl-tlread: reads foreign XML and owns nothing: no key, no file, no
 * network. A file comes on standard input, its parts leave on standard output
 * (trustlist/list/part.h). Whatever it says is verified by others.
 */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libxml/parser.h>

#include "base/buffer.h"
#include "base/file.h"
#include "trustlist/read/answer.h"

/* Head of a chunk, and most that one chunk carries. */
#define HEAD_LEN  5
#define CHUNK_MAX (1u << 20)

/* Bytes asked of the kernel at once: half the tree of a small list. */
#define MEMORY_STEP (1 << 20)

static int
write_chunk(void *arg, enum tl_part part, const void *bytes, size_t len)
{
	unsigned char head[HEAD_LEN] = { (unsigned char)part };
	FILE *out = arg;
	const char *at = bytes;
	size_t n;

	do {
		n = len < CHUNK_MAX ? len : CHUNK_MAX;
		head[1] = (unsigned char)(n >> 24 & 0xff);
		head[2] = (unsigned char)(n >> 16 & 0xff);
		head[3] = (unsigned char)(n >> 8 & 0xff);
		head[4] = (unsigned char)(n & 0xff);
		if (fwrite(head, 1, HEAD_LEN, out) != HEAD_LEN ||
		    (n > 0 && fwrite(at, 1, n, out) != n))
			return -1;
		at += n;
		len -= n;
	} while (len > 0);
	return 0;
}

static enum tl_refusal
read_input(const char *ask, const struct answer *answer)
{
	enum tl_refusal refusal;
	struct buffer file;
	struct stat st;
	int error;

	/* a pipe has no size; a file's is read at once */
	buffer_init(&file, TL_FILE_MAX);
	error = fstat(0, &st) < 0 ? errno : file_read_fd(0, &file);
	if (error == EFBIG)
		refusal = TL_TOO_LARGE;
	else if (error != 0)
		refusal = error == ENOMEM ? TL_READER_LIMITS : TL_READER_FAILED;
	else if (file.len == 0)
		refusal = TL_NOT_XML;
	else if (strcmp(ask, TL_ASK_PARTS) == 0)
		refusal = read_parts(file.data, file.len, answer);
	else
		refusal = read_services(file.data, file.len, answer);
	buffer_clear(&file);
	return refusal;
}

/* AddressSanitizer maps terabytes; without it, memory is counted. */
#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

static int
limit(__rlimit_resource_t resource, rlim_t most)
{
	struct rlimit limits = { most, most };

	return setrlimit(resource, &limits);
}

/* A process that was taken over opens nothing and starts nothing. */
static int
limit_self(void)
{
	if (!IS_SANITIZED &&
	    (limit(RLIMIT_DATA, TL_READER_MEMORY_MAX) < 0 ||
		limit(RLIMIT_AS, TL_READER_SPACE_MAX) < 0 ||
		limit(RLIMIT_NOFILE, 3) < 0))
		return -1;
	return limit(RLIMIT_CPU, TL_READER_CPU_S) < 0 ||
		limit(RLIMIT_FSIZE, 0) < 0 || limit(RLIMIT_CORE, 0) < 0
	    ? -1
	    : 0;
}

static int
usage(void)
{
	fputs("segl-tlread: a part of segl, not to be started by hand; "
	      "see segl(1)\n",
	    stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	const struct answer answer = { write_chunk, stdout };
	enum tl_refusal refusal;
	unsigned char code;

	if (argc != 2 ||
	    (strcmp(argv[1], TL_ASK_PARTS) != 0 &&
		strcmp(argv[1], TL_ASK_SERVICES) != 0))
		return usage();
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	/* nobody reads what it says when who asked is gone */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	/* it lives for one tree: memory comes in few steps and never goes back
	 */
	(void)mallopt(M_TOP_PAD, MEMORY_STEP);
	(void)mallopt(M_TRIM_THRESHOLD, (int)TL_READER_MEMORY_MAX);
	if (limit_self() < 0)
		return 1;
	refusal = read_input(argv[1], &answer);
	code = (unsigned char)refusal;
	if (refusal != TL_ACCEPTED &&
	    write_chunk(stdout, TL_PART_REFUSED, &code, 1) < 0)
		return 1;
	if (write_chunk(stdout, TL_PART_END, "", 0) < 0 || fflush(stdout) != 0)
		return 1;
	_exit(0); /* what it holds needs no tidying */
}
