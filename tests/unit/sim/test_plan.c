/* SPDX-License-Identifier: MIT */
#include "sim/plan.h"

#include <string.h>

#include "base/buf.h"
#include "base/ensure.h"
#include "base/log.h"
#include "check.h"

static void browse(struct user *user)
{
    (void)user;
}

static void search(struct user *user)
{
    (void)user;
    check_row = "search"; /* or the linker may fold it with browse */
}

static void pay(struct user *user)
{
    (void)user;
    check_row = "pay";
}

static const struct task cart_tasks[] = {TASK(pay, .tags = "money"), TASK(search), {0}};
static const struct task_set cart = {.name = "cart", .tasks = cart_tasks};
static const struct task tasks[] = {
    TASK(browse, .weight = 3, .tags = "read fast"),
    TASK(search, .tags = "read"),
    TASK_SET(&cart, .weight = 2),
    {0},
};
static const struct user_class shopper = {.name = "shopper", .tasks = tasks};

static const struct task plain_tasks[] = {TASK(browse), {0}};
static const struct user_class admin = {
    .name = "admin", .tasks = plain_tasks, .weight = 0.5, .fixed_count = 2, .host = "http://own/"};

/* "browse:3 search:1 cart:2(pay:1 search:1)" */
static void describe(struct buf *out, const struct plan_set *set)
{
    for (size_t i = 0; i < set->task_count; i++) {
        const struct plan_task *task = &set->tasks[i];

        buf_printf(out, "%s%s:%u", i > 0 ? " " : "", task->name, task->weight);
        if (task->set) {
            buf_puts(out, "(");
            describe(out, task->set);
            buf_puts(out, ")");
        }
    }
}

