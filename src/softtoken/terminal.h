/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_TERMINAL_H
#define SOFTTOKEN_TERMINAL_H

#include "base/error.h"
#include "base/secret.h"

/*
 * Ask for the PIN of FILE on the controlling terminal, without echo. A signal
 * that arrives meanwhile is delivered after the terminal is as before.
 * Errors: SEGL_EUSAGE no terminal, no answer; SEGL_ENOMEM.
 */
enum segl_status terminal_ask(
    struct segl *segl, const char *file, struct secret **out) SEGL_MUST_USE;

#endif
