/* SPDX-License-Identifier: MIT */
/* main.c - wiring: options, scenarios, plan, and what is to be done with them. */
#define LOGGER "locust.main"
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "cli/as_worker.h"
#include "cli/exit_code.h"
#include "cli/headless.h"
#include "cli/healthcheck.h"
#include "cli/help.h"
#include "cli/load.h"
#include "cli/master_classes.h"
#include "cli/options.h"
#include "cli/processes.h"
#include "cli/setup.h"
#include "cli/users_config.h"
#include "cli/web_user.h"
#include "report/locustfile.h"
#include "report/ratio.h"
#include "runner/log_tail.h"
#include "sim/crash.h"
#include "sim/current.h"
#include "sim/plan.h"
#include "sim/scenario.h"

struct program {
    struct options options;
    struct scenarios scenarios;
    struct users_config users_config;
    struct plan_override *overrides;
    struct plan_options plan_options;
    struct plan plan;
    struct master_classes master_classes;
    char **files;     /* of -f, for workers that ask a master; ends with NULL */
    pid_t supervisor; /* of the workers of --processes; 0: none */
};

static int complain(int code, const struct err *err)
{
    fprintf(stderr, "cicada: error: %s\n", err->text);
    return code;
}

static void print(void (*make)(struct buf *out))
{
    struct buf text;

    buf_init(&text, HELP_MAX_BYTES);
    make(&text);
    fputs(buf_text(&text), stdout);
    buf_fini(&text);
}

static int print_help(const struct options *options)
{
    struct buf text;

    buf_init(&text, HELP_MAX_BYTES);
    help_text(options, help_columns(), &text);
    fputs(buf_text(&text), stdout);
    buf_fini(&text);
    return 0;
}

/* ---- Scenarios ---- */

/* The option tables of all scenarios; the caller frees the array. */
static const struct scenario_option **custom_options(const struct scenarios *scenarios)
{
    const struct scenario_option **tables = mem_array(scenarios->count + 1, sizeof(*tables));
    size_t count = 0;

    for (size_t i = 0; i < scenarios->count; i++) {
        if (scenarios->items[i].scenario->options) {
            tables[count++] = scenarios->items[i].scenario->options;
        }
    }
    return tables;
}

static bool call_init_hooks(const struct scenarios *scenarios, struct err *err)
{
    for (size_t i = 0; i < scenarios->count; i++) {
        const struct scenario *scenario = scenarios->items[i].scenario;

        if (scenario->init && !scenario->init()) {
            return err_set(err, "the init hook of %s failed", scenarios->items[i].name);
        }
    }
    return true;
}

/* ---- The plan ---- */

static bool foreign_only(const struct options *options)
{
    return options->foreign_classes && options->foreign_classes[0];
}

static enum plan_result build_plan(struct program *program, struct err *err)
{
    struct options *options = &program->options;
    struct users_config *config = &program->users_config;
    struct plan_options plan = {
        .class_names = (const char *const *)options->user_classes,
        .host = options->host,
        .tags = (const char *const *)options->tags,
        .exclude_tags = (const char *const *)options->exclude_tags,
        .equal_weights = options->equal_weights,
    };

    program->overrides = mem_array(config->count, sizeof(*program->overrides));
    for (size_t i = 0; i < config->count; i++) {
        const struct user_override *user = &config->overrides[i];

        if (options->master && !scenarios_find_class(&program->scenarios, user->user_class_name)) {
            continue; /* of a class that only workers know */
        }
        program->overrides[plan.override_count++] = (struct plan_override){
            .class_name = user->user_class_name,
            .host = user->host,
            .has_weight = user->weight >= 0,
            .weight = user->weight,
            .has_fixed_count = user->fixed_count >= 0,
            .fixed_count = user->fixed_count >= 0 ? (unsigned)user->fixed_count : 0,
            .tasks = user->has_tasks ? user->tasks : NULL,
        };
    }
    plan.overrides = program->overrides;
    program->plan_options = plan;
    if (options->master && (program->scenarios.count == 0 || foreign_only(options))) {
        return PLAN_OK; /* its workers know what to run */
    }
    return plan_build(&program->plan, &program->scenarios, &plan, err);
}

static void set_up_log(const struct options *options, struct err *err)
{
    log_tail_start(); /* a worker's whole log is its master's to show */
    log_set_level(options->loglevel);
    if (options->skip_log_setup && options->loglevel < LOG_WARNING) {
        log_set_level(LOG_WARNING);
    }
    if (options->logfile && !log_to_file(options->logfile, err)) {
        log_error("%s; logging to standard error instead", err->text);
    }
}

/* ---- What is to be done ---- */

