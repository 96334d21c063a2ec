/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_PEM_H
#define SOFTTOKEN_PEM_H

#include <stddef.h>

#include <segl/status.h>

/* Longest label and longest line of attributes that is looked at, in bytes. */
#define PEM_LABEL_MAX 64
#define PEM_NAME_MAX  256

/* One block of a PEM file (RFC 7468, 2); borrowed, wiped after the call. */
struct pem_block {
	const char *label; /* "RSA PRIVATE KEY" */
	const char
	    *header; /* lines of RFC 1421, 4.6 before the base64; or "" */
	unsigned char *der; /* NULL: it is damaged or cut short */
	size_t len;
	const char *name; /* friendlyName of the bag attributes, or NULL */
	size_t line;      /* where it begins, counted from 1 */
};

/*
 * Call EACH with every block in LEN bytes of text, in order, until it fails.
 * Whatever people and programs put around blocks does no harm: prose, bag
 * attributes, blanks before and after lines, line ends of any system, byte
 * order marks, base64 all in one line.
 *
 * Errors: SEGL_ENOMEM, and what EACH returns. Nothing is recorded.
 */
enum segl_status pem_walk(const unsigned char *bytes, size_t len,
    enum segl_status (*each)(void *arg, const struct pem_block *block),
    void *arg) SEGL_MUST_USE;

#endif
