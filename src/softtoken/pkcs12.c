/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/asn1t.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>

#include "pki/fault.h"
#include "softtoken/key.h"
#include "softtoken/mac.h"
#include "softtoken/pbe.h"
#include "softtoken/pkcs12.h"
#include "softtoken/sequence.h"

/* One file on its way to material. */
struct walk {
	struct source *source;
	struct segl *segl;
	const char *name;
	struct material *out;
	struct pbe pbe;
	int verified; /* the MAC fits the PIN */
};

int
pkcs12_is(const struct source *source)
{
	const unsigned char *p = source->bytes;
	const unsigned char *end = p + source->len;

	/* PFX ::= SEQUENCE { version INTEGER (3), authSafe SEQUENCE ... */
	if (end - p < 2 || p[0] != 0x30)
		return 0;
	p += (p[1] & 0x80) != 0 ? 2 + (p[1] & 0x7f) : 2;
	return end - p >= 4 && memcmp(p, "\x02\x01\x03\x30", 4) == 0;
}

/* ---- what can be wrong --------------------------------------------------- */

static enum segl_status
damaged(struct walk *w, const char *what)
{
	if (fault_is_nomem())
		return error_nomem(w->segl);
	error_set(w->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s is damaged or cut short: %s", w->name, what);
	error_remedy(w->segl,
	    "copy the file again from where it was made, in binary mode");
	return SEGL_EKEY;
}

static enum segl_status
unsupported(struct walk *w, const char *what)
{
	error_set(w->segl, SEGL_EKEY, SEGL_TURN_YOU, "%s is not supported: %s",
	    w->name, what);
	error_remedy(w->segl, "export the key again, protected by a password");
	return SEGL_EKEY;
}

static enum segl_status
wrong_pin(struct walk *w)
{
	if (w->verified && !w->pbe.pin_missing) {
		error_set(w->segl, SEGL_EKEY, SEGL_TURN_YOU,
		    "the PIN opens %s but not what is in it: a part has "
		    "another password or is damaged",
		    w->name);
		error_remedy(w->segl,
		    "give key and file the same password, with keytool "
		    "-importkeystore for instance, or take a good copy");
		return SEGL_EKEY;
	}
	return pbe_wrong_pin(&w->pbe);
}

static enum segl_status
too_many(struct walk *w, const char *what)
{
	return error_set(w->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s holds too many %s", w->name, what);
}

static enum segl_status
open_bytes(struct walk *w, const X509_ALGOR *algorithm,
    const ASN1_OCTET_STRING *in, const ASN1_ITEM *item, void **out)
{
	enum segl_status status = pbe_need_pin(&w->pbe);

	*out = NULL;
	if (status == SEGL_OK)
		status = pbe_open(&w->pbe, algorithm, ASN1_STRING_get0_data(in),
		    (size_t)ASN1_STRING_length(in), item, out);
	/* where pbe_open() has said why, that stands */
	return status == SEGL_EKEY ? wrong_pin(w) : status;
}

/* ---- bags (RFC 7292, 4.2) ------------------------------------------------ */

static char *
friendly_name(PKCS12_SAFEBAG *bag)
{
	char *text = PKCS12_get_friendlyname(bag);
	char *name = text == NULL ? NULL : strdup(text);

	OPENSSL_free(text);
	return name;
}

/* KEY is taken; NULL means that it could not be read. */
static enum segl_status
add_key(struct walk *w, PKCS12_SAFEBAG *bag, EVP_PKEY *key)
{
	enum segl_status status;

	if (key == NULL) {
		if (fault_is_nomem())
			return error_nomem(w->segl);
		w->out->n_unreadable_keys++;
		note_warning(w->segl,
		    "%s: a private key that cannot be read is left out",
		    w->name);
		return SEGL_OK;
	}
	status = material_add_key(w->out, key, friendly_name(bag));
	return status == SEGL_EKEY ? too_many(w, "keys") : status;
}

static enum segl_status
add_shrouded(struct walk *w, PKCS12_SAFEBAG *bag)
{
	const X509_ALGOR *algorithm;
	const ASN1_OCTET_STRING *in;
	enum segl_status status;
	void *info;

	X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, &in);
	status = open_bytes(
	    w, algorithm, in, ASN1_ITEM_rptr(ASN1_SEQUENCE_ANY), &info);
	if (status != SEGL_OK)
		return status;
	status = add_key(w, bag, key_from_info(info));
	sequence_free(info);
	return status;
}

static enum segl_status
add_cert(struct walk *w, PKCS12_SAFEBAG *bag)
{
	enum segl_status status;
	X509 *x509;

	/* the other kind, SDSI, nobody has seen */
	if (PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate)
		return SEGL_OK;
	x509 = PKCS12_SAFEBAG_get1_cert(bag);
	if (x509 == NULL) {
		if (fault_is_nomem())
			return error_nomem(w->segl);
		fault_begin();
		w->out->n_unreadable_certs++;
		note_warning(w->segl,
		    "%s: a certificate that cannot be read is left out",
		    w->name);
		return SEGL_OK;
	}
	status = material_add_cert(w->out, x509, friendly_name(bag));
	X509_free(x509);
	if (status == SEGL_ENOMEM)
		return error_nomem(w->segl);
	return status == SEGL_EKEY ? too_many(w, "certificates") : status;
}

static enum segl_status walk_bags(
    struct walk *w, const STACK_OF(PKCS12_SAFEBAG) * bags, int depth);

static enum segl_status
walk_bag(struct walk *w, PKCS12_SAFEBAG *bag, int depth)
{
	switch (PKCS12_SAFEBAG_get_nid(bag)) {
	case NID_keyBag:
		return add_key(
		    w, bag, key_from_pkcs8(PKCS12_SAFEBAG_get0_p8inf(bag)));
	case NID_pkcs8ShroudedKeyBag:
		return add_shrouded(w, bag);
	case NID_certBag:
		return add_cert(w, bag);
	case NID_safeContentsBag:
		return walk_bags(w, PKCS12_SAFEBAG_get0_safes(bag), depth + 1);
	default: /* CRLs, secrets and what others add: not ours */
		return SEGL_OK;
	}
}

static enum segl_status
walk_bags(struct walk *w, const STACK_OF(PKCS12_SAFEBAG) * bags, int depth)
{
	enum segl_status status = SEGL_OK;

	if (depth > PKCS12_DEPTH_MAX)
		return too_many(w, "bags within bags");
	for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags) && status == SEGL_OK;
	     i++)
		status = walk_bag(w, sk_PKCS12_SAFEBAG_value(bags, i), depth);
	return status;
}

