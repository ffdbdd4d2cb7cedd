/* SPDX-License-Identifier: MIT */
/* ratio.c - the formulas of Locust's inspectuser.py. */
#include "report/ratio.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "report/pyjson.h"
#include "report/text_table.h"
#include "runner/snapshot.h" /* the plan */

enum { TEXT_MAX = 64 * 1024 * 1024, LINE_WIDTH = 80 };

/* ---- The object ------------------------------------------------------------------------------ */

static json_t *set_tasks(const struct plan_set *set, double parent, bool total);

static json_t *task_node(const struct plan_task *task, double ratio, bool total)
{
    json_t *node = json_object();

    json_object_set_new(node, "ratio", json_real(ratio));
    if (task->set) {
        json_object_set_new(node, "tasks", set_tasks(task->set, ratio, total));
    }
    return node;
}

static bool comes_before(const struct plan *plan, size_t a, size_t b)
{
    size_t first = plan->classes[a].position, second = plan->classes[b].position;

    return first < second || (first == second && a < b);
}

/* The index of the n-th class in Locust's order, which is not by name. */
static size_t nth_class(const struct plan *plan, size_t n)
{
    for (size_t i = 0; i < plan->class_count; i++) {
        size_t before = 0;

        for (size_t j = 0; j < plan->class_count; j++) {
            before += comes_before(plan, j, i);
        }
        if (before == n) {
            return i;
        }
    }
    return 0; /* not reached while n is below the count */
}

/* A function listed twice is one task to Locust, with the weight of both. */
static double weight_of(const struct plan_set *set, size_t index)
{
    const struct plan_task *task = &set->tasks[index];
    double weight = task->weight;

    for (size_t i = 0; i < set->task_count && task->run; i++) {
        weight += i != index && set->tasks[i].run == task->run ? set->tasks[i].weight : 0;
    }
    return weight;
}

/* One step of a Markov set that stays where it is half of the time. That leaves the long run as it
 * is, but comes to rest even if the set goes round in a circle. Returns how much has changed. */
static double markov_step(const struct plan_set *set, const double *before, double *after)
{
    double change = 0;

    for (size_t i = 0; i < set->task_count; i++) {
        after[i] = before[i] / 2;
    }
    for (size_t i = 0; i < set->task_count; i++) {
        const struct plan_task *task = &set->tasks[i];

        for (size_t k = 0; k < task->next_count; k++) {
            after[task->next[k].target] += before[i] / 2 * task->next[k].weight / task->next_total;
        }
    }
    for (size_t i = 0; i < set->task_count; i++) {
        change += fabs(after[i] - before[i]);
    }
    return change;
}

/* The share of each task in a long walk from the first one. */
static double *markov_shares(const struct plan_set *set)
{
    enum { STEPS_MAX = 10000 };
    double *shares = mem_array(set->task_count + 1, sizeof(double));
    double *after = mem_array(set->task_count + 1, sizeof(double));
    double change = 1;

    shares[0] = 1;
    for (int step = 0; step < STEPS_MAX && change > 1e-12; step++) {
        double *before = shares;

        change = markov_step(set, before, after);
        shares = after;
        after = before;
    }
    free(after);
    return shares;
}

static json_t *set_tasks(const struct plan_set *set, double parent, bool total)
{
    double *shares = set->order == ORDER_MARKOV ? markov_shares(set) : NULL;
    json_t *tasks = json_object();
    double whole = total ? parent : 1;

    for (size_t i = 0; i < set->task_count; i++) {
        double ratio = shares ? shares[i] * whole : weight_of(set, i) * whole / set->total_weight;

        json_object_set_new(tasks, set->tasks[i].name, task_node(&set->tasks[i], ratio, total));
    }
    free(shares);
    return tasks;
}

static json_t *classes(const struct plan *plan, const size_t *class_users, bool total)
{
    json_t *object = json_object();
    size_t users = 0;

    for (size_t i = 0; i < plan->class_count; i++) {
        users += class_users[i];
    }
    for (size_t n = 0; n < plan->class_count; n++) {
        size_t i = nth_class(plan, n);
        const struct plan_class *class = &plan->classes[i];
        double ratio = (double)class_users[i] / (double)(users ? users : 1);
        json_t *node = json_object();

        json_object_set_new(node, "ratio", json_real(ratio));
        json_object_set_new(node, "tasks", set_tasks(&class->root, ratio, total));
        json_object_set_new(object, class->name, node);
    }
    return object;
}

