/* SPDX-License-Identifier: ISC */
/*
 * Whom the lists may be believed from, in which order, and when not: without
 * any XML.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <segl/handle.h>

#include "trustlist/update/candidate.h"
#include "trustlist/update/policy.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define NOTICE "https://eur-lex.europa.eu/eli/C/2026/1944/oj"
#define OLD    "https://eur-lex.europa.eu/old"
#define PIVOT  "https://ec.europa.eu/tools/lotl/eu-lotl-pivot-"
#define TYPE   "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/"
#define XML    "application/vnd.etsi.tsl+xml"

static char reason[POLICY_REASON_MAX];

/* ---- anchors ------------------------------------------------------------- */

#define SHA_A "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
#define SHA_B "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define GOOD                                                                   \
	"[anchors new]\nreference = OJ new\nnotice = " NOTICE                  \
	"\nsha256 = " SHA_A "\nsha256 = " SHA_B                                \
	"\n[anchors old]\nreference = OJ old\nnotice = " OLD                   \
	"\nsha256 = " SHA_A "\n"

static enum segl_status
parse(const char *text, const char *name, struct anchors *out)
{
	struct segl *segl = segl_new();
	char *copy = strdup(text);
	enum segl_status status;

	assert_non_null(segl);
	assert_non_null(copy);
	status = anchors_parse(segl, "file", copy, strlen(copy), name, out);
	assert_int_equal(status, segl_error_status(segl));
	free(copy);
	segl_free(segl);
	return status;
}

static void
anchors_are_read(void **state)
{
	struct anchors anchors;

	(void)state;
	assert_int_equal(parse(GOOD, NULL, &anchors), SEGL_OK);
	assert_string_equal(anchors.name, "new");
	assert_string_equal(anchors.reference, "OJ new");
	assert_string_equal(anchors.notice, NOTICE);
	assert_int_equal(anchors.signers.n, 2);
	assert_int_equal(anchors.signers.sha256[0][31], 0xff);
	assert_int_equal(anchors.n_known, 1);
	assert_string_equal(anchors.known[0], OLD);
	assert_int_equal(parse(GOOD, "old", &anchors), SEGL_OK);
	assert_int_equal(anchors.signers.n, 1);
	assert_string_equal(anchors.known[0], NOTICE);
	assert_int_equal(
	    parse("[anchors a]\nreference = r\nnotice = https://x/\nsha256 = "
		  "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:"
		  "44:55:66:77:88:99:aa:bb:cc:dd:ee:ff\n",
		NULL, &anchors),
	    SEGL_OK);
}

static void
anchors_are_strict(void **state)
{
	static const char head[] =
	    "[anchors a]\nreference = r\nnotice = https://x/\n";
	static const char *const bad[] = {
		"",
		"# nothing\n",
		"sha256 = " SHA_A "\n",
		"[anchors a]\nsha256 = " SHA_A "\n",
		"[anchors a]\nreference = r\nsha256 = " SHA_A "\n",
		"[anchors a]\nreference = r\nnotice = https://x/\n",
		"[anchors a]\nreference = r\nnotice = http://x/\nsha256 "
		"= " SHA_A "\n",
		"[profile a]\nreference = r\n",
		"[anchors a]\nwhat = r\n",
		"[anchors a]\nreference = r\nreference = r\n",
	};
	static const char *const digests[] = { SHA_A "0", "00112233",
		"sha256 = " SHA_A "\nsha256 = " SHA_A,
		"x0112233445566778899aabbccddeeff00112233445566778899aabbccddee"
		"f"
		"f" };
	struct anchors anchors;
	char text[512];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(parse(bad[i], NULL, &anchors), SEGL_EUSAGE);
		assert_int_equal(anchors.signers.n, 0);
	}
	for (size_t i = 0; i < COUNT(digests); i++) {
		snprintf(
		    text, sizeof(text), "%ssha256 = %s\n", head, digests[i]);
		assert_int_equal(parse(text, NULL, &anchors), SEGL_EUSAGE);
	}
	assert_int_equal(parse(GOOD, "other", &anchors), SEGL_EUSAGE);
}

