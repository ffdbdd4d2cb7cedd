/* SPDX-License-Identifier: MIT */
/*
 * sim_workers.c - thousands of workers in one process, for one master to bear: each has a
 * connection of its own, registers, beats once a second, reports every three, runs at once
 * whatever it is told to, and leaves when it is told to quit. What they say is spread evenly over
 * the time.
 *
 *   sim_workers PORT WORKERS [NAMES BUCKETS [LOG [LIMIT_S]]]
 *
 * Prints one line of JSON when the last worker has left, or after LIMIT_S seconds. LOG gets a line
 * whenever reports were sent: the time, and the requests of all reports so far.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <zmq.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "proto/message.h"
#include "stats/hist.h"

enum {
    IN_FLIGHT = 128, /* heartbeats whose time of sending is remembered */
    REPORT_S = 3,
    CALL_AGAIN_S = 5, /* as long as there is no ack */
    SECONDS_MAX = 8,
    LOG_EVERY_NS = 20000000,
};

struct worker {
    void *socket;
    char id[64];
    bool acked, told, gone; /* told: to run users */
    int64_t called_ns;      /* its last client_ready */
    int64_t beat_ns[IN_FLIGHT];
    uint64_t beats, answers;
    int64_t reported_ns; /* wall */
    int64_t users;
    char class_name[64];
};

/* Workers take turns: number i acts at start + i / count, and again a period later. */
struct turns {
    int64_t start_ns, period_ns;
    uint64_t next;
};

static struct {
    size_t count, names, buckets, left;
    struct worker *workers;
    int poll;
    struct buf out;
    struct arena arena;
    /* The entries of every report: only their times change. */
    struct message_stats report;
    char (*name_texts)[48];
    struct message_count seconds[SECONDS_MAX];
    int64_t entry_requests;
    /* What came of it. */
    struct hist answer_delays, own_delays;
    uint64_t beats, answers, reports, bytes, requests, reconnects, garbled, unsent;
    FILE *log;
    int64_t logged_ns;
} sim;

/* ---- Sending ---- */

static void send_message(struct worker *worker, struct message *message)
{
    message->node_id = slice_of(worker->id);
    buf_clear(&sim.out);
    message_encode(&sim.out, MESSAGE_TO_MASTER, message);
    ENSURE(!sim.out.failed);
    if (zmq_send(worker->socket, sim.out.data, sim.out.length, ZMQ_DONTWAIT) < 0) {
        sim.unsent++;
    }
    sim.bytes += sim.out.length;
}

static void call(struct worker *worker, int64_t now_ns)
{
    struct message message = {.type = MESSAGE_CLIENT_READY, .client_ready.kind = VERSION_ANY};

    worker->called_ns = now_ns;
    send_message(worker, &message);
}

static struct slice state_of(const struct worker *worker)
{
    return slice_of(worker->told ? "running" : "ready");
}

static void beat(struct worker *worker)
{
    struct message message = {
        .type = MESSAGE_HEARTBEAT,
        .heartbeat = {.state = state_of(worker), .cpu_percent = 12.5, .memory_bytes = 50 << 20},
    };

    worker->beat_ns[worker->beats++ % IN_FLIGHT] = clock_mono_ns();
    sim.beats++;
    send_message(worker, &message);
}

/* A bucket's key, spread over Locust's grid up to 10 s; beyond, further ones follow. */
static int64_t key_of(size_t bucket)
{
    size_t slot = sim.buckets < 280 ? bucket * 280 / sim.buckets : bucket;
    int64_t at = (int64_t)slot;

    return at < 100   ? at
           : at < 190 ? 100 + (at - 100) * 10
           : at < 280 ? 1000 + (at - 190) * 100
                      : 10000 + (at - 280) * 1000;
}

static void fill_entry(struct message_entry *entry, const char *name, const char *method,
                       int64_t count)
{
    size_t buckets = sim.buckets;

    *entry = (struct message_entry){
        .name = slice_of(name),
        .method = slice_of(method),
        .num_requests = count * (int64_t)buckets,
        .total_response_time = number_float(123.4 * (double)count * (double)buckets),
        .max_response_time = number_float((double)key_of(buckets - 1)),
        .min_response_time = number_float(0.25),
        .total_content_length = 300 * count * (int64_t)buckets,
        .response_times = {mem_array(buckets, sizeof(struct message_count)), buckets},
        .num_reqs_per_sec.items = sim.seconds,
    };
    for (size_t i = 0; i < buckets; i++) {
        entry->response_times.items[i] = (struct message_count){number_int(key_of(i)), count};
    }
}

