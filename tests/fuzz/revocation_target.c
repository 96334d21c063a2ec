/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "revocation_target.h"

const struct revocation_world *
revocation_world(void)
{
	static struct revocation_world world;
	struct ca_spec root_spec = {
		.cn = "Root", .basic = "CA:TRUE", .usage = "keyCertSign,cRLSign"
	};
	struct ca_spec leaf_spec = { .cn = "Leaf",
		.points = "URI:http://a.example/crl" };
	struct ca_spec signer_spec = { .cn = "Signer", .eku = "OCSPSigning" };
	EVP_PKEY *key;

	if (world.root_facts != NULL)
		return &world;
	key = ca_key("EC");
	world.root = ca_make(&root_spec, key, NULL);
	world.leaf = ca_make(&leaf_spec, key, &world.root);
	world.signer = ca_make(&signer_spec, key, &world.root);
	EVP_PKEY_free(key);
	if (certificate_of(world.root.cert, &world.root_facts) != SEGL_OK ||
	    certificate_of(world.leaf.cert, &world.leaf_facts) != SEGL_OK)
		abort();
	return &world;
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

void
revocation_check(const struct answer *answer)
{
	safe(answer->signer);
	safe(answer->why);
	switch (answer->state) {
	case SEGL_REVOCATION_GOOD:
	case SEGL_REVOCATION_REVOKED:
		if (!answer->authentic || answer->signer == NULL ||
		    answer->this_update < 0 || answer->until < 0)
			abort();
		break;
	case SEGL_REVOCATION_UNKNOWN:
		if (answer->why[0] == '\0')
			abort();
		break;
	default:
		abort();
	}
}
