/* SPDX-License-Identifier: MIT */
/* The transport on a real loop against a real server in this process. */
#include "http/curl.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "check.h"
#include "http/curl_sockets.h"
#include "server.h"

static struct loop *loop;
static struct transport *transport;
static const struct transport_ops *ops;
static struct server *server;
static struct loop_timer watchdog;
static int running, finished;

/* ---- Helpers ---- */

static void on_watchdog(struct loop_timer *timer)
{
    (void)timer;
    fprintf(stderr, "%s: the loop hangs\n", check_row);
    abort();
}

static int set_up(void **state)
{
    (void)state;
    loop = loop_new();
    transport = curl_transport_new(loop);
    ops = transport->ops;
    server = server_new();
    loop_timer_init(&watchdog, loop, on_watchdog, NULL);
    loop_timer_start(&watchdog, 20 * NS_PER_S);
    running = finished = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    CHECK_EQ(ops->counts(transport)->connections_open, 0);
    loop_timer_stop(&watchdog);
    ops->free(transport);
    loop_free(loop);
    server_free(server);
    return 0;
}

static struct transport_client *new_client(void)
{
    struct client_options options = {0};
    struct err err;
    struct transport_client *client = ops->client_new(transport, &options, &err);

    CHECK(client);
    return client;
}

/* A path on the server as a URL; good until eight more were made. */
static const char *at(const char *path)
{
    static char urls[8][300];
    static unsigned next;
    char *url = urls[next++ % 8];

    snprintf(url, sizeof(urls[0]), "http://127.0.0.1:%d%s", server_port(server), path);
    return url;
}

static void on_done(struct exchange *exchange)
{
    (void)exchange;
    finished++;
    if (--running == 0) {
        loop_break(loop);
    }
}

static struct exchange request(const char *method, const char *url)
{
    return (struct exchange){
        .method = method,
        .url = url,
        .timeout_ns = 10 * NS_PER_S,
        .connect_timeout_ns = 5 * NS_PER_S,
        .max_body_bytes = 1000000,
        .follow_redirects = true,
        .on_done = on_done,
    };
}

static void start(struct transport_client *client, struct exchange *exchange)
{
    running++;
    ops->start(client, exchange);
}

static void perform(struct transport_client *client, struct exchange *exchange)
{
    int before = finished;

    start(client, exchange);
    CHECK_EQ(finished, before); /* never before start() returned */
    loop_run(loop);
    CHECK_EQ(finished, before + 1);
}

/* The body of a GET, which must succeed; good until the next. */
static const char *get(struct transport_client *client, const char *path)
{
    static char body[20000];
    struct exchange exchange = request("GET", at(path));

    perform(client, &exchange);
    CHECK_STR(exchange.error, NULL);
    snprintf(body, sizeof(body), "%s", buf_text(&exchange.answer_body));
    exchange_fini(&exchange);
    return body;
}

static void check_error(struct transport_client *client, struct exchange exchange,
                        const char *error)
{
    perform(client, &exchange);
    CHECK_STR(exchange.error, error);
    CHECK_EQ(exchange.status, 0);
    CHECK_EQ(exchange.answer_body.length, 0);
    exchange_fini(&exchange);
}

static void on_pause(struct loop_timer *timer)
{
    (void)timer;
    loop_break(loop);
}

static void run_for(int64_t ns)
{
    struct loop_timer timer;

    loop_timer_init(&timer, loop, on_pause, NULL);
    loop_timer_start(&timer, ns);
    loop_run(loop);
    loop_timer_stop(&timer);
}

/* ---- Connections, cookies ---- */

static void test_keep_alive(void **state)
{
    struct transport_client *a = new_client(), *b = new_client();

    (void)state;
    CHECK_STR(get(a, "/connection"), "1");
    CHECK_STR(get(b, "/connection"), "2");
    CHECK_STR(get(a, "/connection"), "1");
    CHECK_STR(get(b, "/connection"), "2");
    CHECK_EQ(ops->counts(transport)->connections_open, 2);
    ops->client_free(a);
    CHECK_EQ(ops->counts(transport)->connections_open, 1);
    ops->client_free(b);
    CHECK_EQ(ops->counts(transport)->connections_opened, 2);
}

