/* SPDX-License-Identifier: MIT */
#include "watch/lines.h"

#include <math.h>

#include "check.h"

enum { STEP_S = 5, T0 = 1795640000 };

static void over_time(void **state)
{
    struct lines lines;

    (void)state;
    lines_init(&lines, STEP_S, 2);
    CHECK_ROW("counts of a step add up, the newest last");
    lines_reach(&lines, T0);
    struct line *line = lines_row(&lines, 7);

    lines_add(&lines, line, 2);
    lines_reach(&lines, T0 + 4);
    lines_add(&lines, line, 3);
    CHECK_NEAR(lines_value(&lines, line, 0), 5, 0);
    CHECK(isnan(lines_value(&lines, line, 1)));
    lines_reach(&lines, T0 + 5);
    CHECK(isnan(lines_value(&lines, line, 0)));
    lines_add(&lines, line, 0);
    CHECK_NEAR(lines_value(&lines, line, 0), 0, 0);
    CHECK_NEAR(lines_value(&lines, line, 1), 5, 0);

    CHECK_ROW("a gap is a gap");
    lines_reach(&lines, T0 + 20);
    lines_add(&lines, line, 1);
    CHECK_NEAR(lines_value(&lines, line, 0), 1, 0);
    CHECK(isnan(lines_value(&lines, line, 1)));
    CHECK(isnan(lines_value(&lines, line, 2)));
    CHECK_NEAR(lines_value(&lines, line, 3), 0, 0);
    CHECK_NEAR(lines_value(&lines, line, 4), 5, 0);

    CHECK_ROW("what is too old is gone");
    lines_reach(&lines, T0 + 4 + LINES_POINTS * STEP_S);
    CHECK_NEAR(lines_value(&lines, line, LINES_POINTS - 1), 0, 0);
    CHECK_NEAR(lines_value(&lines, line, LINES_POINTS - 4), 1, 0);
    lines_reach(&lines, T0 + 1000000);
    for (size_t back = 0; back < LINES_POINTS; back++) {
        CHECK(isnan(lines_value(&lines, line, back)));
    }
    lines_fini(&lines);
}

static void rows(void **state)
{
    struct lines lines;

    (void)state;
    lines_init(&lines, STEP_S, 2);
    lines_reach(&lines, T0);
    CHECK_ROW("the largest is kept");
    struct line *line = lines_row(&lines, 1);

    lines_raise(&lines, line, 40);
    lines_raise(&lines, line, 90.5);
    lines_raise(&lines, line, 10);
    CHECK_NEAR(lines_value(&lines, line, 0), 90.5, 0);
    CHECK_ROW("there are only so many");
    CHECK(lines_row(&lines, 2) != NULL);
    CHECK(lines_row(&lines, 3) == NULL);
    CHECK(lines_find(&lines, 3) == NULL);
    CHECK(lines_row(&lines, 1) == line);
    CHECK(lines_find(&lines, 1) == line);
    CHECK_EQ(lines.count, 2);
    CHECK_ROW("and room again after all were forgotten");
    lines_clear(&lines);
    CHECK(lines_find(&lines, 1) == NULL);
    CHECK(lines_row(&lines, 3) != NULL);
    lines_fini(&lines);

    struct lines none = {0};

    lines_fini(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_time),
        cmocka_unit_test(rows),
    };

    return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
