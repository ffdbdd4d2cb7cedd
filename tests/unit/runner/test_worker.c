/* SPDX-License-Identifier: MIT */
/*
 * A worker under a master's puppet, on one loop and a fake transport. What a worker does after
 * seconds of silence is brought about by calling its timers and setting back its clocks.
 */
#undef CICADA_NO_SHORT_NAMES
#include "runner/worker.h"

#include "base/ensure.h"
#include "base/log.h"
#include "crowd.h"
#include "puppet.h"
#include "runner/wire_json.h"
#include "runner/worker_private.h"
#include "spin.h"
#include "world.h" /* note() */

struct run {
    /* set before open_run(), the rest zero */
    struct scenario scenario;
    const struct user_class *classes[5];
    struct worker_options options;
    /* read by tests */
    struct loop *loop;
    struct fake_transport fake;
    struct scenarios scenarios;
    struct worker *worker;
    struct puppet master;
    double timestamp; /* of the last spawn */
    int ended;
};

static void on_mark(const struct incoming *message)
{
    cicada_send_message(message->type, "null", NULL);
}

static const struct message_handler only_marks[] = {{PUPPET_MARK, on_mark}, {0}};

static void on_ended(void *data)
{
    ((struct run *)data)->ended++;
}

static void on_option(void *data, const char *name, const char *text)
{
    (void)data;
    note("%s=%s", name, text ? text : "(none)");
}

static void open_worker(struct run *run)
{
    struct worker_events events = {.data = run, .on_ended = on_ended, .on_option = on_option};
    struct err err = {""};

    log_set_level(LOG_LEVELS);
    notes_clear();
    run->scenario.abi = CICADA_ABI;
    run->scenario.size = sizeof(run->scenario);
    run->scenario.classes = run->classes;
    run->scenario.messages = run->scenario.messages ? run->scenario.messages : only_marks;
    run->loop = loop_new();
    fake_transport_init(&run->fake, run->loop, crowd_script);
    scenarios_add(&run->scenarios, "test", &run->scenario);
    puppet_listen(&run->master, run->loop, 0);
    run->options.master_host = "127.0.0.1";
    run->options.master_port = link_port(run->master.link);
    run->options.plan.host = "http://h";
    run->worker =
        worker_new(run->loop, &run->fake.base, &run->scenarios, &run->options, &events, &err);
    CHECK_STR(err.text, "");
}

static void ack(struct run *run)
{
    struct message message = {.type = MESSAGE_ACK, .ack = {.index = 3, .hdr = true}};

    puppet_say(&run->master, &message);
}

/* And registered. */
static void open_run(struct run *run)
{
    open_worker(run);
    AWAIT(run->loop, puppet_heard(&run->master, MESSAGE_CLIENT_READY) == 1);
    ack(run);
    AWAIT(run->loop, puppet_heard(&run->master, MESSAGE_STATS) == 1);
    puppet_forget(&run->master);
}

static void close_run(struct run *run)
{
    worker_free(run->worker);
    puppet_close(&run->master);
    scenarios_fini(&run->scenarios);
    fake_transport_fini(&run->fake);
    loop_free(run->loop);
}

/* Orders so many users of two classes; NULL: not named. */
struct order {
    const char *names[2];
    int64_t users[2];
    const char *host;
    double stop_timeout;
    const char *options; /* JSON; NULL: none */
    double timestamp;    /* 0: a later one than the last */
};

static void spawn(struct run *run, const struct order *order)
{
    struct message_class items[2] = {{.name = slice_of(order->names[0]), .users = order->users[0]},
                                     {.name = slice_of(order->names[1]), .users = order->users[1]}};
    struct message message = {.type = MESSAGE_SPAWN};
    struct arena arena = {0};
    struct err err;

    run->timestamp = order->timestamp > 0 ? order->timestamp : run->timestamp + 1;
    message.spawn = (struct message_spawn){
        .timestamp = run->timestamp,
        .classes = {.present = true,
                    .items = items,
                    .count = order->names[1]   ? 2
                             : order->names[0] ? 1
                                               : 0},
        .host = slice_of(order->host),
        .stop_timeout = order->stop_timeout,
        .parsed_options = order->options ? wire_json_value(order->options, &arena, &err) : NULL,
    };
    puppet_say(&run->master, &message);
    arena_fini(&arena);
}

#define SPAWN(run, ...) spawn((run), &(struct order){__VA_ARGS__})

static void await_complete(struct run *run)
{
    AWAIT(run->loop, puppet_heard(&run->master, MESSAGE_SPAWNING_COMPLETE) == 1);
}

