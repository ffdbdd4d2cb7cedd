/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>

#include "base/ensure.h"
#include "dispatch/spread.h"
#include "vectors.h"

/* -- golden cases ------------------------------------------------------------------------------*/

static struct spread *spread_of(const json_t *golden, enum spread_moves moves)
{
    struct spread_class classes[16];
    struct err err;
    size_t i, count = 0;
    json_t *item;

    json_array_foreach(json_object_get(golden, "classes"), i, item)
    {
        classes[count++] = (struct spread_class){
            .name = vectors_text(item, "name"),
            .weight = vectors_number(item, "weight"),
            .fixed_count = (uint32_t)vectors_number(item, "fixed_count"),
        };
    }
    struct spread *spread = spread_new(classes, count, moves, &err);

    json_array_foreach(json_object_get(golden, "workers"), i, item)
    {
        CHECK(spread_add_worker(spread, json_string_value(item), NULL));
    }
    return spread;
}

static void check_map(const struct spread *spread, json_t *map)
{
    const char *id, *name;
    json_t *classes, *count;

    CHECK_EQ(spread_worker_count(spread), json_object_size(map));
    json_object_foreach(map, id, classes)
    {
        uint32_t worker;
        size_t at = 0;

        CHECK(spread_find_worker(spread, id, &worker));
        CHECK_EQ(json_object_size(classes), spread_class_count(spread));
        json_object_foreach(classes, name, count)
        {
            while (strcmp(spread_class_name(spread, at), name) != 0) {
                at = (at + 1) % spread_class_count(spread);
            }
            CHECK_EQ(spread_counts(spread, worker)[at], json_integer_value(count));
        }
    }
}

static uint32_t users_on(const struct spread *spread, uint32_t worker)
{
    uint32_t users = 0;

    for (size_t c = 0; c < spread_class_count(spread); c++) {
        users += spread_counts(spread, worker)[c];
    }
    return users;
}

/* Users in all, of each class, and most and fewest on a worker. */
static void check_sums(const struct spread *spread, json_t *map)
{
    const char *id, *name;
    json_t *classes, *count;
    long long total = 0, most = 0, fewest = INT32_MAX, most_here = 0, fewest_here = INT32_MAX;

    json_object_foreach(map, id, classes)
    {
        long long here = 0;

        json_object_foreach(classes, name, count)
        {
            here += json_integer_value(count);
        }
        total += here;
        most = here > most ? here : most;
        fewest = here < fewest ? here : fewest;
    }
    for (size_t i = 0; i < spread_worker_count(spread); i++) {
        long long here = users_on(spread, spread_worker_at(spread, i));

        most_here = here > most_here ? here : most_here;
        fewest_here = here < fewest_here ? here : fewest_here;
    }
    for (size_t c = 0; c < spread_class_count(spread); c++) {
        long long want = 0;

        json_object_foreach(map, id, classes)
        {
            want += json_integer_value(json_object_get(classes, spread_class_name(spread, c)));
        }
        CHECK_EQ(spread_class_users(spread, c), want);
    }
    CHECK_EQ(spread_users(spread), total);
    CHECK_EQ(most_here, most);
    CHECK_EQ(fewest_here, fewest);
}

static void run_golden(const json_t *golden, enum spread_moves moves)
{
    struct spread *spread = spread_of(golden, moves);
    bool moved = false; /* workers came or went */
    size_t i, j;
    json_t *part;

    json_array_foreach(json_object_get(golden, "steps"), i, part)
    {
        const char *op = vectors_text(part, "op");
        const json_t *maps = json_object_get(part, "iterations");
        const json_t *waits = json_object_get(part, "waits");
        size_t waited = 0;
        struct spread_step step = {0};
        json_t *map;

        if (strcmp(op, "remove_worker") == 0) {
            CHECK(spread_remove_worker(spread, vectors_text(part, "worker")));
            moved = true;
            continue;
        }
        if (strcmp(op, "add_worker") == 0) {
            CHECK(spread_add_worker(spread, vectors_text(part, "worker"), NULL));
            moved = true;
            continue;
        }
        CHECK_STR(op, "dispatch");
        CHECK(spread_set_target(
            spread, (uint32_t)vectors_number(part, "users"), vectors_number(part, "rate"), NULL));
        json_array_foreach(maps, j, map)
        {
            CHECK(!step.last);
            CHECK(spread_step(spread, &step));
            if (moved && moves == SPREAD_FEWEST_MOVES) {
                check_sums(spread, map);
            } else {
                check_map(spread, map);
            }
            if (step.pause_s > 0) {
                CHECK_NEAR(step.pause_s, json_number_value(json_array_get(waits, waited)), 1e-8);
                waited++;
            }
        }
        CHECK_EQ(waited, json_array_size(waits));
        CHECK(step.last);
        CHECK(!spread_step(spread, &step));
        CHECK(!spread_ramping(spread));
    }
    spread_free(spread);
}

