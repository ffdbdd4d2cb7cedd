/* SPDX-License-Identifier: MIT */
#include "runner/identity.h"

#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/memory.h"

char *identity_new(const char *purpose)
{
    unsigned char random[16];
    char host[128] = "", hex[33];

    ENSURE(getrandom(random, sizeof(random), 0) == sizeof(random));
    for (size_t i = 0; i < sizeof(random); i++) {
        snprintf(hex + 2 * i, 3, "%02x", random[i]);
    }
    if (gethostname(host, sizeof(host) - 1) != 0 || !host[0]) {
        return mem_printf("localhost_%s%s", purpose, hex);
    }
    return mem_printf("%s_%s%s", host, purpose, hex);
}
