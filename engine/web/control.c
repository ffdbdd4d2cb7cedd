/* SPDX-License-Identifier: MIT */
/* control.c - what changes the test: start, edit, stop, clear, user classes. */
#define LOGGER "locust.web"
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/units.h"
#include "web/form.h"
#include "web/web_private.h"

static const double most_users = 1e8, fastest_rate = 1e9;
static const int64_t stop_wait_ns = 60 * NS_PER_S; /* beyond the stop timeout, as Locust's */

/* ---- The fields of /swarm ---- */

struct wish {
    struct web *web;
    struct call *call;
    struct form form;
    struct runner_order order;
    bool running; /* it is an edit */
    bool has_users, has_rate, has_run_time;
    char *host;
    char **classes; /* borrowed from the form; ends with NULL. NULL: all */
};

static bool refuse(struct wish *wish, const char *field, const char *format, const char *value)
{
    struct err err;

    err_set(&err, format, value); // NOLINT(clang-diagnostic-format-nonliteral)
    call_refuse(wish->call, MHD_HTTP_BAD_REQUEST, field, err.text);
    return false;
}

static bool read_users(struct wish *wish)
{
    const char *text = form_get(&wish->form, "user_count");
    int64_t users;

    if (!text) {
        return true;
    }
    if (!units_parse_int(text, 0, (int64_t)most_users, &users)) {
        return refuse(wish, "user_count", "user_count is no whole number of users: '%s'", text);
    }
    wish->has_users = true;
    wish->order.users = (uint32_t)users;
    return true;
}

static bool read_rate(struct wish *wish)
{
    const char *text = form_get(&wish->form, "spawn_rate");
    double rate;

    if (!text) {
        return true;
    }
    if (!units_parse_double(text, &rate) || rate < 0 || rate > fastest_rate) {
        return refuse(
            wish, "spawn_rate", "spawn_rate is no number of users per second: '%s'", text);
    }
    wish->has_rate = rate > 0;
    wish->order.spawn_rate = rate;
    return true;
}

static bool read_run_time(struct wish *wish)
{
    const char *text = form_get(&wish->form, "run_time");

    wish->order.run_time_ns = wish->running ? -1 : 0;
    if (!text || !*text) {
        return true;
    }
    if (!units_parse_span(text, &wish->order.run_time_ns)) {
        return refuse(wish,
                      "run_time",
                      "Valid run_time formats are : 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc. (not "
                      "'%s')",
                      text);
    }
    wish->has_run_time = true;
    return true;
}

static bool read_stop_timeout(struct wish *wish)
{
    const char *text = form_get(&wish->form, "stop_timeout");

    wish->order.stop_timeout_ns = -1;
    if (!text || !*text || units_parse_span(text, &wish->order.stop_timeout_ns)) {
        return true;
    }
    return refuse(wish, "stop_timeout", "stop_timeout is no time span: '%s'", text);
}

/* Without angle brackets, as Locust; absent leaves it, empty clears it. */
static bool read_host(struct wish *wish)
{
    const char *text = form_get(&wish->form, "host");

    free(wish->host);
    wish->host = mem_strdup(text ? text : wish->web->host);
    if (!wish->host) {
        return true;
    }
    char *to = wish->host;

    for (const char *from = wish->host; *from; from++) {
        if ((unsigned char)*from <= ' ' || *from == 0x7f) {
            return refuse(wish, "host", "a host has no blanks or control characters: '%s'", text);
        }
        if (*from != '<' && *from != '>') {
            *to++ = *from;
        }
    }
    *to = '\0';
    if (!*wish->host) {
        free(wish->host);
        wish->host = NULL;
    }
    wish->order.host = wish->host;
    return true;
}

