/* SPDX-License-Identifier: MIT */
/*
 * pytext.h - text as Python's repr() writes it, for failure texts that must equal a Python
 * worker's byte for byte.
 */
#ifndef BASE_PYTEXT_H
#define BASE_PYTEXT_H

#include "base/buf.h"

/* Appends repr(text): quotes, escapes, \xNN for what Python does not print. Bad UTF-8 bytes are
 * written as \xNN each. */
void pytext_repr(struct buf *out, const char *text);

#endif
