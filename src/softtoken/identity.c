/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "pki/fault.h"
#include "softtoken/identity.h"
#include "softtoken/purpose.h"
#include "softtoken/selector.h"

/* Longest list of identities in a message, in bytes. */
#define LISTING_MAX 65536

/* The identities of a file, and which rules rank them. */
struct candidates {
	struct identity all[IDENTITIES_MAX];
	size_t n;
	enum segl_route route;
};

static enum segl_status
fail(const struct wish *wish, const char *what, const char *remedy)
{
	error_set(
	    wish->segl, SEGL_EKEY, SEGL_TURN_YOU, "%s %s", wish->file, what);
	error_remedy(wish->segl, "%s", remedy);
	return SEGL_EKEY;
}

/* ---- listing ------------------------------------------------------------- */

static enum segl_status
list_one(struct buffer *out, const struct identity *identity)
{
	const struct certificate *c = identity->cert;
	char day[TEXT_DAY_LEN];
	enum segl_status status = SEGL_OK;
	char *name;

	if (identity->name != NULL) {
		name = text_foreign(identity->name, strlen(identity->name));
		if (name == NULL)
			return SEGL_ENOMEM;
		status = buffer_printf(out, "\"%s\" ", name);
		free(name);
	}
	if (status != SEGL_OK)
		return status;
	if (c == NULL)
		return buffer_add_str(out, "(a key without certificate)");
	return buffer_printf(out, "(%s; serial %s; valid to %s; %s)",
	    c->subject, c->serial, purpose_day(c, day), purpose_text(c));
}

/* Those of CANDIDATES for which WANTED, or all; new text, or NULL. */
static char *
list(const struct candidates *candidates, const int *wanted)
{
	struct buffer out;
	size_t listed = 0, more = 0;
	enum segl_status status = SEGL_OK;

	buffer_init(&out, LISTING_MAX);
	for (size_t i = 0; i < candidates->n && status == SEGL_OK; i++) {
		if (wanted != NULL && !wanted[i])
			continue;
		if (listed == IDENTITIES_LISTED_MAX) {
			more++;
			continue;
		}
		if (listed++ > 0)
			status = buffer_add_str(&out, ", ");
		if (status == SEGL_OK)
			status = list_one(&out, &candidates->all[i]);
	}
	if (status == SEGL_OK && more > 0)
		status = buffer_printf(&out, " and %zu more", more);
	if (status != SEGL_OK) {
		buffer_clear(&out);
		return NULL;
	}
	return buffer_take(&out);
}

#define NAME_ONE                                                               \
	"name one with --identity: its friendly name, serial number or "       \
	"SHA-256 fingerprint"

static enum segl_status
fail_listing(const struct wish *wish, const char *what,
    const struct candidates *candidates, const int *wanted, const char *remedy)
{
	char *text = list(candidates, wanted);

	if (text == NULL)
		return error_nomem(wish->segl);
	error_set(wish->segl, SEGL_EKEY, SEGL_TURN_YOU, "%s %s: %s", wish->file,
	    what, text);
	error_remedy(wish->segl, "%s", remedy);
	free(text);
	return SEGL_EKEY;
}

/* ---- what belongs together ----------------------------------------------- */

static void
add(struct candidates *candidates, const struct material_key *key,
    const struct certificate *cert, const char *name)
{
	struct identity *identity;

	for (size_t i = 0; i < candidates->n; i++) {
		identity = &candidates->all[i];
		if (identity->cert != cert ||
		    (cert == NULL &&
			EVP_PKEY_eq(identity->key->pkey, key->pkey) != 1))
			continue;
		if (identity->name == NULL)
			identity->name = name;
		return; /* the same certificate or key again */
	}
	if (candidates->n == IDENTITIES_MAX)
		return;
	identity = &candidates->all[candidates->n++];
	identity->key = key;
	identity->cert = cert;
	identity->name = name != NULL ? name : key->name;
}

static int
belongs(const struct material_key *key, const struct certificate *cert)
{
	EVP_PKEY *pub = X509_get0_pubkey(cert->x509);

	return pub != NULL && EVP_PKEY_eq(pub, key->pkey) == 1;
}

static int
is_given(const struct wish *wish)
{
	return wish->given != NULL && wish->given->n > 0;
}

/* With the certificates that were given, and no others. */
static void
pair_given(const struct material *material, const struct given *given,
    struct candidates *out)
{
	for (size_t k = 0; k < material->n_keys; k++) {
		for (size_t i = 0; i < given->n; i++) {
			if (belongs(&material->keys[k], given->certs[i]))
				add(out, &material->keys[k], given->certs[i],
				    NULL);
		}
	}
}

