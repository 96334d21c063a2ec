/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "order/letter.h"

/* Lines are broken before this column. */
#define LETTER_WIDTH 76

/* TEXT, broken at blanks; what follows the first line is indented by LEFT. */
static enum segl_status
wrap(struct buffer *out, size_t left, const char *text)
{
	enum segl_status status = SEGL_OK;
	size_t at = 0;

	while (status == SEGL_OK && *text != '\0') {
		size_t n = strcspn(text, " ");

		if (at > 0 && at + 1 + n > LETTER_WIDTH) {
			status = buffer_printf(out, "\n%*s", (int)left, "");
			at = left;
		} else if (at > 0) {
			status = buffer_add(out, " ", 1);
			at++;
		}
		if (status == SEGL_OK)
			status = buffer_add(out, text, n);
		at += n;
		text += n + strspn(text + n, " ");
	}
	return status == SEGL_OK ? buffer_add_str(out, "\n") : status;
}

static enum segl_status paragraph(
    struct buffer *out, size_t left, const char *format, ...) SEGL_PRINTF(3, 4);

static enum segl_status
paragraph(struct buffer *out, size_t left, const char *format, ...)
{
	enum segl_status status;
	char *text;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vasprintf(&text, format, ap);
	va_end(ap);
	if (n < 0)
		return SEGL_ENOMEM;
	status = wrap(out, left, text);
	free(text);
	return status;
}

static const char *
or_blank(const char *text, const char *blank)
{
	return *text != '\0' ? text : blank;
}

static enum segl_status
write_head(const struct letter *letter, struct buffer *out)
{
	const char *who =
	    or_blank(letter->organization, "(name of the business)");
	enum segl_status status;

	status = paragraph(out, 9,
	    "Subject: Order of an eSeal certificate for %s: please confirm",
	    who);
	if (status == SEGL_OK)
		status = buffer_printf(out, "\nTo %s,\n\n",
		    letter->issuer == NULL ? "(name of the issuer)"
					   : letter->issuer->name);
	if (status != SEGL_OK)
		return status;
	return paragraph(out, 0,
	    "we order %s%s for %s, a legal person. We authenticate with it to "
	    "Maskinporten, the authorization server of the Norwegian public "
	    "sector, to reach the services of Norwegian Customs. Before you "
	    "issue it, please confirm in writing that:",
	    letter->issuer == NULL ? "" : "your product ",
	    letter->issuer == NULL ? "an eSeal certificate"
				   : letter->issuer->product,
	    who);
}

/* The names of the issuing CAs that the catalogue has. */
static enum segl_status
write_cas(const struct issuer *issuer, struct buffer *out)
{
	enum segl_status status;

	status = buffer_add_str(
	    out, "   We know these, and would like to hear which one it is:\n");
	for (size_t i = 0; status == SEGL_OK && i < issuer->cas.n; i++)
		status =
		    buffer_printf(out, "   - %s\n", issuer->cas.values[i] + 3);
	return status;
}

static enum segl_status
write_points(const struct letter *letter, struct buffer *out)
{
	enum segl_status status;

	status = paragraph(out, 3,
	    "1. It is a certificate for electronic seals, of a legal person, "
	    "as Regulation (EU) No 910/2014 (eIDAS) defines them: for an "
	    "advanced electronic seal at least. It is not for electronic "
	    "signatures of a person, nor for a website, nor for code.");
	if (status == SEGL_OK)
		status = paragraph(out, 3,
		    "2. No QSCD, smart card or HSM is needed: the private key "
		    "is a soft token, held in a file. The certificate does not "
		    "state that the key is in a QSCD (no QcSSCD, no policy "
		    "QCP-l-qscd).");
	if (status == SEGL_OK)
		status = paragraph(out, 3,
		    "3. Its Subject has an organizationIdentifier (2.5.4.97), "
		    "to the letter: %s",
		    or_blank(letter->identifier,
			"(please tell us which one you would put there)"));
	if (status == SEGL_OK)
		status = paragraph(out, 3,
		    "4. The CA certificate that issues it is listed as an "
		    "active trust service, for electronic seals, on a national "
		    "trusted list of the EU or EEA. Please name it.");
	if (status == SEGL_OK && letter->issuer != NULL)
		status = write_cas(letter->issuer, out);
	if (status == SEGL_OK)
		status = paragraph(out, 3,
		    "5. Its key is RSA of at least 2048 bits, and may be used "
		    "for digitalSignature or nonRepudiation.");
	if (status == SEGL_OK)
		status = paragraph(out, 3,
		    "6. With it we get the certificates of the whole "
		    "certification path, up to and including the root.");
	return status;
}

enum segl_status
letter_write(const struct letter *letter, struct buffer *out)
{
	enum segl_status status = write_head(letter, out);

	if (status == SEGL_OK)
		status = buffer_add_str(out, "\n");
	if (status == SEGL_OK)
		status = write_points(letter, out);
	if (status == SEGL_OK)
		status = buffer_add_str(out, "\n");
	if (status == SEGL_OK)
		status = paragraph(out, 0,
		    "The CSR is attached. We made the key (%s) ourselves, and "
		    "send it to nobody. The SHA-256 of its public key "
		    "(SubjectPublicKeyInfo), for you to compare:",
		    letter->key);
	if (status == SEGL_OK)
		status = buffer_printf(out, "\n    %s\n\n", letter->digest);
	if (status == SEGL_OK)
		status = paragraph(out, 0, "Yours sincerely,");
	if (status == SEGL_OK)
		status = paragraph(out, 0, "%s",
		    or_blank(letter->organization, "(name of the business)"));
	return status;
}
