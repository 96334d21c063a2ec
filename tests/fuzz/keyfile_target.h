/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FUZZ_KEYFILE_TARGET_H
#define TESTS_FUZZ_KEYFILE_TARGET_H

#include "keyfile.h"
#include "seeds.h"

/* What the targets for bare key files share. */

/* Add two files of KIND, with an EC and with an RSA key, to N SEEDS. */
void keyfile_seeds_add(
    struct seed seeds[SEEDS_MAX], size_t *n, enum keyfile_kind kind);

/* Load DATA as a key file, use what it gives; abort where that is odd. */
void keyfile_try(const uint8_t *data, size_t size);

#endif
