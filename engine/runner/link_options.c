/* SPDX-License-Identifier: MIT */
/* link_options.c - a link's socket options, and its CURVE keys. */
#include "runner/link_private.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

#include <zmq.h>

#include "base/ensure.h"

enum {
    LINGER_MS = 2000,
    BACKLOG = 4096,        /* thousands of workers start together; the default is 100 */
    QUEUE_MAX = 100000,    /* per peer; above its 1,000 a ROUTER would drop without a word */
    KEEPALIVE_IDLE_S = 30, /* as Locust's */
};

void link_set_int(void *socket, int option, int value)
{
    ENSURE(zmq_setsockopt(socket, option, &value, sizeof(value)) == 0);
}

int link_descriptor(void *socket)
{
    int fd = -1;
    size_t size = sizeof(fd);

    ENSURE(zmq_getsockopt(socket, ZMQ_FD, &fd, &size) == 0);
    return fd;
}

/* Whether the name has an IPv6 address; "*" is for every interface, where a dual stack serves both.
 */
static bool wants_ipv6(const char *host)
{
    struct addrinfo hints = {.ai_family = AF_INET6, .ai_socktype = SOCK_STREAM}, *found = NULL;
    const char *name = strcmp(host, "*") == 0 ? "::" : host;
    bool any = getaddrinfo(name, NULL, &hints, &found) == 0;

    if (any) {
        int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

        any = fd >= 0;
        if (any) {
            close(fd);
        }
        freeaddrinfo(found);
    }
    return any;
}

static bool set_key(void *socket, int option, const char *key)
{
    enum { KEY_LENGTH = 40 };

    return key && strlen(key) == KEY_LENGTH && zmq_setsockopt(socket, option, key, KEY_LENGTH) == 0;
}

bool link_set_curve(struct link *link, struct err *err)
{
    const struct link_curve *curve = &link->curve;

    if (!curve->secret) {
        return true;
    }
    if (link->listening) {
        link_set_int(link->socket, ZMQ_CURVE_SERVER, 1);
    } else if (!set_key(link->socket, ZMQ_CURVE_SERVERKEY, curve->server_public)) {
        return err_set(err, "the master's public key is not a CURVE key of 40 characters");
    }
    if (!set_key(link->socket, ZMQ_CURVE_SECRETKEY, curve->secret) ||
        (curve->public && !set_key(link->socket, ZMQ_CURVE_PUBLICKEY, curve->public))) {
        return err_set(err, "our own key is not a CURVE key of 40 characters");
    }
    return true;
}

void link_set_options(struct link *link)
{
    int64_t largest = LINK_MESSAGE_MAX;

    link_set_int(link->socket, ZMQ_LINGER, LINGER_MS);
    link_set_int(link->socket, ZMQ_SNDHWM, QUEUE_MAX);
    link_set_int(link->socket, ZMQ_RCVHWM, QUEUE_MAX);
    link_set_int(link->socket, ZMQ_TCP_KEEPALIVE, 1);
    link_set_int(link->socket, ZMQ_TCP_KEEPALIVE_IDLE, KEEPALIVE_IDLE_S);
    link_set_int(link->socket, ZMQ_IPV6, wants_ipv6(link->host));
    zmq_setsockopt(link->socket, ZMQ_MAXMSGSIZE, &largest, sizeof(largest));
    if (link->listening) {
        link_set_int(link->socket, ZMQ_BACKLOG, BACKLOG);
        link_set_int(
            link->socket, ZMQ_ROUTER_MANDATORY, 1); /* a lost message is an error, not silence */
        link_set_int(
            link->socket, ZMQ_ROUTER_HANDOVER, 1); /* the newest connection of an identity wins */
    } else {
        zmq_setsockopt(link->socket, ZMQ_ROUTING_ID, link->identity, strlen(link->identity));
    }
}

bool link_curve_new(char secret[41], char public[41], struct err *err)
{
    return zmq_curve_keypair(public, secret) == 0 ||
           err_set(err, "this libzmq can't make CURVE keys: %s", zmq_strerror(errno));
}

bool link_curve_public(const char *secret, char public[41], struct err *err)
{
    return zmq_curve_public(public, secret) == 0 ||
           err_set(err, "the secret key is not a CURVE key of 40 characters");
}
