/* SPDX-License-Identifier: MIT */
#include "base/pytext.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <unistr.h>

/* str.isprintable(): nothing of the categories Other and Separator, but for the plain blank. */
static bool printable(ucs4_t c)
{
    uc_general_category_t hidden = uc_general_category_or(UC_OTHER, UC_SEPARATOR);

    return c == ' ' || !uc_is_general_category(c, hidden);
}

static void escape(struct buf *out, ucs4_t c)
{
    if (c < 0x100) {
        buf_printf(out, "\\x%02x", (unsigned)c);
    } else if (c < 0x10000) {
        buf_printf(out, "\\u%04x", (unsigned)c);
    } else {
        buf_printf(out, "\\U%08x", (unsigned)c);
    }
}

void pytext_repr(struct buf *out, const char *text)
{
    const uint8_t *p = (const uint8_t *)text, *end = p + strlen(text);
    char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';

    buf_putc(out, quote);
    while (p < end) {
        ucs4_t c;
        int length = u8_mbtoucr(&c, p, (size_t)(end - p));

        if (length <= 0) { /* not UTF-8 */
            escape(out, *p);
            length = 1;
        } else if (c == (ucs4_t)quote || c == '\\') {
            buf_printf(out, "\\%c", (char)c);
        } else if (c == '\n') {
            buf_puts(out, "\\n");
        } else if (c == '\r') {
            buf_puts(out, "\\r");
        } else if (c == '\t') {
            buf_puts(out, "\\t");
        } else if (printable(c)) {
            buf_add(out, p, (size_t)length);
        } else {
            escape(out, c);
        }
        p += length;
    }
    buf_putc(out, quote);
}

void pytext_float(struct buf *out, double value)
{
    char digits[32];
    int precision = 1;

    if (!isfinite(value)) {
        buf_puts(out, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    do {
        snprintf(digits, sizeof(digits), "%.*e", precision - 1, value);
    } while (strtod(digits, NULL) != value && ++precision <= 17);

    char *mark = strchr(digits, 'e');
    int exponent = (int)strtol(mark + 1, NULL, 10);

    if (exponent < -4 || exponent >= 16) {
        /* Python writes at least two digits of the exponent too. */
        buf_puts(out, digits);
        return;
    }
    /* All digits that are needed, at least one after the point. */
    int decimals = precision - 1 - exponent;

    buf_printf(out, "%.*f", decimals < 1 ? 1 : decimals, value);
}
