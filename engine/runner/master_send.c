/* SPDX-License-Identifier: MIT */
/* master_send.c - what workers are told. */
#define LOGGER "locust.runners"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/filename.h"
#include "base/log.h"
#include "runner/download.h"
#include "runner/master_private.h"
#include "runner/wire_json.h"

bool master_send(struct master *master, struct slice id, struct message *message)
{
    struct link_peer to = {.id = id.bytes, .length = id.length};

    message->node_id = id; /* boomer drops what is not addressed to it */
    buf_clear(&master->out);
    message_encode(&master->out, MESSAGE_TO_WORKER, message);
    if (master->out.failed) {
        log_error("a %s message of more than %d bytes was not sent",
                  message_type_name(message->type),
                  LINK_MESSAGE_MAX);
        return false;
    }
    return link_send(master->link, to, master->out.data, master->out.length);
}

bool master_send_plain(struct master *master, const struct peer *peer, enum message_type type)
{
    struct message message = {.type = type};

    return master_send(master, slice_of(peer->id), &message);
}

bool master_send_stop(struct master *master, const struct peer *peer, int64_t grace_ns)
{
    struct message message = {.type = MESSAGE_STOP};

    if (grace_ns >= 0) {
        message.stop.timeout = number_float(seconds_from_ns(grace_ns));
    }
    return master_send(master, slice_of(peer->id), &message);
}

bool master_send_pause(struct master *master, const struct peer *peer, bool paused)
{
    struct message message = {.type = MESSAGE_PAUSE, .pause.paused = paused ? FLAG_YES : FLAG_NO};

    return master_send(master, slice_of(peer->id), &message);
}

void master_send_ack(struct master *master, const struct peer *peer)
{
    struct message message = {
        .type = MESSAGE_ACK,
        .ack = {.index = peer->index,
                .hdr = true,
                .detail = true,
                .samples = failures_keeps_captures(stats_failures(master->stats))},
    };

    master_send(master, slice_of(peer->id), &message);
}

/* Strictly increasing per worker even if our clock steps back: it would discard what is older. */
static double next_timestamp(struct peer *peer)
{
    static const double least_step = 1e-5; /* what a float64 of today tells apart, and some */
    double now = seconds_from_ns(clock_wall_ns());

    if (now <= peer->last_timestamp) {
        now = peer->last_timestamp + least_step;
    }
    peer->last_timestamp = now;
    return now;
}

/* All classes, zeros included: boomer takes the sum for its total. */
void master_send_spawn(struct master *master, struct peer *peer, const uint32_t *counts)
{
    size_t count = spread_class_count(master->spread);
    struct message message = {.type = MESSAGE_SPAWN};
    struct message_spawn *spawn = &message.spawn;

    arena_reset(&master->scratch);
    spawn->timestamp = next_timestamp(peer);
    spawn->host = slice_of(master->options->host);
    spawn->stop_timeout = seconds_from_ns(master->options->stop_timeout_ns);
    spawn->parsed_options = master->parsed_options;
    spawn->paused = master->paused_ns > 0 ? FLAG_YES : FLAG_UNSAID;
    spawn->classes = (struct message_classes){
        .present = true,
        .count = count,
        .items = arena_alloc(&master->scratch, count * sizeof(*spawn->classes.items)),
    };
    for (size_t i = 0; i < count; i++) {
        spawn->classes.items[i] = (struct message_class){
            .name = slice_of(spread_class_name(master->spread, i)), .users = counts[i]};
    }
    master_send(master, slice_of(peer->id), &message);
}

void master_send_spawning_complete(struct master *master)
{
    struct message message = {
        .type = MESSAGE_SPAWNING_COMPLETE,
        .spawning_complete.user_count = (int64_t)roster_users(master->roster),
    };

    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        if (peer->knows_spawning_complete) {
            master_send(master, slice_of(peer->id), &message);
        }
    }
}

