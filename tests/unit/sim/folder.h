/* SPDX-License-Identifier: MIT */
/*
 * folder.h - a temporary folder for tests that need files.
 */
#ifndef UNIT_FOLDER_H
#define UNIT_FOLDER_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/memory.h"

/* The scenario files' first line and their last. */
#define SCENARIO_OF(name)                                                                          \
    "#include <cicada.h>\n"                                                                        \
    "static void work(struct user *user) { user_skip_wait(user); }\n"                              \
    "static const struct task tasks[] = {TASK(work), {0}};\n"                                      \
    "static const struct user_class c = {.name = \"" name "\", .tasks = tasks};\n"                 \
    "SCENARIO(&c);\n"

static inline char *folder_new(void)
{
    char *folder = mem_strdup("/tmp/cicada-unit-XXXXXX");

    ENSURE(mkdtemp(folder));
    return folder;
}

/* The path of a new file; owned by the caller. */
static inline char *folder_write(const char *folder, const char *name, const char *text)
{
    char *path = mem_printf("%s/%s", folder, name);
    FILE *file = fopen(path, "we");

    ENSURE(file && fputs(text, file) >= 0 && fclose(file) == 0);
    return path;
}

static inline int folder_count(const char *folder)
{
    DIR *open = opendir(folder);
    int count = 0;

    ENSURE(open);
    for (const struct dirent *entry; (entry = readdir(open));) {
        count += entry->d_name[0] != '.';
    }
    closedir(open);
    return count;
}

static inline void folder_free(char *folder)
{
    DIR *open = opendir(folder);

    ENSURE(open);
    for (const struct dirent *entry; (entry = readdir(open));) {
        unlinkat(dirfd(open), entry->d_name, 0);
    }
    closedir(open);
    rmdir(folder);
    free(folder);
}

#endif