static void golden_dispatch(void **state)
{
    json_t *cases = vectors_load("dispatch");
    size_t i;
    json_t *golden;

    (void)state;
    CHECK(json_array_size(cases) > 0);
    json_array_foreach(cases, i, golden)
    {
        CHECK_ROW(vectors_text(golden, "name"));
        run_golden(golden, SPREAD_AS_LOCUST);
        run_golden(golden, SPREAD_FEWEST_MOVES);
    }
    json_decref(cases);
}

/* -- our own -----------------------------------------------------------------------------------*/

static const struct spread_class two[] = {{"A", 1, 0}, {"B", 1, 0}};
static const struct spread_class mixed[] = {{"A", 3, 0}, {"B", 1, 0}, {"F", 0, 5}};

static struct spread *spread_with(const struct spread_class *classes, size_t count,
                                  enum spread_moves moves, size_t workers)
{
    struct err err;
    struct spread *spread = spread_new(classes, count, moves, &err);
    char id[32];

    for (size_t i = 0; i < workers; i++) {
        snprintf(id, sizeof(id), "host%zu_%zu", i % 7, i);
        CHECK(spread_add_worker(spread, id, NULL));
    }
    return spread;
}

static void run_to(struct spread *spread, uint32_t users)
{
    struct spread_step step;

    CHECK(spread_set_target(spread, users, 1e6, NULL));
    while (spread_step(spread, &step)) {
    }
    CHECK_EQ(spread_users(spread), users);
}

static void bad_classes(void **state)
{
    struct err err = {""};

    (void)state;
    CHECK_ROW("what classes.h refuses");
    CHECK(!spread_new(&(struct spread_class){"A", -1, 0}, 1, SPREAD_FEWEST_MOVES, &err));
    CHECK_STR(err.text, "user class A: weight -1 is not 0 or above");
    CHECK(!spread_new(NULL, 0, SPREAD_FEWEST_MOVES, &err));
}

static void bad_targets(void **state)
{
    struct spread *spread = spread_with(two, 2, SPREAD_FEWEST_MOVES, 1);
    struct spread_step step;

    (void)state;
    CHECK_ROW("rates that are none");
    CHECK(!spread_set_target(spread, 5, 0, NULL));
    CHECK(!spread_set_target(spread, 5, -1, NULL));
    CHECK(!spread_set_target(spread, 5, __builtin_nan(""), NULL));
    CHECK(!spread_set_target(spread, 5, __builtin_inf(), NULL));
    CHECK_ROW("no class allowed");
    CHECK(!spread_set_target(spread, 5, 1, (const bool[]){false, false}));
    CHECK(!spread_step(spread, &step));
    CHECK_ROW("a rate beyond all users is one step");
    CHECK(spread_set_target(spread, 5, 1e300, NULL));
    CHECK(spread_step(spread, &step) && step.last);
    CHECK_EQ(step.change_count, 5);
    CHECK_ROW("workers that are there, or not");
    CHECK(!spread_add_worker(spread, "host0_0", NULL));
    CHECK(!spread_remove_worker(spread, "nobody"));
    CHECK(!spread_pending(spread));
    spread_free(spread);
}

static void pauses(void **state)
{
    static const struct {
        double rate;
        uint32_t step;
        double pause_s;
    } rows[] = {
        {0.5, 1, 2}, {1, 1, 1}, {2.4, 2, 2 / 2.4}, {100, 100, 1}, {5000.5, 5000, 5000 / 5000.5}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct spread *spread = spread_with(two, 2, SPREAD_AS_LOCUST, 3);
        struct spread_step step;

        CHECK_ROW("floor of the rate per step, the pause makes up for the rest");
        spread_set_target(spread, 20000, rows[i].rate, NULL);
        CHECK(spread_step(spread, &step));
        CHECK_EQ(spread_users(spread), rows[i].step);
        CHECK_NEAR(step.pause_s, rows[i].pause_s, 1e-12);
        spread_free(spread);
    }
}

