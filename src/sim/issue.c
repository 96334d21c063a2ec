/* SPDX-License-Identifier: ISC */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/file.h"
#include "base/secret.h"
#include "sim/default_registry.h"
#include "sim/identity.h"
#include "sim/issue.h"
#include "sim/lists.h"
#include "sim/material.h"
#include "sim/public_key.h"

#define BASE_MAX 32 /* bytes of https://127.0.0.1:65535/ */

/* What every part of the work needs. */
struct order {
	const struct directory *directory;
	const char *pin;  /* one for all: whoever has one file has them all */
	const char *base; /* of the addresses in certificates; NULL: nowhere */
	long long now;
};

/* PROFILE with the addresses of this order. */
static struct pki_profile
with_base(const struct order *order, const struct pki_profile *profile)
{
	struct pki_profile copy = *profile;

	copy.base = order->base;
	return copy;
}

static enum segl_status
issue_server(const struct order *order, struct segl *segl)
{
	const struct directory *directory = order->directory;
	long long now = order->now;
	struct identity ca = { 0 }, server = { 0 };
	enum segl_status status;

	status = identity_make(&ca, segl, pki_ec_key(), &pki_tls_ca, NULL, now);
	if (status == SEGL_OK)
		status = identity_make(
		    &server, segl, pki_ec_key(), &pki_tls_server, &ca, now);
	if (status == SEGL_OK)
		status = identity_write_path(directory, segl, MATERIAL_CA,
		    (const struct identity *[]){ &ca, NULL });
	if (status == SEGL_OK)
		status = identity_write_path(directory, segl, "server.pem",
		    (const struct identity *[]){ &server, NULL });
	if (status == SEGL_OK)
		status = identity_write_key(
		    directory, segl, MATERIAL_CA_KEY, ca.key);
	if (status == SEGL_OK)
		status = identity_write_key(
		    directory, segl, "server.key", server.key);
	identity_clear(&ca);
	identity_clear(&server);
	return status;
}

static enum segl_status
issue_seal(const struct order *order, struct segl *segl)
{
	const struct directory *directory = order->directory;
	long long now = order->now;
	struct identity root = { 0 }, ca = { 0 }, seal = { 0 };
	const struct pki_profile of_seal_ca = with_base(order, &pki_seal_ca);
	const struct pki_profile of_seal = with_base(order, &pki_seal);
	enum segl_status status;

	status =
	    identity_make(&root, segl, pki_ec_key(), &pki_seal_root, NULL, now);
	if (status == SEGL_OK)
		status = identity_make(
		    &ca, segl, pki_ec_key(), &of_seal_ca, &root, now);
	if (status == SEGL_OK)
		status = identity_make(
		    &seal, segl, pki_rsa_key(), &of_seal, &ca, now);
	if (status == SEGL_OK)
		status = identity_write_path(directory, segl, "seal-root.pem",
		    (const struct identity *[]){ &root, NULL });
	if (status == SEGL_OK)
		status = identity_write_path(directory, segl, MATERIAL_SEAL_CA,
		    (const struct identity *[]){ &ca, NULL });
	if (status == SEGL_OK)
		status = identity_write_path(directory, segl, "seal.pem",
		    (const struct identity *[]){ &seal, &ca, &root, NULL });
	if (status == SEGL_OK)
		status =
		    identity_write_key(directory, segl, "seal-ca.key", ca.key);
	if (status == SEGL_OK)
		status = identity_write_key(
		    directory, segl, "seal-root.key", root.key);
	if (status == SEGL_OK)
		status = identity_write_pkcs12(directory, segl, MATERIAL_SEAL,
		    MATERIAL_PIN, order->pin, "demo eSeal",
		    (const struct identity *[]){ &seal, &ca, &root, NULL });
	identity_clear(&root);
	identity_clear(&ca);
	identity_clear(&seal);
	return status;
}

