/* SPDX-License-Identifier: ISC */
#include <openssl/ocsp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base64.h"
#include "base/error.h"
#include "sim/authority.h"
#include "sim/reader.h"

#define AUTHORITIES  4
#define NAME_MAX_LEN 64
#define SERIAL_MAX   40 /* hexadecimal digits: RFC 5280, 4.1.2.2 */

/* As the files in the directory are called, and the addresses. */
static const char *const names[AUTHORITIES] = { "seal-ca", "seal-root",
	"enterprise-ca", "enterprise-root" };

static enum segl_status
open_authority(struct sim *sim, size_t i, struct identity *out)
{
	char certificate[NAME_MAX_LEN], key[NAME_MAX_LEN];

	snprintf(certificate, sizeof(certificate), "%s.pem", names[i]);
	snprintf(key, sizeof(key), "%s.key", names[i]);
	return identity_read(out, sim->segl, &sim->directory, certificate, key);
}

static long long
now_of(const struct sim *sim)
{
	return (long long)time(NULL) + faults_clock_offset_s(&sim->faults);
}

/* ---- OCSP */

/* The request in the path, in base64 with escapes (RFC 6960, A.1); new. */
static int
read_path(const char *path, unsigned char **out, size_t *len)
{
	char *text = strdup(path), *to = text;
	int result;

	if (text == NULL)
		return -1;
	for (const char *from = path; *from != '\0'; from++) {
		if (strncmp(from, "%2B", 3) == 0 ||
		    strncmp(from, "%2b", 3) == 0)
			*to++ = '+';
		else if (strncmp(from, "%2F", 3) == 0 ||
		    strncmp(from, "%2f", 3) == 0)
			*to++ = '/';
		else if (strncmp(from, "%3D", 3) == 0 ||
		    strncmp(from, "%3d", 3) == 0)
			*to++ = '=';
		else {
			*to++ = *from;
			continue;
		}
		from += 2;
	}
	result = base64_decode(text, (size_t)(to - text), out, len);
	free(text);
	return result;
}

static enum segl_status
answer_ocsp(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	int post = strcmp(request->method, "POST") == 0;
	struct identity issuers[AUTHORITIES] = { { NULL, NULL } };
	unsigned char *bytes = NULL;
	enum segl_status status = SEGL_OK;
	size_t len = 0;

	/* what cannot be read is an empty request, which is malformed */
	if (!post)
		(void)read_path(
		    request->path + strlen(OCSP_PATH "/"), &bytes, &len);
	for (size_t i = 0; status == SEGL_OK && i < AUTHORITIES; i++)
		status = open_authority(sim, i, &issuers[i]);
	if (status == SEGL_OK)
		status = revocation_ocsp(issuers, AUTHORITIES, sim->revocations,
		    now_of(sim), post ? request->body : (const char *)bytes,
		    post ? request->body_len : len, &answer->body);
	for (size_t i = 0; i < AUTHORITIES; i++)
		identity_clear(&issuers[i]);
	free(bytes);
	answer->status = 200;
	answer->content_type = "application/ocsp-response";
	return status;
}

/* ---- files */

static enum segl_status
add_certificate(struct httpd_answer *answer, X509 *certificate)
{
	unsigned char *der = NULL;
	int len = i2d_X509(certificate, &der);
	enum segl_status status =
	    len < 0 ? SEGL_ENOMEM : buffer_add(&answer->body, der, (size_t)len);

	OPENSSL_free(der);
	answer->content_type = "application/pkix-cert";
	return status;
}

/* NAME.SUFFIX of an authority. */
static enum segl_status
answer_file(
    struct sim *sim, const char *file, int crl, struct httpd_answer *answer)
{
	const char *suffix = crl ? ".crl" : ".cer";
	struct identity issuer;
	enum segl_status status;

