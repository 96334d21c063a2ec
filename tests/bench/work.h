/* SPDX-License-Identifier: ISC */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include <stddef.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

/*
 * What the compiled rivals share: arguments, the soft token by the way that
 * OpenSSL offers, and a stop watch. A rival ends the program on any failure.
 */

struct task {
	const char *p12;
	const char *pin_file;
	const char *ca_dir;
	int port;
	const char *scope;
	char issuer[64];   /* https://127.0.0.1:PORT/ */
	char endpoint[80]; /* issuer and "token" */
};

struct identity {
	EVP_PKEY *key;
	X509 *leaf;
	STACK_OF(X509) * others; /* in the order of the file */
};

void fail(const char *what) __attribute__((noreturn));
void task_read(struct task *task, int argc, char **argv);
void identity_load(struct identity *identity, const struct task *task);

/* New text: base64 with padding, or base64url without it. */
char *base64_of(const void *bytes, size_t len);
char *base64url_of(const void *bytes, size_t len);

/* A fresh UUID, version 4. */
void uuid_make(char text[37]);

/* The O of the Subject of IDENTITY's leaf. */
void organization_of(const struct identity *identity, char *text, int size);

/* New signature over TBS, base64url. */
char *sign_rs256(EVP_PKEY *key, const char *tbs);

/*
 * The stop watch, silent unless BENCH_T0 has the instant (CLOCK_MONOTONIC,
 * nanoseconds) at which the program was started. phase() ends the phase that
 * is called NAME; phases_print() writes "name TAB microseconds" to stderr.
 */
void phase(const char *name);
void phases_print(void);

#endif
