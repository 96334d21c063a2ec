/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <segl/environment.h>
#include <segl/jws.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/secret.h"
#include "cli/jwt.h"

/* 9999-12-31T23:59:59Z: what RFC 3339 can write. */
#define TIME_LAST 253402300799LL

void
jwt_clear(struct jwt *jwt)
{
	json_decref(jwt->header);
	json_decref(jwt->claims);
	json_decref(jwt->remarks);
	secret_free_text(jwt->signature);
	for (size_t i = 0; i < jwt->path_len; i++)
		segl_certificate_free(jwt->path[i]);
	memset(jwt, 0, sizeof(*jwt));
}

const char *
jwt_kind_name(enum jwt_kind kind)
{
	switch (kind) {
	case JWT_GRANT:
		return "grant";
	case JWT_ACCESS_TOKEN:
		return "access-token";
	case JWT_OTHER:
		break;
	}
	return "other";
}

void
jwt_remark(struct jwt *jwt, const char *id, const char *format, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text == NULL ||
	    json_array_append_new(jwt->remarks,
		json_pack("{s:s, s:s}", "id", id, "text", text)) != 0)
		jwt->nomem = 1;
	free(text);
}

const char *
jwt_text(const struct jwt *jwt, const char *name)
{
	return json_string_value(json_object_get(jwt->claims, name));
}

/* ---- times -------------------------------------------------------------- */

int
jwt_time(const struct jwt *jwt, const char *name, long long *out)
{
	const json_t *value = json_object_get(jwt->claims, name);
	double seconds;

	*out = 0;
	if (!json_is_number(value))
		return 0;
	seconds = json_number_value(value);
	if (!(seconds >= 0 && seconds <= (double)TIME_LAST))
		return 0;
	*out = json_is_integer(value) ? (long long)json_integer_value(value)
				      : (long long)seconds;
	return 1;
}

void
jwt_time_utc(long long at, char out[JWT_TIME_MAX])
{
	time_t t = (time_t)at;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(out, JWT_TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(out, JWT_TIME_MAX, "%lld", at);
}

void
jwt_time_relative(long long at, long long now, char out[JWT_TIME_MAX])
{
	static const struct {
		long long seconds, up_to;
		const char *name;
	} units[] = {
		{ 1, 120, "second" },
		{ 60, 120 * 60, "minute" },
		{ 3600, 48 * 3600, "hour" },
		{ 86400, 2 * 365 * 86400LL, "day" },
		{ 365 * 86400LL, -1, "year" },
	};
	long long d = at > now ? at - now : now - at;
	size_t i = 0;

	if (d == 0) {
		snprintf(out, JWT_TIME_MAX, "now");
		return;
	}
	while (units[i].up_to >= 0 && d >= units[i].up_to)
		i++;
	d /= units[i].seconds;
	snprintf(out, JWT_TIME_MAX, at > now ? "in %lld %s%s" : "%lld %s%s ago",
	    d, units[i].name, d == 1 ? "" : "s");
}

/* ---- what it is ---------------------------------------------------------- */

const struct segl_environment *
jwt_environment(const char *text)
{
	const struct segl_environment *e;
	size_t len = text == NULL ? 0 : strlen(text);

	if (len > 0 && text[len - 1] == '/')
		len--;
	for (unsigned int i = 0; (e = segl_environment_at(i)) != NULL; i++) {
		size_t n = strlen(e->issuer);

		if (e->issuer[n - 1] == '/')
			n--;
		if (n == len && memcmp(e->issuer, text, n) == 0)
			return e;
	}
	return NULL;
}

static int
has(const struct jwt *jwt, const char *claim)
{
	return json_object_get(jwt->claims, claim) != NULL;
}

/*
 * Maskinporten's tokens name the consumer and how it proved who it is; a
 * grant brings its certificates, or is for Maskinporten, or has at least what
 * a grant must have and what others' tokens do not.
 */
static enum jwt_kind
kind_of(const struct jwt *jwt)
{
	const char *aud = jwt_text(jwt, "aud");

	if (has(jwt, "client_amr") ||
	    (has(jwt, "consumer") && has(jwt, "client_id")))
		return JWT_ACCESS_TOKEN;
	if (has(jwt, "client_id") || has(jwt, "azp") || has(jwt, "token_type"))
		return JWT_OTHER;
	if (json_object_get(jwt->header, "x5c") != NULL ||
	    jwt_environment(aud) != NULL)
		return JWT_GRANT;
	return has(jwt, "aud") && has(jwt, "scope") && !has(jwt, "sub")
	    ? JWT_GRANT
	    : JWT_OTHER;
}

/* ---- read ---------------------------------------------------------------- */

/* The I-th certificate of x5c, NULL where it is none (RFC 7515, 4.1.6). */
static struct segl_certificate *
certificate_at(const json_t *x5c, size_t i)
{
	const char *text = json_string_value(json_array_get(x5c, i));
	struct segl_certificate *certificate = NULL;
	struct segl *apart = segl_new(); /* a bad one is a remark, no error */
	unsigned char *der = NULL;
	size_t len;

	if (apart != NULL && text != NULL &&
	    base64_decode(text, strlen(text), &der, &len) == 0 &&
	    segl_certificate_read(apart, der, len, &certificate) != SEGL_OK)
		certificate = NULL;
	free(der);
	segl_free(apart);
	return certificate;
}

static void
read_path(struct jwt *jwt)
{
	const json_t *x5c = json_object_get(jwt->header, "x5c");
	size_t n = json_array_size(x5c);

	if (n > JWT_PATH_MAX)
		n = JWT_PATH_MAX;
	for (size_t i = 0; i < n; i++)
		jwt->path[i] = certificate_at(x5c, i);
	jwt->path_len = n;
}

/* The reader of server's answers says it as such; here it is a file. */
static enum segl_status
not_a_jwt(struct segl *segl)
{
	const char *message = segl_error_message(segl);
	char *copy = strdup(message == NULL ? "this is not a JWT" : message);

	segl_error_clear(segl);
	if (copy == NULL)
		return error_nomem(segl);
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "%s", copy);
	error_remedy(segl,
	    "a grant and a token of Maskinporten have three parts in "
	    "base64url with dots between them; check that nothing was cut "
	    "off or broken into lines");
	free(copy);
	return SEGL_EUSAGE;
}

enum segl_status
jwt_read(struct segl *segl, const char *compact, long long now, struct jwt *out)
{
	enum segl_status status;
	struct segl_jws *jws;

	memset(out, 0, sizeof(*out));
	out->now = now;
	status = segl_jws_parse(segl, compact, strlen(compact), &jws);
	if (status == SEGL_EREPLY)
		return not_a_jwt(segl);
	if (status != SEGL_OK)
		return status;
	out->header = json_loads(segl_jws_header(jws), 0, NULL);
	out->claims = json_loads(segl_jws_payload(jws), 0, NULL);
	out->signature = strdup(strrchr(compact, '.') + 1);
	out->remarks = json_array();
	segl_jws_free(jws);
	if (out->header == NULL || out->claims == NULL ||
	    out->signature == NULL || out->remarks == NULL)
		return error_nomem(segl);
	out->kind = kind_of(out);
	read_path(out);
	jwt_judge(out);
	return out->nomem ? error_nomem(segl) : SEGL_OK;
}
