/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/place.h"
#include "base/error.h"
#include "base/file.h"
#include "front/sidecar.h"
#include "present/present.h"
#include "settings/options.h"

/* ,"NAME":"TEXT" with what JSON escapes; nothing where TEXT is NULL. */
static void
print_member(const char *name, const char *text)
{
	if (text == NULL)
		return;
	fprintf(stderr, ",\"%s\":\"", name);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(stderr, "\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			fprintf(stderr, "\\u%04x", (unsigned char)*text);
		else
			fputc(*text, stderr);
	}
	fputc('"', stderr);
}

/* Tell the failure in SEGL as segl-main would. */
static int
fail(struct segl *segl, const struct settings *settings)
{
	enum segl_status status = segl_error_status(segl);
	const char *remedy = segl_error_remedy(segl);
	int code = segl_status_exit_code(status);

	if (settings->json) {
		fputs("{\"schema\":1", stderr);
		print_member("error", segl_status_name(status));
		print_member("status", segl_status_name(status));
		print_member("message", segl_error_message(segl));
		print_member("remedy", remedy);
		print_member("owner", segl_turn_name(segl_error_turn(segl)));
		fprintf(stderr, ",\"exit\":%d}\n", code);
	} else {
		fprintf(stderr, "segl: %s\n", segl_error_message(segl));
		if (remedy != NULL)
			fprintf(stderr, "  what to do:  %s\n", remedy);
	}
	return code;
}

/* ---- whether --------------------------------------------------------------
 */

/* What a request to segld can say; the rest segld's own settings decide. */
static int
can_be_asked(const struct option *option)
{
	static const char *const names[] = { "env", "scope", "resource",
		"consumer-org", "pid", "authorization-details", "system-user",
		"consent", "exchange" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(option->name, names[i]) == 0)
			return 1;
	return (option->flags & OPTION_CHANGES_TOKEN) == 0;
}

/* The option on the command line that segld cannot be asked, NULL none. */
static const char *
not_for_segld(const struct settings *settings)
{
	const struct option *option;

	for (size_t i = 0; (option = option_at(i)) != NULL; i++)
		if (settings->origins[i].kind == ORIGIN_ARGUMENT &&
		    !can_be_asked(option))
			return option->name;
	return NULL;
}

static int
names_key(const struct settings *settings)
{
	return settings->softtoken != NULL || settings->key != NULL ||
	    getenv("MASKINPORTEN_CLIENT_JWK") != NULL;
}

/* A connection to where nobody said; -1 where it is not to be used. */
static int
connect_usual(const struct settings *settings)
{
	char path[256];
	int fd = -1;

	if (names_key(settings) || not_for_segld(settings) != NULL)
		return -1;
	for (unsigned int i = 0; fd < 0 && i < PLACES_MAX; i++)
		if (place_at(i, path, sizeof(path)))
			fd = agent_connect(path);
	return fd;
}

/* A connection to what was named; -1 with the failure in SEGL. */
static int
connect_named(struct segl *segl, const struct settings *settings)
{
	const char *option = not_for_segld(settings);
	int fd;

	if (option != NULL) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "--%s cannot be asked of segld, whose own settings "
		    "decide it",
		    option);
		error_remedy(
		    segl, "leave it out, or do without segld: --agent none");
		return -1;
	}
	fd = agent_connect(settings->agent);
	if (fd >= 0)
		return fd;
	error_set(segl, SEGL_ENETWORK, SEGL_TURN_YOU,
	    "segld does not answer at %s: %s", settings->agent,
	    strerror(errno));
	error_remedy(segl,
	    "start it, check --agent and SEGL_AGENT, or do without it: "
	    "--agent none");
	return -1;
}

/* ---- what -----------------------------------------------------------------
 */

static enum segl_status
add_optional(struct buffer *query, const char *name, const char *value)
{
	return value == NULL ? SEGL_OK : agent_query_add(query, name, value);
}

static enum segl_status
add_list(
    struct buffer *query, const char *name, const struct setting_list *list)
{
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < list->n; i++)
		status = agent_query_add(query, name, list->values[i]);
	return status;
}

static enum segl_status
add_details(struct buffer *query, const char *details)
{
	enum segl_status status = SEGL_EREPLY;
	struct buffer text;

	if (details == NULL || details[0] != '@')
		return add_optional(query, "authorization_details", details);
	buffer_init(&text, AGENT_QUERY_MAX);
	if (file_read(details + 1, &text, NULL) == 0 && text.data != NULL)
		status =
		    agent_query_add(query, "authorization_details", text.data);
	buffer_clear(&text);
	return status;
}

static enum segl_status
add_issuer(
    struct segl *segl, const struct settings *settings, struct buffer *query)
{
	struct settings_server server;
	enum segl_status status;

	if (settings->env == NULL)
		return SEGL_OK;
	status = settings_server(segl, settings, &server);
	if (status == SEGL_OK)
		status = agent_query_add(query, "issuer", server.issuer);
	return status;
}

