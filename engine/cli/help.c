/* SPDX-License-Identifier: MIT */
#include "cli/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/units.h"

enum { INDENT = 24, NARROWEST = 40, WIDEST = 120 };

static const char classes_title[] = "User classes";
static const char classes_metavar[] = "<UserClass1 UserClass2>";
static const char classes_help[] =
    "At the end of the command line, you can list User classes to be used (available User classes "
    "can be listed with --list). LOCUST_USER_CLASSES environment variable can also be used to "
    "specify User classes. Default is to use all available User classes";

static const char *const examples[] = {
    "cicada -f my_test.c --headless -H https://www.example.com",
    "cicada -f my_test.c --headless -u 100 -r 10 -t 20m MyUser AnotherUser",
    "cicada -f jsonplaceholder --headless -u 100 -r 10 -t 50 --csv results",
};

static const char sources_help[] =
    "Options can also be set by environment variables and in configuration files, by their long "
    "names without the dashes: ~/.locust.conf, ./locust.conf, the table tool.locust of "
    "./pyproject.toml, and the file given with --config. Each is stronger than the ones before it; "
    "environment variables are stronger than files, and the command line is stronger than all.";

static const char healthcheck_usage[] = "cicada healthcheck [live|ready] [options]";
static const char healthcheck_text[] =
    "Asks the cicada that runs beside it, with the same options, configuration files and "
    "environment, how it is: for container health checks, exec probes and scripts. A worker "
    "(--worker, or LOCUST_MODE=worker) and a --headless run are asked on their --health-port, 8090 "
    "if none is given; "
    "anything else on the port of its web interface, with its base path, its TLS and without its "
    "login. 'live', the default, asks whether the event loop turns; 'ready', whether a worker is "
    "registered with its master and not draining, or whether a master has the workers it expects. "
    "One line says what was found; the exit code is 0 if all is well and 1 if not. "
    "--health-timeout limits the wait.";

/* Hidden options and those this version lacks appear nowhere. */
static bool shown(const struct option_spec *spec)
{
    return !spec->hidden && spec->state == OPTION_PRESENT;
}

/* Whole words between the margins; the first line starts at column already. */
static void wrap(struct buf *out, const char *text, unsigned column, unsigned indent,
                 unsigned columns)
{
    bool first = true;

    while (*(text += strspn(text, " "))) {
        unsigned length = (unsigned)strcspn(text, " ");

        if (!first && column + 1 + length > columns) {
            buf_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            buf_putc(out, ' ');
            column++;
        }
        buf_add(out, text, length);
        column += length;
        text += length;
        first = false;
    }
    buf_putc(out, '\n');
}

/* "-u <int>, --users <int>" */
static void add_usage(struct buf *out, const struct option_spec *spec)
{
    char value[80] = "";

    if (spec->metavar) {
        bool list = spec->type == OPTION_LIST;

        snprintf(
            value, sizeof(value), " %s%s%s", list ? "[" : "", spec->metavar, list ? " ...]" : "");
    }
    if (spec->letter) {
        buf_printf(out, "-%c%s, ", spec->letter, value);
    }
    buf_printf(out, "--%s%s", spec->name, value);
}

static void add_help(struct buf *out, const struct option_spec *spec)
{
    buf_puts(out, spec->help ? spec->help : "");
    if (spec->group == GROUP_SCENARIO && spec->initial && !spec->secret) {
        buf_printf(out, " Defaults to '%s'.", spec->initial);
    }
}

static void add_entry(struct buf *out, const char *usage, const char *help, unsigned columns)
{
    unsigned length = (unsigned)strlen(usage);

    buf_printf(out, "  %s", usage);
    if (!*help) {
        buf_putc(out, '\n');
        return;
    }
    if (length + 4 > INDENT) {
        buf_printf(out, "\n%*s", INDENT, "");
    } else {
        buf_printf(out, "%*s", (int)(INDENT - 2 - length), "");
    }
    wrap(out, help, INDENT, INDENT, columns);
}

static void add_group(struct buf *out, const struct option_spec *specs, size_t count,
                      enum option_group group, unsigned columns)
{
    struct buf usage, help;
    bool any = false;

    buf_init(&usage, HELP_MAX_BYTES);
    buf_init(&help, HELP_MAX_BYTES);
    for (size_t i = 0; i < count; i++) {
        if (specs[i].group != group || !shown(&specs[i])) {
            continue;
        }
        if (!any) {
            buf_printf(out, "\n%s:\n", option_group_title(group));
            any = true;
        }
        buf_clear(&usage);
        buf_clear(&help);
        add_usage(&usage, &specs[i]);
        add_help(&help, &specs[i]);
        add_entry(out, buf_text(&usage), buf_text(&help), columns);
    }
    buf_fini(&usage);
    buf_fini(&help);
}

void help_text(const struct options *options, unsigned columns, struct buf *out)
{
    const struct option_spec *specs = options->specs ? options->specs : option_table;
    size_t count = options->specs ? options->spec_count : option_table_count;

    columns = columns < NARROWEST ? NARROWEST : columns > WIDEST ? WIDEST : columns;
    buf_printf(out, "Usage: cicada [options] [UserClass ...]\n       %s\n", healthcheck_usage);
    for (int group = 0; group < OPTION_GROUPS; group++) {
        add_group(out, specs, count, (enum option_group)group, columns);
    }
    buf_printf(out, "\n%s:\n", classes_title);
    add_entry(out, classes_metavar, classes_help, columns);
    buf_puts(out, "\nExamples:\n\n");
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        buf_printf(out, "    %s\n\n", examples[i]);
    }
    wrap(out, sources_help, 0, 0, columns);
}

