/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/secret.h"
#include "base/text.h"
#include "daemon/policy.h"

/* Words of one rule, and rules; the lists of settings are as long. */
#define WORDS_MAX 32
#define RULES_MAX 64

/* Largest file of secrets, in bytes, and shortest secret. */
#define SECRETS_MAX  65536
#define SECRET_LEAST 16

struct rule {
	char *text; /* the words point into it */
	int has_uid, has_gid, is_loopback;
	uid_t uid;
	gid_t gid;
	const char *secret_file;
	struct buffer secrets; /* what is in it */
	const char *scopes[WORDS_MAX];
	size_t n_scopes; /* 0: every scope */
	const char *profiles[WORDS_MAX];
	size_t n_profiles; /* 0: every profile */
};

struct policy {
	uid_t self;
	size_t n;
	struct rule rules[RULES_MAX];
};

void
policy_free(struct policy *policy)
{
	if (policy == NULL)
		return;
	for (size_t i = 0; i < policy->n; i++) {
		buffer_clear(&policy->rules[i].secrets);
		free(policy->rules[i].text);
	}
	free(policy);
}

/* ---- reading --------------------------------------------------------------
 */

static enum segl_status
wrong(struct segl *segl, const char *word, const char *why)
{
	char *safe = text_foreign(word, strlen(word));

	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "--allow: %s: %s",
	    safe == NULL ? "" : safe, why);
	error_remedy(segl,
	    "a rule is uid=USER, gid=GROUP, secret=FILE or loopback, then "
	    "scope=SCOPE or profile=NAME where it is not for all; segld(8) "
	    "tells more");
	free(safe);
	return SEGL_EUSAGE;
}

/* TEXT as a number in OUT; 0 where it is a name. */
static int
take_id(const char *text, unsigned long *out)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return 0;
	errno = 0;
	*out = strtoul(text, &end, 10);
	/* the highest one means nobody, everywhere */
	return errno == 0 && *end == '\0' && *out < 0xffffffffUL;
}

static enum segl_status
take_user(struct segl *segl, struct rule *rule, const char *word)
{
	const char *name = word + strlen("uid=");
	const struct passwd *user;
	unsigned long id;

	rule->has_uid = 1;
	if (take_id(name, &id)) {
		rule->uid = (uid_t)id;
		return SEGL_OK;
	}
	user = getpwnam(name);
	if (user == NULL)
		return wrong(segl, word, "there is no such user");
	rule->uid = user->pw_uid;
	return SEGL_OK;
}

static enum segl_status
take_group(struct segl *segl, struct rule *rule, const char *word)
{
	const char *name = word + strlen("gid=");
	const struct group *group;
	unsigned long id;

	rule->has_gid = 1;
	if (take_id(name, &id)) {
		rule->gid = (gid_t)id;
		return SEGL_OK;
	}
	group = getgrnam(name);
	if (group == NULL)
		return wrong(segl, word, "there is no such group");
	rule->gid = group->gr_gid;
	return SEGL_OK;
}

/* A star stands for the rest, at the end alone: no pattern surprises. */
static enum segl_status
take_scope(struct segl *segl, struct rule *rule, const char *word)
{
	const char *pattern = word + strlen("scope=");
	const char *star = strchr(pattern, '*');

	if (pattern[0] == '\0' || (star != NULL && star[1] != '\0'))
		return wrong(segl, word,
		    "a scope, of which the end alone may be a star");
	rule->scopes[rule->n_scopes++] = pattern;
	return SEGL_OK;
}

static int
begins(const char *word, const char *with)
{
	return strncmp(word, with, strlen(with)) == 0;
}

