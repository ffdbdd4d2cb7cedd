/* SPDX-License-Identifier: MIT */
/* The users of a worker, on a fake transport. */
#undef CICADA_NO_SHORT_NAMES
#include "runner/squad.h"

#include "base/ensure.h"
#include "base/log.h"
#include "crowd.h"
#include "spin.h"
#include "world.h" /* note() */

struct run {
    struct loop *loop;
    struct fake_transport fake;
    struct stats *stats;
    struct scenario scenario;
    const struct user_class *classes[3];
    struct scenarios scenarios;
    struct sim_options sim;
    struct squad *squad;
    int64_t stop_timeout_ns;
    int adjusted, stopped, exceptions, stops_asked, exit_code;
    bool deaf; /* to what may be NULL */
};

static void on_adjusted(void *data)
{
    ((struct run *)data)->adjusted++;
}

static void on_stopped(void *data)
{
    ((struct run *)data)->stopped++;
    note("stopped");
}

static void on_exception(void *data, const char *message, const char *traceback)
{
    ((struct run *)data)->exceptions++;
    CHECK(strstr(message, "broken") != NULL);
    CHECK(strstr(traceback, "crash") != NULL);
}

static void on_stop_test(void *data)
{
    ((struct run *)data)->stops_asked++;
}

static void on_exit_code(void *data, int code)
{
    ((struct run *)data)->exit_code = code;
}

static void test_starts(void)
{
    note("test_start");
}

static void test_stops(void)
{
    note("test_stop");
}

/* classes and what follows are set. */
static void open_run(struct run *run)
{
    static const struct plan_options plan = {.host = "http://h"};
    struct squad_events events = {
        .data = run, .on_adjusted = on_adjusted, .on_stopped = on_stopped};
    struct err err = {""};

    log_set_level(LOG_LEVELS);
    notes_clear();
    if (!run->deaf) {
        events.on_exception = on_exception;
        events.on_stop_test = on_stop_test;
        events.on_exit_code = on_exit_code;
    }
    run->scenario.abi = CICADA_ABI;
    run->scenario.size = sizeof(run->scenario);
    run->scenario.classes = run->classes;
    run->scenario.test_start = test_starts;
    run->scenario.test_stop = test_stops;
    run->loop = loop_new();
    fake_transport_init(&run->fake, run->loop, crowd_script);
    run->stats = stats_new(NULL, clock_wall_ns());
    scenarios_add(&run->scenarios, "test", &run->scenario);
    run->squad = squad_new(
        run->loop, &run->fake.base, run->stats, &run->scenarios, &plan, &run->sim, &events, &err);
    CHECK_STR(err.text, "");
    squad_set_stop_timeout(run->squad, run->stop_timeout_ns);
}

static void close_run(struct run *run)
{
    squad_free(run->squad);
    scenarios_fini(&run->scenarios);
    stats_free(run->stats);
    fake_transport_fini(&run->fake);
    loop_free(run->loop);
}

static void want(struct run *run, const char *name, size_t users)
{
    CHECK(squad_want(run->squad, name, strlen(name), users));
}

static void adjust(struct run *run)
{
    int before = run->adjusted;

    squad_adjust(run->squad);
    AWAIT(run->loop, run->adjusted > before);
    CHECK_EQ(run->adjusted, before + 1);
}

static void absolute_numbers(void **state)
{
    static const struct {
        const char *row;
        int idlers, others; /* -1: not named */
        size_t want_idlers, want_others;
    } rows[] = {
        {"some of both", 3, 2, 3, 2},
        {"the same again", 3, 2, 3, 2},
        {"a class that is not named keeps its users", 5, -1, 5, 2},
        {"more of one and less of the other", 1, 4, 1, 4},
        {"more than are started at once", 130, 4, 130, 4},
        {"nothing named", -1, -1, 130, 4},
        {"nobody", 0, 0, 0, 0},
        {"somebody again", 1, 0, 1, 0},
    };
    struct run run = {.classes = {&idler, &other}};

    (void)state;
    open_run(&run);
    CHECK_STR(notes(), "test_start");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        if (rows[i].idlers >= 0) {
            want(&run, "idler", (size_t)rows[i].idlers);
        }
        if (rows[i].others >= 0) {
            want(&run, "other", (size_t)rows[i].others);
        }
        adjust(&run);
        CHECK_EQ(squad_users(run.squad, 0), rows[i].want_idlers);
        CHECK_EQ(squad_users(run.squad, 1), rows[i].want_others);
    }
    CHECK_STR(notes(), "test_start");
    close_run(&run);
}

static void names(void **state)
{
    static const struct {
        const char *name;
        size_t length;
        bool known;
    } rows[] = {
        {"idler", 5, true},
        {"idlers", 5, true}, /* not terminated */
        {"idlers", 6, false},
        {"idler", 4, false},
        {"", 0, false},
        {"Idler", 5, false},
        {"idler\0x", 7, false},
    };
    struct run run = {.classes = {&idler}};

    (void)state;
    open_run(&run);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].name);
        CHECK_EQ(squad_want(run.squad, rows[i].name, rows[i].length, 1), rows[i].known);
    }
    adjust(&run);
    CHECK_EQ(squad_users(run.squad, 0), 1);
    close_run(&run);
}

