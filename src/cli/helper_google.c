/* SPDX-License-Identifier: ISC */
/*
 * Google's executable-sourced credentials (AIP-4117): a token for workload
 * identity federation, as JSON on standard output; so is a failure.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/helper.h"

#define TYPE_JWT "urn:ietf:params:oauth:token-type:jwt"
#define TYPE_ID  "urn:ietf:params:oauth:token-type:id_token"

/*
 * The audience is whom the token goes to: "//iam.googleapis.com/..." names a
 * host and a path, as a URL does without its scheme.
 */
static enum segl_status
check_audience(struct segl *segl, const struct settings *settings)
{
	const char *audience = getenv("GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE");
	enum segl_status status = SEGL_OK;
	enum helper_right right;
	char *url;

	if (audience == NULL || audience[0] == '\0') {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE is not set");
		error_remedy(segl, "this helper is run by Google's libraries");
		return SEGL_EUSAGE;
	}
	if (asprintf(&url, "%s%s",
		strncmp(audience, "//", 2) == 0 ? "https:" : "", audience) < 0)
		return error_nomem(segl);
	right = helper_right(segl, settings, url);
	if (right == HELPER_NO_LIST)
		status = SEGL_EUSAGE;
	else if (right == HELPER_NOT_LISTED)
		status = helper_refuse(segl, audience);
	free(url);
	return status;
}

static enum segl_status
take_type(struct segl *segl, const char **type)
{
	*type = getenv("GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE");
	if (*type == NULL || (*type)[0] == '\0')
		*type = TYPE_JWT;
	if (strcmp(*type, TYPE_JWT) == 0 || strcmp(*type, TYPE_ID) == 0)
		return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "Google's library asks for another type of token than a JWT");
	error_remedy(
	    segl, "write subject_token_type " TYPE_JWT " in its configuration");
	return SEGL_EUSAGE;
}

static enum segl_status
give(struct segl *segl, const struct settings *settings)
{
	struct obtained obtained;
	enum segl_status status;
	const char *type;
	long long at;
	json_t *json;

	memset(&obtained, 0, sizeof(obtained));
	status = check_audience(segl, settings);
	if (status == SEGL_OK)
		status = take_type(segl, &type);
	if (status == SEGL_OK)
		status = helper_obtain(segl, settings, 0, &obtained);
	if (status == SEGL_OK) {
		at = helper_expires_at(&obtained);
		json = json_pack("{s:i, s:b, s:s, s:s}", "version", 1,
		    "success", 1, "token_type", type, "id_token",
		    obtained.entry.token);
		if (json != NULL && at >= 0)
			json_object_set_new(
			    json, "expiration_time", json_integer(at));
		status = result_json(segl, settings, json);
	}
	obtained_clear(&obtained);
	return status;
}

/*
 * Google's libraries read the reason only where the exit status is 0; told on
 * standard error it would be lost to whoever reads their logs.
 */
enum segl_status
helper_google(
    struct segl *segl, const struct settings *settings, const char *operation)
{
	enum segl_status status = give(segl, settings);
	const char *remedy = segl_error_remedy(segl);
	char *message;

	(void)operation;
	if (status == SEGL_OK)
		return SEGL_OK;
	if (asprintf(&message, "%s%s%s", segl_error_message(segl),
		remedy == NULL ? "" : ". What to do: ",
		remedy == NULL ? "" : remedy) < 0)
		return status;
	status = result_json(segl, settings,
	    json_pack("{s:i, s:b, s:s, s:s}", "version", 1, "success", 0,
		"code", segl_status_name(segl_error_status(segl)), "message",
		message));
	free(message);
	return status;
}
