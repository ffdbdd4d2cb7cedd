/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ensure.h"
#include "cli/users_config.h"

static void sum_up(const struct users_config *config, struct buf *out)
{
    for (size_t i = 0; i < config->count; i++) {
        const struct user_override *override = &config->overrides[i];

        buf_printf(out, "%s%s", i > 0 ? "; " : "", override->user_class_name);
        if (override->host) {
            buf_printf(out, " host=%s", override->host);
        }
        if (override->weight >= 0) {
            buf_printf(out, " weight=%g", override->weight);
        }
        if (override->fixed_count >= 0) {
            buf_printf(out, " fixed=%lld", (long long) override->fixed_count);
        }
        if (override->has_tasks) {
            buf_puts(out, " tasks=");
            for (size_t k = 0; override->tasks[k]; k++) {
                buf_printf(out, "%s%s", k > 0 ? "|" : "", override->tasks[k]);
            }
        }
        if (json_object_size(override->others) > 0) {
            char *others = json_dumps(override->others, JSON_COMPACT);

            buf_printf(out, " others=%s", others);
            free(others);
        }
    }
}

static void arguments(void **state)
{
    static const struct {
        const char *row;
        const char *arguments[4];
        bool ok;
        const char *want; /* or a part of the error */
    } rows[] = {
        {"nothing", {0}, true, ""},
        {"an object", {"{\"user_class_name\": \"A\"}"}, true, "A"},
        {"all attributes",
         {"{\"host\": \"http://h\", \"weight\": 2.5, \"fixed_count\": 3, \"tasks\": [\"x\", "
          "\"y\"], "
          "\"user_class_name\": \"A\", \"colour\": [1]}"},
         true,
         "A host=http://h weight=2.5 fixed=3 tasks=x|y others={\"colour\":[1]}"},
        {"an array",
         {"[{\"user_class_name\": \"A\"}, {\"user_class_name\": \"B\"}]"},
         true,
         "A; B"},
        {"several arguments",
         {"{\"user_class_name\": \"A\"}", "[]", "[{\"user_class_name\": \"B\"}]"},
         true,
         "A; B"},
        {"no tasks at all", {"{\"user_class_name\": \"A\", \"tasks\": []}"}, true, "A tasks="},
        {"a host that is null", {"{\"user_class_name\": \"A\", \"host\": null}"}, true, "A"},
        {"no JSON", {"{\"user_class_name\""}, false, "must be a valid JSON string or file"},
        {"no class", {"{\"weight\": 1}"}, false, "must specify a user_class_name"},
        {"no class in the second", {"[{\"user_class_name\": \"A\"}, {}]"}, false, "must specify"},
        {"no object", {"[1]"}, false, "must specify"},
        {"a class that is no name", {"{\"user_class_name\": 1}"}, false, "must specify"},
        {"no such file", {"/nonexistent/x.json"}, false, "can't open '/nonexistent/x.json'"},
        {"negative weight",
         {"{\"user_class_name\": \"A\", \"weight\": -1}"},
         false,
         "A: \"weight\""},
        {"half a user",
         {"{\"user_class_name\": \"A\", \"fixed_count\": 1.5}"},
         false,
         "fixed_count"},
        {"a host that is a number",
         {"{\"user_class_name\": \"A\", \"host\": 1}"},
         false,
         "a string"},
        {"tasks that are no names",
         {"{\"user_class_name\": \"A\", \"tasks\": [1]}"},
         false,
         "names"},
        {"tasks that are no array",
         {"{\"user_class_name\": \"A\", \"tasks\": \"x\"}"},
         false,
         "array"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct users_config config;
        struct err err = {""};
        struct buf got;

        buf_init(&got, 4096);
        CHECK_ROW(rows[i].row);
        CHECK_EQ(users_config_init(&config, (char *const *)rows[i].arguments, &err), rows[i].ok);
        sum_up(&config, &got);
        if (rows[i].ok) {
            CHECK_STR(buf_text(&got), rows[i].want);
        } else {
            CHECK(strstr(err.text, rows[i].want));
            CHECK_EQ(config.count, 0);
        }
        buf_fini(&got);
        users_config_fini(&config);
    }
}

static void files(void **state)
{
    char path[] = "/tmp/cicada-users-XXXXXX.json";
    const char text[] = "[{\"user_class_name\": \"A\", \"weight\": 4}]";
    char *arguments_[] = {path, NULL};
    struct users_config config;
    struct err err;
    int file = mkstemps(path, 5);

    (void)state;
    CHECK_ROW("a file");
    CHECK(file >= 0 && write(file, text, sizeof(text) - 1) == (ssize_t)sizeof(text) - 1);
    close(file);
    CHECK(users_config_init(&config, arguments_, &err));
    CHECK_EQ(config.count, 1);
    CHECK_NEAR(config.overrides[0].weight, 4, 0);
    users_config_fini(&config);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments),
        cmocka_unit_test(files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
