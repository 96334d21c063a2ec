/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <string.h>

#include "pki/identifier.h"

/* ISO 3166-1 alpha-2. */
static const char countries[] =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI "
    "BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN "
    "CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
    "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM "
    "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN "
    "KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
    "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP "
    "NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW "
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
    "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI "
    "VN VU WF WS YE YT ZA ZM ZW";

/* Transnational codes, and Greece and Northern Ireland as VAT knows them. */
static const char more_codes[] = "EU EZ UN SU EL XI";

static int
in_codes(const char *codes, const char *code)
{
	for (; strlen(codes) >= 2; codes += codes[2] == '\0' ? 2 : 3) {
		if (codes[0] == code[0] && codes[1] == code[1])
			return 1;
	}
	return 0;
}

int
identifier_country_known(const char *code)
{
	return in_codes(countries, code);
}

static int
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static int
is_blank(char c)
{
	return c != '\0' && strchr(" \t\r\n", c) != NULL;
}

static int
all_upper(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_upper(text[i]))
			return 0;
	}
	return 1;
}

static int
type_in(const char *type, const char *types)
{
	for (; strlen(types) >= 3; types += 3) {
		if (strncmp(type, types, 3) == 0)
			return 1;
	}
	return 0;
}

#define LEGAL_TYPES   "VATNTRPSDLEI"
#define NATURAL_TYPES "PASIDCPNOTINTAX"

/* Type and country, but for what stands behind them. */
static int
has_head(const char *text)
{
	return all_upper(text, 2) && (is_upper(text[2]) || text[2] == ':') &&
	    all_upper(text + 3, 2);
}

static enum identifier_fault
judge_head(const char *type, const char *country)
{
	if (type_in(type, NATURAL_TYPES))
		return IDENTIFIER_NATURAL;
	if (type_in(type, "GOVINTEXC"))
		return IDENTIFIER_CABF_TYPE;
	if (type[2] != ':' && !type_in(type, LEGAL_TYPES))
		return IDENTIFIER_TYPE_UNKNOWN;
	if (strncmp(type, "LEI", 3) == 0)
		return strncmp(country, "XG", 2) == 0 ? IDENTIFIER_WELL_FORMED
						      : IDENTIFIER_COUNTRY;
	return in_codes(countries, country) || in_codes(more_codes, country)
	    ? IDENTIFIER_WELL_FORMED
	    : IDENTIFIER_COUNTRY;
}

static int
has_blanks(const char *text)
{
	size_t n = strlen(text);

	return n > 0 && (is_blank(text[0]) || is_blank(text[n - 1]));
}

static int
has_controls(const char *text)
{
	for (; *text != '\0'; text++) {
		if (iscntrl((unsigned char)*text) && !is_blank(*text))
			return 1;
	}
	return 0;
}

/* "NTRUS+CA-...": a subdivision, which the CA/B Forum's profiles know. */
static size_t
subdivision(const char *text)
{
	size_t n = 0;

	if (text[0] != '+')
		return 0;
	while (n < 3 && isalnum((unsigned char)text[1 + n]))
		n++;
	return n == 0 || text[1 + n] != '-' ? 0 : n + 1;
}

/* What stands behind type and country. */
static void
read_tail(const char *tail, struct identifier *out)
{
	tail += subdivision(tail);
	if (tail[0] != '-') {
		out->fault = tail[0] == ':'           ? IDENTIFIER_COLON
		    : isdigit((unsigned char)tail[0]) ? IDENTIFIER_NO_HYPHEN
		    : tail[0] == '_' || strncmp(tail, "\xe2\x80", 2) == 0
		    ? IDENTIFIER_OTHER_DASH
		    : is_blank(tail[0]) ? IDENTIFIER_STRAY_BLANKS
					: IDENTIFIER_UNKNOWN_SYNTAX;
		return;
	}
	out->reference = tail + 1;
	if (tail[1] == '\0')
		out->fault = IDENTIFIER_EMPTY;
	else if (has_controls(tail + 1))
		out->fault = IDENTIFIER_UNKNOWN_SYNTAX;
	else if (has_blanks(tail + 1))
		out->fault = IDENTIFIER_STRAY_BLANKS;
}

static void
read_head(const char *text, struct identifier *out)
{
	memcpy(out->type, text, 3);
	memcpy(out->country, text + 3, 2);
	out->fault = judge_head(out->type, out->country);
}

static size_t
count_digits(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += isdigit((unsigned char)*text) != 0;
	return n;
}

static int
is_lower_case(const char *text)
{
	char upper[6] = "";

	for (size_t i = 0; i < 5 && text[i] != '\0'; i++)
		upper[i] = (char)toupper((unsigned char)text[i]);
	return strlen(upper) == 5 && has_head(upper) &&
	    judge_head(upper, upper + 3) == IDENTIFIER_WELL_FORMED &&
	    strncmp(upper, text, 5) != 0 && strchr("-:", text[5]) != NULL;
}

