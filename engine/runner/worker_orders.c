/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.runners"
#include "runner/worker_orders.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

enum {
    USERS_MAX = 10000000,
    STOP_TIMEOUT_MAX_S = 365 * 24 * 3600
}; /* of a class; a number beyond is a mistake, or malice */

static const char *keep(struct arena *arena, struct slice text)
{
    return arena_strndup(arena, text.bytes, text.length);
}

/* ---- Options of the master ---- */

/* "my-option" is my_option in Python. */
static const struct value *python_option(const struct value *options, const char *name)
{
    char key[256];

    snprintf(key, sizeof(key), "%s", name);
    for (char *p = key; *p; p++) {
        *p = *p == '-' ? '_' : *p;
    }
    return value_get(options, key);
}

/* What would have been typed for the value; NULL for none. */
static const char *typed(struct arena *arena, const struct value *value)
{
    switch (value->kind) {
    case VALUE_BOOL:
        return value->boolean ? "true" : NULL;
    case VALUE_INT:
        return arena_printf(arena, "%lld", (long long)value->integer);
    case VALUE_FLOAT:
        return arena_printf(arena, "%.17g", value->real);
    case VALUE_TEXT:
    case VALUE_BYTES:
        return keep(arena, value->text);
    case VALUE_NIL:
    case VALUE_ARRAY:
    case VALUE_MAP:
    default:
        return NULL;
    }
}

static void take_scenario_options(struct worker *worker, const struct value *options)
{
    for (size_t i = 0; i < worker->scenarios->count && worker->events.on_option; i++) {
        const struct scenario_option *option = worker->scenarios->items[i].scenario->options;

        for (; option && option->name; option++) {
            const struct value *value = python_option(options, option->name);

            if (value && value->kind != VALUE_ARRAY && value->kind != VALUE_MAP) {
                worker->events.on_option(
                    worker->events.data, option->name, typed(&worker->test_texts, value));
            }
        }
    }
}

/* A list of texts; NULL for an empty one and for anything else. */
static const char *const *text_list(struct arena *arena, const struct value *value)
{
    const char **list;
    size_t count = 0;

    if (value->kind != VALUE_ARRAY || value->count == 0) {
        return NULL;
    }
    list = arena_alloc(arena, (value->count + 1) * sizeof(*list));
    for (size_t i = 0; i < value->count; i++) {
        if (value->items[i].kind == VALUE_TEXT) {
            list[count++] = keep(arena, value->items[i].text);
        }
    }
    list[count] = NULL;
    return list;
}

static void take_options(struct worker *worker, const struct value *options)
{
    const struct value *value;

    if (!options) {
        return;
    }
    take_scenario_options(worker, options);
    if ((value = value_get(options, "tags"))) {
        worker->plan.tags = text_list(&worker->test_texts, value);
    }
    if ((value = value_get(options, "exclude_tags"))) {
        worker->plan.exclude_tags = text_list(&worker->test_texts, value);
    }
    if ((value = value_get(options, "reset_stats")) && value->kind == VALUE_BOOL) {
        worker->reset_stats = value->boolean;
    }
}

/* ---- Start and change ---- */

static void on_adjusted(void *data)
{
    struct worker *worker = data;

    worker->state = WORKER_RUNNING;
    worker->reported = "running";
    worker_send_spawning_complete(worker);
    /* A master before 2.19 answers no heartbeat, and never says that the ramp is complete. */
    if (worker->reset_stats && !worker->armed) {
        worker_reset_stats(worker);
    }
}

static void on_stopped(void *data)
{
    worker_test_ended(data);
}

static void on_exception(void *data, const char *message, const char *traceback)
{
    worker_send_exception(data, message, traceback);
}

static void on_stop_test(void *data)
{
    worker_quit(data);
}

static void on_exit_code(void *data, int code)
{
    struct worker *worker = data;

    worker->exit_code_set = true;
    worker->exit_code = code;
}

