/* SPDX-License-Identifier: MIT */
/* Orders to a test run by this process: several tests after one another, changes in between. */
#undef CICADA_NO_SHORT_NAMES
#include "check.h"
#include "fake_transport.h"
#include "runner/local.h"
#include "world.h" /* note() */

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"

static void ask(struct user *user)
{
    http_get(user, "/a");
}

static void hang(struct user *user)
{
    http_get(user, "/hang");
}

static void on_test_start(void)
{
    note("start");
}

static void on_test_stop(void)
{
    note("stop");
}

static const struct task ask_tasks[] = {TASK(ask), {0}};
static const struct task hang_tasks[] = {TASK(hang), {0}};
static const struct user_class asker = {
    .name = "asker", .tasks = ask_tasks, .wait = {cicada_wait_constant, 0.002, 0}};
static const struct user_class hanger = {.name = "hanger", .tasks = hang_tasks};
static const struct user_class *const classes[] = {&asker, &hanger, NULL};
static const struct scenario scenario = {.abi = CICADA_ABI,
                                         .size = sizeof(struct scenario),
                                         .classes = classes,
                                         .test_start = on_test_start,
                                         .test_stop = on_test_stop};
static const struct fake_answer script[] = {{"/hang", .delay_ns = FAKE_NEVER}, {0}};

struct run {
    struct loop *loop;
    struct fake_transport fake;
    struct stats *stats;
    struct scenarios scenarios;
    struct plan plan;
    struct runner *runner;
    struct loop_timer deadline;
    int ended;
};

static void on_ended(void *data)
{
    struct run *run = data;

    run->ended++;
    loop_break(run->loop);
}

static void on_deadline(struct loop_timer *timer)
{
    loop_break(timer->data);
}

static void open_run(struct run *run)
{
    static const struct plan_options plan = {.host = "http://h"};
    struct runner_events events = {.data = run, .on_ended = on_ended};
    struct local_options options = {.host = "http://h", .plan = &plan};
    struct err err = {""};

    *run = (struct run){0};
    log_set_level(LOG_LEVELS);
    notes_clear();
    run->loop = loop_new();
    fake_transport_init(&run->fake, run->loop, script);
    run->stats = stats_new(NULL, clock_wall_ns());
    scenarios_add(&run->scenarios, "test", &scenario);
    CHECK_EQ(plan_build(&run->plan, &run->scenarios, &plan, &err), PLAN_OK);
    run->runner = local_new(run->loop,
                            &run->fake.base,
                            run->stats,
                            &run->plan,
                            &run->scenarios,
                            &options, /* gone after the call: it keeps a copy */
                            &events,
                            &err);
    CHECK(run->runner != NULL);
    loop_timer_init(&run->deadline, run->loop, on_deadline, run->loop);
}

static void close_run(struct run *run)
{
    run->runner->ops->free(run->runner);
    plan_fini(&run->plan);
    scenarios_fini(&run->scenarios);
    stats_free(run->stats);
    fake_transport_fini(&run->fake);
    loop_free(run->loop);
}

static void spin(struct run *run, int64_t duration_ns)
{
    loop_timer_start(&run->deadline, duration_ns);
    loop_run(run->loop);
    loop_timer_stop(&run->deadline);
}

static struct snapshot look(struct run *run)
{
    return run->runner->ops->snapshot(run->runner);
}

static struct runner_order users(uint32_t count)
{
    return (struct runner_order){
        .users = count, .spawn_rate = 1000, .stop_timeout_ns = -1, .host = "http://h"};
}

static bool give(struct run *run, const struct runner_order *order)
{
    struct err err = {""};

    return run->runner->ops->order(run->runner, order, &err);
}

static void halt(struct run *run)
{
    int before = run->ended;

    run->runner->ops->halt(run->runner, 0);
    if (run->ended == before) {
        spin(run, NS_PER_S);
    }
    CHECK_EQ(run->ended, before + 1);
    CHECK_EQ(look(run).state, RUN_STOPPED);
    CHECK_EQ(look(run).users, 0);
}

static void tests_follow_one_another(void **state)
{
    struct run run;
    struct runner_order order = users(4);

    (void)state;
    open_run(&run);
    CHECK_EQ(look(&run).state, RUN_READY);
    for (int i = 1; i <= 3; i++) {
        CHECK(give(&run, &order));
        CHECK_EQ(stats_total(run.stats)->num_requests, 0); /* begins anew */
        CHECK_EQ(look(&run).end_ns, 0);
        spin(&run, 60 * NS_PER_MS);
        CHECK_EQ(look(&run).state, RUN_RUNNING);
        CHECK_EQ(look(&run).users, 4);
        CHECK_EQ(look(&run).sim.started_users, 4); /* of this test */
        CHECK(stats_total(run.stats)->num_requests > 0);
        halt(&run);
        CHECK(look(&run).end_ns >= look(&run).start_ns);
    }
    CHECK_STR(notes(), "start stop start stop start stop");
    close_run(&run);
}

