/* SPDX-License-Identifier: MIT */
/* swarm.c - POST /swarm: starts a test, or changes the one that runs. */
#define LOGGER "locust.web"
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/units.h"
#include "web/form.h"
#include "web/web_private.h"

static const double most_users = 1e8, fastest_rate = 1e9;

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
