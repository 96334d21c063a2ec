/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>

#include "order/newkey.h"
#include "pki/fault.h"

/* Largest file that is made: a key and its path, in bytes. */
#define MADE_MAX (1u << 20)

enum segl_status
newkey_failed(struct segl *segl, const char *what)
{
	if (fault_is_nomem())
		return error_nomem(segl);
	error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL, "%s failed", what);
	error_remedy(segl, "report this, with the versions of segl version");
	return SEGL_EINTERNAL;
}

enum segl_status
newkey_generate(struct segl *segl, const struct keytype *type, EVP_PKEY **out)
{
	enum segl_status status = SEGL_OK;
	EVP_PKEY_CTX *ctx;
	int done;

	*out = NULL;
	fault_begin();
	ctx = EVP_PKEY_CTX_new_from_name(NULL, type->algorithm, NULL);
	done = ctx != NULL && EVP_PKEY_keygen_init(ctx) > 0 &&
	    (type->group != NULL
		    ? EVP_PKEY_CTX_set_group_name(ctx, type->group) > 0
		    : EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)type->bits) >
			0) &&
	    EVP_PKEY_generate(ctx, out) > 0;
	if (!done)
		status = newkey_failed(segl, "making a key");
	EVP_PKEY_CTX_free(ctx);
	fault_end();
	return status;
}

enum segl_status
newkey_check_iterations(struct segl *segl, long iterations)
{
	if (iterations >= SEGL_ITERATIONS_MIN &&
	    iterations <= SEGL_ITERATIONS_MAX)
		return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "%ld iterations are %s",
	    iterations,
	    iterations < SEGL_ITERATIONS_MIN ? "too few to protect anything"
					     : "more than other programs take");
	error_remedy(segl, "choose %ld to %ld", SEGL_ITERATIONS_MIN,
	    SEGL_ITERATIONS_MAX);
	return SEGL_EUSAGE;
}

/* PBES2 of PBKDF2 with HMAC-SHA-256 and AES-256-CBC (RFC 8018, 6.2). */
static X509_ALGOR *
scheme(long iterations)
{
	unsigned char salt[NEWKEY_SALT_LEN];

	if (RAND_bytes(salt, sizeof(salt)) != 1)
		return NULL;
	return PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), (int)iterations, salt,
	    (int)sizeof(salt), NULL, NID_hmacWithSHA256);
}

/* What was encrypted is what comes out again. */
static int
opens_again(const X509_SIG *sealed, const struct secret *pin, EVP_PKEY *pkey)
{
	PKCS8_PRIV_KEY_INFO *info =
	    PKCS8_decrypt(sealed, secret_bytes(pin), (int)secret_len(pin));
	EVP_PKEY *again = info == NULL ? NULL : EVP_PKCS82PKEY(info);
	int same = again != NULL && EVP_PKEY_eq(again, pkey) == 1;

	EVP_PKEY_free(again);
	PKCS8_PRIV_KEY_INFO_free(info);
	return same;
}

enum segl_status
newkey_encrypt(struct segl *segl, EVP_PKEY *pkey, const struct secret *pin,
    long iterations, X509_SIG **out)
{
	enum segl_status status = newkey_check_iterations(segl, iterations);
	PKCS8_PRIV_KEY_INFO *info = NULL;
	X509_ALGOR *algorithm = NULL;

	*out = NULL;
	if (status != SEGL_OK)
		return status;
	fault_begin();
	info = EVP_PKEY2PKCS8(pkey);
	if (info != NULL)
		algorithm = scheme(iterations);
	if (algorithm != NULL)
		*out = PKCS8_set0_pbe(
		    secret_bytes(pin), (int)secret_len(pin), info, algorithm);
	if (*out == NULL) {
		X509_ALGOR_free(algorithm);
		status = newkey_failed(segl, "encrypting the key");
	} else if (!opens_again(*out, pin, pkey)) {
		X509_SIG_free(*out);
		*out = NULL;
		status = newkey_failed(segl, "opening the encrypted key again");
	}
	PKCS8_PRIV_KEY_INFO_free(info); /* wipes it */
	fault_end();
	return status;
}

/* ---- what was made ------------------------------------------------------- */

struct segl_made *
made_new(void)
{
	struct segl_made *made = calloc(1, sizeof(*made));

	if (made != NULL)
		buffer_init(&made->bytes, MADE_MAX);
	return made;
}

enum segl_status
made_take(struct segl_made *made, BIO *bio)
{
	enum segl_status status;
	char *data;
	long len = BIO_get_mem_data(bio, &data);

	status = len <= 0 ? SEGL_ENOMEM
			  : buffer_add(&made->bytes, data, (size_t)len);
	if (len > 0)
		OPENSSL_cleanse(data, (size_t)len);
	return status == SEGL_OK ? SEGL_OK : SEGL_ENOMEM;
}

const unsigned char *
segl_made_bytes(const struct segl_made *made, size_t *len)
{
	*len = made->bytes.len;
	return (const unsigned char *)made->bytes.data;
}

void
segl_made_free(struct segl_made *made)
{
	if (made == NULL)
		return;
	buffer_clear(&made->bytes);
	free(made);
}
