/* SPDX-License-Identifier: MIT */
#include "golden.h"

#include "report/ratio.h"

static void nothing(struct user *user)
{
    (void)user;
}

static void other(struct user *user)
{
    (void)user;
}

/* The plans that make.py's classes come to. */
static struct plan_task reply_tasks[] = {
    {.name = (char *)"draft", .run = nothing, .weight = 1},
    {.name = (char *)"send", .run = other, .weight = 3},
};
static struct plan_set reply = {
    .order = ORDER_SEQUENTIAL, .tasks = reply_tasks, .task_count = 2, .total_weight = 4};
static struct plan_task forum_tasks[] = {
    {.name = (char *)"read_post", .run = nothing, .weight = 2},
    {.name = (char *)"reply", .set = &reply, .weight = 1},
};
static struct plan_set forum = {.tasks = forum_tasks, .task_count = 2, .total_weight = 3};
static struct plan_task web_tasks[] = {
    {.name = (char *)"forum", .set = &forum, .weight = 3},
    {.name = (char *)"front_page", .run = nothing, .weight = 6},
};
static struct plan_task call[] = {{.name = (char *)"call", .run = nothing, .weight = 1}};
static struct plan_task walk[] = {{.name = (char *)"walk", .run = nothing, .weight = 1}};

static const struct plan_class
    api_user = {.name = "ApiUser",
                .weight = 1,
                .root = {.tasks = call, .task_count = 1, .total_weight = 1}},
    fixed = {.name = "Fixed",
             .weight = 1,
             .fixed_count = 2,
             .root = {.tasks = walk, .task_count = 1, .total_weight = 1}},
    web_user = {.name = "WebUser",
                .weight = 3,
                .root = {.tasks = web_tasks, .task_count = 2, .total_weight = 9}};

typedef void print_fn(FILE *stream, const struct plan *plan, size_t users);

static char *printed(print_fn *print, const struct plan *plan, size_t users)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    print(stream, plan, users);
    fclose(stream);
    return text;
}

