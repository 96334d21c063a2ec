/* SPDX-License-Identifier: ISC */
#ifndef CACHE_ENTRY_H
#define CACHE_ENTRY_H

#include "base/buffer.h"
#include "cache/instant.h"

/* Largest entry, in bytes: the key text, a token and some. */
#define ENTRY_MAX (128u << 10)
/* Largest key text, in bytes. */
#define ENTRY_KEY_MAX (32u << 10)

/* A kept access token. */
struct entry {
	struct instant obtained;
	long expires_in_s; /* when obtained */
	char *token;       /* new, wiped by entry_clear() */
	char *type;
	char *scope; /* NULL none */
};

void entry_clear(struct entry *entry);

/* The name of the entry for the key text KEY of LEN bytes. */
#define ENTRY_NAME_MAX 64
void entry_name(const char *key, size_t len, char name[ENTRY_NAME_MAX]);

/*
 * Load the entry of KEY from DIRFD. Returns 1, or 0 where there is none: not
 * there, not ours, open to others, damaged, cut short, or another key's.
 */
int entry_load(int dirfd, const char *key, size_t len, struct entry *out);

/* Keep ENTRY for KEY, whole or not at all. Returns 0 or errno. */
int entry_store(
    int dirfd, const char *key, size_t len, const struct entry *entry);

/*
 * Seconds that ENTRY is still valid at NOW; 0 where it is over, or its age
 * cannot be told.
 */
long entry_remaining_s(const struct entry *entry, const struct instant *now);

/*
 * Remove what no run will use any more: entries, locks and half-written files
 * of tokens that nobody touched for a day. Whoever waits on a lock that goes
 * away makes a request too many, no more.
 */
void entry_prune(int dirfd);

/*
 * The validity that must remain where nobody said, in seconds. Norwegian
 * Customs asks for a minute with EXCHANGED tokens, its own for instance.
 */
long entry_default_min_validity_s(const struct entry *entry, int exchanged);

/*
 * Load the entry of KEY where it is valid for MIN_VALIDITY_S more (-1: what
 * entry_default_min_validity_s() says). Returns 1 and how long that is, or 0.
 */
int entry_load_good(int dirfd, const char *key, size_t len, long min_validity_s,
    int exchanged, struct entry *out, long *remaining_s);

#endif
