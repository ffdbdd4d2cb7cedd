/* SPDX-License-Identifier: MIT */
#include "golden.h"

#include <sys/stat.h>

#include "base/ensure.h"
#include "report/place.h"

static void checks(void **state)
{
    static const struct {
        const char *row, *path;
        const char *why; /* NULL: it can be written */
    } rows[] = {
        {"a new file", "new", NULL},
        {"in folders that are made", "a/b/c", NULL},
        {"once more", "a/b/c", NULL},
        {"one that is there", "there", NULL},
        {"a folder", "folder", "can't write %s/folder: Is a directory"},
        {"below a file", "there/x/y", "can't create directory %s/there/x: Not a directory"},
        {"what is not known yet is left out", "later/{ts}/{profile}", NULL},
        {"nor from the middle of a name", "run-{u}", NULL},
        {"no name", "", "can't write %s/: Is a directory"},
    };
    char *folder = temporary_directory();
    char *there = mem_printf("%s/there", folder), *dir = mem_printf("%s/folder", folder);
    FILE *file = fopen(there, "w");

    (void)state;
    CHECK(file && fputs("old", file) >= 0 && fclose(file) == 0);
    CHECK_EQ(mkdir(dir, 0777), 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *path = mem_printf("%s/%s", folder, rows[i].path);
        struct err err = {""};
        struct stat after;
        bool before = stat(path, &after) == 0;

        CHECK_ROW(rows[i].row);
        CHECK_EQ(place_check(path, &err), rows[i].why == NULL);
        if (rows[i].why) {
            char *mark = strstr(rows[i].why, "%s");
            char *why =
                mem_printf("%.*s%s%s", (int)(mark - rows[i].why), rows[i].why, folder, mark + 2);

            CHECK_STR(err.text, why);
            free(why);
        }
        CHECK_EQ(stat(path, &after) == 0, before);
        free(path);
    }
    char *text = read_all(there);

    CHECK_ROW("what was there is left as it was");
    CHECK_STR(text, "old");
    CHECK_ROW("nothing is left but folders");
    const char *const left[] = {"there", "a/b", "a", "later", "folder"};

    for (size_t i = 0; i < ARRAY_LEN(left); i++) {
        char *path = mem_printf("%s/%s", folder, left[i]);

        CHECK_EQ(remove(path), 0);
        free(path);
    }
    CHECK_EQ(rmdir(folder), 0);
    free(text);
    free(there);
    free(dir);
    free(folder);
}

static void devices(void **state)
{
    struct err err;

    (void)state;
    CHECK_ROW("a device is taken as it is");
    CHECK(place_check("/dev/null", &err));
    CHECK(place_check("/dev/full", &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(checks), cmocka_unit_test(devices)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
