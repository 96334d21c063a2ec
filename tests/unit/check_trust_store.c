/* SPDX-License-Identifier: ISC */
/* The store of the trusted lists: what is written is what is answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/sha.h>

#include <segl/trust_store.h>

#include "base/file.h"
#include "ca.h"
#include "trustlist/store/store.h"

#define SVC "http://uri.etsi.org/TrstSvc/Svctype/"
#define ST  "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
#define OLD                                                                    \
	"http://uri.etsi.org/TrstSvc/eSigDir-1999-93-EC-TrustedList/"          \
	"Svcstatus/"

#define EIDAS 1467324000LL

/* QcCompliance and QcType eseal. */
static const unsigned char seal_statements[] = { 0x30, 0x1f, 0x30, 0x08, 0x06,
	0x06, 0x04, 0x00, 0x8e, 0x46, 0x01, 0x01, 0x30, 0x13, 0x06, 0x06, 0x04,
	0x00, 0x8e, 0x46, 0x01, 0x06, 0x30, 0x09, 0x06, 0x07, 0x04, 0x00, 0x8e,
	0x46, 0x01, 0x06, 0x02 };

static struct segl *segl;
static char dir[] = "/tmp/segl-check-XXXXXX";
static struct ca root, other, issuer, cross, leaf;
static struct tl_bytes issuer_der, root_der, other_der;

static struct tl_bytes
der_of(const struct ca *ca)
{
	unsigned char *der = NULL;
	int len = i2d_X509(ca->cert, &der);

	assert_true(len > 0);
	return (struct tl_bytes){ der, (size_t)len };
}

static int
make(void **state)
{
	struct ca_spec root_spec = { .cn = "Root  CA",
		.c = "SE",
		.basic = "critical,CA:TRUE",
		.usage = "critical,keyCertSign" };
	struct ca_spec other_spec = root_spec;
	struct ca_spec issuer_spec = root_spec, cross_spec;
	struct ca_spec leaf_spec = { .cn = "Example",
		.o = "Example AB",
		.c = "SE",
		.orgids = { "NTRSE-5560125790" },
		.policies = "0.4.0.194112.1.1",
		.qc = seal_statements,
		.qc_len = sizeof(seal_statements),
		.usage = "critical,digitalSignature" };
	EVP_PKEY *key = ca_key("EC"), *top = ca_key("EC");
	(void)state;
	issuer_spec.cn = "Issuing CA";
	cross_spec = issuer_spec;
	cross_spec.cn = "ISSUING   ca"; /* RFC 5280, 7.1: the same name */
	other_spec.cn = "Another root";
	other_spec.not_after = CA_NOW + 80 * CA_DAY; /* the worse one */
	root = ca_make(&root_spec, top, NULL);
	other = ca_make(&other_spec, top, NULL);
	issuer = ca_make(&issuer_spec, key, &root);
	cross = ca_make(&cross_spec, key, &other);
	leaf = ca_make(&leaf_spec, top, &issuer);
	issuer_der = der_of(&issuer);
	root_der = der_of(&root);
	other_der = der_of(&other);
	EVP_PKEY_free(key);
	EVP_PKEY_free(top);
	segl = segl_new();
	return segl == NULL || mkdtemp(dir) == NULL ? -1 : 0;
}

static void
remove_file(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	(void)remove(path);
}

static int
unmake(void **state)
{
	(void)state;
	remove_file("trust.db");
	remove_file("lock");
	remove_file("lists");
	(void)rmdir(dir);
	OPENSSL_free((void *)issuer_der.data);
	OPENSSL_free((void *)root_der.data);
	OPENSSL_free((void *)other_der.data);
	ca_free(&root);
	ca_free(&other);
	ca_free(&issuer);
	ca_free(&cross);
	ca_free(&leaf);
	segl_free(segl);
	return 0;
}

