/* SPDX-License-Identifier: ISC */
/*
 * The same job in one program that links everything it needs: OpenSSL,
 * jansson, libjwt (which verifies the grant before it leaves) and libcurl, one
 * thing after the other. What segl would be without its processes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>
#include <jansson.h>
#include <jwt.h>
#include <openssl/pem.h>

#include "work.h"

struct answer {
	char text[65536];
	size_t len;
};

static void
add_certificate(json_t *x5c, X509 *cert)
{
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);
	char *text;

	if (len < 0)
		fail("encoding a certificate");
	text = base64_of(der, (size_t)len);
	json_array_append_new(x5c, json_string(text));
	free(text);
	OPENSSL_free(der);
}

static char *
compose(const struct identity *id, const struct task *task)
{
	json_t *header = json_object(), *x5c = json_array(), *claims;
	char jti[37], o[256], *text, *head, *body, *tbs = NULL;
	json_int_t now = time(NULL);
	int i;

	add_certificate(x5c, id->leaf);
	for (i = 0; i < sk_X509_num(id->others); i++)
		add_certificate(x5c, sk_X509_value(id->others, i));
	json_object_set_new(header, "alg", json_string("RS256"));
	json_object_set_new(header, "x5c", x5c);
	uuid_make(jti);
	organization_of(id, o, sizeof(o));
	claims = json_pack("{s:s, s:I, s:I, s:s, s:s, s:s}", "aud",
	    task->issuer, "exp", now + 100, "iat", now, "iss", o, "jti", jti,
	    "scope", task->scope);
	text = json_dumps(header, JSON_COMPACT);
	head = base64url_of(text, strlen(text));
	free(text);
	text = json_dumps(claims, JSON_COMPACT);
	body = base64url_of(text, strlen(text));
	free(text);
	if (asprintf(&tbs, "%s.%s", head, body) < 0)
		fail("memory");
	free(head);
	free(body);
	json_decref(header);
	json_decref(claims);
	return tbs;
}

/* With the public key, as libjwt wants it: PEM. */
static void
verify(const struct identity *id, const char *compact)
{
	BIO *out = BIO_new(BIO_s_mem());
	unsigned char *pem;
	long len;
	jwt_t *jwt = NULL;

	if (out == NULL ||
	    !PEM_write_bio_PUBKEY(out, X509_get0_pubkey(id->leaf)))
		fail("the public key");
	len = BIO_get_mem_data(out, &pem);
	if (jwt_decode(&jwt, compact, pem, (int)len) != 0 ||
	    jwt_get_alg(jwt) != JWT_ALG_RS256)
		fail("verifying");
	jwt_free(jwt);
	BIO_free(out);
}

static size_t
take(char *data, size_t size, size_t count, void *arg)
{
	struct answer *answer = arg;

	if (size * count >= sizeof(answer->text) - answer->len)
		return 0;
	memcpy(answer->text + answer->len, data, size * count);
	answer->len += size * count;
	return size * count;
}

static void
post(const struct task *task, const char *body, struct answer *answer)
{
	CURL *curl;
	long status = 0;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	curl = curl_easy_init();
	if (curl == NULL)
		fail("libcurl");
	curl_easy_setopt(curl, CURLOPT_URL, task->endpoint);
	curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(curl, CURLOPT_CAPATH, task->ca_dir);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
	phase("libcurl");
	if (curl_easy_perform(curl) != CURLE_OK)
		fail("the request");
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200)
		fail("the request");
	curl_easy_cleanup(curl);
	curl_global_cleanup();
}

int
main(int argc, char **argv)
{
	static struct answer answer;
	struct task task;
	struct identity identity;
	char *tbs, *sig, *body = NULL;
	const char *compact;
	json_t *reply;

	task_read(&task, argc, argv);
	phase("start and loader");
	OPENSSL_init_crypto(OPENSSL_INIT_ADD_ALL_CIPHERS, NULL);
	phase("OpenSSL");
	identity_load(&identity, &task);
	phase("soft token");
	tbs = compose(&identity, &task);
	phase("compose");
	sig = sign_rs256(identity.key, tbs);
	phase("sign");
	if (asprintf(&body,
		"grant_type=urn%%3Aietf%%3Aparams%%3Aoauth"
		"%%3Agrant-type%%3Ajwt-bearer&assertion=%s.%s",
		tbs, sig) < 0)
		fail("memory");
	compact = strrchr(body, '=') + 1;
	verify(&identity, compact);
	phase("verify");
	post(&task, body, &answer);
	phase("handshake, POST and reply");
	reply =
	    json_loadb(answer.text, answer.len, JSON_REJECT_DUPLICATES, NULL);
	if (puts(json_string_value(json_object_get(reply, "access_token"))) < 0)
		fail("printing");
	fflush(stdout);
	phase("parse and print");
	phases_print();
	json_decref(reply);
	free(body);
	return 0;
}
