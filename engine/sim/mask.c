/* SPDX-License-Identifier: MIT */
#include "sim/mask.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/ensure.h"

enum { NAME_MAX_BYTES = 128, VALUE_MIN_BYTES = 3 };

struct text {
    const char *at, *end;
    struct buf *out;
};

static bool holds(const char *name, size_t length, const char *word)
{
    size_t size = strlen(word);

    for (size_t i = 0; i + size <= length; i++) {
        if (strncasecmp(name + i, word, size) == 0) {
            return true;
        }
    }
    return false;
}

bool mask_names_secret(const char *name, size_t length)
{
    static const char *const words[] = {
        "token", "secret", "passw", "key", "authorization", "cookie", "credential"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (holds(name, length, words[i])) {
            return true;
        }
    }
    return false;
}

static void put_until(struct text *text, const char *stop)
{
    for (; text->at < stop; text->at++) {
        buf_putc(text->out, *text->at ? *text->at : ' ');
    }
}

static void put_mask(struct text *text, const char *stop)
{
    buf_puts(text->out, MASK);
    text->at = stop;
}

static bool one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && one_of(*at, " \t\r\n")) {
        at++;
    }
    return at;
}

static const char *find_any(const char *at, const char *end, const char *set)
{
    while (at < end && !one_of(*at, set)) {
        at++;
    }
    return at;
}

/* Where a string that begins after its quote ends: at the quote. depth: backslashes before each
 * quote of it, for JSON within a string. */
static const char *string_end(const char *at, const char *end, char quote, size_t depth)
{
    size_t slashes = 0;

    for (; at < end; at++) {
        if (*at == quote && (depth > 0 ? slashes == depth : slashes % 2 == 0)) {
            return at - depth;
        }
        slashes = *at == '\\' ? slashes + 1 : 0;
    }
    return end;
}

/* Of an object or array: after its last bracket. */
static const char *brackets_end(const char *at, const char *end)
{
    size_t open = 0;

    for (; at < end; at++) {
        if (*at == '"') {
            at = string_end(at + 1, end, '"', 0);
            if (at == end) {
                break;
            }
        } else if (one_of(*at, "[{")) {
            open++;
        } else if (one_of(*at, "]}") && --open == 0) {
            return at + 1;
        }
    }
    return end;
}

/* The value that begins here, whatever it is. */
static void mask_next(struct text *text, const char *ends)
{
    const char *value = text->at;

    while (value < text->end && *value == '\\') {
        value++;
    }
    if (value < text->end && one_of(*value, "\"'")) {
        size_t depth = (size_t)(value - text->at);

        put_until(text, value + 1);
        put_mask(text, string_end(value + 1, text->end, *value, depth));
        put_until(text, find_any(text->at, text->end, "\"'"));
        put_until(text, text->at < text->end ? text->at + 1 : text->end);
    } else if (value < text->end && one_of(*value, "[{")) {
        put_mask(text, brackets_end(value, text->end));
    } else {
        put_mask(text, find_any(text->at, text->end, ends));
    }
}

/* "name" : value. False: it is none, and nothing was written. */
static bool mask_member(struct text *text)
{
    char quote = *text->at;
    const char *name = text->at + 1, *stop = name;

    while (stop < text->end && *stop != quote && stop - name < NAME_MAX_BYTES) {
        stop++;
    }
    if (stop == text->end || *stop != quote) {
        return false;
    }
    const char *colon = skip_blanks(stop + 1, text->end);

    if (colon == text->end || *colon != ':' || !mask_names_secret(name, (size_t)(stop - name))) {
        return false;
    }
    put_until(text, skip_blanks(colon + 1, text->end));
    mask_next(text, ",}] \t\r\n");
    return true;
}

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || one_of(c, "_.%-");
}

static bool is_word(const char *word, size_t length, const char *other)
{
    return length == strlen(other) && strncasecmp(word, other, length) == 0;
}

/* name=value, name: value, <name>value, Bearer value. */
static void put_word(struct text *text, bool tag)
{
    const char *word = text->at, *stop = word;

    while (stop < text->end && in_word(*stop)) {
        stop++;
    }
    size_t length = (size_t)(stop - word);
    bool secret = mask_names_secret(word, length);

    put_until(text, stop);
    if (stop == text->end) {
        return;
    }
    if (tag && secret) {
        put_until(text, find_any(stop, text->end, ">"));
        put_until(text, text->at < text->end ? text->at + 1 : text->end);
        put_mask(text, find_any(text->at, text->end, "<"));
    } else if (*stop == '=' && secret) {
        put_until(text, stop + 1);
        mask_next(text, "&;,)<> \t\r\n\"'");
    } else if (*stop == ':' && secret && !holds(word, length, "error")) {
        put_until(text, skip_blanks(stop + 1, text->end));
        mask_next(text, "\r\n,}<\"'");
    } else if (*stop == ' ' &&
               (is_word(word, length, "bearer") || is_word(word, length, "basic"))) {
        put_until(text, stop + 1);
        put_mask(text, find_any(text->at, text->end, " \t\r\n\"',<"));
    }
}

/* After "://". */
static void mask_userinfo(struct text *text)
{
    const char *stop = find_any(text->at, text->end, "/?# \t\r\n\"'<>");
    const char *sign = memrchr(text->at, '@', (size_t)(stop - text->at));

    if (sign) {
        put_mask(text, sign);
    }
}

void mask_text(struct buf *out, const char *bytes, size_t length)
{
    struct text text = {.at = bytes, .end = bytes + length, .out = out};

    while (text.at < text.end) {
        if (one_of(*text.at, "\"'") && mask_member(&text)) {
            continue;
        }
        if (in_word(*text.at)) {
            put_word(&text, text.at > bytes && text.at[-1] == '<');
            continue;
        }
        bool address = text.end - text.at >= 3 && strncmp(text.at, "://", 3) == 0;

        put_until(&text, text.at + (address ? 3 : 1));
        if (address) {
            mask_userinfo(&text);
        }
    }
}

void mask_headers(struct buf *out, const char *lines, size_t length)
{
    for (const char *at = lines, *end = lines + length; at < end;) {
        const char *stop = find_any(at, end, "\n");
        const char *colon = memchr(at, ':', (size_t)(stop - at));

        if (colon && mask_names_secret(at, (size_t)(colon - at))) {
            buf_add(out, at, (size_t)(colon - at));
            buf_puts(out, ": " MASK);
        } else {
            mask_text(out, at, (size_t)(stop - at));
        }
        if (stop < end) {
            buf_putc(out, '\n');
            stop++;
        }
        at = stop;
    }
}

void mask_value(struct buf *out, const char *text, size_t length, const char *value)
{
    size_t size = value ? strlen(value) : 0;
    const char *end = text + length, *found;

    while (size >= VALUE_MIN_BYTES && (found = memmem(text, (size_t)(end - text), value, size))) {
        buf_add(out, text, (size_t)(found - text));
        buf_puts(out, MASK);
        text = found + size;
    }
    buf_add(out, text, (size_t)(end - text));
}
