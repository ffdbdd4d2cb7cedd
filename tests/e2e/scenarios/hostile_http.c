/* SPDX-License-Identifier: MIT */
/*
 * hostile_http.c - answers no proper server would give, each followed by a proper one.
 *
 * Its host is the target's fault server. Redirected goes to --elsewhere by a redirect at --via.
 */
#include <cicada.h>

/* Each under its own name, so that the statistics show what became of it. */
static const struct request faults[] = {
    GET("/ok"),
    GET("/delay/100"),
    GET("/delay/5000", .timeout = 0.5),
    GET("/drop", .timeout = 0.5),
    GET("/reset"),
    GET("/close"),
    GET("/reset-mid-body"),
    GET("/truncate"),
    GET("/longer"),
    GET("/drip/20", .timeout = 0.5),
    GET("/drip/1", .timeout = 0.5),
    GET("/garbage"),
    GET("/http09"),
    GET("/huge-header"),
    GET("/many-headers"),
    GET("/endless-header"),
    GET("/endless-continue"),
    GET("/bad-chunk"),
    GET("/huge-chunk-size"),
    GET("/unterminated-chunks"),
    GET("/tiny-chunks"),
    GET("/gzip-bomb"),
    GET("/gzip-bomb", .name = "/gzip-bomb discarded", .discard_body = true),
    GET("/bad-gzip"),
    GET("/redirect-loop"),
    GET("/redirect-file"),
    GET("/redirect-file", .name = "/redirect-file not followed", .no_redirect = true),
    GET("/status/429"),
    GET("/status/500"),
    GET("/status/503"),
    POST("/reset", .name = "/reset with a body", .json = "{}"),
};

static void suffer(struct user *user)
{
    for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
        cicada_http(user, &faults[i]);
        http_get(user, "/ok", .name = "/ok afterwards");
    }
}

/* The server ends the connection while the user thinks. */
static void pause_long(struct user *user)
{
    for (int i = 0; i < 3; i++) {
        http_get(user, "/close-idle");
        think(user, 0.3);
    }
    http_post(user, "/ok", .json = "{}", .name = "/ok after a pause");
}

static void be_sent_away(struct user *user)
{
    const char *elsewhere = url_encode(user, option("elsewhere"));
    const char *path = fmt(user, "%s?url=%s", option("via"), elsewhere);
    struct response *r;

    cookie_set(user, "session", "secret-cookie");
    r = http_get(user, path, .name = "by auth", .auth = AUTH("name", "password"));
    user_log(user, "by auth: %s %s", r->url, r->body);
    r = http_get(user,
                 path,
                 .name = "by headers",
                 .headers = HEADERS("Authorization", "Bearer secret-token", "Cookie", "a=secret"));
    user_log(user, "by headers: %s %s", r->url, r->body);
}

static const struct task fault_tasks[] = {TASK(suffer), {0}};
static const struct task idle_tasks[] = {TASK(pause_long), {0}};
static const struct task redirect_tasks[] = {TASK(be_sent_away), {0}};

static const struct user_class faulted = {.name = "Faulted", .tasks = fault_tasks};
static const struct user_class idle = {.name = "Idle", .tasks = idle_tasks};
static const struct user_class redirected = {.name = "Redirected", .tasks = redirect_tasks};

static const struct scenario_option options[] = {
    {.name = "elsewhere", .default_value = "", .help = "where redirects lead"},
    {.name = "via", .default_value = "/redirect-other", .help = "who redirects"},
    {0},
};

SCENARIO_WITH(CLASSES(&faulted, &idle, &redirected), .options = options);
