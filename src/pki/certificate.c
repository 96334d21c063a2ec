/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "pki/certificate.h"
#include "pki/extension.h"
#include "pki/fault.h"
#include "pki/name.h"

static int
copy_der(X509 *x509, struct certificate *c)
{
	unsigned char *p = NULL;
	int len = i2d_X509(x509, &p);

	if (len <= 0)
		return -1;
	c->der = p;
	c->der_len = (size_t)len;
	p = NULL;
	len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &p);
	if (len <= 0)
		return -1;
	c->spki = p;
	c->spki_len = (size_t)len;
	return 0;
}

/* All values of an attribute; 0, or -1 when out of memory. */
static int
read_values(const X509_NAME *name, int nid, char ***values, size_t *n_values)
{
	size_t n = name_count(name, nid);
	int nomem = 0;

	if (n > NAME_VALUES_MAX)
		n = NAME_VALUES_MAX;
	if (n == 0)
		return 0;
	*values = calloc(n, sizeof(**values));
	if (*values == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		char *value = name_value(name, nid, i, &nomem);

		if (value != NULL)
			(*values)[(*n_values)++] = value;
	}
	return nomem ? -1 : 0;
}

static int
read_names(X509 *x509, struct certificate *c)
{
	const X509_NAME *subject = X509_get_subject_name(x509);
	int nomem = 0;

	c->subject = name_text(subject);
	c->issuer = name_text(X509_get_issuer_name(x509));
	c->organization = name_value(subject, NID_organizationName, 0, &nomem);
	c->common_name = name_value(subject, NID_commonName, 0, &nomem);
	c->country = name_value(subject, NID_countryName, 0, &nomem);
	c->has_given_name = name_count(subject, NID_givenName) > 0;
	c->has_surname = name_count(subject, NID_surname) > 0;
	c->has_pseudonym = name_count(subject, NID_pseudonym) > 0;
	if (read_values(subject, NID_serialNumber, &c->serial_numbers,
		&c->n_serial_numbers) < 0 ||
	    read_values(subject, NID_organizationIdentifier,
		&c->organization_identifiers,
		&c->n_organization_identifiers) < 0)
		return -1;
	if (c->n_serial_numbers > 0)
		c->serial_number = c->serial_numbers[0];
	return nomem || c->subject == NULL || c->issuer == NULL ? -1 : 0;
}

/* A copy that malloc(3) made. */
static char *
own_text(char *openssl_text)
{
	char *copy = openssl_text == NULL ? NULL : strdup(openssl_text);

	OPENSSL_free(openssl_text);
	return copy;
}

static int
read_serial(X509 *x509, struct certificate *c)
{
	BIGNUM *bn = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), NULL);

	if (bn == NULL)
		return -1;
	c->serial = own_text(BN_bn2hex(bn));
	c->serial_decimal = own_text(BN_bn2dec(bn));
	BN_free(bn);
	return c->serial == NULL || c->serial_decimal == NULL ? -1 : 0;
}

static int
read_time(const ASN1_TIME *from, time_t *to)
{
	struct tm tm;

	if (!ASN1_TIME_to_tm(from, &tm))
		return 0;
	*to = timegm(&tm);
	return 1;
}

static int
read_fingerprints(struct certificate *c)
{
	unsigned int n1 = 0, n256 = 0;

	if (!EVP_Digest(c->der, c->der_len, c->sha1, &n1, EVP_sha1(), NULL) ||
	    !EVP_Digest(
		c->der, c->der_len, c->sha256, &n256, EVP_sha256(), NULL))
		return -1;
	return n1 == sizeof(c->sha1) && n256 == sizeof(c->sha256) ? 0 : -1;
}

enum segl_status
certificate_of(X509 *x509, struct certificate **out)
{
	struct certificate *c;

	*out = NULL;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return SEGL_ENOMEM;
	c->path_len = -1;
	fault_begin();
	X509_up_ref(x509);
	c->x509 = x509;
	c->has_validity =
	    read_time(X509_get0_notBefore(x509), &c->not_before) &&
	    read_time(X509_get0_notAfter(x509), &c->not_after);
	/* all that is left to fail here is memory */
	if (copy_der(x509, c) < 0 || read_names(x509, c) < 0 ||
	    read_serial(x509, c) < 0 || read_fingerprints(c) < 0 ||
	    extension_facts(x509, c) < 0) {
		certificate_free(c);
		c = NULL;
	}
	fault_end();
	*out = c;
	return c == NULL ? SEGL_ENOMEM : SEGL_OK;
}

