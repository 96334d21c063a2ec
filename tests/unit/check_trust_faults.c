/* SPDX-License-Identifier: ISC */
/*
 * The rooms of the trusted lists when memory runs out at any point: nothing
 * is believed, nothing is left behind. Linked with --wrap, so that our
 * allocations pass through here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <segl/trust_store.h>
#include <segl/trust_update.h>

#include "alloc.h"
#include "base/file.h"
#include "sim/publish.h"
#include "trustlist/load/load.h"
#include "trustlist/read/answer.h"
#include "trustlist/update/anchors.h"
#include "trustlist/verify/verify.h"

/* Allocations of one run, at most: more is a loop. */
#define ALLOCATIONS_MAX 20000

/* Runs of a whole import, each of which fails at another place. */
#define IMPORTS 24

static const char list_text[] =
    "<TrustServiceStatusList xmlns=\"http://uri.etsi.org/02231/v2#\">"
    "<SchemeInformation><TSLVersionIdentifier>6</TSLVersionIdentifier>"
    "<TSLSequenceNumber>7</TSLSequenceNumber><TSLType>t</TSLType>"
    "<SchemeTerritory>XX</SchemeTerritory><ListIssueDateTime>"
    "2026-01-01T00:00:00Z</ListIssueDateTime><NextUpdate/>"
    "</SchemeInformation><TrustServiceProviderList><TrustServiceProvider>"
    "<TSPServices><TSPService><ServiceInformation><ServiceTypeIdentifier>"
    "http://uri.etsi.org/TrstSvc/Svctype/CA/QC</ServiceTypeIdentifier>"
    "<ServiceDigitalIdentity><DigitalId><X509Certificate>AAEC"
    "</X509Certificate></DigitalId></ServiceDigitalIdentity><ServiceStatus>"
    "x/granted</ServiceStatus><StatusStartingTime>2020-01-01T00:00:00Z"
    "</StatusStartingTime></ServiceInformation></TSPService></TSPServices>"
    "</TrustServiceProvider></TrustServiceProviderList>"
    "</TrustServiceStatusList>";

/* Run WHAT with the first, the second, ... allocation failing, to the end. */
static void
each_failure(void (*what)(int must_work))
{
	long refused = 1;

	what(1);
	for (long n = 0; refused > 0; n++) {
		assert_true(n < ALLOCATIONS_MAX);
		alloc_fail_after(n);
		what(0);
		refused = alloc_refused();
		alloc_fail_after(-1);
	}
}

/* ---- anchors ------------------------------------------------------------- */

static struct segl *handle;

static void
parse_anchors(int must_work)
{
	static const struct anchors none;
	char text[] = "[anchors a]\nreference = r\nnotice = https://a.b/\n"
		      "sha256 = "
		      "0123456789abcdef0123456789abcdef"
		      "0123456789abcdef0123456789abcdef\n";
	struct anchors anchors;
	enum segl_status status =
	    anchors_parse(handle, "x", text, sizeof(text) - 1, NULL, &anchors);

	if (must_work)
		assert_int_equal(status, SEGL_OK);
	if (status != SEGL_OK) {
		assert_int_equal(status, SEGL_ENOMEM);
		assert_memory_equal(&anchors, &none, sizeof(none));
	} else {
		assert_int_equal(anchors.signers.n, 1);
	}
	segl_error_clear(handle);
}

static void
anchors_faults(void **state)
{
	(void)state;
	each_failure(parse_anchors);
}

/* ---- the reader, and the form that it hands over --------------------------
 */

static unsigned char form[4096];
static size_t form_len;

static int
take(void *arg, enum tl_part part, const void *bytes, size_t len)
{
	(void)arg;
	assert_int_equal(part, TL_PART_LIST);
	assert_true(len <= sizeof(form));
	memcpy(form, bytes, len);
	form_len = len;
	return 0;
}

