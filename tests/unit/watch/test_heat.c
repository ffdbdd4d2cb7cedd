/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "watch/heat.h"

#include <stdlib.h>

#include "base/clock.h"

static uint64_t sum(const struct heat_column *columns, size_t count)
{
    uint64_t all = 0;

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < HEAT_CELLS; k++) {
            all += columns[i].counts[k];
        }
    }
    return all;
}

static void add(struct heat *heat, int64_t second, int64_t elapsed_ns)
{
    struct hist hist;

    hist_init(&hist);
    hist_record(&hist, elapsed_ns);
    heat_add(heat, second, &hist);
    hist_fini(&hist);
}

static void counts_survive_merging(void **state)
{
    struct heat heat;
    size_t count;
    int64_t column_s;

    (void)state;
    heat_init(&heat, 16, 1);
    for (int64_t i = 0; i < 1000; i++) {
        add(&heat, 5000 + i, 10 * NS_PER_MS);
    }
    struct heat_column *columns = heat_select(&heat, 0, 1000000, 0, &count, &column_s);

    CHECK(count <= 16);
    CHECK(column_s >= 64);
    CHECK_EQ(sum(columns, count), 1000);
    CHECK_EQ(columns[1].second - columns[0].second, column_s);
    free(columns);
    columns = heat_select(&heat, 0, 1000000, 3, &count, &column_s);
    CHECK(count <= 3);
    CHECK_EQ(sum(columns, count), 1000);
    free(columns);
    CHECK(heat_select(&heat, 0, 10, 3, &count, &column_s) == NULL);
    heat_fini(&heat);
}

static void times_fall_between_their_edges(void **state)
{
    static const int64_t times_ns[] = {
        0, 20 * NS_PER_US, NS_PER_MS, 333 * NS_PER_MS, 3000 * NS_PER_S};
    size_t count;
    int64_t column_s;

    (void)state;
    for (size_t i = 0; i < sizeof(times_ns) / sizeof(times_ns[0]); i++) {
        struct heat heat;
        double ms = (double)times_ns[i] / 1e6;

        heat_init(&heat, 16, 1);
        add(&heat, 1, times_ns[i]);
        struct heat_column *column = heat_select(&heat, 0, 10, 0, &count, &column_s);

        for (size_t k = 0; k < HEAT_CELLS; k++) {
            if (column->counts[k]) {
                CHECK(k == 0 || heat_edge_ms(k) <= ms * 1.01);
                CHECK(k == HEAT_CELLS - 1 || heat_edge_ms(k + 1) >= ms * 0.99);
            }
        }
        free(column);
        heat_fini(&heat);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_survive_merging),
        cmocka_unit_test(times_fall_between_their_edges),
    };

    return cmocka_run_group_tests_name("heat", tests, NULL, NULL);
}