enum segl_status
certificate_read(const unsigned char *der, size_t len, struct certificate **out)
{
	const unsigned char *p = der;
	enum segl_status status = SEGL_ECERT;
	X509 *x509;

	*out = NULL;
	if (len > CERTIFICATE_MAX)
		return SEGL_ECERT;
	fault_begin();
	x509 = d2i_X509(NULL, &p, (long)len);
	if (x509 == NULL && fault_is_nomem())
		status = SEGL_ENOMEM;
	if (x509 != NULL && p == der + len)
		status = certificate_of(x509, out);
	X509_free(x509);
	fault_end();
	return status;
}

void
certificate_free(struct certificate *c)
{
	if (c == NULL)
		return;
	X509_free(c->x509);
	OPENSSL_free(c->der);
	OPENSSL_free(c->spki);
	free(c->subject);
	free(c->issuer);
	free(c->organization);
	free(c->common_name);
	free(c->country);
	for (size_t i = 0; i < c->n_serial_numbers; i++)
		free(c->serial_numbers[i]);
	free(c->serial_numbers);
	for (size_t i = 0; i < c->n_organization_identifiers; i++)
		free(c->organization_identifiers[i]);
	free(c->organization_identifiers);
	free(c->serial);
	free(c->serial_decimal);
	oid_list_clear(&c->eku);
	oid_list_clear(&c->policies);
	oid_list_clear(&c->critical);
	qc_statements_clear(&c->qc);
	free(c->subject_key_id);
	free(c->authority_key_id);
	free(c);
}

int
certificate_equal(const struct certificate *a, const struct certificate *b)
{
	return memcmp(a->sha256, b->sha256, sizeof(a->sha256)) == 0;
}

int
certificate_valid_at(const struct certificate *c, time_t now)
{
	return c->has_validity && c->not_before <= now && now <= c->not_after;
}

int
certificate_for_encryption(const struct certificate *c)
{
	return c->has_key_usage &&
	    (c->key_usage &
		(USAGE_DIGITAL_SIGNATURE | USAGE_NON_REPUDIATION)) == 0 &&
	    (c->key_usage &
		(USAGE_KEY_ENCIPHERMENT | USAGE_DATA_ENCIPHERMENT |
		    USAGE_KEY_AGREEMENT)) != 0;
}

/* SEID 1: the organisation number stands alone in serialNumber. */
static int
is_orgno(const char *text)
{
	return strlen(text) == 9 && strspn(text, "0123456789") == 9;
}

int
certificate_norwegian(const struct certificate *c)
{
	for (size_t i = 0; i < c->n_organization_identifiers; i++) {
		const char *id = c->organization_identifiers[i];

		if (strncmp(id, "NTRNO-", 6) == 0 ||
		    strncmp(id, "PSDNO-", 6) == 0)
			return 1;
	}
	if (c->n_organization_identifiers > 0 || c->serial_number == NULL)
		return 0;
	return is_orgno(c->serial_number) &&
	    (c->country == NULL || strcmp(c->country, "NO") == 0);
}

int
certificate_self_issued(const struct certificate *c)
{
	return X509_NAME_cmp(X509_get_subject_name(c->x509),
		   X509_get_issuer_name(c->x509)) == 0;
}

int
certificate_issued_by(
    const struct certificate *c, const struct certificate *issuer)
{
	EVP_PKEY *key;
	int issued;

	if (X509_NAME_cmp(X509_get_issuer_name(c->x509),
		X509_get_subject_name(issuer->x509)) != 0)
		return 0;
	fault_begin();
	key = X509_get0_pubkey(issuer->x509);
	issued = key != NULL && X509_verify(c->x509, key) == 1;
	fault_end();
	return issued;
}