static void test_cookies(void **state)
{
    struct transport_client *a = new_client(), *b = new_client();

    (void)state;
    get(a, "/cookie?color=red");
    CHECK(strstr(get(a, "/echo"), "\r\nCookie: color=red\r\n"));
    CHECK(!strstr(get(b, "/echo"), "Cookie"));

    CHECK_ROW("parallel exchanges share the jar");
    struct exchange slow = request("GET", at("/delay/50")), echo = request("GET", at("/echo"));

    start(a, &slow);
    start(a, &echo);
    loop_run(loop);
    CHECK(strstr(buf_text(&echo.answer_body), "Cookie: color=red"));
    exchange_fini(&slow);
    exchange_fini(&echo);

    CHECK_ROW("set by hand, before the first exchange too");
    struct transport_client *c = new_client();

    ops->cookie_set(c, at("/some/path"), "name", "the value");
    ops->cookie_set(c, at("/"), "bad", "line\nbreak");
    CHECK(strstr(get(c, "/echo"), "\r\nCookie: name=the value\r\n"));
    CHECK_ROW("cleared");
    ops->cookies_clear(a);
    ops->cookies_clear(b);
    ops->cookies_clear(c);
    CHECK(!strstr(get(a, "/echo"), "Cookie"));
    CHECK(!strstr(get(c, "/echo"), "Cookie"));
    ops->client_free(a);
    ops->client_free(b);
    ops->client_free(c);
}

static void test_retried(void **state)
{
    struct transport_client *client = new_client();
    struct exchange exchange = request("GET", at("/once"));

    (void)state;
    CHECK_STR(get(client, "/once"), "once");
    perform(client, &exchange);
    CHECK_STR(exchange.error, NULL);
    CHECK(exchange.retried);
    CHECK_EQ(exchange.connections, 1);
    CHECK_EQ(ops->counts(transport)->reconnects, 1);
    exchange_fini(&exchange);

    CHECK_ROW("closed while idle: noticed, not sent twice");
    exchange = request("GET", at("/connection"));
    get(client, "/last");
    run_for(50 * NS_PER_MS);
    CHECK_EQ(ops->counts(transport)->idle_closed, 1);
    perform(client, &exchange);
    CHECK_STR(exchange.error, NULL);
    CHECK(!exchange.retried);
    exchange_fini(&exchange);
    ops->client_free(client);
}

/* ---- Requests ---- */

static void check_request(const char *words, struct exchange exchange, const char *const *present,
                          const char *const *absent)
{
    struct transport_client *client = new_client();

    CHECK_ROW(words);
    perform(client, &exchange);
    CHECK_STR(exchange.error, NULL);
    for (; *present; present++) {
        if (!strstr(buf_text(&exchange.answer_body), *present)) {
            fail_msg("%s: no \"%s\" in: %s", words, *present, buf_text(&exchange.answer_body));
        }
    }
    for (; *absent; absent++) {
        if (strcasestr(buf_text(&exchange.answer_body), *absent)) {
            fail_msg("%s: \"%s\" in: %s", words, *absent, buf_text(&exchange.answer_body));
        }
    }
    exchange_fini(&exchange);
    ops->client_free(client);
}

#define TEXTS(...) ((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

