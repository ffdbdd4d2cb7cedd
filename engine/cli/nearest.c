/* SPDX-License-Identifier: MIT */
#include "cli/nearest.h"

#include <stdint.h>
#include <string.h>

enum { LONGEST = 64 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t nearest_distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1]; /* of the table: two rows up, one up, current */
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    size_t a_length = strlen(a), b_length = strlen(b);

    if (a_length > LONGEST || b_length > LONGEST) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= b_length; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        size_t *oldest = before;

        before = above;
        above = row;
        row = oldest;
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] =
                smaller(smaller(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = smaller(row[j], before[j - 2] + 1);
            }
        }
    }
    return row[b_length];
}

const char *nearest_name(const char *typed, const char *const *names, size_t count)
{
    size_t best = strlen(typed) / 3 + 1; /* further away is another word */
    const char *found = NULL;

    for (size_t i = 0; i < count; i++) {
        size_t distance = nearest_distance(typed, names[i]);

        if (distance < best) {
            best = distance;
            found = names[i];
        }
    }
    return found;
}
