/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_LIST_FORM_H
#define TRUSTLIST_LIST_FORM_H

/* What encoder and decoder of the transfer form agree on. */

/* The first bytes: what it is, and its version. */
#define FORM_MAGIC_LEN 4
#define FORM_LIST      "TLL\002"

/* The length of what is not there. */
#define FORM_NONE 0xffffffffu

#endif
