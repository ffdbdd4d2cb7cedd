/* SPDX-License-Identifier: MIT */
/* ramp.c - stages as straight lines between points. */
#include "dispatch/ramp.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/units.h"

#define TOTAL_MAX_NS (INT64_C(100) * 366 * 86400 * NS_PER_S)

struct ramp {
    struct ramp_stage *stages;
    size_t count;
    int64_t total_ns;
};

/* One "duration:users"; text is changed. */
static bool parse_stage(char *text, size_t number, struct ramp_stage *stage, struct err *err)
{
    char *colon = strchr(text, ':');
    int64_t users;

    if (!colon) {
        return err_set(
            err, "stage %zu (\"%s\") is not duration:users, such as 30s:100", number, text);
    }
    *colon = '\0';
    if (!units_parse_span(text, &stage->duration_ns)) {
        return err_set(err, "stage %zu: \"%s\" is not a duration such as 30s or 5m", number, text);
    }
    if (!units_parse_int(colon + 1, 0, RAMP_USERS_MAX, &users)) {
        return err_set(err,
                       "stage %zu: \"%s\" is not a number of users from 0 to %d",
                       number,
                       colon + 1,
                       RAMP_USERS_MAX);
    }
    stage->users = (uint32_t)users;
    return true;
}

static bool append(struct ramp *ramp, struct ramp_stage stage, struct err *err)
{
    if (ramp->count == RAMP_STAGES_MAX) {
        return err_set(err, "more than %d stages", RAMP_STAGES_MAX);
    }
    if (stage.duration_ns > TOTAL_MAX_NS - ramp->total_ns) {
        return err_set(err, "the stages last longer than 100 years");
    }
    if (ramp->count % 16 == 0) {
        ramp->stages = mem_resize(ramp->stages, ramp->count + 16, sizeof(*ramp->stages));
    }
    ramp->stages[ramp->count++] = stage;
    ramp->total_ns += stage.duration_ns;
    return true;
}

struct ramp *ramp_parse(const char *text, struct err *err)
{
    struct ramp *ramp = mem_new(sizeof(*ramp));
    char *copy = mem_strdup(text), *rest = copy, *part;

    while ((part = strsep(&rest, ","))) {
        struct ramp_stage stage = {0};

        if (!parse_stage(part, ramp->count + 1, &stage, err) || !append(ramp, stage, err)) {
            goto fail;
        }
    }
    if (ramp->total_ns == 0) {
        err_set(err, "the stages \"%s\" last no time at all", text);
        goto fail;
    }
    free(copy);
    return ramp;
fail:
    free(copy);
    ramp_free(ramp);
    return NULL;
}

void ramp_free(struct ramp *ramp)
{
    if (ramp) {
        free(ramp->stages);
        free(ramp);
    }
}

size_t ramp_stage_count(const struct ramp *ramp)
{
    return ramp->count;
}

const struct ramp_stage *ramp_stages(const struct ramp *ramp)
{
    return ramp->stages;
}

int64_t ramp_total_ns(const struct ramp *ramp)
{
    return ramp->total_ns;
}

uint32_t ramp_peak_users(const struct ramp *ramp)
{
    uint32_t peak = 0;

    for (size_t i = 0; i < ramp->count; i++) {
        if (ramp->stages[i].users > peak) {
            peak = ramp->stages[i].users;
        }
    }
    return peak;
}

static double difference(uint32_t a, uint32_t b)
{
    return a > b ? (double)(a - b) : (double)(b - a);
}

double ramp_users_at(const struct ramp *ramp, int64_t now_ns)
{
    double from = 0;
    int64_t begin_ns = 0;

    for (size_t i = 0; i < ramp->count; i++) {
        const struct ramp_stage *stage = &ramp->stages[i];

        if (now_ns - begin_ns < stage->duration_ns) {
            double part = now_ns > begin_ns ? (double)(now_ns - begin_ns) : 0;

            return from + ((double)stage->users - from) * part / (double)stage->duration_ns;
        }
        from = stage->users;
        begin_ns += stage->duration_ns;
    }
    return from;
}

bool ramp_tick(const struct ramp *ramp, int64_t now_ns, struct ramp_tick *tick)
{
    int64_t begin_ns = 0;
    uint32_t from = 0, jump_from = 0; /* where the jumps right before the stage began */
    double rate = 1;

    for (size_t i = 0; i < ramp->count; i++) {
        const struct ramp_stage *stage = &ramp->stages[i];
        double change = difference(stage->users, from);

        if (stage->duration_ns == 0) {
            from = stage->users;
            continue;
        }
        double jump = difference(from, jump_from);

        if (jump > 0) {
            rate = jump; /* one step of the dispatcher */
        }
        /* The one tick that falls into a jump's first second makes it, before the line goes on. */
        if (jump > 0 && now_ns - begin_ns < NS_PER_S && now_ns - begin_ns < stage->duration_ns) {
            *tick = (struct ramp_tick){from, rate};
            return true;
        }
        if (change > 0) {
            rate = change / seconds_from_ns(stage->duration_ns);
        }
        if (now_ns - begin_ns < stage->duration_ns) {
            *tick = (struct ramp_tick){stage->users, rate};
            return true;
        }
        begin_ns += stage->duration_ns;
        from = jump_from = stage->users;
    }
    return false;
}
