/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>

#include "sys/sandbox.h"

/* ---- Landlock ------------------------------------------------------------ */

/*
 * Debian 12's kernel has version 2, its headers know no more: what came with
 * version 1, and moving between directories, which came with 2.
 */
#define ACCESS_1                                                               \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |          \
	    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |       \
	    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |   \
	    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |       \
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |       \
	    LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |     \
	    LANDLOCK_ACCESS_FS_MAKE_SYM)
#define ACCESS_2 (ACCESS_1 | LANDLOCK_ACCESS_FS_REFER)

/* What may be done below a directory that was given. */
#define ACCESS_GIVEN                                                           \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |        \
	    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |     \
	    LANDLOCK_ACCESS_FS_MAKE_REG)

int
sandbox_landlock_version(void)
{
	long version = syscall(__NR_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return version < 0 ? 0 : (int)version;
}

static int
allow_below(int ruleset, int dirfd)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = ACCESS_GIVEN, .parent_fd = dirfd
	};

	return (int)syscall(__NR_landlock_add_rule, ruleset,
	    LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

static int
restrict_files(const int *dirs, unsigned int count)
{
	int version = sandbox_landlock_version();
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = version >= 2 ? ACCESS_2 : ACCESS_1
	};
	int ruleset, ok = 1;

	if (version < 1)
		return 0;
	ruleset =
	    (int)syscall(__NR_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset < 0)
		return 0;
	for (unsigned int i = 0; i < count; i++)
		if (dirs[i] >= 0 && allow_below(ruleset, dirs[i]) != 0)
			ok = 0;
	if (ok)
		ok = syscall(__NR_landlock_restrict_self, ruleset, 0) == 0;
	close(ruleset);
	return ok;
}

/* ---- seccomp --------------------------------------------------------------
 *
 * For those who answer and sign, a list of what is refused, not of what is
 * allowed: which calls the C library and OpenSSL make changes with their
 * versions, and a signer that dies of an update is turned off by its users.
 * What stays allowed works on memory and on descriptors that are open already.
 * The reader of foreign XML is another matter: it calls little, and of all
 * processes it is the one to be taken over.
 */

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#endif

/*
 * A kernel may be newer than the headers that this is built with, and its ways
 * around the list as well: Linux 6.6 and 6.13, the same on all that ARCH names.
 */
#ifndef __NR_fchmodat2
#define __NR_fchmodat2 452
#endif
#ifndef __NR_setxattrat
#define __NR_setxattrat    463
#define __NR_removexattrat 466
#endif

/* Reaching the world, other programs, other processes, the kernel. */
static const int refused_to_both[] = {
	__NR_socket,
	__NR_connect,
	__NR_bind,
	__NR_listen,
	__NR_execve,
	__NR_execveat,
	__NR_ptrace,
	__NR_process_vm_readv,
	__NR_process_vm_writev,
	__NR_pidfd_getfd,
	__NR_io_uring_setup,
	__NR_bpf,
	__NR_perf_event_open,
	__NR_userfaultfd,
	__NR_keyctl,
	__NR_add_key,
	__NR_request_key,
	__NR_mount,
	__NR_move_mount,
	__NR_open_tree,
	__NR_fsopen,
	__NR_unshare,
	__NR_setns,
	__NR_chroot,
	__NR_pivot_root,
	__NR_memfd_create,
	/* what is there already is changed by nobody: Landlock has no say in
	 * most of these, in truncate(2) since Linux 6.2 */
	__NR_truncate,
	__NR_fchmodat,
	__NR_fchownat,
	__NR_setxattr,
	__NR_lsetxattr,
	__NR_removexattr,
	__NR_lremovexattr,
	__NR_mknodat,
	__NR_symlinkat,
	__NR_linkat,
	__NR_open_by_handle_at,
	__NR_fchmodat2,
	__NR_setxattrat,
	__NR_removexattrat,
	/* other processes of the same user; abort(3) uses tgkill(2) */
	__NR_kill,
	__NR_tkill,
	__NR_rt_sigqueueinfo,
	__NR_rt_tgsigqueueinfo,
	__NR_pidfd_open,
	__NR_pidfd_send_signal,
#if defined(__x86_64__)
	__NR_chmod,
	__NR_chown,
	__NR_lchown,
	__NR_mknod,
	__NR_symlink,
	__NR_link,
#endif
};

