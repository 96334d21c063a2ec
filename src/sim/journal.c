/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "sim/journal.h"

struct journal {
	json_t *entries;
	size_t max;
	json_int_t next; /* number of the next entry, never reused */
};

struct journal *
journal_new(size_t max)
{
	struct journal *journal = calloc(1, sizeof(*journal));

	if (journal == NULL)
		return NULL;
	journal->max = max;
	journal->entries = json_array();
	if (journal->entries == NULL) {
		free(journal);
		return NULL;
	}
	return journal;
}

void
journal_free(struct journal *journal)
{
	if (journal == NULL)
		return;
	json_decref(journal->entries);
	free(journal);
}

void
journal_add(struct journal *journal, json_t *entry)
{
	journal->next++;
	if (json_array_size(journal->entries) >= journal->max)
		(void)json_array_remove(journal->entries, 0);
	/* an entry that memory does not suffice for is not worth an answer */
	if (json_object_set_new(entry, "number", json_integer(journal->next)) !=
	    0) {
		json_decref(entry);
		return;
	}
	(void)json_array_append_new(journal->entries, entry);
}

void
journal_clear(struct journal *journal)
{
	(void)json_array_clear(journal->entries);
}

const json_t *
journal_entries(const struct journal *journal)
{
	return journal->entries;
}
