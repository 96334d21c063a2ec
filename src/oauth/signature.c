/* SPDX-License-Identifier: ISC */
/*
 * Signatures of JWS, apart from what takes one apart (jws.c): who only reads
 * tokens needs no cryptography for it.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/secret.h"
#include "oauth/jws.h"
#include "oauth/jwt_libjwt.h"

/* Whether HEADER says so, or says nothing of its type (RFC 7519, 5.1). */
static int
is_jwt(const char *header)
{
	json_t *json = json_loads(header, 0, NULL);
	const char *typ = json_string_value(json_object_get(json, "typ"));
	int result = json_object_get(json, "typ") == NULL ||
	    (typ != NULL && strcasecmp(typ, "JWT") == 0);

	json_decref(json);
	return result;
}

enum segl_status
segl_jws_verify(struct segl *segl, const char *compact, size_t len,
    enum segl_alg alg, const unsigned char *spki, size_t spki_len)
{
	const char *name = segl_alg_name(alg);
	enum segl_status status;
	struct segl_jws *jws;

	if (name == NULL)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_SEGL,
		    "a JWS is to be verified, but no algorithm was pinned");
	status = segl_jws_parse(segl, compact, len, &jws);
	if (status != SEGL_OK)
		return status;
	/* libjwt takes the algorithm from the header: never let it choose */
	if (strcmp(jws_alg(jws), name) != 0)
		status = error_set(segl, SEGL_EAUTHN, SEGL_TURN_YOU,
		    "the header of the JWS does not name %s", name);
	else
		status = jws_verify_libjwt(segl, compact, len, alg,
		    is_jwt(segl_jws_header(jws)), spki, spki_len);
	segl_jws_free(jws);
	return status;
}

static enum segl_status
add_part(struct buffer *to, const void *bytes, size_t len)
{
	char *text = base64url_encode(bytes, len);
	enum segl_status status;

	if (text == NULL)
		return SEGL_ENOMEM;
	status = buffer_add_str(to, text);
	secret_free_text(text);
	return status;
}

static enum segl_status
sign_into(struct segl *segl, const struct segl_softtoken *token,
    enum segl_alg alg, struct buffer *compact)
{
	enum segl_status status;
	unsigned char *sig;
	size_t sig_len;

	status = segl_softtoken_sign(
	    token, alg, compact->data, compact->len, &sig, &sig_len);
	if (status != SEGL_OK)
		return status;
	status = buffer_add(compact, ".", 1);
	if (status == SEGL_OK)
		status = add_part(compact, sig, sig_len);
	secret_wipe(sig, sig_len);
	free(sig);
	if (status == SEGL_ENOMEM)
		return error_nomem(segl);
	return status;
}

enum segl_status
jws_sign(struct segl *segl, const struct segl_softtoken *token,
    enum segl_alg alg, const char *header, const char *payload, char **out)
{
	struct buffer compact;
	enum segl_status status;
	const unsigned char *spki;
	size_t spki_len;

	*out = NULL;
	buffer_init(&compact, SEGL_JWS_MAX);
	status = add_part(&compact, header, strlen(header));
	if (status == SEGL_OK)
		status = buffer_add(&compact, ".", 1);
	if (status == SEGL_OK)
		status = add_part(&compact, payload, strlen(payload));
	if (status == SEGL_ENOMEM)
		error_nomem(segl);
	if (status == SEGL_OK)
		status = sign_into(segl, token, alg, &compact);
	if (status == SEGL_EREPLY) {
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the grant would be longer than %d bytes", SEGL_JWS_MAX);
		error_remedy(segl, "shorten the claims or the path");
	}
	if (status != SEGL_OK)
		goto out;
	spki = segl_softtoken_spki(token, &spki_len);
	status = segl_jws_verify(
	    segl, compact.data, compact.len, alg, spki, spki_len);
	if (status == SEGL_OK)
		*out = buffer_take(&compact);
	else if (status != SEGL_ENOMEM) {
		segl_error_clear(segl);
		status = error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "the grant just signed does not verify with the "
		    "certificate's key");
		error_remedy(segl,
		    "do not use this key until this is "
		    "understood; report it with the key's type");
	}
out:
	buffer_clear(&compact);
	return status;
}
