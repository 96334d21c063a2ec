/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "trustlist/list/codec.h"
#include "trustlist/list/form.h"
#include "trustlist/list/memory.h"

/*
 * The fewest bytes that one of these takes. A count is compared with the
 * bytes that are left before memory is asked for, so that a lie of four bytes
 * costs no more than the bytes that came with it.
 */
#define TEXT_MIN          4
#define CRITERION_MIN     17
#define QUALIFICATION_MIN 22
#define STATE_MIN         33
#define IDENTITY_MIN      5
#define SERVICE_MIN       16
#define POINTER_MIN       20

struct reader {
	const char *at;
	size_t left;
	struct tl_memory *memory;
	enum segl_status status; /* the first failure stays */
};

static void
fail(struct reader *r, enum segl_status status)
{
	if (r->status == SEGL_OK)
		r->status = status;
	r->left = 0;
}

/* The next LEN bytes, NULL where there are fewer. */
static const char *
take(struct reader *r, size_t len)
{
	const char *at = r->at;

	if (r->status != SEGL_OK || len > r->left) {
		fail(r, SEGL_EREPLY);
		return NULL;
	}
	r->at += len;
	r->left -= len;
	return at;
}

static unsigned long long
take_number(struct reader *r, size_t width)
{
	const unsigned char *at = (const unsigned char *)take(r, width);
	unsigned long long value = 0;

	for (size_t i = 0; at != NULL && i < width; i++)
		value = value << 8 | at[i];
	return value;
}

static long long
take_long(struct reader *r)
{
	return (long long)take_number(r, 8);
}

static int
take_flag(struct reader *r)
{
	unsigned long long flag = take_number(r, 1);

	if (flag > 1)
		fail(r, SEGL_EREPLY);
	return flag == 1;
}

static unsigned int
take_bits(struct reader *r)
{
	return (unsigned int)take_number(r, 4);
}

/*
 * A count of elements that take MIN bytes at least, and zeroed room for them
 * in *OUT (NULL for none).
 */
static size_t
take_room(struct reader *r, size_t min, size_t size, void **out)
{
	size_t n = (size_t)take_number(r, 4);

	*out = NULL;
	if (n > r->left / min) {
		fail(r, SEGL_EREPLY);
		return 0;
	}
	if (n == 0)
		return 0;
	*out = memory_get(r->memory, n, size);
	if (*out == NULL) {
		fail(r, SEGL_ENOMEM);
		return 0;
	}
	return n;
}

static void
take_bytes(struct reader *r, struct tl_bytes *out)
{
	size_t len = (size_t)take_number(r, 4);

	if (r->status != SEGL_OK || len == FORM_NONE)
		return;
	out->data = (const unsigned char *)take(r, len);
	out->len = out->data == NULL ? 0 : len;
}

static const char *
take_text(struct reader *r)
{
	size_t len = (size_t)take_number(r, 4);
	const char *text;

	if (r->status != SEGL_OK || len == FORM_NONE)
		return NULL;
	text = take(r, len + 1);
	if (text != NULL &&
	    (text[len] != '\0' || memchr(text, '\0', len) != NULL ||
		!text_is_utf8(text, len))) {
		fail(r, SEGL_EREPLY);
		text = NULL;
	}
	return text;
}

/* In an array each must be there: nobody asks an element for NULL. */
static const char *const *
take_texts(struct reader *r, size_t *n)
{
	void *room;
	const char **texts;

	*n = take_room(r, TEXT_MIN, sizeof(*texts), &room);
	texts = room;
	for (size_t i = 0; i < *n; i++) {
		texts[i] = take_text(r);
		if (texts[i] == NULL)
			fail(r, SEGL_EREPLY);
	}
	return texts;
}

static void
take_criterion(struct reader *r, struct tl_criterion *c, int depth)
{
	unsigned int kind = (unsigned int)take_number(r, 1);
	struct tl_criterion *parts;
	void *room;

	if (kind > TL_UNKNOWN_CRITERION || depth > TL_CRITERIA_DEPTH) {
		fail(r, SEGL_EREPLY);
		return;
	}
	c->kind = (enum tl_criterion_kind)kind;
	c->usage_set = take_bits(r);
	c->usage_clear = take_bits(r);
	c->oids = take_texts(r, &c->n_oids);
	c->n_parts = take_room(r, CRITERION_MIN, sizeof(*parts), &room);
	c->parts = parts = room;
	for (size_t i = 0; i < c->n_parts && r->status == SEGL_OK; i++)
		take_criterion(r, &parts[i], depth + 1);
}

