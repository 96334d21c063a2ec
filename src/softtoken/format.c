/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/file.h"
#include "pki/fault.h"
#include "softtoken/bare.h"
#include "softtoken/format.h"
#include "softtoken/jwk.h"
#include "softtoken/pkcs12.h"
#include "softtoken/wrap.h"

/*
 * Formats that are known. One that is read has LOAD; any other is named, and
 * ADVICE says what to do: @ stands for the file's name.
 */
struct format {
	const char *what;
	int (*is)(const struct source *source);
	enum segl_status (*load)(struct source *source, struct material *out);
	const char *advice;
};

static int
begins(const struct source *source, const char *magic, size_t len)
{
	return source->len >= len && memcmp(source->bytes, magic, len) == 0;
}

/* The first letters, after a byte order mark and white space. */
static int
begins_text(const struct source *source, const char *text)
{
	const char *p = (const char *)source->bytes;
	const char *end = p + source->len;

	if (begins(source, "\xef\xbb\xbf", 3))
		p += 3;
	while (p < end && strchr(" \t\r\n", *p) != NULL && *p != '\0')
		p++;
	return (size_t)(end - p) >= strlen(text) &&
	    strncasecmp(p, text, strlen(text)) == 0;
}

static int
contains(const struct source *source, const char *text)
{
	return memmem(source->bytes, source->len, text, strlen(text)) != NULL;
}

static int
is_empty(const struct source *source)
{
	return source->len == 0;
}

static int
is_jks(const struct source *source)
{
	return begins(source, "\xfe\xed\xfe\xed", 4);
}

static int
is_jceks(const struct source *source)
{
	return begins(source, "\xce\xce\xce\xce", 4);
}

static int
is_pvk(const struct source *source)
{
	return begins(source, "\x1e\xf1\xb5\xb0", 4);
}

/* Version 1 or 2, then a salt of 20 bytes with its length. */
static int
is_bks(const struct source *source)
{
	return begins(source, "\0\0\0\1\0\0\0\x14", 8) ||
	    begins(source, "\0\0\0\2\0\0\0\x14", 8);
}

static int
is_html(const struct source *source)
{
	return begins_text(source, "<!doctype html") ||
	    begins_text(source, "<html");
}

static int
is_xml(const struct source *source)
{
	return begins_text(source, "<?xml") || begins_text(source, "<");
}

static int
is_zip(const struct source *source)
{
	return begins(source, "PK\3\4", 4) || begins(source, "PK\5\6", 4);
}

static int
is_compressed(const struct source *source)
{
	return begins(source, "\x1f\x8b", 2) || begins(source, "BZh", 3) ||
	    begins(source,
		"\xfd"
		"7zXZ",
		5) ||
	    begins(source, "\x28\xb5\x2f\xfd", 4) ||
	    begins(source, "7z\xbc\xaf", 4);
}

static int
is_pdf(const struct source *source)
{
	return begins(source, "%PDF-", 5);
}

static int
is_nss(const struct source *source)
{
	return begins(source, "SQLite format 3", 15);
}

static int
is_utf16(const struct source *source)
{
	return begins(source, "\xff\xfe", 2) || begins(source, "\xfe\xff", 2);
}

static int
is_openssh(const struct source *source)
{
	return contains(source, "-----BEGIN OPENSSH PRIVATE KEY-----");
}

static int
is_pgp(const struct source *source)
{
	return contains(source, "-----BEGIN PGP ");
}

static int
is_der(const struct source *source)
{
	return source->len >= 2 && source->bytes[0] == 0x30;
}