/* What the worker says of its users: "idler:3 other:0". */
static const char *classes_text(const struct message_classes *classes)
{
    static char text[512];
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

static const char *running(const struct run *run)
{
    return classes_text(
        &puppet_last(&run->master, MESSAGE_SPAWNING_COMPLETE)->spawning_complete.classes);
}

/* Whatever the master has said is done, and answered, when the answer to this is there. */
static void settle(struct run *run)
{
    size_t before = puppet_marks(&run->master);

    puppet_say_json(&run->master, PUPPET_MARK, "null");
    AWAIT(run->loop, puppet_marks(&run->master) > before);
}

static void beat(struct run *run)
{
    run->worker->heartbeat_timer.callback(&run->worker->heartbeat_timer);
}

/* ---- Registration ---- */

static void calling(void **state)
{
    struct run run = {.classes = {&idler, &other}};

    (void)state;
    CHECK_ROW("one call, with version -1, and nothing before the answer");
    open_worker(&run);
    AWAIT(run.loop, run.master.count == 1);
    spin(run.loop, 50 * NS_PER_MS);
    CHECK_STR(puppet_words(&run.master), "client_ready");
    CHECK_EQ(run.master.count, 1);
    CHECK_EQ(run.master.heard[0].client_ready.kind, VERSION_ANY);
    CHECK(strchr(run.master.id, '_') != NULL && strlen(strrchr(run.master.id, '_')) == 33);
    CHECK_ROW("a repeated call");
    run.worker->call_timer.callback(&run.worker->call_timer);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 2);
    CHECK_ROW("the answer starts heartbeats and reports at once");
    ack(&run);
    AWAIT(run.loop, run.master.count >= 4);
    CHECK_EQ(run.worker->index, 3);
    CHECK_EQ(run.master.heard[2].type, MESSAGE_HEARTBEAT);
    CHECK(slice_is(run.master.heard[2].heartbeat.state, "ready"));
    CHECK(run.master.heard[2].heartbeat.cpu_percent >= 0);
    CHECK(run.master.heard[2].heartbeat.memory_bytes > 0);
    const struct message_stats *report = &puppet_nth(&run.master, MESSAGE_STATS, 0)->stats;

    CHECK_STR(classes_text(&report->classes), "idler:0 other:0");
    CHECK_EQ(report->user_count, 0);
    CHECK_EQ(report->entry_count, 0);
    CHECK_EQ(report->error_count, 0);
    CHECK_EQ(report->total.num_requests, 0);
    CHECK_ROW("a second answer changes nothing, and nobody calls any more");
    ack(&run);
    settle(&run);
    CHECK(!loop_timer_active(&run.worker->call_timer));
    CHECK_EQ(puppet_heard(&run.master, MESSAGE_CLIENT_READY), 2);
    CHECK(loop_timer_active(&run.worker->heartbeat_timer));
    CHECK(loop_timer_active(&run.worker->stats_timer));
    close_run(&run);
}

static void a_master_without_ack(void **state)
{
    struct run run = {.classes = {&idler}};

    (void)state;
    CHECK_ROW("any message is an answer");
    open_worker(&run);
    AWAIT(run.loop, run.master.count == 1);
    SPAWN(&run, .names = {"idler"}, .users = {2});
    await_complete(&run);
    CHECK_STR(running(&run), "idler:2");
    CHECK(puppet_heard(&run.master, MESSAGE_HEARTBEAT) > 0);
    CHECK(puppet_heard(&run.master, MESSAGE_STATS) > 0);
    CHECK(!loop_timer_active(&run.worker->call_timer));
    CHECK_EQ(run.worker->index, -1);
    close_run(&run);
}

static void a_late_master(void **state)
{
    struct run run = {.classes = {&idler}};
    int port;

    (void)state;
    CHECK_ROW("however often it was called, it hears one call");
    open_worker(&run);
    AWAIT(run.loop, run.master.count == 1);
    port = run.options.master_port;
    puppet_close(&run.master);
    AWAIT(run.loop, !run.worker->session);
    for (int i = 0; i < 5; i++) {
        run.worker->call_timer.callback(&run.worker->call_timer);
    }
    puppet_listen(&run.master, run.loop, port);
    AWAIT(run.loop, run.master.count > 0);
    ack(&run);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_STATS) == 1);
    CHECK_STR(puppet_words(&run.master), "client_ready");
    close_run(&run);

    CHECK_ROW("nobody in five minutes");
    run = (struct run){.classes = {&idler}};
    open_worker(&run);
    for (int i = 0; i < 61; i++) {
        CHECK_EQ(run.ended, 0);
        CHECK_EQ(worker_ended_by(run.worker), WORKER_END_NONE);
        run.worker->call_timer.callback(&run.worker->call_timer);
    }
    CHECK_EQ(run.ended, 1);
    CHECK_EQ(worker_ended_by(run.worker), WORKER_END_NO_MASTER);
    CHECK(!loop_timer_active(&run.worker->call_timer));
    close_run(&run);
}

static void heartbeats(void **state)
{
    struct run run = {.classes = {&idler}};

    (void)state;
    CHECK_ROW("they go on by themselves, and say what goes on");
    open_run(&run);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_HEARTBEAT) >= 1);
    CHECK(slice_is(puppet_last(&run.master, MESSAGE_HEARTBEAT)->heartbeat.state, "ready"));
    SPAWN(&run, .names = {"idler"}, .users = {1});
    await_complete(&run);
    beat(&run);
    AWAIT(run.loop,
          slice_is(puppet_last(&run.master, MESSAGE_HEARTBEAT)->heartbeat.state, "running"));
    close_run(&run);
}

/* ---- Orders ---- */

static void numbers(void **state)
{
    static const struct {
        const char *row;
        struct order order;
        const char *want;
    } rows[] = {
        {"up", {.names = {"idler", "other"}, .users = {3, 1}}, "idler:3 other:1"},
        {"to the same", {.names = {"idler", "other"}, .users = {3, 1}}, "idler:3 other:1"},
        {"an absent class keeps its users", {.names = {"other"}, .users = {5}}, "idler:3 other:5"},
        {"an unknown one is left out",
         {.names = {"swimmer", "idler"}, .users = {9, 4}},
         "idler:4 other:5"},
        {"down", {.names = {"idler", "other"}, .users = {1, 0}}, "idler:1 other:0"},
        {"to none", {.names = {"idler"}, .users = {0}}, "idler:0 other:0"},
        {"nothing said", {.names = {NULL}}, "idler:0 other:0"},
    };
    struct run run = {.classes = {&idler, &other}};

    (void)state;
    open_run(&run);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        puppet_forget(&run.master);
        spawn(&run, &rows[i].order);
        await_complete(&run);
        CHECK_STR(puppet_words(&run.master), "spawning spawning_complete");
        CHECK_STR(running(&run), rows[i].want);
        worker_send_stats(run.worker);
        AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_STATS) > 0);
        CHECK_STR(classes_text(&puppet_last(&run.master, MESSAGE_STATS)->stats.classes),
                  rows[i].want);
    }
    close_run(&run);
}