static enum segl_status
take_word(struct segl *segl, struct rule *rule, const char *word)
{
	if (begins(word, "uid="))
		return take_user(segl, rule, word);
	if (begins(word, "gid="))
		return take_group(segl, rule, word);
	if (begins(word, "scope="))
		return take_scope(segl, rule, word);
	if (begins(word, "profile=")) {
		rule->profiles[rule->n_profiles++] = word + strlen("profile=");
		return SEGL_OK;
	}
	if (begins(word, "secret=") && word[strlen("secret=")] == '/') {
		rule->secret_file = word + strlen("secret=");
		return SEGL_OK;
	}
	if (begins(word, "secret="))
		return wrong(segl, word, "the file is named by its whole path");
	if (strcmp(word, "loopback") == 0) {
		rule->is_loopback = 1;
		return SEGL_OK;
	}
	return wrong(segl, word, "not a word of a rule");
}

static enum segl_status
read_secrets(struct segl *segl, struct rule *rule)
{
	const char *path = rule->secret_file;
	struct stat st;
	int error = file_read(path, &rule->secrets, &st), found = 0;

	if (error != 0) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the secrets in %s cannot be read: %s", path,
		    strerror(error));
		error_remedy(segl,
		    "write a secret into it, as openssl rand -hex 32 makes "
		    "one, and let this user read it");
		return SEGL_EUSAGE;
	}
	if ((st.st_mode & S_IRWXO) != 0) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "everybody may read the secrets in %s", path);
		error_remedy(segl, "chmod o= %s", path);
		return SEGL_EUSAGE;
	}
	for (size_t i = 0; i < rule->secrets.len;) {
		size_t n = strcspn(rule->secrets.data + i, "\n");

		if (n > 0 && n < SECRET_LEAST) {
			error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "a secret in %s is shorter than %d characters",
			    path, SECRET_LEAST);
			error_remedy(segl, "openssl rand -hex 32 makes one");
			return SEGL_EUSAGE;
		}
		found |= n > 0;
		i += n + 1;
	}
	if (!found)
		note_warning(
		    segl, "no secret is in %s: the rule lets nobody in", path);
	return SEGL_OK;
}

/* Contradictions, and rules that are for nobody. */
static enum segl_status
check_rule(struct segl *segl, const struct rule *rule, const char *text)
{
	int local = rule->has_uid || rule->has_gid;

	if (!local && !rule->is_loopback && rule->secret_file == NULL)
		return wrong(
		    segl, text, "the rule does not say whom it is for");
	if (local && (rule->is_loopback || rule->secret_file != NULL))
		return wrong(segl, text,
		    "who has a user asks over a unix socket, not with "
		    "loopback or a secret");
	return SEGL_OK;
}

static enum segl_status
take_rule(
    struct segl *segl, struct rule *rule, const char *text, int with_secrets)
{
	enum segl_status status = SEGL_OK;
	size_t words = 0;
	char *at;

	buffer_init(&rule->secrets, SECRETS_MAX);
	rule->text = at = strdup(text);
	if (at == NULL)
		return error_nomem(segl);
	while (status == SEGL_OK && *(at += strspn(at, " \t")) != '\0') {
		size_t n = strcspn(at, " \t");
		char *next = at + n + (at[n] != '\0');

		at[n] = '\0';
		if (++words > WORDS_MAX)
			return wrong(segl, at, "too many words in one rule");
		status = take_word(segl, rule, at);
		at = next;
	}
	if (status == SEGL_OK)
		status = check_rule(segl, rule, text);
	if (status == SEGL_OK && with_secrets && rule->secret_file != NULL)
		status = read_secrets(segl, rule);
	return status;
}

enum segl_status
policy_new(struct segl *segl, const struct settings *settings, int with_secrets,
    struct policy **out)
{
	struct policy *policy = calloc(1, sizeof(*policy));
	enum segl_status status = SEGL_OK;

	*out = NULL;
	if (policy == NULL)
		return error_nomem(segl);
	policy->self = geteuid();
	for (size_t i = 0; status == SEGL_OK && i < settings->allow.n; i++) {
		if (policy->n == RULES_MAX) {
			status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "more than %d rules with --allow", RULES_MAX);
			break;
		}
		status = take_rule(segl, &policy->rules[policy->n++],
		    settings->allow.values[i], with_secrets);
	}
	if (status == SEGL_OK)
		*out = policy;
	else
		policy_free(policy);
	return status;
}

