/* SPDX-License-Identifier: MIT */
#include "runner/log_tail.h"

#include "base/log.h"
#include "check.h"

static void the_last_lines(void **state)
{
    struct err err;

    (void)state;
    CHECK_ROW("nothing before the start");
    CHECK(log_to_file("/dev/null", &err));
    log_info("unseen");
    log_tail_start();
    CHECK_EQ(log_tail_count(), 0);
    CHECK_EQ(log_tail_total(), 0);
    CHECK_ROW("oldest first; what is below the level is no line");
    log_info("first");
    log_debug("whispered");
    log_warning("second");
    CHECK_EQ(log_tail_count(), 2);
    CHECK(strstr(log_tail_line(0), "/INFO/locust.main: first") != NULL);
    CHECK(strstr(log_tail_line(1), "/WARNING/locust.main: second") != NULL);
    CHECK_ROW("the newest push out the oldest");
    for (int i = 0; i < LOG_TAIL_LINES; i++) {
        log_info("line %d.", i);
    }
    CHECK_EQ(log_tail_count(), LOG_TAIL_LINES);
    CHECK_EQ(log_tail_total(), LOG_TAIL_LINES + 2);
    CHECK(strstr(log_tail_line(0), "line 0.") != NULL);
    CHECK(strstr(log_tail_line(LOG_TAIL_LINES - 1), "line 499.") != NULL);
    CHECK_ROW("nothing after the stop");
    log_tail_stop();
    log_info("unseen");
    CHECK_EQ(log_tail_count(), 0);
    log_tail_stop();
    log_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_last_lines)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