static enum segl_status
compose(
    struct segl *segl, const struct settings *settings, struct buffer *query)
{
	char least[24];
	enum segl_status status = add_list(query, "scope", &settings->scope);

	if (status == SEGL_OK)
		status = add_list(query, "resource", &settings->resource);
	if (status == SEGL_OK)
		status =
		    add_optional(query, "consumer_org", settings->consumer_org);
	if (status == SEGL_OK)
		status = add_optional(query, "pid", settings->pid);
	if (status == SEGL_OK)
		status =
		    add_optional(query, "system_user", settings->system_user);
	if (status == SEGL_OK)
		status = add_optional(query, "consent", settings->consent);
	if (status == SEGL_OK)
		status = add_optional(query, "exchange", settings->exchange);
	if (status == SEGL_OK)
		status = add_details(query, settings->authorization_details);
	if (status == SEGL_OK)
		status = add_optional(query, "profile", settings->profile);
	if (status == SEGL_OK)
		status = add_issuer(segl, settings, query);
	snprintf(least, sizeof(least), "%ld", settings->min_validity_s);
	if (status == SEGL_OK && settings->min_validity_s >= 0)
		status = agent_query_add(query, "min_validity", least);
	if (status == SEGL_OK && (settings->force_new || settings->no_cache))
		status = agent_query_add(query, "force", "true");
	if (status == SEGL_EREPLY)
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the request is longer than segld takes, or the "
		    "authorization details cannot be read");
	else if (status == SEGL_ENOMEM)
		error_nomem(segl);
	return status == SEGL_EREPLY ? SEGL_EUSAGE : status;
}

/* ---- and what came --------------------------------------------------------
 */

static enum segl_status
print_token(
    struct segl *segl, const struct settings *settings, struct buffer *body)
{
	const char *in = agent_line(body, "expires_in");
	const char *at = agent_line(body, "expires_at");
	struct presentation what = {
		.token = agent_line(body, "access_token"),
		.type = agent_line(body, "token_type"),
		.scope = agent_line(body, "scope"),
		.expires_in_s = in == NULL ? -1 : strtol(in, NULL, 10),
		.expires_at = at == NULL ? -1 : strtoll(at, NULL, 10),
		.from_cache = 1,
	};
	struct buffer out;
	int error = ENOMEM;

	if (what.token == NULL || what.type == NULL)
		return error_set(segl, SEGL_EREPLY, SEGL_TURN_SEGL,
		    "segld answered without a token");
	buffer_init(&out, 256u << 10);
	if (present_token(
		&out, settings->output, &what, settings->no_newline) == SEGL_OK)
		error = file_write_all(STDOUT_FILENO, out.data, out.len);
	buffer_clear(&out);
	if (error == 0 && close(STDOUT_FILENO) < 0)
		error = errno;
	if (error == 0)
		return SEGL_OK;
	error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
	    "the result could not be written to standard output: %s",
	    strerror(error));
	return SEGL_EINTERNAL;
}

/* Exit code, JSON, words; 0 where it is not that. */
static int
print_failure(const struct settings *settings, const struct buffer *body)
{
	char *json = body->data == NULL ? NULL : strchr(body->data, '\n');
	char *words = json == NULL ? NULL : strchr(json + 1, '\n');
	long code = words == NULL ? 0 : strtol(body->data, NULL, 10);

	if (code <= 0 || code > 125)
		return 0;
	*words++ = '\0';
	if (settings->json)
		fprintf(stderr, "%s\n", json + 1);
	else
		fputs(words, stderr);
	return (int)code;
}

int
sidecar_serve(
    struct segl *segl, const struct settings *settings, int *exit_code)
{
	int named = settings->agent != NULL, fd;
	struct agent_reply reply;
	enum segl_status status;
	struct buffer query;

	if (named && strcmp(settings->agent, "none") == 0)
		return 0;
	fd = named ? connect_named(segl, settings) : connect_usual(settings);
	if (fd < 0 && !named)
		return 0;
	buffer_init(&query, AGENT_QUERY_MAX);
	agent_reply_init(&reply);
	*exit_code = 0;
	status =
	    fd < 0 ? segl_error_status(segl) : compose(segl, settings, &query);
	if (status == SEGL_OK)
		status = agent_ask(
		    segl, fd, query.data == NULL ? "" : query.data, &reply);
	else if (fd >= 0)
		close(fd);
	if (status == SEGL_OK && reply.http_status == 200)
		status = print_token(segl, settings, &reply.body);
	else if (status == SEGL_OK &&
	    (*exit_code = print_failure(settings, &reply.body)) == 0)
		status = error_set(segl, SEGL_EREPLY, SEGL_TURN_SEGL,
		    "segld answered with HTTP %d", reply.http_status);
	if (status != SEGL_OK)
		*exit_code = fail(segl, settings);
	agent_reply_clear(&reply);
	buffer_clear(&query);
	return 1;
}
