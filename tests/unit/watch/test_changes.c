/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "watch/changes.h"

#include <stdio.h>

#include "base/clock.h"

static void the_newest_come_first_and_the_oldest_go(void **state)
{
    static struct changes changes;

    (void)state;
    CHECK_EQ(changes_count(&changes), 0);
    for (int i = 0; i < 2 * CHANGES_MAX; i++) {
        struct change *change = changes_add(&changes, i * NS_PER_S, "load");

        snprintf(change->text, sizeof(change->text), "no %d", i);
    }
    CHECK_EQ(changes_count(&changes), CHANGES_MAX);
    CHECK_STR(changes_nth(&changes, 0)->text, "no 99");
    CHECK_STR(changes_nth(&changes, 0)->kind, "load");
    CHECK_EQ(changes_nth(&changes, 1)->wall_ns, 98 * NS_PER_S);
    CHECK_STR(changes_nth(&changes, CHANGES_MAX - 1)->text, "no 50");
    changes_clear(&changes);
    CHECK_EQ(changes_count(&changes), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_come_first_and_the_oldest_go),
    };

    return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
