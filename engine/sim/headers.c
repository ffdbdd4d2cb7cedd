/* SPDX-License-Identifier: MIT */
#include "sim/headers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

struct user_headers {
    struct user_header *items;
    size_t count;
};

static void remove_header(struct user_headers *headers, const char *name)
{
    for (size_t i = 0; i < headers->count; i++) {
        if (strcasecmp(headers->items[i].name, name) == 0) {
            free(headers->items[i].name);
            free(headers->items[i].line);
            headers->count--;
            memmove(&headers->items[i],
                    &headers->items[i + 1],
                    (headers->count - i) * sizeof(*headers->items));
            return;
        }
    }
}

bool header_name_valid(const char *name)
{
    return *name && !isspace((unsigned char)*name) && !strpbrk(name, "\r\n:");
}

bool header_value_valid(const char *value)
{
    return !strpbrk(value, "\r\n");
}

bool headers_set(struct user_headers **headers, const char *name, const char *value)
{
    if (!header_name_valid(name) || (value && !header_value_valid(value))) {
        return false;
    }
    if (!*headers) {
        *headers = mem_new(sizeof(**headers));
    }
    remove_header(*headers, name);
    if (value) {
        (*headers)->items =
            mem_resize((*headers)->items, (*headers)->count + 1, sizeof(*(*headers)->items));
        (*headers)->items[(*headers)->count++] = (struct user_header){
            .name = mem_strdup(name), .line = mem_printf("%s: %s", name, value)};
    }
    return true;
}

void headers_free(struct user_headers *headers)
{
    if (!headers) {
        return;
    }
    while (headers->count > 0) {
        remove_header(headers, headers->items[0].name);
    }
    free(headers->items);
    free(headers);
}

size_t headers_count(const struct user_headers *headers)
{
    return headers ? headers->count : 0;
}

const struct user_header *headers_at(const struct user_headers *headers, size_t index)
{
    return &headers->items[index];
}
