/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "oauth/exchanger.h"
#include "oauth/reply.h"

/* Customs' words, to the letter: not the URNs of RFC 8693. */
#define CUSTOMS_PATH "/api/access/external/oauth/token"
#define CUSTOMS_FORM                                                           \
	"grant_type=token-exchange&subject_token_type=access_token"            \
	"&subject_token="
#define ALTINN_PATH "/authentication/api/v1/exchange/maskinporten"

/* A token is base64url, dots and a few more: the form must escape these. */
static enum segl_status
add_escaped(struct buffer *out, const char *text)
{
	enum segl_status status = SEGL_OK;

	for (; status == SEGL_OK && *text != '\0'; text++)
		status = strchr("+/=~", *text) == NULL
		    ? buffer_add(out, text, 1)
		    : buffer_printf(out, "%%%02X", (unsigned char)*text);
	return status;
}

static enum segl_status
customs_form(struct segl *segl, const char *token, struct buffer *form)
{
	enum segl_status status = buffer_add_str(form, CUSTOMS_FORM);

	if (status == SEGL_OK)
		status = add_escaped(form, token);
	if (status == SEGL_OK)
		return SEGL_OK;
	buffer_clear(form);
	if (status == SEGL_ENOMEM)
		return error_nomem(segl);
	return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the token to exchange is longer than any of Maskinporten's");
}

enum segl_status
exchanger_request(struct segl *segl, enum segl_exchanger by,
    const char *base_url, const char *subject_token, char **url,
    struct buffer *form)
{
	int customs = by == SEGL_EXCHANGER_CUSTOMS;

	*url = NULL;
	buffer_init(form, sizeof(CUSTOMS_FORM) + 3 * SEGL_JWS_MAX);
	if (!reply_is_b68token(subject_token)) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "what is to be exchanged is not an access token");
		error_remedy(segl, "give what segl token prints, alone");
		return SEGL_EUSAGE;
	}
	if (customs && customs_form(segl, subject_token, form) != SEGL_OK)
		return segl_error_status(segl);
	if (asprintf(url, "%s%s", base_url,
		customs ? CUSTOMS_PATH : ALTINN_PATH) >= 0)
		return SEGL_OK;
	*url = NULL;
	buffer_clear(form);
	return error_nomem(segl);
}
