/* SPDX-License-Identifier: ISC */
/* What ETSI TS 119 615 makes of the certificate, and how others word it. */
#include <string.h>

#include "suitability/determined.h"

static const struct segl_trust *
determined(const struct facts *f)
{
	const struct segl_trust *trust = f->terms->trust;

	return trust != NULL && trust->now != NULL && trust->issuance != NULL
	    ? trust
	    : NULL;
}

static int
applies(const struct facts *f)
{
	return determined(f) != NULL;
}

static void
say_one(const struct segl_trust_determination *d, struct found *found)
{
	static const char *const kinds[] = {
		[SEGL_TRUST_KIND_UNKNOWN] = "for a use that is not said",
		[SEGL_TRUST_KIND_ESIG] = "for signatures of persons",
		[SEGL_TRUST_KIND_ESEAL] = "for seals",
		[SEGL_TRUST_KIND_WSA] = "for websites",
	};

	if (d->conflict != NULL)
		found_say(found, "nobody can tell whether it is qualified: %s",
		    d->conflict);
	else if (!d->listed)
		found_say(found,
		    "not qualified, since no CA/QC entry is its issuer's");
	else
		found_say(found, "%s, %s%s",
		    d->qualified == SEGL_TRUST_QUALIFIED ? "qualified"
							 : "not qualified",
		    kinds[d->kind],
		    d->qualified != SEGL_TRUST_QUALIFIED ? ""
			: d->qscd > 0 ? ", its key in a device (QSCD)"
				      : ", its key not in a device (QSCD)");
}

static int
same(const struct segl_trust_determination *a,
    const struct segl_trust_determination *b)
{
	return a->listed == b->listed && a->qualified == b->qualified &&
	    a->kind == b->kind && a->qscd == b->qscd &&
	    a->conflict == b->conflict;
}

/* Why the validator that people are sent to says something else. */
static void
say_words(const struct facts *f, const char *words, const char *amr,
    struct found *found)
{
	const char *ours =
	    strcmp(amr, "QCForESeal") == 0 ? "QC for eSeal" : "Cert for eSeal";

	found_say(found,
	    "; the European Commission's demo validator will say "
	    "\"%s\"",
	    words);
	/* what says that it is a person's or a website's is taken at that */
	if (strncmp(words, ours, strlen(ours)) == 0 ||
	    (!f->is_eseal && (f->is_esign || f->is_web)))
		return;
	if (strncmp(words, "QC for eSig", 11) == 0)
		found_say(found,
		    ", since it takes QcCompliance without QcType for that");
	else if (strcmp(words, "N/A") == 0)
		found_say(found,
		    ", since it knows CA/QC entries only, and none answers");
	else
		found_say(found,
		    ", since it takes the use from QcType alone; Maskinporten "
		    "goes by what the issuer is listed for");
}

int
determined_say(const struct facts *f, const char *amr, struct found *found)
{
	const struct segl_trust *trust = determined(f);

	if (trust == NULL)
		return 0;
	say_one(trust->now, found);
	if (!same(trust->now, trust->issuance)) {
		found_say(found, "; when it was issued: ");
		say_one(trust->issuance, found);
	}
	if (f->listed > 0 && (f->is_eseal || (!f->is_esign && !f->is_web)))
		found_say(found, "; client_amr will be %s", amr);
	say_words(f, trust->now->words, amr, found);
	return 1;
}

static enum segl_outcome
run(const struct facts *f, struct found *found)
{
	const struct segl_trust *trust = determined(f);

	(void)determined_say(f, determined_client_amr(f), found);
	return trust->now->conflict != NULL ? SEGL_OUTCOME_UNDECIDED
					    : SEGL_OUTCOME_MET;
}

const char *
determined_client_amr(const struct facts *f)
{
	const struct segl_trust *trust = f->terms->trust;
	int qualified = f->is_qualified;

	/* the list outranks the certificate, where it has a word */
	if (trust != NULL && trust->now != NULL && trust->now->listed &&
	    trust->now->qualified != SEGL_TRUST_INDETERMINATE)
		qualified = trust->now->qualified == SEGL_TRUST_QUALIFIED;
	return qualified ? "QCForESeal" : "CForESeal";
}

static const struct rule rules[] = {
	{ .id = "qualification",
	    .severity = SEGL_INFO,
	    .routes = FOR_ESEAL,
	    .document = "ETSI TS 119 615",
	    .clause = "4.4",
	    .requirement = "what the trusted lists make of the certificate",
	    .story =
		"Whether a certificate is qualified, for what, and with its "
		"key in a device, is decided by what it states and by what "
		"the entry of its issuer adds to that, when it was issued "
		"and now. Maskinporten tells it as client_amr. The European "
		"Commission's demo validator is where people are sent to look "
		"it up: it reads the CA/QC entries alone and takes the use "
		"from QcType, so it words some good seals as of an unknown "
		"type.",
	    .applies = applies,
	    .run = run },
};

const struct rule_table rules_of_determination = { rules,
	sizeof(rules) / sizeof(rules[0]) };