static void a_run_time_ends_only_its_own_test(void **state)
{
    struct run run;
    struct runner_order short_one = users(2), endless = users(2);

    (void)state;
    open_run(&run);
    short_one.run_time_ns = 150 * NS_PER_MS;
    CHECK(give(&run, &short_one));
    spin(&run, 30 * NS_PER_MS);
    halt(&run);
    CHECK(give(&run, &endless));
    spin(&run, 300 * NS_PER_MS);
    CHECK_EQ(look(&run).state, RUN_RUNNING);
    halt(&run);
    CHECK(give(&run, &short_one));
    spin(&run, NS_PER_S);
    CHECK_EQ(look(&run).state, RUN_STOPPED);
    CHECK_EQ(local_ended_by(run.runner), LOCAL_END_RUN_TIME);
    close_run(&run);
}

static void a_change_keeps_what_was_counted(void **state)
{
    struct run run;
    struct runner_order order = users(4), more = users(9);

    (void)state;
    open_run(&run);
    CHECK(give(&run, &order));
    spin(&run, 60 * NS_PER_MS);
    uint64_t before = stats_total(run.stats)->num_requests;
    int64_t start_ns = look(&run).start_ns;

    more.run_time_ns = -1;
    CHECK(give(&run, &more));
    spin(&run, 60 * NS_PER_MS);
    CHECK_EQ(look(&run).users, 9);
    CHECK_EQ(look(&run).target_users, 9);
    CHECK_EQ(look(&run).start_ns, start_ns);
    CHECK(stats_total(run.stats)->num_requests > before);
    halt(&run);
    close_run(&run);
}

static void classes_and_hosts_may_differ_between_tests(void **state)
{
    static const char *const only[] = {"asker", NULL}, *const unknown[] = {"nobody", NULL};
    struct run run;
    struct runner_order order = users(4);

    (void)state;
    open_run(&run);
    order.classes = unknown;
    CHECK(!give(&run, &order));
    CHECK_EQ(look(&run).state, RUN_READY);
    order.classes = only;
    order.host = "http://other";
    CHECK(give(&run, &order));
    CHECK_EQ(look(&run).class_count, 1);
    CHECK_STR(look(&run).host, "http://other");
    halt(&run);
    order = users(4);
    CHECK(give(&run, &order));
    CHECK_EQ(look(&run).class_count, 2);
    halt(&run);
    close_run(&run);
}

static void a_stopping_test_takes_no_order(void **state)
{
    struct run run;
    struct runner_order order = users(2);

    (void)state;
    open_run(&run);
    order.stop_timeout_ns = 10 * NS_PER_S;
    CHECK(give(&run, &order));
    spin(&run, 40 * NS_PER_MS);
    run.runner->ops->halt(run.runner, -1);
    spin(&run, 20 * NS_PER_MS);
    CHECK_EQ(look(&run).state, RUN_STOPPING); /* one hangs */
    CHECK(!give(&run, &order));
    halt(&run); /* again: at once */
    CHECK(give(&run, &order));
    halt(&run);
    close_run(&run);
}

static void reset_forgets_and_goes_on(void **state)
{
    struct run run;
    struct runner_order order = users(4);

    (void)state;
    open_run(&run);
    CHECK(give(&run, &order));
    spin(&run, 60 * NS_PER_MS);
    exceptions_record(stats_exceptions(run.stats), "local", "m", "t", 5);
    run.runner->ops->reset(run.runner);
    CHECK_EQ(stats_total(run.stats)->num_requests, 0);
    CHECK_EQ(exceptions_count(stats_exceptions(run.stats)), 0);
    spin(&run, 60 * NS_PER_MS);
    CHECK(stats_total(run.stats)->num_requests > 0);
    halt(&run);
    close_run(&run);
}

static void a_class_can_be_changed(void **state)
{
    struct plan_override fixed = {.class_name = "asker", .has_fixed_count = true, .fixed_count = 3};
    struct plan_override unknown = {.class_name = "nobody"};
    struct run run;
    struct runner_order order = users(4);
    struct err err = {""};

    (void)state;
    open_run(&run);
    CHECK(!run.runner->ops->update_class(run.runner, &unknown, "{}", &err));
    CHECK(run.runner->ops->update_class(run.runner, &fixed, "{}", &err));
    CHECK(give(&run, &order));
    spin(&run, 60 * NS_PER_MS);
    CHECK_EQ(look(&run).class_users[0], 3);
    CHECK_EQ(look(&run).class_users[1], 1);
    CHECK(run.runner->ops->update_class(run.runner, &fixed, "{}", &err)); /* while it runs */
    halt(&run);
    close_run(&run);
}

