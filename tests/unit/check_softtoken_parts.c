/* SPDX-License-Identifier: ISC */
/* The parts of the soft token that stand alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>

#include "ca.h"
#include "softtoken/identity.h"
#include "softtoken/password.h"
#include "softtoken/pbe.h"
#include "softtoken/pin.h"
#include "softtoken/selector.h"
#include "softtoken/signer.h"

/* ---- iterations ------------------------------------------------------- */

static void
iterations_are_capped(void **state)
{
	struct segl *segl = segl_new();
	struct source source = { .segl = segl, .name = "file" };
	ASN1_INTEGER *count = ASN1_INTEGER_new();
	struct pbe pbe;

	(void)state;
	pbe_init(&pbe, &source, PBE_AGAIN_PKCS12);
	ASN1_INTEGER_set(count, PBE_ITERATIONS_MAX);
	assert_int_equal(pbe_charge(&pbe, count, 1), SEGL_OK);
	ASN1_INTEGER_set(count, 1);
	assert_int_equal(pbe_charge(&pbe, count, 1), SEGL_EKEY);
	assert_non_null(strstr(segl_error_message(segl), "iterations"));
	segl_error_clear(segl);

	pbe_init(&pbe, &source, PBE_AGAIN_PKCS12);
	ASN1_INTEGER_set(count, PBE_ITERATIONS_MAX + 1);
	assert_int_equal(pbe_charge(&pbe, count, 1), SEGL_EKEY);
	ASN1_INTEGER_set(count, PBE_ITERATIONS_MAX / 2);
	assert_int_equal(pbe_charge(&pbe, count, 2), SEGL_OK);
	assert_int_equal(pbe_charge(&pbe, NULL, 1), SEGL_EKEY);

	pbe_init(&pbe, &source, PBE_AGAIN_PKCS12);
	assert_int_equal(pbe_charge(&pbe, NULL, 1), SEGL_OK);
	ASN1_INTEGER_set(count, 0);
	assert_int_equal(pbe_charge(&pbe, count, 1), SEGL_EKEY);
	ASN1_INTEGER_set(count, -1);
	assert_int_equal(pbe_charge(&pbe, count, 1), SEGL_EKEY);
	ASN1_INTEGER_free(count);
	pbe_clear(&pbe);
	segl_free(segl);
}

/* ---- readings of a PIN --------------------------------------------------- */

static void
a_pin_has_readings(void **state)
{
	static const struct {
		const char *pin;
		size_t n;
		const char *second, *third;
	} cases[] = {
		{ "ascii 123", 1, NULL, NULL },
		{ "\xc3\xa5pen", 3, "\xe5pen", "\xc3\x83\xc2\xa5pen" },
		{ "\xe5pen", 2, "\xc3\xa5pen", NULL },
		/* Latin-1 has no such letter */
		{ "\xc4\x85", 2, "\xc3\x84\xc2\x85", NULL },
		/* the last letter of Latin-1, and the first beyond */
		{ "\xc3\xbf", 3, "\xff", "\xc3\x83\xc2\xbf" },
		{ "\xc4\x80", 2, "\xc3\x84\xc2\x80", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *want[] = { cases[i].pin, cases[i].second,
			cases[i].third };
		struct secret *pin =
		    secret_new(cases[i].pin, strlen(cases[i].pin));
		struct passwords passwords;

		assert_int_equal(passwords_init(&passwords, pin), 0);
		assert_int_equal(passwords.n, cases[i].n);
		for (size_t k = 0; k < passwords.n; k++) {
			const char *text;
			size_t len;

			passwords_get(&passwords, k, &text, &len);
			assert_string_equal(text, want[k]);
			assert_int_equal(len, strlen(want[k]));
		}
		passwords_clear(&passwords);
		secret_free(pin);
	}
}

static void
an_empty_pin_is_also_none(void **state)
{
	struct secret *pin = secret_new("", 0);
	struct passwords passwords;
	const char *text;
	size_t len;

	(void)state;
	assert_int_equal(passwords_init(&passwords, pin), 0);
	assert_int_equal(passwords.n, 2);
	passwords_get(&passwords, 0, &text, &len);
	assert_string_equal(text, "");
	passwords_get(&passwords, 1, &text, &len);
	assert_null(text);
	assert_int_equal(len, 0);
	/* what worked is tried first from then on, the other after it */
	passwords_worked(&passwords, 1);
	passwords_get(&passwords, 0, &text, &len);
	assert_null(text);
	passwords_get(&passwords, 1, &text, &len);
	assert_string_equal(text, "");
	passwords_clear(&passwords);
	secret_free(pin);
}

/* ---- where a PIN comes from ---------------------------------------------- */

static char directory[] = "/tmp/segl-check.XXXXXX";

static int
make_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) == NULL;
}

