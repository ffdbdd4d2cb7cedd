/* SPDX-License-Identifier: MIT */
#include "stats/tasks.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

static void counting(void **state)
{
    struct tasks *tasks = tasks_new();
    uint64_t *browse = tasks_counter(tasks, "Shop" TASKS_JOINT "browse"), count;
    size_t position = 0;

    (void)state;
    CHECK_ROW("nothing was started");
    CHECK(!tasks_next(tasks, &position, &count));
    CHECK_EQ(tasks_count(tasks, "Shop"), 0);
    *browse += 3;
    ++*tasks_counter(tasks, "Shop" TASKS_JOINT "Cart" TASKS_JOINT "pay");
    ++*tasks_counter(tasks, "Shopper" TASKS_JOINT "browse");
    CHECK(tasks_counter(tasks, "Shop" TASKS_JOINT "browse") == browse);
    CHECK_ROW("of a class, a set and a task; a longer name is another's");
    CHECK_EQ(tasks_count(tasks, "Shop"), 4);
    CHECK_EQ(tasks_count(tasks, "Shop" TASKS_JOINT "Cart"), 1);
    CHECK_EQ(tasks_count(tasks, "Shop" TASKS_JOINT "browse"), 3);
    CHECK_EQ(tasks_count(tasks, "Sho"), 0);
    position = 0;
    CHECK_STR(tasks_next(tasks, &position, &count), "Shop" TASKS_JOINT "browse");
    CHECK_EQ(count, 3);
    CHECK_ROW("counters outlive a reset");
    tasks_reset(tasks);
    position = 0;
    CHECK(!tasks_next(tasks, &position, &count));
    ++*browse;
    CHECK_EQ(tasks_count(tasks, "Shop"), 1);
    tasks_free(tasks);
    tasks_free(NULL);
}

static void bounds(void **state)
{
    struct tasks *tasks = tasks_new();
    char path[TASKS_PATH_MAX + 2];
    size_t position = 0, shown = 0;
    uint64_t count;

    (void)state;
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    ++*tasks_counter(tasks, path);
    ++*tasks_counter(tasks, "");
    for (int i = 0; i < TASKS_MAX + 100; i++) {
        snprintf(path, sizeof(path), "c%d", i);
        ++*tasks_counter(tasks, path);
    }
    while (tasks_next(tasks, &position, &count)) {
        shown++;
        CHECK_EQ(count, 1);
    }
    CHECK_EQ(shown, TASKS_MAX);
    tasks_free(tasks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counting),
        cmocka_unit_test(bounds),
    };

    return cmocka_run_group_tests_name("tasks", tests, NULL, NULL);
}
