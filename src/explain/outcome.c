/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "explain/outcome.h"

#define TEXTS(...)                                                             \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

/* clang-format off */
static const struct outcome outcomes[] = {
	{
		.exit_code = 0,
		.meaning = "the command did what was asked",
		.remedy = "nothing",
		.turn = SEGL_TURN_NONE,
	},
	{
		.exit_code = 1,
		.meaning = "segl or this host failed",
		.causes = TEXTS(
		    "the result could not be written: disk full, or the "
		    "reader of the pipe has gone",
		    "a part of segl is not installed where it looks for it",
		    "memory is out",
		    "a fault of segl"),
		.remedy =
		    "read the message; if it names no cause on this host, "
		    "report it with the output of segl version",
		.turn = SEGL_TURN_YOU,
	},
	{
		.exit_code = 2,
		.meaning = "the command line, the settings or the request are "
			   "not right; nothing was granted",
		.causes = TEXTS(
		    "an option is misspelt, or its value is not one of those "
		    "allowed",
		    "a setting that is needed is missing: the scope, the soft "
		    "token, the source of the PIN",
		    "the configuration has a mistake",
		    "the server found a value of the grant malformed: MP-011"),
		.remedy =
		    "do what the message says; segl help COMMAND lists the "
		    "options, segl config show the settings in use",
		.turn = SEGL_TURN_YOU,
	},
	{
		.exit_code = 3,
		.meaning = "the soft token cannot be used: its file, PIN or "
			   "key",
		.causes = TEXTS(
		    "the PIN is wrong",
		    "the file cannot be read, by this user for instance",
		    "the file is not a soft token, or has no private key",
		    "the file has several identities, and none was chosen",
		    "key and certificate do not belong together"),
		.remedy =
		    "check --softtoken, --pin and --identity; the message "
		    "tells which it is",
		.turn = SEGL_TURN_YOU,
	},
	{
		.exit_code = 4,
		.meaning = "the certificate does not serve; nothing was sent",
		.causes = TEXTS(
		    "the path to its issuer is incomplete",
		    "it is expired or not yet valid",
		    "it is for something else: encryption, a person, a "
		    "website"),
		.remedy =
		    "complete the path with --chain, or get the right "
		    "certificate from its issuer",
		.turn = SEGL_TURN_ISSUER,
	},
	{
		.exit_code = 5,
		.meaning = "Maskinporten does not accept who asks",
		.causes = TEXTS(
		    "certificate, key or client are not accepted: MP-100, "
		    "MP-120 to MP-124",
		    "the grant is for another server: MP-110",
		    "the clock of this host is slow: MP-130"),
		.remedy =
		    "run segl explain with the MP code of the message",
		.turn = SEGL_TURN_YOU,
	},
	{
		.exit_code = 6,
		.meaning = "Maskinporten knows who asks, but does not grant "
			   "what was asked for",
		.causes = TEXTS(
		    "the scope is misspelt or not given to you: MP-200, "
		    "MP-201, MP-250",
		    "the consumer has not delegated to you: MP-251",
		    "the system user is not as the grant says: MP-303"),
		.remedy =
		    "run segl explain with the MP code of the message",
		.turn = SEGL_TURN_API_OWNER,
	},
	{
		.exit_code = 7,
		.meaning = "the server could not be reached",
		.causes = TEXTS(
		    "the name of the server cannot be resolved",
		    "a firewall does not let the connection through",
		    "a proxy is needed and not set, or refuses",
		    "the certificate of the server is not trusted, since a "
		    "gateway on the way uses one of its own"),
		.remedy =
		    "check name resolution, proxy and firewall; --ca adds a CA "
		    "that a gateway needs. In JSON, network may pass by itself "
		    "and connection stays",
		.turn = SEGL_TURN_NETWORK,
	},
	{
		.exit_code = 8,
		.meaning = "the server cannot answer now, also not after "
			   "trying again",
		.causes = TEXTS(
		    "a short outage of Maskinporten (HTTP 5xx)",
		    "too many requests (HTTP 429)"),
		.remedy =
		    "try again later; https://status.digdir.no/ tells about "
		    "outages; --retry-for makes segl wait longer",
		.turn = SEGL_TURN_DIGDIR,
	},
	{
		.exit_code = 9,
		.meaning = "what answered did not answer as Maskinporten does",
		.causes = TEXTS(
		    "a proxy, a gateway or a login page answers in its place",
		    "--env names a server that is no token endpoint",
		    "the answer was cut short or is too long"),
		.remedy =
		    "check --env, and what stands between here and the server",
		.turn = SEGL_TURN_NETWORK,
	},
	{
		.exit_code = 10,
		.meaning = "the clock of this host is wrong",
		.causes = TEXTS(
		    "it is not kept by NTP",
		    "a virtual machine woke up and its clock is not set yet"),
		.remedy =
		    "set the clock of this host (NTP); until then --clock "
		    "server helps",
		.turn = SEGL_TURN_YOU,
	},
	{
		.exit_code = 14,
		.meaning = "whether the certificate will do could not be "
			   "decided; nothing speaks against it",
		.causes = TEXTS(
		    "there is no trust store to look its issuer up in",
		    "its path is not complete, so that nobody knows whose "
		    "certificate it is",
		    "it does not say what it is for (QcType)"),
		.remedy =
		    "read what segl check says of it; a try in Maskinporten's "
		    "test environment decides",
		.turn = SEGL_TURN_YOU,
	},
	{
		.exit_code = 20,
		.meaning = "nothing failed: what was asked about is due",
		.causes = TEXTS(
		    "the certificate ends within the time of segl renew --due",
		    "segl trust check: the trusted lists are old, or not here"),
		.remedy = "order the next certificate (segl csr), and put it "
			  "in place with segl renew; or run segl trust update",
		.turn = SEGL_TURN_YOU,
	},
};
/* clang-format on */

#define COUNT (sizeof(outcomes) / sizeof(outcomes[0]))

const struct outcome *
outcome_at(size_t i)
{
	return i < COUNT ? &outcomes[i] : NULL;
}

const struct outcome *
outcome_of_exit(int exit_code)
{
	for (size_t i = 0; i < COUNT; i++)
		if (outcomes[i].exit_code == exit_code)
			return &outcomes[i];
	return NULL;
}

/* Values of enum segl_status run from 0 on; the first unknown one ends it. */
static int
exists(unsigned int status)
{
	return strcmp(segl_status_name((enum segl_status)status), "unknown") !=
	    0;
}

const struct outcome *
outcome_of_name(const char *name)
{
	for (unsigned int s = 0; exists(s); s++)
		if (strcmp(segl_status_name((enum segl_status)s), name) == 0)
			return outcome_of_exit(
			    segl_status_exit_code((enum segl_status)s));
	return NULL;
}

const char *
outcome_name(int exit_code, size_t i)
{
	for (unsigned int s = 0; exists(s); s++)
		if (segl_status_exit_code((enum segl_status)s) == exit_code &&
		    i-- == 0)
			return segl_status_name((enum segl_status)s);
	return NULL;
}