static void a_replaced_adjustment_is_not_reported(void **state)
{
    struct run run = {.classes = {&idler}};

    (void)state;
    CHECK_ROW("while users are still being started");
    open_run(&run);
    want(&run, "idler", 200);
    squad_adjust(run.squad);
    AWAIT(run.loop, squad_users(run.squad, 0) > 0);
    CHECK(squad_users(run.squad, 0) < 200);
    want(&run, "idler", 10);
    adjust(&run);
    CHECK_EQ(squad_users(run.squad, 0), 10);
    spin(run.loop, 30 * NS_PER_MS);
    CHECK_EQ(run.adjusted, 1);
    CHECK_EQ(squad_users(run.squad, 0), 10);
    close_run(&run);

    CHECK_ROW("while users are still finishing");
    run = (struct run){.classes = {&hanger}, .stop_timeout_ns = 600 * NS_PER_S};
    open_run(&run);
    want(&run, "hanger", 3);
    adjust(&run);
    AWAIT(run.loop, run.fake.started == 3);
    want(&run, "hanger", 0);
    squad_adjust(run.squad);
    spin(run.loop, 30 * NS_PER_MS);
    CHECK_EQ(run.adjusted, 1);
    CHECK_EQ(squad_users(run.squad, 0), 3); /* those that are leaving are there */
    want(&run, "hanger", 1);
    squad_adjust(run.squad);
    AWAIT(run.loop, squad_users(run.squad, 0) == 4);
    CHECK_EQ(run.adjusted, 1);
    close_run(&run);
}

/* As in Locust: an order is for so many starts, not for keeping the number up. */
static void users_that_end_by_themselves(void **state)
{
    struct run run = {.classes = {&ender}};

    (void)state;
    CHECK_ROW("they are started once");
    open_run(&run);
    want(&run, "ender", 120);
    adjust(&run);
    AWAIT(run.loop, squad_users(run.squad, 0) == 0);
    CHECK_EQ(squad_counts(run.squad).started_users, 120);
    CHECK_ROW("the next order makes up for them");
    want(&run, "ender", 2);
    adjust(&run);
    CHECK_EQ(squad_counts(run.squad).started_users, 122);
    close_run(&run);
}