static char *
path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static int
remove_directory(void **state)
{
	(void)state;
	unlink(path_of("pin"));
	return rmdir(directory);
}

static void
write_file(const char *name, const void *bytes, size_t len, mode_t mode)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path_of(name), mode), 0);
}

static void
sources_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = { "", "hunter2", "file",
		"file:", "fd:", "fd:x", "fd:-1", "fd:1x", "fd: 1",
		"fd:99999999999", "env:", "env:A=B",
		"credential:", "credential:a/b", "credential:../a",
		"credential:.", "prompt:", "Prompt", "pass:hunter2",
		"hunter2:file" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct segl *segl = segl_new();
		struct pin_source source = { .kind = PIN_NONE };

		assert_int_equal(
		    pin_source_parse(segl, &source, bad[i]), SEGL_EUSAGE);
		assert_int_equal(source.kind, PIN_NONE);
		assert_null(source.name);
		assert_non_null(segl_error_remedy(segl));
		assert_null(strstr(segl_error_message(segl), "hunter2"));
		assert_null(strstr(segl_error_remedy(segl), "hunter2"));
		segl_free(segl);
	}
}

static int notes;

static void
count_notes(void *arg, enum segl_note kind, const char *text)
{
	(void)arg;
	(void)text;
	notes += kind == SEGL_NOTE_WARNING;
}

/* Read SOURCE; NULL where that is refused, with SEGL_EUSAGE. */
static struct secret *
read_source(const char *text)
{
	struct segl *segl = segl_new();
	struct pin_source source = { .kind = PIN_NONE };
	struct secret *pin = (struct secret *)segl;
	enum segl_status status;

	notes = 0;
	segl_set_note(segl, count_notes, NULL);
	assert_int_equal(pin_source_parse(segl, &source, text), SEGL_OK);
	status = pin_source_read(segl, &source, "key.p12", &pin);
	if (status != SEGL_OK) {
		assert_int_equal(status, SEGL_EUSAGE);
		assert_null(pin);
		assert_non_null(segl_error_message(segl));
	}
	pin_source_clear(&source);
	segl_free(segl);
	return pin;
}

static void
reads(const char *source, const char *want)
{
	struct secret *pin = read_source(source);

	assert_non_null(pin);
	assert_string_equal(secret_bytes(pin), want);
	assert_int_equal(secret_len(pin), strlen(want));
	secret_free(pin);
}

static void
pin_file_is_its_first_line(void **state)
{
	static const struct {
		const char *bytes, *pin;
	} cases[] = {
		{ "hunter2", "hunter2" },
		{ "hunter2\n", "hunter2" },
		{ "hunter2\r\n", "hunter2" },
		{ "hunter2\nmore\n", "hunter2" },
		{ " two words \n", " two words " },
		{ "", "" },
		{ "\n", "" },
		{ "\nsecond", "" },
		/* Windows' editor, saving as UTF-8 */
		{ "\xef\xbb\xbf"
		  "hunter2\r\n",
		    "hunter2" },
		{ "\xef\xbb\xbf", "" },
	};
	char source[300];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		write_file("pin", cases[i].bytes, strlen(cases[i].bytes), 0600);
		snprintf(source, sizeof(source), "file:%s", path_of("pin"));
		reads(source, cases[i].pin);
		assert_int_equal(notes, 0);
	}
	write_file("pin", "a\0b", 3, 0600);
	assert_null(read_source(source));
	write_file("pin", "x\na\0b", 5, 0600);
	reads(source, "x");
	snprintf(source, sizeof(source), "file:%s", directory);
	assert_null(read_source(source));
	assert_null(read_source("file:/nonexistent/pin"));
}

static void
pin_file_open_to_others_draws_a_warning(void **state)
{
	static const mode_t open_modes[] = { 0640, 0604, 0620, 0666 };
	char source[300];

	(void)state;
	snprintf(source, sizeof(source), "file:%s", path_of("pin"));
	write_file("pin", "x", 1, 0400);
	reads(source, "x");
	assert_int_equal(notes, 0);
	for (size_t i = 0; i < 4; i++) {
		chmod(path_of("pin"), open_modes[i]);
		reads(source, "x");
		assert_int_equal(notes, 1);
	}
}

