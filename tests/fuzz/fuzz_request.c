/* SPDX-License-Identifier: MIT */
/*
 * Bytes of a web client, sent to the server as they are: the request line, headers, cookies, the
 * query and forms, by libmicrohttpd and by what reads its results.
 */
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "web/form.h"
#include "web/host_check.h"
#include "web/jsonw.h"
#include "web/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct loop *loop;
static struct server *server;
static struct loop_timer quiet;
static struct loop_io client;

/* Everything that handlers look at. */
static void on_call(void *data, struct call *call)
{
    static const char *const names[] = {"key", "request", "since", "points", "pretty", "theme"};
    struct form form;
    struct buf out;
    struct jsonw w;

    (void)data;
    buf_init(&out, SERVER_BODY_MAX);
    jsonw_init(&w, &out);
    jsonw_open(&w, NULL, '{');
    jsonw_text(&w, "path", call->path);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        jsonw_text(&w, names[i], call_query(call, names[i]));
        ENSURE(!call_query(call, names[i]) || call_has_query(call, names[i]));
    }
    jsonw_text(&w, "cookie", call_cookie(call, "cicada_session"));
    jsonw_bool(&w, "known", host_check(call_header(call, "Host"), NULL));
    if (form_read(&form, call)) {
        ENSURE(form.count <= FORM_FIELDS_MAX);
        for (size_t i = 0; i < form.count; i++) {
            jsonw_text(&w, form.fields[i].name, form.fields[i].value);
            ENSURE(form_get(&form, form.fields[i].name) != NULL);
        }
    }
    form_fini(&form);
    jsonw_close(&w, '}');
    call_buf(call, MHD_HTTP_OK, TYPE_JSON, &out);
}

static void on_quiet(struct loop_timer *timer)
{
    loop_break(timer->data);
}

static void on_answer(struct loop_io *io, int events)
{
    char bytes[4096];

    (void)events;
    loop_timer_start(&quiet, 0); /* and what comes with it */
    if (read(io->fd, bytes, sizeof(bytes)) <= 0) {
        loop_break(io->data);
    }
}

static void start(void)
{
    struct server_options options = {.host = "127.0.0.1"};
    struct err err = {""};

    loop = loop_new();
    server = server_new(loop, &options, on_call, NULL, &err);
    ENSURE(server);
    loop_timer_init(&quiet, loop, on_quiet, loop);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct linger reset = {.l_onoff = 1}; /* leaves no port waiting */
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    if (!server) {
        start();
    }
    address.sin_port = htons((uint16_t)server_port(server));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ENSURE(fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    (void)!send(fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    loop_io_init(&client, loop, fd, on_answer, loop);
    loop_io_watch(&client, LOOP_READ);
    loop_timer_start(&quiet, NS_PER_MS);
    loop_run(loop);
    loop_io_watch(&client, 0);
    close(fd);
    loop_timer_start(&quiet, 0); /* the server hears of it */
    loop_run(loop);
    return 0;
}
