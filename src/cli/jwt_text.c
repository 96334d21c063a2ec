/* SPDX-License-Identifier: ISC */
/* A JWT in plain words. The page makes all foreign text safe. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <segl/environment.h>

#include "cli/jwt.h"
#include "cli/verify.h"
#include "explain/identifier.h"

/* ---- small words ------------------------------------------------------- */

/* VALUE as text: a string as it is, all else as JSON. */
static void
item_value(struct page *page, const char *label, const json_t *value,
    const char *behind)
{
	char *text;

	if (json_is_string(value)) {
		page_item(
		    page, label, "%s%s", json_string_value(value), behind);
		return;
	}
	text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	if (text == NULL)
		page->status = SEGL_ENOMEM;
	else
		page_item(page, label, "%s%s", text, behind);
	free(text);
}

static void
item_claim(struct page *page, const struct jwt *jwt, const char *label,
    const char *name, const char *behind)
{
	const json_t *value = json_object_get(jwt->claims, name);

	if (value != NULL)
		item_value(page, label, value, behind);
}

/* An issuer, with the name that --env knows it by. */
static void
item_server(struct page *page, const struct jwt *jwt, const char *label,
    const char *name)
{
	const struct segl_environment *e = jwt_environment(jwt_text(jwt, name));
	char behind[64];

	snprintf(behind, sizeof(behind), " (%s%s%s)", name,
	    e == NULL ? "" : "; --env ", e == NULL ? "" : e->name);
	item_claim(page, jwt, label, name, behind);
}

static void
item_identifier(struct page *page, const char *label, const char *id)
{
	char words[IDENTIFIER_WORDS_MAX];

	identifier_words(id, words);
	page_item(
	    page, label, "%s%s%s", id, words[0] == '\0' ? "" : ": ", words);
}

/* One of Digdir's pages writes "id". */
static const char *
id_of(const json_t *party)
{
	const char *id = json_string_value(json_object_get(party, "ID"));

	return id != NULL ? id
			  : json_string_value(json_object_get(party, "id"));
}

/* consumer and supplier: a name, where there is one, and what it is. */
static void
item_party(struct page *page, const struct jwt *jwt, const char *label,
    const char *claim)
{
	const json_t *party = json_object_get(jwt->claims, claim);
	const char *name =
	    json_string_value(json_object_get(party, "organizationName"));
	const char *id = id_of(party);

	if (party == NULL)
		return;
	if (name == NULL)
		name = json_string_value(json_object_get(party, "commonName"));
	if (id == NULL) {
		item_value(page, label, party, "");
		return;
	}
	if (name != NULL) {
		page_item(page, label, "%s", name);
		label = "";
	}
	item_identifier(page, label, id);
}

/* ---- times --------------------------------------------------------------- */

static void
item_time(struct page *page, const struct jwt *jwt, const char *label,
    const char *name, const char *past, const char *future)
{
	char utc[JWT_TIME_MAX], relative[JWT_TIME_MAX];
	long long at;

	if (!jwt_time(jwt, name, &at)) {
		item_claim(page, jwt, label, name, " (no time)");
		return;
	}
	jwt_time_utc(at, utc);
	jwt_time_relative(at, jwt->now, relative);
	page_item(page, label, "%s, %s%s", utc, at <= jwt->now ? past : future,
	    relative);
}

static void
add_times(struct page *page, const struct jwt *jwt)
{
	long long iat, exp;

	item_time(page, jwt, "made", "iat", "", "");
	item_time(page, jwt, "not before", "nbf", "", "");
	item_time(page, jwt, "until", "exp", "expired ", "expires ");
	if (jwt_time(jwt, "iat", &iat) && jwt_time(jwt, "exp", &exp) &&
	    exp > iat)
		page_item(page, "", "%lld seconds in all", exp - iat);
}

/* ---- authorization_details ------------------------------------------------
 */

static void
add_system_user(struct page *page, const json_t *one)
{
	const char *id = id_of(json_object_get(one, "systemuser_org"));
	const json_t *ref = json_object_get(one, "externalRef");
	const json_t *user = json_object_get(one, "systemuser_id");
	const json_t *system = json_object_get(one, "system_id");

	page_item(page, "acts as", "a system user in Altinn, of");
	item_identifier(page, "", id == NULL ? "nobody that is named" : id);
	if (ref != NULL)
		item_value(page, "", ref, " (externalRef)");
	if (user != NULL)
		item_value(page, "", user, " (systemuser_id)");
	if (system != NULL)
		item_value(page, "", system, " (system_id)");
}

