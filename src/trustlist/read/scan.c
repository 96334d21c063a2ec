/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "trustlist/read/scan.h"

struct scan {
	const char *at, *end;
	size_t depth, elements;
};

static int
begins(const struct scan *s, const char *with)
{
	size_t len = strlen(with);

	return (size_t)(s->end - s->at) >= len && memcmp(s->at, with, len) == 0;
}

/* Past the next END; 0 where there is none. */
static int
skip_past(struct scan *s, const char *end)
{
	const char *found =
	    memmem(s->at, (size_t)(s->end - s->at), end, strlen(end));

	if (found == NULL)
		return 0;
	s->at = found + strlen(end);
	return 1;
}

/* Past a tag, whose attributes may have '>' in their values. */
static enum tl_refusal
skip_tag(struct scan *s)
{
	const char *start = s->at;
	char quote = '\0';

	for (; s->at < s->end; s->at++) {
		if (s->at - start > (long)SCAN_TAG_MAX)
			return TL_TAG_TOO_LONG;
		if (quote != '\0') {
			if (*s->at == quote)
				quote = '\0';
		} else if (*s->at == '"' || *s->at == '\'') {
			quote = *s->at;
		} else if (*s->at == '>') {
			s->at++;
			return TL_ACCEPTED;
		}
	}
	return TL_NOT_XML;
}

static enum tl_refusal
scan_tag(struct scan *s)
{
	const char *start = s->at;
	enum tl_refusal refusal = skip_tag(s);

	if (refusal != TL_ACCEPTED)
		return refusal;
	if (start[1] == '/') {
		if (s->depth-- == 0)
			return TL_NOT_XML;
		return TL_ACCEPTED;
	}
	if (++s->elements > SCAN_ELEMENTS_MAX)
		return TL_TOO_MANY_ELEMENTS;
	if (s->at[-2] != '/' && ++s->depth > SCAN_DEPTH_MAX)
		return TL_TOO_DEEP;
	return TL_ACCEPTED;
}

/*
 * An encoding that the declaration names would be believed by the parser; one
 * that is not UTF-8 could hide tags from this scan.
 */
static int
declares_other_encoding(const char *bytes, size_t len)
{
	const char *end, *name;

	if (len < 5 || memcmp(bytes, "<?xml", 5) != 0)
		return 0;
	end = memmem(bytes, len, "?>", 2);
	if (end == NULL)
		return 1;
	name = memmem(bytes, (size_t)(end - bytes), "encoding", 8);
	if (name == NULL)
		return 0;
	for (name += 8; name < end && strchr(" \t\r\n=\"'", *name) != NULL;)
		name++;
	return end - name < 6 || strncasecmp(name, "utf-8", 5) != 0 ||
	    (name[5] != '"' && name[5] != '\'');
}

/*
 * text_is_utf8() for megabytes that are nearly all ASCII: eight bytes at a
 * time, and only the runs between them looked at closely. No sequence of more
 * than one byte has an ASCII byte in it, so each run stands for itself.
 */
static int
is_utf8(const char *at, size_t len)
{
	const char *end = at + len, *run;
	uint64_t word;

	while (at < end) {
		while (end - at >= (long)sizeof(word)) {
			memcpy(&word, at, sizeof(word));
			if ((word & 0x8080808080808080u) != 0)
				break;
			at += sizeof(word);
		}
		while (at < end && (*at & 0x80) == 0)
			at++;
		for (run = at; at < end && (*at & 0x80) != 0;)
			at++;
		if (!text_is_utf8(run, (size_t)(at - run)))
			return 0;
	}
	return 1;
}

static enum tl_refusal
scan_markup(struct scan *s)
{
	if (begins(s, "<!--"))
		return skip_past(s, "-->") ? TL_ACCEPTED : TL_NOT_XML;
	if (begins(s, "<![CDATA["))
		return skip_past(s, "]]>") ? TL_ACCEPTED : TL_NOT_XML;
	if (begins(s, "<!"))
		return TL_HAS_DTD;
	if (begins(s, "<?"))
		return skip_past(s, "?>") ? TL_ACCEPTED : TL_NOT_XML;
	return scan_tag(s);
}

enum tl_refusal
scan_xml(const char *bytes, size_t len)
{
	struct scan s = { bytes, bytes + len, 0, 0 };
	enum tl_refusal refusal = TL_ACCEPTED;

	if (memchr(bytes, '\0', len) != NULL || !is_utf8(bytes, len))
		return TL_NOT_UTF8;
	if (begins(&s, "\xef\xbb\xbf"))
		s.at += 3;
	if (declares_other_encoding(s.at, (size_t)(s.end - s.at)))
		return TL_NOT_UTF8;
	while (refusal == TL_ACCEPTED &&
	    (s.at = memchr(s.at, '<', (size_t)(s.end - s.at))) != NULL)
		refusal = scan_markup(&s);
	if (refusal == TL_ACCEPTED && s.elements == 0)
		refusal = TL_NOT_XML;
	return refusal;
}
