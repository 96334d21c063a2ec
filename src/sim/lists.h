/* SPDX-License-Identifier: ISC */
#ifndef SIM_LISTS_H
#define SIM_LISTS_H

#include "sim/identity.h"
#include "sim/list.h"

/*
 * The trusted lists of a made-up Europe: a list of trusted lists, the same as
 * it is reached over a pivot, that pivot, and a list for each country that
 * has services.
 */

#define LISTS_LOTL    "eu-lotl.xml"
#define LISTS_PIVOTED "eu-lotl-pivoted.xml"
#define LISTS_PIVOT   "eu-lotl-pivot-2.xml"

#define LISTS_OPERATOR "Segl Demo Commission" /* of the list of lists */

/* The notices in the made-up Official Journal that announce the signers. */
#define LISTS_OJ_OLD "https://oj.demo.invalid/1"
#define LISTS_OJ_NEW "https://oj.demo.invalid/2"
/* One that is announced to who comes over the pivot, and that nobody has. */
#define LISTS_OJ_NEXT "https://oj.demo.invalid/3"

#define LISTS_MAX  8          /* files */
#define LISTS_SIZE (1u << 20) /* bytes of one */
#define LISTS_ETAG 35         /* bytes of an entity tag, with its NUL */

struct list_file {
	char name[32];
	const char *what; /* static */
	char *text;
	size_t len; /* in bytes */
	char etag[LISTS_ETAG];
};

struct lists {
	struct list_file file[LISTS_MAX];
	size_t count;
};

/* A service and who offers it, and where. */
struct lists_service {
	const char *territory;
	const char *provider;
	struct list_service service;
};

struct lists_order {
	const char *url; /* of the directory where they are published */
	/* who signs the list of lists: before the pivot, and now */
	const struct identity *old_signer, *signer;
	const struct lists_service *services; /* of a country in one run */
	size_t service_count;
	long long now;
};

/* Who signs lists for COUNTRY, with KEY, which is taken. */
enum segl_status lists_signer(struct identity *out, struct segl *segl,
    const char *country, const char *operator_name, EVP_PKEY *key,
    long long now) SEGL_MUST_USE;

/* Make them all; OUT is empty when the call fails. SEGL_EINTERNAL, _ENOMEM. */
enum segl_status lists_make(struct lists *out, struct segl *segl,
    const struct lists_order *order) SEGL_MUST_USE;
void lists_clear(struct lists *lists);

/*
 * Write to NAME in DIRECTORY that SIGNER may sign the list of trusted lists,
 * as the notice at the URL NOTICE announced: what --anchors of segl(1) takes.
 */
enum segl_status lists_write_anchors(const struct directory *directory,
    struct segl *segl, const char *name, const struct identity *signer,
    const char *notice) SEGL_MUST_USE;

/* Write each to DIRECTORY, and an index, which names them below URL. */
enum segl_status lists_write(const struct lists *lists, struct segl *segl,
    const struct directory *directory, const char *url) SEGL_MUST_USE;

/* NULL where there is none called NAME. */
const struct list_file *lists_find(const struct lists *lists, const char *name);

#endif
