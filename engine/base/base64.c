/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/memory.h"

void base64_encode(struct buf *out, const void *bytes, size_t length)
{
    if (length > INT_MAX / 2) {
        out->failed = true;
        return;
    }
    unsigned char *text = mem_array((length + 2) / 3 * 4 + 1, 1);

    EVP_EncodeBlock(text, bytes, (int)length);
    buf_puts(out, (const char *)text);
    free(text);
}

bool base64_decode(struct buf *out, const char *text, size_t length)
{
    size_t padding = 0;

    /* The library skips blanks and counts padding as bytes. */
    if (length % 4 != 0 || length > INT_MAX || memchr(text, '\n', length) ||
        memchr(text, ' ', length)) {
        return false;
    }
    while (padding < 2 && padding < length && text[length - 1 - padding] == '=') {
        padding++;
    }
    if (memchr(text, '=', length - padding)) {
        return false;
    }
    unsigned char *bytes = mem_array(length / 4 * 3 + 1, 1);
    int count = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)length);

    if (count >= 0) {
        buf_add(out, bytes, (size_t)count - padding);
    }
    free(bytes);
    return count >= 0;
}