	answer->status = 404;
	for (size_t i = 0; i < AUTHORITIES; i++) {
		size_t len = strlen(names[i]);

		if (strncmp(file, names[i], len) != 0 ||
		    strcmp(file + len, suffix) != 0)
			continue;
		status = open_authority(sim, i, &issuer);
		if (status != SEGL_OK)
			return status;
		answer->status = 200;
		answer->content_type = "application/pkix-crl";
		status = crl ? revocation_crl(&issuer, sim->revocations,
				   now_of(sim), &answer->body)
			     : add_certificate(answer, issuer.certificate);
		identity_clear(&issuer);
		return status;
	}
	return SEGL_OK;
}

/* PATH behind PREFIX, or NULL. */
static const char *
behind(const char *path, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(path, prefix, len) == 0 ? path + len : NULL;
}

int
authority_answer(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer, enum segl_status *status)
{
	int post = strcmp(request->method, "POST") == 0;
	int get = strcmp(request->method, "GET") == 0 ||
	    strcmp(request->method, "HEAD") == 0;
	const char *crl = behind(request->path, CRL_PATH);
	const char *issuer = behind(request->path, ISSUER_PATH);

	if ((post && strcmp(request->path, OCSP_PATH) == 0) ||
	    (get && behind(request->path, OCSP_PATH "/") != NULL))
		*status = answer_ocsp(sim, request, answer);
	else if (get && crl != NULL)
		*status = answer_file(sim, crl, 1, answer);
	else if (get && issuer != NULL)
		*status = answer_file(sim, issuer, 0, answer);
	else
		return 0;
	return 1;
}

/* ---- what is revoked */

enum segl_status
revoked_get(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	json_t *all = json_array();
	enum segl_status status = SEGL_ENOMEM;

	(void)request;
	for (size_t i = 0; i < sim->revocations->count; i++) {
		const struct revocation *one = &sim->revocations->one[i];

		(void)json_array_append_new(all,
		    json_pack("{s:s, s:i, s:I}", "serial", one->serial,
			"reason", one->reason, "at", (json_int_t)one->at));
	}
	if (all != NULL)
		status = sim_answer_json(answer, 200, all);
	json_decref(all);
	return status;
}

static enum segl_status
refuse(struct httpd_answer *answer, const char *why)
{
	json_t *body = json_pack("{s:s}", "error", why);
	enum segl_status status = SEGL_ENOMEM;

	if (body != NULL)
		status = sim_answer_json(answer, 400, body);
	json_decref(body);
	return status;
}

enum segl_status
revoked_post(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	struct revocations *all = sim->revocations;
	struct revocation one = { .at = now_of(sim) };
	const char *serial = NULL;
	json_t *value;
	int reason = -1, read;

	answer->status = 415;
	if (!sim_request_is_json(request))
		return SEGL_OK;
	value = json_loadb(request->body, request->body_len, 0, NULL);
	read = json_unpack(
	    value, "{s:s, s?i}", "serial", &serial, "reason", &reason);
	if (read == 0 && serial[0] != '\0' && strlen(serial) <= SERIAL_MAX &&
	    serial[strspn(serial, "0123456789abcdefABCDEF")] == '\0' &&
	    reason >= -1 && reason <= 10 && reason != 7)
		one.serial = strdup(serial);
	json_decref(value);
	if (one.serial == NULL || all->count == REVOCATIONS_MAX) {
		free(one.serial);
		return refuse(answer,
		    "wanted: {\"serial\": hexadecimal digits, \"reason\": "
		    "a number of RFC 5280, 5.3.1}, and not too many");
	}
	one.reason = reason;
	all->one[all->count++] = one;
	return revoked_get(sim, request, answer);
}

enum segl_status
revoked_delete(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	(void)request;
	for (size_t i = 0; i < sim->revocations->count; i++)
		free(sim->revocations->one[i].serial);
	sim->revocations->count = 0;
	answer->status = 204;
	return SEGL_OK;
}
