/* SPDX-License-Identifier: MIT */
/*
 * check.h - cmocka with both values printed. Each row of a table test says in words what it shows;
 * CHECK_ROW() names it when a later check fails.
 */
#ifndef UNIT_CHECK_H
#define UNIT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *check_row = "";

#define CHECK_ROW(words) (check_row = (words))

#define CHECK(cond)                                                                                \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            fail_msg("%s: %s does not hold", check_row, #cond);                                    \
        }                                                                                          \
    } while (0)

#define CHECK_EQ(got, want)                                                                        \
    do {                                                                                           \
        long long got_ = (long long)(got), want_ = (long long)(want);                              \
        if (got_ != want_) {                                                                       \
            fail_msg("%s: %s is %lld, want %lld", check_row, #got, got_, want_);                   \
        }                                                                                          \
    } while (0)

#define CHECK_NEAR(got, want, slack)                                                               \
    do {                                                                                           \
        double got_ = (got), want_ = (want), off_ = got_ - want_;                                  \
        if (!(off_ <= (slack) && off_ >= -(slack))) {                                              \
            fail_msg("%s: %s is %.12g, want %.12g", check_row, #got, got_, want_);                 \
        }                                                                                          \
    } while (0)

#define CHECK_STR(got, want)                                                                       \
    do {                                                                                           \
        const char *got_ = (got), *want_ = (want);                                                 \
        if (!got_ || !want_ ? got_ != want_ : strcmp(got_, want_) != 0) {                          \
            fail_msg("%s: %s is \"%s\", want \"%s\"",                                              \
                     check_row,                                                                    \
                     #got,                                                                         \
                     got_ ? got_ : "(null)",                                                       \
                     want_ ? want_ : "(null)");                                                    \
        }                                                                                          \
    } while (0)

#endif
