/* SPDX-License-Identifier: MIT */
/*
 * Connections of the fault server. Each is in one state: it reads a request, skips its body, waits
 * before the answer, sends it, or holds still. What is sent is decided in fault_plan.c.
 */
#include "target/fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/list.h"
#include "base/memory.h"
#include "target/fault_plan.h"

#define HEADERS_MAX_BYTES 65536U
#define TARGET_MAX_BYTES 8192U
#define EVENTS 128
#define SENDS_PER_TURN 16 /* so that an endless answer leaves others their turn */
#define SEND_BYTES ((size_t)256 << 10)
#define IDLE_NS (300 * NS_PER_S)
#define ACCEPT_PAUSE_NS (100 * NS_PER_MS)
#define RESET_PAUSE_NS (20 * NS_PER_MS) /* or the reset overtakes what was sent before it */

#define CONN_MAGIC 0x6661756cU

enum state { READING, SKIPPING, WAITING, SENDING, PACING, RESETTING, HOLDING };

struct conn {
    unsigned magic;
    int fd;
    struct fault *fault;
    struct list link; /* fault.conns */
    enum state state;
    uint32_t interest; /* what epoll watches for */
    struct timer timer;
    struct buf in;
    uint64_t skip_bytes;   /* of the request's body */
    bool close_afterwards; /* the request cannot be followed by another */
    struct fault_answer answer;
    size_t sent;
};

struct fault {
    int epoll_fd, listen_fd;
    bool listening;
    unsigned connections, max_connections;
    struct timers *timers;
    struct timer accept_timer;
    struct list conns; /* conn.link */
    struct fault_plans *plans;
};

static void watch(struct conn *conn, uint32_t interest)
{
    struct epoll_event event = {.events = interest | EPOLLRDHUP, .data.ptr = conn};

    if (conn->interest != event.events) {
        epoll_ctl(conn->fault->epoll_fd, EPOLL_CTL_MOD, conn->fd, &event);
        conn->interest = event.events;
    }
}

static void set_listening(struct fault *fault, bool listening)
{
    struct epoll_event event = {.events = EPOLLIN};

    if (fault->listening != listening) {
        epoll_ctl(
            fault->epoll_fd, listening ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, fault->listen_fd, &event);
        fault->listening = listening;
    }
}

static void conn_free(struct conn *conn)
{
    struct fault *fault = conn->fault;

    timers_stop(fault->timers, &conn->timer);
    list_remove(&conn->link);
    close(conn->fd);
    buf_fini(&conn->in);
    buf_fini(&conn->answer.own);
    free(conn);
    fault->connections--;
    if (!fault->accept_timer.place) {
        set_listening(fault, true);
    }
}

static void conn_reset(struct conn *conn)
{
    const struct linger at_once = {.l_onoff = 1};

    setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    conn_free(conn);
}

static void start_timer(struct conn *conn, int64_t wait_ns)
{
    timers_start(conn->fault->timers, &conn->timer, clock_mono_ns() + wait_ns);
}

static void read_next(struct conn *conn, int64_t idle_ns)
{
    conn->state = READING;
    watch(conn, EPOLLIN);
    start_timer(conn, idle_ns);
}

/* The bytes are out; the connection may be freed here. */
static void finish(struct conn *conn)
{
    enum fault_end end = conn->answer.end;
    bool anything_sent = conn->sent > 0;

    buf_fini(&conn->answer.own);
    if ((end == FAULT_KEEP || end == FAULT_KEEP_BRIEF) && conn->close_afterwards) {
        end = FAULT_CLOSE;
    }
    switch (end) {
    case FAULT_KEEP:
        read_next(conn, IDLE_NS);
        break;
    case FAULT_KEEP_BRIEF:
        read_next(conn, FAULT_BRIEF_NS);
        break;
    case FAULT_CLOSE:
        conn_free(conn);
        break;
    case FAULT_RESET:
        if (anything_sent) {
            conn->state = RESETTING;
            watch(conn, 0);
            start_timer(conn, RESET_PAUSE_NS);
        } else {
            conn_reset(conn);
        }
        break;
    case FAULT_HOLD:
        conn->state = HOLDING;
        watch(conn, 0);
        break;
    }
}