/* A soft token of the leaf and N others. */
static struct segl_softtoken *
token_with(const struct ca *const *others, size_t n)
{
	struct segl_softtoken *token = segl_softtoken_new(segl);
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem;
	long len;

	assert_non_null(token);
	PEM_write_bio_X509(bio, leaf.cert);
	for (size_t i = 0; i < n; i++)
		PEM_write_bio_X509(bio, others[i]->cert);
	len = BIO_get_mem_data(bio, &pem);
	segl_softtoken_accept_sample(token);
	segl_softtoken_set_time(token, (long long)CA_NOW);
	assert_int_equal(
	    segl_softtoken_load_mem(token, pem, (size_t)len, "test"), SEGL_OK);
	BIO_free(bio);
	return token;
}

/* A soft token's path: the leaf and what is above it, NULL nothing. */
static struct segl_softtoken *
token_of(const struct ca *above, const struct ca *top)
{
	const struct ca *others[] = { above, top };

	return token_with(others, above == NULL ? 0 : top == NULL ? 1 : 2);
}

/* ---- lists by hand ------------------------------------------------------- */

static const char *const qcp_l[] = { "0.4.0.194112.1.1" };
static const char *const qcp_n[] = { "0.4.0.194112.1.0" };

static const struct tl_criterion parts[] = {
	{ .kind = TL_POLICY_SET, .oids = qcp_l, .n_oids = 1 },
	{ .kind = TL_POLICY_SET, .oids = qcp_n, .n_oids = 1 },
};

static const struct tl_qualification qualifications[] = {
	{ .qualifiers = TL_QC_NO_QSCD,
	    .criteria = { .kind = TL_AT_LEAST_ONE,
		.parts = parts,
		.n_parts = 2 } },
	{ .qualifiers = TL_QC_WITH_QSCD,
	    .criteria = { .kind = TL_ALL, .parts = parts, .n_parts = 2 } },
};

static const struct tl_state states[] = {
	{ .type = SVC "CA/QC",
	    .status = ST "withdrawn",
	    .since = CA_NOW + 400 * CA_DAY,
	    .uses = TL_FOR_ESEALS | TL_FOR_ESIGNATURES },
	{ .type = SVC "CA/QC",
	    .status = ST "granted",
	    .since = EIDAS,
	    .uses = TL_FOR_ESEALS | TL_FOR_ESIGNATURES,
	    .qualifications = qualifications,
	    .n_qualifications = 2 },
	{ .type = SVC "CA/QC",
	    .status = OLD "supervisionincessation",
	    .since = EIDAS - 1000 },
};

static const struct tl_state stamps[] = {
	{ .type = SVC "TSA/QTST", .status = ST "granted", .since = EIDAS }
};

/* The identities of the services; NULL: a certificate, and rubbish. */
static const struct tl_identity *other_ids;
static size_t n_other_ids;