static void timestamps(void **state)
{
    static const struct {
        const char *row;
        double timestamp;
        bool followed;
    } rows[] = {
        {"the first", 1000, true},
        {"the same", 1000, false},
        {"an older one", 999.5, false},
        {"a little newer", 1000.00001, true},
        {"newer", 2000, true},
    };
    struct run run = {.classes = {&idler}};
    int64_t users = 0;

    (void)state;
    open_run(&run);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        puppet_forget(&run.master);
        SPAWN(&run, .names = {"idler"}, .users = {(int64_t)i + 1}, .timestamp = rows[i].timestamp);
        users = rows[i].followed ? (int64_t)i + 1 : users;
        AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_SPAWNING) == 1);
        if (rows[i].followed) {
            await_complete(&run);
        }
        settle(&run);
        CHECK_STR(puppet_words(&run.master),
                  rows[i].followed ? "spawning spawning_complete" : "spawning");
        CHECK_EQ(squad_users(run.worker->squad, 0), users);
    }
    close_run(&run);
}

static void hosts(void **state)
{
    static const struct {
        const char *row, *host, *want;
    } rows[] = {
        {"the worker's own", NULL, "GET http://h/a"},
        {"none is said", "", "GET http://h/a"},
        {"the master's", "http://m", "GET http://m/a"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run run = {.classes = {&ask_once}};

        CHECK_ROW(rows[i].row);
        open_run(&run);
        SPAWN(&run, .names = {"askonce"}, .users = {1}, .host = rows[i].host);
        AWAIT(run.loop, run.fake.finished == 1);
        CHECK(strstr(buf_text(&run.fake.journal), rows[i].want) != NULL);
        CHECK_ROW("another one later is for new users");
        SPAWN(&run, .names = {"askonce"}, .users = {2}, .host = "http://later");
        AWAIT(run.loop, run.fake.finished == 2);
        CHECK(strstr(buf_text(&run.fake.journal), "GET http://later/a") != NULL);
        close_run(&run);
    }
}

static void options(void **state)
{
    static const struct scenario_option own[] = {
        {.name = "api-key"}, {.name = "fast", .flag = true}, {.name = "rate"}, {0}};
    static const struct {
        const char *row, *json, *want;
        bool slow; /* the task of that tag is left */
    } rows[] = {
        {"none", NULL, "", true},
        {"an empty map", "{}", "", true},
        {"the scenario's own",
         "{\"api_key\":\"k\",\"fast\":true,\"rate\":2.5,\"users\":9}",
         "api-key=k fast=true rate=2.5",
         true},
        {"those that are none",
         "{\"api_key\":null,\"fast\":false,\"rate\":7}",
         "api-key=(none) fast=(none) rate=7",
         true},
        {"what no option can be", "{\"api_key\":[1],\"fast\":{}}", "", true},
        {"tags left out", "{\"tags\":null,\"exclude_tags\":[\"slow\"]}", "", false},
        {"tags to be left", "{\"tags\":[\"slow\"],\"exclude_tags\":null}", "", true},
        {"tags that are no list", "{\"tags\":\"slow\",\"exclude_tags\":{}}", "", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run run = {.classes = {&asker}, .scenario = {.options = own}};

        CHECK_ROW(rows[i].row);
        open_run(&run);
        SPAWN(&run, .names = {"asker"}, .users = {1}, .options = rows[i].json);
        await_complete(&run);
        CHECK_STR(notes(), rows[i].want);
        const struct plan_set *root = &squad_plan(run.worker->squad)->classes[0].root;
        bool slow = false;

        for (size_t k = 0; k < root->task_count; k++) {
            slow = slow || strcmp(root->tasks[k].name, "idle") == 0;
        }
        CHECK_EQ(slow, rows[i].slow);
        close_run(&run);
    }
}

static void a_plan_that_can_not_be(void **state)
{
    static const struct plan_override unknown = {.class_name = "swimmer"};
    struct run run = {.classes = {&idler}};
    struct worker_events events = {.data = &run, .on_ended = on_ended};
    struct err err = {""};

    (void)state;
    CHECK_ROW("of the worker's own options");
    open_run(&run);
    worker_free(run.worker);
    run.options.plan.overrides = &unknown;
    run.options.plan.override_count = 1;
    run.worker = worker_new(run.loop, &run.fake.base, &run.scenarios, &run.options, &events, &err);
    CHECK(run.worker == NULL);
    CHECK(strstr(err.text, "swimmer") != NULL);
    close_run(&run);

    CHECK_ROW("of the master's: it hears of it, and the worker waits for better orders");
    run = (struct run){.classes = {&asker}};
    open_run(&run);
    SPAWN(&run, .names = {"asker"}, .users = {1}, .host = "no host at all");
    settle(&run);
    CHECK_STR(puppet_words(&run.master), "spawning exception");
    CHECK(memmem(run.master.heard[1].exception.message.bytes,
                 run.master.heard[1].exception.message.length,
                 "no host at all",
                 14) != NULL);
    CHECK_STR(run.worker->reported, "ready");
    SPAWN(&run, .names = {"asker"}, .users = {1}, .host = "http://m");
    await_complete(&run);
    CHECK_ROW("in the middle of a test: it goes on as before");
    puppet_forget(&run.master);
    SPAWN(&run, .names = {"asker"}, .users = {2}, .host = "no host either");
    await_complete(&run);
    CHECK_STR(running(&run), "asker:2");
    CHECK_STR(squad_plan(run.worker->squad)->classes[0].host, "http://m");
    close_run(&run);
}

/* ---- Stop and quit ---- */

/* Cuts a stop short that would last for minutes, and the rest after it. */
static void finish_stop(struct run *run)
{
    settle(run);
    CHECK_EQ(run->worker->state, WORKER_STOPPING);
    squad_stop(run->worker->squad);
    AWAIT(run->loop, run->worker->state == WORKER_RESTING);
    loop_timer_stop(&run->worker->rest_timer);
    run->worker->rest_timer.callback(&run->worker->rest_timer);
}

static void a_stop(void **state)
{
    struct run run = {.classes = {&asker}};
    uint64_t reported = 0;

    (void)state;
    CHECK_ROW("the last requests, then both words");
    open_run(&run);
    SPAWN(&run, .names = {"asker"}, .users = {5});
    AWAIT(run.loop, run.fake.finished > 20);
    puppet_say_plain(&run.master, MESSAGE_STOP);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 1);
    CHECK_STR(puppet_words(&run.master), "spawning spawning_complete client_stopped client_ready");
    for (size_t i = 0; i < run.master.count; i++) {
        if (run.master.heard[i].type == MESSAGE_STATS) {
            reported += (uint64_t)run.master.heard[i].stats.total.num_requests;
        }
        if (run.master.heard[i].type == MESSAGE_CLIENT_STOPPED) {
            CHECK_EQ(reported, run.fake.finished);
        }
    }
    CHECK_EQ(run.worker->state, WORKER_READY);
    CHECK_STR(run.worker->reported, "ready");
    CHECK_ROW("and a next test, with clean statistics");
    ack(&run);
    puppet_forget(&run.master);
    SPAWN(&run, .names = {"asker"}, .users = {1});
    await_complete(&run);
    CHECK_STR(running(&run), "asker:1");
    close_run(&run);
}

static void stops_out_of_turn(void **state)
{
    struct run run = {.classes = {&hanger}};

    (void)state;
    CHECK_ROW("while nothing runs, as Python's workers answer");
    open_run(&run);
    puppet_say_plain(&run.master, MESSAGE_STOP);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 1);
    CHECK_STR(puppet_words(&run.master), "client_stopped client_ready");
    ack(&run);
    CHECK_ROW("two in a row are answered once");
    puppet_forget(&run.master);
    SPAWN(&run, .names = {"hanger"}, .users = {2}, .stop_timeout = 600);
    AWAIT(run.loop, run.fake.started == 2);
    puppet_say_plain(&run.master, MESSAGE_STOP);
    puppet_say_plain(&run.master, MESSAGE_STOP);
    finish_stop(&run);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 1);
    settle(&run);
    CHECK_STR(puppet_words(&run.master), "spawning spawning_complete client_stopped client_ready");
    close_run(&run);
}

