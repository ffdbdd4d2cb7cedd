/* SPDX-License-Identifier: MIT */
#include "sim/scenario.h"

#include <fcntl.h>

#include "check.h"
#include "folder.h"
#include "sim/compile.h"

/* The compiler's messages about what is wrong on purpose need not be seen. */
static bool load_quietly(struct scenarios *scenarios, const char *path, struct err *err)
{
    int keep = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    dup2(null, STDERR_FILENO);
    bool loaded = scenarios_load(scenarios, path, err);

    dup2(keep, STDERR_FILENO);
    close(keep);
    close(null);
    return loaded;
}

static void files_that_are_refused(void **state)
{
    static const struct {
        const char *row, *file, *text, *words;
    } rows[] = {
        {"a syntax error", "a.c", "int x = ;\n", "does not compile"},
        {"a missing header", "a.c", "#include <nowhere.h>\n", "does not compile"},
        {"no SCENARIO line", "a.c", "int x;\n", "has no SCENARIO(...) line"},
        {"another interface",
         "a.c",
         "#include <cicada.h>\n"
         "CICADA_EXPORT extern const struct scenario cicada_scenario;\n"
         "const struct scenario cicada_scenario = {.abi = 999};\n",
         "was built for scenario interface 999, this program has"},
        {"no class", "a.c", "#include <cicada.h>\nSCENARIO(NULL);\n", "exports no user class"},
        {"a Python file", "locustfile.py", "class A(User): pass\n", "is a Python file"},
        {"a module that is none", "a.so", "no ELF\n", "can't load"},
        {"a module without an extension", "a", "no ELF\n", "can't load"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *folder = folder_new(), *path = folder_write(folder, rows[i].file, rows[i].text);
        struct scenarios scenarios = {0};
        struct err err = {""};

        CHECK_ROW(rows[i].row);
        CHECK(!load_quietly(&scenarios, path, &err));
        if (!strstr(err.text, rows[i].words)) {
            CHECK_STR(err.text, rows[i].words);
        }
        CHECK(strstr(err.text, path) != NULL);
        CHECK_EQ(scenarios.count, 0);
        scenarios_fini(&scenarios);
        free(path);
        folder_free(folder);
    }
}

static void missing_ones(void **state)
{
    char *folder = folder_new();
    struct scenarios scenarios = {0};
    struct err err;

    (void)state;
    CHECK(!scenarios_load(&scenarios, "/nonexistent/a.c", &err));
    CHECK_STR(err.text, "can't find scenario /nonexistent/a.c: No such file or directory");
    CHECK(!scenarios_load(&scenarios, folder, &err));
    CHECK(strstr(err.text, "holds no scenario (.c file)") != NULL);
    scenarios_fini(&scenarios);
    folder_free(folder);
}

static void a_file_is_compiled_and_loaded(void **state)
{
    char *folder = folder_new(), *path = folder_write(folder, "shop.c", SCENARIO_OF("shop"));
    struct scenarios scenarios = {0};
    struct err err;

    (void)state;
    if (!scenarios_load(&scenarios, path, &err)) {
        CHECK_STR(err.text, "");
    }
    CHECK_EQ(scenarios.count, 1);
    CHECK_STR(scenarios.items[0].name, path);
    const struct user_class *class = scenarios.items[0].scenario->classes[0];

    CHECK_STR(class->name, "shop");
    /* The module is gone from the disk, its symbol table is not. */
    char *symbol =
        scenario_symbol_name(&scenarios.items[0], (const void *)(uintptr_t) class->tasks[0].run);

    CHECK_STR(symbol, "work");
    CHECK(scenario_symbol_name(&scenarios.items[0], &symbol) == NULL);
    free(symbol);
    scenarios_fini(&scenarios);
    scenarios_fini(&scenarios); /* an empty one is fine */
    free(path);
    folder_free(folder);
}

static void a_module_is_loaded(void **state)
{
    char *folder = folder_new(), *path = folder_write(folder, "m.c", SCENARIO_OF("module"));
    struct scenarios scenarios = {0};
    struct err err;
    char *module = compile_module(path, &err);

    (void)state;
    CHECK(module != NULL);
    CHECK(scenarios_load(&scenarios, module, &err));
    CHECK_STR(scenarios.items[0].scenario->classes[0]->name, "module");
    compile_forget(module);
    scenarios_fini(&scenarios);
    free(path);
    folder_free(folder);
}

static void of_a_directory_every_c_file(void **state)
{
    char *folder = folder_new();
    char *paths[] = {
        folder_write(folder, "b.c", SCENARIO_OF("b")),
        folder_write(folder, "a.c", SCENARIO_OF("a")),
        folder_write(folder, "_helper.c", "not C"),
        folder_write(folder, ".hidden.c", "not C"),
        folder_write(folder, "notes.txt", "not C"),
    };
    struct scenarios scenarios = {0};
    struct err err;

    (void)state;
    CHECK(scenarios_load(&scenarios, folder, &err));
    CHECK_EQ(scenarios.count, 2);
    CHECK_STR(scenarios.items[0].scenario->classes[0]->name, "a");
    CHECK_STR(scenarios.items[1].scenario->classes[0]->name, "b");
    scenarios_fini(&scenarios);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        free(paths[i]);
    }
    folder_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_that_are_refused),
        cmocka_unit_test(missing_ones),
        cmocka_unit_test(a_file_is_compiled_and_loaded),
        cmocka_unit_test(a_module_is_loaded),
        cmocka_unit_test(of_a_directory_every_c_file),
    };

    setenv("CICADA_INCLUDE", API_PATH, 1);
    setenv("CC", "cc", 1);
    unsetenv("CFLAGS");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
