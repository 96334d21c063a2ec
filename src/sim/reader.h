/* SPDX-License-Identifier: ISC */
#ifndef SIM_READER_H
#define SIM_READER_H

#include <jansson.h>
#include <stddef.h>

#include <segl/handle.h>

/*
 * A JSON document read strictly: what is not expected is an error that names
 * its place, such as clients[0].keys[1].created.
 */
struct reader {
	struct segl *segl;
	const char *file;    /* its name, for errors */
	const char *section; /* of segl-sim(1) that describes it */
	char place[256];
};

/* Texts, or whatever a function of type reader_value makes; owned. */
struct list {
	void *items;
	size_t count;
	size_t size; /* of one, in bytes */
};

/*
 * Read VALUE into OUT, which is zeroed. Errors: SEGL_EUSAGE, SEGL_ENOMEM; OUT
 * may hold a part then.
 */
typedef enum segl_status reader_value(
    struct reader *reader, const json_t *value, void *out);

/* A member of an object, read into the structure at OFFSET. */
struct reader_member {
	const char *name; /* NULL ends a table */
	int required;
	reader_value *read;
	size_t offset;
};

/* SEGL_EUSAGE: what stands at the place is WHY. */
enum segl_status reader_refuse(struct reader *reader, const char *format, ...)
    SEGL_PRINTF(2, 3);

enum segl_status reader_object(struct reader *reader, const json_t *value,
    const struct reader_member *members, void *out) SEGL_MUST_USE;

/* An array of things of SIZE bytes. */
enum segl_status reader_list(struct reader *reader, const json_t *value,
    size_t size, reader_value *read, struct list *out) SEGL_MUST_USE;

/* Of type reader_value: OUT is a char **, or what stands behind. */
reader_value reader_text;    /* not empty */
reader_value reader_orgno;   /* nine digits, the last one checks */
reader_value reader_scope;   /* one scope (RFC 6749, 3.3) */
reader_value reader_texts;   /* struct list of char * */
reader_value reader_scopes;  /* struct list of char * */
reader_value reader_orgnos;  /* struct list of char * */
reader_value reader_flag;    /* int */
reader_value reader_instant; /* long long; YYYY-MM-DDTHH:MM:SSZ (RFC 3339) */
reader_value reader_array;   /* json_t *, a new reference */

void reader_list_clear(struct list *list, void (*clear)(void *item));
void reader_text_clear(void *item); /* for lists of char * */

#endif
