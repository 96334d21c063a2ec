/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/x509v3.h>

#include "pki/fault.h"
#include "revocation/locations.h"

/* An address in visible ASCII, as all of them are: it goes into messages. */
static int
is_visible(const unsigned char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] <= ' ' || text[i] > '~')
			return 0;
	}
	return 1;
}

/* 1 taken, 0 not of a kind that is read, -1 out of memory. */
static int
add(char *urls[LOCATIONS_MAX], size_t *n, const GENERAL_NAME *name)
{
	const unsigned char *text;
	size_t len;
	char *url;

	if (name->type != GEN_URI)
		return 0;
	text = ASN1_STRING_get0_data(name->d.uniformResourceIdentifier);
	len = (size_t)ASN1_STRING_length(name->d.uniformResourceIdentifier);
	if (len > LOCATION_URL_MAX || !is_visible(text, len) ||
	    *n == LOCATIONS_MAX)
		return 0;
	url = strndup((const char *)text, len);
	if (url == NULL)
		return -1;
	if (strncasecmp(url, "http://", 7) != 0 &&
	    strncasecmp(url, "https://", 8) != 0) {
		free(url);
		return 0;
	}
	for (size_t i = 0; i < *n; i++) {
		if (strcmp(urls[i], url) == 0) {
			free(url);
			return 1;
		}
	}
	urls[(*n)++] = url;
	return 1;
}

static int
read_responders(const struct certificate *cert, struct locations *out)
{
	AUTHORITY_INFO_ACCESS *access =
	    X509_get_ext_d2i(cert->x509, NID_info_access, NULL, NULL);
	int taken = 0;

	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access) && taken >= 0;
	     i++) {
		const ACCESS_DESCRIPTION *one =
		    sk_ACCESS_DESCRIPTION_value(access, i);

		if (OBJ_obj2nid(one->method) != NID_ad_OCSP)
			continue;
		taken = add(out->ocsp, &out->n_ocsp, one->location);
		out->others |= taken == 0;
	}
	AUTHORITY_INFO_ACCESS_free(access);
	return taken < 0 ? -1 : 0;
}

static int
read_point(const DIST_POINT *point, struct locations *out)
{
	const GENERAL_NAMES *names;
	int taken = 0;

	/* CRLs of another issuer, or of some reasons, decide nothing here */
	if (point->CRLissuer != NULL || point->reasons != NULL ||
	    point->distpoint == NULL || point->distpoint->type != 0) {
		out->others = 1;
		return 0;
	}
	names = point->distpoint->name.fullname;
	for (int i = 0; i < sk_GENERAL_NAME_num(names) && taken >= 0; i++) {
		taken =
		    add(out->crl, &out->n_crl, sk_GENERAL_NAME_value(names, i));
		out->others |= taken == 0;
	}
	return taken;
}

static int
read_points(const struct certificate *cert, struct locations *out)
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(
	    cert->x509, NID_crl_distribution_points, NULL, NULL);
	int taken = 0;

	for (int i = 0; i < sk_DIST_POINT_num(points) && taken >= 0; i++)
		taken = read_point(sk_DIST_POINT_value(points, i), out);
	CRL_DIST_POINTS_free(points);
	return taken < 0 ? -1 : 0;
}

int
locations_read(const struct certificate *cert, struct locations *out)
{
	int result = 0;

	memset(out, 0, sizeof(*out));
	fault_begin();
	if (read_responders(cert, out) < 0 || read_points(cert, out) < 0 ||
	    fault_is_nomem())
		result = -1;
	fault_end();
	if (result < 0)
		locations_clear(out);
	return result;
}

void
locations_clear(struct locations *locations)
{
	for (size_t i = 0; i < locations->n_ocsp; i++)
		free(locations->ocsp[i]);
	for (size_t i = 0; i < locations->n_crl; i++)
		free(locations->crl[i]);
	memset(locations, 0, sizeof(*locations));
}
