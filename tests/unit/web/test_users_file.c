/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "web/users_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/log.h"

static char path[] = "/tmp/test_users_file.XXXXXX";

static void write_file(const char *text)
{
    FILE *file = fopen(path, "w");

    CHECK(file != NULL);
    fputs(text, file);
    fclose(file);
}

static void words_are_checked(void **state)
{
    struct err err = {""};
    char token[65], text[2048];
    char *line = users_file_line("ann", "s\xc3\xa9same: open", &err);
    char *token_line = users_file_token_line("ci", token, &err);

    (void)state;
    CHECK(line && token_line);
    CHECK_EQ(strlen(token), 64);
    snprintf(text, sizeof(text), "# x\n\n%s\r\n%s\n", line, token_line);
    write_file(text);
    struct users_file *file = users_file_open(path, &err);

    CHECK(file != NULL);
    CHECK(users_file_password(file, "ann", "s\xc3\xa9same: open"));
    CHECK(!users_file_password(file, "ann", "s\xc3\xa9same: ope"));
    CHECK(!users_file_password(file, "ann", ""));
    CHECK(!users_file_password(file, "an", "s\xc3\xa9same: open"));
    CHECK(!users_file_password(file, "ci", token));
    CHECK_STR(users_file_token(file, token), "ci");
    token[0] ^= 1;
    CHECK(users_file_token(file, token) == NULL);
    CHECK(users_file_token(file, "") == NULL);
    users_file_free(file);
    free(line);
    free(token_line);
}

static void bad_files_are_named(void **state)
{
    static const struct {
        const char *row, *text, *words;
    } rows[] = {
        {"empty", "", "names nobody"},
        {"comments only", "# a\n", "names nobody"},
        {"no colon", "# a\nann\n", ":2: this is no NAME:HASH"},
        {"no name", ":$6$x$y\n", ":1: this is no NAME:HASH"},
        {"no hash", "ann:\n", ":1: this is no NAME:HASH"},
        {"a password as it is", "ann:secret\n", "the hash of ann makes no sense"},
        {"an old hash of DES", "ann:aaJRmn5hBj1ZM\n", "the hash of ann makes no sense"},
        {"a short digest", "ci:sha256:12ab\n", "the hash of ci makes no sense"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {""};

        CHECK_ROW(rows[i].row);
        write_file(rows[i].text);
        CHECK(users_file_open(path, &err) == NULL);
        CHECK(strstr(err.text, rows[i].words) != NULL);
    }
}

static void names_and_passwords_have_limits(void **state)
{
    struct err err = {""};
    char long_text[1000], token[65];

    (void)state;
    memset(long_text, 'x', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    CHECK(users_file_line("", "x", &err) == NULL);
    CHECK(users_file_line("a b", "x", &err) == NULL);
    CHECK(users_file_line("a:b", "x", &err) == NULL);
    CHECK(users_file_line("#a", "x", &err) == NULL);
    CHECK(users_file_line(long_text, "x", &err) == NULL);
    CHECK(users_file_line("a", "", &err) == NULL);
    CHECK(users_file_line("a", long_text, &err) == NULL);
    CHECK(users_file_token_line("a:b", token, &err) == NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_checked),
        cmocka_unit_test(bad_files_are_named),
        cmocka_unit_test(names_and_passwords_have_limits),
    };
    int fd = mkstemp(path);

    if (fd < 0) {
        return 1;
    }
    close(fd);
    log_set_level(LOG_LEVELS);
    int failed = cmocka_run_group_tests_name("users_file", tests, NULL, NULL);

    unlink(path);
    return failed;
}