void master_send_update(struct master *master, const struct peer *only,
                        const struct value *attributes)
{
    struct message message = {
        .type = MESSAGE_UPDATE_USER_CLASS,
        .update_user_class = {.name = value_get(attributes, "user_class_name")->text,
                              .attributes = attributes},
    };

    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        if (!only || peer == only) {
            master_send(master, slice_of(peer->id), &message);
        }
    }
}

/* ---- Options ---- */

static struct value text_value(const char *text)
{
    return text ? (struct value){.kind = VALUE_TEXT, .text = slice_of(text)}
                : (struct value){.kind = VALUE_NIL};
}

static struct value list_value(struct arena *arena, const char *const *list)
{
    size_t count = 0;

    while (list && list[count]) {
        count++;
    }
    if (count == 0) {
        return (struct value){.kind = VALUE_NIL};
    }
    struct value *items = arena_alloc(arena, count * sizeof(*items));

    for (size_t i = 0; i < count; i++) {
        items[i] = text_value(list[i]);
    }
    return (struct value){.kind = VALUE_ARRAY, .items = items, .count = count};
}

static size_t count_options(const struct scenarios *scenarios)
{
    size_t count = 0;

    for (size_t i = 0; i < scenarios->count; i++) {
        const struct scenario_option *option = scenarios->items[i].scenario->options;

        for (; option && option->name; option++) {
            count++;
        }
    }
    return count;
}

/* "my-option" is my_option in Python; a flag is a truth value there. */
static void add_option(struct master *master, struct value *pair,
                       const struct scenario_option *option)
{
    const struct master_options *options = master->options;
    const char *text = options->option ? options->option(options->option_data, option->name) : NULL;
    char *name = arena_strdup(&master->test_texts, option->name);

    for (char *p = name; *p; p++) {
        *p = *p == '-' ? '_' : *p;
    }
    pair[0] = text_value(name);
    pair[1] = option->flag ? (struct value){.kind = VALUE_BOOL, .boolean = text != NULL}
                           : text_value(text);
}

const struct value *master_parsed_options(struct master *master)
{
    enum { OURS = 4 };
    const struct master_options *options = master->options;
    const struct scenarios *scenarios = master->scenarios;
    struct arena *arena = &master->test_texts;
    size_t count = OURS + count_options(scenarios), at = 0;
    struct value *pairs = arena_alloc(arena, 2 * count * sizeof(*pairs));
    struct value *map = arena_alloc(arena, sizeof(*map));

    pairs[at++] = text_value("tags");
    pairs[at++] = list_value(arena, options->tags);
    pairs[at++] = text_value("exclude_tags");
    pairs[at++] = list_value(arena, options->exclude_tags);
    pairs[at++] = text_value("expect_workers");
    pairs[at++] = (struct value){.kind = VALUE_INT, .integer = (int64_t)options->expect_workers};
    pairs[at++] = text_value("reset_stats");
    pairs[at++] = (struct value){.kind = VALUE_BOOL, .boolean = options->reset_stats};
    for (size_t i = 0; i < scenarios->count; i++) {
        const struct scenario_option *option = scenarios->items[i].scenario->options;

        for (; option && option->name; option++, at += 2) {
            add_option(master, &pairs[at], option);
        }
    }
    *map = (struct value){.kind = VALUE_MAP, .items = pairs, .count = count};
    return map;
}

/* ---- Files ---- */

/* What a file holds, in the arena; nothing if it can't be read or is too large. */
static struct slice read_file(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "re");
    struct buf text;
    char part[4096];
    size_t length;
    struct slice slice = {0};

    if (!file) {
        return slice;
    }
    buf_init(&text, LINK_MESSAGE_MAX / 2);
    while ((length = fread(part, 1, sizeof(part), file)) > 0) {
        buf_add(&text, part, length);
    }
    if (!text.failed && !ferror(file)) {
        slice.bytes = arena_strndup(arena, buf_text(&text), text.length);
        slice.length = text.length;
    }
    buf_fini(&text);
    fclose(file);
    return slice;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Sources as they are; a module as base64, as only texts can be sent, which its name then says. */
