/* SPDX-License-Identifier: ISC */
#ifndef SEGL_TRUST_STORE_H
#define SEGL_TRUST_STORE_H

#include <stddef.h>

#include <segl/handle.h>
#include <segl/softtoken.h>
#include <segl/trust.h>

SEGL_BEGIN_DECLS

/*
 * The EU trusted lists (ETSI TS 119 612) as segl trust update keeps them: one
 * file in a directory, written anew and renamed, so that who has it open goes
 * on reading what it was. Every page that is read is checked against its
 * digest: what is damaged is noticed, and answers nothing.
 */
struct segl_trust_store;

/*
 * Open the store in DIR, or, where DIR is NULL, the first that is there of
 * $XDG_DATA_HOME/segl/trust (~/.local/share/segl/trust) and
 * /var/lib/segl/trust; root looks in the second alone.
 *
 * OUT    new, owned by the caller, borrows SEGL; NULL when the call fails, and
 *        also where there is no store yet: DIR is NULL, or a directory without
 *        one. That is no failure.
 *
 * Errors: SEGL_EUSAGE      there is no directory DIR, or it cannot be read
 *         SEGL_EUNDECIDED  it is damaged, or of another version of segl
 *         SEGL_ENOMEM
 * Does I/O: opens and reads files, writes nothing.
 */
enum segl_status segl_trust_store_open(struct segl *segl, const char *dir,
    struct segl_trust_store **out) SEGL_MUST_USE;
void segl_trust_store_free(struct segl_trust_store *store);

/* The directory it was found in; borrowed. */
const char *segl_trust_store_directory(const struct segl_trust_store *store);

/* ---- what is in it ------------------------------------------------------- */

/*
 * One list. Texts are borrowed from the store, exact as the list has them and
 * not safe to print, NULL where there is none; instants are seconds since the
 * Epoch, UTC, -1 none. What was refused has a reason and no services.
 */
struct segl_trust_list {
	const char *territory; /* "NO"; "EU" is the list of the lists */
	int authenticated;
	const char *reason; /* why not */
	long long sequence; /* TSLSequenceNumber */
	long long issued;
	long long next_update;     /* -1: closed */
	const char *signer;        /* subject of the certificate, RFC 4514 */
	const char *signer_sha256; /* hexadecimal */
	const char *url;           /* where it was fetched; NULL: from a file */
	long long fetched;
	const char *sha256; /* of the file, hexadecimal */
	int tls_unverified; /* fetched over TLS that could not be verified */
	size_t services;    /* how many it has that could be read */
	size_t unread;      /* and how many that could not */
};

/* Lists by territory; OUT is filled, or 0 returned past the last. */
size_t segl_trust_store_lists(const struct segl_trust_store *store);
int segl_trust_store_list(const struct segl_trust_store *store, size_t i,
    struct segl_trust_list *out);

/*
 * What LIST (NULL: there is none) is at AT: all but SEGL_TRUST_UNREAD, which is
 * no matter of time. Pure.
 */
enum segl_trust_state segl_trust_list_state(
    const struct segl_trust_list *list, long long at);

/*
 * One service as its current entry has it; texts as above. Of one that could
 * not be read provider and name are told, and changes is 0.
 */
struct segl_trust_entry {
	const char *territory;
	const char *provider;
	const char *name;
	const char *type;   /* "CA/QC"; "" not read */
	const char *status; /* "granted"; "" not read */
	long long since;
	unsigned int uses; /* SEGL_TRUST_FOR_... */
	size_t changes;    /* how many states stand in its history */
};

/*
 * Call FN for every service of TERRITORY (NULL: of all lists, by territory), in
 * the order of the list, until it returns other than zero. ENTRY is borrowed
 * for the call.
 *
 * Errors: SEGL_EUNDECIDED the store is damaged; SEGL_ENOMEM.
 */
enum segl_status segl_trust_store_services(struct segl_trust_store *store,
    const char *territory,
    int (*fn)(void *arg, const struct segl_trust_entry *entry),
    void *arg) SEGL_MUST_USE;

/* ---- ask ------------------------------------------------------------------
 */

/* What the lists say about one path, at one time. */
struct segl_trust_answer;

/*
 * Look up the CAs of TOKEN's path, from the issuer upwards, by public key and
 * name, as at AT (seconds since the Epoch, UTC).
 *
 * OUT    new, owned by the caller, independent of STORE; NULL when the call
 *        fails. Nothing found is an answer.
 *
 * Errors: SEGL_EUSAGE      TOKEN has no certificate
 *         SEGL_EUNDECIDED  the store is damaged
 *         SEGL_ENOMEM
 */
enum segl_status segl_trust_ask(struct segl_trust_store *store,
    const struct segl_softtoken *token, long long at,
    struct segl_trust_answer **out) SEGL_MUST_USE;
void segl_trust_answer_free(struct segl_trust_answer *answer);

/* The rows, for struct segl_terms; borrowed from ANSWER. */
const struct segl_trust *segl_trust_answer_rows(
    const struct segl_trust_answer *answer);

/*
 * Look up the CAs that have the common name NAME (case does not count) on the
 * list of TERRITORY, of those that are or were listed for seals or as
 * RootCA-QC. The rows have position 0 and no qualifiers; neither is it told
 * what a certificate would be. OUT and errors as above.
 */
enum segl_status segl_trust_ask_name(struct segl_trust_store *store,
    const char *territory, const char *name, long long at,
    struct segl_trust_answer **out) SEGL_MUST_USE;

/*
 * Complete TOKEN's path by segl_softtoken_extend_path(), as far as the CA
 * certificates of the lists go: those of services that are or were listed for
 * seals or as RootCA-QC. Where that makes several paths, one over a listed CA
 * is taken (segl_softtoken_favor_path()). What comes of it,
 * segl_softtoken_path_own() and segl_softtoken_path_missing() tell; nothing
 * found is no failure.
 *
 * Errors: SEGL_EUSAGE TOKEN has no certificate; SEGL_EUNDECIDED the store is
 * damaged; SEGL_ENOMEM.
 */
enum segl_status segl_trust_complete(
    struct segl_trust_store *store, struct segl_softtoken *token) SEGL_MUST_USE;

SEGL_END_DECLS

#endif
