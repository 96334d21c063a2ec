/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "pki/digest.h"
#include "trustlist/store/pages.h"

/* Behind the digests: magic, size and number of pages, digest of it all. */
#define MAGIC       "segl trust 1\n\0\0"
#define MAGIC_LEN   16
#define FOOTER_HEAD 24
#define FOOTER      (FOOTER_HEAD + DIGEST_SIZE)

/* SQLite hands us memory for one of these. */
struct pages_file {
	sqlite3_file base;
	int fd;
	size_t n;
	unsigned char *digests;
	size_t held; /* the page in page, counted from 1; 0 none */
	unsigned char page[PAGES_SIZE];
};

static void
put32(unsigned char *at, size_t value)
{
	at[0] = (unsigned char)(value >> 24);
	at[1] = (unsigned char)(value >> 16);
	at[2] = (unsigned char)(value >> 8);
	at[3] = (unsigned char)value;
}

static size_t
get32(const unsigned char *at)
{
	return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 |
	    at[3];
}

/* ---- seal ---------------------------------------------------------------- */

enum segl_status
pages_seal(struct buffer *bytes)
{
	size_t n = bytes->len / PAGES_SIZE, from = bytes->len;
	unsigned char digest[DIGEST_SIZE], head[FOOTER_HEAD] = MAGIC;
	enum segl_status status = SEGL_OK;

	if (bytes->len % PAGES_SIZE != 0 || n == 0 || n > PAGES_MAX)
		return SEGL_EINTERNAL;
	for (size_t i = 0; status == SEGL_OK && i < n; i++) {
		if (digest_sha256(
			bytes->data + i * PAGES_SIZE, PAGES_SIZE, digest) < 0)
			return SEGL_ENOMEM;
		status = buffer_add(bytes, digest, sizeof(digest));
	}
	put32(head + MAGIC_LEN, PAGES_SIZE);
	put32(head + MAGIC_LEN + 4, n);
	if (status == SEGL_OK)
		status = buffer_add(bytes, head, sizeof(head));
	if (status != SEGL_OK)
		return status;
	if (digest_sha256(bytes->data + from, bytes->len - from, digest) < 0)
		return SEGL_ENOMEM;
	return buffer_add(bytes, digest, sizeof(digest));
}

/* ---- read ---------------------------------------------------------------- */

static int
read_all(int fd, void *to, size_t len, off_t from)
{
	unsigned char *at = to;

	while (len > 0) {
		ssize_t n = pread(fd, at, len, from);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += n;
		len -= (size_t)n;
		from += n;
	}
	return 0;
}

/* The digests, which answer for themselves; an SQLite result. */
static int
load_digests(struct pages_file *file)
{
	unsigned char foot[FOOTER], digest[DIGEST_SIZE];
	size_t len, pages;
	struct stat st;

	if (fstat(file->fd, &st) < 0 || st.st_size < FOOTER ||
	    read_all(file->fd, foot, FOOTER, st.st_size - FOOTER) < 0 ||
	    memcmp(foot, MAGIC, MAGIC_LEN) != 0 ||
	    get32(foot + MAGIC_LEN) != PAGES_SIZE)
		return SQLITE_NOTADB;
	file->n = get32(foot + MAGIC_LEN + 4);
	len = file->n * DIGEST_SIZE;
	pages = file->n * PAGES_SIZE;
	if (file->n == 0 || file->n > PAGES_MAX ||
	    (size_t)st.st_size != pages + len + FOOTER)
		return SQLITE_NOTADB;
	file->digests = malloc(len + FOOTER_HEAD);
	if (file->digests == NULL)
		return SQLITE_NOMEM;
	if (read_all(file->fd, file->digests, len, (off_t)pages) < 0)
		return SQLITE_NOTADB;
	memcpy(file->digests + len, foot, FOOTER_HEAD);
	if (digest_sha256(file->digests, len + FOOTER_HEAD, digest) < 0)
		return SQLITE_NOMEM;
	return memcmp(digest, foot + FOOTER_HEAD, DIGEST_SIZE) == 0
	    ? SQLITE_OK
	    : SQLITE_NOTADB;
}

/* Page I, counted from 0, checked, in file->page. */
static int
hold_page(struct pages_file *file, size_t i)
{
	unsigned char digest[DIGEST_SIZE];

	if (file->held == i + 1)
		return SQLITE_OK;
	file->held = 0;
	if (i >= file->n ||
	    read_all(
		file->fd, file->page, PAGES_SIZE, (off_t)(i * PAGES_SIZE)) < 0)
		return SQLITE_IOERR_CORRUPTFS;
	if (digest_sha256(file->page, PAGES_SIZE, digest) < 0)
		return SQLITE_NOMEM;
	if (memcmp(digest, file->digests + i * DIGEST_SIZE, DIGEST_SIZE) != 0)
		return SQLITE_IOERR_CORRUPTFS;
	file->held = i + 1;
	return SQLITE_OK;
}

