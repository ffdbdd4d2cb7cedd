/* SPDX-License-Identifier: MIT */
#include "base/rng.h"

#include <stdbool.h>

#include "base/ensure.h"
#include "check.h"

static void a_seed_fixes_the_sequence(void **state)
{
    struct rng a, b, other;
    bool differs = false;

    (void)state;
    rng_seed(&a, 42);
    rng_seed(&b, 42);
    rng_seed(&other, 43);
    for (int i = 0; i < 100; i++) {
        uint64_t drawn = rng_u64(&a);

        CHECK(drawn == rng_u64(&b));
        differs |= drawn != rng_u64(&other);
    }
    CHECK(differs);
    rng_seed(&a, 0); /* a zero state would give zeros for ever */
    CHECK(rng_u64(&a) != 0 || rng_u64(&a) != 0);
}

static void draws_stay_in_bounds(void **state)
{
    static const uint32_t bounds[] = {1, 2, 3, 1000, UINT32_MAX};
    struct rng rng;

    (void)state;
    rng_seed(&rng, 1);
    CHECK_EQ(rng_below(&rng, 0), 0);
    for (size_t i = 0; i < ARRAY_LEN(bounds); i++) {
        for (int k = 0; k < 1000; k++) {
            CHECK(rng_below(&rng, bounds[i]) < bounds[i]);
        }
    }
    for (int k = 0; k < 10000; k++) {
        double unit = rng_unit(&rng);

        CHECK(unit >= 0 && unit < 1);
    }
}

static void draws_are_roughly_uniform(void **state)
{
    enum { BINS = 10, DRAWS = 100000 };
    int below[BINS] = {0}, unit[BINS] = {0};
    struct rng rng;

    (void)state;
    rng_seed(&rng, 7);
    for (int i = 0; i < DRAWS; i++) {
        below[rng_below(&rng, BINS)]++;
        unit[(int)(rng_unit(&rng) * BINS)]++;
    }
    /* The standard deviation of a bin is 95. */
    for (int i = 0; i < BINS; i++) {
        CHECK_NEAR(below[i], DRAWS / BINS, 500);
        CHECK_NEAR(unit[i], DRAWS / BINS, 500);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_fixes_the_sequence),
        cmocka_unit_test(draws_stay_in_bounds),
        cmocka_unit_test(draws_are_roughly_uniform),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
