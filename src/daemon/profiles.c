/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "daemon/profiles.h"

void
profiles_clear(struct profiles *profiles)
{
	for (size_t i = 0; i < profiles->n; i++)
		settings_clear(&profiles->all[i].settings);
	free(profiles->all);
	memset(profiles, 0, sizeof(*profiles));
}

const struct profile *
profiles_find(const struct profiles *profiles, const char *name)
{
	if (name == NULL)
		return &profiles->all[0];
	for (size_t i = 0; i < profiles->n; i++)
		if (strcmp(profiles->all[i].name, name) == 0)
			return &profiles->all[i];
	return NULL;
}

/* The next profile, as ARGV says, with --profile NAME where it is not NULL. */
static enum segl_status
add(struct segl *segl, int argc, char **argv, const char *name,
    struct profiles *out)
{
	struct profile *profile = &out->all[out->n];
	char **longer = calloc((size_t)argc + 3, sizeof(*longer));
	char option[] = "--profile";
	enum segl_status status;

	if (longer == NULL)
		return error_nomem(segl);
	memcpy(longer, argv, (size_t)argc * sizeof(*longer));
	if (name != NULL) {
		longer[argc++] = option;
		longer[argc++] = (char *)(uintptr_t)name;
	}
	status = settings_parse_daemon(segl, argc, longer, &profile->settings);
	free(longer);
	profile->name =
	    profile->settings.profile == NULL ? "" : profile->settings.profile;
	out->n++;
	if (status != SEGL_OK || profile->settings.command != COMMAND_DAEMON)
		return status;
	return settings_server(segl, &profile->settings, &profile->server);
}

static enum segl_status
add_named(struct segl *segl, int argc, char **argv, struct profiles *out)
{
	const struct setting_list *names = &out->all[0].settings.serve;
	enum segl_status status = SEGL_OK;
	struct profile *longer;

	longer = realloc(out->all, (names->n + 1) * sizeof(*longer));
	if (longer == NULL)
		return error_nomem(segl);
	out->all = longer;
	names = &out->all[0].settings.serve;
	for (size_t i = 0; status == SEGL_OK && i < names->n; i++) {
		if (profiles_find(out, names->values[i]) != NULL)
			return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "the profile %s is to be served twice",
			    names->values[i]);
		status = add(segl, argc, argv, names->values[i], out);
	}
	return status;
}

enum segl_status
profiles_load(struct segl *segl, int argc, char **argv, struct profiles *out)
{
	enum segl_status status;

	memset(out, 0, sizeof(*out));
	out->all = calloc(1, sizeof(*out->all));
	if (out->all == NULL)
		return error_nomem(segl);
	status = add(segl, argc, argv, NULL, out);
	if (status == SEGL_OK && out->all[0].settings.command == COMMAND_DAEMON)
		status = add_named(segl, argc, argv, out);
	return status;
}
