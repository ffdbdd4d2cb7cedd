/* SPDX-License-Identifier: MIT */
/* Two links on one loop, over the machine's own loopback. */
#include "runner/link.h"

#include <stdlib.h>
#include <zmq.h>

#include "base/buf.h"
#include "base/ensure.h"
#include "base/log.h"
#include "spin.h"

struct ear {
    struct link *link;
    int count, ups, downs;
    struct buf heard; /* all messages, one after the other */
    char from[256];   /* of the last one */
    size_t last_length;
    bool free_it, reopen; /* at the next message */
};

static void on_message(void *data, struct link_peer from, const void *bytes, size_t length)
{
    struct ear *ear = data;

    ear->count++;
    ear->last_length = length;
    buf_add(&ear->heard, bytes, length);
    memcpy(ear->from, from.id ? from.id : "", from.length);
    ear->from[from.length] = '\0';
    if (ear->free_it) {
        link_free(ear->link);
        ear->link = NULL;
    }
    if (ear->reopen) {
        ear->reopen = false;
        link_reopen(ear->link);
    }
}

static void on_session(void *data, bool up)
{
    struct ear *ear = data;

    ear->ups += up;
    ear->downs += !up;
}

static void forget(struct ear *ear)
{
    ear->count = 0;
    buf_clear(&ear->heard);
}

static void listen_with(struct ear *ear, struct loop *loop, const char *host,
                        const struct link_curve *curve)
{
    struct link_events events = {.data = ear, .on_message = on_message};
    struct err err = {""};

    buf_init(&ear->heard, 64 << 20);
    ear->link = link_listen(loop, host, 0, curve, &events, &err);
    CHECK_STR(err.text, "");
    CHECK(link_port(ear->link) > 0);
}

static void connect_with(struct ear *ear, struct loop *loop, const char *host, int port,
                         const char *identity, const struct link_curve *curve)
{
    struct link_events events = {.data = ear, .on_message = on_message, .on_session = on_session};
    struct err err = {""};

    buf_init(&ear->heard, 64 << 20);
    ear->link = link_connect(loop, host, port, identity, curve, &events, &err);
    CHECK_STR(err.text, "");
    CHECK_EQ(link_port(ear->link), port);
}

static void close_ear(struct ear *ear)
{
    link_free(ear->link);
    buf_fini(&ear->heard);
}

static bool say(struct ear *ear, const char *to, const char *text)
{
    return link_send(
        ear->link, (struct link_peer){.id = to, .length = strlen(to)}, text, strlen(text));
}

/* A master, and a worker that has introduced itself. */
struct pair {
    struct loop *loop;
    struct ear master, worker;
};

static void open_pair(struct pair *pair)
{
    log_set_level(LOG_LEVELS);
    pair->loop = loop_new();
    listen_with(&pair->master, pair->loop, "127.0.0.1", NULL);
    connect_with(&pair->worker, pair->loop, "127.0.0.1", link_port(pair->master.link), "w_1", NULL);
    CHECK(say(&pair->worker, "", "hello"));
    AWAIT(pair->loop, pair->master.count == 1);
    CHECK_STR(pair->master.from, "w_1");
    AWAIT(pair->loop, pair->worker.ups == 1);
    forget(&pair->master);
}

static void close_pair(struct pair *pair)
{
    close_ear(&pair->worker);
    close_ear(&pair->master);
    loop_free(pair->loop);
}

static void both_ways(void **state)
{
    static const char nuls[] = "a\0b";
    struct link_peer nobody = {0};
    struct pair pair = {0};

    (void)state;
    CHECK_ROW("from the master, who has no name");
    open_pair(&pair);
    CHECK(say(&pair.master, "w_1", "welcome"));
    AWAIT(pair.loop, pair.worker.count == 1);
    CHECK_STR(buf_text(&pair.worker.heard), "welcome");
    CHECK_STR(pair.worker.from, "");
    CHECK_ROW("a peer that is not there");
    CHECK(!say(&pair.master, "w_2", "x"));
    CHECK(!say(&pair.master, "w_", "x"));
    CHECK(!say(&pair.master, "", "x"));
    CHECK_ROW("nothing, and NULs");
    CHECK(link_send(pair.worker.link, nobody, "", 0));
    CHECK(link_send(pair.worker.link, nobody, nuls, sizeof(nuls)));
    AWAIT(pair.loop, pair.master.count == 2);
    CHECK_EQ(pair.master.heard.length, sizeof(nuls));
    CHECK(memcmp(pair.master.heard.data, nuls, sizeof(nuls)) == 0);
    CHECK_ROW("one that has left");
    link_free(pair.worker.link);
    pair.worker.link = NULL;
    AWAIT(pair.loop, !say(&pair.master, "w_1", "x"));
    close_pair(&pair);
    link_free(NULL);
}

