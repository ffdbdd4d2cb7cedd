/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "dispatch/ramp.h"
#include "dispatch/spread.h"

static void parsing(void **state)
{
    static const struct {
        const char *row, *text;
        size_t stages;
        int64_t seconds;
        uint32_t peak;
        const char *error;
    } rows[] = {
        {"two stages", "30s:100,5m:500", 2, 330, 500, NULL},
        {"one stage", "10:5", 1, 10, 5, NULL},
        {"blanks", " 30s : 100 , 1m:0 ", 2, 90, 100, NULL},
        {"a jump at first", "0s:100,1m:100", 2, 60, 100, NULL},
        {"empty", "", 0, 0, 0, "stage 1 (\"\") is not duration:users, such as 30s:100"},
        {"an empty part",
         "30s:1,,5s:2",
         0,
         0,
         0,
         "stage 2 (\"\") is not duration:users, such as 30s:100"},
        {"a comma at the end",
         "30s:1,",
         0,
         0,
         0,
         "stage 2 (\"\") is not duration:users, such as 30s:100"},
        {"no colon",
         "30s:1,5m500",
         0,
         0,
         0,
         "stage 2 (\"5m500\") is not duration:users, such as 30s:100"},
        {"a bad duration",
         "30x:1",
         0,
         0,
         0,
         "stage 1: \"30x\" is not a duration such as 30s or 5m"},
        {"a negative duration",
         "-1:1",
         0,
         0,
         0,
         "stage 1: \"-1\" is not a duration such as 30s or 5m"},
        {"bad users",
         "1s:ten",
         0,
         0,
         0,
         "stage 1: \"ten\" is not a number of users from 0 to 100000000"},
        {"negative users",
         "1s:-1",
         0,
         0,
         0,
         "stage 1: \"-1\" is not a number of users from 0 to 100000000"},
        {"too many users",
         "1s:100000001",
         0,
         0,
         0,
         "stage 1: \"100000001\" is not a number of users from 0 to 100000000"},
        {"two colons",
         "1s:1:2",
         0,
         0,
         0,
         "stage 1: \"1:2\" is not a number of users from 0 to 100000000"},
        {"no time", "0:5,0s:7", 0, 0, 0, "the stages \"0:5,0s:7\" last no time at all"},
        {"too long", "36500d:1,36500d:1", 0, 0, 0, "the stages last longer than 100 years"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {""};
        struct ramp *ramp = ramp_parse(rows[i].text, &err);

        CHECK_ROW(rows[i].row);
        CHECK_EQ(ramp != NULL, rows[i].error == NULL);
        CHECK_STR(err.text, rows[i].error ? rows[i].error : "");
        if (ramp) {
            CHECK_EQ(ramp_stage_count(ramp), rows[i].stages);
            CHECK_EQ(ramp_total_ns(ramp), rows[i].seconds * NS_PER_S);
            CHECK_EQ(ramp_peak_users(ramp), rows[i].peak);
        }
        ramp_free(ramp);
    }
}

static void many_stages(void **state)
{
    char text[8 * (RAMP_STAGES_MAX + 1)] = "1:1";
    struct err err;
    struct ramp *ramp;
    size_t length = 3;

    (void)state;
    for (size_t i = 1; i < RAMP_STAGES_MAX; i++, length += 4) {
        memcpy(text + length, ",1:1", 5);
    }
    ramp = ramp_parse(text, &err);
    CHECK_ROW("as many as there may be");
    CHECK(ramp && ramp_stage_count(ramp) == RAMP_STAGES_MAX);
    CHECK_EQ(ramp_stages(ramp)[999].users, 1);
    ramp_free(ramp);
    CHECK_ROW("one more");
    memcpy(text + length, ",1:1", 5);
    CHECK(!ramp_parse(text, &err));
    CHECK_STR(err.text, "more than 1000 stages");
}

static void line_and_ticks(void **state)
{
    static const struct {
        const char *row, *text;
        double at_s, users;
        bool running;
        uint32_t target;
        double rate;
    } rows[] = {
        {"start", "10s:100,20s:100,10s:0", 0, 0, true, 100, 10},
        {"half way up", "10s:100,20s:100,10s:0", 5, 50, true, 100, 10},
        {"just before the hold", "10s:100,20s:100,10s:0", 9.999, 99.99, true, 100, 10},
        {"a hold keeps target and rate", "10s:100,20s:100,10s:0", 10, 100, true, 100, 10},
        {"down", "10s:100,20s:100,10s:0", 35, 50, true, 0, 10},
        {"over", "10s:100,20s:100,10s:0", 40, 0, false, 0, 0},
        {"long over", "10s:100,20s:100,10s:0", 4e9, 0, false, 0, 0},
        {"before it began", "10s:100", -5, 0, true, 100, 10},
        {"less than a user a second", "100s:5", 50, 2.5, true, 5, 0.05},
        {"nobody yet", "10s:0,10s:10", 3, 0, true, 0, 1},
        {"ends with its users", "10s:10", 10, 10, false, 0, 0},
        {"a jump is one step", "0s:100,60s:400", 0, 100, true, 100, 100},
        {"and then the line", "0s:100,60s:400", 1, 105, true, 400, 5},
        {"a jump in the middle", "10s:10,0s:50,10s:50", 10.5, 50, true, 50, 40},
        {"held at the jump's rate", "10s:10,0s:50,10s:50", 12, 50, true, 50, 40},
        {"two jumps are one", "0s:5,0s:20,10s:20", 0, 20, true, 20, 20},
        {"a jump down", "10s:100,0s:10,10s:10", 10, 10, true, 10, 90},
        {"a jump at the end comes to nothing", "10s:100,0s:10", 10, 10, false, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err;
        struct ramp *ramp = ramp_parse(rows[i].text, &err);
        struct ramp_tick tick = {0, 0};
        int64_t now_ns = llrint(rows[i].at_s * 1e9);

        CHECK_ROW(rows[i].row);
        CHECK_NEAR(ramp_users_at(ramp, now_ns), rows[i].users, 1e-6);
        CHECK_EQ(ramp_tick(ramp, now_ns, &tick), rows[i].running);
        CHECK_EQ(tick.users, rows[i].target);
        CHECK_NEAR(tick.rate, rows[i].rate, 1e-9);
        ramp_free(ramp);
    }
}

/* The dispatcher driven by ticks, as a runner does it, in steps of 10 ms. */
static void the_dispatcher_follows_the_line(void **state)
{
    static const struct {
        const char *row, *text;
        double slack; /* users: a second of the steepest rate, and one */
    } rows[] = {
        {"up, hold, down", "30s:100,20s:100,10s:0", 11},
        {"less than a user a second", "100s:7,50s:0", 2},
        {"steep", "3s:3000,5s:3000", 1001},
        {"a fraction of a second off", "1500ms:30,3s:60,2s:0", 31},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err;
        struct ramp *ramp = ramp_parse(rows[i].text, &err);
        struct spread *spread =
            spread_new(&(struct spread_class){"A", 1, 0}, 1, SPREAD_FEWEST_MOVES, &err);
        struct ramp_tick last = {UINT32_MAX, 0}, tick;
        struct spread_step step;
        int64_t due_ns = INT64_MAX;

        CHECK_ROW(rows[i].row);
        spread_add_worker(spread, "w_1", NULL);
        for (int64_t ns = 0; ns < ramp_total_ns(ramp); ns += 10 * NS_PER_MS) {
            if (ns % NS_PER_S == 0 && ramp_tick(ramp, ns, &tick) &&
                (tick.users != last.users || tick.rate < last.rate || tick.rate > last.rate)) {
                last = tick;
                CHECK(spread_set_target(spread, tick.users, tick.rate, NULL));
                due_ns = ns;
            }
            if (ns >= due_ns) {
                CHECK(spread_step(spread, &step));
                due_ns = step.last ? INT64_MAX : due_ns + ns_from_seconds(step.pause_s);
            }
            CHECK_NEAR(spread_users(spread), ramp_users_at(ramp, ns), rows[i].slack);
        }
        spread_free(spread);
        ramp_free(ramp);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parsing),
        cmocka_unit_test(many_stages),
        cmocka_unit_test(line_and_ticks),
        cmocka_unit_test(the_dispatcher_follows_the_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
