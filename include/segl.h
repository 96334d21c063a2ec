/* SPDX-License-Identifier: ISC */
#ifndef SEGL_H
#define SEGL_H

/*
 * segl: from an eSeal soft token to an access token of Maskinporten.
 * Start with segl(3). One header per idea; this one includes them all.
 */

#include <segl/api.h>
#include <segl/certificate.h>
#include <segl/environment.h>
#include <segl/exchange.h>
#include <segl/grant.h>
#include <segl/handle.h>
#include <segl/introspect.h>
#include <segl/jws.h>
#include <segl/metadata.h>
#include <segl/order.h>
#include <segl/revocation.h>
#include <segl/softtoken.h>
#include <segl/status.h>
#include <segl/suitability.h>
#include <segl/transport.h>
#include <segl/trust.h>
#include <segl/trust_store.h>
#include <segl/trust_update.h>
#include <segl/version.h>

#endif
