/* SPDX-License-Identifier: MIT */
#include "sim/sim.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "sim/crash.h"
#include "sim/current.h"
#include "sim/outcome.h"
#include "sim/sim_private.h"

enum { DEFAULT_STACK = 64 * 1024 };

static void on_trim(struct loop_timer *timer)
{
    struct sim *sim = timer->data;

    fibers_trim(sim->fibers);
    buf_stock_fini(&sim->answers);
}

static void on_stop_test(struct loop_timer *timer)
{
    struct sim *sim = timer->data;

    if (sim->events.on_stop_test) {
        sim->events.on_stop_test(sim->events.data);
    }
}

struct sim *sim_new(struct loop *loop, struct transport *transport, struct stats *stats,
                    const struct plan *plan, const struct scenarios *scenarios,
                    const struct sim_options *options, const struct sim_events *events)
{
    struct sim *sim = mem_new(sizeof(*sim));

    sim->loop = loop;
    sim->transport = transport;
    sim->stats = stats;
    sim->plan = plan;
    sim->scenarios = scenarios;
    sim->options = options;
    sim->events = *events;
    list_init(&sim->in_flight);
    sim->fibers = fibers_new(options->stack_bytes ? options->stack_bytes : DEFAULT_STACK);
    pool_init(&sim->users, sizeof(struct user));
    sim->classes = mem_array(plan->class_count, sizeof(*sim->classes));
    for (size_t i = 0; i < plan->class_count; i++) {
        list_init(&sim->classes[i].users);
        list_init(&sim->classes[i].stopping);
    }
    sim->iterations_limited = options->iterations > 0;
    sim->iterations_left = options->iterations;
    for (size_t i = 0; i < scenarios->count; i++) {
        sim->any_request_hook |= scenarios->items[i].scenario->request != NULL;
    }
    loop_timer_init(&sim->trim_timer, loop, on_trim, sim);
    loop_timer_repeat(&sim->trim_timer, 60 * NS_PER_S);
    loop_timer_init(&sim->stop_test_timer, loop, on_stop_test, sim);
    current_sim_set(sim);
    return sim;
}

static void drop_users(struct list *users)
{
    struct user *user, *after;

    list_for_each_safe (user, after, users, link) {
        list_remove(&user->link);
        user_free(user);
    }
}

void sim_free(struct sim *sim)
{
    if (!sim) {
        return;
    }
    current_sim_set(NULL);
    loop_timer_stop(&sim->trim_timer);
    loop_timer_stop(&sim->stop_test_timer);
    for (size_t i = 0; i < sim->plan->class_count; i++) {
        drop_users(&sim->classes[i].users);
        drop_users(&sim->classes[i].stopping);
    }
    pool_fini(&sim->users);
    fibers_free(sim->fibers);
    mix_free(sim->mix);
    buf_stock_fini(&sim->answers);
    free(sim->classes);
    free(sim);
}

void sim_change_plan(struct sim *sim, const struct plan *plan)
{
    ENSURE(plan->class_count == sim->plan->class_count);
    sim->plan = plan;
}

void sim_start_user(struct sim *sim, size_t class_index)
{
    struct user *user = user_new(sim, class_index, sim->next_id++);
    struct sim_class *class = &sim->classes[class_index];

    list_append(&class->users, &user->link);
    class->active++;
    sim->counts.started_users++;
}

bool sim_stop_user(struct sim *sim, size_t class_index, bool graceful)
{
    struct sim_class *class = &sim->classes[class_index];

    if (list_empty(&class->users)) {
        return false;
    }
    struct user *user = list_item(class->users.prev, struct user, link);

    list_remove(&user->link);
    list_append(&class->stopping, &user->link);
    class->active--;
    class->stopping_count++;
    user_ask_to_stop(user, graceful);
    return true;
}

void sim_kill_stopping(struct sim *sim)
{
    for (size_t i = 0; i < sim->plan->class_count; i++) {
        struct user *user, *after;

        list_for_each_safe (user, after, &sim->classes[i].stopping, link) {
            user_kill(user);
        }
    }
}

int64_t sim_kill_overdue(struct sim *sim, int64_t timeout_ns)
{
    int64_t now_ns = clock_mono_ns(), next_ns = 0;

    for (size_t i = 0; i < sim->plan->class_count; i++) {
        struct user *user, *after;

        list_for_each_safe (user, after, &sim->classes[i].stopping, link) {
            int64_t rest_ns = user->asked_ns + timeout_ns - now_ns;

            if (rest_ns <= 0) {
                user_kill(user);
            } else if (next_ns == 0 || rest_ns < next_ns) {
                next_ns = rest_ns;
            }
        }
    }
    return next_ns;
}

size_t sim_users(const struct sim *sim)
{
    return (size_t)(sim->counts.started_users - sim->counts.ended_users);
}

size_t sim_active_users(const struct sim *sim, size_t class_index)
{
    return sim->classes[class_index].active;
}

size_t sim_class_users(const struct sim *sim, size_t class_index)
{
    return sim->classes[class_index].active + sim->classes[class_index].stopping_count;
}

struct sim_counts sim_counts(const struct sim *sim)
{
    struct sim_counts counts = sim->counts;

    counts.stacks = fibers_count(sim->fibers);
    if (!list_empty(&sim->in_flight)) {
        const struct outcome *oldest = list_item(sim->in_flight.next, struct outcome, link);

        counts.oldest_wait_ns = clock_coarse_ns() - oldest->start_ns;
    }
    return counts;
}

/* ---- For user.c and outcome.c ---- */

void sim_user_ended(struct sim *sim, struct user *user)
{
    struct sim_class *class = &sim->classes[user->class_index];
    size_t class_index = user->class_index;

    if (user->stop_asked) {
        class->stopping_count--;
    } else {
        class->active--;
    }
    list_remove(&user->link);
    user_free(user);
    sim->counts.ended_users++;
    if (sim->events.on_user_gone) {
        sim->events.on_user_gone(sim->events.data, class_index);
    }
}

bool sim_take_iteration(struct sim *sim)
{
    if (!sim->iterations_limited) {
        return true;
    }
    if (sim->iterations_left == 0) {
        return false;
    }
    if (--sim->iterations_left == 0 && !sim->iterations_reported) {
        sim->iterations_reported = true;
        if (sim->events.on_iterations_done) {
            sim->events.on_iterations_done(sim->events.data);
        }
    }
    return true;
}

const struct failure *sim_record(struct sim *sim, const struct stats_sample *sample,
                                 const struct sample *hook_sample)
{
    const struct failure *failure = stats_record(sim->stats, sample);

    for (size_t i = 0; sim->any_request_hook && i < sim->scenarios->count; i++) {
        const struct scenario *scenario = sim->scenarios->items[i].scenario;

        if (scenario->request) {
            scenario->request(hook_sample);
        }
    }
    return failure;
}
