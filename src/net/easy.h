/* SPDX-License-Identifier: ISC */
#ifndef NET_EASY_H
#define NET_EASY_H

#include <curl/curl.h>

#include "net/trust.h"
#include "net/wire.h"

/* What every request of segl-net has in common: TLS, limits, one connection. */
struct easy {
	CURL *curl;
	struct curl_slist *headers;
	struct trust trust;
	int too_large; /* more came than is taken */
	char text[CURL_ERROR_SIZE];
};

/*
 * Prepare the request that the fields of FRAME describe: url, limits, trust,
 * bearer. Returns 0, or -1 with a failure in ANSWER; easy_close() in any case.
 *
 * Each request has a connection of its own, follows no redirect and goes over
 * TLS; http only where the field "plain" says so, and then past any proxy. (A
 * public document is less demanding, see net/request.c.)
 */
int easy_open(
    struct easy *easy, const struct buffer *frame, struct buffer *answer);
void easy_close(struct easy *easy);

/* Send HEADER, too. 0, or -1 out of memory. */
int easy_add_header(struct easy *easy, const char *header);

/* The value of the header NAME of the answer, or NULL. Borrowed. */
const char *easy_header(const struct easy *easy, const char *name);

/* The failure CODE into ANSWER, as net/pipe.c knows it. */
void easy_failure(
    const struct easy *easy, CURLcode code, struct buffer *answer);

/* A failure of the KIND that net/pipe.c knows, with TEXT, into ANSWER. */
void request_failure(struct buffer *answer, const char *kind, const char *text);

#endif
