/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "pki/norwegian.h"

static int
is_digits(const char *text, size_t n)
{
	return strlen(text) == n && strspn(text, "0123456789") == n;
}

/* The check digit of the N digits at TEXT by WEIGHTS; 10 is never one. */
static int
mod11(const char *text, const int *weights, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (text[i] - '0') * weights[i];
	return sum % 11 == 0 ? 0 : 11 - sum % 11;
}

int
norwegian_orgno(const char *text)
{
	static const int weights[] = { 3, 2, 7, 6, 5, 4, 3, 2 };

	return is_digits(text, 9) && mod11(text, weights, 8) == text[8] - '0';
}

int
norwegian_pid(const char *text)
{
	static const int first[] = { 3, 7, 6, 1, 8, 9, 4, 5, 2 };
	static const int second[] = { 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 };

	if (!is_digits(text, 11))
		return -1;
	return mod11(text, first, 9) == text[9] - '0' &&
	    mod11(text, second, 10) == text[10] - '0';
}