/* A Norwegian business with an enterprise certificate, SEID 2, for KEY. */
static enum segl_status
issue_enterprise(const struct order *order, struct segl *segl, EVP_PKEY *key)
{
	const struct directory *directory = order->directory;
	long long now = order->now;
	struct identity root = { 0 }, ca = { 0 }, leaf = { 0 };
	const struct pki_profile of_enterprise_ca =
	    with_base(order, &pki_enterprise_ca);
	const struct pki_profile of_enterprise =
	    with_base(order, &pki_enterprise);
	const struct identity *const path[] = { &leaf, &ca, &root, NULL };
	enum segl_status status;

	status = identity_make(
	    &root, segl, pki_ec_key(), &pki_enterprise_root, NULL, now);
	if (status == SEGL_OK)
		status = identity_make(
		    &ca, segl, pki_ec_key(), &of_enterprise_ca, &root, now);
	EVP_PKEY_up_ref(key);
	leaf.key = key;
	if (status == SEGL_OK)
		status =
		    identity_make(&leaf, segl, key, &of_enterprise, &ca, now);
	if (status == SEGL_OK)
		status = identity_write_path(
		    directory, segl, MATERIAL_ENTERPRISE_ROOT, path + 2);
	if (status == SEGL_OK)
		status =
		    identity_write_path(directory, segl, MATERIAL_ENTERPRISE_CA,
			(const struct identity *[]){ &ca, NULL });
	if (status == SEGL_OK)
		status = identity_write_path(
		    directory, segl, "enterprise.pem", path);
	if (status == SEGL_OK)
		status = identity_write_key(
		    directory, segl, "enterprise-ca.key", ca.key);
	if (status == SEGL_OK)
		status = identity_write_key(
		    directory, segl, "enterprise-root.key", root.key);
	if (status == SEGL_OK)
		status = identity_write_pkcs12(directory, segl,
		    MATERIAL_ENTERPRISE, MATERIAL_ENTERPRISE_PIN, order->pin,
		    "demo enterprise", path);
	identity_clear(&root);
	identity_clear(&ca);
	identity_clear(&leaf);
	return status;
}

static enum segl_status
write_json(const struct directory *directory, struct segl *segl,
    const char *name, const json_t *value, mode_t mode)
{
	enum segl_status status = SEGL_ENOMEM;
	struct buffer bytes;
	char *text;

	buffer_init(&bytes, FILE_KEY_MAX);
	text = json_dumps(value, JSON_INDENT(2));
	if (text != NULL)
		status = buffer_printf(&bytes, "%s\n", text);
	secret_free_text(text);
	status = status != SEGL_OK
	    ? error_nomem(segl)
	    : directory_write(directory, segl, name, &bytes, mode);
	buffer_clear(&bytes);
	return status;
}

/* KEY is registered on a client; and the registry that says so. */
static enum segl_status
issue_registered(const struct order *order, struct segl *segl, EVP_PKEY *key)
{
	const struct directory *directory = order->directory;
	long long now = order->now;
	json_t *jwk = NULL, *registry = NULL;
	enum segl_status status;

	jwk = public_key_private_jwk(key, DEFAULT_KID);
	registry = default_registry(key, now);
	status = jwk == NULL || registry == NULL ? error_nomem(segl) : SEGL_OK;
	if (status == SEGL_OK)
		status = identity_write_key(
		    directory, segl, MATERIAL_REGISTERED, key);
	if (status == SEGL_OK)
		status = write_json(
		    directory, segl, MATERIAL_REGISTERED_JWK, jwk, 0600);
	if (status == SEGL_OK)
		status = write_json(
		    directory, segl, MATERIAL_REGISTRY, registry, 0644);
	json_decref(jwk);
	json_decref(registry);
	return status;
}

/*
 * The Norwegian business has one key, in its certificate and registered: that
 * happens, and each RSA key more makes everybody wait.
 */
static enum segl_status
issue_norwegian(const struct order *order, struct segl *segl)
{
	EVP_PKEY *key = pki_rsa_key();
	enum segl_status status;

	if (key == NULL)
		return identity_failed(segl, MATERIAL_REGISTERED);
	status = issue_enterprise(order, segl, key);
	if (status == SEGL_OK)
		status = issue_registered(order, segl, key);
	EVP_PKEY_free(key);
	return status;
}

