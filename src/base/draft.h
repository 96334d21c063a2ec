/* SPDX-License-Identifier: ISC */
#ifndef BASE_DRAFT_H
#define BASE_DRAFT_H

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A file in the making: it has no name, or none that anybody looks for, until
 * it is whole and on the disk. Whoever is killed on the way leaves the
 * directory as it was.
 */
struct draft {
	int fd; /* open for reading and writing */
	int dirfd;
	char name[NAME_MAX + 1];
	char temporary[NAME_MAX + 1]; /* "": it has no name yet */
};

/* One that was not begun: draft_drop() is right. */
void draft_init(struct draft *draft);

/*
 * Begin what will be PATH, or NAME in the directory DIRFD, which is borrowed
 * then. draft_drop() is right also where this fails. Returns 0 or errno.
 */
int draft_open(struct draft *draft, const char *path, mode_t mode);
int draft_open_at(
    struct draft *draft, int dirfd, const char *name, mode_t mode);

/*
 * Write LEN bytes to it, and have them on their way to the disk without waiting
 * for it: to sync it is quick then. Returns 0 or errno.
 */
int draft_write(struct draft *draft, const void *bytes, size_t len);

/*
 * Sync it and give it its name: in the place of what has that name (REPLACE),
 * or only where nothing has, EEXIST else. Returns 0 or errno. The directory is
 * synced, too: a name that was given stays.
 */
int draft_commit(struct draft *draft, int replace);
/* Its name alone: file and directory are the caller's to sync. */
int draft_name(struct draft *draft, int replace);

/* Close; what was not committed is gone. */
void draft_drop(struct draft *draft);

/*
 * Remove what drafts of NAME (NULL: of whatever) left in the directory DIRFD
 * where their process was ended between two steps of giving a name. Only for
 * who knows that nobody else makes one there now: who holds a lock.
 */
void draft_sweep(int dirfd, const char *name);

/*
 * Give what is PATH the second name BACKUP in the same directory, a name
 * without slash that nothing has yet; where the file system knows no second
 * names, a copy. Returns 0 or errno.
 */
int draft_keep_old(const char *path, const char *backup);

#endif
