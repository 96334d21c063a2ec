/* SPDX-License-Identifier: ISC */
/*
 * golden FOLDER -- a test for each folder in FOLDER: "case" says how a path of
 * certificates is made and on what terms it is judged, "report" is what must
 * come of it. With GOLDEN_WRITE set the reports are written instead. See
 * tests/golden/README.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/x509.h>

#include <segl/suitability.h>

#include "ca.h"
#include "suitability/judge.h"

#define LINES_MAX 64
#define LINE_MAX_ 512

struct line {
	char name[32];
	char value[LINE_MAX_];
};

struct given {
	struct line lines[LINES_MAX];
	size_t n;
};

static void
die(const char *what, const char *of)
{
	printf("Bail out! %s: %s\n", of, what);
	exit(1);
}

/* ---- the case ------------------------------------------------------------ */

static void
read_case(const char *path, struct given *given)
{
	FILE *file = fopen(path, "r");
	char text[LINE_MAX_];

	given->n = 0;
	if (file == NULL)
		die("cannot be read", path);
	while (fgets(text, sizeof(text), file) != NULL) {
		struct line *line = &given->lines[given->n];
		size_t n = strcspn(text, " \n");

		text[strcspn(text, "\n")] = '\0';
		if (text[0] == '#' || text[0] == '\0')
			continue;
		if (given->n++ == LINES_MAX || n >= sizeof(line->name))
			die("a line too many, or too long", path);
		memcpy(line->name, text, n);
		line->name[n] = '\0';
		snprintf(line->value, sizeof(line->value), "%s",
		    text[n] == '\0' ? "" : text + n + 1);
	}
	fclose(file);
}

/* The I-th value of NAME, or NULL. "-" stands for none. */
static const char *
value_at(const struct given *given, const char *name, size_t i)
{
	for (size_t k = 0; k < given->n; k++) {
		if (strcmp(given->lines[k].name, name) == 0 && i-- == 0)
			return strcmp(given->lines[k].value, "-") == 0
			    ? NULL
			    : given->lines[k].value;
	}
	return NULL;
}

static const char *
value(const struct given *given, const char *name)
{
	return value_at(given, name, 0);
}

static long
number(const struct given *given, const char *name, long otherwise)
{
	const char *text = value(given, name);

	return text == NULL ? otherwise : strtol(text, NULL, 10);
}

/* ---- QCStatements ---------------------------------------------------------
 */

