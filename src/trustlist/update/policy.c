/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "trustlist/update/policy.h"

#define TSL_TYPE     "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/"
#define TYPE_LOTL    TSL_TYPE "EUlistofthelists"
#define TYPE_COUNTRY TSL_TYPE "EUgeneric"
#define MIME_XML     "application/vnd.etsi.tsl+xml"

#define PIVOT_HOST   "ec.europa.eu"
#define PIVOT_PREFIX "eu-lotl-pivot-"
#define PIVOT_SUFFIX ".xml"

/* Versions of TS 119 612 that are read: TSLVersionIdentifier, 5.3.1. */
#define VERSION_OLDEST 5
#define VERSION_NEWEST 6

static const char *
text(const char *maybe)
{
	return maybe == NULL ? "" : maybe;
}

static int
equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* ---- territories --------------------------------------------------------- */

int
policy_territory(const char *territory, char out[POLICY_TERRITORY_MAX])
{
	size_t len = territory == NULL ? 0 : strlen(territory);

	out[0] = '\0';
	if (len < 2 || len >= POLICY_TERRITORY_MAX)
		return -1;
	for (size_t i = 0; i < len; i++) {
		char c = territory[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if ((c < 'A' || c > 'Z') && c != '_') {
			out[0] = '\0';
			return -1;
		}
		out[i] = c;
	}
	out[len] = '\0';
	/* ISO 3166-1 calls it so, the Union does not */
	if (strcmp(out, "GR") == 0)
		memcpy(out, "EL", 3);
	return 0;
}

int
policy_same_territory(const char *a, const char *b)
{
	char left[POLICY_TERRITORY_MAX], right[POLICY_TERRITORY_MAX];

	return policy_territory(a, left) == 0 &&
	    policy_territory(b, right) == 0 && strcmp(left, right) == 0;
}

/* ---- pivots -------------------------------------------------------------- */

/* Host and port of URL, its length in LEN; NULL where it has none. */
static const char *
authority(const char *url, size_t *len)
{
	const char *start = strstr(url, "://");

	*len = 0;
	if (start == NULL)
		return NULL;
	start += 3;
	*len = strcspn(start, "/?#");
	/* who@host: nobody writes that, but for deceiving */
	return *len == 0 || memchr(start, '@', *len) != NULL ? NULL : start;
}

static int
same_host(const char *url, const char *other)
{
	size_t n, m;
	const char *a = authority(url, &n), *b = authority(other, &m);

	return a != NULL && b != NULL && n == m && strncasecmp(a, b, n) == 0 &&
	    /* and the same scheme: what stands before */
	    strncasecmp(url, other, (size_t)(b - other)) == 0;
}

/* The number in the name of a pivot, -1 where URL is none. */
static long long
pivot_number(const char *url)
{
	const char *name = strrchr(url, '/');
	long long number = 0;
	const char *p;

	if (name == NULL ||
	    strncmp(name + 1, PIVOT_PREFIX, sizeof(PIVOT_PREFIX) - 1) != 0)
		return -1;
	p = name + sizeof(PIVOT_PREFIX);
	if (*p < '1' || *p > '9')
		return -1;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (number > INT_MAX / 10)
			return -1;
		number = number * 10 + (*p - '0');
	}
	return strcmp(p, PIVOT_SUFFIX) == 0 ? number : -1;
}

static int
is_known_notice(const struct anchors *anchors, const char *uri)
{
	for (size_t i = 0; i < anchors->n_known; i++)
		if (strcmp(anchors->known[i], uri) == 0)
			return 1;
	return 0;
}

/* Where the notice of ANCHORS stands among the addresses of LOTL. */
static int
find_notice(const struct tl_list *lotl, const struct anchors *anchors,
    size_t *at, char *reason)
{
	const char *first =
	    lotl->n_information_uris > 0 ? lotl->information_uris[0] : "";

	for (*at = 0; *at < lotl->n_information_uris; ++*at)
		if (equal(lotl->information_uris[*at], anchors->notice))
			return 0;
	if (pivot_number(first) < 0 && !is_known_notice(anchors, first) &&
	    first[0] != '\0')
		snprintf(reason, POLICY_REASON_MAX,
		    "does not name the notice %s, but %.200s: a new notice was "
		    "published, or another list is meant; update segl",
		    anchors->reference, first);
	else
		snprintf(reason, POLICY_REASON_MAX,
		    "does not name the notice %s: it is of another time; "
		    "--anchors 2019 is for lists of before",
		    anchors->reference);
	return -1;
}

static int
take_pivot(const char *url, const char *lotl_url, long long above,
    long long below, struct policy_pivots *out, char *reason)
{
	long long number = pivot_number(url);

	if (!same_host(url, "https://" PIVOT_HOST "/") &&
	    (lotl_url == NULL || !same_host(url, lotl_url))) {
		snprintf(reason, POLICY_REASON_MAX,
		    "names a pivot that is not at %s: %.200s", PIVOT_HOST, url);
		return -1;
	}
	if (number <= above || number >= below) {
		snprintf(reason, POLICY_REASON_MAX,
		    "names pivots out of order: number %lld after %lld, in "
		    "number %lld",
		    number, above, below);
		return -1;
	}
	if (out->n == POLICY_PIVOTS_MAX) {
		snprintf(reason, POLICY_REASON_MAX,
		    "names more than %d pivots since the notice",
		    POLICY_PIVOTS_MAX);
		return -1;
	}
	out->pivot[out->n++] = (struct policy_pivot){ url, number };
	return 0;
}