static void test_requests(void **state)
{
    static const char *const bodied[] = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "GET"};
    static const char *const bare[] = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    char first[100];

    (void)state;
    check_request("plain GET",
                  request("GET", at("/echo")),
                  TEXTS("GET /echo HTTP/1.1\r\n",
                        "\r\nUser-Agent: cicada/",
                        "\r\nAccept: */*\r\n",
                        "\r\nAccept-Encoding: gzip, deflate\r\n"),
                  TEXTS("Content-", "Expect", "Cookie", "Authorization"));
    for (size_t i = 0; i < sizeof(bare) / sizeof(bare[0]); i++) {
        snprintf(first, sizeof(first), "%s /echo HTTP/1.1\r\n", bare[i]);
        check_request("no body: length 0, as requests sends it",
                      request(bare[i], at("/echo")),
                      TEXTS(first, "\r\nContent-Length: 0\r\n"),
                      TEXTS("Content-Type", "Expect"));
    }
    for (size_t i = 0; i < sizeof(bodied) / sizeof(bodied[0]); i++) {
        struct exchange exchange = request(bodied[i], at("/echo"));

        exchange.body = "a=1&b=2";
        exchange.body_bytes = 7;
        snprintf(first, sizeof(first), "%s /echo HTTP/1.1\r\n", bodied[i]);
        check_request("body",
                      exchange,
                      TEXTS(first, "\r\nContent-Length: 7\r\n", "\r\n\r\na=1&b=2"),
                      TEXTS("Content-Type", "Expect"));
    }

    struct exchange exchange = request("POST", at("/echo"));

    exchange.body = "{}";
    exchange.body_bytes = 2;
    exchange.headers = TEXTS("content-type: application/json",
                             "User-Agent: me",
                             "Accept:text/html",
                             "X-Empty: ",
                             "X-Other: 1");
    check_request("headers override the defaults",
                  exchange,
                  TEXTS("\r\ncontent-type: application/json\r\n",
                        "\r\nUser-Agent: me\r\n",
                        "\r\nAccept:text/html\r\n",
                        "\r\nX-Empty:\r\n",
                        "\r\nX-Other: 1\r\n"),
                  TEXTS("cicada", "*/*"));

    exchange = request("GET", at("/echo"));
    exchange.auth_name = "user";
    exchange.auth_password = "secret";
    check_request("basic authentication",
                  exchange,
                  TEXTS("\r\nAuthorization: Basic dXNlcjpzZWNyZXQ=\r\n"),
                  TEXTS());
    check_request("a URL that needs quoting",
                  request("GET", at("/echo?a b=\xc3\xa9")),
                  TEXTS("GET /echo?a%20b=%C3%A9 HTTP/1.1"),
                  TEXTS());
}

static void test_large_body(void **state)
{
    struct transport_client *client = new_client();
    struct exchange exchange = request("POST", at("/echo"));
    char *body = malloc(2000000);

    (void)state;
    memset(body, 'x', 2000000);
    exchange.body = body;
    exchange.body_bytes = 2000000;
    exchange.max_body_bytes = 3000000;
    perform(client, &exchange);
    CHECK_STR(exchange.error, NULL);
    CHECK(exchange.answer_bytes > 2000000);
    CHECK(!strcasestr(buf_text(&exchange.answer_body), "expect:")); /* no waiting for a 100 */
    exchange_fini(&exchange);
    free(body);
    ops->client_free(client);
}

/* One client goes through all kinds of requests: what one sets must not leak into the next. */
static void test_handle_reuse(void **state)
{
    struct transport_client *client = new_client();
    struct exchange exchange = request("PUT", at("/echo"));
    char method[8] = "PATCH";

    (void)state;
    exchange.body = "body";
    exchange.body_bytes = 4;
    exchange.headers = TEXTS("X-A: 1");
    exchange.auth_name = "u";
    perform(client, &exchange);
    CHECK(strstr(buf_text(&exchange.answer_body), "PUT /echo"));
    exchange_fini(&exchange);

    const char *echo = get(client, "/echo");

    CHECK(strncmp(echo, "GET /echo HTTP/1.1\r\n", 20) == 0);
    CHECK(!strstr(echo, "X-A") && !strstr(echo, "Authorization") && !strstr(echo, "Content-"));

    exchange = request("HEAD", at("/echo"));
    perform(client, &exchange);
    CHECK_EQ(exchange.status, 200);
    CHECK_EQ(exchange.answer_body.length, 0);
    exchange_fini(&exchange);

    exchange = request(method, at("/echo"));
    perform(client, &exchange);
    memset(method, 0, sizeof(method));
    CHECK(strncmp(buf_text(&exchange.answer_body), "PATCH ", 6) == 0);
    exchange_fini(&exchange);
    CHECK(strncmp(get(client, "/echo"), "GET ", 4) == 0);
    exchange = request("POST", at("/echo"));
    perform(client, &exchange);
    CHECK(strncmp(buf_text(&exchange.answer_body), "POST ", 5) == 0);
    exchange_fini(&exchange);
    CHECK_EQ(server_connections(server), 1);
    ops->client_free(client);
}

/* ---- Answers ---- */

