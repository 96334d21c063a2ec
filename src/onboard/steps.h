/* SPDX-License-Identifier: ISC */
#ifndef ONBOARD_STEPS_H
#define ONBOARD_STEPS_H

#include "onboard/record.h"

/* What is known of a step before it is taken. */
struct onboard_step {
	const char *name;   /* stable, for programs and --until */
	const char *title;  /* a statement that holds where it passes */
	unsigned int needs; /* bits, 1u << enum onboard_id */
	int is_online;      /* it sends something */
};

/* The step ID, or the one called NAME or numbered so; NULL none. Static. */
const struct onboard_step *onboard_step(size_t id);
const struct onboard_step *onboard_step_find(const char *name, size_t *id);
/* The step that NAME was probably meant to be, or NULL. Static. */
const char *onboard_step_nearest(const char *name);

/* How far to go. */
struct onboard_plan {
	size_t until; /* the last step that is taken */
	int offline;  /* none that sends something */
	/*
	 * Take the step ID: fill OUT. What it returns but SEGL_OK ends it all:
	 * then nothing can be said of the step.
	 */
	enum segl_status (*take)(
	    void *arg, size_t id, struct onboard_outcome *out);
	/* before and after a step, skipped ones included; may be NULL */
	void (*begin)(void *arg, size_t id);
	void (*end)(void *arg, size_t id, const struct onboard_outcome *out);
	void *arg;
};

/*
 * Take the steps in their order. One whose needs did not pass is skipped and
 * says which of them is the reason; so are those that PLAN leaves out.
 *
 * RECORD is the caller's to clear, also where the call fails.
 * Errors: those of PLAN->take; SEGL_ENOMEM.
 */
enum segl_status onboard_run(
    const struct onboard_plan *plan, struct onboard *record) SEGL_MUST_USE;

#endif
