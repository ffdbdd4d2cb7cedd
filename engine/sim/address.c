/* SPDX-License-Identifier: MIT */
#include "sim/address.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "http/url.h"

static const char hex[] = "0123456789ABCDEF";

static bool unreserved(unsigned char c)
{
    return isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* Writes the escaped text or, with out NULL, only counts; keep decides what stays as it is. */
static size_t escape(char *out, const char *text, bool (*keep)(const char *at))
{
    size_t length = 0;

    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;

        if (keep(p)) {
            if (out) {
                out[length] = (char)c;
            }
            length++;
        } else {
            if (out) {
                out[length] = '%';
                out[length + 1] = hex[c >> 4];
                out[length + 2] = hex[c & 15];
            }
            length += 3;
        }
    }
    return length;
}

static const char *escaped(struct arena *arena, const char *text, bool (*keep)(const char *at))
{
    size_t length = escape(NULL, text, keep);

    if (length == strlen(text)) {
        return text;
    }
    char *out = arena_alloc(arena, length + 1);

    escape(out, text, keep);
    out[length] = '\0';
    return out;
}

static bool keep_in_piece(const char *at)
{
    return unreserved((unsigned char)*at);
}

static bool keep_in_form(const char *at)
{
    return unreserved((unsigned char)*at) || *at == ' ';
}

const char *address_quote(struct arena *arena, const char *text)
{
    if (text[url_plain(text)] == '\0') {
        return text;
    }
    char *quoted = url_quote(text);
    const char *copy = quoted ? arena_strdup(arena, quoted) : text;

    free(quoted);
    return copy;
}

const char *address_escape(struct arena *arena, const char *text)
{
    return escaped(arena, text, keep_in_piece);
}

const char *address_form(struct arena *arena, const char *const *pairs)
{
    size_t length = 0;

    for (size_t i = 0; pairs[i]; i++) {
        length += escape(NULL, pairs[i], keep_in_form) + 2;
    }
    char *text = arena_alloc(arena, length + 2), *out = text;

    for (size_t i = 0; pairs[i]; i++) {
        if (i > 0) {
            *out++ = i % 2 ? '=' : '&';
        }
        size_t written = escape(out, pairs[i], keep_in_form);

        for (size_t k = 0; k < written; k++) {
            out[k] = out[k] == ' ' ? '+' : out[k];
        }
        out += written;
        if (i % 2 == 0 && !pairs[i + 1]) {
            *out++ = '=';
        }
    }
    *out = '\0';
    return text;
}

bool address_absolute(const char *text)
{
    size_t scheme = strcspn(text, ":/?#");

    return scheme > 0 && strncmp(text + scheme, "://", 3) == 0;
}

const char *address_path(struct arena *arena, const char *absolute)
{
    const char *authority = strstr(absolute, "://");
    const char *path = authority ? authority + 3 + strcspn(authority + 3, "/?#") : absolute;
    size_t length = strcspn(path, "#");

    if (*path == '/' && !path[length]) {
        return path;
    }
    return arena_printf(arena, "%s%.*s", *path == '/' ? "" : "/", (int)length, path);
}

const char *address_add_query(struct arena *arena, const char *path, const char *query)
{
    size_t before = strcspn(path, "#");
    bool has_query = memchr(path, '?', before) != NULL;

    if (!*query) {
        return path;
    }
    return arena_printf(
        arena, "%.*s%c%s%s", (int)before, path, has_query ? '&' : '?', query, path + before);
}
