/* SPDX-License-Identifier: MIT */
#include "report/html_axis.h"

#include <math.h>

#include "base/ensure.h"

static double share(const struct axis *axis, double value)
{
    if (axis->log) {
        return value <= axis->low ? 0 : log(value / axis->low) / log(axis->high / axis->low);
    }
    return (value - axis->low) / (axis->high - axis->low);
}

double axis_y(const struct axis *axis, double value)
{
    double at = share(axis, value);

    at = !(at > 0) ? 0 : at > 1 ? 1 : at;
    return axis->top + axis->height * (1 - at);
}

/* The least of 1, 2, 5 times a power of ten that is not below. */
static double round_up(double value)
{
    double power = pow(10, floor(log10(value)));
    static const double steps[] = {1, 2, 5, 10};

    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if (steps[i] * power >= value * (1 - 1e-9)) {
            return steps[i] * power;
        }
    }
    return 10 * power;
}

static size_t linear_ticks(const struct axis *axis, size_t most, double ticks[AXIS_TICKS])
{
    double step = round_up((axis->high - axis->low) / (double)(most + 1));
    size_t count = 0;

    for (double at = (floor(axis->low / step) + 1) * step; at <= axis->high && count < most;
         at += step) {
        ticks[count++] = at;
    }
    return count;
}

/* 1, 3, 10, 30, or if these are too many every power of ten, every other one... */
static size_t log_ticks(const struct axis *axis, size_t most, double ticks[AXIS_TICKS])
{
    int first = (int)ceil(2 * log10(axis->low)), last = (int)floor(2 * log10(axis->high));
    int step = 1;

    while ((last - first) / step + 1 > (int)most) {
        step *= 2;
    }
    size_t count = 0;

    for (int i = first; i <= last && count < most; i++) {
        if ((i % step + step) % step == 0) {
            ticks[count++] = (i % 2 == 0 ? 1 : 3) * pow(10, floor(i / 2.0));
        }
    }
    return count;
}

size_t axis_ticks(const struct axis *axis, size_t most, double ticks[AXIS_TICKS])
{
    most = most > AXIS_TICKS ? AXIS_TICKS : most;
    if (!(axis->high > axis->low) || most == 0) {
        return 0;
    }
    return axis->log ? log_ticks(axis, most, ticks) : linear_ticks(axis, most, ticks);
}

int64_t axis_time_step(int64_t span_s, size_t most)
{
    static const int64_t steps[] = {
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400};

    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if (span_s / steps[i] <= (int64_t)most) {
            return steps[i];
        }
    }
    return span_s / (int64_t)most / 86400 * 86400 + 86400;
}
