/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <segl/softtoken.h>

#include "base/file.h"
#include "base/text.h"
#include "pki/path.h"
#include "softtoken/chain.h"
#include "softtoken/format.h"
#include "softtoken/given.h"
#include "softtoken/identity.h"
#include "softtoken/material.h"
#include "softtoken/pin.h"
#include "softtoken/resident.h"
#include "softtoken/sample.h"
#include "softtoken/signer.h"

struct segl_softtoken {
	struct segl *segl;
	/* configured */
	enum segl_route route;
	char *selector;
	char *wanted_kid;
	struct pin_source pin;
	int accepts_sample;
	int has_time;
	time_t at;
	/* all certificates; which of them were given as those of the key */
	struct certificate_list pool;
	struct given given;
	size_t n_own; /* of the pool, before it was extended; 0 it was not */
	/* loaded */
	struct signer *signer;
	const struct certificate *leaf; /* NULL: a registered key alone */
	struct path path;
	unsigned char *spki;
	size_t spki_len;
	char *kid; /* of a JWK */
	enum segl_alg alg;
	enum segl_stage stage;
};

struct segl_softtoken *
segl_softtoken_new(struct segl *segl)
{
	struct segl_softtoken *token = calloc(1, sizeof(*token));

	if (token != NULL)
		token->segl = segl;
	return token;
}

static void
unload(struct segl_softtoken *token)
{
	signer_free(token->signer);
	token->signer = NULL;
	token->leaf = NULL;
	memset(&token->path, 0, sizeof(token->path));
	OPENSSL_free(token->spki);
	token->spki = NULL;
	token->spki_len = 0;
	free(token->kid);
	token->kid = NULL;
	token->alg = SEGL_ALG_NONE;
}

void
segl_softtoken_free(struct segl_softtoken *token)
{
	if (token == NULL)
		return;
	unload(token);
	pin_source_clear(&token->pin);
	given_clear(&token->given);
	certificate_list_clear(&token->pool);
	free(token->selector);
	free(token->wanted_kid);
	free(token);
}

/* ---- configure ----------------------------------------------------------- */

void
segl_softtoken_set_route(struct segl_softtoken *token, enum segl_route route)
{
	token->route = route;
}

static enum segl_status
set_text(struct segl_softtoken *token, char **member, const char *text)
{
	char *copy = NULL;

	if (text != NULL) {
		copy = strdup(text);
		if (copy == NULL)
			return error_nomem(token->segl);
	}
	free(*member);
	*member = copy;
	return SEGL_OK;
}

enum segl_status
segl_softtoken_set_identity(struct segl_softtoken *token, const char *selector)
{
	return set_text(token, &token->selector, selector);
}

enum segl_status
segl_softtoken_set_kid(struct segl_softtoken *token, const char *kid)
{
	return set_text(token, &token->wanted_kid, kid);
}

enum segl_status
segl_softtoken_set_pin_source(struct segl_softtoken *token, const char *source)
{
	return pin_source_parse(token->segl, &token->pin, source);
}

enum segl_status
segl_softtoken_set_pin(
    struct segl_softtoken *token, const void *pin, size_t len)
{
	return pin_source_give(token->segl, &token->pin, pin, len);
}

enum segl_status
segl_softtoken_add_chain(struct segl_softtoken *token, const char *path)
{
	return chain_read(token->segl, path, &token->pool);
}

void
segl_softtoken_set_time(struct segl_softtoken *token, long long at)
{
	token->at = (time_t)at;
	token->has_time = 1;
}

void
segl_softtoken_accept_sample(struct segl_softtoken *token)
{
	token->accepts_sample = 1;
}

static time_t
now_of(const struct segl_softtoken *token)
{
	return token->has_time ? token->at : time(NULL);
}

enum segl_status
segl_softtoken_add_cert(struct segl_softtoken *token, const char *path)
{
	return given_read(token->segl, path, &token->pool, &token->given);
}

enum segl_status
segl_softtoken_add_cert_mem(struct segl_softtoken *token, const void *bytes,
    size_t len, const char *name)
{
	return given_take(
	    token->segl, bytes, len, name, &token->pool, &token->given);
}

