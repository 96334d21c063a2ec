/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/made.h"
#include "cli/result.h"
#include "order/keytype.h"
#include "order/letter.h"

/*
 * Iterations for a key that is opened once, when its certificate comes: half
 * a second, for whoever tries PINs too.
 */
#define KEY_ITERATIONS 600000L

/* What one run is about. */
struct order {
	struct segl *segl;
	const struct settings *settings;
	struct catalogue catalogue;
	const struct issuer *issuer; /* NULL: any */
	const char *type;            /* NULL: the key is in a file */
	char *key_path;
	char *csr_path;
	struct segl_csr *csr;
	struct segl_pin *pin;
};

/* ---- what is asked for --------------------------------------------------- */

static enum segl_status
needs(struct segl *segl, const char *what, const char *remedy)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "no %s is given", what);
	error_remedy(segl, "%s", remedy);
	return SEGL_EUSAGE;
}

static enum segl_status
check_usage(struct segl *segl, const struct settings *settings)
{
	if (settings->subject == NULL)
		return needs(segl, "Subject",
		    "say who the seal is for, --subject '/C=SE/O=Example "
		    "AB/CN=Example AB' for instance");
	if (settings->out == NULL)
		return needs(segl, "name for the files",
		    "with --out eseal the key becomes eseal.key and the CSR "
		    "eseal.csr");
	return SEGL_OK;
}

/* NAME.key and NAME.csr; one of these ends may be given, too. */
static enum segl_status
set_paths(struct order *order)
{
	const char *out = order->settings->out;
	size_t n = strlen(out);

	if (n > 4 &&
	    (strcmp(out + n - 4, ".csr") == 0 ||
		strcmp(out + n - 4, ".key") == 0))
		n -= 4;
	if (asprintf(&order->key_path, "%.*s.key", (int)n, out) < 0)
		order->key_path = NULL;
	if (asprintf(&order->csr_path, "%.*s.csr", (int)n, out) < 0)
		order->csr_path = NULL;
	return order->key_path == NULL || order->csr_path == NULL
	    ? error_nomem(order->segl)
	    : SEGL_OK;
}

/* --key is a kind of key, or the file of one. */
static enum segl_status
set_type(struct order *order)
{
	const char *key = order->settings->new_key;

	if (key == NULL) {
		order->type = order->issuer != NULL && order->issuer->keys.n > 0
		    ? order->issuer->keys.values[0]
		    : KEYTYPE_USUAL;
	} else if (keytype_find(key) != NULL) {
		order->type = key;
	} else if (strncasecmp(key, "rsa", 3) == 0 ||
	    strncasecmp(key, "ec:", 3) == 0) {
		error_set(order->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "no such kind of key is made");
		error_remedy(order->segl,
		    "choose one of " KEYTYPE_NAMES
		    ", or name the file of a key that is there");
		return SEGL_EUSAGE;
	}
	return SEGL_OK;
}

/* ---- remarks before anything is made ------------------------------------- */

static void
warn_of_key(const struct order *order)
{
	const struct issuer *issuer = order->issuer;

	if (order->type != NULL && strncmp(order->type, "ec:", 3) == 0)
		note_warning(order->segl,
		    "Maskinporten documents RS256, RS384 and RS512 alone, "
		    "which an EC key cannot make: take RSA, "
		    "--key " KEYTYPE_USUAL);
	if (issuer == NULL || order->type == NULL || issuer->keys.n == 0 ||
	    issuer_has(&issuer->keys, order->type))
		return;
	note_warning(order->segl, "%s is not known to take a key of %s; %s is",
	    issuer->name, order->type, issuer->keys.values[0]);
}

static void
warn_of_issuer(const struct order *order)
{
	const struct issuer *issuer = order->issuer;

	if (issuer == NULL)
		return;
	if (!issuer_has(&issuer->makers, "you"))
		note_warning(order->segl,
		    "%s is known to make the key itself, and to want no CSR: "
		    "ask before you order",
		    issuer->name);
}

/* ---- making -------------------------------------------------------------- */

static enum segl_status
read_pin(struct order *order)
{
	const char *source = order->settings->pin;

	if (source == NULL && order->type == NULL)
		return SEGL_OK; /* the key's file may need none */
	if (source == NULL)
		return needs(order->segl, "PIN to protect the key with",
		    "say where it is, --pin file:PATH for instance, or --pin "
		    "prompt");
	return segl_pin_read(order->segl, source,
	    order->type != NULL ? order->key_path : order->settings->new_key,
	    order->type != NULL, &order->pin);
}

static enum segl_status
key_in_the_way(struct order *order)
{
	char *remedy;
	enum segl_status status;

	if (asprintf(&remedy,
		"a private key is never overwritten: choose another --out, or "
		"make the CSR of the key that is there with --key %s",
		order->key_path) < 0)
		return error_nomem(order->segl);
	status = made_in_the_way(order->segl, order->key_path, remedy);
	free(remedy);
	return status;
}

static enum segl_status
check_paths(struct order *order)
{
	if (order->type != NULL && made_exists(order->key_path))
		return key_in_the_way(order);
	if (made_exists(order->csr_path))
		return made_in_the_way(order->segl, order->csr_path,
		    "choose another --out, or move it away");
	return SEGL_OK;
}

