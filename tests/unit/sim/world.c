/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"

static char noted[8192];

void note(const char *format, ...)
{
    size_t length = strlen(noted);
    va_list args;

    if (length > 0 && length < sizeof(noted) - 1) {
        noted[length++] = ' ';
        noted[length] = '\0';
    }
    va_start(args, format);
    vsnprintf(noted + length, sizeof(noted) - length, format, args);
    va_end(args);
}

const char *notes(void)
{
    return noted;
}

void notes_clear(void)
{
    noted[0] = '\0';
}

static void on_user_gone(void *data, size_t class_index)
{
    struct world *world = data;

    (void)class_index;
    world->gone++;
    if (sim_users(world->sim) == 0) {
        loop_break(world->loop);
    }
}

static void on_iterations_done(void *data)
{
    ((struct world *)data)->iterations_done++;
}

static void on_stop_test(void *data)
{
    struct world *world = data;

    world->stops_asked++;
    for (size_t i = 0; i < world->plan.class_count; i++) {
        while (sim_stop_user(world->sim, i, false)) {
        }
    }
}

static void on_exit_code(void *data, int code)
{
    ((struct world *)data)->exit_code = code;
}

static void on_deadline(struct loop_timer *timer)
{
    loop_break(((struct world *)timer->data)->loop);
}

void world_open(struct world *world)
{
    struct sim_events events = {.data = world,
                                .on_user_gone = on_user_gone,
                                .on_iterations_done = on_iterations_done,
                                .on_stop_test = on_stop_test,
                                .on_exit_code = on_exit_code};
    struct err err;

    log_set_level(LOG_LEVELS); /* what users do wrong here is on purpose */
    notes_clear();
    world->loop = loop_new();
    fake_transport_init(&world->fake, world->loop, world->script);
    world->stats = stats_new(NULL, clock_wall_ns());
    scenarios_add(&world->scenarios, "test", world->scenario);
    if (plan_build(&world->plan, &world->scenarios, &world->plan_options, &err) != PLAN_OK) {
        fprintf(stderr, "no plan: %s\n", err.text);
        abort();
    }
    world->sim = sim_new(world->loop,
                         &world->fake.base,
                         world->stats,
                         &world->plan,
                         &world->scenarios,
                         &world->options,
                         &events);
    loop_timer_init(&world->deadline, world->loop, on_deadline, world);
}

void world_close(struct world *world)
{
    loop_timer_stop(&world->deadline);
    sim_free(world->sim);
    plan_fini(&world->plan);
    scenarios_fini(&world->scenarios);
    stats_free(world->stats);
    fake_transport_fini(&world->fake);
    loop_free(world->loop);
}

void world_spin(struct world *world, int64_t duration_ns)
{
    loop_timer_start(&world->deadline, duration_ns);
    loop_run(world->loop);
    loop_timer_stop(&world->deadline);
}

void world_run(struct world *world, int users)
{
    for (int i = 0; i < users; i++) {
        sim_start_user(world->sim, 0);
    }
    world_spin(world, 2 * NS_PER_S);
    world->timed_out = sim_users(world->sim) > 0;
}

const char *world_failure(struct world *world)
{
    static char text[16384];
    struct failures *failures = stats_failures(world->stats);

    if (failures_count(failures) == 0) {
        return "";
    }
    const struct failure *failure = failures_sorted(failures)[0];

    snprintf(text, sizeof(text), "%s %s: %s", failure->method, failure->name, failure->text);
    return text;
}

uint64_t world_exceptions(struct world *world)
{
    return exceptions_total(stats_exceptions(world->stats));
}