/* What stands inside the outer SEQUENCE, DER. */
static const struct {
	const char *name;
	size_t len;
	const char *der;
} statements[] = {
	{ "compliance", 10, "\x30\x08\x06\x06\x04\x00\x8e\x46\x01\x01" },
	{ "limit", 23,
	    "\x30\x15\x06\x06\x04\x00\x8e\x46\x01\x02\x30\x0b\x13\x03"
	    "NOK\x02\x01\x01\x02\x01\x04" },
	{ "retention", 13,
	    "\x30\x0b\x06\x06\x04\x00\x8e\x46\x01\x03\x02\x01\x0f" },
	{ "sscd", 10, "\x30\x08\x06\x06\x04\x00\x8e\x46\x01\x04" },
	{ "pds", 34,
	    "\x30\x20\x06\x06\x04\x00\x8e\x46\x01\x05\x30\x16\x30\x14\x16\x0e"
	    "https://a.b/c/\x13\x02"
	    "en" },
	{ "eseal", 21,
	    "\x30\x13\x06\x06\x04\x00\x8e\x46\x01\x06\x30\x09\x06\x07\x04\x00"
	    "\x8e\x46\x01\x06\x02" },
	{ "esign", 21,
	    "\x30\x13\x06\x06\x04\x00\x8e\x46\x01\x06\x30\x09\x06\x07\x04\x00"
	    "\x8e\x46\x01\x06\x01" },
	{ "web", 21,
	    "\x30\x13\x06\x06\x04\x00\x8e\x46\x01\x06\x30\x09\x06\x07\x04\x00"
	    "\x8e\x46\x01\x06\x03" },
	{ "esign+eseal", 30,
	    "\x30\x1c\x06\x06\x04\x00\x8e\x46\x01\x06\x30\x12\x06\x07\x04\x00"
	    "\x8e\x46\x01\x06\x01\x06\x07\x04\x00\x8e\x46\x01\x06\x02" },
	{ "other-type", 17,
	    "\x30\x0f\x06\x06\x04\x00\x8e\x46\x01\x06\x30\x05\x06\x03\x2a\x03"
	    "\x04" },
	{ "legislation", 16,
	    "\x30\x0e\x06\x06\x04\x00\x8e\x46\x01\x07\x30\x04\x13\x02"
	    "CH" },
	{ "method", 21,
	    "\x30\x13\x06\x06\x04\x00\x8e\x46\x01\x08\x30\x09\x06\x07\x04\x00"
	    "\x8e\x46\x01\x08\x02" },
	{ "qscd-legislation", 10, "\x30\x08\x06\x06\x04\x00\x8e\x46\x01\x09" },
	{ "psd2", 10, "\x30\x08\x06\x06\x04\x00\x81\x98\x27\x02" },
	{ "qtst", 11, "\x30\x09\x06\x07\x04\x00\x81\x97\x5e\x01\x01" },
	{ "legal", 23,
	    "\x30\x15\x06\x08\x2b\x06\x01\x05\x05\x07\x0b\x02\x30\x09\x06\x07"
	    "\x04\x00\x8b\xec\x49\x01\x02" },
	{ "natural", 23,
	    "\x30\x15\x06\x08\x2b\x06\x01\x05\x05\x07\x0b\x02\x30\x09\x06\x07"
	    "\x04\x00\x8b\xec\x49\x01\x01" },
	{ "unknown", 7, "\x30\x05\x06\x03\x2a\x03\x04" },
	{ "broken", 2, "\x02\x00" },
};

static void
add_statement(unsigned char *der, size_t *len, const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]);
	     i++) {
		if (strlen(statements[i].name) != n ||
		    memcmp(statements[i].name, name, n) != 0)
			continue;
		memcpy(der + *len, statements[i].der, statements[i].len);
		*len += statements[i].len;
		return;
	}
	die("no such QC statement", name);
}

/* DER of the words in TEXT, in 512 bytes at DER; the length. */
static size_t
make_qc(const char *text, unsigned char *der)
{
	size_t len = 4;

	while (*text != '\0') {
		size_t n = strcspn(text, " ");

		add_statement(der, &len, text, n);
		text += n + (text[n] == ' ');
	}
	der[0] = 0x30;
	der[1] = 0x82;
	der[2] = (unsigned char)((len - 4) >> 8);
	der[3] = (unsigned char)(len - 4);
	if (len - 4 > 255)
		return len;
	/* DER wants the shortest length */
	if (len - 4 < 128) {
		der[1] = (unsigned char)(len - 4);
		memmove(der + 2, der + 4, len - 4);
		return len - 2;
	}
	der[1] = 0x81;
	der[2] = (unsigned char)(len - 4);
	memmove(der + 3, der + 4, len - 4);
	return len - 1;
}

/* ---- the certificates ------------------------------------------------------
 */

/* Keys are made once: RSA takes its time. */
static EVP_PKEY *
key_named(const char *name)
{
	static struct {
		char name[16];
		EVP_PKEY *key;
	} keys[16];
	size_t i = 0;

	for (; keys[i].key != NULL; i++) {
		if (strcmp(keys[i].name, name) == 0)
			return keys[i].key;
	}
	snprintf(keys[i].name, sizeof(keys[i].name), "%s", name);
	keys[i].key = ca_key(name);
	return keys[i].key;
}

static time_t
days(const struct given *given, const char *name, long otherwise)
{
	return CA_NOW + number(given, name, otherwise) * CA_DAY;
}

static const char *
or_else(const struct given *given, const char *name, const char *otherwise)
{
	for (size_t i = 0; i < given->n; i++) {
		if (strcmp(given->lines[i].name, name) == 0)
			return value(given, name);
	}
	return otherwise;
}

