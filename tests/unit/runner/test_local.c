/* SPDX-License-Identifier: MIT */
/* A test from start to stop, on a fake transport. Time is real but short. */
#undef CICADA_NO_SHORT_NAMES
#include "check.h"
#include "fake_transport.h"
#include "runner/local.h"
#include "world.h" /* note() */

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"

/* ---- Scenarios ---- */

static void ask(struct user *user)
{
    http_get(user, "/a");
}

static void hang(struct user *user)
{
    http_get(user, "/hang");
}

static void idle(struct user *user)
{
    (void)user;
}

static void end(struct user *user)
{
    http_get(user, "/a");
    user_stop(user);
}

static void end_the_test(struct user *user)
{
    cicada_exit_code(9);
    cicada_stop_test();
    http_get(user, "/hang");
}

static void crash_at_first(struct user *user)
{
    if (user_id(user) == 0) {
        user_raise(user, "broken");
    }
}

static void on_start(void)
{
    note("test_start");
}

static void on_stop(void)
{
    note("test_stop");
}

static void user_starts(struct user *user)
{
    (void)user;
    note("on_start");
}

static void user_ends(struct user *user)
{
    (void)user;
    note("on_stop");
}

#define TASKS(name, ...) static const struct task name[] = {__VA_ARGS__, {0}}
#define A_SHORT_WAIT .wait = {cicada_wait_constant, 0.002, 0}
#define A_LONG_WAIT .wait = {cicada_wait_constant, 1000, 0}

TASKS(ask_tasks, TASK(ask));
TASKS(hang_tasks, TASK(hang));
TASKS(idle_tasks, TASK(idle));
TASKS(end_tasks, TASK(end));
TASKS(end_test_tasks, TASK(end_the_test));
TASKS(crash_tasks, TASK(crash_at_first));

static const struct user_class asker = {.name = "asker", .tasks = ask_tasks, A_SHORT_WAIT};
static const struct user_class hanger = {.name = "hanger", .tasks = hang_tasks};
static const struct user_class idler = {.name = "idler", .tasks = idle_tasks, A_LONG_WAIT};
static const struct user_class other = {.name = "other", .tasks = idle_tasks, A_LONG_WAIT};
static const struct user_class ender = {.name = "ender", .tasks = end_tasks};
static const struct user_class stopper = {.name = "stopper", .tasks = end_test_tasks};
static const struct user_class crasher = {.name = "crasher", .tasks = crash_tasks, A_LONG_WAIT};
static const struct user_class hooked = {.name = "hooked",
                                         .tasks = idle_tasks,
                                         A_LONG_WAIT,
                                         .on_start = user_starts,
                                         .on_stop = user_ends};

/* ---- What a runner does, by its interface ---- */

static void local_start(struct runner *local)
{
    local->ops->start(local);
}

static void local_edit(struct runner *local, int64_t change, double rate)
{
    local->ops->edit(local, change, rate);
}

static void local_stop(struct runner *local)
{
    local->ops->stop(local);
}

static bool local_exit_code(const struct runner *local, int *code)
{
    return local->ops->exit_code(local, code);
}

static struct snapshot local_snapshot(struct runner *local)
{
    return local->ops->snapshot(local);
}

/* ---- A run ---- */

static const struct fake_answer script[] = {{"/hang", .delay_ns = FAKE_NEVER}, {0}};

struct run {
    struct loop *loop;
    struct fake_transport fake;
    struct stats *stats;
    struct scenario scenario;
    struct scenarios scenarios;
    struct plan plan;
    struct local_options options;
    struct runner *local;
    struct loop_timer deadline;
    const struct user_class *classes[3];
    int spawned, ended;
    int64_t spawned_ns; /* when the last ramp was complete */
};

static void on_spawned(void *data)
{
    struct run *run = data;

    run->spawned++;
    run->spawned_ns = clock_mono_ns();
}