void help_healthcheck(struct buf *out)
{
    buf_printf(out, "Usage: %s\n\n", healthcheck_usage);
    wrap(out, healthcheck_text, 0, 0, help_columns());
}

unsigned help_columns(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    int64_t value;

    if (columns && units_parse_int(columns, 1, 10000, &value)) {
        return (unsigned)value;
    }
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return 80;
}

void help_version(struct buf *out)
{
    buf_puts(out, "locust " LOCUST_COMPAT_VERSION " compatible cicada " CICADA_VERSION "\n");
}

/* Text for roff: dashes that can be copied, and no line that starts as a request. */
static void add_roff(struct buf *out, const char *text)
{
    bool line_start = true;

    for (; *text; text++) {
        if (line_start && (*text == '.' || *text == '\'')) {
            buf_puts(out, "\\&");
        }
        line_start = *text == '\n';
        if (*text == '-') {
            buf_puts(out, "\\-");
        } else if (*text == '\\') {
            buf_puts(out, "\\e");
        } else {
            buf_putc(out, *text);
        }
    }
}

static void add_man_option(struct buf *out, const struct option_spec *spec)
{
    struct buf usage;

    buf_init(&usage, HELP_MAX_BYTES);
    add_usage(&usage, spec);
    buf_puts(out, ".TP\n\\fB");
    add_roff(out, buf_text(&usage));
    buf_puts(out, "\\fR\n");
    add_roff(out, spec->help);
    if (spec->env) {
        buf_puts(out, "\n.br\nEnvironment variable: ");
        add_roff(out, spec->env);
    }
    buf_putc(out, '\n');
    buf_fini(&usage);
}

void help_man(struct buf *out)
{
    buf_puts(out,
             ".TH CICADA 1 \"\" \"cicada " CICADA_VERSION "\"\n"
             ".SH NAME\ncicada \\- load testing with scenarios in C\n"
             ".SH SYNOPSIS\n.B cicada\n[options] [UserClass ...]\n.br\n"
             ".B cicada healthcheck\n[live|ready] [options]\n"
             ".SH DESCRIPTION\n"
             "Runs the user classes of a scenario against a host and reports how it answered.\n"
             "Options, outputs and exit codes are those of Locust " LOCUST_COMPAT_VERSION ".\n"
             ".PP\n");
    add_roff(out, sources_help);
    buf_puts(out, "\n.SH OPTIONS\n");
    for (int group = 0; group < OPTION_GROUPS; group++) {
        if (group == GROUP_SCENARIO) {
            continue;
        }
        buf_printf(out, ".SS %s\n", option_group_title((enum option_group)group));
        for (size_t i = 0; i < option_table_count; i++) {
            if (option_table[i].group == (enum option_group)group && shown(&option_table[i])) {
                add_man_option(out, &option_table[i]);
            }
        }
    }
    buf_printf(out, ".SS %s\n.TP\n\\fB%s\\fR\n", classes_title, classes_metavar);
    add_roff(out, classes_help);
    buf_puts(out, "\n.SH HEALTH CHECKS\n");
    add_roff(out, healthcheck_text);
    buf_puts(
        out,
        "\n.SH EXIT STATUS\n"
        ".TP\n0\nAll went well.\n"
        ".TP\n1\nA request failed or a task crashed (see \\fB\\-\\-exit\\-code\\-on\\-error\\fR), "
        "or the test could not start.\n"
        ".TP\n2\nAn option is wrong.\n"
        ".TP\n4\nNo request was made, or all users died (see \\fB\\-\\-allow\\-empty\\fR).\n"
        ".SH FILES\n~/.locust.conf, ./locust.conf, ./pyproject.toml\n"
        ".SH EXAMPLES\n.nf\n");
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        add_roff(out, examples[i]);
        buf_putc(out, '\n');
    }
    buf_puts(out, ".fi\n");
}

static bool names_file(const struct option_spec *spec)
{
    return spec->metavar && strcmp(spec->metavar, "<filename>") == 0;
}

/* "-f|--locustfile|..." of the options that are followed by a file, or by anything else. */
static void add_patterns(struct buf *out, bool files)
{
    bool any = false;

    for (size_t i = 0; i < option_table_count; i++) {
        const struct option_spec *spec = &option_table[i];

        if (shown(spec) && spec->type != OPTION_FLAG && names_file(spec) == files &&
            strcmp(spec->name, "loglevel") != 0) {
            buf_printf(out, "%s--%s", any ? "|" : "", spec->name);
            if (spec->letter) {
                buf_printf(out, "|-%c", spec->letter);
            }
            any = true;
        }
    }
}

void help_completion(struct buf *out)
{
    buf_puts(out,
             "# bash completion for cicada                             -*- shell-script -*-\n"
             "_cicada()\n{\n"
             "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
             "    COMPREPLY=()\n"
             "    case $previous in\n    ");
    add_patterns(out, true);
    buf_puts(
        out,
        ")\n        COMPREPLY=($(compgen -f -- \"$current\"))\n        return\n        ;;\n"
        "    --loglevel|-L)\n"
        "        COMPREPLY=($(compgen -W 'DEBUG INFO WARNING ERROR CRITICAL' -- \"$current\"))\n"
        "        return\n        ;;\n    ");
    add_patterns(out, false);
    buf_puts(out, ")\n        return\n        ;;\n    esac\n    COMPREPLY=($(compgen -W '");
    for (size_t i = 0; i < option_table_count; i++) {
        if (shown(&option_table[i])) {
            buf_printf(out, "%s--%s", i > 0 ? " " : "", option_table[i].name);
        }
    }
    buf_puts(out, "' -- \"$current\"))\n}\ncomplete -o filenames -F _cicada cicada\n");
}
