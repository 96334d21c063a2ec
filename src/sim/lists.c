/* SPDX-License-Identifier: ISC */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "sim/lists.h"

#define INDEX        "lists.tsv"
#define DAY_S        86400LL
#define ISSUED_AGO_S 3600          /* a client whose clock is behind is fine */
#define VALID_S      (180 * DAY_S) /* six months at most, clause 5.3.15 */
#define VERSION      6
#define SEQUENCE     3 /* of the list of lists, after the pivot */
#define URL_MAX      512
#define TERRITORIES  4 /* countries that lists are made for */
#define PROVIDERS    8 /* a country */

static const char *const explanation = "https://lists.demo.invalid/pivots";
static const char *const uris[] = { "https://lists.demo.invalid/", NULL };

/* A national list while it is made. */
struct nation {
	const char *territory;
	char name[32], operator_name[64];
	char location[URL_MAX];
	enum list_method method;
	struct identity signer;
};

struct nations {
	struct nation nation[TERRITORIES];
	size_t count;
};

/* Bytes of TEXT of LEN become a file of LISTS. */
static enum segl_status
keep(struct lists *lists, const char *name, const char *what,
    struct buffer *text)
{
	struct list_file *file = &lists->file[lists->count];
	unsigned char hash[EVP_MAX_MD_SIZE];

	if (lists->count == LISTS_MAX ||
	    EVP_Digest(text->data, text->len, hash, NULL, EVP_sha256(), NULL) !=
		1)
		return SEGL_EINTERNAL;
	snprintf(file->name, sizeof(file->name), "%s", name);
	file->what = what;
	file->len = text->len;
	file->text = buffer_take(text);
	snprintf(file->etag, sizeof(file->etag), "\"");
	for (size_t i = 0; i < 16; i++)
		snprintf(file->etag + 1 + 2 * i, 3, "%02x", hash[i]);
	memcpy(file->etag + 33, "\"", 2);
	lists->count++;
	return SEGL_OK;
}

static enum segl_status
publish(struct lists *lists, const char *name, const char *what,
    const struct trusted_list *list, enum list_method method,
    const struct identity *signer, long long now)
{
	struct buffer bare, text;
	enum segl_status status;

	buffer_init(&bare, LISTS_SIZE);
	buffer_init(&text, LISTS_SIZE);
	status = list_write(list, &bare);
	if (status == SEGL_OK)
		status = list_sign(&bare, method, signer->key,
		    signer->certificate, now - ISSUED_AGO_S, &text);
	if (status == SEGL_OK)
		status = keep(lists, name, what, &text);
	buffer_clear(&bare);
	buffer_clear(&text);
	return status;
}

static void
set_common(struct trusted_list *list, const struct lists_order *order)
{
	list->version = VERSION;
	list->issued = order->now - ISSUED_AGO_S;
	list->next_update = order->now + VALID_S;
	list->information_uris = uris;
}

/* ---- the list of lists */

static enum segl_status
publish_lotl(struct lists *lists, const struct lists_order *order,
    const struct list_pointer *pointers, size_t count, const char *name,
    const char *what, const struct trusted_list *differs,
    const struct identity *signer)
{
	char location[URL_MAX];
	struct trusted_list list = {
		.territory = "EU",
		.operator_name = LISTS_OPERATOR,
		.location = location,
		.pointers = pointers,
		.pointer_count = count,
	};

	set_common(&list, order);
	list.sequence = differs->sequence;
	list.information_uris = differs->information_uris;
	snprintf(location, sizeof(location), "%s%s", order->url, name);
	return publish(
	    lists, name, what, &list, LIST_ECDSA_SHA256, signer, order->now);
}

/*
 * Two lists of lists with the same pointers: one for who trusts the signer of
 * now, and one that tells who trusts the old one where the pivot is. The pivot
 * is signed by the old one and vouches for the new one.
 */
