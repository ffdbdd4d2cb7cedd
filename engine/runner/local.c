/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.runners"
#include "runner/local.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "base/memory.h"
#include "dispatch/spread.h"
#include "runner/class_changes.h"
#include "sim/current.h"

/*
 * A step of the ramp may be thousands of users. Started in one go, their first requests would keep
 * the loop from everything else for as long; so a step is carried out bit by bit within this time.
 */
static const int64_t step_spread_ns = 500 * NS_PER_MS;
static const int64_t slice_ns = 2 * NS_PER_MS;
/* The last step has no next one to tell its time: it gets twice what starting its users takes. */
static const int64_t last_step_user_ns = 200 * NS_PER_US;

/* What an order made of the options: users that started before a change still follow older plans.
 */
struct local_plan {
    struct plan plan;
    struct local_plan *older;
};

struct local {
    struct runner base;
    struct loop *loop;
    struct transport *transport;
    struct stats *stats;
    const struct plan *plan; /* the newest */
    const struct scenarios *scenarios;
    const struct local_options *options; /* &own_options */
    struct local_options own_options;
    struct local_plan *own_plans; /* newest first */
    struct class_changes *changes;
    struct arena order_texts; /* of the order at hand */
    const char *const *order_classes;
    struct runner_events events;
    struct sim *sim;
    struct monitor monitor;
    enum run_state state;
    enum local_end end;
    bool scenario_asked; /* for the end */

    struct spread *spread;
    struct spread_step step; /* being carried out */
    size_t step_done;        /* of its changes */
    int64_t step_start_ns;   /* when it was due */
    int64_t step_due_ns;     /* when the next one is */
    struct loop_timer ramp_timer, stop_timer;
    double spawn_rate;
    struct course course;

    int64_t start_ns, end_ns; /* wall */
    struct snapshot_memory snapshots;
    bool exit_code_set;
    int exit_code;
};

static void end_test(struct local *local, enum local_end end);

/* ---- The ramp ---- */

static void log_spawned(struct local *local)
{
    struct buf text;

    buf_init(&text, 64 * 1024);
    for (size_t i = 0; i < local->plan->class_count; i++) {
        buf_printf(&text,
                   "%s\"%s\": %zu",
                   i > 0 ? ", " : "",
                   local->plan->classes[i].name,
                   sim_active_users(local->sim, i));
    }
    log_info("All users spawned: {%s} (%zu total users)", buf_text(&text), sim_users(local->sim));
    buf_fini(&text);
}

static bool ended_by_itself(const struct local *local)
{
    return (local->state == RUN_RUNNING || local->state == RUN_SPAWNING) &&
           sim_counts(local->sim).started_users > 0 && sim_users(local->sim) == 0 &&
           spread_target(local->spread) > 0 && /* else they were taken away */
           !spread_ramping(local->spread) && !course_shaped(&local->course);
}

static void ramp_complete(struct local *local)
{
    run_state_enter(&local->state, RUN_RUNNING);
    log_spawned(local);
    if (local->options->reset_stats) {
        log_info("Resetting stats");
        stats_reset(local->stats, clock_wall_ns());
        loop_lag_reset(local->loop);
    }
    if (local->events.on_spawned) {
        local->events.on_spawned(local->events.data);
    }
    if (ended_by_itself(local)) {
        end_test(local, LOCAL_END_NO_USERS);
    }
}

/* How many of the step's changes are to be done by now. */
static size_t changes_due(const struct local *local)
{
    const struct spread_step *step = &local->step;
    int64_t within_ns = (local->step_due_ns - local->step_start_ns) / 2;
    int64_t elapsed_ns = clock_mono_ns() - local->step_start_ns + slice_ns;

    if (within_ns == 0) { /* the last step */
        within_ns = (int64_t)step->change_count * last_step_user_ns;
    }
    if (within_ns > step_spread_ns) {
        within_ns = step_spread_ns;
    }
    if (elapsed_ns >= within_ns) {
        return step->change_count;
    }
    return (size_t)((double)step->change_count * (double)elapsed_ns / (double)within_ns) + 1;
}

