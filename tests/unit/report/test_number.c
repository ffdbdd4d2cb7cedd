/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "report/number.h"

#include <math.h>

#include "base/ensure.h"

typedef char *format_fn(char text[NUMBER_SIZE], double value);

static char *count(char text[NUMBER_SIZE], double value)
{
    return number_count(text, (uint64_t)value);
}

static char *latency(char text[NUMBER_SIZE], double value)
{
    char number[NUMBER_SIZE];
    const char *unit;

    number_latency(number, value, &unit);
    snprintf(text, NUMBER_SIZE, "%.20s|%s", number, unit);
    return text;
}

static void numbers_look_as_on_the_page(void **state)
{
    static const struct {
        format_fn *format;
        double value;
        const char *want;
    } rows[] = {
        {count, 0, "0"},
        {count, 999, "999"},
        {count, 1000, "1,000"},
        {count, 43037789, "43,037,789"},
        {number_ms, 0, "0"},
        {number_ms, 0.004, "<0.01"},
        {number_ms, 0.38, "0.38"},
        {number_ms, 8.91, "8.91"},
        {number_ms, 9.996, "10.0"},
        {number_ms, 87.4, "87.4"},
        {number_ms, 99.96, "100"},
        {number_ms, 1240, "1,240"},
        {number_ms, NAN, "\xe2\x80\x93"},
        {number_rate, 0.5, "0.50"},
        {number_rate, 50576.2, "50,576"},
        {number_percent, 0, "0"},
        {number_percent, 0.00001, "<0.01"},
        {number_percent, 0.0043, "0.43"},
        {number_percent, 0.195, "19.5"},
        {number_percent, 0.0999999, "10.0"},
        {number_percent, 0.99999, ">99.99"},
        {number_percent, 0.9996, "99.96"},
        {number_percent, 1, "100"},
        {number_percent, NAN, "\xe2\x80\x93"},
        {latency, 0.42, "420|\xc2\xb5s"},
        {latency, 8.91, "8.91|ms"},
        {latency, 1240, "1,240|ms"},
        {latency, 12400, "12.4|s"},
        {number_size,
         0,
         "0\xc2\xa0"
         "B"},
        {number_size, 152300000, "152.3\xc2\xa0MB"},
        {number_size, 999960, "1.0\xc2\xa0MB"},
        {number_duration, 0.44, "0.4 s"},
        {number_duration, 1122, "18 m 42 s"},
        {number_duration, 4873, "1 h 21 m 13 s"},
        {number_tick, 25000, "25k"},
        {number_tick, 1500000, "1.5M"},
        {number_latency_tick, 0.1, "100\xc2\xa0\xc2\xb5s"},
        {number_latency_tick, 3000, "3\xc2\xa0s"},
    };
    char text[NUMBER_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].want);
        CHECK_STR(rows[i].format(text, rows[i].value), rows[i].want);
    }
}

static void digits_behind_the_point_are_counted(void **state)
{
    (void)state;
    CHECK_EQ(number_fraction("1,240"), 0);
    CHECK_EQ(number_fraction("<0.01"), 2);
    CHECK_EQ(number_fraction("3.0\xc2\xa0MB"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_look_as_on_the_page),
        cmocka_unit_test(digits_behind_the_point_are_counted),
    };

    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
