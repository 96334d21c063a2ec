/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_LIST_CODEC_H
#define TRUSTLIST_LIST_CODEC_H

#include "base/buffer.h"
#include "trustlist/list/list.h"

/*
 * The transfer form: struct tl_list as bytes, from the process that reads XML
 * to the one that does not. Numbers are big-endian; a text is its length, its
 * bytes and a NUL. The reader trusts nothing: every length is checked against
 * what is left, texts are UTF-8 without NUL, memory is bounded by a small
 * multiple of the bytes.
 */

/* Largest transfer form, in bytes: the largest list has 3 MB of XML. */
#define TL_TRANSFER_MAX (16u << 20)
/* How deep criteria stand in criteria; four are met. */
#define TL_CRITERIA_DEPTH 8

/*
 * Append the transfer form of LIST to OUT.
 * Errors: SEGL_ENOMEM; SEGL_EREPLY where OUT's limit is passed or criteria
 * stand too deep.
 */
enum segl_status tl_list_encode(
    const struct tl_list *list, struct buffer *out) SEGL_MUST_USE;

/*
 * Read LEN BYTES, which came from malloc(3) and are taken in every case: all
 * texts of OUT are in them. OUT is new, NULL when the call fails.
 * Errors: SEGL_ENOMEM; SEGL_EREPLY where the bytes are no transfer form.
 */
enum segl_status tl_list_decode(
    char *bytes, size_t len, struct tl_list **out) SEGL_MUST_USE;
void tl_list_free(struct tl_list *list);

#endif