static struct ca
make_sub(const struct given *given, const struct ca *root)
{
	struct ca_spec spec = {
		.cn = or_else(given, "sub-cn", "Example eSeal CA"),
		.o = "Example Trust AB",
		.c = or_else(given, "sub-c", "SE"),
		.not_before = days(given, "sub-from", -300),
		.not_after = days(given, "sub-to", 3000),
		.usage =
		    or_else(given, "sub-usage", "critical,keyCertSign,cRLSign"),
		.basic = or_else(given, "sub-basic", "critical,CA:TRUE"),
		.names = value(given, "sub-names"),
		.hash = value(given, "sub-hash"),
		.critical = value(given, "sub-critical"),
	};

	return ca_make(&spec, key_named("EC"), root);
}

static struct ca
make_leaf(const struct given *given, const struct ca *sub)
{
	unsigned char qc[512];
	struct ca_spec spec = {
		.cn = or_else(given, "cn", "Example AB"),
		.o = or_else(given, "o", "Example AB"),
		.c = or_else(given, "c", "SE"),
		.serial_number = value(given, "serial-number"),
		.orgids = { or_else(given, "id", "NTRSE-5560125790"),
		    value_at(given, "id", 1) },
		.given_name = value(given, "given-name"),
		.surname = value(given, "surname"),
		.pseudonym = value(given, "pseudonym"),
		.serial = "4711",
		.not_before = days(given, "from", -30),
		.not_after = days(given, "to", 400),
		.usage = or_else(
		    given, "usage", "critical,digitalSignature,nonRepudiation"),
		.basic = or_else(given, "basic", "critical,CA:FALSE"),
		.eku = value(given, "eku"),
		.policies = or_else(given, "policies", "0.4.0.194112.1.1"),
		.hash = value(given, "hash"),
		.critical = value(given, "critical"),
	};
	const char *words = or_else(given, "qc", "compliance eseal pds legal");

	if (words != NULL) {
		spec.qc = qc;
		spec.qc_len = make_qc(words, qc);
	}
	return ca_make(&spec, key_named(or_else(given, "key", "RSA3072")), sub);
}

/* ---- the terms --------------------------------------------------------------
 */

/* "TERRITORY TYPE STATUS USES POSITION", uses joined by "+". */
static void
make_service(const char *text, char *copy, struct segl_trust_service *out)
{
	char *part[5];

	snprintf(copy, LINE_MAX_, "%s", text);
	for (size_t i = 0; i < 5; i++) {
		part[i] = copy;
		copy += strcspn(copy, " ");
		if (*copy != '\0')
			*copy++ = '\0';
	}
	memset(out, 0, sizeof(*out));
	out->territory = part[0];
	out->type = part[1];
	out->status = part[2];
	if (strstr(part[3], "seals") != NULL)
		out->uses |= SEGL_TRUST_FOR_ESEALS;
	if (strstr(part[3], "signatures") != NULL)
		out->uses |= SEGL_TRUST_FOR_ESIGNATURES;
	if (strstr(part[3], "root") != NULL)
		out->uses |= SEGL_TRUST_ROOT_CA_QC;
	if (strstr(part[3], "qscd") != NULL)
		out->qualifiers |= SEGL_TRUST_QC_WITH_QSCD;
	if (strstr(part[3], "for-eseal") != NULL)
		out->qualifiers |= SEGL_TRUST_QC_FOR_ESEAL;
	out->position =
	    part[4][0] == '\0' ? 1 : (size_t)strtoul(part[4], NULL, 10);
}

static unsigned int
place(const char *const *names, const char *name, const char *of)
{
	for (unsigned int i = 0; names[i] != NULL; i++) {
		if (name != NULL && strcmp(names[i], name) == 0)
			return i;
	}
	if (name != NULL)
		die(name, of);
	return 0;
}

static const char *const states[] = { "current", "stale", "old", "closed",
	"missing", "refused", "unread", NULL };
static const char *const routes[] = { "auto", "eseal", "enterprise",
	"registered", NULL };
static const char *const realms[] = { "any", "prod", "test", "other", NULL };
static const char *const answers[] = { "not-asked", "good", "revoked",
	"unknown", "exempt", NULL };

