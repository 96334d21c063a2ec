/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/secret.h"
#include "oauth/jws.h"
#include "oauth/strict_json.h"

struct segl_jws {
	char *header;
	char *payload;
	char *alg; /* as the header names it */
};

void
segl_jws_free(struct segl_jws *jws)
{
	if (jws == NULL)
		return;
	free(jws->header);
	secret_free_text(jws->payload);
	free(jws->alg);
	free(jws);
}

const char *
segl_jws_header(const struct segl_jws *jws)
{
	return jws->header;
}

const char *
segl_jws_payload(const struct segl_jws *jws)
{
	return jws->payload;
}

const char *
jws_alg(const struct segl_jws *jws)
{
	return jws->alg;
}

static enum segl_status
malformed(struct segl *segl, const char *why)
{
	return error_set(segl, SEGL_EREPLY, SEGL_TURN_YOU,
	    "this is not a JWS in compact serialisation: %s", why);
}

/* Decode one part, a JSON object without duplicate names, into TEXT. */
static enum segl_status
part(struct segl *segl, const char *what, const char *from, size_t len,
    char **text, json_t **json)
{
	enum segl_status status;
	unsigned char *bytes;
	size_t n;

	*text = NULL;
	if (base64url_decode(from, len, &bytes, &n) != 0)
		return malformed(segl, "a part is not base64url");
	status = strict_json_object(segl, what, (char *)bytes, n, json);
	if (status == SEGL_OK && strlen((char *)bytes) != n) {
		json_decref(*json);
		*json = NULL;
		status = malformed(segl, "a NUL byte in a part");
	}
	if (status == SEGL_OK)
		*text = (char *)bytes;
	else
		free(bytes);
	return status;
}

/* Where the two dots of COMPACT are; 0 where there are not just two. */
static int
find_dots(
    const char *compact, size_t len, const char **first, const char **second)
{
	*second = NULL;
	*first = memchr(compact, '.', len);
	if (*first == NULL)
		return 0;
	*second = memchr(*first + 1, '.', len - (size_t)(*first + 1 - compact));
	if (*second == NULL)
		return 0;
	return memchr(*second + 1, '.',
		   len - (size_t)(*second + 1 - compact)) == NULL;
}

enum segl_status
segl_jws_parse(
    struct segl *segl, const char *compact, size_t len, struct segl_jws **out)
{
	const char *first, *second, *end = compact + len;
	json_t *header = NULL, *payload = NULL;
	unsigned char *signature = NULL;
	enum segl_status status;
	struct segl_jws *jws;
	const char *alg;
	size_t n;

	*out = NULL;
	if (len > SEGL_JWS_MAX)
		return malformed(segl, "it is longer than 65536 bytes");
	if (!find_dots(compact, len, &first, &second))
		return malformed(segl, "it does not have three parts");
	if (first == compact || second == first + 1 || second + 1 == end)
		return malformed(segl, "a part is empty");
	if (base64url_decode(
		second + 1, (size_t)(end - second - 1), &signature, &n) != 0)
		return malformed(segl, "its signature is not base64url");
	free(signature);
	jws = calloc(1, sizeof(*jws));
	if (jws == NULL)
		return error_nomem(segl);
	status = part(segl, "the header of the JWS", compact,
	    (size_t)(first - compact), &jws->header, &header);
	if (status != SEGL_OK)
		goto out;
	status = part(segl, "the payload of the JWS", first + 1,
	    (size_t)(second - first - 1), &jws->payload, &payload);
	if (status != SEGL_OK)
		goto out;
	alg = json_string_value(json_object_get(header, "alg"));
	if (alg == NULL) {
		status = malformed(segl, "its header names no alg");
		goto out;
	}
	jws->alg = strdup(alg);
	if (jws->alg == NULL)
		status = error_nomem(segl);
out:
	json_decref(header);
	json_decref(payload);
	if (status == SEGL_OK)
		*out = jws;
	else
		segl_jws_free(jws);
	return status;
}
