/* SPDX-License-Identifier: MIT */
/* The file that says who may log in. Passwords are not compared: that takes 15 ms by design. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/log.h"
#include "web/users_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64], token[1024];
    struct err err = {""};
    int fd = memfd_create("users", MFD_CLOEXEC);
    size_t length = size < sizeof(token) - 1 ? size : sizeof(token) - 1;

    log_set_level(LOG_LEVELS);
    ENSURE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    struct users_file *file = users_file_open(path, &err);

    ENSURE((file == NULL) == (err.text[0] != '\0'));
    if (file) {
        memcpy(token, data, length);
        token[length] = '\0';
        users_file_token(file, token);
        struct password_check check = users_file_check(file, token, token);

        ENSURE(!check.known || check.expected);
        password_check_fini(&check);
    }
    users_file_free(file);
    close(fd);
    return 0;
}
