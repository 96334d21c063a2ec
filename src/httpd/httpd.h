/* SPDX-License-Identifier: ISC */
#ifndef HTTPD_HTTPD_H
#define HTTPD_HTTPD_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <segl/handle.h>

#include "base/buffer.h"

/*
 * HTTP/1.1 (RFC 9112) for the programs that answer requests: bounded in
 * everything, stricter than the library underneath. A request reaches the
 * handler complete or not at all.
 *
 * Two ways to run: one listener with a thread of its own (httpd_listen(),
 * httpd_start()), or without listener and thread, driven by the event loop of
 * the program, which accepts by itself (httpd_new(), httpd_adopt()).
 */
struct httpd;

/* Who is at the other end, as the kernel says (unix(7), SO_PEERCRED). */
struct httpd_peer {
	int is_local;    /* a unix socket; else the ids are -1 */
	int is_loopback; /* TCP from this very host */
	uid_t uid;
	gid_t gid;
	pid_t pid; /* for the log alone: it may be somebody else's by now */
};

/* A request that is answered later. */
struct httpd_waiting;

/* A field of a request or an answer (RFC 9110, 5). */
struct httpd_field {
	const char *name;
	size_t name_len; /* in bytes, as value_len */
	const char *value;
	size_t value_len; /* in bytes; differs from strlen() on a NUL inside */
};

/* All parts are borrowed for the call and are as they came, undecoded. */
struct httpd_request {
	const char *method;
	const char *path;  /* up to the question mark */
	const char *query; /* after it, NULL where there is none */
	const struct httpd_field *fields;
	size_t field_count;
	const char *body;  /* NUL-terminated */
	size_t body_len;   /* in bytes */
	unsigned int turn; /* how often it was answered with again */
	const struct httpd_peer *peer; /* NULL with a listener of our own */
	struct httpd_waiting *waiting; /* for httpd_wait() */
};

/* The first field called NAME, case ignored; NULL where there is none. */
const char *httpd_request_field(
    const struct httpd_request *request, const char *name);

/* How many fields are called NAME. */
size_t httpd_request_field_count(
    const struct httpd_request *request, const char *name);

#define HTTPD_ANSWER_FIELDS 8 /* besides Content-Type; no route has more */
#define HTTPD_BODY_OUT_MAX  (16u << 20)

/* An answer that is given again and again, ready to be sent. */
struct httpd_prepared;

/* What the handler fills; starts as an empty 500 without content type. */
struct httpd_answer {
	int status;
	const char *content_type; /* static; NULL: none */
	struct httpd_field fields[HTTPD_ANSWER_FIELDS];
	size_t field_count;
	char note[32];      /* room for the value of one that is not static */
	struct buffer body; /* wiped after it was sent */
	/*
	 * Send this with status, and nothing of type, fields and body; borrowed
	 * until the handler has returned, so not for what waits. NULL: none
	 */
	const struct httpd_prepared *prepared;
	int close;          /* non-zero: close the connection afterwards */
	long retry_after_s; /* Retry-After (RFC 9110, 10.2.3); 0: none */
	/* what a server in trouble does, for those who play one */
	unsigned int delay_ms; /* answer so much later, others meanwhile */
	int again;             /* after the delay, ask the handler once more */
	long clock_offset_s;   /* what Date is wrong by */
	int truncate;          /* announce the whole body, send half, close */
	unsigned int stall_ms; /* send half, fall silent so long, go on */
	int reset;             /* close without an answer */
};

void httpd_answer_init(struct httpd_answer *answer);
void httpd_answer_clear(struct httpd_answer *answer);

/* Add a field; both texts are static, or note. Silently bounded, see above. */
void httpd_answer_field(
    struct httpd_answer *answer, const char *name, const char *value);

/*
 * ANSWER's type, fields and body, which is taken, to be sent as often as
 * wanted; wiped when it is freed and nothing of it is under way any more.
 * NULL: out of memory.
 */
struct httpd_prepared *httpd_prepare(struct httpd_answer *answer);
/* NULL is fine. */
void httpd_prepared_free(struct httpd_prepared *prepared);

