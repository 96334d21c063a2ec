/* SPDX-License-Identifier: ISC */
#ifndef PKI_CHECKDIGIT_H
#define PKI_CHECKDIGIT_H

/* Numbers of organisations, by the check digits that their registers publish.
 */

enum checkdigit {
	CHECKDIGIT_UNKNOWN, /* no rule is known, or not for this shape */
	CHECKDIGIT_GOOD,
	CHECKDIGIT_BAD
};

/*
 * Judge REFERENCE, what stands behind the hyphen of an organizationIdentifier
 * of TYPE ("NTR", "VAT", "LEI") and COUNTRY ("SE", "XG"). Blanks, dots and
 * hyphens that people write in numbers do not count. A number of another shape
 * than the rule is for is UNKNOWN, never BAD: registers have exceptions.
 */
enum checkdigit checkdigit_judge(
    const char *type, const char *country, const char *reference);

#endif
