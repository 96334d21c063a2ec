/* SPDX-License-Identifier: ISC */
#include <string.h>

#include <openssl/pem.h>
#include <openssl/pkcs7.h>

#include "pki/fault.h"
#include "softtoken/certs.h"

static enum segl_status
add(struct certs *certs, X509 *x509, const char *name)
{
	enum segl_status status = certs->add(certs->arg, x509, name);

	if (status == SEGL_OK)
		certs->added++;
	return status;
}

enum segl_status
certs_of_der(
    struct certs *certs, const unsigned char *der, size_t len, const char *name)
{
	X509 *x509 = d2i_X509(NULL, &der, (long)len);
	enum segl_status status;

	if (x509 == NULL) {
		if (fault_is_nomem())
			return SEGL_ENOMEM;
		certs->broken++;
		return SEGL_OK;
	}
	status = add(certs, x509, name);
	X509_free(x509);
	return status;
}

/* SignedData without signature, as issuers deliver chains (.p7b, .p7c). */
enum segl_status
certs_of_pkcs7(struct certs *certs, const unsigned char *der, size_t len)
{
	PKCS7 *pkcs7 = d2i_PKCS7(NULL, &der, (long)len);
	enum segl_status status = SEGL_OK;
	STACK_OF(X509) *all = NULL;

	if (pkcs7 == NULL && fault_is_nomem())
		return SEGL_ENOMEM;
	if (pkcs7 != NULL && PKCS7_type_is_signed(pkcs7) &&
	    pkcs7->d.sign != NULL)
		all = pkcs7->d.sign->cert;
	for (int i = 0; i < sk_X509_num(all) && status == SEGL_OK; i++)
		status = add(certs, sk_X509_value(all, i), NULL);
	PKCS7_free(pkcs7);
	return status;
}

static int
is_pkcs7(const char *label)
{
	return strcmp(label, PEM_STRING_PKCS7) == 0 ||
	    strcmp(label, PEM_STRING_PKCS7_SIGNED) == 0 ||
	    strcmp(label, PEM_STRING_CMS) == 0;
}

static int
is_certificate(const char *label)
{
	return strcmp(label, PEM_STRING_X509) == 0 ||
	    strcmp(label, PEM_STRING_X509_OLD) == 0 ||
	    strcmp(label, PEM_STRING_X509_TRUSTED) == 0;
}

int
certs_are_in(const char *label)
{
	return is_certificate(label) || is_pkcs7(label);
}

enum segl_status
certs_of_block(struct certs *certs, const struct pem_block *block)
{
	if (!certs_are_in(block->label))
		return SEGL_OK; /* keys and what else stands there: not ours */
	if (block->der == NULL) {
		certs->broken++;
		return SEGL_OK;
	}
	if (is_pkcs7(block->label))
		return certs_of_pkcs7(certs, block->der, block->len);
	/* the trust of a TRUSTED CERTIFICATE follows it, unread */
	return certs_of_der(certs, block->der, block->len, block->name);
}

static enum segl_status
each_block(void *arg, const struct pem_block *block)
{
	return certs_of_block(arg, block);
}

enum segl_status
certs_of_file(struct certs *certs, const unsigned char *bytes, size_t len)
{
	enum segl_status status = SEGL_OK;
	size_t broken = certs->broken, added = certs->added;

	if (len == 0)
		return SEGL_OK;
	fault_begin();
	if (bytes[0] != 0x30) {
		status = pem_walk(bytes, len, each_block, certs);
	} else {
		status = certs_of_der(certs, bytes, len, NULL);
		if (status == SEGL_OK && certs->broken > broken)
			status = certs_of_pkcs7(certs, bytes, len);
		if (certs->added > added)
			certs->broken = broken;
	}
	fault_end();
	return status;
}
