/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pki/identifier.h"
#include "pki/register.h"

/* ---- check digits ----------------------------------------------------- */

/* Numbers that their registers, or tests of other programs, call right. */
static const struct {
	const char *type, *country, *number;
	int at; /* a digit that, changed, makes it wrong */
} right[] = {
	{ "LEI", "XG", "213800KUD8LAJWSQ9D15", 19 },
	{ "NTR", "NO", "991825827", 8 },
	{ "VAT", "NO", "991825827MVA", 8 },
	{ "NTR", "SE", "5560125790", 9 },
	{ "NTR", "SE", "556012-5790", 3 },
	{ "VAT", "SE", "556012579001", 2 },
	{ "NTR", "DK", "24256790", 7 },
	{ "VAT", "DK", "DK24256790", 4 },
	{ "NTR", "FI", "0112038-9", 8 },
	{ "VAT", "FI", "01120389", 2 },
	{ "VAT", "DE", "136695976", 8 },
	{ "NTR", "EE", "12345678", 7 },
	{ "VAT", "EE", "100931558", 8 },
	{ "NTR", "LV", "40003521600", 10 },
	{ "VAT", "LT", "119511515", 8 },
	{ "VAT", "PL", "8567346215", 9 },
	{ "VAT", "NL", "004495445B01", 8 },
	{ "NTR", "BE", "0428.759.497", 11 },
	{ "VAT", "BE", "0428759497", 1 },
	{ "NTR", "FR", "552008443", 8 },
	{ "NTR", "FR", "73282932000074", 13 },
	{ "VAT", "FR", "40303265045", 1 },
	{ "NTR", "IT", "00743110157", 10 },
	{ "VAT", "IT", "00743110157", 3 },
	{ "VAT", "ES", "J99216582", 8 },
	{ "VAT", "AT", "U13585627", 8 },
	{ "NTR", "PT", "501964843", 8 },
	{ "NTR", "CZ", "25123891", 7 },
	{ "VAT", "SK", "2022749619", 9 },
	{ "VAT", "HU", "12892312", 7 },
	{ "VAT", "HU", "12892312-2-41", 7 },
	{ "VAT", "RO", "18547290", 7 },
	{ "NTR", "BG", "175074752", 8 },
	{ "VAT", "HR", "33392005961", 10 },
	{ "VAT", "SI", "50223054", 7 },
	{ "VAT", "EL", "094259216", 8 },
	{ "VAT", "LU", "15027442", 7 },
	{ "NTR", "CH", "CHE-100.155.212", 14 },
	{ "NTR", "IS", "450401-3150", 9 },
};

static void
check_digits(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		char wrong[32];
		int digit;

		if (checkdigit_judge(right[i].type, right[i].country,
			right[i].number) != CHECKDIGIT_GOOD)
			fail_msg("%s%s-%s is right", right[i].type,
			    right[i].country, right[i].number);
		snprintf(wrong, sizeof(wrong), "%s", right[i].number);
		digit = wrong[right[i].at] - '0';
		assert_in_range(digit, 0, 9);
		wrong[right[i].at] = (char)('0' + (digit + 1) % 10);
		if (checkdigit_judge(right[i].type, right[i].country, wrong) !=
		    CHECKDIGIT_BAD)
			fail_msg("%s%s-%s is wrong", right[i].type,
			    right[i].country, wrong);
	}
}

