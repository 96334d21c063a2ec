/* SPDX-License-Identifier: ISC */
/*
 * The TLS certificate of the simulator, and those that clients have to refuse:
 * one that is over and one of another name, both of the right authority, and
 * one of an authority that nobody trusts.
 */
#include <time.h>

#include "base/error.h"
#include "httpd/certificates.h"
#include "sim/identity.h"
#include "sim/sim.h"

/* As faults_take_handshake() tells them, behind the one that is right. */
static const struct {
	const struct pki_profile *profile;
	enum fault_kind fault;
	int untrusted;
} wrong[] = {
	{ &pki_tls_expired, FAULT_TLS_EXPIRED, 0 },
	{ &pki_tls_other_name, FAULT_TLS_WRONG_NAME, 0 },
	{ &pki_tls_server, FAULT_TLS_UNTRUSTED, 1 },
};

#define WRONG   (sizeof(wrong) / sizeof(wrong[0]))
#define PEM_MAX 16384 /* bytes of one certificate, or one key */

static size_t
choose(void *arg)
{
	struct sim *sim = arg;
	enum fault_kind kind = faults_take_handshake(&sim->faults);

	for (size_t i = 0; i < WRONG; i++)
		if (wrong[i].fault == kind)
			return i + 1;
	return 0;
}

/* A certificate and its key in PEM. */
struct written {
	struct buffer certificate, key;
};

static enum segl_status
write_identity(
    struct written *out, struct segl *segl, const struct identity *identity)
{
	if (pki_add_certificate(&out->certificate, identity->certificate) !=
		0 ||
	    pki_add_key(&out->key, identity->key) != 0)
		return error_nomem(segl);
	return SEGL_OK;
}

static enum segl_status
make_wrong(struct written *out, struct segl *segl, size_t which,
    const struct identity *ca)
{
	const long long now = (long long)time(NULL);
	struct identity gateway = { 0 }, server = { 0 };
	enum segl_status status = SEGL_OK;

	if (wrong[which].untrusted)
		status = identity_make(
		    &gateway, segl, pki_ec_key(), &pki_tls_gateway, NULL, now);
	if (status == SEGL_OK)
		status = identity_make(&server, segl, pki_ec_key(),
		    wrong[which].profile,
		    wrong[which].untrusted ? &gateway : ca, now);
	if (status == SEGL_OK)
		status = write_identity(out, segl, &server);
	identity_clear(&gateway);
	identity_clear(&server);
	return status;
}

enum segl_status
tls_certificates(struct sim *sim, struct segl *segl)
{
	struct httpd_pair pairs[1 + WRONG];
	struct written made[WRONG];
	struct identity ca = { 0 };
	enum segl_status status;

	for (size_t i = 0; i < WRONG; i++) {
		buffer_init(&made[i].certificate, PEM_MAX);
		buffer_init(&made[i].key, PEM_MAX);
	}
	pairs[0] = (struct httpd_pair){ sim->material.server_pem.data,
		sim->material.server_key_pem.data };
	status = identity_read(
	    &ca, segl, &sim->directory, MATERIAL_CA, MATERIAL_CA_KEY);
	for (size_t i = 0; status == SEGL_OK && i < WRONG; i++) {
		status = make_wrong(&made[i], segl, i, &ca);
		pairs[1 + i] = (struct httpd_pair){ made[i].certificate.data,
			made[i].key.data };
	}
	if (status == SEGL_OK)
		status = httpd_certificates(
		    segl, sim->httpd, pairs, 1 + WRONG, choose, sim);
	for (size_t i = 0; i < WRONG; i++) {
		buffer_clear(&made[i].certificate);
		buffer_clear(&made[i].key);
	}
	identity_clear(&ca);
	return status;
}