static void test_answer(void **state)
{
    struct transport_client *client = new_client();
    struct exchange exchange = request("GET", at("/echo"));
    size_t length;

    (void)state;
    perform(client, &exchange);
    CHECK_EQ(exchange.status, 200);
    CHECK_EQ(exchange.connections, 1);
    CHECK_EQ(exchange.answer_bytes, exchange.answer_body.length);
    CHECK(exchange.wire_bytes > exchange.answer_bytes);
    CHECK(!exchange.answer_url);
    CHECK(exchange_header(&exchange, "content-type", &length));
    CHECK_EQ(length, strlen("text/plain"));
    CHECK(exchange.times.connect_ns > 0);
    CHECK(exchange.times.first_byte_ns > 0);
    CHECK(exchange.times.total_ns >= exchange.times.first_byte_ns);
    CHECK_EQ(exchange.times.tls_ns, 0);

    CHECK_ROW("on the same connection, into a used exchange");
    perform(client, &exchange);
    CHECK_EQ(exchange.connections, 0);
    CHECK_EQ(exchange.times.connect_ns, 0);
    CHECK_EQ(exchange.times.dns_ns, 0);
    exchange_fini(&exchange);

    CHECK_ROW("an error status is an answer");
    exchange = request("GET", at("/status/503"));
    perform(client, &exchange);
    CHECK_EQ(exchange.status, 503);
    CHECK_STR(exchange.error, NULL);
    exchange_fini(&exchange);

    CHECK_ROW("the time includes the server's");
    exchange = request("GET", at("/delay/60"));
    perform(client, &exchange);
    CHECK(exchange.times.total_ns >= 60 * NS_PER_MS);
    exchange_fini(&exchange);

    CHECK_ROW("discarded bodies are counted");
    exchange = request("GET", at("/size/50000"));
    exchange.discard_body = true;
    perform(client, &exchange);
    CHECK_EQ(exchange.answer_bytes, 50000);
    CHECK_EQ(exchange.answer_body.length, 0);
    exchange_fini(&exchange);
    ops->client_free(client);
}

static void test_limits(void **state)
{
    struct transport_client *client = new_client();
    struct exchange exchange = request("GET", at("/size/1000"));

    (void)state;
    exchange.max_body_bytes = 1000;
    perform(client, &exchange);
    CHECK_STR(exchange.error, NULL);
    CHECK_EQ(exchange.answer_body.length, 1000);
    exchange_fini(&exchange);
    exchange.max_body_bytes = 999;
    check_error(client, exchange, "HTTPException('got more than 999 bytes of body')");
    exchange.url = at("/bomb");
    exchange.max_body_bytes = 100000;
    perform(client, &exchange);
    CHECK_STR(exchange.error, "HTTPException('got more than 100000 bytes of body')");
    CHECK(exchange.answer_bytes < 200000);
    exchange_fini(&exchange);
    exchange = request("GET", at("/headers/98"));
    perform(client, &exchange);
    CHECK_STR(exchange.error, NULL);
    exchange_fini(&exchange);
    check_error(
        client, request("GET", at("/headers/99")), "HTTPException('got more than 100 headers')");
    ops->client_free(client);
}

/* ---- Redirects ---- */

