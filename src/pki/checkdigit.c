/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <string.h>

#include "pki/checkdigit.h"

/* Longest number with a rule: LEI, 20; two letters of a country before it. */
#define NUMBER_MAX 24

/* Non-zero where NUMBER is N digits. */
static int
digits(const char *number, size_t n)
{
	return strlen(number) == n && strspn(number, "0123456789") == n;
}

static int
at(const char *number, size_t i)
{
	return number[i] - '0';
}

/* The first N digits, each times its weight. */
static int
weighted(const char *number, const char *weights, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += at(number, i) * (weights[i] - '0');
	return sum;
}

static enum checkdigit
verdict(int good)
{
	return good ? CHECKDIGIT_GOOD : CHECKDIGIT_BAD;
}

/* ISO/IEC 7812-1: the sum with every second digit doubled, from the right. */
static int
luhn(const char *number, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++) {
		int d = at(number, n - 1 - i);

		if (i % 2 == 1)
			d = d * 2 > 9 ? d * 2 - 9 : d * 2;
		sum += d;
	}
	return sum % 10;
}

/* NUMBER, of N digits, modulo M. */
static int
modulo(const char *number, size_t n, int m)
{
	int rest = 0;

	for (size_t i = 0; i < n; i++)
		rest = (rest * 10 + at(number, i)) % m;
	return rest;
}

/* ISO 7064, MOD 11,10: of Germany and Croatia. */
static int
mod_11_10(const char *number, size_t n)
{
	int product = 10;

	for (size_t i = 0; i + 1 < n; i++) {
		int sum = (at(number, i) + product) % 10;

		product = (sum == 0 ? 10 : sum) * 2 % 11;
	}
	return (product + at(number, n - 1)) % 10 == 1;
}

/* ISO 17442: ISO 7064, MOD 97-10, letters as 10 to 35. */
static enum checkdigit
lei(const char *number)
{
	int rest = 0;

	if (strlen(number) != 20)
		return CHECKDIGIT_BAD;
	for (size_t i = 0; i < 20; i++) {
		char c = number[i];

		if (c >= '0' && c <= '9')
			rest = (rest * 10 + (c - '0')) % 97;
		else if (c >= 'A' && c <= 'Z')
			rest = (rest * 100 + (c - 'A' + 10)) % 97;
		else
			return CHECKDIGIT_BAD;
	}
	return verdict(rest == 1);
}

static enum checkdigit
norway(const char *number)
{
	char bare[10];

	/* a VAT number may say so: 123456785MVA */
	if (strlen(number) == 12 && strcmp(number + 9, "MVA") == 0) {
		memcpy(bare, number, 9);
		bare[9] = '\0';
		number = bare;
	}
	if (!digits(number, 9))
		return CHECKDIGIT_UNKNOWN;
	return verdict(
	    (weighted(number, "32765432", 8) + at(number, 8)) % 11 == 0);
}

static enum checkdigit
sweden(const char *number)
{
	return digits(number, 10) ? verdict(luhn(number, 10) == 0)
				  : CHECKDIGIT_UNKNOWN;
}

/* The organisation number and two more digits. */
static enum checkdigit
sweden_vat(const char *number)
{
	return digits(number, 12) ? verdict(luhn(number, 10) == 0)
				  : CHECKDIGIT_UNKNOWN;
}

static enum checkdigit
denmark(const char *number)
{
	return digits(number, 8)
	    ? verdict(weighted(number, "27654321", 8) % 11 == 0)
	    : CHECKDIGIT_UNKNOWN;
}

static enum checkdigit
finland(const char *number)
{
	int rest;

	if (!digits(number, 8))
		return CHECKDIGIT_UNKNOWN;
	/* the weights are 7, 9, 10, 5, 8, 4, 2 */
	rest = (weighted(number, "7995842", 7) + at(number, 2)) % 11;
	return verdict(
	    rest != 1 && (rest == 0 ? 0 : 11 - rest) == at(number, 7));
}

