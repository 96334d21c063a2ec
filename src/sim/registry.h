/* SPDX-License-Identifier: ISC */
#ifndef SIM_REGISTRY_H
#define SIM_REGISTRY_H

#include <jansson.h>
#include <openssl/evp.h>

#include "sim/reader.h"
#include "sim/trust.h"

/*
 * What self-service, the API owners and Altinn know about Norwegian
 * businesses: clients, scopes and who may have them, delegations, system
 * users, consents; and who issues enterprise certificates.
 */

/* A JWK on a client. */
struct registered_key {
	char *kid;
	EVP_PKEY *key;
	long long created; /* seconds since the Epoch; 0: never gets old */
};

struct client {
	char *id;
	char *orgno;
	char *integration_type;
	struct list scopes; /* char * */
	struct list keys;   /* struct registered_key */
};

struct scope {
	char *name;
	char *owner;              /* orgno of the API owner */
	int open;                 /* to every organisation */
	struct list granted_to;   /* char *, orgno */
	struct list client_types; /* char *; none: maskinporten */
};

struct delegation {
	char *consumer; /* orgno */
	char *supplier; /* orgno */
	char *scope;
};

struct system_user {
	char *id;
	char *orgno;        /* of the customer, who owns it */
	char *external_ref; /* NULL: the orgno */
	char *system_id;
	struct list client_ids; /* char *; of the system */
	int approved;
};

struct consent {
	char *id;
	char *from; /* urn:altinn:person:... or urn:altinn:organization:... */
	char *to;   /* orgno */
	long long consented;
	long long valid_to; /* seconds since the Epoch; 0: for ever */
	json_t *rights;     /* array, or NULL */
};

struct registry {
	struct list clients;
	struct list scopes;
	struct list delegations;
	struct list system_users;
	struct list consents;
	struct trust *roots; /* of enterprise certificates; NULL: none */
	struct trust *intermediates;
};

/* Where issuers of enterprise certificates stand unless the file says. */
struct registry_files {
	const char *roots;
	const char *intermediates;
};

/*
 * Read the registry FILE, JSON as segl-sim(1) describes it. Files that it
 * names are looked for beside it.
 *
 * OUT    new, NULL when the call fails.
 * Errors: SEGL_EUSAGE  not such a file; the place is told. SEGL_ENOMEM
 */
enum segl_status registry_load(struct segl *segl, const char *file,
    const struct registry_files *defaults, struct registry **out) SEGL_MUST_USE;
void registry_free(struct registry *registry);

/* Lookups; borrowed, NULL where there is none. */
const struct client *registry_client(
    const struct registry *registry, const char *id);
const struct registered_key *client_key(
    const struct client *client, const char *kid);
const struct scope *registry_scope(
    const struct registry *registry, const char *name);
const struct consent *registry_consent(
    const struct registry *registry, const char *id);
/* The system user of ORGNO called REF (NULL: ORGNO itself). */
const struct system_user *registry_system_user(
    const struct registry *registry, const char *orgno, const char *ref);

/* Questions. */
int texts_have(const struct list *texts, const char *text);
int scope_is_for_maskinporten(const struct scope *scope);
int scope_is_granted(const struct scope *scope, const char *orgno);
int registry_delegates(const struct registry *registry, const char *consumer,
    const char *supplier, const char *scope);

#endif