static void much(void **state)
{
    enum { LARGE = LINK_MESSAGE_MAX - 100, MANY = 2000 };
    char *large = calloc(1, LARGE);
    struct link_peer nobody = {0};
    struct pair pair = {0};
    struct buf want;

    (void)state;
    CHECK_ROW("a large message");
    open_pair(&pair);
    CHECK(link_send(pair.worker.link, nobody, large, LARGE));
    AWAIT(pair.loop, pair.master.count == 1);
    CHECK_EQ(pair.master.last_length, LARGE);
    free(large);
    CHECK_ROW("many, in their order");
    forget(&pair.master);
    buf_init(&want, 1 << 20);
    for (int i = 0; i < MANY; i++) {
        char text[16];

        snprintf(text, sizeof(text), "%d.", i);
        buf_puts(&want, text);
        CHECK(say(&pair.worker, "", text));
        CHECK(say(&pair.master, "w_1", text));
    }
    AWAIT(pair.loop, pair.master.count == MANY && pair.worker.count == MANY);
    CHECK_STR(buf_text(&pair.master.heard), buf_text(&want));
    CHECK_STR(buf_text(&pair.worker.heard), buf_text(&want));
    buf_fini(&want);
    close_pair(&pair);
}

/* What a worker says before its master is there reaches it; session news come with it. */
static void a_late_master(void **state)
{
    struct loop *loop = loop_new();
    struct ear master = {0}, worker = {0};
    struct link_events events = {.data = &master, .on_message = on_message};
    struct err err = {""};

    (void)state;
    CHECK_ROW("once it is there");
    log_set_level(LOG_LEVELS);
    listen_with(&master, loop, "127.0.0.1", NULL);
    int port = link_port(master.link);

    link_free(master.link);
    connect_with(&worker, loop, "127.0.0.1", port, "w_1", NULL);
    CHECK(say(&worker, "", "early"));
    spin(loop, 20 * NS_PER_MS);
    CHECK_EQ(worker.ups, 0);
    master.link = link_listen(loop, "127.0.0.1", port, NULL, &events, &err);
    CHECK_STR(err.text, "");
    AWAIT(loop, master.count == 1 && worker.ups == 1);
    CHECK_STR(buf_text(&master.heard), "early");
    CHECK_ROW("and when it is gone");
    link_free(master.link);
    master.link = NULL;
    AWAIT(loop, worker.downs == 1);
    close_ear(&worker);
    close_ear(&master);
    loop_free(loop);
}

static void addresses(void **state)
{
    static const struct {
        const char *row, *listen, *connect;
    } rows[] = {
        {"an address", "127.0.0.1", "127.0.0.1"},
        {"every interface", "*", "127.0.0.1"},
        {"a name to connect to", "127.0.0.1", "localhost"},
        {"IPv6", "::1", "::1"},
        {"IPv6 with brackets", "[::1]", "[::1]"},
        {"IPv6, every interface", "*", "::1"},
    };
    struct loop *loop = loop_new();
    struct link_events events = {.on_message = on_message};
    struct err err;
    struct link *six = link_listen(loop, "::1", 0, NULL, &events, &err); /* the machine has it */
    bool has_six = six != NULL;

    (void)state;
    link_free(six);
    log_set_level(LOG_LEVELS);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ear master = {0}, worker = {0};

        CHECK_ROW(rows[i].row);
        if (!has_six && strchr(rows[i].connect, ':')) {
            continue;
        }
        listen_with(&master, loop, rows[i].listen, NULL);
        connect_with(&worker, loop, rows[i].connect, link_port(master.link), "w_1", NULL);
        CHECK(say(&worker, "", "x"));
        AWAIT(loop, master.count == 1);
        close_ear(&worker);
        close_ear(&master);
    }
    loop_free(loop);
}