/* Write a store of one list of SE with the services of the test. */
static void
write_store(const struct tl_state *of, size_t n, long long next_update)
{
	const unsigned char rubbish[] = "no certificate";
	struct tl_identity ids[] = {
		{ TL_ID_CERTIFICATE, { rubbish, sizeof(rubbish) } },
		{ TL_ID_CERTIFICATE, issuer_der },
		{ TL_ID_CERTIFICATE, issuer_der },
	};
	struct tl_service services[] = {
		{ .provider = "Provider AB",
		    .name = "Seals",
		    .identities = other_ids != NULL ? other_ids : ids,
		    .n_identities = other_ids != NULL ? n_other_ids : 3,
		    .states = of,
		    .n_states = n },
		{ .provider = "Provider AB",
		    .name = "Stamps",
		    .identities = ids,
		    .n_identities = 3,
		    .states = stamps,
		    .n_states = 1 },
	};
	struct tl_list list = { .version = 6,
		.sequence = 55,
		.territory = "SE",
		.issued = CA_NOW - 10 * CA_DAY,
		.next_update = next_update,
		.services = services,
		.n_services = 2,
		.n_unread = n == 0 };
	struct tl_store_entry entries[] = {
		{ .territory = "SE",
		    .authenticated = 1,
		    .sha256 = { 1 },
		    .fetched = CA_NOW,
		    .url = "https://example.se/tl.xml",
		    .signer = root_der,
		    .list = &list },
		{ .territory = "HR",
		    .reason = "signed by somebody else",
		    .sha256 = { 2 },
		    .fetched = CA_NOW },
		{ .territory = "RO", .reason = "not there", .fetched = -1 },
	};
	struct tl_store_making *making;
	struct tl_store_writer writer;
	struct draft draft;

	assert_int_equal(tl_store_begin(segl, dir, NULL, &writer), SEGL_OK);
	assert_int_equal(tl_store_make(segl, &making), SEGL_OK);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
		    tl_store_add(segl, making, &entries[i]), SEGL_OK);
	assert_int_equal(
	    tl_store_draft(segl, making, &writer, &draft), SEGL_OK);
	tl_store_making_free(making);
	assert_int_equal(tl_store_commit(segl, &draft), SEGL_OK);
	draft_drop(&draft);
	tl_store_end(&writer);
}

static struct segl_trust_answer *
ask(const struct segl_softtoken *token, long long at)
{
	struct segl_trust_answer *answer;
	struct segl_trust_store *store;

	assert_int_equal(segl_trust_store_open(segl, dir, &store), SEGL_OK);
	assert_int_equal(segl_trust_ask(store, token, at, &answer), SEGL_OK);
	segl_trust_store_free(store);
	return answer;
}

/* ---- tests --------------------------------------------------------------- */

static void
lists_are_told(void **state)
{
	struct segl_trust_store *store;
	struct segl_trust_list list;

	(void)state;
	write_store(states, 3, CA_NOW + CA_DAY);
	assert_int_equal(segl_trust_store_open(segl, dir, &store), SEGL_OK);
	assert_string_equal(segl_trust_store_directory(store), dir);
	assert_int_equal(segl_trust_store_lists(store), 3);
	assert_true(segl_trust_store_list(store, 0, &list));
	assert_string_equal(list.territory, "HR");
	assert_false(list.authenticated);
	assert_string_equal(list.reason, "signed by somebody else");
	assert_true(segl_trust_store_list(store, 2, &list));
	assert_string_equal(list.territory, "SE");
	assert_true(list.authenticated);
	assert_null(list.reason);
	assert_int_equal(list.sequence, 55);
	assert_int_equal(list.services, 2);
	assert_string_equal(list.signer, "CN=Root  CA,C=SE");
	assert_false(segl_trust_store_list(store, 3, &list));
	segl_trust_store_free(store);
}

static int
is_unread(void *arg, const struct segl_trust_entry *entry)
{
	assert_string_equal(entry->name, "Seals");
	assert_string_equal(entry->type, "");
	assert_string_equal(entry->status, "");
	assert_true(entry->since == -1);
	assert_int_equal(entry->changes, 0);
	*(int *)arg = 1;
	return 1;
}

/* Which service it is, is told; what it may be, is not known. */
static void
unread_is_told(void **state)
{
	struct segl_softtoken *token = token_of(&issuer, &root);
	struct segl_trust_answer *answer;
	struct segl_trust_store *store;
	struct segl_trust_list list;
	int seen = 0;

	(void)state;
	write_store(states, 0, CA_NOW + CA_DAY);
	assert_int_equal(segl_trust_store_open(segl, dir, &store), SEGL_OK);
	assert_true(segl_trust_store_list(store, 2, &list));
	assert_int_equal(list.services, 1);
	assert_int_equal(list.unread, 1);
	assert_int_equal(
	    segl_trust_store_services(store, "SE", is_unread, &seen), SEGL_OK);
	assert_true(seen);
	segl_trust_store_free(store);
	answer = ask(token, CA_NOW);
	assert_int_equal(segl_trust_answer_rows(answer)->n, 0);
	assert_int_equal(
	    segl_trust_answer_rows(answer)->list, SEGL_TRUST_UNREAD);
	segl_trust_answer_free(answer);
	segl_softtoken_free(token);
}

