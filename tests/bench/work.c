/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>

#include "work.h"

enum { PHASES_MAX = 16 };

static struct {
	const char *name;
	long long ns;
} phases[PHASES_MAX];
static int phase_count;

void
fail(const char *what)
{
	fprintf(stderr, "bench rival: %s failed\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static long long
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

void
phase(const char *name)
{
	if (phase_count == PHASES_MAX)
		return;
	phases[phase_count].name = name;
	phases[phase_count++].ns = now_ns();
}

void
phases_print(void)
{
	const char *start = getenv("BENCH_T0");
	long long before;
	int i;

	if (start == NULL)
		return;
	before = atoll(start);
	for (i = 0; i < phase_count; i++) {
		fprintf(stderr, "%s\t%.1f\n", phases[i].name,
		    (double)(phases[i].ns - before) / 1000);
		before = phases[i].ns;
	}
}

void
task_read(struct task *task, int argc, char **argv)
{
	if (argc != 6) {
		fprintf(
		    stderr, "usage: %s P12 PINFILE CADIR PORT SCOPE\n", *argv);
		exit(2);
	}
	task->p12 = argv[1];
	task->pin_file = argv[2];
	task->ca_dir = argv[3];
	task->port = atoi(argv[4]);
	task->scope = argv[5];
	snprintf(task->issuer, sizeof(task->issuer), "https://127.0.0.1:%d/",
	    task->port);
	snprintf(
	    task->endpoint, sizeof(task->endpoint), "%stoken", task->issuer);
}

static void
pin_read(const char *path, char *pin, int size)
{
	FILE *f = fopen(path, "r");

	if (f == NULL || fgets(pin, size, f) == NULL)
		fail("reading the PIN");
	fclose(f);
	pin[strcspn(pin, "\r\n")] = '\0';
}

void
identity_load(struct identity *identity, const struct task *task)
{
	char pin[128];
	PKCS12 *p12;
	BIO *in;

	memset(identity, 0, sizeof(*identity));
	pin_read(task->pin_file, pin, sizeof(pin));
	in = BIO_new_file(task->p12, "rb");
	if (in == NULL)
		fail("opening the soft token");
	p12 = d2i_PKCS12_bio(in, NULL);
	if (p12 == NULL ||
	    !PKCS12_parse(
		p12, pin, &identity->key, &identity->leaf, &identity->others))
		fail("loading the soft token");
	PKCS12_free(p12);
	BIO_free(in);
}

char *
base64_of(const void *bytes, size_t len)
{
	char *text = malloc(len / 3 * 4 + 5);

	if (text == NULL)
		fail("memory");
	EVP_EncodeBlock((unsigned char *)text, bytes, (int)len);
	return text;
}

char *
base64url_of(const void *bytes, size_t len)
{
	char *text = base64_of(bytes, len);
	char *p;

	for (p = text; *p != '\0' && *p != '='; p++)
		if (*p == '+')
			*p = '-';
		else if (*p == '/')
			*p = '_';
	*p = '\0';
	return text;
}

void
uuid_make(char text[37])
{
	unsigned char b[16];
	int i;
	char *p = text;

	if (RAND_bytes(b, sizeof(b)) != 1)
		fail("random bytes");
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		p += sprintf(p, "%02x", b[i]);
	}
}

void
organization_of(const struct identity *identity, char *text, int size)
{
	X509_NAME *subject = X509_get_subject_name(identity->leaf);

	if (X509_NAME_get_text_by_NID(
		subject, NID_organizationName, text, size) < 0)
		fail("finding the organization");
}

char *
sign_rs256(EVP_PKEY *key, const char *tbs)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char sig[1024];
	size_t len = sizeof(sig);

	if (ctx == NULL ||
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(
		ctx, sig, &len, (const unsigned char *)tbs, strlen(tbs)) != 1)
		fail("signing");
	EVP_MD_CTX_free(ctx);
	return base64url_of(sig, len);
}
