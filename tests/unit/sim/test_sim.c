/* SPDX-License-Identifier: MIT */
/* Users of a sim as a whole: counts, the iterations budget, who is stopped first. */
#undef CICADA_NO_SHORT_NAMES
#include "check.h"
#include "world.h"

static void work(struct user *user)
{
    http_get(user, "/a");
}

static void leave(struct user *user)
{
    note("%u", user_id(user));
}

static const struct task tasks[] = {TASK(work), {0}};
static const struct user_class class = {
    .name = "c", .host = "http://h", .tasks = tasks, .on_stop = leave};
static const struct scenario scenario = {
    .abi = CICADA_ABI, .size = sizeof(scenario), CLASSES(&class)};

static void the_budget_is_exact(void **state)
{
    static const int budgets[] = {1, 2, 7, 100};

    (void)state;
    for (size_t i = 0; i < sizeof(budgets) / sizeof(budgets[0]); i++) {
        struct world world = {.scenario = &scenario, .options.iterations = (uint64_t)budgets[i]};

        world_open(&world);
        world_run(&world, 3);
        CHECK(!world.timed_out);
        CHECK_EQ(sim_counts(world.sim).task_runs, budgets[i]);
        CHECK_EQ(tasks_count(stats_tasks(world.stats), "c"), budgets[i]);
        CHECK_EQ(stats_total(world.stats)->num_requests, budgets[i]);
        CHECK_EQ(world.iterations_done, 1);
        CHECK_EQ(world.gone, 3);
        world_close(&world);
    }
}

static void the_newest_is_stopped_first(void **state)
{
    static const struct fake_answer hang[] = {{"/a", .delay_ns = FAKE_NEVER}, {0}};
    struct world world = {.scenario = &scenario, .script = hang};

    (void)state;
    world_open(&world);
    for (int i = 0; i < 3; i++) {
        sim_start_user(world.sim, 0);
    }
    world_spin(&world, 3000000);
    CHECK_EQ(sim_active_users(world.sim, 0), 3);
    CHECK_EQ(sim_counts(world.sim).waiting_users, 3);
    world_spin(&world, 20000000);
    CHECK(sim_counts(world.sim).oldest_wait_ns > 10000000);
    CHECK(sim_stop_user(world.sim, 0, false));
    world_spin(&world, 3000000);
    CHECK_STR(notes(), "2");
    CHECK(sim_stop_user(world.sim, 0, true)); /* graceful: stays in its request */
    world_spin(&world, 3000000);
    CHECK_STR(notes(), "2");
    CHECK_EQ(sim_active_users(world.sim, 0), 1);
    CHECK_EQ(sim_users(world.sim), 2);
    CHECK_EQ(sim_counts(world.sim).waiting_users, 2);
    CHECK_EQ(sim_kill_overdue(world.sim, 0), 0);
    world_spin(&world, 3000000);
    CHECK_STR(notes(), "2 1");
    CHECK(sim_stop_user(world.sim, 0, true));
    CHECK(!sim_stop_user(world.sim, 0, true));                     /* there is no other */
    CHECK(sim_kill_overdue(world.sim, 60000000000) > 59000000000); /* not yet */
    sim_kill_stopping(world.sim);
    sim_kill_stopping(world.sim); /* twice is harmless */
    world_run(&world, 0);
    CHECK_STR(notes(), "2 1 0");
    CHECK_EQ(sim_counts(world.sim).ended_users, 3);
    CHECK_EQ(sim_counts(world.sim).interrupted, 3);
    CHECK_EQ(sim_counts(world.sim).waiting_users, 0);
    CHECK_EQ(sim_counts(world.sim).oldest_wait_ns, 0);
    world_close(&world);
}

static void stop_all(struct user *user)
{
    if (user_id(user) == 1) {
        http_get(user, "/ok");
        cicada_stop_test();
        note("asked");
    }
    http_get(user, "/a");
}

static const struct task stop_tasks[] = {TASK(stop_all), {0}};
static const struct user_class stop_class = {
    .name = "c", .host = "http://h", .tasks = stop_tasks, .on_stop = leave};
static const struct scenario stop_scenario = {
    .abi = CICADA_ABI, .size = sizeof(stop_scenario), CLASSES(&stop_class)};

/* The requests of others are cancelled on the loop's stack: the fake transport insists on it. */
static void a_task_ends_the_test(void **state)
{
    static const struct fake_answer hang[] = {{"/a", .delay_ns = FAKE_NEVER}, {0}};
    struct world world = {.scenario = &stop_scenario, .script = hang};

    (void)state;
    world_open(&world);
    world_run(&world, 3);
    CHECK(!world.timed_out);
    CHECK_EQ(world.stops_asked, 1);
    CHECK(strncmp(notes(), "asked", 5) == 0);
    CHECK_EQ(world.gone, 3);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_budget_is_exact),
        cmocka_unit_test(the_newest_is_stopped_first),
        cmocka_unit_test(a_task_ends_the_test),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
