/* SPDX-License-Identifier: ISC */
#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/ocsp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/file.h"
#include "base/secret.h"
#include "sim/authority.h"
#include "sim/default_registry.h"
#include "sim/demo_pki.h"
#include "sim/demo_profile.h"
#include "sim/lists.h"

#define INDEX_JSON     "index.json"
#define INDEX_TSV      "index.tsv"
#define PIN            "pin"
#define NAME_MAX_LEN   64
#define EXTENSIONS_MAX 8192
#define Y2021          1609459200LL /* 2021-01-01 */
#define Y2023          1672531200LL

static const struct list_state granted[] = {
	{ "granted", Y2021, "ForeSeals", NULL },
};
static const struct list_state recognised[] = {
	{ "recognisedatnationallevel", Y2021, "ForeSeals", NULL },
};
static const struct list_state withdrawn[] = {
	{ "withdrawn", Y2023, "ForeSeals", NULL },
	{ "granted", Y2021, "ForeSeals", NULL },
};
static const struct list_state signatures[] = {
	{ "granted", Y2021, "ForeSignatures", NULL },
};

/* The CAs, each below the root of its country. */
static const struct issuer {
	const char *id; /* of its files */
	const char *name;
	const char *country;
	const char *type; /* of the service on the list; NULL: not listed */
	const struct list_state *states;
	size_t state_count;
	int begins_days, days;
} issuers[DEMO_ISSUERS] = {
	[DEMO_QUALIFIED] = { "ca-qualified", "Segl Demo Qualified eSeal CA",
	    "SE", "CA/QC", granted, 1, -1000, 3650 },
	[DEMO_ADVANCED] = { "ca-advanced", "Segl Demo Advanced eSeal CA", "SE",
	    "CA/PKC", recognised, 1, -1000, 3650 },
	[DEMO_WITHDRAWN] = { "ca-withdrawn", "Segl Demo Withdrawn CA", "SE",
	    "CA/QC", withdrawn, 2, -1000, 3650 },
	[DEMO_SIGNATURES] = { "ca-signatures", "Segl Demo Signatures CA", "SE",
	    "CA/QC", signatures, 1, -1000, 3650 },
	[DEMO_UNLISTED] = { "ca-unlisted", "Segl Demo Unlisted CA", "SE", NULL,
	    NULL, 0, -1000, 3650 },
	[DEMO_EXPIRED] = { "ca-expired", "Segl Demo Expired CA", "SE", "CA/QC",
	    granted, 1, -1000, -1 },
	[DEMO_NORWEGIAN] = { "ca-norwegian", "Segl Demo Class 3 CA ST Business",
	    "NO", "CA/QC", granted, 1, -1000, 3650 },
};

/* Everything while it is made. */
struct demo {
	struct segl *segl;
	struct directory directory;
	const char *url;
	long long now;
	char *pin;
	EVP_PKEY *keys[DEMO_KEYS];
	EVP_PKEY *other_key;
	struct identity roots[2]; /* Sweden's, Norway's */
	struct identity cas[DEMO_ISSUERS];
	struct identity signer, old_signer;
	json_t *index;
	struct buffer tsv;
	struct revocations revoked; /* by any of them */
};

static const char *
provider_of(const struct issuer *issuer)
{
	return issuer->country[0] == 'S' ? "Segl Demo Trust AB"
					 : "Segl Demo Tillit AS";
}

/* ---- the authorities */