static void an_order_leaves_older_snapshots_whole(void **state)
{
    static const char *const only[] = {"hanger", NULL};
    struct run run;
    struct runner_order order = users(4);

    (void)state;
    open_run(&run);
    CHECK(give(&run, &order));
    halt(&run);
    struct snapshot before = look(&run);

    order.classes = only;
    order.host = "http://other";
    CHECK(give(&run, &order)); /* its plan and its texts take the place of those before */
    CHECK_EQ(look(&run).class_count, 1);
    CHECK_EQ(before.class_count, 2);
    CHECK_STR(before.class_names[0], "asker");
    CHECK_STR(before.class_names[1], "hanger");
    CHECK_EQ(before.class_users[1], 0);
    CHECK_STR(before.host, "http://h");
    halt(&run);
    close_run(&run);
}

static void a_stop_may_have_a_time_of_its_own(void **state)
{
    struct run run;
    struct runner_order order = users(4);

    (void)state;
    CHECK_ROW("although the test has none");
    open_run(&run);
    CHECK(give(&run, &order));
    spin(&run, 60 * NS_PER_MS);
    run.runner->ops->halt(run.runner, 30 * NS_PER_S);
    for (int i = 0; i < 200 && look(&run).users > 2; i++) {
        spin(&run, 20 * NS_PER_MS);
    }
    CHECK_EQ(look(&run).state, RUN_STOPPING);
    CHECK_EQ(look(&run).stopping_users, 4);
    CHECK_EQ(look(&run).users, 2); /* those that hang */
    CHECK(look(&run).stopping_left_ns > 10 * NS_PER_S);
    CHECK(look(&run).stopping_left_ns < 30 * NS_PER_S);
    CHECK_ROW("another time counts from now");
    run.runner->ops->halt(run.runner, 50 * NS_PER_MS);
    CHECK(look(&run).stopping_left_ns <= 50 * NS_PER_MS);
    CHECK_EQ(look(&run).users, 2);
    spin(&run, 10 * NS_PER_S); /* ended by the end of the test */
    CHECK_EQ(look(&run).state, RUN_STOPPED);

    CHECK_ROW("none, although the test has some");
    order.stop_timeout_ns = 600 * NS_PER_S;
    CHECK(give(&run, &order));
    spin(&run, 60 * NS_PER_MS);
    run.runner->ops->halt(run.runner, 0);
    spin(&run, 10 * NS_PER_S);
    CHECK_EQ(look(&run).state, RUN_STOPPED);
    close_run(&run);
}

static bool set_pause(struct run *run, bool paused)
{
    struct err err = {""};

    return run->runner->ops->pause(run->runner, paused, &err);
}

static void a_pause(void **state)
{
    struct run run;
    struct runner_order order = users(40);

    (void)state;
    CHECK_ROW("needs a test");
    open_run(&run);
    CHECK(!set_pause(&run, true));
    CHECK(look(&run).can_pause);

    CHECK_ROW("a ramp rests");
    order.spawn_rate = 20;
    CHECK(give(&run, &order));
    spin(&run, 60 * NS_PER_MS);
    CHECK(set_pause(&run, true));
    CHECK(set_pause(&run, true)); /* once more changes nothing */
    CHECK(look(&run).paused_ns > 0);
    size_t there = look(&run).users;

    spin(&run, 60 * NS_PER_MS);
    uint64_t asked = run.fake.started;

    spin(&run, 1200 * NS_PER_MS);
    CHECK_EQ(look(&run).state, RUN_SPAWNING);
    CHECK_EQ(look(&run).users, there);
    CHECK_EQ(run.fake.started, asked);
    CHECK_ROW("and goes on");
    CHECK(set_pause(&run, false));
    CHECK_EQ(look(&run).paused_ns, 0);
    spin(&run, 3 * NS_PER_S);
    CHECK_EQ(look(&run).users, 40);
    CHECK_EQ(look(&run).sim.started_users, 40);
    CHECK(run.fake.started > asked + 40);

    CHECK_ROW("the run time goes on, and the end finds everybody");
    CHECK(set_pause(&run, true));
    order.run_time_ns = 100 * NS_PER_MS;
    CHECK(give(&run, &order));
    spin(&run, 10 * NS_PER_S);
    CHECK_EQ(look(&run).state, RUN_STOPPED);
    CHECK_EQ(look(&run).paused_ns, 0);
    CHECK_EQ(local_ended_by(run.runner), LOCAL_END_RUN_TIME);
    CHECK(!set_pause(&run, false));
    close_run(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tests_follow_one_another),
        cmocka_unit_test(a_run_time_ends_only_its_own_test),
        cmocka_unit_test(a_change_keeps_what_was_counted),
        cmocka_unit_test(classes_and_hosts_may_differ_between_tests),
        cmocka_unit_test(a_stopping_test_takes_no_order),
        cmocka_unit_test(reset_forgets_and_goes_on),
        cmocka_unit_test(a_class_can_be_changed),
        cmocka_unit_test(an_order_leaves_older_snapshots_whole),
        cmocka_unit_test(a_stop_may_have_a_time_of_its_own),
        cmocka_unit_test(a_pause),
    };

    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
