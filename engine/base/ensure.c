/* SPDX-License-Identifier: MIT */
#include "base/ensure.h"

#include <stdio.h>
#include <stdlib.h>

void ensure_failed(const char *expression, const char *file, int line, const char *func)
{
    fprintf(stderr, "cicada: bug: %s does not hold (%s:%d, %s)\n", expression, file, line, func);
    abort();
}

void out_of_memory(const char *what)
{
    fprintf(stderr, "cicada: out of memory for %s\n", what);
    exit(2);
}