static enum segl_status
make_authority(struct demo *demo, struct identity *out,
    const struct issuer *issuer, const struct identity *root)
{
	const struct pki_attribute subject[] = {
		{ "C", issuer->country },
		{ "O", provider_of(issuer) },
		{ "organizationIdentifier",
		    issuer->country[0] == 'S' ? "NTRSE-5560000001"
					      : "NTRNO-" DEFAULT_OWNER },
		{ "CN", issuer->name },
		{ NULL, NULL },
	};
	const struct pki_profile profile = {
		.subject = subject,
		.extensions = root == NULL
		    ? "[ext]\nbasicConstraints=critical,CA:TRUE\n"
		      "keyUsage=critical,keyCertSign,cRLSign\n"
		      "subjectKeyIdentifier=hash\n"
		    : "[ext]\nbasicConstraints=critical,CA:TRUE,pathlen:0\n"
		      "keyUsage=critical,keyCertSign,cRLSign\n"
		      "subjectKeyIdentifier=hash\n"
		      "authorityKeyIdentifier=keyid\n"
		      "certificatePolicies=2.5.29.32.0\n",
		.begins_days = issuer->begins_days,
		.days = issuer->days,
	};
	const struct identity *const path[] = { out, NULL };
	char name[NAME_MAX_LEN];
	enum segl_status status;

	status = identity_make(
	    out, demo->segl, pki_ec_key(), &profile, root, demo->now);
	snprintf(name, sizeof(name), "%s.pem", issuer->id);
	if (status == SEGL_OK)
		status = identity_write_path(
		    &demo->directory, demo->segl, name, path);
	snprintf(name, sizeof(name), "%s.key", issuer->id);
	if (status == SEGL_OK)
		status = identity_write_key(
		    &demo->directory, demo->segl, name, out->key);
	return status;
}

static const struct identity *
root_of(const struct demo *demo, const struct issuer *issuer)
{
	return &demo->roots[issuer->country[0] == 'S' ? 0 : 1];
}

static enum segl_status
make_authorities(struct demo *demo)
{
	static const struct issuer roots[2] = {
		{ "root-se", "Segl Demo Root CA", "SE", NULL, NULL, 0, -2000,
		    7300 },
		{ "root-no", "Segl Demo Class 3 Root CA ST", "NO", NULL, NULL,
		    0, -2000, 7300 },
	};
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < 2; i++)
		status = make_authority(demo, &demo->roots[i], &roots[i], NULL);
	for (size_t i = 0; status == SEGL_OK && i < DEMO_ISSUERS; i++)
		status = make_authority(demo, &demo->cas[i], &issuers[i],
		    root_of(demo, &issuers[i]));
	return status;
}

static enum segl_status
make_keys(struct demo *demo)
{
	demo->keys[DEMO_RSA_3072] = pki_rsa_key_of(3072, 65537);
	demo->keys[DEMO_RSA_2048] = pki_rsa_key_of(2048, 65537);
	demo->keys[DEMO_RSA_1024] = pki_rsa_key_of(1024, 65537);
	demo->keys[DEMO_RSA_SMALL_EXPONENT] = pki_rsa_key_of(2048, 3);
	demo->keys[DEMO_EC_P256] = pki_ec_key();
	demo->other_key = demo->keys[DEMO_RSA_2048];
	for (size_t i = 0; i < DEMO_KEYS; i++)
		if (demo->keys[i] == NULL)
			return identity_failed(demo->segl, "a key");
	return SEGL_OK;
}

/* ---- the certificates */

/* Certificates and, beside them, a key in one PEM file. */
static enum segl_status
write_pem(struct demo *demo, const char *name,
    const struct identity *const *path, EVP_PKEY *key)
{
	enum segl_status status = SEGL_OK;
	struct buffer pem;

	buffer_init(&pem, FILE_KEY_MAX);
	for (; status == SEGL_OK && *path != NULL; path++)
		if (pki_add_certificate(&pem, (*path)->certificate) != 0)
			status = error_nomem(demo->segl);
	if (status == SEGL_OK && key != NULL && pki_add_key(&pem, key) != 0)
		status = error_nomem(demo->segl);
	if (status == SEGL_OK)
		status = directory_write(&demo->directory, demo->segl, name,
		    &pem, key == NULL ? 0644 : 0600);
	buffer_clear(&pem);
	return status;
}

