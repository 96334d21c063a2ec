/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <time.h>

#include "sim/material.h"
#include "sim/publish.h"

/* Instants of the made-up histories. */
#define Y2014 1388534400LL /* before eIDAS */
#define Y2016 1467324000LL /* 2016-06-30T22:00:00Z: eIDAS applies */
#define Y2021 1609459200LL

static const struct list_qualification soft = { "QCNoQSCD",
	"0.4.0.194112.1.1" };

/* Granted since eIDAS applies, and supervised before. */
static const struct list_state long_granted[] = {
	{ "granted", Y2016, "ForeSeals", &soft },
	{ "undersupervision", Y2014, NULL, NULL },
};
static const struct list_state granted[] = {
	{ "granted", Y2021, "ForeSeals", NULL },
};

/* The CA in NAME of DIRECTORY becomes a service. */
static enum segl_status
add_ca(struct lists_service *out, struct segl *segl,
    const struct directory *directory, const char *name)
{
	struct identity ca;
	enum segl_status status;

	status = identity_read(&ca, segl, directory, name, NULL);
	out->service.certificate = ca.certificate;
	return status;
}

enum segl_status
publish_lists(struct lists *out, struct segl *segl,
    const struct directory *directory, const char *url, long long now)
{
	struct lists_service services[] = {
		{ "SE", "Segl Demo Trust AB",
		    { "CA/QC", NULL, long_granted, 2 } },
		{ "NO", "Segl Demo Tillit AS", { "CA/QC", NULL, granted, 1 } },
	};
	struct identity signer = { 0 }, old_signer = { 0 };
	const struct lists_order order = { url, &old_signer, &signer, services,
		sizeof(services) / sizeof(services[0]), now };
	enum segl_status status;

	out->count = 0;
	status = add_ca(&services[0], segl, directory, MATERIAL_SEAL_CA);
	if (status == SEGL_OK)
		status = add_ca(
		    &services[1], segl, directory, MATERIAL_ENTERPRISE_CA);
	if (status == SEGL_OK)
		status = identity_read(&signer, segl, directory,
		    MATERIAL_ANCHORS, MATERIAL_ANCHORS_KEY);
	if (status == SEGL_OK)
		status = identity_read(&old_signer, segl, directory,
		    MATERIAL_OLD_ANCHORS, MATERIAL_OLD_ANCHORS_KEY);
	if (status == SEGL_OK)
		status = lists_make(out, segl, &order);
	for (size_t i = 0; i < order.service_count; i++)
		X509_free(services[i].service.certificate);
	identity_clear(&signer);
	identity_clear(&old_signer);
	return status;
}

/* ---- as files */

enum segl_status
publish_demo(struct segl *segl, const char *dir, const char *url)
{
	long long now = (long long)time(NULL);
	struct directory directory;
	struct material material;
	struct lists lists = { .count = 0 };
	enum segl_status status;

	memset(&material, 0, sizeof(material));
	status = directory_open(&directory, segl, dir);
	if (status == SEGL_OK)
		status = material_open(&material, segl, &directory, 0, now);
	if (status == SEGL_OK)
		status = publish_lists(&lists, segl, &directory, url, now);
	if (status == SEGL_OK)
		status = lists_write(&lists, segl, &directory, url);
	lists_clear(&lists);
	material_clear(&material);
	directory_close(&directory, material_files);
	return status;
}
