/* SPDX-License-Identifier: MIT */
/* A Location header: what the transport makes of it. The input is two URLs with a NUL between. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "http/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *first = mem_strndup(size > 0 ? (const char *)data : "", size);
    size_t used = strlen(first) + 1;
    char *second =
        mem_strndup(used < size ? (const char *)data + used : "", used < size ? size - used : 0);
    char *quoted = url_quote(first);
    struct url_origin origin;

    for (const char *p = quoted; p && *p; p++) { /* fit for a request line */
        ENSURE(*p > 0x20 && *p < 0x7f);
    }
    if (url_origin(first, &origin)) {
        const char *end = first + strlen(first);

        ENSURE(origin.host >= first && origin.host + origin.host_length <= end);
        ENSURE(origin.port >= 0 && origin.port <= 65535);
        ENSURE(url_keeps_auth(first, first));
    }
    url_keeps_auth(first, second);
    free(quoted);
    free(first);
    free(second);
    return 0;
}