/* Carries out a slice of the step; then arms the timer for what comes next. */
static void on_ramp(struct loop_timer *timer)
{
    struct local *local = timer->data;
    struct spread_step *step = &local->step;
    bool graceful = local->options->stop_timeout_ns > 0;

    if (local->step_done == step->change_count) { /* the next step is due */
        if (step->last) {
            ramp_complete(local);
            return;
        }
        if (!spread_step(local->spread, step)) {
            return;
        }
        local->step_done = 0;
        local->step_start_ns = local->step_due_ns;
        local->step_due_ns += ns_from_seconds(step->pause_s);
    }
    size_t due = changes_due(local);

    while (local->step_done < due && local->step_done < step->change_count) {
        const struct spread_change *change = &step->changes[local->step_done++];

        for (int32_t d = change->delta; d > 0; d--) {
            sim_start_user(local->sim, change->class);
        }
        for (int32_t d = change->delta; d < 0; d++) {
            /* False: one that should stop has ended by itself. */
            sim_stop_user(local->sim, change->class, graceful);
            if (graceful && !loop_timer_active(&local->stop_timer)) {
                loop_timer_start(&local->stop_timer, local->options->stop_timeout_ns);
            }
        }
    }
    if (local->step_done < step->change_count) {
        loop_timer_start(timer, slice_ns);
    } else {
        loop_timer_start(timer, local->step_due_ns - clock_mono_ns());
    }
}

/* A graceful stop of single users ends when its time is up. */
static void on_stop_timeout(struct loop_timer *timer)
{
    struct local *local = timer->data;
    int64_t next_ns = sim_kill_overdue(local->sim, local->options->stop_timeout_ns);

    if (next_ns > 0) {
        loop_timer_start(timer, next_ns);
    }
}

static void on_target(void *data, uint32_t users, double rate, const char *const *classes)
{
    struct local *local = data;

    if (!course_set_target(local->spread, users, rate, classes)) {
        return;
    }
    run_state_enter(&local->state, RUN_SPAWNING);
    local->spawn_rate = rate;
    /*
     * Where a ramp is under way, the rest of its step still happens: its users are counted as
     * placed already.
     */
    local->step.last = false;
    if (local->step_done == local->step.change_count) {
        local->step_due_ns = clock_mono_ns();
        loop_timer_start(&local->ramp_timer, 0);
    }
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
        end_test(local, LOCAL_END_ITERATIONS);
    } else if (ended_by_itself(local) && local->state == RUN_RUNNING) {
        end_test(local, LOCAL_END_NO_USERS);
    }
}

static void on_iterations_done(void *data)
{
    struct local *local = data;

    log_info("the last of %llu iterations has started",
             (unsigned long long)local->options->sim.iterations);
    local->end = LOCAL_END_ITERATIONS;
    loop_timer_stop(&local->ramp_timer);
}

static void on_stop_test(void *data)
{
    struct local *local = data;

    local->scenario_asked = local->end == LOCAL_END_NONE;
    end_test(local, LOCAL_END_ASKED);
}

static void on_exit_code(void *data, int code)
{
    struct local *local = data;

    local->exit_code_set = true;
    local->exit_code = code;
}

/* ---- Start and end ---- */

static void on_course_end(void *data, enum course_end end)
{
    end_test(data, end == COURSE_END_SHAPE ? LOCAL_END_SHAPE : LOCAL_END_RUN_TIME);
}

static void end_test(struct local *local, enum local_end end)
{
    bool graceful = local->options->stop_timeout_ns > 0;

    if (local->state == RUN_STOPPING || local->state == RUN_STOPPED) {
        return;
    }
    if (local->end == LOCAL_END_NONE) {
        local->end = end;
    }
    run_state_enter(&local->state, RUN_STOPPING);
    loop_timer_stop(&local->ramp_timer);
    course_stop(&local->course);
    for (size_t i = 0; i < local->plan->class_count; i++) {
        while (sim_stop_user(local->sim, i, graceful)) {
        }
    }
    if (graceful) {
        if (!loop_timer_active(&local->stop_timer)) { /* else it is due for some before */
            loop_timer_start(&local->stop_timer, local->options->stop_timeout_ns);
        }
    } else {
        sim_kill_stopping(local->sim); /* those that a ramp-down is still waiting for */
    }
    check_stopped(local);
}

static struct local *local_of(struct runner *runner)
{
    return (struct local *)((char *)runner - offsetof(struct local, base));
}

static const struct local *const_local_of(const struct runner *runner)
{
    return (const struct local *)((const char *)runner - offsetof(struct local, base));
}

static void start(struct runner *runner)
{
    struct local *local = local_of(runner);

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
        on_target(local, users < 0 ? 0 : (uint32_t)users, rate, NULL);
    }
}

static void stop(struct runner *runner)
{
    struct local *local = local_of(runner);

    if (local->state == RUN_STOPPING) {
        sim_kill_stopping(local->sim);
        return;
    }
    end_test(local, LOCAL_END_ASKED);
}