static enum plan_result build(struct plan *plan, const struct user_class *const *classes,
                              const struct plan_options *options, struct err *err)
{
    struct scenario scenario = {.abi = CICADA_ABI, .size = sizeof(scenario), .classes = classes};
    struct scenarios scenarios = {0};

    log_set_level(LOG_LEVELS);
    scenarios_add(&scenarios, "test", &scenario);
    enum plan_result result = plan_build(plan, &scenarios, options, err);

    scenarios_fini(&scenarios);
    return result;
}

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void tags_and_names_choose_tasks(void **state)
{
    static const struct task tagged_set[] = {TASK(browse), TASK_SET(&cart, .tags = "shop"), {0}};
    static const struct user_class set_class = {.name = "sets", .tasks = tagged_set};
    const struct plan_override keep_two = {.class_name = "shopper",
                                           .tasks = NAMES("search", "pay")};
    const struct plan_override keep_none = {.class_name = "shopper", .tasks = NAMES("nothing")};
    const struct {
        const char *row;
        const struct user_class *class;
        struct plan_options options;
        const char *tasks;
    } rows[] = {
        {"all", &shopper, {0}, "browse:3 search:1 cart:2(pay:1 search:1)"},
        {"a tag", &shopper, {.tags = NAMES("read")}, "browse:3 search:1"},
        {"one of several tags of a task", &shopper, {.tags = NAMES("fast")}, "browse:3"},
        {"any of the tags asked for",
         &shopper,
         {.tags = NAMES("fast", "money")},
         "browse:3 cart:2(pay:1)"},
        {"a part of a tag is none", &shopper, {.tags = NAMES("rea")}, ""},
        {"empty lists choose nothing",
         &shopper,
         {.tags = NAMES(NULL)},
         "browse:3 search:1 cart:2(pay:1 search:1)"},
        {"excluded", &shopper, {.exclude_tags = NAMES("read")}, "cart:2(pay:1 search:1)"},
        {"excluded inside a set",
         &shopper,
         {.exclude_tags = NAMES("money")},
         "browse:3 search:1 cart:2(search:1)"},
        {"excluding beats including",
         &shopper,
         {.tags = NAMES("read"), .exclude_tags = NAMES("fast")},
         "search:1"},
        {"a set's tag counts for all in it",
         &set_class,
         {.tags = NAMES("shop")},
         "cart:1(pay:1 search:1)"},
        {"a set that is excluded goes whole",
         &set_class,
         {.exclude_tags = NAMES("shop")},
         "browse:1"},
        {"within a set that is wanted one may be excluded",
         &set_class,
         {.tags = NAMES("shop"), .exclude_tags = NAMES("money")},
         "cart:1(search:1)"},
        {"equal weights, sets dissolved, each function once",
         &shopper,
         {.equal_weights = true},
         "browse:1 search:1 pay:1"},
        {"names, at any depth",
         &shopper,
         {.overrides = &keep_two, .override_count = 1},
         "search:1 cart:2(pay:1 search:1)"},
        {"names that are not there", &shopper, {.overrides = &keep_none, .override_count = 1}, ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct user_class *classes[] = {rows[i].class, NULL};
        struct buf text;
        struct plan plan;
        struct err err;

        buf_init(&text, 4096);
        CHECK_EQ(build(&plan, classes, &rows[i].options, &err), PLAN_OK);
        describe(&text, &plan.classes[0].root);
        CHECK_ROW(rows[i].row);
        CHECK_STR(buf_text(&text), rows[i].tasks);
        plan_fini(&plan);
        buf_fini(&text);
    }
}

static void classes_weights_and_hosts(void **state)
{
    const struct plan_override off = {
        .class_name = "admin", .has_weight = true, .has_fixed_count = true};
    const struct plan_override heavier[] = {
        {.class_name = "admin", .has_weight = true, .weight = 9},
        {.class_name = "admin",
         .has_weight = true,
         .weight = 4,
         .has_fixed_count = true,
         .host = "http://over"},
    };
    const struct {
        const char *row;
        struct plan_options options;
        const char *classes;
    } rows[] = {
        {"all, by name", {0}, "admin 0.5 2 http://own; shopper 1 0 -; "},
        {"one of them", {.class_names = NAMES("shopper")}, "shopper 1 0 -; "},
        {"no names are all names",
         {.class_names = NAMES(NULL)},
         "admin 0.5 2 http://own; shopper 1 0 -; "},
        {"a host for all",
         {.host = "https://h:1/base//"},
         "admin 0.5 2 https://h:1/base; shopper 1 0 https://h:1/base; "},
        {"the last override counts",
         {.overrides = heavier, .override_count = 2},
         "admin 4 0 http://over; shopper 1 0 -; "},
        {"an override's host gives way to --host",
         {.host = "http://h", .overrides = heavier, .override_count = 2},
         "admin 4 0 http://h; shopper 1 0 http://h; "},
        {"weight 0 switches a class off",
         {.overrides = &off, .override_count = 1},
         "shopper 1 0 -; "},
        {"equal weights leave fixed counts",
         {.equal_weights = true},
         "admin 1 2 http://own; shopper 1 0 -; "},
    };
    const struct user_class *classes[] = {&shopper, &admin, NULL};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf text;
        struct plan plan;
        struct err err;

        CHECK_ROW(rows[i].row);
        buf_init(&text, 4096);
        CHECK_EQ(build(&plan, classes, &rows[i].options, &err), PLAN_OK);
        for (size_t k = 0; k < plan.class_count; k++) {
            const struct plan_class *class = &plan.classes[k];

            buf_printf(&text,
                       "%s %g %u %s; ",
                       class->name,
                       class->weight,
                       class->fixed_count,
                       class->host ? class->host : "-");
        }
        CHECK_STR(buf_text(&text), rows[i].classes);
        plan_fini(&plan);
        buf_fini(&text);
    }
}

static void logins_in_hosts(void **state)
{
    static const struct {
        const char *row, *url, *host, *name, *password;
    } rows[] = {
        {"none", "http://h", "http://h", NULL, NULL},
        {"name and password", "http://u:p@h:8/x/", "http://h:8/x", "u", "p"},
        {"a name alone", "http://u@h", "http://h", "u", ""},
        {"a colon in the password", "http://u:p:q@h", "http://h", "u", "p:q"},
        {"an at sign in the password", "http://u:p@q@h", "http://h", "u", "p@q"},
        {"an at sign in the path", "http://h/@x", "http://h/@x", NULL, NULL},
    };
    const struct user_class *classes[] = {&shopper, NULL};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct plan_options options = {.host = rows[i].url};
        struct plan plan;
        struct err err;

        CHECK_ROW(rows[i].row);
        CHECK_EQ(build(&plan, classes, &options, &err), PLAN_OK);
        CHECK_STR(plan.classes[0].host, rows[i].host);
        CHECK_STR(plan.classes[0].auth_name, rows[i].name);
        CHECK_STR(plan.classes[0].auth_password, rows[i].password);
        plan_fini(&plan);
    }
}