/* The first that fits counts: the vaguer a test, the later it stands. */
static const struct format formats[] = {
	{ "PKCS#12", pkcs12_is, pkcs12_load, NULL },
	{ "an empty file", is_empty, NULL, "copy the file again" },
	{ "a Java keystore (JKS)", is_jks, NULL,
	    "convert it: keytool -importkeystore -srckeystore @ "
	    "-destkeystore @.p12 -deststoretype PKCS12" },
	{ "a Java keystore (JCEKS)", is_jceks, NULL,
	    "convert it: keytool -importkeystore -srckeystore @ -srcstoretype "
	    "JCEKS -destkeystore @.p12 -deststoretype PKCS12" },
	{ "a Microsoft private key (PVK)", is_pvk, NULL,
	    "convert it, with the certificates in CERTIFICATES.pem: (openssl "
	    "rsa -inform PVK -in @ -provider legacy -provider default; cat "
	    "CERTIFICATES.pem) | openssl pkcs12 -export -out @.p12" },
	{ "a keystore of Bouncy Castle (BKS)", is_bks, NULL,
	    "convert it to PKCS12 with keytool and Bouncy Castle's provider, "
	    "or export it again as PKCS#12" },
	{ "an HTML page", is_html, NULL,
	    "the download went wrong, a login page perhaps was saved: fetch "
	    "the key file again" },
	{ "an OpenSSH private key", is_openssh, NULL,
	    "name the eSeal's key file, as its issuer delivered it" },
	{ "an OpenPGP file", is_pgp, NULL,
	    "decrypt it with gpg, or name the eSeal's key file" },
	{ "JSON", jwk_is, jwk_load, NULL },
	{ "PEM", pem_is, pem_load, NULL },
	{ "XML", is_xml, NULL,
	    "name the eSeal's key file, as its issuer delivered it" },
	{ "a ZIP archive", is_zip, NULL, "unpack it: unzip @" },
	{ "a compressed file", is_compressed, NULL, "unpack it first" },
	{ "a PDF document", is_pdf, NULL,
	    "name the key file; the letter of the issuer says where it is" },
	{ "an SQLite database, perhaps NSS's", is_nss, NULL,
	    "export the key: pk12util -o SOFTTOKEN.p12 -n NICKNAME -d "
	    "sql:DIRECTORY" },
	{ "text in UTF-16", is_utf16, NULL,
	    "save the file as it was delivered, not as text" },
	{ "a key or a certificate in DER", der_is, der_load, NULL },
	{ "ASN.1 that is no key file, or a damaged one", is_der, NULL,
	    "copy the file again from where it was made, in binary mode" },
};

/* NAME as a shell takes it for one word. */
static enum segl_status
add_word(struct buffer *out, const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+/";
	enum segl_status status;

	if (strspn(name, plain) == strlen(name))
		return buffer_add_str(out, name);
	status = buffer_add(out, "'", 1);
	for (; *name != '\0' && status == SEGL_OK; name++)
		status = *name == '\'' ? buffer_add_str(out, "'\\''")
				       : buffer_add(out, name, 1);
	return status == SEGL_OK ? buffer_add(out, "'", 1) : status;
}

/* ADVICE with NAME in the place of each @. */
static enum segl_status
expand(const char *advice, const char *name, struct buffer *out)
{
	enum segl_status status = SEGL_OK;

	for (; *advice != '\0' && status == SEGL_OK; advice++)
		status = *advice == '@' ? add_word(out, name)
					: buffer_add(out, advice, 1);
	return status;
}

static enum segl_status
refuse(const struct source *source, const struct format *format)
{
	struct buffer advice;

	error_set(source->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s is not a key file that can be read: it is %s", source->name,
	    format->what);
	buffer_init(&advice, FILE_KEY_MAX);
	if (expand(format->advice, source->name, &advice) == SEGL_OK)
		error_remedy(source->segl, "%s", advice.data);
	buffer_clear(&advice);
	return SEGL_EKEY;
}

static enum segl_status
load_bare(struct source *source, struct material *out)
{
	static const struct format unknown = { "of an unknown format", NULL,
		NULL,
		"name the eSeal's key file in PKCS#12 (.p12, .pfx), as its "
		"issuer delivered it" };
	const struct format *found = &unknown;

	fault_begin();
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (formats[i].is(source)) {
			found = &formats[i];
			break;
		}
	}
	if (found == &unknown && fault_is_nomem()) {
		fault_end();
		return error_nomem(source->segl);
	}
	fault_end();
	if (found->load != NULL)
		return found->load(source, out);
	return refuse(source, found);
}

enum segl_status
format_load(struct source *source, struct material *out)
{
	struct source inner = *source;
	enum segl_status status = SEGL_OK;
	struct unwrapped unwrapped[FORMAT_WRAPS_MAX];
	size_t n = 0;

	while (n < FORMAT_WRAPS_MAX && status == SEGL_OK) {
		status = wrap_take_off(&inner, &unwrapped[n]);
		if (status != SEGL_OK || unwrapped[n].bytes == NULL)
			break;
		inner.bytes = unwrapped[n].bytes;
		inner.len = unwrapped[n].len;
		n++;
	}
	if (status == SEGL_OK)
		status = load_bare(&inner, out);
	while (n > 0)
		wrap_clear(&unwrapped[--n]);
	return status;
}
