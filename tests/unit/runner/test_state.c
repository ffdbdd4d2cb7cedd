/* SPDX-License-Identifier: MIT */
#include "runner/state.h"

#include "check.h"

static void what_may_follow_what(void **state)
{
    /* Column: to, in the order ready, spawning, running, stopping, stopped. */
    static const struct {
        enum run_state from;
        const char *name, *to;
    } rows[] = {
        {RUN_READY, "ready", ".x.x."},
        {RUN_SPAWNING, "spawning", ".xxx."},
        {RUN_RUNNING, "running", ".x.x."},
        {RUN_STOPPING, "stopping", "....x"},
        {RUN_STOPPED, "stopped", ".x..."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_ROW(rows[i].name);
        CHECK_STR(run_state_name(rows[i].from), rows[i].name);
        for (int to = 0; to < RUN_STATES; to++) {
            bool may = rows[i].to[to] == 'x';

            CHECK_EQ(run_state_may_follow(rows[i].from, (enum run_state)to), may);
            if (may) {
                enum run_state now = rows[i].from;

                run_state_enter(&now, (enum run_state)to);
                CHECK_EQ(now, to);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_may_follow_what)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
