/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "trustlist/update/round.h"

/* ---- the files ----------------------------------------------------------- */

static enum segl_status
too_many(struct segl *segl)
{
	return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "there are more than %d files to look at", CANDIDATES_MAX);
}

/* One file; what cannot be read is told and left out, unless it was NAMED. */
static enum segl_status
take_file(struct round *round, const char *path, int named)
{
	struct candidate *file = candidates_add(&round->found);
	int error;

	if (file == NULL)
		return round->found.n == CANDIDATES_MAX
		    ? too_many(round->segl)
		    : error_nomem(round->segl);
	file->fetched = round->order->now;
	if (candidate_set_source(file, path, 0) < 0)
		return error_nomem(round->segl);
	error = file_read(path, &file->bytes, NULL);
	if (error == ENOMEM)
		return error_nomem(round->segl);
	if (error != 0 && named && error != EFBIG) {
		error_set(round->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s cannot be read: %s", path, strerror(error));
		error_remedy(round->segl,
		    "let it be read by who runs segl, or name the lists that "
		    "there are");
		return SEGL_EUSAGE;
	}
	if (error == 0) {
		candidate_sort(file);
		/* a directory may have much that is no list */
		if (file->territory[0] == '\0')
			buffer_clear(&file->bytes);
		return SEGL_OK;
	}
	round_tell_file(round, file, NULL, SEGL_TRUST_NO_LIST,
	    error == EFBIG ? "is larger than any list" : strerror(error));
	candidates_drop_last(&round->found);
	return SEGL_OK;
}

static int
is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static enum segl_status
take_directory(struct round *round, const char *path)
{
	enum segl_status status = SEGL_OK;
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, is_file, alphasort);

	if (n < 0) {
		error_set(round->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the directory %s cannot be read: %s", path,
		    strerror(errno));
		error_remedy(round->segl,
		    "let it be read by who runs segl, or name files");
		return SEGL_EUSAGE;
	}
	for (int i = 0; i < n; i++) {
		struct stat st;
		char *file = NULL;

		if (status == SEGL_OK &&
		    asprintf(&file, "%s/%s", path, entries[i]->d_name) < 0) {
			file = NULL;
			status = error_nomem(round->segl);
		}
		if (status == SEGL_OK && stat(file, &st) == 0 &&
		    S_ISREG(st.st_mode))
			status = take_file(round, file, 0);
		free(file);
		free(entries[i]);
	}
	free(entries);
	return status;
}

static enum segl_status
take_paths(struct round *round, const char *const *paths, size_t n)
{
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < n; i++) {
		struct stat st;

		if (stat(paths[i], &st) == 0 && S_ISDIR(st.st_mode))
			status = take_directory(round, paths[i]);
		else
			status = take_file(round, paths[i], 1);
	}
	return status;
}

/* ---- the list of trusted lists ------------------------------------------- */

static int
is_lotl(const struct candidate *file)
{
	return strcmp(file->territory, POLICY_LOTL_TERRITORY) == 0;
}

static struct candidate *
find_pivot(
    void *arg, const struct policy_pivot *pivot, size_t nth, char *reason)
{
	struct round *round = arg;
	struct candidate *kept = NULL;
	size_t n = 0;

	for (size_t i = 0; i < round->found.n; i++) {
		struct candidate *file = round->found.all[i];

		if (!is_lotl(file) || file->sequence != pivot->number ||
		    n++ != nth)
			continue;
		candidate_digest(file);
		return file;
	}
	if (n == nth &&
	    round_kept_pivot(round, pivot->number, &kept) == SEGL_OK &&
	    kept != NULL)
		return kept;
	snprintf(reason, POLICY_REASON_MAX, "is not among the files");
	return NULL;
}

/*
 * The newest by what they claim, equals in their order, of those that TRIED
 * does not have; it has it then.
 */
static struct candidate *
next_lotl(struct round *round, unsigned char *tried)
{
	struct candidate *best = NULL;
	size_t at = 0;

	for (size_t i = 0; i < round->found.n; i++) {
		struct candidate *file = round->found.all[i];

		if (!is_lotl(file) || tried[i])
			continue;
		if (best == NULL || file->sequence > best->sequence) {
			best = file;
			at = i;
		}
	}
	if (best != NULL)
		tried[at] = 1;
	return best;
}

