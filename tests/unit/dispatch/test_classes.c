/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>

#include "base/ensure.h"
#include "dispatch/classes.h"

static void choosing(void **state)
{
    static const struct {
        const char *row;
        struct spread_class classes[2];
        const char *error;
        size_t count;
    } rows[] = {
        {"nothing to run",
         {{"A", 0, 0}, {"B", 0, 0}},
         "no user class with a weight or a fixed count above 0",
         0},
        {"twice the same name", {{"A", 1, 0}, {"A", 2, 0}}, "two user classes are named A", 0},
        {"a negative weight",
         {{"A", -1, 0}, {"B", 1, 0}},
         "user class A: weight -1 is not 0 or above",
         0},
        {"no number",
         {{"A", 1, 0}, {"B", __builtin_nan(""), 0}},
         "user class B: weight nan is not 0 or above",
         0},
        {"no end",
         {{"A", __builtin_inf(), 0}, {"B", 1, 0}},
         "user class A: weight inf is not 0 or above",
         0},
        {"no name", {{"", 1, 0}, {"B", 1, 0}}, "a user class has no name", 0},
        {"a class of weight 0 is left out", {{"B", 0, 0}, {"A", 1, 0}}, NULL, 1},
        {"unless its count is fixed", {{"B", 0, 3}, {"A", 1, 0}}, NULL, 2},
        {"by code point, not by alphabet", {{"a", 1, 0}, {"A", 1, 0}}, NULL, 2},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {""};
        size_t count = 2;
        struct spread_class *kept = classes_usable(rows[i].classes, &count, &err);

        CHECK_ROW(rows[i].row);
        CHECK_EQ(kept != NULL, rows[i].error == NULL);
        CHECK_STR(err.text, rows[i].error ? rows[i].error : "");
        if (kept) {
            CHECK_EQ(count, rows[i].count);
            CHECK_STR(kept[0].name, "A");
        }
        free(kept);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(choosing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