static bool start_test(struct worker *worker, const struct message_spawn *spawn, struct err *err)
{
    struct squad_events events = {.data = worker,
                                  .on_adjusted = on_adjusted,
                                  .on_stopped = on_stopped,
                                  .on_exception = on_exception,
                                  .on_stop_test = on_stop_test,
                                  .on_exit_code = on_exit_code};
    const struct plan_options *given = &worker->options->plan;

    arena_reset(&worker->test_texts);
    worker->plan.tags = given->tags;
    worker->plan.exclude_tags = given->exclude_tags;
    worker->plan.host =
        spawn->host.length > 0 ? keep(&worker->test_texts, spawn->host) : given->host;
    take_options(worker, spawn->parsed_options);
    worker_reset_stats(worker);
    stats_clear(worker->stats, clock_wall_ns());
    worker->monitor.health.cpu_warned = worker->monitor.health.lag_warned = false;
    loop_lag_reset(worker->loop);
    worker->squad = squad_new(worker->loop,
                              worker->transport,
                              worker->stats,
                              worker->scenarios,
                              &worker->plan,
                              &worker->options->sim,
                              &events,
                              err);
    return worker->squad != NULL;
}

/* A test that goes on may get another host, for new users. */
static void change_host(struct worker *worker, struct slice host)
{
    struct err err;

    if (host.length == 0 || (worker->plan.host && slice_is(host, worker->plan.host))) {
        return;
    }
    const char *before = worker->plan.host;

    worker->plan.host = keep(&worker->test_texts, host);
    if (!squad_change_plan(worker->squad, &worker->plan, &err)) {
        log_error("the master's new host is not taken: %s", err.text);
        worker->plan.host = before;
    }
}

static void take_numbers(struct worker *worker, const struct message_classes *classes)
{
    for (size_t i = 0; i < classes->count; i++) {
        struct slice name = classes->items[i].name;
        int64_t users = classes->items[i].users;

        users = users < 0 ? 0 : users > USERS_MAX ? USERS_MAX : users;
        if (!squad_want(worker->squad, name.bytes, name.length, (size_t)users) && users > 0) {
            log_error("the master asks for %lld users of class %.*s, which is not among the "
                      "scenarios here; the other classes run",
                      (long long)users,
                      (int)name.length,
                      name.bytes);
        }
    }
}

void worker_spawn(struct worker *worker, const struct message_spawn *spawn)
{
    struct err err;

    worker_send_plain(worker, MESSAGE_SPAWNING);
    if (spawn->timestamp <= worker->last_timestamp) {
        log_info("Discard spawn message with older or equal timestamp than timestamp of previous "
                 "spawn message");
        return;
    }
    worker->last_timestamp = spawn->timestamp;
    worker->stop_timeout_ns = ns_from_seconds(fmax(0, spawn->stop_timeout));
    if (worker->squad) {
        change_host(worker, spawn->host);
    } else if (!start_test(worker, spawn, &err)) {
        log_error("can't start the master's test: %s", err.text);
        worker_send_exception(worker, err.text, "cicada, while the test was being set up\n");
        return;
    }
    squad_set_stop_timeout(worker->squad, worker->stop_timeout_ns);
    worker_pause(worker, spawn->paused == FLAG_YES);
    worker->state = WORKER_SPAWNING;
    worker->reported = "spawning";
    take_numbers(worker, &spawn->classes);
    squad_adjust(worker->squad);
}

/* ---- Stop ---- */

void worker_stop_test(struct worker *worker)
{
    worker->state = WORKER_STOPPING;
    worker->stop_asked_ns = clock_mono_ns();
    squad_stop(worker->squad);
}

