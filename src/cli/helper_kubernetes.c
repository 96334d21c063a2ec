/* SPDX-License-Identifier: ISC */
/*
 * Kubernetes: client.authentication.k8s.io, ExecCredential. kubectl tells with
 * KUBERNETES_EXEC_INFO which version it speaks and, where its configuration
 * says provideClusterInfo, which cluster it is for.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/helper.h"
#include "cli/jwt.h"

#define GROUP "client.authentication.k8s.io/"

struct question {
	json_t *json; /* NULL: nothing was told */
	const char *version;
	const char *server; /* NULL: not told */
	int interactive;
};

static enum segl_status
bad_info(struct segl *segl, const char *why)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "KUBERNETES_EXEC_INFO is not usable: %s", why);
	error_remedy(segl,
	    "this helper is run by kubectl and its kin, with apiVersion " GROUP
	    "v1 in the kubeconfig");
	return SEGL_EUSAGE;
}

static enum segl_status
read_info(struct segl *segl, struct question *out)
{
	const char *text = getenv("KUBERNETES_EXEC_INFO");
	const char *kind;
	json_t *spec;

	memset(out, 0, sizeof(*out));
	out->version = GROUP "v1";
	if (text == NULL || text[0] == '\0')
		return SEGL_OK;
	if (strlen(text) > HELPER_INPUT_MAX)
		return bad_info(segl, "it is too long");
	out->json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	kind = json_string_value(json_object_get(out->json, "kind"));
	out->version =
	    json_string_value(json_object_get(out->json, "apiVersion"));
	if (kind == NULL || strcmp(kind, "ExecCredential") != 0)
		return bad_info(segl, "it is no ExecCredential");
	if (out->version == NULL ||
	    (strcmp(out->version, GROUP "v1") != 0 &&
		strcmp(out->version, GROUP "v1beta1") != 0))
		return bad_info(segl, "its apiVersion is not known");
	spec = json_object_get(out->json, "spec");
	out->interactive = json_is_true(json_object_get(spec, "interactive"));
	out->server = json_string_value(
	    json_object_get(json_object_get(spec, "cluster"), "server"));
	return SEGL_OK;
}

static json_t *
answer_json(const struct question *question, const struct obtained *obtained)
{
	long long at = helper_expires_at(obtained);
	json_t *json = json_pack("{s:s, s:s, s:{s:s}}", "apiVersion",
	    question->version, "kind", "ExecCredential", "status", "token",
	    obtained->entry.token);
	char utc[JWT_TIME_MAX];

	if (json != NULL && at >= 0) {
		jwt_time_utc(at, utc);
		json_object_set_new(json_object_get(json, "status"),
		    "expirationTimestamp", json_string(utc));
	}
	return json;
}

static enum segl_status
answer(struct segl *segl, const struct settings *settings,
    const struct question *question)
{
	struct obtained obtained;
	enum segl_status status;

	/* without a cluster the kubeconfig that names us decides alone */
	if (question->server != NULL)
		switch (helper_right(segl, settings, question->server)) {
		case HELPER_NO_LIST:
			return SEGL_EUSAGE;
		case HELPER_NOT_LISTED:
			return helper_refuse(segl, question->server);
		case HELPER_ALLOWED:
			break;
		}
	status =
	    helper_obtain(segl, settings, question->interactive, &obtained);
	if (status == SEGL_OK)
		status = result_json(
		    segl, settings, answer_json(question, &obtained));
	obtained_clear(&obtained);
	return status;
}

enum segl_status
helper_kubernetes(
    struct segl *segl, const struct settings *settings, const char *operation)
{
	struct question question;
	enum segl_status status;

	(void)operation; /* there is only one */
	status = read_info(segl, &question);
	if (status == SEGL_OK)
		status = answer(segl, settings, &question);
	json_decref(question.json);
	return status;
}
