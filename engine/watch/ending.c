/* SPDX-License-Identifier: MIT */
#include "watch/ending.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

const char *ending_text(const struct snapshot *snapshot, char text[ENDING_SIZE])
{
    const char *why = snapshot->why_ended;

    if (!why) {
        return NULL;
    }
    if (strcmp(why, "Stopped") == 0) {
        why = "Stopped by hand";
    }
    if (snapshot->start_ns == 0 || snapshot->end_ns < snapshot->start_ns) {
        snprintf(text, ENDING_SIZE, "%s", why);
        return text;
    }
    long long took = (long long)((snapshot->end_ns - snapshot->start_ns + NS_PER_S / 2) / NS_PER_S);
    long long hours = took / 3600, minutes = took / 60 % 60, seconds = took % 60;

    if (hours > 0) {
        snprintf(text, ENDING_SIZE, "%s after %lld:%02lld:%02lld", why, hours, minutes, seconds);
    } else {
        snprintf(text, ENDING_SIZE, "%s after %lld:%02lld", why, minutes, seconds);
    }
    return text;
}
