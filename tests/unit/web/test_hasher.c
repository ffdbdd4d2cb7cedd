/* SPDX-License-Identifier: MIT */
#include "web/hasher.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

#include "base/clock.h"
#include "base/memory.h"

struct run {
    struct loop *loop;
    struct loop_timer timer;
    int ticks, answered, good, dropped;
    int wanted;
};

static void on_done(void *data, bool good)
{
    struct run *run = data;

    run->good += good;
    if (++run->answered == run->wanted) {
        loop_break(run->loop);
    }
}

static void on_dropped(void *data)
{
    ((struct run *)data)->dropped++;
}

static void on_tick(struct loop_timer *timer)
{
    ((struct run *)timer->data)->ticks++;
}

static struct password_check check_of(const char *line, const char *password)
{
    return (struct password_check){.password = mem_strdup(password),
                                   .expected = mem_strdup(strchr(line, ':') + 1),
                                   .known = true};
}

static void compares(void **state)
{
    struct run run = {.loop = loop_new(), .wanted = 6};
    struct hasher_events events = {&run, on_done, on_dropped};
    struct hasher *hasher = hasher_new(run.loop);
    struct err err;
    char *line = users_file_line("ann", "right", &err);

    (void)state;
    CHECK_ROW("each is answered, while the loop goes on");
    loop_timer_init(&run.timer, run.loop, on_tick, &run);
    loop_timer_repeat(&run.timer, NS_PER_MS);
    for (int i = 0; i < run.wanted; i++) {
        struct password_check check = check_of(line, i % 3 == 0 ? "right" : "wrong");

        CHECK(hasher_add(hasher, &check, &events));
    }
    CHECK_EQ(run.answered, 0);
    loop_run(run.loop);
    CHECK_EQ(run.good, 2);
    CHECK_EQ(run.answered, 6);
    CHECK(run.ticks > 0);
    loop_timer_stop(&run.timer);
    hasher_free(hasher);
    CHECK_EQ(run.dropped, 0);

    CHECK_ROW("there may be only so many, and those that are left at the end are dropped");
    run = (struct run){.loop = run.loop};
    hasher = hasher_new(run.loop);
    events.data = &run;
    for (int i = 0; i < HASHER_JOBS_MAX; i++) {
        struct password_check check = check_of(line, "right");

        CHECK(hasher_add(hasher, &check, &events));
    }
    struct password_check check = check_of(line, "right");

    CHECK(!hasher_add(hasher, &check, &events));
    password_check_fini(&check);
    hasher_free(hasher);
    CHECK_EQ(run.dropped, HASHER_JOBS_MAX);
    CHECK_EQ(run.answered, 0);

    CHECK_ROW("one that was never used");
    hasher_free(hasher_new(run.loop));
    hasher_free(NULL);
    free(line);
    loop_free(run.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares),
    };

    return cmocka_run_group_tests_name("hasher", tests, NULL, NULL);
}
