/* SPDX-License-Identifier: ISC */
#ifndef SEGL_ORDER_H
#define SEGL_ORDER_H

#include <stddef.h>

#include <segl/handle.h>
#include <segl/softtoken.h>

SEGL_BEGIN_DECLS

/*
 * From ordering a certificate to renewing it: a key and the request for its
 * certificate, and the file that key and certificate become.
 */

/* ---- PIN ------------------------------------------------------------------
 */

/* A PIN in memory that is wiped when it is freed. */
struct segl_pin;

/*
 * Read a PIN from SOURCE, as segl_softtoken_set_pin_source() has it, to
 * protect the file called NAME. On a terminal it is asked for twice where it
 * is NEW: what was mistyped once would lock the file for good. A new one that
 * is short, or has characters that not every program reads alike, draws a
 * warning.
 *
 * OUT    new, NULL when the call fails.
 * Errors: SEGL_EUSAGE no such source, it has no PIN, an empty one, or two that
 * differ; SEGL_ENOMEM. Does I/O.
 */
enum segl_status segl_pin_read(struct segl *segl, const char *source,
    const char *name, int is_new, struct segl_pin **out) SEGL_MUST_USE;
void segl_pin_free(struct segl_pin *pin);

/* Let TOKEN open its file with PIN. Errors: those of set_pin. */
enum segl_status segl_pin_give(
    const struct segl_pin *pin, struct segl_softtoken *token) SEGL_MUST_USE;

/* ---- files ----------------------------------------------------------------
 */

/*
 * Iterations of the key derivation (PBKDF2, RFC 8018, 5.2) of files that are
 * made: the least and the most that may be asked for. Other programs refuse
 * more, and fewer protect nothing.
 */
#define SEGL_ITERATIONS_MIN 2048L
#define SEGL_ITERATIONS_MAX 600000L

/* Text or DER that was made; wiped when it is freed. */
struct segl_made;

const unsigned char *segl_made_bytes(
    const struct segl_made *made, size_t *len); /* borrowed */
void segl_made_free(struct segl_made *made);

/* ---- a key and the request for its certificate ----------------------------
 */

/* A key pair, and what the certification request (RFC 2986) says. */
struct segl_csr;

/* New, borrows SEGL; NULL when out of memory. */
struct segl_csr *segl_csr_new(struct segl *segl);
void segl_csr_free(struct segl_csr *csr);

/*
 * The Subject: "/C=SE/O=Example AB/CN=Example AB" or "C=SE, O=Example AB,
 * CN=Example AB", in UTF-8, in the order given. A backslash takes the meaning
 * from what follows it. Known are C, ST, L, street, postalCode, O, OU, CN,
 * serialNumber and organizationIdentifier; what names a person is refused.
 *
 * Errors: SEGL_EUSAGE, the message names the place; SEGL_ENOMEM.
 */
enum segl_status segl_csr_set_subject(
    struct segl_csr *csr, const char *subject) SEGL_MUST_USE;

/*
 * The Subject's organizationIdentifier (EN 319 412-1, 5.1.4), "VATSE-..." for
 * instance; stands behind O, so after segl_csr_set_subject(). A misspelling is
 * refused and named, a wrong check digit draws a warning.
 * Errors: SEGL_EUSAGE, SEGL_ENOMEM.
 */
enum segl_status segl_csr_set_organization_identifier(
    struct segl_csr *csr, const char *identifier) SEGL_MUST_USE;

/*
 * Warn of what the Subject lacks, before anything is made of it.
 */
void segl_csr_remark(struct segl_csr *csr);

/*
 * Make a key of TYPE: rsa:3072, rsa:2048, rsa:4096 or ec:p256.
 * Errors: SEGL_EUSAGE no such type, SEGL_EINTERNAL, SEGL_ENOMEM.
 */
enum segl_status segl_csr_generate(
    struct segl_csr *csr, const char *type) SEGL_MUST_USE;

/*
 * Take the one private key in the file PATH instead, opened with PIN, which
 * may be NULL. Errors: SEGL_EKEY unreadable, or not exactly one key that can
 * be used; SEGL_EUSAGE it needs a PIN; SEGL_ENOMEM. Reads the file.
 */