static struct spread *make_spread(const struct plan *plan, struct err *err)
{
    struct spread_class *classes = mem_array(plan->class_count, sizeof(*classes));
    uint32_t worker;

    for (size_t i = 0; i < plan->class_count; i++) {
        classes[i] = (struct spread_class){.name = plan->classes[i].name,
                                           .weight = plan->classes[i].weight,
                                           .fixed_count = plan->classes[i].fixed_count};
    }
    /* The plan's classes are sorted by name, as the spread's are: indexes agree. */
    struct spread *spread = spread_new(classes, plan->class_count, SPREAD_FEWEST_MOVES, err);

    free(classes);
    if (spread) {
        spread_add_worker(spread, "local", &worker);
    }
    return spread;
}

/* ---- Orders ---- */

static void make_sim(struct local *local)
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

static void free_plans(struct local_plan *plan)
{
    for (struct local_plan *older; plan; plan = older) {
        older = plan->older;
        plan_fini(&plan->plan);
        free(plan);
    }
}

/* NULL with a sentence if it makes no sense. */
static struct local_plan *make_plan(const struct local *local, const char *host,
                                    const char *const *classes, struct err *err)
{
    struct plan_options options = *local->options->plan;
    struct local_plan *made = mem_new(sizeof(*made));

    options.host = host;
    options.class_names = classes ? classes : options.class_names;
    options.overrides = class_changes_all(
        local->changes, options.overrides, options.override_count, &options.override_count);
    if (plan_build(&made->plan, local->scenarios, &options, err) != PLAN_OK) {
        free(made);
        made = NULL;
    }
    return made;
}

/* The same classes, for users that start from now on. */
static bool change_plan(struct local *local, const char *host, struct err *err)
{
    struct local_plan *made = make_plan(local, host, local->order_classes, err);

    if (!made) {
        return false;
    }
    made->older = local->own_plans;
    local->own_plans = made;
    local->plan = &made->plan;
    sim_change_plan(local->sim, local->plan);
    return true;
}

/* Nobody is there any more to follow what was before. */
static bool renew(struct local *local, const char *host, const char *const *classes,
                  struct err *err)
{
    struct local_plan *made = make_plan(local, host, classes, err);
    struct spread *spread = made ? make_spread(&made->plan, err) : NULL;

