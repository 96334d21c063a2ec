/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

#define BUFFER_FIRST 256
#define BUFFER_LARGE (256u << 10) /* memory comes from the kernel, as zeros */

void
buffer_init(struct buffer *buffer, size_t max)
{
	memset(buffer, 0, sizeof(*buffer));
	buffer->max = max;
}

/* What was never written is not touched: it may be no memory yet. */
static void
wipe(struct buffer *buffer)
{
	if (buffer->data != NULL)
		explicit_bzero(buffer->data, buffer->used);
}

static void
end_at(struct buffer *buffer, size_t len)
{
	buffer->len = len;
	buffer->data[len] = '\0';
	if (buffer->used < len + 1)
		buffer->used = len + 1;
}

void
buffer_clear(struct buffer *buffer)
{
	wipe(buffer);
	free(buffer->data);
	buffer->data = NULL;
	buffer->len = buffer->cap = buffer->used = 0;
}

void
buffer_empty(struct buffer *buffer)
{
	buffer->len = 0;
	if (buffer->data != NULL)
		buffer->data[0] = '\0';
}

enum segl_status
buffer_reserve(struct buffer *buffer, size_t len)
{
	size_t need, cap;
	char *data;

	if (len > buffer->max - buffer->len)
		return SEGL_EREPLY;
	need = buffer->len + len + 1;
	if (need <= buffer->cap)
		return SEGL_OK;
	/* at least twice as much, so that many small ones cost little */
	cap = buffer->cap == 0 ? BUFFER_FIRST : buffer->cap * 2;
	if (cap < need)
		cap = need;
	/*
	 * Not realloc: it would leave the old bytes behind. Of much, not
	 * malloc: where M_PERTURB is set it would touch each page at once.
	 */
	data = cap < BUFFER_LARGE ? malloc(cap) : calloc(1, cap);
	if (data == NULL)
		return SEGL_ENOMEM;
	if (buffer->data != NULL) {
		memcpy(data, buffer->data, buffer->len);
		wipe(buffer);
		free(buffer->data);
	}
	buffer->data = data;
	buffer->cap = cap;
	buffer->used = buffer->len;
	return SEGL_OK;
}

enum segl_status
buffer_add(struct buffer *buffer, const void *bytes, size_t len)
{
	enum segl_status status = buffer_reserve(buffer, len);

	if (status != SEGL_OK)
		return status;
	if (len > 0)
		memcpy(buffer->data + buffer->len, bytes, len);
	end_at(buffer, buffer->len + len);
	return SEGL_OK;
}

void
buffer_extend(struct buffer *buffer, size_t len)
{
	end_at(buffer, buffer->len + len);
}

enum segl_status
buffer_add_str(struct buffer *buffer, const char *text)
{
	return buffer_add(buffer, text, strlen(text));
}

enum segl_status
buffer_printf(struct buffer *buffer, const char *format, ...)
{
	size_t room = buffer->cap - buffer->len;
	enum segl_status status;
	va_list args;
	int n;

	/* mostly it fits; counting alone costs as much as writing, and more */
	va_start(args, format);
	n = vsnprintf(
	    room == 0 ? NULL : buffer->data + buffer->len, room, format, args);
	va_end(args);
	buffer->used = buffer->cap; /* it may have written all there is */
	status = n < 0 ? SEGL_EINTERNAL : buffer_reserve(buffer, (size_t)n);
	if (status != SEGL_OK) {
		if (room > 0)
			buffer->data[buffer->len] = '\0';
		return status;
	}
	if ((size_t)n < room) {
		buffer->len += (size_t)n;
		return SEGL_OK;
	}
	va_start(args, format);
	vsnprintf(buffer->data + buffer->len, (size_t)n + 1, format, args);
	va_end(args);
	end_at(buffer, buffer->len + (size_t)n);
	return SEGL_OK;
}

char *
buffer_take(struct buffer *buffer)
{
	char *data = buffer->data;

	if (data == NULL)
		return calloc(1, 1);
	buffer->data = NULL;
	buffer->len = buffer->cap = buffer->used = 0;
	return data;
}