static enum segl_status
publish_lotls(struct lists *lists, const struct lists_order *order,
    const struct nations *nations)
{
	struct list_pointer pointers[TERRITORIES + 1];
	char lotl[URL_MAX], pivot[URL_MAX];
	const char *const plain_uris[] = { LISTS_OJ_NEW, explanation, NULL };
	const char *const pivot_uris[] = { LISTS_OJ_OLD, explanation, NULL };
	const char *const pivoted_uris[] = { LISTS_OJ_NEXT, pivot, LISTS_OJ_OLD,
		explanation, NULL };
	const struct trusted_list plain = { .sequence = SEQUENCE,
		.information_uris = plain_uris };
	const struct trusted_list before = { .sequence = SEQUENCE - 1,
		.information_uris = pivot_uris };
	const struct trusted_list pivoted = { .sequence = SEQUENCE,
		.information_uris = pivoted_uris };
	size_t n = nations->count + 1;
	enum segl_status status;

	snprintf(lotl, sizeof(lotl), "%s%s", order->url, LISTS_LOTL);
	snprintf(pivot, sizeof(pivot), "%s%s", order->url, LISTS_PIVOT);
	pointers[0] = (struct list_pointer){ lotl, "EU", LISTS_OPERATOR,
		&order->signer->certificate, 1 };
	for (size_t i = 0; i < nations->count; i++) {
		const struct nation *nation = &nations->nation[i];

		pointers[i + 1] = (struct list_pointer){ nation->location,
			nation->territory, nation->operator_name,
			&nation->signer.certificate, 1 };
	}
	status = publish_lotl(lists, order, pointers, n, LISTS_LOTL,
	    "list of trusted lists, signed by who is in anchors.pem", &plain,
	    order->signer);
	if (status == SEGL_OK)
		status = publish_lotl(lists, order, pointers, n, LISTS_PIVOTED,
		    "the same, to be reached from old-anchors.pem", &pivoted,
		    order->signer);
	if (status == SEGL_OK)
		status = publish_lotl(lists, order, pointers, n, LISTS_PIVOT,
		    "the pivot on the way, signed by who is in old-anchors.pem",
		    &before, order->old_signer);
	return status;
}

/* ---- national lists */

/* EKU id-tsl-kp-tslSigning: TS 119 612, 5.7.1. */
enum segl_status
lists_signer(struct identity *out, struct segl *segl, const char *country,
    const char *operator_name, EVP_PKEY *key, long long now)
{
	const struct pki_attribute subject[] = {
		{ "C", country },
		{ "O", operator_name },
		{ "CN", "Signer of trusted lists" },
		{ NULL, NULL },
	};
	const struct pki_profile profile = {
		.subject = subject,
		.extensions = "[ext]\n"
			      "basicConstraints=critical,CA:FALSE\n"
			      "keyUsage=critical,digitalSignature\n"
			      "extendedKeyUsage=0.4.0.2231.3.0\n"
			      "subjectKeyIdentifier=hash\n",
		.days = 3 * 365,
	};

	return identity_make(out, segl, key, &profile, NULL, now);
}

static enum segl_status
add_nation(struct nations *nations, struct segl *segl,
    const struct lists_order *order, const char *territory)
{
	struct nation *nation = &nations->nation[nations->count];
	/* the first with RSA, the others with EC: both are met */
	int rsa = nations->count == 0;

	if (nations->count == TERRITORIES)
		return SEGL_EINTERNAL;
	nations->count++;
	nation->territory = territory;
	nation->method = rsa ? LIST_RSA_SHA512 : LIST_ECDSA_SHA256;
	snprintf(nation->name, sizeof(nation->name), "tl-%s.xml", territory);
	snprintf(nation->location, sizeof(nation->location), "%stl-%s.xml",
	    order->url, territory);
	snprintf(nation->operator_name, sizeof(nation->operator_name),
	    "Segl Demo Authority %s", territory);
	return lists_signer(&nation->signer, segl, territory,
	    nation->operator_name, rsa ? pki_rsa_key() : pki_ec_key(),
	    order->now);
}

static enum segl_status
add_nations(
    struct nations *nations, struct segl *segl, const struct lists_order *order)
{
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < order->service_count; i++) {
		const char *territory = order->services[i].territory;

		if (i == 0 ||
		    strcmp(territory, order->services[i - 1].territory) != 0)
			status = add_nation(nations, segl, order, territory);
	}
	return status;
}

/* The services of NATION, by provider; SERVICES has room for all of them. */
static size_t
group(const struct lists_order *order, const struct nation *nation,
    struct list_provider *providers, struct list_service *services)
{
	const char *last = "";
	size_t count = 0;

	for (size_t i = 0; i < order->service_count; i++) {
		const struct lists_service *one = &order->services[i];

		if (strcmp(one->territory, nation->territory) != 0)
			continue;
		if (strcmp(one->provider, last) != 0) {
			if (count == PROVIDERS)
				return 0;
			providers[count++] =
			    (struct list_provider){ one->provider, services,
				    0 };
			last = one->provider;
		}
		*services++ = one->service;
		providers[count - 1].service_count++;
	}
	return count;
}