static void on_ended(void *data)
{
    struct run *run = data;

    run->ended++;
    CHECK_EQ(local_snapshot(run->local).state, RUN_STOPPED);
    loop_break(run->loop);
}

static void on_deadline(struct loop_timer *timer)
{
    loop_break(timer->data);
}

/* options, scenario and classes are set. */
static void open_run(struct run *run)
{
    struct runner_events events = {run, on_spawned, on_ended};
    struct plan_options options = {.host = "http://h"};
    struct err err = {""};

    log_set_level(LOG_LEVELS);
    notes_clear();
    run->scenario.abi = CICADA_ABI;
    run->scenario.size = sizeof(run->scenario);
    run->scenario.classes = run->classes;
    run->loop = loop_new();
    fake_transport_init(&run->fake, run->loop, script);
    run->stats = stats_new(NULL, clock_wall_ns());
    scenarios_add(&run->scenarios, "test", &run->scenario);
    CHECK_EQ(plan_build(&run->plan, &run->scenarios, &options, &err), PLAN_OK);
    run->local = local_new(run->loop,
                           &run->fake.base,
                           run->stats,
                           &run->plan,
                           &run->scenarios,
                           &run->options,
                           &events,
                           &err);
    CHECK(run->local != NULL);
    loop_timer_init(&run->deadline, run->loop, on_deadline, run->loop);
}

static void spin(struct run *run, int64_t duration_ns)
{
    if (run->ended) {
        return;
    }
    loop_timer_start(&run->deadline, duration_ns);
    loop_run(run->loop);
    loop_timer_stop(&run->deadline);
}

static size_t users(struct run *run)
{
    return local_snapshot(run->local).users;
}

/* Whatever happened, each request ended in exactly one way. */
static void close_run(struct run *run)
{
    struct sim_counts counts = local_snapshot(run->local).sim;

    if (run->ended && !run->options.reset_stats) {
        CHECK_EQ(counts.requests_started,
                 stats_total(run->stats)->num_requests + counts.interrupted);
    }
    run->local->ops->free(run->local);
    plan_fini(&run->plan);
    scenarios_fini(&run->scenarios);
    stats_free(run->stats);
    fake_transport_fini(&run->fake);
    loop_free(run->loop);
}

static void expect_end(struct run *run, enum local_end by)
{
    spin(run, 2 * NS_PER_S);
    CHECK_EQ(run->ended, 1);
    CHECK_EQ(local_ended_by(run->local), by);
    CHECK_EQ(users(run), 0);
    CHECK(local_snapshot(run->local).end_ns > 0);
    CHECK_EQ(local_snapshot(run->local).http.connections_opened, 3); /* as the transport says */
}

/* ---- Tests ---- */

/* As Locust's, a ramp goes in steps of a second. */
static void a_ramp_keeps_its_rate(void **state)
{
    struct run run = {.classes = {&idler},
                      .options = {.course = {.users = 110, .spawn_rate = 100}}};
    int64_t start_ns = clock_mono_ns();

    (void)state;
    open_run(&run);
    CHECK_EQ(local_snapshot(run.local).state, RUN_READY);
    local_start(run.local);
    CHECK_EQ(local_snapshot(run.local).state, RUN_SPAWNING);
    spin(&run, 20 * NS_PER_MS);
    CHECK(users(&run) > 0 && users(&run) < 100); /* nor all of a step at once */
    spin(&run, 700 * NS_PER_MS);
    CHECK_EQ(users(&run), 100);
    CHECK_EQ(run.spawned, 0);
    spin(&run, 600 * NS_PER_MS);
    CHECK_EQ(users(&run), 110);
    CHECK_EQ(run.spawned, 1);
    CHECK(run.spawned_ns - start_ns >= NS_PER_S);
    CHECK_EQ(local_snapshot(run.local).state, RUN_RUNNING);
    local_stop(run.local);
    expect_end(&run, LOCAL_END_ASKED);
    close_run(&run);
}