static void a_stop_waits_for_tasks(void **state)
{
    struct run run = {.classes = {&hanger}};
    int64_t asked_ns;

    (void)state;
    CHECK_ROW("as long as the master's stop timeout");
    open_run(&run);
    SPAWN(&run, .names = {"hanger"}, .users = {2}, .stop_timeout = 1.5);
    AWAIT(run.loop, run.fake.started == 2);
    asked_ns = clock_mono_ns();
    puppet_say_plain(&run.master, MESSAGE_STOP);
    AWAIT(run.loop, run.worker->state == WORKER_STOPPING);
    CHECK_ROW("heartbeats go on meanwhile, as running");
    beat(&run);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_HEARTBEAT) > 0);
    CHECK(slice_is(puppet_last(&run.master, MESSAGE_HEARTBEAT)->heartbeat.state, "running"));
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 1);
    CHECK(clock_mono_ns() - asked_ns >= 1500 * NS_PER_MS);
    close_run(&run);
}

static void say_stop(struct run *run, double timeout)
{
    struct message message = {.type = MESSAGE_STOP, .stop.timeout = number_float(timeout)};

    puppet_say(&run->master, &message);
}

static void a_stop_with_a_time_of_its_own(void **state)
{
    struct run run = {.classes = {&hanger}};

    (void)state;
    CHECK_ROW("none: tasks are cut at once, and no rest follows");
    open_run(&run);
    SPAWN(&run, .names = {"hanger"}, .users = {2}, .stop_timeout = 600);
    AWAIT(run.loop, run.fake.started == 2);
    say_stop(&run, 0);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 1);
    CHECK_STR(puppet_words(&run.master), "spawning spawning_complete client_stopped client_ready");
    close_run(&run);

    CHECK_ROW("some, although the test was started without");
    run = (struct run){.classes = {&hanger}};
    open_run(&run);
    SPAWN(&run, .names = {"hanger"}, .users = {2});
    AWAIT(run.loop, run.fake.started == 2);
    say_stop(&run, 600);
    settle(&run);
    CHECK_EQ(run.worker->state, WORKER_STOPPING);
    CHECK_ROW("and then none");
    say_stop(&run, 0);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 1);
    CHECK_EQ(puppet_heard(&run.master, MESSAGE_CLIENT_STOPPED), 1);
    close_run(&run);

    CHECK_ROW("a shorter one counts from when it was said");
    run = (struct run){.classes = {&hanger}};
    open_run(&run);
    SPAWN(&run, .names = {"hanger"}, .users = {2}, .stop_timeout = 600);
    AWAIT(run.loop, run.fake.started == 2);
    puppet_say_plain(&run.master, MESSAGE_STOP);
    settle(&run);
    int64_t asked_ns = clock_mono_ns();

    say_stop(&run, 0.2);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_STOPPED) == 1);
    CHECK(clock_mono_ns() - asked_ns >= 200 * NS_PER_MS);
    close_run(&run);
}

static void say_pause(struct run *run, bool paused)
{
    struct message message = {.type = MESSAGE_PAUSE, .pause.paused = paused ? FLAG_YES : FLAG_NO};

    puppet_say(&run->master, &message);
}

static enum flag paused_heard(struct run *run)
{
    size_t before = puppet_heard(&run->master, MESSAGE_HEARTBEAT);

    beat(run);
    AWAIT(run->loop, puppet_heard(&run->master, MESSAGE_HEARTBEAT) > before);
    return puppet_last(&run->master, MESSAGE_HEARTBEAT)->heartbeat.paused;
}

