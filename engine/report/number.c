/* SPDX-License-Identifier: MIT */
#include "report/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NONE "\xe2\x80\x93" /* an en dash */
#define MICRO "\xc2\xb5"    /* the sign of a millionth */
#define NARROW "\xc2\xa0"   /* keeps number and unit on one line */

char *number_count(char text[NUMBER_SIZE], uint64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)count);
    char *to = text;

    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            *to++ = ',';
        }
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

/* The limits are where rounding would show a digit more. */
static char *stepped(char text[NUMBER_SIZE], double value)
{
    if (!isfinite(value) || value < 0) {
        snprintf(text, NUMBER_SIZE, NONE);
    } else if (value < 9.995) {
        snprintf(text, NUMBER_SIZE, "%.2f", value);
    } else if (value < 99.95) {
        snprintf(text, NUMBER_SIZE, "%.1f", value);
    } else {
        number_count(text, value < 1e18 ? (uint64_t)llround(value) : (uint64_t)1e18);
    }
    return text;
}

char *number_ms(char text[NUMBER_SIZE], double ms)
{
    if (ms > 0 && ms < 0.01) {
        snprintf(text, NUMBER_SIZE, "<0.01");
        return text;
    }
    return ms == 0 ? number_count(text, 0) : stepped(text, ms);
}

char *number_rate(char text[NUMBER_SIZE], double per_s)
{
    return number_ms(text, per_s);
}

char *number_percent(char text[NUMBER_SIZE], double ratio)
{
    if (!isfinite(ratio)) {
        snprintf(text, NUMBER_SIZE, NONE);
    } else if (ratio <= 0) {
        snprintf(text, NUMBER_SIZE, "0");
    } else if (ratio < 0.0001) {
        snprintf(text, NUMBER_SIZE, "<0.01");
    } else if (ratio >= 1) {
        snprintf(text, NUMBER_SIZE, "100");
    } else if (ratio > 0.9999) {
        snprintf(text, NUMBER_SIZE, ">99.99");
    } else if (ratio >= 0.9995) {
        snprintf(text, NUMBER_SIZE, "%.2f", floor(ratio * 1e4) / 100);
    } else {
        snprintf(text, NUMBER_SIZE, "%.*f", ratio < 0.09995 ? 2 : 1, ratio * 100);
    }
    return text;
}

char *number_size(char text[NUMBER_SIZE], double bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    size_t unit = 0;

    if (!isfinite(bytes) || bytes < 0) {
        snprintf(text, NUMBER_SIZE, NONE);
        return text;
    }
    if (bytes < 999.5) {
        snprintf(text, NUMBER_SIZE, "%.0f" NARROW "B", bytes);
        return text;
    }
    for (bytes /= 1000; bytes >= 999.95 && unit < 3; unit++) {
        bytes /= 1000;
    }
    snprintf(text, NUMBER_SIZE, "%.*f" NARROW "%s", unit < 2 ? 1 : 2, bytes, units[unit]);
    return text;
}

char *number_duration(char text[NUMBER_SIZE], double seconds)
{
    if (!(seconds >= 0) || seconds > 1e12) {
        snprintf(text, NUMBER_SIZE, NONE);
        return text;
    }
    long long whole = llround(seconds), hours = whole / 3600, minutes = whole / 60 % 60;

    if (hours > 0) {
        snprintf(text, NUMBER_SIZE, "%lld h %lld m %lld s", hours, minutes, whole % 60);
    } else if (minutes > 0) {
        snprintf(text, NUMBER_SIZE, "%lld m %lld s", minutes, whole % 60);
    } else {
        snprintf(text, NUMBER_SIZE, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
    }
    return text;
}

char *number_tick(char text[NUMBER_SIZE], double value)
{
    if (value >= 1e6) {
        snprintf(text, NUMBER_SIZE, "%gM", value / 1e6);
    } else if (value >= 1e4) {
        snprintf(text, NUMBER_SIZE, "%gk", value / 1e3);
    } else if (value >= 1e3) {
        number_count(text, (uint64_t)value);
    } else {
        snprintf(text, NUMBER_SIZE, "%g", value);
    }
    return text;
}

char *number_latency(char text[NUMBER_SIZE], double ms, const char **unit)
{
    if (!isfinite(ms)) {
        *unit = "";
        snprintf(text, NUMBER_SIZE, NONE);
    } else if (ms < 0.9995) {
        *unit = MICRO "s";
        snprintf(text, NUMBER_SIZE, "%.0f", ms * 1000);
    } else if (ms < 9999.5) {
        *unit = "ms";
        stepped(text, ms);
    } else {
        *unit = "s";
        snprintf(text, NUMBER_SIZE, "%.1f", ms / 1000);
    }
    return text;
}

char *number_latency_tick(char text[NUMBER_SIZE], double ms)
{
    if (ms >= 1000) {
        snprintf(text, NUMBER_SIZE, "%g" NARROW "s", ms / 1000);
    } else if (ms < 1) {
        snprintf(text, NUMBER_SIZE, "%g" NARROW MICRO "s", ms * 1000);
    } else {
        snprintf(text, NUMBER_SIZE, "%g" NARROW "ms", ms);
    }
    return text;
}

size_t number_fraction(const char *text)
{
    const char *point = strchr(text, '.');

    return point ? strspn(point + 1, "0123456789") : 0;
}
