/* SPDX-License-Identifier: MIT */
#include "cli/text_list.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void text_list_fini(struct text_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
    }
    free(list->items);
    *list = (struct text_list){0};
}

void text_list_add(struct text_list *list, const char *text, size_t length)
{
    /* Grown at powers of two, with room for the NULL. */
    if ((list->count & (list->count + 1)) == 0) {
        list->items = mem_resize(list->items, (list->count + 1) * 2, sizeof(*list->items));
    }
    list->items[list->count++] = mem_strndup(text, length);
    list->items[list->count] = NULL;
}

/* The shortest text that reads back as the same number. */
static void real_text(double value, char *text, size_t size)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    if (!strpbrk(text, ".e")) {
        strncat(text, ".0", size - strlen(text) - 1);
    }
}

void text_list_add_json(struct text_list *list, const json_t *value)
{
    char *text = NULL, number[40];

    switch (json_typeof(value)) {
    case JSON_STRING:
        text_list_add(list, json_string_value(value), json_string_length(value));
        return;
    case JSON_TRUE:
        text_list_add(list, "True", 4);
        return;
    case JSON_FALSE:
        text_list_add(list, "False", 5);
        return;
    case JSON_NULL:
        text_list_add(list, "None", 4);
        return;
    case JSON_REAL:
        real_text(json_real_value(value), number, sizeof(number));
        text_list_add(list, number, strlen(number));
        return;
    case JSON_INTEGER:
    case JSON_OBJECT:
    case JSON_ARRAY:
        text = json_dumps(value, JSON_ENCODE_ANY);
        text_list_add(list, text ? text : "", text ? strlen(text) : 0);
        free(text);
        return;
    }
}

static void add_words(struct text_list *list, const char *text, const char *end)
{
    for (;;) {
        const char *comma = memchr(text, ',', (size_t)(end - text));
        const char *first = text, *last = comma ? comma : end;

        while (first < last && isspace((unsigned char)*first)) {
            first++;
        }
        while (first < last && isspace((unsigned char)last[-1])) {
            last--;
        }
        text_list_add(list, first, (size_t)(last - first));
        if (!comma) {
            return;
        }
        text = comma + 1;
    }
}

bool text_list_parse(struct text_list *list, const char *text)
{
    size_t length = strlen(text);

    if (length < 2 || text[0] != '[' || text[length - 1] != ']') {
        return false;
    }
    json_t *array = json_loads(text, 0, NULL);
    json_t *element;
    size_t i;

    if (array) {
        json_array_foreach(array, i, element)
        {
            text_list_add_json(list, element);
        }
        json_decref(array);
    } else {
        add_words(list, text + 1, text + length - 1);
    }
    return true;
}
