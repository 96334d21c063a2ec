/* SPDX-License-Identifier: ISC */
#ifndef ORDER_CATALOGUE_H
#define ORDER_CATALOGUE_H

#include <stddef.h>

#include <segl/handle.h>

/*
 * What is known of issuers that sell eSeals as soft tokens: conf/issuers.conf,
 * in the syntax of segl.conf(5) with sections [issuer NAME].
 */

/* Issuers, and values of one key, that a catalogue may have. */
#define CATALOGUE_ISSUERS_MAX 64
#define ISSUER_VALUES_MAX     16

/* Longest value, in bytes: a remark of a few lines. */
#define CATALOGUE_VALUE_MAX 400

struct issuer_values {
	const char *values[ISSUER_VALUES_MAX];
	size_t n;
};

/* All texts are safe to print, and borrowed from the catalogue. */
struct issuer {
	const char *id;   /* "buypass" */
	const char *name; /* "Buypass" */
	const char *product;
	const char *covers;
	const char *note;              /* NULL where there is none */
	struct issuer_values makers;   /* of the key: "you", "issuer" */
	struct issuer_values cas;      /* "NO Buypass Class 3 CA ..." */
	struct issuer_values hard_cas; /* those that want a QSCD */
	struct issuer_values soft;     /* policies, dotted decimal */
	struct issuer_values hard;     /* those that say QSCD */
	struct issuer_values keys;     /* the usual first; none: not known */
};

struct catalogue {
	const char *looked_at; /* "2026-11-22", when it was last compared */
	struct issuer *issuers;
	size_t n;
	char *text; /* that all texts point into */
};

/*
 * Read LEN bytes of TEXT, called NAME in errors, into OUT, which
 * catalogue_clear() frees also when the call fails. No I/O.
 * Errors: SEGL_EUSAGE not a catalogue: the message gives line and column;
 * SEGL_ENOMEM.
 */
enum segl_status catalogue_parse(struct segl *segl, const char *name,
    const char *text, size_t len, struct catalogue *out) SEGL_MUST_USE;

/*
 * The same from PATH; where that is NULL from the catalogue that was
 * installed, in SEGL_DATADIR of the environment if that is set.
 * Errors: SEGL_EUSAGE cannot be read, SEGL_EINTERNAL the installed one is not
 * there.
 */
enum segl_status catalogue_load(
    struct segl *segl, const char *path, struct catalogue *out) SEGL_MUST_USE;
void catalogue_clear(struct catalogue *catalogue);

/*
 * The issuer called NAME, by id or by name, in any case of letters.
 * Errors: SEGL_EUSAGE there is none; the remedy names what was meant.
 */
enum segl_status catalogue_find(struct segl *segl,
    const struct catalogue *catalogue, const char *name,
    const struct issuer **out) SEGL_MUST_USE;

/* Non-zero where VALUE is one of VALUES. */
int issuer_has(const struct issuer_values *values, const char *value);

#endif
