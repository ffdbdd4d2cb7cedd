/* SPDX-License-Identifier: MIT */
/* The life of a user: start, tasks, sets, waits, crashes, and every way to be stopped. */
#undef CICADA_NO_SHORT_NAMES
#include "check.h"
#include "world.h"

#include <assert.h>

#include "base/clock.h"
#include "base/ensure.h"

static const struct fake_answer script[] = {{"/hang", .delay_ns = FAKE_NEVER}, {0}};

static void start(struct user *user)
{
    (void)user;
    note("start");
}

static void stop(struct user *user)
{
    http_get(user, "/stop"); /* may block, whatever the reason for the end */
    note("stop");
}

static void set_start(struct user *user)
{
    (void)user;
    note("(");
}

static void set_stop(struct user *user)
{
    (void)user;
    note(")");
}

/* Counts its runs in the user's data; the user ends with the third. */
static void third_ends(struct user *user)
{
    int *runs = user_data(user);

    note("task%d", ++*runs);
    if (*runs == 3) {
        user_stop(user);
        CHECK(!user_running(user));
    }
}

static void end(struct user *user)
{
    note("end");
    user_stop(user);
}

static void inner(struct user *user)
{
    note("inner");
    user_interrupt(user);
}

static void inner_waits(struct user *user)
{
    note("inner");
    cicada_user_interrupt(user, false);
}

static void interrupt_at_once(struct user *user)
{
    note("(");
    user_interrupt(user);
}

static void interrupt_then_end(struct user *user)
{
    note("end");
    user_interrupt(user); /* outside any set: no effect */
    user_stop(user);
}

static void crash(struct user *user)
{
    note("crash");
    if (user_id(user) == 99) {
        note("never");
    }
    user_raise(user, "broken %d", 1);
}

static void crash_once(struct user *user)
{
    int *runs = user_data(user);

    note("run%d", ++*runs);
    if (*runs == 1) {
        http_get(user, "/before");
        user_raise(user, "broken");
    }
    user_stop(user);
}

static void assert_once(struct user *user)
{
    int *runs = user_data(user);

    note("run%d", ++*runs);
    if (*runs == 1) {
        __assert_fail("*runs == 2", "x.c", 1, "assert_once");
    }
    user_stop(user);
}

static double long_wait(struct user *user, const struct wait *self)
{
    (void)user;
    note("wait%g", self->a);
    return self->b;
}

static double crashing_wait(struct user *user, const struct wait *self)
{
    (void)self;
    user_raise(user, "no idea how long");
}

static double thinking_wait(struct user *user, const struct wait *self)
{
    think(user, 0);
    return self->a;
}

#define WAIT(number) .wait = {long_wait, (number), 0}
#define TASKS(name, ...) static const struct task name[] = {__VA_ARGS__, {0}}
#define SET(name_, ...) static const struct task_set name_ = {.name = #name_, .tasks = __VA_ARGS__}
#define USER(name_, ...)                                                                           \
    static const struct user_class name_ = {.name = #name_,                                        \
                                            .host = "http://h",                                    \
                                            .data_size = sizeof(int),                              \
                                            .order = ORDER_SEQUENTIAL,                             \
                                            .tasks = __VA_ARGS__}

TASKS(third_tasks, TASK(third_ends));
USER(plain, third_tasks, .on_start = start, .on_stop = stop);
USER(waiting, third_tasks, WAIT(1));
USER(bare, third_tasks);
TASKS(end_tasks, TASK(end));
USER(ends_in_start, end_tasks, .on_start = end, .on_stop = stop);
USER(thinks_in_wait, third_tasks, .wait = {thinking_wait, 0, 0});

TASKS(inner_tasks, TASK(inner));
SET(inner_set, inner_tasks, .on_start = set_start, .on_stop = set_stop, WAIT(2));
TASKS(outer_tasks, TASK_SET(&inner_set), TASK(end));
USER(leaves_at_once, outer_tasks, .on_stop = stop, WAIT(1));

TASKS(inner_wait_tasks, TASK(inner_waits));
SET(inner_wait_set, inner_wait_tasks, .on_start = set_start, .on_stop = set_stop, WAIT(2));
TASKS(outer_wait_tasks, TASK_SET(&inner_wait_set), TASK(end));
USER(leaves_and_waits, outer_wait_tasks, WAIT(1));

SET(set_without_hooks, inner_wait_tasks);
TASKS(no_hooks_tasks, TASK_SET(&set_without_hooks), TASK(end));
USER(leaves_without_hooks, no_hooks_tasks, WAIT(1));

SET(deep_set, end_tasks, .on_start = set_start, .on_stop = set_stop);
TASKS(middle_tasks, TASK_SET(&deep_set));
SET(middle_set, middle_tasks, .on_start = set_start, .on_stop = set_stop);
TASKS(deep_tasks, TASK_SET(&middle_set));
USER(ends_in_a_nested_set, deep_tasks, .on_start = start, .on_stop = stop);

