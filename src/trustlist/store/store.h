/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_STORE_STORE_H
#define TRUSTLIST_STORE_STORE_H

#include <segl/handle.h>

#include "base/draft.h"
#include "trustlist/list/list.h"

/*
 * The writer's side of segl/trust_store.h. In the directory of a store are
 *
 *   trust.db  the store: replaced whole, never changed
 *   lists/    the files that it was made from, XX.xml by territory, as they
 *             came; who updates keeps them, and rebuilds the store from them
 *   lock      held while somebody updates
 */
#define TL_STORE_FILE  "trust.db"
#define TL_STORE_LISTS "lists"
#define TL_STORE_LOCK  "lock"

/* Longest name of a store's directory, in bytes. */
#define TL_STORE_PATH_MAX 4096

/* One list to be kept, or one that failed and why. All is borrowed. */
struct tl_store_entry {
	const char *territory;
	int authenticated;
	const char *reason;       /* where it is not, in words; NULL else */
	unsigned char sha256[32]; /* of the file */
	long long fetched;        /* instant; -1 not known */
	const char *url;          /* NULL: imported from a file */
	struct tl_bytes signer;   /* certificate, DER; none: not known */
	int tls_unverified;
	const struct tl_list *list; /* NULL where not authenticated */
};

/* A store's directory that is ours to change, until it is let go. */
struct tl_store_writer {
	int dirfd;   /* the directory */
	int listsfd; /* lists/ in it */
	int lockfd;
};

/*
 * Where updates go by default: /var/lib/segl/trust for root, else
 * $XDG_DATA_HOME/segl/trust or ~/.local/share/segl/trust.
 * Errors: SEGL_EUSAGE no home is known, or its name is too long.
 */
enum segl_status tl_store_default(
    struct segl *segl, char path[TL_STORE_PATH_MAX]) SEGL_MUST_USE;

/*
 * Make DIR and lists/ in it where they are missing (0755: others may read) and
 * take the lock. Where another holds it, wait; WAITING, which may be NULL, is
 * called once before that. What one that was killed left half made is removed.
 * tl_store_end() is right also where this fails.
 *
 * Errors: SEGL_EUSAGE it cannot be made or written to.
 */
enum segl_status tl_store_begin(struct segl *segl, const char *dir,
    void (*waiting)(void), struct tl_store_writer *out) SEGL_MUST_USE;
void tl_store_end(struct tl_store_writer *writer);

/*
 * A store in the making: begin one in memory, add each territory once, in any
 * order, and write it as a draft, which is checked. OUT of tl_store_make() is
 * new, NULL when that fails; that of tl_store_draft() is for tl_store_commit(),
 * and for draft_drop() in any case.
 *
 * Errors: SEGL_EUSAGE the disk is full or not writable; SEGL_EINTERNAL what
 * was written is not what is read; SEGL_ENOMEM.
 */
struct tl_store_making;
enum segl_status tl_store_make(
    struct segl *segl, struct tl_store_making **out) SEGL_MUST_USE;
enum segl_status tl_store_add(struct segl *segl, struct tl_store_making *making,
    const struct tl_store_entry *entry) SEGL_MUST_USE;
enum segl_status tl_store_draft(struct segl *segl,
    struct tl_store_making *making, const struct tl_store_writer *writer,
    struct draft *out) SEGL_MUST_USE;
void tl_store_making_free(struct tl_store_making *making);

/*
 * Sync it, put it in the place of the one that was there, sync the directory.
 * Whoever is killed on the way leaves the old one. Errors: SEGL_EUSAGE.
 */
enum segl_status tl_store_commit(
    struct segl *segl, struct draft *draft) SEGL_MUST_USE;

#endif
