/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "softtoken/material.h"

struct material *
material_new(struct certificate_list *pool)
{
	struct material *material = calloc(1, sizeof(*material));

	if (material != NULL)
		material->pool = pool;
	return material;
}

void
material_free(struct material *material)
{
	if (material == NULL)
		return;
	for (size_t i = 0; i < material->n_keys; i++) {
		EVP_PKEY_free(material->keys[i].pkey);
		free(material->keys[i].name);
		free(material->keys[i].kid);
		free(material->keys[i].alg);
	}
	for (size_t i = 0; i < material->n_certs; i++)
		free(material->certs[i].name);
	free(material);
}

enum segl_status
material_add_key(struct material *material, EVP_PKEY *pkey, char *name)
{
	struct material_key *key;

	if (material->n_keys == MATERIAL_KEYS_MAX) {
		EVP_PKEY_free(pkey);
		free(name);
		return SEGL_EKEY;
	}
	key = &material->keys[material->n_keys++];
	key->pkey = pkey;
	key->name = name;
	return SEGL_OK;
}

enum segl_status
material_add_cert(struct material *material, X509 *x509, char *name)
{
	struct certificate *certificate;
	const struct certificate *kept;
	enum segl_status status = SEGL_EKEY;

	if (material->n_certs == MATERIAL_CERTS_MAX)
		goto out;
	status = certificate_of(x509, &certificate);
	if (status != SEGL_OK)
		goto out;
	status = certificate_list_add(material->pool, certificate, &kept);
	if (status != SEGL_OK) {
		status = status == SEGL_ECERT ? SEGL_EKEY : status;
		goto out;
	}
	material->certs[material->n_certs].cert = kept;
	material->certs[material->n_certs].name = name;
	material->n_certs++;
	name = NULL;
out:
	free(name);
	return status;
}