static void
read_list(int must_work)
{
	const struct answer answer = { .add = take };
	enum tl_refusal refusal;

	form_len = 0;
	refusal = read_services(list_text, sizeof(list_text) - 1, &answer);
	if (must_work)
		assert_int_equal(refusal, TL_ACCEPTED);
	/* all of it, or nothing and a limit */
	if (refusal == TL_ACCEPTED)
		assert_true(form_len > 0);
	else
		assert_int_equal(refusal, TL_READER_LIMITS);
}

static void
reader_faults(void **state)
{
	(void)state;
	each_failure(read_list);
}

static void
decode_list(int must_work)
{
	char *copy = malloc(form_len);
	enum segl_status status = SEGL_ENOMEM;
	struct tl_list *list = NULL;

	if (copy != NULL) {
		memcpy(copy, form, form_len);
		status = tl_list_decode(copy, form_len, &list);
	}
	if (must_work)
		assert_int_equal(status, SEGL_OK);
	if (status == SEGL_OK) {
		assert_int_equal(list->n_services, 1);
	} else {
		assert_int_equal(status, SEGL_ENOMEM);
		assert_null(list);
	}
	tl_list_free(list);
}

static void
decode_faults(void **state)
{
	(void)state;
	alloc_fail_after(-1);
	read_list(1);
	each_failure(decode_list);
}

/* ---- a process a list ---------------------------------------------------- */

static void
load_list(int must_work)
{
	struct tl_job job = { .file = { (const unsigned char *)list_text,
				  sizeof(list_text) - 1 },
		.insecure_unverified = 1 };
	enum segl_status status = tl_load(handle, &job, 1, 1, NULL, NULL);

	if (must_work) {
		assert_int_equal(status, SEGL_OK);
		assert_int_equal(job.refusal, TL_ACCEPTED);
	}
	if (status != SEGL_OK)
		assert_int_equal(status, SEGL_ENOMEM);
	if (status == SEGL_OK && job.refusal == TL_ACCEPTED)
		assert_int_equal(job.list->n_services, 1);
	else
		assert_null(job.list);
	tl_job_clear(&job);
	segl_error_clear(handle);
}

/* Where segl-tlread is; 0 where nobody says. */
static int
find_reader(void)
{
	const char *root = getenv("SEGL_DESTDIR");
	const char *below = getenv("SEGL_PKGLIBEXECDIR");
	char path[4096];

	if (root == NULL || below == NULL)
		return 0;
	snprintf(path, sizeof(path), "%s%s", root, below);
	return setenv("SEGL_LIBEXECDIR", path, 1) == 0;
}

static void
load_faults(void **state)
{
	(void)state;
	if (!find_reader())
		skip();
	each_failure(load_list);
}

/* ---- the signature ------------------------------------------------------- */

static char dir[] = "/tmp/segl-check-XXXXXX";

static char *
within(const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", dir, name) > 0);
	return path;
}

/* What the reader cuts out of a list, by enum tl_part. */
static struct buffer cut[128];

static int
take_part(void *arg, enum tl_part part, const void *bytes, size_t len)
{
	(void)arg;
	assert_true((size_t)part < sizeof(cut) / sizeof(cut[0]));
	return buffer_add(&cut[part], bytes, len) == SEGL_OK ? 0 : -1;
}

static struct tl_bytes
bytes_of(enum tl_part part)
{
	struct tl_bytes bytes = { (const unsigned char *)cut[part].data,
		cut[part].len };

	return bytes;
}

static enum tl_refusal
verify_cut(void)
{
	const struct verify_parts parts = {
		.document = bytes_of(TL_PART_DOCUMENT),
		.properties = bytes_of(TL_PART_PROPERTIES),
		.info = bytes_of(TL_PART_INFO),
		.value = bytes_of(TL_PART_VALUE),
		.certificate = bytes_of(TL_PART_CERTIFICATE),
	};

	return verify_list(&parts, &parts.certificate, 1);
}

static void
verify_good(int must_work)
{
	enum tl_refusal refusal = verify_cut();

	if (must_work)
		assert_int_equal(refusal, TL_ACCEPTED);
	if (alloc_refused() == 0)
		assert_int_equal(refusal, TL_ACCEPTED);
}