static void changed_target_in_a_ramp(void **state)
{
    struct spread *spread = spread_with(two, 2, SPREAD_AS_LOCUST, 2);
    struct spread_step step;

    (void)state;
    spread_set_target(spread, 100, 10, NULL);
    spread_step(spread, &step);
    spread_step(spread, &step);
    CHECK_ROW("down from where the ramp was, newest first");
    spread_set_target(spread, 5, 10, NULL);
    CHECK(spread_step(spread, &step));
    CHECK_EQ(spread_users(spread), 10);
    CHECK_EQ(step.changes[0].delta, -1);
    CHECK(spread_step(spread, &step) && step.last);
    CHECK_EQ(spread_users(spread), 5);
    CHECK_ROW("to nobody at all");
    spread_set_target(spread, 0, 1000, NULL);
    CHECK(spread_step(spread, &step) && step.last);
    CHECK_EQ(spread_users(spread), 0);
    CHECK_NEAR(step.pause_s, 0, 0);
    CHECK_ROW("the cursor does not go back: the sixth worker in turn is the next");
    spread_set_target(spread, 1, 1, NULL);
    CHECK(spread_step(spread, &step));
    CHECK_EQ(step.changes[0].worker, spread_worker_at(spread, 0));
    spread_free(spread);
}

static void without_workers(void **state)
{
    struct spread *spread = spread_with(two, 2, SPREAD_FEWEST_MOVES, 0);
    struct spread_step step;
    uint32_t worker;

    (void)state;
    CHECK_ROW("a ramp waits for the first worker");
    CHECK(spread_set_target(spread, 4, 10, NULL));
    CHECK(!spread_step(spread, &step));
    CHECK(spread_ramping(spread));
    CHECK(spread_add_worker(spread, "h_1", &worker));
    CHECK(!spread_pending(spread));
    CHECK(spread_step(spread, &step) && step.last);
    CHECK_EQ(users_on(spread, worker), 4);
    CHECK_ROW("the last one leaves: nobody to give its users to");
    CHECK(spread_remove_worker(spread, "h_1"));
    CHECK(!spread_pending(spread));
    CHECK(!spread_step(spread, &step));
    CHECK_ROW("the next one gets them");
    CHECK(spread_add_worker(spread, "h_2", &worker));
    CHECK(spread_pending(spread));
    CHECK(spread_step(spread, &step));
    CHECK(step.redistributed && step.last);
    CHECK_EQ(users_on(spread, worker), 4);
    CHECK_EQ(step.change_count, 4);
    spread_free(spread);
}

static void subsets(void **state)
{
    struct spread *spread = spread_with(two, 2, SPREAD_AS_LOCUST, 2);

    (void)state;
    run_to(spread, 4);
    struct spread_step step;

    CHECK_ROW("new users of one class only; the others stay");
    spread_set_target(spread, 10, 100, (const bool[]){false, true});
    spread_step(spread, &step);
    CHECK_EQ(spread_class_users(spread, 0), 2);
    CHECK_EQ(spread_class_users(spread, 1), 8);
    CHECK_ROW("until another subset is given");
    spread_set_target(spread, 12, 100, NULL);
    spread_step(spread, &step);
    CHECK_EQ(spread_class_users(spread, 1), 10);
    spread_set_target(spread, 14, 100, (const bool[]){true, true});
    spread_step(spread, &step);
    CHECK_EQ(spread_class_users(spread, 0), 3);
    spread_free(spread);
}

/* Changes must add up to the counts, in every kind of step. */
static void changes_add_up(void **state)
{
    static const enum spread_moves both[] = {SPREAD_FEWEST_MOVES, SPREAD_AS_LOCUST};

    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(both); k++) {
        struct spread *spread = spread_with(mixed, 3, both[k], 5);
        int32_t mirror[64][3] = {{0}};
        static const uint32_t targets[] = {17, 60, 60, 33, 0, 41};
        struct spread_step step;

        for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
            char id[32];

            spread_set_target(spread, targets[i], 7, NULL);
            for (int n = 0; spread_step(spread, &step); n++) {
                for (size_t j = 0; j < step.change_count; j++) {
                    const struct spread_change *change = &step.changes[j];

                    mirror[change->worker][change->class] += change->delta;
                }
                for (size_t j = 0; j < spread_worker_count(spread); j++) {
                    uint32_t worker = spread_worker_at(spread, j);

                    CHECK_ROW("changes add up to the counts");
                    for (size_t c = 0; c < 3; c++) {
                        CHECK_EQ(mirror[worker][c], spread_counts(spread, worker)[c]);
                    }
                }
                if (n == 1) { /* in the middle of a ramp */
                    uint32_t worker;

                    snprintf(id, sizeof(id), "new_%zu", i);
                    CHECK(spread_add_worker(spread, id, &worker));
                    memset(mirror[worker], 0, sizeof(mirror[worker]));
                } else if (n == 3) {
                    CHECK(spread_remove_worker(spread, id));
                }
            }
            CHECK_ROW("the target is reached whatever happened on the way");
            CHECK_EQ(spread_users(spread), targets[i]);
        }
        spread_free(spread);
    }
}

