/* SPDX-License-Identifier: ISC */
#ifndef SETTINGS_CANONICAL_H
#define SETTINGS_CANONICAL_H

#include "base/buffer.h"
#include "settings/settings.h"

/*
 * Everything in SETTINGS that makes another token another one, as one text:
 * each such setting with its length, scopes sorted, and for files their
 * device, inode, size and times, so that a renewed certificate is noticed.
 *
 * CACHEABLE is 0 where a key comes from a descriptor, of which nothing can be
 * said beforehand. Errors: SEGL_ENOMEM, SEGL_EREPLY longer than OUT may be.
 * Asks the file system.
 */
enum segl_status settings_canonical(const struct settings *settings,
    struct buffer *out, int *cacheable) SEGL_MUST_USE;

#endif
