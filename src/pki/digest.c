/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "base/buffer.h"
#include "pki/digest.h"
#include "pki/fault.h"

/* Longest name, in bytes of the form that is hashed. */
#define NAME_MAX_BYTES 65536

/* Attributes of one set whose order does not count; real ones have one. */
#define SET_MAX 16

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static EVP_MD *fetched; /* lives as long as the process */

static void
fetch(void)
{
	fetched = EVP_MD_fetch(NULL, "SHA256", NULL);
}

int
digest_sha256(const void *bytes, size_t len, unsigned char out[DIGEST_SIZE])
{
	const EVP_MD *md = NULL;

	/* finding the algorithm each time, as SHA256() does, costs more than
	 * the hash of a name; out of memory it is found again each time */
	if (CRYPTO_THREAD_run_once(&once, fetch))
		md = fetched;
	if (md == NULL)
		md = EVP_sha256();
	return EVP_Digest(bytes, len, out, NULL, md, NULL) == 1 ? 0 : -1;
}

/* ---- names --------------------------------------------------------------- */

/* Types whose text is compared; of others the bytes are (RFC 5280, 7.1). */
#define TEXTS                                                                  \
	(B_ASN1_UTF8STRING | B_ASN1_BMPSTRING | B_ASN1_UNIVERSALSTRING |       \
	    B_ASN1_PRINTABLESTRING | B_ASN1_T61STRING | B_ASN1_IA5STRING |     \
	    B_ASN1_VISIBLESTRING)

static int
is_blank(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Lower case, no blanks around, one where several were; in place. */
static size_t
fold(unsigned char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = text[i];

		if (is_blank(c)) {
			if (n > 0 && text[n - 1] != ' ')
				text[n++] = ' ';
			continue;
		}
		text[n++] = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
	}
	return n > 0 && text[n - 1] == ' ' ? n - 1 : n;
}

static enum segl_status
add_value(struct buffer *out, const ASN1_STRING *value)
{
	unsigned char *text = NULL, type;
	enum segl_status status;
	int len = -1;

	if ((ASN1_tag2bit(ASN1_STRING_type(value)) & TEXTS) != 0)
		len = ASN1_STRING_to_UTF8(&text, value);
	if (len >= 0) {
		type = V_ASN1_UTF8STRING;
		status = buffer_add(out, &type, 1);
		if (status == SEGL_OK)
			status = buffer_add(out, text, fold(text, (size_t)len));
		OPENSSL_free(text);
		return status;
	}
	type = (unsigned char)ASN1_STRING_type(value);
	status = buffer_add(out, &type, 1);
	if (status == SEGL_OK)
		status = buffer_add(out, ASN1_STRING_get0_data(value),
		    (size_t)ASN1_STRING_length(value));
	return status;
}

static int
digest_entry(const X509_NAME_ENTRY *entry, unsigned char out[DIGEST_SIZE])
{
	const ASN1_OBJECT *type = X509_NAME_ENTRY_get_object(entry);
	unsigned char length = (unsigned char)OBJ_length(type);
	enum segl_status status;
	struct buffer bytes;
	int result = -1;

	buffer_init(&bytes, NAME_MAX_BYTES);
	status = buffer_add(&bytes, &length, 1);
	if (status == SEGL_OK)
		status =
		    buffer_add(&bytes, OBJ_get0_data(type), OBJ_length(type));
	if (status == SEGL_OK)
		status = add_value(&bytes, X509_NAME_ENTRY_get_data(entry));
	if (status == SEGL_OK)
		result = digest_sha256(bytes.data, bytes.len, out);
	buffer_clear(&bytes);
	return result;
}

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, DIGEST_SIZE);
}

/* The attributes from entry I on that make one set; sorted. How many. */
static int
digest_set(
    const X509_NAME *name, int i, unsigned char digests[SET_MAX][DIGEST_SIZE])
{
	int set = X509_NAME_ENTRY_set(X509_NAME_get_entry(name, i)), n = 0;

	while (i + n < X509_NAME_entry_count(name) && n < SET_MAX) {
		X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i + n);

		if (X509_NAME_ENTRY_set(entry) != set)
			break;
		if (digest_entry(entry, digests[n]) < 0)
			return -1;
		n++;
	}
	qsort(digests, (size_t)n, DIGEST_SIZE, by_bytes);
	return n;
}