static void test_redirects(void **state)
{
    static const struct {
        const char *words, *method;
        int status;
        const char *then;
        bool body_kept;
    } rows[] = {
        {"GET stays", "GET", 302, "GET", false},
        {"POST turns to GET", "POST", 301, "GET", false},
        {"POST turns to GET", "POST", 302, "GET", false},
        {"POST turns to GET", "POST", 303, "GET", false},
        {"POST stays", "POST", 307, "POST", true},
        {"POST stays", "POST", 308, "POST", true},
        {"PUT keeps its name but loses its body", "PUT", 301, "PUT", false},
        {"PUT turns to GET", "PUT", 302, "GET", false},
        {"PUT turns to GET", "PUT", 303, "GET", false},
        {"PUT stays", "PUT", 307, "PUT", true},
        {"DELETE turns to GET", "DELETE", 303, "GET", false},
        {"PATCH stays", "PATCH", 308, "PATCH", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char path[100], first[100];
        bool sends = strcmp(rows[i].method, "GET") != 0;

        snprintf(path, sizeof(path), "/moved/%d?/echo", rows[i].status);
        snprintf(first, sizeof(first), "%s /echo HTTP/1.1\r\n", rows[i].then);
        struct exchange exchange = request(rows[i].method, at(path));

        exchange.headers = TEXTS("Content-Type: text/x", "Authorization: token");
        exchange.body = sends ? "the body" : NULL;
        exchange.body_bytes = sends ? 8 : 0;
        if (rows[i].body_kept) {
            check_request(rows[i].words,
                          exchange,
                          TEXTS(first, "text/x", "Authorization: token", "\r\n\r\nthe body"),
                          TEXTS());
        } else {
            check_request(rows[i].words,
                          exchange,
                          TEXTS(first, "Authorization: token"),
                          TEXTS("the body", "Content-"));
        }
    }

    struct transport_client *client = new_client();
    struct exchange exchange = request("HEAD", at("/moved/302?/echo"));

    CHECK_ROW("HEAD is not followed");
    perform(client, &exchange);
    CHECK_EQ(exchange.status, 302);
    exchange_fini(&exchange);

    CHECK_ROW("nobody asked to follow");
    exchange = request("GET", at("/moved/302?/echo"));
    exchange.follow_redirects = false;
    perform(client, &exchange);
    CHECK_EQ(exchange.status, 302);
    CHECK_STR(buf_text(&exchange.answer_body), "go");
    exchange_fini(&exchange);

    CHECK_ROW("the last URL is told");
    exchange = request("GET", at("/moved/302?/echo"));
    perform(client, &exchange);
    CHECK_STR(exchange.answer_url, at("/echo"));
    exchange_fini(&exchange);

    CHECK_ROW("a loop ends");
    check_error(client, request("GET", at("/loop")), "TooManyRedirects('Exceeded 30 redirects.')");
    CHECK_ROW("only http and https");
    check_error(client,
                request("GET", at("/moved/302?file:///etc/passwd")),
                "InvalidSchema(\"No connection adapters were found for 'file:///etc/passwd'\")");
    ops->client_free(client);
}

/* The same server under another name is another host. */
static void test_redirect_elsewhere(void **state)
{
    char path[100];
    struct exchange exchange;

    (void)state;
    snprintf(path, sizeof(path), "/moved/307?http://localhost:%d/echo", server_port(server));
    exchange = request("GET", at(path));
    exchange.headers = TEXTS("Authorization: token", "Cookie: by=hand", "X-Mine: 1");
    exchange.auth_name = "user";
    check_request("neither credentials nor cookies leave the host",
                  exchange,
                  TEXTS("GET /echo", "X-Mine: 1"),
                  TEXTS("Authorization", "Cookie"));
}

/* ---- Failures ---- */

static void test_failures(void **state)
{
    struct transport_client *client = new_client();

    (void)state;
    CHECK_ROW("refused");
    check_error(client,
                request("GET", "http://127.0.0.1:1/"),
                "ConnectionRefusedError(111, 'Connection refused')");
    CHECK_ROW("reset");
    check_error(client,
                request("GET", at("/reset")),
                "ConnectionResetError(104, 'Connection reset by peer')");
    CHECK_ROW("closed");
    check_error(client,
                request("GET", at("/close")),
                "RemoteDisconnected('Remote end closed connection without response')");
    CHECK_ROW("truncated");
    check_error(client,
                request("GET", at("/truncated")),
                "ChunkedEncodingError(ProtocolError('Connection broken: IncompleteRead(10 bytes "
                "read, 90 more expected)', IncompleteRead(10 bytes read, 90 more expected)))");
    CHECK_ROW("garbage");
    check_error(client, request("GET", at("/garbage")), "BadStatusLine('this is not http\\r\\n')");
    CHECK_ROW("unknown host");
    check_error(client,
                request("GET", "http://no-such-host.invalid/"),
                "gaierror(-2, 'Name or service not known')");
    CHECK_ROW("header that smuggles");
    struct exchange exchange = request("GET", at("/echo"));

    exchange.headers = TEXTS("X: a\r\nY: b");
    perform(client, &exchange);
    CHECK(strncmp(exchange.error, "InvalidHeader(", 14) == 0);
    exchange_fini(&exchange);
    CHECK_ROW("the client is none the worse");
    CHECK_STR(get(client, "/delay/1"), "late");
    ops->client_free(client);
}

static void test_timeouts(void **state)
{
    static const struct {
        const char *path, *error;
    } rows[] = {
        {"/slow", "ReadTimeout(ReadTimeoutError("},
        {"/stall", "ReadTimeoutError("},
    };
    struct transport_client *client = new_client();

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct exchange exchange = request("GET", at(rows[i].path));

        CHECK_ROW(rows[i].path);
        exchange.timeout_ns = 100 * NS_PER_MS;
        perform(client, &exchange);
        CHECK(strncmp(exchange.error, rows[i].error, strlen(rows[i].error)) == 0);
        CHECK(exchange.times.total_ns >= 99 * NS_PER_MS);
        exchange_fini(&exchange);
    }
    ops->client_free(client);
}

