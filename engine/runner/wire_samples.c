/* SPDX-License-Identifier: MIT */
/* wire_samples.c - texts travel as bytes: what a target sent need not be UTF-8. */
#include "runner/wire_samples.h"

#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"

static const struct sample_text {
    const char *key;
    size_t offset;
} texts[] = {
    {"url", offsetof(struct failure_capture, url)},
    {"error", offsetof(struct failure_capture, error)},
    {"request_headers", offsetof(struct failure_capture, request_headers)},
    {"request_body", offsetof(struct failure_capture, request_body)},
    {"response_headers", offsetof(struct failure_capture, response_headers)},
    {"body", offsetof(struct failure_capture, body)},
};

enum { PAIRS = ARRAY_LEN(texts) + 2 };

static const char **text_at(const struct sample_text *text, struct failure_capture *capture)
{
    return (const char **)((char *)capture + text->offset);
}

static struct value key_of(const char *key)
{
    return (struct value){.kind = VALUE_TEXT, .text = slice_of(key)};
}

static struct value map_of(struct failure_capture *capture, struct arena *arena)
{
    struct value *items = arena_alloc(arena, 2 * (size_t)PAIRS * sizeof(*items)), *at = items;

    *at++ = key_of("t");
    *at++ = (struct value){.kind = VALUE_FLOAT, .real = seconds_from_ns(capture->wall_ns)};
    *at++ = key_of("status");
    *at++ = (struct value){.kind = VALUE_INT, .integer = capture->status};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        *at++ = key_of(texts[i].key);
        *at++ = (struct value){.kind = VALUE_BYTES, .text = slice_of(*text_at(&texts[i], capture))};
    }
    return (struct value){.kind = VALUE_MAP, .items = items, .count = PAIRS};
}

const struct value *wire_samples_value(const struct failure *failure, struct arena *arena)
{
    if (failure->capture_count == 0) {
        return NULL;
    }
    struct value *array = arena_alloc(arena, sizeof(*array));
    struct value *items = arena_alloc(arena, failure->capture_count * sizeof(*items));

    for (size_t i = 0; i < failure->capture_count; i++) {
        items[i] = map_of(&failure->captures[i], arena);
    }
    *array = (struct value){.kind = VALUE_ARRAY, .items = items, .count = failure->capture_count};
    return array;
}

static double number_of(const struct value *value)
{
    return !value                       ? 0
           : value->kind == VALUE_INT   ? (double)value->integer
           : value->kind == VALUE_FLOAT ? value->real
                                        : 0;
}

/* False if it is no map; what is missing in one is empty. */
static bool read_one(const struct value *map, const char *worker, struct arena *arena,
                     struct failure_capture *capture)
{
    double seconds = number_of(value_get(map, "t"));
    double status = number_of(value_get(map, "status"));

    if (map->kind != VALUE_MAP) {
        return false;
    }
    *capture = (struct failure_capture){
        .wall_ns = seconds > 0 && seconds < 9e9 ? ns_from_seconds(seconds) : 0,
        .status = status >= 100 && status < 1000 ? (int)status : 0,
        .worker = worker,
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const struct value *text = value_get(map, texts[i].key);
        bool there = text && (text->kind == VALUE_BYTES || text->kind == VALUE_TEXT);
        size_t length = there && text->text.length < CAPTURE_BYTES ? text->text.length
                        : there                                    ? CAPTURE_BYTES
                                                                   : 0;

        *text_at(&texts[i], capture) = length ? arena_strndup(arena, text->text.bytes, length) : "";
    }
    return true;
}

bool wire_samples_read(const struct value *samples, const char *worker, struct arena *arena,
                       struct failure_capture *captures, size_t most, size_t *count)
{
    bool good = samples->kind == VALUE_ARRAY;

    *count = 0;
    for (size_t i = 0; good && i < samples->count && *count < most; i++) {
        if (read_one(&samples->items[i], worker, arena, &captures[*count])) {
            ++*count;
        } else {
            good = false;
        }
    }
    return good;
}