static void what_can_not_be(void **state)
{
    static char long_identity[LINK_PEER_MAX + 2];
    static const struct {
        const char *row, *host, *identity; /* no identity: listen */
        int port;                          /* -1: a busy one */
        const char *want;
    } rows[] = {
        {"a busy port", "127.0.0.1", NULL, -1, "can't listen for workers on tcp://127.0.0.1:"},
        {"an address of another machine",
         "192.0.2.1",
         NULL,
         0,
         "can't listen for workers on tcp://192.0.2.1:0: "},
        {"no address", "a b", NULL, 0, "can't listen for workers on tcp://a b:0: "},
        {"no host", "a b", "w_1", 5557, "can't connect to the master at tcp://a b:5557: "},
        {"no identity", "127.0.0.1", "", 5557, "identity must have 1 to 255 bytes"},
        {"too long a one", "127.0.0.1", long_identity, 5557, "identity must have 1 to 255 bytes"},
    };
    struct loop *loop = loop_new();
    struct ear busy = {0};

    (void)state;
    memset(long_identity, 'i', sizeof(long_identity) - 1);
    log_set_level(LOG_LEVELS);
    listen_with(&busy, loop, "127.0.0.1", NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct link_events events = {.on_message = on_message};
        int port = rows[i].port < 0 ? link_port(busy.link) : rows[i].port;
        struct err err = {""};

        CHECK_ROW(rows[i].row);
        CHECK(!(rows[i].identity
                    ? link_connect(loop, rows[i].host, port, rows[i].identity, NULL, &events, &err)
                    : link_listen(loop, rows[i].host, port, NULL, &events, &err)));
        if (!strstr(err.text, rows[i].want)) {
            fail_msg("%s: \"%s\" lacks \"%s\"", rows[i].row, err.text, rows[i].want);
        }
    }
    CHECK_ROW("the longest identity there is");
    struct ear worker = {0};

    long_identity[LINK_PEER_MAX] = '\0';
    connect_with(&worker, loop, "127.0.0.1", link_port(busy.link), long_identity, NULL);
    CHECK(say(&worker, "", "x"));
    AWAIT(loop, busy.count == 1);
    CHECK_STR(busy.from, long_identity);
    close_ear(&worker);
    close_ear(&busy);
    loop_free(loop);
}

static void reopening(void **state)
{
    struct pair pair = {0};

    (void)state;
    CHECK_ROW("closed at once");
    open_pair(&pair);
    link_reopen(pair.worker.link);
    CHECK(!say(&pair.worker, "", "lost"));
    link_reopen(pair.worker.link); /* under way already */
    CHECK_ROW("open a moment later, by the same name");
    AWAIT(pair.loop, pair.worker.ups == 2);
    CHECK(say(&pair.worker, "", "back"));
    AWAIT(pair.loop, pair.master.count == 1);
    CHECK_STR(buf_text(&pair.master.heard), "back");
    CHECK_STR(pair.master.from, "w_1");
    CHECK(say(&pair.master, "w_1", "good"));
    AWAIT(pair.loop, pair.worker.count == 1);
    CHECK_ROW("within a message's callback, further ones waiting");
    pair.worker.reopen = true;
    forget(&pair.worker);
    CHECK(say(&pair.master, "w_1", "reconnect"));
    CHECK(say(&pair.master, "w_1", "lost"));
    AWAIT(pair.loop, pair.worker.ups == 3);
    CHECK_STR(buf_text(&pair.worker.heard), "reconnect");
    AWAIT(pair.loop, say(&pair.worker, "", "again"));
    AWAIT(pair.loop, strcmp(buf_text(&pair.master.heard), "backagain") == 0);
    CHECK_ROW("freed while it is closed");
    link_reopen(pair.worker.link);
    close_pair(&pair);
}

