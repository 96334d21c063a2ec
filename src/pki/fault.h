/* SPDX-License-Identifier: ISC */
#ifndef PKI_FAULT_H
#define PKI_FAULT_H

/*
 * OpenSSL keeps errors in a queue of the thread. What runs between
 * fault_begin() and fault_end() finds the queue empty and leaves it empty.
 */
void fault_begin(void);
void fault_end(void);

/* Non-zero where memory was out since fault_begin(). */
int fault_is_nomem(void);

#endif