static int
count(void *arg, const struct segl_trust_entry *entry)
{
	int *n = arg;

	assert_string_equal(entry->territory, "SE");
	assert_string_equal(entry->type, *n == 0 ? "CA/QC" : "TSA/QTST");
	return ++*n == 2;
}

static void
services_are_told(void **state)
{
	struct segl_trust_store *store;
	int n = 0;

	(void)state;
	assert_int_equal(segl_trust_store_open(segl, dir, &store), SEGL_OK);
	assert_int_equal(
	    segl_trust_store_services(store, "SE", count, &n), SEGL_OK);
	assert_int_equal(n, 2);
	assert_int_equal(
	    segl_trust_store_services(store, "NO", count, &n), SEGL_OK);
	assert_int_equal(n, 2);
	segl_trust_store_free(store);
}

static void
issuer_is_found(void **state)
{
	struct segl_softtoken *token = token_of(&issuer, &root);
	struct segl_trust_answer *answer = ask(token, CA_NOW);
	const struct segl_trust *trust = segl_trust_answer_rows(answer);
	const struct segl_trust_service *s = trust->services;

	(void)state;
	assert_int_equal(trust->n, 1); /* once, and no time stamps */
	assert_int_equal(s->position, 1);
	assert_string_equal(s->territory, "SE");
	assert_string_equal(s->provider, "Provider AB");
	assert_string_equal(s->type, "CA/QC");
	assert_string_equal(s->status, "granted");
	assert_true(s->since == EIDAS);
	assert_string_equal(s->next_status, "withdrawn");
	assert_true(s->next_since == CA_NOW + 400 * CA_DAY);
	assert_int_equal(
	    s->uses, SEGL_TRUST_FOR_ESEALS | SEGL_TRUST_FOR_ESIGNATURES);
	assert_int_equal(s->qualifiers, SEGL_TRUST_QC_NO_QSCD);
	assert_int_equal(s->list, SEGL_TRUST_CURRENT);
	assert_int_equal(s->sequence, 55);
	assert_string_equal(trust->territory, "SE");
	assert_int_equal(trust->list, SEGL_TRUST_CURRENT);
	assert_non_null(strstr(trust->missing, "NO"));
	assert_null(strstr(trust->missing, "SE"));
	assert_string_equal(trust->now->words, "QC for eSeal");
	assert_int_equal(trust->now->qualified, SEGL_TRUST_QUALIFIED);
	assert_int_equal(trust->now->qscd, 0);
	segl_trust_answer_free(answer);
	segl_softtoken_free(token);
}

static void
cross_certificate_is_found(void **state)
{
	struct segl_softtoken *token = token_of(&cross, NULL);
	struct segl_trust_answer *answer = ask(token, CA_NOW);

	(void)state;
	assert_int_equal(segl_trust_answer_rows(answer)->n, 1);
	segl_trust_answer_free(answer);
	segl_softtoken_free(token);
}

static void
status_is_that_of_the_time(void **state)
{
	static const struct {
		long long at;
		const char *status;
	} times[] = {
		{ EIDAS - 1001, "" },
		{ EIDAS - 1000, "supervisionincessation" },
		{ EIDAS - 1, "supervisionincessation" },
		{ EIDAS, "granted" },
		{ CA_NOW + 400 * CA_DAY - 1, "granted" },
		{ CA_NOW + 400 * CA_DAY, "withdrawn" },
	};
	struct segl_softtoken *token = token_of(&issuer, &root);

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct segl_trust_answer *answer = ask(token, times[i].at);
		const struct segl_trust *trust = segl_trust_answer_rows(answer);

		assert_string_equal(trust->services[0].status, times[i].status);
		assert_int_equal(trust->now->qualified == SEGL_TRUST_QUALIFIED,
		    i > 0 && i < 5);
		segl_trust_answer_free(answer);
	}
	segl_softtoken_free(token);
}