/* ---- Many at once, and leaving early ---- */

static void test_parallel(void **state)
{
    struct transport_client *client = new_client();
    struct exchange exchanges[20];

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 20; i++) {
            exchanges[i] = request("GET", at("/delay/100"));
            start(client, &exchanges[i]);
        }
        int64_t began_ns = clock_mono_ns();

        loop_run(loop);
        int64_t wall_ns = clock_mono_ns() - began_ns, sum_ns = 0;

        for (size_t i = 0; i < 20; i++) {
            sum_ns += exchanges[i].times.total_ns;
            CHECK_STR(exchanges[i].error, NULL);
            CHECK_STR(buf_text(&exchanges[i].answer_body), "late");
            exchange_fini(&exchanges[i]);
        }
        CHECK(sum_ns > 5 * wall_ns); /* one after the other they are equal */
    }
    ops->client_free(client);
}

static void test_options(void **state)
{
    struct client_options options = {.ca_file = "/nonexistent"};
    struct err err;

    (void)state;
    CHECK(!ops->client_new(transport, &options, &err));
    CHECK_STR(err.text,
              "can't read the certificates in \"/nonexistent\": No such file or directory");
    options = (struct client_options){.proxy = "http://a:b:c"};
    CHECK(!ops->client_new(transport, &options, &err));
    CHECK_STR(err.text, "\"http://a:b:c\" is not a proxy's URL");

    CHECK_ROW("through a proxy, which looks the name up");
    char proxy[100];

    snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", server_port(server));
    options = (struct client_options){.proxy = proxy};
    struct transport_client *client = ops->client_new(transport, &options, &err);
    struct exchange exchange = request("GET", "http://no-such-host.invalid/x");

    perform(client, &exchange);
    CHECK_EQ(exchange.status, 404);
    exchange_fini(&exchange);
    ops->client_free(client);

    CHECK_ROW("HTTP/2 wanted, but plain HTTP: exchanges don't wait for each other");
    options = (struct client_options){.http2 = true};
    client = ops->client_new(transport, &options, &err);
    struct exchange exchanges[3];

    get(client, "/connection");
    for (size_t i = 0; i < 3; i++) {
        exchanges[i] = request("GET", at("/delay/500"));
        start(client, &exchanges[i]);
    }
    loop_run(loop);
    for (size_t i = 0; i < 3; i++) {
        CHECK(exchanges[i].times.total_ns < 1400 * NS_PER_MS); /* one after the other: 1.5 s */
        exchange_fini(&exchanges[i]);
    }
    ops->client_free(client);
}

static struct transport_client *acting_client;
static struct exchange *acting_exchange;

static void on_done_start(struct exchange *exchange)
{
    int *left = exchange->data;

    exchange_fini(exchange);
    if (--*left > 0) {
        ops->start(acting_client, exchange);
    } else {
        loop_break(loop);
    }
}

static void on_done_free(struct exchange *exchange)
{
    (void)exchange;
    ops->client_free(acting_client);
    loop_break(loop);
}

static void on_done_cancel(struct exchange *exchange)
{
    (void)exchange;
    ops->cancel(acting_client, acting_exchange);
    loop_break(loop);
}

