/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FUZZ_REVOCATION_TARGET_H
#define TESTS_FUZZ_REVOCATION_TARGET_H

#include "answers.h"
#include "revocation/answer.h"

/*
 * A leaf, its issuer and who may answer for it. The keys are made anew by
 * each process, so no input that was found elsewhere can be authentic: what
 * is believed must be a seed, whole.
 */
struct revocation_world {
	struct ca root, leaf, signer;
	struct certificate *root_facts, *leaf_facts;
};

const struct revocation_world *revocation_world(void);

/* What holds of every answer, whatever it was made of. */
void revocation_check(const struct answer *answer);

#endif
