/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <ctype.h>
#include <string.h>

struct step {
    const char *name; /* a member; NULL for an element */
    size_t name_length, index;
};

/* "[12]" or "[\"name\"]"; *path points at the bracket. */
static bool read_bracket(const char **path, struct step *step)
{
    const char *p = *path + 1;

    if (*p == '"') {
        const char *end = strchr(++p, '"');

        if (!end || end[1] != ']') {
            return false;
        }
        *step = (struct step){.name = p, .name_length = (size_t)(end - p)};
        *path = end + 2;
        return true;
    }
    size_t index = 0;
    int digits = 0;

    for (; isdigit((unsigned char)*p); p++, digits++) {
        index = index * 10 + (size_t)(*p - '0');
    }
    if (digits == 0 || digits > 9 || *p != ']') {
        return false;
    }
    *step = (struct step){.index = index};
    *path = p + 1;
    return true;
}

/* Takes one step off the path; false when it is malformed. */
static bool read_step(const char **path, bool first, struct step *step)
{
    if (**path == '[') {
        return read_bracket(path, step);
    }
    if (!first) {
        if (**path != '.') {
            return false;
        }
        (*path)++;
    }
    size_t length = strcspn(*path, ".[");

    *step = (struct step){.name = *path, .name_length = length};
    *path += length;
    return length > 0;
}

bool json_path_valid(const char *path)
{
    struct step step;

    for (bool first = true; *path; first = false) {
        if (!read_step(&path, first, &step)) {
            return false;
        }
    }
    return true;
}

const json_t *json_at(const json_t *document, const char *path)
{
    const json_t *value = document;
    struct step step;

    for (bool first = true; value && *path; first = false) {
        if (!read_step(&path, first, &step)) {
            return NULL;
        }
        value = step.name ? json_object_getn(value, step.name, step.name_length)
                          : json_array_get(value, step.index);
    }
    return value;
}

const char *json_escape_text(struct arena *arena, const char *text)
{
    static const char hex[] = "0123456789abcdef";
    char *escaped = arena_alloc(arena, strlen(text) * 6 + 1), *out = escaped;

    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;

        if (c == '"' || c == '\\') {
            *out++ = '\\';
            *out++ = (char)c;
        } else if (c < 0x20) {
            memcpy(out, "\\u00", 4);
            out[4] = hex[c >> 4];
            out[5] = hex[c & 15];
            out += 6;
        } else {
            *out++ = (char)c;
        }
    }
    *out = '\0';
    return escaped;
}
