/* SPDX-License-Identifier: MIT */
#include "golden.h"

#include "report/json.h"

static char *printed(const struct snapshot *snapshot)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    CHECK(json_print(stream, snapshot));
    fclose(stream);
    return text;
}

static void as_locust_writes(void **state)
{
    char *directory = temporary_directory();
    char *name = mem_printf("%s/out", directory), *path = mem_printf("%s.json", name);
    struct err err;

    (void)state;
    for (size_t i = 0; i < GOLDEN_CASES; i++) {
        struct snapshot snapshot = golden_snapshot(golden_cases[i]);
        char *want = golden_text(golden_cases[i], "json");

        CHECK_ROW(golden_cases[i]);
        CHECK(json_write_file(name, &snapshot, &err));
        char *got = read_all(path), *stdout_text = printed(&snapshot);

        check_same_text("file", got, want);
        /* Printing it first or again gives the same, and a line end, as print() adds. */
        CHECK_EQ(strncmp(stdout_text, want, strlen(want)), 0);
        CHECK_STR(stdout_text + strlen(want), "\n");
        free(got);
        free(want);
        free(stdout_text);
        golden_free(&snapshot);
    }
    unlink(path);
    rmdir(directory);
    free(directory);
    free(name);
    free(path);
}

static void any_name_is_json(void **state)
{
    static const char *const names[] = {"q\"b\\s/",
                                        "line\nfeed\r\t\b\f\x01",
                                        "é日\xf0\x9f\x98\x80",
                                        "bad\xff\xed\xa0\x80",
                                        "\x7f",
                                        ""};
    struct snapshot snapshot = empty_snapshot();

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        record(&snapshot, names[i], NULL, NS_PER_MS);
    }
    char *text = printed(&snapshot);
    json_t *document = json_loads(text, 0, NULL);

    CHECK_ROW("parses, and nothing but ASCII");
    CHECK_EQ(json_array_size(document), sizeof(names) / sizeof(names[0]));
    for (const char *c = text; *c; c++) {
        CHECK((unsigned char)*c < 0x80);
    }
    CHECK(strstr(text, "\"q\\\"b\\\\s/\""));
    CHECK(strstr(text, "\"line\\nfeed\\r\\t\\b\\f\\u0001\""));
    CHECK(strstr(text, "\"\\u00e9\\u65e5\\ud83d\\ude00\""));
    CHECK(strstr(text, "\"bad\\ufffd\\ufffd\\ufffd\\ufffd\""));
    json_decref(document);
    free(text);
    golden_free(&snapshot);
}

static void reset_rows_are_left_out(void **state)
{
    struct snapshot snapshot = golden_snapshot("mixed");

    (void)state;
    CHECK_ROW("rows that counted nothing since the reset");
    stats_reset(snapshot.stats, snapshot.now_ns);
    char *text = printed(&snapshot);

    CHECK_STR(text, "[]\n");
    free(text);
    golden_free(&snapshot);
}

static void failing(void **state)
{
    struct snapshot snapshot = golden_snapshot("mixed");
    char *directory = temporary_directory();
    char *name = mem_printf("%s/full", directory), *path = mem_printf("%s.json", name);
    FILE *full = fopen("/dev/full", "w");
    struct err err = {""};

    (void)state;
    CHECK_ROW("no such directory");
    CHECK(!json_write_file("/nonexistent/x", &snapshot, &err));
    CHECK_STR(err.text, "can't write /nonexistent/x.json: No such file or directory");
    CHECK_ROW("disk full");
    CHECK(symlink("/dev/full", path) == 0);
    CHECK(!json_write_file(name, &snapshot, &err));
    CHECK(strstr(err.text, "full.json: No space left on device"));
    CHECK_ROW("stdout full");
    CHECK(!json_print(full, &snapshot));
    fclose(full);
    unlink(path);
    rmdir(directory);
    free(directory);
    free(name);
    free(path);
    golden_free(&snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_locust_writes),
        cmocka_unit_test(any_name_is_json),
        cmocka_unit_test(reset_rows_are_left_out),
        cmocka_unit_test(failing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
