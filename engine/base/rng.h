/* SPDX-License-Identifier: MIT */
/*
 * rng.h - xoshiro256**, one generator per user: fast, seedable, good enough for choosing tasks and
 * data; not for secrets.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t state[4];
};

void rng_seed(struct rng *rng, uint64_t seed);
uint64_t rng_u64(struct rng *rng);
uint32_t rng_below(struct rng *rng, uint32_t below); /* uniform in [0, below); 0 for below 0 */
double rng_unit(struct rng *rng);                    /* uniform in [0, 1) */

#endif
