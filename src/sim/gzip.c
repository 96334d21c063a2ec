/* SPDX-License-Identifier: ISC */
#include <stdint.h>

#include "sim/gzip.h"

#define BLOCK_MAX 65535      /* of a stored block: RFC 1951, 3.2.4 */
#define MATCH     258        /* longest match: RFC 1951, 3.2.5 */
#define CRC_POLY  0xedb88320 /* RFC 1952, 8 */

/* No name, no time, unknown system: RFC 1952, 2.3. */
static const unsigned char head[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 };

static uint32_t
crc_table(uint32_t n)
{
	for (int i = 0; i < 8; i++)
		n = (n & 1) != 0 ? n >> 1 ^ CRC_POLY : n >> 1;
	return n;
}

/* Of the LEN bytes at BYTES; of LEN blanks where that is NULL. */
static uint32_t
crc32(const unsigned char *bytes, size_t len)
{
	uint32_t table[256], crc = 0xffffffff;

	for (uint32_t i = 0; i < 256; i++)
		table[i] = crc_table(i);
	for (size_t i = 0; i < len; i++)
		crc = table[(crc ^ (bytes == NULL ? ' ' : bytes[i])) & 0xff] ^
		    crc >> 8;
	return ~crc;
}

static enum segl_status
add_tail(struct buffer *out, uint32_t crc, size_t len)
{
	unsigned char tail[8];

	for (int i = 0; i < 4; i++) {
		tail[i] = (unsigned char)(crc >> 8 * i);
		tail[4 + i] = (unsigned char)((uint32_t)len >> 8 * i);
	}
	return buffer_add(out, tail, sizeof(tail));
}

enum segl_status
gzip_store(struct buffer *out, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;
	size_t left = len;
	enum segl_status status = buffer_add(out, head, sizeof(head));

	do {
		size_t n = left > BLOCK_MAX ? BLOCK_MAX : left;
		const unsigned char block[] = { n == left,
			(unsigned char)(n & 0xff), (unsigned char)(n >> 8),
			(unsigned char)(~n & 0xff),
			(unsigned char)(~n >> 8 & 0xff) };

		if (status == SEGL_OK)
			status = buffer_add(out, block, sizeof(block));
		if (status == SEGL_OK)
			status = buffer_add(out, at, n);
		at += n;
		left -= n;
	} while (status == SEGL_OK && left > 0);
	return status == SEGL_OK ? add_tail(out, crc32(bytes, len), len)
				 : status;
}

/* Bits that wait to become a byte, the first one lowest. */
struct bits {
	struct buffer *out;
	enum segl_status status;
	unsigned int held, count;
};

/* N bits of CODE, the highest first, as Huffman codes stand: RFC 1951, 3.1.1 */
static void
add_code(struct bits *bits, unsigned int code, unsigned int n)
{
	while (n-- > 0) {
		unsigned char byte;

		bits->held |= (code >> n & 1) << bits->count++;
		if (bits->count < 8)
			continue;
		byte = (unsigned char)bits->held;
		if (bits->status == SEGL_OK)
			bits->status = buffer_add(bits->out, &byte, 1);
		bits->held = bits->count = 0;
	}
}

/* One block with fixed codes: a blank, and that again and again. */
enum segl_status
gzip_bomb(struct buffer *out, size_t len)
{
	struct bits bits = { out, buffer_add(out, head, sizeof(head)), 0, 0 };
	size_t matches = len / MATCH;

	add_code(&bits, 1, 1); /* the last block */
	add_code(&bits, 2, 2); /* fixed codes, 01, the low bit first */
	for (size_t i = len - matches * MATCH + (matches > 0); i > 0; i--)
		add_code(&bits, 0x30 + ' ', 8);
	for (size_t i = matches; i > 1; i--) {
		add_code(&bits, 0xc5, 8); /* length 258 */
		add_code(&bits, 0, 5);    /* distance 1 */
	}
	/* one blank was written more than the remainder needs */
	for (size_t i = 0; matches > 0 && i < MATCH - 1; i++)
		add_code(&bits, 0x30 + ' ', 8);
	add_code(&bits, 0, 7); /* the end of the block */
	add_code(&bits, 0, (8 - bits.count) % 8);
	return bits.status == SEGL_OK ? add_tail(out, crc32(NULL, len), len)
				      : bits.status;
}