static const struct task_set self_nested;
static const struct task self_tasks[] = {TASK_SET(&self_nested), {0}};
static const struct task_set self_nested = {.name = "loop", .tasks = self_tasks};

#define CLASS(...) ((const struct user_class[]){{__VA_ARGS__}})
#define TASKS(...)                                                                                 \
    .tasks = (const struct task[])                                                                 \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

static void what_cannot_run_says_why(void **state)
{
    static const struct task nothing[] = {{0}};
    static const struct task_set empty_set = {.name = "none", .tasks = nothing};
    const struct plan_override unknown = {.class_name = "nobody"};
    const struct {
        const char *row;
        const struct user_class *first, *second;
        struct plan_options options;
        enum plan_result result;
        const char *words; /* in the sentence */
    } rows[] = {
        {"an unknown class",
         &shopper,
         NULL,
         {.class_names = NAMES("shoper")},
         PLAN_BAD_CLASS,
         "unknown user class shoper"},
        {"an override of nobody",
         &shopper,
         NULL,
         {.overrides = &unknown, .override_count = 1},
         PLAN_BAD_OVERRIDE,
         "unknown user class nobody"},
        {"a name twice", &shopper, &shopper, {0}, PLAN_BAD_CLASS, "shopper is used twice"},
        {"a blank in a name",
         CLASS(.name = "a b", .tasks = plain_tasks),
         NULL,
         {0},
         PLAN_BAD_CLASS,
         "\"a b\" must be letters"},
        {"no name",
         CLASS(.name = NULL, .tasks = plain_tasks),
         NULL,
         {0},
         PLAN_BAD_CLASS,
         "must be letters"},
        {"a negative weight",
         CLASS(.name = "c", .weight = -1, .tasks = plain_tasks),
         NULL,
         {0},
         PLAN_BAD_CLASS,
         "weight -1 is negative"},
        {"no tasks",
         CLASS(.name = "c", .tasks = nothing),
         NULL,
         {0},
         PLAN_BAD_CLASS,
         "it has no tasks"},
        {"no table",
         CLASS(.name = "c", .tasks = NULL),
         NULL,
         {0},
         PLAN_BAD_CLASS,
         "it has no tasks"},
        {"an empty set",
         CLASS(.name = "c", TASKS(TASK_SET(&empty_set))),
         NULL,
         {0},
         PLAN_BAD_CLASS,
         "none has no tasks"},
        {"function and set at once",
         CLASS(.name = "c", TASKS({.run = pay, .set = &cart, .name = "both"})),
         NULL,
         {0},
         PLAN_BAD_CLASS,
         "both must have either .run or .set"},
        {"a set that holds itself",
         CLASS(.name = "c", .tasks = self_tasks),
         NULL,
         {0},
         PLAN_BAD_CLASS,
         "does loop hold itself?"},
        {"Markov: no transitions",
         CLASS(.name = "c", .order = ORDER_MARKOV, TASKS(TASK(pay))),
         NULL,
         {0},
         PLAN_BAD_CLASS,
         "task pay has no transitions"},
        {"Markov: empty transitions",
         CLASS(.name = "c", .order = ORDER_MARKOV, TASKS(TASK(pay, .next = NEXT({NULL, 0})))),
         NULL,
         {0},
         PLAN_BAD_CLASS,
         "task pay has no transitions"},
        {"Markov: a target that is not there",
         CLASS(.name = "c", .order = ORDER_MARKOV, TASKS(TASK(pay, .next = NEXT({"fly", 1})))),
         NULL,
         {0},
         PLAN_BAD_CLASS,
         "goes on to fly, which is not in the set"},
        {"Markov: tags",
         CLASS(.name = "c",
               .order = ORDER_MARKOV,
               TASKS(TASK(pay, .tags = "x", .next = NEXT({"pay", 1})))),
         NULL,
         {0},
         PLAN_BAD_CLASS,
         "tags are not possible here"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct user_class *classes[] = {rows[i].first, rows[i].second, NULL};
        struct plan plan;
        struct err err = {""};

        CHECK_ROW(rows[i].row);
        CHECK_EQ(build(&plan, classes, &rows[i].options, &err), rows[i].result);
        if (!strstr(err.text, rows[i].words)) {
            CHECK_STR(err.text, rows[i].words);
        }
        CHECK_EQ(plan.class_count, 0);
        plan_fini(&plan);
    }
}

static const struct task chain[] = {
    TASK(browse, .next = NEXT({"browse", 0}, {"pay", 3})),
    TASK(pay, .next = NEXT({"browse", 1})),
    {0},
};

static void a_markov_set_stays_or_goes_as_a_whole(void **state)
{
    static const struct task_set markov = {.name = "chain", .order = ORDER_MARKOV, .tasks = chain};
    static const struct task outer[] = {TASK(search), TASK_SET(&markov, .tags = "m"), {0}};
    static const struct user_class class = {.name = "c", .tasks = outer};
    const struct plan_override keep = {.class_name = "c", .tasks = NAMES("search", "pay")};
    const struct {
        const char *row;
        struct plan_options options;
        const char *tasks;
    } rows[] = {
        {"all", {0}, "search:1 chain:1(browse:1 pay:1)"},
        {"by the tag of the set", {.tags = NAMES("m")}, "chain:1(browse:1 pay:1)"},
        {"without the set", {.exclude_tags = NAMES("m")}, "search:1"},
        {"cut by task names it goes", {.overrides = &keep, .override_count = 1}, "search:1"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct user_class *classes[] = {&class, NULL};
        struct buf text;
        struct plan plan;
        struct err err;

        CHECK_ROW(rows[i].row);
        buf_init(&text, 4096);
        CHECK_EQ(build(&plan, classes, &rows[i].options, &err), PLAN_OK);
        describe(&text, &plan.classes[0].root);
        CHECK_STR(buf_text(&text), rows[i].tasks);
        if (i == 0) {
            const struct plan_task *first = &plan.classes[0].root.tasks[1].set->tasks[0];

            CHECK_EQ(plan.classes[0].depth, 2);
            CHECK_EQ(first->next_count, 2);
            CHECK_EQ(first->next_total, 4); /* a weight of 0 reads as 1 */
            CHECK_EQ(first->next[1].target, 1);
        }
        plan_fini(&plan);
        buf_fini(&text);
    }
}

static void names_come_from_symbols(void **state)
{
    static const struct task unnamed_set_tasks[] = {{.run = pay}, {0}};
    static const struct task_set unnamed = {.tasks = unnamed_set_tasks};
    static const struct task bare[] = {{.run = search}, {.set = &unnamed}, {0}};
    static const struct user_class class = {.name = "c", .tasks = bare};
    const struct user_class *classes[] = {&class, NULL};
    struct plan_options options = {0};
    struct plan plan;
    struct err err;

    (void)state;
    CHECK_EQ(build(&plan, classes, &options, &err), PLAN_OK);
    CHECK_STR(plan.classes[0].root.tasks[0].name, "search");
    CHECK_STR(plan.classes[0].root.tasks[1].name, "set_2");
    CHECK_STR(plan.classes[0].root.tasks[1].set->tasks[0].name, "pay");
    plan_fini(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_and_names_choose_tasks),
        cmocka_unit_test(classes_weights_and_hosts),
        cmocka_unit_test(logins_in_hosts),
        cmocka_unit_test(what_cannot_run_says_why),
        cmocka_unit_test(a_markov_set_stays_or_goes_as_a_whole),
        cmocka_unit_test(names_come_from_symbols),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