static enum checkdigit
germany_vat(const char *number)
{
	return digits(number, 9) ? verdict(mod_11_10(number, 9))
				 : CHECKDIGIT_UNKNOWN;
}

/* Modulo 11, weights from FIRST on; where that is 10, from SECOND on. */
static int
two_rounds(const char *number, size_t n, int first, int second)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += at(number, i) * ((first - 1 + (int)i) % 9 + 1);
	if (sum % 11 != 10)
		return sum % 11;
	sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += at(number, i) * ((second - 1 + (int)i) % 9 + 1);
	return sum % 11 % 10;
}

static enum checkdigit
estonia(const char *number)
{
	return digits(number, 8)
	    ? verdict(two_rounds(number, 7, 1, 3) == at(number, 7))
	    : CHECKDIGIT_UNKNOWN;
}

static enum checkdigit
estonia_vat(const char *number)
{
	return digits(number, 9)
	    ? verdict(weighted(number, "371371371", 9) % 10 == 0)
	    : CHECKDIGIT_UNKNOWN;
}

/* A legal person's begins with more than 3; a person's has another rule. */
static enum checkdigit
latvia(const char *number)
{
	if (!digits(number, 11) || number[0] < '4')
		return CHECKDIGIT_UNKNOWN;
	/* the weights are 9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1 */
	return verdict(
	    (weighted(number, "91483925761", 11) + at(number, 5)) % 11 == 3);
}

static enum checkdigit
lithuania_vat(const char *number)
{
	size_t n = strlen(number);

	if (!digits(number, 9) && !digits(number, 12))
		return CHECKDIGIT_UNKNOWN;
	return verdict(two_rounds(number, n - 1, 1, 3) == at(number, n - 1));
}

static enum checkdigit
poland_vat(const char *number)
{
	return digits(number, 10)
	    ? verdict(weighted(number, "657234567", 9) % 11 == at(number, 9))
	    : CHECKDIGIT_UNKNOWN;
}

/*
 * Nine digits by modulus 11 for legal persons. Since 2020 sole traders have
 * numbers by MOD 97-10 over "NL" and all the rest.
 */
static enum checkdigit
netherlands_vat(const char *number)
{
	int rest = 2321 % 97; /* N is 23, L is 21 */

	if (strlen(number) != 12 || strspn(number, "0123456789") != 9 ||
	    number[9] != 'B' || strspn(number + 10, "0123456789") != 2)
		return CHECKDIGIT_UNKNOWN;
	for (size_t i = 0; i < 12; i++)
		rest = number[i] == 'B' ? (rest * 100 + 11) % 97
					: (rest * 10 + at(number, i)) % 97;
	return verdict(
	    rest == 1 || weighted(number, "98765432", 8) % 11 == at(number, 8));
}

static enum checkdigit
belgium(const char *number)
{
	return digits(number, 10)
	    ? verdict(97 - modulo(number, 8, 97) == modulo(number + 8, 2, 100))
	    : CHECKDIGIT_UNKNOWN;
}

/* SIREN or SIRET. La Poste's establishments have a rule of their own. */
static enum checkdigit
france(const char *number)
{
	size_t n = strlen(number);

	if ((!digits(number, 9) && !digits(number, 14)) ||
	    strncmp(number, "356000000", 9) == 0)
		return CHECKDIGIT_UNKNOWN;
	return verdict(luhn(number, n) == 0);
}

static enum checkdigit
france_vat(const char *number)
{
	char siren12[12];

	if (!digits(number, 11))
		return CHECKDIGIT_UNKNOWN; /* keys of letters, since 1990s */
	memcpy(siren12, number + 2, 9);
	memcpy(siren12 + 9, "12", 3);
	return verdict(modulo(siren12, 11, 97) == modulo(number, 2, 100));
}

static enum checkdigit
italy(const char *number)
{
	return digits(number, 11) ? verdict(luhn(number, 11) == 0)
				  : CHECKDIGIT_UNKNOWN;
}

