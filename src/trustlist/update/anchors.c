/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "settings/conffile.h"
#include "trustlist/update/anchors.h"

/* Of ours, below the directory of the data. */
#define INSTALLED "trust-anchors.conf"

struct reading {
	struct segl *segl;
	const char *file;
	const char *wanted;  /* NULL: the first */
	const char *section; /* that is being read */
	struct anchors now;  /* what it says */
	int found;
	struct anchors *out;
	/* of every section, in order */
	char notices[ANCHORS_NOTICES][ANCHORS_NOTICE_MAX + 1];
	size_t n_notices;
};

/* ---- values -------------------------------------------------------------- */

static enum segl_status
wrong(const struct reading *reading, const struct conffile_line *line,
    const char *why)
{
	return error_set(reading->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "%s:%u:%u: %s", reading->file, line->number, line->column, why);
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* 64 hexadecimal digits, in pairs that may be parted by ':', as openssl. */
static int
read_sha256(const char *text, unsigned char sha256[SIGNERS_SHA256])
{
	for (size_t i = 0; i < SIGNERS_SHA256; i++) {
		int high = nibble(text[0]);
		int low = high < 0 ? -1 : nibble(text[1]);

		if (low < 0)
			return -1;
		sha256[i] = (unsigned char)(high << 4 | low);
		text += 2;
		if (*text == ':' && i + 1 < SIGNERS_SHA256)
			text++;
	}
	return *text == '\0' ? 0 : -1;
}

static enum segl_status
take_text(const struct reading *reading, const struct conffile_line *line,
    char *to, size_t max)
{
	if (to[0] != '\0')
		return wrong(reading, line, "this key stands here twice");
	if (strlen(line->value) > max)
		return wrong(reading, line, "the value is too long");
	memcpy(to, line->value, strlen(line->value) + 1);
	return SEGL_OK;
}

static enum segl_status
take_sha256(struct reading *reading, const struct conffile_line *line)
{
	unsigned char sha256[SIGNERS_SHA256];

	if (read_sha256(line->value, sha256) < 0)
		return wrong(reading, line,
		    "the SHA-256 of a certificate is 64 hexadecimal digits");
	if (signers_have(&reading->now.signers, sha256))
		return wrong(reading, line, "this value stands here twice");
	if (signers_add(&reading->now.signers, sha256) < 0)
		return wrong(reading, line, "there are too many of these");
	return SEGL_OK;
}

/* ---- sections ------------------------------------------------------------ */

/* Before a new section, or the end: the last one must be whole. */
static enum segl_status
finish_section(struct reading *reading)
{
	const struct anchors *now = &reading->now;
	const char *missing = now->notice[0] == '\0' ? "notice"
	    : now->reference[0] == '\0'              ? "reference"
	    : now->signers.n == 0                    ? "sha256"
						     : NULL;

	if (reading->section == NULL)
		return SEGL_OK;
	if (missing != NULL)
		return error_set(reading->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s: [anchors %s] has no %s", reading->file, now->name,
		    missing);
	memcpy(reading->notices[reading->n_notices++], now->notice,
	    sizeof(now->notice));
	if (!reading->found &&
	    (reading->wanted == NULL ||
		strcmp(reading->wanted, now->name) == 0)) {
		reading->found = 1;
		*reading->out = *now;
	}
	return SEGL_OK;
}

static enum segl_status
begin_section(struct reading *reading, const struct conffile_line *line)
{
	enum segl_status status = finish_section(reading);

	if (status != SEGL_OK)
		return status;
	if (reading->n_notices == ANCHORS_NOTICES)
		return wrong(reading, line, "there are too many sections");
	if (strlen(line->profile) > ANCHORS_NAME_MAX)
		return wrong(reading, line, "the name is too long");
	reading->section = line->profile;
	memset(&reading->now, 0, sizeof(reading->now));
	memcpy(reading->now.name, line->profile, strlen(line->profile) + 1);
	return SEGL_OK;
}

static enum segl_status
take_line(void *arg, const struct conffile_line *line)
{
	struct reading *reading = arg;
	struct anchors *now = &reading->now;
	enum segl_status status = SEGL_OK;

	if (line->profile == NULL)
		return wrong(reading, line,
		    "before the first section, [anchors NAME], stands nothing");
	if (reading->section != line->profile)
		status = begin_section(reading, line);
	if (status != SEGL_OK)
		return status;
	if (strcmp(line->key, "sha256") == 0)
		return take_sha256(reading, line);
	if (strcmp(line->key, "reference") == 0)
		return take_text(
		    reading, line, now->reference, ANCHORS_NAME_MAX);
	if (strcmp(line->key, "notice") != 0)
		return wrong(reading, line, "no anchors have such a key");
	if (strncmp(line->value, "https://", 8) != 0)
		return wrong(
		    reading, line, "the notice is given by its https address");
	return take_text(reading, line, now->notice, ANCHORS_NOTICE_MAX);
}

/* ---- the whole ----------------------------------------------------------- */

static enum segl_status
not_found(const struct reading *reading)
{
	if (reading->wanted == NULL)
		return error_set(reading->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s: there are no anchors in it", reading->file);
	error_set(reading->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "there are no trust anchors called %s", reading->wanted);
	error_remedy(reading->segl,
	    "%s names those that there are; a file of your own is given with "
	    "its path, ./anchors.conf for instance",
	    reading->file);
	return SEGL_EUSAGE;
}

enum segl_status
anchors_parse(struct segl *segl, const char *file, char *text, size_t len,
    const char *name, struct anchors *out)
{
	struct reading *reading = calloc(1, sizeof(*reading));
	enum segl_status status;

	memset(out, 0, sizeof(*out));
	if (reading == NULL)
		return error_nomem(segl);
	reading->segl = segl;
	reading->file = file;
	reading->wanted = name;
	reading->out = out;
	status = conffile_parse_sections(
	    segl, file, text, len, "anchors", take_line, reading);
	if (status == SEGL_OK)
		status = finish_section(reading);
	if (status == SEGL_OK && !reading->found)
		status = not_found(reading);
	for (size_t i = 0; status == SEGL_OK && i < reading->n_notices; i++)
		if (strcmp(reading->notices[i], out->notice) != 0)
			memcpy(out->known[out->n_known++], reading->notices[i],
			    sizeof(out->known[0]));
	if (status != SEGL_OK)
		memset(out, 0, sizeof(*out));
	free(reading);
	return status;
}

static enum segl_status
read_file(
    struct segl *segl, const char *path, const char *name, struct anchors *out)
{
	char *safe = text_foreign(path, strlen(path));
	enum segl_status status;
	struct buffer text;
	int error;

	if (safe == NULL)
		return error_nomem(segl);
	buffer_init(&text, CONFFILE_MAX);
	error = file_read(path, &text, NULL);
	if (error == 0 && text.len == 0)
		error = ENODATA;
	status = error == 0
	    ? anchors_parse(segl, safe, text.data, text.len, name, out)
	    : error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		  "the trust anchors %s cannot be read: %s", safe,
		  strerror(error));
	buffer_clear(&text);
	free(safe);
	return status;
}

enum segl_status
anchors_load(struct segl *segl, const char *which, struct anchors *out)
{
	const char *dir = secure_getenv("SEGL_DATADIR");
	char path[4096];
	int n;

	memset(out, 0, sizeof(*out));
	if (which != NULL && strpbrk(which, "/.") != NULL)
		return read_file(segl, which, NULL, out);
	n = snprintf(path, sizeof(path), "%s/" INSTALLED,
	    dir == NULL ? SEGL_DATADIR : dir);
	if (n < 0 || (size_t)n >= sizeof(path))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "SEGL_DATADIR is too long");
	return read_file(segl, path, which, out);
}
