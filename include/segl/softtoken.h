/* SPDX-License-Identifier: ISC */
#ifndef SEGL_SOFTTOKEN_H
#define SEGL_SOFTTOKEN_H

#include <stddef.h>

#include <segl/handle.h>
#include <segl/jws.h>

SEGL_BEGIN_DECLS

/*
 * A soft token: one private key in a file, the certificate of that key (the
 * leaf) and its certification path (RFC 5280, 6). Configure, load, then use.
 * The key never leaves the object; it only signs.
 */
struct segl_softtoken;

/* How the holder proves who it is; decides which identity of a file serves. */
enum segl_route {
	SEGL_ROUTE_AUTO,
	SEGL_ROUTE_ESEAL,      /* eSeal of a foreign business, no client */
	SEGL_ROUTE_ENTERPRISE, /* Norwegian enterprise certificate, client id */
	SEGL_ROUTE_REGISTERED  /* registered key, kid and client id */
};

/* New soft token that borrows SEGL, or NULL when out of memory. */
struct segl_softtoken *segl_softtoken_new(struct segl *segl);
void segl_softtoken_free(struct segl_softtoken *token);

/* ---- configure: before loading --------------------------------------- */

void segl_softtoken_set_route(
    struct segl_softtoken *token, enum segl_route route);

/*
 * Which identity of a file with several: its friendly name, the serial number
 * of its certificate (hex, colons allowed, or decimal) or the SHA-1 or SHA-256
 * fingerprint of its certificate (hex, colons allowed). NULL: by route.
 * Copies. Errors: SEGL_ENOMEM.
 */
enum segl_status segl_softtoken_set_identity(
    struct segl_softtoken *token, const char *selector) SEGL_MUST_USE;

/*
 * Where the PIN comes from; read only when the file needs one, and once:
 *
 *   file:PATH        first line of a file
 *   fd:N             first line of an open descriptor, closed after reading
 *   env:NAME         environment variable, removed from the environment
 *   credential:NAME  systemd credential, in $CREDENTIALS_DIRECTORY
 *   prompt           asked on the terminal, without echo
 *
 * Anything else is refused, above all a PIN itself. Copies.
 * Errors: SEGL_EUSAGE, SEGL_ENOMEM.
 */
enum segl_status segl_softtoken_set_pin_source(
    struct segl_softtoken *token, const char *source) SEGL_MUST_USE;

/*
 * The PIN itself, LEN bytes, for callers that have it in memory. Copied to
 * memory that is wiped after loading; wiping PIN stays with the caller.
 */
enum segl_status segl_softtoken_set_pin(
    struct segl_softtoken *token, const void *pin, size_t len) SEGL_MUST_USE;

/*
 * Of a JWK Set take the key with this kid (RFC 7517, 4.5), and no other; of
 * other files nothing changes. NULL: any. Copies. Errors: SEGL_ENOMEM.
 */
enum segl_status segl_softtoken_set_kid(
    struct segl_softtoken *token, const char *kid) SEGL_MUST_USE;

/*
 * The certificate of the key, where it stands beside the key's file: PEM,
 * DER or PKCS#7, with others of the path if need be. May be called several
 * times. Once there is one, the key's file must hold the key of one of them.
 * Read at once. NAME stands for the file in errors.
 * Errors: SEGL_EUSAGE cannot be read, SEGL_EKEY no certificate in it.
 */
enum segl_status segl_softtoken_add_cert(
    struct segl_softtoken *token, const char *path) SEGL_MUST_USE;
enum segl_status segl_softtoken_add_cert_mem(struct segl_softtoken *token,
    const void *bytes, size_t len, const char *name) SEGL_MUST_USE;

/*
 * Certificates to complete the path from: a file (PEM with any number of
 * certificates, or DER) or a directory of such files. May be called several
 * times. Read at once.
 * Errors: SEGL_EUSAGE cannot be read, SEGL_EKEY no certificate in it.
 */
enum segl_status segl_softtoken_add_chain(
    struct segl_softtoken *token, const char *path) SEGL_MUST_USE;

/*
 * The instant that counts as now when an identity is chosen and the path is
 * put together, seconds since the Epoch, UTC; else the clock is read.
 */
void segl_softtoken_set_time(struct segl_softtoken *token, long long at);

/*
 * Take a file with certificates and without a private key as well, a sample
 * from the issuer for instance: PEM, DER or PKCS#7. Nothing can be signed then.
 */
void segl_softtoken_accept_sample(struct segl_softtoken *token);

/* ---- load ------------------------------------------------------------- */

/*
 * Load the soft token, choose the identity, order its path leaf first. The
 * PIN is wiped whatever the outcome. What a file is its bytes say:
 *
 *   PKCS#12 (RFC 7292)  as DER, BER, PEM or base64
 *   PEM (RFC 7468)      keys and certificates in any order: PKCS#8, plain or
 *                       encrypted, PKCS#1, SEC1; X.509, PKCS#7
 *   DER                 one such key
 *   JWK (RFC 7517)      a private RSA or P-256 key, or a JWK Set of such
 *
 * A key alone needs its certificate from segl_softtoken_add_cert(), unless
 * the route is SEGL_ROUTE_REGISTERED or it is a JWK with a kid.
 *
 * NAME in errors is PATH, or NAME for the memory twin.
 *
 * Errors: SEGL_EKEY    unreadable file, unknown format, wrong PIN or damaged
 *                      file, no key, key and certificate do not match,
 *                      several equal identities (the message lists them)
 *         SEGL_EUSAGE  no PIN source although the file needs a PIN
 *         SEGL_ENOMEM
 * Does I/O: reads the file and the PIN source.
 */
