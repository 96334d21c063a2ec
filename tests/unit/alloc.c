/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "alloc.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);

static long countdown = -1;
static long counted;
static long refused;

void
alloc_fail_after(long n)
{
	countdown = n;
	counted = refused = 0;
}

long
alloc_counted(void)
{
	return counted;
}

long
alloc_refused(void)
{
	return refused;
}

static int
fails_now(void)
{
	counted++;
	if (countdown < 0)
		return 0;
	if (countdown == 0) {
		refused++;
		return 1; /* once out, always out */
	}
	countdown--;
	return 0;
}

void *
__wrap_malloc(size_t n)
{
	return fails_now() ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails_now() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t n)
{
	return fails_now() ? NULL : __real_realloc(p, n);
}

char *
__wrap_strdup(const char *s)
{
	return fails_now() ? NULL : __real_strdup(s);
}

char *
__wrap_strndup(const char *s, size_t n)
{
	return fails_now() ? NULL : __real_strndup(s, n);
}

static void *
openssl_malloc(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return n == 0 || fails_now() ? NULL : __real_malloc(n);
}

static void *
openssl_realloc(void *p, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	if (n == 0) {
		free(p);
		return NULL;
	}
	return fails_now() ? NULL : __real_realloc(p, n);
}

static void
openssl_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

void
alloc_take_over_openssl(void)
{
	if (!CRYPTO_set_mem_functions(
		openssl_malloc, openssl_realloc, openssl_free)) {
		fprintf(stderr, "OpenSSL allocated before main()\n");
		abort();
	}
}
