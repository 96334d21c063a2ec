/* SPDX-License-Identifier: ISC */
/* Name, proxy and TLS: who answers, and whether that is the server. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "onboard/judge.h"

/*
 * What programs that look into TLS connections call the certificates that they
 * make: the names of their makers, as these stand in the issuer.
 */
static const char *const inspectors[] = {
	"avast",
	"AVG ",
	"Barracuda",
	"Bitdefender",
	"Blue Coat",
	"Charles Proxy",
	"Check Point",
	"Cisco Umbrella",
	"Cloudflare Gateway",
	"ContentKeeper",
	"DO_NOT_TRUST",
	"ESET SSL Filter",
	"Fiddler",
	"Forcepoint",
	"FortiGate",
	"Fortinet",
	"iboss",
	"Kaspersky",
	"Lightspeed",
	"McAfee",
	"Menlo Security",
	"mitmproxy",
	"Netskope",
	"Palo Alto",
	"PortSwigger",
	"Securly",
	"Skyhigh",
	"Smoothwall",
	"SonicWall",
	"Sophos",
	"Squid",
	"SSL Inspection",
	"TLS Inspection",
	"Untangle",
	"WatchGuard",
	"Websense",
	"Zscaler",
};

static int
contains(const char *text, const char *part)
{
	size_t len = strlen(part);

	for (; text != NULL && *text != '\0'; text++)
		if (strncasecmp(text, part, len) == 0)
			return 1;
	return 0;
}

/* Why this is not the certificate of the server itself; NULL: it may be. */
static const char *
inspected_because(const struct onboard_network *network)
{
	for (size_t i = 0; i < sizeof(inspectors) / sizeof(inspectors[0]); i++)
		if (contains(network->issuer, inspectors[i]) ||
		    contains(network->root, inspectors[i]))
			return "its issuer is a program that looks into TLS";
	if (network->issuer == NULL || !network->is_public)
		return NULL;
	if (network->only_by_ca)
		return "it is trusted because of --ca alone, and the server's "
		       "own certificate needs no --ca";
	/* browsers have taken no public certificate without these since 2018 */
	if (!network->has_sct)
		return "it is in no public log (RFC 6962), as those of public "
		       "servers are";
	return NULL;
}

static void
tell_facts(const struct onboard_network *network, struct onboard_outcome *out)
{
	struct onboard_facts *facts = &out->facts;
	const struct {
		const char *name;
		long long value;
	} numbers[] = {
		{ "port", network->port > 0 ? network->port : -1 },
		{ "dns_ms", network->dns_ms },
		{ "connect_ms", network->connect_ms },
		{ "tls_ms", network->tls_ms },
		{ "total_ms", network->total_ms },
	};

	onboard_fact(facts, "url", network->url);
	onboard_fact(facts, "address",
	    network->address[0] == '\0' ? NULL : network->address);
	onboard_fact(facts, "proxy", network->proxy);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i].value >= 0)
			onboard_fact_number(
			    facts, numbers[i].name, numbers[i].value);
	onboard_fact(facts, "tls_subject", network->subject);
	onboard_fact(facts, "tls_issuer", network->issuer);
	onboard_fact(facts, "tls_root", network->root);
	onboard_fact(facts, "tls_not_before", network->not_before);
	onboard_fact(facts, "tls_not_after", network->not_after);
	onboard_fact(facts, "inspected",
	    inspected_because(network) != NULL ? "yes" : "no");
}

/* How it went there, one clause. */
static void
tell_way(const struct onboard_network *network, struct onboard_outcome *out)
{
	if (network->proxy != NULL)
		onboard_add(out, "by way of the proxy %s%s%s", network->proxy,
		    network->address[0] == '\0' ? "" : ", ", network->address);
	else if (network->address[0] != '\0')
		onboard_add(out, "the address is %s", network->address);
	if (network->failed && network->proxy == NULL &&
	    network->named_proxy != NULL)
		onboard_add(out, "HTTPS_PROXY or the like names the proxy %s",
		    network->named_proxy);
}

static void
tell_certificate(
    const struct onboard_network *network, struct onboard_outcome *out)
{
	if (network->issuer != NULL)
		onboard_add(out, "its TLS certificate is for %s, by %s",
		    network->subject == NULL ? "nobody" : network->subject,
		    network->issuer);
}

/* The remedy of whoever cannot believe the certificate that came. */
static void
judge_unverified(
    const struct onboard_network *network, struct onboard_outcome *out)
{
	const char *because = inspected_because(network);

	tell_certificate(network, out);
	if (because != NULL ||
	    (network->proxy != NULL && network->validity == 0)) {
		onboard_add(out, "a proxy looks into TLS here%s%s",
		    because == NULL ? "" : ": ",
		    because == NULL ? "" : because);
		onboard_remedy(out, SEGL_TURN_NETWORK,
		    "ask whoever runs the network to leave this host out of "
		    "the inspection; or for the CA certificate of the proxy, "
		    "and name it with --ca FILE");
		return;
	}
	if (network->validity > 0)
		onboard_add(out, "it ended at %s", network->not_after);
	if (network->validity < 0)
		onboard_add(out, "it begins at %s", network->not_before);
}

void
onboard_judge_network(
    const struct onboard_network *network, struct onboard_outcome *out)
{
	const char *because = inspected_because(network);

	tell_facts(network, out);
	if (network->failed) {
		tell_way(network, out);
		if (network->is_unverified)
			judge_unverified(network, out);
		return;
	}
	onboard_set(out, ONBOARD_PASS, "%s answers", network->url);
	tell_way(network, out);
	tell_certificate(network, out);
	if (network->total_ms >= 0)
		onboard_add(out, "in %lld ms", network->total_ms);
	if (because == NULL)
		return;
	out->result = ONBOARD_WARN;
	onboard_add(out, "somebody looks into TLS here: %s", because);
	onboard_remedy(out, SEGL_TURN_NETWORK,
	    "it works, and whoever runs that can read your tokens: ask to "
	    "leave this host out of the inspection");
}
