/* SPDX-License-Identifier: MIT */
#include "report/html_text.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/ensure.h"
#include "report/number.h"
#include "report/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* ---- Text ---- */

static bool turns_direction(uint32_t character)
{
    return (character >= 0x202a && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069) || character == 0x200e ||
           character == 0x200f || character == 0x061c;
}

static void add_character(struct buf *out, const char *bytes, size_t length, uint32_t character)
{
    if (character == '&' || character == '<' || character == '>' || character == '"' ||
        character == '\'' || character == '`') {
        buf_printf(out, "&#%u;", (unsigned)character);
    } else if (character == '\n' || character == '\t') {
        buf_putc(out, (char)character);
    } else if (character < 0x20 || character == 0x7f) { /* U+2400 and up: pictures of controls */
        const char picture[] = {
            '\xe2', '\x90', (char)(0x80 + (character == 0x7f ? 0x21 : character)), '\0'};

        buf_puts(out, picture);
    } else if (character == UTF8_BAD || (character >= 0x80 && character < 0xa0) ||
               turns_direction(character) || (character & 0xfffe) == 0xfffe) {
        buf_puts(out, REPLACEMENT);
    } else {
        buf_add(out, bytes, length);
    }
}

void html_text_cut(struct buf *out, const char *text, size_t characters)
{
    for (size_t i = 0; text && *text; i++) {
        uint32_t character;
        size_t length = utf8_next(text, &character);

        if (i == characters) {
            buf_puts(out, "\xe2\x80\xa6");
            return;
        }
        add_character(out, text, length, character);
        text += length;
    }
}

void html_text(struct buf *out, const char *text)
{
    html_text_cut(out, text, SIZE_MAX);
}

/* ---- Icons: 16 px, strokes of 1.5 ---- */

#define STROKED(body)                                                                              \
    "<svg viewBox=\"0 0 16 16\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" "       \
    "stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\">" body "</svg>"

static const char *const icons[] = {
    STROKED("<circle cx=\"8\" cy=\"8\" r=\"6.2\"/><path d=\"m5.4 8.2 1.9 1.9 3.4-3.9\"/>"),
    STROKED("<path d=\"M8 2.3 14.2 13H1.8z\"/><path d=\"M8 6.6v2.9M8 11.2v.1\"/>"),
    STROKED("<path d=\"M5.4 1.9h5.2l3.5 3.5v5.2l-3.5 3.5H5.4l-3.5-3.5V5.4z\"/>"
            "<path d=\"M8 4.9v3.6M8 10.8v.1\"/>"),
    STROKED("<circle cx=\"8\" cy=\"8\" r=\"6.2\" stroke-dasharray=\"2.2 2.2\"/>"
            "<path d=\"M5.6 8h4.8\"/>"),
    STROKED("<path d=\"M8 2.5v8M4.8 7.6 8 10.8l3.2-3.2M3 13.5h10\"/>"),
    "<svg class=\"mark\" viewBox=\"0 0 24 24\" fill=\"none\" aria-hidden=\"true\"><path "
    "fill=\"currentColor\" opacity=\".92\" d=\"M11.2 8.2C6.4 9.6 3.2 14.2 3.6 21c4.6-1.6 7.6-6.4 "
    "7.6-12.8zM12.8 8.2c4.8 1.4 8 6 7.6 12.8-4.6-1.6-7.6-6.4-7.6-12.8z\"/><path "
    "fill=\"currentColor\" d=\"M12 2.6c2.3 0 4.2 1.3 4.9 3.2-1.1 1-2.9 1.6-4.9 "
    "1.6s-3.8-.6-4.9-1.6C7.8 3.9 9.7 2.6 12 2.6z\"/><path stroke=\"var(--surface)\" "
    "stroke-width=\"1.1\" stroke-linecap=\"round\" d=\"M9.6 11.4c-1.8 1.9-3.3 4.4-4 7.1M14.4 "
    "11.4c1.8 1.9 3.3 4.4 4 7.1\"/></svg>",
};
_Static_assert(ARRAY_LEN(icons) == HTML_ICONS, "a drawing per icon");

void html_icon(struct buf *out, enum html_icon icon)
{
    buf_puts(out, icons[icon]);
}

enum html_icon html_icon_of(enum verdict_level level)
{
    switch (level) {
    case VERDICT_OK:
        return ICON_OK;
    case VERDICT_WARN:
        return ICON_WARN;
    case VERDICT_BAD:
        return ICON_BAD;
    case VERDICT_DIM:
    case VERDICT_LEVELS:
        break;
    }
    return ICON_DIM;
}

/* ---- Sections and tables ---- */

void html_section(struct buf *out, const char *title, const char *note)
{
    buf_puts(out, "<section id=\"");
    for (const char *p = title; *p; p++) {
        buf_putc(out, *p == ' ' ? '-' : (char)tolower((unsigned char)*p));
    }
    buf_printf(out, "\">\n<h2>%s", title);
    if (note) {
        buf_puts(out, " <small>");
        html_text(out, note);
        buf_puts(out, "</small>");
    }
    buf_puts(out, "</h2>\n");
}

void html_end(struct buf *out)
{
    buf_puts(out, "</section>\n");
}

void html_table(struct buf *out, const struct html_column *columns, size_t count)
{
    buf_puts(out, "<div class=\"card scroll\"><table><thead><tr>");
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "<th%s>%s", columns[i].number ? " class=\"n\"" : "", columns[i].title);
        if (columns[i].unit) {
            buf_printf(out, "<small>%s</small>", columns[i].unit);
        }
        buf_puts(out, "</th>");
    }
    buf_puts(out, "</tr></thead><tbody>\n");
}

void html_table_end(struct buf *out)
{
    buf_puts(out, "</tbody></table></div>\n");
}

void html_cell(struct buf *out, const char *class, const char *text, size_t characters)
{
    buf_puts(out, "<td");
    if (class) {
        buf_printf(out, " class=\"%s\"", class);
    }
    buf_puts(out, ">");
    html_text_cut(out, text, characters);
    buf_puts(out, "</td>");
}

void html_number(struct buf *out, const char *class, const char *text, size_t fraction)
{
    size_t own = number_fraction(text);
    bool zero = strcmp(text, "0") == 0;

    buf_printf(
        out, "<td class=\"n%s%s%s\"", zero ? " zero" : "", class ? " " : "", class ? class : "");
    if (own < fraction && strpbrk(text, "0123456789")) { /* shown as room only, by the style */
        buf_printf(out, " data-pad=\"%s%.*s\"", own ? "" : ".", (int)(fraction - own), "000000000");
    }
    buf_puts(out, ">");
    html_text(out, text);
    buf_puts(out, "</td>");
}
