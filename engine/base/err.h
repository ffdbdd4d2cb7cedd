/* SPDX-License-Identifier: MIT */
/*
 * err.h - why something with many possible reasons failed: one sentence, lower case, with the
 * offending value, made where it happened.
 *
 * A function that can fail so takes a struct err * last and returns bool. On true the err is
 * untouched; on false it holds the sentence. The caller lends the storage and needs no clean-up.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

struct err {
    char text[1024]; /* NUL terminated; a longer sentence is cut */
};

/* Stores the sentence and returns false, so that "return err_set(err, ...)" reads well. */
bool err_set(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "prefix: " before the sentence; returns false. */
bool err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
