/* SPDX-License-Identifier: MIT */
/*
 * A master with workers' puppets, on one loop. Seconds of silence are brought about by calling
 * master_beat(); the wait for workers is cut short by calling its timer.
 */
#include "runner/master.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/log.h"
#include "base/memory.h"
#include "puppet.h"
#include "runner/master_private.h"
#include "spin.h"
#include "wire.h"
#include "world.h" /* note() */

enum { PUPPETS = 4 };

static const struct master_class two_classes[] = {{.name = "A", .weight = 1},
                                                  {.name = "B", .weight = 1}};

struct run {
    /* set before open_run(), the rest zero */
    struct scenario scenario;
    struct master_options options;
    bool for_nobody; /* expect no workers; else at least one */
    /* read by tests */
    struct loop *loop;
    struct scenarios scenarios;
    struct stats *stats;
    struct runner *runner;
    struct master *master;
    struct puppet *workers[PUPPETS];
    int spawned, ended;
};

static void on_spawned(void *data)
{
    ((struct run *)data)->spawned++;
}

static void on_ended(void *data)
{
    ((struct run *)data)->ended++;
}

static void on_mark(const struct incoming *message)
{
    cicada_send_message(message->type, "null", message->from);
}

static const struct message_handler only_marks[] = {{PUPPET_MARK, on_mark}, {0}};

static void open_run(struct run *run)
{
    struct runner_events events = {.data = run, .on_spawned = on_spawned, .on_ended = on_ended};
    struct master_options *options = &run->options;
    struct err err = {""};

    log_set_level(LOG_LEVELS);
    notes_clear();
    run->scenario.abi = CICADA_ABI;
    run->scenario.size = sizeof(run->scenario);
    run->scenario.messages = run->scenario.messages ? run->scenario.messages : only_marks;
    run->loop = loop_new();
    scenarios_add(&run->scenarios, "test", &run->scenario);
    run->stats = stats_new(NULL, clock_wall_ns());
    options->bind_host = "127.0.0.1";
    if (options->stop_timeout_ns == 0) { /* what the tests wait for comes sooner */
        options->stop_timeout_ns = 600 * NS_PER_S;
    }
    if (!run->for_nobody) {
        options->expect_workers = options->expect_workers ? options->expect_workers : 1;
    }
    options->course.spawn_rate = options->course.spawn_rate > 0 ? options->course.spawn_rate : 1000;
    if (!options->classes && !options->learn_classes) {
        options->classes = two_classes;
        options->class_count = ARRAY_LEN(two_classes);
    }
    run->runner = master_new(run->loop, run->stats, &run->scenarios, options, &events, &err);
    CHECK_STR(err.text, "");
    run->master = (struct master *)run->runner;    /* its first member */
    loop_timer_stop(&run->master->liveness_timer); /* beats come from the tests */
}

static void close_run(struct run *run)
{
    for (int i = 0; i < PUPPETS; i++) {
        if (run->workers[i]) {
            puppet_close(run->workers[i]);
            free(run->workers[i]);
        }
    }
    run->runner->ops->free(run->runner);
    stats_free(run->stats);
    scenarios_fini(&run->scenarios);
    loop_free(run->loop);
}

/* Connected, but silent. */
static struct puppet *visit(struct run *run, int n, const char *id)
{
    run->workers[n] = mem_new(sizeof(struct puppet));
    puppet_connect(run->workers[n], run->loop, master_port(run->runner), id);
    return run->workers[n];
}

static void call(struct puppet *worker)
{
    struct message message = {.type = MESSAGE_CLIENT_READY, .client_ready.kind = VERSION_ANY};

    puppet_say(worker, &message);
}

static void await_ack(struct run *run, struct puppet *worker)
{
    size_t before = puppet_heard(worker, MESSAGE_ACK);

    call(worker);
    AWAIT(run->loop, puppet_heard(worker, MESSAGE_ACK) > before);
}

/* "host_a", "host_b" ..., registered. */
static struct puppet *join(struct run *run, int n)
{
    char id[8] = "host_a";

    id[5] = (char)('a' + n);
    struct puppet *worker = visit(run, n, id);

    await_ack(run, worker);
    return worker;
}

/* All that a registered worker has said is done, and answered, when this is. */
static void settle(struct run *run, struct puppet *worker)
{
    size_t before = puppet_marks(worker);

    puppet_say_json(worker, PUPPET_MARK, "null");
    AWAIT(run->loop, puppet_marks(worker) > before);
}

/* For one that is not: the answer to its request for a file is the only one it gets. */
static void settle_stranger(struct run *run, struct puppet *worker)
{
    size_t before = puppet_heard(worker, MESSAGE_LOCUSTFILE);

    puppet_say_json(worker, "locustfile", "{\"version\": \"2.46.3\"}");
    AWAIT(run->loop, puppet_heard(worker, MESSAGE_LOCUSTFILE) > before);
}

static void start(struct run *run)
{
    run->runner->ops->start(run->runner);
    if (run->master->waiting) {
        run->master->wait_timer.callback(&run->master->wait_timer);
    }
}

static void complete_with(struct puppet *worker, const struct message_classes *classes)
{
    struct message message = {.type = MESSAGE_SPAWNING_COMPLETE,
                              .spawning_complete.classes = *classes};

    puppet_say(worker, &message);
}

/* Says that it runs what it was last told to. */
static void obey(struct puppet *worker)
{
    puppet_say_plain(worker, MESSAGE_SPAWNING);
    complete_with(worker, &puppet_last(worker, MESSAGE_SPAWN)->spawn.classes);
}

static void heartbeat(struct puppet *worker, const char *state, double cpu_percent)
{
    struct message message = {
        .type = MESSAGE_HEARTBEAT,
        .heartbeat = {.state = slice_of(state), .cpu_percent = cpu_percent, .memory_bytes = 5},
    };

    puppet_say(worker, &message);
}

/* The nth order, the last one for -1: "A:1 B:0". */
static const char *order(const struct puppet *worker, int n)
{
    static char text[256];
    const struct message *message =
        n < 0 ? puppet_last(worker, MESSAGE_SPAWN) : puppet_nth(worker, MESSAGE_SPAWN, (size_t)n);
    const struct message_classes *classes = &message->spawn.classes;
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < classes->count; i++) {
        used += (size_t)snprintf(text + used,
                                 sizeof(text) - used,
                                 "%s%.*s:%lld",
                                 i > 0 ? " " : "",
                                 (int)classes->items[i].name.length,
                                 classes->items[i].name.bytes,
                                 (long long)classes->items[i].users);
    }
    return text;
}

static int64_t ordered(const struct puppet *worker)
{
    const struct message_classes *classes = &puppet_last(worker, MESSAGE_SPAWN)->spawn.classes;
    int64_t users = 0;

    for (size_t i = 0; i < classes->count; i++) {
        users += classes->items[i].users;
    }
    return users;
}

static struct snapshot now(struct run *run)
{
    return run->runner->ops->snapshot(run->runner);
}

/* ---- Registration ---- */

