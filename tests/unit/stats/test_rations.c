/* SPDX-License-Identifier: MIT */
#include "stats/rations.h"

#include "base/clock.h"
#include "check.h"

static void five_and_one_a_minute(void **state)
{
    struct rations rations = {.count = 0};
    int64_t now_ns = 1000 * NS_PER_S;

    (void)state;
    for (int i = 0; i < RATION_FIRST; i++) {
        CHECK(rations_allow(&rations, 7, now_ns));
        rations_take(&rations, 7, now_ns);
    }
    CHECK(!rations_allow(&rations, 7, now_ns));
    CHECK_ROW("another kind has its own");
    CHECK(rations_allow(&rations, 8, now_ns));
    CHECK_ROW("a minute later one more");
    CHECK(!rations_allow(&rations, 7, now_ns + 59 * NS_PER_S));
    CHECK(rations_allow(&rations, 7, now_ns + 60 * NS_PER_S));
    rations_take(&rations, 7, now_ns + 60 * NS_PER_S);
    CHECK(!rations_allow(&rations, 7, now_ns + 61 * NS_PER_S));
}

static void so_many_kinds(void **state)
{
    struct rations rations = {.count = 0};

    (void)state;
    for (unsigned i = 0; i < RATION_KINDS; i++) {
        CHECK(rations_allow(&rations, i, 1));
        rations_take(&rations, i, 1);
    }
    CHECK(!rations_allow(&rations, RATION_KINDS, 1));
    rations_take(&rations, RATION_KINDS, 1); /* asked for or not */
    CHECK_EQ(rations.count, RATION_KINDS);
    CHECK(rations_allow(&rations, 0, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_and_one_a_minute),
        cmocka_unit_test(so_many_kinds),
    };

    return cmocka_run_group_tests_name("rations", tests, NULL, NULL);
}