static void a_pause(void **state)
{
    struct run run = {.classes = {&asker}};

    (void)state;
    CHECK_ROW("nothing starts, nobody leaves, and heartbeats say so");
    open_run(&run);
    CHECK_EQ(paused_heard(&run), FLAG_NO);
    SPAWN(&run, .names = {"asker"}, .users = {5});
    AWAIT(run.loop, run.fake.finished > 20);
    say_pause(&run, true);
    settle(&run);
    AWAIT(run.loop, run.fake.started == run.fake.finished);
    size_t asked = run.fake.started;

    spin(run.loop, 30 * NS_PER_MS); /* their waits are 2 ms */
    CHECK_EQ(run.fake.started, asked);
    CHECK_EQ(paused_heard(&run), FLAG_YES);
    CHECK_STR(running(&run), "asker:5");
    CHECK_ROW("the same users go on");
    say_pause(&run, false);
    AWAIT(run.loop, run.fake.finished > asked + 20);
    CHECK_EQ(squad_counts(run.worker->squad).started_users, 5);
    CHECK_EQ(paused_heard(&run), FLAG_NO);
    CHECK_ROW("a stop finds them");
    say_pause(&run, true);
    settle(&run);
    puppet_say_plain(&run.master, MESSAGE_STOP);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 1);
    CHECK_EQ(paused_heard(&run), FLAG_NO);
    close_run(&run);

    CHECK_ROW("one that comes late is told with its users");
    run = (struct run){.classes = {&asker}};
    open_run(&run);
    struct message_class items[] = {{.name = slice_of("asker"), .users = 3}};
    struct message spawn = {.type = MESSAGE_SPAWN,
                            .spawn = {.timestamp = 1,
                                      .classes = {.present = true, .items = items, .count = 1},
                                      .paused = FLAG_YES}};

    puppet_say(&run.master, &spawn);
    await_complete(&run);
    spin(run.loop, 30 * NS_PER_MS);
    CHECK_EQ(run.fake.started, 0);
    CHECK_STR(running(&run), "asker:3");
    say_pause(&run, false);
    AWAIT(run.loop, run.fake.finished > 20);
    close_run(&run);

    CHECK_ROW("without a test there is nothing to pause");
    run = (struct run){.classes = {&asker}};
    open_run(&run);
    say_pause(&run, true);
    settle(&run);
    CHECK_EQ(paused_heard(&run), FLAG_NO);
    close_run(&run);
}

static void a_spawn_during_a_stop(void **state)
{
    static const struct {
        const char *row;
        bool stop_again;
        const char *words;
    } rows[] = {
        {"is followed after it",
         false,
         "spawning spawning_complete client_stopped client_ready spawning spawning_complete"},
        {"unless another stop follows",
         true,
         "spawning spawning_complete client_stopped client_ready"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run run = {.classes = {&hanger}};

        CHECK_ROW(rows[i].row);
        open_run(&run);
        SPAWN(&run, .names = {"hanger"}, .users = {2}, .stop_timeout = 600);
        await_complete(&run);
        AWAIT(run.loop, run.fake.started == 2);
        puppet_say_plain(&run.master, MESSAGE_STOP);
        SPAWN(&run, .names = {"hanger"}, .users = {9});
        SPAWN(&run, .names = {"hanger"}, .users = {3}); /* the newest counts */
        if (rows[i].stop_again) {
            puppet_say_plain(&run.master, MESSAGE_STOP);
        }
        finish_stop(&run);
        if (rows[i].stop_again) {
            AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 1);
            settle(&run);
        } else {
            AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_SPAWNING_COMPLETE) == 2);
            CHECK_STR(running(&run), "hanger:3");
        }
        CHECK_STR(puppet_words(&run.master), rows[i].words);
        close_run(&run);
    }
}

static void quitting(void **state)
{
    static const struct {
        const char *row;
        bool runs, ours, twice;
        const char *words;
    } rows[] = {
        {"by the master, idle", false, false, false, "quit"},
        {"by the master, in a test", true, false, false, "spawning spawning_complete quit"},
        {"by ourselves, idle", false, true, false, "quit"},
        {"by ourselves, in a test", true, true, false, "spawning spawning_complete quit"},
        {"by ourselves, impatiently", true, true, true, "spawning spawning_complete quit"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run run = {.classes = {&asker, &hanger}};
        uint64_t reported = 0;
        int code;

        CHECK_ROW(rows[i].row);
        open_run(&run);
        if (rows[i].runs) {
            SPAWN(&run,
                  .names = {"asker", "hanger"},
                  .users = {2, rows[i].twice ? 1 : 0},
                  .stop_timeout = 600);
            await_complete(&run);
            AWAIT(run.loop, run.fake.finished > 4);
        }
        if (rows[i].ours) {
            worker_quit(run.worker);
        } else {
            puppet_say_plain(&run.master, MESSAGE_QUIT);
        }
        if (rows[i].twice) {
            spin(run.loop, 20 * NS_PER_MS);
            CHECK_EQ(run.ended, 0);
            worker_quit(run.worker);
        }
        AWAIT(run.loop, run.ended == 1);
        CHECK_EQ(worker_ended_by(run.worker), WORKER_END_QUIT);
        CHECK(!worker_exit_code(run.worker, &code));
        CHECK_EQ(worker_exceptions(run.worker), 0);
        worker_quit(run.worker); /* over is over */
        AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_QUIT) == 1);
        CHECK_STR(puppet_words(&run.master), rows[i].words);
        CHECK(puppet_heard(&run.master, MESSAGE_STATS) >= 1);
        CHECK_EQ(run.master.heard[run.master.count - 1].type, MESSAGE_QUIT);
        for (size_t k = 0; k < run.master.count; k++) {
            reported += run.master.heard[k].type == MESSAGE_STATS
                            ? (uint64_t)run.master.heard[k].stats.total.num_requests
                            : 0;
        }
        CHECK_EQ(reported, run.fake.finished);
        CHECK_EQ(run.ended, 1);
        close_run(&run);
    }
}