static void make_report(void)
{
    struct message_stats *report = &sim.report;

    sim.name_texts = mem_array(sim.names, sizeof(*sim.name_texts));
    report->entry_count = sim.names;
    report->entries = mem_array(sim.names, sizeof(*report->entries));
    for (size_t i = 0; i < sim.names; i++) {
        snprintf(sim.name_texts[i], sizeof(*sim.name_texts), "/shop/%zu/articles?page=[n]", i);
        fill_entry(&report->entries[i], sim.name_texts[i], "GET", 1);
    }
    fill_entry(&report->total, "Aggregated", "", (int64_t)sim.names);
    sim.entry_requests = (int64_t)sim.buckets;
}

/* The requests of an entry lie evenly over the seconds since the last report. */
static size_t fill_seconds(int64_t from_s, int64_t to_s)
{
    size_t count = 0;

    from_s = to_s - from_s < SECONDS_MAX ? from_s : to_s - SECONDS_MAX + 1;
    for (int64_t s = from_s; s <= to_s; s++) {
        sim.seconds[count++] = (struct message_count){number_int(s), 0};
    }
    for (int64_t i = 0; i < sim.entry_requests; i++) {
        sim.seconds[(size_t)i % count].count++;
    }
    return count;
}

static void stamp(struct message_entry *entry, int64_t from_ns, int64_t to_ns, size_t seconds)
{
    entry->start_time = number_float(seconds_from_ns(from_ns));
    entry->last_request_timestamp = number_float(seconds_from_ns(to_ns));
    entry->num_reqs_per_sec.count = seconds;
}

static void log_requests(int64_t wall_ns)
{
    if (sim.log && wall_ns - sim.logged_ns >= LOG_EVERY_NS) {
        fprintf(sim.log, "%.3f %llu\n", seconds_from_ns(wall_ns), (unsigned long long)sim.requests);
        fflush(sim.log);
        sim.logged_ns = wall_ns;
    }
}

/* Empty as long as it has no users, as a worker's is. */
static void report(struct worker *worker)
{
    struct message message = {.type = MESSAGE_STATS, .stats = sim.report};
    struct message_stats *stats = &message.stats;
    struct message_class class = {.name = slice_of(worker->class_name), .users = worker->users};
    int64_t now_ns = clock_wall_ns();
    int64_t from_ns = worker->reported_ns ? worker->reported_ns : now_ns;
    size_t seconds = fill_seconds(from_ns / NS_PER_S, now_ns / NS_PER_S);

    stats->user_count = worker->users;
    stats->classes = (struct message_classes){.present = true, .items = &class, .count = 1};
    worker->reported_ns = now_ns;
    if (worker->told) {
        for (size_t i = 0; i < stats->entry_count; i++) {
            stamp(&stats->entries[i], from_ns, now_ns, seconds);
        }
        stamp(&stats->total, from_ns, now_ns, seconds);
        sim.requests += (uint64_t)stats->total.num_requests;
    } else {
        stats->entry_count = 0;
        stats->classes.count = worker->class_name[0] != '\0';
        stats->total = (struct message_entry){.name = slice_of("Aggregated"),
                                              .method = slice_of(""),
                                              .total_response_time = number_int(0),
                                              .max_response_time = number_int(0),
                                              .start_time = number_float(seconds_from_ns(from_ns))};
    }
    send_message(worker, &message);
    sim.reports++;
    log_requests(now_ns);
}

/* ---- Being told ---- */

static void take_spawn(struct worker *worker, const struct message_spawn *spawn)
{
    struct message spawning = {.type = MESSAGE_SPAWNING};
    struct message complete = {.type = MESSAGE_SPAWNING_COMPLETE,
                               .spawning_complete.classes = spawn->classes};

    worker->users = 0;
    for (size_t i = 0; i < spawn->classes.count; i++) {
        const struct message_class *class = &spawn->classes.items[i];

        worker->users += class->users;
        snprintf(worker->class_name,
                 sizeof(worker->class_name),
                 "%.*s",
                 (int)class->name.length,
                 class->name.bytes);
    }
    if (!worker->told) { /* its users begin now */
        worker->told = true;
        worker->reported_ns = clock_wall_ns();
    }
    complete.spawning_complete.user_count = worker->users;
    send_message(worker, &spawning);
    send_message(worker, &complete);
}