static void
add_consent(struct page *page, const json_t *one)
{
	static const char *const names[] = { "id", "from", "validTo" };
	char behind[32];

	page_item(page, "acts by", "a consent given in Altinn");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const json_t *value = json_object_get(one, names[i]);

		snprintf(behind, sizeof(behind), " (%s)", names[i]);
		if (value != NULL)
			item_value(page, "", value, behind);
	}
}

static void
add_details(struct page *page, const struct jwt *jwt)
{
	const json_t *all =
	    json_object_get(jwt->claims, "authorization_details");
	const json_t *one;
	const char *type;
	size_t i;

	if (all != NULL && !json_is_array(all))
		item_value(page, "details", all, "");
	json_array_foreach(all, i, one)
	{
		type = json_string_value(json_object_get(one, "type"));
		if (type != NULL && strcmp(type, "urn:altinn:systemuser") == 0)
			add_system_user(page, one);
		else if (type != NULL &&
		    strcmp(type, "urn:altinn:consent") == 0)
			add_consent(page, one);
		else
			item_value(page, "details", one, "");
	}
}

/* ---- certificates ----------------------------------------------------------
 */

static void
add_certificate(struct page *page, const struct segl_certificate *c,
    const char *label, long long now)
{
	char from_utc[JWT_TIME_MAX], to_utc[JWT_TIME_MAX];
	char relative[JWT_TIME_MAX];
	long long from, to;
	const char *id;

	if (c == NULL) {
		page_item(page, label, "cannot be read");
		return;
	}
	page_item(page, label, "%s", segl_certificate_subject(c));
	id = segl_certificate_organization_identifier(c);
	if (id != NULL)
		item_identifier(page, "", id);
	page_item(page, "", "issued by %s",
	    segl_certificate_is_self_issued(c) ? "itself"
					       : segl_certificate_issuer(c));
	if (segl_certificate_validity(c, &from, &to) != 0)
		return;
	jwt_time_utc(from, from_utc);
	jwt_time_utc(to, to_utc);
	jwt_time_relative(to, now, relative);
	page_item(page, "", "valid %s to %s, %s%s", from_utc, to_utc,
	    to < now ? "expired " : "expires ", relative);
}

static void
add_key(struct page *page, const struct jwt *jwt)
{
	const json_t *kid = json_object_get(jwt->header, "kid");
	char label[40]; /* room for any number, though JWT_PATH_MAX is small */

	if (kid != NULL)
		item_value(page, "key", kid, " (kid)");
	for (size_t i = 0; i < jwt->path_len; i++) {
		snprintf(label, sizeof(label), "certificate %zu", i + 1);
		add_certificate(page, jwt->path[i], label, jwt->now);
	}
}

/* ---- all -------------------------------------------------------------------
 */

/* Claims that have words of their own, for each kind. */
static const char *const grant_claims[] = { "iss", "aud", "scope", "resource",
	"consumer_org", "pid", "iat", "nbf", "exp", "jti",
	"authorization_details", NULL };
static const char *const token_claims[] = { "iss", "aud", "scope", "consumer",
	"supplier", "delegation_source", "client_id", "client_amr", "pid",
	"iat", "nbf", "exp", "jti", "authorization_details", "token_type",
	NULL };
static const char *const other_claims[] = { "iss", "sub", "aud", "scope", "iat",
	"nbf", "exp", "jti", NULL };

static void
add_rest(struct page *page, const struct jwt *jwt, const char *const *told)
{
	const char *label = "other claims";
	const char *name;
	json_t *value;

	json_object_foreach(jwt->claims, name, value)
	{
		size_t i = 0;
		char *text;

		while (told[i] != NULL && strcmp(told[i], name) != 0)
			i++;
		if (told[i] != NULL)
			continue;
		text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
		if (text == NULL)
			page->status = SEGL_ENOMEM;
		else
			page_item(page, label, "%s: %s", name, text);
		free(text);
		label = "";
	}
}

