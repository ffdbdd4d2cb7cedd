/* SPDX-License-Identifier: MIT */
/*
 * verdict.h - is the target all right, is the generator all right: the rules of the page's two
 * cards, in words that console and report share. Pure functions of numbers.
 *
 * The rules are tried from the worst doubt down; the first that holds is the verdict. The target is
 * never blamed while the generator itself is the bottleneck.
 */
#ifndef WATCH_VERDICT_H
#define WATCH_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum verdict_level { VERDICT_OK, VERDICT_WARN, VERDICT_BAD, VERDICT_DIM, VERDICT_LEVELS };

const char *verdict_level_name(enum verdict_level level); /* "ok" */

/* Which rule held. */
enum verdict_kind {
    TARGET_UNKNOWN,
    TARGET_WAITING,
    TARGET_CANT_TELL,
    TARGET_PAUSED,
    TARGET_NAME_FAILING,
    TARGET_FAILING,
    TARGET_SOME_FAILURES,
    TARGET_SLOWER,
    TARGET_OK,
    GENERATOR_OVERLOADED,
    GENERATOR_BUSY,
    GENERATOR_HEALTHY,
};

struct verdict {
    enum verdict_kind kind;
    enum verdict_level level;
    char word[160];
    char detail[240];
    char link[200]; /* relative, "?tab=failures"; "": none */
};

/* A name counts as failing from so many requests and over so large a part of them. */
enum { VERDICT_NAME_REQUESTS = 20 };
bool verdict_name_fails(uint64_t requests, uint64_t failures);
/* p95 over half as much again than before. */
bool verdict_is_slower(double p95_ms, double before_ms);

/* All of the last ten seconds, where nothing else is said. */
struct target_facts {
    bool ever;       /* a response has come */
    double silent_s; /* since the last one; 0 where no test runs */
    bool overloaded; /* the generator is */
    bool paused;     /* no new tasks start */
    uint64_t requests, failures;
    size_t failing_names;
    const char *failing_name; /* "POST /x": the worst */
    double failing_percent;   /* of its requests */
    bool slower;              /* for ten seconds now, at the same load */
    double p95_ms, before_ms; /* p95 of the minute before */
};

struct verdict verdict_target(const struct target_facts *facts);

struct generator_facts {
    double cpu_percent;              /* of the hottest process */
    double lag_p99_ms;               /* negative: not measured */
    double overloaded_s;             /* how long a limit has been crossed */
    double ports_percent;            /* of ports or descriptors used; negative: not measured */
    int64_t ports_used, ports_limit; /* of the worker that is nearest to its limit */
    const char *hottest;             /* worker's id; NULL: this process */
    uint64_t dropped;                /* arrivals */
    size_t workers, wanted;          /* 0, 0 where there are none */
};

/* Whether a limit is crossed right now. */
bool verdict_over_limit(const struct generator_facts *facts);

struct verdict verdict_generator(const struct generator_facts *facts);

#endif