static void registration(void **state)
{
    static const struct {
        const char *row, *data; /* of client_ready */
        bool accepted;
    } rows[] = {
        {"any version", "-1", true},
        {"the same one", "\"2.46.3\"", true},
        {"an old one", "\"2.12.1\"", true},
        {"Debian's, which is empty", "\"\"", true},
        {"nothing", "null", false},
        {"zero", "0", false},
        {"before 2.0", "false", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run run = {0};
        struct puppet *worker;

        CHECK_ROW(rows[i].row);
        open_run(&run);
        worker = visit(&run, 0, "host_a");
        puppet_say_json(worker, "client_ready", rows[i].data);
        settle_stranger(&run, worker);
        CHECK_STR(puppet_words(worker), rows[i].accepted ? "ack locustfile" : "locustfile");
        CHECK_EQ(now(&run).worker_count, rows[i].accepted);
        if (rows[i].accepted) {
            CHECK_EQ(worker->heard[0].ack.index, 0);
            CHECK(worker->heard[0].ack.hdr);
            CHECK(worker->heard[0].ack.detail);
            CHECK_STR(now(&run).workers[0].id, "host_a");
            CHECK_STR(now(&run).workers[0].state, "ready");
        }
        close_run(&run);
    }
}

static void note_worker(const char *id)
{
    note("%s", id);
}

static void indexes(void **state)
{
    struct run run = {.scenario = {.worker_connect = note_worker}};
    struct puppet *workers[2];

    (void)state;
    CHECK_ROW("in the order of first contact, and stable");
    open_run(&run);
    for (int i = 0; i < 2; i++) {
        workers[i] = join(&run, i);
        CHECK_EQ(puppet_last(workers[i], MESSAGE_ACK)->ack.index, i);
    }
    puppet_say_plain(workers[0], MESSAGE_CLIENT_STOPPED);
    await_ack(&run, workers[0]);
    CHECK_EQ(puppet_last(workers[0], MESSAGE_ACK)->ack.index, 0);
    puppet_say_plain(workers[1], MESSAGE_QUIT);
    await_ack(&run, workers[1]);
    CHECK_EQ(puppet_last(workers[1], MESSAGE_ACK)->ack.index, 1);
    CHECK_ROW("a repeated call is answered, and no new worker");
    await_ack(&run, workers[1]);
    CHECK_EQ(now(&run).worker_count, 2);
    CHECK_STR(notes(), "host_a host_b host_a host_b");
    close_run(&run);
}

/* ---- What is shown ---- */

static void snapshots_of_one_round(void **state)
{
    struct run run = {.options = {.course.users = 4}};

    (void)state;
    CHECK_ROW("one stays as it is while others are made");
    open_run(&run);
    join(&run, 0);
    join(&run, 1);
    start(&run);
    struct snapshot first = now(&run), second = now(&run);

    run.runner->ops->halt(run.runner, -1); /* changes what later ones show */
    CHECK_EQ(now(&run).state, RUN_STOPPED);
    CHECK_EQ(first.class_count, 2);
    CHECK_STR(first.class_names[1], "B");
    CHECK_EQ(first.class_users[1], 0);
    CHECK_EQ(first.worker_count, 2);
    CHECK_STR(first.workers[1].id, "host_b");
    CHECK_STR(first.workers[1].state, "ready");
    CHECK(first.class_names != second.class_names && first.workers != second.workers);
    close_run(&run);
}

/* ---- Their condition ---- */

/* Says more than Locust's heartbeats do. */
static void tell(struct run *run, int n, const char *data)
{
    puppet_say_json(run->workers[n], "heartbeat", data);
    settle(run, run->workers[n]);
}

static void conditions(void **state)
{
    struct run run = {0};
    struct snapshot seen;

    (void)state;
    open_run(&run);
    join(&run, 0);
    join(&run, 1);
    CHECK_ROW("nobody has said anything");
    CHECK_NEAR(now(&run).workers[0].lag_p99_ms, -1, 0);
    CHECK_EQ(now(&run).workers[0].connections, -1);
    tell(&run,
         0,
         "{\"state\": \"running\", \"current_cpu_usage\": 1.0, \"lag_p99_ms\": 1.5, "
         "\"connections\": 7, \"ports_used\": 9, \"ports_limit\": 100, \"waiting\": 3, "
         "\"oldest_wait\": 2.5}");
    tell(&run,
         1,
         "{\"state\": \"running\", \"current_cpu_usage\": 1.0, \"lag_p99_ms\": 0.5, "
         "\"connections\": 1, \"waiting\": 1, \"oldest_wait\": 0}");
    seen = now(&run);
    CHECK_ROW("two of ours");
    CHECK_NEAR(seen.workers[0].lag_p99_ms, 1.5, 0);
    CHECK_EQ(seen.workers[0].connections, 7);
    CHECK_EQ(seen.workers[0].ports_used, 9);
    CHECK_EQ(seen.workers[0].ports_limit, 100);
    CHECK_EQ(seen.workers[1].ports_limit, 0);
    CHECK(seen.waiting_known);
    CHECK_EQ(seen.waiting_users, 4);
    CHECK_EQ(seen.oldest_wait_ns, 2500 * NS_PER_MS);
    CHECK_ROW("one of another make with users: nobody knows how many wait");
    tell(&run, 1, "{\"state\": \"running\", \"current_cpu_usage\": 1.0}");
    complete_with(run.workers[1],
                  &(struct message_classes){
                      .present = true,
                      .items = &(struct message_class){.name = slice_of("A"), .users = 2},
                      .count = 1});
    settle(&run, run.workers[1]);
    CHECK(!now(&run).waiting_known);
    CHECK_NEAR(now(&run).workers[1].lag_p99_ms, -1, 0);
    CHECK_ROW("nonsense is bounded or ignored, and the heartbeat counts");
    tell(&run,
         0,
         "{\"state\": \"running\", \"current_cpu_usage\": 2.0, \"lag_p99_ms\": 1e300, "
         "\"connections\": \"many\", \"ports_used\": -5, \"ports_limit\": 1e18, "
         "\"waiting\": [1], \"oldest_wait\": {\"a\": 1}}");
    seen = now(&run);
    CHECK_NEAR(seen.workers[0].cpu_percent, 2, 0);
    CHECK_NEAR(seen.workers[0].lag_p99_ms, 1e9, 0);
    CHECK_EQ(seen.workers[0].connections, -1);
    CHECK_EQ(seen.workers[0].ports_used, 0);
    CHECK_EQ(seen.workers[0].ports_limit, 10000000);
    CHECK_EQ(seen.oldest_wait_ns, 0);
    close_run(&run);
}

/* ---- The ramp ---- */

static void waiting_for_workers(void **state)
{
    struct run run = {.options = {.expect_workers = 2, .course.users = 2}};
    int code;

    (void)state;
    CHECK_ROW("nothing starts before they are there");
    open_run(&run);
    join(&run, 0);
    start(&run);
    CHECK_EQ(now(&run).start_ns, 0);
    CHECK(run.master->waiting);
    settle(&run, run.workers[0]);
    CHECK_EQ(puppet_heard(run.workers[0], MESSAGE_SPAWN), 0);
    join(&run, 1);
    run.master->wait_timer.callback(&run.master->wait_timer);
    CHECK(now(&run).start_ns > 0);
    AWAIT(run.loop, puppet_heard(run.workers[1], MESSAGE_SPAWN) > 0);
    CHECK(!run.runner->ops->exit_code(run.runner, &code));
    close_run(&run);

    CHECK_ROW("in vain");
    run = (struct run){.options = {.expect_workers = 2,
                                   .expect_workers_max_wait_ns = 60 * NS_PER_S,
                                   .course.users = 2}};
    open_run(&run);
    start(&run);
    CHECK_EQ(run.ended, 0);
    run.master->wait_start_ns -= 61 * NS_PER_S;
    run.master->wait_timer.callback(&run.master->wait_timer);
    CHECK_EQ(run.ended, 1);
    CHECK_EQ(now(&run).state, RUN_STOPPED);
    CHECK(run.runner->ops->exit_code(run.runner, &code));
    CHECK_EQ(code, 1);
    close_run(&run);
}

static void a_ramp(void **state)
{
    struct run run = {.options = {.course = {.users = 6, .spawn_rate = 4},
                                  .host = "http://h",
                                  .stop_timeout_ns = 1500 * NS_PER_MS}};
    const struct message_spawn *spawn;
    double before;

    (void)state;
    CHECK_ROW("a step goes to everybody, with every class");
    open_run(&run);
    join(&run, 0);
    join(&run, 1);
    start(&run);
    for (int i = 0; i < 2; i++) {
        AWAIT(run.loop, puppet_heard(run.workers[i], MESSAGE_SPAWN) >= 1);
        CHECK_STR(order(run.workers[i], 0), i == 0 ? "A:2 B:0" : "A:0 B:2");
        obey(run.workers[i]);
    }
    CHECK_EQ(now(&run).state, RUN_SPAWNING);
    CHECK_EQ(now(&run).target_users, 6);
    spawn = &puppet_last(run.workers[0], MESSAGE_SPAWN)->spawn;
    CHECK(slice_is(spawn->host, "http://h"));
    CHECK_NEAR(spawn->stop_timeout, 1.5, 0);
    CHECK_NEAR(spawn->timestamp, (double)clock_wall_ns() / NS_PER_S, 60);
    before = spawn->timestamp;
    CHECK_ROW("the next one a second later");
    for (int i = 0; i < 2; i++) {
        AWAIT(run.loop, puppet_heard(run.workers[i], MESSAGE_SPAWN) == 2);
        CHECK_STR(order(run.workers[i], 1), i == 0 ? "A:3 B:0" : "A:0 B:3");
    }
    CHECK(puppet_last(run.workers[0], MESSAGE_SPAWN)->spawn.timestamp > before);
    CHECK_EQ(run.spawned, 0);
    AWAIT(run.loop, loop_timer_active(&run.master->reports_timer));
    loop_timer_stop(&run.master->reports_timer); /* it would give up on them in a second */
    CHECK_ROW("complete when all have said so, and all are told");
    obey(run.workers[0]);
    settle(&run, run.workers[0]);
    CHECK_EQ(run.spawned, 0);
    obey(run.workers[1]);
    AWAIT(run.loop, run.spawned == 1);
    CHECK_EQ(now(&run).state, RUN_RUNNING);
    CHECK_EQ(now(&run).users, 6);
    CHECK_EQ(now(&run).class_count, 2);
    CHECK_EQ(now(&run).class_users[0], 3);
    for (int i = 0; i < 2; i++) {
        AWAIT(run.loop, puppet_heard(run.workers[i], MESSAGE_SPAWNING_COMPLETE) == 1);
        const struct message_spawning_complete *complete =
            &puppet_last(run.workers[i], MESSAGE_SPAWNING_COMPLETE)->spawning_complete;

        CHECK_EQ(complete->user_count, 6);
        CHECK(!complete->classes.present);
    }
    CHECK_ROW("and down again");
    run.runner->ops->edit(run.runner, -6, 100);
    for (int i = 0; i < 2; i++) {
        AWAIT(run.loop, puppet_heard(run.workers[i], MESSAGE_SPAWN) == 3);
        CHECK_STR(order(run.workers[i], 2), "A:0 B:0");
        obey(run.workers[i]);
    }
    AWAIT(run.loop, run.spawned == 2);
    CHECK_EQ(run.ended, 0);
    close_run(&run);
}

/* So many users, with so many workers, all of them at work. */
static void open_running(struct run *run, int workers, uint32_t users)
{
    run->options.course.users = users;
    open_run(run);
    for (int i = 0; i < workers; i++) {
        join(run, i);
    }
    start(run);
    for (int i = 0; i < workers; i++) {
        AWAIT(run->loop, puppet_heard(run->workers[i], MESSAGE_SPAWN) == 1);
        obey(run->workers[i]);
    }
    AWAIT(run->loop, run->spawned == 1);
    for (int i = 0; i < workers; i++) {
        settle(run, run->workers[i]);
        puppet_forget(run->workers[i]);
    }
}

static void the_ramp_does_not_wait_for_ever(void **state)
{
    struct run run = {.options.course = {.users = 4}};

    (void)state;
    CHECK_ROW("for a worker that never says it is done");
    open_run(&run);
    join(&run, 0);
    start(&run);
    AWAIT(run.loop, puppet_heard(run.workers[0], MESSAGE_SPAWN) == 1);
    puppet_say_plain(run.workers[0], MESSAGE_SPAWNING);
    AWAIT(run.loop, run.spawned == 1);
    CHECK_EQ(now(&run).users, 0);
    CHECK_STR(now(&run).workers[0].state, "spawning");
    close_run(&run);
}

static void joining(void **state)
{
    struct run run = {0};
    struct puppet *late;

    (void)state;
    CHECK_ROW("only what must move does");
    open_running(&run, 2, 6);
    late = join(&run, 2);
    AWAIT(run.loop, puppet_heard(late, MESSAGE_SPAWN) == 1);
    CHECK_EQ(ordered(late), 2);
    for (int i = 0; i < 2; i++) {
        AWAIT(run.loop, puppet_heard(run.workers[i], MESSAGE_SPAWN) == 1);
        CHECK_EQ(ordered(run.workers[i]), 2);
    }
    CHECK_ROW("calling again gives no second share");
    await_ack(&run, late);
    settle(&run, late);
    CHECK_EQ(puppet_heard(late, MESSAGE_SPAWN), 2); /* a reminder */
    CHECK_EQ(ordered(late), 2);
    settle(&run, run.workers[0]);
    CHECK_EQ(puppet_heard(run.workers[0], MESSAGE_SPAWN), 1);
    close_run(&run);
}

static void starting_with_nobody(void **state)
{
    struct run run = {.options.course = {.users = 3}, .for_nobody = true};

    (void)state;
    CHECK_ROW("the ramp goes on when somebody comes");
    open_run(&run);
    start(&run);
    CHECK(now(&run).start_ns > 0);
    spin(run.loop, 20 * NS_PER_MS);
    CHECK_EQ(run.spawned, 0);
    join(&run, 0);
    AWAIT(run.loop,
          puppet_heard(run.workers[0], MESSAGE_SPAWN) > 0 && ordered(run.workers[0]) == 3);
    obey(run.workers[0]);
    AWAIT(run.loop, run.spawned == 1);
    close_run(&run);
}

static void leaving(void **state)
{
    static const struct {
        const char *row;
        enum message_type word;
    } rows[] = {
        {"one that quits", MESSAGE_QUIT},
        {"one that stops", MESSAGE_CLIENT_STOPPED},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run run = {0};

        CHECK_ROW(rows[i].row);
        open_running(&run, 3, 6);
        puppet_say_plain(run.workers[1], rows[i].word);
        AWAIT(run.loop,
              puppet_heard(run.workers[0], MESSAGE_SPAWN) == 1 &&
                  puppet_heard(run.workers[2], MESSAGE_SPAWN) == 1);
        CHECK_EQ(ordered(run.workers[0]) + ordered(run.workers[2]), 6);
        CHECK_EQ(ordered(run.workers[0]), 3);
        CHECK_EQ(now(&run).worker_count, 2);
        CHECK_EQ(now(&run).users, 4); /* until the others report */
        CHECK_EQ(puppet_heard(run.workers[1], MESSAGE_SPAWN), 0);
        CHECK_ROW("the last one ends the test");
        puppet_say_plain(run.workers[0], rows[i].word);
        puppet_say_plain(run.workers[2], rows[i].word);
        AWAIT(run.loop, run.ended == 1);
        CHECK_EQ(now(&run).state, RUN_STOPPED);
        close_run(&run);
    }
}

/* ---- Silence ---- */

static void a_missing_worker(void **state)
{
    struct run run = {0};
    uint64_t merged;

    (void)state;
    CHECK_ROW("four seconds of silence are no reason yet");
    open_running(&run, 2, 4);
    for (int i = 0; i < 4; i++) {
        master_beat(run.master);
        heartbeat(run.workers[0], "running", 1);
        settle(&run, run.workers[0]);
    }
    CHECK_STR(now(&run).workers[1].state, "running");
    CHECK_ROW("five are: its users go to the others");
    master_beat(run.master);
    CHECK_STR(now(&run).workers[1].state, "missing");
    CHECK_STR(now(&run).workers[0].state, "running");
    CHECK_EQ(now(&run).users, 2);
    AWAIT(run.loop, puppet_heard(run.workers[0], MESSAGE_SPAWN) == 1);
    CHECK_EQ(ordered(run.workers[0]), 4);
    CHECK_ROW("what it still says counts, but not its users");
    puppet_say_json(run.workers[1],
                    "stats",
                    "{\"stats\": [], \"stats_total\": {\"name\": \"Aggregated\", \"method\": \"\","
                    " \"num_requests\": 3}, \"errors\": {},"
                    " \"user_classes_count\": {\"A\": 9, \"B\": 9}}");
    settle(&run, run.workers[1]);
    CHECK_EQ(stats_total(run.stats)->num_requests, 3);
    CHECK_EQ(now(&run).users, 2);
    complete_with(run.workers[1],
                  &(struct message_classes){
                      .present = true,
                      .items = (struct message_class[]){{.name = slice_of("A"), .users = 9}},
                      .count = 1});
    settle(&run, run.workers[1]);
    CHECK_EQ(now(&run).users, 2);
    merged = stats_total(run.stats)->num_requests;
    CHECK_ROW("a heartbeat brings it back, with a share");
    heartbeat(run.workers[1], "running", 1);
    AWAIT(run.loop, puppet_heard(run.workers[1], MESSAGE_SPAWN) == 1);
    CHECK_EQ(ordered(run.workers[1]), 2);
    CHECK_STR(now(&run).workers[1].state, "running");
    CHECK_ROW("after a minute it is given up");
    for (int i = 0; i < 5; i++) {
        heartbeat(run.workers[0], "running", 1);
        settle(&run, run.workers[0]);
        master_beat(run.master);
    }
    CHECK_STR(now(&run).workers[1].state, "missing");
    for (int i = 0; i < 61; i++) {
        heartbeat(run.workers[0], "running", 1);
        settle(&run, run.workers[0]);
        master_beat(run.master);
    }
    CHECK_EQ(now(&run).worker_count, 1);
    CHECK_EQ(run.ended, 0);
    CHECK_ROW("and told to stop when it comes back");
    puppet_forget(run.workers[1]);
    heartbeat(run.workers[1], "running", 1);
    AWAIT(run.loop, puppet_heard(run.workers[1], MESSAGE_STOP) == 1);
    CHECK_EQ(stats_total(run.stats)->num_requests, merged);
    CHECK_ROW("the last one's silence ends the test");
    for (int i = 0; i < 5; i++) {
        master_beat(run.master);
    }
    CHECK_EQ(run.ended, 1);
    close_run(&run);
}

static void heartbeats(void **state)
{
    static const struct {
        const char *row, *version; /* as JSON */
        bool answered, told;
    } rows[] = {
        {"any version", "-1", true, true},
        {"today's", "\"2.46.3\"", true, true},
        {"one that does not know the end of a ramp", "\"2.20.0\"", true, false},
        {"one that knows neither", "\"2.12.1\"", false, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run run = {.options.course.users = 0};
        struct puppet *worker;

        CHECK_ROW(rows[i].row);
        open_run(&run);
        worker = visit(&run, 0, "host_a");
        puppet_say_json(worker, "client_ready", rows[i].version);
        heartbeat(worker, "ready", 93.5);
        settle(&run, worker);
        CHECK_EQ(puppet_heard(worker, MESSAGE_HEARTBEAT), rows[i].answered);
        CHECK_NEAR(now(&run).workers[0].cpu_percent, 93.5, 0);
        CHECK_EQ(now(&run).workers[0].rss_bytes, 5);
        CHECK_EQ(now(&run).workers_overloaded, 1);
        heartbeat(worker, "dreaming", 1);
        settle(&run, worker);
        CHECK_STR(now(&run).workers[0].state, "dreaming");
        CHECK_EQ(now(&run).workers_overloaded, 1);
        heartbeat(worker, "ready", 1);
        settle(&run, worker);
        start(&run);
        AWAIT(run.loop, run.spawned == 1);
        settle(&run, worker);
        CHECK_EQ(puppet_heard(worker, MESSAGE_SPAWNING_COMPLETE), rows[i].told);
        close_run(&run);
    }
}

/* ---- Strangers and nonsense ---- */

#define A_REPORT                                                                                   \
    "{\"stats\": [], \"stats_total\": {\"name\": \"Aggregated\", \"method\": \"\","                \
    " \"num_requests\": 3}, \"errors\": {}, \"user_classes_count\": {\"A\": 1}}"

static void strangers(void **state)
{
    static const struct {
        const char *row, *type, *data, *words;
    } rows[] = {
        {"a heartbeat: it is to stop, and so to register",
         "heartbeat",
         "{\"state\": \"running\", \"current_cpu_usage\": 1}",
         "stop locustfile"},
        {"so with the word that it starts users", "spawning", "null", "stop locustfile"},
        {"a report is not merged", "stats", A_REPORT, "locustfile"},
        {"a crash neither", "exception", "{\"msg\": \"m\", \"traceback\": \"t\"}", "locustfile"},
        {"it says it is done",
         "spawning_complete",
         "{\"user_classes_count\": {\"A\": 1}}",
         "locustfile"},
        {"it leaves", "quit", "null", "locustfile"},
        {"it has stopped", "client_stopped", "null", "locustfile"},
        {"a scenario's message", "greeting", "1", "locustfile"},
        {"its log", "logs", "{\"worker_id\": \"x\", \"logs\": []}", "locustfile"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run run = {0};
        struct puppet *stranger;

        CHECK_ROW(rows[i].row);
        open_running(&run, 1, 1);
        stranger = visit(&run, 1, "stranger_1");
        puppet_say_json(stranger, rows[i].type, rows[i].data);
        settle_stranger(&run, stranger);
        CHECK_STR(puppet_words(stranger), rows[i].words);
        CHECK_EQ(now(&run).worker_count, 1);
        CHECK_EQ(now(&run).users, 1);
        CHECK_EQ(stats_total(run.stats)->num_requests, 0);
        CHECK_EQ(exceptions_total(stats_exceptions(run.stats)), 0);
        CHECK_EQ(run.ended, 0);
        close_run(&run);
    }
}

static void nonsense(void **state)
{
    static const char *const rows[] = {"",
                                       "\xc1",
                                       "\x93\xa9heartbeat\x80\xa1x",
                                       "\x92\xa4quit\xc0",
                                       "\x93\xa5stats\x01\xa1x",
                                       "\x93\xa4quit"};
    struct run run = {0};
    struct puppet *stranger;

    (void)state;
    open_running(&run, 1, 1);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW("of a known worker: a new connection may help");
        puppet_say_bytes(run.workers[0], rows[i], strlen(rows[i]));
        settle(&run, run.workers[0]);
        CHECK_EQ(puppet_heard(run.workers[0], MESSAGE_RECONNECT), i + 1);
    }
    CHECK_EQ(now(&run).users, 1);
    CHECK_ROW("of others: nothing");
    stranger = visit(&run, 1, "stranger_1");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        puppet_say_bytes(stranger, rows[i], strlen(rows[i]));
    }
    settle_stranger(&run, stranger);
    CHECK_STR(puppet_words(stranger), "locustfile");
    CHECK_EQ(now(&run).worker_count, 1);
    close_run(&run);
}

/* ---- Reports ---- */

static void late_reports(void **state)
{
    struct run run = {0};

    (void)state;
    CHECK_ROW("of one that has stopped count, its users don't");
    open_running(&run, 2, 2);
    puppet_say_plain(run.workers[1], MESSAGE_CLIENT_STOPPED);
    puppet_say_json(run.workers[1], "stats", A_REPORT);
    puppet_say_json(run.workers[1], "exception", "{\"msg\": \"m\", \"traceback\": \"t\"}");
    settle_stranger(&run, run.workers[1]);
    CHECK_EQ(stats_total(run.stats)->num_requests, 3);
    CHECK_EQ(exceptions_total(stats_exceptions(run.stats)), 1);
    CHECK_EQ(now(&run).users, 1);
    CHECK_ROW("it beats while it waits for its next call, and is left in peace");
    puppet_forget(run.workers[1]);
    heartbeat(run.workers[1], "running", 1);
    settle_stranger(&run, run.workers[1]);
    CHECK_EQ(puppet_heard(run.workers[1], MESSAGE_HEARTBEAT), 1);
    CHECK_EQ(puppet_heard(run.workers[1], MESSAGE_STOP), 0);
    CHECK_ROW("registered again, it takes part");
    await_ack(&run, run.workers[1]);
    AWAIT(run.loop, puppet_heard(run.workers[1], MESSAGE_SPAWN) == 1);
    CHECK_EQ(ordered(run.workers[1]), 1);
    close_run(&run);
}

static void crashes_and_logs(void **state)
{
    struct run run = {0};
    const struct peer *peer;

    (void)state;
    CHECK_ROW("crashes of one kind, of two workers");
    open_running(&run, 2, 2);
    for (int i = 0; i < 2; i++) {
        puppet_say_json(run.workers[i], "exception", "{\"msg\": \"m\", \"traceback\": \"t\"}");
        settle(&run, run.workers[i]);
    }
    CHECK_EQ(exceptions_total(stats_exceptions(run.stats)), 2);
    CHECK_ROW("the newest log replaces the older one");
    puppet_say_json(
        run.workers[0], "logs", "{\"worker_id\": \"host_a\", \"logs\": [\"x\", \"y\"]}");
    puppet_say_json(run.workers[0], "logs", "{\"worker_id\": \"host_a\", \"logs\": [\"z\"]}");
    settle(&run, run.workers[0]);
    peer = roster_find(run.master->roster, slice_of("host_a"));
    CHECK_EQ(peer->logs.count, 1);
    CHECK(slice_is(peer->logs.lines[0], "z"));
    close_run(&run);
}

static void note_report(const char *id, const char *json)
{
    note("%s %s", id, strstr(json, "\"sessions\":12") ? "12" : "none");
}

static void additions_to_reports(void **state)
{
    struct run run = {.scenario = {.worker_report = note_report}};

    (void)state;
    CHECK_ROW("are shown to the scenario");
    open_running(&run, 1, 1);
    puppet_say_json(run.workers[0],
                    "stats",
                    "{\"stats\": [], \"stats_total\": {\"name\": \"Aggregated\", \"method\": \"\"},"
                    " \"errors\": {}, \"user_classes_count\": {}, \"sessions\": 12}");
    settle(&run, run.workers[0]);
    CHECK_STR(notes(), "host_a 12");
    close_run(&run);
}

static void resetting(void **state)
{
    struct run run = {.options = {.reset_stats = true, .course.users = 1}};

    (void)state;
    CHECK_ROW("when the ramp is complete");
    open_run(&run);
    join(&run, 0);
    start(&run);
    AWAIT(run.loop, puppet_heard(run.workers[0], MESSAGE_SPAWN) == 1);
    puppet_say_json(run.workers[0], "stats", A_REPORT);
    settle(&run, run.workers[0]);
    obey(run.workers[0]);
    AWAIT(run.loop, run.spawned == 1);
    CHECK_EQ(stats_total(run.stats)->num_requests, 0);
    close_run(&run);
}

/* ---- Classes that workers name ---- */

static void name_classes(struct puppet *worker, const char *map)
{
    char data[512];

    snprintf(data,
             sizeof(data),
             "{\"stats\": [], \"stats_total\": {\"name\": \"Aggregated\", \"method\": \"\"},"
             " \"errors\": {}, \"user_classes_count\": %s}",
             map);
    puppet_say_json(worker, "stats", data);
}

static void learned_classes(void **state)
{
    static const struct master_class weighted[] = {{.name = "X", .weight = 3}};
    static const struct {
        const char *row, *first, *second; /* maps; NULL: it says nothing */
        const struct master_class *given;
        const char *name; /* of the first class */
        int64_t users;    /* that it gets, of eight */
        size_t classes;
    } rows[] = {
        {"both name the same", "{\"X\": 0, \"Y\": 0}", "{\"X\": 0, \"Y\": 0}", NULL, "X", 4, 2},
        {"with a weight", "{\"X\": 0, \"Y\": 0}", "{\"X\": 0, \"Y\": 0}", weighted, "X", 6, 2},
        {"what one lacks is left out",
         "{\"X\": 0, \"Z\": 0}",
         "{\"X\": 0, \"Y\": 0}",
         NULL,
         "X",
         8,
         1},
        {"one of Go names none", "{\"X\": 0}", NULL, NULL, "X", 8, 1},
        {"nobody names any", NULL, "null", NULL, "User", 8, 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run run = {.options = {.learn_classes = true,
                                      .classes = rows[i].given,
                                      .class_count = rows[i].given != NULL,
                                      .course.users = 8}};

        CHECK_ROW(rows[i].row);
        open_run(&run);
        join(&run, 0);
        join(&run, 1);
        if (rows[i].first) {
            name_classes(run.workers[0], rows[i].first);
        }
        if (rows[i].second) {
            name_classes(run.workers[1], rows[i].second);
        }
        settle(&run, run.workers[0]);
        settle(&run, run.workers[1]);
        start(&run);
        int64_t users = 0;

        for (int k = 0; k < 2; k++) {
            AWAIT(run.loop, puppet_heard(run.workers[k], MESSAGE_SPAWN) == 1);
            CHECK_EQ(ordered(run.workers[k]), 4);
            const struct message_classes *classes =
                &puppet_last(run.workers[k], MESSAGE_SPAWN)->spawn.classes;

            CHECK_EQ(classes->count, rows[i].classes);
            CHECK(slice_is(classes->items[0].name, rows[i].name));
            users += classes->items[0].users;
        }
        CHECK_EQ(users, rows[i].users);
        close_run(&run);
    }
}

static void no_class_to_deal_out(void **state)
{
    static const struct master_class none = {.name = "A", .weight = 0};
    struct run run = {.options = {.classes = &none, .class_count = 1, .course.users = 1}};
    int code = 0;

    (void)state;
    CHECK_ROW("the workers are sent home, and the exit code tells");
    open_run(&run);
    join(&run, 0);
    start(&run);
    CHECK(run.runner->ops->exit_code(run.runner, &code));
    CHECK_EQ(code, 1);
    AWAIT(run.loop, puppet_heard(run.workers[0], MESSAGE_QUIT) == 1);
    puppet_say_plain(run.workers[0], MESSAGE_QUIT);
    AWAIT(run.loop, run.ended == 1);
    close_run(&run);
}

/* ---- The end ---- */

static void test_starts(void)
{
    note("test_start");
}

static void test_stops(void)
{
    note("test_stop");
}

static double stop_heard(const struct puppet *worker)
{
    return number_double(puppet_last(worker, MESSAGE_STOP)->stop.timeout, -1);
}

static void heartbeat_of_ours(struct puppet *worker, const char *state, enum flag paused)
{
    struct message message = {
        .type = MESSAGE_HEARTBEAT,
        .heartbeat = {.state = slice_of(state), .memory_bytes = -1, .paused = paused},
    };

    puppet_say(worker, &message);
}

static void halting(void **state)
{
    struct run run = {0};
    struct puppet **workers = run.workers;

    (void)state;
    CHECK_ROW("as they were told");
    open_running(&run, 2, 2);
    run.runner->ops->halt(run.runner, -1);
    AWAIT(run.loop, puppet_heard(workers[0], MESSAGE_STOP) == 1);
    CHECK_NEAR(stop_heard(workers[0]), -1, 0);
    CHECK_EQ(now(&run).state, RUN_STOPPING);
    CHECK_EQ(now(&run).stopping_users, 2);
    CHECK(now(&run).stopping_left_ns > 500 * NS_PER_S); /* open_run()'s stop timeout */
    close_run(&run);

    CHECK_ROW("with a time of its own");
    run = (struct run){0};
    open_running(&run, 2, 2);
    for (int i = 0; i < 2; i++) {
        heartbeat_of_ours(workers[i], "running", FLAG_NO);
        settle(&run, workers[i]);
    }
    run.runner->ops->halt(run.runner, 20 * NS_PER_S);
    AWAIT(run.loop, puppet_heard(workers[0], MESSAGE_STOP) == 1);
    CHECK_NEAR(stop_heard(workers[0]), 20, 0);
    CHECK(now(&run).stopping_left_ns <= 20 * NS_PER_S);
    CHECK_ROW("the same again says nothing new");
    run.runner->ops->halt(run.runner, -1);
    settle(&run, workers[0]);
    CHECK_EQ(puppet_heard(workers[0], MESSAGE_STOP), 1);
    CHECK_ROW("and then none");
    run.runner->ops->halt(run.runner, 0);
    AWAIT(run.loop, puppet_heard(workers[1], MESSAGE_STOP) == 2);
    CHECK_NEAR(stop_heard(workers[1]), 0, 0);
    CHECK_EQ(now(&run).stopping_left_ns, 0);
    close_run(&run);

    CHECK_ROW("others keep to the stop timeout, and hear it once");
    run = (struct run){0};
    open_running(&run, 2, 2);
    run.runner->ops->halt(run.runner, 0);
    run.runner->ops->halt(run.runner, 0);
    settle(&run, workers[0]);
    CHECK_EQ(puppet_heard(workers[0], MESSAGE_STOP), 1);
    CHECK(now(&run).stopping_left_ns > 500 * NS_PER_S);
    close_run(&run);
}

static bool set_pause(struct run *run, bool paused, struct err *err)
{
    return run->runner->ops->pause(run->runner, paused, err);
}

static void pausing(void **state)
{
    struct run run = {0};
    struct puppet **workers = run.workers;
    struct err err = {""};

    (void)state;
    CHECK_ROW("not with a worker that can't");
    open_running(&run, 2, 2);
    heartbeat_of_ours(workers[0], "running", FLAG_NO);
    settle(&run, workers[0]);
    CHECK(!now(&run).can_pause);
    CHECK(!set_pause(&run, true, &err));
    CHECK(strstr(err.text, "host_b") != NULL);
    CHECK_EQ(now(&run).paused_ns, 0);

    CHECK_ROW("all are told");
    heartbeat_of_ours(workers[1], "running", FLAG_NO);
    settle(&run, workers[1]);
    CHECK(now(&run).can_pause);
    CHECK(set_pause(&run, true, &err));
    AWAIT(run.loop, puppet_heard(workers[1], MESSAGE_PAUSE) == 1);
    CHECK_EQ(puppet_last(workers[1], MESSAGE_PAUSE)->pause.paused, FLAG_YES);
    CHECK(now(&run).paused_ns > 0);
    CHECK_EQ(now(&run).state, RUN_RUNNING);

    CHECK_ROW("one that did not hear is told again");
    heartbeat_of_ours(workers[1], "running", FLAG_NO);
    AWAIT(run.loop, puppet_heard(workers[1], MESSAGE_PAUSE) == 2);
    heartbeat_of_ours(workers[1], "running", FLAG_YES);
    settle(&run, workers[1]);
    CHECK_EQ(puppet_heard(workers[1], MESSAGE_PAUSE), 2);

    CHECK_ROW("one that comes late has no part until it says that it can");
    join(&run, 2);
    settle(&run, workers[2]);
    spin(run.loop, 60 * NS_PER_MS); /* longer than a redistribution waits */
    CHECK_EQ(puppet_heard(workers[2], MESSAGE_SPAWN), 0);
    CHECK(now(&run).can_pause); /* or nobody could resume */
    heartbeat_of_ours(workers[2], "ready", FLAG_NO);
    AWAIT(run.loop, puppet_heard(workers[2], MESSAGE_SPAWN) == 1);
    CHECK_EQ(puppet_last(workers[2], MESSAGE_SPAWN)->spawn.paused, FLAG_YES);

    CHECK_ROW("or until the test goes on");
    join(&run, 3);
    settle(&run, workers[3]);
    CHECK(set_pause(&run, false, &err));
    AWAIT(run.loop, puppet_heard(workers[3], MESSAGE_SPAWN) == 1);
    CHECK_EQ(puppet_last(workers[3], MESSAGE_SPAWN)->spawn.paused, FLAG_UNSAID);
    CHECK_EQ(puppet_heard(workers[3], MESSAGE_PAUSE), 0);
    AWAIT(run.loop, puppet_last(workers[1], MESSAGE_PAUSE)->pause.paused == FLAG_NO);
    CHECK_EQ(now(&run).paused_ns, 0);

    CHECK_ROW("the end is the end of it");
    heartbeat_of_ours(workers[3], "running", FLAG_NO);
    settle(&run, workers[3]);
    CHECK(set_pause(&run, true, &err));
    run.runner->ops->halt(run.runner, -1);
    CHECK_EQ(now(&run).paused_ns, 0);
    CHECK(!set_pause(&run, true, &err));
    close_run(&run);
}

static void sending_home(void **state)
{
    struct run run = {.scenario = {.test_start = test_starts, .test_stop = test_stops}};

    (void)state;
    CHECK_ROW("the end waits for each worker's good-bye and its last report");
    open_running(&run, 2, 2);
    run.runner->ops->stop(run.runner);
    CHECK_EQ(now(&run).state, RUN_STOPPING);
    for (int i = 0; i < 2; i++) {
        AWAIT(run.loop, puppet_heard(run.workers[i], MESSAGE_QUIT) == 1);
        CHECK_EQ(run.ended, 0);
        puppet_say_json(run.workers[i], "stats", A_REPORT);
        puppet_say_plain(run.workers[i], MESSAGE_QUIT);
    }
    AWAIT(run.loop, run.ended == 1);
    CHECK_EQ(stats_total(run.stats)->num_requests, 6);
    CHECK_EQ(now(&run).state, RUN_STOPPED);
    CHECK(now(&run).end_ns >= now(&run).start_ns);
    CHECK_STR(notes(), "test_start test_stop");
    close_run(&run);

    CHECK_ROW("not for those that are missing");
    run = (struct run){0};
    open_running(&run, 2, 2);
    for (int i = 0; i < 5; i++) {
        heartbeat(run.workers[0], "running", 1);
        settle(&run, run.workers[0]);
        master_beat(run.master);
    }
    run.runner->ops->stop(run.runner);
    AWAIT(run.loop, puppet_heard(run.workers[0], MESSAGE_QUIT) == 1);
    puppet_say_plain(run.workers[0], MESSAGE_QUIT);
    AWAIT(run.loop, run.ended == 1);
    close_run(&run);

    CHECK_ROW("nor for ever; and one that comes now is sent home too");
    run = (struct run){0};
    open_running(&run, 1, 2);
    run.runner->ops->stop(run.runner);
    join(&run, 1);
    AWAIT(run.loop, puppet_heard(run.workers[1], MESSAGE_QUIT) == 1);
    CHECK(loop_timer_active(&run.master->quit_timer));
    CHECK_EQ(run.ended, 0);
    run.master->quit_timer.callback(&run.master->quit_timer);
    CHECK_EQ(run.ended, 1);
    run.runner->ops->stop(run.runner); /* over is over */
    CHECK_EQ(run.ended, 1);
    close_run(&run);

    CHECK_ROW("asked twice, at once");
    run = (struct run){0};
    open_running(&run, 1, 2);
    run.runner->ops->stop(run.runner);
    run.runner->ops->stop(run.runner);
    CHECK_EQ(run.ended, 1);
    close_run(&run);

    CHECK_ROW("with nobody there");
    run = (struct run){.scenario = {.test_start = test_starts, .test_stop = test_stops}};
    open_run(&run);
    start(&run);
    run.runner->ops->stop(run.runner);
    CHECK_EQ(run.ended, 1);
    CHECK_STR(notes(), "");
    close_run(&run);
}

static void the_run_time(void **state)
{
    struct run run = {.options.course = {.users = 1, .run_time_ns = 100 * NS_PER_MS}};

    (void)state;
    CHECK_ROW("ends it");
    open_run(&run);
    join(&run, 0);
    start(&run);
    AWAIT(run.loop, puppet_heard(run.workers[0], MESSAGE_QUIT) == 1);
    puppet_say_plain(run.workers[0], MESSAGE_QUIT);
    AWAIT(run.loop, run.ended == 1);
    close_run(&run);
}

/* ---- Files, options, messages ---- */

static void files(void **state)
{
    char folder[] = "/tmp/cicada-master-XXXXXX";
    static const struct {
        const char *row, *version;
        const char *names[3];
        size_t count; /* of the list */
        bool pair;
        const char *error;
    } rows[] = {
        {"today's workers take a list", "\"2.46.3\"", {"a.c", "b.py"}, 2, false, NULL},
        {"those before 2.31 a pair", "\"2.30.0\"", {"a.c"}, 1, true, NULL},
        {"and one only", "\"2.30.0\"", {"a.c", "b.py"}, 0, false, "several files"},
        {"a version unheard of takes a list", "\"\"", {"a.c"}, 1, false, NULL},
        {"a module as text", "\"2.46.3\"", {"m.so"}, 1, false, NULL},
        {"a file that is gone is none", "\"2.46.3\"", {"gone.c"}, 0, false, "no scenario file"},
        {"nothing at all", "\"2.46.3\"", {NULL}, 0, false, "no scenario file to give"},
    };
    static const char *const names[] = {"a.c", "b.py", "m.so"};

    (void)state;
    CHECK(mkdtemp(folder) != NULL);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char *path = mem_printf("%s/%s", folder, names[i]);
        FILE *file = fopen(path, "w");

        fprintf(file, "text of %s", names[i]);
        fclose(file);
        free(path);
    }
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *paths[3] = {NULL}, request[64];
        struct run run = {.options.files = (const char *const *)paths};
        struct puppet *asker_puppet;

        CHECK_ROW(rows[i].row);
        for (size_t k = 0; rows[i].names[k]; k++) {
            paths[k] = mem_printf("%s/%s", folder, rows[i].names[k]);
        }
        open_run(&run);
        asker_puppet = visit(&run, 0, "host_download_locustfile_1");
        snprintf(request, sizeof(request), "{\"version\": %s}", rows[i].version);
        puppet_say_json(asker_puppet, "locustfile", request);
        AWAIT(run.loop, asker_puppet->count == 1);
        const struct message_locustfile *answer =
            &puppet_last(asker_puppet, MESSAGE_LOCUSTFILE)->locustfile;

        if (rows[i].error) {
            CHECK(memmem(answer->error.bytes,
                         answer->error.length,
                         rows[i].error,
                         strlen(rows[i].error)) != NULL);
        } else {
            CHECK(!answer->error.bytes);
            CHECK_EQ(answer->file_count, rows[i].count);
            bool module = strcmp(rows[i].names[0], "m.so") == 0;

            CHECK(slice_is(answer->files[0].filename, module ? "m.so.base64" : "a.c"));
            CHECK(slice_is(answer->files[0].contents, module ? "dGV4dCBvZiBtLnNv" : "text of a.c"));
        }
        CHECK_EQ(now(&run).worker_count, 0);
        close_run(&run);
        for (size_t k = 0; k < 3; k++) {
            free(paths[k]);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char *path = mem_printf("%s/%s", folder, names[i]);

        unlink(path);
        free(path);
    }
    rmdir(folder);
}

static const char *option(const void *data, const char *name)
{
    (void)data;
    return strcmp(name, "api-key") == 0 ? "k" : strcmp(name, "fast") == 0 ? "true" : NULL;
}

static void parsed_options(void **state)
{
    static const struct scenario_option own[] = {{.name = "api-key"},
                                                 {.name = "fast", .flag = true},
                                                 {.name = "slow", .flag = true},
                                                 {.name = "none"},
                                                 {0}};
    static const char *const tags[] = {"a", "b", NULL};
    struct run run = {
        .scenario = {.options = own},
        .options = {.tags = tags, .option = option, .reset_stats = true, .course.users = 1}};
    const struct value *options;

    (void)state;
    CHECK_ROW("the scenario's own, and the few that Locust's workers take");
    open_run(&run);
    join(&run, 0);
    start(&run);
    AWAIT(run.loop, puppet_heard(run.workers[0], MESSAGE_SPAWN) == 1);
    options = puppet_last(run.workers[0], MESSAGE_SPAWN)->spawn.parsed_options;
    CHECK(slice_is(value_get(options, "api_key")->text, "k"));
    CHECK(value_get(options, "fast")->boolean);
    CHECK_EQ(value_get(options, "slow")->kind, VALUE_BOOL);
    CHECK(!value_get(options, "slow")->boolean);
    CHECK_EQ(value_get(options, "none")->kind, VALUE_NIL);
    CHECK_EQ(value_get(options, "tags")->count, 2);
    CHECK(slice_is(value_get(options, "tags")->items[1].text, "b"));
    CHECK_EQ(value_get(options, "exclude_tags")->kind, VALUE_NIL);
    CHECK_EQ(value_get(options, "expect_workers")->integer, 1);
    CHECK(value_get(options, "reset_stats")->boolean);
    close_run(&run);
}

static void on_greeting(const struct incoming *message)
{
    note("%s<%s>%s", message->type, message->from, message->data);
}

static void messages(void **state)
{
    static const struct message_handler handlers[] = {
        {"greeting", on_greeting}, {PUPPET_MARK, on_mark}, {0}};
    struct run run = {.scenario = {.messages = handlers}};

    (void)state;
    CHECK_ROW("nobody is there to get one");
    open_run(&run);
    CHECK(!cicada_send_message("hello", "1", NULL));
    CHECK_ROW("from a worker, who is named");
    join(&run, 0);
    join(&run, 1);
    puppet_say_json(run.workers[1], "greeting", "{\"a\": [1]}");
    puppet_say_json(run.workers[1], "unheard of", "null");
    settle(&run, run.workers[1]);
    CHECK_STR(notes(), "greeting<host_b>{\"a\":[1]}");
    CHECK_ROW("to one, and to all");
    CHECK(cicada_send_message("hello", "1", "host_a"));
    CHECK(cicada_send_message("hello", "2", NULL));
    CHECK(!cicada_send_message("hello", "3", "host_c"));
    CHECK(!cicada_send_message("hello", "{", NULL));
    settle(&run, run.workers[0]);
    settle(&run, run.workers[1]);
    CHECK_STR(puppet_words(run.workers[0]), "ack custom custom");
    CHECK_STR(puppet_words(run.workers[1]), "ack custom");
    CHECK_EQ(puppet_nth(run.workers[0], MESSAGE_CUSTOM, 0)->custom->integer, 1);
    close_run(&run);
}

static void a_busy_port(void **state)
{
    struct run run = {0};
    struct runner_events events = {.data = &run, .on_ended = on_ended};
    struct master_options options;
    struct err err = {""};

    (void)state;
    CHECK_ROW("is told in a sentence");
    open_run(&run);
    options = run.options;
    options.bind_port = master_port(run.runner);
    CHECK(!master_new(run.loop, run.stats, &run.scenarios, &options, &events, &err));
    CHECK(strstr(err.text, "can't listen for workers on tcp://127.0.0.1:") != NULL);
    close_run(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registration),
        cmocka_unit_test(indexes),
        cmocka_unit_test(conditions),
        cmocka_unit_test(snapshots_of_one_round),
        cmocka_unit_test(waiting_for_workers),
        cmocka_unit_test(a_ramp),
        cmocka_unit_test(the_ramp_does_not_wait_for_ever),
        cmocka_unit_test(joining),
        cmocka_unit_test(starting_with_nobody),
        cmocka_unit_test(leaving),
        cmocka_unit_test(a_missing_worker),
        cmocka_unit_test(heartbeats),
        cmocka_unit_test(strangers),
        cmocka_unit_test(nonsense),
        cmocka_unit_test(late_reports),
        cmocka_unit_test(crashes_and_logs),
        cmocka_unit_test(additions_to_reports),
        cmocka_unit_test(resetting),
        cmocka_unit_test(learned_classes),
        cmocka_unit_test(no_class_to_deal_out),
        cmocka_unit_test(halting),
        cmocka_unit_test(pausing),
        cmocka_unit_test(sending_home),
        cmocka_unit_test(the_run_time),
        cmocka_unit_test(files),
        cmocka_unit_test(parsed_options),
        cmocka_unit_test(messages),
        cmocka_unit_test(a_busy_port),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