enum segl_status segl_softtoken_load_file(
    struct segl_softtoken *token, const char *path) SEGL_MUST_USE;
enum segl_status segl_softtoken_load_mem(struct segl_softtoken *token,
    const void *bytes, size_t len, const char *name) SEGL_MUST_USE;

/*
 * After loading, complete the path: with the certificates in LEN bytes, PEM,
 * DER or PKCS#7, it is built again. What is no certificate, or does not belong
 * to it, changes nothing. NAME stands for the bytes in errors.
 * Errors: SEGL_EUSAGE nothing is loaded that has a certificate; SEGL_ECERT too
 * many certificates; SEGL_ENOMEM.
 */
enum segl_status segl_softtoken_extend_path(struct segl_softtoken *token,
    const void *bytes, size_t len, const char *name) SEGL_MUST_USE;

/*
 * Non-zero where the certificates that are known make more than one path: a CA
 * has cross-certificates, for instance. The best was taken then. To take it
 * anew, OF tells of each CA, DER, how much a path over it is to be favored, 0
 * for not at all: the path that has most is taken, of several such the best.
 * Where there is but one path, nothing is asked. ARG is handed to OF.
 */
int segl_softtoken_path_has_others(const struct segl_softtoken *token);
void segl_softtoken_favor_path(struct segl_softtoken *token,
    int (*of)(void *arg, const unsigned char *der, size_t len), void *arg);

/*
 * How far loading got, also where it failed: the file was not read, or the PIN
 * does not open it; it was, and nothing in it is a key with its certificate;
 * there are such, and none, or more than one, serves; all is well.
 */
enum segl_stage {
	SEGL_STAGE_FILE,
	SEGL_STAGE_KEY,
	SEGL_STAGE_IDENTITY,
	SEGL_STAGE_LOADED
};
enum segl_stage segl_softtoken_stage(const struct segl_softtoken *token);

/* ---- use: after loading ----------------------------------------------- */

/* Non-zero where the private key is there; zero for a sample. */
int segl_softtoken_has_key(const struct segl_softtoken *token);

/* Number of certificates in the path, leaf included; 0 before loading. */
size_t segl_softtoken_path_len(const struct segl_softtoken *token);

/*
 * How many of them, from the leaf on, came with the soft token; those behind
 * came by segl_softtoken_extend_path().
 */
size_t segl_softtoken_path_own(const struct segl_softtoken *token);

/* DER of the I-th certificate, leaf first; borrowed. NULL past the end. */
const unsigned char *segl_softtoken_path_der(
    const struct segl_softtoken *token, size_t i, size_t *len);

/* Non-zero where the path ends with a self-signed certificate (a root). */
int segl_softtoken_path_has_root(const struct segl_softtoken *token);

/*
 * Name of the issuer that is missing to complete the path, or NULL where the
 * path is complete; borrowed, RFC 4514.
 */
const char *segl_softtoken_path_missing(const struct segl_softtoken *token);

/*
 * The Subject's O (2.5.4.10), CN (2.5.4.3) and organizationIdentifier
 * (2.5.4.97), in UTF-8; NULL where absent. Borrowed.
 */
const char *segl_softtoken_organization(const struct segl_softtoken *token);
const char *segl_softtoken_common_name(const struct segl_softtoken *token);
const char *segl_softtoken_organization_identifier(
    const struct segl_softtoken *token);

/*
 * Non-zero where the leaf is that of a Norwegian enterprise: its Subject has
 * an organizationIdentifier of NTRNO- or PSDNO-, or (SEID 1) nine digits as
 * serialNumber.
 */
int segl_softtoken_is_norwegian(const struct segl_softtoken *token);

/* Subject and issuer of the leaf, RFC 4514, and its serial in hex; borrowed. */
const char *segl_softtoken_subject(const struct segl_softtoken *token);
const char *segl_softtoken_issuer(const struct segl_softtoken *token);
const char *segl_softtoken_serial(const struct segl_softtoken *token);

/* Validity of the leaf, seconds since the Epoch, UTC. */
long long segl_softtoken_not_before(const struct segl_softtoken *token);
long long segl_softtoken_not_after(const struct segl_softtoken *token);

/* SubjectPublicKeyInfo of the leaf, DER; borrowed. */
const unsigned char *segl_softtoken_spki(
    const struct segl_softtoken *token, size_t *len);

/* The kid of a JWK; NULL where there is none. Borrowed. */
const char *segl_softtoken_kid(const struct segl_softtoken *token);

/* The algorithm that a JWK is for; SEGL_ALG_NONE where it does not say. */
enum segl_alg segl_softtoken_alg(const struct segl_softtoken *token);

/* Non-zero where the key can make signatures of ALG. */
int segl_softtoken_can_sign(
    const struct segl_softtoken *token, enum segl_alg alg);

/*
 * Sign LEN bytes at TBS. The signature is as JWS wants it (RFC 7518, 3.3 and
 * 3.4: for ES256 r and s, 32 bytes each). SIG is new, freed with free(3).
 * Errors: SEGL_EKEY the key cannot do ALG or refuses, SEGL_ENOMEM.
 */
enum segl_status segl_softtoken_sign(const struct segl_softtoken *token,
    enum segl_alg alg, const void *tbs, size_t len, unsigned char **sig,
    size_t *sig_len) SEGL_MUST_USE;

SEGL_END_DECLS

#endif
