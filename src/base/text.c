/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

/* Length of the UTF-8 sequence at S, whose character is *CP; 0 none. */
static size_t
utf8_sequence(const unsigned char *s, size_t len, uint32_t *cp)
{
	uint32_t least;
	size_t n;

	*cp = s[0];
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf) {
		n = 2;
		*cp = s[0] & 0x1f;
		least = 0x80;
	} else if (s[0] >= 0xe0 && s[0] <= 0xef) {
		n = 3;
		*cp = s[0] & 0x0f;
		least = 0x800;
	} else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		n = 4;
		*cp = s[0] & 0x07;
		least = 0x10000;
	} else {
		return 0;
	}
	if (len < n)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (s[i] & 0x3f);
	}
	if (*cp < least || *cp > 0x10ffff || (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return n;
}

int
text_is_utf8(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t cp;

	while (len > 0) {
		size_t n = utf8_sequence(s, len, &cp);

		if (n == 0)
			return 0;
		s += n;
		len -= n;
	}
	return 1;
}

/*
 * What a terminal acts upon, and what reorders or hides text (Unicode:
 * Bidi_Control, format characters without a shape, line ends, tags). A name
 * must not be able to look like another one.
 */
static int
is_control(uint32_t cp)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = { { 0, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad },
		{ 0x61c, 0x61c }, { 0x180e, 0x180e }, { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff },
		{ 0xfff9, 0xfffb }, { 0xe0000, 0xe007f } };

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return 1;
	return 0;
}

char *
text_foreign(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	int cut = len > TEXT_FOREIGN_MAX;
	char *out, *p;

	if (cut)
		len = TEXT_FOREIGN_MAX;
	out = malloc(len * 4 + sizeof("..."));
	if (out == NULL)
		return NULL;
	p = out;
	for (size_t i = 0; i < len;) {
		uint32_t cp;
		size_t n = utf8_sequence(s + i, len - i, &cp);

		if (n == 0 && cut && len - i < 4)
			break; /* a sequence that the limit cut in two */
		if (n == 0 || is_control(cp)) {
			n = n == 0 ? 1 : n;
			for (size_t k = 0; k < n; k++)
				p += snprintf(
				    p, sizeof("\\x00"), "\\x%02x", s[i + k]);
		} else {
			memcpy(p, s + i, n);
			p += n;
		}
		i += n;
	}
	memcpy(p, "...", 3);
	p[cut ? 3 : 0] = '\0';
	return out;
}

#define NAME_MAX_LEN 64 /* no option or key is longer */

static size_t
edit_distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);
	size_t row[NAME_MAX_LEN + 1];

	if (la > NAME_MAX_LEN || lb > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[lb];
}

const char *
text_nearest(const char *name, const char *const *candidates, size_t n)
{
	size_t best = strlen(name) / 3 + 1;
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t d = edit_distance(name, candidates[i]);

		if (d <= best && (found == NULL || d < best)) {
			best = d;
			found = candidates[i];
		}
	}
	return found;
}

const char *
text_time(long long at, char text[TEXT_TIME_LEN])
{
	time_t t = (time_t)at;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, TEXT_TIME_LEN, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(text, TEXT_TIME_LEN, "unknown");
	return text;
}

const char *
text_day(long long at, char text[TEXT_DAY_LEN])
{
	time_t t = (time_t)at;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, TEXT_DAY_LEN, "%Y-%m-%d", &tm) == 0)
		snprintf(text, TEXT_DAY_LEN, "unknown");
	return text;
}
