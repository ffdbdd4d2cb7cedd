/* SPDX-License-Identifier: MIT */
#include "web/jsonw.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/utf8.h"

void jsonw_init(struct jsonw *w, struct buf *out)
{
    *w = (struct jsonw){.out = out, .first = true};
}

/* Clean UTF-8. */
static void quote(struct buf *out, const char *text)
{
    buf_putc(out, '"');
    for (const char *p = text, *plain = text;; p++) {
        unsigned char byte = (unsigned char)*p;
        /* U+2028 and U+2029 are e2 80 a8 and e2 80 a9. */
        bool separator = byte == 0xe2 && (unsigned char)p[1] == 0x80 &&
                         ((unsigned char)p[2] == 0xa8 || (unsigned char)p[2] == 0xa9);

        if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != '<' && byte != 0x7f &&
            !separator) {
            continue;
        }
        buf_add(out, plain, (size_t)(p - plain));
        if (!byte) {
            break;
        }
        if (separator) {
            buf_printf(out, "\\u20%s", (unsigned char)p[2] == 0xa8 ? "28" : "29");
            p += 2;
        } else if (byte == '"' || byte == '\\') {
            buf_putc(out, '\\');
            buf_putc(out, (char)byte);
        } else if (byte == '\n') {
            buf_puts(out, "\\n");
        } else {
            buf_printf(out, "\\u%04x", byte);
        }
        plain = p + 1;
    }
    buf_putc(out, '"');
}

static void before(struct jsonw *w, const char *key)
{
    if (!w->first) {
        buf_putc(w->out, ',');
    }
    w->first = false;
    if (key) {
        quote(w->out, key);
        buf_putc(w->out, ':');
    }
}

static bool is_plain(const char *text)
{
    while (*text && (unsigned char)*text < 0x80) {
        text++;
    }
    return !*text;
}

static void clean_quote(struct buf *out, const char *text)
{
    struct buf clean;

    if (is_plain(text)) {
        quote(out, text);
        return;
    }
    buf_init(&clean, out->max);
    utf8_add(&clean, text);
    quote(out, buf_text(&clean));
    buf_fini(&clean);
}

void jsonw_open(struct jsonw *w, const char *key, char bracket)
{
    if (key && !is_plain(key)) { /* the name of a user class, a worker's id */
        if (!w->first) {
            buf_putc(w->out, ',');
        }
        clean_quote(w->out, key);
        buf_putc(w->out, ':');
    } else {
        before(w, key);
    }
    buf_putc(w->out, bracket);
    w->first = true;
}

void jsonw_close(struct jsonw *w, char bracket)
{
    buf_putc(w->out, bracket);
    w->first = false;
}

void jsonw_text(struct jsonw *w, const char *key, const char *text)
{
    before(w, key);
    if (text) {
        clean_quote(w->out, text);
    } else {
        buf_puts(w->out, "null");
    }
}

void jsonw_int(struct jsonw *w, const char *key, int64_t value)
{
    before(w, key);
    buf_printf(w->out, "%lld", (long long)value);
}

/* Six digits after the point are a microsecond of a time in seconds; the shortest form that reads
 * back as the same double would take ten times as long to find. */
void jsonw_float(struct jsonw *w, const char *key, double value)
{
    char text[64];

    before(w, key);
    if (!isfinite(value)) {
        buf_puts(w->out, "null");
        return;
    }
    int length = fabs(value) < 1e15 ? snprintf(text, sizeof(text), "%.6f", value) : 0;

    if (length == 0) {
        snprintf(text, sizeof(text), "%.17e", value);
    }
    while (length > 2 && text[length - 1] == '0' && text[length - 2] != '.') {
        text[--length] = '\0';
    }
    buf_puts(w->out, text);
}

void jsonw_short(struct jsonw *w, const char *key, double value, int digits)
{
    char text[64];

    before(w, key);
    if (!isfinite(value)) {
        buf_puts(w->out, "null");
        return;
    }
    int length = snprintf(text, sizeof(text), "%.*f", digits, value);

    while (digits > 0 && length > 0 && text[length - 1] == '0') {
        length--;
    }
    if (digits > 0 && length > 0 && text[length - 1] == '.') {
        length--;
    }
    text[length] = '\0';
    buf_puts(w->out, strcmp(text, "-0") == 0 ? "0" : text);
}

void jsonw_bool(struct jsonw *w, const char *key, bool value)
{
    before(w, key);
    buf_puts(w->out, value ? "true" : "false");
}

void jsonw_null(struct jsonw *w, const char *key)
{
    before(w, key);
    buf_puts(w->out, "null");
}

void jsonw_raw(struct jsonw *w, const char *key, const char *json)
{
    before(w, key);
    buf_puts(w->out, json);
}
