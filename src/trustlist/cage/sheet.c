/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "trustlist/cage/sheet.h"

void
sheet_init(struct sheet *sheet)
{
	const struct sheet none = { -1, NULL, 0 };

	*sheet = none;
}

void
sheet_clear(struct sheet *sheet)
{
	if (sheet->bytes != NULL)
		munmap((void *)(uintptr_t)sheet->bytes, sheet->len);
	if (sheet->fd >= 0)
		close(sheet->fd);
	sheet_init(sheet);
}

int
sheet_blank(struct sheet *out)
{
	sheet_init(out);
	out->fd = memfd_create("trusted-list", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return out->fd < 0 ? errno : 0;
}

int
sheet_copy(const void *bytes, size_t len, struct sheet *out)
{
	int error = sheet_blank(out);

	if (error == 0)
		error = file_write_all(out->fd, bytes, len);
	if (error == 0 && lseek(out->fd, 0, SEEK_SET) < 0)
		error = errno;
	if (error != 0)
		sheet_clear(out);
	return error;
}

int
sheet_seal(struct sheet *sheet, size_t max)
{
	struct stat st;
	void *bytes;

	if (fcntl(sheet->fd, F_ADD_SEALS,
		F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0 ||
	    fstat(sheet->fd, &st) < 0)
		return errno;
	if ((unsigned long long)st.st_size > max)
		return EFBIG;
	if (st.st_size == 0)
		return 0;
	bytes = mmap(
	    NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, sheet->fd, 0);
	if (bytes == MAP_FAILED)
		return errno;
	sheet->bytes = bytes;
	sheet->len = (size_t)st.st_size;
	return 0;
}
