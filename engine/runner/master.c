/* SPDX-License-Identifier: MIT */
/* master.c - a distributed test from waiting for workers to sending them home. */
#define LOGGER "locust.runners"
#include "runner/master.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "runner/master_private.h"
#include "runner/wire_json.h"
#include "sim/current.h"

enum { EXIT_NO_WORKERS = 1 };

static const int64_t poll_ns = NS_PER_S;
static const int64_t quiet_wait_ns = 5 * NS_PER_S;
static const int64_t quit_grace_ns = 3 * NS_PER_S; /* beyond the stop timeout */
static const int64_t stop_grace_ns = 60 * NS_PER_S;

static const struct master *const_master_of(const struct runner *runner)
{
    return (const struct master *)((const char *)runner - offsetof(struct master, base));
}

/* ---- The end ---- */

static void warn_of_overload(const struct master *master)
{
    for (struct peer *peer = NULL; (peer = roster_next_seen(master->roster, peer));) {
        if (peer->cpu_warned) {
            log_warning("CPU usage threshold was exceeded on worker %s (index %lld) during the "
                        "test!",
                        peer->id,
                        (long long)peer->index);
        }
    }
}

static void finish(struct master *master)
{
    if (master->state == RUN_STOPPED) {
        return;
    }
    warn_of_overload(master);
    loop_timer_stop(&master->quit_timer);
    master->state = RUN_STOPPED;
    master->halting = false;
    if (master->testing) {
        master->testing = false;
        master->end_ns = clock_wall_ns();
        scenarios_test_stop(master->scenarios);
    }
    master->events.on_ended(master->events.data);
}

static bool still_there(const struct master *master, const struct peer *peer)
{
    if (peer->state == PEER_MISSING) {
        return false;
    }
    return !master->halting || peer->users > 0 || peer->state != PEER_READY;
}

void master_check_gone(struct master *master)
{
    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        if (still_there(master, peer)) {
            return;
        }
    }
    finish(master);
}

static void on_quit_timer(struct loop_timer *timer)
{
    struct master *master = timer->data;

    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        if (still_there(master, peer)) {
            log_warning(
                "worker %s (index %lld) has not said that it stopped; what it did since its last "
                "report is not counted",
                peer->id,
                (long long)peer->index);
        }
    }
    finish(master);
}

static void tell_all_to_quit(struct master *master)
{
    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        master_send_plain(master, peer, MESSAGE_QUIT);
        peer->quitting = true;
    }
}

/*
 * Grace below 0: the stop timeout, which they know already. Workers that are not ours keep to that
 * in any case; and told again, they would take it for the end of another test.
 */
static void tell_all_to_stop(struct master *master, int64_t grace_ns, bool again)
{
    int64_t timeout_ns = master->options->stop_timeout_ns, longest_ns = grace_ns;

    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        if (!again || peer->can_pause) {
            master_send_stop(master, peer, grace_ns);
        }
        if (!peer->can_pause && timeout_ns > longest_ns) {
            longest_ns = timeout_ns;
        }
        peer->quitting = false;
    }
    master->halt_ns = clock_mono_ns();
    master->grace_ns = grace_ns < 0 ? timeout_ns : longest_ns;
    loop_timer_start(&master->quit_timer, master->grace_ns + stop_grace_ns);
}

/* They have stopped, wait out the stop timeout and would then call a master that is gone. */
static void send_resting_home(struct master *master)
{
    for (struct peer *peer = NULL; (peer = roster_next_seen(master->roster, peer));) {
        if (peer->resting && !peer->present) {
            master_send_plain(master, peer, MESSAGE_QUIT);
        }
    }
}

/* No more users; then the workers are told. */
static void close_test(struct master *master)
{
    loop_timer_stop(&master->wait_timer);
    course_stop(&master->course);
    master_ramp_close(master);
    master->paused_ns = 0;
    master->halt_ns = clock_mono_ns();
    master->halt_users = roster_users(master->roster);
    master->grace_ns = master->options->stop_timeout_ns;
    master->waiting = false;
    master->state = RUN_STOPPING;
}

void master_end_test(struct master *master)
{
    bool over = master->state == RUN_STOPPED && !master->options->keep_workers;

    if (over || (master->state == RUN_STOPPING && !master->halting)) {
        return;
    }
    close_test(master);
    master->halting = false;
    tell_all_to_quit(master);
    send_resting_home(master);
    loop_timer_start(&master->quit_timer, master->options->stop_timeout_ns + quit_grace_ns);
    master_check_gone(master);
}

static void halt(struct runner *runner, int64_t grace_ns)
{
    struct master *master = master_of(runner);

    if (master->waiting) { /* for workers; there is no test yet */
        master->waiting = false;
        loop_timer_stop(&master->wait_timer);
    } else if (master->state == RUN_SPAWNING || master->state == RUN_RUNNING) {
        close_test(master);
        master->halting = true;
        tell_all_to_stop(master, grace_ns, false);
        master_check_gone(master);
    } else if (master->state == RUN_STOPPING && master->halting && grace_ns >= 0) {
        tell_all_to_stop(master, grace_ns, true);
    }
}

void master_halt(struct runner *runner)
{
    halt(runner, -1);
}

void master_test_over(struct master *master)
{
    if (master->options->keep_workers) {
        master_halt(&master->base);
    } else {
        master_end_test(master);
    }
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

static void stop(struct runner *runner)
{
    struct master *master = master_of(runner);

    if (master->state == RUN_STOPPING && !master->halting) {
        finish(master);
    } else {
        master_end_test(master);
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
                                      .stop = stop,
                                      .halt = halt,
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
    loop_timer_init(&master->quit_timer, loop, on_quit_timer, master);
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
