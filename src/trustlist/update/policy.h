/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_UPDATE_POLICY_H
#define TRUSTLIST_UPDATE_POLICY_H

#include "trustlist/list/list.h"
#include "trustlist/update/anchors.h"

/*
 * What is believed of the lists once their signatures are verified, and in
 * which order: the rules of the European Commission for the pivots of its list
 * of trusted lists (LOTL), and ETSI TS 119 612 for the rest. Pure.
 *
 * Each function returns 0, or -1 with the reason in REASON: words to follow
 * the name of a list, with foreign text in them that is not safe to print.
 */
#define POLICY_REASON_MAX 768 /* bytes, with the NUL */

#define POLICY_LOTL_URL       "https://ec.europa.eu/tools/lotl/eu-lotl.xml"
#define POLICY_LOTL_TERRITORY "EU"

/* Most pivots between two notices; the longest chain that is met has five. */
#define POLICY_PIVOTS_MAX 32
/* Most countries; the Union, its neighbours and as many again. */
#define POLICY_COUNTRIES_MAX 64
#define POLICY_TERRITORY_MAX 8 /* bytes, with the NUL */

struct policy_pivot {
	const char *url; /* borrowed from the LOTL */
	long long number;
};
struct policy_pivots {
	struct policy_pivot pivot[POLICY_PIVOTS_MAX]; /* the oldest first */
	size_t n;
	/* a notice that the anchors' file does not know, newer than theirs;
	 * NULL: none. Borrowed from the LOTL. */
	const char *news;
};

/*
 * The pivots that lead from ANCHORS to LOTL, which is not authenticated yet.
 * Only those that stand before the anchors' own notice count, at the host of
 * the European Commission, or at that of LOTL_URL where it is not NULL; their
 * numbers rise and stay below the LOTL's.
 */
int policy_pivots(const struct tl_list *lotl, const struct anchors *anchors,
    const char *lotl_url, struct policy_pivots *out, char *reason);

/*
 * Whoever may sign what follows after PIVOT, which is authenticated: the
 * certificates of its pointer to the LOTL, in the place of those before.
 */
int policy_successors(
    const struct tl_list *pivot, struct signers *out, char *reason);

/* A list of lists with the number of PIVOT? */
int policy_check_pivot(
    const struct tl_list *list, const struct policy_pivot *pivot, char *reason);
/* A LOTL, not older than KEPT, the number of the one in use; -1 none? */
int policy_check_lotl(const struct tl_list *list, long long kept, char *reason);
/* The list of TERRITORY, the same? */
int policy_check_list(const struct tl_list *list, const char *territory,
    long long kept, char *reason);

/*
 * The pointer of LOTL to the list of TERRITORY, in XML and of a country; NULL
 * where there is none. Where there are several the first counts.
 */
const struct tl_pointer *policy_pointer(
    const struct tl_list *lotl, const char *territory);

/*
 * The countries that LOTL points to, each once, in its order; N is at most
 * POLICY_COUNTRIES_MAX. The pointers are borrowed.
 */
size_t policy_countries(const struct tl_list *lotl,
    const struct tl_pointer *out[POLICY_COUNTRIES_MAX]);

/*
 * TERRITORY as the lists have it, in OUT: upper case, and Greece is EL. -1
 * where it is none.
 */
int policy_territory(const char *territory, char out[POLICY_TERRITORY_MAX]);

/* Both name one territory. */
int policy_same_territory(const char *a, const char *b);

#endif
