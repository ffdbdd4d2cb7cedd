/* SPDX-License-Identifier: MIT */
/* master.c - a distributed test: its workers awaited, its course, what may change in it. */
#define LOGGER "locust.runners"
#include "runner/master.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "runner/master_private.h"
#include "runner/wire_json.h"
#include "sim/current.h"

enum { EXIT_NO_WORKERS = 1 };

static const int64_t poll_ns = NS_PER_S;
static const int64_t quiet_wait_ns = 5 * NS_PER_S;

static const struct master *const_master_of(const struct runner *runner)
{
    return (const struct master *)((const char *)runner - offsetof(struct master, base));
}

/* ---- The course of the test ---- */

static size_t users_now(void *data)
{
    struct master *master = data;

    return roster_users(master->roster);
}

static void on_target(void *data, uint32_t users, double rate, const char *const *classes)
{
    master_ramp_to(data, users, rate, classes);
}

static void on_course_end(void *data, enum course_end end)
{
    struct master *master = data;

    master->why_ended = end == COURSE_END_SHAPE ? "The load shape is over" : "Run time reached";
    master_test_over(master);
}

bool master_begin(struct master *master, struct err *err)
{
    master->waiting = false;
    loop_timer_stop(&master->wait_timer);
    if (!master_ramp_open(master, err)) {
        return false;
    }
    for (struct peer *peer = NULL; (peer = roster_next_seen(master->roster, peer));) {
        peer->cpu_warned = false;
    }
    master->start_ns = clock_wall_ns();
    master->end_ns = 0;
    master->testing = true;
    master->why_ended = "Stopped"; /* unless another reason comes first */
    stats_clear(master->stats, master->start_ns);
    loop_lag_reset(master->loop);
    scenarios_test_start(master->scenarios);
    course_start(&master->course);
    return true;
}

static void begin_or_end(struct master *master)
{
    struct err err;

    if (!master_begin(master, &err)) {
        log_error("%s", err.text);
        master->exit_code_set = true;
        master->exit_code = EXIT_NO_WORKERS;
        master_end_test(master);
    }
}

static void on_wait_timer(struct loop_timer *timer)
{
    struct master *master = timer->data;
    int64_t waited_ns = clock_mono_ns() - master->wait_start_ns;
    int64_t most_ns = master->options->expect_workers_max_wait_ns;
    size_t ready = roster_ready(master->roster);

    /* Classes to be learned need somebody to name them. */
    if (ready >= master->options->expect_workers &&
        (ready > 0 || !master->options->learn_classes)) {
        begin_or_end(master);
        return;
    }
    if (most_ns > 0 && waited_ns >= most_ns) {
        log_error("Gave up waiting for workers to connect: %zu of %zu are ready",
                  ready,
                  master->options->expect_workers);
        master->exit_code_set = true;
        master->exit_code = EXIT_NO_WORKERS;
        master_end_test(master);
        return;
    }
    log_write(waited_ns < quiet_wait_ns ? LOG_DEBUG : LOG_INFO,
              LOGGER,
              "Waiting for workers to be ready, %zu of %zu connected",
              ready,
              master->options->expect_workers);
}

static void start(struct runner *runner)
{
    struct master *master = master_of(runner);

    master->waiting = true;
    master->wait_start_ns = clock_mono_ns();
    loop_timer_repeat(&master->wait_timer, poll_ns);
    on_wait_timer(&master->wait_timer);
}

static void edit(struct runner *runner, int64_t change, double rate)
{
    struct master *master = master_of(runner);

    if (course_shaped(&master->course)) {
        log_warning("a load shape decides over the number of users");
        return;
    }
    if (master->state == RUN_SPAWNING) {
        log_warning("Spawning users, can't change the number of users now");
        return;
    }
    if (master->state == RUN_RUNNING) {
        int64_t users = (int64_t)spread_target(master->spread) + change;

        master_ramp_to(master, users < 0 ? 0 : (uint32_t)users, rate, NULL);
    }
}

void master_retarget(struct runner *runner, uint32_t users, double spawn_rate)
{
    struct master *master = master_of(runner);

    if (master->state == RUN_SPAWNING || master->state == RUN_RUNNING) {
        master_ramp_to(master, users, spawn_rate, NULL);
    }
}

