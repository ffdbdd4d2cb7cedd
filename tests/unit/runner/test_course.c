/* SPDX-License-Identifier: MIT */
/* The shape's timer is not waited for: its callback is called. */
#include "runner/course.h"

#include <math.h>

#include "base/ensure.h"
#include "base/log.h"
#include "spin.h"
#include "world.h" /* note() */

struct run {
    struct loop *loop;
    struct course_options options;
    struct scenarios scenarios;
    struct course course;
    size_t users;
    int ends;
    enum course_end end;
};

static size_t users(void *data)
{
    return ((struct run *)data)->users;
}

static void on_target(void *data, uint32_t users, double rate, const char *const *classes)
{
    (void)data;
    note("%u@%g%s%s", users, rate, classes ? ":" : "", classes ? classes[0] : "");
}

static void on_end(void *data, enum course_end end)
{
    struct run *run = data;

    run->ends++;
    run->end = end;
}

static void open_run(struct run *run)
{
    struct course_events events = {
        .data = run, .users = users, .on_target = on_target, .on_end = on_end};

    log_set_level(LOG_LEVELS);
    notes_clear();
    run->loop = loop_new();
    course_init(&run->course, run->loop, &run->options, &run->scenarios, &events);
}

static void close_run(struct run *run)
{
    course_stop(&run->course);
    scenarios_fini(&run->scenarios);
    loop_free(run->loop);
}

static bool timers_run(const struct run *run)
{
    return loop_timer_active(&run->course.run_timer) || loop_timer_active(&run->course.shape_timer);
}

static void a_second_passes(struct run *run)
{
    run->course.shape_timer.callback(&run->course.shape_timer);
}

static void a_number_of_users(void **state)
{
    struct run run = {.options = {.users = 5, .spawn_rate = 2.5}};

    (void)state;
    CHECK_ROW("nothing happens before the start");
    open_run(&run);
    CHECK(!course_shaped(&run.course));
    CHECK(!timers_run(&run));
    CHECK_STR(notes(), "");
    CHECK_ROW("the target is given within the call, and that is all");
    course_start(&run.course);
    CHECK_STR(notes(), "5@2.5");
    CHECK(!timers_run(&run));
    CHECK_EQ(run.ends, 0);
    close_run(&run);
}

static void a_run_time(void **state)
{
    struct run run = {.options = {.users = 1, .spawn_rate = 1, .run_time_ns = 20 * NS_PER_MS}};
    int64_t start_ns = clock_mono_ns();

    (void)state;
    CHECK_ROW("it ends the course once");
    open_run(&run);
    course_start(&run.course);
    AWAIT(run.loop, run.ends > 0);
    CHECK(clock_mono_ns() - start_ns >= 20 * NS_PER_MS);
    CHECK_EQ(run.end, COURSE_END_RUN_TIME);
    spin(run.loop, 40 * NS_PER_MS);
    CHECK_EQ(run.ends, 1);
    CHECK_ROW("a stop before it is over ends nothing");
    course_start(&run.course);
    CHECK(timers_run(&run));
    course_stop(&run.course);
    CHECK(!timers_run(&run));
    spin(run.loop, 40 * NS_PER_MS);
    CHECK_EQ(run.ends, 1);
    CHECK_STR(notes(), "1@1 1@1");
    close_run(&run);
}

/* ---- Shapes ---- */

static const char *const some[] = {"some", NULL}, *const others[] = {"others", NULL};

static const struct load loads[] = {
    {.users = 3, .spawn_rate = 1},
    {.users = 3, .spawn_rate = 1}, /* the same */
    {.users = 4, .spawn_rate = 1},
    {.users = 4, .spawn_rate = 2},
    {.users = 4, .spawn_rate = 2, .classes = some},
    {.users = 4, .spawn_rate = 2, .classes = some},
    {.users = 4, .spawn_rate = 2, .classes = others},
    {.users = 0, .spawn_rate = 2},
};
static size_t tick_count;
static unsigned seen_users;

static bool tick(struct load *load)
{
    seen_users = load->current_users;
    if (tick_count == ARRAY_LEN(loads)) {
        return false;
    }
    load->users = loads[tick_count].users;
    load->spawn_rate = loads[tick_count].spawn_rate;
    load->classes = loads[tick_count].classes;
    tick_count++;
    return true;
}

static bool never_asked(struct load *load)
{
    (void)load;
    fail_msg("the second scenario's shape was asked");
    return false;
}

