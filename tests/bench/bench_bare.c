/* SPDX-License-Identifier: MIT */
/*
 * bench_bare.c - what the kernel takes for one request at a time: bare sockets, no parsing.
 *
 *   bench_bare PORT CONNECTIONS RATE PATH    until it is killed
 *
 * At a low rate the processor sleeps between requests. Waking it, and the server on the other core,
 * then costs more than the request itself; whoever loads at that rate pays that.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"

enum { MANY = 10000 };

static int sockets[MANY];

static void fail(const char *what)
{
    fprintf(stderr, "bench_bare: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int open_socket(int epoll, long port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct epoll_event event = {.events = EPOLLIN};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        fail("connect");
    }
    event.data.fd = fd;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        fail("epoll_ctl");
    }
    return fd;
}

static void wait_until(int64_t due_ns)
{
    struct timespec due = {.tv_sec = due_ns / NS_PER_S, .tv_nsec = due_ns % NS_PER_S};

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR) {
    }
}

int main(int argc, char **argv)
{
    static char answer[16384];
    char request[512];
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    long port = argc == 5 ? strtol(argv[1], NULL, 10) : 0;
    long count = argc == 5 ? strtol(argv[2], NULL, 10) : 0;
    long rate = argc == 5 ? strtol(argv[3], NULL, 10) : 0;

    if (port <= 0 || rate <= 0 || count <= 0 || count > MANY) {
        fprintf(stderr, "usage: bench_bare PORT CONNECTIONS RATE PATH\n");
        return 2;
    }
    int length = snprintf(request,
                          sizeof(request),
                          "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%ld\r\nUser-Agent: bare\r\n"
                          "Accept-Encoding: gzip, deflate\r\nAccept: */*\r\n\r\n",
                          argv[4],
                          port);

    for (long i = 0; i < count; i++) {
        sockets[i] = open_socket(epoll, port);
    }
    printf("All users spawned\n");
    fflush(stdout);
    int64_t due_ns = clock_mono_ns();

    for (long at = 0;; at = at + 1 < count ? at + 1 : 0) {
        struct epoll_event event;

        due_ns += NS_PER_S / rate;
        wait_until(due_ns);
        if (send(sockets[at], request, (size_t)length, MSG_NOSIGNAL) != length) {
            fail("send");
        }
        if (epoll_wait(epoll, &event, 1, -1) != 1 ||
            recv(event.data.fd, answer, sizeof(answer), 0) <= 0) {
            fail("recv");
        }
    }
}
