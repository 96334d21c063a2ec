/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "sim/public_key.h"
#include "sim/registry.h"

#define KEYS_MAX 5 /* of one client, as in self-service */

/* What is read beside the registry itself. */
struct source {
	struct reader reader;  /* first, so that readers can be told apart */
	const char *directory; /* of the file; ends in "/", or is "" */
	size_t directory_len;
};

/* The path of the file that VALUE names; new in OUT. */
static enum segl_status
read_path(struct reader *reader, const json_t *value, void *out)
{
	const struct source *source = (const struct source *)(void *)reader;
	enum segl_status status;
	char *name = NULL, *path;

	status = reader_text(reader, value, &name);
	if (status != SEGL_OK || name[0] == '/') {
		*(char **)out = name;
		return status;
	}
	if (asprintf(&path, "%.*s%s", (int)source->directory_len,
		source->directory, name) < 0) {
		free(name);
		return error_nomem(reader->segl);
	}
	free(name);
	*(char **)out = path;
	return SEGL_OK;
}

/* ---- keys */

/* A key as it stands in the file. */
struct key_text {
	char *kid, *file, *kty, *use, *alg, *n, *e;
	long long created;
};

static const struct reader_member key_members[] = {
	{ "kid", 1, reader_text, offsetof(struct key_text, kid) },
	{ "created", 0, reader_instant, offsetof(struct key_text, created) },
	{ "file", 0, read_path, offsetof(struct key_text, file) },
	{ "kty", 0, reader_text, offsetof(struct key_text, kty) },
	{ "use", 0, reader_text, offsetof(struct key_text, use) },
	{ "alg", 0, reader_text, offsetof(struct key_text, alg) },
	{ "n", 0, reader_text, offsetof(struct key_text, n) },
	{ "e", 0, reader_text, offsetof(struct key_text, e) },
	{ NULL, 0, NULL, 0 },
};

static enum segl_status
read_key_file(struct reader *reader, const char *path, EVP_PKEY **out)
{
	enum segl_status status = SEGL_OK;
	const char *why = NULL;
	struct buffer bytes;
	int error;

	buffer_init(&bytes, FILE_KEY_MAX);
	error = file_read(path, &bytes, NULL);
	if (error != 0)
		status = reader_refuse(
		    reader, "cannot read %s: %s", path, strerror(error));
	else if (bytes.len == 0)
		status = reader_refuse(reader, "%s is empty", path);
	else
		*out = public_key_parse(bytes.data, bytes.len, &why);
	if (status == SEGL_OK && *out == NULL)
		status = reader_refuse(reader, "%s: %s", path, why);
	buffer_clear(&bytes);
	return status;
}