/* Every wrong last digit of a number is found, and only one is right. */
static void
one_digit_of_ten(void **state)
{
	static const struct {
		const char *type, *country, *number;
	} cases[] = { { "NTR", "NO", "99182582" }, { "NTR", "SE", "556012579" },
		{ "VAT", "DE", "13669597" }, { "NTR", "EE", "1234567" },
		{ "NTR", "CZ", "2512389" }, { "NTR", "BG", "17507475" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int good = 0;

		for (int d = 0; d < 10; d++) {
			char number[16];

			snprintf(
			    number, sizeof(number), "%s%d", cases[i].number, d);
			good +=
			    checkdigit_judge(cases[i].type, cases[i].country,
				number) == CHECKDIGIT_GOOD;
		}
		assert_int_equal(good, 1);
	}
}

/* Another shape, another scheme, another country: nothing is said. */
static void
unknown_is_not_wrong(void **state)
{
	static const struct {
		const char *type, *country, *number;
	} cases[] = { { "NTR", "NO", "99182582" },
		{ "NTR", "NO", "9918258271" }, { "NTR", "DE", "HRB 12345" },
		{ "NTR", "ES", "B97458996" }, { "NTR", "PL", "0000012345" },
		{ "VAT", "ES", "12345678Z" }, { "VAT", "FR", "K7399859412" },
		{ "NTR", "FR", "356000000" }, { "NTR", "LV", "16117519997" },
		{ "VAT", "NL", "004495445" }, { "NTR", "IT", "MI-1234567" },
		{ "VAT", "AT", "13585627" }, { "NTR", "US", "1234567890" },
		{ "VAT", "EU", "FR71812611150" }, { "NTR", "SE", "" },
		{ "NTR", "SE", "11111111111111111111111111111111111111" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (checkdigit_judge(cases[i].type, cases[i].country,
			cases[i].number) != CHECKDIGIT_UNKNOWN)
			fail_msg("%s%s-%s", cases[i].type, cases[i].country,
			    cases[i].number);
	}
	/* an LEI has one shape in all the world */
	assert_int_equal(
	    checkdigit_judge("LEI", "XG", "213800KUD8"), CHECKDIGIT_BAD);
	assert_int_equal(checkdigit_judge("LEI", "XG", "213800kud8lajwsq9d15"),
	    CHECKDIGIT_BAD);
}

/* ---- spelling --------------------------------------------------------- */

static void
spellings(void **state)
{
	static const struct {
		const char *text;
		enum identifier_fault fault;
	} cases[] = {
		{ "NTRSE-5560125790", IDENTIFIER_WELL_FORMED },
		{ "VATEL-094259216", IDENTIFIER_WELL_FORMED },
		{ "VATXI-110305878", IDENTIFIER_WELL_FORMED },
		{ "VATEU-FR71812611150", IDENTIFIER_WELL_FORMED },
		{ "LEIXG-213800KUD8LAJWSQ9D15", IDENTIFIER_WELL_FORMED },
		{ "PSDNO-FSA-991825827", IDENTIFIER_WELL_FORMED },
		{ "DT:DE-3023531445", IDENTIFIER_WELL_FORMED },
		{ "PA:IT-c_h501", IDENTIFIER_WELL_FORMED },
		{ "NTRUS+CA-1234567", IDENTIFIER_WELL_FORMED },
		{ "", IDENTIFIER_BLANK },
		{ " \t ", IDENTIFIER_BLANK },
		{ " NTRSE-5560125790", IDENTIFIER_STRAY_BLANKS },
		{ "NTRFR-799320031 ", IDENTIFIER_STRAY_BLANKS },
		{ "NTRFR-799 320 031 ", IDENTIFIER_STRAY_BLANKS },
		{ "NTRFR -799320031", IDENTIFIER_STRAY_BLANKS },
		{ "NTRFR:794513986", IDENTIFIER_COLON },
		{ "NTRFR794513986", IDENTIFIER_NO_HYPHEN },
		{ "NTRFR_794513986", IDENTIFIER_OTHER_DASH },
		{ "NTRFR\xe2\x80\x93"
		  "794513986",
		    IDENTIFIER_OTHER_DASH },
		{ "ntrfr-794513986", IDENTIFIER_LOWER_CASE },
		{ "NTFR-809480122", IDENTIFIER_SHORT_TYPE },
		{ "VADE-136695976", IDENTIFIER_SHORT_TYPE },
		{ "12458924", IDENTIFIER_NO_TYPE },
		{ "B97458996", IDENTIFIER_NO_TYPE },
		{ "RO42283735", IDENTIFIER_VAT_BARE },
		{ "0002 433998903", IDENTIFIER_ISO6523 },
		{ "0192:991825827", IDENTIFIER_ISO6523 },
		{ "PNOEE-38001085718", IDENTIFIER_NATURAL },
		{ "TINDE-1", IDENTIFIER_NATURAL },
		{ "ABCDE-1", IDENTIFIER_TYPE_UNKNOWN },
		{ "GOVUS-123456", IDENTIFIER_CABF_TYPE },
		{ "NTRXX-1", IDENTIFIER_COUNTRY },
		{ "LEIDE-213800KUD8LAJWSQ9D15", IDENTIFIER_COUNTRY },
		{ "VATDE-", IDENTIFIER_EMPTY },
		{ "Example AB", IDENTIFIER_UNKNOWN_SYNTAX },
		{ "NTRSE-\x1b[31m5560125790", IDENTIFIER_UNKNOWN_SYNTAX },
		{ "NTRSE/5560125790", IDENTIFIER_UNKNOWN_SYNTAX },
	};
	struct identifier id;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		identifier_read(cases[i].text, &id);
		if (id.fault != cases[i].fault)
			fail_msg("\"%s\" is %d, not %d", cases[i].text,
			    (int)id.fault, (int)cases[i].fault);
		assert_int_equal(identifier_fault_words(id.fault) == NULL,
		    id.fault == IDENTIFIER_WELL_FORMED);
		assert_non_null(id.reference);
	}
}

static void
parts(void **state)
{
	struct identifier id;

	(void)state;
	identifier_read("PSDNO-FSA-991825827", &id);
	assert_string_equal(id.type, "PSD");
	assert_string_equal(id.country, "NO");
	assert_string_equal(id.reference, "FSA-991825827");
	assert_int_equal(id.check, CHECKDIGIT_UNKNOWN);
	identifier_read("NTRSE-5560125790", &id);
	assert_int_equal(id.check, CHECKDIGIT_GOOD);
	identifier_read("NTRSE-5560125791", &id);
	assert_int_equal(id.check, CHECKDIGIT_BAD);
}

static void
length_is_bounded(void **state)
{
	char text[IDENTIFIER_MAX + 2];
	struct identifier id;

	(void)state;
	memset(text, '1', sizeof(text));
	memcpy(text, "NTRSE-", 6);
	text[IDENTIFIER_MAX] = '\0';
	identifier_read(text, &id);
	assert_int_equal(id.fault, IDENTIFIER_WELL_FORMED);
	text[IDENTIFIER_MAX] = '1';
	text[IDENTIFIER_MAX + 1] = '\0';
	identifier_read(text, &id);
	assert_int_equal(id.fault, IDENTIFIER_UNKNOWN_SYNTAX);
}

static void
places(void **state)
{
	(void)state;
	assert_true(identifier_is_organization("NTRSK-00151866"));
	assert_true(identifier_is_organization("VATIT-00743110157"));
	assert_true(identifier_is_organization("NTRFR:794513986"));
	assert_false(identifier_is_organization("CSM026460026"));
	assert_false(identifier_is_organization("IDCES-12345678Z"));
	assert_false(identifier_is_organization("5560125790"));
}

/* ---- natural persons -------------------------------------------------- */

static void
natural_serials(void **state)
{
	static const char *const persons[] = { "PNOEE-38001085718",
		"PNOSK 5407021983", "IDCSK SP985274", "PASUS-0000001",
		"TINIT-RSSMRA", "TAXDE:1", " PNOLT-1" };
	static const char *const others[] = { "CSM026460026", "NTRSE-1", "",
		"PNO", "PNOEE", "PNOEEX-1", "ICA - 10150693", "PNOXX-1",
		"991825827" };

	(void)state;
	for (size_t i = 0; i < sizeof(persons) / sizeof(persons[0]); i++)
		if (!identifier_is_natural_serial(persons[i]))
			fail_msg("%s is a person's", persons[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (identifier_is_natural_serial(others[i]))
			fail_msg("%s is no person's", others[i]);
}

static void
norwegian_issuers(void **state)
{
	static const struct {
		int number;
		const char *name;
	} cases[] = { { 2999, NULL }, { 3000, "Telia" }, { 3010, "Telia" },
		{ 3011, NULL }, { 3999, NULL }, { 4000, "ZebSign AS" },
		{ 4010, "ZebSign AS" }, { 4011, NULL }, { 4049, NULL },
		{ 4050, "Buypass AS" }, { 4051, NULL }, { 4099, NULL },
		{ 4100, "Politidirektoratet" }, { 4101, NULL }, { 4499, NULL },
		{ 4500, "Commfides Norge AS" }, { 4510, "Commfides Norge AS" },
		{ 4511, NULL }, { 4999, NULL },
		{ 5000, "a bank of the BankID cooperation" },
		{ 5989, "a bank of the BankID cooperation" },
		{ 5990, "Sbanken ASA" }, { 5991, "SEB Privatbanken ASA" },
		{ 5992, "Handelsbanken" }, { 5993, "Bankenes ID-tjeneste AS" },
		{ 5994, "Danske Bank" }, { 5995, "Eika Gruppen AS" },
		{ 5996, "Gjensidige NOR" },
		{ 5997, "SpareBank 1 Utvikling DA" },
		{ 5998, "Nordea Bank Abp, filial i Norge" },
		{ 5999, "DNB Bank ASA" }, { 6000, NULL } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *issuer = "not cleared";
		char text[40];

		snprintf(
		    text, sizeof(text), "UN:NO-9578-%04d-abc", cases[i].number);
		assert_true(register_is_person(text, &issuer));
		if (cases[i].name == NULL)
			assert_null(issuer);
		else
			assert_string_equal(issuer, cases[i].name);
		/* the old form, without the prefix */
		assert_true(register_is_person(text + 6, NULL));
	}
	assert_true(register_is_person("UN:NO-1234", NULL));
	assert_true(register_is_person("9578-45-x", NULL));
	assert_false(register_is_person("991825827", NULL));
	assert_false(register_is_person("9578", NULL));
	assert_false(register_is_person("95781234-1", NULL));
	assert_false(register_is_person("UN:SE-9578-4050-1", NULL));
	assert_false(register_is_person("", NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_digits),
		cmocka_unit_test(one_digit_of_ten),
		cmocka_unit_test(unknown_is_not_wrong),
		cmocka_unit_test(spellings),
		cmocka_unit_test(parts),
		cmocka_unit_test(length_is_bounded),
		cmocka_unit_test(places),
		cmocka_unit_test(natural_serials),
		cmocka_unit_test(norwegian_issuers),
	};

	return cmocka_run_group_tests_name(
	    "pki, identifiers", tests, NULL, NULL);
}
