/* SPDX-License-Identifier: MIT */
/*
 * base64.h - bytes as text, for where only text can go.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

void base64_encode(struct buf *out, const void *bytes, size_t length);

/* False, with nothing appended, if the text is no base64 of one line with its padding. */
bool base64_decode(struct buf *out, const char *text, size_t length);

#endif