static enum segl_status
write_seal(struct demo *demo, const struct demo_seal *seal,
    const struct identity *leaf, const char *file)
{
	const struct issuer *issuer = &issuers[seal->issuer];
	const struct identity *whole[] = { leaf, &demo->cas[seal->issuer],
		root_of(demo, issuer), NULL };
	const struct identity *alone[] = { leaf, NULL };
	const struct identity *gap[] = { leaf, root_of(demo, issuer), NULL };
	const struct identity *const *path = whole;

	if (seal->form == DEMO_SAMPLE || seal->form == DEMO_OTHER_KEY)
		return write_pem(demo, file, whole,
		    seal->form == DEMO_SAMPLE ? NULL : demo->other_key);
	if (seal->form == DEMO_P12_ALONE)
		path = alone;
	else if (seal->form == DEMO_P12_GAP)
		path = gap;
	return identity_write_pkcs12(
	    &demo->directory, demo->segl, file, PIN, demo->pin, seal->id, path);
}

static int
is_pem(const struct demo_seal *seal)
{
	return seal->form == DEMO_SAMPLE || seal->form == DEMO_OTHER_KEY;
}

/* What the verdict is where no list is known: who is on one stays open. */
static const char *
verdict_without_lists(const struct demo_seal *seal)
{
	if (strcmp(seal->verdict, "suitable") == 0 ||
	    strcmp(seal->finding, "issuer-listed") == 0 ||
	    strcmp(seal->finding, "not-revoked") == 0)
		return "undecided";
	return seal->verdict;
}

static enum segl_status
add_to_index(struct demo *demo, const struct demo_seal *seal, const char *file)
{
	const char *pin = is_pem(seal) ? NULL : PIN;
	json_t *entry = json_pack(
	    "{s:s, s:s, s:s, s:b, s:s?, s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
	    "id", seal->id, "what", seal->what, "file", file, "key",
	    seal->form != DEMO_SAMPLE, "pin", pin, "as", seal->route, "issuer",
	    issuers[seal->issuer].id, "finding", seal->finding, "severity",
	    seal->severity, "outcome", seal->outcome, "verdict", seal->verdict,
	    "verdict_without_lists", verdict_without_lists(seal));

	if (entry == NULL || json_array_append_new(demo->index, entry) != 0)
		return error_nomem(demo->segl);
	if (buffer_printf(&demo->tsv,
		"%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", seal->id, file,
		pin == NULL ? "-" : pin, seal->route, seal->verdict,
		verdict_without_lists(seal), seal->finding, seal->severity,
		seal->outcome, seal->what) != SEGL_OK)
		return error_nomem(demo->segl);
	return SEGL_OK;
}

static enum segl_status
revoke(struct demo *demo, X509 *certificate)
{
	struct revocation *one = &demo->revoked.one[demo->revoked.count];
	BIGNUM *bn =
	    ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
	char *hex = bn == NULL ? NULL : BN_bn2hex(bn);

	one->serial = hex == NULL ? NULL : strdup(hex);
	OPENSSL_free(hex);
	BN_free(bn);
	if (one->serial == NULL)
		return error_nomem(demo->segl);
	one->reason = CRL_REASON_KEY_COMPROMISE;
	one->at = demo->now;
	demo->revoked.count++;
	return SEGL_OK;
}

/* What each CA publishes: its CRL and, for who lacks it, its certificate. */
static enum segl_status
write_published(struct demo *demo, size_t i)
{
	unsigned char *der = NULL;
	int len = i2d_X509(demo->cas[i].certificate, &der);
	char name[NAME_MAX_LEN];
	enum segl_status status;
	struct buffer bytes;

	buffer_init(&bytes, FILE_KEY_MAX);
	status =
	    revocation_crl(&demo->cas[i], &demo->revoked, demo->now, &bytes);
	snprintf(name, sizeof(name), "%s.crl", issuers[i].id);
	if (status == SEGL_OK)
		status = directory_write(
		    &demo->directory, demo->segl, name, &bytes, 0644);
	buffer_clear(&bytes);
	if (status == SEGL_OK)
		status = len < 0 ? error_nomem(demo->segl)
				 : buffer_add(&bytes, der, (size_t)len);
	snprintf(name, sizeof(name), "%s.cer", issuers[i].id);
	if (status == SEGL_OK)
		status = directory_write(
		    &demo->directory, demo->segl, name, &bytes, 0644);
	OPENSSL_free(der);
	buffer_clear(&bytes);
	return status;
}

