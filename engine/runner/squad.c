/* SPDX-License-Identifier: MIT */
#include "runner/squad.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

/* Many users that are due at once start over a moment, so that nobody's clock stands still. */
enum { STARTS_PER_SLICE = 50 };
static const int64_t slice_ns = 5 * NS_PER_MS;

enum squad_state { SQUAD_RESTING, SQUAD_ADJUSTING, SQUAD_STOPPING, SQUAD_STOPPED };

struct squad_plan {
    struct plan plan;
    struct squad_plan *older;
};

struct squad {
    const struct scenarios *scenarios;
    struct squad_events events;
    struct sim *sim;
    struct squad_plan *plans; /* newest first; older users still follow older ones */
    size_t *wanted;           /* per class */
    size_t *missing;          /* per class: still to be started by the adjustment under way */
    enum squad_state state;
    int64_t stop_timeout_ns;
    struct loop_timer start_timer, stop_timer;
    /* The last thing an adjustment does is done in a later round: users that stop at once leave
     * while they are being asked. */
    struct loop_timer check_timer;
};

/* ---- Plans ---- */

static struct squad_plan *make_plan(const struct scenarios *scenarios,
                                    const struct plan_options *options, struct err *err)
{
    struct squad_plan *made = mem_new(sizeof(*made));

    if (plan_build(&made->plan, scenarios, options, err) != PLAN_OK) {
        free(made);
        return NULL;
    }
    return made;
}

bool squad_change_plan(struct squad *squad, const struct plan_options *plan, struct err *err)
{
    struct squad_plan *made = make_plan(squad->scenarios, plan, err);

    if (!made) {
        return false;
    }
    if (made->plan.class_count != squad->plans->plan.class_count) {
        plan_fini(&made->plan);
        free(made);
        return err_set(err, "the set of classes can't change during a test");
    }
    made->older = squad->plans;
    squad->plans = made;
    sim_change_plan(squad->sim, &made->plan);
    return true;
}

const struct plan *squad_plan(const struct squad *squad)
{
    return &squad->plans->plan;
}

/* ---- Adjusting ---- */

static void check_soon(struct squad *squad)
{
    if (!loop_timer_active(&squad->check_timer)) {
        loop_timer_start(&squad->check_timer, 0);
    }
}

static size_t leaving(const struct squad *squad)
{
    size_t active = 0;

    for (size_t i = 0; i < squad_plan(squad)->class_count; i++) {
        active += sim_active_users(squad->sim, i);
    }
    return sim_users(squad->sim) - active;
}

static void ask_one_to_stop(struct squad *squad, size_t class)
{
    bool graceful = squad->stop_timeout_ns > 0;

    sim_stop_user(squad->sim, class, graceful);
    if (graceful && !loop_timer_active(&squad->stop_timer)) {
        loop_timer_start(&squad->stop_timer, squad->stop_timeout_ns);
    }
}

/* Missing users first, then those that are too many. */
static void on_start_timer(struct loop_timer *timer)
{
    struct squad *squad = timer->data;
    size_t class_count = squad_plan(squad)->class_count;
    int started = 0;

    for (size_t i = 0; i < class_count; i++) {
        for (; squad->missing[i] > 0; squad->missing[i]--) {
            if (started++ == STARTS_PER_SLICE) {
                loop_timer_start(timer, slice_ns);
                return;
            }
            sim_start_user(squad->sim, i);
        }
    }
    for (size_t i = 0; i < class_count; i++) {
        while (sim_active_users(squad->sim, i) > squad->wanted[i]) {
            ask_one_to_stop(squad, i);
        }
    }
    check_soon(squad);
}

static void on_stop_timer(struct loop_timer *timer)
{
    struct squad *squad = timer->data;
    int64_t next_ns = sim_kill_overdue(squad->sim, squad->stop_timeout_ns);

    if (next_ns > 0) {
        loop_timer_start(timer, next_ns);
    }
}

static void on_check_timer(struct loop_timer *timer)
{
    struct squad *squad = timer->data;

    if (squad->state == SQUAD_ADJUSTING && !loop_timer_active(&squad->start_timer) &&
        leaving(squad) == 0) {
        squad->state = SQUAD_RESTING;
        squad->events.on_adjusted(squad->events.data);
    } else if (squad->state == SQUAD_STOPPING && sim_users(squad->sim) == 0) {
        squad->state = SQUAD_STOPPED;
        scenarios_test_stop(squad->scenarios);
        squad->events.on_stopped(squad->events.data);
    }
}

static void on_user_gone(void *data, size_t class)
{
    (void)class;
    check_soon(data);
}