/* Whether the connection is still there. */
static bool send_bytes(struct conn *conn, size_t max, size_t *sent)
{
    const struct fault_answer *answer = &conn->answer;
    size_t left = answer->length - conn->sent;
    ssize_t length =
        send(conn->fd, answer->bytes + conn->sent, left < max ? left : max, MSG_NOSIGNAL);

    *sent = length > 0 ? (size_t)length : 0;
    if (length < 0 && errno != EAGAIN && errno != EINTR) {
        conn_free(conn);
        return false;
    }
    conn->sent += *sent;
    if (conn->sent == answer->length && answer->repeat_from != SIZE_MAX) {
        conn->sent = answer->repeat_from;
    }
    return true;
}

static void send_more(struct conn *conn)
{
    for (int i = 0; i < SENDS_PER_TURN && conn->sent < conn->answer.length; i++) {
        size_t sent;

        if (!send_bytes(conn, SEND_BYTES, &sent)) {
            return;
        }
        if (sent == 0) {
            break;
        }
    }
    if (conn->sent == conn->answer.length) {
        finish(conn);
    } else {
        watch(conn, EPOLLOUT);
    }
}

static void send_one(struct conn *conn)
{
    size_t sent;

    if (!send_bytes(conn, 1, &sent)) {
        return;
    }
    if (conn->sent == conn->answer.length) {
        finish(conn);
    } else {
        start_timer(conn, conn->answer.each_ns);
    }
}

static void begin_answer(struct conn *conn)
{
    conn->sent = 0;
    if (conn->answer.each_ns > 0) {
        conn->state = PACING;
        watch(conn, 0);
        send_one(conn);
    } else {
        conn->state = SENDING;
        send_more(conn);
    }
}

static void request_complete(struct conn *conn)
{
    timers_stop(conn->fault->timers, &conn->timer);
    if (conn->answer.before_ns > 0) {
        conn->state = WAITING;
        watch(conn, 0);
        start_timer(conn, conn->answer.before_ns);
    } else {
        begin_answer(conn);
    }
}

/* Drops the first bytes of what was read. */
static void consume(struct conn *conn, size_t length)
{
    size_t left = conn->in.length - length;
    char *rest = left > 0 ? mem_array(left, 1) : NULL;

    if (rest) {
        memcpy(rest, conn->in.data + length, left);
    }
    buf_clear(&conn->in);
    buf_add(&conn->in, rest, left);
    free(rest);
}

static void skip_body(struct conn *conn)
{
    size_t length = conn->skip_bytes < conn->in.length ? (size_t)conn->skip_bytes : conn->in.length;

    consume(conn, length);
    conn->skip_bytes -= length;
    if (conn->skip_bytes > 0) {
        conn->state = SKIPPING;
        return;
    }
    if (conn->in.length > 0) { /* a second request before the first is answered: not here */
        conn->close_afterwards = true;
        buf_clear(&conn->in);
    }
    request_complete(conn);
}

/* Reads "METHOD target HTTP/1.x"; false when it is nothing like that. */
static bool parse_request_line(struct conn *conn)
{
    char target[TARGET_MAX_BYTES], method[16], version[16];

    _Static_assert(TARGET_MAX_BYTES == 8192, "the width below");
    if (sscanf(conn->in.data, "%15[A-Z] %8191[^ \r\n] %15[^ \r\n]", method, target, version) != 3 ||
        strncmp(version, "HTTP/1.", 7) != 0) {
        return false;
    }
    conn->close_afterwards = strcmp(version, "HTTP/1.0") == 0;
    fault_plans_answer(conn->fault->plans, method, target, &conn->answer);
    return true;
}

static void parse_body_length(struct conn *conn)
{
    const char *length = strcasestr(conn->in.data, "\r\nContent-Length:");

    conn->skip_bytes = length ? strtoull(length + strlen("\r\nContent-Length:"), NULL, 10) : 0;
    if (strcasestr(conn->in.data, "\r\nTransfer-Encoding:") ||
        strcasestr(conn->in.data, "\r\nConnection: close")) {
        conn->close_afterwards = true;
    }
}

