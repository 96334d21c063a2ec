/* SPDX-License-Identifier: ISC */
/*
 * Altinn: the exchange of Maskinporten's tokens (docs.altinn.studio,
 * Authentication). The answer is the token alone, without JSON around it.
 */
#include <string.h>

#include "base/secret.h"
#include "sim/api.h"

static enum segl_status
refuse(const struct api_call *call, enum rule rule, const char *why)
{
	api_note(call, "refused", rule, why);
	call->answer->status = 401; /* without a word, as frameworks do it */
	return SEGL_OK;
}

/* Who acts, for whom, and as which system user, is what Maskinporten said. */
static json_t *
claims_for(const json_t *subject)
{
	static const char *const names[] = { "consumer", "supplier", "scope",
		"authorization_details" };
	json_t *claims =
	    json_pack("{s:s}", "urn:altinn:authenticatemethod", "maskinporten");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_t *value = json_object_get(subject, names[i]);

		if (value != NULL)
			(void)json_object_set(claims, names[i], value);
	}
	return claims;
}

enum segl_status
altinn_exchange(const struct api_call *call)
{
	const struct rules *rules = &call->sim->options.rules;
	const char *token = api_bearer(call->request), *why;
	enum segl_status status = SEGL_ENOMEM;
	json_t *subject, *claims;
	char *ours;

	subject = api_claims(call, token, API_MASKINPORTEN, &why);
	if (subject == NULL)
		return refuse(call, RULE_ALTINN_SUBJECT,
		    token == NULL ? "there is no bearer token" : why);
	if (!api_is_norwegian(subject) &&
	    rules_is(rules, RULE_ALTINN_CONSUMER, "norwegian")) {
		json_decref(subject);
		return refuse(call, RULE_ALTINN_CONSUMER,
		    "the consumer has no organisation number");
	}
	claims = claims_for(subject);
	ours = api_sign(
	    call, API_ALTINN, rules->value[RULE_ALTINN_LIFETIME], claims);
	if (ours != NULL) {
		api_note(call, "token", RULE_ALTINN_SUBJECT, NULL);
		call->answer->status = 200;
		call->answer->content_type = "text/plain; charset=utf-8";
		status = buffer_add_str(&call->answer->body, ours);
	}
	secret_free_text(ours);
	json_decref(subject);
	return status;
}
