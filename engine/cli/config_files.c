/* SPDX-License-Identifier: MIT */
/*
 * Options from configuration files: which files, and what their keys mean.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "cli/config_file.h"
#include "cli/nearest.h"
#include "cli/settings.h"
#include "cli/text_list.h"
#include "cli/toml.h"

enum { MOST_FILE = 1 << 20 };

struct file {
    struct options *options;
    const char *path;
    bool tolerant;
    bool refused; /* the error names its place already */
};

static bool unknown_key(const struct file *file, const char *key, const char *place,
                        struct err *err)
{
    const struct options *options = file->options;
    const char **names = mem_array(options->spec_count + 1, sizeof(*names));
    size_t count = 0;

    for (size_t i = 0; i < options->spec_count; i++) {
        const struct option_spec *spec = &options->specs[i];

        if (spec->state == OPTION_PRESENT && !spec->hidden && !spec->command_line) {
            names[count++] = spec->name;
        }
    }
    const char *name = nearest_name(key, names, count);

    if (name) {
        err_set(err, "unknown option '%s' (from %s)\nDid you mean '%s'?", key, place, name);
    } else {
        err_set(err, "unknown option '%s' (from %s)", key, place);
    }
    free(names);
    return false;
}

static bool apply_item(const struct file *file, const struct config_item *item, const char *place,
                       struct err *err)
{
    const char *key = item->key + strspn(item->key, "-");
    bool ambiguous;
    const struct option_spec *spec = settings_find(file->options, key, strlen(key), &ambiguous);

    if (!spec) {
        return file->tolerant || unknown_key(file, key, place, err);
    }
    if (spec->command_line) {
        return file->tolerant ||
               err_set(
                   err, "--%s can be given on the command line only (from %s)", spec->name, place);
    }
    if (spec->type == OPTION_LIST && !item->listed && !item->values[0][0]) {
        return true;
    }
    setting_put(settings_of(file->options, spec),
                &(struct setting_text){
                    .origin = ORIGIN_FILE,
                    .place = place,
                    .values = item->values,
                    .count = item->count,
                    .listed = item->listed,
                });
    return true;
}

static bool on_conf_item(void *data, const struct config_item *item, struct err *err)
{
    struct file *file = data;
    char *place = mem_printf("%s:%u", file->path, item->line);
    bool ok = apply_item(file, item, place, err);

    file->refused = !ok;
    free(place);
    return ok;
}

static bool apply_toml_value(struct file *file, const char *key, const json_t *value,
                             struct err *err)
{
    struct text_list texts = {0};
    const json_t *element;
    size_t i;

    if (json_is_array(value)) {
        json_array_foreach(value, i, element)
        {
            text_list_add_json(&texts, element);
        }
    } else {
        text_list_add_json(&texts, value);
    }
    char *place = mem_printf("%s, tool.locust", file->path);
    bool ok = apply_item(file,
                         &(struct config_item){
                             .key = key,
                             .values = (const char *const *)texts.items,
                             .count = texts.count,
                             .listed = json_is_array(value),
                         },
                         place,
                         err);

    file->refused = !ok;
    free(place);
    text_list_fini(&texts);
    return ok;
}

static bool apply_toml(struct file *file, const char *text, size_t length, struct err *err)
{
    json_t *root = toml_parse(text, length, err);
    json_t *table = json_object_get(json_object_get(root, "tool"), "locust");
    const char *key;
    json_t *value;
    bool ok = root != NULL;

    if (table && !json_is_object(table)) {
        ok = err_set(err, "tool.locust is no table");
    }
    json_object_foreach(table, key, value)
    {
        ok = ok && apply_toml_value(file, key, value, err);
    }
    json_decref(root);
    return ok;
}

static bool read_whole(FILE *stream, const char *path, struct buf *text, struct err *err)
{
    char chunk[4096];
    size_t length;

    while ((length = fread(chunk, 1, sizeof(chunk), stream)) > 0 && !text->failed) {
        buf_add(text, chunk, length);
    }
    if (ferror(stream)) {
        return err_set(err, "unable to read config file %s: %s", path, strerror(errno));
    }
    return !text->failed || err_set(err, "config file %s is larger than 1 MB", path);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);

    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static bool apply_file(struct options *options, const char *path, bool must_exist, bool tolerant,
                       struct err *err)
{
    struct file file = {.options = options, .path = path, .tolerant = tolerant};
    FILE *stream = fopen(path, "re");
    struct buf text;

    if (!stream) {
        return (!must_exist && (errno == ENOENT || errno == ENOTDIR)) ||
               err_set(err, "unable to open config file %s: %s", path, strerror(errno));
    }
    buf_init(&text, MOST_FILE);
    bool ok = read_whole(stream, path, &text, err);

    fclose(stream);
    if (ok) {
        ok = ends_with(path, ".toml")
                 ? apply_toml(&file, buf_text(&text), text.length, err)
                 : config_file_read(buf_text(&text), text.length, on_conf_item, &file, err);
        if (!ok && !file.refused) {
            err_prefix(err, "%s", path);
        }
    }
    buf_fini(&text);
    return ok;
}

/* With inner appended, if there is something to append it to. */
static bool apply_within(struct options *options, const char *folder, const char *inner,
                         bool tolerant, struct err *err)
{
    if (!folder) {
        return true;
    }
    bool here = strcmp(folder, ".") == 0;
    char *path = here ? mem_strdup(inner) : mem_printf("%s/%s", folder, inner);
    bool ok = apply_file(options, path, false, tolerant, err);

    free(path);
    return ok;
}

bool config_files_apply(struct options *options, const struct option_inputs *inputs, bool tolerant,
                        struct err *err)
{
    if (!apply_within(options, inputs->home, ".locust.conf", tolerant, err) ||
        !apply_within(options, inputs->directory, "locust.conf", tolerant, err) ||
        !apply_within(options, inputs->directory, "pyproject.toml", tolerant, err)) {
        return false;
    }
    const char *config = options->config;

    if (!config) {
        return true;
    }
    if (config[0] == '~' && config[1] == '/' && inputs->home) {
        char *path = mem_printf("%s%s", inputs->home, config + 1);
        bool ok = apply_file(options, path, true, tolerant, err);

        free(path);
        return ok;
    }
    return apply_file(options, config, true, tolerant, err);
}
