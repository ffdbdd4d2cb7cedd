/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.main"
#include "cli/setup.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum { FEWEST_DESCRIPTORS = 32 }; /* the loop, the resolver, the outputs, a few connections */

bool raise_descriptor_limit(uint64_t wanted, const char *things)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return true;
    }
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < FEWEST_DESCRIPTORS) {
        log_error("the limit of %llu open descriptors is too low to run at all, %d is the least; "
                  "raise it with ulimit -n",
                  (unsigned long long)limit.rlim_cur,
                  FEWEST_DESCRIPTORS);
        return false;
    }
    if (wanted + 64 > limit.rlim_cur) {
        log_warning("the limit of %llu open descriptors is too low for %llu %s: requests beyond "
                    "it will fail with OSError(24, 'Too many open files'); raise it with "
                    "ulimit -n",
                    (unsigned long long)limit.rlim_cur,
                    (unsigned long long)wanted,
                    things);
    }
    return true;
}

struct sim_options sim_options_of(const struct options *options)
{
    return (struct sim_options){
        .stack_bytes = options->stack_size,
        .seed = options->seed < 0 ? (uint64_t)clock_wall_ns() : (uint64_t)options->seed,
        .timeout = seconds_from_ns(options->timeout_ns),
        .connect_timeout = seconds_from_ns(options->connect_timeout_ns),
        .max_body_bytes = options->max_body,
        .insecure = options->insecure,
        .http2 = options->http2,
        .proxy = options->proxy,
        .ca_file = options->ca_file,
        .iterations = (uint64_t)options->iterations,
    };
}

/* The file's first word. */
static bool read_key(const char *path, char key[41], struct err *err)
{
    FILE *file = fopen(path, "re");
    char word[64] = "";

    if (!file) {
        return err_set(err, "can't read --curve-key-file %s: %s", path, strerror(errno));
    }
    bool found = fscanf(file, "%63s", word) == 1 && strlen(word) == 40;

    fclose(file);
    if (!found) {
        return err_set(err, "--curve-key-file %s does not start with a key of 40 characters", path);
    }
    memcpy(key, word, 41);
    explicit_bzero(word, sizeof(word));
    return true;
}

bool curve_keys_init(struct curve_keys *keys, const struct options *options, struct err *err)
{
    bool wanted = options->curve_key_file || options->curve_server_key;

    *keys = (struct curve_keys){0};
    if (!wanted) {
        return true;
    }
    if (options->worker && !options->curve_server_key) {
        return err_set(err, "--curve-key-file on a worker needs --curve-server-key too");
    }
    if (!options->curve_key_file && !options->worker) {
        return err_set(err, "--curve-server-key is for workers; a master needs --curve-key-file");
    }
    if (options->curve_server_key && strlen(options->curve_server_key) != 40) {
        return err_set(err, "--curve-server-key is no key of 40 characters");
    }
    bool made = options->curve_key_file ? read_key(options->curve_key_file, keys->secret, err) &&
                                              link_curve_public(keys->secret, keys->public, err)
                                        : link_curve_new(keys->secret, keys->public, err);

    keys->link = (struct link_curve){
        .server_public = options->curve_server_key, .public = keys->public, .secret = keys->secret};
    keys->curve = made ? &keys->link : NULL;
    return made;
}

void curve_keys_fini(struct curve_keys *keys)
{
    explicit_bzero(keys, sizeof(*keys));
}

int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port = 0;

    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &size) == 0) {
        port = ntohs(address.sin_port);
    }
    if (fd >= 0) {
        close(fd);
    }
    return port;
}

int print_curve_key(void)
{
    char secret[41], public[41];
    struct err err;

    if (!link_curve_new(secret, public, &err)) {
        fprintf(stderr, "cicada: error: %s\n", err.text);
        return 1;
    }
    printf(
        "%s\n"
        "# The line above is secret: keep it in a file that only the master reads, and name the\n"
        "# file with --curve-key-file. Its public key, for the workers' --curve-server-key:\n"
        "# %s\n",
        secret,
        public);
    explicit_bzero(secret, sizeof(secret));
    return 0;
}

const char *look_up_option(const void *options, const char *name)
{
    return options_custom(options, name);
}
