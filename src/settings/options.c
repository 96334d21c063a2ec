/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "settings/options.h"

/* all that get a token */
#define TOKEN  (COMMAND_TOKEN | COMMAND_CALL | COMMAND_EXEC | COMMAND_HELPER)
#define RENEW  COMMAND_RENEW
#define WALK   COMMAND_ONBOARD
#define BOTH   (TOKEN | COMMAND_GRANT | RENEW | WALK)
#define DAEMON COMMAND_DAEMON
#define CONF   (BOTH | COMMAND_CONFIG | DAEMON)
#define FETCH  (TOKEN | COMMAND_CONFIG | DAEMON | RENEW | WALK)
#define CHECK  COMMAND_CHECK
#define SEAL   (CONF | CHECK)
#define CSR    COMMAND_CSR
#define BUND   COMMAND_BUNDLE
#define TRUST  COMMAND_TRUST
#define FILES  (SEAL | BUND | TRUST)
#define ALL                                                                    \
	(CONF | CHECK | COMMAND_VERSION | COMMAND_HELP | COMMAND_EXPLAIN |     \
	    COMMAND_DECODE | COMMAND_ISSUERS | CSR | BUND | COMMAND_EXCHANGE | \
	    COMMAND_INTROSPECT | TRUST)
/* what concerns the network alone */
#define VERIFY (COMMAND_INTROSPECT | COMMAND_DECODE)
#define SERVER (SEAL | COMMAND_EXCHANGE | COMMAND_INTROSPECT | TRUST)
#define HOP    (FETCH | COMMAND_EXCHANGE)
#define LISTS  (TRUST | CHECK | WALK)
#define LISTED (TRUST | CHECK | COMMAND_ISSUERS)
#define NET    (FETCH | LISTS | COMMAND_EXCHANGE | VERIFY)

#define FILE_  OPTION_IN_FILE
#define CHANGE (OPTION_IN_FILE | OPTION_CHANGES_TOKEN)
#define KEYS   (OPTION_IN_FILE | OPTION_CHANGES_TOKEN | OPTION_NAMES_FILE)

/* One row: name, letter, argument, kind, commands, member, rest. */
#define TEXT(n, l, a, c, m, f, v, ov, op, h)                                   \
	{                                                                      \
		n, l, a, OPTION_TEXT, c, offsetof(struct settings, m), NULL,   \
		    0, f, v, ov, op, h                                         \
	}
#define CHOICE(n, l, a, c, m, ch, f, v, h)                                     \
	{                                                                      \
		n, l, a, OPTION_CHOICE, c, offsetof(struct settings, m), ch,   \
		    0, f, v, NULL, NULL, h                                     \
	}
#define TIME(n, c, m, f, v, h)                                                 \
	{                                                                      \
		n, 0, "TIME", OPTION_DURATION, c,                              \
		    offsetof(struct settings, m), NULL, 0, f, v, NULL, NULL, h \
	}
#define LIST(n, l, a, c, m, s, f, v, ov, h)                                    \
	{                                                                      \
		n, l, a, OPTION_LIST, c, offsetof(struct settings, m), NULL,   \
		    s, f, v, ov, NULL, h                                       \
	}
#define FLAG(n, l, c, m, f, v, h)                                              \
	{                                                                      \
		n, l, NULL, OPTION_FLAG, c, offsetof(struct settings, m),      \
		    NULL, 0, f, v, NULL, NULL, h                               \
	}