static enum segl_status
make_seal(struct demo *demo, const struct demo_seal *row)
{
	const struct demo_seal seal = demo_seal_with_defaults(row);
	struct pki_profile profile = { .subject = seal.subject,
		.begins_days = seal.begins_days,
		.days = seal.days,
		.hash = seal.hash };
	struct identity leaf = { 0 };
	struct buffer extensions;
	char file[NAME_MAX_LEN];
	enum segl_status status;

	buffer_init(&extensions, EXTENSIONS_MAX);
	snprintf(file, sizeof(file), "%s%s", seal.id,
	    is_pem(&seal) ? ".pem" : ".p12");
	status = demo_profile_extensions(
	    &extensions, &seal, issuers[seal.issuer].id, demo->url);
	profile.extensions = extensions.data;
	EVP_PKEY_up_ref(demo->keys[seal.key]);
	if (status == SEGL_OK)
		status = identity_make(&leaf, demo->segl, demo->keys[seal.key],
		    &profile, &demo->cas[seal.issuer], demo->now);
	if (status == SEGL_OK)
		status = write_seal(demo, &seal, &leaf, file);
	if (status == SEGL_OK)
		status = add_to_index(demo, &seal, file);
	if (status == SEGL_OK && seal.is_revoked)
		status = revoke(demo, leaf.certificate);
	identity_clear(&leaf);
	buffer_clear(&extensions);
	return status;
}

/* ---- lists and index */

static enum segl_status
make_signers(struct demo *demo)
{
	const struct identity *const now[] = { &demo->signer, NULL };
	const struct identity *const old[] = { &demo->old_signer, NULL };
	enum segl_status status;

	status = lists_signer(&demo->signer, demo->segl, "BE", LISTS_OPERATOR,
	    pki_ec_key(), demo->now);
	if (status == SEGL_OK)
		status = lists_signer(&demo->old_signer, demo->segl, "BE",
		    LISTS_OPERATOR, pki_ec_key(), demo->now);
	if (status == SEGL_OK)
		status = identity_write_path(
		    &demo->directory, demo->segl, "anchors.pem", now);
	if (status == SEGL_OK)
		status = identity_write_path(
		    &demo->directory, demo->segl, "old-anchors.pem", old);
	if (status == SEGL_OK)
		status = lists_write_anchors(&demo->directory, demo->segl,
		    "anchors.conf", &demo->signer, LISTS_OJ_NEW);
	if (status == SEGL_OK)
		status = lists_write_anchors(&demo->directory, demo->segl,
		    "old-anchors.conf", &demo->old_signer, LISTS_OJ_OLD);
	return status;
}

static enum segl_status
write_lists(struct demo *demo)
{
	struct lists_service services[DEMO_ISSUERS];
	struct lists_order order = { demo->url, &demo->old_signer,
		&demo->signer, services, 0, demo->now };
	enum segl_status status;
	struct lists lists;

	for (size_t i = 0; i < DEMO_ISSUERS; i++)
		if (issuers[i].type != NULL)
			services[order.service_count++] =
			    (struct lists_service){ issuers[i].country,
				    provider_of(&issuers[i]),
				    { issuers[i].type, demo->cas[i].certificate,
					issuers[i].states,
					issuers[i].state_count } };
	status = lists_make(&lists, demo->segl, &order);
	if (status == SEGL_OK)
		status = lists_write(
		    &lists, demo->segl, &demo->directory, demo->url);
	lists_clear(&lists);
	return status;
}