static void a_shape(void **state)
{
    static const struct scenario none = {0}, shaped = {.tick = tick}, late = {.tick = never_asked};
    struct err err;
    struct ramp *stages = ramp_parse("5s:5", &err);
    struct run run = {.options = {.users = 9, .spawn_rate = 9, .run_time_ns = 1, .stages = stages},
                      .users = 7};

    (void)state;
    CHECK_ROW("the first scenario's that has one wins, over stages too");
    tick_count = 0;
    scenarios_add(&run.scenarios, "none", &none);
    scenarios_add(&run.scenarios, "shaped", &shaped);
    scenarios_add(&run.scenarios, "late", &late);
    open_run(&run);
    CHECK(course_shaped(&run.course));
    course_start(&run.course);
    CHECK_EQ(tick_count, 1);
    CHECK_EQ(seen_users, 7);
    CHECK_ROW("it alone decides: there is no run time");
    CHECK(!loop_timer_active(&run.course.run_timer));
    CHECK(loop_timer_active(&run.course.shape_timer));
    CHECK_ROW("targets are given when they change");
    for (size_t i = 1; i < ARRAY_LEN(loads); i++) {
        a_second_passes(&run);
    }
    CHECK_STR(notes(), "3@1 4@1 4@2 4@2:some 4@2:others 0@2");
    CHECK_EQ(run.ends, 0);
    CHECK_ROW("its end is the course's");
    a_second_passes(&run);
    CHECK_EQ(run.ends, 1);
    CHECK_EQ(run.end, COURSE_END_SHAPE);
    CHECK(!timers_run(&run));
    CHECK_ROW("a second start gives its target anew");
    tick_count = ARRAY_LEN(loads) - 1;
    notes_clear();
    course_start(&run.course);
    CHECK_STR(notes(), "0@2");
    close_run(&run);
    ramp_free(stages);
}

static void stages(void **state)
{
    struct err err;
    struct ramp *stages = ramp_parse("0s:7,10s:7,10s:27", &err);
    struct run run = {.options = {.users = 1, .spawn_rate = 1, .stages = stages}};

    (void)state;
    CHECK_ROW("they are a shape");
    open_run(&run);
    CHECK(course_shaped(&run.course));
    course_start(&run.course);
    a_second_passes(&run);
    CHECK(strncmp(notes(), "7@", 2) == 0 && !strchr(notes(), ' '));
    CHECK_ROW("a stage is one target");
    run.course.start_ns -= 12 * NS_PER_S;
    notes_clear();
    a_second_passes(&run);
    a_second_passes(&run);
    CHECK_STR(notes(), "27@2");
    CHECK_ROW("the last one's end is the course's");
    run.course.start_ns -= 12 * NS_PER_S;
    a_second_passes(&run);
    CHECK_EQ(run.ends, 1);
    CHECK_EQ(run.end, COURSE_END_SHAPE);
    close_run(&run);
    ramp_free(stages);
}

/* ---- Targets ---- */

static void targets(void **state)
{
    static const struct spread_class classes[] = {{.name = "a", .weight = 1},
                                                  {.name = "b", .weight = 1}};
    static const struct {
        const char *row;
        double rate;
        const char *classes[3];
        bool any_class, set;
        uint32_t a, b;
    } rows[] = {
        {"all classes", 100, {0}, true, true, 3, 3},
        {"one of them", 100, {"b"}, false, true, 0, 6},
        {"one, and one that is not there", 100, {"x", "a"}, false, true, 6, 0},
        {"none that is there", 100, {"x"}, false, false, 0, 0},
        {"none at all", 100, {0}, false, false, 0, 0},
        {"a rate of nothing", 0, {0}, true, false, 0, 0},
        {"a rate below", -1, {0}, true, false, 0, 0},
        {"a rate that is no number", (double)NAN, {0}, true, false, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct spread_step step;
        uint32_t worker;
        struct err err;
        struct spread *spread = spread_new(classes, ARRAY_LEN(classes), SPREAD_FEWEST_MOVES, &err);

        CHECK_ROW(rows[i].row);
        log_set_level(LOG_LEVELS);
        spread_add_worker(spread, "w", &worker);
        CHECK_EQ(
            course_set_target(spread, 6, rows[i].rate, rows[i].any_class ? NULL : rows[i].classes),
            rows[i].set);
        while (spread_step(spread, &step)) {
        }
        CHECK_EQ(spread_class_users(spread, 0), rows[i].a);
        CHECK_EQ(spread_class_users(spread, 1), rows[i].b);
        spread_free(spread);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_of_users),
        cmocka_unit_test(a_run_time),
        cmocka_unit_test(a_shape),
        cmocka_unit_test(stages),
        cmocka_unit_test(targets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
