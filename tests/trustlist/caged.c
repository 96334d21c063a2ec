/* SPDX-License-Identifier: ISC */
/*
 * Whoever takes the reader of trusted lists over: enters the sandbox that it
 * enters, and tries what a stranger's code would try. Speaks TAP.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/sandbox.h"

static int n_tests, n_failed;

static void
ok(const char *what, int is_so)
{
	n_failed += !is_so;
	printf("%sok %d - %s\n", is_so ? "" : "not ", ++n_tests, what);
}

static void
refused(const char *what, long result)
{
	ok(what, result == -1 && errno == EPERM);
}

/* With three words, as the kernel takes them: no wrapper in between. */
#define TRY(what, ...) refused(what, syscall(__VA_ARGS__))

static void
try_the_world(pid_t parent)
{
	static char *const argv[] = { NULL };

	TRY("no file is opened", SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
	TRY("none is made", SYS_openat, AT_FDCWD, "caged.made",
	    O_CREAT | O_WRONLY, 0600);
	TRY("none is removed", SYS_unlinkat, AT_FDCWD, "caged.made", 0);
	TRY("no file in memory", SYS_memfd_create, "x", 0);
	TRY("no socket", SYS_socket, AF_INET, SOCK_STREAM, 0);
	TRY("no pair of sockets", SYS_socketpair, AF_UNIX, SOCK_STREAM, 0,
	    NULL);
	TRY("no program", SYS_execve, "/bin/true", argv, argv);
	TRY("no program of a descriptor", SYS_execveat, 0, "", argv, argv,
	    0x1000);
	TRY("no process", SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
	TRY("nor by the other way", SYS_clone3, NULL, 0);
	TRY("no signal to another", SYS_kill, parent, 0);
	TRY("nor to a thread", SYS_tgkill, parent, parent, 0);
	TRY("no limit is raised", SYS_prlimit64, 0, 7, NULL, NULL);
	TRY("no terminal is typed into", SYS_ioctl, 2, 0x5412, "x");
	TRY("no privilege", SYS_prctl, 1, 0, 0, 0, 0);
	TRY("no other memory", SYS_process_vm_readv, parent, NULL, 0, NULL, 0,
	    0);
	TRY("no tracing", SYS_ptrace, 0, 0, 0, 0);
	TRY("no ring of calls", SYS_io_uring_setup, 1, NULL);
	TRY("no shared memory", SYS_shmget, 1, 4096, 01600);
}

static void
try_the_work(void)
{
	char *bytes = malloc(8 << 20);
	void *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ok("memory is there all the same", bytes != NULL);
	ok("also of its own", mapped != MAP_FAILED);
	if (bytes != NULL)
		memset(bytes, 1, 8 << 20);
	free(bytes);
	ok("what is open can be written", write(STDOUT_FILENO, "", 0) == 0);
}

int
main(void)
{
	pid_t parent = getppid();
	unsigned int done;

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	done = sandbox_enter(SANDBOX_READER, NULL, 0);
	if ((done & SANDBOX_SECCOMP) == 0) {
		printf("1..0 # SKIP this kernel filters no calls\n");
		return 0;
	}
	try_the_world(parent);
	try_the_work();
	printf("1..%d\n", n_tests);
	fflush(stdout);
	/* a sanitizer would tidy up first, by calls that are refused */
	(void)syscall(SYS_exit_group, n_failed > 0);
	return 1;
}
