/* SPDX-License-Identifier: MIT */
#include "cli/toml_value.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TEXT = 1 << 20 };

bool toml_fail(struct toml_reader *reader, const char *why)
{
    return err_set(reader->err, "line %u: %s", reader->line, why);
}

void toml_skip_blanks(struct toml_reader *reader)
{
    while (*reader->at == ' ' || *reader->at == '\t') {
        reader->at++;
    }
}

static bool newline(struct toml_reader *reader)
{
    if (reader->at[0] == '\r' && reader->at[1] == '\n') {
        reader->at++;
    }
    if (*reader->at != '\n') {
        return false;
    }
    reader->at++;
    reader->line++;
    return true;
}

bool toml_end_of_line(struct toml_reader *reader)
{
    toml_skip_blanks(reader);
    if (*reader->at == '#') {
        reader->at += strcspn(reader->at, "\n");
    }
    return reader->at == reader->end || newline(reader) ||
           toml_fail(reader, "something follows where the line should end");
}

/* White space, comments and line ends, as allowed within arrays. */
static void skip_lines(struct toml_reader *reader)
{
    do {
        toml_skip_blanks(reader);
        if (*reader->at == '#') {
            reader->at += strcspn(reader->at, "\n");
        }
    } while (newline(reader));
}

static bool add_utf8(struct toml_reader *reader, struct buf *out, unsigned long code)
{
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        return toml_fail(reader, "an escape names no character");
    }
    if (code < 0x80) {
        buf_putc(out, (char)code);
        return true;
    }
    int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;

    buf_putc(out, (char)((0xFF00 >> (more + 1) & 0xFF) | code >> (6 * more)));
    while (more-- > 0) {
        buf_putc(out, (char)(0x80 | (code >> (6 * more) & 0x3F)));
    }
    return true;
}

/* After the backslash. */
static bool escape(struct toml_reader *reader, struct buf *out, bool multiline)
{
    static const char letters[] = "btnfr\"\\", meant[] = "\b\t\n\f\r\"\\";
    const char *known = *reader->at ? strchr(letters, *reader->at) : NULL;
    char digits[9] = "";

    if (known) {
        buf_putc(out, meant[known - letters]);
        reader->at++;
        return true;
    }
    if (*reader->at == 'u' || *reader->at == 'U') {
        size_t count = *reader->at == 'u' ? 4 : 8;

        reader->at++;
        for (size_t i = 0; i < count; i++) {
            if (!isxdigit((unsigned char)*reader->at)) {
                return toml_fail(reader, "an escape lacks digits");
            }
            digits[i] = *reader->at++;
        }
        return add_utf8(reader, out, strtoul(digits, NULL, 16));
    }
    if (multiline) { /* joins lines, and takes all white space in between away */
        toml_skip_blanks(reader);
        if (newline(reader)) {
            do {
                toml_skip_blanks(reader);
            } while (newline(reader));
            return true;
        }
    }
    return toml_fail(reader, "unknown escape in a string");
}

static bool string(struct toml_reader *reader, struct buf *out, bool may_span)
{
    char quote = *reader->at;
    bool multiline = may_span && reader->at[1] == quote && reader->at[2] == quote;
    size_t closing = multiline ? 3 : 1;

    reader->at += closing;
    if (multiline) {
        newline(reader); /* right after the opening quotes it does not count */
    }
    for (;;) {
        size_t quotes = strspn(reader->at, (char[]){quote, '\0'});
        unsigned char c = (unsigned char)*reader->at;

        if (quotes >= closing) { /* up to two more belong to the text of """..."""*/
            size_t text = multiline ? (quotes > 5 ? 2 : quotes - 3) : 0;

            buf_add(out, reader->at, text);
            reader->at += text + closing;
            return !out->failed || toml_fail(reader, "a string is too long");
        }
        if (multiline && newline(reader)) {
            buf_putc(out, '\n');
        } else if (reader->at == reader->end || (c < ' ' && c != '\t') || c == 0x7F) {
            return toml_fail(reader, "a string does not end, or holds a control character");
        } else if (c == '\\' && quote == '"') {
            reader->at++;
            if (!escape(reader, out, multiline)) {
                return false;
            }
        } else {
            buf_putc(out, (char)c);
            reader->at++;
        }
    }
}

bool toml_key_part(struct toml_reader *reader, struct buf *part)
{
    const char *start = reader->at;

    if (*start == '"' || *start == '\'') {
        return string(reader, part, false);
    }
    while (isalnum((unsigned char)*reader->at) || *reader->at == '_' || *reader->at == '-') {
        reader->at++;
    }
    buf_add(part, start, (size_t)(reader->at - start));
    return reader->at > start || toml_fail(reader, "a key is missing");
}

/* Underscores may stand between digits and are taken away. */
static bool without_underscores(const char *word, size_t length, char *out, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        if (word[i] != '_') {
            if (used + 1 == size) {
                return false;
            }
            out[used++] = word[i];
        } else if (i == 0 || i + 1 == length || !isxdigit((unsigned char)word[i - 1]) ||
                   !isxdigit((unsigned char)word[i + 1])) {
            return false;
        }
    }
    out[used] = '\0';
    return true;
}