static void run_time_ends_it(void **state)
{
    static const struct user_class *const rows[] = {&asker, &hanger, &idler};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run run = {
            .classes = {rows[i]},
            .options = {.course = {.users = 20, .spawn_rate = 1000, .run_time_ns = 60 * NS_PER_MS}},
        };
        int64_t start_ns = clock_mono_ns();

        CHECK_ROW(rows[i]->name);
        open_run(&run);
        local_start(run.local);
        expect_end(&run, LOCAL_END_RUN_TIME);
        CHECK(clock_mono_ns() - start_ns >= 60 * NS_PER_MS);
        close_run(&run);
    }
}

static void stopping_gracefully_and_again(void **state)
{
    struct run run = {
        .classes = {&hanger},
        .options = {.course = {.users = 5, .spawn_rate = 1000}, .stop_timeout_ns = 60 * NS_PER_S},
    };

    (void)state;
    open_run(&run);
    local_start(run.local);
    spin(&run, 20 * NS_PER_MS);
    local_stop(run.local);
    CHECK_EQ(local_snapshot(run.local).state, RUN_STOPPING);
    spin(&run, 20 * NS_PER_MS);
    CHECK_EQ(run.ended, 0); /* in their requests */
    local_stop(run.local);
    expect_end(&run, LOCAL_END_ASKED);
    CHECK_EQ(local_snapshot(run.local).sim.interrupted, 5);
    local_stop(run.local); /* nothing is left to stop */
    CHECK_EQ(run.ended, 1);
    close_run(&run);
}

static void the_stop_timeout_cuts_tasks_short(void **state)
{
    struct run run = {
        .classes = {&hanger},
        .options = {.course = {.users = 5, .spawn_rate = 1000}, .stop_timeout_ns = 50 * NS_PER_MS},
    };

    (void)state;
    open_run(&run);
    local_start(run.local);
    spin(&run, 20 * NS_PER_MS);
    int64_t asked_ns = clock_mono_ns();

    local_stop(run.local);
    expect_end(&run, LOCAL_END_ASKED);
    CHECK(clock_mono_ns() - asked_ns >= 50 * NS_PER_MS);
    close_run(&run);
}

static void stopped_before_anyone_ran(void **state)
{
    struct run run = {.classes = {&hooked},
                      .options = {.course = {.users = 5, .spawn_rate = 1000}}};

    (void)state;
    open_run(&run);
    local_stop(run.local); /* not even started */
    CHECK_EQ(run.ended, 1);
    CHECK_EQ(local_snapshot(run.local).state, RUN_STOPPED);
    close_run(&run);
}

static void hooks_stand_around_the_users(void **state)
{
    struct run run = {
        .classes = {&hooked},
        .options = {.course = {.users = 2, .spawn_rate = 1000, .run_time_ns = 30 * NS_PER_MS}},
        .scenario = {.test_start = on_start, .test_stop = on_stop},
    };

    (void)state;
    open_run(&run);
    local_start(run.local);
    expect_end(&run, LOCAL_END_RUN_TIME);
    CHECK_STR(notes(), "test_start on_start on_start on_stop on_stop test_stop");
    close_run(&run);
}

static void it_ends_with_its_last_user(void **state)
{
    struct run run = {.classes = {&ender},
                      .options = {.course = {.users = 10, .spawn_rate = 1000}}};

    (void)state;
    open_run(&run);
    local_start(run.local);
    expect_end(&run, LOCAL_END_NO_USERS);
    CHECK_EQ(stats_total(run.stats)->num_requests, 10);
    close_run(&run);
}

static void iterations_end_it(void **state)
{
    struct run run = {
        .classes = {&asker},
        .options = {.course = {.users = 4, .spawn_rate = 1000}, .sim = {.iterations = 25}},
    };

    (void)state;
    open_run(&run);
    local_start(run.local);
    expect_end(&run, LOCAL_END_ITERATIONS);
    CHECK_EQ(stats_total(run.stats)->num_requests, 25);
    close_run(&run);
}

