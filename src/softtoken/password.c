/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "softtoken/password.h"
#include "softtoken/pin.h"

/* Each byte one character of Latin-1, written as UTF-8. */
static enum segl_status
latin1_to_utf8(const struct secret *pin, struct buffer *out)
{
	const unsigned char *s = (const unsigned char *)secret_bytes(pin);
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; i < secret_len(pin) && status == SEGL_OK; i++) {
		unsigned char two[2] = { (unsigned char)(0xc0 | s[i] >> 6),
			(unsigned char)(0x80 | (s[i] & 0x3f)) };

		if (s[i] < 0x80)
			status = buffer_add(out, &s[i], 1);
		else
			status = buffer_add(out, two, 2);
	}
	return status;
}

/* Well-formed UTF-8 as Latin-1; empty where a character has no place there. */
static enum segl_status
utf8_to_latin1(const struct secret *pin, struct buffer *out)
{
	const unsigned char *s = (const unsigned char *)secret_bytes(pin);
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; i < secret_len(pin) && status == SEGL_OK; i++) {
		unsigned char c = s[i];

		if (c > 0xc3) {
			buffer_clear(out);
			return SEGL_OK;
		}
		if (c >= 0x80) {
			c = (unsigned char)((c & 3) << 6 | (s[i + 1] & 0x3f));
			i++;
		}
		status = buffer_add(out, &c, 1);
	}
	return status;
}

static int
add(struct passwords *passwords, const void *text, size_t len)
{
	struct secret *secret = secret_new(text, len);

	if (secret == NULL)
		return -1;
	passwords->secrets[passwords->n++] = secret;
	return 0;
}

static int
add_transcoded(struct passwords *passwords, const struct secret *pin,
    enum segl_status (*transcode)(const struct secret *, struct buffer *))
{
	struct buffer text;
	int result = -1;

	buffer_init(&text, 2 * PIN_MAX);
	if (transcode(pin, &text) == SEGL_OK)
		result =
		    text.len == 0 ? 0 : add(passwords, text.data, text.len);
	buffer_clear(&text);
	return result;
}

static int
is_ascii(const struct secret *pin)
{
	const unsigned char *s = (const unsigned char *)secret_bytes(pin);

	for (size_t i = 0; i < secret_len(pin); i++) {
		if (s[i] >= 0x80)
			return 0;
	}
	return 1;
}

int
passwords_init(struct passwords *passwords, const struct secret *pin)
{
	int result;

	memset(passwords, 0, sizeof(*passwords));
	result = add(passwords, secret_bytes(pin), secret_len(pin));
	if (result == 0 && secret_len(pin) == 0) {
		passwords->secrets[passwords->n++] = NULL;
	} else if (result == 0 && !is_ascii(pin)) {
		if (text_is_utf8(secret_bytes(pin), secret_len(pin)))
			result = add_transcoded(passwords, pin, utf8_to_latin1);
		/* from UTF-8 this is what OpenSSL before 1.1.0 made of it */
		if (result == 0)
			result = add_transcoded(passwords, pin, latin1_to_utf8);
	}
	if (result < 0)
		passwords_clear(passwords);
	return result;
}

void
passwords_clear(struct passwords *passwords)
{
	for (size_t i = 0; i < passwords->n; i++)
		secret_free(passwords->secrets[i]);
	memset(passwords, 0, sizeof(*passwords));
}

void
passwords_get(
    const struct passwords *passwords, size_t i, const char **text, size_t *len)
{
	const struct secret *secret =
	    passwords->secrets[(passwords->first + i) % passwords->n];

	*text = secret == NULL ? NULL : secret_bytes(secret);
	*len = secret == NULL ? 0 : secret_len(secret);
}

void
passwords_worked(struct passwords *passwords, size_t i)
{
	passwords->first = (passwords->first + i) % passwords->n;
}
