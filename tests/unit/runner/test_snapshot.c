/* SPDX-License-Identifier: MIT */
#include "runner/snapshot.h"

#include "check.h"
#include "spin.h"

static void memory_of_a_round(void **state)
{
    struct loop *loop = loop_new();
    struct snapshot_memory memory = {0};

    (void)state;
    snapshot_memory_init(&memory, loop);
    CHECK_ROW("all of a round's stays");
    int *first = snapshot_array(&memory, 1000, sizeof(*first));
    const char *text = snapshot_text(&memory, "running");

    CHECK_EQ(first[999], 0);
    first[999] = 7;
    for (int i = 0; i < 100; i++) {
        int *other = snapshot_array(&memory, 1000, sizeof(*other));

        CHECK_EQ(other[999], 0);
        other[999] = i;
    }
    CHECK_EQ(first[999], 7);
    CHECK_STR(text, "running");
    CHECK(snapshot_text(&memory, NULL) == NULL);
    CHECK(memory.arena.used > 100 * 1000 * sizeof(int));

    CHECK_ROW("and is given back by the next one");
    spin(loop, NS_PER_MS);
    CHECK_EQ(memory.arena.used, 0);
    snapshot_memory_fini(&memory);
    loop_free(loop);

    CHECK_ROW("one that never was");
    struct snapshot_memory none = {0};

    snapshot_memory_fini(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_of_a_round),
    };

    return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
