/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/ensure.h"
#include "base/json.h"
#include "base/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static json_t *document;
    char *path = mem_strndup(size > 0 ? (const char *)data : "", size);

    if (!document) {
        document = json_loads(
            "{\"a\": {\"b\": [1, {\"c\": 2}, [3]], \"\": 4, \"a.b\": 5}, \"0\": 6}", 0, NULL);
        ENSURE(document);
    }
    ENSURE(!json_at(document, path) || json_path_valid(path));
    free(path);
    return 0;
}
