/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_READ_READING_H
#define TRUSTLIST_READ_READING_H

#include "trustlist/read/tree.h"

/* One list being read: all that is found is in MEMORY. */
struct reading {
	struct tl_memory *memory;
	int nomem;
};

/*
 * Zeroed room for N elements; NULL for none, and where memory is out, which
 * the reading then knows.
 */
void *reading_room(struct reading *reading, size_t n, size_t size);

/* How many of NODE (NULL is fine) and its next siblings of one name. */
size_t reading_count(const xmlNode *node);

/*
 * Text of the child NAME of NODE whose xml:lang is English, else of the
 * first.
 */
const char *reading_english(struct reading *reading, const xmlNode *node,
    const char *ns, const char *name);

/*
 * A dateTime (XML Schema part 2, 3.2.7) as seconds since the Epoch, UTC, in
 * OUT. Without time zone it counts as UTC. Returns 0, or -1.
 */
int reading_moment(const char *text, long long *out);

/* SchemeInformation (TS 119 612, 5.3) into OUT. */
enum tl_refusal reading_scheme(
    struct reading *reading, const xmlNode *root, struct tl_list *out);

/* TrustServiceProviderList (5.4, 5.5, 5.6) into OUT. */
void reading_services(
    struct reading *reading, const xmlNode *root, struct tl_list *out);

/* ServiceInformationExtensions (5.5.9) of NODE into OUT. */
void reading_extensions(
    struct reading *reading, const xmlNode *node, struct tl_state *out);

/* DER of the first X509Certificate of each identity below NODE. */
void reading_certificates(
    struct reading *reading, const xmlNode *identities, struct tl_pointer *out);

#endif
