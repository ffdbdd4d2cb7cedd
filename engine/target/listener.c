/* SPDX-License-Identifier: MIT */
/* Opens the sockets the servers accept on. */
#include "target/listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"

/* The system cuts this down to net.core.somaxconn. */
#define BACKLOG 65535

static bool bind_and_listen(int fd, const struct addrinfo *address)
{
    const int on = 1;

    /* Accepted sockets inherit both options. */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof(address);

    getsockname(fd, (struct sockaddr *)&address, &length);
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): the kernel filled it in
    return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                               : ((struct sockaddr_in *)&address)->sin_port);
}

bool listener_open(const char *host, uint16_t port, int *fd, uint16_t *bound_port, struct err *err)
{
    const struct addrinfo hints = {
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
    };
    struct addrinfo *addresses = NULL;
    char service[8];

    snprintf(service, sizeof(service), "%u", port);
    int failure = getaddrinfo(host, service, &hints, &addresses);

    if (failure != 0) {
        return err_set(
            err, "host \"%s\" is not an address of ours: %s", host, gai_strerror(failure));
    }
    int error = 0;

    *fd = -1;
    for (const struct addrinfo *address = addresses; address; address = address->ai_next) {
        int candidate = socket(
            address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address->ai_protocol);

        if (candidate >= 0 && bind_and_listen(candidate, address)) {
            *fd = candidate;
            break;
        }
        error = errno;
        if (candidate >= 0) {
            close(candidate);
        }
    }
    freeaddrinfo(addresses);
    if (*fd < 0) {
        return error == EADDRINUSE
                   ? err_set(err, "port %u on %s is in use by another program", port, host)
                   : err_set(
                         err, "cannot listen on port %u of %s: %s", port, host, strerror(error));
    }
    *bound_port = port_of(*fd);
    return true;
}

char *listener_url(const char *scheme, const char *host, uint16_t port)
{
    bool brackets = strchr(host, ':') != NULL;

    return mem_printf(
        "%s://%s%s%s:%u", scheme, brackets ? "[" : "", host, brackets ? "]" : "", port);
}
