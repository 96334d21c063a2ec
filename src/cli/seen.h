/* SPDX-License-Identifier: ISC */
#ifndef CLI_SEEN_H
#define CLI_SEEN_H

#include <stddef.h>

/*
 * Which organizationIdentifier was seen last for an organisation: a renewed
 * certificate with another spelling is another business to the APIs. One file,
 * "seen", in $STATE_DIRECTORY, $XDG_STATE_HOME/segl or ~/.local/state/segl.
 * Where there is no such place, or it cannot be used, nothing is remembered.
 */

/* Longest name or identifier that is remembered, in bytes. */
#define SEEN_TEXT_MAX 512

/* What was seen last for ORGANIZATION, in TEXT; NULL where nothing was. */
const char *seen_last(const char *organization, char text[SEEN_TEXT_MAX]);

/* Remember ID for ORGANIZATION. */
void seen_remember(const char *organization, const char *id);

#endif