static void freed_in_a_callback(void **state)
{
    struct pair pair = {0};

    (void)state;
    CHECK_ROW("further messages waiting");
    open_pair(&pair);
    pair.worker.free_it = true;
    for (int i = 0; i < 10; i++) {
        CHECK(say(&pair.master, "w_1", "x"));
    }
    AWAIT(pair.loop, pair.worker.count > 0);
    CHECK_EQ(pair.worker.count, 1);
    AWAIT(pair.loop, !say(&pair.master, "w_1", "x"));
    close_pair(&pair);
}

static void the_newest_of_a_name_wins(void **state)
{
    struct pair pair = {0};
    struct ear second = {0};

    (void)state;
    CHECK_ROW("a second connection of the same identity");
    open_pair(&pair);
    connect_with(&second, pair.loop, "127.0.0.1", link_port(pair.master.link), "w_1", NULL);
    CHECK(say(&second, "", "me"));
    AWAIT(pair.loop, pair.master.count == 1);
    CHECK(say(&pair.master, "w_1", "you"));
    AWAIT(pair.loop, second.count == 1);
    CHECK_EQ(pair.worker.count, 0);
    close_ear(&second);
    close_pair(&pair);
}

/* Frames that a link never sends, by a socket of our own. */
static void several_frames(void **state)
{
    struct pair pair = {0};
    void *context = zmq_ctx_new(), *dealer, *router;
    char address[64];
    int no = 0, port;
    size_t size = sizeof(address);

    (void)state;
    CHECK_ROW("to a master");
    open_pair(&pair);
    dealer = zmq_socket(context, ZMQ_DEALER);
    zmq_setsockopt(dealer, ZMQ_LINGER, &no, sizeof(no));
    zmq_setsockopt(dealer, ZMQ_ROUTING_ID, "d", 1);
    snprintf(address, sizeof(address), "tcp://127.0.0.1:%d", link_port(pair.master.link));
    CHECK_EQ(zmq_connect(dealer, address), 0);
    CHECK(zmq_send(dealer, "a", 1, ZMQ_SNDMORE) == 1 && zmq_send(dealer, "b", 1, 0) == 1);
    for (int i = 0; i < 3; i++) {
        CHECK(zmq_send(dealer, "", 0, ZMQ_SNDMORE) == 0);
    }
    CHECK(zmq_send(dealer, "c", 1, 0) == 1 && zmq_send(dealer, "d", 1, 0) == 1);
    AWAIT(pair.loop, pair.master.count > 0);
    CHECK_STR(buf_text(&pair.master.heard), "d");
    zmq_close(dealer);
    close_pair(&pair);

    CHECK_ROW("to a worker");
    router = zmq_socket(context, ZMQ_ROUTER);
    zmq_setsockopt(router, ZMQ_LINGER, &no, sizeof(no));
    CHECK_EQ(zmq_bind(router, "tcp://127.0.0.1:0"), 0);
    CHECK_EQ(zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, address, &size), 0);
    port = (int)strtol(strrchr(address, ':') + 1, NULL, 10);
    struct loop *loop = loop_new();
    struct ear worker = {0};

    connect_with(&worker, loop, "127.0.0.1", port, "w_1", NULL);
    CHECK(say(&worker, "", "hello"));
    CHECK_EQ(zmq_recv(router, address, sizeof(address), 0), 3);
    CHECK_EQ(zmq_recv(router, address, sizeof(address), 0), 5);
    CHECK(zmq_send(router, "w_1", 3, ZMQ_SNDMORE) == 3);
    CHECK(zmq_send(router, "a", 1, ZMQ_SNDMORE) == 1 && zmq_send(router, "b", 1, 0) == 1);
    CHECK(zmq_send(router, "w_1", 3, ZMQ_SNDMORE) == 3 && zmq_send(router, "c", 1, 0) == 1);
    AWAIT(loop, worker.count > 0);
    CHECK_STR(buf_text(&worker.heard), "c");
    close_ear(&worker);
    zmq_close(router);
    zmq_ctx_term(context);
    loop_free(loop);
}

/* ---- Encryption ---- */

static void keys(void **state)
{
    char secret[41], public[41], again[41], other[41];
    struct err err = {""};

    (void)state;
    CHECK_ROW("a public key belongs to a secret one");
    CHECK(link_curve_new(secret, public, &err));
    CHECK_EQ(strlen(secret), 40);
    CHECK(link_curve_public(secret, again, &err));
    CHECK_STR(again, public);
    CHECK(link_curve_new(other, again, &err));
    CHECK(strcmp(other, secret) != 0 && strcmp(again, public) != 0);
}