/* ---- load ---------------------------------------------------------------- */

struct pin_arg {
	struct segl_softtoken *token;
	const char *file;
};

static enum segl_status
read_pin(void *arg, struct secret **out)
{
	struct pin_arg *pin = arg;

	return pin_source_read(
	    pin->token->segl, &pin->token->pin, pin->file, out);
}

/* The public key: of the leaf where there is one, so that it is its bytes. */
static int
keep_spki(struct segl_softtoken *token, EVP_PKEY *pkey)
{
	int len = token->leaf != NULL
	    ? i2d_X509_PUBKEY(
		  X509_get_X509_PUBKEY(token->leaf->x509), &token->spki)
	    : i2d_PUBKEY(pkey, &token->spki);

	token->spki_len = len > 0 ? (size_t)len : 0;
	return len > 0 ? 0 : -1;
}

/* What a JWK says of itself. */
static enum segl_status
take_names(struct segl_softtoken *token, const struct material_key *key)
{
	if (key->alg != NULL) {
		token->alg = signer_alg(key->alg);
		if (token->alg == SEGL_ALG_NONE)
			note_warning(token->segl,
			    "the JWK is for an algorithm (alg) that is not "
			    "made here: RS256, RS384, RS512 and ES256 are");
	}
	return set_text(token, &token->kid, key->kid);
}

static enum segl_status
take(struct segl_softtoken *token, const struct identity *identity, time_t now)
{
	token->leaf = identity->cert;
	if (keep_spki(token, identity->key->pkey) < 0)
		return error_nomem(token->segl);
	if (token->leaf != NULL)
		path_build(token->leaf, &token->pool, now, NULL, &token->path);
	token->signer = signer_new(identity->key->pkey);
	if (token->signer == NULL)
		return error_nomem(token->segl);
	return take_names(token, identity->key);
}

/* Certificates without a key. Where it is something else nothing is done. */
static enum segl_status
load_sample(struct segl_softtoken *token, const struct source *source)
{
	time_t now = now_of(token);
	enum segl_status status;

	status = sample_read(source->bytes, source->len, token->route, now,
	    &token->pool, &token->leaf);
	if (status != SEGL_OK)
		return error_nomem(token->segl);
	if (token->leaf == NULL)
		return SEGL_OK;
	if (keep_spki(token, NULL) < 0)
		return error_nomem(token->segl);
	path_build(token->leaf, &token->pool, now, NULL, &token->path);
	return SEGL_OK;
}

static enum segl_status
load(struct segl_softtoken *token, struct source *source)
{
	struct material *material = material_new(&token->pool);
	struct identity identity;
	struct wish wish = { .segl = token->segl,
		.file = source->name,
		.route = token->route,
		.selector = token->selector,
		.given = &token->given,
		.now = now_of(token) };
	enum segl_status status;

	if (material == NULL)
		return error_nomem(token->segl);
	status = format_load(source, material);
	if (status == SEGL_OK) {
		status = identity_choose(&wish, material, &identity);
		token->stage =
		    identity.among == 0 ? SEGL_STAGE_KEY : SEGL_STAGE_IDENTITY;
	}
	if (status == SEGL_OK)
		status = take(token, &identity, wish.now);
	material_free(material);
	return status;
}

enum segl_status
segl_softtoken_load_mem(struct segl_softtoken *token, const void *bytes,
    size_t len, const char *name)
{
	struct pin_arg pin = { .token = token };
	struct source source = { .segl = token->segl,
		.bytes = bytes,
		.len = len,
		.kid = token->wanted_kid,
		.pin = read_pin,
		.pin_arg = &pin };
	enum segl_status status;
	char *safe = text_foreign(name, strlen(name));

	unload(token);
	token->stage = SEGL_STAGE_FILE;
	if (safe == NULL)
		return error_nomem(token->segl);
	source.name = pin.file = safe;
	if (len > FILE_KEY_MAX)
		status = error_set(token->segl, SEGL_EKEY, SEGL_TURN_YOU,
		    "%s is larger than any key file", safe);
	else
		status = token->accepts_sample ? load_sample(token, &source)
					       : SEGL_OK;
	if (status == SEGL_OK && token->leaf == NULL && len <= FILE_KEY_MAX)
		status = load(token, &source);
	/* whatever the outcome, no PIN stays */
	secret_free(token->pin.given);
	token->pin.given = NULL;
	if (status != SEGL_OK)
		unload(token);
	else
		token->stage = SEGL_STAGE_LOADED;
	free(safe);
	return status;
}

