/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "net/trust.h"

/* Where Debian's ca-certificates puts them. */
static const char system_directory[] = "/etc/ssl/certs";
static const char system_bundle[] = "/etc/ssl/certs/ca-certificates.crt";

/* "5ed36f99.0": what openssl rehash makes. */
static int
is_hash_link(const char *name)
{
	for (size_t i = 0; i < 8; i++)
		if (!isxdigit((unsigned char)name[i]))
			return 0;
	return name[8] == '.' && isdigit((unsigned char)name[9]);
}

static int
is_hashed(const char *path)
{
	struct dirent *entry;
	DIR *dir = opendir(path);
	int found = 0;

	if (dir == NULL)
		return 0;
	while (!found && (entry = readdir(dir)) != NULL)
		found = is_hash_link(entry->d_name);
	closedir(dir);
	return found;
}

static int
is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
add_directory(struct trust *trust, const char *path)
{
	char *joined;

	if (trust->directories == NULL) {
		trust->directories = strdup(path);
		return trust->directories == NULL ? -1 : 0;
	}
	if (asprintf(&joined, "%s:%s", trust->directories, path) < 0)
		return -1;
	free(trust->directories);
	trust->directories = joined;
	return 0;
}

static int
add_file(struct trust *trust, const char *path, char error[256])
{
	int e = file_read(path, &trust->pem, NULL);

	if (e == 0 && buffer_add(&trust->pem, "\n", 1) != SEGL_OK)
		e = EFBIG;
	if (e == 0)
		return 0;
	snprintf(error, 256, "%s: %s", path, strerror(e));
	return -1;
}

static int
looks_like_pem(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL &&
	    (strcmp(dot, ".pem") == 0 || strcmp(dot, ".crt") == 0 ||
		strcmp(dot, ".cer") == 0);
}

/* A directory without hash links: read its certificates. */
static int
add_plain_directory(struct trust *trust, const char *path, char error[256])
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char *file;
	int result = 0, found = 0;

	if (dir == NULL) {
		snprintf(error, 256, "%s: %s", path, strerror(errno));
		return -1;
	}
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		if (!looks_like_pem(entry->d_name))
			continue;
		if (asprintf(&file, "%s/%s", path, entry->d_name) < 0) {
			result = -1;
			break;
		}
		result = add_file(trust, file, error);
		found = 1;
		free(file);
	}
	closedir(dir);
	if (result == 0 && !found) {
		snprintf(error, 256, "%s: no certificates in it", path);
		return -1;
	}
	return result;
}

static int
add_ca(struct trust *trust, const char *path, char error[256])
{
	size_t before = trust->pem.len;

	if (!is_directory(path)) {
		if (add_file(trust, path, error) < 0)
			return -1;
		if (strstr(trust->pem.data + before, "-----BEGIN ") != NULL)
			return 0;
		snprintf(error, 256, "%s: no PEM certificate in it", path);
		return -1;
	}
	if (is_hashed(path))
		return add_directory(trust, path);
	return add_plain_directory(trust, path, error);
}

/*
 * What the system trusts. Where --ca brings PEM text, libcurl takes no bundle
 * beside it, so a bundle is read into the text then.
 */
static int
add_system(struct trust *trust, char error[256])
{
	const char *file = getenv("SSL_CERT_FILE");
	const char *dir = getenv("SSL_CERT_DIR");

	if (file != NULL && file[0] == '\0')
		file = NULL;
	if (dir != NULL && dir[0] == '\0')
		dir = NULL;
	if (file == NULL && dir == NULL) {
		if (is_hashed(system_directory))
			dir = system_directory;
		else
			file = system_bundle;
	}
	if (dir != NULL && add_directory(trust, dir) < 0)
		return -1;
	if (file != NULL && trust->pem.len > 0)
		return add_file(trust, file, error);
	trust->bundle = file;
	if (file != NULL) {
		FILE *f = fopen(file, "re");

		if (f == NULL) {
			snprintf(error, 256, "%s: %s", file, strerror(errno));
			return -1;
		}
		fclose(f);
	}
	return 0;
}

int
trust_find(struct trust *trust, const char *const *ca, size_t n, int ca_only,
    char error[256])
{
	memset(trust, 0, sizeof(*trust));
	buffer_init(&trust->pem, TRUST_PEM_MAX);
	snprintf(error, 256, "out of memory");
	for (size_t i = 0; i < n; i++)
		if (add_ca(trust, ca[i], error) < 0)
			return -1;
	if (ca_only && n > 0)
		return 0;
	if (ca_only) {
		/* falling back to the system is what it was to prevent */
		snprintf(error, 256, "--ca-only without --ca trusts nobody");
		return -1;
	}
	return add_system(trust, error);
}

void
trust_clear(struct trust *trust)
{
	free(trust->directories);
	trust->directories = NULL;
	trust->bundle = NULL;
	buffer_clear(&trust->pem);
}