bool master_update_class(struct runner *runner, const char *json, struct err *err)
{
    struct master *master = master_of(runner);
    struct arena arena = {0};
    const struct value *attributes = wire_json_value(json, &arena, err), *name = NULL;

    if (attributes) {
        name = value_get(attributes, "user_class_name");
    }
    bool good = name && name->kind == VALUE_TEXT;

    if (good) {
        master_send_update(master, NULL, attributes);
    } else if (attributes) {
        err_set(err, "there is no user_class_name");
    }
    arena_fini(&arena);
    return good;
}

static void reset(struct runner *runner)
{
    struct master *master = master_of(runner);

    stats_reset(master->stats, clock_wall_ns());
    exceptions_clear(stats_exceptions(master->stats));
    loop_lag_reset(master->loop);
}

/* ---- The rest ---- */

static void on_message(void *data, struct link_peer from, const void *bytes, size_t length)
{
    master_take(data, from, bytes, length);
}

static void on_liveness_timer(struct loop_timer *timer)
{
    master_beat(timer->data);
}

static bool exit_code(const struct runner *runner, int *code)
{
    const struct master *master = const_master_of(runner);

    if (master->exit_code_set) {
        *code = master->exit_code;
    }
    return master->exit_code_set;
}

static void worker_logs(struct runner *runner, runner_log_fn *take, void *data)
{
    struct master *master = master_of(runner);

    for (struct peer *peer = NULL; (peer = roster_next_seen(master->roster, peer));) {
        for (size_t i = 0; i < peer->logs.count; i++) {
            take(data, peer->id, peer->logs.lines[i].bytes);
        }
    }
}

static void free_master(struct runner *runner)
{
    struct master *master = master_of(runner);

    loop_timer_stop(&master->wait_timer);
    loop_timer_stop(&master->quit_timer);
    loop_timer_stop(&master->liveness_timer);
    current_sender_set(NULL, NULL);
    course_stop(&master->course);
    master_ramp_close(master);
    monitor_stop(&master->monitor);
    link_free(master->link);
    roster_free(master->roster);
    wire_merge_free(master->merge);
    snapshot_memory_fini(&master->snapshots);
    master_order_free(master);
    arena_fini(&master->test_texts);
    arena_fini(&master->scratch);
    buf_fini(&master->out);
    free(master);
}

static const struct runner_ops ops = {.start = start,
                                      .order = master_order,
                                      .edit = edit,
                                      .stop = master_stop,
                                      .halt = master_halt_within,
                                      .pause = master_pause,
                                      .reset = reset,
                                      .update_class = master_change_class,
                                      .exit_code = exit_code,
                                      .snapshot = master_snapshot,
                                      .worker_logs = worker_logs,
                                      .free = free_master};

struct runner *master_new(struct loop *loop, struct stats *stats, const struct scenarios *scenarios,
                          const struct master_options *options, const struct runner_events *events,
                          struct err *err)
{
    struct master *master = mem_new(sizeof(*master));
    struct link_events link_events = {.data = master, .on_message = on_message};
    struct course_events course_events = {
        .data = master, .users = users_now, .on_target = on_target, .on_end = on_course_end};

    master->base.ops = &ops;
    master->loop = loop;
    master->stats = stats;
    master->scenarios = scenarios;
    master->own_options = *options;
    master->options = &master->own_options;
    master->changes = class_changes_new();
    list_init(&master->updates);
    master->events = *events;
    master->roster = roster_new();
    master->merge = wire_merge_new();
    buf_init(&master->out, LINK_MESSAGE_MAX);
    loop_timer_init(&master->wait_timer, loop, on_wait_timer, master);
    master_end_init(master);
    loop_timer_init(&master->liveness_timer, loop, on_liveness_timer, master);
    master_ramp_init(master);
    course_init(&master->course, loop, &master->own_options.course, scenarios, &course_events);
    monitor_start(&master->monitor, loop);
    snapshot_memory_init(&master->snapshots, loop);
    master->link = link_listen(
        loop, options->bind_host, options->bind_port, options->curve, &link_events, err);
    if (!master->link) {
        free_master(&master->base);
        return NULL;
    }
    current_sender_set(master_send_custom, master);
    loop_timer_repeat(&master->liveness_timer, NS_PER_S);
    log_info("listening for workers on %s:%d", options->bind_host, link_port(master->link));
    return &master->base;
}

int master_port(const struct runner *runner)
{
    return link_port(const_master_of(runner)->link);
}