/* "NTFR-809480122": four letters, a letter of NTR, VAT, LEI or PSD is gone. */
static int
is_short_type(const char *text)
{
	static const char types[] = LEGAL_TYPES;

	if (!all_upper(text, 4) || text[4] != '-' ||
	    !in_codes(countries, text + 2))
		return 0;
	for (const char *t = types; *t != '\0'; t += 3) {
		if ((text[0] == t[0] && (text[1] == t[1] || text[1] == t[2])) ||
		    (text[0] == t[1] && text[1] == t[2]))
			return 1;
	}
	return 0;
}

static int
is_iso6523(const char *text)
{
	return strspn(text, "0123456789") == 4 &&
	    (text[4] == ':' || text[4] == ' ') &&
	    strspn(text + 5, "0123456789 ") == strlen(text + 5) &&
	    text[5] != '\0';
}

/* None of the syntax: what was it meant to be? */
static enum identifier_fault
misspelling(const char *text)
{
	size_t n = strlen(text);

	if (is_iso6523(text))
		return IDENTIFIER_ISO6523;
	if (is_short_type(text))
		return IDENTIFIER_SHORT_TYPE;
	if (is_lower_case(text))
		return IDENTIFIER_LOWER_CASE;
	if (all_upper(text, 2) && count_digits(text + 2) + 2 >= n - 1 &&
	    (in_codes(countries, text) || in_codes(more_codes, text)))
		return IDENTIFIER_VAT_BARE;
	if (count_digits(text) > 0 && count_digits(text) * 2 >= n)
		return IDENTIFIER_NO_TYPE;
	return IDENTIFIER_UNKNOWN_SYNTAX;
}

void
identifier_read(const char *text, struct identifier *out)
{
	size_t lead;

	memset(out, 0, sizeof(*out));
	out->reference = "";
	out->fault = IDENTIFIER_UNKNOWN_SYNTAX;
	if (strspn(text, " \t\r\n") == strlen(text)) {
		out->fault = IDENTIFIER_BLANK;
		return;
	}
	if (strlen(text) > IDENTIFIER_MAX)
		return;
	lead = strspn(text, " \t\r\n");
	text += lead;
	if (strlen(text) < 5 || !has_head(text)) {
		out->fault = misspelling(text);
		return;
	}
	read_head(text, out);
	if (out->fault == IDENTIFIER_WELL_FORMED)
		read_tail(text + 5, out);
	if (out->fault == IDENTIFIER_WELL_FORMED && lead > 0)
		out->fault = IDENTIFIER_STRAY_BLANKS;
	if (out->fault == IDENTIFIER_WELL_FORMED)
		out->check =
		    checkdigit_judge(out->type, out->country, out->reference);
}

const char *
identifier_fault_words(enum identifier_fault fault)
{
	static const char *const words[] = { [IDENTIFIER_WELL_FORMED] = NULL,
		[IDENTIFIER_BLANK] = "it is blank",
		[IDENTIFIER_STRAY_BLANKS] =
		    "there are stray blanks in it, which count",
		[IDENTIFIER_COLON] = "a colon stands where the hyphen belongs",
		[IDENTIFIER_NO_HYPHEN] =
		    "the hyphen behind the country is missing",
		[IDENTIFIER_OTHER_DASH] =
		    "another dash stands where the hyphen belongs",
		[IDENTIFIER_LOWER_CASE] =
		    "type and country are in small letters",
		[IDENTIFIER_SHORT_TYPE] =
		    "a letter of the type is missing (NTR, VAT, LEI, PSD)",
		[IDENTIFIER_NO_TYPE] =
		    "it is a bare number, without type and country",
		[IDENTIFIER_VAT_BARE] =
		    "it looks like a VAT number without VAT and hyphen",
		[IDENTIFIER_ISO6523] = "it is an identifier of ISO 6523",
		[IDENTIFIER_NATURAL] = "its type is one of natural persons",
		[IDENTIFIER_TYPE_UNKNOWN] = "its type is unknown",
		[IDENTIFIER_CABF_TYPE] =
		    "its type is one of the CA/Browser Forum, not of ETSI",
		[IDENTIFIER_COUNTRY] = "what stands for the country is not one",
		[IDENTIFIER_EMPTY] = "nothing stands behind the hyphen",
		[IDENTIFIER_UNKNOWN_SYNTAX] =
		    "it has no syntax that is known" };

	return words[fault];
}

int
identifier_is_organization(const char *text)
{
	struct identifier id;

	identifier_read(text, &id);
	return (id.fault == IDENTIFIER_WELL_FORMED ||
		   id.fault == IDENTIFIER_COLON ||
		   id.fault == IDENTIFIER_STRAY_BLANKS) &&
	    type_in(id.type, LEGAL_TYPES);
}

int
identifier_is_natural_serial(const char *text)
{
	while (is_blank(*text))
		text++;
	return strlen(text) > 5 && all_upper(text, 5) &&
	    type_in(text, NATURAL_TYPES) &&
	    (in_codes(countries, text + 3) || in_codes(more_codes, text + 3)) &&
	    !is_upper(text[5]);
}