static void take_answer(struct worker *worker, int64_t now_ns)
{
    if (worker->answers < worker->beats) {
        hist_record(&sim.answer_delays, now_ns - worker->beat_ns[worker->answers++ % IN_FLIGHT]);
        sim.answers++;
    }
}

static void leave(struct worker *worker, int64_t now_ns)
{
    struct message message = {.type = MESSAGE_QUIT};

    if (worker->answers < worker->beats) { /* so late is the answer at least */
        hist_record(&sim.answer_delays, now_ns - worker->beat_ns[worker->answers % IN_FLIGHT]);
    }
    send_message(worker, &message);
    worker->gone = true;
    sim.left--;
}

static void take(struct worker *worker, const void *bytes, size_t length)
{
    struct message message;
    struct err err;
    int64_t now_ns = clock_mono_ns();

    arena_reset(&sim.arena);
    if (!message_decode(&message, MESSAGE_TO_WORKER, bytes, length, &sim.arena, &err)) {
        sim.garbled++;
    } else if (message.type == MESSAGE_HEARTBEAT) {
        take_answer(worker, now_ns);
    } else if (message.type == MESSAGE_ACK) {
        worker->acked = true;
    } else if (message.type == MESSAGE_SPAWN) {
        take_spawn(worker, &message.spawn);
    } else if (message.type == MESSAGE_RECONNECT) {
        sim.reconnects++;
    } else if (message.type == MESSAGE_QUIT && !worker->gone) {
        leave(worker, now_ns);
    }
}

/* ZMQ_FD tells of changes only, so everything there is has to be read. */
static void receive_all(struct worker *worker)
{
    for (;;) {
        zmq_msg_t body;

        zmq_msg_init(&body);
        bool got = zmq_msg_recv(&body, worker->socket, ZMQ_DONTWAIT) >= 0;

        if (got) {
            take(worker, zmq_msg_data(&body), zmq_msg_size(&body));
        }
        zmq_msg_close(&body);
        if (!got) {
            return;
        }
    }
}

/* ---- All of them ---- */

static void connect_worker(void *context, struct worker *worker, size_t index, const char *master)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = worker};
    int linger_ms = 1000, fd;
    size_t size = sizeof(fd);

    snprintf(worker->id, sizeof(worker->id), "sim_%016x%016zx", (unsigned)getpid(), index);
    worker->socket = zmq_socket(context, ZMQ_DEALER);
    if (!worker->socket) {
        fprintf(stderr, "worker %zu: %s\n", index, zmq_strerror(errno));
        exit(1);
    }
    zmq_setsockopt(worker->socket, ZMQ_ROUTING_ID, worker->id, strlen(worker->id));
    zmq_setsockopt(worker->socket, ZMQ_LINGER, &linger_ms, sizeof(linger_ms));
    ENSURE(zmq_connect(worker->socket, master) == 0);
    ENSURE(zmq_getsockopt(worker->socket, ZMQ_FD, &fd, &size) == 0);
    ENSURE(epoll_ctl(sim.poll, EPOLL_CTL_ADD, fd, &event) == 0);
    call(worker, clock_mono_ns());
}

static int64_t due_ns(const struct turns *turns)
{
    uint64_t round = turns->next / sim.count, index = turns->next % sim.count;

    return turns->start_ns + (int64_t)round * turns->period_ns +
           turns->period_ns * (int64_t)index / (int64_t)sim.count;
}

/* Sends may swallow the news of something to read, so that is looked for here too. */
static void take_turns(struct turns *turns, int64_t now_ns, void (*act)(struct worker *worker))
{
    for (int64_t due; (due = due_ns(turns)) <= now_ns; turns->next++) {
        struct worker *worker = &sim.workers[turns->next % sim.count];

        if (worker->gone) {
            continue;
        }
        if (worker->acked) {
            act(worker);
            hist_record(&sim.own_delays, clock_mono_ns() - due);
        } else if (now_ns - worker->called_ns > CALL_AGAIN_S * NS_PER_S) {
            call(worker, now_ns);
        }
        receive_all(worker);
    }
}

