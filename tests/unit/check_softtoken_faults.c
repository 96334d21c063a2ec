/* SPDX-License-Identifier: ISC */
/*
 * What loading and signing leave behind: nothing of the PIN, nothing of the
 * key but in the EVP_PKEY; and what they do when memory runs out. Linked with
 * --wrap, so that both our allocations and OpenSSL's pass through here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>

#include <segl/softtoken.h>

#include "alloc.h"
#include "base/base64.h"
#include "ca.h"
#include "keyfile.h"
#include "p12.h"

/* ---- a file -------------------------------------------------------------- */

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif

#define PIN "canary-pin-c2f1e8"

static EVP_PKEY *key;
static struct p12 files[1 + KEYFILE_KINDS]; /* the first is PKCS#12 */
static unsigned char prime[256];
static size_t prime_len;

static int
set_up(void **state)
{
	struct ca_spec root_spec = { .cn = "Root", .basic = "CA:TRUE" };
	struct ca_spec spec = { .cn = "Seal",
		.o = "Test AB",
		.orgids = { "NTRSE-5560000001" },
		.usage = "digitalSignature",
		.policies = "0.4.0.194112.1.1" };
	struct p12_spec usual = {
		.pin = PIN, .key_nid = -1, .cert_nid = -1, .mac = 1
	};
	EVP_PKEY *root_key = ca_key("EC");
	struct ca root = ca_make(&root_spec, root_key, NULL), leaf;
	X509 *certs[2];
	BIGNUM *p = NULL;

	(void)state;
	key = ca_key("RSA");
	leaf = ca_make(&spec, key, &root);
	certs[0] = leaf.cert;
	certs[1] = root.cert;
	files[0] = p12_make(&usual, key, "my seal", certs, 2);
	for (int i = 0; i < KEYFILE_KINDS; i++)
		files[1 + i] = keyfile_make(i, key, PIN, certs, 2);
	EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_FACTOR1, &p);
	prime_len = (size_t)BN_num_bytes(p);
	BN_bn2bin(p, prime);
	BN_clear_free(p);
	ca_free(&leaf);
	ca_free(&root);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(key);
	key = NULL;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < 1 + KEYFILE_KINDS; i++)
		p12_free(&files[i]);
	return 0;
}

static enum segl_status
load_and_sign(struct segl *segl, const struct p12 *file, const char *pin)
{
	struct segl_softtoken *token = segl_softtoken_new(segl);
	enum segl_status status = SEGL_ENOMEM;
	unsigned char *sig = NULL;
	size_t len;

	if (token == NULL)
		return SEGL_ENOMEM;
	segl_softtoken_set_route(token, SEGL_ROUTE_REGISTERED);
	status = segl_softtoken_set_pin(token, pin, strlen(pin));
	if (status == SEGL_OK)
		status = segl_softtoken_load_mem(
		    token, file->bytes, file->len, "key.p12");
	if (status == SEGL_OK)
		status = segl_softtoken_sign(
		    token, SEGL_ALG_RS256, "x", 1, &sig, &len);
	else
		assert_int_equal(segl_softtoken_path_len(token), 0);
	if (status != SEGL_OK)
		assert_null(sig);
	free(sig);
	segl_softtoken_free(token);
	return status;
}

static void
runs_out_of_memory(const struct p12 *file, long one_in)
{
	long total, misnamed = 0;
	struct segl *segl = segl_new();

	/* once before, since OpenSSL fetches its algorithms once */
	assert_int_equal(load_and_sign(segl, file, PIN), SEGL_OK);
	alloc_fail_after(-1);
	assert_int_equal(load_and_sign(segl, file, PIN), SEGL_OK);
	total = alloc_counted();
	segl_free(segl);
	assert_true(total > 200);
	for (long n = 0; n < total; n++) {
		enum segl_status status;
		long refused;

		segl = segl_new();
		alloc_fail_after(n);
		status = load_and_sign(segl, file, PIN);
		refused = alloc_refused();
		alloc_fail_after(-1);
		/* blinding and random numbers vary the number a little */
		assert_int_equal(status == SEGL_OK, refused == 0);
		assert_int_equal(
		    segl_error_status(segl), n == 0 ? SEGL_OK : status);
		if (status != SEGL_ENOMEM && status != SEGL_OK)
			misnamed++;
		segl_free(segl);
	}
	print_message(
	    "# %ld allocations, %ld failures misnamed\n", total, misnamed);
	/* where libraries do not say that memory was the cause */
	assert_true(misnamed * one_in < total);
	segl = segl_new();
	assert_int_equal(load_and_sign(segl, file, PIN), SEGL_OK);
	segl_free(segl);
}

static void
running_out_of_memory_is_an_error(void **state)
{
	(void)state;
	runs_out_of_memory(&files[0], 20);
}

