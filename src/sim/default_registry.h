/* SPDX-License-Identifier: ISC */
#ifndef SIM_DEFAULT_REGISTRY_H
#define SIM_DEFAULT_REGISTRY_H

#include <jansson.h>
#include <openssl/evp.h>

/*
 * Who is in the registry that segl-sim makes. Organisation numbers have right
 * check digits and begin with 3, as only made-up ones do.
 */
#define DEFAULT_SUPPLIER   "310000019" /* Demobedriften AS: the clients */
#define DEFAULT_CONSUMER   "310000027" /* Demokunden AS: delegates to it */
#define DEFAULT_OWNER      "310000035" /* the API owner */
#define DEFAULT_UNAPPROVED "310000043" /* its system user is not approved */

#define DEFAULT_CLIENT_ID            "5e610000-0000-4000-8000-000000000001"
#define DEFAULT_REGISTERED_CLIENT_ID "5e610000-0000-4000-8000-000000000002"
#define DEFAULT_CONSUMER_CLIENT_ID   "5e610000-0000-4000-8000-000000000003"

#define DEFAULT_KID     "segl-demo"
#define DEFAULT_OLD_KID "segl-demo-old"

#define DEFAULT_SCOPE      "demo:read"
#define DEFAULT_CONSENT_ID "5e610000-0000-4000-8000-0000000000c0"

/*
 * That registry, with KEY registered at NOW, in the form that registry_load()
 * reads. New; NULL when out of memory.
 */
json_t *default_registry(const EVP_PKEY *key, long long now);

#endif