static void encrypted(void **state)
{
    enum key { RIGHT, WRONG, NONE };
    static const struct {
        const char *row;
        enum key server;
        bool heard;
    } rows[] = {
        {"the master's key", RIGHT, true},
        {"another's", WRONG, false},
        {"none at all", NONE, false},
    };
    char secret[41], public[41], worker_secret[41], worker_public[41];
    struct err err = {""};
    struct loop *loop = loop_new();
    struct ear master = {0};

    (void)state;
    log_set_level(LOG_LEVELS);
    CHECK(link_curve_new(secret, public, &err));
    CHECK(link_curve_new(worker_secret, worker_public, &err));
    listen_with(&master, loop, "127.0.0.1", &(struct link_curve){.secret = secret});
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct link_curve curve = {
            .server_public = rows[i].server == RIGHT ? public : worker_public,
            .public = worker_public,
            .secret = worker_secret,
        };
        struct ear worker = {0}, good = {0};

        CHECK_ROW(rows[i].row);
        forget(&master);
        connect_with(&worker,
                     loop,
                     "127.0.0.1",
                     link_port(master.link),
                     "w_1",
                     rows[i].server == NONE ? NULL : &curve);
        CHECK(say(&worker, "", "secret"));
        if (rows[i].heard) {
            AWAIT(loop, master.count == 1 && worker.ups == 1);
            CHECK(say(&master, "w_1", "answer"));
            AWAIT(loop, worker.count == 1);
        } else { /* a good one's whole conversation is time enough */
            curve.server_public = public;
            connect_with(&good, loop, "127.0.0.1", link_port(master.link), "w_2", &curve);
            CHECK(say(&good, "", "secret"));
            AWAIT(loop, master.count == 1);
            CHECK_STR(master.from, "w_2");
            CHECK(!say(&master, "w_1", "answer"));
            CHECK_EQ(worker.ups, 0);
            close_ear(&good);
            link_reopen(worker.link); /* nothing is left to linger for */
        }
        close_ear(&worker);
    }
    close_ear(&master);
    loop_free(loop);
}

static void bad_keys(void **state)
{
    static const char good[] = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";
    static const char no_z85[] = "                                        ";
    static const struct {
        const char *row;
        struct link_curve curve;
        bool listens;
        const char *want;
    } rows[] = {
        {"a short secret of a master", {.secret = "short"}, true, "our own key"},
        {"one that is no key", {.secret = no_z85}, true, "our own key"},
        {"a short key of the master",
         {.secret = good, .server_public = "s"},
         false,
         "the master's"},
        {"no key of the master", {.secret = good}, false, "the master's public key"},
        {"one that is none", {.secret = good, .server_public = no_z85}, false, "the master's"},
        {"a long one",
         {.secret = good, .server_public = "12345678901234567890123456789012345678901"},
         false,
         "the master's"},
        {"a short public key of our own",
         {.secret = good, .server_public = good, .public = "p"},
         false,
         "our own key"},
    };
    struct loop *loop = loop_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct link_events events = {.on_message = on_message};
        const struct link_curve *curve = &rows[i].curve;
        struct err err = {""};

        CHECK_ROW(rows[i].row);
        CHECK(!(rows[i].listens
                    ? link_listen(loop, "127.0.0.1", 0, curve, &events, &err)
                    : link_connect(loop, "127.0.0.1", 5557, "w_1", curve, &events, &err)));
        CHECK(strncmp(err.text, rows[i].want, strlen(rows[i].want)) == 0);
    }
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways),
        cmocka_unit_test(much),
        cmocka_unit_test(a_late_master),
        cmocka_unit_test(addresses),
        cmocka_unit_test(what_can_not_be),
        cmocka_unit_test(reopening),
        cmocka_unit_test(freed_in_a_callback),
        cmocka_unit_test(the_newest_of_a_name_wins),
        cmocka_unit_test(several_frames),
        cmocka_unit_test(keys),
        cmocka_unit_test(encrypted),
        cmocka_unit_test(bad_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