/* CIF: a letter, seven digits, and a check digit or its letter. */
static enum checkdigit
spain_vat(const char *number)
{
	char padded[9];
	int check;

	if (strlen(number) != 9 || number[0] == '\0' ||
	    strchr("ABCDEFGHJNPQRSUVW", number[0]) == NULL ||
	    strspn(number + 1, "0123456789") < 7)
		return CHECKDIGIT_UNKNOWN;
	memcpy(padded, number + 1, 7);
	padded[7] = '0';
	padded[8] = '\0';
	check = (10 - luhn(padded, 8)) % 10;
	return verdict(
	    number[8] == '0' + check || number[8] == "JABCDEFGHI"[check]);
}

static enum checkdigit
austria_vat(const char *number)
{
	int sum = 4;

	if (number[0] != 'U' || !digits(number + 1, 8))
		return CHECKDIGIT_UNKNOWN;
	for (size_t i = 0; i < 7; i++) {
		int d = at(number + 1, i);

		sum += i % 2 == 0 ? d : d / 5 + d * 2 % 10;
	}
	return verdict((10 - sum % 10) % 10 == at(number + 1, 7));
}

static enum checkdigit
portugal(const char *number)
{
	int rest;

	if (!digits(number, 9))
		return CHECKDIGIT_UNKNOWN;
	rest = weighted(number, "98765432", 8) % 11;
	return verdict((rest < 2 ? 0 : 11 - rest) == at(number, 8));
}

static enum checkdigit
czechia(const char *number)
{
	int check;

	if (!digits(number, 8))
		return CHECKDIGIT_UNKNOWN;
	check = (11 - weighted(number, "8765432", 7) % 11) % 11;
	return verdict((check == 0 ? 1 : check % 10) == at(number, 7));
}

static enum checkdigit
slovakia_vat(const char *number)
{
	return digits(number, 10) ? verdict(modulo(number, 10, 11) == 0)
				  : CHECKDIGIT_UNKNOWN;
}

/* Eight digits; the VAT code and the county may follow. */
static enum checkdigit
hungary_vat(const char *number)
{
	if (!digits(number, 8) && !digits(number, 11))
		return CHECKDIGIT_UNKNOWN;
	return verdict(
	    (weighted(number, "9731973", 7) + at(number, 7)) % 10 == 0);
}

static enum checkdigit
romania_vat(const char *number)
{
	size_t n = strlen(number);
	char padded[11] = "0000000000";

	if (n < 2 || n > 10 || strspn(number, "0123456789") != n)
		return CHECKDIGIT_UNKNOWN;
	memcpy(padded + 10 - n, number, n);
	return verdict(
	    weighted(padded, "753217532", 9) * 10 % 11 % 10 == at(padded, 9));
}

/* EIK: as Estonia's, but the weights go on to 10, not back to 1. */
static enum checkdigit
bulgaria(const char *number)
{
	int rest;

	if (!digits(number, 9))
		return CHECKDIGIT_UNKNOWN;
	rest = weighted(number, "12345678", 8) % 11;
	if (rest == 10)
		rest = (weighted(number, "34567899", 8) + at(number, 7)) % 11;
	return verdict(rest % 10 == at(number, 8));
}

static enum checkdigit
croatia_vat(const char *number)
{
	return digits(number, 11) ? verdict(mod_11_10(number, 11))
				  : CHECKDIGIT_UNKNOWN;
}

static enum checkdigit
slovenia_vat(const char *number)
{
	int check;

	if (!digits(number, 8))
		return CHECKDIGIT_UNKNOWN;
	check = (11 - weighted(number, "8765432", 7) % 11) % 11;
	return verdict((check == 10 ? 0 : check) == at(number, 7));
}

static enum checkdigit
greece_vat(const char *number)
{
	int sum = 0;

	if (!digits(number, 9))
		return CHECKDIGIT_UNKNOWN;
	for (size_t i = 0; i < 8; i++)
		sum += at(number, i) << (8 - i);
	return verdict(sum % 11 % 10 == at(number, 8));
}

