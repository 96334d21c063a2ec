/* SPDX-License-Identifier: ISC */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <segl/handle.h>

#include "settings/settings.h"

/* One function a command; the detail of a failure is in SEGL. */
enum segl_status command_token(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_exchange(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_call(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_exec(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_helper(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_introspect(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_grant(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_check(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_trust(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_issuers(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_csr(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_bundle(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_renew(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_onboard(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_config(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_explain(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status command_decode(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;

#endif
