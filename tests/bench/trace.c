/* SPDX-License-Identifier: ISC */
/*
 * Run a command as it is and say where its time goes: the processes are
 * stopped only at the few system calls that mark a phase (a seccomp filter
 * picks them), so that the account costs a few hundredths of the time it is
 * about. Also the peak memory of each program, which the kernel otherwise
 * forgets when one program executes another.
 * BENCH_PRELOAD, where set, is LD_PRELOAD of the command.
 *
 * usage: trace COMMAND [ARGUMENT...]
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROCESSES_MAX = 16, EVENTS_MAX = 512, NAME_MAX_LEN = 32 };

enum kind { LEAVE, EXEC, CONNECT, NET_SEND, SEND, MARK, EXIT };

struct process {
	pid_t pid;
	int net_fd; /* connected to the server, -1 before */
	char image[NAME_MAX_LEN];
};

struct event {
	long long ns;
	enum kind kind;
	char image[NAME_MAX_LEN];
	char text[NAME_MAX_LEN]; /* of a mark; else the descriptor */
};

static struct process processes[PROCESSES_MAX];
static struct event events[EVENTS_MAX];
static size_t event_count;

static long long
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void
fail(const char *what)
{
	fprintf(stderr, "bench trace: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- watching ---------------------------------------------------------- */

/* Stop at what can mark a phase, let everything else run. */
static void
filter_install(void)
{
#define STOP_AT(nr, jump) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), (jump), 0)
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		STOP_AT(SYS_execve, 5),
		STOP_AT(SYS_connect, 4),
		STOP_AT(SYS_sendto, 3),
		STOP_AT(SYS_sendmsg, 2),
		STOP_AT(SYS_write, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(code[0]),
		.filter = code,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		fail("seccomp");
}

static struct process *
process_of(pid_t pid)
{
	struct process *p, *unused = NULL;

	for (p = processes; p < processes + PROCESSES_MAX; p++)
		if (p->pid == pid)
			return p;
		else if (p->pid == 0 && unused == NULL)
			unused = p;
	if (unused == NULL)
		fail("too many processes");
	unused->pid = pid;
	unused->net_fd = -1;
	return unused;
}

static struct event *
event_add(enum kind kind, const struct process *p)
{
	struct event *e = &events[event_count];

	if (event_count < EVENTS_MAX - 1)
		event_count++;
	e->ns = now_ns();
	e->kind = kind;
	memcpy(e->image, p->image, sizeof(e->image));
	return e;
}

static void
memory_read(pid_t pid, void *to, size_t size, unsigned long long at)
{
	struct iovec local = { to, size };
	struct iovec remote = { (void *)(size_t)at, size };

	if (process_vm_readv(pid, &local, 1, &remote, 1, 0) < 0)
		memset(to, 0, size);
}

/* Say the peak memory of the program that PROCESS is about to leave. */
static void
peak_print(const struct process *p)
{
	char path[64], line[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)p->pid);
	f = fopen(path, "r");
	while (f != NULL && p->image[0] != '\0' &&
	    fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "VmHWM:", 6) == 0)
			fprintf(stderr, "memory: %s\t%ld\n", p->image,
			    atol(line + 6));
	if (f != NULL)
		fclose(f);
}

static void
image_read(struct process *p)
{
	char path[64], exe[512];
	const char *name;
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)p->pid);
	len = readlink(path, exe, sizeof(exe) - 1);
	exe[len < 0 ? 0 : len] = '\0';
	name = strrchr(exe, '/');
	snprintf(p->image, sizeof(p->image), "%.*s", NAME_MAX_LEN - 1,
	    name == NULL ? exe : name + 1);
	p->net_fd = -1;
}

static void
on_send(struct process *p, const unsigned long long *args, int is_write)
{
	struct event *e;
	int fd = (int)args[0];
	size_t len;

	if (fd == -1 && is_write) {
		e = event_add(MARK, p);
		len = (size_t)args[2] < sizeof(e->text) - 1
		    ? (size_t)args[2]
		    : sizeof(e->text) - 1;
		memory_read(p->pid, e->text, len, args[1]);
		return;
	}
	e = event_add(fd == p->net_fd ? NET_SEND : SEND, p);
	snprintf(e->text, sizeof(e->text), "%d", fd);
}

static void
on_syscall(struct process *p)
{
	struct __ptrace_syscall_info info;
	struct sockaddr address;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, sizeof(info), &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_SECCOMP)
		return;
	switch (info.seccomp.nr) {
	case SYS_execve:
		peak_print(p);
		event_add(LEAVE, p);
		break;
	case SYS_connect:
		memory_read(
		    p->pid, &address, sizeof(address), info.seccomp.args[1]);
		if (address.sa_family == AF_INET) {
			event_add(CONNECT, p);
			p->net_fd = (int)info.seccomp.args[0];
		}
		break;
	default:
		on_send(p, (const unsigned long long *)info.seccomp.args,
		    info.seccomp.nr == SYS_write);
	}
}

