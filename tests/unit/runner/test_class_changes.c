/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "runner/class_changes.h"

static const struct plan_override given[] = {
    {.class_name = "A", .host = "http://given", .has_weight = true, .weight = 7},
};

static const struct plan_override *last(struct class_changes *changes, const char *name)
{
    size_t count;
    const struct plan_override *all = class_changes_all(changes, given, 1, &count);
    const struct plan_override *found = NULL;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].class_name, name) == 0) {
            found = &all[i];
        }
    }
    return found;
}

static void a_change_keeps_what_it_leaves_out(void **state)
{
    static const char *const tasks[] = {"one", "two", NULL};
    struct class_changes *changes = class_changes_new();
    struct plan_override host = {.class_name = "A", .host = "http://new"};
    struct plan_override count = {.class_name = "A", .has_fixed_count = true, .fixed_count = 2};
    struct plan_override some = {.class_name = "B", .tasks = tasks};

    (void)state;
    CHECK_STR(last(changes, "A")->host, "http://given");
    class_changes_add(changes, &host);
    CHECK_STR(last(changes, "A")->host, "http://new");
    CHECK_NEAR(last(changes, "A")->weight, 7, 0);
    class_changes_add(changes, &count);
    CHECK_STR(last(changes, "A")->host, "http://new");
    CHECK_EQ(last(changes, "A")->fixed_count, 2);
    class_changes_drop(changes);
    CHECK_STR(last(changes, "A")->host, "http://new");
    CHECK(!last(changes, "A")->has_fixed_count);
    class_changes_add(changes, &some);
    CHECK_STR(class_changes_find(changes, "B")->tasks[1], "two");
    CHECK(class_changes_find(changes, "C") == NULL);
    class_changes_free(changes);
}

static void memory_stays_bounded(void **state)
{
    struct class_changes *changes = class_changes_new();
    struct plan_override change = {.class_name = "A", .has_weight = true};
    size_t count;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        change.weight = i;
        class_changes_add(changes, &change);
    }
    class_changes_all(changes, NULL, 0, &count);
    CHECK(count <= 2);
    CHECK_NEAR(class_changes_find(changes, "A")->weight, 999, 0);
    class_changes_free(changes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_keeps_what_it_leaves_out),
        cmocka_unit_test(memory_stays_bounded),
    };

    return cmocka_run_group_tests_name("class_changes", tests, NULL, NULL);
}