static int
file_read_at(sqlite3_file *base, void *to, int amount, sqlite3_int64 from)
{
	struct pages_file *file = (struct pages_file *)base;
	size_t len = (size_t)amount, at = (size_t)from;
	unsigned char *out = to;

	while (len > 0) {
		size_t offset = at % PAGES_SIZE;
		size_t n = PAGES_SIZE - offset;
		int result = hold_page(file, at / PAGES_SIZE);

		if (result != SQLITE_OK)
			return result;
		if (n > len)
			n = len;
		memcpy(out, file->page + offset, n);
		out += n;
		at += n;
		len -= n;
	}
	return SQLITE_OK;
}

static int
file_close(sqlite3_file *base)
{
	struct pages_file *file = (struct pages_file *)base;

	if (file->fd >= 0)
		close(file->fd);
	free(file->digests);
	file->fd = -1;
	file->digests = NULL;
	return SQLITE_OK;
}

static int
file_size(sqlite3_file *base, sqlite3_int64 *size)
{
	const struct pages_file *file = (struct pages_file *)base;

	*size = (sqlite3_int64)(file->n * PAGES_SIZE);
	return SQLITE_OK;
}

/* ---- what is not done ---------------------------------------------------- */

static int
refuse_write(sqlite3_file *base, const void *from, int len, sqlite3_int64 at)
{
	(void)base, (void)from, (void)len, (void)at;
	return SQLITE_READONLY;
}

static int
refuse_truncate(sqlite3_file *base, sqlite3_int64 size)
{
	(void)base, (void)size;
	return SQLITE_READONLY;
}

/* Syncs and locks: nothing changes, nobody is in the way. */
static int
need_not(sqlite3_file *base, int how)
{
	(void)base, (void)how;
	return SQLITE_OK;
}

static int
is_reserved(sqlite3_file *base, int *out)
{
	(void)base;
	*out = 0;
	return SQLITE_OK;
}

static int
control(sqlite3_file *base, int operation, void *arg)
{
	(void)base, (void)operation, (void)arg;
	return SQLITE_NOTFOUND;
}

static int
sector_size(sqlite3_file *base)
{
	(void)base;
	return PAGES_SIZE;
}

static int
characteristics(sqlite3_file *base)
{
	(void)base;
	return SQLITE_IOCAP_IMMUTABLE;
}

static const sqlite3_io_methods methods = { .iVersion = 1,
	.xClose = file_close,
	.xRead = file_read_at,
	.xWrite = refuse_write,
	.xTruncate = refuse_truncate,
	.xSync = need_not,
	.xFileSize = file_size,
	.xLock = need_not,
	.xUnlock = need_not,
	.xCheckReservedLock = is_reserved,
	.xFileControl = control,
	.xSectorSize = sector_size,
	.xDeviceCharacteristics = characteristics };

/* ---- the way in ---------------------------------------------------------- */

static int
vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags,
    int *out_flags)
{
	struct pages_file *file = (struct pages_file *)base;
	int result;

	(void)vfs;
	memset(file, 0, sizeof(*file));
	file->fd = -1;
	/* no journal, no temporary file: who asks for one is mistaken */
	if (name == NULL || (flags & SQLITE_OPEN_MAIN_DB) == 0)
		return SQLITE_CANTOPEN;
	file->fd =
	    fcntl((int)sqlite3_uri_int64(name, "fd", -1), F_DUPFD_CLOEXEC, 3);
	if (file->fd < 0)
		return SQLITE_CANTOPEN;
	result = load_digests(file);
	if (result != SQLITE_OK) {
		file_close(base);
		return result;
	}
	base->pMethods = &methods;
	if (out_flags != NULL)
		*out_flags = SQLITE_OPEN_READONLY;
	return SQLITE_OK;
}

static int
vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs, (void)name, (void)sync;
	return SQLITE_READONLY;
}

static int
vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	(void)vfs, (void)name, (void)flags;
	*out = 0;
	return SQLITE_OK;
}

static int
vfs_full_name(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
	size_t len = strlen(name);

	(void)vfs;
	if (len >= (size_t)size)
		return SQLITE_CANTOPEN;
	memcpy(out, name, len + 1);
	return SQLITE_OK;
}

static int
vfs_random(sqlite3_vfs *vfs, int size, char *out)
{
	(void)vfs;
	memset(out, 0, (size_t)size);
	return size;
}

static int
vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
	(void)vfs, (void)microseconds;
	return 0;
}

static int
vfs_time(sqlite3_vfs *vfs, double *out)
{
	(void)vfs;
	*out = 0;
	return SQLITE_OK;
}

int
pages_register(void)
{
	static sqlite3_vfs vfs = { .iVersion = 1,
		.szOsFile = sizeof(struct pages_file),
		.mxPathname = 256,
		.zName = PAGES_VFS,
		.xOpen = vfs_open,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_full_name,
		.xRandomness = vfs_random,
		.xSleep = vfs_sleep,
		.xCurrentTime = vfs_time };

	if (sqlite3_vfs_find(PAGES_VFS) != NULL)
		return 0;
	return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK ? 0 : -1;
}