static enum segl_status
try_lotl(
    struct round *round, struct candidate *file, int *accepted, char *reason)
{
	const struct lotl_pivots pivots = { find_pivot, round };
	long long floor = round->kept_lotl == NULL || file->is_kept
	    ? -1
	    : round->kept_lotl->verified;

	candidate_digest(file);
	return lotl_authenticate(round->segl, &round->anchors,
	    round->order->lotl, floor, file, &pivots, &round->lotl, accepted,
	    reason);
}

static enum segl_status
no_lotl(struct round *round, const char *reason)
{
	error_set(round->segl, SEGL_ECERT, SEGL_TURN_YOU,
	    reason[0] == '\0'
		? "the list of trusted lists is neither among the files nor in "
		  "the store"
		: "the list of trusted lists %s",
	    reason);
	error_remedy(round->segl,
	    "add eu-lotl.xml of the European Commission, and the pivots that "
	    "it names; for lists from before the newest notice in the Official "
	    "Journal, --anchors 2019");
	return SEGL_ECERT;
}

static enum segl_status
find_lotl(struct round *round)
{
	char reason[POLICY_REASON_MAX] = "", first[POLICY_REASON_MAX] = "";
	struct candidate *file = NULL;
	unsigned char *tried = calloc(round->found.n + 1, 1);
	enum segl_status status = SEGL_OK;
	int accepted = 0;

	if (tried == NULL)
		return error_nomem(round->segl);
	while (status == SEGL_OK && !accepted &&
	    (file = next_lotl(round, tried)) != NULL) {
		status = try_lotl(round, file, &accepted, reason);
		if (status != SEGL_OK || accepted)
			break;
		if (first[0] == '\0')
			memcpy(first, reason, sizeof(first));
		round_tell_file(round, file, POLICY_LOTL_TERRITORY,
		    SEGL_TRUST_NO_LIST, reason);
	}
	free(tried);
	if (status == SEGL_OK && !accepted && round->kept_lotl != NULL)
		status = try_lotl(round, round->kept_lotl, &accepted, reason);
	if (status == SEGL_OK && !accepted)
		status = no_lotl(round, first[0] != '\0' ? first : reason);
	if (status == SEGL_OK)
		round->lotl_fate =
		    candidate_is_same(round->kept_lotl, round->lotl.file)
		    ? SEGL_TRUST_AS_WAS
		    : SEGL_TRUST_TAKEN;
	return status;
}

/* ---- the rest ------------------------------------------------------------ */

/* Tell of the files that are no list of a country that is wanted. */
static void
tell_junk(struct round *round)
{
	for (size_t i = 0; i < round->found.n; i++) {
		const struct candidate *file = round->found.all[i];
		int known = is_lotl(file); /* told already, or a pivot */

		for (size_t j = 0; j < round->n_countries; j++)
			known |= strcmp(round->country[j].territory,
				     file->territory) == 0;
		if (!known)
			round_tell_file(round, file, NULL, SEGL_TRUST_NO_LIST,
			    file->territory[0] == '\0'
				? "is no trusted list"
				: "is of no country that the list of trusted "
				  "lists names");
	}
}

enum segl_status
segl_trust_import(struct segl *segl, const struct segl_trust_order *order,
    const char *const *paths, size_t n, struct segl_trust_summary *summary)
{
	struct round *round = calloc(1, sizeof(*round));
	enum segl_status status;

	memset(summary, 0, sizeof(*summary));
	if (round == NULL)
		return error_nomem(segl);
	status = round_begin(round, segl, order, summary);
	if (status == SEGL_OK)
		status = take_paths(round, paths, n);
	if (status == SEGL_OK)
		status = find_lotl(round);
	if (status == SEGL_OK)
		status = round_countries(round);
	if (status == SEGL_OK) {
		tell_junk(round);
		status = round_settle(round);
	}
	if (status == SEGL_OK)
		status = round_write(round);
	round_end(round);
	free(round);
	return status;
}
