/* SPDX-License-Identifier: ISC */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sim/refusal.h"

/*
 * Texts as docs.digdir.no gives them, Maskinporten, "Feilsøking", and as
 * users of the service logged them. tests/fixtures/refusals.json says which is
 * which, and a test compares it with this table.
 */
#define CLIENT_FAILED "Invalid assertion. Client authentication failed."

static const struct refusal_row rows[REFUSAL_COUNT] = {
	[REFUSAL_NONE] = { "none", 200, NULL, "", 0 },
	[REFUSAL_MP_011] = { "MP-011", 400, "invalid_request",
	    "Invalid assertion. Invalid parameter value", 1 },
	[REFUSAL_MP_012] = { "MP-012", 400, "invalid_grant",
	    "Grant is used before", 1 },
	[REFUSAL_MP_100] = { "MP-100", 400, "invalid_grant", CLIENT_FAILED, 1 },
	[REFUSAL_MP_110] = { "MP-110", 400, "invalid_grant",
	    CLIENT_FAILED " Invalid JWT claim aud", 1 },
	[REFUSAL_MP_120] = { "MP-120", 400, "invalid_grant",
	    CLIENT_FAILED " The JWT is signed with an invalid certificate.",
	    1 },
	[REFUSAL_MP_121] = { "MP-121", 400, "invalid_grant",
	    CLIENT_FAILED " Expired key.", 1 },
	[REFUSAL_MP_122] = { "MP-122", 400, "invalid_grant",
	    "Invalid JWT. Invalid organization number for client. "
	    "Does not match certificate orgno",
	    1 },
	[REFUSAL_MP_123] = { "MP-123", 400, "invalid_grant",
	    "Invalid JWT header x5c", 1 },
	[REFUSAL_MP_124] = { "MP-124", 400, "invalid_grant",
	    CLIENT_FAILED " Invalid JWT signature.", 1 },
	[REFUSAL_MP_130] = { "MP-130", 400, "invalid_grant", "JWT is expired",
	    1 },
	[REFUSAL_MP_200] = { "MP-200", 400, "invalid_scope",
	    "Token request contains invalid scopes for client, {scope}", 1 },
	[REFUSAL_MP_201] = { "MP-201", 400, "invalid_scope",
	    "Token request contains scopes not allowed for maskinporten", 1 },
	[REFUSAL_MP_250] = { "MP-250", 403, "forbidden",
	    "Consumer has not been granted access to the scope {scope}.", 1 },
	[REFUSAL_MP_251] = { "MP-251", 403, "forbidden",
	    "Consumer {consumer} has not delegated access to the scope "
	    "{scope} to supplier {supplier}.",
	    1 },
	[REFUSAL_MP_301] = { "MP-301", 400, "invalid_request",
	    "Unknown authorization details type", 1 },
	[REFUSAL_MP_302] = { "MP-302", 400, "invalid_request",
	    "Unknown fields in the authorization details", 1 },
	[REFUSAL_MP_303] = { "MP-303", 400,
	    "invalid_altinn_customer_configuration",
	    "Invalid authorization details values, {value}", 1 },
	[REFUSAL_ISSUED_AFTER_NOW] = { "issued-after-now", 400, "invalid_grant",
	    "Issue time is after now", 0 },
	[REFUSAL_UNKNOWN_KID] = { "unknown-kid", 400, "invalid_grant",
	    CLIENT_FAILED " Unknown key identifier (kid) for client.", 0 },
	[REFUSAL_KID_REQUIRED] = { "kid-required", 400, "invalid_grant",
	    CLIENT_FAILED " Invalid JWT. The client requires pre-registered "
			  "jwk and no key identifier (kid) provided",
	    0 },
	[REFUSAL_CONSUMER_COMBINATION] = { "consumer-combination", 400,
	    "invalid_request",
	    "Validation of JWT claim failed: The combination consumer_org in "
	    "claim and delegation scope on client is invalid",
	    0 },
	/* RFC 6749, 5.2; Maskinporten documents no text for these */
	[REFUSAL_INVALID_REQUEST] = { "invalid-request", 400, "invalid_request",
	    "Invalid request", 0 },
	[REFUSAL_UNSUPPORTED_GRANT_TYPE] = { "unsupported-grant-type", 400,
	    "unsupported_grant_type", "Unsupported grant type", 0 },
	/* RFC 9110, 15.5 */
	[REFUSAL_MEDIA_TYPE] = { "media-type", 415, NULL, "", 0 },
	[REFUSAL_METHOD] = { "method", 405, NULL, "", 0 },
	[REFUSAL_INTERNAL] = { "internal", 500, NULL, "", 0 },
};

const struct refusal_row *
refusal_row(enum refusal refusal)
{
	return &rows[refusal];
}

enum refusal
refusal_find(const char *id)
{
	for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++)
		if (strcmp(rows[i].id, id) == 0)
			return (enum refusal)i;
	return REFUSAL_NONE;
}

static const char *
word(const struct refusal_words *words, const char *name, size_t len)
{
	const struct {
		const char *name, *value;
	} known[] = {
		{ "scope", words->scope },
		{ "consumer", words->consumer },
		{ "supplier", words->supplier },
		{ "value", words->value },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i].name) == len &&
		    memcmp(known[i].name, name, len) == 0)
			return known[i].value == NULL ? "" : known[i].value;
	return "";
}

static enum segl_status
describe(
    struct buffer *out, const char *text, const struct refusal_words *words)
{
	enum segl_status status = SEGL_OK;
	const char *open, *close;

	while (status == SEGL_OK && (open = strchr(text, '{')) != NULL) {
		close = strchr(open, '}');
		status = buffer_add(out, text, (size_t)(open - text));
		if (status == SEGL_OK)
			status = buffer_add_str(out,
			    word(words, open + 1, (size_t)(close - open - 1)));
		text = close + 1;
	}
	return status == SEGL_OK ? buffer_add_str(out, text) : status;
}

static enum segl_status
add_json(struct buffer *out, const struct refusal_row *row,
    const char *description, const char *issuer, const char *error)
{
	enum segl_status status = SEGL_ENOMEM;
	char *text = NULL;
	json_t *body;

	body =
	    json_pack("{s:s, s:s}", "error", error == NULL ? row->error : error,
		"error_description", description);
	if (body != NULL && row->has_uri &&
	    json_object_set_new(body, "error_uri",
		json_sprintf("%serrors/%s", issuer, row->id)) != 0)
		goto out;
	text = json_dumps(body, JSON_COMPACT);
	if (text != NULL)
		status = buffer_add_str(out, text);
out:
	free(text);
	json_decref(body);
	return status;
}

enum segl_status
refusal_body(struct buffer *out, enum refusal refusal,
    const struct refusal_words *words, const char *issuer, const char *marker,
    const char *trace_id, const char *error)
{
	const struct refusal_row *row = &rows[refusal];
	struct buffer description;
	enum segl_status status;

	if (row->error == NULL)
		return SEGL_OK;
	buffer_init(&description, out->max);
	status = describe(&description, row->description, words);
	if (status == SEGL_OK)
		status =
		    buffer_printf(&description, " (%s: %s)", marker, trace_id);
	if (status == SEGL_OK)
		status = add_json(out, row, description.data, issuer, error);
	buffer_clear(&description);
	return status;
}
