/* SPDX-License-Identifier: ISC */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/secret.h"

struct secret {
	size_t map_len; /* of the whole mapping, in bytes */
	size_t len;
	char bytes[];
};

struct secret *
secret_new(const void *bytes, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t map_len = sizeof(struct secret) + len + 1;
	struct secret *secret;

	if (map_len < len)
		return NULL;
	map_len = (map_len + page - 1) / page * page;
	/* pages of its own, so that locking covers nothing else */
	secret = mmap(NULL, map_len, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (secret == MAP_FAILED)
		return NULL;
	(void)mlock(secret, map_len); /* best effort: RLIMIT_MEMLOCK */
	(void)madvise(secret, map_len, MADV_DONTDUMP);
	secret->map_len = map_len;
	secret->len = len;
	if (len > 0)
		memcpy(secret->bytes, bytes, len);
	secret->bytes[len] = '\0';
	return secret;
}

void
secret_free(struct secret *secret)
{
	size_t map_len;

	if (secret == NULL)
		return;
	map_len = secret->map_len;
	explicit_bzero(secret, map_len);
	munmap(secret, map_len);
}

const char *
secret_bytes(const struct secret *secret)
{
	return secret->bytes;
}

size_t
secret_len(const struct secret *secret)
{
	return secret->len;
}

void
secret_wipe(void *bytes, size_t len)
{
	if (bytes != NULL)
		explicit_bzero(bytes, len);
}

void
secret_free_text(char *text)
{
	if (text == NULL)
		return;
	explicit_bzero(text, strlen(text));
	free(text);
}

int
secret_equal(const void *a, size_t a_len, const void *b, size_t b_len)
{
	const volatile unsigned char *x = a, *y = b;
	unsigned char differ = 0;

	if (a_len != b_len)
		return 0;
	for (size_t i = 0; i < a_len; i++)
		differ |= (unsigned char)(x[i] ^ y[i]);
	return differ == 0;
}

void
secret_harden_process(void)
{
	struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)mallopt(M_PERTURB, 0xa5);
}

void
secret_lock_process(void)
{
	struct rlimit limit;

	/* past a limit the next allocation would fail: all or nothing */
	if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 &&
	    limit.rlim_cur == RLIM_INFINITY)
		(void)mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
}