static void
pin_has_a_longest_length(void **state)
{
	char text[PIN_MAX + 2], source[300];
	struct segl *segl = segl_new();
	struct pin_source given = { .kind = PIN_NONE };
	struct secret *pin;

	(void)state;
	memset(text, 'x', sizeof(text));
	snprintf(source, sizeof(source), "file:%s", path_of("pin"));
	write_file("pin", text, PIN_MAX, 0600);
	pin = read_source(source);
	assert_non_null(pin);
	assert_int_equal(secret_len(pin), PIN_MAX);
	secret_free(pin);
	write_file("pin", text, PIN_MAX + 1, 0600);
	assert_null(read_source(source));

	assert_int_equal(pin_source_give(segl, &given, text, PIN_MAX), SEGL_OK);
	pin_source_clear(&given);
	assert_int_equal(
	    pin_source_give(segl, &given, text, PIN_MAX + 1), SEGL_EUSAGE);
	assert_int_equal(given.kind, PIN_NONE);
	segl_error_clear(segl);
	assert_int_equal(pin_source_give(segl, &given, "a\0b", 3), SEGL_EUSAGE);
	assert_int_equal(given.kind, PIN_NONE);
	segl_free(segl);
}

static void
descriptor_is_read_to_the_line_end_and_closed(void **state)
{
	char source[32], long_line[PIN_MAX + 1];
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	/* the other end stays open: reading further would wait for ever */
	assert_int_equal(write(fds[1], "hunter2\r\nrest", 13), 13);
	snprintf(source, sizeof(source), "fd:%d", fds[0]);
	reads(source, "hunter2");
	assert_int_equal(close(fds[0]), -1);
	close(fds[1]);

	assert_null(read_source(source));

	memset(long_line, 'x', sizeof(long_line));
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(
	    write(fds[1], long_line, sizeof(long_line)), sizeof(long_line));
	snprintf(source, sizeof(source), "fd:%d", fds[0]);
	assert_null(read_source(source));
	close(fds[1]);
}

static void
variable_is_wiped_and_removed(void **state)
{
	char *where;

	(void)state;
	setenv("SEGL_CHECK_PIN", "hunter2", 1);
	where = getenv("SEGL_CHECK_PIN");
	reads("env:SEGL_CHECK_PIN", "hunter2");
	assert_null(getenv("SEGL_CHECK_PIN"));
	assert_memory_equal(where, "\0\0\0\0\0\0\0", 7);
	assert_null(read_source("env:SEGL_CHECK_PIN"));
}

static void
credential_is_in_its_directory(void **state)
{
	(void)state;
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_null(read_source("credential:pin"));
	setenv("CREDENTIALS_DIRECTORY", directory, 1);
	write_file("pin", "hunter2\n", 8, 0440);
	reads("credential:pin", "hunter2");
	assert_int_equal(notes, 0);
	assert_null(read_source("credential:other"));
	unsetenv("CREDENTIALS_DIRECTORY");
}

/* ---- selectors ----------------------------------------------------------- */

