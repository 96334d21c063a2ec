/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/draft.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "daemon/sink.h"

/* Nobody but who runs segld, where nothing is said. */
#define MODE_USUAL 0600

/* What is longer than any token with its fields, in bytes. */
#define CONTENT_MAX (256u << 10)

/* ---- reading --------------------------------------------------------------
 */

static enum segl_status
wrong(struct segl *segl, const char *word, const char *why)
{
	char *safe = text_foreign(word, strlen(word));

	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "--token-file: %s: %s",
	    safe == NULL ? "" : safe, why);
	error_remedy(segl,
	    "a rule is the whole path of a file, then what its token is to be, "
	    "scope=SCOPE for instance; segld(8) tells more");
	free(safe);
	return SEGL_EUSAGE;
}

static enum segl_status
take_form(struct segl *segl, struct sink *sink, const char *value)
{
	static const char *const names[] = { [SINK_TOKEN] = "token",
		[SINK_JSON] = "json",
		[SINK_HEADER] = "header" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(value, names[i]) == 0) {
			sink->form = (enum sink_form)i;
			return SEGL_OK;
		}
	return wrong(segl, value, "a form is token, json or header");
}

static enum segl_status
take_mode(struct segl *segl, struct sink *sink, const char *value)
{
	char *end;
	unsigned long mode = strtoul(value, &end, 8);

	/* who else may write it could put in another token */
	if (value[0] < '0' || value[0] > '7' || *end != '\0' ||
	    (mode & ~0644UL) != 0 || (mode & 0400) == 0)
		return wrong(segl, value,
		    "a mode is octal, 0600 to 0644: nobody else may write");
	sink->mode = (mode_t)mode;
	return SEGL_OK;
}

/* TEXT as a number in OUT; 0 where it is a name. */
static int
is_number(const char *text, unsigned long *out)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return 0;
	errno = 0;
	*out = strtoul(text, &end, 10);
	return errno == 0 && *end == '\0' && *out < 0xffffffffUL;
}

static enum segl_status
take_owner(struct segl *segl, struct sink *sink, const char *name)
{
	const struct passwd *user;
	unsigned long id;

	if (is_number(name, &id)) {
		sink->uid = (uid_t)id;
		return SEGL_OK;
	}
	user = getpwnam(name);
	if (user == NULL)
		return wrong(segl, name, "there is no such user");
	sink->uid = user->pw_uid;
	return SEGL_OK;
}

static enum segl_status
take_group(struct segl *segl, struct sink *sink, const char *name)
{
	const struct group *group;
	unsigned long id;

	if (is_number(name, &id)) {
		sink->gid = (gid_t)id;
		return SEGL_OK;
	}
	group = getgrnam(name);
	if (group == NULL)
		return wrong(segl, name, "there is no such group");
	sink->gid = group->gr_gid;
	return SEGL_OK;
}

static enum segl_status
take_claim(
    struct segl *segl, struct sink *sink, const char *name, const char *value)
{
	static const char *const names[] = { "scope", "resource",
		"consumer_org", "pid", "system_user", "consent", "exchange" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0) {
			sink->claims[sink->n_claims][0] = names[i];
			sink->claims[sink->n_claims++][1] = value;
			return SEGL_OK;
		}
	return wrong(segl, name, "not a word of a rule");
}

/* WORD, "name=value", is taken apart. */
static enum segl_status
take_word(struct segl *segl, struct sink *sink, char *word)
{
	char *value = strchr(word, '=');

	if (value == NULL || value[1] == '\0')
		return wrong(segl, word, "not a word of a rule");
	*value++ = '\0';
	if (strcmp(word, "profile") == 0) {
		sink->profile = value;
		return SEGL_OK;
	}
	if (strcmp(word, "form") == 0)
		return take_form(segl, sink, value);
	if (strcmp(word, "mode") == 0)
		return take_mode(segl, sink, value);
	if (strcmp(word, "owner") == 0)
		return take_owner(segl, sink, value);
	if (strcmp(word, "group") == 0)
		return take_group(segl, sink, value);
	return take_claim(segl, sink, word, value);
}

/* Cut AT after its first word; the rest, or where it ends. */
static char *
next_word(char *at)
{
	size_t n = strcspn(at, " \t");

	if (at[n] == '\0')
		return at + n;
	at[n] = '\0';
	return at + n + 1 + strspn(at + n + 1, " \t");
}

/* All that follows: a program and its arguments, never a shell's. */
static enum segl_status
take_hook(struct segl *segl, struct sink *sink, char *at)
{
	size_t n = 0;

	if (*at != '/')
		return wrong(
		    segl, at, "a hook begins with the whole path of a program");
	for (; *at != '\0' && n < SINK_WORDS_MAX; n++) {
		char *rest = next_word(at);

		sink->hook[n] = at;
		at = rest;
	}
	if (*at != '\0')
		return wrong(segl, at, "too many words in one rule");
	sink->hook[n] = NULL;
	return SEGL_OK;
}

