/* SPDX-License-Identifier: ISC */
/* Where soft token and rules meet: bytes in, report out. */
#include <string.h>

#include "base/error.h"
#include "suitability/judge.h"

/* The token's path, read again: the rules see certificates, not the token. */
static enum segl_status
read_path(const struct segl_softtoken *token, struct certificate_list *list,
    struct path *path)
{
	size_t n = segl_softtoken_path_len(token);
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < n; i++) {
		size_t len;
		const unsigned char *der =
		    segl_softtoken_path_der(token, i, &len);

		status = path_append(path, list, der, len);
	}
	path->self_signed = segl_softtoken_path_has_root(token);
	path->lent = n - segl_softtoken_path_own(token);
	return status;
}

enum segl_status
segl_suitability_check(struct segl *segl, const struct segl_softtoken *token,
    const struct segl_terms *terms, struct segl_report **out)
{
	struct certificate_list list = { .n = 0 };
	struct path path = { .len = 0 };
	enum segl_status status;

	*out = NULL;
	status = read_path(token, &list, &path);
	if (status == SEGL_OK && path.len == 0) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "there is no certificate to judge");
		error_remedy(segl, "name a file with a certificate");
		status = SEGL_EUSAGE;
	} else if (status == SEGL_OK) {
		status = suitability_judge(
		    &path, segl_softtoken_has_key(token), terms, out);
	}
	certificate_list_clear(&list);
	return status == SEGL_ENOMEM ? error_nomem(segl) : status;
}