/* The master's user has asked for so much time, or none, for tasks under way. */
static void take_timeout(struct worker *worker, const struct message_stop *stop)
{
    double seconds = number_double(stop->timeout, -1);

    if (seconds < 0 || !worker->squad) {
        return;
    }
    worker->stop_timeout_ns = ns_from_seconds(fmin(seconds, STOP_TIMEOUT_MAX_S));
    if (worker->state == WORKER_STOPPING) { /* from now on, rather than from the first order */
        int64_t spent_ns = clock_mono_ns() - worker->stop_asked_ns;

        worker->stop_timeout_ns += seconds > 0 ? spent_ns : 0;
    }
    squad_set_stop_timeout(worker->squad, worker->stop_timeout_ns);
    if (worker->state == WORKER_STOPPING && worker->stop_timeout_ns == 0) {
        squad_stop(worker->squad);
    }
}

void worker_take_stop(struct worker *worker, const struct message_stop *stop)
{
    buf_clear(&worker->deferred); /* a spawn that waited is over before it began */
    take_timeout(worker, stop);
    switch (worker->state) {
    case WORKER_SPAWNING:
    case WORKER_RUNNING:
        worker_stop_test(worker);
        break;
    case WORKER_READY: /* as Python's workers do */
        worker->stop_asked_ns = clock_mono_ns() - worker->stop_timeout_ns;
        worker_test_ended(worker);
        break;
    case WORKER_STOPPING:
    case WORKER_RESTING:
    case WORKER_QUITTING:
    case WORKER_ENDED:
    default:
        break; /* it will hear of the end */
    }
}

/* ---- Pause ---- */

void worker_pause(struct worker *worker, bool paused)
{
    if (!worker->squad || worker->state == WORKER_STOPPING || worker->state == WORKER_QUITTING) {
        return; /* what begins later is told with its spawn */
    }
    if (paused != worker->paused) {
        log_info(paused ? "Test paused: no new tasks start" : "Test resumed");
    }
    worker->paused = paused;
    squad_pause(worker->squad, paused);
}

/* ---- Classes edited by the master's user ---- */

static struct plan_override *override_of(struct worker *worker, struct slice name)
{
    for (size_t i = 0; i < worker->plan.override_count; i++) {
        if (slice_is(name, worker->overrides[i].class_name)) {
            return &worker->overrides[i];
        }
    }
    return NULL;
}

static struct plan_override *add_override(struct worker *worker, struct slice name)
{
    size_t count = worker->plan.override_count;

    worker->overrides = mem_resize(worker->overrides, count + 1, sizeof(*worker->overrides));
    worker->overrides[count] =
        (struct plan_override){.class_name = keep(&worker->override_texts, name)};
    worker->plan.overrides = worker->overrides;
    worker->plan.override_count = count + 1;
    return &worker->overrides[count];
}

static bool class_known(const struct worker *worker, struct slice name)
{
    for (size_t i = 0; i < worker->idle_plan.class_count; i++) {
        if (slice_is(name, worker->idle_plan.classes[i].name)) {
            return true;
        }
    }
    return false;
}

void worker_update_class(struct worker *worker, const struct message_update_user_class *update)
{
    const struct value *host = value_get(update->attributes, "host");
    const struct value *tasks = value_get(update->attributes, "tasks");
    struct err err;

    if (!class_known(worker, update->name)) {
        log_warning("the master's change of class %.*s is ignored: there is no such class here",
                    (int)update->name.length,
                    update->name.bytes);
        return;
    }
    struct plan_override *override = override_of(worker, update->name);

    if (!override) {
        override = add_override(worker, update->name);
    }
    if (host) {
        override->host = host->kind == VALUE_TEXT && host->text.length > 0
                             ? keep(&worker->override_texts, host->text)
                             : NULL;
    }
    if (tasks) {
        override->tasks = text_list(&worker->override_texts, tasks);
    }
    /* Weight and fixed count are the dispatcher's business, which is the master. */
    if (worker->squad && !squad_change_plan(worker->squad, &worker->plan, &err)) {
        log_error(
            "the master's change of class %s can't be taken: %s", override->class_name, err.text);
    }
}
