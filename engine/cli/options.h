/* SPDX-License-Identifier: MIT */
/*
 * options.h - what the user asked for, from every place it can be said.
 *
 * From low to high: defaults, ~/.locust.conf, ./locust.conf, [tool.locust] of ./pyproject.toml, the
 * file of --config, environment variables, the command line.
 *
 * A scenario brings options of its own, and which scenario it is only -f tells. So parsing takes
 * two passes over the same inputs:
 *
 *     struct options options = {0};
 *
 *     options_scan(&options, &inputs, &err);            finds locustfile, help, version
 *     ... load the scenarios of options.locustfile ...
 *     options_parse(&options, &inputs, tables, &err);   reads and checks everything
 *
 * Both return false with a sentence that names the option, the value and where it came from; the
 * process then ends with exit code 2. The structure stays valid for options_fini() either way.
 * Text in the structure belongs to it and lasts until the next pass or options_fini().
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/log.h"
#include "cicada.h"
#include "cli/option_table.h"

enum option_origin { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_ENVIRONMENT, ORIGIN_COMMAND_LINE };

struct option_setting; /* the text given for one option, and where */

struct options {
    /* What to run. */
    const char *locustfile; /* comma list: C files, modules, names of built-in scenarios */
    const char *config;
    const char *host;    /* NULL: the classes' own */
    char **user_classes; /* ends with NULL; empty: all */
    char **config_users; /* JSON texts and file names, see users_config.h; ends with NULL */
    char **tags;         /* ends with NULL */
    char **exclude_tags; /* ends with NULL */
    int64_t users;       /* -1: not given */
    double spawn_rate;   /* 0: not given */
    int64_t run_time_ns; /* 0: no limit */
    int64_t stop_timeout_ns;
    int64_t iterations;  /* 0: no limit */
    const char *stages;  /* NULL: none */
    const char *profile; /* a label */
    const char *description;
    bool equal_weights;
    bool allow_empty;
    int64_t exit_code_on_error;
    uint64_t stack_size;
    int64_t seed; /* -1: a new one each run */

    /* Which role. */
    bool master, worker;
    const char *master_bind_host; /* "*": all interfaces */
    int64_t master_bind_port;     /* 0: a free one */
    int64_t expect_workers;
    int64_t expect_workers_max_wait_ns; /* 0: for ever */
    bool enable_rebalancing;            /* accepted; it is always on */
    char **foreign_classes;             /* NAME or NAME:WEIGHT; ends with NULL */
    int64_t processes;                  /* 0: this one only; -1: one per processor */
    const char *master_host;
    int64_t master_port;
    const char *health_host; /* "" or "*": all interfaces */
    int64_t health_port;     /* -1: none; 0: a free one */
    int64_t health_timeout_ns;
    const char *curve_key_file, *curve_server_key; /* NULL: none */

    /* What to do instead of, or besides, running. */
    bool headless; /* --headful already taken into account */
    bool headful;
    bool list;
    bool show_task_ratio, show_task_ratio_json;
    bool print_locustfile;
    bool help, version;
    bool print_man, print_completion, print_curve_key;
    const char *print_web_user, *print_web_token; /* NULL: not asked for */

    /* The web interface. */
    const char *web_host; /* "" or "*": all interfaces */
    int64_t web_port;     /* 0: a free one */
    const char *web_base_path;
    const char *web_host_display_name; /* NULL: as it is */
    bool autostart;
    int64_t autoquit_ns;            /* if given at all */
    const char *tls_cert, *tls_key; /* "": none */
    bool class_picker;
    bool web_login;
    const char *web_users_file, *web_auth_header; /* NULL: none */
    const char *web_cors;                         /* NULL: none */
    char **web_allowed_hosts;                     /* ends with NULL */
    const char *build_path;                       /* NULL: the page that is built in */

    /* HTTP; where a class declares the same, its own value is replaced. */
    bool insecure;
    bool http2;
    const char *ca_file;
    const char *proxy;
    int64_t timeout_ns;         /* 0: the classes' own */
    int64_t connect_timeout_ns; /* 0: the classes' own */
    uint64_t max_body;          /* 0: the classes' own */

    /* Outputs. */
    const char *csv; /* prefix; NULL: none */
    bool csv_full_history;
    int64_t csv_interval_ns;
    int64_t csv_window_ns; /* csv_interval_ns when not given */
    bool print_stats;
    bool only_summary;
    bool reset_stats;
    bool json;
    const char *json_file;
    const char *html; /* NULL: none */
    bool compat_console;
    int64_t console_stats_interval_ns;
    bool skip_log_setup;
    const char *loglevel_name;
    enum log_level loglevel;
    const char *logfile;

    /* private */
    struct option_spec *specs;       /* the table, then the scenario's options */
    struct option_setting *settings; /* one per spec, and a last one for the user classes */
    char **owned_names;              /* variables made up for the scenario's options */
    size_t spec_count;
    char **retired; /* values of scenarios' options that were replaced: a task may hold one */
    size_t retired_count;
};

/* Where to look. */
struct option_inputs {
    int argc; /* argv[0] is the program's name and skipped */
    char **argv;
    char **environment;    /* NAME=VALUE, ends with NULL; NULL: empty */
    const char *home;      /* NULL: no ~/.locust.conf */
    const char *directory; /* where locust.conf and pyproject.toml are; NULL: nowhere */
};

/* Those of this process. */
struct option_inputs options_inputs(int argc, char **argv);

/*
 * First pass: unknown options, classes and values are no error yet. Meaningful afterwards:
 * locustfile, help, version, print_man, print_completion.
 */
bool options_scan(struct options *options, const struct option_inputs *inputs, struct err *err);

/*
 * Second pass. custom lists the option tables of the loaded scenarios and ends with NULL; NULL:
 * none. The tables must outlive the options.
 */
bool options_parse(struct options *options, const struct option_inputs *inputs,
                   const struct scenario_option *const *custom, struct err *err);

void options_fini(struct options *options); /* a zeroed structure is fine */

/*
 * The value of a scenario's option: "true" for a flag that is on; NULL when absent or unknown.
 */
const char *options_custom(const struct options *options, const char *name);

/* Replaces the value of a scenario's option; NULL makes it absent. Texts handed out before stay
 * valid. */
void options_custom_set(struct options *options, const char *name, const char *text);

/* The place that decided over a built-in or scenario option; ORIGIN_DEFAULT if nobody did. */
enum option_origin options_origin(const struct options *options, const char *name);

/* A DEBUG line per option that was given, naming its value and place; secrets are masked. */
void options_log(const struct options *options);

#endif
