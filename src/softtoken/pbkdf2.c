/* SPDX-License-Identifier: ISC */

/*
 * SHA256_Transform() is deprecated because it passes providers by. That is
 * what it is wanted for: PBKDF2 is two compressions an iteration, and
 * OpenSSL's HMAC objects cost more than the compressions they wrap.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <limits.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "softtoken/pbkdf2.h"

#define BLOCK  SHA256_CBLOCK
#define DIGEST SHA256_DIGEST_LENGTH

/* HMAC-SHA-256 (RFC 2104) of one key: the state after each padded key. */
struct hmac {
	SHA256_CTX inner;
	SHA256_CTX outer;
};

static void
put32(unsigned char *to, uint32_t n)
{
	to[0] = (unsigned char)(n >> 24);
	to[1] = (unsigned char)(n >> 16);
	to[2] = (unsigned char)(n >> 8);
	to[3] = (unsigned char)n;
}

static void
put_state(unsigned char to[DIGEST], const SHA256_CTX *state)
{
	for (int i = 0; i < 8; i++)
		put32(to + 4 * i, (uint32_t)state->h[i]);
}

static void
hmac_init(struct hmac *hmac, const char *key, size_t len)
{
	unsigned char block[BLOCK] = { 0 };

	if (len > BLOCK)
		SHA256((const unsigned char *)key, len, block);
	else
		memcpy(block, key, len);
	for (int i = 0; i < BLOCK; i++)
		block[i] ^= 0x36;
	SHA256_Init(&hmac->inner);
	SHA256_Update(&hmac->inner, block, BLOCK);
	for (int i = 0; i < BLOCK; i++)
		block[i] ^= 0x36 ^ 0x5c;
	SHA256_Init(&hmac->outer);
	SHA256_Update(&hmac->outer, block, BLOCK);
	OPENSSL_cleanse(block, sizeof(block));
}

/* A block of one digest, padded as the second of two blocks (FIPS 180-4). */
static void
pad(unsigned char block[BLOCK])
{
	memset(block + DIGEST, 0, BLOCK - DIGEST);
	block[DIGEST] = 0x80;
	put32(block + BLOCK - 4, (BLOCK + DIGEST) * 8);
}

/* U_1 = HMAC(salt || INT(index)), into the front of BLOCK. */
static void
first(const struct hmac *hmac, const struct pbkdf2 *with, uint32_t index,
    unsigned char block[BLOCK])
{
	unsigned char number[4];
	SHA256_CTX state = hmac->inner;

	put32(number, index);
	SHA256_Update(&state, with->salt, with->salt_len);
	SHA256_Update(&state, number, sizeof(number));
	SHA256_Final(block, &state);
	state = hmac->outer;
	SHA256_Update(&state, block, DIGEST);
	SHA256_Final(block, &state);
	OPENSSL_cleanse(&state, sizeof(state));
}

/* F(password, salt, c, index): U_1 xor U_2 xor ... xor U_c. */
static void
block_of(const struct hmac *hmac, const struct pbkdf2 *with, uint32_t index,
    unsigned char out[DIGEST])
{
	unsigned char block[BLOCK];
	SHA256_CTX state;

	first(hmac, with, index, block);
	memcpy(out, block, DIGEST);
	pad(block);
	for (int i = 1; i < with->iterations; i++) {
		state = hmac->inner;
		SHA256_Transform(&state, block);
		put_state(block, &state);
		state = hmac->outer;
		SHA256_Transform(&state, block);
		put_state(block, &state);
		for (int k = 0; k < DIGEST; k++)
			out[k] ^= block[k];
	}
	OPENSSL_cleanse(block, sizeof(block));
	OPENSSL_cleanse(&state, sizeof(state));
}

static void
derive_sha256(const struct pbkdf2 *with, const char *password,
    size_t password_len, unsigned char *key, size_t key_len)
{
	unsigned char block[DIGEST];
	struct hmac hmac;

	hmac_init(&hmac, password, password_len);
	for (uint32_t index = 1; key_len > 0; index++) {
		size_t n = key_len < DIGEST ? key_len : DIGEST;

		block_of(&hmac, with, index, block);
		memcpy(key, block, n);
		key += n;
		key_len -= n;
	}
	OPENSSL_cleanse(block, sizeof(block));
	OPENSSL_cleanse(&hmac, sizeof(hmac));
}

int
pbkdf2_derive(const struct pbkdf2 *with, const char *password,
    size_t password_len, unsigned char *key, size_t key_len)
{
	if (with->iterations < 1 || password_len > INT_MAX ||
	    with->salt_len > INT_MAX || key_len > INT_MAX)
		return 0;
	if (password == NULL)
		password = "";
	if (EVP_MD_is_a(with->hash, "SHA256")) {
		derive_sha256(with, password, password_len, key, key_len);
		return 1;
	}
	return PKCS5_PBKDF2_HMAC(password, (int)password_len, with->salt,
	    (int)with->salt_len, with->iterations, with->hash, (int)key_len,
	    key);
}
