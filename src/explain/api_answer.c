/* SPDX-License-Identifier: ISC */
#include <stddef.h>

#include "explain/api_answer.h"

/* The first that fits. */
static const struct api_answer answers[] = {
	{ 200, 299, SEGL_OK, SEGL_TURN_NONE, "answers", NULL },
	{ 304, 304, SEGL_OK, SEGL_TURN_NONE, "answers", NULL },
	{ 300, 399, SEGL_EREPLY, SEGL_TURN_YOU, "points to another address",
	    "segl follows no redirects, so that no token goes astray: call "
	    "the address in Location, which --include shows" },
	{ 401, 401, SEGL_EAUTHN, SEGL_TURN_API_OWNER,
	    "does not accept the token",
	    "check that --env and --exchange are those that this API takes; "
	    "segl decode shows what a token says" },
	{ 403, 403, SEGL_EAUTHZ, SEGL_TURN_API_OWNER,
	    "takes the token, but does not entitle you to this",
	    "check the scope; then ask the owner of the API, quoting the "
	    "identifier that segl decode shows as whose token it is" },
	{ 408, 408, SEGL_ESERVER, SEGL_TURN_NETWORK,
	    "did not get the request in time", "try again" },
	{ 429, 429, SEGL_ESERVER, SEGL_TURN_YOU, "asks to slow down",
	    "try again later, and less often" },
	{ 400, 499, SEGL_EUSAGE, SEGL_TURN_YOU, "finds the request wrong",
	    "read the answer, and compare the request with the documentation "
	    "of the API" },
	{ 500, 599, SEGL_ESERVER, SEGL_TURN_API_OWNER, "fails for now",
	    "try again later" },
};

const struct api_answer *
api_answer_of(int http_status)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (http_status >= answers[i].from &&
		    http_status <= answers[i].to)
			return &answers[i];
	return NULL;
}
