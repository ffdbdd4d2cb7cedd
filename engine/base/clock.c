/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t clock_mono_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_coarse_ns(void)
{
    return read_clock(CLOCK_MONOTONIC_COARSE);
}

int64_t clock_wall_ns(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_cpu_ns(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

double seconds_from_ns(int64_t ns)
{
    return (double)ns / 1e9;
}

int64_t ns_from_seconds(double seconds)
{
    if (seconds != seconds) {
        return 0;
    }
    if (seconds >= 9.2e9) {
        return INT64_MAX;
    }
    if (seconds <= -9.2e9) {
        return INT64_MIN;
    }
    return (int64_t)(seconds * 1e9);
}
