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

#include "alloc.h"
#include "trustlist/load/load.h"
#include "trustlist/read/answer.h"
#include "trustlist/update/anchors.h"

/* Allocations of one run, at most: more is a loop. */
#define ALLOCATIONS_MAX 20000

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

static void
load_faults(void **state)
{
	const char *root = getenv("SEGL_DESTDIR");
	const char *below = getenv("SEGL_PKGLIBEXECDIR");
	char path[4096];

	(void)state;
	if (root == NULL || below == NULL)
		skip();
	snprintf(path, sizeof(path), "%s%s", root, below);
	assert_int_equal(setenv("SEGL_LIBEXECDIR", path, 1), 0);
	each_failure(load_list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anchors_faults),
		cmocka_unit_test(reader_faults),
		cmocka_unit_test(decode_faults),
		cmocka_unit_test(load_faults),
	};
	int failed;

	handle = segl_new();
	if (handle == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	segl_free(handle);
	return failed;
}
