/* SPDX-License-Identifier: MIT */
#include "cli/config_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/text_list.h"

/* A piece of a line, without the white space around it. */
struct span {
    const char *at, *end;
};

static bool blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && blank(*p)) {
        p++;
    }
    return p;
}

/* Nothing but a comment, which needs a blank before it, may follow a value. */
static bool ends_here(const char *p, const char *end)
{
    const char *q = skip_blanks(p, end);

    return q == end || (q > p && (*q == '#' || *q == ';'));
}

/*
 * One pair of quotes is taken off if the closing one ends the setting; otherwise quotes are
 * ordinary characters. At least one character must be between them for the first closing quote to
 * be tried, so that """ is one quote in quotes, as in the original.
 */
static bool quoted_value(struct span *value, const char *p, const char *end)
{
    char quote = *p;

    if (quote != '"' && quote != '\'') {
        return false;
    }
    for (const char *q = p + 2; q < end; q++) {
        if (*q == quote && ends_here(q + 1, end)) {
            *value = (struct span){p + 1, q};
            return true;
        }
    }
    if (p + 1 < end && p[1] == quote && ends_here(p + 2, end)) {
        *value = (struct span){p + 1, p + 1};
        return true;
    }
    return false;
}

static struct span plain_value(const char *p, const char *end)
{
    const char *q = p + 1;

    while (q < end && !ends_here(q, end)) {
        q = blank(*q) ? skip_blanks(q, end) : q + 1;
    }
    return (struct span){p, q};
}

/* The line has no white space around it and is not empty. */
static bool split(struct span line, struct span *key, struct span *value)
{
    const char *p = line.at, *end = line.end;
    char separator;

    while (p < end && !blank(*p) && !strchr(":=;#", *p)) {
        p++;
    }
    *key = (struct span){line.at, p};
    *value = (struct span){"true", NULL};
    value->end = value->at + strlen("true");
    if (p == line.at) {
        return false;
    }
    if (p == end) {
        return true;
    }
    const char *q = skip_blanks(p, end);

    if (*q == ':' || *q == '=') {
        separator = *q;
        q = skip_blanks(q + 1, end);
    } else if (q > p) {
        separator = q[-1];
    } else {
        return false;
    }
    if (q == end) {
        *value = (struct span){end, end};
        return true;
    }
    struct span text;

    if (!quoted_value(&text, q, end)) {
        text = plain_value(q, end);
    }
    /* After a blank, empty quotes count as no value at all. */
    if (text.at < text.end || separator != ' ') {
        *value = text;
    }
    return true;
}

static bool read_line(struct span line, unsigned number, config_item_fn *on_item, void *data,
                      struct err *err)
{
    struct span key_span, value_span;
    struct text_list list = {0};

    line.at = skip_blanks(line.at, line.end);
    while (line.end > line.at && blank(line.end[-1])) {
        line.end--;
    }
    if (line.at == line.end || strchr("#;[", *line.at) ||
        (line.end - line.at >= 3 && strncmp(line.at, "---", 3) == 0)) {
        return true;
    }
    if (!split(line, &key_span, &value_span)) {
        int length = line.end - line.at > 200 ? 200 : (int)(line.end - line.at);

        return err_set(err, "line %u: unexpected line: %.*s", number, length, line.at);
    }
    char *key = mem_strndup(key_span.at, (size_t)(key_span.end - key_span.at));
    char *value = mem_strndup(value_span.at, (size_t)(value_span.end - value_span.at));
    bool listed = text_list_parse(&list, value);
    struct config_item item = {
        .key = key,
        .values = listed ? (const char *const *)list.items : (const char *const *)&value,
        .count = listed ? list.count : 1,
        .listed = listed,
        .line = number,
    };
    bool ok = on_item(data, &item, err);

    text_list_fini(&list);
    free(value);
    free(key);
    return ok;
}

bool config_file_read(const char *text, size_t length, config_item_fn *on_item, void *data,
                      struct err *err)
{
    const char *p = text, *end = text + length;
    unsigned number = 0;

    if (memchr(text, '\0', length)) {
        return err_set(err, "holds a NUL byte, so it is no text file");
    }
    while (p < end) {
        const char *stop = p;

        while (stop < end && *stop != '\n' && *stop != '\r') {
            stop++;
        }
        if (!read_line((struct span){p, stop}, ++number, on_item, data, err)) {
            return false;
        }
        p = stop;
        if (p < end) {
            p += end - p >= 2 && p[0] == '\r' && p[1] == '\n' ? 2 : 1;
        }
    }
    return true;
}
