/* SPDX-License-Identifier: ISC */
/*
 * segl-tlread: reads foreign XML and owns nothing: no key, no file, no
 * network. A file comes on standard input, its parts leave on standard output
 * (trustlist/list/part.h). Whatever it says is verified by others.
 */
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libxml/parser.h>

#include "sys/sandbox.h"
#include "trustlist/read/answer.h"

/* Head of a chunk, and most that one chunk carries. */
#define HEAD_LEN  5
#define CHUNK_MAX (1u << 20)

/* Bytes written at once. */
#define WRITE_LEN (64u << 10)

/* Most bytes of memory asked of the kernel ahead; and for a byte of XML. */
#define AHEAD_MAX  (24u << 20)
#define AHEAD_EACH 5

struct output {
	FILE *parts;
	FILE *document; /* NULL where none is asked for */
};

static int
write_chunk(void *arg, enum tl_part part, const void *bytes, size_t len)
{
	unsigned char head[HEAD_LEN] = { (unsigned char)part };
	const struct output *out = arg;
	const char *at = bytes;
	size_t n;

	if (part == TL_PART_DOCUMENT)
		return out->document != NULL &&
			fwrite(bytes, 1, len, out->document) == len
		    ? 0
		    : -1;
	do {
		n = len < CHUNK_MAX ? len : CHUNK_MAX;
		head[1] = (unsigned char)(n >> 24 & 0xff);
		head[2] = (unsigned char)(n >> 16 & 0xff);
		head[3] = (unsigned char)(n >> 8 & 0xff);
		head[4] = (unsigned char)(n & 0xff);
		if (fwrite(head, 1, HEAD_LEN, out->parts) != HEAD_LEN ||
		    (n > 0 && fwrite(at, 1, n, out->parts) != n))
			return -1;
		at += n;
		len -= n;
	} while (len > 0);
	return 0;
}

/*
 * The tree of a list is many times the list; in one piece, in large pages
 * where there are any, it costs the kernel a fraction of what thousands of
 * small steps do. All of it is a favour that may be denied.
 */
static void
get_memory_ahead(size_t len)
{
	size_t ahead =
	    len > AHEAD_MAX / AHEAD_EACH ? AHEAD_MAX : len * AHEAD_EACH;
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from, to;
	void *memory;

	/* it lives for one tree: memory never goes back */
	(void)mallopt(M_TRIM_THRESHOLD, (int)TL_READER_MEMORY_MAX);
	(void)mallopt(M_MMAP_THRESHOLD, AHEAD_MAX + 1);
	memory = malloc(ahead);
	from = ((uintptr_t)memory + page - 1) / page * page;
	to = ((uintptr_t)memory + ahead) / page * page;
	if (memory != NULL && from < to) {
		(void)madvise((void *)from, to - from, MADV_HUGEPAGE);
#ifdef MADV_POPULATE_WRITE
		(void)madvise((void *)from, to - from, MADV_POPULATE_WRITE);
#endif
	}
	free(memory);
}

static enum tl_refusal
read_bytes(
    const char *ask, const char *bytes, size_t len, const struct answer *answer)
{
	if (len == 0)
		return TL_NOT_XML;
	if (len > TL_DOCUMENT_MAX)
		return TL_TOO_LARGE;
	get_memory_ahead(len);
	return strcmp(ask, TL_ASK_PARTS) == 0
	    ? read_parts(bytes, len, answer)
	    : read_services(bytes, len, answer);
}

/* The input is a file in memory, looked at where it is; never a pipe. */
static enum tl_refusal
read_input(const char *ask, const struct answer *answer)
{
	enum tl_refusal refusal;
	struct stat st;
	void *bytes;
	size_t len;

	if (fstat(0, &st) < 0 || !S_ISREG(st.st_mode))
		return TL_READER_FAILED;
	if ((unsigned long long)st.st_size > SIZE_MAX)
		return TL_TOO_LARGE;
	len = (size_t)st.st_size;
	if (len == 0)
		return TL_NOT_XML;
	bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE | MAP_POPULATE, 0, 0);
	if (bytes == MAP_FAILED)
		return TL_READER_LIMITS;
	refusal = read_bytes(ask, bytes, len, answer);
	munmap(bytes, len);
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

/*
 * A process that was taken over opens nothing and starts nothing: first the
 * limits, then the kernel's sandbox as far as there is one. WRITES: the bytes
 * that may go to a file.
 */
static int
limit_self(rlim_t writes)
{
	if (!IS_SANITIZED &&
	    (limit(RLIMIT_DATA, TL_READER_MEMORY_MAX) < 0 ||
		limit(RLIMIT_AS, TL_READER_SPACE_MAX) < 0 ||
		limit(RLIMIT_NOFILE, 3) < 0))
		return -1;
	if (limit(RLIMIT_CPU, TL_READER_CPU_S) < 0 ||
	    limit(RLIMIT_FSIZE, writes) < 0 || limit(RLIMIT_CORE, 0) < 0)
		return -1;
	if (!IS_SANITIZED)
		(void)sandbox_enter(SANDBOX_READER, NULL, 0);
	return 0;
}

static int
usage(void)
{
	fputs("segl-tlread: a part of segl, not to be started by hand; "
	      "see segl(1)\n",
	    stderr);
	return 2;
}

/* Whoever asked gets all of the answer, or sees that it did not. */
static void
end(void *arg, enum tl_refusal refusal)
{
	unsigned char code = (unsigned char)refusal;
	struct output *out = arg;

	if (refusal != TL_ACCEPTED &&
	    write_chunk(out, TL_PART_REFUSED, &code, 1) < 0)
		_exit(1);
	if (out->document != NULL && fflush(out->document) != 0)
		_exit(1);
	if (write_chunk(out, TL_PART_END, "", 0) < 0 || fflush(out->parts) != 0)
		_exit(1);
	_exit(0); /* what it holds needs no tidying */
}

int
main(int argc, char **argv)
{
	static char buffers[2][WRITE_LEN];
	struct output out = { stdout, NULL };
	const struct answer answer = { write_chunk, end, &out };
	int parts = argc == 2 && strcmp(argv[1], TL_ASK_PARTS) == 0;

	if (!parts && (argc != 2 || strcmp(argv[1], TL_ASK_SERVICES) != 0))
		return usage();
	if (parts)
		out.document = fdopen(TL_DOCUMENT_FD, "w");
	if (parts && out.document == NULL)
		return usage();
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	/* nobody reads what it says when who asked is gone */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (limit_self(parts ? TL_DOCUMENT_MAX : 0) < 0)
		return 1;
	(void)setvbuf(stdout, buffers[0], _IOFBF, WRITE_LEN);
	if (parts)
		(void)setvbuf(out.document, buffers[1], _IOFBF, WRITE_LEN);
	end(&out, read_input(argv[1], &answer));
}
