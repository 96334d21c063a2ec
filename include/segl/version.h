/* SPDX-License-Identifier: ISC */
#ifndef SEGL_VERSION_H
#define SEGL_VERSION_H

#include <segl/api.h>

SEGL_BEGIN_DECLS

/* Version of the library, "0.1.0", and of what it was started with. */
const char *segl_version(void);
const char *segl_version_openssl(void);
const char *segl_version_jansson(void);

SEGL_END_DECLS

#endif