static void
running_out_is_an_error_with_other_files(void **state)
{
	static const enum keyfile_kind kinds[] = { KEYFILE_PEM_AES,
		KEYFILE_TRADITIONAL, KEYFILE_JWK_SET };

	(void)state;
	/* to jansson most texts that it has no room for are invalid */
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		runs_out_of_memory(
		    &files[1 + kinds[i]], kinds[i] == KEYFILE_JWK_SET ? 6 : 20);
}

/* ---- what is left in memory ---------------------------------------------- */

#ifndef SANITIZED
/*
 * How often LEN bytes at WHAT stand in what this process can write. Looked at
 * where they are: a copy to look at would be one more to find.
 */
static int
copies(const unsigned char *what, size_t len)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	int found = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL) {
		char *end;
		char *from = (char *)strtoul(line, &end, 16);
		char *to = (char *)strtoul(end + 1, &end, 16);

		if (end[1] != 'r' || end[2] != 'w' ||
		    strstr(line, "[v") != NULL)
			continue;
		while ((from = memmem(from, (size_t)(to - from), what, len)) !=
		    NULL) {
			from++;
			found++;
		}
	}
	fclose(maps);
	return found;
}

/* Of the prime, as OpenSSL keeps it and as DER has it. */
static void
count_key(int *native, int *der)
{
	static unsigned char big[256], little[256];
	size_t n = 32; /* from the middle: no sign, no padding */

	for (size_t i = 0; i < n; i++) {
		big[i] = prime[i + 20];
		little[n - 1 - i] = prime[i + 20];
	}
	*der = copies(big, n) - 2;       /* here and in prime[] */
	*native = copies(little, n) - 1; /* here */
	memset(big, 0, sizeof(big));
	memset(little, 0, sizeof(little));
}

/* Of the prime in base64url, as a JWK has it. */
static int
count_text(void)
{
	char *text = base64url_encode(prime, prime_len);
	int n = copies((unsigned char *)text + 20, 60) - 1; /* here */

	memset(text, 0, strlen(text));
	free(text);
	return n;
}

/* What a file itself has of the key. */
struct expected {
	int der;
	int text;
};

static void
leaves_nothing(const struct p12 *file, const struct expected *in_file)
{
	struct segl *segl = segl_new();
	struct segl_softtoken *token = segl_softtoken_new(segl);
	unsigned char *sig;
	char pin[] = PIN;
	size_t len;
	int native, der, pins;

	segl_softtoken_set_route(token, SEGL_ROUTE_REGISTERED);
	pins = copies((const unsigned char *)PIN, strlen(PIN));
	assert_int_equal(
	    segl_softtoken_set_pin(token, pin, strlen(pin)), SEGL_OK);
	/* the scan finds what there is */
	assert_int_equal(
	    copies((const unsigned char *)PIN, strlen(PIN)), pins + 1);
	count_key(&native, &der);
	assert_int_equal(native, 0);
	assert_int_equal(der, in_file->der);
	assert_int_equal(count_text(), in_file->text);

	assert_int_equal(
	    segl_softtoken_load_mem(token, file->bytes, file->len, "key.p12"),
	    SEGL_OK);
	assert_int_equal(copies((const unsigned char *)PIN, strlen(PIN)), pins);
	count_key(&native, &der);
	assert_int_equal(native, 1);
	assert_int_equal(der, in_file->der);
	assert_int_equal(count_text(), in_file->text);

	assert_int_equal(
	    segl_softtoken_sign(token, SEGL_ALG_RS256, "x", 1, &sig, &len),
	    SEGL_OK);
	free(sig);
	count_key(&native, &der);
	/* OpenSSL keeps the modulus of its Montgomery arithmetic with it */
	assert_int_equal(native, 2);
	assert_int_equal(der, in_file->der);

	segl_softtoken_free(token);
	count_key(&native, &der);
	assert_int_equal(native, 0);
	assert_int_equal(der, in_file->der);
	assert_int_equal(count_text(), in_file->text);
	segl_free(segl);
}

static void
no_copy_of_pin_or_key_stays(void **state)
{
	struct expected in_files = { .der = 1, .text = 3 };

	(void)state;
	if (access("/proc/self/maps", R_OK) != 0) {
		print_message("# no /proc here: nothing is looked at\n");
		return;
	}
	/* one file is DER in the open, three are JWKs */
	for (size_t i = 0; i < 1 + KEYFILE_KINDS; i++) {
		print_message("# file %zu\n", i);
		leaves_nothing(&files[i], &in_files);
	}
}

#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
#ifndef SANITIZED /* which keeps freed memory aside and poisons the rest */
		cmocka_unit_test(no_copy_of_pin_or_key_stays),
#endif
		cmocka_unit_test(running_out_of_memory_is_an_error),
		cmocka_unit_test(running_out_is_an_error_with_other_files),
	};

	alloc_take_over_openssl();
	json_set_alloc_funcs(malloc, free);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