static void quitting_while_stopping(void **state)
{
    struct run run = {.classes = {&hanger}};

    (void)state;
    CHECK_ROW("tasks keep what is left of their stop timeout");
    open_run(&run);
    SPAWN(&run, .names = {"hanger"}, .users = {2}, .stop_timeout = 600);
    AWAIT(run.loop, run.fake.started == 2);
    puppet_say_plain(&run.master, MESSAGE_STOP);
    puppet_say_plain(&run.master, MESSAGE_QUIT);
    settle(&run);
    spin(run.loop, 20 * NS_PER_MS);
    CHECK_EQ(run.ended, 0);
    CHECK_EQ(run.fake.cancelled, 0);
    CHECK_ROW("unless somebody is impatient");
    worker_quit(run.worker);
    AWAIT(run.loop, run.ended == 1 && puppet_heard(&run.master, MESSAGE_QUIT) == 1);
    close_run(&run);
}

static void quitting_without_a_master(void **state)
{
    struct run run = {.classes = {&idler}};

    (void)state;
    CHECK_ROW("there is nobody to tell");
    open_worker(&run);
    worker_quit(run.worker);
    CHECK_EQ(run.ended, 1);
    close_run(&run);
    worker_free(NULL);
}

static void a_task_ends_the_test(void **state)
{
    struct run run = {.classes = {&stopper}};
    int code = 0;

    (void)state;
    CHECK_ROW("the worker leaves, with the exit code");
    open_run(&run);
    SPAWN(&run, .names = {"stopper"}, .users = {1});
    AWAIT(run.loop, run.ended == 1 && puppet_heard(&run.master, MESSAGE_QUIT) == 1);
    CHECK(worker_exit_code(run.worker, &code));
    CHECK_EQ(code, 9);
    close_run(&run);
}

/* ---- Trouble with the master ---- */

static void a_new_connection(void **state)
{
    struct run run = {.classes = {&idler}};

    (void)state;
    CHECK_ROW("on its wish; users stay, and nobody registers again");
    open_run(&run);
    SPAWN(&run, .names = {"idler"}, .users = {2});
    await_complete(&run);
    puppet_forget(&run.master);
    puppet_say_plain(&run.master, MESSAGE_RECONNECT);
    AWAIT(run.loop, !run.worker->session);
    worker_send_stats(run.worker); /* nothing is lost meanwhile */
    AWAIT(run.loop, run.worker->session);
    beat(&run);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_HEARTBEAT) > 0);
    CHECK_STR(puppet_words(&run.master), "");
    SPAWN(&run, .names = {"idler"}, .users = {3});
    await_complete(&run);
    CHECK_STR(running(&run), "idler:3");
    close_run(&run);
}

static void answer_heartbeats(struct run *run)
{
    puppet_say_plain(&run->master, MESSAGE_HEARTBEAT);
    settle(run);
    CHECK(run->worker->armed);
}

static void a_silent_master(void **state)
{
    static const struct {
        const char *row;
        bool answers; /* heartbeats, before it falls silent */
        int seconds;
        bool called, stopped;
    } rows[] = {
        {"an old one never answers", false, 3600, false, false},
        {"one that is slow", true, 9, false, false},
        {"one that may be a new one is called", true, 11, true, false},
        {"one that is gone: the test ends", true, 61, true, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run run = {.classes = {&idler}};

        CHECK_ROW(rows[i].row);
        open_run(&run);
        SPAWN(&run, .names = {"idler"}, .users = {2});
        await_complete(&run);
        if (rows[i].answers) {
            answer_heartbeats(&run);
        }
        puppet_forget(&run.master);
        run.worker->heard_ns -= rows[i].seconds * NS_PER_S;
        run.worker->session_ns -= rows[i].seconds * NS_PER_S;
        beat(&run);
        if (rows[i].stopped) {
            AWAIT(run.loop, run.worker->squad == NULL);
        }
        CHECK_EQ(run.worker->calling, rows[i].called);
        CHECK_EQ(loop_timer_active(&run.worker->call_timer), rows[i].called);
        CHECK_EQ(run.worker->squad == NULL, rows[i].stopped);
        if (rows[i].called) {
            AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 1);
        } else {
            settle(&run);
            CHECK_EQ(puppet_heard(&run.master, MESSAGE_CLIENT_READY), 0);
        }
        close_run(&run);
    }
}

static void the_answer_to_a_call_in_a_test(void **state)
{
    struct run run = {.classes = {&asker}};

    (void)state;
    CHECK_ROW("it was only slow: the test goes on");
    open_run(&run);
    SPAWN(&run, .names = {"asker"}, .users = {2});
    await_complete(&run);
    answer_heartbeats(&run);
    run.worker->heard_ns -= 11 * NS_PER_S;
    run.worker->session_ns -= 11 * NS_PER_S;
    beat(&run);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 1);
    answer_heartbeats(&run);
    CHECK(!run.worker->calling);
    CHECK_EQ(squad_users(run.worker->squad, 0), 2);
    CHECK_ROW("a new master: the old one's test ends, and nothing of it is told");
    run.worker->heard_ns -= 11 * NS_PER_S;
    run.worker->session_ns -= 11 * NS_PER_S;
    beat(&run);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 2);
    AWAIT(run.loop, run.fake.finished > 10);
    puppet_forget(&run.master);
    ack(&run);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 1);
    CHECK_STR(puppet_words(&run.master), "client_stopped client_ready");
    CHECK_EQ(puppet_heard(&run.master, MESSAGE_STATS), 0);
    ack(&run);
    CHECK_ROW("its clock may be behind");
    SPAWN(&run, .names = {"asker"}, .users = {1}, .timestamp = 0.5);
    await_complete(&run);
    CHECK_STR(running(&run), "asker:1");
    close_run(&run);
}