static enum checkdigit
luxembourg_vat(const char *number)
{
	return digits(number, 8)
	    ? verdict(modulo(number, 6, 89) == modulo(number + 6, 2, 100))
	    : CHECKDIGIT_UNKNOWN;
}

/* UID: CHE and nine digits. */
static enum checkdigit
switzerland(const char *number)
{
	if (strncmp(number, "CHE", 3) == 0)
		number += 3;
	if (!digits(number, 9))
		return CHECKDIGIT_UNKNOWN;
	return verdict(
	    (weighted(number, "54327654", 8) + at(number, 8)) % 11 == 0);
}

/* kennitala: the ninth digit checks, the tenth is the century. */
static enum checkdigit
iceland(const char *number)
{
	return digits(number, 10)
	    ? verdict(
		  (weighted(number, "32765432", 8) + at(number, 8)) % 11 == 0)
	    : CHECKDIGIT_UNKNOWN;
}

static const struct {
	const char *type;
	const char *country;
	enum checkdigit (*judge)(const char *number);
} rules[] = {
	{ "LEI", "XG", lei },
	{ "NTR", "NO", norway },
	{ "VAT", "NO", norway },
	{ "NTR", "SE", sweden },
	{ "VAT", "SE", sweden_vat },
	{ "NTR", "DK", denmark },
	{ "VAT", "DK", denmark },
	{ "NTR", "FI", finland },
	{ "VAT", "FI", finland },
	{ "VAT", "DE", germany_vat },
	{ "NTR", "EE", estonia },
	{ "VAT", "EE", estonia_vat },
	{ "NTR", "LV", latvia },
	{ "VAT", "LV", latvia },
	{ "VAT", "LT", lithuania_vat },
	{ "VAT", "PL", poland_vat },
	{ "VAT", "NL", netherlands_vat },
	{ "NTR", "BE", belgium },
	{ "VAT", "BE", belgium },
	{ "NTR", "FR", france },
	{ "VAT", "FR", france_vat },
	{ "NTR", "IT", italy },
	{ "VAT", "IT", italy },
	{ "VAT", "ES", spain_vat },
	{ "VAT", "AT", austria_vat },
	{ "NTR", "PT", portugal },
	{ "VAT", "PT", portugal },
	{ "NTR", "CZ", czechia },
	{ "VAT", "CZ", czechia },
	{ "VAT", "SK", slovakia_vat },
	{ "VAT", "HU", hungary_vat },
	{ "VAT", "RO", romania_vat },
	{ "NTR", "BG", bulgaria },
	{ "VAT", "BG", bulgaria },
	{ "VAT", "HR", croatia_vat },
	{ "VAT", "SI", slovenia_vat },
	{ "VAT", "EL", greece_vat },
	{ "VAT", "LU", luxembourg_vat },
	{ "NTR", "CH", switzerland },
	{ "NTR", "IS", iceland },
};

/* Without what people write between digits; 0, or -1 where it is too long. */
static int
squeeze(const char *from, char to[NUMBER_MAX + 1])
{
	size_t n = 0;

	for (; *from != '\0'; from++) {
		if (strchr(" .-", *from) != NULL)
			continue;
		if (n == NUMBER_MAX)
			return -1;
		to[n++] = *from;
	}
	to[n] = '\0';
	return n == 0 ? -1 : 0;
}

enum checkdigit
checkdigit_judge(const char *type, const char *country, const char *reference)
{
	char number[NUMBER_MAX + 1];
	const char *bare = number;

	if (squeeze(reference, number) < 0)
		return strcmp(type, "LEI") == 0 ? CHECKDIGIT_BAD
						: CHECKDIGIT_UNKNOWN;
	/* VATBE-BE0467046486: odd, but no other number */
	if (strcmp(type, "VAT") == 0 && strncmp(number, country, 2) == 0)
		bare += 2;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (strcmp(rules[i].type, type) == 0 &&
		    strcmp(rules[i].country, country) == 0)
			return rules[i].judge(bare);
	}
	return CHECKDIGIT_UNKNOWN;
}