/*
 * Called in the thread of the listener, one request at a time. Where it
 * returns anything but SEGL_OK, the answer is dropped and a bare 500 is sent.
 */
typedef enum segl_status httpd_handler(void *arg,
    const struct httpd_request *request, struct httpd_answer *answer);

struct httpd_config {
	const char *address;         /* numeric, IPv4 or IPv6 */
	unsigned short port;         /* 0: any free one */
	const char *certificate_pem; /* leaf first; NULL: no TLS */
	const char *key_pem;
	/* what a Host field may name, without port; NULL-terminated */
	const char *const *hosts;
	size_t head_max;          /* request line and fields, in bytes */
	size_t body_max;          /* in bytes */
	unsigned int connections; /* at a time; more wait in the backlog */
	/*
	 * at a time of one user; TCP from this host counts as one, from others
	 * as another. 0: no limit of its own
	 */
	unsigned int connections_per_user;
	unsigned int timeout_s; /* a connection may be silent for */
	/*
	 * With httpd_adopt(): and may be without a whole request for, whatever
	 * it says meanwhile. 0: no limit
	 */
	unsigned int request_s;
	int numeric_hosts; /* non-zero: Host may be any address as well */
	httpd_handler *handle;
	void *arg;
};

/*
 * Take the port; connections wait until httpd_start(). Texts of CONFIG are
 * borrowed until httpd_stop(), the rest is copied.
 *
 * OUT    new, NULL when the call fails.
 * Errors: SEGL_EUSAGE  the address cannot be listened on
 *         SEGL_ENOMEM
 */
enum segl_status httpd_listen(struct segl *segl,
    const struct httpd_config *config, struct httpd **out) SEGL_MUST_USE;

/*
 * Start to answer. Blocks no signal: callers that wait for signals block them
 * first.
 *
 * Errors: SEGL_EINTERNAL  the library refuses to start
 */
enum segl_status httpd_start(
    struct httpd *httpd, struct segl *segl) SEGL_MUST_USE;

/* Finish what is being answered, close, free. NULL is fine. */
void httpd_stop(struct httpd *httpd);

/* ---- driven by the event loop of the program ---------------------------- */

/*
 * Without listener and thread. Address, port and TLS of CONFIG are not used.
 *
 * OUT    new, NULL when the call fails.
 * Errors: SEGL_EINTERNAL  the library refuses to start
 *         SEGL_ENOMEM
 */
enum segl_status httpd_new(struct segl *segl, const struct httpd_config *config,
    struct httpd **out) SEGL_MUST_USE;

/*
 * Take over the connection FD, in any case; PEER_ADDRESS, of LEN bytes, is what
 * accept(2) said of it. Returns 0, or -1 where it was closed: one too many, of
 * all or of its user.
 */
int httpd_adopt(struct httpd *httpd, int fd,
    const struct sockaddr *peer_address, socklen_t len);

/* A descriptor that is readable when httpd_run() has something to do. */
int httpd_descriptor(const struct httpd *httpd);

/* Do what can be done now, handlers included. */
void httpd_run(struct httpd *httpd);

/*
 * When httpd_run() is due even if nothing comes, in milliseconds from now; -1
 * never.
 */
long httpd_due_ms(const struct httpd *httpd);

/* How many connections there are. */
unsigned int httpd_connections(const struct httpd *httpd);

/*
 * For a handler: let the request that it was called for wait; what the handler
 * leaves in its answer does not count then. The result is good until
 * httpd_resume(), which must come, whatever becomes of the connection.
 */
struct httpd_waiting *httpd_wait(const struct httpd_request *request);
/* The answer of what waits, to be filled before httpd_resume(). */
struct httpd_answer *httpd_waiting_answer(struct httpd_waiting *waiting);
/* Send it with the next httpd_run(). */
void httpd_resume(struct httpd_waiting *waiting);

/* The port listened on. */
unsigned short httpd_port(const struct httpd *httpd);

#endif