static void nonsense(void **state)
{
    static const char *const rows[] = {
        "", "\xc1", "\x93\xa5spawn\x01\xa1x", "\x92\xa4stop\xc0", "\x93\xa5spawn\xc0\xc0"};
    struct run run = {.classes = {&idler}};

    (void)state;
    open_run(&run);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW("is ignored");
        puppet_say_bytes(&run.master, rows[i], strlen(rows[i]));
    }
    puppet_say_plain(&run.master, MESSAGE_HEARTBEAT);
    settle(&run);
    CHECK_STR(puppet_words(&run.master), "");
    CHECK_EQ(run.ended, 0);
    close_run(&run);
}

/* ---- Classes edited by the master's user ---- */

static void an_edited_class(void **state)
{
    static const struct {
        const char *row, *json, *host;
        size_t tasks;
    } rows[] = {
        {"a host", "{\"user_class_name\": \"asker\", \"host\": \"http://e\"}", "http://e", 2},
        {"tasks", "{\"user_class_name\": \"asker\", \"tasks\": [\"ask\"]}", "http://e", 1},
        {"weights are the master's affair",
         "{\"user_class_name\": \"asker\", \"weight\": 7, \"fixed_count\": 1}",
         "http://e",
         1},
        {"all tasks again", "{\"user_class_name\": \"asker\", \"tasks\": []}", "http://e", 2},
        {"a class that is not there",
         "{\"user_class_name\": \"swimmer\", \"host\": \"http://s\"}",
         "http://e",
         2},
        {"a host that is no text", "{\"user_class_name\": \"asker\", \"host\": 5}", NULL, 2},
    };
    static const struct user_class hostless = {
        .name = "asker", .tasks = ask_tasks, A_SHORT_WAIT, .host = "http://own"};
    struct run run = {.classes = {&hostless}};

    (void)state;
    for (int while_it_runs = 0; while_it_runs < 2; while_it_runs++) {
        run = (struct run){.classes = {&hostless}};
        open_run(&run);
        run.worker->plan.host = run.options.plan.host = NULL;
        if (while_it_runs) {
            SPAWN(&run, .names = {"asker"}, .users = {1});
            await_complete(&run);
        }
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
            CHECK_ROW(rows[i].row);
            puppet_forget(&run.master);
            puppet_say_json(&run.master, "update_user_class", rows[i].json);
            if (!while_it_runs) {
                SPAWN(&run, .names = {"asker"}, .users = {1});
                await_complete(&run);
            } else {
                settle(&run);
            }
            const struct plan_class *class = &squad_plan(run.worker->squad)->classes[0];

            CHECK_STR(class->host, rows[i].host ? rows[i].host : "http://own");
            CHECK_EQ(class->root.task_count, rows[i].tasks);
            if (!while_it_runs) {
                puppet_say_plain(&run.master, MESSAGE_STOP);
                AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CLIENT_READY) == 1);
                ack(&run);
            }
        }
        close_run(&run);
    }
}

/* ---- News ---- */

static void exceptions(void **state)
{
    struct run run = {.classes = {&crasher}};
    size_t heard = 0;

    (void)state;
    CHECK_ROW("each as it comes");
    open_run(&run);
    SPAWN(&run, .names = {"crasher"}, .users = {2});
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_EXCEPTION) == 2);
    const struct message_exception *exception =
        &puppet_nth(&run.master, MESSAGE_EXCEPTION, 0)->exception;

    CHECK(exception->message.length > 0 && exception->traceback.length > 0);
    CHECK_EQ(worker_exceptions(run.worker), 2);
    close_run(&run);

    CHECK_ROW("ten a second of one kind");
    run = (struct run){.classes = {&crashers}};
    open_run(&run);
    SPAWN(&run, .names = {"crashers"}, .users = {20});
    AWAIT(run.loop, run.worker->crashes_dropped > 50);
    loop_timer_stop(&run.worker->heartbeat_timer);
    settle(&run);
    heard = puppet_heard(&run.master, MESSAGE_EXCEPTION);
    CHECK(heard >= 10);
    CHECK_EQ(worker_exceptions(run.worker) - run.worker->crashes_dropped, heard);
    CHECK_ROW("another kind is not held up by it");
    worker_send_exception(run.worker, "other", "elsewhere\n");
    AWAIT(run.loop,
          slice_is(puppet_last(&run.master, MESSAGE_EXCEPTION)->exception.message, "other"));
    CHECK_ROW("and the next second ten more");
    beat(&run);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_EXCEPTION) >= heard + 11);
    close_run(&run);
}

static void ramp_complete(struct run *run)
{
    struct message message = {.type = MESSAGE_SPAWNING_COMPLETE, .spawning_complete.user_count = 1};

    puppet_say(&run->master, &message);
}

static void logs(void **state)
{
    struct run run = {.classes = {&idler}};
    const struct message_logs *heard;
    struct err err;

    (void)state;
    CHECK_ROW("not before the master has proved to know them");
    CHECK(log_to_file("/dev/null", &err));
    open_run(&run);
    log_set_level(LOG_INFO);
    log_info("first");
    worker_send_logs(run.worker);
    settle(&run);
    CHECK_EQ(puppet_heard(&run.master, MESSAGE_LOGS), 0);
    CHECK_ROW("then the whole tail, at once");
    ramp_complete(&run);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_LOGS) == 1);
    heard = &puppet_last(&run.master, MESSAGE_LOGS)->logs;
    CHECK(slice_is(heard->worker_id, run.master.id));
    CHECK(heard->count >= 1);
    CHECK(memmem(heard->lines[0].bytes, heard->lines[0].length, "first", 5) != NULL);
    CHECK_ROW("and when there is more");
    worker_send_logs(run.worker);
    log_info("second");
    worker_send_logs(run.worker);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_LOGS) == 2);
    CHECK(puppet_last(&run.master, MESSAGE_LOGS)->logs.count > heard->count);
    CHECK_ROW("a flood is the end of it");
    for (int i = 0; i < 100; i++) {
        log_info("flood %d", i);
    }
    worker_send_logs(run.worker);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_LOGS) == 3);
    log_info("after");
    worker_send_logs(run.worker);
    settle(&run);
    CHECK_EQ(puppet_heard(&run.master, MESSAGE_LOGS), 3);
    close_run(&run);
    log_close();
}

