/* SPDX-License-Identifier: MIT */
/* user_class.c - POST /user: changes a user class. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "web/web_private.h"

static const double most_users = 1e8;

struct class_change {
    struct plan_override override;
    const char **tasks;
};

static const char *read_class_key(struct class_change *change, const char *key, json_t *value,
                                  bool distributed)
{
    struct plan_override *override = &change->override;

    if (strcmp(key, "user_class_name") == 0) {
        return NULL;
    }
    if (strcmp(key, "host") == 0) {
        override->host = json_string_value(value);
        if (override->host && !*override->host) {
            override->host = NULL; /* the class's own */
        }
        return json_is_string(value) || json_is_null(value) ? NULL : "a text";
    }
    if (strcmp(key, "weight") == 0) {
        override->has_weight = true;
        override->weight = json_number_value(value);
        return json_is_number(value) && override->weight >= 0 && override->weight <= most_users
                   ? NULL
                   : "a number from 0";
    }
    if (strcmp(key, "fixed_count") == 0) {
        json_int_t count = json_integer_value(value);

        override->has_fixed_count = true;
        override->fixed_count = (unsigned)count;
        return json_is_integer(value) && count >= 0 && count <= (json_int_t)most_users
                   ? NULL
                   : "a whole number from 0";
    }
    if (strcmp(key, "tasks") == 0) {
        size_t count = json_array_size(value);

        change->tasks = mem_array(count + 1, sizeof(*change->tasks));
        override->tasks = change->tasks;
        for (size_t i = 0; i < count; i++) {
            change->tasks[i] = json_string_value(json_array_get(value, i));
            if (!change->tasks[i]) {
                return "a list of names of tasks";
            }
        }
        return count > 0 ? NULL : "a list of names of tasks, at least one";
    }
    return distributed ? NULL : "left out: the class has no such attribute";
}

static bool read_class_change(struct class_change *change, json_t *object, bool distributed,
                              struct call *call)
{
    const char *name = json_string_value(json_object_get(object, "user_class_name")), *key;
    struct err err;
    json_t *value;

    if (!name) {
        call_refuse(call, MHD_HTTP_BAD_REQUEST, "user_class_name", "there is no user_class_name");
        return false;
    }
    change->override.class_name = name;
    json_object_foreach(object, key, value)
    {
        const char *want = read_class_key(change, key, value, distributed);

        if (want) {
            err_set(&err, "%s must be %s", key, want);
            call_refuse(call, MHD_HTTP_BAD_REQUEST, key, err.text);
            return false;
        }
    }
    return true;
}

void control_user(struct web *web, struct call *call)
{
    json_t *object = json_loadb(call->body, call->body_length, JSON_REJECT_DUPLICATES, NULL);
    struct class_change change = {0};
    struct err err;

    if (!json_is_object(object)) {
        call_refuse(call, MHD_HTTP_BAD_REQUEST, NULL, "the body is no JSON object");
    } else if (read_class_change(&change, object, web->options->distributed, call)) {
        char *json = json_dumps(object, JSON_COMPACT);

        if (web->runner->ops->update_class(web->runner, &change.override, json, &err)) {
            call_text(call, MHD_HTTP_CREATED, TYPE_JSON, "{}\n");
            web_changed(web);
        } else {
            call_refuse(call, MHD_HTTP_BAD_REQUEST, "user_class_name", err.text);
        }
        free(json);
    }
    free(change.tasks);
    json_decref(object);
}
