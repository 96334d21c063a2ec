/* SPDX-License-Identifier: ISC */
#ifndef SIM_PUBLISH_H
#define SIM_PUBLISH_H

#include "sim/lists.h"

/*
 * Make the trusted lists that the simulator's directory is the Europe of: the
 * issuers in it are on them. URL is where they will be found, with a slash.
 */
enum segl_status publish_lists(struct lists *out, struct segl *segl,
    const struct directory *directory, const char *url,
    long long now) SEGL_MUST_USE;

/*
 * demo-lists: everything that a simulator has, and the lists, as files in DIR
 * with an index, for who wants them without a simulator.
 */
enum segl_status publish_demo(
    struct segl *segl, const char *dir, const char *url) SEGL_MUST_USE;

#endif
