/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_RESIDENT_H
#define SOFTTOKEN_RESIDENT_H

#include <openssl/evp.h>

#include <segl/softtoken.h>

/*
 * The private key of TOKEN where this process has it: to be written to a file
 * of its owner, encrypted, and for nothing else. Borrowed; NULL where there is
 * none, or where it only signs.
 */
EVP_PKEY *softtoken_resident_key(const struct segl_softtoken *token);

#endif