/* What was changed is not taken, wherever memory ends. */
static void
verify_changed(int must_work)
{
	(void)must_work;
	assert_int_not_equal(verify_cut(), TL_ACCEPTED);
}

static void
verify_faults(void **state)
{
	static const enum tl_part changed[] = { TL_PART_DOCUMENT,
		TL_PART_PROPERTIES, TL_PART_INFO, TL_PART_VALUE };
	const struct answer answer = { .add = take_part };
	char *path = within("tl-NO.xml");
	struct buffer file;

	(void)state;
	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++)
		buffer_init(&cut[i], TL_DOCUMENT_MAX);
	buffer_init(&file, TL_FILE_MAX);
	assert_int_equal(file_read(path, &file, NULL), 0);
	assert_int_equal(read_parts(file.data, file.len, &answer), TL_ACCEPTED);
	each_failure(verify_good);
	for (size_t i = 0; i < sizeof(changed) / sizeof(changed[0]); i++) {
		struct buffer *part = &cut[changed[i]];

		part->data[part->len / 2] ^= 1;
		each_failure(verify_changed);
		part->data[part->len / 2] ^= 1;
	}
	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++)
		buffer_clear(&cut[i]);
	buffer_clear(&file);
	free(path);
}

/* ---- a whole import ------------------------------------------------------ */

static size_t
open_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(directory);
	while (readdir(directory) != NULL)
		n++;
	closedir(directory);
	return n;
}

static enum segl_status
import(const char *store)
{
	char *anchors = within("anchors.conf");
	struct segl_trust_summary summary;
	const struct segl_trust_order order = {
		.dir = store, .anchors = anchors, .now = (long long)time(NULL)
	};
	const char *paths[] = { dir };
	enum segl_status status;

	status = segl_trust_import(handle, &order, paths, 1, &summary);
	free(anchors);
	return status;
}

/* All of it, whatever failed: the one before, or a new one. */
static void
check_store(const char *store)
{
	struct segl_trust_store *opened;
	struct segl_trust_list list;

	assert_int_equal(
	    segl_trust_store_open(handle, store, &opened), SEGL_OK);
	assert_int_equal(segl_trust_store_lists(opened), 3);
	for (size_t i = 0; segl_trust_store_list(opened, i, &list); i++)
		assert_true(list.authenticated);
	segl_trust_store_free(opened);
}

static void
import_faults(void **state)
{
	char *store = within("store");
	size_t descriptors;
	long all, refused;

	(void)state;
	if (!find_reader())
		skip();
	alloc_fail_after(-1);
	assert_int_equal(import(store), SEGL_OK);
	all = alloc_counted();
	descriptors = open_descriptors();
	for (long n = 0; n < all; n += 1 + all / IMPORTS) {
		enum segl_status status;

		alloc_fail_after(n);
		status = import(store);
		refused = alloc_refused();
		alloc_fail_after(-1);
		if (refused > 0)
			assert_int_not_equal(status, SEGL_OK);
		segl_error_clear(handle);
		check_store(store);
		assert_int_equal(open_descriptors(), descriptors);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
		assert_int_equal(errno, ECHILD);
	}
	assert_int_equal(import(store), SEGL_OK);
	free(store);
}

static int
make_lists(void **state)
{
	(void)state;
	return mkdtemp(dir) == NULL ||
		publish_demo(handle, dir, "http://127.0.0.1/") != SEGL_OK
	    ? -1
	    : 0;
}

static int
remove_lists(void **state)
{
	char command[sizeof(dir) + 16];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command) == 0 ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anchors_faults),
		cmocka_unit_test(reader_faults),
		cmocka_unit_test(decode_faults),
		cmocka_unit_test(load_faults),
		cmocka_unit_test(verify_faults),
		cmocka_unit_test(import_faults),
	};
	int failed;

	alloc_take_over_openssl();
	handle = segl_new();
	if (handle == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, make_lists, remove_lists);
	segl_free(handle);
	return failed;
}