struct made {
	struct segl_revocation_answer answers[2];
	struct segl_trust trust;
	struct segl_trust_service services[8];
	char texts[8][LINE_MAX_];
};

/* What was answered about the leaf, and likewise about the CA. */
static void
make_answer(
    const struct given *given, struct made *made, struct segl_terms *terms)
{
	static const char *const names[] = { "revocation", "sub-revocation" };

	memset(made->answers, 0, sizeof(made->answers));
	for (size_t i = 0; i < 2; i++) {
		struct segl_revocation_answer *a = &made->answers[i];

		a->state = (enum segl_revocation)place(
		    answers, value(given, names[i]), names[i]);
		a->source = SEGL_REVOCATION_OCSP;
		a->url = "http://ocsp.example/";
		a->signer = "CN=Example responder";
		a->this_update = CA_NOW - 600;
		a->next_update = CA_NOW + 600;
		a->revoked_at = a->reason = -1;
		if (a->state == SEGL_REVOCATION_REVOKED) {
			a->revoked_at = days(given, "revoked", -1);
			a->reason = (int)number(given, "reason", 1);
		}
		if (a->state == SEGL_REVOCATION_UNKNOWN)
			a->why = "CRL http://crl.example/: it is out of date";
		if (a->state == SEGL_REVOCATION_EXEMPT)
			a->why = "it is short-term";
		if (a->state != SEGL_REVOCATION_NOT_ASKED)
			terms->n_revocation = i + 1;
	}
	if (terms->n_revocation > 0)
		terms->revocation = made->answers;
	terms->revocation_soft = (int)number(given, "revocation-soft", 0);
}

static void
make_terms(
    const struct given *given, struct made *made, struct segl_terms *terms)
{
	unsigned int list = place(states, value(given, "list"), "list");
	const char *text;

	memset(terms, 0, sizeof(*terms));
	memset(&made->trust, 0, sizeof(made->trust));
	terms->at = days(given, "at", 0) + number(given, "at-seconds", 0);
	terms->route =
	    (enum segl_route)place(routes, value(given, "route"), "route");
	terms->realm =
	    (enum segl_realm)place(realms, value(given, "realm"), "realm");
	make_answer(given, made, terms);
	terms->expect_id = value(given, "expect-id");
	terms->last_id = value(given, "last-id");
	terms->algs = (unsigned int)number(given, "algs", 0);
	made->trust.services = made->services;
	made->trust.list = (enum segl_trust_state)list;
	made->trust.territory = "SE";
	made->trust.missing = value(given, "missing");
	text = or_else(given, "service", "SE CA/QC granted seals");
	for (size_t i = 0; text != NULL && i < 8; i++) {
		if (text[0] != '\0') {
			make_service(text, made->texts[i], &made->services[i]);
			/* what was found was read */
			made->services[i].list =
			    made->trust.list == SEGL_TRUST_UNREAD
			    ? SEGL_TRUST_CURRENT
			    : made->trust.list;
			made->trust.n++;
		}
		text = value_at(given, "service", i + 1);
	}
	if (number(given, "no-trust", 0) == 0)
		terms->trust = &made->trust;
}

/* ---- the report
 * --------------------------------------------------------------- */

static void
write_report(const struct segl_report *report, int all, FILE *to)
{
	const char *authority, *id = segl_report_consumer(report, &authority);
	struct segl_finding f;

	fprintf(
	    to, "verdict %s\n", segl_verdict_name(segl_report_verdict(report)));
	fprintf(to, "sent %s\n", segl_report_blocks(report) ? "no" : "yes");
	fprintf(to, "consumer %s %s\n", id == NULL ? "-" : authority,
	    id == NULL ? "-" : id);
	fprintf(to, "client_amr %s\n",
	    segl_report_text(report, SEGL_REPORT_CLIENT_AMR));
	for (size_t i = 0; segl_report_finding(report, i, &f); i++) {
		if (f.outcome == SEGL_OUTCOME_NOT_APPLICABLE ||
		    (f.outcome == SEGL_OUTCOME_MET && !all &&
			f.severity != SEGL_INFO))
			continue;
		fprintf(to, "%s %s %s%s%s\n", segl_outcome_name(f.outcome),
		    segl_severity_name(f.severity), f.id,
		    f.found == NULL ? "" : ": ",
		    f.found == NULL ? "" : f.found);
	}
}

