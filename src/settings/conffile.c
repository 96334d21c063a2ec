/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "settings/conffile.h"

struct parse {
	struct segl *segl;
	const char *name;
	const char *word; /* that a section begins with */
	const char *profile;
	unsigned int number;
};

static enum segl_status
wrong(struct parse *parse, size_t column, const char *why)
{
	return error_set(parse->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "%s:%u:%zu: %s", parse->name, parse->number, column + 1, why);
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static int
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* Offset of the first byte that no line may have; LEN where there is none. */
static size_t
find_forbidden(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < 0x20 && line[i] != '\t')
			return i;
	return len;
}

static enum segl_status
wrong_section(struct parse *parse)
{
	return error_set(parse->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "%s:%u:1: a section is written [%s NAME]", parse->name,
	    parse->number, parse->word);
}

/* "[profile NAME]" and nothing behind it but blanks. */
static enum segl_status
take_section(struct parse *parse, char *line, size_t len)
{
	size_t i = 1 + strlen(parse->word), start;

	if (strncmp(line + 1, parse->word, i - 1) != 0 || line[i] != ' ')
		return wrong_section(parse);
	while (is_blank(line[i]))
		i++;
	start = i;
	while (is_name(line[i]))
		i++;
	if (i == start || i - start > 64)
		return wrong(parse, start,
		    "the name of a section is 1 to 64 letters, digits, '-', "
		    "'_' or '.'");
	if (line[i] != ']')
		return wrong(parse, i, "a section ends with ']'");
	line[i++] = '\0';
	while (i < len && is_blank(line[i]))
		i++;
	if (i < len)
		return wrong(parse, i, "nothing may stand behind a section");
	parse->profile = line + start;
	return SEGL_OK;
}

static enum segl_status
take_key(struct parse *parse, char *line, size_t len,
    enum segl_status (*each)(void *arg, const struct conffile_line *line),
    void *arg)
{
	struct conffile_line out = { .number = parse->number,
		.column = 1,
		.profile = parse->profile,
		.key = line };
	size_t i = 0, key_end;

	while (is_name(line[i]))
		i++;
	key_end = i;
	if (key_end == 0)
		return wrong(parse, 0,
		    "a line is key = value, a section in brackets, or a "
		    "comment that begins with #");
	while (is_blank(line[i]))
		i++;
	if (line[i] != '=')
		return wrong(parse, i, "'=' is missing behind the key");
	i++;
	while (is_blank(line[i]))
		i++;
	while (len > i && is_blank(line[len - 1]))
		len--;
	if (i == len)
		return wrong(parse, i, "the value is missing");
	line[key_end] = '\0';
	line[len] = '\0';
	out.value = line + i;
	return each(arg, &out);
}

static enum segl_status
take_line(struct parse *parse, char *line, size_t len,
    enum segl_status (*each)(void *arg, const struct conffile_line *line),
    void *arg)
{
	size_t bad;

	if (len > 0 && line[len - 1] == '\r')
		line[--len] = '\0'; /* written on Windows */
	if (len > CONFFILE_LINE_MAX)
		return wrong(parse, CONFFILE_LINE_MAX, "the line is too long");
	bad = find_forbidden(line, len);
	if (bad < len)
		return wrong(
		    parse, bad, "a control character does not belong here");
	if (!text_is_utf8(line, len))
		return wrong(parse, 0, "the line is not UTF-8");
	if (strspn(line, " \t") == len || line[0] == '#' || line[0] == ';')
		return SEGL_OK;
	if (is_blank(line[0]))
		return wrong(parse, 0,
		    "a line may not begin with a blank: there are no "
		    "continued lines");
	if (line[0] == '[')
		return take_section(parse, line, len);
	return take_key(parse, line, len, each, arg);
}

enum segl_status
conffile_parse(struct segl *segl, const char *name, char *text, size_t len,
    enum segl_status (*each)(void *arg, const struct conffile_line *line),
    void *arg)
{
	return conffile_parse_sections(
	    segl, name, text, len, "profile", each, arg);
}

enum segl_status
conffile_parse_sections(struct segl *segl, const char *name, char *text,
    size_t len, const char *word,
    enum segl_status (*each)(void *arg, const struct conffile_line *line),
    void *arg)
{
	struct parse parse = {
		.segl = segl, .name = name, .word = word, .number = 1
	};
	enum segl_status status = SEGL_OK;
	char *end = text + len;

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3; /* a byte order mark, from Windows too */
	while (status == SEGL_OK && text < end) {
		char *stop = memchr(text, '\n', (size_t)(end - text));

		if (stop == NULL)
			stop = end;
		*stop = '\0';
		status =
		    take_line(&parse, text, (size_t)(stop - text), each, arg);
		text = stop + 1;
		parse.number++;
	}
	return status;
}
