/* SPDX-License-Identifier: MIT */
#include "options_case.h"

#include "cli/nearest.h"

static char *no_environment[] = {NULL};

static const struct scenario_option shop[] = {
    {.name = "api-key", .help = "who we are", .secret = true},
    {.name = "flavour", .default_value = "plain", .env = "SHOP_FLAVOUR"},
    {.name = "fast", .flag = true},
    {.name = "test-env", .default_value = "staging"},
    {0},
};
static const struct scenario_option *const custom[] = {shop, NULL};

static bool parse(struct options *options, char **argv, char **environment,
                  const struct scenario_option *const *tables, struct err *err)
{
    struct option_inputs inputs = {.argv = argv, .environment = environment};

    while (argv[inputs.argc]) {
        inputs.argc++;
    }
    return options_parse(options, &inputs, tables, err);
}

#define ARGV(...) ((char *[]){(char *)"cicada", __VA_ARGS__, NULL})

static void custom_options(void **state)
{
    static const struct {
        const char *row;
        const char *argv[6], *env[3];
        const char *name, *want;
    } rows[] = {
        {"absent without a default", {0}, {0}, "api-key", NULL},
        {"absent with a default", {0}, {0}, "flavour", "plain"},
        {"on the command line", {"--api-key", "k"}, {0}, "api-key", "k"},
        {"an empty value is a value", {"--api-key="}, {0}, "api-key", ""},
        {"by LOCUST_NAME", {0}, {"LOCUST_API_KEY=e"}, "api-key", "e"},
        {"by a variable of its own", {0}, {"SHOP_FLAVOUR=e"}, "flavour", "e"},
        {"not by LOCUST_NAME then", {0}, {"LOCUST_FLAVOUR=e"}, "flavour", "plain"},
        {"the command line wins", {"--api-key=k"}, {"LOCUST_API_KEY=e"}, "api-key", "k"},
        {"a flag that is off", {0}, {0}, "fast", NULL},
        {"a flag that is on", {"--fast"}, {0}, "fast", "true"},
        {"a flag in the environment", {0}, {"LOCUST_FAST=yes"}, "fast", "true"},
        {"a flag switched off there", {0}, {"LOCUST_FAST=no"}, "fast", NULL},
        {"by an unambiguous prefix", {"--fl", "x"}, {0}, "flavour", "x"},
        {"a name of an add-on may be declared", {"--test-env", "x"}, {0}, "test-env", "x"},
        {"a built-in option is none of the scenario's", {"-u", "3"}, {0}, "users", NULL},
        {"an unknown name", {0}, {0}, "colour", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *argv[8] = {(char *)"cicada", (char *)"--headless"};
        struct options options = {0};
        struct err err = {""};

        CHECK_ROW(rows[i].row);
        memcpy(argv + 2, rows[i].argv, sizeof(rows[i].argv) - sizeof(char *));
        if (!parse(&options, argv, (char **)rows[i].env, custom, &err)) {
            fail_msg("%s: %s", rows[i].row, err.text);
        }
        CHECK_STR(options_custom(&options, rows[i].name), rows[i].want);
        options_fini(&options);
    }
}

static void customs_set(void **state)
{
    static const struct {
        const char *row, *name, *texts[3]; /* set one after the other */
        size_t count;
        const char *want;
    } rows[] = {
        {"one that was absent", "api-key", {"k"}, 1, "k"},
        {"one with a default", "flavour", {"sour"}, 1, "sour"},
        {"made absent, default or not", "flavour", {NULL}, 1, NULL},
        {"absent stays absent", "api-key", {NULL}, 1, NULL},
        {"and back again", "flavour", {"a", NULL, "b"}, 3, "b"},
        {"an empty value is a value", "flavour", {""}, 1, ""},
        {"the same twice", "flavour", {"a", "a"}, 2, "a"},
        {"a flag that is on", "fast", {"true"}, 1, "true"},
        {"a flag that is off again", "fast", {"true", NULL}, 2, NULL},
        {"a built-in option is not changed", "users", {"9"}, 1, NULL},
        {"an unknown name", "colour", {"red"}, 1, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct options options = {0};
        struct err err = {""};

        CHECK_ROW(rows[i].row);
        CHECK(parse(&options, ARGV((char *)"--headless"), no_environment, custom, &err));
        for (size_t k = 0; k < rows[i].count; k++) {
            options_custom_set(&options, rows[i].name, rows[i].texts[k]);
            const char *got = options_custom(&options, rows[i].name);

            CHECK(options_custom(&options, "users") == NULL);
            if (k + 1 < rows[i].count) {
                CHECK_STR(got, rows[i].texts[k]);
            }
        }
        CHECK_STR(options_custom(&options, rows[i].name), rows[i].want);
        CHECK_EQ(options.users, -1);
        CHECK_ROW("text that was handed out lasts while it is the same");
        options_custom_set(&options, "api-key", "first");
        const char *before = options_custom(&options, "api-key");

        options_custom_set(&options, "api-key", "first");
        CHECK(options_custom(&options, "api-key") == before);
        CHECK_EQ(options_origin(&options, "api-key"), ORIGIN_COMMAND_LINE);
        options_log(&options); /* an option made absent has no value to show */
        options_fini(&options);
    }
}

static void custom_mistakes(void **state)
{
    static const struct scenario_option clash[] = {{.name = "users"}, {0}};
    static const struct scenario_option absent[] = {{.name = "otel", .flag = true}, {0}};
    static const struct scenario_option other[] = {{.name = "fast"}, {0}};
    static const struct scenario_option dashes[] = {{.name = "--x"}, {0}};
    static const struct {
        const char *row;
        const struct scenario_option *const tables[3];
        const char *want;
    } rows[] = {
        {"the name of a built-in option", {clash}, "--users is one of cicada's own"},
        {"the name of an absent one", {absent}, "--otel is one of cicada's own"},
        {"two scenarios that differ", {shop, other}, "two scenarios declare --fast"},
        {"two scenarios that agree", {shop, shop}, NULL},
        {"a name with dashes", {dashes}, "'--x' has no usable name"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct options options = {0};
        struct err err = {""};
        bool ok = parse(&options, ARGV((char *)"--headless"), no_environment, rows[i].tables, &err);

        CHECK_ROW(rows[i].row);
        CHECK_EQ(ok, rows[i].want == NULL);
        CHECK(ok || strstr(err.text, rows[i].want));
        options_fini(&options);
    }
}

static void first_pass(void **state)
{
    static const struct {
        const char *row;
        const char *argv[6], *env[3];
        const char *locustfile;
        bool help;
    } rows[] = {
        {"the default", {0}, {0}, "locustfile.c", false},
        {"unknown options are no error yet", {"--api-key", "x", "-f", "a.c"}, {0}, "a.c", false},
        {"nor are bad values", {"-u", "x", "-f", "a.c"}, {0}, "a.c", false},
        {"by variable", {0}, {"LOCUST_LOCUSTFILE=b.c"}, "b.c", false},
        {"a built-in scenario by variable", {0}, {"LOCUST_SCENARIO=httpbin"}, "httpbin", false},
        {"which yields to the more exact one",
         {0},
         {"LOCUST_SCENARIO=httpbin", "LOCUST_LOCUSTFILE=b.c"},
         "b.c",
         false},
        {"and to the command line", {"-fc.c"}, {"LOCUST_SCENARIO=httpbin"}, "c.c", false},
        {"an empty one names none", {0}, {"LOCUST_SCENARIO="}, "locustfile.c", false},
        {"help beside absent options", {"--otel", "--help"}, {0}, "locustfile.c", true},
        {"help beside unknown options", {"--xyz", "-h", "-f", "a.c"}, {0}, "a.c", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *argv[8] = {(char *)"cicada"};
        struct option_inputs inputs = {.argv = argv, .environment = (char **)rows[i].env};
        struct options options = {0};
        struct err err = {""};

        CHECK_ROW(rows[i].row);
        memcpy(argv + 1, rows[i].argv, sizeof(rows[i].argv));
        while (argv[inputs.argc]) {
            inputs.argc++;
        }
        if (!options_scan(&options, &inputs, &err)) {
            fail_msg("%s: %s", rows[i].row, err.text);
        }
        CHECK_STR(err.text, "");
        CHECK_STR(options.locustfile, rows[i].locustfile);
        CHECK_EQ(options.help, rows[i].help);
        if (rows[i].help) {
            CHECK(options_parse(&options, &inputs, NULL, &err));
        }
        options_fini(&options);
    }
}

static void absent_variables(void **state)
{
    static const struct {
        const char *row, *env, *want;
    } rows[] = {
        {"a flag",
         "LOCUST_ENABLE_OPENTELEMETRY=true",
         "--otel is not available in this version (from "
         "environment variable LOCUST_ENABLE_OPENTELEMETRY)"},
        {"a flag switched off asks for nothing", "LOCUST_ENABLE_OPENTELEMETRY=false", NULL},
        {"a removed option's", "LOCUST_LEGACY_UI=1", "--legacy-ui is no longer supported"},
        {"what the orchestrator adds", "LOCUST_MASTER_SERVICE_HOST=10.0.0.1", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *environment[] = {(char *)rows[i].env, NULL};
        struct options options = {0};
        struct err err = {""};
        bool ok = parse(&options, ARGV((char *)"--headless"), environment, NULL, &err);

        CHECK_ROW(rows[i].row);
        CHECK_EQ(ok, rows[i].want == NULL);
        CHECK(ok || strstr(err.text, rows[i].want));
        options_fini(&options);
    }
}

static void on_line(void *data, enum log_level level, const char *line)
{
    (void)level;
    buf_puts(data, line);
    buf_putc(data, '\n');
}

static void origins(void **state)
{
    char *environment[] = {(char *)"LOCUST_API_KEY=hunter2", (char *)"LOCUST_USERS=5", NULL};
    struct options options = {0};
    struct err err = {""};
    struct buf lines;
    char host[] = "--host=https://me:hunter2@example.com/a@b";

    (void)state;
    CHECK_ROW("where values came from");
    CHECK(parse(&options, ARGV((char *)"--headless", host), environment, custom, &err));
    CHECK_EQ(options_origin(&options, "users"), ORIGIN_ENVIRONMENT);
    CHECK_EQ(options_origin(&options, "headless"), ORIGIN_COMMAND_LINE);
    CHECK_EQ(options_origin(&options, "run-time"), ORIGIN_DEFAULT);
    buf_init(&lines, 65536);
    log_set_level(LOG_DEBUG);
    CHECK(log_to_file("/dev/null", &err));
    log_set_observer(on_line, &lines);
    options_log(&options);
    log_set_observer(NULL, NULL);
    log_close();
    CHECK(strstr(buf_text(&lines), "option users = 5 (from environment variable LOCUST_USERS)"));
    CHECK(strstr(buf_text(&lines), "option api-key = *** (from"));
    CHECK(strstr(buf_text(&lines), "option host = https://***@example.com/a@b (from command"));
    CHECK_ROW("no secret is shown");
    CHECK(!strstr(buf_text(&lines), "hunter2"));
    buf_fini(&lines);
    options_fini(&options);
}

static void defaults(void **state)
{
    struct options options = {0};
    struct err err = {""};

    (void)state;
    CHECK_ROW("defaults");
    CHECK(parse(&options, ARGV((char *)"--headless"), NULL, NULL, &err));
    CHECK_EQ(options.users, -1);
    CHECK_EQ(options.exit_code_on_error, 1);
    CHECK_EQ(options.stack_size, 65536);
    CHECK_EQ(options.csv_interval_ns, NS_PER_S);
    CHECK_EQ(options.console_stats_interval_ns, 2 * NS_PER_S);
    CHECK_EQ(options.seed, -1);
    CHECK(!options.host && !options.csv && !options.user_classes[0] && !options.tags[0]);
    CHECK(!options.master && !options.worker && !options.foreign_classes[0]);
    CHECK_STR(options.master_bind_host, "*");
    CHECK_EQ(options.master_bind_port, 5557);
    CHECK_STR(options.master_host, "127.0.0.1");
    CHECK_EQ(options.master_port, 5557);
    CHECK_EQ(options.expect_workers, 1);
    CHECK(!options.curve_key_file && !options.curve_server_key);
    CHECK_ROW("the window follows the interval");
    CHECK(parse(&options,
                ARGV((char *)"--headless", (char *)"--csv-interval", (char *)"5s"),
                NULL,
                NULL,
                &err));
    CHECK_EQ(options.csv_window_ns, 5 * NS_PER_S);
    options_fini(&options);
}

static void distances(void **state)
{
    static const char *const names[] = {"run-time", "users", "user-agent"};

    (void)state;
    CHECK_ROW("letters apart");
    CHECK_EQ(nearest_distance("users", "users"), 0);
    CHECK_EQ(nearest_distance("", "abc"), 3);
    CHECK_EQ(nearest_distance("uesrs", "users"), 1);
    CHECK_EQ(nearest_distance("run_tim", "run-time"), 2);
    CHECK_STR(nearest_name("run_time", names, 3), "run-time");
    CHECK_STR(nearest_name("something", names, 3), NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(custom_options),
        cmocka_unit_test(customs_set),
        cmocka_unit_test(custom_mistakes),
        cmocka_unit_test(first_pass),
        cmocka_unit_test(absent_variables),
        cmocka_unit_test(origins),
        cmocka_unit_test(defaults),
        cmocka_unit_test(distances),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