static bool file_to_send(struct arena *arena, const char *path, struct message_file *file)
{
    bool module = filename_ends(path, strlen(path), ".so");
    struct slice contents = {0};

    if (module || filename_ends(path, strlen(path), ".c") ||
        filename_ends(path, strlen(path), ".py")) {
        contents = read_file(arena, path);
    }
    if (module && contents.bytes) {
        struct buf text;

        buf_init(&text, LINK_MESSAGE_MAX);
        base64_encode(&text, contents.bytes, contents.length);
        contents = text.failed ? (struct slice){0}
                               : slice_of(arena_strndup(arena, buf_text(&text), text.length));
        buf_fini(&text);
    }
    *file = (struct message_file){
        .filename = slice_of(module ? arena_printf(arena, "%s" DOWNLOAD_ENCODED, base_name(path))
                                    : base_name(path)),
        .contents = contents,
    };
    return contents.bytes != NULL;
}

/* Whether the requester reads the list form; before 2.31 one file at top level was all. */
static bool reads_list(struct slice version)
{
    char text[32] = "";
    int major = 0, minor = 0;

    if (version.length < sizeof(text)) {
        memcpy(text, version.bytes ? version.bytes : "", version.length);
    }
    return sscanf(text, "%d.%d", &major, &minor) != 2 || major != 2 || minor >= 31;
}

void master_send_files(struct master *master, struct slice id,
                       const struct message_locustfile *request)
{
    struct message message = {.type = MESSAGE_LOCUSTFILE};
    struct message_locustfile *answer = &message.locustfile;
    const char *const *files = master->options->files;
    size_t count = 0;

    arena_reset(&master->scratch);
    while (files && files[count]) {
        count++;
    }
    answer->files = arena_alloc(&master->scratch, (count + 1) * sizeof(*answer->files));
    for (size_t i = 0; i < count; i++) {
        if (file_to_send(&master->scratch, files[i], &answer->files[answer->file_count])) {
            answer->file_count++;
        }
    }
    answer->pair = !reads_list(request->version);
    if (answer->file_count == 0) {
        answer->error = slice_of(
            "this master has no scenario file to give: start it with -f and a C file or a module "
            "(built-in scenarios every worker has), or give the worker -f");
    } else if (answer->pair && answer->file_count > 1) {
        answer->error = slice_of("this master's test has several files, which Locust before 2.31 "
                                 "can't fetch");
    }
    if (!master_send(master, id, &message)) {
        message.locustfile = (struct message_locustfile){
            .error = slice_of("this master's scenario files are too large to send")};
        master_send(master, id, &message);
    }
}

/* ---- Messages of scenarios ---- */

bool master_send_custom(void *data, const char *type, const char *json, const char *to)
{
    struct master *master = data;
    struct message message = {.type = MESSAGE_CUSTOM, .type_text = slice_of(type)};
    struct arena arena = {0};
    struct err err;
    bool sent = false;

    message.custom = wire_json_value(json, &arena, &err);
    if (!message.custom) {
        log_warning("a message of type %s is not sent: %s", type, err.text);
    }
    for (struct peer *peer = NULL; message.custom && (peer = roster_next(master->roster, peer));) {
        if (!to || strcmp(peer->id, to) == 0) {
            sent |= master_send(master, slice_of(peer->id), &message);
        }
    }
    arena_fini(&arena);
    return sent;
}

void master_take_custom(struct master *master, const struct peer *peer,
                        const struct message *message)
{
    struct arena arena = {0};
    struct incoming incoming = {
        .type = arena_strndup(&arena, message->type_text.bytes, message->type_text.length),
        .data = wire_json_text(message->custom, &arena),
        .from = peer->id,
    };

    if (!scenarios_take_message(master->scenarios, &incoming)) {
        log_warning("unknown message type \"%s\" from worker %s", incoming.type, peer->id);
    }
    arena_fini(&arena);
}
