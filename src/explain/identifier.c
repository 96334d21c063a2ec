/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "explain/identifier.h"

#define ORGNO_LEN 9

/* Modulus 11, as Enhetsregisteret (the Norwegian register) defines it. */
static int
orgno_checks(const char *digits)
{
	static const int weights[ORGNO_LEN - 1] = { 3, 2, 7, 6, 5, 4, 3, 2 };
	int sum = 0;

	for (size_t i = 0; i < ORGNO_LEN - 1; i++)
		sum += weights[i] * (digits[i] - '0');
	return (11 - sum % 11) % 11 == digits[ORGNO_LEN - 1] - '0';
}

int
identifier_orgno_valid(const char *text)
{
	return strspn(text, "0123456789") == ORGNO_LEN &&
	    text[ORGNO_LEN] == '\0' && orgno_checks(text);
}

/* A Norwegian number, perhaps with what names a part of the organisation. */
static enum identifier
norwegian(const char *number, char out[IDENTIFIER_WORDS_MAX])
{
	size_t n = strspn(number, "0123456789");
	int whole = n == ORGNO_LEN && (number[n] == '\0' || number[n] == ':');

	snprintf(out, IDENTIFIER_WORDS_MAX,
	    "organisation number %.*s in the Norwegian register%s",
	    (int)(whole ? n : 100), number,
	    whole && number[n] == ':' ? ", a part of it" : "");
	return whole && orgno_checks(number) ? IDENTIFIER_KNOWN
					     : IDENTIFIER_MISTYPED;
}

/* ISO 6523: four digits of the scheme, then the identifier in it. */
static enum identifier
iso6523(const char *id, char out[IDENTIFIER_WORDS_MAX])
{
	if (strncmp(id, "0192:", 5) == 0)
		return norwegian(id + 5, out);
	snprintf(out, IDENTIFIER_WORDS_MAX,
	    "identifier %.100s in the scheme %.4s of ISO 6523", id + 5, id);
	return IDENTIFIER_KNOWN;
}

/* PSDFI-FINFSA-1234567-8: the authority stands before the number. */
static enum identifier
payment(const char *id, char out[IDENTIFIER_WORDS_MAX])
{
	size_t n = strcspn(id + 6, "-");

	if (id[6 + n] == '\0')
		return IDENTIFIER_UNKNOWN;
	snprintf(out, IDENTIFIER_WORDS_MAX,
	    "payment service provider %.100s, authorised by %.*s in %.2s",
	    id + 6 + n + 1, (int)(n < 20 ? n : 20), id + 6, id + 3);
	return IDENTIFIER_KNOWN;
}

/* EN 319 412-1, 5.1.4: type, country, hyphen, reference. */
static enum identifier
etsi(const char *id, char out[IDENTIFIER_WORDS_MAX])
{
	const char *reference = id + 6;

	if (strncmp(id, "NTRNO-", 6) == 0)
		return norwegian(reference, out);
	if (strncmp(id, "PSD", 3) == 0)
		return payment(id, out);
	if (strncmp(id, "NTR", 3) == 0)
		snprintf(out, IDENTIFIER_WORDS_MAX,
		    "number %.100s in the trade register of %.2s", reference,
		    id + 3);
	else if (strncmp(id, "VAT", 3) == 0)
		snprintf(out, IDENTIFIER_WORDS_MAX, "VAT number %.100s of %.2s",
		    reference, id + 3);
	else if (strncmp(id, "LEI", 3) == 0)
		snprintf(out, IDENTIFIER_WORDS_MAX,
		    "legal entity identifier (LEI) %.100s", reference);
	else
		return IDENTIFIER_UNKNOWN;
	return IDENTIFIER_KNOWN;
}

static int
is_upper(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] < 'A' || text[i] > 'Z')
			return 0;
	return 1;
}

enum identifier
identifier_words(const char *id, char out[IDENTIFIER_WORDS_MAX])
{
	out[0] = '\0';
	if (strspn(id, "0123456789") == 4 && id[4] == ':' && id[5] != '\0')
		return iso6523(id, out);
	if (is_upper(id, 5) && id[5] == '-' && id[6] != '\0')
		return etsi(id, out);
	if (!is_upper(id, 2) || id[2] != ':' || !is_upper(id + 3, 2) ||
	    id[5] != '-' || id[6] == '\0')
		return IDENTIFIER_UNKNOWN;
	snprintf(out, IDENTIFIER_WORDS_MAX,
	    "number %.100s in the scheme %.2s that %.2s defines", id + 6, id,
	    id + 3);
	return IDENTIFIER_KNOWN;
}

const char *
identifier_amr_words(const char *amr)
{
	static const struct {
		const char *amr, *words;
	} known[] = {
		{ "private_key_jwt", "a key registered on the client" },
		{ "virksomhetssertifikat",
		    "a Norwegian enterprise certificate" },
		{ "QCForESeal", "a qualified eSeal" },
		{ "CForESeal", "an eSeal that is not qualified" },
		/* spelt so in the prose of Digdir's page on eSeals */
		{ "QRForeSeals", "a qualified eSeal" },
		{ "CForeSeals", "an eSeal that is not qualified" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcasecmp(known[i].amr, amr) == 0)
			return known[i].words;
	return NULL;
}
