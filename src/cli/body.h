/* SPDX-License-Identifier: ISC */
#ifndef CLI_BODY_H
#define CLI_BODY_H

#include "base/buffer.h"
#include "net/call.h"

/*
 * What is held in memory of a body that comes from a pipe, in bytes: so much
 * can be sent again after a 401.
 */
#define BODY_HELD_MAX (1u << 20)

/* The body of a request: a file, or what comes from standard input. */
struct body {
	int fd; /* -1 none */
	int is_file;
	long long start;    /* of it in the file */
	long long len;      /* in bytes; NET_CALL_NO_BODY, NET_CALL_STREAM */
	struct buffer held; /* the beginning, where it is no file */
	size_t at;          /* in held */
	int all_held;
};

/*
 * Open PATH, standard input where it is "-"; NULL is no body. body_close()
 * also where this fails. Reads a pipe up to BODY_HELD_MAX.
 * Errors: SEGL_EUSAGE.
 */
enum segl_status body_open(
    struct segl *segl, const char *path, struct body *out) SEGL_MUST_USE;
void body_close(struct body *body);

/* Up to MAX bytes into TO: how many, 0 at the end, -1 where it fails. */
long body_read(struct body *body, char *to, size_t max);

/* Go back to the beginning; 0, or -1 where that is gone. */
int body_rewind(struct body *body);

#endif
