/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

static const char standard[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static char *
encode(const void *bytes, size_t len, const char *alphabet, int pad)
{
	const unsigned char *s = bytes;
	char *out, *p;

	if (len > SIZE_MAX / 2)
		return NULL;
	out = p = malloc((len + 2) / 3 * 4 + 1);
	if (out == NULL)
		return NULL;
	for (; len >= 3; len -= 3, s += 3) {
		*p++ = alphabet[s[0] >> 2];
		*p++ = alphabet[(s[0] & 3) << 4 | s[1] >> 4];
		*p++ = alphabet[(s[1] & 15) << 2 | s[2] >> 6];
		*p++ = alphabet[s[2] & 63];
	}
	if (len > 0) {
		unsigned int second = len == 2 ? s[1] : 0;

		*p++ = alphabet[s[0] >> 2];
		*p++ = alphabet[(s[0] & 3) << 4 | second >> 4];
		if (len == 2)
			*p++ = alphabet[(second & 15) << 2];
		else if (pad)
			*p++ = '=';
		if (pad)
			*p++ = '=';
	}
	*p = '\0';
	return out;
}

static int
value(char c, const char *alphabet)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == alphabet[62])
		return 62;
	if (c == alphabet[63])
		return 63;
	return -1;
}

static int
decode(const char *text, size_t len, const char *alphabet, unsigned char **out,
    size_t *out_len)
{
	unsigned char *bytes, *p;
	uint32_t bits = 0;
	int have = 0;
	int rc = -1;

	*out = NULL;
	*out_len = 0;
	if (len % 4 == 1)
		return -1;
	bytes = p = malloc(len / 4 * 3 + 3);
	if (bytes == NULL)
		return -1;
	for (size_t i = 0; i < len; i++) {
		int v = value(text[i], alphabet);

		if (v < 0)
			goto out;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			*p++ = (unsigned char)(bits >> have);
		}
	}
	if ((bits & ((1u << have) - 1)) != 0)
		goto out; /* two texts must not mean the same bytes */
	*p = '\0';
	*out = bytes;
	*out_len = (size_t)(p - bytes);
	bytes = NULL;
	rc = 0;
out:
	free(bytes);
	return rc;
}

char *
base64_encode(const void *bytes, size_t len)
{
	return encode(bytes, len, standard, 1);
}

char *
base64url_encode(const void *bytes, size_t len)
{
	return encode(bytes, len, url, 0);
}

int
base64_decode(
    const char *text, size_t len, unsigned char **out, size_t *out_len)
{
	*out = NULL;
	*out_len = 0;
	if (len % 4 != 0)
		return -1;
	if (len > 0 && text[len - 1] == '=')
		len--;
	if (len % 4 == 3 && text[len - 1] == '=')
		len--;
	return decode(text, len, standard, out, out_len);
}

int
base64url_decode(
    const char *text, size_t len, unsigned char **out, size_t *out_len)
{
	return decode(text, len, url, out, out_len);
}