static void
take_state(struct reader *r, struct tl_state *state)
{
	struct tl_qualification *q;
	void *room;

	state->type = take_text(r);
	state->status = take_text(r);
	state->since = take_long(r);
	state->uses = take_bits(r);
	state->has_unknown_critical = take_flag(r);
	state->expired_certs_revocation_info = take_long(r);
	/* a state is of something, and is something */
	if (state->type == NULL || state->status == NULL)
		fail(r, SEGL_EREPLY);
	state->n_qualifications =
	    take_room(r, QUALIFICATION_MIN, sizeof(*q), &room);
	state->qualifications = q = room;
	for (size_t i = 0; i < state->n_qualifications && r->status == SEGL_OK;
	     i++) {
		q[i].qualifiers = take_bits(r);
		q[i].has_unknown = take_flag(r);
		take_criterion(r, &q[i].criteria, 0);
	}
}

static void
take_identities(struct reader *r, struct tl_service *service)
{
	struct tl_identity *identities;
	unsigned int kind;
	void *room;

	service->n_identities =
	    take_room(r, IDENTITY_MIN, sizeof(*identities), &room);
	service->identities = identities = room;
	for (size_t i = 0; i < service->n_identities; i++) {
		kind = (unsigned int)take_number(r, 1);
		if (kind > TL_ID_OTHER)
			fail(r, SEGL_EREPLY);
		else
			identities[i].kind = (enum tl_identity_kind)kind;
		take_bytes(r, &identities[i].value);
	}
}

static void
take_service(struct reader *r, struct tl_service *service)
{
	struct tl_state *states;
	void *room;

	service->provider = take_text(r);
	service->name = take_text(r);
	take_identities(r, service);
	service->n_states = take_room(r, STATE_MIN, sizeof(*states), &room);
	service->states = states = room;
	for (size_t i = 0; i < service->n_states && r->status == SEGL_OK; i++)
		take_state(r, &states[i]);
}

static void
take_pointer(struct reader *r, struct tl_pointer *pointer)
{
	struct tl_bytes *certificates;
	void *room;

	pointer->location = take_text(r);
	pointer->territory = take_text(r);
	pointer->mime_type = take_text(r);
	pointer->type = take_text(r);
	pointer->n_certificates =
	    take_room(r, TEXT_MIN, sizeof(*certificates), &room);
	pointer->certificates = certificates = room;
	for (size_t i = 0; i < pointer->n_certificates; i++)
		take_bytes(r, &certificates[i]);
}

static void
take_scheme(struct reader *r, struct tl_list *list)
{
	unsigned int version = take_bits(r);

	if (version > INT_MAX)
		fail(r, SEGL_EREPLY);
	else
		list->version = (int)version;
	list->sequence = take_long(r);
	list->type = take_text(r);
	list->territory = take_text(r);
	list->operator_name = take_text(r);
	list->issued = take_long(r);
	list->next_update = take_long(r);
	list->information_uris = take_texts(r, &list->n_information_uris);
}

static void
take_list(struct reader *r, struct tl_list *list)
{
	struct tl_pointer *pointers;
	struct tl_service *services;
	void *room;

	take_scheme(r, list);
	list->n_pointers = take_room(r, POINTER_MIN, sizeof(*pointers), &room);
	list->pointers = pointers = room;
	for (size_t i = 0; i < list->n_pointers && r->status == SEGL_OK; i++)
		take_pointer(r, &pointers[i]);
	list->n_services = take_room(r, SERVICE_MIN, sizeof(*services), &room);
	list->services = services = room;
	for (size_t i = 0; i < list->n_services && r->status == SEGL_OK; i++)
		take_service(r, &services[i]);
	for (size_t i = 0; i < list->n_services; i++)
		list->n_unread += services[i].n_states == 0;
}

/* MAGIC is at the start; nothing may follow what is read after it. */
static void
take_magic(struct reader *r, const char *magic)
{
	const char *at = take(r, FORM_MAGIC_LEN);

	if (at != NULL && memcmp(at, magic, FORM_MAGIC_LEN) != 0)
		fail(r, SEGL_EREPLY);
}

static void
take_end(struct reader *r)
{
	if (r->left != 0)
		fail(r, SEGL_EREPLY);
}

enum segl_status
tl_list_decode(char *bytes, size_t len, struct tl_list **out)
{
	struct reader r = { bytes, len, memory_new(), SEGL_OK };
	struct tl_list *list = NULL;

	*out = NULL;
	if (r.memory == NULL) {
		free(bytes);
		return SEGL_ENOMEM;
	}
	memory_keep(r.memory, bytes);
	take_magic(&r, FORM_LIST);
	list = memory_get(r.memory, 1, sizeof(*list));
	if (list == NULL) {
		fail(&r, SEGL_ENOMEM);
	} else {
		list->memory = r.memory;
		take_list(&r, list);
		take_end(&r);
	}
	if (r.status == SEGL_OK)
		*out = list;
	else
		memory_free(r.memory);
	return r.status;
}

void
tl_list_free(struct tl_list *list)
{
	if (list != NULL)
		memory_free(list->memory);
}