static void
lists_grow_old(void **state)
{
	static const struct {
		long long next_update;
		enum segl_trust_state state;
	} rows[] = {
		{ CA_NOW, SEGL_TRUST_CURRENT },
		{ CA_NOW - 1, SEGL_TRUST_STALE },
		{ CA_NOW - 90 * CA_DAY, SEGL_TRUST_STALE },
		{ CA_NOW - 90 * CA_DAY - 1, SEGL_TRUST_OLD },
		{ -1, SEGL_TRUST_CLOSED },
	};
	struct segl_softtoken *token = token_of(&issuer, &root);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct segl_trust_answer *answer;
		const struct segl_trust *trust;

		write_store(states, 3, rows[i].next_update);
		answer = ask(token, CA_NOW);
		trust = segl_trust_answer_rows(answer);
		assert_int_equal(trust->list, rows[i].state);
		assert_int_equal(trust->services[0].list, rows[i].state);
		segl_trust_answer_free(answer);
	}
	segl_softtoken_free(token);
}

/* Who has it open reads on; who opens it then has the new one. */
static void
replaced_while_read(void **state)
{
	struct segl_softtoken *token = token_of(&issuer, &root);
	struct segl_trust_answer *answer;
	struct segl_trust_store *store;

	(void)state;
	write_store(states, 3, CA_NOW + CA_DAY);
	assert_int_equal(segl_trust_store_open(segl, dir, &store), SEGL_OK);
	write_store(states, 1, CA_NOW + CA_DAY);
	assert_int_equal(
	    segl_trust_ask(store, token, CA_NOW, &answer), SEGL_OK);
	assert_string_equal(
	    segl_trust_answer_rows(answer)->services[0].status, "granted");
	segl_trust_answer_free(answer);
	segl_trust_store_free(store);
	answer = ask(token, CA_NOW);
	assert_string_equal(
	    segl_trust_answer_rows(answer)->services[0].status, "");
	segl_trust_answer_free(answer);
	segl_softtoken_free(token);
}

/* ---- a path that ends early ---------------------------------------------- */

static struct segl_softtoken *
completed(void)
{
	struct segl_softtoken *token = token_of(NULL, NULL);
	struct segl_trust_store *store;

	assert_int_equal(segl_softtoken_path_len(token), 1);
	assert_int_equal(segl_softtoken_path_own(token), 1);
	assert_int_equal(segl_trust_store_open(segl, dir, &store), SEGL_OK);
	assert_int_equal(segl_trust_complete(store, token), SEGL_OK);
	segl_trust_store_free(store);
	return token;
}

static void
path_is_completed(void **state)
{
	struct segl_softtoken *token;
	struct segl_trust_answer *answer;
	const unsigned char *der;
	size_t len;

	(void)state;
	write_store(states, 3, CA_NOW + CA_DAY);
	token = completed();
	assert_int_equal(segl_softtoken_path_len(token), 2);
	assert_int_equal(segl_softtoken_path_own(token), 1);
	der = segl_softtoken_path_der(token, 1, &len);
	assert_int_equal(len, issuer_der.len);
	assert_memory_equal(der, issuer_der.data, len);
	assert_non_null(segl_softtoken_path_missing(token)); /* the root */
	answer = ask(token, CA_NOW);
	assert_int_equal(segl_trust_answer_rows(answer)->n, 1);
	segl_trust_answer_free(answer);
	segl_softtoken_free(token);
}

