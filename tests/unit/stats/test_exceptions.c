/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>

#include "base/log.h"
#include "stats/exceptions.h"

static void grouping(void **state)
{
    struct exceptions *all = exceptions_new();
    void *position = NULL;

    (void)state;
    exceptions_record(all, "w_2", "first", "in browse\n", 50);
    exceptions_record(all, "w_1", "second", "in browse\n", 20);
    exceptions_record(all, "w_2", "third", "in browse\n", 90);
    exceptions_record(all, "local", "other", "in checkout\n", 5);
    exceptions_record(all, NULL, NULL, NULL, 5);
    CHECK_ROW("by traceback");
    CHECK_EQ(exceptions_count(all), 3);

    const struct exception *one = exceptions_next(all, &position);

    CHECK_EQ(one->count, 3);
    CHECK_ROW("first and last, in whatever order they came");
    CHECK_EQ(one->first_ns, 20);
    CHECK_EQ(one->last_ns, 90);
    CHECK_ROW("the message of the first");
    CHECK_STR(one->message, "first");
    CHECK_STR(one->traceback, "in browse\n");
    CHECK_ROW("each node once, sorted");
    CHECK_EQ(one->node_count, 2);
    CHECK_STR(one->nodes[0], "w_1");
    CHECK_STR(one->nodes[1], "w_2");
    CHECK_ROW("in order of appearance");
    CHECK_STR(exceptions_next(all, &position)->message, "other");
    CHECK_ROW("without any text");
    CHECK_STR(exceptions_next(all, &position)->message, "");
    CHECK(!exceptions_next(all, &position));

    exceptions_clear(all);
    CHECK_EQ(exceptions_count(all), 0);
    position = NULL;
    CHECK(!exceptions_next(all, &position));
    exceptions_free(all);
    exceptions_free(NULL);
}

static void bounds(void **state)
{
    struct exceptions *all = exceptions_new();
    const struct exception *one = NULL, *next;
    void *position = NULL;
    char text[64];
    char *huge = malloc(1 << 20);

    (void)state;
    log_set_level(LOG_ERROR);
    for (int i = 0; i < 3 * EXCEPTIONS_MAX; i++) {
        snprintf(text, sizeof(text), "traceback %d", i);
        exceptions_record(all, "local", "message", text, 5);
    }
    CHECK_ROW("one group for all beyond the bound");
    CHECK_EQ(exceptions_count(all), EXCEPTIONS_MAX + 1);
    while ((next = exceptions_next(all, &position))) {
        one = next;
    }
    CHECK_STR(one->message, EXCEPTIONS_OTHER);
    CHECK_EQ(one->count, 2 * EXCEPTIONS_MAX);

    CHECK_ROW("many nodes");
    for (int i = 0; i < 2 * EXCEPTIONS_NODES_MAX; i++) {
        snprintf(text, sizeof(text), "w_%d", i);
        exceptions_record(all, text, "message", "traceback 7", 5);
    }
    position = NULL;
    while ((one = exceptions_next(all, &position)) && one->node_count == 1) {
    }
    CHECK_EQ(one->node_count, EXCEPTIONS_NODES_MAX);

    CHECK_ROW("a megabyte of traceback");
    exceptions_clear(all);
    memset(huge, 'x', (1 << 20) - 1);
    huge[(1 << 20) - 1] = '\0';
    exceptions_record(all, "local", huge, huge, 5);
    exceptions_record(all, "local", huge, huge, 5);
    position = NULL;
    one = exceptions_next(all, &position);
    CHECK_EQ(one->count, 2);
    CHECK_EQ(strlen(one->traceback), 16384);
    CHECK_EQ(strlen(one->message), 4096);
    free(huge);
    exceptions_free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grouping),
        cmocka_unit_test(bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
