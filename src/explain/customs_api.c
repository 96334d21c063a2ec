/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <string.h>

#include "explain/customs_api.h"

static const struct customs_api apis[] = {
	{ "movement/road/v2", "road", "/api/movement/road/v2",
	    "/api/movement/road/v2/test-auth" },
	{ "movement/air", "air", "/api/movement/air/v1", NULL },
	{ "movement/rail", "rail", "/api/movement/rail/v1", NULL },
	{ "movement/maritime", "maritime", "/api/movement/maritime/v1", NULL },
	/* routing has the same scope */
	{ "movement/entry", "presentation", "/api/movement/presentation/v1",
	    NULL },
	{ "goodsdeclaration/document.write", "documents",
	    "/api/goodsdeclaration/document/v2", NULL },
};

const struct customs_api *
customs_api_of(const char *scope)
{
	if (strncmp(scope, "toll:", 5) != 0)
		return NULL;
	scope += strncmp(scope, "toll:eu/", 8) == 0 ? 8 : 5;
	for (size_t i = 0; i < sizeof(apis) / sizeof(apis[0]); i++)
		if (strcmp(apis[i].scope, scope) == 0)
			return &apis[i];
	return NULL;
}
