/* SPDX-License-Identifier: MIT */
/*
 * record.c - measuring something that is not HTTP: any duration becomes a row in the statistics.
 *
 * Here it is a computation. It has to be short: all users share one thread.
 *
 *     cicada -f record.c --headless -u 5 -r 5 -t 10s -H http://127.0.0.1:8000
 */
#include <cicada.h>

/* Static, as it is too large for a task's stack of 64 KB. */
static unsigned char sieve[100000];

static unsigned count_primes(void)
{
    unsigned count = 0;

    for (size_t i = 0; i < sizeof(sieve); i++) {
        sieve[i] = 1;
    }
    for (size_t i = 2; i < sizeof(sieve); i++) {
        if (sieve[i]) {
            count++;
            for (size_t multiple = 2 * i; multiple < sizeof(sieve); multiple += i) {
                sieve[multiple] = 0;
            }
        }
    }
    return count;
}

static void compute(struct user *user)
{
    double start = cicada_now();
    unsigned count = count_primes();

    record(user,
           "CPU",
           .name = "primes",
           .time = cicada_now() - start,
           .size = sizeof(sieve),
           .error = count == 9592 ? NULL : "wrong number of primes");
}

static const struct task tasks[] = {
    TASK(compute, .weight = 1),
    {0},
};

static const struct user_class computer = {
    .name = "Computer",
    .wait = constant_throughput(2),
    .tasks = tasks,
};

SCENARIO(&computer);
