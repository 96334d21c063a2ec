/* SPDX-License-Identifier: ISC */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <jansson.h>
#include <openssl/crypto.h>

#include <segl/version.h>

const char *
segl_version(void)
{
	return PACKAGE_VERSION;
}

const char *
segl_version_openssl(void)
{
	return OpenSSL_version(OPENSSL_VERSION_STRING);
}

const char *
segl_version_jansson(void)
{
	return jansson_version_str();
}
