/* SPDX-License-Identifier: ISC */
#ifndef OAUTH_GRANT_H
#define OAUTH_GRANT_H

#include <segl/grant.h>

/* What segl_grant_set_clock_offset() said, in seconds. */
long grant_clock_offset_s(const struct segl_grant *grant);

#endif
