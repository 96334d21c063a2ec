/* SPDX-License-Identifier: ISC */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/error.h"
#include "sim/sim.h"

/* Who makes the key, while it does; nobody else touches what it fills. */
struct signer_maker {
	struct sim *sim;
	struct segl *segl;
	pthread_t thread;
	enum segl_status status;
};

static void *
make(void *arg)
{
	struct signer_maker *maker = arg;
	struct sim *sim = maker->sim;

	/* another simulator may have the same directory */
	directory_lock(&sim->directory);
	maker->status = material_token(&sim->material, maker->segl,
	    &sim->directory, (long long)time(NULL));
	directory_unlock(&sim->directory);
	return NULL;
}

static void
maker_free(struct signer_maker *maker)
{
	segl_free(maker->segl);
	free(maker);
}

enum segl_status
signer_begin(struct sim *sim, struct segl *segl)
{
	struct signer_maker *maker;

	if (sim->material.token_key != NULL)
		return signer_wait(sim);
	maker = calloc(1, sizeof(*maker));
	if (maker == NULL)
		return error_nomem(segl);
	maker->sim = sim;
	maker->segl = segl_new();
	if (maker->segl == NULL ||
	    pthread_create(&maker->thread, NULL, make, maker) != 0) {
		maker_free(maker);
		return error_nomem(segl);
	}
	sim->signer_maker = maker;
	return SEGL_OK;
}

void
signer_end(struct sim *sim)
{
	if (sim->signer_maker == NULL)
		return;
	(void)pthread_join(sim->signer_maker->thread, NULL);
	maker_free(sim->signer_maker);
	sim->signer_maker = NULL;
}

enum segl_status
signer_wait(struct sim *sim)
{
	signer_end(sim);
	if (sim->jwks != NULL)
		return SEGL_OK;
	if (sim->material.token_key == NULL)
		return SEGL_EINTERNAL; /* it could not be made */
	if (sim->kid == NULL)
		sim->kid = access_token_kid(sim->material.token_key);
	sim->signer.key = sim->material.token_key;
	sim->signer.kid = sim->kid;
	if (sim->kid != NULL)
		sim->jwks = sim_jwks(&sim->options.rules, &sim->signer,
		    sim->material.token_path, NULL);
	return sim->jwks == NULL ? SEGL_ENOMEM : SEGL_OK;
}