/* ---- deciding -------------------------------------------------------------
 */

int
policy_serves_tcp(const struct policy *policy, int remote)
{
	for (size_t i = 0; i < policy->n; i++)
		if (policy->rules[i].secret_file != NULL ||
		    (!remote && policy->rules[i].is_loopback))
			return 1;
	return 0;
}

const char *
policy_secret_file(const struct policy *policy, size_t i)
{
	for (size_t k = 0; k < policy->n; k++)
		if (policy->rules[k].secret_file != NULL && i-- == 0)
			return policy->rules[k].secret_file;
	return NULL;
}

static int
knows_secret(const struct rule *rule, const char *bearer)
{
	size_t len = bearer == NULL ? 0 : strlen(bearer);
	int known = 0;

	/* all of them, each time: which one it was takes no time to tell */
	for (size_t i = 0; len > 0 && i < rule->secrets.len;) {
		const char *line = rule->secrets.data + i;
		size_t n = strcspn(line, "\n");

		known |= secret_equal(line, n, bearer, len);
		i += n + 1;
	}
	return known;
}

static int
is_for(const struct rule *rule, const struct caller *caller)
{
	if (rule->secret_file != NULL && !knows_secret(rule, caller->bearer))
		return 0;
	if (rule->is_loopback && !caller->is_loopback)
		return 0;
	if (rule->has_uid && (!caller->is_local || caller->uid != rule->uid))
		return 0;
	if (rule->has_gid && (!caller->is_local || caller->gid != rule->gid))
		return 0;
	return 1;
}

static int
matches(const char *pattern, const char *text)
{
	size_t len = strcspn(pattern, "*");

	if (pattern[len] == '*')
		return strncmp(pattern, text, len) == 0;
	return strcmp(pattern, text) == 0;
}

static int
covers(const struct rule *rule, const char *profile, const char *scope)
{
	int ok = rule->n_profiles == 0;

	for (size_t i = 0; !ok && i < rule->n_profiles; i++)
		ok = strcmp(rule->profiles[i], profile) == 0;
	if (!ok || rule->n_scopes == 0)
		return ok;
	for (size_t i = 0; i < rule->n_scopes; i++)
		if (matches(rule->scopes[i], scope))
			return 1;
	return 0;
}

/* Where nothing is said: whoever could read the key as well. */
static int
is_self(const struct policy *policy, const struct caller *caller)
{
	return policy->n == 0 && caller->is_local &&
	    (caller->uid == policy->self || caller->uid == 0);
}

enum verdict
policy_knows(const struct policy *policy, const struct caller *caller)
{
	if (is_self(policy, caller))
		return POLICY_ALLOWED;
	for (size_t i = 0; i < policy->n; i++)
		if (is_for(&policy->rules[i], caller))
			return POLICY_ALLOWED;
	return POLICY_UNKNOWN;
}

enum verdict
policy_decide(const struct policy *policy, const struct caller *caller,
    const char *profile, const char *scope)
{
	enum verdict verdict = POLICY_UNKNOWN;

	if (is_self(policy, caller))
		return POLICY_ALLOWED;
	for (size_t i = 0; i < policy->n; i++) {
		if (!is_for(&policy->rules[i], caller))
			continue;
		if (covers(&policy->rules[i], profile, scope))
			return POLICY_ALLOWED;
		verdict = POLICY_REFUSED;
	}
	return verdict;
}

int
policy_permits(
    const struct policy *policy, const char *profile, const char *scope)
{
	for (size_t i = 0; i < policy->n; i++)
		if (covers(&policy->rules[i], profile, scope))
			return 1;
	return policy->n == 0;
}