/* What is not for seals does not have its certificate in the store. */
static void
other_services_complete_nothing(void **state)
{
	const struct tl_state people[] = { { .type = SVC "CA/QC",
	    .status = ST "granted",
	    .since = EIDAS,
	    .uses = TL_FOR_ESIGNATURES } };
	struct segl_softtoken *token;

	(void)state;
	write_store(people, 1, CA_NOW + CA_DAY);
	token = completed();
	assert_int_equal(segl_softtoken_path_len(token), 1);
	segl_softtoken_free(token);
}

/*
 * The best path ends at a root that nobody lists, and a cross-certificate leads
 * to one that is listed: that counts, not which of them is valid longer.
 */
static void
listed_path_is_taken(void **state)
{
	const struct tl_state roots[] = { { .type = SVC "CA/QC",
	    .status = ST "granted",
	    .since = EIDAS,
	    .uses = TL_FOR_ESEALS | TL_ROOT_CA_QC } };
	const struct tl_identity ids[] = { { TL_ID_CERTIFICATE, other_der } };
	const struct ca *others[] = { &issuer, &root, &cross, &other };
	struct segl_softtoken *token = token_with(others, 4);
	struct segl_trust_answer *answer;
	struct segl_trust_store *store;
	const struct segl_trust *trust;

	(void)state;
	other_ids = ids;
	n_other_ids = 1;
	write_store(roots, 1, CA_NOW + CA_DAY);
	other_ids = NULL;
	assert_true(segl_softtoken_path_has_others(token));
	answer = ask(token, CA_NOW);
	assert_int_equal(segl_trust_answer_rows(answer)->n, 0);
	segl_trust_answer_free(answer);
	assert_int_equal(segl_trust_store_open(segl, dir, &store), SEGL_OK);
	assert_int_equal(segl_trust_complete(store, token), SEGL_OK);
	segl_trust_store_free(store);
	answer = ask(token, CA_NOW);
	trust = segl_trust_answer_rows(answer);
	assert_int_equal(trust->n, 1);
	assert_int_equal(trust->services[0].position, 2);
	assert_true(trust->services[0].uses & SEGL_TRUST_ROOT_CA_QC);
	segl_trust_answer_free(answer);
	segl_softtoken_free(token);
}

static size_t
found_by(enum tl_identity_kind kind, const unsigned char *bytes, size_t len)
{
	const unsigned char rubbish[] = "no certificate";
	struct tl_identity ids[] = { { TL_ID_CERTIFICATE,
					 { rubbish, sizeof(rubbish) } },
		{ kind, { bytes, len } } };
	struct segl_softtoken *token = token_of(&issuer, &root);
	struct segl_trust_answer *answer;
	size_t n;

	other_ids = ids;
	n_other_ids = 2;
	write_store(states, 3, CA_NOW + CA_DAY);
	other_ids = NULL;
	answer = ask(token, CA_NOW);
	n = segl_trust_answer_rows(answer)->n;
	segl_trust_answer_free(answer);
	segl_softtoken_free(token);
	return n;
}

/* By the identifier of the key, computed: what is stated proves nothing. */
static void
found_by_key_identifier(void **state)
{
	const ASN1_BIT_STRING *key = X509_get0_pubkey_bitstr(issuer.cert);
	unsigned char ski[SHA_DIGEST_LENGTH];

	(void)state;
	SHA1(ASN1_STRING_get0_data(key), (size_t)ASN1_STRING_length(key), ski);
	assert_int_equal(found_by(TL_ID_SKI, ski, sizeof(ski)), 1);
	assert_int_equal(found_by(TL_ID_SKI, ski, sizeof(ski) - 1), 0);
	assert_int_equal(found_by(TL_ID_OTHER, ski, sizeof(ski)), 0);
	ski[3] ^= 1;
	assert_int_equal(found_by(TL_ID_SKI, ski, sizeof(ski)), 0);
}

