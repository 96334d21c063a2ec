/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/objects.h>

#include "base/text.h"
#include "revocation/answer.h"

void
answer_init(struct answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	answer->state = SEGL_REVOCATION_UNKNOWN;
	answer->this_update = answer->next_update = -1;
	answer->revoked_at = answer->until = -1;
	answer->reason = -1;
}

void
answer_clear(struct answer *answer)
{
	free(answer->signer);
	answer_init(answer);
}

enum segl_status
answer_refuse(struct answer *answer, const char *format, ...)
{
	va_list ap;

	answer->state = SEGL_REVOCATION_UNKNOWN;
	va_start(ap, format);
	vsnprintf(answer->why, sizeof(answer->why), format, ap);
	va_end(ap);
	return SEGL_OK;
}

time_t
answer_time(const ASN1_TIME *time)
{
	struct tm tm;

	/* NULL would mean now to OpenSSL */
	if (time == NULL || !ASN1_TIME_to_tm(time, &tm))
		return -1;
	return timegm(&tm);
}

int
answer_take_times(struct answer *answer, const ASN1_TIME *this_update,
    const ASN1_TIME *next_update, int open_ended, time_t now)
{
	time_t from = answer_time(this_update), to = answer_time(next_update);
	char text[TEXT_TIME_LEN];

	if (from < 0 || (next_update != NULL && to < 0) ||
	    (next_update == NULL && !open_ended) ||
	    (next_update != NULL && to < from)) {
		answer_refuse(answer, "its times are missing or make no sense");
		return -1;
	}
	if (from > now + ANSWER_SKEW_S) {
		answer_refuse(answer, "it is only from %s on (check the clock)",
		    text_time(from, text));
		return -1;
	}
	answer->until = next_update == NULL ? from + ANSWER_OPEN_S : to;
	if (answer->until < now - ANSWER_SKEW_S) {
		answer_refuse(answer, "it is out of date since %s",
		    text_time(answer->until, text));
		return -1;
	}
	answer->this_update = from;
	answer->next_update = to;
	return 0;
}

int
answer_weak_signature(int nid)
{
	int hash = NID_undef;

	if (!OBJ_find_sigid_algs(nid, &hash, NULL))
		return 0;
	return hash == NID_md2 || hash == NID_md4 || hash == NID_md5 ||
	    hash == NID_sha1 || hash == NID_md5_sha1;
}

int
answer_signed_by(struct answer *answer, const struct certificate *signer)
{
	free(answer->signer);
	answer->signer = strdup(signer->subject);
	answer->authentic = 1;
	return answer->signer == NULL ? -1 : 0;
}
