/* SPDX-License-Identifier: ISC */
#ifndef SIM_REFUSAL_H
#define SIM_REFUSAL_H

#include <stddef.h>

#include "base/buffer.h"

/*
 * What the token endpoint says no with. Documented ones are named by their MP
 * code, the rest by what they say.
 */
enum refusal {
	REFUSAL_NONE,
	REFUSAL_MP_011,
	REFUSAL_MP_012,
	REFUSAL_MP_100,
	REFUSAL_MP_110,
	REFUSAL_MP_120,
	REFUSAL_MP_121,
	REFUSAL_MP_122,
	REFUSAL_MP_123,
	REFUSAL_MP_124,
	REFUSAL_MP_130,
	REFUSAL_MP_200,
	REFUSAL_MP_201,
	REFUSAL_MP_250,
	REFUSAL_MP_251,
	REFUSAL_MP_301,
	REFUSAL_MP_302,
	REFUSAL_MP_303,
	REFUSAL_ISSUED_AFTER_NOW,
	REFUSAL_UNKNOWN_KID,
	REFUSAL_KID_REQUIRED,
	REFUSAL_CONSUMER_COMBINATION,
	REFUSAL_INVALID_REQUEST,
	REFUSAL_UNSUPPORTED_GRANT_TYPE,
	REFUSAL_MEDIA_TYPE,
	REFUSAL_METHOD,
	REFUSAL_INTERNAL,
	REFUSAL_COUNT
};

struct refusal_row {
	const char *id;    /* "MP-110", "unknown-kid" */
	int status;        /* HTTP */
	const char *error; /* OAuth code; NULL: no JSON body */
	/*
	 * error_description without the trace marker. {scope}, {consumer},
	 * {supplier} and {value} stand for what the grant asked.
	 */
	const char *description;
	int has_uri; /* answers carry error_uri, which ends in the id */
};

/* The row of REFUSAL; static. */
const struct refusal_row *refusal_row(enum refusal refusal);

/* The refusal called ID, REFUSAL_NONE where there is none. */
enum refusal refusal_find(const char *id);

/* What the placeholders of a description stand for; NULL: "". */
struct refusal_words {
	const char *scope;
	const char *consumer;
	const char *supplier;
	const char *value;
};

/*
 * Append the body that REFUSAL is answered with. ISSUER is the base of
 * error_uri, TRACE_ID goes into the marker called MARKER, ERROR, where not
 * NULL, replaces the OAuth code.
 */
enum segl_status refusal_body(struct buffer *out, enum refusal refusal,
    const struct refusal_words *words, const char *issuer, const char *marker,
    const char *trace_id, const char *error) SEGL_MUST_USE;

#endif
