/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "httpd/httpd.h"

void
httpd_answer_init(struct httpd_answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	answer->status = 500;
	buffer_init(&answer->body, HTTPD_BODY_OUT_MAX);
}

void
httpd_answer_clear(struct httpd_answer *answer)
{
	buffer_clear(&answer->body);
}

void
httpd_answer_field(
    struct httpd_answer *answer, const char *name, const char *value)
{
	struct httpd_field *field = &answer->fields[answer->field_count];

	if (answer->field_count == HTTPD_ANSWER_FIELDS)
		return;
	field->name = name;
	field->name_len = strlen(name);
	field->value = value;
	field->value_len = strlen(value);
	answer->field_count++;
}