/* The right answer, or the failure that says so: nothing else, ever. */
static int
answers_rightly(void)
{
	struct segl_softtoken *token = token_of(NULL, NULL);
	struct segl_trust_answer *answer = NULL;
	struct segl_trust_store *store;
	enum segl_status status;

	status = segl_trust_store_open(segl, dir, &store);
	if (status == SEGL_OK)
		status = segl_trust_complete(store, token);
	if (status == SEGL_OK)
		status = segl_trust_ask(store, token, CA_NOW, &answer);
	if (status == SEGL_OK) {
		const struct segl_trust *t = segl_trust_answer_rows(answer);

		assert_int_equal(t->n, 1);
		assert_string_equal(t->services[0].status, "granted");
		assert_int_equal(
		    t->services[0].qualifiers, SEGL_TRUST_QC_NO_QSCD);
	} else {
		assert_int_equal(status, SEGL_EUNDECIDED);
		assert_null(answer);
		assert_non_null(strstr(segl_error_message(segl), "damaged"));
		assert_non_null(
		    strstr(segl_error_remedy(segl), "segl trust update"));
	}
	segl_error_clear(segl);
	segl_trust_answer_free(answer);
	segl_trust_store_free(store);
	segl_softtoken_free(token);
	return status == SEGL_OK;
}

static void
damage_is_noticed(void **state)
{
	size_t noticed = 0, tried = 0;
	char path[256];
	struct stat st;
	int fd;

	(void)state;
	write_store(states, 3, CA_NOW + CA_DAY);
	snprintf(path, sizeof(path), "%s/trust.db", dir);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	for (off_t at = 0; at < st.st_size; at += 61) {
		unsigned char byte, wrong;

		assert_int_equal(pread(fd, &byte, 1, at), 1);
		wrong = byte ^ (unsigned char)(1u << (at % 8));
		assert_int_equal(pwrite(fd, &wrong, 1, at), 1);
		noticed += !answers_rightly();
		tried++;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
	assert_true(answers_rightly());
	/* every page of so small a store is needed, or nearly so */
	assert_true(noticed * 10 > tried * 8);
	for (off_t size = st.st_size - 1; size > 0; size = size * 2 / 3) {
		assert_int_equal(ftruncate(fd, size), 0);
		assert_false(answers_rightly());
	}
	close(fd);
}

static void
store_is_not_there(void **state)
{
	struct segl_trust_store *store = (struct segl_trust_store *)&state;
	char elsewhere[sizeof(dir) + 16];

	snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", dir);
	assert_int_equal(
	    segl_trust_store_open(segl, elsewhere, &store), SEGL_EUSAGE);
	assert_null(store);
	assert_non_null(strstr(segl_error_remedy(segl), "--trust"));
	segl_error_clear(segl);
	/* a directory that waits for its first update */
	remove_file("trust.db");
	store = (struct segl_trust_store *)&state;
	assert_int_equal(segl_trust_store_open(segl, dir, &store), SEGL_OK);
	assert_null(store);
	/* that nobody has one is no failure */
	setenv("XDG_DATA_HOME", dir, 1);
	if (geteuid() != 0) {
		assert_int_equal(
		    segl_trust_store_open(segl, NULL, &store), SEGL_OK);
		assert_null(store);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_told),
		cmocka_unit_test(services_are_told),
		cmocka_unit_test(issuer_is_found),
		cmocka_unit_test(cross_certificate_is_found),
		cmocka_unit_test(status_is_that_of_the_time),
		cmocka_unit_test(lists_grow_old),
		cmocka_unit_test(replaced_while_read),
		cmocka_unit_test(unread_is_told),
		cmocka_unit_test(path_is_completed),
		cmocka_unit_test(other_services_complete_nothing),
		cmocka_unit_test(listed_path_is_taken),
		cmocka_unit_test(found_by_key_identifier),
		cmocka_unit_test(damage_is_noticed),
		cmocka_unit_test(store_is_not_there),
	};

	return cmocka_run_group_tests_name("trust store", tests, make, unmake);
}
