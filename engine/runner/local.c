/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.runners"
#include "runner/local.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "runner/local_private.h"
#include "sim/current.h"

/* ---- For the course ---- */

static void on_target(void *data, uint32_t users, double rate, const char *const *classes)
{
    local_ramp_to(data, users, rate, classes);
}

static size_t users_now(void *data)
{
    struct local *local = data;

    return sim_users(local->sim);
}

/* ---- News from the sim ---- */

static void check_stopped(struct local *local)
{
    if (local->state != RUN_STOPPING || sim_users(local->sim) > 0) {
        return;
    }
    run_state_enter(&local->state, RUN_STOPPED);
    loop_timer_stop(&local->stop_timer);
    local->end_ns = clock_wall_ns();
    scenarios_test_stop(local->scenarios);
    if (local->events.on_ended) {
        local->events.on_ended(local->events.data);
    }
}

static void on_user_gone(void *data, size_t class_index)
{
    struct local *local = data;

    (void)class_index;
    if (local->state == RUN_STOPPING) {
        check_stopped(local);
    } else if (local->end == LOCAL_END_ITERATIONS && sim_users(local->sim) == 0) {
        local_end_test(local, LOCAL_END_ITERATIONS, -1);
    } else if (local_ended_by_itself(local) && local->state == RUN_RUNNING) {
        local_end_test(local, LOCAL_END_NO_USERS, -1);
    }
}

static void on_iterations_done(void *data)
{
    struct local *local = data;

    log_info("the last of %llu iterations has started",
             (unsigned long long)local->options->sim.iterations);
    local->end = LOCAL_END_ITERATIONS;
    local_ramp_stop(local);
}

static void on_stop_test(void *data)
{
    struct local *local = data;

    local->scenario_asked = local->end == LOCAL_END_NONE;
    local_end_test(local, LOCAL_END_ASKED, -1);
}

static void on_exit_code(void *data, int code)
{
    struct local *local = data;

    local->exit_code_set = true;
    local->exit_code = code;
}

/* ---- Start and end ---- */

void local_make_sim(struct local *local)
{
    struct sim_events events = {
        .data = local,
        .on_user_gone = on_user_gone,
        .on_iterations_done = on_iterations_done,
        .on_stop_test = on_stop_test,
        .on_exit_code = on_exit_code,
    };

    local->sim = sim_new(local->loop,
                         local->transport,
                         local->stats,
                         local->plan,
                         local->scenarios,
                         &local->options->sim,
                         &events);
}

static void on_course_end(void *data, enum course_end end)
{
    local_end_test(data, end == COURSE_END_SHAPE ? LOCAL_END_SHAPE : LOCAL_END_RUN_TIME, -1);
}

static void resume(struct local *local)
{
    local->paused_ns = 0;
    sim_pause(local->sim, false);
    local_ramp_pause(local, false);
}

void local_end_test(struct local *local, enum local_end end, int64_t grace_ns)
{
    if (local->state == RUN_STOPPING || local->state == RUN_STOPPED) {
        return;
    }
    if (local->end == LOCAL_END_NONE) {
        local->end = end;
    }
    local->stop_ns = clock_mono_ns();
    local->grace_ns = grace_ns < 0 ? local->options->stop_timeout_ns : grace_ns;
    local->stop_users = sim_users(local->sim);
    run_state_enter(&local->state, RUN_STOPPING);
    local_ramp_stop(local);
    course_stop(&local->course);
    for (size_t i = 0; i < local->plan->class_count; i++) {
        while (sim_stop_user(local->sim, i, local->grace_ns > 0)) {
        }
    }
    resume(local);
    if (local->grace_ns > 0) { /* looks first who is overdue: a ramp-down may have asked before */
        local_expect_stopped(local, 0);
    } else {
        sim_kill_stopping(local->sim);
    }
    check_stopped(local);
}

static const struct local *const_local_of(const struct runner *runner)
{
    return (const struct local *)((const char *)runner - offsetof(struct local, base));
}

void local_begin(struct local *local)
{
    local->start_ns = clock_wall_ns();
    local->end_ns = 0;
    local->end = LOCAL_END_NONE;
    local->scenario_asked = false;
    stats_clear(local->stats, local->start_ns);
    loop_lag_reset(local->loop);
    scenarios_test_start(local->scenarios);
    local->step = (struct spread_step){0};
    local->step_done = 0;
    local->step_due_ns = clock_mono_ns();
    course_start(&local->course);
}

static void start(struct runner *runner)
{
    local_begin(local_of(runner));
}

static void edit(struct runner *runner, int64_t change, double rate)
{
    struct local *local = local_of(runner);
    int64_t users = (int64_t)spread_target(local->spread) + change;

    if (course_shaped(&local->course)) {
        log_warning("a load shape decides over the number of users");
        return;
    }
    if (local->state == RUN_SPAWNING) {
        log_warning("Spawning users, can't change the number of users now");
        return;
    }
    if (local->state == RUN_RUNNING) {
        local_ramp_to(local, users < 0 ? 0 : (uint32_t)users, rate, NULL);
    }
}

