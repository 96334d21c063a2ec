/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "softtoken/selector.h"

/* A fingerprint of SHA-256 and room for a serial number of any real length. */
#define NUMBER_MAX 160

/* SELECTOR as bare upper-case digits; -1 where it is no number. */
static int
digits(const char *selector, char out[NUMBER_MAX])
{
	size_t n = 0;

	if (strncasecmp(selector, "0x", 2) == 0)
		selector += 2;
	for (; *selector != '\0'; selector++) {
		unsigned char c = (unsigned char)*selector;

		if (c == ':' || c == ' ')
			continue;
		if (!isxdigit(c) || n + 1 == NUMBER_MAX)
			return -1;
		out[n++] = (char)toupper(c);
	}
	out[n] = '\0';
	return n == 0 ? -1 : 0;
}

static const char *
without_zeros(const char *number)
{
	while (number[0] == '0' && number[1] != '\0')
		number++;
	return number;
}

static int
is_fingerprint(const char *number, const unsigned char *bytes, size_t len)
{
	char text[2 * 32 + 1];

	for (size_t i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02X", bytes[i]);
	return strcmp(number, text) == 0;
}

static int
is_number_of(const char *number, const struct certificate *cert)
{
	const char *bare = without_zeros(number);

	return strcmp(bare, without_zeros(cert->serial)) == 0 ||
	    strcmp(bare, cert->serial_decimal) == 0 ||
	    is_fingerprint(number, cert->sha1, sizeof(cert->sha1)) ||
	    is_fingerprint(number, cert->sha256, sizeof(cert->sha256));
}

enum selector_match
selector_matches(const char *selector, const struct certificate *cert,
    const char *a, const char *b)
{
	char number[NUMBER_MAX];

	if ((a != NULL && strcmp(selector, a) == 0) ||
	    (b != NULL && strcmp(selector, b) == 0))
		return SELECTOR_NAME;
	if (cert != NULL && digits(selector, number) == 0 &&
	    is_number_of(number, cert))
		return SELECTOR_NUMBER;
	if ((a != NULL && strcasecmp(selector, a) == 0) ||
	    (b != NULL && strcasecmp(selector, b) == 0))
		return SELECTOR_NAME_CASELESS;
	return SELECTOR_NO;
}
