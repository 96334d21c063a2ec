/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "httpd/request.h"

/* Most names differ in length already: a request is asked for many. */
static int
is_called(const struct httpd_field *field, const char *name, size_t len)
{
	return field->name_len == len &&
	    strncasecmp(field->name, name, len) == 0;
}

const char *
httpd_request_field(const struct httpd_request *request, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < request->field_count; i++)
		if (is_called(&request->fields[i], name, len))
			return request->fields[i].value;
	return NULL;
}

size_t
httpd_request_field_count(const struct httpd_request *request, const char *name)
{
	size_t len = strlen(name), n = 0;

	for (size_t i = 0; i < request->field_count; i++)
		n += (size_t)is_called(&request->fields[i], name, len);
	return n;
}

/* tchar of RFC 9110, 5.6.2. */
static int
is_token(const char *s)
{
	static const char others[] = "!#$%&'*+-.^_`|~";
	const char *from = s;

	for (; *s != '\0'; s++)
		if (!(*s >= 'a' && *s <= 'z') && !(*s >= 'A' && *s <= 'Z') &&
		    !(*s >= '0' && *s <= '9') && *s != '-' &&
		    strchr(others, *s) == NULL)
			return 0;
	return s != from;
}

/* Printable ASCII only: a path or a query never has anything else. */
static int
is_visible(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s < 0x21 || *s > 0x7e)
			return 0;
	return 1;
}

static int
is_field_value(const struct httpd_field *field)
{
	const unsigned char *s = (const unsigned char *)field->value;

	for (size_t i = 0; i < field->value_len; i++)
		if ((s[i] < 0x20 && s[i] != '\t') || s[i] == 0x7f)
			return 0;
	return 1;
}

/* Length of the name in a Host field, its port and the colon left out. */
static size_t
host_name_len(const char *host)
{
	const char *end;

	if (host[0] == '[') {
		end = strchr(host, ']');
		return end == NULL ? 0 : (size_t)(end - host) + 1;
	}
	return strcspn(host, ":");
}

/* An address, the one of IPv6 in brackets: no name that can be rebound. */
static int
is_numeric(const char *host, size_t len)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr v6;
	struct in_addr v4;

	if (len >= sizeof(text))
		return 0;
	memcpy(text, host, len);
	text[len] = '\0';
	if (text[0] != '[')
		return inet_pton(AF_INET, text, &v4) == 1;
	text[len - 1] = '\0';
	return inet_pton(AF_INET6, text + 1, &v6) == 1;
}

static int
host_is_known(const char *host, const struct httpd_config *config)
{
	size_t len = host_name_len(host);
	const char *const *hosts = config->hosts;
	const char *port = host + len;

	if (port[0] == ':')
		port++;
	if (port[strspn(port, "0123456789")] != '\0')
		return 0;
	if (config->numeric_hosts && is_numeric(host, len))
		return 1;
	for (; *hosts != NULL; hosts++)
		if (strlen(*hosts) == len &&
		    strncasecmp(*hosts, host, len) == 0)
			return 1;
	return 0;
}

static int
check_length(
    const struct httpd_request *request, size_t body_max, const char **why)
{
	const char *value = httpd_request_field(request, "Content-Length");
	size_t n = 0;

	if (value == NULL)
		return 0;
	if (httpd_request_field_count(request, "Content-Length") > 1 ||
	    value[0] == '\0' || value[strspn(value, "0123456789")] != '\0') {
		*why = "Content-Length is not one number";
		return 400;
	}
	for (; *value != '\0' && n <= body_max; value++)
		n = n * 10 + (size_t)(*value - '0');
	if (n > body_max) {
		*why = "the body is too long";
		return 413;
	}
	return 0;
}

static int
check_framing(
    const struct httpd_request *request, size_t body_max, const char **why)
{
	const char *coding = httpd_request_field(request, "Transfer-Encoding");

	if (coding == NULL)
		return check_length(request, body_max, why);
	if (httpd_request_field(request, "Content-Length") != NULL) {
		*why = "Content-Length and Transfer-Encoding together";
		return 400;
	}
	if (httpd_request_field_count(request, "Transfer-Encoding") > 1 ||
	    strcasecmp(coding, "chunked") != 0) {
		*why = "Transfer-Encoding is not chunked";
		return 501;
	}
	return 0;
}

static int
check_head(const struct httpd_request *request, const char **why)
{
	if (!is_token(request->method)) {
		*why = "the method is not a token";
		return 400;
	}
	if (request->path[0] != '/' || !is_visible(request->path) ||
	    (request->query != NULL && !is_visible(request->query))) {
		*why = "the request target is not a path";
		return 400;
	}
	for (size_t i = 0; i < request->field_count; i++)
		if (strlen(request->fields[i].name) !=
			request->fields[i].name_len ||
		    !is_token(request->fields[i].name) ||
		    !is_field_value(&request->fields[i])) {
			*why = "a field is malformed";
			return 400;
		}
	return 0;
}

int
request_check(const struct httpd_request *request, const char *version,
    const struct httpd_config *config, const char **why)
{
	const char *host = httpd_request_field(request, "Host");
	int status;

	*why = NULL;
	if (strcmp(version, "HTTP/1.1") != 0 &&
	    strcmp(version, "HTTP/1.0") != 0) {
		*why = "not HTTP/1.1";
		return 505;
	}
	status = check_head(request, why);
	if (status != 0)
		return status;
	if (httpd_request_field_count(request, "Host") != 1) {
		*why = "not exactly one Host";
		return 400;
	}
	/* a page in a browser that rebinds its own name ends here */
	if (!host_is_known(host, config)) {
		*why = "unknown Host";
		return 421;
	}
	return check_framing(request, config->body_max, why);
}