/* Names of files: the signer needs none once the key is loaded. */
static const int refused_to_signer[] = {
	__NR_socketpair,
	__NR_accept4,
	__NR_accept,
	__NR_openat,
	__NR_openat2,
	__NR_unlinkat,
	__NR_renameat2,
#if defined(__NR_renameat)
	__NR_renameat, /* newer ports have the other one alone */
#endif
	__NR_mkdirat,
#if defined(__x86_64__)
	__NR_open,
	__NR_creat,
	__NR_unlink,
	__NR_rename,
	__NR_mkdir,
	__NR_rmdir,
	__NR_fork,
	__NR_vfork,
#endif
};

/* Memory, what is open, and the end. */
static const int allowed_to_reader[] = {
	__NR_read,
	__NR_write,
	__NR_writev,
	__NR_lseek,
	__NR_fstat,
	__NR_newfstatat, /* how the C library asks for fstat */
	__NR_close,
	__NR_brk,
	__NR_mmap,
	__NR_mremap,
	__NR_munmap,
	__NR_mprotect,
	__NR_madvise,
	__NR_futex,
	__NR_getrandom,
	__NR_clock_gettime,
	__NR_rt_sigprocmask,
	__NR_rt_sigreturn,
	__NR_exit,
	__NR_exit_group,
};

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define FILTER_MAX (2 * (COUNT(refused_to_both) + COUNT(refused_to_signer)) + 8)

struct program {
	struct sock_filter code[FILTER_MAX];
	unsigned short len;
};

static void
add(struct program *program, struct sock_filter instruction)
{
	program->code[program->len++] = instruction;
}

static void
answer(struct program *program, unsigned int what)
{
	add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

static void
answer_to(struct program *program, int number, unsigned int what)
{
	add(program,
	    (struct sock_filter)BPF_JUMP(
		BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)number, 0, 1));
	answer(program, what);
}

#ifdef ARCH
/* Another instruction set has other numbers: it is the way around a list. */
static void
refuse_other_numbers(struct program *program)
{
	add(program,
	    (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		(unsigned int)offsetof(struct seccomp_data, arch)));
	add(program,
	    (struct sock_filter)BPF_JUMP(
		BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0));
	add(program,
	    (struct sock_filter)BPF_STMT(
		BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
	add(program,
	    (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		(unsigned int)offsetof(struct seccomp_data, nr)));
#ifdef __x86_64__
	add(program,
	    (struct sock_filter)BPF_JUMP(
		BPF_JMP | BPF_JGE | BPF_K, 0x40000000u, 0, 1)); /* x32 */
	add(program,
	    (struct sock_filter)BPF_STMT(
		BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
#endif
}

static void
refuse_to(struct program *program, enum sandbox_duty duty)
{
	const unsigned int refused = SECCOMP_RET_ERRNO | EPERM;

	for (size_t i = 0; i < COUNT(refused_to_both); i++)
		answer_to(program, refused_to_both[i], refused);
	for (size_t i = 0;
	     duty == SANDBOX_SIGNER && i < COUNT(refused_to_signer); i++)
		answer_to(program, refused_to_signer[i], refused);
	answer(program, SECCOMP_RET_ALLOW);
}

static void
allow_to_reader(struct program *program)
{
	for (size_t i = 0; i < COUNT(allowed_to_reader); i++)
		answer_to(program, allowed_to_reader[i], SECCOMP_RET_ALLOW);
	answer(program, SECCOMP_RET_ERRNO | EPERM);
}

static int
restrict_calls(enum sandbox_duty duty)
{
	struct program program = { .len = 0 };
	struct sock_fprog fprog;

	refuse_other_numbers(&program);
	if (duty == SANDBOX_READER)
		allow_to_reader(&program);
	else
		refuse_to(&program, duty);
	fprog.len = program.len;
	fprog.filter = program.code;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &fprog, 0, 0) == 0;
}
#else
static int
restrict_calls(enum sandbox_duty duty)
{
	(void)duty;
	return 0;
}
#endif

unsigned int
sandbox_enter(enum sandbox_duty duty, const int *dirs, unsigned int count)
{
	unsigned int done = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return 0; /* the others need it */
	done |= SANDBOX_NO_NEW_PRIVILEGES;
	if (restrict_files(dirs, count))
		done |= SANDBOX_LANDLOCK;
	if (restrict_calls(duty))
		done |= SANDBOX_SECCOMP;
	return done;
}
