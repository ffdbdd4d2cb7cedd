/* SPDX-License-Identifier: MIT */
#include "sim/current.h"

#include <cicada.h>

#include "check.h"

static const char *look_up(const void *data, const char *name)
{
    return strcmp(name, "key") == 0 ? data : NULL;
}

static void options_are_looked_up(void **state)
{
    (void)state;
    CHECK(cicada_option("key") == NULL);
    current_options_set(look_up, "value");
    CHECK_STR(cicada_option("key"), "value");
    CHECK(cicada_option("other") == NULL);
    current_options_set(NULL, NULL);
    CHECK(cicada_option("key") == NULL);
}

/* Hooks may run when there is no sim yet, or none any more. */
static void without_a_sim_nothing_happens(void **state)
{
    struct stats_view view = cicada_stats(NULL, NULL);

    (void)state;
    CHECK(current_sim() == NULL);
    CHECK_EQ(view.requests, 0);
    cicada_stop_test();
    cicada_exit_code(3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_looked_up),
        cmocka_unit_test(without_a_sim_nothing_happens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