/* ---- pivots -------------------------------------------------------------- */

/* What policy_pivots() says of a LOTL, number 390, with these addresses. */
static int
pivots(const char *const *uris, const char *lotl_url, struct policy_pivots *out)
{
	struct tl_list lotl = { .sequence = 390, .information_uris = uris };
	struct anchors anchors;

	while (uris[lotl.n_information_uris] != NULL)
		lotl.n_information_uris++;
	assert_int_equal(parse(GOOD, NULL, &anchors), SEGL_OK);
	reason[0] = '\0';
	return policy_pivots(&lotl, &anchors, lotl_url, out, reason);
}

static void
pivots_before_the_notice_count(void **state)
{
	static const char *const none[] = { NOTICE, PIVOT "378.xml", OLD,
		NULL };
	static const char *const two[] = { PIVOT "389.xml", PIVOT "378.xml",
		NOTICE, PIVOT "341.xml", OLD, "https://ec.europa.eu/x.html",
		NULL };
	static const char *const same[] = { "HTTPS://EC.europa.EU/a/b/"
					    "eu-lotl-pivot-1.xml",
		NOTICE, NULL };
	struct policy_pivots out;

	(void)state;
	assert_int_equal(pivots(none, NULL, &out), 0);
	assert_int_equal(out.n, 0);
	assert_null(out.news);
	assert_int_equal(pivots(two, NULL, &out), 0);
	assert_int_equal(out.n, 2);
	assert_int_equal(out.pivot[0].number, 378); /* the oldest first */
	assert_int_equal(out.pivot[1].number, 389);
	assert_ptr_equal(out.pivot[0].url, two[1]);
	assert_int_equal(pivots(same, NULL, &out), 0);
	assert_int_equal(out.n, 1);
}

static void
notices_are_known_or_news(void **state)
{
	static const char *const news[] = {
		"https://eur-lex.europa.eu/eli/C/2030/1/oj", PIVOT "380.xml",
		NOTICE, NULL
	};
	static const char *const old[] = { OLD, PIVOT "380.xml", NOTICE, NULL };
	static const char *const other[] = {
		"https://eur-lex.europa.eu/eli/C/2030/1/oj", NULL
	};
	static const char *const before[] = { PIVOT "341.xml", OLD, NULL };
	static const char *const empty[] = { NULL };
	struct policy_pivots out;

	(void)state;
	assert_int_equal(pivots(news, NULL, &out), 0);
	assert_ptr_equal(out.news, news[0]);
	assert_int_equal(out.n, 1);
	assert_int_equal(pivots(old, NULL, &out), 0);
	assert_null(out.news);
	assert_int_equal(pivots(other, NULL, &out), -1);
	assert_non_null(strstr(reason, "update segl"));
	assert_int_equal(pivots(before, NULL, &out), -1);
	assert_non_null(strstr(reason, "--anchors 2019"));
	assert_int_equal(pivots(empty, NULL, &out), -1);
	assert_int_equal(out.n, 0);
}

static void
pivots_of_others_are_refused(void **state)
{
	static const char *const bad[] = {
		"https://ec.europa.eu.example/eu-lotl-pivot-300.xml",
		"https://example/ec.europa.eu/eu-lotl-pivot-300.xml",
		"https://ec.europa.eu@example/eu-lotl-pivot-300.xml",
		"https://example@ec.europa.eu/eu-lotl-pivot-300.xml",
		"http://ec.europa.eu/eu-lotl-pivot-300.xml",
		"https://ec.europa.eu:444/eu-lotl-pivot-300.xml",
		"https:/ec.europa.eu/eu-lotl-pivot-300.xml",
		/* numbers: at the LOTL's, beyond it, not rising */
		PIVOT "390.xml",
		PIVOT "99999999999999999999.xml",
	};
	struct policy_pivots out;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		const char *const uris[] = { bad[i], NOTICE, NULL };

		if (strstr(bad[i], "9999") == NULL)
			assert_int_equal(pivots(uris, NULL, &out), -1);
		assert_int_equal(out.n, 0);
	}
	{
		const char *const order[] = { PIVOT "300.xml", PIVOT "300.xml",
			NOTICE, NULL };
		const char *const down[] = { PIVOT "300.xml", PIVOT "301.xml",
			NOTICE, NULL };
		const char *const own[] = {
			"https://sim.example:8/tl/eu-lotl-pivot-2.xml", NOTICE,
			NULL
		};

		assert_int_equal(pivots(order, NULL, &out), -1);
		assert_int_equal(pivots(down, NULL, &out), -1);
		assert_non_null(strstr(reason, "out of order"));
		assert_int_equal(pivots(own, NULL, &out), -1);
		assert_int_equal(
		    pivots(own, "https://sim.example:8/x.xml", &out), 0);
		assert_int_equal(
		    pivots(own, "https://sim.example:9/x.xml", &out), -1);
		assert_int_equal(
		    pivots(own, "http://sim.example:8/x.xml", &out), -1);
	}
}

