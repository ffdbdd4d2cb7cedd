/* SPDX-License-Identifier: MIT */
/*
 * bench_curl.c - what a request costs through the libcurl transport.
 *
 *   bench_curl URL [REQUESTS]         CPU per keep-alive GET with 1, 100, 1000 and 5000 clients
 *   bench_curl URL idle N             resident bytes per client that has one idle connection
 *   bench_curl URL CLIENTS REQUESTS   just runs those: callgrind counts the instructions
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/usage.h"
#include "http/curl.h"

struct user {
    struct transport_client *client;
    struct exchange exchange;
};

static struct loop *loop;
static struct transport *transport;
static const char *url;
static long left, failures;
static int active;

static void on_done(struct exchange *exchange)
{
    struct user *user = exchange->data;

    if (exchange->error) {
        if (failures++ == 0) {
            fprintf(stderr, "first failure: %s\n", exchange->error);
        }
    }
    exchange_fini(exchange);
    if (left > 0) {
        left--;
        transport->ops->start(user->client, exchange);
    } else if (--active == 0) {
        loop_break(loop);
    }
}

static struct user *users_new(int count)
{
    struct user *users = mem_array((size_t)count, sizeof(*users));

    for (int i = 0; i < count; i++) {
        struct client_options options = {0};
        struct err err;

        users[i].client = transport->ops->client_new(transport, &options, &err);
        users[i].exchange = (struct exchange){
            .method = "GET",
            .url = url,
            .timeout_ns = 60 * NS_PER_S,
            .connect_timeout_ns = 60 * NS_PER_S,
            .max_body_bytes = 1000000,
            .on_done = on_done,
            .data = &users[i],
        };
    }
    return users;
}

static void users_free(struct user *users, int count)
{
    for (int i = 0; i < count; i++) {
        transport->ops->client_free(users[i].client);
    }
    free(users);
}

static void run(struct user *users, int count, long requests)
{
    active = count;
    left = requests > count ? requests - count : 0;
    for (int i = 0; i < count; i++) {
        transport->ops->start(users[i].client, &users[i].exchange);
    }
    loop_run(loop);
}

static int64_t user_ns(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec * NS_PER_S + usage.ru_utime.tv_usec * NS_PER_US;
}

static void measure(int count, long requests)
{
    struct user *users = users_new(count);

    run(users, count, count); /* connects */
    int64_t cpu_ns = clock_cpu_ns(), user = user_ns(), wall_ns = clock_mono_ns();

    run(users, count, requests);
    cpu_ns = clock_cpu_ns() - cpu_ns;
    user = user_ns() - user;
    wall_ns = clock_mono_ns() - wall_ns;
    printf("%5d clients: %6.2f us CPU per request (%5.2f user), %8.0f requests/s\n",
           count,
           (double)cpu_ns / 1e3 / (double)requests,
           (double)user / 1e3 / (double)requests,
           (double)requests * 1e9 / (double)wall_ns);
    fflush(stdout);
    users_free(users, count);
}

static void measure_idle(int count)
{
    uint64_t before = usage_rss_bytes();
    struct user *users = users_new(count);
    /* In portions, or the server's backlog decides. */
    for (int from = 0; from < count; from += 500) {
        run(users + from, count - from < 500 ? count - from : 500, 0);
    }
    printf("%d idle clients: %.0f bytes resident each, %lu connections\n",
           count,
           (double)(usage_rss_bytes() - before) / count,
           (unsigned long)transport->ops->counts(transport)->connections_open);
    users_free(users, count);
}

int main(int argc, char **argv)
{
    static const int counts[] = {1, 100, 1000, 5000};

    if (argc < 2) {
        fprintf(stderr, "usage: bench_curl URL [REQUESTS | idle N | CLIENTS REQUESTS]\n");
        return 2;
    }
    loop = loop_new();
    transport = curl_transport_new(loop);
    url = argv[1];
    if (argc > 3 && strcmp(argv[2], "idle") == 0) {
        measure_idle((int)strtol(argv[3], NULL, 10));
    } else if (argc > 3) {
        int count = (int)strtol(argv[2], NULL, 10);
        struct user *users = users_new(count);

        run(users, count, strtol(argv[3], NULL, 10));
        users_free(users, count);
    } else {
        printf("%s\n", curl_transport_version());
        for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
            measure(counts[i], argc > 2 ? strtol(argv[2], NULL, 10) : 100000);
        }
    }
    transport->ops->free(transport);
    loop_free(loop);
    return failures > 0;
}
