/* SPDX-License-Identifier: ISC */
#ifndef PKI_IDENTIFIER_H
#define PKI_IDENTIFIER_H

#include <stddef.h>

#include "pki/checkdigit.h"

/*
 * The value of organizationIdentifier (2.5.4.97) as EN 319 412-1, 5.1.4
 * writes it: three letters of type, or two and a colon for a national scheme,
 * two letters of country, a hyphen, a reference.
 */

enum identifier_fault {
	IDENTIFIER_WELL_FORMED,
	IDENTIFIER_BLANK,         /* nothing, or nothing but blanks */
	IDENTIFIER_STRAY_BLANKS,  /* right but for blanks around or within */
	IDENTIFIER_COLON,         /* "NTRFR:794..." */
	IDENTIFIER_NO_HYPHEN,     /* "NTRFR794..." */
	IDENTIFIER_OTHER_DASH,    /* a dash of Unicode, or a low line */
	IDENTIFIER_LOWER_CASE,    /* "ntrfr-794..." */
	IDENTIFIER_SHORT_TYPE,    /* "NTFR-...": a letter of NTR is missing */
	IDENTIFIER_NO_TYPE,       /* a bare number */
	IDENTIFIER_VAT_BARE,      /* "RO42283735": VAT is not said */
	IDENTIFIER_ISO6523,       /* "0002 433998903", "0192:991825827" */
	IDENTIFIER_NATURAL,       /* PNO, PAS, IDC, TIN, TAX: of a person */
	IDENTIFIER_TYPE_UNKNOWN,  /* three letters that are no type */
	IDENTIFIER_CABF_TYPE,     /* GOV, INT, EXC: CA/B Forum's alone */
	IDENTIFIER_COUNTRY,       /* not ISO 3166-1, or LEI without XG */
	IDENTIFIER_EMPTY,         /* "VATDE-" */
	IDENTIFIER_UNKNOWN_SYNTAX /* none of these */
};

struct identifier {
	enum identifier_fault fault;
	char type[4];    /* "NTR"; of a national scheme "PA:"; "" not known */
	char country[3]; /* "FR"; "" not known */
	const char *reference; /* in the text; "" not known */
	enum checkdigit check;
};

/* Longest identifier that is judged, in bytes; longer ones are of no syntax. */
#define IDENTIFIER_MAX 256

/* Take TEXT apart; OUT points into it. */
void identifier_read(const char *text, struct identifier *out);

/* What FAULT is, in a clause; borrowed, static. NULL where there is none. */
const char *identifier_fault_words(enum identifier_fault fault);

/*
 * Non-zero where TEXT looks like the identifier of an organisation, though
 * it may stand in another attribute: type, country, hyphen.
 */
int identifier_is_organization(const char *text);

/*
 * Non-zero where TEXT, of a Subject's serialNumber, is of a natural person by
 * its scheme (EN 319 412-1, 5.1.3): PAS, IDC, PNO, TIN, TAX, also where it is
 * misspelt ("PNOSK 54..."). The Norwegian UN:NO scheme is in pki/register.h.
 */
int identifier_is_natural_serial(const char *text);

/* Non-zero where two letters of CODE are a country of ISO 3166-1. */
int identifier_country_known(const char *code);

#endif
