/* SPDX-License-Identifier: MIT */
#include "stats/plain.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/ensure.h"

/* What is said of an exception by its name, as the web page says it. */
static const struct {
    const char *name, *words;
} known[] = {
    {"ConnectionRefusedError", "Connection refused"},
    {"ConnectionResetError", "Connection reset by peer"},
    {"ConnectionAbortedError", "Connection aborted"},
    {"BrokenPipeError", "Connection closed by the target while sending"},
    {"RemoteDisconnected", "The target closed the connection without answering"},
    {"gaierror", "The host name can't be looked up"},
};

/* The last quoted text between from and end: the innermost exception's own words. */
static bool innermost(const char *from, const char *end, const char **words, size_t *length)
{
    bool found = false;

    for (const char *p = from; p < end; p++) {
        char quote = *p;

        if (quote != '\'' && quote != '"') {
            continue;
        }
        const char *start = p + 1, *close = start;

        while (close < end && *close != quote) {
            close += *close == '\\' && close + 1 < end ? 2 : 1;
        }
        if (close >= end) {
            break;
        }
        if (close > start) {
            *words = start;
            *length = (size_t)(close - start);
            found = true;
        }
        p = close;
    }
    return found;
}

static void unescaped(struct buf *out, const char *words, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (words[i] == '\\' && i + 1 < length && strchr("'\"\\", words[i + 1])) {
            i++;
        }
        buf_putc(out, words[i]);
    }
}

/* "404 Client Error: Not Found for url: /x" as "404 Not Found". */
static bool status(struct buf *out, const char *words, size_t length)
{
    static const char *const kinds[] = {" Client Error: ", " Server Error: "};

    if (length < 3 || !isdigit((unsigned char)words[0]) || !isdigit((unsigned char)words[1]) ||
        !isdigit((unsigned char)words[2])) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        size_t kind = strlen(kinds[i]);

        if (length < 3 + kind || strncmp(words + 3, kinds[i], kind) != 0) {
            continue;
        }
        const char *reason = words + 3 + kind, *end = words + length;
        const char *url = strstr(reason, " for url: ");

        end = url && url < end ? url : end;
        buf_printf(out, "%.3s", words);
        if (end > reason) {
            buf_putc(out, ' ');
            unescaped(out, reason, (size_t)(end - reason));
        }
        return true;
    }
    return false;
}

static bool read_timeout(struct buf *out, const char *text)
{
    static const char mark[] = "(read timeout=";
    const char *after = strstr(text, mark);

    if (!strstr(text, "Read timed out.")) {
        return false;
    }
    if (after) {
        after += strlen(mark);
        buf_printf(out, "Timed out after %.*s s", (int)strspn(after, "0123456789."), after);
    } else {
        buf_puts(out, "Timed out while reading the answer");
    }
    return true;
}

static bool by_name(struct buf *out, const char *text)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        size_t length = strlen(known[i].name);

        if (strncmp(text, known[i].name, length) == 0 && text[length] == '(') {
            buf_puts(out, known[i].words);
            return true;
        }
    }
    return false;
}

/* "Name(...)", all of it. */
static const char *arguments(const char *text)
{
    size_t name = 0, length = strlen(text);

    while (isalnum((unsigned char)text[name]) || text[name] == '_' || text[name] == '.') {
        name++;
    }
    return name > 0 && !isdigit((unsigned char)*text) && text[name] == '(' &&
                   text[length - 1] == ')'
               ? text + name + 1
               : NULL;
}

void plain_failure(struct buf *out, const char *text)
{
    const char *inside = arguments(text), *words;
    size_t length;

    if (!inside || read_timeout(out, inside) || by_name(out, text)) {
        buf_puts(out, inside ? "" : text);
    } else if (strstr(inside, "Response ended prematurely")) {
        buf_puts(out, "The answer ended too early");
    } else if (!innermost(inside, text + strlen(text) - 1, &words, &length)) {
        buf_puts(out, text);
    } else if (!status(out, words, length)) {
        unescaped(out, words, length);
    }
}
