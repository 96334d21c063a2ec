/* SPDX-License-Identifier: ISC */
/* A key file from anywhere: PKCS#12, its wrappings, and other formats. */
#include <stdlib.h>
#include <string.h>

#include <segl/softtoken.h>

#include "ca.h"
#include "p12.h"
#include "seeds.h"

/* Files without MAC, since no change of another would pass it. */
static const struct p12_spec specs[] = {
	{ .pin = "pin" },
	{ .pin = "pin", .key_nid = -1 },
	{ .pin = "pin", .cert_nid = -1 },
	{ .pin = "pin", .key_nid = -1, .cert_nid = -1 },
	{ .pin = "pin", .key_nid = -1, .cert_nid = -1, .mac = 1 },
	{ .pin = "pin",
	    .key_nid = NID_pbe_WithSHA1And3_Key_TripleDES_CBC,
	    .cert_nid = NID_pbe_WithSHA1And3_Key_TripleDES_CBC },
	{ .pin = "", .mac = 1 },
};

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	struct ca_spec root_spec = { .cn = "Root", .basic = "CA:TRUE" };
	struct ca_spec leaf_spec = { .cn = "Leaf", .orgids = { "NTRSE-1" } };
	struct p12_pbmac1 mac = { "pin", NID_hmacWithSHA256, NID_hmacWithSHA256,
		32, 1 };
	EVP_PKEY *root_key = ca_key("EC"), *ec = ca_key("EC");
	EVP_PKEY *rsa = ca_key("RSA1024");
	struct ca root = ca_make(&root_spec, root_key, NULL);
	size_t n = 0, specs_n = sizeof(specs) / sizeof(specs[0]);

	for (size_t i = 0; i <= specs_n; i++) {
		EVP_PKEY *key = i % 2 == 0 ? ec : rsa;
		struct ca leaf = ca_make(&leaf_spec, key, &root);
		X509 *certs[] = { leaf.cert, root.cert };
		struct p12 p12 =
		    p12_make(&specs[i % specs_n], key, "name", certs, 2);

		if (i == specs_n)
			p12 = p12_add_pbmac1(&p12, &mac);
		seeds[n].bytes = p12.bytes;
		seeds[n++].len = p12.len;
		ca_free(&leaf);
	}
	ca_free(&root);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(ec);
	EVP_PKEY_free(rsa);
	return n;
}

static void
use(struct segl_softtoken *token)
{
	size_t n = segl_softtoken_path_len(token), len;

	if (n == 0 || segl_softtoken_subject(token) == NULL ||
	    segl_softtoken_spki(token, &len) == NULL)
		abort();
	for (size_t i = 0; i < n; i++) {
		if (segl_softtoken_path_der(token, i, &len) == NULL)
			abort();
	}
	if (!segl_softtoken_path_has_root(token) !=
	    (segl_softtoken_path_missing(token) != NULL))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segl *segl = segl_new();
	struct segl_softtoken *token = segl_softtoken_new(segl);
	enum segl_status status;

	if (segl == NULL || token == NULL ||
	    segl_softtoken_set_pin(token, "pin", 3) != SEGL_OK)
		abort();
	status = segl_softtoken_load_mem(token, data, size, "fuzz.p12");
	if (status == SEGL_OK)
		use(token);
	else if (segl_softtoken_path_len(token) != 0 ||
	    segl_error_status(segl) != status ||
	    segl_error_message(segl) == NULL)
		abort();
	segl_softtoken_free(token);
	segl_free(segl);
	return 0;
}
