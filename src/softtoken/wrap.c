/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/secret.h"
#include "softtoken/wrap.h"

#define PEM_BEGIN "-----BEGIN PKCS12-----"
#define PEM_END   "-----END PKCS12-----"

static int
is_space(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int
is_base64(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

/* Base64 with white space in it; -1 where it is none, -2 without memory. */
static int
decode(const unsigned char *text, size_t len, struct unwrapped *out)
{
	char *tight = malloc(len + 1);
	size_t n = 0;
	int result;

	if (tight == NULL)
		return -2;
	for (size_t i = 0; i < len; i++) {
		if (!is_space(text[i]))
			tight[n++] = (char)text[i];
	}
	result = n == 0 ? -1 : base64_decode(tight, n, &out->bytes, &out->len);
	secret_wipe(tight, len + 1);
	free(tight);
	return result;
}

static enum segl_status
damaged(const struct source *source)
{
	error_set(source->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s is cut short or damaged: its PEM text does not decode",
	    source->name);
	error_remedy(
	    source->segl, "copy the file again from where it was made");
	return SEGL_EKEY;
}

static enum segl_status
take_off_pem(const struct source *source, const unsigned char *begin,
    struct unwrapped *out)
{
	const unsigned char *end, *stop = source->bytes + source->len;
	int result;

	begin += strlen(PEM_BEGIN);
	end = memmem(begin, (size_t)(stop - begin), PEM_END, strlen(PEM_END));
	if (end == NULL)
		return damaged(source);
	result = decode(begin, (size_t)(end - begin), out);
	if (result == -2)
		return error_nomem(source->segl);
	return result < 0 ? damaged(source) : SEGL_OK;
}

static int
is_all_base64(const struct source *source)
{
	for (size_t i = 0; i < source->len; i++) {
		if (!is_space(source->bytes[i]) && !is_base64(source->bytes[i]))
			return 0;
	}
	return 1;
}

enum segl_status
wrap_take_off(const struct source *source, struct unwrapped *out)
{
	const unsigned char *begin = NULL;

	memset(out, 0, sizeof(*out));
	if (source->len == 0)
		return SEGL_OK;
	/* DER, what a file nearly always is, begins so */
	if (source->bytes[0] != 0x30)
		begin = memmem(
		    source->bytes, source->len, PEM_BEGIN, strlen(PEM_BEGIN));
	if (begin != NULL)
		return take_off_pem(source, begin, out);
	if (is_all_base64(source) &&
	    decode(source->bytes, source->len, out) == -2)
		return error_nomem(source->segl);
	return SEGL_OK;
}

void
wrap_clear(struct unwrapped *unwrapped)
{
	secret_wipe(unwrapped->bytes, unwrapped->len);
	free(unwrapped->bytes);
	memset(unwrapped, 0, sizeof(*unwrapped));
}
