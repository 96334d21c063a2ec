/* SPDX-License-Identifier: ISC */
#ifndef ORDER_SUBJECT_H
#define ORDER_SUBJECT_H

#include <openssl/x509.h>

#include "base/error.h"

/* Longest Subject as text, in bytes, and most attributes it may have. */
#define SUBJECT_TEXT_MAX       4096
#define SUBJECT_ATTRIBUTES_MAX 32

/*
 * The Subject that TEXT writes, see segl_csr_set_subject(). OUT is new, NULL
 * when the call fails. No I/O.
 * Errors: SEGL_EUSAGE, SEGL_ENOMEM.
 */
enum segl_status subject_parse(
    struct segl *segl, const char *text, X509_NAME **out) SEGL_MUST_USE;

/*
 * Put organizationIdentifier VALUE behind O, or last where there is no O. One
 * that is there already must be the same.
 * Errors: SEGL_EUSAGE misspelt, or another one; SEGL_ENOMEM.
 */
enum segl_status subject_add_identifier(
    struct segl *segl, X509_NAME *name, const char *value) SEGL_MUST_USE;

/* Warn of what an eSeal's Subject should have and NAME has not. */
void subject_remark(struct segl *segl, const X509_NAME *name);

#endif
