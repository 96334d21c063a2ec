/* SPDX-License-Identifier: ISC */
#ifndef EXPLAIN_API_ANSWER_H
#define EXPLAIN_API_ANSWER_H

#include <segl/status.h>

/*
 * What an HTTP status of an API means to whoever called it with a token; WHAT
 * goes on from the URL: "does not accept the token".
 */
struct api_answer {
	int from, to;
	enum segl_status status; /* SEGL_OK: nothing is wrong */
	enum segl_turn turn;     /* SEGL_TURN_API_OWNER: whoever owns it */
	const char *what;
	const char *remedy;
};

/* The row for HTTP_STATUS; NULL where there is no such status. Static. */
const struct api_answer *api_answer_of(int http_status);

#endif