static void
pair(const struct material *material, struct candidates *out)
{
	for (size_t k = 0; k < material->n_keys; k++) {
		const struct material_key *key = &material->keys[k];
		size_t before = out->n;

		for (size_t i = 0; i < material->n_certs; i++) {
			const struct material_cert *c = &material->certs[i];

			if (belongs(key, c->cert))
				add(out, key, c->cert, c->name);
		}
		if (out->n > before)
			continue;
		/* the leaf may come beside the key file, with the chain */
		for (size_t i = 0; i < material->pool->n; i++) {
			if (belongs(key, material->pool->certs[i]))
				add(out, key, material->pool->certs[i], NULL);
		}
	}
}

/* Keys that are known by something else than a certificate. */
static void
add_bare(const struct wish *wish, const struct material *material,
    struct candidates *out)
{
	for (size_t k = 0; k < material->n_keys; k++) {
		const struct material_key *key = &material->keys[k];

		if (wish->route == SEGL_ROUTE_REGISTERED || key->kid != NULL)
			add(out, key, NULL, NULL);
	}
}

/* ---- where nothing does -------------------------------------------------- */

/* Of all certificates at hand one that belongs to a key; NULL none. */
static const struct certificate *
find_fitting(const struct material *material)
{
	struct candidates candidates = { .n = 0 };

	pair(material, &candidates);
	return candidates.n == 0 ? NULL : candidates.all[0].cert;
}

static enum segl_status
none_given_pairs(const struct wish *wish, const struct material *material)
{
	const struct certificate *c = find_fitting(material);

	error_set(wish->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "no certificate in %s belongs to the private key in %s",
	    wish->given->files, wish->file);
	if (c != NULL)
		error_remedy(wish->segl,
		    "the one that does is among the other certificates that "
		    "were named: %s, serial %s",
		    c->subject, c->serial);
	else
		error_remedy(wish->segl,
		    "ask for the certificate of this key, or name the key of "
		    "this certificate: one of them is from another order");
	return SEGL_EKEY;
}

static enum segl_status
nothing_pairs(const struct wish *wish, const struct material *material)
{
	if (material->n_keys == 0 && material->n_unreadable_keys > 0)
		return fail(wish, "holds no private key of a known type",
		    "use a key file with an RSA key");
	if (material->n_keys == 0 && material->n_certs == 0)
		return fail(wish,
		    "holds neither a private key nor a certificate",
		    "name the eSeal's key file, as its issuer delivered it");
	if (material->n_keys == 0)
		return fail(wish, "holds certificates but no private key",
		    "name the file with the private key with --key, and this "
		    "one with --cert; or export it again with the key");
	if (is_given(wish))
		return none_given_pairs(wish, material);
	if (material->n_certs == 0)
		return fail(wish, "holds a private key but no certificate",
		    "name the file with its certificate with --cert; a key "
		    "that is registered on a client needs none, but a key id: "
		    "--kid");
	return fail(wish,
	    "holds a private key and certificates that do not belong together",
	    "ask for the certificate of this key, or for the key of this "
	    "certificate: one of them is from another order");
}

/* ---- which one ----------------------------------------------------------- */

static void
select_named(
    const struct wish *wish, const struct candidates *candidates, int *wanted)
{
	enum selector_match best = SELECTOR_NO, match[IDENTITIES_MAX];

	for (size_t i = 0; i < candidates->n; i++) {
		const struct identity *identity = &candidates->all[i];

		match[i] = selector_matches(wish->selector, identity->cert,
		    identity->name, identity->key->name);
		if (match[i] > best)
			best = match[i];
	}
	for (size_t i = 0; i < candidates->n; i++)
		wanted[i] = best != SELECTOR_NO && match[i] == best;
}

static size_t
count(const struct candidates *candidates, const int *wanted)
{
	size_t n = 0;

	for (size_t i = 0; i < candidates->n; i++)
		n += wanted[i] != 0;
	return n;
}

static void
drop_encryption(const struct candidates *candidates, int *wanted)
{
	for (size_t i = 0; i < candidates->n; i++) {
		const struct certificate *c = candidates->all[i].cert;

		if (c != NULL && certificate_for_encryption(c))
			wanted[i] = 0;
	}
}

