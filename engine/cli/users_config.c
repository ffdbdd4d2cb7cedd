/* SPDX-License-Identifier: MIT */
#include "cli/users_config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { MOST_COUNT = 100000000 };

static bool ends_with_json(const char *text)
{
    size_t length = strlen(text);

    return length >= 5 && strcmp(text + length - 5, ".json") == 0;
}

static json_t *load(const char *argument, struct err *err)
{
    json_error_t why;
    json_t *document;

    if (ends_with_json(argument)) {
        FILE *file = fopen(argument, "re");

        if (!file) {
            err_set(err, "argument --config-users: can't open '%s': %s", argument, strerror(errno));
            return NULL;
        }
        document = json_loadf(file, JSON_REJECT_DUPLICATES, &why);
        fclose(file);
    } else {
        document = json_loads(argument, JSON_REJECT_DUPLICATES, &why);
    }
    if (!document) {
        err_set(err,
                "argument --config-users: must be a valid JSON string or file: '%s': %s (line %d, "
                "column %d)",
                argument,
                why.text,
                why.line,
                why.column);
    }
    return document;
}

static bool refuse(struct err *err, const char *name, const char *key, const char *want)
{
    return err_set(err, "argument --config-users: %s: \"%s\" must be %s", name, key, want);
}

static bool read_tasks(struct user_override *override, const json_t *value, struct err *err)
{
    size_t count = json_array_size(value), i;
    const json_t *task;

    override->has_tasks = true;
    override->tasks = mem_array(count + 1, sizeof(*override->tasks));
    if (!json_is_array(value)) {
        return refuse(err, override->user_class_name, "tasks", "an array of task names");
    }
    json_array_foreach(value, i, task)
    {
        override->tasks[i] = json_string_value(task);
        if (!override->tasks[i]) {
            return refuse(err, override->user_class_name, "tasks", "an array of task names");
        }
    }
    return true;
}

static bool read_key(struct user_override *override, const char *key, json_t *value,
                     struct err *err)
{
    const char *name = override->user_class_name;

    if (strcmp(key, "user_class_name") == 0) {
        return true;
    }
    if (strcmp(key, "host") == 0) {
        override->host = json_string_value(value);
        return override->host || json_is_null(value) || refuse(err, name, key, "a string");
    }
    if (strcmp(key, "weight") == 0) {
        override->weight = json_number_value(value);
        return (json_is_number(value) && override->weight >= 0) ||
               refuse(err, name, key, "a number of at least 0");
    }
    if (strcmp(key, "fixed_count") == 0) {
        override->fixed_count = json_integer_value(value);
        return (json_is_integer(value) && override->fixed_count >= 0 &&
                override->fixed_count <= MOST_COUNT) ||
               refuse(err, name, key, "a whole number of at least 0");
    }
    if (strcmp(key, "tasks") == 0) {
        return read_tasks(override, value, err);
    }
    json_object_set(override->others, key, value);
    return true;
}

static bool add(struct users_config *config, const json_t *object, struct err *err)
{
    const char *name = json_string_value(json_object_get(object, "user_class_name"));
    const char *key;
    json_t *value;
    bool ok = true;

    if (!name) {
        return err_set(err,
                       "argument --config-users: The user config must specify a user_class_name");
    }
    config->overrides =
        mem_resize(config->overrides, config->count + 1, sizeof(*config->overrides));
    struct user_override *override = &config->overrides[config->count++];

    *override = (struct user_override){
        .user_class_name = name,
        .weight = -1,
        .fixed_count = -1,
        .others = json_object(),
    };
    json_object_foreach((json_t *)object, key, value)
    {
        ok = ok && read_key(override, key, value, err);
    }
    return ok;
}

bool users_config_init(struct users_config *config, char *const *arguments, struct err *err)
{
    *config = (struct users_config){.documents = json_array()};
    for (; arguments && *arguments; arguments++) {
        json_t *document = load(*arguments, err);
        const json_t *element;
        size_t i;
        bool ok = document != NULL;

        if (document) {
            json_array_append_new(config->documents, document);
        }
        if (json_is_object(document)) {
            ok = add(config, document, err);
        }
        json_array_foreach(document, i, element)
        {
            ok = ok && add(config, element, err);
        }
        if (!ok) {
            users_config_fini(config);
            return false;
        }
    }
    return true;
}

void users_config_fini(struct users_config *config)
{
    for (size_t i = 0; i < config->count; i++) {
        free(config->overrides[i].tasks);
        json_decref(config->overrides[i].others);
    }
    free(config->overrides);
    json_decref(config->documents);
    *config = (struct users_config){0};
}