/* clang-format off */
static const struct option options[] = {
	/* where settings come from */
	TEXT("profile", 'p', "NAME", SERVER, profile, 0, "SEGL_PROFILE", NULL,
	    NULL, "use [profile NAME] of the configuration"),
	TEXT("config", 0, "FILE", SERVER, config, 0, "SEGL_CONFIG", NULL, NULL,
	    "read this configuration instead of the usual two"),

	/* which server */
	TEXT("env", 'e', "NAME|URL", SERVER | VERIFY, env, CHANGE, "SEGL_ENV",
	    "MASKINPORTEN_ENV", NULL,
	    "Maskinporten to use: prod, test, sky-prod, sky-test, or the "
	    "issuer as an https URL"),
	TEXT("metadata-url", 0, "URL", CONF | VERIFY, metadata_url, CHANGE,
	    "SEGL_METADATA_URL", "MASKINPORTEN_WELL_KNOWN_URL", NULL,
	    "where the server's metadata stands (derived from --env)"),
	TEXT("token-endpoint", 0, "URL", CONF, token_endpoint, CHANGE,
	    "SEGL_TOKEN_ENDPOINT", "MASKINPORTEN_TOKEN_ENDPOINT", NULL,
	    "the token endpoint (taken from the metadata)"),
	LIST("ca", 0, "FILE|DIR", NET | BUND, ca, ':', FILE_,
	    "SEGL_CA", NULL,
	    "trust these CA certificates for TLS besides the system's; may "
	    "be repeated"),
	FLAG("ca-only", 0, NET | BUND, ca_only, FILE_,
	    "SEGL_CA_ONLY", "trust only what --ca names"),
	TIME("connect-timeout", NET | BUND, connect_timeout_s,
	    FILE_, "SEGL_CONNECT_TIMEOUT",
	    "give up connecting after this time (10s)"),
	TIME("timeout", NET | BUND, timeout_s, FILE_,
	    "SEGL_TIMEOUT", "give up one request after this time (30s)"),
	TIME("retry-for", NET, retry_for_s, FILE_,
	    "SEGL_RETRY_FOR",
	    "try again for this long what can pass: network, 5xx, 429 (15s; "
	    "0 never)"),

	/* which soft token */
	TEXT("softtoken", 'k', "FILE", FILES, softtoken, KEYS,
	    "SEGL_SOFTTOKEN", "MASKINPORTEN_KEYSTORE_PATH", NULL,
	    "the soft token: PKCS#12 (.p12, .pfx), PEM or a private JWK; - "
	    "is standard input, fd:N a descriptor"),
	TEXT("key", 0, "FILE", FILES, key, KEYS, "SEGL_KEY",
	    "MASKINPORTEN_PRIVATE_KEY_PATH", NULL,
	    "the private key alone, where the certificates are in other "
	    "files"),
	LIST("cert", 0, "FILE", FILES, cert, ':', KEYS, "SEGL_CERT", NULL,
	    "the certificate of that key: PEM, DER or PKCS#7; may be "
	    "repeated"),
	LIST("chain", 0, "FILE|DIR", FILES, chain, ':', KEYS, "SEGL_CHAIN",
	    NULL, "certificates to complete the path from; may be repeated"),
	TEXT("pin", 0, "SOURCE", FILES | CSR, pin, FILE_, "SEGL_PIN",
	    "MASKINPORTEN_KEYSTORE_PASSWORD_FILE", "file:",
	    "where the PIN comes from: file:PATH, fd:N, env:NAME, "
	    "credential:NAME or prompt; never the PIN itself"),
	TEXT("identity", 0, "NAME", FILES, identity, CHANGE, "SEGL_IDENTITY",
	    "MASKINPORTEN_KEY_ALIAS", NULL,
	    "which identity of the file: friendly name, serial number or "
	    "fingerprint"),
	CHOICE("as", 0, "ROUTE", FILES, as, "eseal|enterprise|registered",
	    CHANGE, "SEGL_AS",
	    "how to prove who you are: eseal, enterprise or registered "
	    "(found from the rest)"),

	/* who asks, and for what */
	LIST("scope", 's', "SCOPE", CONF | COMMAND_INTROSPECT, scope, ' ',
	    CHANGE, "SEGL_SCOPE", "MASKINPORTEN_SCOPES",
	    "what the token is for; may be repeated"),
	TEXT("client-id", 0, "ID", SEAL | TRUST, client_id, CHANGE,
	    "SEGL_CLIENT_ID",
	    "MASKINPORTEN_CLIENT_ID", NULL,
	    "the client of a Norwegian business; none with an eSeal"),
	TEXT("kid", 0, "ID", SEAL | TRUST, kid, CHANGE, "SEGL_KID",
	    "MASKINPORTEN_KID", NULL,
	    "key id of a key that is registered on the client"),
	TEXT("issuer-name", 0, "TEXT", CONF, issuer_name, CHANGE,
	    "SEGL_ISSUER_NAME", NULL, NULL,
	    "iss of an eSeal's grant (the organisation in the certificate)"),
	LIST("resource", 0, "URI", CONF, resource, ' ', CHANGE,
	    "SEGL_RESOURCE", NULL,
	    "the API that the token is limited to; may be repeated"),
	TEXT("consumer-org", 0, "ORGNO", CONF, consumer_org, CHANGE,
	    "SEGL_CONSUMER_ORG", NULL, NULL,
	    "the Norwegian organisation that delegated the scope to you"),
	TEXT("pid", 0, "NUMBER", CONF, pid, CHANGE, "SEGL_PID", NULL, NULL,
	    "Norwegian national identity number to copy into the token"),
	TEXT("authorization-details", 0, "JSON|@FILE", CONF,
	    authorization_details, CHANGE, "SEGL_AUTHORIZATION_DETAILS", NULL,
	    NULL, "authorization_details of RFC 9396, an array"),
	TEXT("system-user", 0, "ORGNO[:REF]", CONF, system_user, CHANGE,
	    "SEGL_SYSTEM_USER", NULL, NULL,
	    "act for the system user of this organisation, with the "
	    "external reference REF"),
	TEXT("consent", 0, "UUID:FROM", CONF, consent, CHANGE, "SEGL_CONSENT",
	    NULL, NULL,
	    "use this consent, given by FROM: 9 digits an organisation, 11 a "
	    "person"),
	CHOICE("alg", 0, "ALG", CONF, alg, "RS256|RS384|RS512|ES256", FILE_,
	    "SEGL_ALG",
	    "signature algorithm (the first that key and server can do)"),
	CHOICE("root", 0, "include|omit", CONF, root, "include|omit", FILE_,
	    "SEGL_ROOT",
	    "whether the root goes into x5c when the path has it (include)"),
	TIME("lifetime", CONF, lifetime_s, FILE_, "SEGL_LIFETIME",
	    "how long the grant is valid (100s; at most 120s)"),
	CHOICE("clock", 0, "local|server", FETCH, clock,
	    "local|server", FILE_, "SEGL_CLOCK",
	    "whose clock iat is taken from (local)"),

	/* whether the certificate will do */
	TEXT("at", 0, "TIME", LISTED, at, 0, NULL, NULL, NULL,
	    "judge as at this time, 2026-08-21T00:00:00Z for instance (now)"),
	CHOICE("revocation", 0, "HOW", TOKEN | CHECK | COMMAND_CONFIG | WALK,
	    revocation,
	    "no|soft|hard", FILE_, "SEGL_REVOCATION",
	    "ask by OCSP and CRL whether it is revoked: no; soft, where "
	    "silence is a remark; hard, where it is undecided (no)"),
	TEXT("trust", 0, "DIR|none", FILES | COMMAND_ISSUERS, trust, FILE_,
	    "SEGL_TRUST", NULL, NULL,
	    "where the EU trusted lists are kept (found in the usual places); "
	    "none: do not look"),
	CHOICE("complete-path", 0, "HOW", SEAL, complete_path, "no|lists",
	    CHANGE, "SEGL_COMPLETE_PATH",
	    "what the path of a seal lacks: no, it is only told; lists, the "
	    "certificates on the trusted lists are sent with it (no)"),
	FLAG("strict", 0, SEAL, strict, FILE_, "SEGL_STRICT",
	    "a trusted list past its date answers nothing: undecided"),
	FLAG("online", 0, CHECK | WALK, online, 0, NULL,
	    "fetch the trusted lists that this certificate needs first"),
	TEXT("anchors", 0, "NAME|FILE", LISTS | COMMAND_CONFIG | DAEMON,
	    anchors, FILE_,
	    "SEGL_ANCHORS", NULL, NULL,
	    "who may sign the list of trusted lists: the notice of 2026 or "
	    "2019, or a file (2026)"),
	TEXT("lotl", 0, "URL", LISTS | COMMAND_CONFIG | DAEMON, lotl, FILE_,
	    "SEGL_LOTL", NULL, NULL,
	    "where the list of trusted lists is (the European Commission's)"),
	TEXT("territory", 0, "CC[,CC...]", TRUST, territory, 0, NULL, NULL,
	    NULL, "only the lists of these countries (all)"),
	TEXT("for", 0, "FILE", TRUST, for_cert, 0, NULL, NULL, NULL,
	    "only the lists that this certificate needs"),
	TEXT("expect-id", 0, "VALUE", SEAL, expect_id, CHANGE,
	    "SEGL_EXPECT_ID", NULL, NULL,
	    "the organizationIdentifier that the certificate must have"),
	TEXT("explain", 0, "ID", CHECK, explain_id, 0, NULL, NULL, NULL,
	    "tell all about the rule called ID"),
	CHOICE("require-suitable", 0, "WHEN", FETCH,
	    require_suitable, "yes|warn|no", CHANGE, "SEGL_REQUIRE_SUITABLE",
	    "what to do with a certificate that may not do: yes sends only "
	    "what is suitable, warn only stops what cannot work (warn)"),

	/* ordering and keeping a certificate */
	TEXT("issuer", 0, "NAME", CSR, issuer, 0, NULL, NULL, NULL,
	    "the issuer it is for, as segl issuers calls it"),
	TEXT("key", 0, "TYPE|FILE", CSR, new_key, 0, NULL, NULL, NULL,
	    "the key to make: rsa:3072, rsa:2048, rsa:4096 or ec:p256 (what "
	    "the issuer takes, else rsa:3072); or the file of one that is "
	    "there"),
	TEXT("subject", 0, "NAME", CSR, subject, 0, NULL, NULL, NULL,
	    "who the seal is for: /C=SE/O=Example AB/CN=Example AB"),
	TEXT("org-id", 0, "VALUE", CSR, org_id, 0, NULL, NULL, NULL,
	    "the organizationIdentifier: VATSE-556677889901 for instance"),
	TEXT("out", 0, "NAME", CSR, out, 0, NULL, NULL, NULL,
	    "what is written: NAME.key and NAME.csr"),
	TEXT("out", 0, "FILE", BUND, out, 0, NULL, NULL, NULL,
	    "the file that is written"),
	CHOICE("format", 0, "FORMAT", BUND, format, "pkcs12|pem", 0, NULL,
	    "pkcs12 or pem (pem where its name ends so, else pkcs12)"),
	TEXT("new-pin", 0, "SOURCE", BUND, new_pin, 0, NULL, NULL, NULL,
	    "where the PIN of the file that is written comes from (the same "
	    "as --pin)"),
	TEXT("iterations", 0, "N", CSR | BUND, iterations, 0, NULL, NULL,
	    NULL,
	    "rounds that make trying PINs slow (600000 for a key, 100000 for "
	    "a soft token)"),
	TEXT("name", 0, "TEXT", BUND, name, 0, NULL, NULL, NULL,
	    "friendly name in the file (the common name)"),
	FLAG("fetch", 0, BUND, fetch, 0, NULL,
	    "get certificates that the path lacks from where the others say"),
	FLAG("incomplete", 0, BUND, incomplete, 0, NULL,
	    "write it although the path is not complete"),
	FLAG("force", 0, BUND, force, 0, NULL,
	    "replace a file that is there"),
	TEXT("new-pin", 0, "SOURCE", RENEW, new_pin, 0, NULL, NULL, NULL,
	    "where the PIN of the new file comes from, where it is another "
	    "than --pin"),
	TIME("due", RENEW, due_s, 0, NULL,
	    "do nothing unless the certificate ends within this time, 30d "
	    "for instance"),
	FLAG("rehearse", 0, RENEW, rehearse, 0, NULL,
	    "try the new one, and change nothing"),
	FLAG("offline", 0, RENEW, offline, 0, NULL,
	    "send nothing: no token is got to try it"),
	TEXT("reload-pid-file", 0, "FILE", RENEW, reload_pid_file, FILE_,
	    "SEGL_RELOAD_PID_FILE", NULL, NULL,
	    "send SIGHUP to the segld whose process id is in FILE"),

	/* the way to the first 200 OK */
	TEXT("until", 0, "STEP", WALK, until, 0, NULL, NULL, NULL,
	    "go no further than this step, by its name or number"),
	FLAG("offline", 0, WALK, offline, 0, NULL,
	    "send nothing: only what needs no network"),
	LIST("report", 0, "FILE", WALK, report, '\n', 0, NULL, NULL,
	    "write what was found to FILE, which ends in .json, .txt or "
	    ".html; may be repeated"),
	TEXT("write-conf", 0, "FILE", WALK, write_conf, 0, NULL, NULL, NULL,
	    "write the profile that works to FILE, as segl.conf has it"),
	FLAG("force", 0, WALK, force, 0, NULL,
	    "replace a file of --report or --write-conf that is there"),

	/* what the token is exchanged for, and used for */
	CHOICE("exchange", 0, "WHERE",
	    TOKEN | COMMAND_CONFIG | RENEW | DAEMON | WALK, exchange,
	    "customs|altinn", CHANGE, "SEGL_EXCHANGE",
	    "exchange Maskinporten's token for one of Norwegian Customs or "
	    "of Altinn"),
	TEXT("customs-url", 0, "URL", HOP, customs_url, CHANGE,
	    "SEGL_CUSTOMS_URL", NULL, NULL,
	    "where the API of Norwegian Customs is (known by --env)"),
	TEXT("altinn-url", 0, "URL", HOP, altinn_url, CHANGE,
	    "SEGL_ALTINN_URL", NULL, NULL,
	    "where the platform of Altinn is (known by --env)"),
	LIST("header", 'H', "NAME: VALUE", COMMAND_CALL, header, '\n', 0,
	    NULL, NULL, "send this header, too; may be repeated"),
	TEXT("body", 'd', "FILE", COMMAND_CALL, body, 0, NULL, NULL, NULL,
	    "send what is in FILE; - is standard input"),
	FLAG("include", 'i', COMMAND_CALL, include, 0, NULL,
	    "print status line and headers before the body"),
	FLAG("any-status", 0, COMMAND_CALL, any_status, 0, NULL,
	    "exit with 0 whatever the HTTP status"),
	TEXT("token-to", 0, "env:NAME|fd:N", COMMAND_EXEC, token_to, FILE_,
	    "SEGL_TOKEN_TO", NULL, NULL,
	    "where the command finds the token: a variable or a descriptor "
	    "(env:MASKINPORTEN_ACCESS_TOKEN)"),
	LIST("allow-host", 0, "HOST[:PORT][/PATH]",
	    COMMAND_HELPER | COMMAND_CONFIG, allow_host, ' ', FILE_,
	    "SEGL_ALLOW_HOST", NULL,
	    "whom the token may be given for, *.DOMAIN too; may be repeated"),

	/* what a token of others has to be */
	FLAG("verify", 0, COMMAND_DECODE, verify, 0, NULL,
	    "verify the token with the keys of its server, as introspect "
	    "does"),
	TEXT("audience", 0, "URI", VERIFY, audience, 0, "SEGL_AUDIENCE", NULL,
	    NULL, "the service that the token has to be for (any)"),

	/* cached tokens */
	TIME("min-validity", FETCH, min_validity_s, FILE_,
	    "SEGL_MIN_VALIDITY",
	    "a kept token must live this much longer to be used (30s, or a "
	    "quarter of its life where that is less)"),
	FLAG("no-cache", 0, FETCH | CHECK | VERIFY, no_cache,
	    FILE_, "SEGL_NO_CACHE",
	    "neither use a kept token nor keep this one"),
	FLAG("force-new", 0, TOKEN, force_new, 0, NULL,
	    "get a new token although a kept one is good"),
	TEXT("agent", 0, "SOCKET|none", COMMAND_TOKEN, agent, FILE_,
	    "SEGL_AGENT", NULL, NULL,
	    "ask the segld that answers there (the usual place, where no "
	    "key is named)"),

	/* segld */
	LIST("listen", 0, "ADDRESS", DAEMON, listen, ' ', FILE_,
	    "SEGL_LISTEN", "BIND_ADDRESS",
	    "where to answer: a path (a unix socket), or 127.0.0.1:3000, "
	    "[::1]:3000; may be repeated"),
	TEXT("probe-listen", 0, "ADDRESS", DAEMON, probe_listen, FILE_,
	    "SEGL_PROBE_LISTEN", "PROBE_BIND_ADDRESS", NULL,
	    "where to tell, besides, whether segld lives and is ready, and "
	    "figures, to anybody; never a token"),
	FLAG("unsafe-listen", 0, DAEMON, unsafe_listen, FILE_,
	    "SEGL_UNSAFE_LISTEN",
	    "answer also on addresses that others can reach"),
	LIST("allow", 0, "RULE", DAEMON, allow, ';', FILE_, "SEGL_ALLOW",
	    NULL,
	    "who may have what: uid=app scope=toll:eu/*; may be repeated "
	    "(the user of segld, everything)"),
	LIST("host", 0, "NAME", DAEMON, host, ' ', FILE_, "SEGL_HOST", NULL,
	    "a name that requests may call this host besides localhost; may "
	    "be repeated"),
	LIST("serve", 0, "PROFILE", DAEMON, serve, ' ', FILE_, "SEGL_SERVE",
	    NULL, "serve this profile too, by its name; may be repeated"),
	TIME("trust-update", DAEMON, trust_update_s, FILE_,
	    "SEGL_TRUST_UPDATE",
	    "update the EU trusted lists so often (24h, where there are any; "
	    "0 never)"),
	LIST("token-file", 0, "RULE", DAEMON, token_file, ';', FILE_,
	    "SEGL_TOKEN_FILE", NULL,
	    "keep a token fresh in a file: /run/app/token scope=toll:eu/x; may "
	    "be repeated"),
	TEXT("audit-log", 0, "FILE", DAEMON, audit_log, FILE_,
	    "SEGL_AUDIT_LOG", NULL, NULL,
	    "append who had which token to this file; - is standard error"),
	CHOICE("probe", 0, "WHAT", DAEMON, probe, "live|ready", 0, NULL,
	    "ask the segld that answers there whether it is, and end: live or "
	    "ready"),

	/* how it is told */
	CHOICE("output", 'o', "FORMAT", COMMAND_TOKEN | COMMAND_EXCHANGE,
	    output, "raw|json|header|curl|env", 0, NULL,
	    "raw, json, header, curl (for curl -K -) or env (for eval); "
	    "(raw)"),
	CHOICE("output", 'o', "FORMAT", COMMAND_GRANT, output,
	    "compact|claims|header|json", 0, NULL,
	    "what to print of the grant: compact, claims, header or json "
	    "(compact)"),
	CHOICE("output", 'o', "FORMAT", COMMAND_EXEC, output,
	    "raw|json|header|curl", 0, NULL,
	    "what the command finds: raw, json, header or curl (raw)"),
	FLAG("no-newline", 'n',
	    COMMAND_TOKEN | COMMAND_GRANT | COMMAND_EXCHANGE, no_newline, 0,
	    NULL, "no newline behind the result"),
	FLAG("show-signature", 0, COMMAND_DECODE, show_signature, 0, NULL,
	    "print the signature too, so that the output can be used"),
	FLAG("json", 0, ALL, json, 0, "SEGL_JSON",
	    "results of commands, and errors, as JSON"),
	FLAG("quiet", 'q', ALL, quiet, FILE_, "SEGL_QUIET", "no warnings"),
	FLAG("verbose", 'v', ALL, verbose, FILE_, "SEGL_VERBOSE",
	    "say what was chosen and why"),
};
/* clang-format on */

