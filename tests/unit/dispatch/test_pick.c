/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/ensure.h"
#include "dispatch/pick.h"

static void sequences(void **state)
{
    static const struct {
        const char *row;
        struct pick_class classes[4];
        const char *want; /* a letter per pick, '-' for none */
    } rows[] = {
        {"equal weights take turns", {{1, 0}, {1, 0}, {1, 0}}, "ABCABC"},
        {"five to one", {{5, 0}, {1, 0}}, "AABAAAAABAAA"},
        {"weights are relative", {{0.5, 0}, {0.5, 0}}, "ABAB"},
        {"one class", {{3, 0}}, "AAAA"},
        {"fixed first, then by weight", {{1, 0}, {0, 2}, {1, 0}}, "BBACAC"},
        {"fixed ones among themselves", {{0, 3}, {0, 1}}, "ABAA--"},
        {"a weight beside a fixed count is ignored", {{9, 1}, {1, 0}}, "ABBB"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t count = 0;
        uint32_t placed[4] = {0};
        char got[32] = "";

        while (count < 4 &&
               (rows[i].classes[count].weight > 0 || rows[i].classes[count].fixed_count)) {
            count++;
        }
        struct pick *pick = pick_new(rows[i].classes, count);

        for (size_t j = 0; rows[i].want[j]; j++) {
            size_t class = pick_next(pick, placed);

            got[j] = class == PICK_NONE ? '-' : (char)('A' + class);
            if (class != PICK_NONE) {
                placed[class]++;
            }
        }
        CHECK_ROW(rows[i].row);
        CHECK_STR(got, rows[i].want);
        pick_free(pick);
    }
    pick_free(NULL);
}

static void fixed_rounds_are_exact(void **state)
{
    const struct pick_class classes[] = {{0, 1}, {0, 7}, {0, 1000}, {0, 99999}};
    struct pick *pick = pick_new(classes, ARRAY_LEN(classes));
    uint32_t placed[4] = {0};
    size_t class;

    (void)state;
    while ((class = pick_next(pick, placed)) != PICK_NONE) {
        placed[class]++;
    }
    CHECK_ROW("as many as asked for, of whatever size");
    for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
        CHECK_EQ(placed[i], classes[i].fixed_count);
    }
    CHECK_ROW("nothing is due until users are taken");
    placed[1] = 5;
    CHECK(pick_next(pick, placed) == PICK_NONE);
    pick_recheck_fixed(pick);
    CHECK_EQ(pick_next(pick, placed), 1);
    CHECK_ROW("a round once begun is finished");
    placed[1] = 7;
    CHECK_EQ(pick_next(pick, placed), 1);
    CHECK(pick_next(pick, placed) == PICK_NONE);
    CHECK_ROW("more than asked for is not missing");
    pick_recheck_fixed(pick);
    placed[0] = 3;
    CHECK(pick_next(pick, placed) == PICK_NONE);
    pick_free(pick);
}

static void subsets(void **state)
{
    const struct pick_class classes[] = {{1, 0}, {1, 0}, {0, 2}};
    struct pick *pick = pick_new(classes, ARRAY_LEN(classes));
    uint32_t placed[3] = {0};

    (void)state;
    pick_restart(pick, (const bool[]){false, true, false});
    CHECK_ROW("only what is allowed");
    CHECK_EQ(pick_next(pick, placed), 1);
    CHECK_EQ(pick_next(pick, placed), 1);
    CHECK_ROW("a restart forgets how often each was picked");
    pick_restart(pick, NULL);
    CHECK_EQ(pick_next(pick, placed), 0);
    CHECK_EQ(pick_next(pick, placed), 1);
    CHECK_ROW("nothing allowed");
    pick_restart(pick, (const bool[]){false, false, false});
    CHECK(pick_next(pick, placed) == PICK_NONE);
    pick_free(pick);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences),
        cmocka_unit_test(fixed_rounds_are_exact),
        cmocka_unit_test(subsets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