    if (!spread) {
        free_plans(made);
        return false;
    }
    sim_free(local->sim);
    spread_free(local->spread);
    free_plans(local->own_plans);
    local->own_plans = made;
    local->plan = &made->plan;
    local->spread = spread;
    make_sim(local);
    return true;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void take_times(struct local *local, const struct runner_order *order)
{
    if (order->run_time_ns >= 0) {
        local->own_options.course.run_time_ns = order->run_time_ns;
    }
    if (order->stop_timeout_ns >= 0) {
        local->own_options.stop_timeout_ns = order->stop_timeout_ns;
    }
    local->own_options.course.users = order->users;
    local->own_options.course.spawn_rate = order->spawn_rate;
}

static bool change_test(struct local *local, const struct runner_order *order, struct err *err)
{
    if (local->options->plan && !same_text(order->host, local->options->host)) {
        const char *host = order->host ? arena_strdup(&local->order_texts, order->host) : NULL;

        if (!change_plan(local, host, err)) {
            return false;
        }
        local->own_options.host = host;
    }
    take_times(local, order);
    if (order->run_time_ns >= 0) {
        course_limit(&local->course);
    }
    if (!course_shaped(&local->course)) {
        on_target(local, order->users, order->spawn_rate, NULL);
    }
    return true;
}

static bool start_by(struct local *local, const struct runner_order *order, struct err *err)
{
    struct arena texts = {0};
    const char *host = order->host ? arena_strdup(&texts, order->host) : NULL;
    const char *const *classes = arena_strlist(&texts, order->classes);

    if (local->options->plan) {
        if (!renew(local, host, classes, err)) {
            arena_fini(&texts);
            return false;
        }
        local->own_options.host = host;
    }
    arena_fini(&local->order_texts);
    local->order_texts = texts;
    local->order_classes = classes;
    take_times(local, order);
    start(&local->base);
    return true;
}

static bool order(struct runner *runner, const struct runner_order *order, struct err *err)
{
    struct local *local = local_of(runner);

    switch (local->state) {
    case RUN_READY:
    case RUN_STOPPED:
        return start_by(local, order, err);
    case RUN_SPAWNING:
    case RUN_RUNNING:
        return change_test(local, order, err);
    case RUN_STOPPING:
    case RUN_STATES:
        break;
    }
    return err_set(err, "the test before is still stopping");
}

/* There is nobody to send home. */
static void halt(struct runner *runner)
{
    if (local_of(runner)->state != RUN_READY) {
        stop(runner);
    }
}

static void reset(struct runner *runner)
{
    struct local *local = local_of(runner);

    stats_reset(local->stats, clock_wall_ns());
    exceptions_clear(stats_exceptions(local->stats));
    loop_lag_reset(local->loop);
}

static bool update_class(struct runner *runner, const struct plan_override *change,
                         const char *json, struct err *err)
{
    struct local *local = local_of(runner);
    struct err ignored;

    (void)json;
    if (!local->options->plan || !scenarios_find_class(local->scenarios, change->class_name)) {
        return err_set(err, "there is no user class %s", change->class_name);
    }
    class_changes_add(local->changes, change);
    struct local_plan *made = make_plan(local, local->options->host, local->order_classes, err);

    if (!made) {
        class_changes_drop(local->changes);
        return false;
    }
    free_plans(made);
    if (local->state == RUN_SPAWNING || local->state == RUN_RUNNING) {
        change_plan(local, local->options->host, &ignored);
    }
    return true;
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

    loop_timer_stop(&local->ramp_timer);
    loop_timer_stop(&local->stop_timer);
    course_stop(&local->course);
    current_sender_set(NULL, NULL);
    monitor_stop(&local->monitor);
    sim_free(local->sim);
    spread_free(local->spread);
    free_plans(local->own_plans);
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

static const char *why_ended(const struct local *local)
{
    static const char *const words[] = {NULL,
                                        "Run time reached",
                                        "The load shape is over",
                                        "All iterations are done",
                                        "Every user has ended by itself",
                                        "Stopped"};
    _Static_assert(ARRAY_LEN(words) == LOCAL_ENDS, "a sentence per end");

    if (local->state != RUN_STOPPED && local->state != RUN_STOPPING) {
        return NULL;
    }
    return local->end == LOCAL_END_ASKED && local->scenario_asked ? "Stopped by the scenario"
                                                                  : words[local->end];
}

static struct snapshot snapshot(struct runner *runner)
{
    struct local *local = local_of(runner);

    size_t count = local->plan->class_count;
    const char **names = snapshot_array(&local->snapshots, count, sizeof(*names));
    size_t *users = snapshot_array(&local->snapshots, count, sizeof(*users));

    for (size_t i = 0; i < count; i++) {
        names[i] = snapshot_text(&local->snapshots, local->plan->classes[i].name);
        users[i] = sim_active_users(local->sim, i);
    }
    struct sim_counts counts = sim_counts(local->sim);

    return (struct snapshot){
        .now_ns = clock_wall_ns(),
        .start_ns = local->start_ns,
        .end_ns = local->end_ns,
        .state = local->state,
        .why_ended = why_ended(local),
        .host = snapshot_text(&local->snapshots, local->options->host),
        .stats = local->stats,
        .class_names = names,
        .class_users = users,
        .class_count = count,
        .users = sim_users(local->sim),
        .target_users = spread_target(local->spread),
        .spawn_rate = local->spawn_rate,
        .health = monitor_health(&local->monitor),
        .waiting_known = true,
        .waiting_users = counts.waiting_users,
        .oldest_wait_ns = counts.oldest_wait_ns,
        .sim = counts,
        .http = *local->transport->ops->counts(local->transport),
    };
}

static void worker_logs(struct runner *runner, runner_log_fn *take, void *data)
{
    (void)runner; /* there are no workers */
    (void)take;
    (void)data;
}

static const struct runner_ops ops = {.start = start,
                                      .order = order,
                                      .edit = edit,
                                      .stop = stop,
                                      .halt = halt,
                                      .reset = reset,
                                      .update_class = update_class,
                                      .exit_code = exit_code,
                                      .snapshot = snapshot,
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
    local->spread = make_spread(plan, err);
    if (!local->spread) {
        free(local);
        return NULL;
    }
    local->changes = class_changes_new();
    course_init(&local->course, loop, &local->own_options.course, scenarios, &course_events);
    loop_timer_init(&local->ramp_timer, loop, on_ramp, local);
    loop_timer_init(&local->stop_timer, loop, on_stop_timeout, local);
    monitor_start(&local->monitor, loop);
    monitor_watch_ports(&local->monitor, transport);
    snapshot_memory_init(&local->snapshots, loop);
    current_sender_set(send_to_self, local);
    make_sim(local);
    return &local->base;
}

enum local_end local_ended_by(const struct runner *runner)
{
    return const_local_of(runner)->end;
}
