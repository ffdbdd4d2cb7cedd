/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/clock.h"
#include "report/trail.h"

enum { START_S = 1000 };

struct step {
    int64_t at_ms;     /* since the start */
    unsigned requests; /* that came before it */
    unsigned seen;     /* in the window then */
    int64_t since_ms;  /* -1: since the row began */
};

static void look(struct trail *trail, struct entry *entry, const struct step *step,
                 int64_t window_ns)
{
    int64_t now_ns = START_S * NS_PER_S + step->at_ms * NS_PER_MS;
    struct trail_view view = {0};

    for (unsigned i = 0; i < step->requests; i++) {
        struct entry_sample sample = {.elapsed_ns = NS_PER_MS, .wall_ns = now_ns, .failed = i == 0};

        entry_record(entry, &sample);
    }
    hist_init(&view.hist);
    trail_step(trail, entry, now_ns, window_ns, &view);
    CHECK_EQ(view.requests, step->seen);
    CHECK_EQ(view.hist.count, step->seen);
    CHECK_EQ(view.since_ns ? (view.since_ns - START_S * NS_PER_S) / NS_PER_MS : -1, step->since_ms);
    hist_fini(&view.hist);
}

static void windows(void **state)
{
    static const struct {
        const char *says;
        int64_t window_ms;
        struct step steps[12];
    } rows[] = {
        {"each step reaches back to the one before",
         0,
         {{1000, 3, 3, -1}, {2000, 2, 2, 1000}, {3000, 0, 0, 2000}, {4000, 1, 1, 3000}}},
        {"a last step right after another takes the one before that",
         0,
         {{1000, 3, 3, -1}, {2000, 2, 2, 1000}, {2010, 1, 3, 1000}}},
        {"a timer that is a little early",
         1000,
         {{1000, 1, 1, -1}, {1995, 1, 1, 1000}, {3003, 1, 1, 1995}}},
        {"longer than the interval",
         3000,
         {{1000, 1, 1, -1},
          {2000, 1, 2, -1},
          {3000, 1, 3, -1},
          {4000, 1, 3, 1000},
          {5000, 1, 3, 2000}}},
        {"much longer: met to within an interval or a sixth",
         60000,
         {{10000, 1, 1, -1},
          {20000, 1, 2, -1},
          {30000, 1, 3, -1},
          {40000, 1, 4, -1},
          {50000, 1, 5, -1},
          {60000, 1, 6, -1},
          {70000, 1, 6, 10000},
          {80000, 1, 6, 20000},
          {90000, 1, 6, 30000},
          {100000, 1, 6, 40000},
          {110000, 1, 6, 50000}}},
        {"shorter than the interval: the step before", 100, {{1000, 1, 1, -1}, {2000, 1, 1, 1000}}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct entry *entry = entry_new("GET", "/", START_S * NS_PER_S, false, NULL);
        struct trail trail = {0};

        CHECK_ROW(rows[i].says);
        for (const struct step *step = rows[i].steps; step->at_ms; step++) {
            look(&trail, entry, step, rows[i].window_ms * NS_PER_MS);
        }
        trail_fini(&trail);
        entry_free(entry);
    }
}

static void begins_anew(void **state)
{
    struct entry *entry = entry_new("GET", "/", START_S * NS_PER_S, false, NULL);
    struct trail trail = {0};

    (void)state;
    look(&trail, entry, &(struct step){1000, 5, 5, -1}, 0);
    CHECK_ROW("after a reset that later counts overtook");
    entry_reset(entry, (START_S + 1) * NS_PER_S);
    look(&trail, entry, &(struct step){2000, 9, 9, -1}, 0);
    CHECK_ROW("after a reset that tells an older start");
    entry_reset(entry, START_S * NS_PER_S);
    look(&trail, entry, &(struct step){3000, 2, 2, -1}, 0);
    trail_fini(&trail);
    CHECK_ROW("finished is empty");
    trail_fini(&trail);
    entry_free(entry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows),
        cmocka_unit_test(begins_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
