/* SPDX-License-Identifier: MIT */
#include "base/pytext.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
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

/*
 * Whole millionths, as times in milliseconds are, without the cost of printf() and strtod(): up to
 * 15 digits are the only ones so short that read back as the same double. False for others.
 */
static bool add_millionths(struct buf *out, double value)
{
    static const double least = 1e-4, most = 1e9, parts = 1e6;
    char digits[24];
    char *end = digits + sizeof(digits), *at = end;

    if (value != 0 && !(value >= least && value < most)) {
        return false;
    }
    uint64_t millionths = (uint64_t)(value * parts + 0.5);
    int decimals = 6;

    if ((double)millionths / parts != value || signbit(value)) {
        return false;
    }
    for (; decimals > 1 && millionths % 10 == 0; decimals--) {
        millionths /= 10;
    }
    for (; decimals >= 0 || millionths > 0; decimals--) {
        if (decimals == 0) {
            *--at = '.';
        }
        *--at = (char)('0' + millionths % 10);
        millionths /= 10;
    }
    buf_add(out, at, (size_t)(end - at));
    return true;
}

void pytext_float(struct buf *out, double value)
{
    char digits[32];
    /* 15 digits survive any double that has all its bits; zeros at the end are not needed. */
    int precision = fabs(value) < DBL_MIN ? 1 : 15;

    if (add_millionths(out, value)) {
        return;
    }
    if (!isfinite(value)) {
        buf_puts(out, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    do {
        snprintf(digits, sizeof(digits), "%.*e", precision - 1, value);
    } while (strtod(digits, NULL) != value && ++precision <= 17);

    char *mark = strchr(digits, 'e'), *last = mark - 1;
    int exponent = (int)strtol(mark + 1, NULL, 10);

    while (*last == '0' && precision > 1) {
        last--;
        precision--;
    }
    if (exponent < -4 || exponent >= 16) {
        /* Python writes at least two digits of the exponent too. */
        buf_printf(out, "%.*e", precision - 1, value);
        return;
    }
    /* All digits that are needed, at least one after the point. */
    int decimals = precision - 1 - exponent;

    buf_printf(out, "%.*f", decimals < 1 ? 1 : decimals, value);
}
