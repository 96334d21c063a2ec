/* SPDX-License-Identifier: ISC */
#include <stddef.h>

#include <segl/revocation.h>

#define NAME_OF(names, i)                                                      \
	((size_t)(i) < sizeof(names) / sizeof((names)[0]) ? (names)[i] : NULL)

const char *
segl_revocation_name(enum segl_revocation state)
{
	static const char *const names[] = { "not-asked", "good", "revoked",
		"unknown", "exempt" };
	const char *name = NAME_OF(names, state);

	return name == NULL ? "unknown" : name;
}

const char *
segl_revocation_source_name(enum segl_revocation_source source)
{
	static const char *const names[] = { "none", "ocsp", "crl" };
	const char *name = NAME_OF(names, source);

	return name == NULL ? "none" : name;
}

const char *
segl_revocation_reason_name(int reason)
{
	/* RFC 5280, 5.3.1; 7 is not used */
	static const char *const names[] = { "unspecified", "keyCompromise",
		"cACompromise", "affiliationChanged", "superseded",
		"cessationOfOperation", "certificateHold", NULL,
		"removeFromCRL", "privilegeWithdrawn", "aACompromise" };

	return reason < 0 ? NULL : NAME_OF(names, reason);
}
