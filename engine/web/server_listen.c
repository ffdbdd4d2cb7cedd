/* SPDX-License-Identifier: MIT */
/* server_listen.c - the socket the server accepts on, and the certificate it shows. */
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "web/server_private.h"

enum { PEM_MAX = 1024 * 1024, BACKLOG = 1024 };

static int listen_at(const struct addrinfo *address, int *error)
{
    const int on = 1;
    int fd = socket(
        address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address->ai_protocol);

    if (fd >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* accepted ones inherit it */
        if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) {
            return fd;
        }
    }
    *error = errno;
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

static int port_of(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof(address);

    getsockname(fd, (struct sockaddr *)&address, &length);
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): the kernel filled it in
    return ntohs(address.ss_family == AF_INET6
                     ? ((struct sockaddr_in6 *)(void *)&address)->sin6_port
                     : ((struct sockaddr_in *)(void *)&address)->sin_port);
}

/* All interfaces: IPv6's wildcard takes IPv4 too; where there is no IPv6, IPv4's. */
bool server_listen(struct server *server, int *fd, struct err *err)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    const char *host = server->options.host;
    bool all = !host || !*host || strcmp(host, "*") == 0;
    const char *const everywhere[] = {"::", "0.0.0.0"};
    int error = 0;

    *fd = -1;
    for (int i = 0; i < (all ? 2 : 1) && *fd < 0 && error != EADDRINUSE; i++) {
        struct addrinfo *addresses = NULL;
        char service[8];

        snprintf(service, sizeof(service), "%u", server->options.port);
        int failure = getaddrinfo(all ? everywhere[i] : host, service, &hints, &addresses);

        if (failure != 0 && !all) {
            return err_set(err,
                           "--%s-host %s is no address of ours: %s",
                           server->options.option,
                           host,
                           gai_strerror(failure));
        }
        for (const struct addrinfo *a = addresses; a && *fd < 0; a = a->ai_next) {
            *fd = listen_at(a, &error);
        }
        if (addresses) {
            freeaddrinfo(addresses);
        }
    }
    if (*fd < 0) {
        return err_set(err,
                       "%s can't listen on %s port %u: %s%s%s%s",
                       server->options.title,
                       all ? "any interface," : host,
                       server->options.port,
                       strerror(error),
                       error == EADDRINUSE ? "; --" : "",
                       error == EADDRINUSE ? server->options.option : "",
                       error == EADDRINUSE ? "-port takes another" : "");
    }
    server->port = port_of(*fd);
    return true;
}

static char *read_pem(const char *path, const char *option, struct err *err)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;

    if (file) {
        text = mem_new(PEM_MAX + 1);
        size_t length = fread(text, 1, PEM_MAX, file);

        if (ferror(file) || length == 0) {
            free(text);
            text = NULL;
        }
        fclose(file);
    }
    if (!text) {
        err_set(err, "can't read %s %s: %s", option, path, strerror(errno));
    }
    return text;
}

bool server_read_pems(struct server *server, struct err *err)
{
    const struct server_options *options = &server->options;

    if (!options->cert_path) {
        return true;
    }
    server->encrypted = true;
    server->cert = read_pem(options->cert_path, "--tls-cert", err);
    server->key = server->cert ? read_pem(options->key_path, "--tls-key", err) : NULL;
    return server->cert && server->key;
}
