/* SPDX-License-Identifier: ISC */
#ifndef EXPLAIN_OUTCOME_H
#define EXPLAIN_OUTCOME_H

#include <stddef.h>

#include <segl/status.h>

/*
 * What an exit code of the programs means. Which codes there are, and which
 * status ends with which, is decided in base/status.c: a row per code there.
 */
struct outcome {
	int exit_code;
	const char *meaning;       /* as in struct refusal */
	const char *const *causes; /* the likeliest first; NULL: none */
	const char *remedy;
	enum segl_turn turn;
};

/* The I-th row, NULL past the last. */
const struct outcome *outcome_at(size_t i);

/* The row for EXIT_CODE, NULL where no program ends with it. */
const struct outcome *outcome_of_exit(int exit_code);

/* The row of the status called NAME, "key-material", or NULL. */
const struct outcome *outcome_of_name(const char *name);

/*
 * The name of the I-th status that ends with EXIT_CODE, NULL past the last.
 * Borrowed, static.
 */
const char *outcome_name(int exit_code, size_t i);

#endif
