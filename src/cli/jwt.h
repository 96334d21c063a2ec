/* SPDX-License-Identifier: ISC */
#ifndef CLI_JWT_H
#define CLI_JWT_H

#include <stddef.h>

#include <jansson.h>

#include <segl/certificate.h>
#include <segl/handle.h>

#include "present/page.h"

/* Certificates of x5c that are read; a path has three or four. */
#define JWT_PATH_MAX 16

/* Room for a time as RFC 3339 has it, or in words, NUL included. */
#define JWT_TIME_MAX 40

struct verdict;

enum jwt_kind {
	JWT_GRANT,        /* the assertion that asks for a token, RFC 7523 */
	JWT_ACCESS_TOKEN, /* what Maskinporten answers with */
	JWT_OTHER
};

/*
 * A JWT taken apart, to be told to people. All of it is foreign text, and
 * verified only where it has a verdict.
 */
struct jwt {
	enum jwt_kind kind;
	long long now; /* the instant it is looked at */
	json_t *header;
	json_t *claims;
	char *signature; /* base64url */
	/* of x5c, in its order; NULL where one cannot be read */
	struct segl_certificate *path[JWT_PATH_MAX];
	size_t path_len;
	json_t *remarks; /* array of {"id", "text"} */
	/* what verifying it came to; NULL: nobody did. Borrowed */
	const struct verdict *verdict;
	int nomem; /* a remark is missing for lack of memory */
};

/*
 * Take COMPACT apart and judge it as at NOW. OUT is for jwt_clear() also when
 * the call fails. Reads no file and no clock.
 * Errors: SEGL_EUSAGE not a JWT, SEGL_ENOMEM.
 */
enum segl_status jwt_read(struct segl *segl, const char *compact, long long now,
    struct jwt *out) SEGL_MUST_USE;
void jwt_clear(struct jwt *jwt);

/* "grant", "access-token" or "other". */
const char *jwt_kind_name(enum jwt_kind kind);

/* Add a remark; ID is a stable name for programs. */
void jwt_remark(struct jwt *jwt, const char *id, const char *format, ...)
    SEGL_PRINTF(3, 4);

/* What is not as Maskinporten documents it, as remarks. */
void jwt_judge(struct jwt *jwt);

/* The text claim NAME, NULL where it is absent or something else. */
const char *jwt_text(const struct jwt *jwt, const char *name);

/*
 * The NumericDate NAME (RFC 7519, 2) in seconds since the Epoch; 0 where it
 * is absent, no number, or not of the years 1970 to 9999.
 */
int jwt_time(const struct jwt *jwt, const char *name, long long *out);

/* AT as RFC 3339 in UTC. */
void jwt_time_utc(long long at, char out[JWT_TIME_MAX]);
/* AT seen from NOW: "in 95 seconds", "3 minutes ago", "now". */
void jwt_time_relative(long long at, long long now, char out[JWT_TIME_MAX]);

/* The environment whose issuer TEXT is, a slash at its end or not, or NULL. */
const struct segl_environment *jwt_environment(const char *text);

/*
 * All of JWT in plain words; the signature part only where SHOW_SIGNATURE is
 * 1; 0 says that it is withheld, -1 does not speak of it.
 */
void jwt_render(const struct jwt *jwt, int show_signature, struct page *page);

#endif
