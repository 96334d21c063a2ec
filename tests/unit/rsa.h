/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_RSA_H
#define TESTS_UNIT_RSA_H

#include <openssl/evp.h>

/*
 * A new RSA key of BITS, another each time; NULL where it cannot be made. To
 * make one takes longer than most tests: in $SEGL_TEST_KEYS they are kept for
 * the next program, as tests/tap.sh does it.
 */
EVP_PKEY *rsa_key(unsigned int bits);

#endif
