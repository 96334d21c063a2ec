/* SPDX-License-Identifier: ISC */
#include "sim/demo_profile.h"

/* One QCStatement: its number in the sequence, and what it is made of. */
static const struct {
	unsigned int flag;
	const char *item, *section;
} statements[] = {
	{ DEMO_LEGAL, "semantics",
	    "id=OID:1.3.6.1.5.5.7.11.2\ninfo=SEQUENCE:legal\n"
	    "[legal]\nid=OID:0.4.0.194121.1.2\n" },
	{ DEMO_NATURAL, "semantics",
	    "id=OID:1.3.6.1.5.5.7.11.2\ninfo=SEQUENCE:natural\n"
	    "[natural]\nid=OID:0.4.0.194121.1.1\n" },
	{ DEMO_COMPLIANCE, "compliance", "id=OID:0.4.0.1862.1.1\n" },
	{ DEMO_SSCD, "sscd", "id=OID:0.4.0.1862.1.4\n" },
	{ DEMO_PDS, "pds",
	    "id=OID:0.4.0.1862.1.5\ninfo=SEQUENCE:locations\n"
	    "[locations]\n1=SEQUENCE:location\n"
	    "[location]\nurl=IA5STRING:https://pds.demo.invalid/en.pdf\n"
	    "language=PRINTABLESTRING:en\n" },
	{ DEMO_TYPE_SEAL | DEMO_TYPE_SIGN | DEMO_TYPE_WEB, "type",
	    "id=OID:0.4.0.1862.1.6\ninfo=SEQUENCE:types\n" },
};
#define STATEMENTS (sizeof(statements) / sizeof(statements[0]))

static const struct {
	unsigned int flag;
	const char *line;
} types[] = {
	{ DEMO_TYPE_SIGN, "sign=OID:0.4.0.1862.1.6.1\n" },
	{ DEMO_TYPE_SEAL, "seal=OID:0.4.0.1862.1.6.2\n" },
	{ DEMO_TYPE_WEB, "web=OID:0.4.0.1862.1.6.3\n" },
};

static enum segl_status
add_statements(struct buffer *out, unsigned int flags)
{
	enum segl_status status;

	if ((flags & DEMO_NONE) != 0)
		return SEGL_OK;
	status = buffer_add_str(
	    out, "1.3.6.1.5.5.7.1.3=ASN1:SEQUENCE:statements\n[statements]\n");
	for (size_t i = 0; status == SEGL_OK && i < STATEMENTS; i++)
		if ((flags & statements[i].flag) != 0)
			status = buffer_printf(
			    out, "%zu=SEQUENCE:%s\n", i, statements[i].item);
	for (size_t i = 0; status == SEGL_OK && i < STATEMENTS; i++)
		if ((flags & statements[i].flag) != 0)
			status = buffer_printf(out, "[%s]\n%s",
			    statements[i].item, statements[i].section);
	if (status == SEGL_OK)
		status = buffer_add_str(out, "[types]\n");
	for (size_t i = 0; status == SEGL_OK && i < 3; i++)
		if ((flags & types[i].flag) != 0)
			status = buffer_add_str(out, types[i].line);
	return status;
}

/* "NAME=VALUE" where there is one. */
static enum segl_status
add_line(struct buffer *out, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return SEGL_OK;
	return buffer_printf(out, "%s%s\n", name, value);
}

enum segl_status
demo_profile_extensions(struct buffer *out, const struct demo_seal *seal,
    const char *issuer, const char *url)
{
	enum segl_status status;

	status = buffer_printf(out,
	    "[ext]\nbasicConstraints=critical,CA:%s\n"
	    "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
	    "crlDistributionPoints=URI:%s%s.crl\n"
	    "authorityInfoAccess=caIssuers;URI:%s%s.cer\n",
	    seal->is_ca ? "TRUE" : "FALSE", url, issuer, url, issuer);
	if (status == SEGL_OK)
		status = add_line(out, "keyUsage=critical,", seal->key_usage);
	if (status == SEGL_OK)
		status = add_line(out, "extendedKeyUsage=", seal->eku);
	if (status == SEGL_OK)
		status = add_line(out, "certificatePolicies=", seal->policies);
	return status == SEGL_OK ? add_statements(out, seal->statements)
				 : status;
}