static void
pivots_are_counted(void **state)
{
	char text[POLICY_PIVOTS_MAX + 1][64];
	const char *uris[POLICY_PIVOTS_MAX + 3];
	struct policy_pivots out;

	(void)state;
	for (int n = POLICY_PIVOTS_MAX; n <= POLICY_PIVOTS_MAX + 1; n++) {
		for (int i = 0; i < n; i++) {
			snprintf(
			    text[i], sizeof(text[i]), PIVOT "%d.xml", 200 - i);
			uris[i] = text[i];
		}
		uris[n] = NOTICE;
		uris[n + 1] = NULL;
		assert_int_equal(
		    pivots(uris, NULL, &out), n == POLICY_PIVOTS_MAX ? 0 : -1);
		assert_int_equal(
		    out.n, n == POLICY_PIVOTS_MAX ? POLICY_PIVOTS_MAX : 0);
	}
}

static void
successors_replace(void **state)
{
	static const struct tl_bytes certs[] = {
		{ (const unsigned char *)"one", 3 },
		{ (const unsigned char *)"two", 3 },
	};
	struct tl_pointer pointers[] = {
		{ "https://x", "EU", "application/pdf", TYPE "EUlistofthelists",
		    certs, 2 },
		{ "https://x", "EU", XML, TYPE "EUgeneric", certs, 2 },
		{ "https://x", "NO", XML, TYPE "EUlistofthelists", certs, 2 },
		{ "https://x", "EU", XML, TYPE "EUlistofthelists", certs, 1 },
	};
	struct tl_list pivot = { .pointers = pointers, .n_pointers = 4 };
	struct signers out = { .n = 7 }, one = { .n = 0 };

	(void)state;
	assert_int_equal(policy_successors(&pivot, &out, reason), 0);
	assert_int_equal(out.n, 1); /* no union with what was there */
	assert_int_equal(signers_add_certificate(&one, &certs[0]), 0);
	assert_true(signers_have(&out, one.sha256[0]));
	pivot.n_pointers = 3;
	assert_int_equal(policy_successors(&pivot, &out, reason), -1);
	assert_int_equal(out.n, 0);
}

/* ---- lists --------------------------------------------------------------- */

static void
lists_are_checked(void **state)
{
	struct tl_list list = { .version = 6,
		.sequence = 10,
		.type = TYPE "EUgeneric",
		.territory = "EL" };
	struct policy_pivot pivot = { "u", 10 };

	(void)state;
	assert_int_equal(policy_check_list(&list, "EL", -1, reason), 0);
	assert_int_equal(policy_check_list(&list, "GR", 10, reason), 0);
	assert_int_equal(policy_check_list(&list, "EL", 11, reason), -1);
	assert_non_null(strstr(reason, "older than number 11"));
	assert_int_equal(policy_check_list(&list, "NO", -1, reason), -1);
	assert_int_equal(policy_check_lotl(&list, -1, reason), -1);
	list.version = 5;
	assert_int_equal(policy_check_list(&list, "EL", -1, reason), 0);
	list.version = 4;
	assert_int_equal(policy_check_list(&list, "EL", -1, reason), -1);
	list.version = 7;
	assert_int_equal(policy_check_list(&list, "EL", -1, reason), -1);
	list.version = 6;
	list.sequence = 0;
	assert_int_equal(policy_check_list(&list, "EL", -1, reason), -1);
	list.sequence = 10;
	list.type = TYPE "EUlistofthelists";
	assert_int_equal(policy_check_list(&list, "EL", -1, reason), -1);
	list.territory = "EU";
	assert_int_equal(policy_check_lotl(&list, 10, reason), 0);
	assert_int_equal(policy_check_pivot(&list, &pivot, reason), 0);
	pivot.number = 9;
	assert_int_equal(policy_check_pivot(&list, &pivot, reason), -1);
	list.territory = NULL;
	assert_int_equal(policy_check_lotl(&list, 10, reason), -1);
}

