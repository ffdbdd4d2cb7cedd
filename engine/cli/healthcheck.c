/* SPDX-License-Identifier: MIT */
#include "cli/healthcheck.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "cli/settings.h"
#include "http/probe.h"

enum { ANSWER_MAX = 4096, URL_MAX = 2048, DEFAULT_PORT = 8090 };

bool healthcheck_asked(const struct option_inputs *inputs)
{
    return inputs->argc > 1 && strcmp(inputs->argv[1], "healthcheck") == 0;
}

static int unhealthy(const char *why)
{
    printf("unhealthy: %s\n", why);
    return 1; /* always: Docker has another meaning for 2 */
}

/* The container's own variable, which its entrypoint turns into the option. */
static bool is_worker(const struct options *options)
{
    const char *mode = getenv("LOCUST_MODE");

    return options->worker || (!options->master && mode && strcmp(mode, "worker") == 0);
}

/* Where somebody on this machine reaches what is bound to the host. */
static void add_host(struct buf *url, const char *host)
{
    if (!*host || strcmp(host, "*") == 0 || strcmp(host, "0.0.0.0") == 0) {
        host = "127.0.0.1";
    } else if (strcmp(host, "::") == 0) {
        host = "::1";
    }
    buf_printf(url, strchr(host, ':') ? "[%s]" : "%s", host);
}

static bool make_url(struct buf *url, const struct options *options, const char *path,
                     struct err *err)
{
    /* Neither has a web interface. */
    bool by_port = is_worker(options) || options->headless;
    int64_t port = by_port ? options->health_port : options->web_port;
    const char *base = by_port ? "" : options->web_base_path;
    size_t length = strlen(base);

    if (by_port && port < 0) {
        port = DEFAULT_PORT;
    }
    if (port == 0) {
        return err_set(err, "port 0 is a free one: nobody knows which");
    }
    while (length > 0 && base[length - 1] == '/') {
        length--;
    }
    buf_puts(url, !by_port && *options->tls_cert ? "https://" : "http://");
    add_host(url, by_port ? options->health_host : options->web_host);
    buf_printf(url, ":%lld%.*s%s", (long long)port, (int)length, base, path);
    return !url->failed || err_set(err, "the address is too long");
}

static int judge(const char *url, int64_t timeout_ns)
{
    struct buf body, line;
    struct err err;
    int status;

    buf_init(&body, ANSWER_MAX);
    buf_init(&line, ANSWER_MAX + URL_MAX);
    if (!http_probe(url, timeout_ns, &status, &body, &err)) {
        buf_printf(&line, "%s: %s", url, err.text);
    } else {
        const char *text = buf_text(&body);

        buf_printf(&line, "%s answers %d: %.*s", url, status, (int)strcspn(text, "\r\n"), text);
        if (status >= 200 && status < 300) {
            printf("healthy: %s\n", buf_text(&line));
            buf_fini(&body);
            buf_fini(&line);
            return 0;
        }
    }
    int code = unhealthy(buf_text(&line));

    buf_fini(&body);
    buf_fini(&line);
    return code;
}

int healthcheck(struct options *options, const struct option_inputs *inputs)
{
    struct option_inputs rest = *inputs;
    const char *path = "/healthz";
    struct buf url;
    struct err err;

    rest.argv++;
    rest.argc--;
    if (rest.argc > 1 &&
        (strcmp(rest.argv[1], "live") == 0 || strcmp(rest.argv[1], "ready") == 0)) {
        path = strcmp(rest.argv[1], "live") == 0 ? path : "/readyz";
        rest.argv++;
        rest.argc--;
    }
    /* The scenario's own options are not known here, and don't matter; bad values do. */
    if (!options_scan(options, &rest, &err) ||
        (!options->help && !settings_convert(options, false, &err))) {
        return unhealthy(err.text);
    }
    if (options->help) {
        buf_init(&url, HELP_MAX_BYTES);
        help_healthcheck(&url);
        fputs(buf_text(&url), stdout);
        buf_fini(&url);
        return 0;
    }
    buf_init(&url, URL_MAX);
    int code = make_url(&url, options, path, &err)
                   ? judge(buf_text(&url), options->health_timeout_ns)
                   : unhealthy(err.text);

    buf_fini(&url);
    return code;
}