static void
selectors_name_identities(void **state)
{
	struct ca_spec spec = { .cn = "x", .serial = "2748" }; /* 0ABC */
	EVP_PKEY *key = ca_key("EC");
	struct ca ca = ca_make(&spec, key, NULL);
	struct certificate *c;
	char sha1[64] = "", sha256[96] = "", colons[128] = "";
	static const struct {
		const char *selector;
		enum selector_match match;
	} cases[] = {
		{ "Seal 1", SELECTOR_NAME },
		{ "key name", SELECTOR_NAME },
		{ "seal 1", SELECTOR_NAME_CASELESS },
		{ "KEY NAME", SELECTOR_NAME_CASELESS },
		{ "Seal", SELECTOR_NO },
		{ "Seal 1 ", SELECTOR_NO },
		{ "0ABC", SELECTOR_NUMBER },
		{ "abc", SELECTOR_NUMBER },
		{ "0x0abc", SELECTOR_NUMBER },
		{ "0A:BC", SELECTOR_NUMBER },
		{ "00:00:0a:bc", SELECTOR_NUMBER },
		{ "2748", SELECTOR_NUMBER },
		{ "2749", SELECTOR_NO },
		{ "abcd", SELECTOR_NO },
		{ "bc", SELECTOR_NO },
		{ "", SELECTOR_NO },
		{ ":", SELECTOR_NO },
	};

	(void)state;
	assert_int_equal(certificate_of(ca.cert, &c), SEGL_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(selector_matches(cases[i].selector, c,
				     "Seal 1", "key name"),
		    cases[i].match);
	for (size_t i = 0; i < 20; i++)
		snprintf(sha1 + 2 * i, 3, "%02x", c->sha1[i]);
	for (size_t i = 0; i < 32; i++) {
		snprintf(sha256 + 2 * i, 3, "%02X", c->sha256[i]);
		snprintf(colons + 3 * i, 4, "%02X:", c->sha256[i]);
	}
	colons[95] = '\0';
	assert_int_equal(
	    selector_matches(sha1, c, NULL, NULL), SELECTOR_NUMBER);
	assert_int_equal(
	    selector_matches(sha256, c, NULL, NULL), SELECTOR_NUMBER);
	assert_int_equal(
	    selector_matches(colons, c, NULL, NULL), SELECTOR_NUMBER);
	sha256[63] = '\0'; /* one digit short */
	assert_int_equal(selector_matches(sha256, c, NULL, NULL), SELECTOR_NO);
	assert_int_equal(
	    selector_matches("abc", NULL, NULL, NULL), SELECTOR_NO);
	certificate_free(c);
	ca_free(&ca);
	EVP_PKEY_free(key);
}

/* ---- which identity ------------------------------------------------------ */

static const unsigned char qc_eseal[] = { 0x30, 0x15, 0x30, 0x13, 0x06, 0x06,
	0x04, 0x00, 0x8e, 0x46, 0x01, 0x06, 0x30, 0x09, 0x06, 0x07, 0x04, 0x00,
	0x8e, 0x46, 0x01, 0x06, 0x02 };

/* The set that a Norwegian issuer sells, and seals of others. */
enum kind { AUTH, SIGN, ENC, ESEAL, QCP, LEGAL, OTHER, OLD_ESEAL };

static struct ca_spec
spec_of(enum kind kind, int norwegian)
{
	struct ca_spec spec = { .cn = "x",
		.orgids = {
		    norwegian ? "NTRNO-991825827" : "NTRSE-5560000001" } };

	switch (kind) {
	case AUTH:
		spec.usage = "digitalSignature,keyEncipherment";
		break;
	case SIGN:
		spec.usage = "nonRepudiation";
		break;
	case ENC:
		spec.usage = "keyEncipherment";
		break;
	case OLD_ESEAL:
		spec.not_before = CA_NOW - 100 * CA_DAY;
		spec.not_after = CA_NOW - CA_DAY;
		/* fall through */
	case ESEAL:
		spec.usage = "nonRepudiation";
		spec.qc = qc_eseal;
		spec.qc_len = sizeof(qc_eseal);
		break;
	case QCP:
		spec.policies = "0.4.0.194112.1.1";
		break;
	case LEGAL:
		break;
	case OTHER:
		spec.orgids[0] = NULL;
		break;
	}
	return spec;
}

#define CHOSEN_NONE (-1)

/*
 * Which of the KINDS, each with a key of its own and the friendly name "0",
 * "1", ..., is chosen; CHOSEN_NONE where the choice fails.
 */
static int
chosen(const enum kind *kinds, size_t n, int norwegian, enum segl_route route,
    const char *selector)
{
	struct segl *segl = segl_new();
	struct wish wish = { .segl = segl,
		.file = "key.p12",
		.route = route,
		.selector = selector,
		.now = CA_NOW };
	struct certificate_list pool = { .n = 0 };
	struct material *material = material_new(&pool);
	struct identity identity;
	enum segl_status status;
	int which = CHOSEN_NONE;

	for (size_t i = 0; i < n; i++) {
		struct ca_spec spec = spec_of(kinds[i], norwegian);
		EVP_PKEY *key = ca_key("EC");
		struct ca ca = ca_make(&spec, key, NULL);
		char name[32];

		snprintf(name, sizeof(name), "n%zu", i);
		assert_int_equal(
		    material_add_cert(material, ca.cert, strdup(name)),
		    SEGL_OK);
		assert_int_equal(
		    material_add_key(material, key, NULL), SEGL_OK);
		ca_free(&ca);
	}
	status = identity_choose(&wish, material, &identity);
	if (status == SEGL_OK) {
		which = identity.name[1] - '0';
	} else {
		assert_int_equal(status, SEGL_EKEY);
		assert_null(identity.key);
		/* the message lists what there is */
		assert_non_null(strstr(segl_error_message(segl), "serial"));
		assert_non_null(strstr(segl_error_remedy(segl), "--identity"));
	}
	material_free(material);
	certificate_list_clear(&pool);
	segl_free(segl);
	return which;
}

static void
identity_is_chosen_by_route(void **state)
{
	static const struct {
		enum kind kinds[4];
		size_t n;
		int norwegian;
		enum segl_route route;
		const char *selector;
		int chosen;
	} cases[] = {
		/* an eSeal: what says so most clearly */
		{ { AUTH, ESEAL }, 2, 0, SEGL_ROUTE_ESEAL, NULL, 1 },
		{ { ESEAL, AUTH }, 2, 0, SEGL_ROUTE_AUTO, NULL, 0 },
		{ { LEGAL, QCP, OTHER }, 3, 0, SEGL_ROUTE_ESEAL, NULL, 1 },
		{ { QCP, ESEAL }, 2, 0, SEGL_ROUTE_ESEAL, NULL, 1 },
		{ { OTHER, LEGAL }, 2, 0, SEGL_ROUTE_ESEAL, NULL, 1 },
		{ { OTHER }, 1, 0, SEGL_ROUTE_ESEAL, NULL, 0 },
		/* equals are not guessed */
		{ { ESEAL, ESEAL }, 2, 0, SEGL_ROUTE_ESEAL, NULL, CHOSEN_NONE },
		{ { AUTH, SIGN }, 2, 0, SEGL_ROUTE_AUTO, NULL, CHOSEN_NONE },
		/* but a valid one is better than an expired one, */
		{ { OLD_ESEAL, ESEAL }, 2, 0, SEGL_ROUTE_ESEAL, NULL, 1 },
		/* and only among equals */
		{ { OLD_ESEAL, AUTH }, 2, 0, SEGL_ROUTE_ESEAL, NULL, 0 },
		{ { OLD_ESEAL, OLD_ESEAL }, 2, 0, SEGL_ROUTE_ESEAL, NULL,
		    CHOSEN_NONE },
		/* Norwegian sets: authentication first */
		{ { SIGN, ENC, AUTH }, 3, 1, SEGL_ROUTE_ENTERPRISE, NULL, 2 },
		{ { SIGN, ENC, AUTH }, 3, 1, SEGL_ROUTE_AUTO, NULL, 2 },
		{ { SIGN, ENC, AUTH }, 3, 1, SEGL_ROUTE_REGISTERED, NULL, 2 },
		{ { SIGN, ENC }, 2, 1, SEGL_ROUTE_ENTERPRISE, NULL, 0 },
		{ { ESEAL, AUTH }, 2, 1, SEGL_ROUTE_ESEAL, NULL, 0 },
		{ { ESEAL, AUTH }, 2, 1, SEGL_ROUTE_AUTO, NULL, 1 },
		/* never the one for encryption, unless it is named */
		{ { ENC }, 1, 1, SEGL_ROUTE_ENTERPRISE, NULL, CHOSEN_NONE },
		{ { ENC }, 1, 0, SEGL_ROUTE_ESEAL, NULL, CHOSEN_NONE },
		{ { ENC }, 1, 1, SEGL_ROUTE_ENTERPRISE, "n0", 0 },
		/* a selector outranks the rules */
		{ { ESEAL, AUTH }, 2, 0, SEGL_ROUTE_ESEAL, "n1", 1 },
		{ { ESEAL, AUTH }, 2, 0, SEGL_ROUTE_ESEAL, "N1", 1 },
		{ { ESEAL, ESEAL }, 2, 0, SEGL_ROUTE_ESEAL, "n0", 0 },
		{ { ESEAL, ESEAL }, 2, 0, SEGL_ROUTE_ESEAL, "n2", CHOSEN_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int got = chosen(cases[i].kinds, cases[i].n, cases[i].norwegian,
		    cases[i].route, cases[i].selector);

		if (got != cases[i].chosen)
			print_error("case %zu\n", i);
		assert_int_equal(got, cases[i].chosen);
	}
}

/* ---- signer -------------------------------------------------------------- */

static int
verifies(EVP_PKEY *key, const char *hash, const unsigned char *sig, size_t len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int good;

	assert_int_equal(
	    EVP_DigestVerifyInit_ex(ctx, NULL, hash, NULL, NULL, key, NULL), 1);
	good = EVP_DigestVerify(ctx, sig, len,
		   (const unsigned char *)"to be signed", 12) == 1;
	EVP_MD_CTX_free(ctx);
	return good;
}

static void
signer_signs_what_the_key_can(void **state)
{
	static const struct {
		const char *key;
		const char *can; /* one letter an algorithm, in its order */
	} cases[] = {
		{ "RSA", "yyyn" },
		{ "RSA1024", "yyyn" },
		{ "RSA-PSS", "nnnn" },
		{ "EC", "nnny" },
		{ "P-384", "nnnn" },
		{ "ED25519", "nnnn" },
	};
	static const char *const hashes[] = { "SHA256", "SHA384", "SHA512",
		"SHA256" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct segl *segl = segl_new();
		EVP_PKEY *key = ca_key(cases[i].key);
		struct signer *signer = signer_new(key);

		for (int a = 0; a < 4; a++) {
			enum segl_alg alg = (enum segl_alg)(SEGL_ALG_RS256 + a);
			unsigned char *sig = (unsigned char *)1;
			size_t len = 1;
			enum segl_status status = signer->sign(
			    signer, segl, alg, "to be signed", 12, &sig, &len);

			assert_int_equal(signer->can_sign(signer, alg),
			    cases[i].can[a] == 'y');
			if (cases[i].can[a] == 'n') {
				assert_int_equal(status, SEGL_EKEY);
				assert_null(sig);
				assert_int_equal(len, 0);
				continue;
			}
			assert_int_equal(status, SEGL_OK);
			if (alg == SEGL_ALG_ES256)
				assert_int_equal(len, 64);
			else
				assert_true(verifies(key, hashes[a], sig, len));
			free(sig);
		}
		assert_false(signer->can_sign(signer, SEGL_ALG_NONE));
		signer_free(signer);
		EVP_PKEY_free(key);
		segl_free(segl);
	}
	signer_free(NULL);
}

/* r and s of ES256 are of fixed length, also where they begin with zeros. */
static void
es256_is_raw(void **state)
{
	EVP_PKEY *key = ca_key("EC");
	struct signer *signer = signer_new(key);
	struct segl *segl = segl_new();
	int short_parts = 0;

	(void)state;
	/* a leading zero byte comes once in 128 signatures */
	for (int i = 0; i < 2000 && short_parts < 3; i++) {
		unsigned char *raw, *der = NULL;
		ECDSA_SIG *parts = ECDSA_SIG_new();
		size_t len;
		int n;

		assert_int_equal(signer->sign(signer, segl, SEGL_ALG_ES256,
				     "to be signed", 12, &raw, &len),
		    SEGL_OK);
		assert_int_equal(len, 64);
		short_parts += raw[0] == 0 || raw[32] == 0;
		assert_int_equal(ECDSA_SIG_set0(parts, BN_bin2bn(raw, 32, NULL),
				     BN_bin2bn(raw + 32, 32, NULL)),
		    1);
		n = i2d_ECDSA_SIG(parts, &der);
		assert_true(verifies(key, "SHA256", der, (size_t)n));
		OPENSSL_free(der);
		ECDSA_SIG_free(parts);
		free(raw);
	}
	assert_int_equal(short_parts, 3);
	segl_free(segl);
	signer_free(signer);
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iterations_are_capped),
		cmocka_unit_test(a_pin_has_readings),
		cmocka_unit_test(an_empty_pin_is_also_none),
		cmocka_unit_test(sources_that_are_none_are_refused),
		cmocka_unit_test(pin_file_is_its_first_line),
		cmocka_unit_test(pin_file_open_to_others_draws_a_warning),
		cmocka_unit_test(pin_has_a_longest_length),
		cmocka_unit_test(descriptor_is_read_to_the_line_end_and_closed),
		cmocka_unit_test(variable_is_wiped_and_removed),
		cmocka_unit_test(credential_is_in_its_directory),
		cmocka_unit_test(selectors_name_identities),
		cmocka_unit_test(identity_is_chosen_by_route),
		cmocka_unit_test(signer_signs_what_the_key_can),
		cmocka_unit_test(es256_is_raw),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