bool squad_want(struct squad *squad, const char *name, size_t length, size_t users)
{
    const struct plan *plan = squad_plan(squad);

    for (size_t i = 0; i < plan->class_count; i++) {
        if (strlen(plan->classes[i].name) == length &&
            memcmp(plan->classes[i].name, name, length) == 0) {
            squad->wanted[i] = users;
            return true;
        }
    }
    return false;
}

void squad_adjust(struct squad *squad)
{
    if (squad->state == SQUAD_STOPPING || squad->state == SQUAD_STOPPED) {
        return;
    }
    squad->state = SQUAD_ADJUSTING;
    /* Counted once, as Locust's workers do: users that end by themselves at once would have others
     * started in their place for ever. */
    for (size_t i = 0; i < squad_plan(squad)->class_count; i++) {
        size_t active = sim_active_users(squad->sim, i);

        squad->missing[i] = squad->wanted[i] > active ? squad->wanted[i] - active : 0;
    }
    loop_timer_start(&squad->start_timer, 0);
}

/* ---- Stopping ---- */

void squad_stop(struct squad *squad)
{
    if (squad->state == SQUAD_STOPPED) {
        return;
    }
    if (squad->state == SQUAD_STOPPING || squad->stop_timeout_ns <= 0) {
        sim_kill_stopping(squad->sim);
    }
    squad->state = SQUAD_STOPPING;
    loop_timer_stop(&squad->start_timer);
    for (size_t i = 0; i < squad_plan(squad)->class_count; i++) {
        while (sim_active_users(squad->sim, i) > 0) {
            ask_one_to_stop(squad, i);
        }
    }
    check_soon(squad);
}

void squad_set_stop_timeout(struct squad *squad, int64_t timeout_ns)
{
    squad->stop_timeout_ns = timeout_ns;
    if (loop_timer_active(&squad->stop_timer)) { /* looks again who is overdue */
        loop_timer_start(&squad->stop_timer, 0);
    }
}

void squad_pause(struct squad *squad, bool paused)
{
    sim_pause(squad->sim, paused);
}

/* ---- The rest ---- */

static void on_exception(void *data, const char *message, const char *traceback)
{
    struct squad *squad = data;

    squad->events.on_exception(squad->events.data, message, traceback);
}

static void on_stop_test(void *data)
{
    struct squad *squad = data;

    squad->events.on_stop_test(squad->events.data);
}

static void on_exit_code(void *data, int code)
{
    struct squad *squad = data;

    squad->events.on_exit_code(squad->events.data, code);
}

static struct sim_events events_for_sim(struct squad *squad)
{
    return (struct sim_events){.data = squad,
                               .on_user_gone = on_user_gone,
                               .on_exception = squad->events.on_exception ? on_exception : NULL,
                               .on_stop_test = squad->events.on_stop_test ? on_stop_test : NULL,
                               .on_exit_code = squad->events.on_exit_code ? on_exit_code : NULL};
}

struct squad *squad_new(struct loop *loop, struct transport *transport, struct stats *stats,
                        const struct scenarios *scenarios, const struct plan_options *plan,
                        const struct sim_options *sim, const struct squad_events *events,
                        struct err *err)
{
    struct squad_plan *made = make_plan(scenarios, plan, err);

    if (!made) {
        return NULL;
    }
    struct squad *squad = mem_new(sizeof(*squad));

    squad->scenarios = scenarios;
    squad->events = *events;
    squad->plans = made;
    squad->wanted = mem_array(made->plan.class_count, sizeof(*squad->wanted));
    squad->missing = mem_array(made->plan.class_count, sizeof(*squad->missing));
    loop_timer_init(&squad->start_timer, loop, on_start_timer, squad);
    loop_timer_init(&squad->stop_timer, loop, on_stop_timer, squad);
    loop_timer_init(&squad->check_timer, loop, on_check_timer, squad);
    struct sim_events sim_events = events_for_sim(squad);

    squad->sim = sim_new(loop, transport, stats, &made->plan, scenarios, sim, &sim_events);
    scenarios_test_start(scenarios);
    return squad;
}

void squad_free(struct squad *squad)
{
    if (!squad) {
        return;
    }
    loop_timer_stop(&squad->start_timer);
    loop_timer_stop(&squad->stop_timer);
    loop_timer_stop(&squad->check_timer);
    sim_free(squad->sim);
    for (struct squad_plan *plan = squad->plans, *older; plan; plan = older) {
        older = plan->older;
        plan_fini(&plan->plan);
        free(plan);
    }
    free(squad->wanted);
    free(squad->missing);
    free(squad);
}

size_t squad_users(const struct squad *squad, size_t class)
{
    return sim_class_users(squad->sim, class);
}

struct sim_counts squad_counts(const struct squad *squad)
{
    return sim_counts(squad->sim);
}
