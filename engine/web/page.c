/* SPDX-License-Identifier: MIT */
/* page.c - the page, with the data it starts from, and a plain one for builds without it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "report/utf8.h"
#include "web/web_private.h"

static const char mark[] = "<!--PAGE_DATA-->";

/* ---- Hosts ---- */

/* As Locust decides on the warnings of its form. */
struct hosts page_hosts(const struct web *web)
{
    const struct plan *plan = web->options->plan;
    struct hosts hosts = {.host = web->host};

    if (web->host || !plan) {
        return hosts;
    }
    hosts.missing = plan->class_count == 0 && !web->options->distributed;
    for (size_t i = 0; i < plan->class_count; i++) {
        const char *host = plan->classes[i].host, *first = plan->classes[0].host;

        hosts.missing = hosts.missing || !host;
        hosts.several =
            hosts.several || (host != first && (!host || !first || strcmp(host, first) != 0));
    }
    if (plan->class_count > 0 && !hosts.several) {
        hosts.host = plan->classes[0].host;
    }
    return hosts;
}

/* ---- Classes ---- */

enum { REPEATS_MAX = 100, CURVE_POINTS = 450 };

/* Each as often as its weight says, as Locust's lists have them. */
static void write_task_names(struct jsonw *w, const char *key, const struct plan_set *set)
{
    jsonw_open(w, key, '[');
    for (size_t i = 0; i < set->task_count; i++) {
        unsigned repeats = set->tasks[i].weight < REPEATS_MAX ? set->tasks[i].weight : REPEATS_MAX;

        for (unsigned k = 0; k < repeats; k++) {
            jsonw_text(w, NULL, set->tasks[i].name);
        }
    }
    jsonw_close(w, ']');
}

static void write_weight(struct jsonw *w, double weight)
{
    if (weight == (double)(int64_t)weight) {
        jsonw_int(w, "weight", (int64_t)weight);
    } else {
        jsonw_float(w, "weight", weight);
    }
}

static void write_class(struct jsonw *w, const struct plan_class *class)
{
    jsonw_open(w, class->name, '{');
    jsonw_text(w, "host", class->host);
    write_weight(w, class->weight);
    jsonw_int(w, "fixed_count", class->fixed_count);
    write_task_names(w, "tasks", &class->root);
    jsonw_close(w, '}');
}

static void write_classes(const struct web *web, struct jsonw *w)
{
    const struct plan *plan = web->options->plan;

    jsonw_open(w, "available_user_classes", '[');
    for (size_t i = 0; i < plan->class_count; i++) {
        jsonw_text(w, NULL, plan->classes[i].name);
    }
    jsonw_close(w, ']');
    jsonw_open(w, "available_user_tasks", '{');
    for (size_t i = 0; i < plan->class_count; i++) {
        write_task_names(w, plan->classes[i].name, &plan->classes[i].root);
    }
    jsonw_close(w, '}');
    jsonw_open(w, "users", '{');
    for (size_t i = 0; i < plan->class_count; i++) {
        write_class(w, &plan->classes[i]);
    }
    jsonw_close(w, '}');
}

/* ---- Scenarios' own options ---- */

static void write_option(const struct web *web, struct jsonw *w,
                         const struct scenario_option *option)
{
    const char *value =
        web->options->option ? web->options->option(web->options->option_data, option->name) : NULL;
    char name[256];

    snprintf(name, sizeof(name), "%s", option->name);
    for (char *p = name; *p; p++) {
        *p = *p == '-' ? '_' : *p;
    }
    jsonw_open(w, name, '{');
    if (option->flag) {
        jsonw_bool(w, "default_value", value != NULL);
    } else {
        jsonw_text(w, "default_value", option->secret ? "" : value);
    }
    jsonw_bool(w, "is_secret", option->secret);
    jsonw_bool(w, "is_required", false);
    jsonw_bool(w, "is_multiple", false);
    jsonw_text(w, "help_text", option->help);
    jsonw_null(w, "choices");
    jsonw_close(w, '}');
}

static void write_options(const struct web *web, struct jsonw *w)
{
    const struct scenarios *scenarios = web->options->scenarios;

    jsonw_open(w, "extra_options", '{');
    for (size_t i = 0; i < scenarios->count; i++) {
        const struct scenario_option *option = scenarios->items[i].scenario->options;

        for (; option && option->name; option++) {
            write_option(web, w, option);
        }
    }
    jsonw_close(w, '}');
}

