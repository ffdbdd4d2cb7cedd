/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "report/html_axis.h"

#include "base/ensure.h"

static void marks_are_round_and_few(void **state)
{
    static const struct {
        const char *row;
        struct axis axis;
        size_t most, count;
        double first, last;
    } rows[] = {
        {"linear", {.height = 84, .high = 54000}, 3, 2, 20000, 40000},
        {"small rates", {.height = 84, .high = 0.5}, 3, 2, 0.2, 0.4},
        {"half decades", {.height = 124, .low = 0.2, .high = 70, .log = true}, 5, 5, 0.3, 30},
        {"decades", {.height = 124, .low = 0.2, .high = 700, .log = true}, 4, 3, 1, 100},
        {"an empty axis", {.height = 84}, 3, 0, 0, 0},
    };
    double ticks[AXIS_TICKS];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK_EQ(axis_ticks(&rows[i].axis, rows[i].most, ticks), rows[i].count);
        if (rows[i].count > 0) {
            CHECK_NEAR(ticks[0], rows[i].first, 1e-9);
            CHECK_NEAR(ticks[rows[i].count - 1], rows[i].last, 1e-9);
        }
    }
}

static void values_stand_within_their_lane(void **state)
{
    struct axis linear = {.top = 10, .height = 100, .high = 50};
    struct axis decades = {.top = 10, .height = 100, .low = 1, .high = 100, .log = true};

    (void)state;
    CHECK_NEAR(axis_y(&linear, 0), 110, 1e-9);
    CHECK_NEAR(axis_y(&linear, 25), 60, 1e-9);
    CHECK_NEAR(axis_y(&linear, 1e9), 10, 1e-9);
    CHECK_NEAR(axis_y(&decades, 10), 60, 1e-9);
    CHECK_NEAR(axis_y(&decades, 0), 110, 1e-9);
}

static void time_marks_do_not_crowd(void **state)
{
    (void)state;
    CHECK_EQ(axis_time_step(8, 9), 1);
    CHECK_EQ(axis_time_step(1122, 9), 120);
    CHECK_EQ(axis_time_step(7 * 86400, 9), 86400);
    CHECK_EQ(axis_time_step(90 * 86400, 9), 11 * 86400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_are_round_and_few),
        cmocka_unit_test(values_stand_within_their_lane),
        cmocka_unit_test(time_marks_do_not_crowd),
    };

    return cmocka_run_group_tests_name("html_axis", tests, NULL, NULL);
}
