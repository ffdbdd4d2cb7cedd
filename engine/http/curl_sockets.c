/* SPDX-License-Identifier: MIT */
#include "http/curl_sockets.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "base/memory.h"

enum { SOCKET_MAGIC = 0x50c4e7, RESERVED_FDS = 64 };

struct curl_socket {
    uint32_t magic;
    bool ours;      /* opened by curl_sockets_open(): lives until it is closed */
    bool wanted;    /* libcurl waits for it; else it is idle */
    bool read_from; /* so it was connected once */
    struct curl_sockets *sockets;
    struct loop_io io;
    struct list link; /* curl_sockets.shared, empty if it is not there */
    int looks;        /* that are still due */
};

/*
 * libcurl before 8.0 can leave a stream of HTTP/2 asleep: another transfer on the same connection
 * reads its end for it and doesn't wake it, so that it hangs until something else arrives, or for
 * ever. So a connection that streams may share is looked at again a moment after it was active.
 */
enum { LOOKS = 2, FIXED_IN = 0x080000 };
static const int64_t look_after_ns = 10 * NS_PER_MS;

/* ---- Sockets ---- */

static struct curl_socket *find(const struct curl_sockets *sockets, int fd)
{
    return (size_t)fd < sockets->by_fd_count ? sockets->by_fd[fd] : NULL;
}

/*
 * Readable though nobody asked: the server closed an idle connection, or sent something out of
 * turn. libcurl finds out at the next use; watching on would wake the loop again and again.
 */
static void idle_readable(struct curl_socket *socket)
{
    char byte;

    if (recv(socket->io.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) {
        socket->sockets->idle_closed++;
    }
    loop_io_watch(&socket->io, 0);
}

static void look_again_later(struct curl_socket *socket)
{
    struct curl_sockets *sockets = socket->sockets;

    socket->looks = LOOKS;
    if (list_empty(&socket->link)) {
        list_append(&sockets->shared, &socket->link);
    }
    if (!loop_timer_active(&sockets->look_timer)) {
        loop_timer_start(&sockets->look_timer, look_after_ns);
    }
}

static void on_look_timer(struct loop_timer *timer)
{
    struct curl_sockets *sockets = timer->data;
    struct list due;
    int running;

    list_init(&due);
    while (!list_empty(&sockets->shared)) {
        struct list *link = sockets->shared.next;

        list_remove(link);
        list_append(&due, link);
    }
    while (!list_empty(&due)) { /* any of them may be closed meanwhile */
        struct curl_socket *socket = list_item(due.next, struct curl_socket, link);

        list_remove(&socket->link);
        if (socket->wanted && --socket->looks > 0) {
            list_append(&sockets->shared, &socket->link);
        }
        if (socket->wanted) {
            curl_multi_socket_action(sockets->multi, socket->io.fd, CURL_CSELECT_IN, &running);
        }
    }
    if (!list_empty(&sockets->shared)) {
        loop_timer_start(timer, look_after_ns);
    }
    sockets->on_activity(sockets->data);
}

static void on_io(struct loop_io *io, int events)
{
    struct curl_socket *socket = io->data;

    MAGIC_CHECK(socket, SOCKET_MAGIC);
    if (!socket->wanted) {
        idle_readable(socket);
        return;
    }
    struct curl_sockets *sockets = socket->sockets;
    int running, mask = (events & LOOP_READ ? CURL_CSELECT_IN : 0) |
                        (events & LOOP_WRITE ? CURL_CSELECT_OUT : 0);

    if (sockets->streams) {
        look_again_later(socket);
    }
    /* The socket may be closed, and its watcher gone, after this. */
    curl_multi_socket_action(sockets->multi, io->fd, mask, &running);
    sockets->on_activity(sockets->data);
}

static void drop(struct curl_socket *socket)
{
    struct curl_sockets *sockets = socket->sockets;

    loop_io_watch(&socket->io, 0);
    list_remove(&socket->link);
    sockets->by_fd[socket->io.fd] = NULL;
    socket->magic = 0;
    pool_give(&sockets->pool, socket);
}

/* It is closed, or about to be. */
static void forget(struct curl_socket *socket)
{
    if (socket->ours) {
        socket->sockets->open--;
    }
    drop(socket);
}

static struct curl_socket *add(struct curl_sockets *sockets, int fd, bool ours)
{
    if ((size_t)fd >= sockets->by_fd_count) {
        size_t old = sockets->by_fd_count, count = old ? old : 256;

        while (count <= (size_t)fd) {
            count *= 2;
        }
        sockets->by_fd = mem_resize(sockets->by_fd, count, sizeof(struct curl_socket *));
        for (size_t i = old; i < count; i++) {
            sockets->by_fd[i] = NULL;
        }
        sockets->by_fd_count = count;
    }
    if (sockets->by_fd[fd]) { /* closed behind our back, see on_socket() */
        forget(sockets->by_fd[fd]);
    }
    struct curl_socket *socket = pool_take(&sockets->pool);

    *socket = (struct curl_socket){.magic = SOCKET_MAGIC, .ours = ours, .sockets = sockets};
    list_init(&socket->link);
    loop_io_init(&socket->io, sockets->loop, fd, on_io, socket);
    sockets->by_fd[fd] = socket;
    return socket;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
    struct curl_sockets *sockets = data;
    struct curl_socket *socket = find(sockets, fd);

    (void)easy;
    (void)socket_data;
    if (what == CURL_POLL_REMOVE) {
        if (socket && socket->ours) {
            /*
             * libcurl closes a socket that is still connecting without telling
             * curl_sockets_close() (seen in 7.88), so that one may be gone after this.
             */
            socket->wanted = false;
            loop_io_watch(&socket->io, socket->read_from ? LOOP_READ : 0);
        } else if (socket) {
            drop(socket);
        }
        return 0;
    }
    if (!socket) { /* one of libcurl's own, such as its resolver's socket pair */
        socket = add(sockets, fd, false);
    }
    socket->wanted = true;
    socket->read_from |= (what & CURL_POLL_IN) != 0;
    loop_io_watch(&socket->io,
                  (what & CURL_POLL_IN ? LOOP_READ : 0) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0));
    return 0;
}