static void as_locust_prints(void **state)
{
    struct plan_class two[] = {api_user, web_user}, three[] = {api_user, fixed, web_user};
    struct plan weighted = {two, 2}, all = {three, 3};
    const struct {
        const char *golden;
        const struct plan *plan;
        size_t users;
    } rows[] = {
        {"ratio.default", &weighted, 0},
        {"ratio.10", &all, 10},
        {"ratio.fixed", &all, 0},
        {"ratio.2", &weighted, 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text = printed(ratio_print, rows[i].plan, rows[i].users);
        char *json = printed(ratio_print_json, rows[i].plan, rows[i].users);
        char *want_text = golden_text(rows[i].golden, "txt");
        char *want_json = golden_text(rows[i].golden, "json");

        CHECK_ROW(rows[i].golden);
        check_same_text("text", text, want_text);
        check_same_text("json", json, want_json);
        free(text);
        free(json);
        free(want_text);
        free(want_json);
    }
}

static double ratio_at(const json_t *object, const char *a, const char *b, const char *c,
                       const char *d)
{
    const json_t *node = json_object_get(json_object_get(object, a), b);

    node = c ? json_object_get(json_object_get(node, "tasks"), c) : node;
    node = d ? json_object_get(json_object_get(node, "tasks"), d) : node;
    return json_real_value(json_object_get(node, "ratio"));
}

static void of_running_users(void **state)
{
    struct plan_class two[] = {api_user, web_user};
    struct plan plan = {two, 2};
    const size_t nobody[] = {0, 0}, some[] = {1, 1};

    (void)state;
    CHECK_ROW("nobody runs");
    json_t *object = ratio_json(&plan, nobody);

    CHECK_NEAR(ratio_at(object, "per_class", "WebUser", NULL, NULL), 0, 0);
    CHECK_NEAR(ratio_at(object, "per_class", "WebUser", "forum", "reply"), 1 / 3.0, 1e-12);
    CHECK_NEAR(ratio_at(object, "total", "WebUser", "forum", "reply"), 0, 0);
    json_decref(object);
    CHECK_ROW("as many of each, whatever the weights");
    object = ratio_json(&plan, some);
    CHECK_NEAR(ratio_at(object, "total", "WebUser", NULL, NULL), 0.5, 0);
    CHECK_NEAR(ratio_at(object, "total", "WebUser", "forum", "reply"), 0.5 / 9, 1e-12);
    json_decref(object);
}

static void markov(void **state)
{
    /* a -> b; b -> a (3) or c (1); c -> a. Long run: b as often as a, c a quarter of b. */
    struct plan_next from_a[] = {{1, 1}}, from_b[] = {{0, 3}, {2, 1}}, from_c[] = {{0, 1}};
    struct plan_task tasks[] = {
        {.name = (char *)"a", .run = nothing, .weight = 1, .next = from_a, 1, 1},
        {.name = (char *)"b", .run = nothing, .weight = 1, .next = from_b, 2, 4},
        {.name = (char *)"c", .run = nothing, .weight = 1, .next = from_c, 1, 1},
    };
    struct plan_class class = {
        .name = "M",
        .weight = 1,
        .root = {.order = ORDER_MARKOV, .tasks = tasks, .task_count = 3, .total_weight = 3}};
    struct plan plan = {&class, 1};
    const size_t users[] = {4};
    json_t *object = ratio_json(&plan, users);

    (void)state;
    CHECK_NEAR(ratio_at(object, "total", "M", "a", NULL), 4 / 9.0, 1e-9);
    CHECK_NEAR(ratio_at(object, "total", "M", "b", NULL), 4 / 9.0, 1e-9);
    CHECK_NEAR(ratio_at(object, "total", "M", "c", NULL), 1 / 9.0, 1e-9);
    json_decref(object);
}

static void listed_twice(void **state)
{
    struct plan_task tasks[] = {
        {.name = (char *)"a", .run = nothing, .weight = 1},
        {.name = (char *)"b", .run = other, .weight = 2},
        {.name = (char *)"a", .run = nothing, .weight = 1},
    };
    struct plan_class class = {
        .name = "U", .weight = 1, .root = {.tasks = tasks, .task_count = 3, .total_weight = 4}};
    struct plan plan = {&class, 1};
    const size_t users[] = {1};
    json_t *object = ratio_json(&plan, users);

    (void)state;
    CHECK_NEAR(ratio_at(object, "per_class", "U", "a", NULL), 0.5, 0);
    CHECK_NEAR(ratio_at(object, "per_class", "U", "b", NULL), 0.5, 0);
    json_decref(object);
}

static void sad_plans(void **state)
{
    struct plan none = {NULL, 0};
    struct plan_class class = {.name = "Idle", .weight = 0};
    struct plan idle = {&class, 1};

    (void)state;
    CHECK_ROW("no class at all");
    char *text = printed(ratio_print_json, &none, 5);

    CHECK_STR(text, "{\n    \"per_class\": {},\n    \"total\": {}\n}\n");
    free(text);
    CHECK_ROW("no weight and no task: Python divides by zero");
    text = printed(ratio_print, &idle, 5);
    CHECK(strstr(text, "\n 0.0        Idle "));
    free(text);
}

static void names_only(FILE *stream, const struct plan *plan, size_t users)
{
    (void)users;
    ratio_print_classes(stream, plan);
}

static void classes_are_listed(void **state)
{
    struct plan_class two[] = {api_user, web_user};
    struct plan plan = {two, 2};
    char *text = printed(names_only, &plan, 0);

    (void)state;
    CHECK_STR(text, "Available Users:\n    ApiUser\n    WebUser\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_locust_prints),
        cmocka_unit_test(of_running_users),
        cmocka_unit_test(markov),
        cmocka_unit_test(listed_twice),
        cmocka_unit_test(sad_plans),
        cmocka_unit_test(classes_are_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
