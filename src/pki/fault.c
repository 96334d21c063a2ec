/* SPDX-License-Identifier: ISC */
#include <openssl/err.h>

#include "pki/fault.h"

void
fault_begin(void)
{
	ERR_clear_error();
}

void
fault_end(void)
{
	ERR_clear_error();
}

int
fault_is_nomem(void)
{
	/* the oldest error is nearer to the cause than those it drew */
	return ERR_GET_REASON(ERR_peek_error()) == ERR_R_MALLOC_FAILURE ||
	    ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;
}
