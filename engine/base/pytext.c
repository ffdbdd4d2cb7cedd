/* SPDX-License-Identifier: MIT */
#include "base/pytext.h"

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
