/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include "check.h"

static void sentences_and_prefixes(void **state)
{
    struct err err = {"untouched"};

    (void)state;
    CHECK(!err_set(&err, "no %s at %d", "room", 7));
    CHECK_STR(err.text, "no room at 7");
    CHECK(!err_prefix(&err, "line %d", 3));
    CHECK_STR(err.text, "line 3: no room at 7");
    CHECK(!err_prefix(&err, "a.conf"));
    CHECK_STR(err.text, "a.conf: line 3: no room at 7");
}

static void too_long_is_cut(void **state)
{
    char longer[sizeof(((struct err *)0)->text) + 100];
    struct err err;

    (void)state;
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    err_set(&err, "%s", longer);
    CHECK_EQ(strlen(err.text), sizeof(err.text) - 1);
    err_prefix(&err, "p");
    CHECK_EQ(strlen(err.text), sizeof(err.text) - 1);
    CHECK(strncmp(err.text, "p: xxx", 6) == 0);
    err_prefix(&err, "%s", longer); /* a prefix that takes all the room */
    CHECK_EQ(strlen(err.text), sizeof(err.text) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_and_prefixes),
        cmocka_unit_test(too_long_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
