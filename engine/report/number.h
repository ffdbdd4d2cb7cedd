/* SPDX-License-Identifier: MIT */
/*
 * number.h - numbers as people read them in the HTML report, by the rules of the web page: the same
 * number looks the same in both, and in every language setting.
 *
 * A fraction is only shown where it tells something: two decimals under 10, one under 100, none
 * above, with a comma per thousand.
 */
#ifndef REPORT_NUMBER_H
#define REPORT_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum { NUMBER_SIZE = 40 };

/* All write into text and return it. Not finite: an en dash. */
char *number_count(char text[NUMBER_SIZE], uint64_t count); /* 43,037,789 */
char *number_ms(char text[NUMBER_SIZE], double ms);         /* "<0.01", 8.91, 87.4, 1,240 */
char *number_rate(char text[NUMBER_SIZE], double per_s);    /* 0, 0.50, 50,576 */
/* Of a ratio; never 0 or 100 unless it is: "<0.01", 0.43, 19.5, ">99.99". */
char *number_percent(char text[NUMBER_SIZE], double ratio);
char *number_size(char text[NUMBER_SIZE], double bytes);       /* "152.3 MB", of 1,000 */
char *number_duration(char text[NUMBER_SIZE], double seconds); /* "18 m 42 s" */
char *number_tick(char text[NUMBER_SIZE], double value);       /* 25k, 1.5M: axes only */

/* A time alone: us under 1 ms, ms under 10 s, then s. *unit is "µs", "ms" or "s". */
char *number_latency(char text[NUMBER_SIZE], double ms, const char **unit);
char *number_latency_tick(char text[NUMBER_SIZE], double ms); /* "300 ms" */

/* How many digits stand behind the point. */
size_t number_fraction(const char *text);

#endif