static json_t *integer(const char *digits, int base)
{
    char *end;

    errno = 0;
    long long value = strtoll(digits, &end, base);

    return *digits && *end == '\0' && errno == 0 ? json_integer(value) : NULL;
}

/* [+-]digits[.digits][e[+-]digits], without needless zeros in front. */
static json_t *decimal(const char *text)
{
    const char *p = text + (*text == '+' || *text == '-');
    size_t whole = strspn(p, "0123456789"), part;
    bool real = false;

    if (whole == 0 || (whole > 1 && *p == '0')) {
        return NULL;
    }
    p += whole;
    /* The analyser does not know that strspn() stays within the text. */
    if (*p == '.') { // NOLINT(clang-analyzer-core.UndefinedBinaryOperatorResult)
        part = strspn(++p, "0123456789");
        p += part;
        real = true;
        if (part == 0) {
            return NULL;
        }
    }
    if (*p == 'e' || *p == 'E') {
        p++;
        p += *p == '+' || *p == '-';
        part = strspn(p, "0123456789");
        p += part;
        real = true;
        if (part == 0) {
            return NULL;
        }
    }
    if (*p) {
        return NULL;
    }
    return real ? json_real(strtod(text, NULL)) : integer(text, 10);
}

static bool looks_like_date(const char *word, size_t length)
{
    return length >= 5 && isdigit((unsigned char)word[0]) && isdigit((unsigned char)word[1]) &&
           (word[2] == ':' || (length >= 10 && word[4] == '-' && word[7] == '-'));
}

/* A date may be followed by a blank and a time. */
static json_t *date(struct toml_reader *reader, size_t length)
{
    const char *start = reader->at;

    if (length == 10 && start[10] == ' ' && isdigit((unsigned char)start[11])) {
        length += 1 + strspn(start + 11, "0123456789:.+-Zz");
    }
    for (size_t i = 0; i < length; i++) {
        if (!strchr("0123456789:.+-TtZz ", start[i])) {
            return NULL;
        }
    }
    reader->at += length;
    return json_stringn(start, length);
}

static json_t *bare_value(struct toml_reader *reader)
{
    size_t length = strcspn(reader->at, " \t\r\n,]}#=\"'");
    const char *word = reader->at;
    char text[64];
    json_t *value = NULL;

    if (looks_like_date(word, length)) {
        value = date(reader, length);
    } else if (without_underscores(word, length, text, sizeof(text))) {
        const char *name = text + (*text == '+' || *text == '-');

        reader->at += length;
        if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
            value = json_boolean(*text == 't');
        } else if (strcmp(name, "inf") == 0 || strcmp(name, "nan") == 0) {
            value = json_string(strcmp(text, "-inf") == 0 ? text : name);
        } else if (text[0] == '0' && text[1] && strchr("xob", text[1])) {
            int base = text[1] == 'x' ? 16 : text[1] == 'o' ? 8 : 2;

            value = isxdigit((unsigned char)text[2]) ? integer(text + 2, base) : NULL;
            if (value && base == 2 && strspn(text + 2, "01") != strlen(text + 2)) {
                json_decref(value);
                value = NULL;
            }
        } else {
            value = decimal(text);
        }
    }
    if (!value) {
        toml_fail(reader, "a value is missing, or is none of TOML's");
    }
    return value;
}

static json_t *string_value(struct toml_reader *reader)
{
    struct buf text;
    json_t *value = NULL;

    buf_init(&text, MOST_TEXT);
    if (string(reader, &text, true)) {
        value = json_stringn(buf_text(&text), text.length);
        if (!value) {
            toml_fail(reader, "a string is not UTF-8");
        }
    }
    buf_fini(&text);
    return value;
}

static bool array_items(struct toml_reader *reader, json_t *array)
{
    for (;;) {
        skip_lines(reader);
        if (*reader->at == ']') {
            reader->at++;
            return true;
        }
        json_t *item = toml_value(reader);

        if (!item || json_array_append_new(array, item) != 0) {
            return false;
        }
        skip_lines(reader);
        if (*reader->at == ',') {
            reader->at++;
        } else if (*reader->at != ']') {
            return toml_fail(reader, "an array lacks a comma or its end");
        }
    }
}

static bool table_items(struct toml_reader *reader, json_t *table)
{
    toml_skip_blanks(reader);
    if (*reader->at == '}') {
        reader->at++;
        return true;
    }
    for (;;) {
        toml_skip_blanks(reader);
        if (!toml_pair(reader, table)) {
            return false;
        }
        toml_skip_blanks(reader);
        if (*reader->at == '}') {
            reader->at++;
            return true;
        }
        if (*reader->at++ != ',') {
            return toml_fail(reader, "an inline table lacks a comma or its end");
        }
    }
}

json_t *toml_value(struct toml_reader *reader)
{
    char first = *reader->at;

    if (first == '"' || first == '\'') {
        return string_value(reader);
    }
    if (first != '[' && first != '{') {
        return bare_value(reader);
    }
    if (reader->depth == TOML_MOST_NESTED) {
        toml_fail(reader, "values are nested too deeply");
        return NULL;
    }
    json_t *value = first == '[' ? json_array() : json_object();

    reader->at++;
    reader->depth++;
    if (!(first == '[' ? array_items(reader, value) : table_items(reader, value))) {
        json_decref(value);
        value = NULL;
    }
    reader->depth--;
    return value;
}
