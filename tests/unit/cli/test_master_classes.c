/* SPDX-License-Identifier: MIT */
#include "cli/master_classes.h"

#include "base/ensure.h"
#include "check.h"

static char *one[] = {(char *)"Shopper", NULL};
static char *weighted[] = {(char *)"Shopper:2.5", (char *)"Editor:0", (char *)"Guest", NULL};
static char *nothing[] = {NULL};
static char *picked[] = {(char *)"A", NULL};

static struct plan_class planned[] = {{.name = "A", .weight = 2},
                                      {.name = "B", .weight = 1, .fixed_count = 4}};
static const struct plan plan = {.classes = planned, .class_count = ARRAY_LEN(planned)};
static const struct plan empty = {0};

/* "A:2 B:1=4": name, weight and fixed count. */
static const char *summary(const struct master_classes *classes)
{
    static char text[512];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < classes->count; i++) {
        const struct master_class *class = &classes->items[i];

        used += (size_t)snprintf(text + used,
                                 sizeof(text) - used,
                                 "%s%s:%g",
                                 i > 0 ? " " : "",
                                 class->name,
                                 class->weight);
        if (class->fixed_count > 0) {
            used += (size_t)snprintf(text + used, sizeof(text) - used, "=%u", class->fixed_count);
        }
    }
    return text;
}

/* The options are parsed, so that their origins are known. */
static void parse(struct options *options, const char *locustfile)
{
    char *argv[] = {(char *)"cicada", (char *)"--headless", (char *)"--master", NULL, NULL, NULL};
    struct option_inputs inputs = {.argc = 3, .argv = argv};
    struct err err = {""};

    if (locustfile) {
        argv[inputs.argc++] = (char *)"-f";
        argv[inputs.argc++] = (char *)locustfile;
    }
    options_parse(options, &inputs, NULL, &err);
    CHECK_STR(err.text, "");
}

static void what_is_dealt_out(void **state)
{
    static struct user_override shopper_override[] = {
        {.user_class_name = (char *)"Shopper", .weight = 7, .fixed_count = -1}};
    static struct user_override a_override[] = {
        {.user_class_name = (char *)"A", .weight = -1, .fixed_count = 3}};
    static const struct users_config none = {0};
    static const struct users_config shopper = {.overrides = shopper_override, .count = 1};
    static const struct users_config a = {.overrides = a_override, .count = 1};
    static const struct {
        const char *row, *locustfile; /* NULL: not given */
        char **foreign, **named;
        const struct users_config *config;
        const struct plan *plan;
        const char *want; /* or "error: " and a part of the sentence */
        bool learn;
    } rows[] = {
        {"nothing said: what workers name", NULL, nothing, nothing, &none, &empty, "", true},
        {"a Python file says no more", "x.py", nothing, nothing, &none, &empty, "", true},
        {"nor do two", "x.py,y.py", nothing, nothing, &none, &empty, "", true},
        {"with weights for what workers name",
         NULL,
         nothing,
         nothing,
         &shopper,
         &empty,
         "Shopper:7",
         true},
        {"those of the scenario", "x.c", nothing, nothing, &none, &plan, "A:2 B:1=4", false},
        {"of one beside a Python file",
         "x.py,x.c",
         nothing,
         nothing,
         &none,
         &plan,
         "A:2 B:1=4",
         false},
        {"of a built-in one", "httpbin", nothing, nothing, &none, &plan, "A:2 B:1=4", false},
        {"a name like a suffix is a scenario",
         ".py",
         nothing,
         nothing,
         &none,
         &plan,
         "A:2 B:1=4",
         false},
        {"picked ones are not learned", NULL, nothing, picked, &none, &plan, "A:2 B:1=4", false},
        {"with a fixed count", "x.c", nothing, nothing, &a, &plan, "A:2=3 B:1=4", false},
        {"of a class that is not there",
         "x.c",
         nothing,
         nothing,
         &shopper,
         &plan,
         "error: --config-users names the unknown user class Shopper",
         false},
        {"--class replaces the scenario's", "x.c", one, nothing, &none, &plan, "Shopper:1", false},
        {"with weights",
         NULL,
         weighted,
         nothing,
         &none,
         &empty,
         "Shopper:2.5 Editor:0 Guest:1",
         false},
        {"which --config-users changes",
         NULL,
         weighted,
         nothing,
         &shopper,
         &empty,
         "Shopper:7 Editor:0 Guest:1",
         false},
        {"but not for others",
         NULL,
         one,
         nothing,
         &a,
         &empty,
         "error: --config-users names the unknown user class A",
         false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct master_classes classes = {0};
        struct options options = {0};
        struct err err = {""};

        CHECK_ROW(rows[i].row);
        parse(&options, rows[i].locustfile);
        options.foreign_classes = rows[i].foreign;
        options.user_classes = rows[i].named;
        bool made = master_classes_init(&classes, &options, rows[i].config, rows[i].plan, &err);

        if (strncmp(rows[i].want, "error: ", 7) == 0) {
            CHECK(!made);
            CHECK_STR(err.text, rows[i].want + 7);
        } else {
            CHECK_STR(err.text, "");
            CHECK(made);
            CHECK_STR(summary(&classes), rows[i].want);
            CHECK_EQ(classes.learn, rows[i].learn);
        }
        master_classes_fini(&classes);
        options_fini(&options);
    }
}

static void bad_words(void **state)
{
    static const struct {
        const char *words[3], *want;
    } rows[] = {
        {{"A:x"}, "argument --class: the weight in 'A:x' is no number from 0"},
        {{"A:"}, "argument --class: the weight in 'A:' is no number from 0"},
        {{"A:-1"}, "argument --class: the weight in 'A:-1' is no number from 0"},
        {{"A:nan"}, "argument --class: the weight in 'A:nan' is no number from 0"},
        {{"A:inf"}, "argument --class: the weight in 'A:inf' is no number from 0"},
        {{"A:1:2"}, "argument --class: the weight in 'A:1:2' is no number from 0"},
        {{":3"}, "argument --class: ':3' has no name"},
        {{""}, "argument --class: '' has no name"},
        {{"A", "A:2"}, "argument --class: class A is given twice"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct master_classes classes = {0};
        static const struct users_config none = {0};
        struct options options = {0};
        struct err err = {""};

        CHECK_ROW(rows[i].want);
        parse(&options, NULL);
        options.foreign_classes = (char **)rows[i].words;
        CHECK(!master_classes_init(&classes, &options, &none, &empty, &err));
        CHECK_STR(err.text, rows[i].want);
        master_classes_fini(&classes);
        master_classes_fini(&classes);
        options_fini(&options);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_dealt_out),
        cmocka_unit_test(bad_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
