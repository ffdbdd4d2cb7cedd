/* SPDX-License-Identifier: MIT */
#include "sim/compile.h"

#include <string.h>

#include "check.h"
#include "folder.h"

static void compilers_and_flags(void **state)
{
    static const struct {
        const char *row, *cc, *cflags; /* NULL: not set */
        const char *error;             /* words in the sentence; NULL: compiles */
    } rows[] = {
        {"nothing set", NULL, NULL, NULL},
        {"an empty CC is none", "", NULL, NULL},
        {"a CC of blanks is none", "  ", NULL, NULL},
        {"CC with arguments", " cc  -DNEEDED ", NULL, NULL},
        {"flags", NULL, " -DNEEDED  -O0\t", NULL},
        {"flags that fail", NULL, "-Werror=undef -DBREAK", "does not compile"},
        {"a compiler that is not there",
         "no-such-cc -x",
         NULL,
         "the C compiler no-such-cc can't be run"},
        {"one that fails without a word", "false", NULL, "does not compile"},
    };
    char *folder = folder_new(), *tmp = folder_new();
    char *path = folder_write(folder,
                              "a.c",
                              "#ifdef BREAK\n#error on purpose\n#endif\n"
                              "#include <cicada.h>\nint nothing;\n");

    (void)state;
    setenv("CICADA_INCLUDE", API_PATH, 1);
    setenv("TMPDIR", tmp, 1);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {""};

        CHECK_ROW(rows[i].row);
        rows[i].cc ? setenv("CC", rows[i].cc, 1) : unsetenv("CC");
        rows[i].cflags ? setenv("CFLAGS", rows[i].cflags, 1) : unsetenv("CFLAGS");
        char *module = compile_module(path, &err);

        if (rows[i].error) {
            CHECK(module == NULL);
            if (!strstr(err.text, rows[i].error)) {
                CHECK_STR(err.text, rows[i].error);
            }
        } else {
            CHECK_STR(err.text, "");
            CHECK(module && access(module, R_OK) == 0);
            compile_forget(module);
        }
        CHECK_EQ(folder_count(tmp), 0); /* nothing is left behind */
    }
    free(path);
    folder_free(folder);
    folder_free(tmp);
}

static void no_folder_for_the_module(void **state)
{
    struct err err;

    (void)state;
    setenv("TMPDIR", "/nonexistent", 1);
    CHECK(compile_module("a.c", &err) == NULL);
    CHECK(strstr(err.text, "can't make a folder for the compiled scenario") != NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compilers_and_flags),
        cmocka_unit_test(no_folder_for_the_module),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
