/* SPDX-License-Identifier: ISC */
#ifndef SETTINGS_SETTINGS_H
#define SETTINGS_SETTINGS_H

#include <stddef.h>

#include <segl/handle.h>

/* What the program is to do; bits, since an option serves several. */
enum command {
	COMMAND_NONE = 0,
	COMMAND_TOKEN = 1 << 0,
	COMMAND_GRANT = 1 << 1,
	COMMAND_VERSION = 1 << 2,
	COMMAND_HELP = 1 << 3,
	COMMAND_CONFIG = 1 << 4,
	COMMAND_EXPLAIN = 1 << 5,
	COMMAND_DECODE = 1 << 6,
	COMMAND_CHECK = 1 << 7,
	COMMAND_TRUST = 1 << 8,
	COMMAND_ISSUERS = 1 << 9,
	COMMAND_CSR = 1 << 10,
	COMMAND_BUNDLE = 1 << 11,
	COMMAND_RENEW = 1 << 12,
	COMMAND_EXCHANGE = 1 << 13,
	COMMAND_CALL = 1 << 14,
	COMMAND_EXEC = 1 << 15,
	COMMAND_HELPER = 1 << 16,
	COMMAND_INTROSPECT = 1 << 17,
	COMMAND_ONBOARD = 1 << 18,
	COMMAND_DAEMON = 1 << 20 /* segld, which has no other */
};

/* Values in the order given; NULL-terminated, so also a plain array. */
struct setting_list {
	const char **values;
	size_t n;
};

/* Where a setting was made; what stands higher outranks what stands below. */
enum origin_kind {
	ORIGIN_DEFAULT,
	ORIGIN_ARGUMENT,
	ORIGIN_ENVIRONMENT,
	ORIGIN_FILE
};
struct origin {
	enum origin_kind kind;
	const char *where; /* variable or file; NULL else */
	unsigned int line; /* in the file */
};

#define SETTINGS_OPTIONS_MAX  128
#define SETTINGS_OPERANDS_MAX 256 /* files, of segl trust import */

/*
 * Every setting, from the command line, else the environment, else the files,
 * else the default. Texts are borrowed from argv, environ, or memory that
 * settings_clear() frees. Immutable once parsed.
 */
struct settings {
	enum command command;
	enum command help_for; /* of which command help was asked */
	const char *operands[SETTINGS_OPERANDS_MAX];
	size_t n_operands;
	char **program; /* what to run, from argv; NULL none */

	/* where settings come from */
	const char *config;
	const char *profile;
	struct origin origins[SETTINGS_OPTIONS_MAX]; /* by row of the table */

	/* which server; durations in seconds, -1 not set */
	const char *env;
	const char *metadata_url;
	const char *token_endpoint;
	struct setting_list ca;
	int ca_only;
	long connect_timeout_s;
	long timeout_s;
	long retry_for_s;

	/* which soft token */
	const char *softtoken;
	const char *key;
	struct setting_list cert;
	const char *pin;
	const char *identity;
	const char *as;
	struct setting_list chain;

	/* who asks, and for what */
	struct setting_list scope;
	const char *client_id;
	const char *kid;
	const char *issuer_name;
	struct setting_list resource;
	const char *consumer_org;
	const char *pid;
	const char *authorization_details;
	const char *system_user;
	const char *consent;
	const char *alg;
	const char *root;
	long lifetime_s;
	const char *clock;

	/* whether the certificate will do */
	const char *at;
	const char *trust;
	const char *complete_path;
	int strict;
	int online;
	const char *anchors;
	const char *lotl;
	const char *territory;
	const char *for_cert;
	const char *expect_id;
	const char *explain_id;
	const char *require_suitable;
	const char *revocation;

	/* ordering and keeping a certificate */
	const char *issuer;
	const char *new_key;
	const char *subject;
	const char *org_id;
	const char *out;
	const char *iterations;
	const char *new_pin;
	const char *format;
	const char *name;
	int fetch;
	int incomplete;
	int force;
	long due_s;
	int rehearse;
	int offline;
	const char *reload_pid_file;

	/* the way to the first 200 OK */
	const char *until;
	struct setting_list report;
	const char *write_conf;

	/* what the token is exchanged for, and used for */
	const char *exchange;
	const char *customs_url;
	const char *altinn_url;
	struct setting_list header;
	const char *body;
	int include;
	int any_status;
	const char *token_to;
	struct setting_list allow_host;

	/* what a token of others has to be */
	int verify;
	const char *audience;

	/* cached tokens */
	long min_validity_s;
	int no_cache;
	int force_new;
	const char *agent;

	/* segld: who may ask it where, for what */
	struct setting_list listen;
	const char *probe_listen;
	int unsafe_listen;
	struct setting_list allow;
	struct setting_list host;
	struct setting_list serve;
	const char *audit_log;
	const char *probe;
	struct setting_list token_file;
	long trust_update_s; /* -1 not said, 0 never */

	/* how it is told */
	const char *output;
	int no_newline;
	int show_signature;
	int json;
	int quiet;
	int verbose;

	/* memory of ours that texts point into */
	char **owned;
	size_t n_owned;
};

/*
 * Parse ARGV, the environment and the files into OUT, which settings_clear()
 * frees also when the call fails. OUT->json, quiet and verbose are right even
 * then, so that the failure can be told in the form that was asked for.
 *
 * Errors: SEGL_EUSAGE, SEGL_ENOMEM. Reads the environment and files.
 */
enum segl_status settings_parse(struct segl *segl, int argc, char **argv,
    struct settings *out) SEGL_MUST_USE;

/* The same for segld, whose ARGV has options alone: COMMAND_DAEMON. */
enum segl_status settings_parse_daemon(struct segl *segl, int argc, char **argv,
    struct settings *out) SEGL_MUST_USE;
void settings_clear(struct settings *settings);

/* Where the option NAME of the table was set. */
enum origin_kind settings_origin(
    const struct settings *settings, const char *name);

/* What --env names: a known environment, or the URL of an issuer. */
struct settings_server {
	const char *issuer;
	const char *metadata_url;   /* NULL: derive it from the issuer */
	const char *token_endpoint; /* NULL: only the metadata knows */
	int endpoint_is_fixed;      /* given by hand: no metadata needed */
	const char *customs_url;    /* of Customs' API; NULL: not known */
	const char *altinn_url;     /* of Altinn's platform; NULL: not known */
};

/*
 * Resolve SETTINGS->env.
 * Errors: SEGL_EUSAGE not a known name and not an https URL, or the name of a
 * server that was switched off.
 */
enum segl_status settings_server(struct segl *segl,
    const struct settings *settings, struct settings_server *out) SEGL_MUST_USE;

#endif
