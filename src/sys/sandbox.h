/* SPDX-License-Identifier: ISC */
#ifndef SYS_SANDBOX_H
#define SYS_SANDBOX_H

/*
 * What a process gives up for good, so that whoever takes it over has no more.
 * Each step is tried alone: an old kernel or one built without it leaves the
 * others. All of it is inherited by children and cannot be undone.
 */

enum sandbox_duty {
	/* composes and signs: no files, no sockets, no programs any more */
	SANDBOX_SIGNER,
	/* answers requests: no programs, no new sockets; the files below
	 * the directories it was given */
	SANDBOX_FRONT,
	/* parses what strangers wrote: works on memory and on descriptors
	 * that are open already, and may do nothing else at all */
	SANDBOX_READER
};

/* What is in force, bits. */
#define SANDBOX_NO_NEW_PRIVILEGES 1u
#define SANDBOX_SECCOMP           2u
#define SANDBOX_LANDLOCK          4u

/*
 * Enter the sandbox for DUTY. DIRS, COUNT descriptors of directories, are
 * what may be read and written below; -1 stands for none.
 *
 * Directories, never files: a rule on a file is lost when the file is replaced
 * by rename(2). Returns what is in force.
 */
unsigned int sandbox_enter(
    enum sandbox_duty duty, const int *dirs, unsigned int count);

/* The version of Landlock that the kernel offers, 0 none. */
int sandbox_landlock_version(void);

#endif
