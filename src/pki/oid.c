/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <openssl/objects.h>

#include "pki/oid.h"

int
oid_text(const ASN1_OBJECT *oid, char text[OID_TEXT_MAX])
{
	int len = OBJ_obj2txt(text, OID_TEXT_MAX, oid, 1);

	return len > 0 && len < OID_TEXT_MAX ? 0 : -1;
}

int
oid_list_add(struct oid_list *list, const ASN1_OBJECT *oid)
{
	char text[OID_TEXT_MAX];
	char **more;

	if (list->n == OID_LIST_MAX || oid_text(oid, text) < 0)
		return 0;
	more = realloc(list->text, (list->n + 1) * sizeof(*more));
	if (more == NULL)
		return -1;
	list->text = more;
	list->text[list->n] = strdup(text);
	if (list->text[list->n] == NULL)
		return -1;
	list->n++;
	return 0;
}

void
oid_list_clear(struct oid_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->text[i]);
	free(list->text);
	list->text = NULL;
	list->n = 0;
}

int
oid_list_has(const struct oid_list *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->text[i], text) == 0)
			return 1;
	}
	return 0;
}
