/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "settings/conffile.h"
#include "settings/files.h"
#include "settings/options.h"
#include "settings/value.h"

#ifndef SEGL_SYSCONFDIR
#define SEGL_SYSCONFDIR "/etc"
#endif

/* One pass over one file: the keys of one section. */
struct pass {
	struct segl *segl;
	struct settings *settings;
	const char *path;
	const char *profile; /* the section taken; NULL before any */
	int all;             /* every section: to validate */
	int seen;            /* the section was there */
	/* rows that something stronger has set: not to be touched */
	unsigned char closed[SETTINGS_OPTIONS_MAX];
	/* rows set in this pass, by line, to find what stands twice */
	unsigned int line[SETTINGS_OPTIONS_MAX];
	char section[72];
};

size_t
files_paths(const struct settings *settings, char paths[FILES_MAX][4096])
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	size_t n = 0;

	if (settings->config != NULL) {
		snprintf(paths[0], 4096, "%s", settings->config);
		return 1;
	}
	if (config != NULL && config[0] == '/')
		snprintf(paths[n++], 4096, "%s/segl/segl.conf", config);
	else if (home != NULL && home[0] == '/')
		snprintf(paths[n++], 4096, "%s/.config/segl/segl.conf", home);
	snprintf(paths[n++], 4096, "%s/segl/segl.conf", SEGL_SYSCONFDIR);
	return n;
}

static enum segl_status
unknown_key(struct pass *pass, const struct conffile_line *line)
{
	const char *names[SETTINGS_OPTIONS_MAX], *near;
	char *safe = text_foreign(line->key, strlen(line->key));
	size_t n = 0;

	for (size_t i = 0; i < option_count(); i++)
		if ((option_at(i)->flags & OPTION_IN_FILE) != 0)
			names[n++] = option_at(i)->name;
	near = text_nearest(line->key, names, n);
	error_set(pass->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "%s:%u:%u: there is no setting '%s'", pass->path, line->number,
	    line->column, safe == NULL ? "" : safe);
	if (near != NULL)
		error_remedy(pass->segl, "did you mean %s?", near);
	else
		error_remedy(pass->segl, "segl.conf(5) lists the settings");
	free(safe);
	return SEGL_EUSAGE;
}

/* A new section: what stood in another one does not count as twice. */
static void
enter_section(struct pass *pass, const struct conffile_line *line)
{
	const char *name = line->profile == NULL ? "" : line->profile;

	if (strcmp(pass->section, name) == 0)
		return;
	snprintf(pass->section, sizeof(pass->section), "%s", name);
	memset(pass->line, 0, sizeof(pass->line));
}

static int
is_wanted(const struct pass *pass, const struct conffile_line *line)
{
	if (pass->all)
		return 1;
	if (pass->profile == NULL || line->profile == NULL)
		return pass->profile == line->profile;
	return strcmp(pass->profile, line->profile) == 0;
}

static enum segl_status
on_key(void *arg, const struct conffile_line *line)
{
	struct pass *pass = arg;
	const struct option *option =
	    option_find(line->key, strlen(line->key), COMMAND_NONE);
	struct origin origin = {
		.kind = ORIGIN_FILE, .where = pass->path, .line = line->number
	};
	char name[4200], *value;
	size_t i;

	/* every section is checked, so that no mistake waits for its day */
	if (option == NULL || (option->flags & OPTION_IN_FILE) == 0)
		return unknown_key(pass, line);
	i = option_index(option);
	enter_section(pass, line);
	if (pass->line[i] != 0 && option->kind != OPTION_LIST)
		return error_set(pass->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s:%u:%u: %s stands already in line %u", pass->path,
		    line->number, line->column, option->name, pass->line[i]);
	pass->line[i] = line->number;
	if (!is_wanted(pass, line))
		return SEGL_OK;
	pass->seen = 1;
	if (pass->closed[i])
		return SEGL_OK;
	value = value_keep(pass->settings, line->value);
	if (value == NULL)
		return error_nomem(pass->segl);
	snprintf(name, sizeof(name), "%s:%u:%u: %s", pass->path, line->number,
	    line->column, option->name);
	if (option->kind == OPTION_LIST && option->separator == ' ')
		return value_set_split(
		    pass->segl, pass->settings, option, name, value, &origin);
	return value_set(
	    pass->segl, pass->settings, option, name, value, &origin);
}

