/* SPDX-License-Identifier: MIT */
/*
 * jsonw.h - JSON written straight into a buffer: what is built once a second for every client must
 * not make an object per number first.
 *
 * Texts may be any bytes: what is no UTF-8 shows as U+FFFD. "<", U+2028 and U+2029 are escaped, so
 * that the result may stand within a script element.
 */
#ifndef WEB_JSONW_H
#define WEB_JSONW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct jsonw {
    /* private */
    struct buf *out;
    bool first; /* nothing yet in the innermost object or array */
};

void jsonw_init(struct jsonw *w, struct buf *out);

/* key: NULL within arrays and at the top. bracket: one of { [ } ]. */
void jsonw_open(struct jsonw *w, const char *key, char bracket);
void jsonw_close(struct jsonw *w, char bracket);

void jsonw_text(struct jsonw *w, const char *key, const char *text); /* NULL: null */
void jsonw_int(struct jsonw *w, const char *key, int64_t value);
/* Always with a point or exponent, as clients tell integers from floats; not finite: null. */
void jsonw_float(struct jsonw *w, const char *key, double value);
/* With at most so many digits after the point, for what is shown only. */
void jsonw_short(struct jsonw *w, const char *key, double value, int digits);
void jsonw_bool(struct jsonw *w, const char *key, bool value);
void jsonw_null(struct jsonw *w, const char *key);
void jsonw_raw(struct jsonw *w, const char *key, const char *json);

#endif
