/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/error.h"
#include "httpd/certificates.h"
#include "sim/authority.h"
#include "sim/page.h"
#include "sim/sim.h"

#define HEAD_MAX      32768 /* bytes; MHD keeps its own state in it, too */
#define BODY_MAX      (2 * SEGL_JWS_MAX) /* bytes; escapes make it longer */
#define CONNECTIONS   512
#define SILENCE_MAX_S 30

static const char *const hosts[] = { "127.0.0.1", "localhost", "[::1]", NULL };

/* New; NULL when out of memory. */
static char *
path_of(const struct sim *sim, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", sim->directory.path, name) < 0 ? NULL
								       : path;
}

static enum segl_status
open_trust(struct sim *sim, struct segl *segl)
{
	enum segl_status status;
	char *path;

	if (sim->options.trust != NULL)
		return trust_load(segl, sim->options.trust, &sim->trust);
	path = path_of(sim, MATERIAL_SEAL_CA);
	if (path == NULL)
		return error_nomem(segl);
	status = trust_load(segl, path, &sim->trust);
	free(path);
	return status;
}

static enum segl_status
open_registry(struct sim *sim, struct segl *segl)
{
	char *file = path_of(sim, MATERIAL_REGISTRY);
	char *roots = path_of(sim, MATERIAL_ENTERPRISE_ROOT);
	char *intermediates = path_of(sim, MATERIAL_ENTERPRISE_CA);
	const struct registry_files defaults = { roots, intermediates };
	enum segl_status status;

	if (file == NULL || roots == NULL || intermediates == NULL)
		status = error_nomem(segl);
	else
		status = registry_load(segl,
		    sim->options.registry == NULL ? file
						  : sim->options.registry,
		    &defaults, &sim->registry);
	free(file);
	free(roots);
	free(intermediates);
	return status;
}

static enum segl_status
take_port(struct sim *sim, struct segl *segl)
{
	const struct httpd_config config = {
		.address = "127.0.0.1",
		.port = sim->options.port,
		.hosts = hosts,
		.head_max = HEAD_MAX,
		.body_max = BODY_MAX,
		.connections = CONNECTIONS,
		.timeout_s = SILENCE_MAX_S,
		.handle = sim_handle,
		.arg = sim,
	};

	return httpd_listen(segl, &config, &sim->httpd);
}

/*
 * What the simulator was reached at the last time is in the certificates that
 * it made then, so that it is worth a try.
 */
static enum segl_status
take_last_port(struct sim *sim, struct segl *segl)
{
	unsigned short port = sim->options.port;
	enum segl_status status;

	sim->options.port = material_port(&sim->directory, segl);
	status = take_port(sim, segl);
	if (status == SEGL_OK || sim->options.port == port)
		return status;
	segl_error_clear(segl);
	sim->options.port = port;
	return take_port(sim, segl);
}

static enum segl_status
prepare(struct sim *sim, struct segl *segl)
{
	const struct rules *rules = &sim->options.rules;

	sim->segl = segl_new();
	sim->jtis = jti_memory_new(JTI_MEMORY_MAX);
	sim->journal = journal_new(JOURNAL_MAX);
	sim->page_policy = page_policy();
	sim->revocations = calloc(1, sizeof(*sim->revocations));
	if (sim->segl == NULL || sim->jtis == NULL || sim->journal == NULL ||
	    sim->page_policy == NULL || sim->revocations == NULL)
		return error_nomem(segl);
	sim->faults = sim->options.faults;
	sim->policy.rules = rules;
	sim->policy.trust = sim->trust;
	sim->policy.scopes = sim->options.scopes;
	sim->policy.scope_count = sim->options.scope_count;
	sim->policy.registry = sim->registry;
	return SEGL_OK;
}

/* The port is known, and with it the issuer; nobody is answered yet. */
static enum segl_status
name_issuer(struct sim *sim, struct segl *segl)
{
	if (asprintf(&sim->issuer, "https://127.0.0.1:%hu/",
		httpd_port(sim->httpd)) < 0) {
		sim->issuer = NULL;
		return error_nomem(segl);
	}
	sim->policy.issuer = sim->issuer;
	sim->metadata = sim_metadata(sim->issuer, &sim->options.rules);
	return sim->metadata == NULL ? error_nomem(segl) : SEGL_OK;
}

enum segl_status
sim_start(
    struct segl *segl, const struct sim_options *options, struct sim **out)
{
	struct sim *sim = calloc(1, sizeof(*sim));
	enum segl_status status;

	*out = NULL;
	if (sim == NULL)
		return error_nomem(segl);
	sim->options = *options;
	status = directory_open(&sim->directory, segl, options->dir);
	if (status == SEGL_OK)
		status = options->port == 0 ? take_last_port(sim, segl)
					    : take_port(sim, segl);
	if (status == SEGL_OK)
		status = material_open(&sim->material, segl, &sim->directory,
		    httpd_port(sim->httpd), (long long)time(NULL));
	if (status == SEGL_OK)
		status = directory_make(&sim->directory, segl, MATERIAL_TRUST);
	if (status == SEGL_OK) {
		directory_unlock(&sim->directory);
		status = open_trust(sim, segl);
	}
	if (status == SEGL_OK)
		status = open_registry(sim, segl);
	if (status == SEGL_OK)
		status = prepare(sim, segl);
	if (status == SEGL_OK)
		status = signer_begin(sim, segl);
	if (status == SEGL_OK)
		status = name_issuer(sim, segl);
	if (status == SEGL_OK)
		status = tls_certificates(sim, segl);
	if (status == SEGL_OK)
		status = httpd_start(sim->httpd, segl);
	if (status == SEGL_OK)
		*out = sim;
	else
		sim_stop(sim);
	return status;
}

void
sim_stop(struct sim *sim)
{
	if (sim == NULL)
		return;
	httpd_stop(sim->httpd);
	httpd_certificates_clear();
	signer_end(sim); /* it writes to the directory */
	jti_memory_free(sim->jtis);
	journal_free(sim->journal);
	trust_free(sim->trust);
	registry_free(sim->registry);
	material_clear(&sim->material);
	directory_close(&sim->directory, material_files);
	lists_clear(&sim->lists);
	for (size_t i = 0;
	     sim->revocations != NULL && i < sim->revocations->count; i++)
		free(sim->revocations->one[i].serial);
	free(sim->revocations);
	segl_free(sim->segl);
	free(sim->issuer);
	free(sim->kid);
	free(sim->metadata);
	free(sim->jwks);
	free(sim->page_policy);
	EVP_PKEY_free(sim->before.key);
	free((char *)sim->before.kid);
	free(sim);
}
