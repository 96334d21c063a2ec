/* SPDX-License-Identifier: ISC */
/* Certificates from anywhere, one after another: facts, then the path. */
#include <stdlib.h>
#include <string.h>

#include "ca.h"
#include "pki/certificate.h"
#include "pki/path.h"
#include "seeds.h"

static const unsigned char qc[] = { 0x30, 0x2e, 0x30, 0x08, 0x06, 0x06, 0x04,
	0x00, 0x8e, 0x46, 0x01, 0x01, 0x30, 0x13, 0x06, 0x06, 0x04, 0x00, 0x8e,
	0x46, 0x01, 0x06, 0x30, 0x09, 0x06, 0x07, 0x04, 0x00, 0x8e, 0x46, 0x01,
	0x06, 0x02, 0x30, 0x0d, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07,
	0x0b, 0x02, 0x05, 0x00, 0x00 };

static void
append(struct seed *seed, X509 *cert)
{
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);

	seed->bytes = realloc(seed->bytes, seed->len + (size_t)len);
	if (len <= 0 || seed->bytes == NULL)
		abort();
	memcpy(seed->bytes + seed->len, der, (size_t)len);
	seed->len += (size_t)len;
	OPENSSL_free(der);
}

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	struct ca_spec root_spec = {
		.cn = "Root", .basic = "CA:TRUE", .skid = "01020304"
	};
	struct ca_spec sub_spec = { .cn = "Sub",
		.basic = "CA:TRUE,pathlen:1",
		.skid = "05060708",
		.akid = 1 };
	struct ca_spec leaf_spec = { .cn = "Leaf",
		.o = "\xc3\x85 AB",
		.c = "SE",
		.serial_number = "55600",
		.orgids = { "NTRSE-1" },
		.usage = "digitalSignature,nonRepudiation",
		.eku = "clientAuth,1.2.3",
		.policies = "0.4.0.194112.1.1",
		.akid = 1,
		.qc = qc,
		.qc_len = sizeof(qc) - 1 };
	EVP_PKEY *key = ca_key("EC"), *rsa = ca_key("RSA1024");
	struct ca root = ca_make(&root_spec, key, NULL);
	struct ca sub = ca_make(&sub_spec, rsa, &root);
	struct ca leaf = ca_make(&leaf_spec, key, &sub);

	memset(seeds, 0, 3 * sizeof(seeds[0]));
	append(&seeds[0], leaf.cert);
	append(&seeds[0], root.cert);
	append(&seeds[0], sub.cert);
	append(&seeds[1], leaf.cert);
	append(&seeds[2], root.cert);
	append(&seeds[2], root.cert);
	ca_free(&leaf);
	ca_free(&sub);
	ca_free(&root);
	EVP_PKEY_free(key);
	EVP_PKEY_free(rsa);
	return 3;
}

/* Length of the DER element at DATA, or what is left where it has none. */
static size_t
element(const uint8_t *data, size_t size)
{
	size_t n, len = 0;

	if (size < 4 || data[1] < 0x81 || data[1] > 0x82)
		return size;
	n = data[1] & 0x7f;
	for (size_t i = 0; i < n; i++)
		len = len << 8 | data[2 + i];
	return len + 2 + n < size ? len + 2 + n : size;
}

static void
check(const struct certificate *c)
{
	if (c->subject == NULL || c->issuer == NULL || c->serial == NULL ||
	    c->serial_decimal == NULL || c->der == NULL || c->spki == NULL ||
	    c->eku.n > OID_LIST_MAX || c->policies.n > OID_LIST_MAX)
		abort();
	/* safe to print */
	for (const char *p = c->subject; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			abort();
	}
	(void)certificate_for_encryption(c);
	(void)certificate_norwegian(c);
	(void)certificate_self_issued(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct certificate_list list = { .n = 0 };
	const struct certificate *first = NULL, *kept;
	struct qc_statements statements;
	struct certificate *c;
	struct path path;

	if (qc_statements_read(data, size, &statements) < 0)
		abort();
	qc_statements_clear(&statements);
	while (size > 0) {
		size_t len = element(data, size);

		if (certificate_read(data, len, &c) == SEGL_OK) {
			check(c);
			if (certificate_list_add(&list, c, &kept) != SEGL_OK)
				abort();
			if (first == NULL)
				first = kept;
		} else if (c != NULL) {
			abort();
		}
		data += len;
		size -= len;
	}
	if (first != NULL) {
		path_build(first, &list, CA_NOW, NULL, &path);
		if (path.len == 0 || path.len > PATH_LEN_MAX ||
		    path.certs[0] != first)
			abort();
	}
	certificate_list_clear(&list);
	return 0;
}
