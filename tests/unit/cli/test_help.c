/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/ensure.h"
#include "cli/help.h"

static const struct scenario_option shop[] = {
    {.name = "flavour", .default_value = "plain", .help = "What to order."},
    {.name = "api-key", .default_value = "hunter2", .help = "Who we are.", .secret = true},
    {0},
};

static void lists_options(void **state)
{
    const struct scenario_option *const custom[] = {shop, NULL};
    char *argv[] = {(char *)"cicada", (char *)"--help", NULL};
    struct option_inputs inputs = {.argc = 2, .argv = argv};
    struct options options = {0};
    struct err err;
    struct buf text, man, completion;

    (void)state;
    buf_init(&text, HELP_MAX_BYTES);
    buf_init(&man, HELP_MAX_BYTES);
    buf_init(&completion, HELP_MAX_BYTES);
    CHECK_ROW("help for a scenario with options");
    CHECK(options_parse(&options, &inputs, custom, &err));
    help_text(&options, 80, &text);
    help_man(&man);
    help_completion(&completion);
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option_spec *spec = &option_table[i];
        char dashed[64], roff[128], word[80];
        bool shown = spec->state == OPTION_PRESENT && !spec->hidden;
        size_t used = 0;

        CHECK_ROW(spec->name);
        snprintf(dashed, sizeof(dashed), "--%s%s", spec->name, spec->metavar ? " " : "\n");
        if (shown && spec->metavar) {
            CHECK(strstr(buf_text(&text), dashed));
        }
        for (const char *p = spec->name; *p; p++) {
            used +=
                (size_t)snprintf(roff + used, sizeof(roff) - used, *p == '-' ? "\\-" : "%c", *p);
        }
        CHECK(!shown || strstr(buf_text(&man), roff));
        snprintf(word, sizeof(word), " --%s", spec->name);
        CHECK(!shown || i == 0 || strstr(buf_text(&completion), word));
    }
    CHECK_ROW("the scenario's options have their own group");
    CHECK(strstr(buf_text(&text), "\nOptions of the scenario:\n  --flavour <value>"));
    CHECK(strstr(buf_text(&text), "What to order. Defaults to 'plain'."));
    CHECK_ROW("no secret is shown");
    CHECK(!strstr(buf_text(&text), "hunter2"));
    CHECK_ROW("absent and hidden options are not shown");
    CHECK(!strstr(buf_text(&text), "--otel") && !strstr(buf_text(&text), "--headful"));
    CHECK_ROW("both roles have their options");
    CHECK(strstr(buf_text(&text), "\n  --master ") && strstr(buf_text(&text), "\n  --worker "));
    CHECK(!text.failed && !man.failed && !completion.failed);
    buf_fini(&text);
    buf_fini(&man);
    buf_fini(&completion);
    options_fini(&options);
}

static void wraps(void **state)
{
    static const unsigned widths[] = {0, 40, 60, 80, 120, 1000};
    struct options none = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(widths); i++) {
        unsigned most = widths[i] < 40 ? 40 : widths[i] > 120 ? 120 : widths[i];
        struct buf text;
        char row[32];

        buf_init(&text, HELP_MAX_BYTES);
        snprintf(row, sizeof(row), "width %u", widths[i]);
        CHECK_ROW(row);
        help_text(&none, widths[i], &text);
        for (const char *line = buf_text(&text); *line; line += strcspn(line, "\n") + 1) {
            /* Usages, examples and single words may be longer; what wraps is indented. */
            size_t length = strcspn(line, "\n"), indent = strspn(line, " ");
            bool words = indent == 24 && memchr(line + indent, ' ', length - indent);

            CHECK(!words || length <= most);
        }
        buf_fini(&text);
    }
}

static void version(void **state)
{
    struct buf text;

    (void)state;
    CHECK_ROW("the words scripts look for come first, in one line");
    buf_init(&text, HELP_MAX_BYTES);
    help_version(&text);
    CHECK(strncmp(buf_text(&text), "locust " LOCUST_COMPAT_VERSION " ", 14) == 0);
    CHECK_EQ(strcspn(buf_text(&text), "\n"), text.length - 1);
    buf_fini(&text);
}

/* The table itself: what a slip of the hand would break. */
static void table(void **state)
{
    (void)state;
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option_spec *spec = &option_table[i];

        CHECK_ROW(spec->name);
        CHECK_EQ(spec->offset == OPTION_NO_MEMBER, spec->state != OPTION_PRESENT);
        CHECK(spec->state != OPTION_PRESENT || spec->help);
        CHECK(spec->state != OPTION_PRESENT ||
              (spec->metavar != NULL) == (spec->type != OPTION_FLAG));
        for (size_t k = 0; k < i; k++) {
            CHECK(strcmp(option_table[k].name, spec->name) != 0);
            CHECK(!spec->letter || option_table[k].letter != spec->letter);
            CHECK(!spec->env || !option_table[k].env ||
                  strcmp(option_table[k].env, spec->env) != 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_options),
        cmocka_unit_test(wraps),
        cmocka_unit_test(version),
        cmocka_unit_test(table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
