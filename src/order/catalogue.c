/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "order/catalogue.h"
#include "order/keytype.h"
#include "settings/conffile.h"

struct reading {
	struct segl *segl;
	const char *name;
	struct catalogue *out;
	struct issuer *issuer; /* the one of the section */
	unsigned int line;     /* where that begins */
};

/* ---- values -------------------------------------------------------------- */

static int
is_date(const char *value)
{
	static const char form[] = "dddd-dd-dd";

	if (strlen(value) != sizeof(form) - 1)
		return 0;
	for (size_t i = 0; form[i] != '\0'; i++) {
		if (form[i] == 'd' ? !isdigit((unsigned char)value[i])
				   : value[i] != form[i])
			return 0;
	}
	return 1;
}

/* Dotted decimal, two numbers at least. */
static int
is_policy(const char *value)
{
	int dots = 0;

	for (const char *p = value; *p != '\0'; p++) {
		if (*p == '.' && (p == value || p[-1] == '.' || p[1] == '\0'))
			return 0;
		if (*p != '.' && !isdigit((unsigned char)*p))
			return 0;
		dots += *p == '.';
	}
	return dots > 0;
}

/* "NO NAME": the list's territory and the CA's common name. */
static int
is_ca(const char *value)
{
	return isupper((unsigned char)value[0]) &&
	    isupper((unsigned char)value[1]) && value[2] == ' ' &&
	    value[3] != '\0' && value[3] != ' ';
}

static int
is_maker(const char *value)
{
	return strcmp(value, "you") == 0 || strcmp(value, "issuer") == 0;
}

static int
is_key(const char *value)
{
	return keytype_find(value) != NULL;
}

/* What a key of a section is: one text, or several of a form. */
static const struct {
	const char *key;
	size_t text;   /* offset of a text, or 0 */
	size_t values; /* offset of a list, or 0 */
	int (*fits)(const char *value);
	const char *form;
} keys[] = {
	{ "name", offsetof(struct issuer, name), 0, NULL, NULL },
	{ "product", offsetof(struct issuer, product), 0, NULL, NULL },
	{ "covers", offsetof(struct issuer, covers), 0, NULL, NULL },
	{ "note", offsetof(struct issuer, note), 0, NULL, NULL },
	{ "key-made-by", 0, offsetof(struct issuer, makers), is_maker,
	    "you or issuer" },
	{ "ca", 0, offsetof(struct issuer, cas), is_ca,
	    "a territory and a name, NO Example CA" },
	{ "hard-ca", 0, offsetof(struct issuer, hard_cas), is_ca,
	    "a territory and a name, NO Example CA" },
	{ "policy-soft", 0, offsetof(struct issuer, soft), is_policy,
	    "an object identifier, 1.2.3" },
	{ "policy-hard", 0, offsetof(struct issuer, hard), is_policy,
	    "an object identifier, 1.2.3" },
	{ "key", 0, offsetof(struct issuer, keys), is_key, KEYTYPE_NAMES },
};

/* ---- lines --------------------------------------------------------------- */

static enum segl_status
wrong(const struct reading *reading, const struct conffile_line *line,
    const char *why)
{
	return error_set(reading->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "%s:%u:%u: %s", reading->name, line->number, line->column, why);
}

/* Before a new section, or the end: the last one must be whole. */
static enum segl_status
finish_issuer(const struct reading *reading)
{
	const struct issuer *issuer = reading->issuer;
	const char *missing;

	if (issuer == NULL)
		return SEGL_OK;
	missing = issuer->name == NULL ? "name"
	    : issuer->product == NULL  ? "product"
	    : issuer->covers == NULL   ? "covers"
	    : issuer->makers.n == 0    ? "key-made-by"
	    : issuer->cas.n == 0       ? "ca"
				       : NULL;
	if (missing == NULL)
		return SEGL_OK;
	return error_set(reading->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "%s:%u:1: [issuer %s] has no %s", reading->name, reading->line,
	    issuer->id, missing);
}

static enum segl_status
begin_issuer(struct reading *reading, const struct conffile_line *line)
{
	struct catalogue *out = reading->out;
	enum segl_status status = finish_issuer(reading);

	if (status != SEGL_OK)
		return status;
	for (size_t i = 0; i < out->n; i++) {
		if (strcasecmp(out->issuers[i].id, line->profile) == 0)
			return wrong(
			    reading, line, "this issuer stands here twice");
	}
	if (out->n == CATALOGUE_ISSUERS_MAX)
		return wrong(reading, line, "there are too many issuers");
	reading->issuer = &out->issuers[out->n++];
	reading->issuer->id = line->profile;
	reading->line = line->number;
	return SEGL_OK;
}

static enum segl_status
add_value(const struct reading *reading, const struct conffile_line *line,
    struct issuer_values *values)
{
	if (issuer_has(values, line->value))
		return wrong(reading, line, "this value stands here twice");
	if (values->n == ISSUER_VALUES_MAX)
		return wrong(reading, line, "there are too many of these");
	values->values[values->n++] = line->value;
	return SEGL_OK;
}

