/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_STORE_OPEN_H
#define TRUSTLIST_STORE_OPEN_H

#include <sqlite3.h>

#include <segl/trust_store.h>

/* Most lists of one store: Europe has 31 and the list of them. */
#define OPEN_LISTS_MAX 256

struct segl_trust_store {
	struct segl *segl;
	char *directory;
	sqlite3 *db;
	sqlite3_stmt *find; /* services of a key, made when first used */
	struct segl_trust_list *lists;
	size_t n_lists;
};

/* The list of TERRITORY, or NULL. */
const struct segl_trust_list *open_find_list(
    const struct segl_trust_store *store, const char *territory);

#endif
