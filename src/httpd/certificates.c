/* SPDX-License-Identifier: ISC */
#include <gnutls/abstract.h>
#include <string.h>

#include "base/error.h"
#include "httpd/certificates.h"
#include "httpd/inside.h"

#define PATH_MAX_LEN 4 /* certificates of one path */

struct pair {
	gnutls_pcert_st path[PATH_MAX_LEN];
	unsigned int len;
	gnutls_privkey_t key;
};

static struct {
	struct pair pairs[HTTPD_CERTIFICATES_MAX];
	size_t count; /* 0: not in use */
	size_t (*choose)(void *arg);
	void *arg;
} all;

static int
retrieve(gnutls_session_t session, const gnutls_datum_t *names, int n_names,
    const gnutls_pk_algorithm_t *algorithms, int n_algorithms,
    gnutls_pcert_st **path, unsigned int *len, gnutls_privkey_t *key)
{
	size_t which = all.choose(all.arg);

	(void)session;
	(void)names;
	(void)n_names;
	(void)algorithms;
	(void)n_algorithms;
	if (which >= all.count)
		return -1;
	*path = all.pairs[which].path;
	*len = all.pairs[which].len;
	*key = all.pairs[which].key;
	return 0;
}

/* The library reads such a text, and does not write to it. */
static gnutls_datum_t
datum(const char *text)
{
	return (gnutls_datum_t){ (unsigned char *)text,
		(unsigned int)strlen(text) };
}

static int
read_pair(struct pair *out, const struct httpd_pair *pair)
{
	gnutls_datum_t path = datum(pair->certificate_pem);
	gnutls_datum_t key = datum(pair->key_pem);

	out->len = PATH_MAX_LEN;
	if (gnutls_pcert_list_import_x509_raw(
		out->path, &out->len, &path, GNUTLS_X509_FMT_PEM, 0) < 0) {
		out->len = 0;
		return -1;
	}
	if (gnutls_privkey_init(&out->key) < 0)
		return -1;
	return gnutls_privkey_import_x509_raw(
	    out->key, &key, GNUTLS_X509_FMT_PEM, NULL, 0);
}

enum segl_status
httpd_certificates(struct segl *segl, struct httpd *httpd,
    const struct httpd_pair *pairs, size_t count, size_t (*choose)(void *arg),
    void *arg)
{
	if (all.count > 0 || count == 0 || count > HTTPD_CERTIFICATES_MAX)
		return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "there are TLS certificates to choose from already, or too "
		    "many of them");
	all.choose = choose;
	all.arg = arg;
	for (all.count = 0; all.count < count; all.count++)
		if (read_pair(&all.pairs[all.count], &pairs[all.count]) < 0) {
			all.count++; /* what is half read goes, too */
			httpd_certificates_clear();
			return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
			    "GnuTLS cannot read a TLS certificate or its key");
		}
	httpd->retrieve = (void (*)(void))retrieve;
	return SEGL_OK;
}

void
httpd_certificates_clear(void)
{
	for (size_t i = 0; i < all.count; i++) {
		for (unsigned int k = 0; k < all.pairs[i].len; k++)
			gnutls_pcert_deinit(&all.pairs[i].path[k]);
		gnutls_privkey_deinit(all.pairs[i].key);
	}
	memset(&all, 0, sizeof(all));
}