static enum segl_status
take_rule(struct segl *segl, struct sink *sink, const char *text)
{
	enum segl_status status = SEGL_OK;
	size_t words = 0;
	char *at;

	sink->mode = MODE_USUAL;
	sink->uid = (uid_t)-1;
	sink->gid = (gid_t)-1;
	sink->text = strdup(text);
	if (sink->text == NULL)
		return error_nomem(segl);
	at = sink->text + strspn(sink->text, " \t");
	sink->path = at;
	at = next_word(at);
	if (sink->path[0] != '/' || strrchr(sink->path, '/')[1] == '\0')
		return wrong(
		    segl, text, "it begins with the whole path of a file");
	while (status == SEGL_OK && *at != '\0') {
		char *rest;

		if (strncmp(at, "hook=", 5) == 0)
			return take_hook(segl, sink, at + 5);
		if (++words > SINK_WORDS_MAX)
			return wrong(segl, at, "too many words in one rule");
		rest = next_word(at);
		status = take_word(segl, sink, at);
		at = rest;
	}
	return status;
}

void
sinks_clear(struct sinks *sinks)
{
	for (size_t i = 0; i < sinks->n; i++)
		free(sinks->all[i].text);
	free(sinks->all);
	memset(sinks, 0, sizeof(*sinks));
}

enum segl_status
sinks_load(
    struct segl *segl, const struct settings *settings, struct sinks *out)
{
	const struct setting_list *rules = &settings->token_file;
	enum segl_status status = SEGL_OK;

	memset(out, 0, sizeof(*out));
	if (rules->n == 0)
		return SEGL_OK;
	if (rules->n > SINKS_MAX)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "more than %d files with --token-file", SINKS_MAX);
	out->all = calloc(rules->n, sizeof(*out->all));
	if (out->all == NULL)
		return error_nomem(segl);
	for (size_t i = 0; status == SEGL_OK && i < rules->n; i++) {
		status = take_rule(segl, &out->all[out->n++], rules->values[i]);
		for (size_t k = 0; status == SEGL_OK && k < i; k++)
			if (strcmp(out->all[k].path, out->all[i].path) == 0)
				status = wrong(segl, out->all[i].path,
				    "two rules are for this file");
	}
	return status;
}

/* ---- asking ---------------------------------------------------------------
 */

const struct sink *
sinks_find(const struct sinks *sinks, const char *path)
{
	for (size_t i = 0; i < sinks->n; i++)
		if (strcmp(sinks->all[i].path, path) == 0)
			return &sinks->all[i];
	return NULL;
}

/* Whether SCOPE is one of the words of LIST. */
static int
has_word(const char *list, const char *scope)
{
	size_t len = strlen(scope);

	while (*(list += strspn(list, " ")) != '\0') {
		size_t n = strcspn(list, " ");

		if (n == len && strncmp(list, scope, n) == 0)
			return 1;
		list += n;
	}
	return 0;
}

static int
is_for_scope(
    const struct sink *sink, const struct settings *settings, const char *scope)
{
	int named = 0;

	for (size_t i = 0; i < sink->n_claims; i++) {
		if (strcmp(sink->claims[i][0], "scope") != 0)
			continue;
		if (strcmp(sink->claims[i][1], scope) == 0)
			return 1;
		named = 1;
	}
	for (size_t i = 0; !named && i < settings->scope.n; i++)
		if (has_word(settings->scope.values[i], scope))
			return 1;
	return 0;
}

int
sinks_permit(const struct sinks *sinks, const struct profiles *profiles,
    const struct profile *profile, const char *scope)
{
	for (size_t i = 0; i < sinks->n; i++)
		if (profiles_find(profiles, sinks->all[i].profile) == profile &&
		    is_for_scope(&sinks->all[i], &profile->settings, scope))
			return 1;
	return 0;
}

/* ---- writing --------------------------------------------------------------
 */

/*
 * Whoever owns the directory may put anything in its place: nothing that is
 * there makes us wait, or read another file.
 */
static int
is_there(const struct sink *sink, const char *text)
{
	int fd = open(sink->path,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct buffer now;
	struct stat st;
	int same;

	if (fd < 0)
		return 0;
	buffer_init(&now, CONTENT_MAX);
	same = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & 07777) == sink->mode &&
	    (sink->uid == (uid_t)-1 || st.st_uid == sink->uid) &&
	    (sink->gid == (gid_t)-1 || st.st_gid == sink->gid) &&
	    file_read_fd(fd, &now) == 0 && now.data != NULL &&
	    strcmp(now.data, text) == 0;
	buffer_clear(&now);
	close(fd);
	return same;
}

int
sink_write(const struct sink *sink, const char *text)
{
	struct draft draft;
	int error;

	if (is_there(sink, text))
		return 0;
	error = draft_open(&draft, sink->path, 0600);
	if (error == 0 && fchown(draft.fd, sink->uid, sink->gid) < 0)
		error = errno;
	if (error == 0 && fchmod(draft.fd, sink->mode) < 0)
		error = errno;
	if (error == 0)
		error = file_write_all(draft.fd, text, strlen(text));
	if (error == 0)
		error = draft_commit(&draft, 1);
	draft_drop(&draft);
	errno = error;
	return error == 0 ? 1 : -1;
}