static void test_acting_in_on_done(void **state)
{
    struct exchange exchange = request("GET", at("/connection"));
    int left = 100;

    (void)state;
    CHECK_ROW("starting again, over and over");
    acting_client = new_client();
    exchange.on_done = on_done_start;
    exchange.data = &left;
    ops->start(acting_client, &exchange);
    loop_run(loop);
    CHECK_EQ(left, 0);
    CHECK_EQ(server_connections(server), 1);

    CHECK_ROW("starting again after failures that come at once");
    left = 100;
    exchange.url = "http://127.0.0.1:99999/";
    ops->start(acting_client, &exchange);
    loop_run(loop);
    CHECK_EQ(left, 0);

    CHECK_ROW("cancelling another one that ended in the same round");
    struct exchange a = request("GET", "http:///"), b = request("GET", "http:///");

    a.on_done = b.on_done = on_done_cancel;
    acting_exchange = &b;
    ops->start(acting_client, &a);
    ops->start(acting_client, &b);
    loop_run(loop);
    CHECK(a.error && b.error);
    exchange_fini(&a);
    exchange_fini(&b);

    CHECK_ROW("freeing the client with another exchange running");
    a = request("GET", at("/connection"));
    b = request("GET", at("/slow"));
    a.on_done = on_done_free;
    ops->start(acting_client, &b);
    ops->start(acting_client, &a);
    loop_run(loop);
    CHECK_STR(a.error, NULL);
    CHECK_EQ(ops->counts(transport)->cancelled, 2);
    exchange_fini(&a);
    exchange_fini(&b);
}

static void test_cancel(void **state)
{
    static const char *const paths[] = {"/connection", "/slow", "/stall", "/delay/20", "/loop"};
    struct transport_client *client = new_client();

    (void)state;
    for (int64_t after_ms = -1; after_ms <= 30; after_ms += 10) {
        for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
            struct exchange exchange = request("GET", at(paths[i]));

            CHECK_ROW(paths[i]);
            start(client, &exchange);
            if (after_ms >= 0) {
                run_for(after_ms * NS_PER_MS);
            }
            ops->cancel(client, &exchange);
            ops->cancel(client, &exchange); /* not running: fine */
            exchange_fini(&exchange);
            running = 0;
        }
    }
    CHECK_ROW("while its name is looked up");
    struct exchange exchange = request("GET", "http://localhost:1/");

    start(client, &exchange);
    ops->cancel(client, &exchange);
    running = 0;
    run_for(20 * NS_PER_MS);
    CHECK_ROW("the client still works");
    CHECK_STR(get(client, "/delay/1"), "late");
    const struct transport_counts *counts = ops->counts(transport);

    CHECK_EQ(counts->started, counts->finished + counts->cancelled);
    ops->client_free(client);
}

static void test_client_free(void **state)
{
    static struct exchange exchanges[4];

    (void)state;
    for (int64_t after_ms = 0; after_ms <= 20; after_ms += 10) {
        struct transport_client *client = new_client();

        exchanges[0] = request("GET", at("/slow"));
        exchanges[1] = request("GET", at("/stall"));
        exchanges[2] = request("GET", "http://no-such-host.invalid/");
        exchanges[3] = request("GET", "http:///");
        for (size_t i = 0; i < 4; i++) {
            exchanges[i].on_done = after_ms ? on_done : NULL;
            running = 100;
            ops->start(client, &exchanges[i]);
        }
        if (after_ms) {
            run_for(after_ms * NS_PER_MS);
        }
        ops->client_free(client);
        run_for(5 * NS_PER_MS);
        for (size_t i = 0; i < 4; i++) {
            exchange_fini(&exchanges[i]);
        }
    }
    ops->client_free(NULL);
    ops->client_free(new_client()); /* never used */
}

/* ---- The process's limits, names ---- */

static void test_descriptors_run_out(void **state)
{
    enum { CLIENTS = 100 };
    struct transport_client *clients[CLIENTS];
    static struct exchange exchanges[CLIENTS];
    struct rlimit old, limit;
    int failed = 0;

    (void)state;
    /* Connected by the kernel, never accepted: the server's ends must not use up descriptors. */
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    char url[100];

    CHECK(bind(listener, (struct sockaddr *)&address, size) == 0 && listen(listener, 1000) == 0);
    getsockname(listener, (struct sockaddr *)&address, &size);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/", ntohs(address.sin_port));
    getrlimit(RLIMIT_NOFILE, &old);
    limit = old;
    limit.rlim_cur = 100;
    setrlimit(RLIMIT_NOFILE, &limit);
    struct transport *limited = curl_transport_new(loop);

    for (int i = 0; i < CLIENTS; i++) {
        struct client_options options = {0};
        struct err err;

        clients[i] = ops->client_new(limited, &options, &err);
        exchanges[i] = request("GET", url);
        exchanges[i].timeout_ns = NS_PER_S;
        start(clients[i], &exchanges[i]);
    }
    int64_t cpu_ns = clock_cpu_ns();

    loop_run(loop);
    CHECK(clock_cpu_ns() - cpu_ns < 600 * NS_PER_MS); /* no spinning for the 1 s it takes */
    for (int i = 0; i < CLIENTS; i++) {
        if (strncmp(exchanges[i].error, "ReadTimeout", 11) != 0) {
            CHECK_STR(exchanges[i].error, "OSError(24, 'Too many open files')");
            failed++;
        }
        exchange_fini(&exchanges[i]);
    }
    CHECK(failed >= 25 && failed < 50); /* a quarter is reserved, some were open before */
    int spare = dup(0);

    CHECK(spare >= 0 && spare < 100);
    close(spare);
    for (int i = 0; i < CLIENTS; i++) {
        ops->client_free(clients[i]);
    }
    ops->free(limited);
    setrlimit(RLIMIT_NOFILE, &old);
    close(listener);
}