static enum segl_status
publish_nation(struct lists *lists, const struct lists_order *order,
    const struct nation *nation)
{
	struct list_provider providers[PROVIDERS];
	struct list_service *services =
	    calloc(order->service_count, sizeof(*services));
	struct trusted_list list = {
		.territory = nation->territory,
		.operator_name = nation->operator_name,
		.location = nation->location,
		.sequence = 1,
		.providers = providers,
	};
	/* TS 119 612, 5.3.13: a national list points to the list of lists */
	char lotl[URL_MAX];
	const struct list_pointer pointer = { lotl, "EU", LISTS_OPERATOR,
		&order->signer->certificate, 1 };
	enum segl_status status;

	if (services == NULL)
		return SEGL_ENOMEM;
	snprintf(lotl, sizeof(lotl), "%s%s", order->url, LISTS_LOTL);
	set_common(&list, order);
	list.pointers = &pointer;
	list.pointer_count = 1;
	list.provider_count = group(order, nation, providers, services);
	status = publish(lists, nation->name, "national list", &list,
	    nation->method, &nation->signer, order->now);
	free(services);
	return status;
}

enum segl_status
lists_make(
    struct lists *out, struct segl *segl, const struct lists_order *order)
{
	struct nations nations = { .count = 0 };
	enum segl_status status;

	memset(out, 0, sizeof(*out));
	status = add_nations(&nations, segl, order);
	if (status == SEGL_OK)
		status = publish_lotls(out, order, &nations);
	for (size_t i = 0; status == SEGL_OK && i < nations.count; i++)
		status = publish_nation(out, order, &nations.nation[i]);
	for (size_t i = 0; i < nations.count; i++)
		identity_clear(&nations.nation[i].signer);
	if (status == SEGL_OK)
		return SEGL_OK;
	lists_clear(out);
	return error_set(
	    segl, status, SEGL_TURN_YOU, "cannot make trusted lists");
}

void
lists_clear(struct lists *lists)
{
	for (size_t i = 0; i < lists->count; i++)
		free(lists->file[i].text);
	memset(lists, 0, sizeof(*lists));
}

const struct list_file *
lists_find(const struct lists *lists, const char *name)
{
	for (size_t i = 0; i < lists->count; i++)
		if (strcmp(lists->file[i].name, name) == 0)
			return &lists->file[i];
	return NULL;
}

/* ---- as files */

static enum segl_status
write_list(const struct directory *directory, struct segl *segl,
    const struct list_file *file)
{
	struct buffer bytes;
	enum segl_status status;

	buffer_init(&bytes, LISTS_SIZE);
	status = buffer_add(&bytes, file->text, file->len);
	if (status == SEGL_OK)
		status =
		    directory_write(directory, segl, file->name, &bytes, 0644);
	buffer_clear(&bytes);
	return status;
}

static enum segl_status
write_index(const struct directory *directory, struct segl *segl,
    const struct lists *lists, const char *url)
{
	struct buffer bytes;
	enum segl_status status;

	buffer_init(&bytes, FILE_KEY_MAX);
	status = buffer_add_str(&bytes, "file\turl\twhat\n");
	for (size_t i = 0; status == SEGL_OK && i < lists->count; i++)
		status =
		    buffer_printf(&bytes, "%s\t%s%s\t%s\n", lists->file[i].name,
			url, lists->file[i].name, lists->file[i].what);
	if (status == SEGL_OK)
		status = directory_write(directory, segl, INDEX, &bytes, 0644);
	buffer_clear(&bytes);
	return status;
}

enum segl_status
lists_write(const struct lists *lists, struct segl *segl,
    const struct directory *directory, const char *url)
{
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < lists->count; i++)
		status = write_list(directory, segl, &lists->file[i]);
	return status == SEGL_OK ? write_index(directory, segl, lists, url)
				 : status;
}

enum segl_status
lists_write_anchors(const struct directory *directory, struct segl *segl,
    const char *name, const struct identity *signer, const char *notice)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	enum segl_status status;
	struct buffer bytes;

	buffer_init(&bytes, FILE_KEY_MAX);
	if (X509_digest(signer->certificate, EVP_sha256(), hash, &len) != 1)
		return identity_failed(segl, name);
	status = buffer_printf(&bytes,
	    "[anchors demo]\nreference = made up by segl-sim\n"
	    "notice = %s\nsha256 = ",
	    notice);
	for (unsigned int i = 0; status == SEGL_OK && i < len; i++)
		status = buffer_printf(&bytes, "%02x", hash[i]);
	if (status == SEGL_OK)
		status = buffer_add_str(&bytes, "\n");
	if (status == SEGL_OK)
		status = directory_write(directory, segl, name, &bytes, 0644);
	buffer_clear(&bytes);
	return status;
}
