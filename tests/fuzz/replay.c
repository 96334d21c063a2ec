/* SPDX-License-Identifier: ISC */
/*
 * A fuzz target as an ordinary test: the seeds that it makes, each damaged in
 * the same few thousand ways every time. Found inputs are replayed by naming
 * their files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seeds.h"

#define ROUNDS    3000
#define SIZE_MAX_ 65536

static uint32_t state = 2463534242u;

static uint32_t
next(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

size_t
LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
	size_t at = size == 0 ? 0 : next() % size;

	if (size == 0)
		return 0;
	switch (next() % 5) {
	case 0:
		data[at] ^= (uint8_t)(1u << next() % 8);
		break;
	case 1:
		data[at] = (uint8_t)next();
		break;
	case 2: /* cut */
		return at;
	case 3: /* take a byte out */
		memmove(data + at, data + at + 1, size - at - 1);
		return size - 1;
	default: /* put a byte in */
		if (size == max_size)
			return size;
		memmove(data + at + 1, data + at, size - at);
		return size + 1;
	}
	return size;
}

static int
replay_file(const char *path)
{
	static uint8_t data[SIZE_MAX_];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (file == NULL) {
		perror(path);
		return 1;
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	return 0;
}

int
main(int argc, char **argv)
{
	static struct seed seeds[SEEDS_MAX];
	static uint8_t data[SIZE_MAX_];
	size_t n;

	if (argc > 1) {
		int failed = 0;

		for (int i = 1; i < argc; i++)
			failed |= replay_file(argv[i]);
		return failed;
	}
	n = seeds_make(seeds);
	for (size_t i = 0; i < n; i++)
		LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].len);
	printf("ok 1 - %zu seeds\n", n);
	fflush(stdout);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		size_t size = LLVMFuzzerCustomMutator(data, 0, sizeof(data), i);

		for (uint32_t k = next() % 4; k > 0; k--)
			size = LLVMFuzzerMutate(data, size, sizeof(data));
		LLVMFuzzerTestOneInput(data, size);
	}
	printf("ok 2 - %d damaged inputs\n1..2\n", ROUNDS);
	for (size_t i = 0; i < n; i++)
		free(seeds[i].bytes);
	return 0;
}
