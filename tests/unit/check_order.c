/* SPDX-License-Identifier: ISC */
/*
 * What a certificate is ordered and kept with: Subjects, the key and its
 * file, files in the making; and all of it when memory runs out.
 */
#include <errno.h>
#include <fcntl.h>
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

#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <segl/order.h>

#include "alloc.h"
#include "base/draft.h"
#include "base/file.h"
#include "ca.h"
#include "order/subject.h"
#include "p12.h"
#include "pki/name.h"

#define PIN "canary-pin-08d2"

/* ---- Subjects ------------------------------------------------------------ */

static const struct {
	const char *text;
	const char *as; /* RFC 4514, last first; NULL: refused */
} subjects[] = {
	{ "/C=SE/O=Example AB/CN=Seal", "CN=Seal,O=Example AB,C=SE" },
	{ "C=SE, O=Example AB, CN=Seal", "CN=Seal,O=Example AB,C=SE" },
	{ "C=SE,O=Example AB,CN=Seal", "CN=Seal,O=Example AB,C=SE" },
	{ "c=SE,o=X", "O=X,C=SE" },
	{ "/O=A\\/S", "O=A/S" },
	{ "O=A\\, B", "O=A\\, B" },
	{ "O=A\\+B", "O=A\\+B" },
	{ "/O=A+B", "O=A\\+B" },
	{ "/O=a=b", "O=a=b" },
	{ "O=A\\\\B", "O=A\\\\B" },
	{ "countryName=DE,2.5.4.97=VATDE-123456788",
	    "organizationIdentifier=VATDE-123456788,C=DE" },
	{ "OU=A,OU=B", "OU=B,OU=A" },
	{ "", NULL },
	{ "/", NULL },
	{ "O", NULL },
	{ "O=A,", "O=A" },
	{ "O=A,,", NULL },
	{ "/O=A//", NULL },
	{ "O=A\\", NULL },
	{ "O=A+B", NULL },
	{ "=A", NULL },
	{ "O=", NULL },
	{ "O= ", NULL },
	{ "O=A,O=B", NULL },
	{ "C=se", NULL },
	{ "C=SWE", NULL },
	{ "C=S", NULL },
	{ "X=A", NULL },
	{ "GN=Ada", NULL },
	{ "SN=Ada", NULL },
	{ "emailAddress=a@example.com", NULL },
	{ "serialNumber=PNOSE-1", NULL },
	{ "serialNumber=UN:NO-9578-4050-x", NULL },
	{ "O=\xff", NULL },
	{ "organizationIdentifier=VATDE:123456788", NULL },
	{ "organizationIdentifier=123456788", NULL },
};

static void
subjects_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		struct segl *segl = segl_new();
		X509_NAME *name = (void *)1;
		enum segl_status status =
		    subject_parse(segl, subjects[i].text, &name);
		char *text;

		if (subjects[i].as == NULL) {
			if (status != SEGL_EUSAGE || name != NULL)
				fail_msg("taken: %s", subjects[i].text);
			assert_non_null(segl_error_message(segl));
		} else {
			if (status != SEGL_OK)
				fail_msg("%s: %s", subjects[i].text,
				    segl_error_message(segl));
			text = name_text(name);
			assert_string_equal(text, subjects[i].as);
			free(text);
		}
		X509_NAME_free(name);
		segl_free(segl);
	}
}

/* N characters of two bytes each, behind "O=". */
static enum segl_status
parse_long(struct segl *segl, size_t n)
{
	char text[SUBJECT_TEXT_MAX + 3] = "O=";
	enum segl_status status;
	X509_NAME *name;

	for (size_t i = 0; i < n; i++)
		memcpy(text + 2 + 2 * i, "\xc3\xa5", 3);
	status = subject_parse(segl, text, &name);
	X509_NAME_free(name);
	segl_error_clear(segl);
	return status;
}

