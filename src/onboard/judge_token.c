/* SPDX-License-Identifier: ISC */
/* What a token says about whom, and whose turn a refusal is. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "onboard/judge.h"

/* ---- scopes ------------------------------------------------------------ */

/* Non-zero where the word WORD of LEN bytes is among those of LIST. */
static int
has_word(const char *list, const char *word, size_t len)
{
	while (*list != '\0') {
		size_t n = strcspn(list, " ");

		if (n == len && strncmp(list, word, len) == 0)
			return 1;
		list += n + (list[n] == ' ');
	}
	return 0;
}

void
onboard_judge_scope(const struct onboard_expected *expected,
    const struct onboard_claims *claims, struct onboard_outcome *out)
{
	const char *p = expected->scope;

	while (claims->scope != NULL && *p != '\0') {
		size_t n = strcspn(p, " ");

		if (!has_word(claims->scope, p, n)) {
			onboard_fail(out, SEGL_EREPLY,
			    "the token is not for %.*s, which was asked for, "
			    "but for %s",
			    (int)n, p, claims->scope);
			onboard_remedy(out, SEGL_TURN_DIGDIR,
			    "do not use it; try again, and where it stays so "
			    "tell Digdir (servicedesk@digdir.no)");
			return;
		}
		p += n + (p[n] == ' ');
	}
	onboard_set(
	    out, ONBOARD_PASS, "there is a token for %s", expected->scope);
}

/* ---- consumer ---------------------------------------------------------- */

static int
same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static char *
copy(const char *text, struct onboard_outcome *out)
{
	char *new = text == NULL ? NULL : onboard_safe(text);

	if (text != NULL && new == NULL)
		out->nomem = 1;
	return new;
}

static void
compare(const struct onboard_expected *expected,
    const struct onboard_claims *claims, struct onboard_comparison *beside,
    struct onboard_outcome *out)
{
	beside->is_known = 1;
	free(beside->our_consumer);
	free(beside->their_consumer);
	free(beside->our_amr);
	free(beside->their_amr);
	beside->our_consumer = copy(expected->consumer, out);
	beside->their_consumer = copy(
	    expected->delegator != NULL ? claims->supplier : claims->consumer,
	    out);
	beside->our_amr = copy(expected->amr, out);
	beside->their_amr = copy(claims->amr, out);
}

static void
other_business(const char *is, const char *wanted, struct onboard_outcome *out)
{
	onboard_fail(out, SEGL_EREPLY,
	    "the token is for %s, and the certificate says %s", is, wanted);
	onboard_remedy(out, SEGL_TURN_SEGL,
	    "do not use it: the API would take you for somebody else. Report "
	    "it to the authors of segl, with this report, and ask Digdir "
	    "(servicedesk@digdir.no) whose token that is");
}

/* The business itself, or for whom it acts. */
static int
check_delegation(const struct onboard_expected *expected,
    const struct onboard_claims *claims, struct onboard_outcome *out)
{
	if (expected->delegator == NULL)
		return 1;
	if (!same(claims->consumer, expected->delegator)) {
		onboard_fail(out, SEGL_EREPLY,
		    "the token is for %s, and not on behalf of %s",
		    claims->consumer == NULL ? "nobody" : claims->consumer,
		    expected->delegator);
		onboard_remedy(out, SEGL_TURN_DIGDIR,
		    "do not use it; tell Digdir (servicedesk@digdir.no)");
		return 0;
	}
	return 1;
}

void
onboard_judge_consumer(const struct onboard_expected *expected,
    const struct onboard_claims *claims, struct onboard_comparison *beside,
    struct onboard_outcome *out)
{
	const char *is =
	    expected->delegator != NULL ? claims->supplier : claims->consumer;

	if (!claims->is_readable) {
		onboard_set(out, ONBOARD_WARN,
		    "the token is opaque: it does not say whose it is");
		return;
	}
	compare(expected, claims, beside, out);
	onboard_fact(&out->facts, "consumer", claims->consumer);
	onboard_fact(&out->facts, "supplier", claims->supplier);
	onboard_fact(&out->facts, "client_amr", claims->amr);
	if (!check_delegation(expected, claims, out))
		return;
	if (is == NULL) {
		onboard_fail(
		    out, SEGL_EREPLY, "the token does not say whose it is");
		onboard_remedy(out, SEGL_TURN_DIGDIR,
		    "tell Digdir (servicedesk@digdir.no)");
		return;
	}
	if (expected->consumer != NULL && !same(is, expected->consumer)) {
		other_business(is, expected->consumer, out);
		return;
	}
	onboard_set(out, ONBOARD_PASS, "%s%s%s%s", is,
	    expected->delegator != NULL ? ", on behalf of " : "",
	    expected->delegator != NULL ? expected->delegator : "",
	    expected->consumer == NULL
		? "; without a certificate nothing here says whether that is "
		  "right"
		: ", to the letter");
	if (claims->amr != NULL)
		onboard_add(out, "client_amr %s", claims->amr);
	if (expected->amr != NULL && claims->amr != NULL &&
	    strcasecmp(expected->amr, claims->amr) != 0) {
		out->result = ONBOARD_WARN;
		onboard_add(out, "segl expected %s", expected->amr);
		onboard_remedy(out, SEGL_TURN_SEGL,
		    "the token is right, and segl wrong: please report it, "
		    "with this report");
	}
}

/* ---- refusals ---------------------------------------------------------- */

/* Customs has one family of scopes for each kind of business. */
static int
is_other_family(int norwegian, const char *scope)
{
	int foreign = strncmp(scope, "toll:eu/", 8) == 0;

	return norwegian ? foreign : !foreign;
}

void
onboard_judge_permission(int norwegian, const char *scope,
    const char *identifier, struct onboard_outcome *out)
{
	if (out->status != SEGL_EAUTHZ)
		return;
	onboard_quote(out, identifier);
	/* a delegation that lacks, or a system user, is nothing of theirs */
	if (strncmp(scope, "toll:", 5) != 0 ||
	    (out->turn != SEGL_TURN_API_OWNER &&
		out->turn != SEGL_TURN_CUSTOMS))
		return;
	if (is_other_family(norwegian, scope)) {
		onboard_remedy(out, SEGL_TURN_YOU,
		    "ask for the scope of the other family: %s",
		    norwegian ? "a Norwegian business has toll:... without eu/"
			      : "a foreign business has toll:eu/...");
		return;
	}
	/* both in turn: who has not registered waits for nothing */
	onboard_remedy(out, SEGL_TURN_CUSTOMS,
	    "you register the business for Digitoll at toll.no, where that "
	    "is not done yet%s, and Norwegian Customs grants the scope; then "
	    "ask digitoll@toll.no for %s%s%s",
	    norwegian ? ", and the scope on the client in Digdir's "
			"self-service"
		      : "",
	    scope, identifier == NULL ? "" : ", quoting exactly ",
	    identifier == NULL ? "" : identifier);
}
