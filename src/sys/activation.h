/* SPDX-License-Identifier: ISC */
#ifndef SYS_ACTIVATION_H
#define SYS_ACTIVATION_H

/*
 * The two conversations with an init that has opened sockets for us and waits
 * for a word: sd_listen_fds(3) and sd_notify(3). They are a variable and a
 * datagram; libsystemd would cost a millisecond and nine objects for them.
 */

/* The first descriptor that is passed. */
#define ACTIVATION_FIRST 3

/*
 * How many sockets were passed, from ACTIVATION_FIRST on, 0 where there are
 * none for this process. They are close-on-exec then, and the variables are
 * gone, so that no child takes them for its own.
 */
int activation_sockets(void);

/*
 * Tell init STATE: lines such as "READY=1" or "STATUS=words". Nothing happens
 * where nobody listens; a message that is lost is no failure.
 */
void activation_notify(const char *state);

#endif
