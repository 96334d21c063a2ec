/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/x509.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "base/secret.h"
#include "base/text.h"
#include "pki/fault.h"
#include "softtoken/jwk.h"
#include "softtoken/jwk_key.h"

/* Longest kid, in bytes. */
#define KID_MAX 1024

/* One file on its way to material. */
struct jwks {
	struct source *source;
	struct segl *segl;
	struct material *out;
};

static enum segl_status
refuse(struct jwks *j, const char *why)
{
	if (fault_is_nomem())
		return error_nomem(j->segl);
	error_set(j->segl, SEGL_EKEY, SEGL_TURN_YOU, "%s cannot be used: %s",
	    j->source->name, why);
	error_remedy(j->segl,
	    "name the private key that belongs to the client: a JWK for RSA "
	    "with all its members, or the same key in PEM or PKCS#12");
	return SEGL_EKEY;
}

/* ---- JSON ---------------------------------------------------------------- */

/* Overwrite every text in JSON; jansson only frees them. */
static void
wipe(json_t *json)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_string(json)) {
		secret_wipe((char *)(uintptr_t)json_string_value(json),
		    json_string_length(json));
	} else if (json_is_object(json)) {
		json_object_foreach(json, key, value) wipe(value);
	} else {
		json_array_foreach(json, i, value) wipe(value);
	}
}

static enum segl_status
add_padding(struct buffer *out, size_t len)
{
	enum segl_status status = buffer_add(out, "\"", 1);

	for (size_t i = 0; i < len && status == SEGL_OK; i++)
		status = buffer_add(out, "x", 1);
	if (status == SEGL_OK)
		status = buffer_add(out, "\"", 1);
	return status;
}

/*
 * The text between two strings that are as long, all in an array. jansson
 * reads each token into one buffer that grows, and wipes nothing: so it has
 * its size before the key comes, and other contents when the key is through.
 */
static enum segl_status
wrap(const struct source *source, struct buffer *out)
{
	enum segl_status status;

	status = buffer_add(out, "[", 1);
	if (status == SEGL_OK)
		status = add_padding(out, source->len);
	if (status == SEGL_OK)
		status = buffer_add(out, ",\n", 2);
	if (status == SEGL_OK)
		status = buffer_add(out, source->bytes, source->len);
	if (status == SEGL_OK)
		status = buffer_add(out, ",", 1);
	if (status == SEGL_OK)
		status = add_padding(out, source->len);
	if (status == SEGL_OK)
		status = buffer_add(out, "]", 1);
	return status;
}

static enum segl_status
not_json(struct jwks *j, const json_error_t *error)
{
	/*
	 * jansson hardly ever says that memory was out, but what is in the
	 * first line is ours and valid
	 */
	if (json_error_code(error) == json_error_out_of_memory ||
	    error->text[0] == '\0' || error->line < 2)
		return error_nomem(j->segl);
	/* its own words repeat what stands there, which may be the key */
	error_set(j->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s is not valid JSON: %s in line %d, column %d", j->source->name,
	    json_error_code(error) == json_error_duplicate_key
		? "a member that stands twice ends"
		: "it goes wrong",
	    error->line - 1, error->column);
	error_remedy(j->segl, "copy the key again from where it was made");
	return SEGL_EKEY;
}

/* The object that the text is, in OUT, with all around it. */
static enum segl_status
parse(struct jwks *j, json_t **out)
{
	enum segl_status status;
	struct buffer text;
	json_error_t error;

	*out = NULL;
	buffer_init(&text, 3 * (size_t)JWK_MAX + 16);
	status = wrap(j->source, &text);
	if (status != SEGL_OK) {
		buffer_clear(&text);
		return error_nomem(j->segl);
	}
	*out = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, &error);
	buffer_clear(&text);
	if (*out == NULL)
		return not_json(j, &error);
	if (json_array_size(*out) != 3 ||
	    !json_is_object(json_array_get(*out, 1)))
		return refuse(j, "it is JSON, but not one object");
	return SEGL_OK;
}

/* ---- one key ------------------------------------------------------------- */

static const char *
text_of(const json_t *jwk, const char *member)
{
	return json_string_value(json_object_get(jwk, member));
}

static int
is_text(const char *text, const char *want)
{
	return text != NULL && strcmp(text, want) == 0;
}

/* RFC 7517, 4.3: where there are key_ops, one of them is "sign". */
static int
may_sign(const json_t *jwk)
{
	const json_t *ops = json_object_get(jwk, "key_ops"), *op;
	size_t i;

	if (ops == NULL)
		return 1;
	json_array_foreach(ops, i, op)
	{
		if (is_text(json_string_value(op), "sign"))
			return 1;
	}
	return 0;
}

/* Why JWK is not a private key for signing; NULL where it is. */
static const char *
unusable(const json_t *jwk)
{
	const char *kty = text_of(jwk, "kty");

	if (!json_is_object(jwk))
		return "a key in it is not a JSON object";
	if (kty == NULL)
		return "it is JSON, but no JWK: it has no kty";
	if (strcmp(kty, "oct") == 0)
		return "it is a symmetric key (kty oct), a secret that both "
		       "sides know; a client has a key pair";
	if (json_object_get(jwk, "d") == NULL)
		return "it is only the public half of a key: it has no d";
	if (is_text(text_of(jwk, "use"), "enc"))
		return "it is a key for encryption (use enc)";
	if (!may_sign(jwk))
		return "its key_ops do not allow it to sign";
	return jwk_key_unsupported(jwk);
}

