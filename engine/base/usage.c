/* SPDX-License-Identifier: MIT */
#include "base/usage.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

void usage_init(struct usage *usage)
{
    usage->mono_ns = clock_mono_ns();
    usage->cpu_ns = clock_cpu_ns();
}

double usage_cpu_percent(struct usage *usage)
{
    int64_t mono_ns = clock_mono_ns(), cpu_ns = clock_cpu_ns();

    if (mono_ns - usage->mono_ns < NS_PER_MS) {
        return 0;
    }
    double percent = 100.0 * (double)(cpu_ns - usage->cpu_ns) / (double)(mono_ns - usage->mono_ns);

    usage->mono_ns = mono_ns;
    usage->cpu_ns = cpu_ns;
    return percent;
}

uint64_t usage_rss_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    unsigned long long total, resident = 0;

    if (!file) {
        return 0;
    }
    if (fscanf(file, "%llu %llu", &total, &resident) != 2) {
        resident = 0;
    }
    fclose(file);
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}
