/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cache/directory.h"
#include "cache/endpoints.h"
#include "cache/entry.h"
#include "cache/lock.h"

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

/* ---- tokens ----------------------------------------------------------- */

static const char key[] = "env 4:test\nscope 3:a:b\n";
#define KEY key, sizeof(key) - 1

static struct entry
a_token(void)
{
	struct entry entry = { .expires_in_s = 120,
		.token = (char *)(uintptr_t) "eyJ.x.y",
		.type = (char *)(uintptr_t) "Bearer",
		.scope = (char *)(uintptr_t) "a:b" };

	instant_now(&entry.obtained);
	return entry;
}

static int
open_cache(void)
{
	point_to("XDG_RUNTIME_DIR", home);
	return cache_directory_open();
}

static void
entry_comes_back_for_its_key_only(void **state)
{
	struct entry in = a_token(), out;
	char name[ENTRY_NAME_MAX];
	struct stat st;
	int fd = open_cache();

	(void)state;
	assert_int_equal(entry_store(fd, KEY, &in), 0);
	entry_name(KEY, name);
	assert_int_equal(fstatat(fd, name, &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(entry_load(fd, KEY, &out), 1);
	assert_string_equal(out.token, "eyJ.x.y");
	assert_string_equal(out.scope, "a:b");
	assert_int_equal(out.expires_in_s, 120);
	assert_string_equal(out.obtained.boot_id, in.obtained.boot_id);
	entry_clear(&out);
	assert_int_equal(entry_load(fd, key, sizeof(key) - 2, &out), 0);
	assert_null(out.token);
	assert_int_equal(entry_load(-1, KEY, &out), 0);
	/* without a scope */
	in.scope = NULL;
	assert_int_equal(entry_store(fd, KEY, &in), 0);
	assert_int_equal(entry_load(fd, KEY, &out), 1);
	assert_null(out.scope);
	entry_clear(&out);
	/* a line end would forge lines */
	in.token = (char *)(uintptr_t) "a\nb";
	assert_int_equal(entry_store(fd, KEY, &in), EINVAL);
	close(fd);
}

static void
foreign_key_under_our_name_is_refused(void **state)
{
	struct entry in = a_token(), out;
	char ours[ENTRY_NAME_MAX], theirs[ENTRY_NAME_MAX];
	int fd = open_cache();

	(void)state;
	/* as if two keys had the same hash */
	assert_int_equal(entry_store(fd, "other", 5, &in), 0);
	entry_name(KEY, ours);
	entry_name("other", 5, theirs);
	assert_int_equal(renameat(fd, theirs, fd, ours), 0);
	assert_int_equal(entry_load(fd, KEY, &out), 0);
	close(fd);
}

static void
damaged_entries_count_as_absent(void **state)
{
	struct entry in = a_token(), out;
	char name[ENTRY_NAME_MAX], text[4096];
	int fd = open_cache(), file;
	ssize_t n;

	(void)state;
	assert_int_equal(entry_store(fd, KEY, &in), 0);
	entry_name(KEY, name);
	file = openat(fd, name, O_RDONLY);
	n = read(file, text, sizeof(text));
	close(file);
	assert_true(n > 0);
	for (ssize_t cut = 0; cut < n; cut++) {
		damage(fd, text, (size_t)cut);
		assert_int_equal(entry_load(fd, KEY, &out), 0);
		assert_null(out.token);
	}
	damage(fd, text, (size_t)n);
	assert_int_equal(entry_load(fd, KEY, &out), 1);
	entry_clear(&out);
	/* open to others, a link, a directory */
	assert_int_equal(fchmodat(fd, name, 0640, 0), 0);
	assert_int_equal(entry_load(fd, KEY, &out), 0);
	assert_int_equal(fchmodat(fd, name, 0600, 0), 0);
	assert_int_equal(renameat(fd, name, fd, "elsewhere"), 0);
	assert_int_equal(symlinkat("elsewhere", fd, name), 0);
	assert_int_equal(entry_load(fd, KEY, &out), 0);
	assert_int_equal(unlinkat(fd, name, 0), 0);
	assert_int_equal(mkdirat(fd, name, 0700), 0);
	assert_int_equal(entry_load(fd, KEY, &out), 0);
	assert_int_equal(unlinkat(fd, name, AT_REMOVEDIR), 0);
	close(fd);
}

static void
age_is_told_by_the_clock_that_can(void **state)
{
	struct instant then = { .wall = 1000, .boot = 500, .boot_id = "a" };
	struct instant now = { .wall = 1060, .boot = 530, .boot_id = "a" };
	struct entry entry = { .expires_in_s = 120, .obtained = then };

	(void)state;
	/* the same boot: one that was held, or the wall clock was set on */
	assert_int_equal(instant_elapsed(&then, &now), 60);
	assert_int_equal(entry_remaining_s(&entry, &now), 60);
	now.wall = 1031;
	assert_int_equal(instant_elapsed(&then, &now), 30);
	now.wall = 1032;
	assert_int_equal(instant_elapsed(&then, &now), 32);
	/* or set back, which makes nothing live longer */
	now.wall = 1;
	assert_int_equal(instant_elapsed(&then, &now), 30);
	assert_int_equal(entry_remaining_s(&entry, &now), 90);
	now.boot = 499;
	assert_int_equal(instant_elapsed(&then, &now), -1);
	assert_int_equal(entry_remaining_s(&entry, &now), 0);
	/* another boot, or none known: the wall clock is all there is */
	strcpy(now.boot_id, "b");
	now.wall = 1119;
	assert_int_equal(entry_remaining_s(&entry, &now), 1);
	now.wall = 1120;
	assert_int_equal(entry_remaining_s(&entry, &now), 0);
	now.wall = 999;
	assert_int_equal(entry_remaining_s(&entry, &now), 0);
	then.boot_id[0] = now.boot_id[0] = '\0';
	now.wall = 1030;
	assert_int_equal(instant_elapsed(&then, &now), 30);
}

static void
validity_that_must_remain(void **state)
{
	struct entry entry = { .expires_in_s = 120 };

	(void)state;
	assert_int_equal(entry_default_min_validity_s(&entry, 0), 30);
	entry.expires_in_s = 119;
	assert_int_equal(entry_default_min_validity_s(&entry, 0), 29);
	entry.expires_in_s = 3600;
	assert_int_equal(entry_default_min_validity_s(&entry, 0), 30);
}

static void
nobody_waiting(void)
{
	fail(); /* a second has not passed */
}

static void
lock_is_held_across_exec_and_let_go_by_death(void **state)
{
	int fd = open_cache(), lock, other, waited, pipes[2];
	struct stat a, b;
	pid_t pid;
	char c;

	(void)state;
	lock = lock_take(fd, "token-x", nobody_waiting, &waited);
	assert_true(lock >= 0);
	assert_false(waited);
	assert_int_equal(lock_give(lock), 0);
	assert_int_equal(fcntl(lock, F_GETFD) & FD_CLOEXEC, 0);
	assert_int_equal(lock_inherit(), lock);
	assert_int_equal(lock_inherit(), -1);
	close(lock);
	/* a holder that is killed */
	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (pid == 0) {
		lock = lock_take(fd, "token-x", nobody_waiting, &waited);
		if (write(pipes[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(pipes[0], &c, 1), 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	other = lock_take(fd, "token-x", nobody_waiting, &waited);
	assert_true(other >= 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(fstat(other, &a), 0);
	assert_int_equal(fstatat(fd, "token-x.lock", &b, 0), 0);
	assert_int_equal(a.st_ino, b.st_ino);
	close(other);
	close(pipes[0]);
	close(pipes[1]);
	/* what is no lock of ours is not taken over */
	setenv("SEGL_LOCK", "0", 1);
	assert_int_equal(lock_inherit(), -1);
	setenv("SEGL_LOCK", "999", 1);
	assert_int_equal(lock_inherit(), -1);
	close(fd);
}

static void
failure_reaches_only_those_who_waited(void **state)
{
	int fd = open_cache(), lock, waited;
	long long before = lock_now_ms();
	struct buffer text;

	(void)state;
	buffer_init(&text, 4096);
	lock = lock_take(fd, "token-x", nobody_waiting, &waited);
	assert_int_equal(lock_failure(lock, before, &text), 0);
	lock_tell_failure(lock, "8\n{}\nwords\n", 11);
	assert_int_equal(lock_failure(lock, before, &text), 1);
	assert_string_equal(text.data, "8\n{}\nwords\n");
	buffer_clear(&text);
	/* somebody who comes later tries by himself */
	assert_int_equal(lock_failure(lock, lock_now_ms() + 1, &text), 0);
	close(lock);
	close(fd);
}

static void
old_entries_are_removed(void **state)
{
	struct timespec old[2] = { { .tv_sec = time(NULL) - 90000 },
		{ .tv_sec = time(NULL) - 90000 } };
	struct entry in = a_token();
	char name[ENTRY_NAME_MAX];
	int fd = open_cache();

	(void)state;
	assert_int_equal(entry_store(fd, KEY, &in), 0);
	assert_int_equal(entry_store(fd, "other", 5, &in), 0);
	entry_name("other", 5, name);
	assert_int_equal(utimensat(fd, name, old, 0), 0);
	entry_prune(fd);
	assert_int_equal(faccessat(fd, name, F_OK, 0), -1);
	entry_name(KEY, name);
	assert_int_equal(faccessat(fd, name, F_OK, 0), 0);
	close(fd);
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
		TEST(entry_comes_back_for_its_key_only),
		TEST(foreign_key_under_our_name_is_refused),
		TEST(damaged_entries_count_as_absent),
		cmocka_unit_test(age_is_told_by_the_clock_that_can),
		cmocka_unit_test(validity_that_must_remain),
		TEST(lock_is_held_across_exec_and_let_go_by_death),
		TEST(failure_reaches_only_those_who_waited),
		TEST(old_entries_are_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