static void
keep_best_rank(struct candidates *candidates, int *wanted)
{
	int best = -1;

	for (size_t i = 0; i < candidates->n; i++) {
		struct identity *identity = &candidates->all[i];

		identity->rank =
		    purpose_rank(identity->cert, candidates->route);
		if (wanted[i] && identity->rank > best)
			best = identity->rank;
	}
	for (size_t i = 0; i < candidates->n; i++)
		wanted[i] = wanted[i] && candidates->all[i].rank == best;
}

/* Non-zero where validity decided something. */
static int
keep_valid(const struct candidates *candidates, int *wanted, time_t now)
{
	size_t before = count(candidates, wanted), valid = 0;

	for (size_t i = 0; i < candidates->n; i++) {
		const struct certificate *c = candidates->all[i].cert;

		valid += wanted[i] && c != NULL && certificate_valid_at(c, now);
	}
	if (valid == 0 || valid == before)
		return 0;
	for (size_t i = 0; i < candidates->n; i++) {
		const struct certificate *c = candidates->all[i].cert;

		wanted[i] =
		    wanted[i] && c != NULL && certificate_valid_at(c, now);
	}
	return 1;
}

/* Without a route the file says which rules fit: all Norwegian, or not. */
static enum segl_route
route_of(const struct wish *wish, const struct candidates *candidates,
    const int *wanted)
{
	if (wish->route != SEGL_ROUTE_AUTO)
		return wish->route;
	for (size_t i = 0; i < candidates->n; i++) {
		const struct certificate *c = candidates->all[i].cert;

		if (wanted[i] && (c == NULL || !certificate_norwegian(c)))
			return SEGL_ROUTE_ESEAL;
	}
	return SEGL_ROUTE_ENTERPRISE;
}

static void
say_why(const struct wish *wish, const struct candidates *candidates,
    const struct identity *chosen, int by_validity)
{
	struct buffer text;

	buffer_init(&text, LISTING_MAX);
	if (list_one(&text, chosen) == SEGL_OK)
		note_info(wish->segl, "identity %s of %s: %s%s%s", text.data,
		    wish->file,
		    candidates->n == 1 ? "the only one"
			: wish->selector != NULL
			? "named by --identity"
			: purpose_reason(chosen->cert, candidates->route),
		    by_validity ? "; others as good are not valid now" : "",
		    candidates->n > 1 ? "; others are in the file" : "");
	buffer_clear(&text);
	if (chosen->cert != NULL && certificate_for_encryption(chosen->cert))
		note_warning(wish->segl,
		    "the identity chosen from %s is for encryption: "
		    "Maskinporten may refuse its signatures",
		    wish->file);
}

static enum segl_status
choose(const struct wish *wish, struct candidates *candidates,
    struct identity *out)
{
	int wanted[IDENTITIES_MAX];
	int by_validity;

	for (size_t i = 0; i < candidates->n; i++)
		wanted[i] = 1;
	if (wish->selector != NULL)
		select_named(wish, candidates, wanted);
	if (count(candidates, wanted) == 0)
		return fail_listing(wish, "has no such identity; it has",
		    candidates, NULL, NAME_ONE);
	if (wish->selector == NULL)
		drop_encryption(candidates, wanted);
	if (count(candidates, wanted) == 0)
		return fail_listing(wish,
		    "holds only certificates for encryption", candidates, NULL,
		    "an order often comes as two or three files: name the one "
		    "for signatures or for authentication; or, all the same, "
		    "one of these with --identity");
	candidates->route = route_of(wish, candidates, wanted);
	keep_best_rank(candidates, wanted);
	by_validity = keep_valid(candidates, wanted, wish->now);
	if (count(candidates, wanted) > 1)
		return fail_listing(wish,
		    "holds several identities that serve equally", candidates,
		    wanted, NAME_ONE);
	for (size_t i = 0; i < candidates->n; i++) {
		if (wanted[i])
			*out = candidates->all[i];
	}
	say_why(wish, candidates, out, by_validity);
	return SEGL_OK;
}

enum segl_status
identity_choose(const struct wish *wish, const struct material *material,
    struct identity *out)
{
	struct candidates candidates = { .n = 0 };
	enum segl_status status;

	memset(out, 0, sizeof(*out));
	fault_begin();
	if (is_given(wish)) {
		pair_given(material, wish->given, &candidates);
	} else {
		pair(material, &candidates);
		if (candidates.n == 0)
			add_bare(wish, material, &candidates);
	}
	status = candidates.n == 0 ? nothing_pairs(wish, material)
				   : choose(wish, &candidates, out);
	out->among = candidates.n;
	fault_end();
	return status;
}