static bool class_known(struct web *web, const char *name)
{
    const struct plan *plan = web->options->plan;
    struct snapshot snapshot = web_snapshot(web);

    for (size_t i = 0; i < plan->class_count; i++) {
        if (strcmp(plan->classes[i].name, name) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < snapshot.class_count; i++) {
        if (strcmp(snapshot.class_names[i], name) == 0) {
            return true;
        }
    }
    return plan->class_count == 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool read_classes(struct wish *wish)
{
    size_t count = 0;

    if (!wish->web->options->class_picker) {
        return true;
    }
    wish->classes = mem_array(wish->form.count + 1, sizeof(*wish->classes));
    for (size_t i = 0; i < wish->form.count; i++) {
        char *name = wish->form.fields[i].value;

        if (strcmp(wish->form.fields[i].name, "user_classes") != 0 || !*name) {
            continue;
        }
        if (!class_known(wish->web, name)) {
            return refuse(wish, "user_classes", "there is no user class '%s'", name);
        }
        wish->classes[count++] = name;
    }
    qsort(wish->classes, count, sizeof(*wish->classes), by_text);
    if (count > 0 && !wish->running) {
        wish->order.classes = (const char *const *)wish->classes;
    }
    return true;
}

/* ---- Scenarios' own options ---- */

/* The option a form calls by its Python name; *nth counts over all scenarios. */
static const struct scenario_option *find_option(const struct web *web, const char *name)
{
    const struct scenarios *scenarios = web->options->scenarios;

    for (size_t i = 0; i < scenarios->count; i++) {
        const struct scenario_option *option = scenarios->items[i].scenario->options;

        for (; option && option->name; option++) {
            const char *a = option->name, *b = name;

            while (*a && (*a == '-' ? '_' : *a) == (*b == '-' ? '_' : *b)) {
                a++;
                b++;
            }
            if (!*a && !*b) {
                return option;
            }
        }
    }
    return NULL;
}

static void set_options(struct wish *wish)
{
    const struct web_options *options = wish->web->options;

    for (size_t i = 0; i < wish->form.count && options->set_option; i++) {
        const struct form_field *field = &wish->form.fields[i];
        const struct scenario_option *option = find_option(wish->web, field->name);
        const char *text = field->value;

        if (!option ||
            (option->secret && !*text)) { /* a secret is not shown, so blank means kept */
            continue;
        }
        if (option->flag) {
            text = strcmp(text, "true") == 0 || strcmp(text, "on") == 0 ? "true" : NULL;
        }
        options->set_option(options->option_data, option->name, text);
    }
}

/* ---- POST /swarm ---- */

static void remember(struct wish *wish)
{
    struct web *web = wish->web;
    const char *profile = form_get(&wish->form, "profile");

    if (wish->has_users) {
        web->users = wish->order.users;
    }
    if (wish->has_rate) {
        web->spawn_rate = wish->order.spawn_rate;
    }
    if (!wish->running || wish->has_run_time) {
        web->run_time_ns = wish->order.run_time_ns;
    }
    if (wish->order.stop_timeout_ns >= 0) {
        web->stop_timeout_ns = wish->order.stop_timeout_ns;
    }
    free(web->host);
    web->host = mem_strdup(wish->host);
    if (profile) {
        free(web->profile);
        web->profile = *profile ? mem_strdup(profile) : NULL;
    }
    if (wish->running) {
        watch_edited(web->watch, wish->order.users, wish->order.spawn_rate);
    } else {
        web->run_id++;
        watch_started(web->watch, wish->order.users, wish->order.spawn_rate);
    }
}

static void answer_started(struct wish *wish)
{
    struct web *web = wish->web;
    struct buf out;
    struct jsonw w;

    buf_init(&out, WEB_ANSWER_MAX);
    jsonw_init(&w, &out);
    jsonw_open(&w, NULL, '{');
    jsonw_bool(&w, "success", true);
    jsonw_text(&w,
               "message",
               web->options->shaped ? "Swarming started using shape class 'LoadShape'"
                                    : "Swarming started");
    jsonw_text(&w, "host", web->host);
    if (wish->has_run_time && !web->options->shaped) {
        jsonw_int(&w, "run_time", wish->order.run_time_ns / NS_PER_S);
    }
    if (web->options->class_picker && !web->options->shaped) {
        struct snapshot snapshot = web_snapshot(web);

        jsonw_open(&w, "user_classes", '[');
        for (size_t i = 0; i < snapshot.class_count; i++) {
            jsonw_text(&w, NULL, snapshot.class_names[i]);
        }
        jsonw_close(&w, ']');
    }
    jsonw_close(&w, '}');
    web_answer_json(wish->call, MHD_HTTP_OK, &out);
}

static void give_order(struct wish *wish)
{
    struct web *web = wish->web;
    struct err err;

    if (!web->options->shaped && (!wish->has_users || !wish->has_rate)) {
        /* A logical failure, which Locust answers with 200. */
        call_refuse(wish->call,
                    MHD_HTTP_OK,
                    wish->has_users ? "spawn_rate" : "user_count",
                    "Missing user_count or spawn_rate from /swarm request");
        return;
    }
    set_options(wish);
    if (!web->runner->ops->order(web->runner, &wish->order, &err)) {
        log_error("%s", err.text);
        call_refuse(wish->call, MHD_HTTP_CONFLICT, NULL, err.text);
        return;
    }
    remember(wish);
    answer_started(wish);
}

static bool under_way(enum run_state state)
{
    return state == RUN_SPAWNING || state == RUN_RUNNING;
}

void control_swarm(struct web *web, struct call *call)
{
    struct wish wish = {.web = web, .call = call};

    wish.running = under_way(web_snapshot(web).state);
    if (!form_read(&wish.form, call)) {
        call_refuse(call, MHD_HTTP_BAD_REQUEST, NULL, "this is no form");
    } else if (read_users(&wish) && read_rate(&wish) && read_run_time(&wish) &&
               read_stop_timeout(&wish) && read_host(&wish) && read_classes(&wish)) {
        give_order(&wish);
        web_changed(web);
    }
    free(wish.host);
    free(wish.classes);
    form_fini(&wish.form);
}

/* ---- Stop ---- */

static struct MHD_Response *stopped_response(const struct web *web)
{
    struct buf out;

    buf_init(&out, 1024);
    buf_puts(&out, "{\"success\":true,\"message\":\"Test stopped\"}\n");
    return web_shared_json(web, &out);
}

static void release(struct web *web)
{
    loop_timer_stop(&web->wait_timer);
    for (size_t i = 0; i < web->waiter_count; i++) {
        later_answer(web->waiters[i], MHD_HTTP_OK, stopped_response(web));
    }
    web->waiter_count = 0;
}

static void on_wait_timer(struct loop_timer *timer)
{
    release(timer->data);
}

void control_init(struct web *web)
{
    loop_timer_init(&web->wait_timer, web->loop, on_wait_timer, web);
}

void control_on_ended(struct web *web)
{
    if (web->waiter_count > 0) {
        release(web);
    }
}

void control_fini(struct web *web)
{
    control_on_ended(web);
}

/* timeout=0: without grace for tasks under way. */
static bool wants_no_grace(struct call *call)
{
    struct form form;
    int64_t grace_ns;
    bool none = form_read(&form, call) && form_get(&form, "timeout") &&
                units_parse_span(form_get(&form, "timeout"), &grace_ns) && grace_ns == 0;

    form_fini(&form);
    return none;
}

void control_stop(struct web *web, struct call *call)
{
    web->runner->ops->halt(web->runner);
    if (wants_no_grace(call) && web_snapshot(web).state == RUN_STOPPING) {
        web->runner->ops->halt(web->runner);
    }
    web_changed(web);
    if (web_snapshot(web).state != RUN_STOPPING || web->waiter_count == WEB_WAITERS_MAX) {
        call_own(call, MHD_HTTP_OK, stopped_response(web));
        return;
    }
    if (web->waiter_count == 0) {
        loop_timer_start(&web->wait_timer, stop_wait_ns + web->stop_timeout_ns);
    }
    web->waiters[web->waiter_count++] = call_later(call);
}

/* ---- Clear ---- */

void control_reset(struct web *web, struct call *call)
{
    web->runner->ops->reset(web->runner);
    watch_cleared(web->watch);
    web_changed(web);
    call_text(call, MHD_HTTP_OK, TYPE_HTML, "ok");
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}

/* ---- POST /user ---- */

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
