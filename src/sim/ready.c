/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/default_registry.h"
#include "sim/ready.h"

#define VARIABLES_MAX 24

struct variables {
	char *text[VARIABLES_MAX + 1];
	size_t count;
	int failed;
};

static void add(struct variables *, const char *, ...) SEGL_PRINTF(2, 3);

static void
add(struct variables *list, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (vasprintf(&list->text[list->count], format, args) < 0) {
		list->text[list->count] = NULL;
		list->failed = 1;
	} else {
		list->count++;
	}
	va_end(args);
}

/* What is in the registry that the simulator made. */
static void
add_registry(struct variables *list, const char *dir)
{
	add(list, "SEGL_SIM_SCOPE=%s", DEFAULT_SCOPE);
	add(list, "SEGL_SIM_CLIENT_ID=%s", DEFAULT_CLIENT_ID);
	add(list, "SEGL_SIM_ENTERPRISE=%s/%s", dir, MATERIAL_ENTERPRISE);
	add(list, "SEGL_SIM_ENTERPRISE_PIN=file:%s/%s", dir,
	    MATERIAL_ENTERPRISE_PIN);
	add(list, "SEGL_SIM_REGISTERED_CLIENT_ID=%s",
	    DEFAULT_REGISTERED_CLIENT_ID);
	add(list, "SEGL_SIM_KID=%s", DEFAULT_KID);
	add(list, "SEGL_SIM_REGISTERED_KEY=%s/%s", dir, MATERIAL_REGISTERED);
	add(list, "SEGL_SIM_CONSUMER_ORG=%s", DEFAULT_CONSUMER);
	add(list, "SEGL_SIM_SYSTEM_USER=%s", DEFAULT_CONSUMER);
	add(list, "SEGL_SIM_CONSENT=%s:%s", DEFAULT_CONSENT_ID,
	    DEFAULT_CONSUMER);
}

char **
ready_variables(const struct sim *sim)
{
	const char *dir = sim->directory.path;
	struct variables list = { .count = 0 };
	char **out = NULL;

	add(&list, "SEGL_ENV=%s", sim->issuer);
	/* an address has no slash at its end, an issuer has */
	add(&list, "SEGL_CUSTOMS_URL=%.*s", (int)strlen(sim->issuer) - 1,
	    sim->issuer);
	add(&list, "SEGL_ALTINN_URL=%.*s", (int)strlen(sim->issuer) - 1,
	    sim->issuer);
	add(&list, "SEGL_CA=%s/%s", dir, MATERIAL_CA);
	add(&list, "SEGL_SOFTTOKEN=%s/%s", dir, MATERIAL_SEAL);
	add(&list, "SEGL_PIN=file:%s/%s", dir, MATERIAL_PIN);
	add(&list, "SEGL_SCOPE=%s", sim->options.scopes[0]);
	add(&list, "SEGL_LOTL=%stl/%s", sim->issuer, LISTS_LOTL);
	add(&list, "SEGL_ANCHORS=%s/%s", dir, MATERIAL_ANCHORS_CONF);
	/* what is made up here never comes among the real lists */
	add(&list, "SEGL_TRUST=%s/%s", dir, MATERIAL_TRUST);
	if (sim->options.registry == NULL)
		add_registry(&list, dir);
	if (!list.failed)
		out = calloc(list.count + 1, sizeof(*out));
	if (out != NULL)
		memcpy(out, list.text, list.count * sizeof(*out));
	else
		for (size_t i = 0; i < list.count; i++)
			free(list.text[i]);
	return out;
}

void
ready_free(char **variables)
{
	for (size_t i = 0; variables != NULL && variables[i] != NULL; i++)
		free(variables[i]);
	free(variables);
}

/* VALUE so that a shell reads it back as it is. */
static enum segl_status
add_quoted(struct buffer *out, const char *value)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_-./:,@%+=";
	enum segl_status status;

	if (value[0] != '\0' && value[strspn(value, plain)] == '\0')
		return buffer_add_str(out, value);
	status = buffer_add(out, "'", 1);
	for (; status == SEGL_OK && *value != '\0'; value++)
		status = *value == '\'' ? buffer_add_str(out, "'\\''")
					: buffer_add(out, value, 1);
	return status == SEGL_OK ? buffer_add(out, "'", 1) : status;
}

enum segl_status
ready_lines(struct buffer *out, char *const *variables)
{
	enum segl_status status = SEGL_OK;

	for (; status == SEGL_OK && *variables != NULL; variables++) {
		const char *equals = strchr(*variables, '=');

		status = buffer_add(
		    out, *variables, (size_t)(equals - *variables) + 1);
		if (status == SEGL_OK)
			status = add_quoted(out, equals + 1);
		if (status == SEGL_OK)
			status = buffer_add(out, "\n", 1);
	}
	return status;
}
