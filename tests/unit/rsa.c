/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "rsa.h"

static EVP_PKEY *
read_key(const char *path)
{
	FILE *f = fopen(path, "re");
	EVP_PKEY *key = NULL;

	if (f != NULL) {
		key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
		fclose(f);
	}
	return key;
}

/* Whole or not at all: others do the same at the same time. */
static void
keep_key(const char *path, EVP_PKEY *key)
{
	char draft[4200];
	FILE *f = NULL;
	int fd, done;

	snprintf(draft, sizeof(draft), "%s.XXXXXX", path);
	fd = mkstemp(draft);
	if (fd >= 0)
		f = fdopen(fd, "w");
	if (f == NULL)
		return;
	done = PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
	if (fclose(f) != 0 || !done || rename(draft, path) < 0)
		(void)unlink(draft);
}

EVP_PKEY *
rsa_key(unsigned int bits)
{
	static unsigned int number;
	const char *dir = getenv("SEGL_TEST_KEYS");
	EVP_PKEY *key;
	char path[4096];

	if (dir == NULL)
		return EVP_RSA_gen(bits);
	(void)mkdir(dir, 0700);
	snprintf(path, sizeof(path), "%s/rsa-%u-%u.pem", dir, bits, ++number);
	key = read_key(path);
	if (key == NULL) {
		key = EVP_RSA_gen(bits);
		if (key != NULL)
			keep_key(path, key);
	}
	return key;
}
