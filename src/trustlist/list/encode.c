/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "trustlist/list/codec.h"
#include "trustlist/list/form.h"

struct writer {
	struct buffer *out;
	enum segl_status status; /* the first failure stays */
};

static void
put(struct writer *w, const void *bytes, size_t len)
{
	if (w->status == SEGL_OK)
		w->status = buffer_add(w->out, bytes, len);
}

static void
put_number(struct writer *w, unsigned long long value, size_t width)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < width; i++)
		bytes[i] =
		    (unsigned char)(value >> (8 * (width - 1 - i)) & 0xff);
	put(w, bytes, width);
}

static void
put_count(struct writer *w, size_t n)
{
	if (n >= FORM_NONE) {
		if (w->status == SEGL_OK)
			w->status = SEGL_EREPLY;
		n = 0;
	}
	put_number(w, n, 4);
}

static void
put_long(struct writer *w, long long value)
{
	put_number(w, (unsigned long long)value, 8);
}

static void
put_bytes(struct writer *w, const struct tl_bytes *bytes)
{
	if (bytes->data == NULL) {
		put_number(w, FORM_NONE, 4);
		return;
	}
	put_count(w, bytes->len);
	put(w, bytes->data, bytes->len);
}

static void
put_text(struct writer *w, const char *text)
{
	if (text == NULL) {
		put_number(w, FORM_NONE, 4);
		return;
	}
	put_count(w, strlen(text));
	put(w, text, strlen(text) + 1);
}

static void
put_texts(struct writer *w, const char *const *texts, size_t n)
{
	put_count(w, n);
	for (size_t i = 0; i < n; i++)
		put_text(w, texts[i]);
}

static void
put_criterion(struct writer *w, const struct tl_criterion *c, int depth)
{
	if (depth > TL_CRITERIA_DEPTH) {
		if (w->status == SEGL_OK)
			w->status = SEGL_EREPLY;
		return;
	}
	put_number(w, c->kind, 1);
	put_number(w, c->usage_set, 4);
	put_number(w, c->usage_clear, 4);
	put_texts(w, c->oids, c->n_oids);
	put_count(w, c->n_parts);
	for (size_t i = 0; i < c->n_parts; i++)
		put_criterion(w, &c->parts[i], depth + 1);
}

static void
put_state(struct writer *w, const struct tl_state *state)
{
	put_text(w, state->type);
	put_text(w, state->status);
	put_long(w, state->since);
	put_number(w, state->uses, 4);
	put_number(w, state->has_unknown_critical != 0, 1);
	put_long(w, state->expired_certs_revocation_info);
	put_count(w, state->n_qualifications);
	for (size_t i = 0; i < state->n_qualifications; i++) {
		const struct tl_qualification *q = &state->qualifications[i];

		put_number(w, q->qualifiers, 4);
		put_number(w, q->has_unknown != 0, 1);
		put_criterion(w, &q->criteria, 0);
	}
}

static void
put_service(struct writer *w, const struct tl_service *service)
{
	put_text(w, service->provider);
	put_text(w, service->name);
	put_count(w, service->n_identities);
	for (size_t i = 0; i < service->n_identities; i++) {
		put_number(w, service->identities[i].kind, 1);
		put_bytes(w, &service->identities[i].value);
	}
	put_count(w, service->n_states);
	for (size_t i = 0; i < service->n_states; i++)
		put_state(w, &service->states[i]);
}

static void
put_pointer(struct writer *w, const struct tl_pointer *pointer)
{
	put_text(w, pointer->location);
	put_text(w, pointer->territory);
	put_text(w, pointer->mime_type);
	put_text(w, pointer->type);
	put_count(w, pointer->n_certificates);
	for (size_t i = 0; i < pointer->n_certificates; i++)
		put_bytes(w, &pointer->certificates[i]);
}

enum segl_status
tl_list_encode(const struct tl_list *list, struct buffer *out)
{
	struct writer w = { out, SEGL_OK };

	put(&w, FORM_LIST, FORM_MAGIC_LEN);
	put_number(&w, (unsigned int)list->version, 4);
	put_long(&w, list->sequence);
	put_text(&w, list->type);
	put_text(&w, list->territory);
	put_text(&w, list->operator_name);
	put_long(&w, list->issued);
	put_long(&w, list->next_update);
	put_texts(&w, list->information_uris, list->n_information_uris);
	put_count(&w, list->n_pointers);
	for (size_t i = 0; i < list->n_pointers; i++)
		put_pointer(&w, &list->pointers[i]);
	put_count(&w, list->n_services);
	for (size_t i = 0; i < list->n_services; i++)
		put_service(&w, &list->services[i]);
	return w.status;
}