enum segl_stage
segl_softtoken_stage(const struct segl_softtoken *token)
{
	return token->stage;
}

static enum segl_status
cannot_read(struct segl_softtoken *token, const char *safe, int error)
{
	if (error == ENOMEM)
		return error_nomem(token->segl);
	error_set(token->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "cannot read the key file %s: %s", safe,
	    error == EFBIG ? "it is larger than any key file"
			   : strerror(error));
	error_remedy(token->segl,
	    error == EACCES
		? "let this user read it, and nobody else: chown and chmod 600"
		: error == EISDIR ? "name a file in the directory"
				  : "check the name of the file");
	return SEGL_EKEY;
}

static void
warn_if_open(struct segl *segl, const char *safe, const struct stat *st)
{
	if (!file_is_open(st))
		return;
	note_warning(segl,
	    "the key file %s can be read by others (mode %04o): chmod %s %s",
	    safe, (unsigned int)st->st_mode & 07777,
	    st->st_uid == geteuid() ? "600" : "440", safe);
}

enum segl_status
segl_softtoken_load_file(struct segl_softtoken *token, const char *path)
{
	enum segl_status status;
	struct buffer bytes;
	struct stat st;
	int error;
	char *safe = text_foreign(path, strlen(path));

	unload(token);
	if (safe == NULL)
		return error_nomem(token->segl);
	buffer_init(&bytes, FILE_KEY_MAX);
	error = file_read(path, &bytes, &st);
	if (error != 0) {
		status = cannot_read(token, safe, error);
	} else {
		if (!token->accepts_sample)
			warn_if_open(token->segl, safe, &st);
		status = segl_softtoken_load_mem(
		    token, bytes.len == 0 ? "" : bytes.data, bytes.len, path);
		/* a sample is no secret */
		if (token->accepts_sample && token->signer != NULL)
			warn_if_open(token->segl, safe, &st);
	}
	buffer_clear(&bytes);
	free(safe);
	return status;
}

/* ---- complete ------------------------------------------------------------ */

enum segl_status
segl_softtoken_extend_path(struct segl_softtoken *token, const void *bytes,
    size_t len, const char *name)
{
	size_t before = token->pool.n;
	enum segl_status status;
	char *safe;

	if (token->leaf == NULL)
		return error_set(token->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "there is no certificate whose path could be completed");
	if (token->n_own == 0)
		token->n_own = before;
	status = chain_read_mem(bytes, len, &token->pool);
	if (status == SEGL_ENOMEM)
		return error_nomem(token->segl);
	if (status == SEGL_OK && token->pool.n > before)
		path_build(token->leaf, &token->pool, now_of(token), NULL,
		    &token->path);
	if (status == SEGL_OK)
		return SEGL_OK;
	safe = text_foreign(name, strlen(name));
	error_set(token->segl, SEGL_ECERT, SEGL_TURN_YOU,
	    "%s: more than %d certificates to complete the path from",
	    safe == NULL ? "" : safe, PATH_POOL_MAX);
	free(safe);
	return SEGL_ECERT;
}

int
segl_softtoken_path_has_others(const struct segl_softtoken *token)
{
	return token->path.others;
}

void
segl_softtoken_favor_path(struct segl_softtoken *token,
    int (*of)(void *arg, const unsigned char *der, size_t len), void *arg)
{
	const struct path_favor how = { of, arg };

	if (token->path.others)
		path_build(token->leaf, &token->pool, now_of(token), &how,
		    &token->path);
}