/* ---- safes (RFC 7292, 4.1) ----------------------------------------------- */

static void
free_bags(void *bags)
{
	/* key bags in it are wiped by the type's own free */
	sk_PKCS12_SAFEBAG_pop_free(
	    (STACK_OF(PKCS12_SAFEBAG) *)bags, PKCS12_SAFEBAG_free);
}

static enum segl_status
walk_encrypted(struct walk *w, const PKCS7_ENC_CONTENT *content)
{
	enum segl_status status;
	void *bags;

	if (content == NULL || content->enc_data == NULL)
		return damaged(w, "an encrypted part is empty");
	status = open_bytes(w, content->algorithm, content->enc_data,
	    ASN1_ITEM_rptr(PKCS12_SAFEBAGS), &bags);
	if (status != SEGL_OK)
		return status;
	status = walk_bags(w, bags, 0);
	free_bags(bags);
	return status;
}

static enum segl_status
walk_plain(struct walk *w, const ASN1_OCTET_STRING *content)
{
	const unsigned char *p;
	enum segl_status status;
	void *bags;

	if (content == NULL)
		return damaged(w, "a part is empty");
	p = ASN1_STRING_get0_data(content);
	bags = ASN1_item_d2i(NULL, &p, ASN1_STRING_length(content),
	    ASN1_ITEM_rptr(PKCS12_SAFEBAGS));
	if (bags == NULL)
		return damaged(w, "a part of it cannot be read");
	status = walk_bags(w, bags, 0);
	free_bags(bags);
	return status;
}

/* Free CONTENT, which may hold a key that was never encrypted. */
static void
free_content(PKCS7 *content)
{
	if (content != NULL && PKCS7_type_is_data(content))
		sequence_wipe_string(content->d.data);
	PKCS7_free(content);
}

/* ContentInfo in ANY; NULL where it is none. */
static PKCS7 *
content_in(const ASN1_TYPE *any)
{
	const unsigned char *p;

	if (any->type != V_ASN1_SEQUENCE)
		return NULL;
	p = any->value.sequence->data;
	return d2i_PKCS7(NULL, &p, any->value.sequence->length);
}

static enum segl_status
walk_safe(struct walk *w, const ASN1_TYPE *any)
{
	PKCS7 *content = content_in(any);
	enum segl_status status;

	if (content == NULL)
		status = damaged(w, "a part of it cannot be read");
	else if (PKCS7_type_is_data(content))
		status = walk_plain(w, content->d.data);
	else if (PKCS7_type_is_encrypted(content))
		status = walk_encrypted(w,
		    content->d.encrypted == NULL
			? NULL
			: content->d.encrypted->enc_data);
	else if (PKCS7_type_is_enveloped(content))
		status = unsupported(
		    w, "it is encrypted for a public key, not with a password");
	else
		status = unsupported(w, "a part is of an unknown type");
	free_content(content);
	return status;
}

