/* SPDX-License-Identifier: MIT */
/* GET /stats/requests of a made-up run, byte for byte: a key that changes its name or its kind
 * breaks programs of others. */
#include "check.h"
#include "web/web_private.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"

static const int64_t start_ns = 1795640000 * NS_PER_S;

static struct {
    struct runner runner;
    struct snapshot snapshot;
} fake;

static struct snapshot take_snapshot(struct runner *runner)
{
    (void)runner;
    return fake.snapshot;
}

static const struct runner_ops ops = {.snapshot = take_snapshot};

static void nothing(void *data)
{
    (void)data;
}

static struct stats *make_stats(void)
{
    struct stats *stats = stats_new(NULL, start_ns);

    for (int i = 1; i <= 20; i++) {
        struct stats_sample sample = {.method = "GET",
                                      .name = i % 4 ? "/a" : "/<b>",
                                      .failure = i % 5 ? NULL : "bad \"thing\"",
                                      .elapsed_ns = i * NS_PER_MS,
                                      .wall_ns = start_ns + i * NS_PER_S / 2,
                                      .content_length = 100};

        stats_record(stats, &sample);
    }
    return stats;
}

/* Moments of the test itself. */
static void hide_since(char *text)
{
    for (char *at = text; (at = strstr(at, "\"since\":"));) {
        at += strlen("\"since\":");
        size_t digits = strspn(at, "0123456789.");

        memset(at, '0', 1);
        memmove(at + 1, at + digits, strlen(at + digits) + 1);
    }
}

static char *write_json(const struct web_options *options)
{
    struct web web = {.runner = &fake.runner, .options = options, .run_id = 3};
    struct loop *loop = loop_new();
    struct buf out;

    web.watch = watch_new(loop, &fake.runner, 0, nothing, NULL);
    buf_init(&out, WEB_ANSWER_MAX);
    stats_json_write(&web, &out);
    watch_free(web.watch);
    loop_free(loop);
    char *text = buf_take(&out);

    hide_since(text);
    return text;
}

static void members_are_there(const char *text, const char *const *members)
{
    for (; *members; members++) {
        if (!strstr(text, *members)) {
            fail_msg("there is no %s in %s", *members, text);
        }
    }
}

static void a_run_of_one_process(void **state)
{
    static const char *const members[] = {
        "{\"stats\":[{\"method\":\"GET\",\"name\":\"/\\u003cb>\",\"num_requests\":5,"
        "\"num_failures\":1,\"min_response_time\":4.0,\"max_response_time\":20.0,",
        "\"avg_response_time\":12.0,\"median_response_time\":12,",
        "\"response_time_percentile_0.95\":20,\"response_time_percentile_0.99\":20,"
        "\"avg_content_length\":100.0,\"p50\":",
        "{\"method\":\"\",\"name\":\"Aggregated\",\"num_requests\":20,\"num_failures\":4,"
        "\"min_response_time\":1.0,\"max_response_time\":20.0,",
        "\"avg_response_time\":10.5,\"median_response_time\":10,\"total_rps\":2.0,"
        "\"total_fail_per_sec\":0.4,",
        "\"current\":{\"rps\":0,\"fails\":0,\"p50\":null,\"p95\":null,\"p99\":null},"
        "\"attention\":0}],\"errors\":[{\"method\":\"GET\",\"name\":\"/\\u003cb>\",\"error\":"
        "\"bad \\\"thing\\\"\",\"occurrences\":1,\"first_seen\":1795640010.0,\"last_seen\":"
        "1795640010.0,\"key\":\"",
        "\"fail_ratio\":0.2,\"current_response_time_percentiles\":{"
        "\"response_time_percentile_0.5\":",
        "\"current_response_time_percentile_50\":",
        "\"state\":\"running\",\"user_count\":7,\"now\":1795640012.5,\"run\":{\"id\":3,\"start\":"
        "1795640000.0,\"end\":null,\"planned_s\":null,\"host\":null,\"profile\":null,\"paused\":"
        "null,\"stopping\":null,"
        "\"why_ended\":null},\"target_users\":9,\"spawn_rate\":2.5,\"waiting_users\":4,"
        "\"oldest_wait_s\":10.2,\"can\":{\"pause\":false},\"before\":null,\"verdict\":{"
        "\"target\":{\"level\":\"dim\",\"word\":\"Waiting\",\"detail\":\"no response yet\","
        "\"since\":0,\"link\":null},\"generator\":{\"level\":\"ok\",\"word\":\"Healthy\","
        "\"detail\":\"CPU 0 % at most (this process)\",\"since\":0,\"link\":null}},\"generator\":{"
        "\"cpu_max\":0,\"cpu_worker\":null,\"lag_p99_ms\":null,\"ports_used\":null,"
        "\"ports_limit\":null,\"dropped\":0},\"changes\":[],\"counts\":{\"names\":2,\"errors\":2,"
        "\"exceptions\":0,\"log_warnings\":0}}",
        NULL,
    };
    struct web_options options = {0};

    (void)state;
    fake.runner.ops = &ops;
    fake.snapshot = (struct snapshot){.now_ns = start_ns + 12 * NS_PER_S + NS_PER_S / 2,
                                      .start_ns = start_ns,
                                      .state = RUN_RUNNING,
                                      .stats = make_stats(),
                                      .users = 7,
                                      .target_users = 9,
                                      .spawn_rate = 2.5,
                                      .waiting_known = true,
                                      .waiting_users = 4,
                                      .oldest_wait_ns = 10200 * NS_PER_MS};
    char *text = write_json(&options);

    members_are_there(text, members);
    CHECK(strstr(text, "\"workers\"") == NULL);
    free(text);
    fake.snapshot.state = RUN_STOPPING;
    text = write_json(&options);
    CHECK(strstr(text, "\"state\":\"cleanup\"") != NULL);
    free(text);
    CHECK_ROW("paused");
    fake.snapshot.state = RUN_RUNNING;
    fake.snapshot.paused_ns = start_ns + NS_PER_S;
    fake.snapshot.can_pause = true;
    text = write_json(&options);
    members_are_there(
        text, (const char *const[]){"\"paused\":{\"since\":0}", "\"can\":{\"pause\":true}", NULL});
    free(text);
    stats_free(fake.snapshot.stats);
}

