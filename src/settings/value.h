/* SPDX-License-Identifier: ISC */
#ifndef SETTINGS_VALUE_H
#define SETTINGS_VALUE_H

#include "settings/options.h"

/*
 * Give OPTION the value VALUE. NAME is how the user wrote the option, for the
 * error: "--timeout", "SEGL_TIMEOUT", "/etc/segl/segl.conf:3:1: timeout". The
 * value itself never stands in an error: it may be a PIN in the wrong place.
 *
 * Errors: SEGL_EUSAGE, SEGL_ENOMEM.
 */
enum segl_status value_set(struct segl *segl, struct settings *settings,
    const struct option *option, const char *name, const char *value,
    const struct origin *origin) SEGL_MUST_USE;

/* The same for several values in one text, split at the option's separator. */
enum segl_status value_set_split(struct segl *segl, struct settings *settings,
    const struct option *option, const char *name, const char *value,
    const struct origin *origin) SEGL_MUST_USE;

/* Free what value_set() allocated for OPTION, one of a list. */
void value_clear(struct settings *settings, const struct option *option);

/* Non-zero where something said what OPTION is. */
int value_is_set(const struct settings *settings, const struct option *option);

/*
 * The I-th value of OPTION as it is written in a file, NULL past the last;
 * borrowed, or in NUMBER.
 */
#define VALUE_NUMBER_MAX 24
const char *value_text(const struct settings *settings,
    const struct option *option, size_t i, char number[VALUE_NUMBER_MAX]);

/* 1 yes, 0 no, -1 neither: yes/no, true/false, on/off, 1/0. */
int value_flag(const char *text);

/* A copy of TEXT that lives as long as SETTINGS; NULL out of memory. */
char *value_keep(struct settings *settings, const char *text);

#endif
