/* SPDX-License-Identifier: ISC */
/*
 * load [-p PIN-SOURCE] [-i IDENTITY] [-r ROUTE] [-k KID] [-c CHAIN]...
 *     [-e CERTIFICATE]... FILE
 *
 * Load a soft token and print what it is, a fact a line, for shell tests of
 * the library alone. Ends with the exit code of the status; the message is on
 * standard error, and so are remarks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <segl/softtoken.h>

static void
note(void *arg, enum segl_note kind, const char *text)
{
	(void)arg;
	fprintf(stderr, "%s: %s\n",
	    kind == SEGL_NOTE_WARNING ? "warning" : "info", text);
}

static enum segl_route
route_of(const char *name)
{
	if (strcmp(name, "eseal") == 0)
		return SEGL_ROUTE_ESEAL;
	if (strcmp(name, "enterprise") == 0)
		return SEGL_ROUTE_ENTERPRISE;
	if (strcmp(name, "registered") == 0)
		return SEGL_ROUTE_REGISTERED;
	return SEGL_ROUTE_AUTO;
}

static const char *
or_none(const char *text)
{
	return text == NULL ? "-" : text;
}

static enum segl_status
show(struct segl_softtoken *token)
{
	static const struct {
		enum segl_alg alg;
		const char *name;
	} algs[] = {
		{ SEGL_ALG_RS256, "RS256" },
		{ SEGL_ALG_RS384, "RS384" },
		{ SEGL_ALG_RS512, "RS512" },
		{ SEGL_ALG_ES256, "ES256" },
	};
	enum segl_status status = SEGL_OK;

	printf("path %zu\n", segl_softtoken_path_len(token));
	printf("root %d\n", segl_softtoken_path_has_root(token) != 0);
	printf("missing %s\n", or_none(segl_softtoken_path_missing(token)));
	printf("cn %s\n", or_none(segl_softtoken_common_name(token)));
	printf("o %s\n", or_none(segl_softtoken_organization(token)));
	printf("orgid %s\n",
	    or_none(segl_softtoken_organization_identifier(token)));
	printf("serial %s\n", or_none(segl_softtoken_serial(token)));
	printf("kid %s\n", or_none(segl_softtoken_kid(token)));
	printf("alg %d\n", (int)segl_softtoken_alg(token));
	printf("signs");
	for (size_t i = 0; i < 4 && status == SEGL_OK; i++) {
		unsigned char *sig;
		size_t len;

		if (!segl_softtoken_can_sign(token, algs[i].alg))
			continue;
		status = segl_softtoken_sign(
		    token, algs[i].alg, "text", 4, &sig, &len);
		printf(" %s", algs[i].name);
		free(sig);
	}
	printf("\n");
	return status;
}

int
main(int argc, char **argv)
{
	struct segl *segl = segl_new();
	struct segl_softtoken *token = segl_softtoken_new(segl);
	enum segl_status status = SEGL_OK;
	int option;

	if (segl == NULL || token == NULL)
		return 1;
	segl_set_note(segl, note, NULL);
	while (status == SEGL_OK &&
	    (option = getopt(argc, argv, "p:i:r:k:c:e:")) != -1) {
		if (option == 'p')
			status = segl_softtoken_set_pin_source(token, optarg);
		else if (option == 'i')
			status = segl_softtoken_set_identity(token, optarg);
		else if (option == 'r')
			segl_softtoken_set_route(token, route_of(optarg));
		else if (option == 'k')
			status = segl_softtoken_set_kid(token, optarg);
		else if (option == 'e')
			status = segl_softtoken_add_cert(token, optarg);
		else if (option == 'c')
			status = segl_softtoken_add_chain(token, optarg);
		else
			return 99;
	}
	if (status == SEGL_OK && argc != optind + 1)
		return 99;
	if (status == SEGL_OK)
		status = segl_softtoken_load_file(token, argv[optind]);
	if (status == SEGL_OK)
		status = show(token);
	if (status != SEGL_OK)
		fprintf(stderr, "%s: %s\nremedy: %s\n",
		    segl_status_name(status), segl_error_message(segl),
		    or_none(segl_error_remedy(segl)));
	segl_softtoken_free(token);
	segl_free(segl);
	return segl_status_exit_code(status);
}