static void
subjects_have_limits(void **state)
{
	char text[SUBJECT_TEXT_MAX + 2], *p = text;
	struct segl *segl = segl_new();
	X509_NAME *name;

	(void)state;
	assert_int_equal(parse_long(segl, 64), SEGL_OK);
	assert_int_equal(parse_long(segl, 65), SEGL_EUSAGE);
	memset(text, ' ', sizeof(text) - 1);
	memcpy(text, "O=A", 3);
	text[SUBJECT_TEXT_MAX] = '\0';
	assert_int_equal(subject_parse(segl, text, &name), SEGL_OK);
	X509_NAME_free(name);
	text[SUBJECT_TEXT_MAX] = ' ';
	text[SUBJECT_TEXT_MAX + 1] = '\0';
	assert_int_equal(subject_parse(segl, text, &name), SEGL_EUSAGE);
	segl_error_clear(segl);
	for (int i = 0; i < SUBJECT_ATTRIBUTES_MAX; i++, p += 5)
		memcpy(p, "OU=A,", 6);
	assert_int_equal(subject_parse(segl, text, &name), SEGL_OK);
	X509_NAME_free(name);
	memcpy(p, "OU=A", 5);
	assert_int_equal(subject_parse(segl, text, &name), SEGL_EUSAGE);
	segl_free(segl);
}

static void
identifiers_stand_behind_the_organization(void **state)
{
	struct segl *segl = segl_new();
	X509_NAME *name;
	char *text;

	(void)state;
	assert_int_equal(subject_parse(segl, "C=SE,O=X,CN=Y", &name), SEGL_OK);
	assert_int_equal(
	    subject_add_identifier(segl, name, "NTRSE-1"), SEGL_OK);
	text = name_text(name);
	assert_string_equal(
	    text, "CN=Y,organizationIdentifier=NTRSE-1,O=X,C=SE");
	free(text);
	/* the same again is no other one */
	assert_int_equal(
	    subject_add_identifier(segl, name, "NTRSE-1"), SEGL_OK);
	assert_int_equal(name_count(name, NID_organizationIdentifier), 1);
	assert_int_equal(
	    subject_add_identifier(segl, name, "NTRSE-2"), SEGL_EUSAGE);
	X509_NAME_free(name);
	segl_error_clear(segl);
	assert_int_equal(subject_parse(segl, "C=SE", &name), SEGL_OK);
	assert_int_equal(
	    subject_add_identifier(segl, name, "NTRSE-1"), SEGL_OK);
	text = name_text(name);
	assert_string_equal(text, "organizationIdentifier=NTRSE-1,C=SE");
	free(text);
	X509_NAME_free(name);
	segl_free(segl);
}

/* ---- a key and its file -------------------------------------------------- */

static char *
pin_file(void)
{
	static char path[] = "order-pin.XXXXXX";
	int fd;

	memcpy(path, "order-pin.XXXXXX", sizeof(path));
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, PIN, strlen(PIN)), strlen(PIN));
	close(fd);
	return path;
}

static struct segl_pin *
make_pin(struct segl *segl)
{
	char *path = pin_file(), source[64];
	struct segl_pin *pin;

	snprintf(source, sizeof(source), "file:%s", path);
	assert_int_equal(
	    segl_pin_read(segl, source, "x", 1, &pin), SEGL_OK);
	unlink(path);
	return pin;
}

static void
keys_are_encrypted(void **state)
{
	struct segl *segl = segl_new();
	struct segl_csr *csr = segl_csr_new(segl);
	struct segl_pin *pin = make_pin(segl);
	struct segl_made *made = (void *)1;
	const unsigned char *bytes;
	char pass[] = PIN, wrong[] = "another";
	EVP_PKEY *key;
	size_t len;
	BIO *bio;

	(void)state;
	/* nothing is there yet */
	assert_int_equal(
	    segl_csr_key(csr, pin, SEGL_ITERATIONS_MIN, &made), SEGL_EUSAGE);
	assert_null(made);
	assert_int_equal(segl_csr_request(csr, &made), SEGL_EUSAGE);
	segl_error_clear(segl);
	assert_int_equal(segl_csr_generate(csr, "ec:p256"), SEGL_OK);
	assert_int_equal(
	    segl_csr_key(csr, pin, SEGL_ITERATIONS_MIN - 1, &made),
	    SEGL_EUSAGE);
	assert_null(made);
	assert_int_equal(
	    segl_csr_key(csr, pin, SEGL_ITERATIONS_MAX + 1, &made),
	    SEGL_EUSAGE);
	segl_error_clear(segl);
	assert_int_equal(
	    segl_csr_key(csr, pin, SEGL_ITERATIONS_MIN, &made), SEGL_OK);
	bytes = segl_made_bytes(made, &len);
	bio = BIO_new_mem_buf(bytes, (int)len);
	assert_null(PEM_read_bio_PrivateKey(bio, NULL, NULL, wrong));
	(void)BIO_reset(bio);
	key = PEM_read_bio_PrivateKey(bio, NULL, NULL, pass);
	assert_non_null(key);
	EVP_PKEY_free(key);
	BIO_free(bio);
	segl_made_free(made);
	assert_int_equal(segl_csr_generate(csr, "rsa:1024"), SEGL_EUSAGE);
	segl_pin_free(pin);
	segl_csr_free(csr);
	segl_free(segl);
}

