/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FUZZ_SEEDS_H
#define TESTS_FUZZ_SEEDS_H

#include <stddef.h>
#include <stdint.h>

/*
 * A fuzz target whose inputs begin as files that it makes itself, so that no
 * key lies in the tree. Each target defines these; seeds.c has the rest.
 */

/* Most seeds of a target. */
#define SEEDS_MAX 16

struct seed {
	unsigned char *bytes;
	size_t len;
};

/* Make the seeds, up to SEEDS_MAX, new; their number. */
size_t seeds_make(struct seed seeds[SEEDS_MAX]);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of libFuzzer, or of replay.c. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max_size, unsigned int seed);

#endif