enum segl_status segl_csr_load_key(struct segl_csr *csr, const char *path,
    const struct segl_pin *pin) SEGL_MUST_USE;

/*
 * The key as PEM, encrypted with PIN: PKCS#8 (RFC 5958) with PBES2, PBKDF2 of
 * HMAC-SHA-256 with ITERATIONS, and AES-256-CBC. It was opened again, with the
 * PIN, before this returns.
 *
 * OUT    new, NULL when the call fails.
 * Errors: SEGL_EUSAGE no key, or ITERATIONS out of bounds; SEGL_EINTERNAL;
 * SEGL_ENOMEM.
 */
enum segl_status segl_csr_key(struct segl_csr *csr, const struct segl_pin *pin,
    long iterations, struct segl_made **out) SEGL_MUST_USE;

/*
 * The request as PEM, signed with the key, SHA-256; its signature was
 * verified. OUT is new, NULL when the call fails.
 * Errors: SEGL_EUSAGE no key or no Subject, SEGL_EINTERNAL, SEGL_ENOMEM.
 */
enum segl_status segl_csr_request(
    struct segl_csr *csr, struct segl_made **out) SEGL_MUST_USE;

/*
 * What the request will say, safe to print; "" where it says nothing of it.
 * Borrowed.
 */
const char *segl_csr_subject(const struct segl_csr *csr); /* RFC 4514 */
const char *segl_csr_organization(const struct segl_csr *csr);
const char *segl_csr_organization_identifier(const struct segl_csr *csr);
/* "RSA, 3072 bit"; and SHA-256 of its SubjectPublicKeyInfo, hexadecimal. */
const char *segl_csr_key_words(const struct segl_csr *csr);
const char *segl_csr_key_digest(const struct segl_csr *csr);

/* ---- a clean file of key and certificates ---------------------------------
 */

enum segl_container {
	SEGL_CONTAINER_PKCS12, /* RFC 7292 */
	SEGL_CONTAINER_PEM     /* RFC 7468: the key first, then the path */
};

/* What is made of it; all borrowed. */
struct segl_bundle_terms {
	enum segl_container container;
	const struct segl_pin *pin; /* that protects it */
	long iterations;
	/* friendly name, in UTF-8; NULL: the common name, else O */
	const char *name;
};

/*
 * One file with the key of TOKEN, its certificate and path, and nothing else:
 * PBES2 with PBKDF2 of HMAC-SHA-256 and AES-256-CBC, in PKCS#12 with a MAC of
 * SHA-256. In PEM certificates are not encrypted.
 *
 * OUT    new, NULL when the call fails.
 * Errors: SEGL_EKEY TOKEN has no key that can be written, or no certificate;
 * SEGL_EUSAGE terms out of bounds; SEGL_EINTERNAL; SEGL_ENOMEM.
 */
enum segl_status segl_bundle(struct segl *segl,
    const struct segl_softtoken *token, const struct segl_bundle_terms *terms,
    struct segl_made **out) SEGL_MUST_USE;

/*
 * Where the issuer's certificate that TOKEN's path lacks is to be found, as
 * its last certificate says (RFC 5280, 4.2.2.1, caIssuers): the I-th address,
 * http: or https:, of printable ASCII. What it is, segl_softtoken_extend_path()
 * judges. New, freed with free(3); NULL past the last, where the path is
 * complete, and out of memory. Asks nobody.
 */
char *segl_bundle_source(const struct segl_softtoken *token, size_t i);

/*
 * Whether LEN bytes, opened with PIN, are the same soft token as TOKEN: the
 * same key, certificate and path. Errors: SEGL_EINTERNAL they are not, and
 * what segl_softtoken_load_mem() says; SEGL_ENOMEM.
 */
enum segl_status segl_bundle_verify(struct segl *segl,
    const struct segl_softtoken *token, const struct segl_pin *pin,
    const void *bytes, size_t len) SEGL_MUST_USE;

SEGL_END_DECLS

#endif
