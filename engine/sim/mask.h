/* SPDX-License-Identifier: MIT */
/*
 * mask.h - takes secrets out of texts that a person will be shown. Private to sim/.
 *
 * A name is a secret's when "token", "secret", "passw", "key", "authorization", "cookie" or
 * "credential" is in it, in any case. What cannot be told apart is masked rather than shown.
 */
#ifndef SIM_MASK_H
#define SIM_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define MASK "***"

bool mask_names_secret(const char *name, size_t length);

/* Appends the text; what it names as secret, as JSON, form, URL, XML, quoted or "name: value", the
 * user of a URL and Bearer and Basic credentials are masked. A NUL becomes a blank. */
void mask_text(struct buf *out, const char *text, size_t length);

/* Appends "Name: value" lines; of names of secrets the whole value is masked. */
void mask_headers(struct buf *out, const char *lines, size_t length);

/* Appends the text with each occurrence of the value masked; values of less than three bytes are
 * none. */
void mask_value(struct buf *out, const char *text, size_t length, const char *value);

#endif
