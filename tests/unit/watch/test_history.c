/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "watch/history.h"

#include <math.h>
#include <stdlib.h>

enum { CAPACITY = 720 };

static struct history_row row(int64_t second, float rps, float p99)
{
    return (struct history_row){.second = second, .rps = rps, .p99 = p99};
}

static void fill(struct history *history, int64_t seconds)
{
    history_init(history, CAPACITY);
    for (int64_t i = 0; i < seconds; i++) {
        struct history_row quiet = row(1000 + i, 100, 10);

        history_add(history, &quiet);
    }
}

static void short_runs_are_kept_whole(void **state)
{
    struct history history;
    size_t count;

    (void)state;
    fill(&history, CAPACITY);
    struct history_row *rows = history_select(&history, 0, 10000, &count);

    CHECK_EQ(count, CAPACITY);
    CHECK_EQ(rows[5].second, 1005);
    free(rows);
    rows = history_select(&history, 1700, 10000, &count);
    CHECK_EQ(count, 20);
    CHECK_EQ(rows[0].second, 1700);
    free(rows);
    CHECK(history_select(&history, 5000, 10, &count) == NULL);
    CHECK_EQ(count, 0);
    history_fini(&history);
}

static void a_week_keeps_what_stands_out(void **state)
{
    enum { WEEK = 7 * 24 * 3600 };
    struct history history;
    size_t count;
    bool peak = false, dip = false;

    (void)state;
    history_init(&history, CAPACITY);
    for (int64_t i = 0; i < WEEK; i++) {
        struct history_row now = row(i, i == 100000 ? 1 : 100, i == 300000 ? 900 : 10);

        history_add(&history, &now);
    }
    const struct history_row *rows = history_rows(&history, &count);

    CHECK(count <= CAPACITY);
    CHECK(rows[0].second < 10000); /* from the very start */
    CHECK_EQ(rows[count - 1].second, WEEK - 1);
    CHECK_EQ(rows[count - 100].second, WEEK - 100); /* the newest are whole */
    for (size_t i = 0; i < count; i++) {
        CHECK(i == 0 || rows[i].second > rows[i - 1].second);
        peak = peak || rows[i].p99 > 800;
        dip = dip || rows[i].rps < 50;
    }
    CHECK(peak);
    CHECK(dip);
    /* Old times are spread evenly: no hole of more than a few hours. */
    for (size_t i = 1; i < count; i++) {
        CHECK(rows[i].second - rows[i - 1].second < 5 * 3600);
    }
    history_fini(&history);
}

static void a_selection_keeps_extremes_and_the_newest(void **state)
{
    struct history history;
    size_t count;
    bool peak = false;

    (void)state;
    history_init(&history, CAPACITY);
    for (int64_t i = 0; i < 700; i++) {
        struct history_row now = row(i, 100, i == 333 ? 900 : i % 7 ? 10 : NAN);

        history_add(&history, &now);
    }
    struct history_row *rows = history_select(&history, 0, 50, &count);

    CHECK(count <= 50);
    CHECK_EQ(rows[count - 1].second, 699);
    for (size_t i = 0; i < count; i++) {
        peak = peak || rows[i].second == 333;
    }
    CHECK(peak);
    free(rows);
    history_fini(&history);
}

static void a_clock_that_goes_back_adds_nothing(void **state)
{
    struct history history;
    size_t count;

    (void)state;
    fill(&history, 10);
    struct history_row before = row(1005, 1, 1);

    history_add(&history, &before);
    history_rows(&history, &count);
    CHECK_EQ(count, 10);
    history_clear(&history);
    history_rows(&history, &count);
    CHECK_EQ(count, 0);
    history_fini(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_runs_are_kept_whole),
        cmocka_unit_test(a_week_keeps_what_stands_out),
        cmocka_unit_test(a_selection_keeps_extremes_and_the_newest),
        cmocka_unit_test(a_clock_that_goes_back_adds_nothing),
    };

    return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
