/* SPDX-License-Identifier: ISC */
#ifndef NET_HANDOVER_H
#define NET_HANDOVER_H

#include "net/helper.h"

/*
 * The front starts segl-net and execs segl-main, which goes on with it: the
 * helper is handed over in the environment variable SEGL_NET, its socket as
 * an inherited descriptor.
 */

/* Make HELPER survive exec(2). Returns 0, or -1. */
int net_handover_give(const struct net_helper *helper);

/* Take it over, once; returns 1, or 0 where there is none. */
int net_handover_take(struct net_helper *helper);

#endif