static void resetting(void **state)
{
    static const struct {
        const char *row;
        bool answers, said;
        bool reset;
    } rows[] = {
        {"on the master's word", true, true, true},
        {"which it may not give", true, false, false},
        {"an old master gives none: with each order done", false, false, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run run = {.classes = {&ask_once, &idler}};

        CHECK_ROW(rows[i].row);
        open_run(&run);
        loop_timer_stop(&run.worker->stats_timer);
        if (rows[i].answers) {
            answer_heartbeats(&run);
        }
        SPAWN(&run, .names = {"askonce"}, .users = {3}, .options = "{\"reset_stats\":true}");
        AWAIT(run.loop, run.fake.finished == 3);
        CHECK_EQ(stats_total(run.worker->stats)->num_requests, 3);
        if (rows[i].said) {
            ramp_complete(&run);
            settle(&run);
        } else {
            SPAWN(&run, .names = {"idler"}, .users = {1});
            AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_SPAWNING_COMPLETE) == 2);
        }
        CHECK_EQ(stats_total(run.worker->stats)->num_requests, rows[i].reset ? 0 : 3);
        close_run(&run);
    }
}

/* ---- Scenarios' messages ---- */

static void on_greeting(const struct incoming *message)
{
    note("%s<%s>%s", message->type, message->from, message->data);
    cicada_send_message("answer", message->data, NULL);
}

static const char *extra(void)
{
    return "{\"sessions\":12}";
}

static const char *no_object(void)
{
    return "[1]";
}

static void messages(void **state)
{
    static const struct message_handler handlers[] = {
        {"greeting", on_greeting}, {PUPPET_MARK, on_mark}, {0}};
    static const char *const rows[] = {"{\"a\":[1,2.5,null,\"x\"]}", "null", "[]", "\"text\"", "7"};
    struct run run = {.classes = {&idler}, .scenario = {.messages = handlers}};

    (void)state;
    CHECK_ROW("before there is a master, none can be sent");
    open_worker(&run);
    CHECK(!cicada_send_message("early", "{}", NULL));
    AWAIT(run.loop, run.master.count == 1);
    ack(&run);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_STATS) == 1);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        char want[128];

        CHECK_ROW(rows[i]);
        notes_clear();
        puppet_forget(&run.master);
        puppet_say_json(&run.master, "greeting", rows[i]);
        AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_CUSTOM) == 1);
        const struct message *answer = puppet_last(&run.master, MESSAGE_CUSTOM);

        CHECK(slice_is(answer->type_text, "answer"));
        CHECK_STR(wire_json_text(answer->custom, &arena), rows[i]);
        snprintf(want, sizeof(want), "greeting<>%s", rows[i]);
        CHECK_STR(notes(), want);
        arena_fini(&arena);
    }
    CHECK_ROW("of a type nobody handles");
    puppet_say_json(&run.master, "farewell", "1");
    settle(&run);
    CHECK_ROW("what is no JSON");
    CHECK(!cicada_send_message("answer", "{", NULL));
    close_run(&run);
}

static void additions_to_reports(void **state)
{
    static const struct scenario more = {.report_to_master = no_object};
    struct run run = {.classes = {&idler}, .scenario = {.report_to_master = extra}};
    struct arena arena = {0};
    const struct value *data = NULL;

    (void)state;
    CHECK_ROW("an object goes along, anything else is left out");
    open_run(&run);
    scenarios_add(&run.scenarios, "more", &more);
    loop_timer_stop(&run.worker->heartbeat_timer);
    puppet_forget(&run.master);
    worker_send_stats(run.worker);
    AWAIT(run.loop, puppet_heard(&run.master, MESSAGE_STATS) == 1);
    /* The worker's own buffer still holds what it sent. */
    data = message_data(run.worker->out.data, run.worker->out.length, &arena);
    CHECK(data != NULL && value_get(data, "sessions") != NULL);
    CHECK_EQ(value_get(data, "sessions")->integer, 12);
    arena_fini(&arena);
    close_run(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calling),
        cmocka_unit_test(a_master_without_ack),
        cmocka_unit_test(a_late_master),
        cmocka_unit_test(heartbeats),
        cmocka_unit_test(numbers),
        cmocka_unit_test(timestamps),
        cmocka_unit_test(hosts),
        cmocka_unit_test(options),
        cmocka_unit_test(a_plan_that_can_not_be),
        cmocka_unit_test(a_stop),
        cmocka_unit_test(stops_out_of_turn),
        cmocka_unit_test(a_stop_waits_for_tasks),
        cmocka_unit_test(a_stop_with_a_time_of_its_own),
        cmocka_unit_test(a_pause),
        cmocka_unit_test(a_spawn_during_a_stop),
        cmocka_unit_test(quitting),
        cmocka_unit_test(quitting_while_stopping),
        cmocka_unit_test(quitting_without_a_master),
        cmocka_unit_test(a_task_ends_the_test),
        cmocka_unit_test(a_new_connection),
        cmocka_unit_test(a_silent_master),
        cmocka_unit_test(the_answer_to_a_call_in_a_test),
        cmocka_unit_test(nonsense),
        cmocka_unit_test(an_edited_class),
        cmocka_unit_test(exceptions),
        cmocka_unit_test(logs),
        cmocka_unit_test(resetting),
        cmocka_unit_test(messages),
        cmocka_unit_test(additions_to_reports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
