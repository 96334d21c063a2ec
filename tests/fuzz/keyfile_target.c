/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include <segl/softtoken.h>

#include "keyfile_target.h"

void
keyfile_seeds_add(
    struct seed seeds[SEEDS_MAX], size_t *n, enum keyfile_kind kind)
{
	static struct ca_spec root_spec = { .cn = "Root", .basic = "CA:TRUE" };
	static struct ca_spec leaf_spec = { .cn = "Leaf",
		.orgids = { "NTRSE-1" } };
	static EVP_PKEY *root_key, *keys[2];

	/* once, for the life of the process */
	if (root_key == NULL) {
		root_key = ca_key("EC");
		keys[0] = ca_key("EC");
		keys[1] = ca_key("RSA1024");
	}
	for (size_t i = 0; i < 2; i++) {
		struct ca root = ca_make(&root_spec, root_key, NULL);
		struct ca leaf = ca_make(&leaf_spec, keys[i], &root);
		X509 *certs[] = { leaf.cert, root.cert };
		struct p12 file = keyfile_make(kind, keys[i], "pin", certs, 2);

		seeds[*n].bytes = file.bytes;
		seeds[(*n)++].len = file.len;
		ca_free(&leaf);
		ca_free(&root);
	}
}

static void
use(const struct segl_softtoken *token)
{
	unsigned char *sig;
	size_t len;

	if (segl_softtoken_spki(token, &len) == NULL || len == 0)
		abort();
	if (segl_softtoken_path_len(token) > 0 &&
	    segl_softtoken_subject(token) == NULL)
		abort();
	/* numbers that are no key may sign wrongly, or not at all */
	if (segl_softtoken_sign(token, SEGL_ALG_ES256, "x", 1, &sig, &len) ==
	    SEGL_OK)
		free(sig);
	else if (sig != NULL)
		abort();
}

void
keyfile_try(const uint8_t *data, size_t size)
{
	struct segl *segl = segl_new();
	struct segl_softtoken *token = segl_softtoken_new(segl);
	enum segl_status status;

	if (segl == NULL || token == NULL ||
	    segl_softtoken_set_pin(token, "pin", 3) != SEGL_OK)
		abort();
	segl_softtoken_set_route(token, SEGL_ROUTE_REGISTERED);
	status = segl_softtoken_load_mem(token, data, size, "fuzz");
	if (status == SEGL_OK) {
		use(token);
	} else if (segl_softtoken_path_len(token) != 0 ||
	    segl_softtoken_kid(token) != NULL ||
	    segl_error_status(segl) != status ||
	    segl_error_message(segl) == NULL) {
		abort();
	}
	/* the same bytes as certificates of a key */
	segl_error_clear(segl);
	status = segl_softtoken_add_cert_mem(token, data, size, "fuzz");
	if (status != SEGL_OK && segl_error_message(segl) == NULL)
		abort();
	segl_softtoken_free(token);
	segl_free(segl);
}