static void a_redistribution_in_a_ramp(void **state)
{
    struct spread *spread = spread_with(two, 2, SPREAD_FEWEST_MOVES, 2);
    struct spread_step step;

    (void)state;
    spread_set_target(spread, 30, 10, NULL);
    CHECK(spread_step(spread, &step));
    CHECK(spread_add_worker(spread, "late_1", NULL));
    CHECK(spread_add_worker(spread, "late_2", NULL));
    CHECK(spread_remove_worker(spread, "late_2"));
    CHECK_ROW("one extra step for all that happened, unpaced, same number of users");
    CHECK(spread_step(spread, &step));
    CHECK(step.redistributed && !step.last);
    CHECK_NEAR(step.pause_s, 0, 0);
    CHECK_EQ(spread_users(spread), 10);
    CHECK_ROW("then the ramp goes on");
    CHECK(spread_step(spread, &step));
    CHECK(!step.redistributed);
    CHECK_EQ(spread_users(spread), 20);
    CHECK_NEAR(step.pause_s, 1, 0);
    CHECK(spread_step(spread, &step) && step.last);
    spread_free(spread);
}

static void check_even(const struct spread *spread)
{
    uint32_t share = (uint32_t)(spread_users(spread) / spread_worker_count(spread));

    for (size_t i = 0; i < spread_worker_count(spread); i++) {
        uint32_t users = users_on(spread, spread_worker_at(spread, i));

        CHECK(users == share || users == share + 1);
    }
}

static void fewest_moves(void **state)
{
    struct spread *spread = spread_with(mixed, 3, SPREAD_FEWEST_MOVES, 9);
    struct spread_step step;

    (void)state;
    run_to(spread, 900);
    uint32_t a = spread_class_users(spread, 0), b = spread_class_users(spread, 1);

    CHECK_ROW("a tenth worker takes its share and nothing else moves");
    CHECK(spread_add_worker(spread, "host8_1", NULL));
    CHECK(spread_step(spread, &step) && step.last);
    CHECK_EQ(step.change_count, 2 * 90);
    check_even(spread);
    CHECK_EQ(spread_class_users(spread, 0), a);
    CHECK_EQ(spread_class_users(spread, 1), b);

    CHECK_ROW("a lost one's users go to the others, which keep theirs");
    CHECK(spread_remove_worker(spread, "host3_3"));
    CHECK(spread_step(spread, &step));
    CHECK_EQ(step.change_count, 90);
    check_even(spread);
    CHECK_EQ(spread_class_users(spread, 0), a);

    CHECK_ROW("ramps before and after stay even");
    run_to(spread, 1234);
    check_even(spread);
    run_to(spread, 5);
    run_to(spread, 0);
    for (size_t i = 0; i < spread_worker_count(spread); i++) {
        CHECK_EQ(users_on(spread, spread_worker_at(spread, i)), 0);
    }
    spread_free(spread);
}

static void a_large_fleet(void **state)
{
    struct spread *spread = spread_with(mixed, 3, SPREAD_FEWEST_MOVES, 5000);
    struct spread_step step;

    (void)state;
    CHECK_ROW("5,000 workers, 200,000 users");
    run_to(spread, 200000);
    check_even(spread);
    CHECK(spread_remove_worker(spread, "host1_1"));
    CHECK(spread_step(spread, &step));
    CHECK_EQ(step.change_count, 40);
    check_even(spread);
    CHECK_EQ(spread_class_users(spread, 2), 5);
    spread_free(spread);
    spread_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_dispatch),
        cmocka_unit_test(bad_classes),
        cmocka_unit_test(bad_targets),
        cmocka_unit_test(pauses),
        cmocka_unit_test(changed_target_in_a_ramp),
        cmocka_unit_test(without_workers),
        cmocka_unit_test(subsets),
        cmocka_unit_test(changes_add_up),
        cmocka_unit_test(a_redistribution_in_a_ramp),
        cmocka_unit_test(fewest_moves),
        cmocka_unit_test(a_large_fleet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
