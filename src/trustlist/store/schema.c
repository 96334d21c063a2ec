/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "trustlist/store/schema.h"

#define MARK "/Svctype/"

const char *
schema_type(const char *uri)
{
	const char *mark = uri == NULL ? NULL : strstr(uri, MARK);

	if (uri == NULL)
		return "";
	return mark == NULL ? uri : mark + strlen(MARK);
}

const char *
schema_status(const char *uri)
{
	const char *slash = uri == NULL ? NULL : strrchr(uri, '/');

	if (uri == NULL)
		return "";
	return slash == NULL ? uri : slash + 1;
}

int
schema_is_ca(const char *type)
{
	return strcmp(type, "CA/QC") == 0 || strcmp(type, "CA/PKC") == 0 ||
	    strcmp(type, "NationalRootCA-QC") == 0;
}