static void
countries_are_found(void **state)
{
	static const struct tl_pointer pointers[] = {
		{ "https://eu", "EU", XML, TYPE "EUlistofthelists", NULL, 0 },
		{ "https://pdf", "NO", "application/pdf", TYPE "EUgeneric",
		    NULL, 0 },
		{ "https://no", "NO", XML, TYPE "EUgeneric", NULL, 0 },
		{ "https://el", "EL", XML, TYPE "EUgeneric", NULL, 0 },
		{ "https://no2", "NO", XML, TYPE "EUgeneric", NULL, 0 },
		{ "https://odd", "../x", XML, TYPE "EUgeneric", NULL, 0 },
		{ NULL, "SE", XML, TYPE "EUgeneric", NULL, 0 },
	};
	const struct tl_list lotl = { .pointers = pointers,
		.n_pointers = COUNT(pointers) };
	const struct tl_pointer *out[POLICY_COUNTRIES_MAX];

	(void)state;
	assert_int_equal(policy_countries(&lotl, out), 2);
	assert_ptr_equal(out[0], &pointers[2]);
	assert_ptr_equal(out[1], &pointers[3]);
	assert_ptr_equal(policy_pointer(&lotl, "GR"), &pointers[3]);
	assert_ptr_equal(policy_pointer(&lotl, "no"), &pointers[2]);
	assert_null(policy_pointer(&lotl, "EU"));
	assert_null(policy_pointer(&lotl, ""));
	assert_null(policy_pointer(&lotl, "ABCDEFGHIJ"));
}

static void
claims_are_found_without_parsing(void **state)
{
	static const char list[] =
	    "<a:TrustServiceStatusList><a:TSLSequenceNumber> 12 "
	    "</a:TSLSequenceNumber><a:SchemeTerritory>\n gr "
	    "</a:SchemeTerritory>";
	char out[8];

	(void)state;
	assert_int_equal(candidate_claim(list, sizeof(list) - 1,
			     "SchemeTerritory", out, sizeof(out)),
	    0);
	assert_string_equal(out, "gr");
	assert_int_equal(candidate_claim(list, sizeof(list) - 1,
			     "TSLSequenceNumber", out, 2),
	    -1);
	assert_int_equal(candidate_claim(list, sizeof(list) - 1, "TSLType", out,
			     sizeof(out)),
	    -1);
	/* cut anywhere: nothing beyond is read */
	for (size_t len = 0; len < sizeof(list); len++) {
		char *cut = malloc(len + 1);

		assert_non_null(cut);
		memcpy(cut, list, len);
		(void)candidate_claim(
		    cut, len, "SchemeTerritory", out, sizeof(out));
		free(cut);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anchors_are_read),
		cmocka_unit_test(anchors_are_strict),
		cmocka_unit_test(pivots_before_the_notice_count),
		cmocka_unit_test(notices_are_known_or_news),
		cmocka_unit_test(pivots_of_others_are_refused),
		cmocka_unit_test(pivots_are_counted),
		cmocka_unit_test(successors_replace),
		cmocka_unit_test(lists_are_checked),
		cmocka_unit_test(countries_are_found),
		cmocka_unit_test(claims_are_found_without_parsing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