SET(refusing_set, end_tasks, .on_start = interrupt_at_once, .on_stop = set_stop);
TASKS(refusing_tasks, TASK_SET(&refusing_set), TASK(third_ends));
USER(interrupts_in_set_start, refusing_tasks);

SET(broken_set, end_tasks, .on_start = crash, .on_stop = set_stop);
TASKS(broken_set_tasks, TASK_SET(&broken_set), TASK(end));
USER(crashes_in_set_start, broken_set_tasks, WAIT(1));

TASKS(outside_tasks, TASK(interrupt_then_end));
USER(interrupts_outside, outside_tasks, .on_start = interrupt_at_once);

TASKS(crash_tasks, TASK(crash_once));
USER(crashes_in_a_task, crash_tasks, .on_stop = stop, WAIT(1));
USER(crashes_without_a_wait, crash_tasks);
TASKS(assert_tasks, TASK(assert_once));
USER(fails_an_assert, assert_tasks, WAIT(1));
USER(crashes_in_start, end_tasks, .on_start = crash, .on_stop = stop);
USER(crashes_in_stop, end_tasks, .on_stop = crash);
USER(crashes_in_its_wait, end_tasks, .wait = {crashing_wait, 0, 0});

static void skips(struct user *user)
{
    int *runs = user_data(user);

    user_skip_wait(user);
    if (++*runs == 3) {
        user_stop(user);
    }
}

TASKS(skip_tasks, TASK(skips));
USER(skips_an_endless_wait, skip_tasks, .wait = {cicada_wait_constant, 1000, 0});