static void stop_timeouts(void **state)
{
    static const struct {
        const char *row;
        const struct user_class *class;
        int64_t timeout_ns;
        bool by_stop; /* else by an order for none */
    } rows[] = {
        {"waiting users leave at once", &idler, 600 * NS_PER_S, false},
        {"at the end too", &idler, 600 * NS_PER_S, true},
        {"no time for requests", &hanger, 0, false},
        {"none at the end either", &hanger, 0, true},
        {"requests are cut short when their time is up", &hanger, 50 * NS_PER_MS, false},
        {"at the end too", &hanger, 50 * NS_PER_MS, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run run = {.classes = {rows[i].class}, .stop_timeout_ns = rows[i].timeout_ns};
        bool hangs = rows[i].class == &hanger;

        CHECK_ROW(rows[i].row);
        open_run(&run);
        want(&run, rows[i].class->name, 4);
        adjust(&run);
        AWAIT(run.loop,
              squad_counts(run.squad).task_runs == 4 && (!hangs || run.fake.started == 4));
        int64_t asked_ns = clock_mono_ns();

        if (rows[i].by_stop) {
            squad_stop(run.squad);
            AWAIT(run.loop, run.stopped == 1);
            CHECK_STR(notes(), "test_start test_stop stopped");
        } else {
            want(&run, rows[i].class->name, 0);
            adjust(&run);
        }
        CHECK(!hangs || clock_mono_ns() - asked_ns >= rows[i].timeout_ns);
        CHECK_EQ(squad_users(run.squad, 0), 0);
        CHECK_EQ(squad_counts(run.squad).interrupted, hangs ? 4 : 0);
        close_run(&run);
    }
}

static void stopping(void **state)
{
    struct run run = {.classes = {&hanger}, .stop_timeout_ns = 600 * NS_PER_S};

    (void)state;
    CHECK_ROW("nobody was there");
    open_run(&run);
    squad_stop(run.squad);
    CHECK_EQ(run.stopped, 0); /* in a later round */
    AWAIT(run.loop, run.stopped == 1);
    squad_stop(run.squad);
    want(&run, "hanger", 3);
    squad_adjust(run.squad); /* over is over */
    spin(run.loop, 20 * NS_PER_MS);
    CHECK_EQ(run.stopped, 1);
    CHECK_EQ(run.adjusted, 0);
    CHECK_EQ(squad_users(run.squad, 0), 0);
    close_run(&run);

    CHECK_ROW("in the middle of an adjustment, which is then not reported");
    run = (struct run){.classes = {&idler}};
    open_run(&run);
    want(&run, "idler", 200);
    squad_adjust(run.squad);
    AWAIT(run.loop, squad_users(run.squad, 0) > 0);
    squad_stop(run.squad);
    AWAIT(run.loop, run.stopped == 1);
    CHECK(squad_counts(run.squad).started_users < 200);
    CHECK_EQ(run.adjusted, 0);
    close_run(&run);

    CHECK_ROW("a second time cuts short");
    run = (struct run){.classes = {&hanger}, .stop_timeout_ns = 600 * NS_PER_S};
    open_run(&run);
    want(&run, "hanger", 3);
    adjust(&run);
    AWAIT(run.loop, run.fake.started == 3);
    squad_stop(run.squad);
    spin(run.loop, 20 * NS_PER_MS);
    CHECK_EQ(run.stopped, 0);
    squad_adjust(run.squad); /* ignored */
    squad_stop(run.squad);
    AWAIT(run.loop, run.stopped == 1);
    CHECK_EQ(run.adjusted, 1);
    CHECK_EQ(squad_counts(run.squad).interrupted, 3);
    close_run(&run);
}

static void a_changed_plan_is_for_new_users(void **state)
{
    static const struct plan_options there = {.host = "http://there"};
    static const struct plan_override override = {.class_name = "swimmer", .host = "http://x"};
    static const char *const one[] = {"askonce", NULL};
    static const struct {
        const char *row;
        struct plan_options options;
        const char *want;
    } rows[] = {
        {"a class that is not there", {.overrides = &override, .override_count = 1}, "swimmer"},
        {"fewer classes", {.class_names = one}, "the set of classes can't change during a test"},
    };
    struct run run = {.classes = {&ask_once, &other}};
    struct err err = {""};

    (void)state;
    open_run(&run);
    want(&run, "askonce", 2);
    adjust(&run);
    AWAIT(run.loop, run.fake.finished == 2);
    CHECK_ROW("another host");
    buf_clear(&run.fake.journal);
    CHECK(squad_change_plan(run.squad, &there, &err));
    CHECK_STR(squad_plan(run.squad)->classes[0].host, "http://there");
    want(&run, "askonce", 3);
    adjust(&run);
    AWAIT(run.loop, run.fake.finished == 3);
    CHECK(strstr(buf_text(&run.fake.journal), "GET http://there/a") != NULL);
    CHECK(strstr(buf_text(&run.fake.journal), "http://h/") == NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK(!squad_change_plan(run.squad, &rows[i].options, &err));
        CHECK(strstr(err.text, rows[i].want) != NULL);
        CHECK_STR(squad_plan(run.squad)->classes[0].host, "http://there");
    }
    close_run(&run);
}

static void news(void **state)
{
    struct run run = {.classes = {&crasher, &stopper}};

    (void)state;
    CHECK_ROW("crashes, and what a task asks for");
    open_run(&run);
    want(&run, "crasher", 2);
    want(&run, "stopper", 1);
    adjust(&run);
    AWAIT(run.loop, run.exceptions == 2 && run.stops_asked == 1);
    CHECK_EQ(run.exit_code, 9);
    CHECK_EQ(exceptions_total(stats_exceptions(run.stats)), 2);
    CHECK_EQ(run.stopped, 0); /* that is for others to do */
    close_run(&run);

    CHECK_ROW("nobody need listen");
    run = (struct run){.classes = {&crasher, &stopper}, .deaf = true};
    open_run(&run);
    want(&run, "crasher", 2);
    want(&run, "stopper", 1);
    adjust(&run);
    AWAIT(run.loop, squad_counts(run.squad).task_runs == 3);
    close_run(&run);
}

static void a_plan_that_makes_no_sense(void **state)
{
    static const char *const names[] = {"nobody", NULL};
    struct plan_options plan = {.class_names = names};
    struct squad_events events = {.on_adjusted = on_adjusted, .on_stopped = on_stopped};
    struct scenario scenario = {.classes = (const struct user_class *const[]){&idler, NULL},
                                .test_start = test_starts};
    struct scenarios scenarios = {0};
    struct sim_options sim = {0};
    struct err err = {""};
    struct loop *loop = loop_new();

    (void)state;
    CHECK_ROW("no test starts");
    notes_clear();
    scenarios_add(&scenarios, "test", &scenario);
    CHECK(!squad_new(loop, NULL, NULL, &scenarios, &plan, &sim, &events, &err));
    CHECK(strstr(err.text, "nobody") != NULL);
    CHECK_STR(notes(), "");
    scenarios_fini(&scenarios);
    loop_free(loop);
    squad_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absolute_numbers),
        cmocka_unit_test(names),
        cmocka_unit_test(a_replaced_adjustment_is_not_reported),
        cmocka_unit_test(users_that_end_by_themselves),
        cmocka_unit_test(stop_timeouts),
        cmocka_unit_test(stopping),
        cmocka_unit_test(a_changed_plan_is_for_new_users),
        cmocka_unit_test(news),
        cmocka_unit_test(a_plan_that_makes_no_sense),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