static const struct command_row commands[] = {
	{ COMMAND_TOKEN, "token", "[PROFILE]", 1,
	    "get an access token and print it" },
	{ COMMAND_EXCHANGE, "exchange", "customs|altinn [FILE]", 2,
	    "exchange a token of Maskinporten for one of theirs" },
	{ COMMAND_CALL, "call", "METHOD URL", 2,
	    "send one request with a fresh token, print the answer" },
	{ COMMAND_EXEC, "exec", "[PROFILE] -- CMD [ARG...]", 1,
	    "run a command that finds a fresh token" },
	{ COMMAND_HELPER, "helper", "exec-credential|get|git|gcp [OPERATION]",
	    2, "give a token to programs that ask by such a protocol" },
	{ COMMAND_GRANT, "grant", "[PROFILE]", 1,
	    "build and sign the grant, print it, send nothing" },
	{ COMMAND_DECODE, "decode", "[FILE]", 1,
	    "say in plain words what a grant or a token says" },
	{ COMMAND_INTROSPECT, "introspect", "[FILE]", 1,
	    "say whether a token counts, and what it says about whom" },
	{ COMMAND_EXPLAIN, "explain", "[CODE]", 1,
	    "say what an error code means, and what to do" },
	{ COMMAND_CHECK, "check", "[FILE]", 1,
	    "say whether a certificate will do, and if not, why" },
	{ COMMAND_TRUST, "trust", "VERB [TERRITORY|FILE...]",
	    SETTINGS_OPERANDS_MAX,
	    "get the EU trusted lists, and say what they say" },
	{ COMMAND_ISSUERS, "issuers", "[check] [NAME]", 2,
	    "list issuers that are known to sell an eSeal as a soft token" },
	{ COMMAND_CSR, "csr", "", 0,
	    "make a key, the CSR to order a certificate with, and a letter" },
	{ COMMAND_BUNDLE, "bundle", "[FILE]", 1,
	    "make one clean file of a key, its certificate and their path" },
	{ COMMAND_RENEW, "renew", "[FILE]", 1,
	    "try a renewed certificate beside the current one, and swap" },
	{ COMMAND_ONBOARD, "onboard", "[PROFILE]", 1,
	    "go every step to the first 200 OK, and say whose turn it is" },
	{ COMMAND_ONBOARD, "doctor", "[PROFILE]", 1, "the same as onboard" },
	{ COMMAND_CONFIG, "config", "show|validate|path [PROFILE|FILE]", 2,
	    "show the settings and where each comes from" },
	{ COMMAND_VERSION, "version", "", 0,
	    "print the version and that of the libraries" },
	{ COMMAND_HELP, "help", "[COMMAND]", 2, "print this help" },
};

