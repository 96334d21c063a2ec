/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "daemon/log.h"

static void
on_note(void *arg, enum segl_note kind, const char *text)
{
	const struct settings *settings = arg;
	int warning = kind == SEGL_NOTE_WARNING;

	if (warning ? settings->quiet : !settings->verbose)
		return;
	fprintf(stderr, "%s: %s%s\n", program_invocation_short_name,
	    warning ? "warning: " : "", text);
}

void
log_notes(struct segl *segl, const struct settings *settings)
{
	segl_set_note(segl, on_note, (void *)(uintptr_t)settings);
}

int
log_failure(const struct segl *segl)
{
	const char *remedy = segl_error_remedy(segl);
	enum segl_turn turn = segl_error_turn(segl);

	fprintf(stderr, "%s: %s\n", program_invocation_short_name,
	    segl_error_message(segl));
	if (remedy != NULL)
		fprintf(stderr, "  what to do:  %s\n", remedy);
	if (turn != SEGL_TURN_NONE && turn != SEGL_TURN_YOU)
		fprintf(stderr, "  whose turn:  %s\n", segl_turn_words(turn));
	return segl_status_exit_code(segl_error_status(segl));
}
