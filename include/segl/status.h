/* SPDX-License-Identifier: ISC */
#ifndef SEGL_STATUS_H
#define SEGL_STATUS_H

#include <segl/api.h>

SEGL_BEGIN_DECLS

/*
 * How a call ended, named by what the caller does next. The detail (message,
 * OAuth error, MP code, remedy) is in the handle: segl/handle.h.
 *
 * Exit codes of the programs, and whether trying again can help, derive from
 * these values in one table: segl_status_exit_code(), segl_status_retryable().
 */
enum segl_status {
	SEGL_OK,
	SEGL_EINTERNAL,  /* a fault of segl or of the host: report it */
	SEGL_ENOMEM,     /* out of memory */
	SEGL_EUSAGE,     /* fix the call or the configuration */
	SEGL_EKEY,       /* fix the soft token: file, PIN, key */
	SEGL_ECERT,      /* fix the certificate or its path */
	SEGL_EAUTHN,     /* the server does not accept the authentication */
	SEGL_EAUTHZ,     /* authenticated, but not entitled to what was asked */
	SEGL_ENETWORK,   /* fix name resolution, proxy, TLS or the route */
	SEGL_ESERVER,    /* the server fails for now: try later */
	SEGL_EREPLY,     /* the server answered what it must not answer */
	SEGL_ECLOCK,     /* fix the clock of this host */
	SEGL_ECONNECT,   /* fix TLS trust, proxy or address: it stays so */
	SEGL_EUNDECIDED, /* find out what could not be judged */
	SEGL_EDUE        /* nothing failed: what was asked about is due */
};

/* Who has to act for a failure to go away. */
enum segl_turn {
	SEGL_TURN_NONE,
	SEGL_TURN_YOU,       /* who called segl */
	SEGL_TURN_ISSUER,    /* the issuer of the eSeal certificate */
	SEGL_TURN_DIGDIR,    /* who runs Maskinporten */
	SEGL_TURN_CUSTOMS,   /* Norwegian Customs */
	SEGL_TURN_API_OWNER, /* who owns the scope that was asked for */
	SEGL_TURN_CONSUMER,  /* who has to delegate to you, in Altinn */
	SEGL_TURN_NETWORK,   /* who runs the network between here and there */
	SEGL_TURN_SEGL       /* the authors of segl: a bug */
};

/* Short stable name, "key-material" for instance; borrowed, static. */
const char *segl_status_name(enum segl_status status);

/* Exit code of a program that ends with STATUS; see segl(1), EXIT STATUS. */
int segl_status_exit_code(enum segl_status status);

/* Non-zero where the same call may succeed later without a change here. */
int segl_status_retryable(enum segl_status status);

/* Stable name for programs, "api-owner"; borrowed, static. */
const char *segl_turn_name(enum segl_turn turn);

/* Words for people, "the owner of the API"; borrowed, static. */
const char *segl_turn_words(enum segl_turn turn);

SEGL_END_DECLS

#endif
