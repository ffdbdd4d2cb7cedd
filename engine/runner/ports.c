/* SPDX-License-Identifier: MIT */
#include "runner/ports.h"

#include <stdio.h>
#include <sys/resource.h>

void ports_init(struct ports *ports)
{
    FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
    struct rlimit descriptors;
    long first, last;

    *ports = (struct ports){.descriptor_limit = INT64_MAX};
    if (file) {
        if (fscanf(file, "%ld %ld", &first, &last) == 2 && last >= first) {
            ports->port_limit = last - first + 1;
        }
        fclose(file);
    }
    if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0 && descriptors.rlim_cur < INT64_MAX) {
        ports->descriptor_limit = (int64_t)descriptors.rlim_cur;
    }
}

int64_t ports_waiting(void)
{
    FILE *file = fopen("/proc/net/sockstat", "re");
    int64_t waiting = INT64_MAX;
    char line[256];
    long long count;

    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line, "TCP: inuse %*d orphan %*d tw %lld", &count) == 1 && count >= 0) {
            waiting = count;
        }
    }
    if (file) {
        fclose(file);
    }
    return waiting;
}

void ports_look(struct ports *ports, const struct transport_counts *counts, int64_t waiting)
{
    uint64_t closed = counts->connections_opened - counts->connections_open - counts->idle_closed;
    uint64_t before = ports->looks < PORTS_LOOKS ? 0 : ports->closed[ports->looks % PORTS_LOOKS];
    int64_t open = (int64_t)counts->connections_open, held = (int64_t)(closed - before);

    ports->closed[ports->looks++ % PORTS_LOOKS] = closed;
    if (ports->port_limit == 0) {
        return;
    }
    ports->used = open + (held < waiting ? held : waiting);
    ports->limit = ports->port_limit;
    if ((double)open / (double)ports->descriptor_limit >
        (double)ports->used / (double)ports->limit) {
        ports->used = open;
        ports->limit = ports->descriptor_limit;
    }
}
