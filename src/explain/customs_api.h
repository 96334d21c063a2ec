/* SPDX-License-Identifier: ISC */
#ifndef EXPLAIN_CUSTOMS_API_H
#define EXPLAIN_CUSTOMS_API_H

/*
 * An API of Norwegian Customs, as they document it (June 2026). PATHs begin
 * with a slash, on api.toll.no and, for test, api-test.toll.no.
 */
struct customs_api {
	const char *scope; /* behind "toll:", of foreign ones "toll:eu/" */
	const char *name;
	const char *path;
	const char *test; /* answers 200 to who is let in; NULL: none */
};

/* That of SCOPE, whole, of either family; NULL: not known. Static. */
const struct customs_api *customs_api_of(const char *scope);

/* Where it is described: below its path on the host for test. */
#define CUSTOMS_API_HOST "https://api-test.toll.no"
#define CUSTOMS_API_PAGE "/swagger-ui/index.html"

#endif
