/* SPDX-License-Identifier: MIT */
#include "report/locustfile.h"

#include <ctype.h>
#include <string.h>

#include "base/pytext.h"

enum { FILE_MAX = 16 << 20 };

static void put_text(struct buf *out, const char *text)
{
    pytext_repr(out, text);
}

/* ---- Options ---- */

static void put_option(struct buf *out, const struct scenario_option *option)
{
    char name[256];

    snprintf(name, sizeof(name), "--%s", option->name);
    buf_puts(out, "    parser.add_argument(");
    put_text(out, name);
    if (option->flag) {
        buf_puts(out, ", action=\"store_true\"");
    } else if (option->default_value) {
        buf_puts(out, ", default=");
        put_text(out, option->default_value);
    }
    if (option->env) {
        buf_puts(out, ", env_var=");
        put_text(out, option->env);
    }
    if (option->secret) {
        buf_puts(out, ", is_secret=True");
    }
    if (option->help) {
        buf_puts(out, ", help=");
        put_text(out, option->help);
    }
    buf_puts(out, ")\n");
}

static bool any_option(const struct scenarios *scenarios)
{
    bool any = false;

    for (size_t i = 0; i < scenarios->count; i++) {
        const struct scenario_option *option = scenarios->items[i].scenario->options;

        any = any || (option && option->name);
    }
    return any;
}

static void put_options(struct buf *out, const struct scenarios *scenarios)
{
    if (!any_option(scenarios)) {
        return;
    }
    buf_puts(out, "\n\n@events.init_command_line_parser.add_listener\ndef _(parser):\n");
    for (size_t i = 0; i < scenarios->count; i++) {
        const struct scenario_option *option = scenarios->items[i].scenario->options;

        for (; option && option->name; option++) {
            put_option(out, option);
        }
    }
}

/* ---- Classes ---- */

/* The name as an identifier; one that is none already can't be chosen in the web UI's list. */
static void put_name(struct buf *out, const char *name)
{
    if (isdigit((unsigned char)*name)) {
        buf_putc(out, '_');
    }
    for (; *name; name++) {
        bool fits = isalnum((unsigned char)*name) || *name == '_' || (*name & 0x80);

        buf_putc(out, fits ? *name : '_');
    }
}

static void put_indent(struct buf *out, size_t depth)
{
    for (size_t i = 0; i < depth; i++) {
        buf_puts(out, "    ");
    }
}

static void put_tags(struct buf *out, const char *tags, size_t depth)
{
    const char *separator = "";

    if (!tags || !*tags) {
        return;
    }
    put_indent(out, depth);
    buf_puts(out, "@tag(");
    while (*(tags += strspn(tags, " "))) {
        char tag[256];
        size_t length = strcspn(tags, " ");

        snprintf(tag, sizeof(tag), "%.*s", (int)length, tags);
        buf_puts(out, separator);
        put_text(out, tag);
        separator = ", ";
        tags += length;
    }
    buf_puts(out, ")\n");
}

static void put_tasks(struct buf *out, const struct plan_set *set, size_t depth)
{
    for (size_t i = 0; i < set->task_count; i++) {
        const struct plan_task *task = &set->tasks[i];

        buf_putc(out, '\n');
        put_tags(out, task->tags, depth);
        put_indent(out, depth);
        if (task->weight == 1) {
            buf_puts(out, "@task\n");
        } else {
            buf_printf(out, "@task(%u)\n", task->weight);
        }
        put_indent(out, depth);
        if (task->set) {
            buf_puts(out, "class ");
            put_name(out, task->name);
            buf_puts(out,
                     task->set->order == ORDER_SEQUENTIAL ? "(SequentialTaskSet):\n"
                                                          : "(TaskSet):\n");
            put_tasks(out, task->set, depth + 1);
        } else {
            buf_puts(out, "def ");
            put_name(out, task->name);
            buf_puts(out, "(self):\n");
            put_indent(out, depth + 1);
            buf_puts(out, "runs_elsewhere()\n");
        }
    }
}

static void put_class(struct buf *out, const struct plan_class *class)
{
    buf_puts(out, "\n\nclass ");
    buf_puts(out, class->name);
    buf_puts(out, "(User):\n    weight = ");
    if (class->weight == (double)(int)class->weight) {
        buf_printf(out, "%d", (int)class->weight);
    } else {
        pytext_float(out, class->weight);
    }
    buf_printf(out, "\n    fixed_count = %u\n", class->fixed_count);
    if (class->host) {
        buf_puts(out, "    host = ");
        put_text(out, class->host);
        buf_putc(out, '\n');
    }
    put_tasks(out, &class->root, 1);
}

void locustfile_print(FILE *stream, const struct plan *plan, const struct scenarios *scenarios)
{
    struct buf out;

    buf_init(&out, FILE_MAX);
    buf_puts(
        &out,
        "# Made by cicada --print-locustfile " CICADA_VERSION
        ": lets a Locust master drive cicada workers.\n"
        "#\n"
        "#   locust --master -f locustfile.py\n"
        "#   cicada --worker --master-host HOST, with the scenario's -f\n"
        "#\n"
        "# What the tasks do is in the workers' scenario; edit it there, and print this again.\n"
        "from locust import SequentialTaskSet, TaskSet, User, events, tag, task\n"
        "\n\n"
        "def runs_elsewhere():\n"
        "    raise RuntimeError(\"this user class runs on cicada workers only: use "
        "'cicada --worker', not 'locust --worker'\")\n");
    put_options(&out, scenarios);
    for (size_t i = 0; i < plan->class_count; i++) {
        put_class(&out, &plan->classes[i]);
    }
    fputs(buf_text(&out), stream);
    buf_fini(&out);
}