static void stop(struct runner *runner)
{
    struct local *local = local_of(runner);

    if (local->state == RUN_STOPPING) {
        sim_kill_stopping(local->sim);
        return;
    }
    local_end_test(local, LOCAL_END_ASKED, -1);
}

/* There is nobody to send home. */
static void halt(struct runner *runner, int64_t grace_ns)
{
    struct local *local = local_of(runner);

    if (local->state == RUN_SPAWNING || local->state == RUN_RUNNING) {
        local_end_test(local, LOCAL_END_ASKED, grace_ns);
    } else if (local->state == RUN_STOPPING && grace_ns == 0) {
        local->grace_ns = 0;
        sim_kill_stopping(local->sim);
    } else if (local->state == RUN_STOPPING && grace_ns > 0) {
        /* For the sim, time counts from when each was asked. */
        local->grace_ns = clock_mono_ns() - local->stop_ns + grace_ns;
        local_expect_stopped(local, grace_ns);
    }
}

static bool pause_test(struct runner *runner, bool paused, struct err *err)
{
    struct local *local = local_of(runner);

    if (local->state != RUN_SPAWNING && local->state != RUN_RUNNING) {
        return err_set(err, "there is no test that could be %s", paused ? "paused" : "resumed");
    }
    if (paused == (local->paused_ns > 0)) {
        return true;
    }
    log_info(paused ? "Test paused: no new tasks start" : "Test resumed");
    if (paused) {
        local->paused_ns = clock_wall_ns();
        sim_pause(local->sim, true);
    } else {
        resume(local);
    }
    return true;
}

static void reset(struct runner *runner)
{
    struct local *local = local_of(runner);

    stats_reset(local->stats, clock_wall_ns());
    exceptions_clear(stats_exceptions(local->stats));
    loop_lag_reset(local->loop);
}

/* ---- The rest ---- */

/* Without workers a message comes back to the scenarios that sent it. */
static bool send_to_self(void *data, const char *type, const char *json, const char *to)
{
    struct local *local = data;
    struct incoming incoming = {.type = type, .data = json, .from = "local"};

    (void)to;
    return scenarios_take_message(local->scenarios, &incoming);
}

static void free_local(struct runner *runner)
{
    struct local *local = local_of(runner);

    local_ramp_stop(local);
    loop_timer_stop(&local->stop_timer);
    course_stop(&local->course);
    current_sender_set(NULL, NULL);
    monitor_stop(&local->monitor);
    sim_free(local->sim);
    spread_free(local->spread);
    local_free_plans(local->own_plans);
    class_changes_free(local->changes);
    arena_fini(&local->order_texts);
    snapshot_memory_fini(&local->snapshots);
    free(local);
}

static bool exit_code(const struct runner *runner, int *code)
{
    const struct local *local = const_local_of(runner);

    if (local->exit_code_set) {
        *code = local->exit_code;
    }
    return local->exit_code_set;
}

static void worker_logs(struct runner *runner, runner_log_fn *take, void *data)
{
    (void)runner; /* there are no workers */
    (void)take;
    (void)data;
}

static const struct runner_ops ops = {.start = start,
                                      .order = local_order,
                                      .edit = edit,
                                      .stop = stop,
                                      .halt = halt,
                                      .pause = pause_test,
                                      .reset = reset,
                                      .update_class = local_update_class,
                                      .exit_code = exit_code,
                                      .snapshot = local_snapshot,
                                      .worker_logs = worker_logs,
                                      .free = free_local};

struct runner *local_new(struct loop *loop, struct transport *transport, struct stats *stats,
                         const struct plan *plan, const struct scenarios *scenarios,
                         const struct local_options *options, const struct runner_events *events,
                         struct err *err)
{
    struct local *local = mem_new(sizeof(*local));
    struct course_events course_events = {
        .data = local, .users = users_now, .on_target = on_target, .on_end = on_course_end};

    local->base.ops = &ops;
    local->loop = loop;
    local->transport = transport;
    local->stats = stats;
    local->plan = plan;
    local->scenarios = scenarios;
    local->own_options = *options;
    local->options = &local->own_options;
    local->events = *events;
    local->spread = local_make_spread(plan, err);
    if (!local->spread) {
        free(local);
        return NULL;
    }
    local->changes = class_changes_new();
    course_init(&local->course, loop, &local->own_options.course, scenarios, &course_events);
    local_ramp_init(local);
    monitor_start(&local->monitor, loop);
    monitor_watch_ports(&local->monitor, transport);
    snapshot_memory_init(&local->snapshots, loop);
    current_sender_set(send_to_self, local);
    local_make_sim(local);
    return &local->base;
}

enum local_end local_ended_by(const struct runner *runner)
{
    return const_local_of(runner)->end;
}