/* Small limits keep three quarters for connections. */
static int highest_fd(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > INT32_MAX) {
        return INT32_MAX;
    }
    int fds = (int)limit.rlim_cur;

    return fds - (fds / 4 < RESERVED_FDS ? fds / 4 : RESERVED_FDS);
}

curl_socket_t curl_sockets_open(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct curl_socket_opener *opener = data;
    struct curl_sockets *sockets = opener->sockets;
    int fd = socket(
        address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address->protocol);

    (void)purpose;
    if (fd < 0) {
        opener->error = errno;
        return CURL_SOCKET_BAD;
    }
    /*
     * The kernel gives the lowest free number, so the number tells how many are in use. Reaching
     * the mark is rare enough to ask whether the limit was raised meanwhile.
     */
    if (fd >= sockets->highest_fd && fd >= (sockets->highest_fd = highest_fd())) {
        close(fd);
        opener->error = EMFILE;
        return CURL_SOCKET_BAD;
    }
    add(sockets, fd, true);
    sockets->opened++;
    sockets->open++;
    return fd;
}

int curl_sockets_close(void *data, curl_socket_t fd)
{
    struct curl_sockets *sockets = data;
    struct curl_socket *socket = find(sockets, fd);

    if (socket) {
        forget(socket);
    }
    return close(fd);
}

void curl_sockets_stream(struct curl_sockets *sockets)
{
    sockets->streams = curl_version_info(CURLVERSION_NOW)->version_num < FIXED_IN;
}

void curl_sockets_no_port(struct curl_sockets *sockets)
{
    if (!sockets->ports_warned) {
        sockets->ports_warned = true;
        log_warning("requests fail with OSError(99, 'Cannot assign requested address'): probably "
                    "all local ports for connections to the target are in use; widen "
                    "net.ipv4.ip_local_port_range or spread the load over more machines");
    }
}

/* ---- The timer ---- */

/*
 * libcurl moves its timeout several times per request. Moving it later is not passed on to the
 * loop: the timer fires early once and is armed for the rest.
 */
static void arm(struct curl_sockets *sockets)
{
    if (sockets->timer_due_ns >= sockets->timer_armed_ns) {
        return;
    }
    sockets->timer_armed_ns = sockets->timer_due_ns;
    loop_timer_start(&sockets->timer, sockets->timer_due_ns - clock_mono_ns());
}

static void run_timeouts(struct curl_sockets *sockets)
{
    int running;

    sockets->expired = false;
    curl_multi_socket_action(sockets->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    sockets->on_activity(sockets->data);
}

static void on_timer(struct loop_timer *timer)
{
    struct curl_sockets *sockets = timer->data;

    sockets->timer_armed_ns = INT64_MAX;
    if (sockets->timer_due_ns == INT64_MAX) {
        return;
    }
    if (clock_mono_ns() < sockets->timer_due_ns) {
        arm(sockets);
        return;
    }
    sockets->timer_due_ns = INT64_MAX;
    run_timeouts(sockets);
}

static int on_timeout(CURLM *multi, long timeout_ms, void *data)
{
    struct curl_sockets *sockets = data;

    (void)multi;
    sockets->expired = timeout_ms == 0;
    if (timeout_ms <= 0) {
        sockets->timer_due_ns = INT64_MAX;
    } else {
        sockets->timer_due_ns = clock_mono_ns() + timeout_ms * NS_PER_MS;
        arm(sockets);
    }
    return 0;
}

bool curl_sockets_run_expired(struct curl_sockets *sockets)
{
    if (!sockets->expired) {
        return false;
    }
    run_timeouts(sockets);
    return true;
}

/* ---- Life ---- */

void curl_sockets_init(struct curl_sockets *sockets, struct loop *loop, CURLM *multi,
                       void (*on_activity)(void *data), void *data)
{
    *sockets = (struct curl_sockets){
        .loop = loop,
        .multi = multi,
        .timer_due_ns = INT64_MAX,
        .timer_armed_ns = INT64_MAX,
        .highest_fd = highest_fd(),
        .on_activity = on_activity,
        .data = data,
    };
    pool_init(&sockets->pool, sizeof(struct curl_socket));
    list_init(&sockets->shared);
    loop_timer_init(&sockets->timer, loop, on_timer, sockets);
    loop_timer_init(&sockets->look_timer, loop, on_look_timer, sockets);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, sockets);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, sockets);
}

void curl_sockets_fini(struct curl_sockets *sockets)
{
    loop_timer_stop(&sockets->timer);
    loop_timer_stop(&sockets->look_timer);
    for (size_t fd = 0; fd < sockets->by_fd_count; fd++) {
        if (sockets->by_fd[fd]) {
            drop(sockets->by_fd[fd]);
        }
    }
    free(sockets->by_fd);
    pool_fini(&sockets->pool);
}