/* ---- use ----------------------------------------------------------------- */

int
segl_softtoken_has_key(const struct segl_softtoken *token)
{
	return token->signer != NULL;
}

EVP_PKEY *
softtoken_resident_key(const struct segl_softtoken *token)
{
	return token->signer == NULL || token->signer->resident == NULL
	    ? NULL
	    : token->signer->resident(token->signer);
}

size_t
segl_softtoken_path_len(const struct segl_softtoken *token)
{
	return token->path.len;
}

size_t
segl_softtoken_path_own(const struct segl_softtoken *token)
{
	size_t n = 0;

	if (token->n_own == 0)
		return token->path.len;
	while (n < token->path.len) {
		size_t i = 0;

		while (i < token->n_own &&
		    token->pool.certs[i] != token->path.certs[n])
			i++;
		if (i == token->n_own)
			break;
		n++;
	}
	return n;
}

const unsigned char *
segl_softtoken_path_der(
    const struct segl_softtoken *token, size_t i, size_t *len)
{
	*len = 0;
	if (i >= token->path.len)
		return NULL;
	*len = token->path.certs[i]->der_len;
	return token->path.certs[i]->der;
}

int
segl_softtoken_path_has_root(const struct segl_softtoken *token)
{
	return token->path.self_signed;
}

const char *
segl_softtoken_path_missing(const struct segl_softtoken *token)
{
	if (token->path.len == 0 || token->path.self_signed)
		return NULL;
	return token->path.certs[token->path.len - 1]->issuer;
}

const char *
segl_softtoken_organization(const struct segl_softtoken *token)
{
	return token->leaf == NULL ? NULL : token->leaf->organization;
}

const char *
segl_softtoken_common_name(const struct segl_softtoken *token)
{
	return token->leaf == NULL ? NULL : token->leaf->common_name;
}

const char *
segl_softtoken_organization_identifier(const struct segl_softtoken *token)
{
	if (token->leaf == NULL || token->leaf->n_organization_identifiers == 0)
		return NULL;
	return token->leaf->organization_identifiers[0];
}

int
segl_softtoken_is_norwegian(const struct segl_softtoken *token)
{
	return token->leaf != NULL && certificate_norwegian(token->leaf);
}

const char *
segl_softtoken_subject(const struct segl_softtoken *token)
{
	return token->leaf == NULL ? NULL : token->leaf->subject;
}

const char *
segl_softtoken_issuer(const struct segl_softtoken *token)
{
	return token->leaf == NULL ? NULL : token->leaf->issuer;
}

const char *
segl_softtoken_serial(const struct segl_softtoken *token)
{
	return token->leaf == NULL ? NULL : token->leaf->serial;
}

long long
segl_softtoken_not_before(const struct segl_softtoken *token)
{
	return token->leaf == NULL ? 0 : token->leaf->not_before;
}

long long
segl_softtoken_not_after(const struct segl_softtoken *token)
{
	return token->leaf == NULL ? 0 : token->leaf->not_after;
}

const unsigned char *
segl_softtoken_spki(const struct segl_softtoken *token, size_t *len)
{
	*len = token->spki_len;
	return token->spki;
}

const char *
segl_softtoken_kid(const struct segl_softtoken *token)
{
	return token->kid;
}

enum segl_alg
segl_softtoken_alg(const struct segl_softtoken *token)
{
	return token->alg;
}

int
segl_softtoken_can_sign(const struct segl_softtoken *token, enum segl_alg alg)
{
	return token->signer != NULL &&
	    token->signer->can_sign(token->signer, alg);
}

enum segl_status
segl_softtoken_sign(const struct segl_softtoken *token, enum segl_alg alg,
    const void *tbs, size_t len, unsigned char **sig, size_t *sig_len)
{
	*sig = NULL;
	*sig_len = 0;
	if (token->signer == NULL)
		return error_set(token->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "no soft token is loaded");
	return token->signer->sign(
	    token->signer, token->segl, alg, tbs, len, sig, sig_len);
}
