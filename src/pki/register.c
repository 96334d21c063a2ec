/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <string.h>

#include "pki/register.h"

/* As Nkom assigned them; a narrower range stands before one around it. */
static const struct {
	int first, last;
	const char *name;
} issuers[] = {
	{ 3000, 3010, "Telia" },
	{ 4000, 4010, "ZebSign AS" },
	{ 4050, 4050, "Buypass AS" },
	{ 4100, 4100, "Politidirektoratet" },
	{ 4500, 4510, "Commfides Norge AS" },
	{ 5990, 5990, "Sbanken ASA" },
	{ 5991, 5991, "SEB Privatbanken ASA" },
	{ 5992, 5992, "Handelsbanken" },
	{ 5993, 5993, "Bankenes ID-tjeneste AS" },
	{ 5994, 5994, "Danske Bank" },
	{ 5995, 5995, "Eika Gruppen AS" },
	{ 5996, 5996, "Gjensidige NOR" },
	{ 5997, 5997, "SpareBank 1 Utvikling DA" },
	{ 5998, 5998, "Nordea Bank Abp, filial i Norge" },
	{ 5999, 5999, "DNB Bank ASA" },
	{ 5000, 5999, "a bank of the BankID cooperation" },
};

const char *
register_issuer(int number)
{
	for (size_t i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++) {
		if (number >= issuers[i].first && number <= issuers[i].last)
			return issuers[i].name;
	}
	return NULL;
}

int
register_is_person(const char *text, const char **issuer)
{
	int national = strncmp(text, "UN:NO-", 6) == 0;
	int number = 0;

	if (issuer != NULL)
		*issuer = NULL;
	if (national)
		text += 6;
	if (strncmp(text, "9578-", 5) != 0)
		return national; /* the scheme is one of persons whatever */
	text += 5;
	if (strspn(text, "0123456789") != 4)
		return 1;
	for (size_t i = 0; i < 4; i++)
		number = number * 10 + (text[i] - '0');
	if (issuer != NULL)
		*issuer = register_issuer(number);
	return 1;
}