static enum segl_status
judge(const struct given *given, struct segl_report **report)
{
	struct ca_spec root_spec = { .cn = "Example Root",
		.o = "Example Trust AB",
		.c = "SE",
		.not_before = days(given, "root-from", -3000),
		.not_after = days(given, "root-to", 9000),
		.hash = value(given, "root-hash"),
		.usage = "critical,keyCertSign,cRLSign",
		.basic = or_else(given, "root-basic", "critical,CA:TRUE") };
	struct ca root = ca_make(&root_spec, key_named("P-384"), NULL);
	struct ca sub = make_sub(given, &root);
	struct ca leaf = make_leaf(given, &sub);
	const struct ca *all[] = { &leaf, &sub, &root };
	size_t n = (size_t)number(given, "path", 3);
	struct certificate *certs[3] = { NULL };
	struct path path = { .len = n, .self_signed = n == 3 };
	enum segl_status status = SEGL_OK;
	struct segl_terms terms;
	struct made made;

	for (size_t i = 0; i < n && status == SEGL_OK; i++) {
		status = certificate_of(all[i]->cert, &certs[i]);
		path.certs[i] = certs[i];
	}
	make_terms(given, &made, &terms);
	if (status == SEGL_OK)
		status = suitability_judge(
		    &path, (int)number(given, "with-key", 0), &terms, report);
	for (size_t i = 0; i < 3; i++)
		certificate_free(certs[i]);
	ca_free(&leaf);
	ca_free(&sub);
	ca_free(&root);
	return status;
}

static char *
slurp(const char *path)
{
	static char text[65536];
	FILE *file = fopen(path, "r");
	size_t n = 0;

	if (file != NULL) {
		n = fread(text, 1, sizeof(text) - 1, file);
		fclose(file);
	}
	text[n] = '\0';
	return text;
}

static int
run(const char *folder, const char *name, size_t at)
{
	char path[1024], *said = NULL, *wanted;
	struct segl_report *report = NULL;
	struct given given;
	size_t len = 0;
	FILE *to;
	int same;

	snprintf(path, sizeof(path), "%s/%s/case", folder, name);
	read_case(path, &given);
	if (judge(&given, &report) != SEGL_OK)
		die("it cannot be judged", name);
	to = open_memstream(&said, &len);
	if (to == NULL)
		die("out of memory", name);
	write_report(report, (int)number(&given, "all", 0), to);
	fclose(to);
	segl_report_free(report);
	snprintf(path, sizeof(path), "%s/%s/report", folder, name);
	if (getenv("GOLDEN_WRITE") != NULL) {
		to = fopen(path, "w");
		if (to == NULL || fputs(said, to) < 0 || fclose(to) != 0)
			die("cannot be written", path);
	}
	wanted = slurp(path);
	same = strcmp(said, wanted) == 0;
	printf("%sok %zu - %s\n", same ? "" : "not ", at, name);
	for (char *line = said; !same && *line != '\0';) {
		size_t n = strcspn(line, "\n");

		printf("# %.*s\n", (int)n, line);
		line += n + (line[n] == '\n');
	}
	free(said);
	return same;
}

static int
is_case(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && entry->d_type != DT_REG;
}

int
main(int argc, char **argv)
{
	struct dirent **entries;
	int failed = 0, n;

	n = argc == 2 ? scandir(argv[1], &entries, is_case, alphasort) : -1;
	if (n <= 0)
		die("there are no cases", argc == 2 ? argv[1] : "golden");
	for (int i = 0; i < n; i++) {
		failed += !run(argv[1], entries[i]->d_name, (size_t)i + 1);
		free(entries[i]);
	}
	free(entries);
	printf("1..%d\n", n);
	return failed > 0;
}