static void a_task_ends_it_and_sets_the_exit_code(void **state)
{
    struct run run = {.classes = {&stopper},
                      .options = {.course = {.users = 3, .spawn_rate = 1000}}};
    int code = 0;

    (void)state;
    open_run(&run);
    CHECK(!local_exit_code(run.local, &code));
    local_start(run.local);
    expect_end(&run, LOCAL_END_ASKED);
    CHECK(local_exit_code(run.local, &code));
    CHECK_EQ(code, 9);
    close_run(&run);
}

static void editing_up_and_down(void **state)
{
    struct run run = {.classes = {&idler}, .options = {.course = {.users = 3, .spawn_rate = 1000}}};

    (void)state;
    open_run(&run);
    local_start(run.local);
    local_edit(run.local, 10, 1000); /* ignored while a ramp is under way */
    spin(&run, 400 * NS_PER_MS);
    CHECK_EQ(users(&run), 3);
    local_edit(run.local, 2, 1000);
    CHECK_EQ(local_snapshot(run.local).state, RUN_SPAWNING);
    spin(&run, 400 * NS_PER_MS);
    CHECK_EQ(users(&run), 5);
    local_edit(run.local, -100, 1000); /* to none: taken away, they did not end by themselves */
    spin(&run, 400 * NS_PER_MS);
    CHECK_EQ(users(&run), 0);
    CHECK_EQ(run.ended, 0);
    CHECK_EQ(local_snapshot(run.local).state, RUN_RUNNING);
    local_edit(run.local, 1, 1000);
    spin(&run, 50 * NS_PER_MS);
    CHECK_EQ(users(&run), 1);
    local_stop(run.local);
    expect_end(&run, LOCAL_END_ASKED);
    close_run(&run);
}

/* One asked late in a ramp has its whole stop timeout, and no more. */
static void users_taken_away_have_the_stop_timeout(void **state)
{
    struct run run = {
        .classes = {&hanger},
        .options = {.course = {.users = 4, .spawn_rate = 1000}, .stop_timeout_ns = 30 * NS_PER_MS},
    };

    (void)state;
    open_run(&run);
    local_start(run.local);
    spin(&run, 400 * NS_PER_MS);
    local_edit(run.local, -4, 2); /* two at once, two a second later */
    spin(&run, 1300 * NS_PER_MS);
    CHECK_EQ(users(&run), 0);
    local_stop(run.local);
    expect_end(&run, LOCAL_END_ASKED);
    close_run(&run);
}

static void resetting_keeps_exceptions(void **state)
{
    struct run run = {
        .classes = {&crasher},
        .options = {.course = {.users = 11, .spawn_rate = 10}, .reset_stats = true},
    };

    (void)state;
    open_run(&run);
    local_start(run.local);
    spin(&run, 1200 * NS_PER_MS);
    CHECK_EQ(run.spawned, 1);
    CHECK_EQ(exceptions_total(stats_exceptions(run.stats)), 1); /* they decide the exit code */
    local_stop(run.local);
    expect_end(&run, LOCAL_END_ASKED);
    close_run(&run);
}

static void resetting_forgets_requests(void **state)
{
    struct run run = {
        .classes = {&asker},
        .options = {.course = {.users = 11, .spawn_rate = 10}, .reset_stats = true},
    };

    (void)state;
    open_run(&run);
    local_start(run.local);
    spin(&run, 1200 * NS_PER_MS);
    CHECK_EQ(run.spawned, 1);
    CHECK(stats_total(run.stats)->num_requests > 0);
    CHECK(stats_total(run.stats)->num_requests < run.fake.finished);
    local_stop(run.local);
    expect_end(&run, LOCAL_END_ASKED);
    close_run(&run);
}

/* ---- Shapes ---- */

static int ticks;
static const char *const only_other[] = {"other", NULL};

static bool over_at_once(struct load *load)
{
    CHECK_EQ(load->current_users, 0);
    ticks++;
    return false;
}