/* ---- History as Locust's page has it ---- */

static void write_point(struct jsonw *w, const char *key, const char *time, double value)
{
    jsonw_open(w, key, '[');
    jsonw_text(w, NULL, time);
    jsonw_short(w, NULL, value, 3);
    jsonw_close(w, ']');
}

static void write_history(const struct web *web, struct jsonw *w)
{
    enum { POINTS = 1000, EACH_S = 5 };
    size_t count = 0;
    struct history_row *rows =
        history_select(watch_history(web->watch, NULL, NULL), 0, EACH_S * POINTS, &count);
    size_t step = count > EACH_S ? EACH_S : 1;

    jsonw_open(w, "history", '[');
    for (size_t i = count > 0 ? (count - 1) % step : 0; i < count; i += step) { /* the newest too */
        time_t second = (time_t)rows[i].second;
        char time[40] = "";
        struct tm utc;

        if (gmtime_r(&second, &utc)) {
            strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%SZ", &utc);
        }
        jsonw_open(w, NULL, '{');
        jsonw_text(w, "time", time);
        write_point(w, "current_rps", time, rows[i].rps);
        write_point(w, "current_fail_per_sec", time, rows[i].fails);
        write_point(w, "user_count", time, rows[i].users);
        write_point(w, "total_avg_response_time", time, rows[i].average);
        write_point(w, "response_time_percentile_0.5", time, rows[i].p50);
        write_point(w, "response_time_percentile_0.95", time, rows[i].p95);
        jsonw_close(w, '}');
    }
    jsonw_close(w, ']');
    free(rows);
}

/* ---- The rest of the data ---- */

static void write_form(struct web *web, struct jsonw *w)
{
    if (web->users >= 0) {
        jsonw_int(w, "num_users", web->users);
    } else {
        jsonw_null(w, "num_users");
    }
    if (web->spawn_rate > 0) {
        jsonw_short(w, "spawn_rate", web->spawn_rate, 6);
    } else {
        jsonw_null(w, "spawn_rate");
    }
    if (web->run_time_ns > 0) {
        jsonw_short(w, "run_time", seconds_from_ns(web->run_time_ns), 3);
    } else {
        jsonw_null(w, "run_time");
    }
    jsonw_text(w, "profile", web->profile);
    jsonw_bool(w, "hide_common_options", web->options->shaped);
    jsonw_bool(w, "shape_use_common_options", false);
    jsonw_bool(w, "show_userclass_picker", web->options->class_picker);
    jsonw_open(w, "available_shape_classes", '[');
    jsonw_text(w, NULL, "Default");
    jsonw_close(w, ']');
}

static void write_can(const struct web *web, const struct snapshot *snapshot, struct jsonw *w)
{
    jsonw_open(w, "can", '{');
    jsonw_bool(w, "login", web->options->login.on);
    jsonw_bool(w, "pause", snapshot->can_pause);
    jsonw_bool(w, "samples", true);
    jsonw_bool(w, "heatmap", true);
    jsonw_bool(w, "phases", true);
    jsonw_close(w, '}');
}

/* A person pastes it into a shell: nothing but names and addresses goes through. */
static bool plain_host(const char *host, size_t length)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";

    return length > 0 && *host != '-' && strspn(host, allowed) >= length;
}

/* What to start on another machine; the browser knows by which name the master is reached. */
static void write_worker_command(const struct web *web, struct jsonw *w, const struct call *call)
{
    const char *host = call_header(call, MHD_HTTP_HEADER_HOST);
    size_t length = 0;
    struct buf text;

    if (!web->options->distributed) {
        return;
    }
    if (host && *host == '[' && strchr(host, ']')) {
        host++;
        length = strcspn(host, "]");
    } else if (host) {
        length = strcspn(host, ":");
    }
    if (!host || !plain_host(host, length)) {
        host = "HOST";
        length = strlen(host);
    }
    buf_init(&text, 4096);
    buf_printf(&text,
               "cicada --worker --master-host %.*s --master-port %d",
               (int)length,
               host,
               web->options->master_port);
    jsonw_text(w, "worker_command", buf_text(&text));
    buf_fini(&text);
}

