/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_STORE_PLACE_H
#define TRUSTLIST_STORE_PLACE_H

#include "trustlist/store/store.h"

/*
 * The two places of a store that nobody named: that of root and the daemon,
 * and that of a user. Returns 0, or -1 where it is not known.
 */
int place_of_root(char path[TL_STORE_PATH_MAX]);
int place_of_user(char path[TL_STORE_PATH_MAX]);

#endif
