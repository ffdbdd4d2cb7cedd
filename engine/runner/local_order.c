/* SPDX-License-Identifier: MIT */
/* local_order.c - what is asked of a run: tests, changes, user classes. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "runner/local_private.h"

struct spread *local_make_spread(const struct plan *plan, struct err *err)
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

void local_free_plans(struct local_plan *plan)
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
    struct spread *spread = made ? local_make_spread(&made->plan, err) : NULL;

    if (!spread) {
        local_free_plans(made);
        return false;
    }
    sim_free(local->sim);
    spread_free(local->spread);
    local_free_plans(local->own_plans);
    local->own_plans = made;
    local->plan = &made->plan;
    local->spread = spread;
    local_make_sim(local);
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
        local_ramp_to(local, order->users, order->spawn_rate, NULL);
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
    local_begin(local);
    return true;
}

bool local_order(struct runner *runner, const struct runner_order *order, struct err *err)
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

bool local_update_class(struct runner *runner, const struct plan_override *change, const char *json,
                        struct err *err)
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
    local_free_plans(made);
    if (local->state == RUN_SPAWNING || local->state == RUN_RUNNING) {
        change_plan(local, local->options->host, &ignored);
    }
    return true;
}
