/* SPDX-License-Identifier: ISC */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include "net/wire.h"

/*
 * In segl-net: perform the call FRAME (WIRE_CALL), asking for its body and
 * telling its answer over FD as they come. What ends it, WIRE_END or
 * WIRE_FAILURE, is told, too. Non-zero where FD is still good.
 */
int stream_perform(int fd, const struct buffer *frame);

#endif
