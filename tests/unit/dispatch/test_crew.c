/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/ensure.h"
#include "dispatch/crew.h"

static void serving_order(void **state)
{
    static const struct {
        const char *row;
        const char *ids[6], *want[6];
    } rows[] = {
        {"one host: by id", {"h_2", "h_3", "h_1"}, {"h_1", "h_2", "h_3"}},
        {"two hosts take turns", {"a_1", "a_2", "b_9", "b_1"}, {"a_1", "b_1", "a_2", "b_9"}},
        {"the longer host ends the order",
         {"a_1", "b_1", "b_2", "b_3"},
         {"a_1", "b_1", "b_2", "b_3"}},
        {"the host ends at the first underscore", {"a_b_1", "a_c_1"}, {"a_b_1", "a_c_1"}},
        {"an id without one is its own host", {"a", "a-x_1", "a_1"}, {"a", "a-x_1", "a_1"}},
        {"capitals before small letters", {"a_1", "B_1"}, {"B_1", "a_1"}},
        {"beyond ASCII by code point", {"\xc3\xa9_1", "z_1"}, {"z_1", "\xc3\xa9_1"}},
        {"an empty id", {"a_1", ""}, {"", "a_1"}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct crew *crew = crew_new();
        uint32_t slot;
        size_t count = 0;

        CHECK_ROW(rows[i].row);
        while (count < 6 && rows[i].ids[count]) {
            CHECK(crew_add(crew, rows[i].ids[count++], &slot));
        }
        CHECK_EQ(crew_count(crew), count);
        for (size_t j = 0; j < count; j++) {
            CHECK_STR(crew_id(crew, crew_order(crew)[j]), rows[i].want[j]);
        }
        crew_free(crew);
    }
}

static void coming_and_going(void **state)
{
    struct crew *crew = crew_new();
    uint32_t a, b, c, found;

    (void)state;
    CHECK(crew_add(crew, "h_1", &a));
    CHECK(crew_add(crew, "h_2", &b));
    CHECK_ROW("twice the same id");
    CHECK(!crew_add(crew, "h_1", &c));
    CHECK_ROW("an id nobody has");
    CHECK(!crew_remove(crew, "h_3"));
    CHECK(!crew_find(crew, "h_3", &found));
    CHECK_ROW("found again");
    CHECK(crew_find(crew, "h_2", &found) && found == b);

    CHECK_ROW("a gone worker keeps its slot until it is swept");
    CHECK(crew_remove(crew, "h_1"));
    CHECK(!crew_remove(crew, "h_1"));
    CHECK(crew_gone(crew, a));
    CHECK_STR(crew_id(crew, a), "");
    CHECK(crew_add(crew, "h_0", &c) && c != a);
    CHECK_EQ(crew_count(crew), 2);
    crew_sweep(crew);
    CHECK(crew_add(crew, "h_9", &found) && found == a);
    CHECK_EQ(crew_slots(crew), 3);
    CHECK_STR(crew_id(crew, crew_order(crew)[0]), "h_0");
    CHECK(crew_gone(crew, 99));
    crew_free(crew);
    crew_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serving_order),
        cmocka_unit_test(coming_and_going),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
