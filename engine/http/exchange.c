/* SPDX-License-Identifier: MIT */
#include "http/exchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void exchange_fini(struct exchange *exchange)
{
    buf_fini(&exchange->answer_body);
    buf_fini(&exchange->answer_headers);
    free(exchange->error);
    free(exchange->answer_url);
    free(exchange->reason);
    exchange->reason = NULL;
    exchange->error = NULL;
    exchange->answer_url = NULL;
    exchange->status = 0;
    exchange->answer_bytes = exchange->wire_bytes = 0;
    exchange->times = (struct exchange_times){0};
    exchange->connections = 0;
    exchange->retried = false;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

const char *exchange_header(const struct exchange *exchange, const char *name, size_t *length)
{
    const char *line = buf_text(&exchange->answer_headers);
    const char *end = line + exchange->answer_headers.length, *found = NULL;
    size_t name_length = strlen(name);

    while (line < end) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *stop = newline ? newline : end;

        if ((size_t)(stop - line) > name_length && line[name_length] == ':' &&
            strncasecmp(line, name, name_length) == 0) {
            const char *value = line + name_length + 1, *value_end = stop;

            while (value < value_end && blank(*value)) {
                value++;
            }
            while (value_end > value && blank(value_end[-1])) {
                value_end--;
            }
            found = value;
            *length = (size_t)(value_end - value);
        }
        line = newline ? newline + 1 : end;
    }
    return found;
}
