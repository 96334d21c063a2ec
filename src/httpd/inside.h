/* SPDX-License-Identifier: ISC */
#ifndef HTTPD_INSIDE_H
#define HTTPD_INSIDE_H

#include <microhttpd.h>

#include "httpd/delay.h"
#include "httpd/httpd.h"

/* What the files of this folder share; nobody else includes it. */

/* More fields than any client of ours sends; the head limit bounds bytes. */
#define FIELDS_MAX 100

/* Users with connections that are told apart; more share the last row. */
#define USERS_MAX 64

struct user {
	uid_t uid;
	unsigned int connections;
	/* handed over, and not announced: since 1.0 the library waits with
	 * that until it runs */
	unsigned int arriving;
};

/* Exchanges that are over and kept for the next ones. */
#define SPARE_MAX 64

struct exchange;

struct httpd {
	struct httpd_config config;
	struct MHD_Daemon *daemon; /* NULL before it is started */
	int fd;                    /* until then; -1 */
	struct delay *delay;       /* of answers that wait; NULL external */
	void (*retrieve)(void);    /* of httpd/certificates.c; NULL: one pair */
	struct user users[USERS_MAX];
	unsigned int connections;
	int resumed; /* something was, since the library ran */
	struct exchange *spare;
	unsigned int n_spare;
	/* of connections that the library has not announced yet, by number */
	struct httpd_peer *arriving;
	size_t n_arriving;
	/* of which a request is due, the one that was first */
	struct adopted *due, *due_last;
};

/* One connection of httpd_adopt(). */
struct adopted {
	struct httpd *httpd;
	struct httpd_peer peer;
	struct user *user;
	int fd;
	int is_due;
	long long due_ms; /* until when, CLOCK_MONOTONIC */
	struct adopted *next, *previous;
};

struct httpd_waiting {
	struct httpd *httpd;
	struct MHD_Connection *connection;
	struct exchange *exchange;
	int asked_for;
};

/* One request while it comes in. */
struct exchange {
	char *target; /* as on the request line, cut at the question mark */
	char *query;  /* in target, or NULL */
	size_t field_count;
	int too_many;
	int seen; /* the head was looked at */
	struct buffer body;
	int answered; /* and waits for its time */
	struct httpd_answer answer;
	unsigned int turn; /* how often the handler wanted to be asked again */
	struct httpd_waiting waiting;
	struct adopted *adopted; /* NULL with a listener of our own */
	struct exchange *next;   /* of the spare ones */
	struct httpd_field fields[FIELDS_MAX]; /* the first field_count */
};

/* Start the library with FLAGS; FD is the socket to listen on, or -1. */
struct MHD_Daemon *httpd_start_daemon(
    struct httpd *httpd, unsigned int flags, int fd);

/* A request of ADOPTED is whole, and ours to answer; the next one is due. */
void httpd_request_is_here(struct adopted *adopted);
void httpd_request_is_due(struct adopted *adopted);

/* MHD_OPTION_NOTIFY_CONNECTION of connections that were adopted. */
void httpd_notice_connection(void *cls, struct MHD_Connection *connection,
    void **context, enum MHD_ConnectionNotificationCode code);

#endif