static enum segl_status
take_key(const struct reading *reading, const struct conffile_line *line)
{
	char *issuer = (char *)reading->issuer;
	const char **text;
	size_t i = 0;

	while (i < sizeof(keys) / sizeof(keys[0]) &&
	    strcmp(keys[i].key, line->key) != 0)
		i++;
	if (i == sizeof(keys) / sizeof(keys[0]))
		return wrong(reading, line, "no issuer has such a key");
	if (keys[i].fits != NULL && !keys[i].fits(line->value))
		return error_set(reading->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s:%u: the value of %s is %s", reading->name, line->number,
		    keys[i].key, keys[i].form);
	if (keys[i].values != 0)
		return add_value(reading, line,
		    (struct issuer_values *)(void *)(issuer + keys[i].values));
	text = (const char **)(void *)(issuer + keys[i].text);
	if (*text != NULL)
		return wrong(reading, line, "this key stands here twice");
	*text = line->value;
	return SEGL_OK;
}

static enum segl_status
take_line(void *arg, const struct conffile_line *line)
{
	struct reading *reading = arg;
	enum segl_status status = SEGL_OK;

	if (strlen(line->value) > CATALOGUE_VALUE_MAX)
		return wrong(reading, line, "the value is too long");
	if (line->profile == NULL) {
		if (strcmp(line->key, "looked-at") != 0 ||
		    reading->out->looked_at != NULL || !is_date(line->value))
			return wrong(reading, line,
			    "before the first section stands looked-at = "
			    "YYYY-MM-DD, and nothing else");
		reading->out->looked_at = line->value;
		return SEGL_OK;
	}
	if (reading->issuer == NULL || reading->issuer->id != line->profile)
		status = begin_issuer(reading, line);
	return status == SEGL_OK ? take_key(reading, line) : status;
}

/* ---- the whole ----------------------------------------------------------- */

enum segl_status
catalogue_parse(struct segl *segl, const char *name, const char *text,
    size_t len, struct catalogue *out)
{
	struct reading reading = { .segl = segl, .name = name, .out = out };
	enum segl_status status;

	memset(out, 0, sizeof(*out));
	out->text = malloc(len + 1);
	out->issuers = calloc(CATALOGUE_ISSUERS_MAX, sizeof(*out->issuers));
	if (out->text == NULL || out->issuers == NULL)
		return error_nomem(segl);
	if (len > 0)
		memcpy(out->text, text, len);
	out->text[len] = '\0';
	status = conffile_parse_sections(
	    segl, name, out->text, len, "issuer", take_line, &reading);
	if (status == SEGL_OK)
		status = finish_issuer(&reading);
	if (status == SEGL_OK && out->looked_at == NULL)
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s: it does not say when it was looked at", name);
	return status;
}

static enum segl_status
unreadable(struct segl *segl, const char *path, const char *name, int error)
{
	if (error == ENOMEM)
		return error_nomem(segl);
	if (path != NULL)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the catalogue of issuers %s cannot be read: %s", name,
		    strerror(error));
	error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
	    "the catalogue of issuers %s cannot be read: %s", name,
	    strerror(error));
	error_remedy(segl, "install segl again");
	return SEGL_EINTERNAL;
}

enum segl_status
catalogue_load(struct segl *segl, const char *path, struct catalogue *out)
{
	const char *dir = secure_getenv("SEGL_DATADIR");
	enum segl_status status = SEGL_OK;
	char installed[4096], *name;
	struct buffer text;
	int n, error;

	memset(out, 0, sizeof(*out));
	n = snprintf(installed, sizeof(installed), "%s/issuers.conf",
	    dir == NULL ? SEGL_DATADIR : dir);
	if (n < 0 || (size_t)n >= sizeof(installed))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "SEGL_DATADIR is too long");
	name = text_foreign(path == NULL ? installed : path,
	    strlen(path == NULL ? installed : path));
	if (name == NULL)
		return error_nomem(segl);
	buffer_init(&text, CONFFILE_MAX);
	error = file_read(path == NULL ? installed : path, &text, NULL);
	if (error != 0)
		status = unreadable(segl, path, name, error);
	else
		status = catalogue_parse(segl, name, text.data, text.len, out);
	buffer_clear(&text);
	free(name);
	return status;
}

void
catalogue_clear(struct catalogue *catalogue)
{
	free(catalogue->issuers);
	free(catalogue->text);
	memset(catalogue, 0, sizeof(*catalogue));
}

enum segl_status
catalogue_find(struct segl *segl, const struct catalogue *catalogue,
    const char *name, const struct issuer **out)
{
	const char *ids[CATALOGUE_ISSUERS_MAX], *near;
	char *safe;

	*out = NULL;
	for (size_t i = 0; i < catalogue->n; i++) {
		const struct issuer *issuer = &catalogue->issuers[i];

		ids[i] = issuer->id;
		if (strcasecmp(issuer->id, name) == 0 ||
		    strcasecmp(issuer->name, name) == 0) {
			*out = issuer;
			return SEGL_OK;
		}
	}
	safe = text_foreign(name, strlen(name));
	if (safe == NULL)
		return error_nomem(segl);
	near = text_nearest(safe, ids, catalogue->n);
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the catalogue has no issuer called %s", safe);
	if (near != NULL)
		error_remedy(segl, "did you mean %s?", near);
	else
		error_remedy(segl,
		    "segl issuers lists them; for another issuer leave "
		    "--issuer out");
	free(safe);
	return SEGL_EUSAGE;
}

int
issuer_has(const struct issuer_values *values, const char *value)
{
	for (size_t i = 0; i < values->n; i++) {
		if (strcmp(values->values[i], value) == 0)
			return 1;
	}
	return 0;
}
