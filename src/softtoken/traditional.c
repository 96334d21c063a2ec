/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/secret.h"
#include "base/text.h"
#include "pki/fault.h"
#include "softtoken/key.h"
#include "softtoken/traditional.h"

/* What opens a block. */
struct cipher {
	EVP_CIPHER *fetched;
	EVP_CIPHER_INFO info; /* of OpenSSL's table, and the vector */
};

static enum segl_status
malformed(struct pbe *pbe, const struct pem_block *block)
{
	if (fault_is_nomem())
		return error_nomem(pbe->segl);
	error_set(pbe->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s is damaged: the header of the %s in line %zu cannot be read",
	    pbe->name, block->label, block->line);
	error_remedy(pbe->segl, "copy the file again from where it was made");
	return SEGL_EKEY;
}

static enum segl_status
find_cipher(struct pbe *pbe, const struct pem_block *block, struct cipher *out)
{
	char *header = strdup(block->header);
	enum segl_status status;
	OSSL_LIB_CTX *ctx;
	int done;

	if (header == NULL)
		return error_nomem(pbe->segl);
	done = PEM_get_EVP_CIPHER_INFO(header, &out->info);
	free(header);
	if (!done || out->info.cipher == NULL)
		return malformed(pbe, block);
	status = pbe_find_context(pbe, EVP_CIPHER_get_nid(out->info.cipher),
	    "Proc-Type: 4,ENCRYPTED", &ctx);
	if (status != SEGL_OK)
		return status;
	out->fetched = EVP_CIPHER_fetch(
	    ctx, OBJ_nid2sn(EVP_CIPHER_get_nid(out->info.cipher)), NULL);
	return out->fetched == NULL ? error_nomem(pbe->segl) : SEGL_OK;
}

/* Into PLAIN, which has room; the length, or -1. */
static int
decrypt(const struct cipher *with, const struct pem_block *block,
    const char *password, size_t password_len, unsigned char *plain)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	unsigned char key[EVP_MAX_KEY_LENGTH];
	int n = 0, last = 0, done;

	/* the first eight bytes of the vector are the salt as well */
	done = ctx != NULL &&
	    EVP_BytesToKey(with->info.cipher, EVP_md5(), with->info.iv,
		(const unsigned char *)password, (int)password_len, 1, key,
		NULL) > 0 &&
	    EVP_DecryptInit_ex2(ctx, with->fetched, key, with->info.iv, NULL) &&
	    EVP_DecryptUpdate(ctx, plain, &n, block->der, (int)block->len) &&
	    EVP_DecryptFinal_ex(ctx, plain + n, &last);
	secret_wipe(key, sizeof(key));
	EVP_CIPHER_CTX_free(ctx);
	return done ? n + last : -1;
}

static enum segl_status
try_all(struct pbe *pbe, const struct cipher *with,
    const struct pem_block *block, unsigned char **out, size_t *len)
{
	size_t room = block->len + EVP_MAX_BLOCK_LENGTH;
	unsigned char *plain = OPENSSL_malloc(room);

	if (plain == NULL)
		return error_nomem(pbe->segl);
	for (size_t i = 0; i < pbe->passwords.n; i++) {
		const char *password;
		size_t n;
		int got;

		passwords_get(&pbe->passwords, i, &password, &n);
		got = decrypt(
		    with, block, password == NULL ? "" : password, n, plain);
		/* padding is right by chance once in 256: look at it, too */
		if (got > 0 && key_shape(plain, (size_t)got) != KEY_NONE) {
			passwords_worked(&pbe->passwords, i);
			*out = plain;
			*len = (size_t)got;
			return SEGL_OK;
		}
		if (fault_is_nomem())
			break;
	}
	OPENSSL_clear_free(plain, room);
	return fault_is_nomem() ? error_nomem(pbe->segl) : SEGL_EKEY;
}

enum segl_status
traditional_open(struct pbe *pbe, const struct pem_block *block,
    unsigned char **out, size_t *len, int *said)
{
	struct cipher with = { .fetched = NULL };
	enum segl_status status;

	*out = NULL;
	*len = 0;
	*said = 1;
	if (block->len > INT_MAX - EVP_MAX_BLOCK_LENGTH)
		return malformed(pbe, block);
	status = find_cipher(pbe, block, &with);
	if (status == SEGL_OK) {
		*said = 0;
		status = try_all(pbe, &with, block, out, len);
	}
	EVP_CIPHER_free(with.fetched);
	return status;
}