/* Read PATH into TEXT; 0 where there is no such file. */
static enum segl_status
read_file(struct segl *segl, const char *path, struct buffer *text, int *exists)
{
	struct stat st;
	int fd, error;

	*exists = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return SEGL_OK;
	error = fd < 0 || fstat(fd, &st) < 0 ? errno : 0;
	if (error == 0 && (st.st_mode & 022) != 0) {
		close(fd);
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the configuration %s may be written by others (mode "
		    "%04o)",
		    path, (unsigned int)(st.st_mode & 07777));
		error_remedy(segl, "chmod go-w %s", path);
		return SEGL_EUSAGE;
	}
	if (error == 0)
		error = S_ISDIR(st.st_mode) ? EISDIR : file_read_fd(fd, text);
	if (fd >= 0)
		close(fd);
	*exists = error == 0;
	if (error == 0)
		return SEGL_OK;
	return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the configuration %s cannot be read: %s", path, strerror(error));
}

static enum segl_status
run_pass(struct pass *pass, const struct buffer *text)
{
	enum segl_status status;
	char *copy = malloc(text->len + 1);

	if (copy == NULL)
		return error_nomem(pass->segl);
	memcpy(copy, text->data == NULL ? "" : text->data, text->len);
	copy[text->len] = '\0';
	for (size_t i = 0; i < option_count(); i++)
		pass->closed[i] =
		    (unsigned char)value_is_set(pass->settings, option_at(i));
	memset(pass->line, 0, sizeof(pass->line));
	pass->section[0] = '\0';
	status = conffile_parse(
	    pass->segl, pass->path, copy, text->len, on_key, pass);
	free(copy);
	return status;
}

static enum segl_status
no_profile(struct segl *segl, const struct settings *settings)
{
	char paths[FILES_MAX][4096];
	size_t n = files_paths(settings, paths);
	char *safe = text_foreign(settings->profile, strlen(settings->profile));

	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "there is no profile '%s' in %s%s%s", safe == NULL ? "" : safe,
	    paths[0], n > 1 ? " or " : "", n > 1 ? paths[1] : "");
	if (settings->command == COMMAND_EXEC && settings->program == NULL)
		error_remedy(segl,
		    "if that is the command, write -- before it: segl exec -- "
		    "%s",
		    safe == NULL ? "CMD" : safe);
	else if (access(settings->profile, F_OK) == 0 ||
	    strpbrk(settings->profile, "/.") != NULL)
		error_remedy(segl,
		    "if that is the file with key and certificate, write "
		    "--softtoken %s; a profile is written [profile NAME] "
		    "there",
		    safe == NULL ? "FILE" : safe);
	else
		error_remedy(segl,
		    "write [profile %s] there, or check the name",
		    safe == NULL ? "NAME" : safe);
	free(safe);
	return SEGL_EUSAGE;
}

enum segl_status
files_take(struct segl *segl, struct settings *settings)
{
	char paths[FILES_MAX][4096];
	size_t n = files_paths(settings, paths);
	struct buffer text[FILES_MAX];
	const char *kept[FILES_MAX] = { NULL, NULL };
	int exists[FILES_MAX] = { 0, 0 }, seen = 0;
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; i < FILES_MAX; i++)
		buffer_init(&text[i], CONFFILE_MAX);
	for (size_t i = 0; status == SEGL_OK && i < n; i++) {
		status = read_file(segl, paths[i], &text[i], &exists[i]);
		if (status == SEGL_OK && exists[i] &&
		    (kept[i] = value_keep(settings, paths[i])) == NULL)
			status = error_nomem(segl);
	}
	if (status == SEGL_OK && settings->config != NULL && !exists[0])
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the configuration %s does not exist", paths[0]);
	/* what a profile says, wherever, outranks what stands before any */
	for (int round = settings->profile != NULL ? 0 : 1; round < 2; round++)
		for (size_t i = 0; status == SEGL_OK && i < n; i++) {
			struct pass pass = { .segl = segl,
				.settings = settings,
				.path = kept[i],
				.profile =
				    round == 0 ? settings->profile : NULL };

			if (!exists[i])
				continue;
			status = run_pass(&pass, &text[i]);
			if (round == 0)
				seen |= pass.seen;
		}
	if (status == SEGL_OK && settings->profile != NULL && !seen)
		status = no_profile(segl, settings);
	for (size_t i = 0; i < FILES_MAX; i++)
		buffer_clear(&text[i]);
	return status;
}

enum segl_status
files_validate(struct segl *segl, const char *path)
{
	struct settings scratch = { .command = COMMAND_CONFIG };
	struct pass pass = {
		.segl = segl, .settings = &scratch, .path = path, .all = 1
	};
	enum segl_status status;
	struct buffer text;
	int exists;

	buffer_init(&text, CONFFILE_MAX);
	status = read_file(segl, path, &text, &exists);
	if (status == SEGL_OK && !exists)
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the configuration %s does not exist", path);
	if (status == SEGL_OK)
		status = run_pass(&pass, &text);
	settings_clear(&scratch);
	buffer_clear(&text);
	return status;
}