/* Goes on as far as the bytes read allow; the connection may be freed here. */
static void process(struct conn *conn)
{
    if (conn->state == SKIPPING) {
        skip_body(conn);
        return;
    }
    char *end = conn->in.length > 0 ? memmem(conn->in.data, conn->in.length, "\r\n\r\n", 4) : NULL;

    if (!end) {
        if (conn->in.failed) {
            conn_free(conn);
        }
        return;
    }
    end[2] = '\0'; /* string functions stop at the end of the headers */
    if (!parse_request_line(conn)) {
        conn_free(conn);
        return;
    }
    parse_body_length(conn);
    consume(conn, (size_t)(end - conn->in.data) + 4);
    skip_body(conn);
}

static void on_readable(struct conn *conn)
{
    char bytes[16384];
    ssize_t length = recv(conn->fd, bytes, sizeof(bytes), 0);

    if (length < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (length <= 0) {
        conn_free(conn);
        return;
    }
    buf_add(&conn->in, bytes, (size_t)length);
    start_timer(conn, IDLE_NS);
    process(conn);
}

static void on_conn_event(struct conn *conn, uint32_t events)
{
    MAGIC_CHECK(conn, CONN_MAGIC);
    switch (conn->state) {
    case READING:
    case SKIPPING:
        on_readable(conn);
        break;
    case SENDING:
        if (events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) {
            conn_free(conn);
        } else {
            send_more(conn);
        }
        break;
    case WAITING:
    case PACING:
    case RESETTING:
    case HOLDING:
        /* Nothing but the client's leaving is watched for. */
        conn_free(conn);
        break;
    }
}

static void on_conn_due(void *data)
{
    struct conn *conn = data;

    MAGIC_CHECK(conn, CONN_MAGIC);
    switch (conn->state) {
    case WAITING:
        begin_answer(conn);
        break;
    case PACING:
        send_one(conn);
        break;
    case RESETTING:
        conn_reset(conn);
        break;
    case READING:
    case SKIPPING:
    case SENDING:
    case HOLDING:
        conn_free(conn);
        break;
    }
}

static void conn_new(struct fault *fault, int fd)
{
    struct conn *conn = mem_new(sizeof(*conn));
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = conn};

    conn->magic = CONN_MAGIC;
    conn->fd = fd;
    conn->fault = fault;
    conn->interest = event.events;
    conn->timer = (struct timer){.on_due = on_conn_due, .data = conn};
    buf_init(&conn->in, HEADERS_MAX_BYTES);
    list_append(&fault->conns, &conn->link);
    fault->connections++;
    epoll_ctl(fault->epoll_fd, EPOLL_CTL_ADD, fd, &event);
    read_next(conn, IDLE_NS);
}

static void on_accept_due(void *data)
{
    set_listening(data, true);
}

/* With no descriptors left, accepting rests, or the loop would spin on a listener ever ready. */
static void accept_more(struct fault *fault)
{
    for (int i = 0; i < EVENTS; i++) {
        if (fault->connections == fault->max_connections) {
            set_listening(fault, false);
            return;
        }
        int fd = accept4(fault->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd >= 0) {
            conn_new(fault, fd);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            set_listening(fault, false);
            timers_start(fault->timers, &fault->accept_timer, clock_mono_ns() + ACCEPT_PAUSE_NS);
            return;
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

struct fault *fault_new(int listen_fd, unsigned max_connections, struct timers *timers)
{
    struct fault *fault = mem_new(sizeof(*fault));

    fault->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    ENSURE(fault->epoll_fd >= 0);
    fault->listen_fd = listen_fd;
    fault->max_connections = max_connections;
    fault->timers = timers;
    fault->accept_timer = (struct timer){.on_due = on_accept_due, .data = fault};
    fault->plans = fault_plans_new();
    list_init(&fault->conns);
    set_listening(fault, true);
    return fault;
}

void fault_free(struct fault *fault)
{
    struct conn *conn, *after;

    if (!fault) {
        return;
    }
    list_for_each_safe (conn, after, &fault->conns, link) {
        conn_free(conn);
    }
    timers_stop(fault->timers, &fault->accept_timer);
    close(fault->listen_fd);
    close(fault->epoll_fd);
    fault_plans_free(fault->plans);
    free(fault);
}

int fault_fd(const struct fault *fault)
{
    return fault->epoll_fd;
}

void fault_run(struct fault *fault)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(fault->epoll_fd, events, EVENTS, 0);

    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr) {
            on_conn_event(events[i].data.ptr, events[i].events);
        } else {
            accept_more(fault);
        }
    }
}
