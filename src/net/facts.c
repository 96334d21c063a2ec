/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "net/facts.h"

/* Certificates of one path that are told; what has more is no path of ours. */
#define CERTS_MAX 8

static int
is_asked(const struct buffer *frame)
{
	return wire_number(frame, "facts", 0) != 0;
}

int
facts_prepare(struct easy *easy, const struct buffer *frame)
{
	CURL *curl = easy->curl;

	if (!is_asked(frame))
		return 0;
	if (curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L) != CURLE_OK)
		return -1;
	if (wire_number(frame, "peek", 0) == 0)
		return 0;
	if (curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L) != CURLE_OK)
		return -1;
	return 0;
}

static enum segl_status
add_time(const struct easy *easy, const char *name, CURLINFO what,
    struct buffer *answer)
{
	curl_off_t us = 0;

	if (curl_easy_getinfo(easy->curl, what, &us) != CURLE_OK || us <= 0)
		return SEGL_OK;
	return wire_add_number(answer, name, (long long)us / 1000);
}

static enum segl_status
add_times(const struct easy *easy, struct buffer *answer)
{
	static const struct {
		const char *name;
		CURLINFO what;
	} times[] = {
		{ "dns-ms", CURLINFO_NAMELOOKUP_TIME_T },
		{ "connect-ms", CURLINFO_CONNECT_TIME_T },
		{ "tls-ms", CURLINFO_APPCONNECT_TIME_T },
		{ "total-ms", CURLINFO_TOTAL_TIME_T },
	};
	enum segl_status status = SEGL_OK;

	for (size_t i = 0;
	     status == SEGL_OK && i < sizeof(times) / sizeof(times[0]); i++)
		status = add_time(easy, times[i].name, times[i].what, answer);
	return status;
}

/* "Cert:-----BEGIN CERTIFICATE-----..." among what libcurl says of each. */
static enum segl_status
add_certificates(const struct easy *easy, struct buffer *answer)
{
	struct curl_certinfo *info = NULL;
	enum segl_status status = SEGL_OK;

	if (curl_easy_getinfo(easy->curl, CURLINFO_CERTINFO, &info) !=
		CURLE_OK ||
	    info == NULL)
		return SEGL_OK;
	for (int i = 0; i < info->num_of_certs && i < CERTS_MAX; i++)
		for (const struct curl_slist *p = info->certinfo[i];
		     status == SEGL_OK && p != NULL; p = p->next)
			if (strncmp(p->data, "Cert:", 5) == 0)
				status = wire_add(answer, "cert", p->data + 5);
	return status;
}

enum segl_status
facts_add(
    const struct easy *easy, const struct buffer *frame, struct buffer *answer)
{
	enum segl_status status = SEGL_OK;
	char *address = NULL;
	long number = 0;

	if (!is_asked(frame) || easy->curl == NULL)
		return SEGL_OK;
	if (curl_easy_getinfo(easy->curl, CURLINFO_PRIMARY_IP, &address) ==
		CURLE_OK &&
	    address != NULL && address[0] != '\0')
		status = wire_add(answer, "address", address);
	if (status == SEGL_OK &&
	    curl_easy_getinfo(easy->curl, CURLINFO_PRIMARY_PORT, &number) ==
		CURLE_OK)
		status = wire_add_number(answer, "port", number);
	if (status == SEGL_OK &&
	    curl_easy_getinfo(easy->curl, CURLINFO_HTTP_CONNECTCODE, &number) ==
		CURLE_OK)
		status = wire_add_number(answer, "proxied", number != 0);
	if (status == SEGL_OK)
		status = add_times(easy, answer);
	if (status == SEGL_OK)
		status = add_certificates(easy, answer);
	return status;
}