/* The key is on the disk, protected, before anything else is made of it. */
static enum segl_status
make_key(struct order *order)
{
	struct made_file file = { .path = order->key_path,
		.mode = 0600,
		.remedy = "a private key is never overwritten: choose another "
			  "--out" };
	struct segl_made *made = NULL;
	enum segl_status status;
	long iterations;

	if (order->type == NULL)
		return segl_csr_load_key(
		    order->csr, order->settings->new_key, order->pin);
	status = made_iterations(
	    order->segl, order->settings, KEY_ITERATIONS, &iterations);
	if (status == SEGL_OK)
		status = segl_csr_generate(order->csr, order->type);
	if (status == SEGL_OK)
		status =
		    segl_csr_key(order->csr, order->pin, iterations, &made);
	if (status == SEGL_OK)
		status = made_write_made(order->segl, &file, made);
	segl_made_free(made);
	return status;
}

static enum segl_status
make_csr(struct order *order)
{
	struct made_file file = { .path = order->csr_path,
		.mode = 0644,
		.remedy = "choose another --out, or move it away" };
	struct segl_made *made = NULL;
	enum segl_status status;

	status = segl_csr_request(order->csr, &made);
	if (status == SEGL_OK)
		status = made_write_made(order->segl, &file, made);
	segl_made_free(made);
	return status;
}

/* ---- telling ------------------------------------------------------------- */

static const char *
key_file(const struct order *order)
{
	return order->type != NULL ? order->key_path : order->settings->new_key;
}

static enum segl_status
tell_text(const struct order *order, const char *letter)
{
	struct page page;

	page_init(&page);
	page_item(&page, "private key", "%s (%s)%s", key_file(order),
	    segl_csr_key_words(order->csr),
	    order->type != NULL
		? ", encrypted with the PIN: keep both, and nowhere together"
		: "");
	page_item(&page, "CSR",
	    "%s: send this to the issuer, and the letter "
	    "below",
	    order->csr_path);
	page_item(&page, "Subject", "%s", segl_csr_subject(order->csr));
	if (order->issuer != NULL && order->issuer->note != NULL)
		page_item(
		    &page, order->issuer->name, "%s", order->issuer->note);
	page_item(&page, "afterwards",
	    "segl bundle --key %s --cert RECEIVED --out NAME.p12",
	    key_file(order));
	page_line(&page, "");
	if (page.status == SEGL_OK)
		page.status = buffer_add_str(&page.text, letter);
	return result_page(order->segl, &page);
}

static enum segl_status
tell_json(const struct order *order, const char *letter)
{
	json_t *all = json_pack(
	    "{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:s}", "schema", 1,
	    "key", key_file(order), "csr", order->csr_path, "key_type",
	    segl_csr_key_words(order->csr), "public_key_sha256",
	    segl_csr_key_digest(order->csr), "subject",
	    segl_csr_subject(order->csr), "organization_identifier",
	    segl_csr_organization_identifier(order->csr), "issuer",
	    order->issuer == NULL ? NULL : order->issuer->id, "letter", letter);

	return result_json(order->segl, order->settings, all);
}

static enum segl_status
tell(const struct order *order)
{
	struct letter letter = { .issuer = order->issuer,
		.organization = segl_csr_organization(order->csr),
		.identifier = segl_csr_organization_identifier(order->csr),
		.key = segl_csr_key_words(order->csr),
		.digest = segl_csr_key_digest(order->csr) };
	enum segl_status status;
	struct buffer text;

	buffer_init(&text, REPORT_MAX);
	if (letter_write(&letter, &text) != SEGL_OK)
		status = error_nomem(order->segl);
	else
		status = order->settings->json ? tell_json(order, text.data)
					       : tell_text(order, text.data);
	buffer_clear(&text);
	return status;
}

/* ---- the command --------------------------------------------------------- */

static enum segl_status
prepare(struct order *order)
{
	const struct settings *settings = order->settings;
	enum segl_status status = SEGL_OK;

	if (settings->issuer != NULL) {
		status = catalogue_load(order->segl, NULL, &order->catalogue);
		if (status == SEGL_OK)
			status = catalogue_find(order->segl, &order->catalogue,
			    settings->issuer, &order->issuer);
	}
	if (status == SEGL_OK)
		status = set_type(order);
	if (status == SEGL_OK)
		status = set_paths(order);
	if (status == SEGL_OK)
		status = check_paths(order);
	if (status == SEGL_OK)
		status = segl_csr_set_subject(order->csr, settings->subject);
	if (status == SEGL_OK && settings->org_id != NULL)
		status = segl_csr_set_organization_identifier(
		    order->csr, settings->org_id);
	return status;
}

enum segl_status
command_csr(struct segl *segl, const struct settings *settings)
{
	struct order order = { .segl = segl, .settings = settings };
	enum segl_status status = check_usage(segl, settings);

	if (status != SEGL_OK)
		return status;
	order.csr = segl_csr_new(segl);
	status = order.csr == NULL ? error_nomem(segl) : prepare(&order);
	if (status == SEGL_OK) {
		segl_csr_remark(order.csr);
		warn_of_key(&order);
		warn_of_issuer(&order);
		status = read_pin(&order);
	}
	if (status == SEGL_OK)
		status = make_key(&order);
	if (status == SEGL_OK)
		status = make_csr(&order);
	if (status == SEGL_OK)
		status = tell(&order);
	segl_pin_free(order.pin);
	segl_csr_free(order.csr);
	free(order.key_path);
	free(order.csr_path);
	catalogue_clear(&order.catalogue);
	return status;
}
