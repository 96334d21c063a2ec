/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_LIST_PART_H
#define TRUSTLIST_LIST_PART_H

/*
 * What segl-tlread is asked for, by its one argument, and what it answers on
 * standard output: chunks of one byte enum tl_part, four bytes of length
 * (big-endian) and that many bytes. Chunks of one part are joined. The last
 * one is TL_PART_END; an answer without it was cut short. The document alone,
 * which is as long as the file, goes to descriptor 3, as it is.
 */

/* Largest file of a list that is read, in bytes: the largest has 5 MB. */
#define TL_FILE_MAX (12u << 20)

/*
 * Canonical bytes may be longer than the file that they came from (namespaces
 * of the inclusive kind, line ends), not much longer than this.
 */
#define TL_DOCUMENT_MAX (TL_FILE_MAX + (TL_FILE_MAX >> 2))
#define TL_DOCUMENT_FD  3

/* What segl-tlread limits itself to, before it reads a byte. */
#define TL_READER_MEMORY_MAX (56ul << 20)
/* the same with all libraries, of which few pages are ever touched */
#define TL_READER_SPACE_MAX (128ul << 20)
#define TL_READER_CPU_S     20

#define TL_ASK_PARTS    "parts"    /* of a file as it came */
#define TL_ASK_SERVICES "services" /* of canonical bytes */

enum tl_part {
	TL_PART_END = 'E',
	TL_PART_REFUSED = 'R',     /* one byte, enum tl_refusal */
	TL_PART_DOCUMENT = 'D',    /* canonical, without the signature */
	TL_PART_PROPERTIES = 'P',  /* SignedProperties, canonical */
	TL_PART_INFO = 'I',        /* SignedInfo, canonical */
	TL_PART_VALUE = 'V',       /* SignatureValue, decoded */
	TL_PART_CERTIFICATE = 'C', /* X509Certificate of KeyInfo, DER */
	TL_PART_LIST = 'L'         /* the transfer form: list/codec.h */
};

/* Longest of the small parts, in bytes. */
#define TL_PART_MAX (64u << 10)

/* Why a file is not taken; each has its words and a stable name. */
enum tl_refusal {
	TL_ACCEPTED,
	/* the file, said by the reader */
	TL_TOO_LARGE,
	TL_NOT_UTF8,
	TL_HAS_DTD,
	TL_TAG_TOO_LONG,
	TL_TOO_DEEP,
	TL_TOO_MANY_ELEMENTS,
	TL_NOT_XML,
	TL_NOT_A_LIST,
	TL_HAS_COMMENT_IN_VALUE,
	TL_DUPLICATE_ID,
	TL_NO_SIGNATURE,
	TL_SEVERAL_SIGNATURES,
	TL_SIGNATURE_MISPLACED,
	TL_SIGNATURE_SHAPE,
	TL_LIST_INCOMPLETE,
	/* the reader itself, said by who started it */
	TL_READER_LIMITS, /* memory, time or size */
	TL_READER_FAILED,
	/* the signature */
	TL_SIGNER_UNKNOWN,
	TL_SIGNER_UNUSABLE,
	TL_INFO_SHAPE,
	TL_INFO_CANONICALIZATION,
	TL_INFO_ALGORITHM,
	TL_INFO_TRANSFORM,
	TL_INFO_DIGEST,
	TL_INFO_REFERENCE,
	TL_INFO_NOT_DOCUMENT,
	TL_INFO_NOT_PROPERTIES,
	TL_KEY_MISFIT,
	TL_SIGNATURE_WRONG,
	TL_SIGNATURE_NO_NULL, /* DigestInfo without NULL (RFC 8017, 9.2) */
	TL_DOCUMENT_CHANGED,
	TL_PROPERTIES_CHANGED,
	TL_PROPERTIES_SHAPE,
	TL_CERTIFICATE_CHANGED,
	TL_REFUSALS /* how many there are */
};

/* Stable, for programs: "signer-unknown". Static. */
const char *tl_refusal_name(enum tl_refusal refusal);
/* For people, to follow "the list": "is signed by another ...". Static. */
const char *tl_refusal_words(enum tl_refusal refusal);

#endif