static const struct command_row daemon_row = { COMMAND_DAEMON, "segld", "", 0,
	"hold the seal, keep tokens fresh and hand them out" };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

_Static_assert(
    COUNT(options) <= SETTINGS_OPTIONS_MAX, "origins has a row for each");
_Static_assert(COUNT(commands) <= COMMANDS_MAX, "all can be suggested");

size_t
option_count(void)
{
	return COUNT(options);
}

const struct option *
option_at(size_t i)
{
	return i < COUNT(options) ? &options[i] : NULL;
}

size_t
option_index(const struct option *option)
{
	return (size_t)(option - options);
}

static int
serves(const struct option *option, enum command command)
{
	return command == COMMAND_NONE ||
	    (option->commands & (unsigned int)command) != 0;
}

const struct option *
option_find(const char *name, size_t len, enum command command)
{
	for (size_t i = 0; i < COUNT(options); i++)
		if (serves(&options[i], command) &&
		    strlen(options[i].name) == len &&
		    memcmp(options[i].name, name, len) == 0)
			return &options[i];
	return NULL;
}

const struct option *
option_find_letter(char letter, enum command command)
{
	for (size_t i = 0; letter != 0 && i < COUNT(options); i++)
		if (serves(&options[i], command) && options[i].letter == letter)
			return &options[i];
	return NULL;
}

const struct command_row *
command_at(size_t i)
{
	return i < COUNT(commands) ? &commands[i] : NULL;
}

const struct command_row *
command_find(const char *name)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

const struct command_row *
command_daemon(void)
{
	return &daemon_row;
}
