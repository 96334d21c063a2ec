/* SPDX-License-Identifier: ISC */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <stddef.h>

/* Columns that what is printed may have: $COLUMNS, the terminal's, or 80. */
size_t screen_columns(void);

/* Non-zero where FD is a terminal that takes colours, and nobody said NO_COLOR.
 */
int screen_colour(int fd);

#endif