static void page_data_write(struct web *web, const struct call *call, struct buf *out)
{
    struct snapshot snapshot = web_snapshot(web);
    struct hosts hosts = page_hosts(web);
    struct buf inner;
    struct jsonw w;

    jsonw_init(&w, out);
    jsonw_open(&w, NULL, '{');
    jsonw_text(&w, "version", LOCUST_COMPAT_VERSION);
    jsonw_text(&w, "cicada_version", CICADA_VERSION);
    jsonw_text(&w, "locustfile", web->options->locustfile);
    jsonw_text(&w, "host", hosts.host ? hosts.host : "");
    jsonw_bool(&w, "override_host_warning", hosts.several);
    jsonw_bool(&w, "missing_host_warning", hosts.missing);
    jsonw_bool(&w, "is_host_required", false);
    jsonw_text(&w, "state", stats_json_state(&snapshot));
    jsonw_int(&w, "user_count", (int64_t)snapshot.users);
    jsonw_bool(&w, "is_distributed", snapshot.distributed);
    jsonw_int(&w, "worker_count", (int64_t)stats_json_worker_count(&snapshot));
    jsonw_raw(&w, "percentiles_to_chart", "[0.5,0.95]");
    jsonw_raw(&w, "percentiles_to_statistics", "[0.95,0.99]");
    jsonw_bool(&w, "stats_history_enabled", web->options->history_csv_path != NULL);
    jsonw_text(&w, "tasks", "{}");
    write_history(web, &w);
    charts_write_latest(web, &w, "curve", CURVE_POINTS); /* what the page draws first */
    write_form(web, &w);
    write_classes(web, &w);
    write_options(web, &w);
    write_can(web, &snapshot, &w);
    write_worker_command(web, &w, call);
    jsonw_text(&w, "csrf_token", login_csrf(&web->login, call));
    jsonw_bool(&w, "open_to_all", web_exposed(web));
    jsonw_short(&w, "stop_timeout", seconds_from_ns(web->stop_timeout_ns), 3);
    buf_init(&inner, WEB_ANSWER_MAX);
    stats_json_write(web, &inner);
    jsonw_raw(&w, "snapshot", buf_text(&inner));
    buf_fini(&inner);
    jsonw_close(&w, '}');
}

/* ---- The plain page ---- */

static void add_html(struct buf *out, const char *text)
{
    struct buf clean;

    buf_init(&clean, WEB_ANSWER_MAX);
    utf8_add(&clean, text);
    for (const char *p = buf_text(&clean); *p; p++) {
        switch (*p) {
        case '<':
            buf_puts(out, "&lt;");
            break;
        case '&':
            buf_puts(out, "&amp;");
            break;
        case '"':
            buf_puts(out, "&quot;");
            break;
        default:
            buf_putc(out, *p);
        }
    }
    buf_fini(&clean);
}

static void write_plain(struct web *web, const struct call *call, struct buf *out)
{
    struct snapshot snapshot = web_snapshot(web);
    const struct entry *total = stats_total(snapshot.stats);

    buf_puts(out,
             "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"refresh\" content=\"5\">\n<title>Cicada</title>\n");
    buf_puts(out, "<script type=\"application/json\" id=\"page-data\">");
    page_data_write(web, call, out);
    buf_puts(out, "</script>\n</head>\n<body>\n<h1>Cicada</h1>\n<p>");
    add_html(out, stats_json_state(&snapshot));
    buf_printf(out,
               ": %zu users, %llu requests, %llu failures",
               snapshot.users,
               (unsigned long long)total->num_requests,
               (unsigned long long)total->num_failures);
    if (web->host) {
        buf_puts(out, ", ");
        add_html(out, web->host);
    }
    buf_puts(out,
             "</p>\n<p>This program was built without its page; what it shows is here:</p>\n<ul>\n"
             "<li><a href=\"stats/requests?pretty\">statistics</a>\n"
             "<li><a href=\"stats/requests/csv\">statistics as CSV</a>\n"
             "<li><a href=\"stats/failures/csv\">failures as CSV</a>\n"
             "<li><a href=\"exceptions/csv\">exceptions as CSV</a>\n"
             "<li><a href=\"tasks?pretty\">shares of the tasks</a>\n"
             "<li><a href=\"logs?pretty\">logs</a>\n</ul>\n"
             "<form method=\"post\" action=\"swarm\">\n"
             "<label>Users <input name=\"user_count\" value=\"1\"></label>\n"
             "<label>per second <input name=\"spawn_rate\" value=\"1\"></label>\n"
             "<label>Host <input name=\"host\" value=\"");
    add_html(out, web->host ? web->host : "");
    buf_puts(out,
             "\"></label>\n<button>Start or change</button>\n</form>\n"
             "<form method=\"post\" action=\"stop\"><button>Stop</button></form>\n"
             "</body>\n</html>\n");
}

