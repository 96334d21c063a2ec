/* SPDX-License-Identifier: ISC */
/* Certificates from anywhere, one after another, and the report on them. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ca.h"
#include "seeds.h"
#include "suitability/judge.h"

/* Every statement that is decoded, one of them twice. */
static const unsigned char qc[] = { 0x30, 0x81, 0x84, 0x30, 0x08, 0x06, 0x06,
	0x04, 0x00, 0x8e, 0x46, 0x01, 0x01, 0x30, 0x15, 0x06, 0x06, 0x04, 0x00,
	0x8e, 0x46, 0x01, 0x02, 0x30, 0x0b, 0x13, 0x03, 'N', 'O', 'K', 0x02,
	0x01, 0x01, 0x02, 0x01, 0x04, 0x30, 0x0b, 0x06, 0x06, 0x04, 0x00, 0x8e,
	0x46, 0x01, 0x03, 0x02, 0x01, 0x0f, 0x30, 0x08, 0x06, 0x06, 0x04, 0x00,
	0x8e, 0x46, 0x01, 0x04, 0x30, 0x20, 0x06, 0x06, 0x04, 0x00, 0x8e, 0x46,
	0x01, 0x05, 0x30, 0x16, 0x30, 0x14, 0x16, 0x0e, 'h', 't', 't', 'p', 's',
	':', '/', '/', 'a', '.', 'b', '/', 'c', '/', 0x13, 0x02, 'e', 'n', 0x30,
	0x13, 0x06, 0x06, 0x04, 0x00, 0x8e, 0x46, 0x01, 0x06, 0x30, 0x09, 0x06,
	0x07, 0x04, 0x00, 0x8e, 0x46, 0x01, 0x06, 0x02, 0x30, 0x0d, 0x06, 0x08,
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x0b, 0x02, 0x05, 0x00 };

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
	struct ca_spec root_spec = { .cn = "Root", .basic = "CA:TRUE" };
	struct ca_spec sub_spec = { .cn = "Sub",
		.basic = "CA:TRUE,pathlen:1",
		.usage = "critical,keyCertSign",
		.names = "critical,permitted;dirName:in_SE" };
	struct ca_spec leaf_spec = { .cn = "Leaf",
		.o = "\xc3\x85 AB",
		.c = "SE",
		.serial_number = "UN:NO-9578-4050-1",
		.orgids = { "NTRSE-5560125790", "VATSE-1" },
		.given_name = "Kari",
		.usage = "digitalSignature,nonRepudiation",
		.eku = "critical,clientAuth,1.2.3",
		.policies = "0.4.0.194112.1.1,2.16.578.1.29.13.210.1.1",
		.critical = "1.2.3.4",
		.qc = qc,
		.qc_len = sizeof(qc) };
	EVP_PKEY *key = ca_key("EC"), *rsa = ca_key("RSA1024");
	struct ca root = ca_make(&root_spec, key, NULL);
	struct ca sub = ca_make(&sub_spec, key, &root);
	struct ca leaf = ca_make(&leaf_spec, rsa, &sub);

	memset(seeds, 0, 3 * sizeof(seeds[0]));
	append(&seeds[0], leaf.cert);
	append(&seeds[0], sub.cert);
	append(&seeds[0], root.cert);
	append(&seeds[1], leaf.cert);
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
safe(const char *text)
{
	if (text == NULL)
		return;
	if (!text_is_utf8(text, strlen(text)))
		abort();
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			abort();
	}
}

/* What holds of every report. */
static void
check(const struct segl_report *report)
{
	enum segl_verdict verdict = SEGL_VERDICT_SUITABLE;
	struct segl_finding f;
	size_t n = 0;

	for (; segl_report_finding(report, n, &f); n++) {
		safe(f.found);
		if (f.severity != SEGL_MUST ||
		    verdict == SEGL_VERDICT_UNSUITABLE)
			continue;
		if (f.outcome == SEGL_OUTCOME_BROKEN)
			verdict = SEGL_VERDICT_UNSUITABLE;
		else if (f.outcome == SEGL_OUTCOME_UNDECIDED)
			verdict = SEGL_VERDICT_UNDECIDED;
	}
	if (n == 0 || n != segl_report_count(report) || f.id != NULL ||
	    verdict != segl_report_verdict(report))
		abort();
	for (int i = 0; i <= SEGL_REPORT_CLIENT_AMR; i++)
		safe(segl_report_text(report, (enum segl_report_field)i));
}

static void
judge(const struct path *path)
{
	static const struct segl_trust_service service = { .position = 1,
		.territory = "SE",
		.type = "CA/QC",
		.status = "granted",
		.uses = SEGL_TRUST_FOR_ESEALS };
	static const struct segl_trust trust = {
		.services = &service, .n = 1, .territory = "SE"
	};

	for (int i = 0; i < 6; i++) {
		struct segl_terms terms = { .at = CA_NOW,
			.route = (enum segl_route)(SEGL_ROUTE_ESEAL + i % 3),
			.trust = i > 2 ? &trust : NULL,
			.expect_id = "NTRSE-5560125790",
			.last_id = "NTRSE-1" };
		struct segl_report *report;

		if (suitability_judge(path, i > 2, &terms, &report) != SEGL_OK)
			abort();
		check(report);
		segl_report_free(report);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct certificate_list list = { .n = 0 };
	const struct certificate *first = NULL, *kept;
	struct certificate *c;
	struct path path;

	while (size > 0) {
		size_t len = element(data, size);

		if (certificate_read(data, len, &c) == SEGL_OK) {
			if (certificate_list_add(&list, c, &kept) != SEGL_OK)
				abort();
			if (first == NULL)
				first = kept;
		}
		data += len;
		size -= len;
	}
	if (first != NULL) {
		path_build(first, &list, CA_NOW, NULL, &path);
		judge(&path);
	}
	certificate_list_clear(&list);
	return 0;
}