static enum segl_status
walk_safes(struct walk *w, const ASN1_OCTET_STRING *safes)
{
	const unsigned char *p = ASN1_STRING_get0_data(safes);
	ASN1_SEQUENCE_ANY *sequence =
	    d2i_ASN1_SEQUENCE_ANY(NULL, &p, ASN1_STRING_length(safes));
	enum segl_status status = SEGL_OK;

	if (sequence == NULL)
		return damaged(w, "its contents cannot be read");
	for (int i = 0; i < sk_ASN1_TYPE_num(sequence) && status == SEGL_OK;
	     i++)
		status = walk_safe(w, sk_ASN1_TYPE_value(sequence, i));
	sequence_free(sequence);
	return status;
}

/* ---- the file (RFC 7292, 4) ---------------------------------------------- */

static enum segl_status
check_mac(struct walk *w, const ASN1_TYPE *mac, const ASN1_OCTET_STRING *safes)
{
	enum segl_status status = pbe_need_pin(&w->pbe);

	if (status != SEGL_OK)
		return status;
	status = mac_verify(&w->pbe, mac, ASN1_STRING_get0_data(safes),
	    (size_t)ASN1_STRING_length(safes), &w->verified);
	if (status != SEGL_OK)
		return status;
	return w->verified ? SEGL_OK : wrong_pin(w);
}

static enum segl_status
walk_pfx(struct walk *w, const ASN1_SEQUENCE_ANY *pfx)
{
	int n = sk_ASN1_TYPE_num(pfx);
	enum segl_status status = SEGL_OK;
	PKCS7 *content = NULL;

	if (n >= 2 && n <= 3)
		content = content_in(sk_ASN1_TYPE_value(pfx, 1));
	if (content == NULL)
		status = damaged(w, "it is not PKCS#12 throughout");
	else if (PKCS7_type_is_signed(content))
		status = unsupported(
		    w, "it is protected by a signature, not by a password");
	else if (!PKCS7_type_is_data(content) || content->d.data == NULL)
		status = damaged(w, "it has no contents");
	if (status == SEGL_OK && n == 3)
		status =
		    check_mac(w, sk_ASN1_TYPE_value(pfx, 2), content->d.data);
	if (status == SEGL_OK)
		status = walk_safes(w, content->d.data);
	free_content(content);
	return status;
}

/* Length that the outermost header announces; 0 for the indefinite form. */
static size_t
announced_len(const struct source *source)
{
	const unsigned char *p = source->bytes;
	size_t n, len = 0;

	if (p[1] < 0x80)
		return (size_t)p[1] + 2;
	n = p[1] & 0x7f;
	if (n == 0)
		return 0;
	for (size_t i = 0; i < n && len <= INT_MAX; i++)
		len = len << 8 | p[2 + i];
	return len + 2 + n;
}

static enum segl_status
cut_short(struct walk *w, size_t announced)
{
	error_set(w->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s is cut short or damaged: it has %zu bytes, and its header "
	    "announces %zu",
	    w->name, w->source->len, announced);
	error_remedy(w->segl,
	    "copy the file again from where it was made, in binary mode");
	return SEGL_EKEY;
}

enum segl_status
pkcs12_load(struct source *source, struct material *out)
{
	struct walk w = { .source = source,
		.segl = source->segl,
		.name = source->name,
		.out = out };
	const unsigned char *p = source->bytes;
	size_t announced = announced_len(source);
	ASN1_SEQUENCE_ANY *pfx;
	enum segl_status status;

	if (announced > source->len)
		return cut_short(&w, announced);
	fault_begin();
	pbe_init(&w.pbe, source, PBE_AGAIN_PKCS12);
	pfx = d2i_ASN1_SEQUENCE_ANY(NULL, &p, (long)source->len);
	if (pfx == NULL)
		status = damaged(&w, "it is not PKCS#12 throughout");
	else
		status = walk_pfx(&w, pfx);
	if (status == SEGL_OK && p < source->bytes + source->len)
		note_warning(source->segl,
		    "%s has %zu bytes after its end, which are ignored",
		    source->name, (size_t)(source->bytes + source->len - p));
	sequence_free(pfx);
	pbe_clear(&w.pbe);
	fault_end();
	return status;
}