int
digest_name(const X509_NAME *name, unsigned char out[DIGEST_SIZE])
{
	unsigned char digests[SET_MAX][DIGEST_SIZE];
	int count = X509_NAME_entry_count(name);
	enum segl_status status = SEGL_OK;
	struct buffer bytes;
	int result = -1;

	buffer_init(&bytes, NAME_MAX_BYTES);
	for (int i = 0; status == SEGL_OK && i < count;) {
		int n = digest_set(name, i, digests);
		unsigned char size = (unsigned char)n;

		if (n <= 0)
			goto out;
		i += n;
		status = buffer_add(&bytes, &size, 1);
		if (status == SEGL_OK)
			status = buffer_add(
			    &bytes, digests, (size_t)n * DIGEST_SIZE);
	}
	if (status == SEGL_OK)
		result = digest_sha256(bytes.data, bytes.len, out);
out:
	buffer_clear(&bytes);
	return result;
}

/* ---- key and name -------------------------------------------------------- */

/*
 * The element of TAG at *P, which moves behind it; WHOLE and its length, or
 * where they are NULL, *END becomes its end and *P its contents. 0, or -1.
 */
static int
element(const unsigned char **p, const unsigned char *end, int tag,
    const unsigned char **whole, size_t *whole_len)
{
	const unsigned char *at = *p;
	int found, class;
	long len;

	if (at >= end ||
	    (ASN1_get_object(&at, &len, &found, &class, end - at) & 0x81) !=
		0 ||
	    found != tag)
		return -1;
	if (whole == NULL) {
		*p = at;
		return 0;
	}
	*whole = *p;
	*whole_len = (size_t)(at + len - *p);
	*p = at + len;
	return 0;
}

/* Certificate, TBSCertificate and its members (RFC 5280, 4.1). */
static int
find_key_and_name(const unsigned char *p, size_t len,
    const unsigned char **name, size_t *name_len, const unsigned char **spki,
    size_t *spki_len)
{
	const unsigned char *end = p + len, *other;
	size_t other_len;

	if (element(&p, end, V_ASN1_SEQUENCE, NULL, NULL) < 0 ||
	    element(&p, end, V_ASN1_SEQUENCE, NULL, NULL) < 0)
		return -1;
	/* version: [0] EXPLICIT, absent in version 1 */
	if (p < end && *p == 0xa0 &&
	    element(&p, end, 0, &other, &other_len) < 0)
		return -1;
	if (element(&p, end, V_ASN1_INTEGER, &other, &other_len) < 0 ||
	    element(&p, end, V_ASN1_SEQUENCE, &other, &other_len) < 0 ||
	    element(&p, end, V_ASN1_SEQUENCE, &other, &other_len) < 0 ||
	    element(&p, end, V_ASN1_SEQUENCE, &other, &other_len) < 0 ||
	    element(&p, end, V_ASN1_SEQUENCE, name, name_len) < 0)
		return -1;
	return element(&p, end, V_ASN1_SEQUENCE, spki, spki_len);
}

int
digest_authority(const unsigned char *certificate, size_t len,
    unsigned char out[DIGEST_SIZE], unsigned char name_out[DIGEST_SIZE])
{
	const unsigned char *name_der, *spki;
	unsigned char both[2 * DIGEST_SIZE];
	size_t name_len, spki_len;
	X509_NAME *name;
	int result = -1;

	if (find_key_and_name(
		certificate, len, &name_der, &name_len, &spki, &spki_len) < 0)
		return 1;
	name = d2i_X509_NAME(NULL, &name_der, (long)name_len);
	if (name == NULL)
		return fault_is_nomem() ? -1 : 1;
	if (digest_sha256(spki, spki_len, both) == 0 &&
	    digest_name(name, both + DIGEST_SIZE) == 0)
		result = digest_sha256(both, sizeof(both), out);
	if (name_out != NULL)
		memcpy(name_out, both + DIGEST_SIZE, DIGEST_SIZE);
	X509_NAME_free(name);
	return result;
}

/* ---- key identifiers ----------------------------------------------------- */

int
digest_key_identifier(
    const void *identifier, size_t len, unsigned char out[DIGEST_SIZE])
{
	return digest_sha256(identifier, len, out);
}

int
digest_key(const unsigned char *certificate, size_t certificate_len,
    unsigned char out[DIGEST_SIZE])
{
	const unsigned char *p, *end, *other, *bits;
	unsigned char identifier[SHA_DIGEST_LENGTH];
	size_t other_len, spki_len, len;

	if (find_key_and_name(certificate, certificate_len, &other, &other_len,
		&p, &spki_len) < 0)
		return 1;
	end = p + spki_len;
	if (element(&p, end, V_ASN1_SEQUENCE, NULL, NULL) < 0 ||
	    element(&p, end, V_ASN1_SEQUENCE, &other, &other_len) < 0 ||
	    element(&p, end, V_ASN1_BIT_STRING, NULL, NULL) < 0 || p >= end)
		return 1;
	bits = p + 1; /* behind the number of unused bits */
	len = (size_t)(end - bits);
	if (SHA1(bits, len, identifier) == NULL)
		return -1;
	return digest_key_identifier(identifier, sizeof(identifier), out);
}
