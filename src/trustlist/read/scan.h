/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_READ_SCAN_H
#define TRUSTLIST_READ_SCAN_H

#include <stddef.h>

#include "trustlist/list/part.h"

/* Many times what lists have (measured: 455 bytes, 17 deep, 41,000). */
#define SCAN_TAG_MAX      (8u << 10) /* bytes of a tag */
#define SCAN_DEPTH_MAX    64
#define SCAN_ELEMENTS_MAX 250000

/*
 * Look over LEN bytes of XML before a parser does: the parser's time is
 * quadratic in the attributes of one tag (100,000 of them: 17 s), and its
 * memory is many times the elements. Says nothing of well-formedness.
 */
enum tl_refusal scan_xml(const char *bytes, size_t len);

#endif