static bool two_ticks(struct load *load)
{
    ticks++;
    note("%.0f:%u", load->run_time, load->current_users);
    load->users = 2;
    load->spawn_rate = 100;
    load->classes = only_other;
    return ticks < 3;
}

static bool without_a_rate(struct load *load)
{
    load->users = 2;
    load->spawn_rate = 0;
    return true;
}

static void a_shape_that_is_over_at_once(void **state)
{
    struct run run = {.classes = {&idler}, .scenario = {.tick = over_at_once}};

    (void)state;
    ticks = 0;
    open_run(&run);
    local_start(run.local);
    CHECK_EQ(run.ended, 1); /* already */
    expect_end(&run, LOCAL_END_SHAPE);
    CHECK_EQ(ticks, 1);
    close_run(&run);
}

static void a_shape_is_asked_every_second(void **state)
{
    struct run run = {.classes = {&idler, &other}, .scenario = {.tick = two_ticks}};

    (void)state;
    ticks = 0;
    open_run(&run);
    local_start(run.local);
    spin(&run, 300 * NS_PER_MS);
    struct snapshot now = local_snapshot(run.local);

    CHECK_EQ(now.class_users[0], 0);
    CHECK_EQ(now.class_users[1], 2); /* only the class it allows */
    local_edit(run.local, 5, 100);   /* the shape decides */
    CHECK_EQ(local_snapshot(run.local).target_users, 2);
    expect_end(&run, LOCAL_END_SHAPE);
    CHECK_STR(notes(), "0:0 1:2 2:2");
    close_run(&run);
}

static void a_shape_without_a_rate_starts_nobody(void **state)
{
    struct run run = {.classes = {&idler}, .scenario = {.tick = without_a_rate}};

    (void)state;
    open_run(&run);
    local_start(run.local);
    spin(&run, 50 * NS_PER_MS);
    CHECK_EQ(users(&run), 0);
    local_stop(run.local);
    expect_end(&run, LOCAL_END_ASKED);
    close_run(&run);
}

static void stages_end_it(void **state)
{
    struct err err;
    struct ramp *ramp = ramp_parse("0s:7,500ms:7", &err);
    struct run run = {.classes = {&idler}, .options = {.course = {.users = 1, .spawn_rate = 1}}};

    (void)state;
    CHECK(ramp != NULL);
    run.options.course.stages = ramp;
    open_run(&run);
    local_start(run.local);
    spin(&run, 700 * NS_PER_MS);
    CHECK_EQ(users(&run), 7);
    expect_end(&run, LOCAL_END_SHAPE);
    close_run(&run);
    ramp_free(ramp);
}

static void dropped_while_it_runs(void **state)
{
    struct run run = {.classes = {&hanger},
                      .options = {.course = {.users = 5, .spawn_rate = 1000}}};

    (void)state;
    open_run(&run);
    local_start(run.local);
    spin(&run, 20 * NS_PER_MS);
    close_run(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ramp_keeps_its_rate),
        cmocka_unit_test(run_time_ends_it),
        cmocka_unit_test(stopping_gracefully_and_again),
        cmocka_unit_test(the_stop_timeout_cuts_tasks_short),
        cmocka_unit_test(stopped_before_anyone_ran),
        cmocka_unit_test(hooks_stand_around_the_users),
        cmocka_unit_test(it_ends_with_its_last_user),
        cmocka_unit_test(iterations_end_it),
        cmocka_unit_test(a_task_ends_it_and_sets_the_exit_code),
        cmocka_unit_test(editing_up_and_down),
        cmocka_unit_test(users_taken_away_have_the_stop_timeout),
        cmocka_unit_test(resetting_keeps_exceptions),
        cmocka_unit_test(resetting_forgets_requests),
        cmocka_unit_test(a_shape_that_is_over_at_once),
        cmocka_unit_test(a_shape_is_asked_every_second),
        cmocka_unit_test(a_shape_without_a_rate_starts_nobody),
        cmocka_unit_test(stages_end_it),
        cmocka_unit_test(dropped_while_it_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
