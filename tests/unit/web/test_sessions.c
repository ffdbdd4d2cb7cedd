/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "web/sessions.h"

#include <stdio.h>

#include "base/clock.h"

static const int64_t hour_ns = 3600 * NS_PER_S;

static void sessions_end(void **state)
{
    struct sessions sessions = {0};
    char id[SESSION_ID_SIZE];

    (void)state;
    CHECK(sessions_find(&sessions, "", 0) == NULL);
    snprintf(id, sizeof(id), "%s", sessions_add(&sessions, "ann", 0)->id);
    CHECK_STR(sessions_find(&sessions, id, 11 * hour_ns)->name, "ann");
    CHECK(sessions_find(&sessions, id, 22 * hour_ns) != NULL); /* used meanwhile */
    CHECK(sessions_find(&sessions, id, 35 * hour_ns) == NULL); /* unused for 13 hours */
    snprintf(id, sizeof(id), "%s", sessions_add(&sessions, "ann", 0)->id);
    for (int64_t hour = 0; hour < 7 * 24; hour += 10) {
        CHECK(sessions_find(&sessions, id, hour * hour_ns) != NULL);
    }
    CHECK(sessions_find(&sessions, id, (int64_t)7 * 24 * hour_ns + 1) == NULL);
    snprintf(id, sizeof(id), "%s", sessions_add(&sessions, "bob", 0)->id);
    sessions_drop(&sessions, id);
    sessions_drop(&sessions, id);
    CHECK(sessions_find(&sessions, id, 0) == NULL);
    sessions_fini(&sessions);
}

static void the_one_longest_unused_makes_room(void **state)
{
    struct sessions sessions = {0};
    char first[SESSION_ID_SIZE], second[SESSION_ID_SIZE];

    (void)state;
    snprintf(first, sizeof(first), "%s", sessions_add(&sessions, "a", 0)->id);
    snprintf(second, sizeof(second), "%s", sessions_add(&sessions, "b", 1)->id);
    CHECK(strcmp(first, second) != 0);
    CHECK(sessions_find(&sessions, first, 10) != NULL);
    for (int i = 0; i < SESSIONS_MAX - 1; i++) {
        sessions_add(&sessions, "c", 20);
    }
    CHECK(sessions_find(&sessions, first, 20) != NULL);
    CHECK(sessions_find(&sessions, second, 20) == NULL);
    sessions_fini(&sessions);
}

static void tries_are_limited(void **state)
{
    struct sessions sessions = {0};
    int64_t now_ns = 1000 * NS_PER_S;
    int let_in = 0;

    (void)state;
    for (int i = 0; i < 20; i++) {
        if (sessions_may_try(&sessions, "10.0.0.1", now_ns)) {
            let_in++;
            sessions_failed(&sessions, "10.0.0.1", now_ns);
        }
    }
    CHECK_EQ(let_in, 5);
    CHECK(sessions_may_try(&sessions, "10.0.0.2", now_ns)); /* somebody else may */
    CHECK(!sessions_may_try(&sessions, "10.0.0.1", now_ns + 10 * NS_PER_S));
    CHECK(sessions_may_try(&sessions, "10.0.0.1", now_ns + 13 * NS_PER_S));
    /* All together: from many addresses. */
    now_ns += 1000 * NS_PER_S;
    let_in = 0;
    for (int i = 0; i < 1000; i++) {
        char address[32];

        snprintf(address, sizeof(address), "10.1.%d.%d", i / 256, i % 256);
        if (sessions_may_try(&sessions, address, now_ns)) {
            let_in++;
            sessions_failed(&sessions, address, now_ns);
        }
    }
    CHECK_EQ(let_in, 10);
    sessions_fini(&sessions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_end),
        cmocka_unit_test(the_one_longest_unused_makes_room),
        cmocka_unit_test(tries_are_limited),
    };

    return cmocka_run_group_tests_name("sessions", tests, NULL, NULL);
}
