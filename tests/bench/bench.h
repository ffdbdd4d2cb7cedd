/* SPDX-License-Identifier: MIT */
/*
 * bench.h - the common main() of the programs that say what one part costs alone.
 *
 *   bench_x                    runs all cases and prints "name  number ns" for each
 *   bench_x CASE OPERATIONS    runs that case, counted from 0, and prints nothing: callgrind counts
 *                              the instructions, and the difference of two such runs is exact
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdio.h>
#include <stdlib.h>

struct bench_case {
    const char *name;
    double (*run)(long operations); /* returns ns per operation */
    long operations;                /* enough for a steady time */
};

static inline int bench_main(int argc, char **argv, const struct bench_case *cases, size_t count)
{
    if (argc == 3) {
        unsigned long index = strtoul(argv[1], NULL, 10);
        long operations = strtol(argv[2], NULL, 10);

        if (index < count && operations > 0) {
            cases[index].run(operations);
            return 0;
        }
    }
    if (argc != 1) {
        fprintf(stderr, "usage: %s [CASE OPERATIONS], with %zu cases\n", argv[0], count);
        return 2;
    }
    for (size_t i = 0; i < count; i++) {
        printf("%-36s %6.1f ns\n", cases[i].name, cases[i].run(cases[i].operations));
        fflush(stdout);
    }
    return 0;
}

#endif
