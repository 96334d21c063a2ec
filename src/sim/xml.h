/* SPDX-License-Identifier: ISC */
#ifndef SIM_XML_H
#define SIM_XML_H

#include "base/buffer.h"

/*
 * Writes XML in the form that Canonical XML 1.0 and Exclusive XML
 * Canonicalization 1.0 leave as it is, so that what is written can be hashed
 * and signed as it stands: no empty-element tags, attributes in order, only
 * the escapes that the canonical form has. A TAG is what stands between the
 * angle brackets, attributes and namespaces already in canonical order; it is
 * not escaped. Names get a line of their own, which is the only white space.
 */
struct xml {
	struct buffer *out;
	enum segl_status status; /* the first that failed; then nothing more */
};

void xml_open(struct xml *xml, const char *tag);
void xml_close(struct xml *xml, const char *name);

/* An element that has TEXT, which is escaped, and no other. */
void xml_leaf(struct xml *xml, const char *tag, const char *text);
/* The same with bytes in base64. */
void xml_bytes(struct xml *xml, const char *tag, const void *bytes, size_t len);
/* The same with an instant, in seconds since the Epoch, as xsd:dateTime. */
void xml_time(struct xml *xml, const char *tag, long long at);

#endif