static enum segl_status
make_key(struct reader *reader, const struct key_text *text, EVP_PKEY **out)
{
	int numbers = text->n != NULL && text->e != NULL;

	if (text->kid[strspn(text->kid,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._-")] != '\0')
		return reader_refuse(reader,
		    "a kid has letters, digits, \".\", \"_\" and \"-\"");
	if ((text->file != NULL) == numbers)
		return reader_refuse(
		    reader, "a key is either \"file\" or \"n\" and \"e\"");
	if (text->file != NULL)
		return read_key_file(reader, text->file, out);
	if (text->kty == NULL || strcmp(text->kty, "RSA") != 0)
		return reader_refuse(reader, "\"kty\" is not \"RSA\"");
	*out = public_key_of_numbers(text->n, text->e);
	return *out == NULL
	    ? reader_refuse(reader, "\"n\" and \"e\" are no key")
	    : SEGL_OK;
}

static enum segl_status
read_key(struct reader *reader, const json_t *value, void *out)
{
	struct registered_key *key = out;
	struct key_text text = { 0 };
	enum segl_status status;

	status = reader_object(reader, value, key_members, &text);
	if (status == SEGL_OK)
		status = make_key(reader, &text, &key->key);
	key->kid = text.kid;
	key->created = text.created;
	free(text.file);
	free(text.kty);
	free(text.use);
	free(text.alg);
	free(text.n);
	free(text.e);
	return status;
}

static enum segl_status
read_keys(struct reader *reader, const json_t *value, void *out)
{
	struct list *list = out;
	const struct registered_key *keys;
	enum segl_status status;

	status = reader_list(
	    reader, value, sizeof(struct registered_key), read_key, list);
	if (status != SEGL_OK)
		return status;
	if (list->count > KEYS_MAX)
		return reader_refuse(
		    reader, "a client has at most %d keys", KEYS_MAX);
	keys = list->items;
	for (size_t i = 0; i < list->count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(keys[i].kid, keys[k].kid) == 0)
				return reader_refuse(reader,
				    "there are two keys %s", keys[i].kid);
	return SEGL_OK;
}

/* ---- the rest, by tables */

static enum segl_status
read_type(struct reader *reader, const json_t *value, void *out)
{
	static const char *const types[] = { "maskinporten", "idporten",
		"ansattporten", "api_klient", "krr", "eformidling" };
	enum segl_status status = reader_text(reader, value, out);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (status != SEGL_OK || strcmp(*(char **)out, types[i]) == 0)
			return status;
	return reader_refuse(reader,
	    "not one of maskinporten, idporten, ansattporten, api_klient, "
	    "krr and eformidling");
}

static enum segl_status
read_types(struct reader *reader, const json_t *value, void *out)
{
	return reader_list(reader, value, sizeof(char *), read_type, out);
}

#define MEMBER(type, name, required, read, member)                             \
	{                                                                      \
		name, required, read, offsetof(struct type, member)            \
	}
#define END                                                                    \
	{                                                                      \
		NULL, 0, NULL, 0                                               \
	}

static const struct reader_member client_members[] = {
	MEMBER(client, "client_id", 1, reader_text, id),
	MEMBER(client, "orgno", 1, reader_orgno, orgno),
	MEMBER(client, "integration_type", 0, read_type, integration_type),
	MEMBER(client, "scopes", 0, reader_scopes, scopes),
	MEMBER(client, "keys", 0, read_keys, keys),
	END,
};

static const struct reader_member scope_members[] = {
	MEMBER(scope, "scope", 1, reader_scope, name),
	MEMBER(scope, "owner", 1, reader_orgno, owner),
	MEMBER(scope, "accessible_for_all", 0, reader_flag, open),
	MEMBER(scope, "granted_to", 0, reader_orgnos, granted_to),
	MEMBER(scope, "allowed_integration_types", 0, read_types, client_types),
	END,
};

static const struct reader_member delegation_members[] = {
	MEMBER(delegation, "consumer", 1, reader_orgno, consumer),
	MEMBER(delegation, "supplier", 1, reader_orgno, supplier),
	MEMBER(delegation, "scope", 1, reader_scope, scope),
	END,
};

static const struct reader_member system_user_members[] = {
	MEMBER(system_user, "id", 1, reader_text, id),
	MEMBER(system_user, "orgno", 1, reader_orgno, orgno),
	MEMBER(system_user, "external_ref", 0, reader_text, external_ref),
	MEMBER(system_user, "system_id", 1, reader_text, system_id),
	MEMBER(system_user, "client_ids", 1, reader_texts, client_ids),
	MEMBER(system_user, "approved", 1, reader_flag, approved),
	END,
};

static const struct reader_member consent_members[] = {
	MEMBER(consent, "id", 1, reader_text, id),
	MEMBER(consent, "from", 1, reader_text, from),
	MEMBER(consent, "to", 1, reader_orgno, to),
	MEMBER(consent, "consented", 1, reader_instant, consented),
	MEMBER(consent, "valid_to", 0, reader_instant, valid_to),
	MEMBER(consent, "rights", 0, reader_array, rights),
	END,
};

static enum segl_status
read_client(struct reader *reader, const json_t *value, void *out)
{
	return reader_object(reader, value, client_members, out);
}

static enum segl_status
read_scope(struct reader *reader, const json_t *value, void *out)
{
	return reader_object(reader, value, scope_members, out);
}

static enum segl_status
read_delegation(struct reader *reader, const json_t *value, void *out)
{
	return reader_object(reader, value, delegation_members, out);
}

static enum segl_status
read_system_user(struct reader *reader, const json_t *value, void *out)
{
	return reader_object(reader, value, system_user_members, out);
}

static enum segl_status
read_consent(struct reader *reader, const json_t *value, void *out)
{
	return reader_object(reader, value, consent_members, out);
}

#define LIST(type)                                                             \
	static enum segl_status read_##type##s(                                \
	    struct reader *reader, const json_t *value, void *out)             \
	{                                                                      \
		return reader_list(                                            \
		    reader, value, sizeof(struct type), read_##type, out);     \
	}
LIST(client)
LIST(scope)
LIST(delegation)
LIST(system_user)
LIST(consent)

/* Certificates of issuers, from the file that VALUE names. */
static enum segl_status
read_trust(struct reader *reader, const json_t *value, void *out)
{
	enum segl_status status;
	char *path = NULL;

	status = read_path(reader, value, &path);
	if (status == SEGL_OK)
		status = trust_load(reader->segl, path, out);
	free(path);
	return status;
}

static const struct reader_member registry_members[] = {
	MEMBER(registry, "enterprise_roots", 0, read_trust, roots),
	MEMBER(
	    registry, "enterprise_intermediates", 0, read_trust, intermediates),
	MEMBER(registry, "scopes", 0, read_scopes, scopes),
	MEMBER(registry, "clients", 0, read_clients, clients),
	MEMBER(registry, "delegations", 0, read_delegations, delegations),
	MEMBER(registry, "system_users", 0, read_system_users, system_users),
	MEMBER(registry, "consents", 0, read_consents, consents),
	END,
};

/* ---- what belongs together */

static enum segl_status
refuse_at(struct reader *reader, const char *list, size_t i, const char *what,
    const char *name)
{
	snprintf(reader->place, sizeof(reader->place), "%s[%zu]", list, i);
	return reader_refuse(reader, "%s %s", what, name);
}

static enum segl_status
check_clients(struct reader *reader, const struct registry *registry)
{
	const struct client *clients = registry->clients.items;

	for (size_t i = 0; i < registry->clients.count; i++) {
		char *const *scopes = clients[i].scopes.items;

		if (registry_client(registry, clients[i].id) != &clients[i])
			return refuse_at(reader, "clients", i,
			    "there are two clients", clients[i].id);
		for (size_t k = 0; k < clients[i].scopes.count; k++)
			if (registry_scope(registry, scopes[k]) == NULL)
				return refuse_at(reader, "clients", i,
				    "\"scopes\" has no", scopes[k]);
	}
	return SEGL_OK;
}

static enum segl_status
check_scopes(struct reader *reader, const struct registry *registry)
{
	const struct scope *scopes = registry->scopes.items;
	const struct delegation *all = registry->delegations.items;

	for (size_t i = 0; i < registry->scopes.count; i++)
		if (registry_scope(registry, scopes[i].name) != &scopes[i])
			return refuse_at(reader, "scopes", i,
			    "there are two scopes", scopes[i].name);
	for (size_t i = 0; i < registry->delegations.count; i++)
		if (registry_scope(registry, all[i].scope) == NULL)
			return refuse_at(reader, "delegations", i,
			    "\"scopes\" has no", all[i].scope);
	return SEGL_OK;
}

static enum segl_status
check_system_users(struct reader *reader, const struct registry *registry)
{
	const struct system_user *users = registry->system_users.items;

	for (size_t i = 0; i < registry->system_users.count; i++) {
		char *const *ids = users[i].client_ids.items;

		for (size_t k = 0; k < users[i].client_ids.count; k++)
			if (registry_client(registry, ids[k]) == NULL)
				return refuse_at(reader, "system_users", i,
				    "\"clients\" has no", ids[k]);
	}
	return SEGL_OK;
}

static enum segl_status
read_registry(struct source *source, const struct buffer *bytes,
    struct registry *registry)
{
	struct reader *reader = &source->reader;
	enum segl_status status;
	json_error_t error;
	json_t *value;

	value = json_loadb(bytes->data == NULL ? "" : bytes->data, bytes->len,
	    JSON_REJECT_DUPLICATES, &error);
	if (value == NULL)
		return reader_refuse(reader, "line %d, column %d: %s",
		    error.line, error.column, error.text);
	status = reader_object(reader, value, registry_members, registry);
	json_decref(value);
	if (status == SEGL_OK)
		status = check_scopes(reader, registry);
	if (status == SEGL_OK)
		status = check_clients(reader, registry);
	if (status == SEGL_OK)
		status = check_system_users(reader, registry);
	return status;
}

static enum segl_status
load(struct source *source, struct registry *registry,
    const struct registry_files *defaults)
{
	struct segl *segl = source->reader.segl;
	enum segl_status status;
	struct buffer bytes;
	int error;

	buffer_init(&bytes, FILE_KEY_MAX);
	error = file_read(source->reader.file, &bytes, NULL);
	if (error != 0)
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot read %s: %s", source->reader.file, strerror(error));
	else
		status = read_registry(source, &bytes, registry);
	buffer_clear(&bytes);
	if (status == SEGL_OK && registry->roots == NULL)
		status = trust_load(segl, defaults->roots, &registry->roots);
	if (status == SEGL_OK && registry->intermediates == NULL)
		status = trust_load(
		    segl, defaults->intermediates, &registry->intermediates);
	return status;
}

enum segl_status
registry_load(struct segl *segl, const char *file,
    const struct registry_files *defaults, struct registry **out)
{
	struct registry *registry = calloc(1, sizeof(*registry));
	const char *slash = strrchr(file, '/');
	struct source source = {
		.reader = { .segl = segl, .file = file, .section = "REGISTRY" },
		.directory = file,
		.directory_len = slash == NULL ? 0 : (size_t)(slash + 1 - file)
	};
	enum segl_status status;

	*out = NULL;
	if (registry == NULL)
		return error_nomem(segl);
	status = load(&source, registry, defaults);
	if (status == SEGL_OK)
		*out = registry;
	else
		registry_free(registry);
	return status;
}