static void test_resolve(void **state)
{
    struct transport_client *client = new_client();
    struct err err;
    char url[100];

    (void)state;
    CHECK(ops->resolve(transport, "http://127.0.0.1:80/", &err));
    CHECK(ops->resolve(transport, "http://localhost/", &err));
    CHECK(!ops->resolve(transport, "http://no-such-host.invalid/", &err));
    CHECK_STR(err.text, "can't find host \"no-such-host.invalid\": Name or service not known");
    CHECK(!ops->resolve(transport, "nonsense", &err));
    snprintf(url, sizeof(url), "http://localhost:%d/echo", server_port(server));
    for (int i = 0; i < 3; i++) {
        struct exchange exchange = request("GET", url);

        perform(client, &exchange);
        CHECK_STR(exchange.error, NULL);
        CHECK(strstr(buf_text(&exchange.answer_body), "\r\nHost: localhost:"));
        exchange_fini(&exchange);
    }
    ops->client_free(client);
}

/* libcurl keeps the first message of a transfer, though the first attempt is forgotten. */
static void test_retried_and_failed(void **state)
{
    static const struct {
        const char *before, *path, *error;
    } rows[] = {
        {"/once",
         "/bad-gzip",
         "ContentDecodingError(DecodeError('Received response with content-encoding: gzip, but "
         "failed to decode it.', error('Error -3 while decompressing data: incorrect header "
         "check')))"},
        {"/once-reset",
         "/bad-gzip",
         "ContentDecodingError(DecodeError('Received response with content-encoding: gzip, but "
         "failed to decode it.', error('Error -3 while decompressing data: Unrecognized or bad "
         "HTTP Content or Transfer-Encoding')))"},
        {"/once-reset", "/reset", "ConnectionResetError(104, 'Connection reset by peer')"},
        {"/once-reset",
         "/close",
         "RemoteDisconnected('Remote end closed connection without response')"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct transport_client *client = new_client();
        struct exchange exchange = request("GET", at(rows[i].path));

        CHECK_ROW(rows[i].path);
        CHECK_STR(get(client, rows[i].before), "once");
        perform(client, &exchange);
        CHECK(exchange.retried);
        CHECK_STR(exchange.error, rows[i].error);
        exchange_fini(&exchange);
        ops->client_free(client);
    }
}

static void on_line(void *data, enum log_level level, const char *line)
{
    *(unsigned *)data += level == LOG_WARNING && strstr(line, "ip_local_port_range");
}

static void test_ports_hint(void **state)
{
    struct curl_sockets sockets = {.ports_warned = false};
    unsigned lines = 0;

    (void)state;
    log_set_observer(on_line, &lines);
    for (int i = 0; i < 3; i++) {
        curl_sockets_no_port(&sockets);
    }
    log_set_observer(NULL, NULL);
    CHECK_EQ(lines, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_keep_alive),
        TEST(test_cookies),
        TEST(test_retried),
        TEST(test_retried_and_failed),
        TEST(test_ports_hint),
        TEST(test_requests),
        TEST(test_large_body),
        TEST(test_handle_reuse),
        TEST(test_answer),
        TEST(test_limits),
        TEST(test_redirects),
        TEST(test_redirect_elsewhere),
        TEST(test_failures),
        TEST(test_timeouts),
        TEST(test_parallel),
        TEST(test_options),
        TEST(test_acting_in_on_done),
        TEST(test_cancel),
        TEST(test_client_free),
        TEST(test_descriptors_run_out),
        TEST(test_resolve),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