/* ---- files in the making ------------------------------------------------- */

static char directory[] = "order-drafts.XXXXXX";

static size_t
files_in(void)
{
	char command[128], count[16] = "";
	FILE *pipe;

	snprintf(command, sizeof(command), "ls -A %s | wc -l", directory);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_non_null(fgets(count, sizeof(count), pipe));
	pclose(pipe);
	return strtoul(count, NULL, 10);
}

static void
drafts_are_whole_or_not_there(void **state)
{
	struct draft draft;
	struct buffer text;
	char path[128], backup[160];
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/file", directory);
	assert_int_equal(draft_open(&draft, path, 0600), 0);
	assert_int_equal(file_write_all(draft.fd, "one", 3), 0);
	draft_drop(&draft);
	assert_int_equal(files_in(), 0); /* given up: nothing */
	assert_int_equal(draft_open(&draft, path, 0600), 0);
	assert_int_equal(file_write_all(draft.fd, "one", 3), 0);
	assert_int_equal(draft_commit(&draft, 0), 0);
	draft_drop(&draft);
	assert_int_equal(files_in(), 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* never over another, unless asked to */
	assert_int_equal(draft_open(&draft, path, 0600), 0);
	assert_int_equal(file_write_all(draft.fd, "two", 3), 0);
	assert_int_equal(draft_commit(&draft, 0), EEXIST);
	draft_drop(&draft);
	assert_int_equal(files_in(), 1);
	assert_int_equal(draft_keep_old(path, "file.old"), 0);
	assert_int_equal(draft_keep_old(path, "file.old"), EEXIST);
	assert_int_equal(draft_open(&draft, path, 0600), 0);
	assert_int_equal(file_write_all(draft.fd, "two", 3), 0);
	assert_int_equal(draft_commit(&draft, 1), 0);
	draft_drop(&draft);
	assert_int_equal(files_in(), 2);
	buffer_init(&text, 16);
	assert_int_equal(file_read(path, &text, NULL), 0);
	assert_string_equal(text.data, "two");
	buffer_clear(&text);
	snprintf(backup, sizeof(backup), "%s.old", path);
	assert_int_equal(file_read(backup, &text, NULL), 0);
	assert_string_equal(text.data, "one");
	buffer_clear(&text);
	unlink(backup);
	unlink(path);
	rmdir(directory);
}

static void
drafts_need_a_name(void **state)
{
	char name[NAME_MAX + 2];
	struct draft draft;

	(void)state;
	assert_int_equal(draft_open(&draft, "./", 0600), EINVAL);
	draft_drop(&draft);
	assert_int_equal(draft_open(&draft, "/no/such/place/x", 0600), ENOENT);
	draft_drop(&draft);
	assert_int_equal(draft_open_at(&draft, AT_FDCWD, "a/b", 0600), EINVAL);
	draft_drop(&draft);
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(draft_open(&draft, name, 0600), ENAMETOOLONG);
	draft_drop(&draft);
}

/* ---- when memory runs out ------------------------------------------------ */

static enum segl_status
order_once(struct segl *segl, const struct segl_pin *pin)
{
	struct segl_csr *csr = segl_csr_new(segl);
	struct segl_made *key = NULL, *request = NULL;
	enum segl_status status;

	if (csr == NULL)
		return SEGL_ENOMEM;
	status = segl_csr_set_subject(csr, "/C=SE/O=X/CN=Y");
	if (status == SEGL_OK)
		status = segl_csr_set_organization_identifier(csr, "NTRSE-1");
	if (status == SEGL_OK)
		status = segl_csr_generate(csr, "ec:p256");
	if (status == SEGL_OK)
		status = segl_csr_key(csr, pin, SEGL_ITERATIONS_MIN, &key);
	if (status == SEGL_OK)
		status = segl_csr_request(csr, &request);
	if (status != SEGL_OK)
		assert_null(request);
	else
		assert_true(key != NULL && request != NULL);
	segl_made_free(key);
	segl_made_free(request);
	segl_csr_free(csr);
	return status;
}

static struct segl_softtoken *
make_softtoken(struct segl *segl, const struct segl_pin *pin)
{
	struct ca_spec spec = { .cn = "Seal",
		.o = "Test AB",
		.orgids = { "NTRSE-5560000001" },
		.usage = "digitalSignature" };
	struct p12_spec usual = {
		.pin = PIN, .key_nid = -1, .cert_nid = -1, .mac = 1
	};
	struct segl_softtoken *token = segl_softtoken_new(segl);
	EVP_PKEY *key = ca_key("EC");
	struct ca leaf = ca_make(&spec, key, NULL);
	X509 *certs[1] = { leaf.cert };
	struct p12 file = p12_make(&usual, key, "my seal", certs, 1);

	segl_softtoken_set_time(token, CA_NOW);
	assert_int_equal(segl_pin_give(pin, token), SEGL_OK);
	assert_int_equal(
	    segl_softtoken_load_mem(token, file.bytes, file.len, "x"),
	    SEGL_OK);
	free(file.bytes);
	ca_free(&leaf);
	EVP_PKEY_free(key);
	return token;
}

static enum segl_status
bundle_once(struct segl *segl, const struct segl_softtoken *token,
    const struct segl_pin *pin, enum segl_container container)
{
	struct segl_bundle_terms terms = { .container = container,
		.pin = pin,
		.iterations = SEGL_ITERATIONS_MIN };
	struct segl_made *made = NULL;
	enum segl_status status = segl_bundle(segl, token, &terms, &made);

	if (status != SEGL_OK)
		assert_null(made);
	segl_made_free(made);
	return status;
}

/* The I-th of the things that are done here, once. */
static enum segl_status
do_once(int i, struct segl *segl, const struct segl_softtoken *token,
    const struct segl_pin *pin)
{
	if (i == 0)
		return order_once(segl, pin);
	return bundle_once(segl, token, pin,
	    i == 1 ? SEGL_CONTAINER_PKCS12 : SEGL_CONTAINER_PEM);
}

static void
memory_may_run_out(void **state)
{
	struct segl *segl = segl_new();
	struct segl_pin *pin = make_pin(segl);
	struct segl_softtoken *token = make_softtoken(segl, pin);

	(void)state;
	for (int i = 0; i < 3; i++) {
		long total;

		/* once for what OpenSSL keeps, once to count */
		assert_int_equal(do_once(i, segl, token, pin), SEGL_OK);
		alloc_fail_after(-1);
		assert_int_equal(do_once(i, segl, token, pin), SEGL_OK);
		total = alloc_counted();
		assert_true(total > 100);
		for (long n = 0; n < total; n += 1 + total / 150) {
			enum segl_status status;
			long refused;

			alloc_fail_after(n);
			status = do_once(i, segl, token, pin);
			refused = alloc_refused();
			alloc_fail_after(-1);
			if (refused > 0)
				assert_true(status == SEGL_ENOMEM ||
				    status == SEGL_EINTERNAL);
			else
				assert_int_equal(status, SEGL_OK);
			segl_error_clear(segl);
		}
	}
	segl_softtoken_free(token);
	segl_pin_free(pin);
	segl_free(segl);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subjects_are_read),
		cmocka_unit_test(subjects_have_limits),
		cmocka_unit_test(identifiers_stand_behind_the_organization),
		cmocka_unit_test(keys_are_encrypted),
		cmocka_unit_test(drafts_are_whole_or_not_there),
		cmocka_unit_test(drafts_need_a_name),
		cmocka_unit_test(memory_may_run_out),
	};

	alloc_take_over_openssl();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
