/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sim/registry.h"

static void
clear_key(void *item)
{
	struct registered_key *key = item;

	free(key->kid);
	EVP_PKEY_free(key->key);
}

static void
clear_client(void *item)
{
	struct client *client = item;

	free(client->id);
	free(client->orgno);
	free(client->integration_type);
	reader_list_clear(&client->scopes, reader_text_clear);
	reader_list_clear(&client->keys, clear_key);
}

static void
clear_scope(void *item)
{
	struct scope *scope = item;

	free(scope->name);
	free(scope->owner);
	reader_list_clear(&scope->granted_to, reader_text_clear);
	reader_list_clear(&scope->client_types, reader_text_clear);
}

static void
clear_delegation(void *item)
{
	struct delegation *delegation = item;

	free(delegation->consumer);
	free(delegation->supplier);
	free(delegation->scope);
}

static void
clear_system_user(void *item)
{
	struct system_user *user = item;

	free(user->id);
	free(user->orgno);
	free(user->external_ref);
	free(user->system_id);
	reader_list_clear(&user->client_ids, reader_text_clear);
}

static void
clear_consent(void *item)
{
	struct consent *consent = item;

	free(consent->id);
	free(consent->from);
	free(consent->to);
	json_decref(consent->rights);
}

void
registry_free(struct registry *registry)
{
	if (registry == NULL)
		return;
	reader_list_clear(&registry->clients, clear_client);
	reader_list_clear(&registry->scopes, clear_scope);
	reader_list_clear(&registry->delegations, clear_delegation);
	reader_list_clear(&registry->system_users, clear_system_user);
	reader_list_clear(&registry->consents, clear_consent);
	trust_free(registry->roots);
	trust_free(registry->intermediates);
	free(registry);
}

const struct client *
registry_client(const struct registry *registry, const char *id)
{
	const struct client *clients = registry->clients.items;

	for (size_t i = 0; i < registry->clients.count; i++)
		if (strcmp(clients[i].id, id) == 0)
			return &clients[i];
	return NULL;
}

const struct registered_key *
client_key(const struct client *client, const char *kid)
{
	const struct registered_key *keys = client->keys.items;

	for (size_t i = 0; i < client->keys.count; i++)
		if (strcmp(keys[i].kid, kid) == 0)
			return &keys[i];
	return NULL;
}

const struct scope *
registry_scope(const struct registry *registry, const char *name)
{
	const struct scope *scopes = registry->scopes.items;

	for (size_t i = 0; i < registry->scopes.count; i++)
		if (strcmp(scopes[i].name, name) == 0)
			return &scopes[i];
	return NULL;
}

const struct consent *
registry_consent(const struct registry *registry, const char *id)
{
	const struct consent *consents = registry->consents.items;

	for (size_t i = 0; i < registry->consents.count; i++)
		if (strcmp(consents[i].id, id) == 0)
			return &consents[i];
	return NULL;
}

/* Altinn takes the customer's number where no reference was set. */
static const char *
reference(const struct system_user *user)
{
	return user->external_ref == NULL ? user->orgno : user->external_ref;
}

const struct system_user *
registry_system_user(
    const struct registry *registry, const char *orgno, const char *ref)
{
	const struct system_user *users = registry->system_users.items;

	for (size_t i = 0; i < registry->system_users.count; i++)
		if (strcmp(users[i].orgno, orgno) == 0 &&
		    strcmp(reference(&users[i]), ref == NULL ? orgno : ref) ==
			0)
			return &users[i];
	return NULL;
}

int
texts_have(const struct list *texts, const char *text)
{
	char *const *all = texts->items;

	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(all[i], text) == 0)
			return 1;
	return 0;
}

int
scope_is_for_maskinporten(const struct scope *scope)
{
	return scope->client_types.count == 0 ||
	    texts_have(&scope->client_types, "maskinporten");
}

int
scope_is_granted(const struct scope *scope, const char *orgno)
{
	return scope->open || strcmp(scope->owner, orgno) == 0 ||
	    texts_have(&scope->granted_to, orgno);
}

int
registry_delegates(const struct registry *registry, const char *consumer,
    const char *supplier, const char *scope)
{
	const struct delegation *all = registry->delegations.items;

	for (size_t i = 0; i < registry->delegations.count; i++)
		if (strcmp(all[i].consumer, consumer) == 0 &&
		    strcmp(all[i].supplier, supplier) == 0 &&
		    strcmp(all[i].scope, scope) == 0)
			return 1;
	return 0;
}
