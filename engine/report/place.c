/* SPDX-License-Identifier: MIT */
#include "report/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

enum { TRIED_BYTES = 4096 }; /* a block: what a full disk has none of */

bool place_make_folders(const char *path, struct err *err)
{
    char *parent = mem_strdup(path), *slash;
    bool made = true;

    for (slash = parent + (*parent == '/'); made && (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        if (mkdir(parent, 0777) != 0 && errno != EEXIST) {
            made = err_set(err, "can't create directory %s: %s", parent, strerror(errno));
        }
        *slash = '/';
    }
    free(parent);
    return made;
}

static bool try_to_write(const char *path)
{
    static const char bytes[TRIED_BYTES];
    struct stat before, opened;
    bool there = stat(path, &before) == 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC, 0666);
    bool written = fd >= 0;

    if (written && !there && fstat(fd, &opened) == 0 && S_ISREG(opened.st_mode)) {
        written = write(fd, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes);
        int why = written ? 0 : errno;

        unlink(path);
        errno = why ? why : ENOSPC; /* half a block was written */
    }
    if (fd >= 0) {
        int why = errno;

        close(fd);
        errno = why;
    }
    return written;
}

bool place_check(const char *path, struct err *err)
{
    size_t known = strcspn(path, "{");
    char *tried = path[known] ? mem_printf("%.*s0", (int)known, path) : mem_strdup(path);
    struct stat there;
    bool good = place_make_folders(tried, err);

    /* Pipes wait for a reader, and devices are what they are. */
    if (good && (stat(tried, &there) != 0 || S_ISREG(there.st_mode) || S_ISDIR(there.st_mode)) &&
        !try_to_write(tried)) {
        good = err_set(err, "can't write %s: %s", path, strerror(errno));
    }
    free(tried);
    return good;
}
