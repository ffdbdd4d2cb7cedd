/* SPDX-License-Identifier: MIT */
#include "web/prom.h"

#include <math.h>

#include "report/utf8.h"
#include "web/web_private.h"

void prom_help(struct buf *out, const char *name, const char *type, const char *text)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, text, name, type);
}

void prom_number(struct buf *out, double value)
{
    if (isnan(value)) {
        buf_puts(out, " NaN\n");
    } else if (value == floor(value) && fabs(value) < 1e15) {
        buf_printf(out, " %.0f\n", value);
    } else {
        buf_printf(out, " %.9g\n", value);
    }
}

void prom_label(struct buf *out, const char *text)
{
    struct buf clean;

    buf_init(&clean, WEB_ANSWER_MAX);
    utf8_add(&clean, text);
    buf_putc(out, '"');
    for (const char *p = buf_text(&clean); *p; p++) {
        if (*p == '\n') {
            buf_puts(out, "\\n");
        } else {
            if (*p == '"' || *p == '\\') {
                buf_putc(out, '\\');
            }
            buf_putc(out, *p);
        }
    }
    buf_putc(out, '"');
    buf_fini(&clean);
}

void prom_plain(struct buf *out, const char *name, const char *type, const char *text, double value)
{
    prom_help(out, name, type, text);
    buf_puts(out, name);
    prom_number(out, value);
}

void prom_build_info(struct buf *out)
{
    prom_help(out, "cicada_build_info", "gauge", "The program; always 1.");
    buf_puts(out, "cicada_build_info{version=");
    prom_label(out, CICADA_VERSION);
    buf_puts(out, ",locust=");
    prom_label(out, LOCUST_COMPAT_VERSION);
    buf_puts(out, "} 1\n");
}
