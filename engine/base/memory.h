/* SPDX-License-Identifier: MIT */
/*
 * memory.h - allocation that cannot fail: for what is sized by us, never by a peer.
 * Running out ends the process with a sentence.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

void *mem_new(size_t size);                             /* zeroed */
void *mem_array(size_t count, size_t size);             /* zeroed */
void *mem_resize(void *old, size_t count, size_t size); /* new part is not zeroed */
char *mem_strdup(const char *text);                     /* NULL gives NULL */
char *mem_strndup(const char *text, size_t length);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