json_t *ratio_json(const struct plan *plan, const size_t *class_users)
{
    json_t *object = json_object();

    json_object_set_new(object, "per_class", classes(plan, class_users, false));
    json_object_set_new(object, "total", classes(plan, class_users, true));
    return object;
}

/* ---- Without a run --------------------------------------------------------------------------- */

/* How many users each class would have. Halves go to the even number, as in Python. */
static size_t *expected_users(const struct plan *plan, size_t users)
{
    size_t *counts = mem_array(plan->class_count + 1, sizeof(size_t));
    double fixed = 0, weights = 0;

    for (size_t i = 0; i < plan->class_count; i++) {
        fixed += plan->classes[i].fixed_count;
        weights += plan->classes[i].fixed_count ? 0 : plan->classes[i].weight;
    }
    double all = users ? (double)users : fixed > 0 ? 1 : weights;
    double weighted = all > fixed ? all - fixed : 0;

    for (size_t i = 0; i < plan->class_count; i++) {
        const struct plan_class *class = &plan->classes[i];

        if (class->fixed_count) {
            counts[i] = class->fixed_count;
        } else if (weights > 0) {
            counts[i] = (size_t)nearbyint(class->weight / weights * weighted);
        }
    }
    return counts;
}

json_t *ratio_planned(const struct plan *plan, size_t users)
{
    size_t *counts = expected_users(plan, users);
    json_t *object = ratio_json(plan, counts);

    free(counts);
    return object;
}

/* ---- Printing -------------------------------------------------------------------------------- */

static void cell(struct buf *out, size_t level, const char *text, size_t width)
{
    struct buf padded;

    buf_init(&padded, TEXT_MAX);
    for (size_t i = 0; i < level; i++) {
        buf_puts(&padded, "  ");
    }
    buf_puts(&padded, text);
    buf_putc(out, ' ');
    table_cell(out, buf_text(&padded), width);
    buf_fini(&padded);
}

static void add_rows(struct buf *out, json_t *nodes, size_t level)
{
    const char *name;
    json_t *node;

    json_object_foreach(nodes, name, node)
    {
        json_t *tasks = json_object_get(node, "tasks");
        char percent[32];

        snprintf(percent,
                 sizeof(percent),
                 "%-6.1f",
                 json_real_value(json_object_get(node, "ratio")) * 100);
        cell(out, level, percent, 10);
        cell(out, level, name, 50);
        buf_putc(out, '\n');
        if (tasks) {
            add_rows(out, tasks, level + 1);
        }
    }
}

static void block(struct buf *out, const char *title, json_t *nodes)
{
    buf_printf(out, "\n %s\n", title);
    table_dashes(out, LINE_WIDTH);
    buf_putc(out, '\n');
    add_rows(out, nodes, 0);
}

void ratio_print(FILE *stream, const struct plan *plan, size_t users)
{
    json_t *object = ratio_planned(plan, users);
    struct buf out;

    buf_init(&out, TEXT_MAX);
    block(&out, "Task ratio per User class", json_object_get(object, "per_class"));
    block(&out, "Total task ratio", json_object_get(object, "total"));
    table_print(stream, &out);
    buf_fini(&out);
    json_decref(object);
}

void ratio_print_json(FILE *stream, const struct plan *plan, size_t users)
{
    json_t *object = ratio_planned(plan, users);
    struct buf out;

    buf_init(&out, TEXT_MAX);
    pyjson_add(&out, object, 0);
    buf_putc(&out, '\n');
    table_print(stream, &out);
    buf_fini(&out);
    json_decref(object);
}

void ratio_print_classes(FILE *stream, const struct plan *plan)
{
    struct buf out;

    buf_init(&out, TEXT_MAX);
    buf_puts(&out, "Available Users:\n");
    for (size_t i = 0; i < plan->class_count; i++) {
        buf_puts(&out, "    ");
        table_plain(&out, plan->classes[nth_class(plan, i)].name);
        buf_putc(&out, '\n');
    }
    table_print(stream, &out);
    buf_fini(&out);
}
