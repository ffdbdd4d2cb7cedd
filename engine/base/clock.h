/* SPDX-License-Identifier: MIT */
/*
 * clock.h - the only caller of clock_gettime. Engine time is monotonic nanoseconds; wall time is
 * for showing to people and for the wire only.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_US INT64_C(1000)

int64_t clock_mono_ns(void);
int64_t clock_coarse_ns(void); /* monotonic, good to some ms, and much cheaper */
int64_t clock_wall_ns(void);   /* since the Unix epoch */
int64_t clock_cpu_ns(void);    /* user and system time used by this process */

double seconds_from_ns(int64_t ns);
int64_t ns_from_seconds(double seconds); /* clamped to what int64_t holds; NaN gives 0 */

#endif
