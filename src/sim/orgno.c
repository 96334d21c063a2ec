/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <string.h>

#include "sim/orgno.h"

static int
is_digits(const char *text)
{
	return strlen(text) == ORGNO_LEN &&
	    strspn(text, "0123456789") == ORGNO_LEN;
}

int
orgno_is_good(const char *text)
{
	static const int weights[ORGNO_LEN] = { 3, 2, 7, 6, 5, 4, 3, 2, 1 };
	int sum = 0;

	if (!is_digits(text))
		return 0;
	for (int i = 0; i < ORGNO_LEN; i++)
		sum += weights[i] * (text[i] - '0');
	return sum % 11 == 0;
}

/* The nine digits that ^.+\-\W*([0-9]{9})$ finds, or NULL. */
static const char *
at_end(const char *text)
{
	size_t len = text == NULL ? 0 : strlen(text), i;

	if (len < ORGNO_LEN || !is_digits(text + len - ORGNO_LEN))
		return NULL;
	for (i = len - ORGNO_LEN; i > 1; i--) {
		unsigned char before = (unsigned char)text[i - 1];

		if (before == '-')
			return text + len - ORGNO_LEN;
		if (isalnum(before) || before == '_')
			return NULL;
	}
	return NULL;
}

const char *
orgno_of(const struct seal *seal)
{
	const char *id = seal->organization_identifier;

	if (seal->subject_serial != NULL && is_digits(seal->subject_serial))
		return seal->subject_serial;
	if (at_end(seal->organization) != NULL)
		return at_end(seal->organization);
	if (at_end(id) != NULL)
		return at_end(id);
	return id != NULL && is_digits(id) ? id : NULL;
}

int
orgno_is_claimed(const struct seal *seal)
{
	const char *id = seal->organization_identifier;

	if (id != NULL &&
	    (strncmp(id, "NTRNO-", 6) == 0 || strncmp(id, "PSDNO-", 6) == 0))
		return 1;
	return seal->subject_serial != NULL && is_digits(seal->subject_serial);
}
