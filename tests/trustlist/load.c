/* SPDX-License-Identifier: ISC */
/*
 * Loads trusted lists and prints what came of each:
 *
 *	load [-s SIGNER.der]... [-l LOTL.xml]... [-u] [-q] [-w WORKERS] FILE...
 *
 * Signers are those given and all that the LOTLs name, which are taken as
 * they are.
 * -u reads without a signature, -q prints only refusals. One line each: file,
 * accepted or the name of the refusal; accepted ones also territory, sequence,
 * version, issued, next update, services, states, certificates, pointers, and
 * where some services cannot be read, how many.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "trustlist/load/load.h"

#define SIGNERS_MAX 1024
#define FILES_MAX   512

static struct tl_bytes signers[SIGNERS_MAX];
static size_t n_signers;
static struct tl_job lotls[8];
static size_t n_lotls;

static struct tl_bytes
file_bytes(const char *path)
{
	struct tl_bytes bytes = { NULL, 0 };
	struct buffer file;
	int error;

	buffer_init(&file, TL_FILE_MAX * 2);
	error = file_read(path, &file, NULL);
	if (error != 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(error));
		exit(2);
	}
	bytes.len = file.len;
	bytes.data = (unsigned char *)buffer_take(&file);
	return bytes;
}

static void
add_signer(const struct tl_bytes *der)
{
	if (n_signers == SIGNERS_MAX)
		exit(2);
	signers[n_signers++] = *der;
}

static void
add_lotl(struct segl *segl, const char *path)
{
	struct tl_job *job = &lotls[n_lotls++];
	const struct tl_list *list;

	job->file = file_bytes(path);
	job->insecure_unverified = 1;
	if (tl_load(segl, job, 1, 1, NULL, NULL) != SEGL_OK ||
	    job->refusal != TL_ACCEPTED) {
		fprintf(
		    stderr, "%s: %s\n", path, tl_refusal_words(job->refusal));
		exit(2);
	}
	list = job->list;
	for (size_t i = 0; i < list->n_pointers; i++)
		for (size_t j = 0; j < list->pointers[i].n_certificates; j++)
			add_signer(&list->pointers[i].certificates[j]);
}

static void
print(const char *path, const struct tl_job *job, int quiet)
{
	const struct tl_list *list = job->list;
	size_t states = 0, certificates = 0;

	if (quiet && job->refusal == TL_ACCEPTED)
		return;
	printf("%s %s", path, tl_refusal_name(job->refusal));
	for (size_t i = 0; list != NULL && i < list->n_services; i++) {
		const struct tl_service *s = &list->services[i];

		states += s->n_states;
		for (size_t j = 0; j < s->n_identities; j++)
			certificates +=
			    s->identities[j].kind == TL_ID_CERTIFICATE;
	}
	if (list != NULL)
		printf(" %s %lld v%d %lld %lld %zu %zu %zu %zu",
		    list->territory, list->sequence, list->version,
		    list->issued, list->next_update, list->n_services, states,
		    certificates, list->n_pointers);
	if (list != NULL && list->n_unread > 0)
		printf(" unread %zu", list->n_unread);
	putchar('\n');
}

int
main(int argc, char **argv)
{
	static struct tl_job jobs[FILES_MAX];
	struct segl *segl = segl_new();
	int option, unverified = 0, quiet = 0, failed = 0;
	unsigned int workers = TL_WORKERS;
	size_t n = 0;

	if (segl == NULL)
		return 2;
	while ((option = getopt(argc, argv, "s:l:uqw:")) != -1)
		if (option == 's') {
			struct tl_bytes der = file_bytes(optarg);

			add_signer(&der);
		} else if (option == 'l') {
			add_lotl(segl, optarg);
		} else if (option == 'u') {
			unverified = 1;
		} else if (option == 'q') {
			quiet = 1;
		} else if (option == 'w') {
			workers = (unsigned int)strtoul(optarg, NULL, 10);
		} else {
			return 2;
		}
	for (int i = optind; i < argc && n < FILES_MAX; i++, n++) {
		jobs[n].file = file_bytes(argv[i]);
		jobs[n].signers = signers;
		jobs[n].n_signers = n_signers;
		jobs[n].insecure_unverified = unverified;
	}
	if (tl_load(segl, jobs, n, workers, NULL, NULL) != SEGL_OK) {
		fprintf(stderr, "%s\n", segl_error_message(segl));
		return 2;
	}
	for (size_t i = 0; i < n; i++) {
		print(argv[optind + (int)i], &jobs[i], quiet);
		failed |= jobs[i].refusal != TL_ACCEPTED;
		tl_job_clear(&jobs[i]);
		free((void *)(uintptr_t)jobs[i].file.data);
	}
	for (size_t i = 0; i < n_lotls; i++) {
		tl_job_clear(&lotls[i]);
		free((void *)(uintptr_t)lotls[i].file.data);
	}
	segl_free(segl);
	return failed;
}