static void run(int64_t end_ns)
{
    enum { BATCH = 256 };
    struct epoll_event events[BATCH];
    struct turns beats = {clock_mono_ns(), NS_PER_S, 0};
    struct turns reports = {beats.start_ns, REPORT_S * NS_PER_S, 0};

    for (size_t i = 0; i < sim.count; i++) {
        receive_all(&sim.workers[i]);
    }
    for (int64_t now_ns; sim.left > 0 && (now_ns = clock_mono_ns()) < end_ns;) {
        int64_t next_ns = due_ns(&beats) < due_ns(&reports) ? due_ns(&beats) : due_ns(&reports);
        int wait_ms = next_ns > now_ns ? (int)((next_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS) : 0;
        int count = epoll_wait(sim.poll, events, BATCH, wait_ms);

        for (int i = 0; i < count; i++) {
            receive_all(events[i].data.ptr);
        }
        take_turns(&beats, clock_mono_ns(), beat);
        take_turns(&reports, clock_mono_ns(), report);
    }
}

static void print_results(void)
{
    size_t acked = 0;

    for (size_t i = 0; i < sim.count; i++) {
        acked += sim.workers[i].acked;
    }
    printf("{\"workers\": %zu, \"acked\": %zu, \"left\": %zu, ", sim.count, acked, sim.left);
    printf("\"heartbeats\": %llu, \"answers\": %llu, ",
           (unsigned long long)sim.beats,
           (unsigned long long)sim.answers);
    printf("\"answer_ms\": {\"median\": %.2f, \"p99\": %.2f, \"max\": %.2f}, ",
           (double)hist_percentile_ns(&sim.answer_delays, 0.5) / 1e6,
           (double)hist_percentile_ns(&sim.answer_delays, 0.99) / 1e6,
           (double)sim.answer_delays.max_ns / 1e6);
    printf("\"own_delay_ms\": {\"p99\": %.2f, \"max\": %.2f}, ",
           (double)hist_percentile_ns(&sim.own_delays, 0.99) / 1e6,
           (double)sim.own_delays.max_ns / 1e6);
    printf("\"reports\": %llu, \"requests\": %llu, \"bytes\": %llu, ",
           (unsigned long long)sim.reports,
           (unsigned long long)sim.requests,
           (unsigned long long)sim.bytes);
    printf("\"reconnects\": %llu, \"garbled\": %llu, \"unsent\": %llu}\n",
           (unsigned long long)sim.reconnects,
           (unsigned long long)sim.garbled,
           (unsigned long long)sim.unsent);
}

static void allow_descriptors(size_t wanted)
{
    struct rlimit limit;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max < wanted) {
        fprintf(stderr,
                "%zu workers need %zu descriptors, allowed are %llu\n",
                sim.count,
                wanted,
                (unsigned long long)limit.rlim_max);
        exit(1);
    }
}

static size_t number_of(int argc, char **argv, int at, size_t fallback)
{
    long number = at < argc ? strtol(argv[at], NULL, 10) : (long)fallback;

    if (number < 1) {
        fprintf(stderr, "usage: sim_workers PORT WORKERS [NAMES BUCKETS [LOG [LIMIT_S]]]\n");
        exit(2);
    }
    return (size_t)number;
}

int main(int argc, char **argv)
{
    enum { SPARE = 64 };
    size_t port = number_of(argc, argv, 1, 0), limit_s;
    char master[64];

    sim.count = sim.left = number_of(argc, argv, 2, 0);
    sim.names = number_of(argc, argv, 3, 50);
    sim.buckets = number_of(argc, argv, 4, 100);
    limit_s = number_of(argc, argv, 6, 3600);
    allow_descriptors(2 * sim.count + SPARE);
    snprintf(master, sizeof(master), "tcp://127.0.0.1:%zu", port);
    sim.log = argc > 5 ? fopen(argv[5], "we") : NULL;
    sim.workers = mem_array(sim.count, sizeof(*sim.workers));
    sim.poll = epoll_create1(EPOLL_CLOEXEC);
    buf_init(&sim.out, MESSAGE_MAX_BYTES);
    hist_init(&sim.answer_delays);
    hist_init(&sim.own_delays);
    make_report();

    void *context = zmq_ctx_new();

    zmq_ctx_set(context, ZMQ_MAX_SOCKETS, (int)sim.count + SPARE);
    for (size_t i = 0; i < sim.count; i++) {
        connect_worker(context, &sim.workers[i], i, master);
    }
    run(clock_mono_ns() + (int64_t)limit_s * NS_PER_S);
    print_results();
    for (size_t i = 0; i < sim.count; i++) {
        zmq_close(sim.workers[i].socket);
    }
    zmq_ctx_term(context);
    return sim.left == 0 ? 0 : 1;
}
