/* SPDX-License-Identifier: ISC */
#ifndef SEGL_TRUST_UPDATE_H
#define SEGL_TRUST_UPDATE_H

#include <stddef.h>

#include <segl/handle.h>

SEGL_BEGIN_DECLS

/*
 * Bringing the EU trusted lists into a store: downloaded, or from files. The
 * list of trusted lists (LOTL, territory "EU") is authenticated by notices of
 * the Official Journal and the pivots since, each national list by the
 * certificates that the LOTL names for it; what fails is left out and told,
 * and the last good copy stays in use.
 */

/* What became of a list, or of a file that is none. */
enum segl_trust_fate {
	SEGL_TRUST_TAKEN,    /* it is newer than what was there, and in use */
	SEGL_TRUST_AS_WAS,   /* it is what was there */
	SEGL_TRUST_KEPT,     /* it failed; the last good copy stays in use */
	SEGL_TRUST_FAILED,   /* it failed, and there is no good copy */
	SEGL_TRUST_NO_LIST,  /* a file that is no list, or is not needed */
	SEGL_TRUST_NOT_ASKED /* it was not asked for, and is not there */
};

/* Texts are borrowed for the call that tells it, and safe to print. */
struct segl_trust_news {
	const char *territory; /* "EU", "NO"; NULL: not known */
	const char *source;    /* address or file; NULL none */
	enum segl_trust_fate fate;
	/* of the list in use; -1 where there is none */
	long long sequence;
	long long issued;      /* instants */
	long long next_update; /* -1, too, where the list is closed */
	int stale;             /* in use and past its NextUpdate */
	size_t unread;         /* services in it that could not be read */
	int tls_unverified;    /* it came from a server that proved no name */
	const char *reason;    /* why it failed; NULL it did not */
};

/* How far a download has come. */
struct segl_trust_progress {
	size_t done, lists; /* lists that are there, of so many */
	long long bytes;    /* that came so far */
};

/* All is borrowed; what is NULL or 0 has its default. */
struct segl_trust_order {
	const char *dir;     /* of the store; NULL: the usual one */
	const char *anchors; /* name, or file with a slash or dot in its name */
	const char *lotl;    /* address of the LOTL */
	/* national lists wanted, "NO"; NULL-terminated; NULL: all */
	const char *const *territories;
	long long now; /* instant that staleness is judged at */
	/* network, as in segl_transport_net() */
	const char *const *ca;
	int ca_only;
	long connect_timeout_s;
	long timeout_s;
	/* called for each list once it is settled; may be NULL */
	void (*news)(void *arg, const struct segl_trust_news *news);
	void (*progress)(void *arg, const struct segl_trust_progress *so_far);
	/* another update holds the store, and is waited for */
	void (*waiting)(void);
	void *arg;
};

struct segl_trust_summary {
	size_t taken, as_was, kept, failed; /* lists, by fate */
	size_t stale;                       /* in use, past NextUpdate */
};

/*
 * Download the lists that ORDER wants and write the store anew. Bad lists and
 * servers do not stop the others: SUMMARY counts them.
 *
 * Errors: SEGL_ENETWORK the LOTL could not be had or authenticated, and
 *         nothing was changed; SEGL_EUSAGE ORDER or the store's directory;
 *         SEGL_EINTERNAL, SEGL_ENOMEM.
 */
enum segl_status segl_trust_update(struct segl *segl,
    const struct segl_trust_order *order,
    struct segl_trust_summary *summary) SEGL_MUST_USE;

/*
 * The same from N files and directories (their files, not those below), in
 * any order, pivots among them. The network part of ORDER is not looked at.
 *
 * Errors: SEGL_ECERT there is no LOTL among them, nor in the store, that can
 *         be authenticated; else as above.
 */
enum segl_status segl_trust_import(struct segl *segl,
    const struct segl_trust_order *order, const char *const *paths, size_t n,
    struct segl_trust_summary *summary) SEGL_MUST_USE;

SEGL_END_DECLS

#endif
