/* SPDX-License-Identifier: ISC */
/*
 * corpus DIRECTORY ROUTE MANIFEST [CHAIN ...] -- judges each certificate that
 * a line of MANIFEST names, in one process, and prints a line for each:
 *
 *   FILE verdict level broken=ID,... undecided=ID,... should=ID,... done
 *
 * A line of MANIFEST is FILE, tab, entries of trusted lists for the issuer as
 * the manifest of the corpus writes them ("NO/CA/QC/granted/ForeSeals;..." or
 * "-"). Musts only, but for should=. The time is 2026-08-21T00:00:00Z.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <segl/suitability.h>

#include "softtoken/chain.h"
#include "suitability/judge.h"

#define AT           1787270400LL
#define SERVICES_MAX 32

struct entry {
	char text[32][256];
	struct segl_trust_service services[SERVICES_MAX];
	struct segl_trust trust;
};

static void
die(const char *what)
{
	fprintf(stderr, "corpus: %s\n", what);
	exit(1);
}

static unsigned int
uses_of(const char *text)
{
	return (strstr(text, "ForeSeals") ? SEGL_TRUST_FOR_ESEALS : 0u) |
	    (strstr(text, "ForeSignatures") ? SEGL_TRUST_FOR_ESIGNATURES : 0u) |
	    (strstr(text, "ForWebSite") ? SEGL_TRUST_FOR_WEB : 0u) |
	    (strstr(text, "RootCA-QC+") ? SEGL_TRUST_ROOT_CA_QC : 0u);
}

/* "NO/CA/QC/granted/ForeSeals": the type itself may have a slash. */
static void
read_service(struct entry *e, const char *text)
{
	struct segl_trust_service *s = &e->services[e->trust.n];
	char *copy = e->text[e->trust.n];
	char *uses, *status;

	if (e->trust.n == SERVICES_MAX || strlen(text) >= 256)
		die("an entry is too long");
	snprintf(copy, 256, "%s", text);
	uses = strrchr(copy, '/');
	if (uses == NULL)
		die(text);
	*uses++ = '\0';
	status = strrchr(copy, '/');
	if (status == NULL || copy[2] != '/')
		die(text);
	*status++ = '\0';
	copy[2] = '\0';
	*s = (struct segl_trust_service){ .position = 1,
		.territory = copy,
		.type = copy + 3,
		.status = status,
		.uses = uses_of(uses) };
	/* a position behind the name, "@2", is ours */
	if (strchr(uses, '@') != NULL)
		s->position = (size_t)strtoul(strchr(uses, '@') + 1, NULL, 10);
	e->trust.n++;
}

static void
read_services(struct entry *e, char *column)
{
	memset(&e->trust, 0, sizeof(e->trust));
	e->trust.services = e->services;
	if (strcmp(column, "-") == 0)
		return;
	while (column != NULL) {
		char *next = strchr(column, ';');

		if (next != NULL)
			*next++ = '\0';
		read_service(e, column);
		column = next;
	}
}

static void
print_ids(const struct segl_report *report, enum segl_severity severity,
    enum segl_outcome outcome, const char *label)
{
	struct segl_finding f;
	int n = 0;

	printf("\t%s=", label);
	for (size_t i = 0; segl_report_finding(report, i, &f); i++) {
		if (f.severity == severity && f.outcome == outcome)
			printf("%s%s", n++ > 0 ? "," : "", f.id);
	}
}

static void
judge(const char *file, const struct certificate *leaf,
    const struct certificate_list *pool, const struct segl_terms *terms)
{
	struct segl_report *report;
	struct path path;

	path_build(leaf, pool, (time_t)terms->at, NULL, &path);
	if (suitability_judge(&path, 0, terms, &report) != SEGL_OK)
		die("out of memory");
	printf("%s\t%s\t%s", file,
	    segl_verdict_name(segl_report_verdict(report)),
	    segl_report_text(report, SEGL_REPORT_CLIENT_AMR));
	print_ids(report, SEGL_MUST, SEGL_OUTCOME_BROKEN, "broken");
	print_ids(report, SEGL_MUST, SEGL_OUTCOME_UNDECIDED, "undecided");
	print_ids(report, SEGL_SHOULD, SEGL_OUTCOME_BROKEN, "should");
	printf("\tpath=%zu%s\n", path.len, path.self_signed ? "+root" : "");
	segl_report_free(report);
}

static enum segl_route
route_named(const char *name)
{
	if (strcmp(name, "enterprise") == 0)
		return SEGL_ROUTE_ENTERPRISE;
	return strcmp(name, "eseal") == 0 ? SEGL_ROUTE_ESEAL : SEGL_ROUTE_AUTO;
}

int
main(int argc, char **argv)
{
	struct certificate_list pool = { .n = 0 };
	struct segl *segl = segl_new();
	char line[8192], path[16384];
	FILE *manifest;

	if (argc < 4 || segl == NULL)
		die("DIRECTORY ROUTE MANIFEST [CHAIN ...]");
	for (int i = 4; i < argc; i++) {
		if (chain_read(segl, argv[i], &pool) != SEGL_OK)
			die(segl_error_message(segl));
	}
	manifest = fopen(argv[3], "r");
	if (manifest == NULL)
		die(argv[3]);
	while (fgets(line, sizeof(line), manifest) != NULL) {
		struct certificate_list leaf = { .n = 0 };
		struct segl_terms terms = { .at = AT,
			.route = route_named(argv[2]) };
		struct entry entry;
		char *tab = strchr(line, '\t');

		line[strcspn(line, "\n")] = '\0';
		if (tab == NULL)
			die(line);
		*tab = '\0';
		read_services(&entry, tab + 1);
		terms.trust = &entry.trust;
		snprintf(path, sizeof(path), "%s/%s", argv[1], line);
		if (chain_read(segl, path, &leaf) != SEGL_OK)
			printf("%s\tunreadable\n", line);
		else
			judge(line, leaf.certs[0], &pool, &terms);
		segl_error_clear(segl);
		certificate_list_clear(&leaf);
	}
	fclose(manifest);
	certificate_list_clear(&pool);
	segl_free(segl);
	return 0;
}
