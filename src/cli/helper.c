/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/helper.h"
#include "cli/url.h"

static const struct {
	const char *name;
	enum segl_status (*answer)(struct segl *segl,
	    const struct settings *settings, const char *operation);
} protocols[] = {
	{ "exec-credential", helper_kubernetes },
	{ "get", helper_bazel },
	{ "git", helper_git },
	{ "gcp", helper_google },
};

/* ---- who may have it ---------------------------------------------------- */

enum helper_right
helper_right(
    struct segl *segl, const struct settings *settings, const char *text)
{
	const struct setting_list *list = &settings->allow_host;
	struct url url;
	char *safe;

	if (list->n == 0) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "a helper gives tokens only for hosts that are allowed, "
		    "and none is");
		error_remedy(segl,
		    "name them in segl.conf: allow-host = api.toll.no for "
		    "instance, or with --allow-host");
		return HELPER_NO_LIST;
	}
	if (url_split(text, &url) == 0 && (url.https || url_is_loopback(&url)))
		for (size_t i = 0; i < list->n; i++)
			if (url_matches(&url, list->values[i]))
				return HELPER_ALLOWED;
	safe = text_foreign(text, strlen(text));
	note_info(segl, "no token is given for %s: the host is not allowed",
	    safe == NULL ? "" : safe);
	free(safe);
	return HELPER_NOT_LISTED;
}

enum segl_status
helper_refuse(struct segl *segl, const char *url)
{
	char *safe = text_foreign(url, strlen(url));

	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "no token is given for %s: the host is not allowed",
	    safe == NULL ? "" : safe);
	error_remedy(segl,
	    "if it is to have your tokens, name it with allow-host in "
	    "segl.conf, with its port where that is not 443");
	free(safe);
	return SEGL_EUSAGE;
}

/* ---- the token ---------------------------------------------------------- */

enum segl_status
helper_obtain(struct segl *segl, const struct settings *settings,
    int interactive, struct obtained *out)
{
	struct settings quiet = *settings;

	/* nobody sits there: better a failure than a program that hangs */
	if (!interactive && quiet.pin != NULL &&
	    strcmp(quiet.pin, "prompt") == 0)
		quiet.pin = NULL;
	return obtain(segl, &quiet, settings->force_new, NULL, out);
}

long long
helper_expires_at(const struct obtained *obtained)
{
	return obtained->remaining_s < 0
	    ? -1
	    : (long long)time(NULL) + obtained->remaining_s;
}

static enum segl_status
unknown_protocol(struct segl *segl, const char *name)
{
	char *safe = name == NULL ? NULL : text_foreign(name, strlen(name));

	if (safe == NULL)
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "segl helper needs to know the protocol");
	else
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "segl helper knows no protocol '%s'", safe);
	error_remedy(segl,
	    "write exec-credential (Kubernetes), get (Bazel), git or gcp "
	    "(Google)");
	free(safe);
	return SEGL_EUSAGE;
}

enum segl_status
command_helper(struct segl *segl, const struct settings *settings)
{
	const char *operation =
	    settings->n_operands > 1 ? settings->operands[1] : NULL;

	for (size_t i = 0; settings->n_operands > 0 &&
	     i < sizeof(protocols) / sizeof(protocols[0]);
	     i++)
		if (strcmp(protocols[i].name, settings->operands[0]) == 0)
			return protocols[i].answer(segl, settings, operation);
	return unknown_protocol(
	    segl, settings->n_operands > 0 ? settings->operands[0] : NULL);
}