static void a_run_with_workers(void **state)
{
    static const struct snapshot_worker workers[] = {
        {.id = "host_1_abc",
         .index = 4,
         .state = "running",
         .users = 3,
         .cpu_percent = 12.5,
         .rss_bytes = 1000,
         .lag_p99_ms = 1.25,
         .connections = 12,
         .ports_used = 14,
         .ports_limit = 28232,
         .rps = 10,
         .up_ns = 1500 * NS_PER_MS,
         .seen_ns = 200 * NS_PER_MS},
        {.id = "other",
         .index = 5,
         .state = "missing",
         .rss_bytes = -1,
         .rps = -1,
         .lag_p99_ms = -1,
         .connections = -1},
    };
    static const char *const members[] = {
        "\"workers\":[{\"id\":\"host_1_abc\",\"state\":\"running\",\"user_count\":3,\"cpu_usage\":"
        "12.5,\"memory_usage\":1000,\"index\":4,\"lag_p99_ms\":1.25,\"rps\":10,\"node\":\"host_1\","
        "\"up_s\":1.5,\"seen_s\":0.2,\"connections\":12,\"ports_used\":14,\"ports_limit\":28232},"
        "{\"id\":\"other\",\"state\":\"missing\","
        "\"user_count\":0,\"cpu_usage\":0.0,\"memory_usage\":0,\"index\":5,\"lag_p99_ms\":null,"
        "\"rps\":null,\"node\":\"other\",",
        "],\"worker_count\":1,\"state\":\"stopping\"",
        "\"stopping\":{\"users\":3,\"of\":24,\"left_s\":23.5}",
        NULL,
    };
    struct web_options options = {.distributed = true};

    (void)state;
    fake.snapshot = (struct snapshot){.now_ns = start_ns,
                                      .state = RUN_STOPPING,
                                      .users = 3,
                                      .stopping_users = 24,
                                      .stopping_left_ns = 23500 * NS_PER_MS,
                                      .stats = stats_new(NULL, start_ns),
                                      .distributed = true,
                                      .workers = workers,
                                      .worker_count = 2};
    char *text = write_json(&options);

    members_are_there(text, members);
    CHECK(strstr(text, "\"connections\":null,\"ports_used\":null,\"ports_limit\":null}") != NULL);
    CHECK(strstr(text, "waiting_users") == NULL);
    free(text);
    stats_free(fake.snapshot.stats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_of_one_process),
        cmocka_unit_test(a_run_with_workers),
    };

    log_set_level(LOG_LEVELS);
    return cmocka_run_group_tests_name("stats_json", tests, NULL, NULL);
}
