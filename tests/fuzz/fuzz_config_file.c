/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/ensure.h"
#include "cli/config_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool on_item(void *data, const struct config_item *item, struct err *err)
{
    unsigned *line = data;

    (void)err;
    ENSURE(item->key[0] && item->line > *line);
    ENSURE(item->listed || item->count == 1);
    for (size_t i = 0; i < item->count; i++) {
        ENSURE(!strpbrk(item->values[i], "\r\n") || item->listed);
    }
    *line = item->line;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {""};
    unsigned line = 0;
    bool ok = config_file_read((const char *)data, size, on_item, &line, &err);

    ENSURE(ok == (err.text[0] == '\0'));
    return 0;
}
