/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cache/directory.h"
#include "cache/endpoints.h"

#define ISSUER "https://sim.example/"

static char home[64];

static int
make_home(void **state)
{
	(void)state;
	strcpy(home, "/tmp/segl-cache-XXXXXX");
	return mkdtemp(home) == NULL ? -1 : 0;
}

static int
remove_home(void **state)
{
	char command[128];

	(void)state;
	/* a directory of our own making */
	snprintf(command, sizeof(command), "rm -rf '%s'", home);
	return system(command);
}

static void
point_to(const char *variable, const char *path)
{
	unsetenv("RUNTIME_DIRECTORY");
	setenv("XDG_RUNTIME_DIR", "/nonexistent", 1);
	setenv("XDG_CACHE_HOME", "/nonexistent", 1);
	setenv("HOME", "/nonexistent", 1);
	setenv(variable, path, 1);
}

static void
directory_is_made_private(void **state)
{
	struct stat st;
	int fd;

	(void)state;
	point_to("XDG_RUNTIME_DIR", home);
	fd = cache_directory_open();
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	close(fd);
}

static void
home_is_the_last_resort(void **state)
{
	char path[96];
	struct stat st;
	int fd;

	(void)state;
	point_to("HOME", home);
	unsetenv("XDG_CACHE_HOME");
	fd = cache_directory_open();
	assert_true(fd >= 0);
	close(fd);
	snprintf(path, sizeof(path), "%s/.cache/segl", home);
	assert_int_equal(stat(path, &st), 0);
}

static void
open_directories_are_not_used(void **state)
{
	char path[96];

	(void)state;
	point_to("XDG_RUNTIME_DIR", home);
	snprintf(path, sizeof(path), "%s/segl", home);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(path, 0750), 0);
	assert_int_equal(cache_directory_open(), -1);
	assert_int_equal(chmod(path, 0700), 0);
	/* nor below a directory that others may write to */
	assert_int_equal(chmod(home, 0777), 0);
	assert_int_equal(cache_directory_open(), -1);
	assert_int_equal(chmod(home, 0700), 0);
	/* nor a link to somewhere else */
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("/tmp", path), 0);
	assert_int_equal(cache_directory_open(), -1);
	/* nor a relative path */
	point_to("XDG_RUNTIME_DIR", "relative");
	assert_int_equal(cache_directory_open(), -1);
}

static void
example(struct endpoints *endpoints)
{
	memset(endpoints, 0, sizeof(*endpoints));
	endpoints->fetched = 1000000;
	strcpy(endpoints->token_endpoint, ISSUER "token");
	strcpy(endpoints->jwks_uri, ISSUER "jwk");
	strcpy(endpoints->algs, "RS256 RS512");
}

static void
endpoints_come_back(void **state)
{
	struct endpoints in, out;
	int fd;

	(void)state;
	point_to("XDG_RUNTIME_DIR", home);
	fd = cache_directory_open();
	example(&in);
	endpoints_store(fd, ISSUER, &in);
	endpoints_load(fd, ISSUER, &out);
	assert_memory_equal(&in, &out, sizeof(in));
	endpoints_load(fd, "https://other.example/", &out);
	assert_int_equal(out.fetched, 0);
	endpoints_load(-1, ISSUER, &out);
	assert_string_equal(out.token_endpoint, "");
	close(fd);
}

/* Overwrite what is kept with LEN bytes of TEXT. */
static void
damage(int dirfd, const char *text, size_t len)
{
	struct dirent *entry;
	DIR *dir = fdopendir(dup(dirfd));
	int fd, hits = 0;

	rewinddir(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		fd = openat(dirfd, entry->d_name, O_WRONLY | O_TRUNC);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, text, len), (ssize_t)len);
		close(fd);
		hits++;
	}
	closedir(dir);
	assert_int_equal(hits, 1);
}

static void
damaged_files_count_as_absent(void **state)
{
	static const char whole[] =
	    "segl-endpoints 1\nissuer " ISSUER "\nfetched 7\ntried 0\n"
	    "token_endpoint " ISSUER "token\nend .\n";
	static const char *const bad[] = {
		"segl-endpoints 2\nissuer " ISSUER
		"\nfetched 7\ntried 0\ntoken_endpoint " ISSUER "token\nend .\n",
		"segl-endpoints 1\nissuer https://x/\nfetched 7\ntried 0\n"
		"token_endpoint " ISSUER "token\nend .\n",
		"segl-endpoints 1\nissuer " ISSUER
		"\nfetched 7x\ntried 0\ntoken_endpoint " ISSUER
		"token\nend .\n",
		"segl-endpoints 1\nissuer " ISSUER
		"\nfetched 7\ntried 0\ntoken_endpoint http://x/\nend .\n",
		"",
	};
	struct endpoints out, in;
	int fd;

	(void)state;
	point_to("XDG_RUNTIME_DIR", home);
	fd = cache_directory_open();
	example(&in);
	endpoints_store(fd, ISSUER, &in);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		damage(fd, bad[i], strlen(bad[i]));
		endpoints_load(fd, ISSUER, &out);
		assert_int_equal(out.fetched, 0);
		assert_string_equal(out.token_endpoint, "");
	}
	/* every way of being cut short */
	for (size_t n = 0; n < sizeof(whole) - 1; n++) {
		damage(fd, whole, n);
		endpoints_load(fd, ISSUER, &out);
		assert_string_equal(out.token_endpoint, "");
	}
	damage(fd, whole, sizeof(whole) - 1);
	endpoints_load(fd, ISSUER, &out);
	assert_int_equal(out.fetched, 7);
	close(fd);
}

static void
plan_at_each_boundary(void **state)
{
	struct endpoints none = { 0 }, kept;

	(void)state;
	example(&kept);
	assert_int_equal(
	    endpoints_plan(&kept, 0, 3, kept.fetched + ENDPOINTS_FRESH_S - 1),
	    ENDPOINTS_USE);
	assert_int_equal(
	    endpoints_plan(&kept, 0, 3, kept.fetched + ENDPOINTS_FRESH_S),
	    ENDPOINTS_FETCH);
	/* the clock went back */
	assert_int_equal(
	    endpoints_plan(&kept, 0, 3, kept.fetched - 1), ENDPOINTS_FETCH);
	/* a try that failed a moment ago */
	kept.tried = kept.fetched + ENDPOINTS_FRESH_S;
	assert_int_equal(
	    endpoints_plan(&kept, 0, 3, kept.tried + ENDPOINTS_PAUSE_S - 1),
	    ENDPOINTS_USE);
	assert_int_equal(
	    endpoints_plan(&kept, 0, 3, kept.tried + ENDPOINTS_PAUSE_S),
	    ENDPOINTS_FETCH);
	assert_int_equal(endpoints_plan(&none, 1, 3, 50), ENDPOINTS_FETCH);
	none.tried = 50;
	assert_int_equal(endpoints_plan(&none, 1, 3, 51), ENDPOINTS_BUILTIN);
	assert_int_equal(endpoints_plan(&none, 0, 3, 51), ENDPOINTS_FETCH);
	none.tried = 0;
	assert_int_equal(endpoints_plan(&none, 1, -1, 51), ENDPOINTS_BUILTIN);
	assert_int_equal(endpoints_plan(&none, 0, -1, 51), ENDPOINTS_FETCH);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_home, remove_home)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(directory_is_made_private),
		TEST(home_is_the_last_resort),
		TEST(open_directories_are_not_used),
		TEST(endpoints_come_back),
		TEST(damaged_files_count_as_absent),
		cmocka_unit_test(plan_at_each_boundary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
