/* SPDX-License-Identifier: ISC */
#ifndef HTTPD_REQUEST_H
#define HTTPD_REQUEST_H

#include "httpd/httpd.h"

/*
 * Whether REQUEST may be believed: what libmicrohttpd lets pass although two
 * readers could understand it differently (RFC 9112, 3.2, 6.1 and 6.3).
 * VERSION is "HTTP/1.1"; CONFIG says which Host, and how long a body. Returns
 * 0, or the HTTP status that refuses it, and a short reason in WHY.
 */
int request_check(const struct httpd_request *request, const char *version,
    const struct httpd_config *config, const char **why);

#endif
