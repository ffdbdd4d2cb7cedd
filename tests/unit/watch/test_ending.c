/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "watch/ending.h"

#include "base/clock.h"
#include "base/ensure.h"

static void sentences(void **state)
{
    static const struct {
        const char *row, *why, *text; /* NULL: none */
        int64_t start_s, took_s;      /* -1: not over */
    } rows[] = {
        {"no test has ended", NULL, NULL, 100, -1},
        {"the run time", "Run time reached", "Run time reached after 30:00", 100, 1800},
        {"by hand", "Stopped", "Stopped by hand after 4:10", 100, 250},
        {"hours", "Stopped", "Stopped by hand after 26:00:07", 100, 26 * 3600 + 7},
        {"at once", "Stopped", "Stopped by hand after 0:00", 100, 0},
        {"users are still stopping", "Stopped", "Stopped by hand", 100, -1},
        {"never started", "Stopped", "Stopped by hand", 0, -1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct snapshot snapshot = {
            .why_ended = rows[i].why,
            .start_ns = rows[i].start_s * NS_PER_S,
            .end_ns = rows[i].took_s < 0 ? 0 : (rows[i].start_s + rows[i].took_s) * NS_PER_S + 999,
        };
        char text[ENDING_SIZE];
        const char *said = ending_text(&snapshot, text);

        print_message("%s\n", rows[i].row);
        CHECK_EQ(said == NULL, rows[i].text == NULL);
        if (said && rows[i].text) {
            assert_string_equal(said, rows[i].text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sentences)};

    return cmocka_run_group_tests_name("ending", tests, NULL, NULL);
}
