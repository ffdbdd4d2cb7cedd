/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdint.h>

#include "base/ensure.h"
#include "cli/toml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {""};
    json_t *root = toml_parse((const char *)data, size, &err);

    ENSURE((root != NULL) == (err.text[0] == '\0'));
    json_decref(root);
    return 0;
}
