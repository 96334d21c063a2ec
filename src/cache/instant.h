/* SPDX-License-Identifier: ISC */
#ifndef CACHE_INSTANT_H
#define CACHE_INSTANT_H

/*
 * A moment by two clocks. The wall clock may be set, the boot clock goes on
 * through suspend and cannot be set, but starts anew with the machine, and
 * stands still while a virtual machine is held: of two moments of one boot the
 * clock that went further tells the distance, else the wall clock. What is kept
 * may seem older than it is, never younger.
 */
struct instant {
	long long wall;   /* CLOCK_REALTIME, seconds since the Epoch */
	long long boot;   /* CLOCK_BOOTTIME, seconds since the boot */
	char boot_id[40]; /* which boot; "" unknown */
};

void instant_now(struct instant *out);

/*
 * Seconds from THEN to NOW; -1 where that cannot be told (NOW before THEN).
 */
long long instant_elapsed(
    const struct instant *then, const struct instant *now);

#endif
