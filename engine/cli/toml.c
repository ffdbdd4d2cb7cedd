/* SPDX-License-Identifier: MIT */
#include "cli/toml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/toml_value.h"

enum { MOST_KEY = 4096, MOST_PARTS = 32 };

json_t *toml_subtable(struct toml_reader *reader, json_t *table, const char *name)
{
    json_t *inner = json_object_get(table, name);

    if (!inner) {
        if (json_object_set_new(table, name, json_object()) != 0) {
            toml_fail(reader, "a key is not UTF-8");
            return NULL;
        }
        return json_object_get(table, name);
    }
    if (json_is_array(inner)) {
        inner = json_array_get(inner, json_array_size(inner) - 1);
    }
    if (!json_is_object(inner)) {
        toml_fail(reader, "a key within a value that is no table");
        return NULL;
    }
    return inner;
}

/* Follows "a.b.c" down to the table of c, whose name stays in last. */
static json_t *walk(struct toml_reader *reader, json_t *table, struct buf *last)
{
    for (size_t parts = 1;; parts++) {
        buf_clear(last);
        toml_skip_blanks(reader);
        if (!toml_key_part(reader, last)) {
            return NULL;
        }
        if (last->failed || parts > MOST_PARTS) {
            toml_fail(reader, "a key is too long");
            return NULL;
        }
        toml_skip_blanks(reader);
        if (*reader->at != '.') {
            return table;
        }
        reader->at++;
        table = toml_subtable(reader, table, buf_text(last));
        if (!table) {
            return NULL;
        }
    }
}

bool toml_pair(struct toml_reader *reader, json_t *table)
{
    struct buf name;
    bool ok = false;

    buf_init(&name, MOST_KEY);
    table = walk(reader, table, &name);
    if (!table) {
        goto done;
    }
    if (json_object_get(table, buf_text(&name))) {
        toml_fail(reader, "a key is given twice");
        goto done;
    }
    if (*reader->at++ != '=') {
        toml_fail(reader, "a key lacks its '='");
        goto done;
    }
    toml_skip_blanks(reader);
    json_t *value = toml_value(reader);

    if (!value) {
        goto done;
    }
    ok = json_object_set_new(table, buf_text(&name), value) == 0 ||
         toml_fail(reader, "a key is not UTF-8");
done:
    buf_fini(&name);
    return ok;
}

/* Declared tables are remembered by address; a second header for one is a mistake. */
static json_t *declare(struct toml_reader *reader, json_t *declared, json_t *table)
{
    char address[32];

    snprintf(address, sizeof(address), "%p", (void *)table);
    if (json_object_get(declared, address)) {
        toml_fail(reader, "a table is declared twice");
        return NULL;
    }
    json_object_set_new(declared, address, json_true());
    return table;
}

static json_t *add_to_array(struct toml_reader *reader, json_t *table, const char *name)
{
    json_t *array = json_object_get(table, name);

    if (!array) {
        array = json_array();
        if (json_object_set_new(table, name, array) != 0) {
            array = NULL;
        }
    }
    if (!json_is_array(array) || json_array_append_new(array, json_object()) != 0) {
        toml_fail(reader, "a table is added to what is no array of tables");
        return NULL;
    }
    return json_array_get(array, json_array_size(array) - 1);
}

/* "[a.b]" or "[[a.b]]"; the table that later pairs belong to. */
static json_t *header(struct toml_reader *reader, json_t *root, json_t *declared)
{
    bool array = reader->at[1] == '[';
    struct buf name;
    json_t *table;

    buf_init(&name, MOST_KEY);
    reader->at += array ? 2 : 1;
    table = walk(reader, root, &name);
    if (table && (*reader->at != ']' || (array && reader->at[1] != ']'))) {
        toml_fail(reader, "a table's name lacks its ']'");
        table = NULL;
    }
    if (table) {
        reader->at += array ? 2 : 1;
        if (array) {
            table = add_to_array(reader, table, buf_text(&name));
        } else {
            if (json_is_array(json_object_get(table, buf_text(&name)))) {
                toml_fail(reader, "a table has the name of an array");
                table = NULL;
            }
            table = table ? toml_subtable(reader, table, buf_text(&name)) : NULL;
            table = table ? declare(reader, declared, table) : NULL;
        }
    }
    buf_fini(&name);
    return table && toml_end_of_line(reader) ? table : NULL;
}

static bool document(struct toml_reader *reader, json_t *root, json_t *declared)
{
    json_t *table = root;

    while (reader->at < reader->end) {
        toml_skip_blanks(reader);
        if (*reader->at == '[') {
            table = header(reader, root, declared);
            if (!table) {
                return false;
            }
        } else if (reader->at < reader->end && !strchr("#\r\n", *reader->at)) {
            if (!toml_pair(reader, table) || !toml_end_of_line(reader)) {
                return false;
            }
        } else if (!toml_end_of_line(reader)) {
            return false;
        }
    }
    return true;
}

json_t *toml_parse(const char *text, size_t length, struct err *err)
{
    static const char bom[] = "\xEF\xBB\xBF";

    if (memchr(text, '\0', length)) {
        err_set(err, "holds a NUL byte, so it is no text file");
        return NULL;
    }
    char *copy = mem_strndup(text, length); /* the reader relies on the NUL at the end */
    struct toml_reader reader = {.at = copy, .end = copy + length, .err = err, .line = 1};
    json_t *root = json_object(), *declared = json_object();

    if (strncmp(copy, bom, 3) == 0) {
        reader.at += 3;
    }
    if (!document(&reader, root, declared)) {
        json_decref(root);
        root = NULL;
    }
    json_decref(declared);
    free(copy);
    return root;
}
