/* SPDX-License-Identifier: ISC */
#ifndef SIM_MATERIAL_H
#define SIM_MATERIAL_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "sim/directory.h"

/* Names in the directory that others are told. */
#define MATERIAL_CA               "ca.pem"
#define MATERIAL_CA_KEY           "ca.key"
#define MATERIAL_TOKEN            "token.pem"
#define MATERIAL_TOKEN_KEY        "token.key"
#define MATERIAL_SEAL             "seal.p12"
#define MATERIAL_PIN              "seal.pin"
#define MATERIAL_SEAL_CA          "seal-ca.pem"
#define MATERIAL_ENTERPRISE       "enterprise.p12"
#define MATERIAL_ENTERPRISE_PIN   "enterprise.pin"
#define MATERIAL_ENTERPRISE_CA    "enterprise-ca.pem"
#define MATERIAL_ENTERPRISE_ROOT  "enterprise-root.pem"
#define MATERIAL_REGISTERED       "registered.pem"
#define MATERIAL_REGISTERED_JWK   "registered.jwk"
#define MATERIAL_REGISTRY         "registry.json"
#define MATERIAL_ANCHORS          "anchors.pem"
#define MATERIAL_ANCHORS_CONF     "anchors.conf"
#define MATERIAL_OLD_ANCHORS_CONF "old-anchors.conf"
#define MATERIAL_ANCHORS_KEY      "anchors.key"
#define MATERIAL_OLD_ANCHORS      "old-anchors.pem"
#define MATERIAL_OLD_ANCHORS_KEY  "old-anchors.key"
/* a directory, in which a client keeps its trusted lists */
#define MATERIAL_TRUST "trust"

/* Every file that material_open() makes; ends with NULL. */
extern const char *const material_files[];

/* Keys and certificates of one simulator. */
struct material {
	struct buffer server_pem;
	struct buffer server_key_pem;
	EVP_PKEY *token_key; /* signs access tokens; NULL: not made yet */
	STACK_OF(X509) *
	    token_path; /* of that key, leaf first, with the root */
};

/*
 * Take them from DIRECTORY, or make them there where it has none yet, with
 * addresses of revocation at PORT of this host; 0: nowhere.
 *
 * Errors: SEGL_EUSAGE     the files are damaged, out of date or unreadable
 *         SEGL_EINTERNAL  OpenSSL cannot make them
 *         SEGL_ENOMEM
 */
enum segl_status material_open(struct material *material, struct segl *segl,
    const struct directory *directory, unsigned short port,
    long long now) SEGL_MUST_USE;

/*
 * Make what token_key and token_path are, where DIRECTORY has not got it, and
 * take it from there. Errors as above.
 */
enum segl_status material_token(struct material *material, struct segl *segl,
    const struct directory *directory, long long now) SEGL_MUST_USE;

/* The PORT that an earlier call in DIRECTORY had; 0: there was none. */
unsigned short material_port(
    const struct directory *directory, struct segl *segl);

void material_clear(struct material *material);

#endif