/* ---- Routes ---- */

void page_index(struct web *web, struct call *call)
{
    const char *index = assets_index(web->assets);
    const char *place = index ? strstr(index, mark) : NULL;
    struct buf out;

    buf_init(&out, WEB_ANSWER_MAX);
    if (!index) {
        write_plain(web, call, &out);
    } else if (!place) {
        buf_puts(&out, index);
    } else {
        buf_add(&out, index, (size_t)(place - index));
        buf_puts(&out, "<script type=\"application/json\" id=\"page-data\">");
        page_data_write(web, call, &out);
        buf_puts(&out, "</script>");
        buf_puts(&out, place + strlen(mark));
    }
    call_buf(call, MHD_HTTP_OK, TYPE_HTML, &out);
    call_add_header(call, "Content-Security-Policy", assets_policy(web->assets));
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}

static void write_login_data(struct buf *out, const char *error, const char *next)
{
    struct jsonw w;

    jsonw_init(&w, out);
    jsonw_open(&w, NULL, '{');
    jsonw_text(&w, "version", LOCUST_COMPAT_VERSION);
    jsonw_text(&w, "username_password_callback", "login");
    jsonw_raw(&w, "auth_providers", "[]");
    jsonw_text(&w, "error", error);
    jsonw_null(&w, "info");
    jsonw_text(&w, "next", next);
    jsonw_close(&w, '}');
}

static void write_plain_login(struct buf *out, const char *error, const char *next)
{
    buf_puts(out,
             "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Log in · Cicada"
             "</title>\n<style>\n"
             ":root { color-scheme: light dark; font: 15px/22px system-ui, sans-serif; }\n"
             "body { margin: 0; min-height: 100vh; display: grid; place-items: center; }\n"
             "form { display: grid; gap: 12px; width: 300px; }\n"
             "h1 { font-size: 20px; margin: 0; }\n"
             "label { display: grid; gap: 4px; font-size: 13px; }\n"
             "input, button { font: inherit; padding: 8px; border-radius: 6px; "
             "border: 1px solid #7f8a93; }\n"
             "button { background: #006b63; color: #fff; border-color: #006b63; }\n"
             "p { color: #c93a14; margin: 0; }\n</style>\n</head>\n<body>\n"
             "<form method=\"post\" action=\"login\">\n<h1>Log in</h1>\n");
    if (error) {
        buf_puts(out, "<p role=\"alert\">");
        add_html(out, error);
        buf_puts(out, "</p>\n");
    }
    buf_puts(out,
             "<label>Name <input name=\"username\" autocomplete=\"username\" required autofocus>"
             "</label>\n<label>Password <input name=\"password\" type=\"password\" "
             "autocomplete=\"current-password\" required></label>\n");
    if (next) {
        buf_puts(out, "<input type=\"hidden\" name=\"next\" value=\"");
        add_html(out, next);
        buf_puts(out, "\">\n");
    }
    buf_puts(out, "<button>Log in</button>\n</form>\n</body>\n</html>\n");
}

void page_login(struct web *web, struct call *call, const char *error, const char *next,
                unsigned status)
{
    const char *index = assets_index(web->assets);
    const char *place = index ? strstr(index, mark) : NULL;
    struct buf out;

    buf_init(&out, WEB_ANSWER_MAX);
    if (place) {
        buf_add(&out, index, (size_t)(place - index));
        buf_puts(&out, "<script type=\"application/json\" id=\"page-data\">");
        write_login_data(&out, error, next);
        buf_puts(&out, "</script>");
        buf_puts(&out, place + strlen(mark));
    } else {
        write_plain_login(&out, error, next);
    }
    call_buf(call, status, TYPE_HTML, &out);
    call_add_header(call, "Content-Security-Policy", assets_policy(web->assets));
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}
