/* SPDX-License-Identifier: ISC */
#include <string.h>

#include <openssl/pem.h>

#include "base/buffer.h"
#include "base/text.h"
#include "pki/fault.h"
#include "softtoken/pem.h"

#define BEGIN "-----BEGIN "
#define END   "-----END "
#define DASH  "-----"
#define NAME  "friendlyName: "

/* Longest line of base64 that is handed to OpenSSL, in bytes. */
#define LINE_MAX_ 64

/* Text on its way, line by line. */
struct reader {
	const char *p, *end;
	size_t number;
	const char *line; /* without blanks around it */
	size_t len;
};

static int
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The next line, ended by LF, CR or both; 0 at the end of the text. */
static int
next_line(struct reader *r)
{
	const char *stop = r->p;

	if (r->p == r->end)
		return 0;
	while (stop < r->end && *stop != '\n' && *stop != '\r')
		stop++;
	r->line = r->p;
	r->len = (size_t)(stop - r->p);
	r->number++;
	if (stop < r->end && *stop == '\r' && stop + 1 < r->end &&
	    stop[1] == '\n')
		stop++;
	r->p = stop < r->end ? stop + 1 : stop;
	/* in the middle of a file, too: files are put together */
	if (r->len >= 3 && memcmp(r->line, "\xef\xbb\xbf", 3) == 0) {
		r->line += 3;
		r->len -= 3;
	}
	while (r->len > 0 && is_blank(r->line[0])) {
		r->line++;
		r->len--;
	}
	while (r->len > 0 && is_blank(r->line[r->len - 1]))
		r->len--;
	return 1;
}

static int
begins(const struct reader *r, const char *text)
{
	size_t n = strlen(text);

	return r->len >= n && memcmp(r->line, text, n) == 0;
}

/* "-----BEGIN LABEL-----", or 0. */
static int
read_label(const struct reader *r, const char *edge, char label[PEM_LABEL_MAX])
{
	size_t before = strlen(edge), after = strlen(DASH), n;

	if (!begins(r, edge) || r->len <= before + after ||
	    memcmp(r->line + r->len - after, DASH, after) != 0)
		return 0;
	n = r->len - before - after;
	if (n >= PEM_LABEL_MAX || memchr(r->line + before, '\0', n) != NULL)
		return 0;
	memcpy(label, r->line + before, n);
	label[n] = '\0';
	return 1;
}

static void
read_name(const struct reader *r, char name[PEM_NAME_MAX])
{
	size_t before = strlen(NAME), n;

	if (!begins(r, NAME))
		return;
	n = r->len - before;
	if (n == 0 || n >= PEM_NAME_MAX ||
	    memchr(r->line + before, '\0', n) != NULL ||
	    !text_is_utf8(r->line + before, n))
		return;
	memcpy(name, r->line + before, n);
	name[n] = '\0';
}

/* ---- one block ----------------------------------------------------------- */

static int
is_header(const struct reader *r)
{
	return r->len > 0 && memchr(r->line, ':', r->len) != NULL;
}

/* The line, as OpenSSL likes it: it loses its way in long ones. */
static enum segl_status
add_line(struct buffer *out, const struct reader *r)
{
	enum segl_status status = SEGL_OK;
	size_t at = 0, n;
	int keep = r->len == 0 || r->line[0] == '-' || is_header(r);

	do {
		n = keep || r->len - at < LINE_MAX_ ? r->len - at : LINE_MAX_;
		status = buffer_add(out, r->line + at, n);
		if (status == SEGL_OK)
			status = buffer_add(out, "\n", 1);
		at += n;
	} while (at < r->len && status == SEGL_OK);
	return status;
}

/*
 * From the BEGIN line, which R has, to the END line of the same label, into
 * OUT. WHOLE is 0 where there is none: the next block begins before, which is
 * the next line of R then, or the text ends.
 */
static enum segl_status
gather(struct reader *r, const char *label, struct buffer *out, int *whole)
{
	enum segl_status status = add_line(out, r);
	char other[PEM_LABEL_MAX];
	int in_header = 0;

	*whole = 0;
	while (status == SEGL_OK && !*whole) {
		struct reader before = *r;

		if (!next_line(r))
			break;
		if (read_label(r, BEGIN, other)) {
			*r = before;
			break;
		}
		*whole = read_label(r, END, other) && strcmp(other, label) == 0;
		/* an empty line ends the header and means nothing else */
		if (r->len > 0 || in_header)
			status = add_line(out, r);
		if (r->len == 0 || is_header(r))
			in_header = is_header(r);
	}
	return status;
}

/* Decode TEXT, a block and nothing else, and hand it over. */
static enum segl_status
hand_over(const struct buffer *text, struct pem_block *block,
    enum segl_status (*each)(void *arg, const struct pem_block *block),
    void *arg)
{
	BIO *bio = BIO_new_mem_buf(text->data, (int)text->len);
	char *label = NULL, *header = NULL;
	/* "secure": what it does not need any more is wiped */
	unsigned int flags = PEM_FLAG_SECURE;
	enum segl_status status;
	long len = 0;

	if (bio == NULL)
		return SEGL_ENOMEM;
	if (PEM_read_bio_ex(bio, &label, &header, &block->der, &len, flags)) {
		block->len = (size_t)len;
		block->header = header;
	} else {
		block->der = NULL;
	}
	if (block->der == NULL && fault_is_nomem())
		status = SEGL_ENOMEM;
	else
		status = each(arg, block);
	OPENSSL_secure_free(label);
	OPENSSL_secure_free(header);
	if (block->der != NULL)
		OPENSSL_secure_clear_free(block->der, block->len);
	BIO_free(bio);
	return status;
}

enum segl_status
pem_walk(const unsigned char *bytes, size_t len,
    enum segl_status (*each)(void *arg, const struct pem_block *block),
    void *arg)
{
	struct reader r = { .p = (const char *)bytes,
		.end = (const char *)bytes + len };
	enum segl_status status = SEGL_OK;
	char label[PEM_LABEL_MAX], name[PEM_NAME_MAX] = "";
	struct buffer text;
	int whole;

	/* each line of one byte becomes two at most */
	buffer_init(&text, 2 * len + 2);
	while (status == SEGL_OK && next_line(&r)) {
		struct pem_block block = { .label = label, .header = "" };

		read_name(&r, name);
		if (!read_label(&r, BEGIN, label))
			continue;
		block.line = r.number;
		block.name = name[0] == '\0' ? NULL : name;
		status = gather(&r, label, &text, &whole);
		if (status == SEGL_OK)
			status = whole ? hand_over(&text, &block, each, arg)
				       : each(arg, &block);
		buffer_clear(&text);
		name[0] = '\0';
	}
	return status;
}