/* Returns the signal to deliver. */
static int
on_stop(struct process *p, int status)
{
	unsigned long child;

	switch (status >> 16) {
	case PTRACE_EVENT_SECCOMP:
		on_syscall(p);
		return 0;
	case PTRACE_EVENT_EXEC:
		image_read(p);
		event_add(EXEC, p);
		return 0;
	case PTRACE_EVENT_EXIT:
		peak_print(p);
		event_add(EXIT, p);
		return 0;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		if (ptrace(PTRACE_GETEVENTMSG, p->pid, 0, &child) == 0)
			process_of((pid_t)child);
		return 0;
	default:
		/* the stop with which a new child begins is ours */
		return WSTOPSIG(status) == SIGSTOP ? 0 : WSTOPSIG(status);
	}
}

/* Until the last process is gone; returns the exit status of the first. */
static int
watch(pid_t first)
{
	int status, signal_no, result = 1;
	struct process *p;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		p = process_of(pid);
		if (WIFSTOPPED(status)) {
			signal_no = on_stop(p, status);
			ptrace(PTRACE_CONT, pid, 0, signal_no);
			continue;
		}
		p->pid = 0;
		p->image[0] = '\0';
		if (pid == first && WIFEXITED(status))
			result = WEXITSTATUS(status);
	}
	return result;
}

static pid_t
start(char **argv)
{
	const long options = PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT |
	    PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
	    PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;
	char *preload = getenv("BENCH_PRELOAD");
	pid_t pid = fork();

	if (pid == 0) {
		if (preload != NULL)
			setenv("LD_PRELOAD", preload, 1);
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		filter_install();
		execv(argv[0], argv);
		fail(argv[0]);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid ||
	    ptrace(PTRACE_SETOPTIONS, pid, 0, options) != 0 ||
	    ptrace(PTRACE_CONT, pid, 0, 0) != 0)
		fail("ptrace");
	return pid;
}

/* ---- telling ----------------------------------------------------------- */

/* The NTH event (0: first) of KIND in IMAGE; TEXT may be NULL. */
static const struct event *
find(const char *image, enum kind kind, const char *text, int nth)
{
	const struct event *e;

	for (e = events; e < events + event_count; e++)
		if (e->kind == kind && strcmp(e->image, image) == 0 &&
		    (text == NULL || strcmp(e->text, text) == 0) && nth-- == 0)
			return e;
	return NULL;
}

struct phase {
	const char *name;
	const char *image;
	enum kind kind;
	const char *text;
	int nth;
};

/* What has to happen one after the other, each until the named event. */
static const struct phase path[] = {
	{ "segl: front until the exec", "segl-main", EXEC, NULL, 0 },
	{ "segl-main: loader, settings", "segl-main", MARK, "load", 0 },
	{ "segl-main: soft token", "segl-main", MARK, "loaded", 0 },
	{ "segl-main: to the grant", "segl-main", MARK, "compose", 0 },
	{ "segl-main: compose", "segl-main", MARK, "sign", 0 },
	{ "segl-main: sign", "segl-main", MARK, "signed", 0 },
	{ "segl-main: verify", "segl-main", MARK, "verified", 0 },
	{ "segl-net: grant onto the wire", "segl-net", NET_SEND, NULL, 2 },
	{ "segl-net: server and reply", "segl-net", SEND, NULL, 0 },
	{ "segl-main: parse and print", "segl-main", SEND, "1", 0 },
	{ "segl-main: end", "segl-main", EXIT, NULL, 0 },
};

/* What happens meanwhile. */
static const struct phase beside[] = {
	{ "beside: segl: front until segl-net", "segl-net", EXEC, NULL, 0 },
	{ "beside: segl-net: loader, libcurl", "segl-net", CONNECT, NULL, 0 },
	{ "beside: segl-net: handshake", "segl-net", NET_SEND, NULL, 1 },
	{ "beside: segl-net: waits for grant", "segl-net", NET_SEND, NULL, 2 },
};

static void
phases_tell(const struct phase *list, size_t len, long long from)
{
	const struct event *e;
	size_t i;

	for (i = 0; i < len; i++) {
		e = find(
		    list[i].image, list[i].kind, list[i].text, list[i].nth);
		if (e == NULL)
			continue;
		fprintf(stderr, "%s\t%.1f\n", list[i].name,
		    (double)(e->ns - from) / 1000);
		from = e->ns;
	}
}

int
main(int argc, char **argv)
{
	const struct event *from;
	int result;

	if (argc < 2) {
		fprintf(stderr, "usage: trace COMMAND [ARGUMENT...]\n");
		return 2;
	}
	result = watch(start(argv + 1));
	/* the tracer's own start is not the command's */
	from = find("", LEAVE, NULL, 0);
	if (from == NULL)
		return 1;
	phases_tell(path, sizeof(path) / sizeof(path[0]), from->ns);
	phases_tell(beside, sizeof(beside) / sizeof(beside[0]), from->ns);
	return result;
}