int
policy_pivots(const struct tl_list *lotl, const struct anchors *anchors,
    const char *lotl_url, struct policy_pivots *out, char *reason)
{
	long long last = 0;
	size_t notice;

	memset(out, 0, sizeof(*out));
	if (find_notice(lotl, anchors, &notice, reason) < 0)
		return -1;
	/* the newest stands first: from the notice upwards they get newer */
	for (size_t i = notice; i-- > 0;) {
		const char *uri = text(lotl->information_uris[i]);

		if (pivot_number(uri) < 0) {
			if (!is_known_notice(anchors, uri))
				out->news = uri;
			continue;
		}
		if (take_pivot(
			uri, lotl_url, last, lotl->sequence, out, reason) < 0) {
			memset(out, 0, sizeof(*out));
			return -1;
		}
		last = pivot_number(uri);
	}
	return 0;
}

int
policy_successors(
    const struct tl_list *pivot, struct signers *out, char *reason)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < pivot->n_pointers; i++) {
		const struct tl_pointer *p = &pivot->pointers[i];

		if (!equal(p->mime_type, MIME_XML) ||
		    !equal(p->type, TYPE_LOTL) ||
		    !equal(p->territory, POLICY_LOTL_TERRITORY))
			continue;
		for (size_t j = 0; j < p->n_certificates; j++) {
			if (signers_add_certificate(out, &p->certificates[j]) <
			    0) {
				snprintf(reason, POLICY_REASON_MAX,
				    "names more than %d signers of the list of "
				    "trusted lists",
				    SIGNERS_MAX);
				memset(out, 0, sizeof(*out));
				return -1;
			}
		}
	}
	if (out->n > 0)
		return 0;
	snprintf(reason, POLICY_REASON_MAX,
	    "does not say who signs the next list of trusted lists");
	return -1;
}

/* ---- one list ------------------------------------------------------------ */

static int
check(const struct tl_list *list, const char *type, const char *territory,
    long long kept, char *reason)
{
	if (list->version < VERSION_OLDEST || list->version > VERSION_NEWEST)
		snprintf(reason, POLICY_REASON_MAX,
		    "is of version %d of the format; %d and %d are known",
		    list->version, VERSION_OLDEST, VERSION_NEWEST);
	else if (!equal(list->type, type))
		snprintf(reason, POLICY_REASON_MAX,
		    "is of the type %.200s, not %s", text(list->type), type);
	else if (!policy_same_territory(list->territory, territory))
		snprintf(reason, POLICY_REASON_MAX,
		    "is that of %.20s, not of %s", text(list->territory),
		    territory);
	else if (list->sequence < 1)
		snprintf(reason, POLICY_REASON_MAX, "has the number %lld",
		    list->sequence);
	else if (list->sequence < kept)
		snprintf(reason, POLICY_REASON_MAX,
		    "is number %lld, older than number %lld, which is in use",
		    list->sequence, kept);
	else
		return 0;
	return -1;
}

int
policy_check_lotl(const struct tl_list *list, long long kept, char *reason)
{
	return check(list, TYPE_LOTL, POLICY_LOTL_TERRITORY, kept, reason);
}

int
policy_check_pivot(
    const struct tl_list *list, const struct policy_pivot *pivot, char *reason)
{
	if (check(list, TYPE_LOTL, POLICY_LOTL_TERRITORY, -1, reason) < 0)
		return -1;
	if (list->sequence == pivot->number)
		return 0;
	snprintf(reason, POLICY_REASON_MAX,
	    "is number %lld in the place of pivot %lld", list->sequence,
	    pivot->number);
	return -1;
}

int
policy_check_list(const struct tl_list *list, const char *territory,
    long long kept, char *reason)
{
	return check(list, TYPE_COUNTRY, territory, kept, reason);
}

/* ---- the countries ------------------------------------------------------- */

static int
is_country(const struct tl_pointer *pointer)
{
	char territory[POLICY_TERRITORY_MAX];

	return equal(pointer->mime_type, MIME_XML) &&
	    equal(pointer->type, TYPE_COUNTRY) && pointer->location != NULL &&
	    policy_territory(pointer->territory, territory) == 0;
}

const struct tl_pointer *
policy_pointer(const struct tl_list *lotl, const char *territory)
{
	for (size_t i = 0; i < lotl->n_pointers; i++)
		if (is_country(&lotl->pointers[i]) &&
		    policy_same_territory(
			lotl->pointers[i].territory, territory))
			return &lotl->pointers[i];
	return NULL;
}

size_t
policy_countries(const struct tl_list *lotl,
    const struct tl_pointer *out[POLICY_COUNTRIES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < lotl->n_pointers && n < POLICY_COUNTRIES_MAX;
	     i++)
		if (is_country(&lotl->pointers[i]) &&
		    policy_pointer(lotl, lotl->pointers[i].territory) ==
			&lotl->pointers[i])
			out[n++] = &lotl->pointers[i];
	return n;
}