static int run(struct program *program)
{
    struct options *options = &program->options;
    uint32_t users =
        options->users < 0 ? 0 : (uint32_t)options->users; /* 0: by the weights alone */

    if (options->list) {
        ratio_print_classes(stdout, &program->plan);
        return 0;
    }
    if (options->show_task_ratio) {
        ratio_print(stdout, &program->plan, users);
        return 0;
    }
    if (options->show_task_ratio_json) {
        ratio_print_json(stdout, &program->plan, users);
        return 0;
    }
    if (options->print_locustfile) {
        locustfile_print(stdout, &program->plan, &program->scenarios);
        return 0;
    }
    crash_install();
    current_options_set(look_up_option, options);
    if (options->worker || !options->headless) {
        log_tail_start(); /* a page shows these lines */
    }
    log_info("Starting Locust %s (cicada %s)", LOCUST_COMPAT_VERSION, CICADA_VERSION);
    if (options->worker) {
        return as_worker(options, &program->scenarios, &program->plan_options);
    }
    struct program_parts parts = {
        .scenarios = &program->scenarios,
        .plan = &program->plan,
        .plan_options = &program->plan_options,
        .classes = program->master_classes.items,
        .class_count = program->master_classes.count,
        .learn_classes = program->master_classes.learn,
        .files = (const char *const *)program->files,
    };
    int code = headless_run(options, &parts);

    if (program->supervisor > 0) {
        int workers_code = processes_end(program->supervisor);

        code = code ? code : workers_code;
    }
    return code;
}

/* A worker among those that --processes forked. */
static void become_child(struct options *options, int nth)
{
    if (options->master && strcmp(options->master_bind_host, "*") != 0) {
        options->master_host = options->master_bind_host;
    } else if (options->master) {
        options->master_host = "127.0.0.1";
    }
    options->master_port = options->master ? options->master_bind_port : options->master_port;
    if (options->master) { /* which knows how its own workers are */
        options->health_port = -1;
    } else if (options->health_port > 0) {
        options->health_port += nth;
    }
    options->master = false;
    options->worker = true;
    options->seed += options->seed < 0 ? 0 : nth; /* not the same users in each */
}

/* --processes. False in a parent that has nothing to do but to wait, and did; *code is its end. */
static bool fork_workers(struct program *program, int *code)
{
    struct options *options = &program->options;
    int nth, count = processes_count(options->processes);

    if (options->processes == 0 || options->list) {
        return true;
    }
    if (options->worker) {
        if (!processes_supervise(count, &nth, code)) {
            return false;
        }
        become_child(options, nth);
        return true;
    }
    if (options->master_bind_port == 0) {
        options->master_bind_port = free_port();
    }
    options->expect_workers = count;
    if (processes_start(count, &nth, &program->supervisor)) {
        program->supervisor = 0;
        become_child(options, nth);
    } else if (program->supervisor < 0) {
        perror("cicada: error: can't start the worker processes");
        *code = EXIT_STARTUP;
        return false;
    }
    return true;
}

static int start(struct program *program, const struct option_inputs *inputs)
{
    struct options *options = &program->options;
    struct err err;
    int code;

    if (!options_scan(options, inputs, &err)) {
        return complain(EXIT_USAGE, &err);
    }
    if (options->version) {
        print(help_version);
        return 0;
    }
    if (options->print_man || options->print_completion) {
        print(options->print_man ? help_man : help_completion);
        return 0;
    }
    if (options->print_curve_key) {
        return print_curve_key();
    }
    if (options->print_web_user) {
        return web_user_print(options->print_web_user);
    }
    if (options->print_web_token) {
        return web_user_print_token(options->print_web_token);
    }
    bool wants_help = options->help;

    if (!load_scenarios(&program->scenarios, &program->files, &program->options, &err)) {
        return wants_help ? print_help(options) : complain(EXIT_STARTUP, &err);
    }
    const struct scenario_option **custom = custom_options(&program->scenarios);
    bool parsed = options_parse(options, inputs, custom, &err);

    free(custom);
    if (wants_help) {
        return print_help(options);
    }
    if (!parsed) {
        return complain(EXIT_USAGE, &err);
    }
    if (options->master && options->worker) {
        err_set(&err, "the --master argument cannot be combined with --worker");
        return complain(EXIT_ROLES, &err);
    }
    set_up_log(options, &err);
    options_log(options);
    if (!users_config_init(&program->users_config, options->config_users, &err)) {
        return complain(EXIT_USAGE, &err);
    }
    switch (build_plan(program, &err)) {
    case PLAN_OK:
        break;
    case PLAN_BAD_OVERRIDE:
        return complain(EXIT_CONFIG_USERS, &err);
    case PLAN_BAD_CLASS:
    case PLAN_RESULTS:
        return complain(EXIT_STARTUP, &err);
    }
    if (options->master &&
        !master_classes_init(
            &program->master_classes, options, &program->users_config, &program->plan, &err)) {
        return complain(EXIT_USAGE, &err);
    }
    current_options_set(look_up_option, options);
    if (!fork_workers(program, &code)) {
        return code;
    }
    if (!options->list && !call_init_hooks(&program->scenarios, &err)) {
        return complain(EXIT_STARTUP, &err);
    }
    return run(program);
}

int main(int argc, char **argv)
{
    struct program program = {0};
    struct option_inputs inputs = options_inputs(argc, argv);

    setlocale(LC_CTYPE, "");
    int code = healthcheck_asked(&inputs) ? healthcheck(&program.options, &inputs)
                                          : start(&program, &inputs);

    master_classes_fini(&program.master_classes);
    for (size_t i = 0; program.files && program.files[i]; i++) {
        free(program.files[i]);
    }
    free(program.files);
    plan_fini(&program.plan);
    free(program.overrides);
    users_config_fini(&program.users_config);
    options_fini(&program.options);
    scenarios_fini(&program.scenarios);
    log_tail_stop();
    log_close();
    if (fflush(stdout) != 0 && code == 0) {
        perror("cicada: can't write to standard output");
        code = EXIT_INTERNAL;
    }
    return code;
}
