/* SPDX-License-Identifier: MIT */
/* text.h - small conversions between bytes and the texts HTTP carries. */
#ifndef TARGET_TEXT_H
#define TARGET_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Percent-encodes all but letters, digits, "-._~" and the bytes listed in keep. */
void text_add_escaped(struct buf *out, const char *text, const char *keep);

void text_add_base64(struct buf *out, const void *bytes, size_t length);

/* "user-agent" becomes "User-Agent", in place. */
void text_title_case(char *name);

/* A string node; bytes that are not UTF-8 are taken as Latin-1. Never NULL. */
json_t *text_json(const char *bytes, size_t length);

/* A whole number from 0 to max, digits only. */
bool text_number(const char *text, unsigned long max, unsigned long *number);

/* Sets a member; where the key is there already, the values become a list. Adopts the value. */
void text_json_append(json_t *object, const char *key, json_t *value);

#endif