static enum segl_status
write_index(struct demo *demo)
{
	json_t *all =
	    json_pack("{s:i, s:O}", "schema", 1, "seals", demo->index);
	char *text = all == NULL ? NULL : json_dumps(all, JSON_INDENT(2));
	enum segl_status status = SEGL_ENOMEM;
	struct buffer bytes;

	buffer_init(&bytes, FILE_KEY_MAX);
	if (text != NULL)
		status = buffer_printf(&bytes, "%s\n", text);
	status = status != SEGL_OK
	    ? error_nomem(demo->segl)
	    : directory_write(
		  &demo->directory, demo->segl, INDEX_TSV, &demo->tsv, 0644);
	if (status == SEGL_OK)
		status = directory_write(
		    &demo->directory, demo->segl, INDEX_JSON, &bytes, 0644);
	buffer_clear(&bytes);
	free(text);
	json_decref(all);
	return status;
}

static void
clear(struct demo *demo)
{
	static const char *const none[] = { NULL };

	secret_free_text(demo->pin);
	for (size_t i = 0; i < DEMO_KEYS; i++)
		EVP_PKEY_free(demo->keys[i]);
	for (size_t i = 0; i < DEMO_ISSUERS; i++)
		identity_clear(&demo->cas[i]);
	for (size_t i = 0; i < 2; i++)
		identity_clear(&demo->roots[i]);
	identity_clear(&demo->signer);
	identity_clear(&demo->old_signer);
	for (size_t i = 0; i < demo->revoked.count; i++)
		free(demo->revoked.one[i].serial);
	json_decref(demo->index);
	buffer_clear(&demo->tsv);
	directory_close(&demo->directory, none);
}

/* Whatever is written is ours alone: nothing of others is overwritten. */
static enum segl_status
check_empty(struct demo *demo)
{
	for (size_t i = 0; i < demo_seals_count; i++) {
		char name[NAME_MAX_LEN];

		snprintf(name, sizeof(name), "%s.p12", demo_seals[i].id);
		if (!directory_has(&demo->directory, name))
			continue;
		if (directory_has(&demo->directory, INDEX_JSON))
			return SEGL_OK; /* of an earlier time */
		error_set(demo->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s has a file %s that demo-pki did not make",
		    demo->directory.path, name);
		error_remedy(demo->segl, "name another directory");
		return SEGL_EUSAGE;
	}
	return SEGL_OK;
}

static enum segl_status
make_all(struct demo *demo)
{
	enum segl_status status = make_keys(demo);

	if (status == SEGL_OK)
		status = make_authorities(demo);
	for (size_t i = 0; status == SEGL_OK && i < demo_seals_count; i++)
		status = make_seal(demo, &demo_seals[i]);
	for (size_t i = 0; status == SEGL_OK && i < DEMO_ISSUERS; i++)
		status = write_published(demo, i);
	if (status == SEGL_OK)
		status = make_signers(demo);
	if (status == SEGL_OK)
		status = write_lists(demo);
	return status == SEGL_OK ? write_index(demo) : status;
}

enum segl_status
demo_pki_make(struct segl *segl, const char *dir, const char *url)
{
	struct demo demo = { .segl = segl, .url = url };
	enum segl_status status;

	demo.now = (long long)time(NULL);
	buffer_init(&demo.tsv, FILE_KEY_MAX);
	status = directory_open(&demo.directory, segl, dir);
	if (status == SEGL_OK)
		status = check_empty(&demo);
	demo.pin = identity_new_pin();
	demo.index = json_array();
	if (status == SEGL_OK &&
	    (demo.pin == NULL || demo.index == NULL ||
		buffer_add_str(&demo.tsv,
		    "id\tfile\tpin\tas\tverdict\tverdict_without_lists\t"
		    "finding\tseverity\toutcome\twhat\n") != SEGL_OK))
		status = error_nomem(segl);
	if (status == SEGL_OK)
		status = make_all(&demo);
	clear(&demo);
	return status;
}