/* Who signs the list of trusted lists, and who did before. */
static enum segl_status
issue_anchors(const struct order *order, struct segl *segl)
{
	static const char *const names[2][4] = {
		{ MATERIAL_ANCHORS, MATERIAL_ANCHORS_KEY, MATERIAL_ANCHORS_CONF,
		    LISTS_OJ_NEW },
		{ MATERIAL_OLD_ANCHORS, MATERIAL_OLD_ANCHORS_KEY,
		    MATERIAL_OLD_ANCHORS_CONF, LISTS_OJ_OLD },
	};
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < 2; i++) {
		struct identity signer = { 0 };
		const struct identity *const path[] = { &signer, NULL };

		status = lists_signer(&signer, segl, "BE", LISTS_OPERATOR,
		    pki_ec_key(), order->now);
		if (status == SEGL_OK)
			status = identity_write_path(
			    order->directory, segl, names[i][0], path);
		if (status == SEGL_OK)
			status = identity_write_key(
			    order->directory, segl, names[i][1], signer.key);
		if (status == SEGL_OK)
			status = lists_write_anchors(order->directory, segl,
			    names[i][2], &signer, names[i][3]);
		identity_clear(&signer);
	}
	return status;
}

/* A part of the work, for a thread with a handle of its own. */
struct part {
	enum segl_status (*issue)(const struct order *order, struct segl *segl);
	const struct order *order;
	struct segl *segl;
	enum segl_status status;
	pthread_t thread;
	int threaded;
};

static void *
issue_part(void *arg)
{
	struct part *part = arg;

	part->status = part->issue(part->order, part->segl);
	return NULL;
}

static void
start(struct part *part, const struct order *order)
{
	part->order = order;
	part->segl = segl_new();
	if (part->segl == NULL)
		return;
	part->threaded =
	    pthread_create(&part->thread, NULL, issue_part, part) == 0;
	if (!part->threaded)
		(void)issue_part(part);
}

static enum segl_status
finish(struct part *part, struct segl *segl)
{
	enum segl_status status;

	if (part->segl == NULL)
		return error_nomem(segl);
	if (part->threaded)
		(void)pthread_join(part->thread, NULL);
	status = part->status;
	if (status != SEGL_OK)
		error_set(segl, status, segl_error_turn(part->segl), "%s",
		    segl_error_message(part->segl));
	segl_free(part->segl);
	return status;
}

/* Two make an RSA key each, and that takes nearly all the time. */
static enum segl_status
issue_parts(const struct order *order, struct segl *segl)
{
	struct part parts[] = {
		{ .issue = issue_norwegian },
		{ .issue = issue_seal },
		{ .issue = issue_server },
		{ .issue = issue_anchors },
	};
	enum segl_status status = SEGL_OK, one;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		start(&parts[i], order);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		one = finish(&parts[i], segl);
		if (status == SEGL_OK)
			status = one;
	}
	return status;
}

enum segl_status
issue_token(const struct directory *directory, struct segl *segl, long long now)
{
	struct identity ca = { 0 }, token = { 0 };
	enum segl_status status;

	status =
	    identity_read(&ca, segl, directory, MATERIAL_CA, MATERIAL_CA_KEY);
	if (status == SEGL_OK)
		status = identity_make(
		    &token, segl, pki_rsa_key(), &pki_token_signer, &ca, now);
	if (status == SEGL_OK)
		status = identity_write_path(directory, segl, MATERIAL_TOKEN,
		    (const struct identity *[]){ &token, &ca, NULL });
	if (status == SEGL_OK)
		status = identity_write_key(
		    directory, segl, MATERIAL_TOKEN_KEY, token.key);
	identity_clear(&ca);
	identity_clear(&token);
	return status;
}

enum segl_status
issue_all(const struct directory *directory, struct segl *segl,
    unsigned short port, long long now)
{
	char *pin = identity_new_pin();
	char base[BASE_MAX];
	const struct order order = { directory, pin, port == 0 ? NULL : base,
		now };
	enum segl_status status;

	snprintf(base, sizeof(base), "https://127.0.0.1:%hu/", port);
	status = pin == NULL ? identity_failed(segl, "a PIN")
			     : issue_parts(&order, segl);
	secret_free_text(pin);
	return status;
}