static void
grant_words(struct page *page, const struct jwt *jwt)
{
	const char *org = jwt_text(jwt, "consumer_org");

	page_add(page, "a grant: it asks Maskinporten for a token");
	item_claim(page, jwt, "from", "iss",
	    json_object_get(jwt->header, "x5c") == NULL
		? " (iss, the client)"
		: " (iss; ignored where an eSeal signs)");
	item_server(page, jwt, "to", "aud");
	item_claim(page, jwt, "asks for", "scope", " (scope)");
	item_claim(page, jwt, "at", "resource", " (resource)");
	if (org != NULL)
		page_item(page, "on behalf of",
		    "%s (consumer_org), who delegated in Altinn", org);
	item_claim(page, jwt, "person", "pid", " (pid)");
	add_details(page, jwt);
	add_times(page, jwt);
	item_claim(page, jwt, "number", "jti", " (jti)");
	add_key(page, jwt);
	add_rest(page, jwt, grant_claims);
}

static void
token_words(struct page *page, const struct jwt *jwt)
{
	const char *amr = jwt_text(jwt, "client_amr");
	const char *words = amr == NULL ? NULL : identifier_amr_words(amr);

	page_add(page, "an access token of Maskinporten");
	item_party(page, jwt, "whose", "consumer");
	item_party(page, jwt, "used by", "supplier");
	item_claim(page, jwt, "delegated at", "delegation_source", "");
	item_claim(page, jwt, "client", "client_id", "");
	if (words != NULL)
		page_item(
		    page, "proved with", "%s (client_amr %s)", words, amr);
	else
		item_claim(page, jwt, "proved with", "client_amr", "");
	item_claim(page, jwt, "entitles to", "scope", " (scope)");
	item_claim(page, jwt, "at", "aud", " (aud)");
	item_claim(page, jwt, "person", "pid", " (pid)");
	add_details(page, jwt);
	item_server(page, jwt, "issued by", "iss");
	add_times(page, jwt);
	item_claim(page, jwt, "number", "jti", " (jti)");
	add_key(page, jwt);
	add_rest(page, jwt, token_claims);
}

static void
other_words(struct page *page, const struct jwt *jwt)
{
	page_add(
	    page, "a JWT, but neither a grant nor a token of Maskinporten");
	item_claim(page, jwt, "issued by", "iss", " (iss)");
	item_claim(page, jwt, "about", "sub", " (sub)");
	item_claim(page, jwt, "for", "aud", " (aud)");
	item_claim(page, jwt, "scope", "scope", "");
	add_times(page, jwt);
	item_claim(page, jwt, "number", "jti", " (jti)");
	add_key(page, jwt);
	add_rest(page, jwt, other_claims);
}

/* What is known of the signature itself, and of the rest. */
static const char *
verdict_words(const struct verdict *verdict)
{
	enum segl_inactive why = segl_introspection_why(verdict->result);

	switch (why) {
	case SEGL_INACTIVE_NOT:
		return "verified, and the token is good";
	case SEGL_INACTIVE_ISSUER:
		return "right, but another server made the token";
	case SEGL_INACTIVE_EXPIRED:
		return "right, but the token is no longer valid";
	case SEGL_INACTIVE_NOT_YET:
		return "right, but the token is not valid yet";
	case SEGL_INACTIVE_AUDIENCE:
		return "right, but the token is for another service";
	case SEGL_INACTIVE_SCOPE:
		return "right, but the token lacks a scope";
	default:
		return segl_inactive_words(why);
	}
}

static void
add_signature(struct page *page, const struct jwt *jwt, int show)
{
	const char *alg =
	    json_string_value(json_object_get(jwt->header, "alg"));

	page_item(page, "signature", "%s (%s)%s",
	    jwt->verdict == NULL ? "not checked" : verdict_words(jwt->verdict),
	    alg == NULL ? "alg unknown" : alg,
	    show > 0        ? ":"
		: show == 0 ? "; withheld, --show-signature shows it"
			    : "");
	if (jwt->verdict != NULL)
		page_item(
		    page, "checked by", "the keys of %s", jwt->verdict->issuer);
	if (show > 0)
		page_line(page, jwt->signature);
}

void
jwt_render(const struct jwt *jwt, int show_signature, struct page *page)
{
	const json_t *remark;
	size_t i;

	if (jwt->kind == JWT_GRANT)
		grant_words(page, jwt);
	else if (jwt->kind == JWT_ACCESS_TOKEN)
		token_words(page, jwt);
	else
		other_words(page, jwt);
	add_signature(page, jwt, show_signature);
	if (json_array_size(jwt->remarks) > 0)
		page_add(page, "not as Maskinporten documents it:");
	json_array_foreach(jwt->remarks, i, remark) page_bullet(
	    page, "%s", json_string_value(json_object_get(remark, "text")));
}