static enum segl_status
add_x5c(struct jwks *j, const json_t *x5c, const char *kid, EVP_PKEY *key)
{
	enum segl_status status = SEGL_OK;
	const json_t *one;
	size_t i;

	if (!json_is_array(x5c))
		return refuse(j, "its x5c is not an array");
	json_array_foreach(x5c, i, one)
	{
		const char *text = json_string_value(one);
		const unsigned char *p;
		unsigned char *der;
		X509 *x509 = NULL;
		size_t len;

		if (text != NULL &&
		    base64_decode(text, strlen(text), &der, &len) == 0) {
			p = der;
			x509 = d2i_X509(NULL, &p, (long)len);
			free(der);
		}
		if (x509 == NULL)
			return refuse(j,
			    "its x5c holds something that is no certificate in "
			    "base64");
		/* RFC 7517, 4.7: the first is that of the key */
		if (i == 0 && EVP_PKEY_eq(X509_get0_pubkey(x509), key) != 1)
			status = refuse(
			    j, "the certificate in its x5c is of another key");
		else
			status = material_add_cert(
			    j->out, x509, kid == NULL ? NULL : strdup(kid));
		X509_free(x509);
		if (status == SEGL_ENOMEM)
			return error_nomem(j->segl);
		if (status != SEGL_OK)
			return refuse(j, "its x5c has too many certificates");
	}
	return status;
}

/* NAME of JWK into OUT, new; NULL where it has none. */
static enum segl_status
keep_text(struct jwks *j, const json_t *jwk, const char *name, char **out)
{
	const json_t *value = json_object_get(jwk, name);

	*out = NULL;
	if (value == NULL)
		return SEGL_OK;
	if (!json_is_string(value) || json_string_length(value) == 0 ||
	    json_string_length(value) > KID_MAX)
		return refuse(j,
		    strcmp(name, "kid") == 0
			? "its kid is not a text, is empty or too long"
			: "its alg is not a text, is empty or too long");
	*out = strdup(json_string_value(value));
	return *out == NULL ? error_nomem(j->segl) : SEGL_OK;
}

/* Its kid and alg beside the key, which was added last. */
static enum segl_status
keep_names(struct jwks *j, const json_t *jwk)
{
	struct material_key *key = &j->out->keys[j->out->n_keys - 1];
	enum segl_status status = keep_text(j, jwk, "kid", &key->kid);

	if (status == SEGL_OK)
		status = keep_text(j, jwk, "alg", &key->alg);
	if (status == SEGL_OK && key->kid != NULL) {
		key->name = strdup(key->kid);
		if (key->name == NULL)
			status = error_nomem(j->segl);
	}
	return status;
}

static enum segl_status
add_key(struct jwks *j, const json_t *jwk)
{
	const json_t *x5c = json_object_get(jwk, "x5c");
	enum segl_status status;
	EVP_PKEY *key = NULL;
	const char *why = jwk_key(jwk, &key);

	if (why != NULL)
		return refuse(j, why);
	status = material_add_key(j->out, key, NULL);
	if (status != SEGL_OK)
		return refuse(j, "it holds too many keys");
	status = keep_names(j, jwk);
	if (status == SEGL_OK && x5c != NULL)
		status = add_x5c(j, x5c, text_of(jwk, "kid"), key);
	return status;
}

/* ---- a set (RFC 7517, 5) ------------------------------------------------- */

static enum segl_status
nothing_in_set(struct jwks *j)
{
	char *safe;

	if (j->source->kid == NULL)
		return refuse(
		    j, "it is a JWK Set without a private key for signing");
	safe = text_foreign(j->source->kid, strlen(j->source->kid));
	if (safe == NULL)
		return error_nomem(j->segl);
	error_set(j->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s is a JWK Set without a private key for signing whose kid is %s",
	    j->source->name, safe);
	error_remedy(j->segl, "check the kid, or name another file");
	free(safe);
	return SEGL_EKEY;
}

static enum segl_status
load_set(struct jwks *j, const json_t *keys)
{
	enum segl_status status = SEGL_OK;
	const char *kid = j->source->kid;
	const json_t *jwk;
	size_t i;

	if (!json_is_array(keys))
		return refuse(j, "its member keys is not an array");
	json_array_foreach(keys, i, jwk)
	{
		if (unusable(jwk) != NULL ||
		    (kid != NULL && !is_text(text_of(jwk, "kid"), kid)))
			continue;
		status = add_key(j, jwk);
		if (status != SEGL_OK)
			return status;
	}
	return j->out->n_keys == 0 ? nothing_in_set(j) : SEGL_OK;
}

int
jwk_is(const struct source *source)
{
	const char *p = (const char *)source->bytes, *end = p + source->len;

	if (source->len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	while (p < end && memchr(" \t\r\n", *p, 4) != NULL)
		p++;
	return p < end && *p == '{';
}

enum segl_status
jwk_load(struct source *source, struct material *out)
{
	struct source text = *source;
	struct jwks j = { .source = &text, .segl = source->segl, .out = out };
	enum segl_status status;
	const json_t *object, *keys;
	json_t *all = NULL;
	const char *why;

	/* RFC 8259, 8.1: a parser may ignore a byte order mark */
	if (text.bytes[0] == 0xef) {
		text.bytes += 3;
		text.len -= 3;
	}
	if (text.len > JWK_MAX)
		return refuse(&j, "it is larger than any JWK Set");
	fault_begin();
	status = parse(&j, &all);
	if (status == SEGL_OK) {
		object = json_array_get(all, 1);
		keys = json_object_get(object, "keys");
		why = keys != NULL ? NULL : unusable(object);
		if (keys != NULL)
			status = load_set(&j, keys);
		else if (why != NULL)
			status = refuse(&j, why);
		else
			status = add_key(&j, object);
	}
	wipe(all);
	json_decref(all);
	fault_end();
	return status;
}