static void lives(void **state)
{
    static const struct {
        const char *row;
        const struct user_class *class;
        const char *notes;
        int exceptions, broken;
    } rows[] = {
        {"hooks around the tasks", &plain, "start task1 task2 task3 stop", 0, 0},
        {"no hooks at all", &bare, "task1 task2 task3", 0, 0},
        {"a wait after each task but the last", &waiting, "task1 wait1 task2 wait1 task3", 0, 0},
        {"a wait that blocks", &thinks_in_wait, "task1 task2 task3", 0, 0},
        {"a wait that is skipped", &skips_an_endless_wait, "", 0, 0},
        {"stopped by its on_start: no task, but on_stop", &ends_in_start, "end stop", 0, 0},
        {"an interrupt leaves the set without a wait", &leaves_at_once, "( inner ) end stop", 0, 0},
        {"without rescheduling: the wait of what surrounds it, after its on_stop",
         &leaves_and_waits,
         "( inner wait1 ) end",
         0,
         0},
        {"sets without hooks", &leaves_without_hooks, "inner wait1 end", 0, 0},
        {"nested sets are left from the inside",
         &ends_in_a_nested_set,
         "start ( ( end ) ) stop",
         0,
         0},
        {"an interrupt in a set's on_start: none of its tasks",
         &interrupts_in_set_start,
         "( ) task1 ( ) task2 ( ) task3",
         0,
         0},
        {"a crash in a set's on_start: it is not entered",
         &crashes_in_set_start,
         "crash wait1 end",
         1,
         0},
        {"an interrupt outside a set has no effect", &interrupts_outside, "( end", 0, 0},
        {"a crash: wait and go on", &crashes_in_a_task, "run1 wait1 run2 stop", 1, 0},
        {"a crash without a wait", &crashes_without_a_wait, "run1 run2", 1, 0},
        {"a failing assert is a crash", &fails_an_assert, "run1 wait1 run2", 1, 0},
        {"a crash in on_start ends the user without on_stop", &crashes_in_start, "crash", 1, 1},
        {"a crash in on_stop", &crashes_in_stop, "end crash", 1, 0},
        {"no wait is asked of one that ends", &crashes_in_its_wait, "end", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct scenario scenario = {
            .abi = CICADA_ABI,
            .size = sizeof(scenario),
            .classes = (const struct user_class *const[]){rows[i].class, NULL},
        };
        struct world world = {.scenario = &scenario, .script = script};

        CHECK_ROW(rows[i].row);
        world_open(&world);
        world_run(&world, 1);
        CHECK(!world.timed_out);
        CHECK_STR(notes(), rows[i].notes);
        CHECK_EQ(world_exceptions(&world), rows[i].exceptions);
        CHECK_EQ(sim_counts(world.sim).broken_users, rows[i].broken);
        CHECK_EQ(world.gone, 1);
        CHECK_EQ(world.fake.clients, 0);
        world_close(&world);
    }
}

static void what_crashed_is_counted_with_its_place(void **state)
{
    struct scenario scenario = {
        .abi = CICADA_ABI, .size = sizeof(scenario), CLASSES(&fails_an_assert)};
    struct world world = {.scenario = &scenario};
    void *position = NULL;

    (void)state;
    world_open(&world);
    world_run(&world, 2);
    const struct exception *exception = exceptions_next(stats_exceptions(world.stats), &position);

    CHECK_EQ(exception->count, 2);
    CHECK_STR(exception->message, "AssertionError: *runs == 2");
    CHECK_STR(exception->traceback, "  File \"x.c\", line 1, in assert_once\n");
    CHECK(exceptions_next(stats_exceptions(world.stats), &position) == NULL);
    world_close(&world);
}

/* ---- Being stopped ---- */

static void thinks(struct user *user)
{
    think(user, 1000);
    note("thought");
}

static void asks(struct user *user)
{
    struct response *r = http_get(user, "/hang");

    note("answer %d %s", r->status, r->error);
    think(user, 1000); /* returns at once from now on */
    note("%s", user_running(user) ? "running" : "stopping");
}

static void thinks_briefly(struct user *user)
{
    think(user, 0.02);
    note("thought");
    http_get(user, "/ok");
    note("asked");
}

static void never_ends(struct user *user)
{
    for (;;) {
        think(user, 1000);
    }
}

static void idles(struct user *user)
{
    (void)user;
    note("idle");
}

TASKS(think_tasks, TASK(thinks));
TASKS(ask_tasks, TASK(asks));
TASKS(brief_tasks, TASK(thinks_briefly));
TASKS(endless_tasks, TASK(never_ends));
TASKS(idle_tasks, TASK(idles));
USER(thinker, think_tasks, .on_stop = stop);
USER(asker, ask_tasks, .on_stop = stop);
USER(brief, brief_tasks, .on_stop = stop);
USER(endless, endless_tasks, .on_stop = stop);
USER(idler, idle_tasks, .on_stop = stop, .wait = {cicada_wait_constant, 1000, 0});
SET(idle_set, idle_tasks, .on_start = set_start, .on_stop = set_stop);
TASKS(idle_set_tasks, TASK_SET(&idle_set));
USER(idles_in_a_set, idle_set_tasks, .on_stop = stop, .wait = {cicada_wait_constant, 1000, 0});
USER(starts_for_long, idle_tasks, .on_start = thinks, .on_stop = stop);
SET(slow_set, idle_tasks, .on_start = thinks, .on_stop = set_stop);
TASKS(slow_set_tasks, TASK_SET(&slow_set));
USER(enters_for_long, slow_set_tasks, .on_stop = stop);
USER(without_start, idle_tasks, .on_stop = stop, .wait = {cicada_wait_constant, 1000, 0});

enum way {
    BEFORE_IT_RAN,   /* in the round it was made */
    AT_ONCE,         /* not graceful */
    GRACEFUL,        /* and nothing else */
    GRACEFUL_KILLED, /* until its time is up */
};

static void being_stopped(void **state)
{
    static const struct {
        const char *row;
        const struct user_class *class;
        enum way way;
        const char *notes;
        int interrupted;
    } rows[] = {
        {"before it ran: on_stop has nothing to undo", &plain, BEFORE_IT_RAN, "", 0},
        {"the same without an on_start", &without_start, BEFORE_IT_RAN, "", 0},
        {"while waiting", &idler, AT_ONCE, "idle stop", 0},
        {"while waiting, gracefully", &idler, GRACEFUL, "idle stop", 0},
        {"while waiting in a set", &idles_in_a_set, AT_ONCE, "( idle ) stop", 0},
        {"in think()", &thinker, AT_ONCE, "thought stop", 0},
        {"in think(), after its time", &thinker, GRACEFUL_KILLED, "thought stop", 0},
        {"in a request", &asker, AT_ONCE, "answer 0 the user was stopped stopping stop", 1},
        {"in a request, after its time",
         &asker,
         GRACEFUL_KILLED,
         "answer 0 the user was stopped stopping stop",
         1},
        {"a task that ends in time is finished", &brief, GRACEFUL, "thought asked stop", 0},
        {"a task that goes on is cut off", &endless, AT_ONCE, "stop", 0},
        {"in on_start: no task, but on_stop", &starts_for_long, AT_ONCE, "thought stop", 0},
        {"in a set's on_start", &enters_for_long, AT_ONCE, "thought ) stop", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct scenario scenario = {
            .abi = CICADA_ABI,
            .size = sizeof(scenario),
            .classes = (const struct user_class *const[]){rows[i].class, NULL},
        };
        struct world world = {.scenario = &scenario, .script = script};

        CHECK_ROW(rows[i].row);
        world_open(&world);
        sim_start_user(world.sim, 0);
        if (rows[i].way != BEFORE_IT_RAN) {
            world_spin(&world, 5 * NS_PER_MS);
        }
        CHECK(sim_stop_user(world.sim, 0, rows[i].way >= GRACEFUL));
        if (rows[i].way == GRACEFUL_KILLED) {
            world_spin(&world, 5 * NS_PER_MS);
            CHECK_EQ(sim_users(world.sim), 1); /* still at it */
            sim_kill_stopping(world.sim);
        }
        world_run(&world, 0);
        CHECK(!world.timed_out);
        CHECK_STR(notes(), rows[i].notes);
        CHECK_EQ(sim_counts(world.sim).interrupted, rows[i].interrupted);
        CHECK_EQ(world_exceptions(&world), 0);
        CHECK_EQ(world.gone, 1);
        world_close(&world);
    }
}

static void stops_for_long(struct user *user)
{
    http_get(user, "/ok");
    think(user, 0.01);
    http_get(user, "/ok");
    note("stop");
}

USER(slow_stopper, idle_tasks, .on_stop = stops_for_long, .wait = {cicada_wait_constant, 9, 0});

/* A second Ctrl-C cuts short what is under way, but not on_stop. */
static void on_stop_takes_the_time_it_needs(void **state)
{
    struct scenario scenario = {
        .abi = CICADA_ABI, .size = sizeof(scenario), CLASSES(&slow_stopper)};
    struct world world = {.scenario = &scenario};

    (void)state;
    world_open(&world);
    sim_start_user(world.sim, 0);
    world_spin(&world, 3 * NS_PER_MS);
    CHECK(sim_stop_user(world.sim, 0, false));
    world_spin(&world, 3 * NS_PER_MS);
    sim_kill_stopping(world.sim);
    world_run(&world, 0);
    CHECK(!world.timed_out);
    CHECK_STR(notes(), "idle stop");
    CHECK_EQ(stats_total(world.stats)->num_requests, 2);
    world_close(&world);
}

/* ---- Memory ---- */

static const char *kept;

static void keeps_pointers(struct user *user)
{
    const char *text = fmt(user, "%s", "kept");
    char *zeroed = cicada_user_alloc(user, 100);
    struct response *r = http_get(user, "/a");
    const char *body = r->body;

    for (int i = 0; i < 100; i++) {
        CHECK_EQ(zeroed[i], 0);
    }
    memset(zeroed, 'x', 100);
    think(user, 0);
    http_get(user, "/b");
    CHECK_STR(text, "kept"); /* until the task returns */
    CHECK_STR(body, "first");
    CHECK_EQ(r->status, 200);
    CHECK_STR(json_escape(user, "a\"b"), "a\\\"b");
    CHECK_STR(url_encode(user, "a/b"), "a%2Fb");
    CHECK_STR(cicada_user_host(user), "http://h");
    CHECK_STR(cicada_user_class(user)->name, "memory");
    kept = text;
    user_stop(user);
}

TASKS(memory_tasks, TASK(keeps_pointers));
USER(memory, memory_tasks);

static void pointers_last_as_long_as_the_task(void **state)
{
    static const struct fake_answer bodies[] = {{"/a", .status = 200, .body = "first"}, {0}};
    struct scenario scenario = {.abi = CICADA_ABI, .size = sizeof(scenario), CLASSES(&memory)};
    struct world world = {.scenario = &scenario, .script = bodies};

    (void)state;
    world_open(&world);
    world_run(&world, 50);
    CHECK(!world.timed_out);
    CHECK_EQ(stats_total(world.stats)->num_requests, 100);
    CHECK_EQ(sim_counts(world.sim).stacks.in_use, 0);
    world_close(&world);
}

static void draws(struct user *user)
{
    note("%u", user_random(user, 1000));
    user_stop(user);
}

TASKS(draw_tasks, TASK(draws));
USER(drawer, draw_tasks);

static void a_seed_repeats_a_run(void **state)
{
    struct scenario scenario = {.abi = CICADA_ABI, .size = sizeof(scenario), CLASSES(&drawer)};
    char first[200] = "";

    (void)state;
    for (int run = 0; run < 3; run++) {
        struct world world = {.scenario = &scenario, .options.seed = run < 2 ? 5 : 6};

        world_open(&world);
        world_run(&world, 5);
        if (run == 0) {
            snprintf(first, sizeof(first), "%s", notes());
        } else {
            CHECK_EQ(strcmp(first, notes()) == 0, run == 1);
        }
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lives),
        cmocka_unit_test(what_crashed_is_counted_with_its_place),
        cmocka_unit_test(being_stopped),
        cmocka_unit_test(on_stop_takes_the_time_it_needs),
        cmocka_unit_test(pointers_last_as_long_as_the_task),
        cmocka_unit_test(a_seed_repeats_a_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
