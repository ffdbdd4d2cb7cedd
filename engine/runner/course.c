/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.runners"
#include "runner/course.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

static const int64_t tick_ns = NS_PER_S;

static void on_tick(struct loop_timer *timer)
{
    struct course *course = timer->data;
    struct load load = {
        .run_time = seconds_from_ns(clock_mono_ns() - course->start_ns),
        .current_users = (unsigned)course->events.users(course->events.data),
    };
    bool goes_on;

    if (course->tick) {
        goes_on = course->tick(&load);
    } else {
        struct ramp_tick target = {0};

        goes_on = ramp_tick(course->options->stages, ns_from_seconds(load.run_time), &target);
        load.users = target.users;
        load.spawn_rate = target.rate;
    }
    if (!goes_on) {
        log_info("Shape test stopping");
        course_stop(course);
        course->events.on_end(course->events.data, COURSE_END_SHAPE);
        return;
    }
    if (!course->any || load.users != course->last.users ||
        load.spawn_rate != course->last.spawn_rate || load.classes != course->last.classes) {
        course->any = true;
        course->last = load;
        course->events.on_target(course->events.data, load.users, load.spawn_rate, load.classes);
    }
}

static void on_run_time(struct loop_timer *timer)
{
    struct course *course = timer->data;

    log_info("--run-time limit reached, shutting down");
    course->events.on_end(course->events.data, COURSE_END_RUN_TIME);
}

void course_init(struct course *course, struct loop *loop, const struct course_options *options,
                 const struct scenarios *scenarios, const struct course_events *events)
{
    *course = (struct course){.options = options, .events = *events};
    for (size_t i = 0; i < scenarios->count && !course->tick; i++) {
        course->tick = scenarios->items[i].scenario->tick;
    }
    loop_timer_init(&course->run_timer, loop, on_run_time, course);
    loop_timer_init(&course->shape_timer, loop, on_tick, course);
}

void course_start(struct course *course)
{
    const struct course_options *options = course->options;

    course->start_ns = clock_mono_ns();
    course->any = false;
    if (course_shaped(course)) {
        loop_timer_repeat(&course->shape_timer, tick_ns);
        on_tick(&course->shape_timer);
        return;
    }
    if (options->run_time_ns > 0) {
        loop_timer_start(&course->run_timer, options->run_time_ns);
    }
    course->events.on_target(course->events.data, options->users, options->spawn_rate, NULL);
}

void course_stop(struct course *course)
{
    loop_timer_stop(&course->run_timer);
    loop_timer_stop(&course->shape_timer);
}

bool course_shaped(const struct course *course)
{
    return course->tick || course->options->stages;
}

static bool *allowed_classes(const struct spread *spread, const char *const *names)
{
    size_t count = spread_class_count(spread);
    bool *allowed = mem_array(count, sizeof(*allowed));

    for (size_t i = 0; i < count; i++) {
        allowed[i] = names == NULL;
        for (const char *const *name = names; name && *name; name++) {
            allowed[i] = allowed[i] || strcmp(*name, spread_class_name(spread, i)) == 0;
        }
    }
    return allowed;
}

bool course_set_target(struct spread *spread, uint32_t users, double rate,
                       const char *const *classes)
{
    bool *allowed = allowed_classes(spread, classes);
    bool set = spread_set_target(spread, users, rate, allowed);

    free(allowed);
    if (set) {
        log_info("Ramping to %u users at a rate of %.2f per second", users, rate);
    } else if (rate > 0) {
        log_warning("a load shape allows no class that is there");
    } else {
        log_warning("a load shape asks for a spawn rate of %g, which must be above 0", rate);
    }
    return set;
}
