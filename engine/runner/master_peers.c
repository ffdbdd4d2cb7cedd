/* SPDX-License-Identifier: MIT */
/* master_peers.c - what workers say, and when they say nothing. */
#define LOGGER "locust.runners"
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "runner/master_private.h"
#include "runner/wire_json.h"

enum {
    HEARTBEATS_MISSED = 3, /* then a worker is missing */
    HEARTBEATS_DEAD = -60, /* and then it is given up */
};

static const double cpu_threshold_percent = 90;

static struct slice slice_of_peer(struct link_peer from)
{
    return (struct slice){.bytes = from.id, .length = from.length};
}

/* ---- Coming ---- */

static void check_version(const struct peer *peer, const struct message_client_ready *ready)
{
    static const char ours[] = LOCUST_COMPAT_VERSION;
    struct slice version = ready->version;

    if (ready->kind != VERSION_TEXT || version.length == 0 || slice_is(version, ours)) {
        return;
    }
    if (version.length >= 4 && memcmp(version.bytes, ours, 4) == 0) {
        log_debug("A worker (%s) running a different patch version (%.*s) connected, master "
                  "version is %s",
                  peer->id,
                  (int)version.length,
                  version.bytes,
                  ours);
    } else {
        log_warning("A worker (%s) running a different version (%.*s) connected, master version "
                    "is %s",
                    peer->id,
                    (int)version.length,
                    version.bytes,
                    ours);
    }
}

static void take_client_ready(struct master *master, struct slice id,
                              const struct message_client_ready *ready)
{
    struct peer *peer = roster_find(master->roster, id);
    bool known = peer && peer->present, was_missing = known && peer->state == PEER_MISSING;

    if (ready->kind == VERSION_NONE) {
        log_error("An old (pre 2.0) worker tried to connect (%.*s). That's not going to work.",
                  (int)id.length,
                  id.bytes);
        return;
    }
    if (!known && !(peer = roster_add(master->roster, id))) {
        log_error("worker %.*s is refused: %d different ones have registered already",
                  (int)id.length,
                  id.bytes,
                  ROSTER_MAX);
        return;
    }
    peer->liveness = HEARTBEATS_MISSED;
    peer_set_version(peer, ready);
    master_send_ack(master, peer);
    if (known && !was_missing) { /* its calls had queued up, or it was not sure of us */
        log_debug("%s (index %lld) called again", peer->id, (long long)peer->index);
        master_ramp_remind(master, peer);
        return;
    }
    peer->state = PEER_READY;
    peer->since_ns = peer->heard_ns = clock_coarse_ns();
    peer->rps = -1;
    check_version(peer, ready);
    log_info("%s (index %lld) reported as ready. %zu workers connected.",
             peer->id,
             (long long)peer->index,
             roster_active(master->roster));
    scenarios_worker_connect(master->scenarios, peer->id);
    master_tell_updates(master, peer);
    if (master->state == RUN_STOPPING && !master->halting) {
        master_send_plain(master, peer, MESSAGE_QUIT);
        peer->quitting = true;
    } else if (!master_pause_keeps_out(master, peer)) {
        master_ramp_join(master, peer);
    }
}

/* ---- Going ---- */

/* It takes part no more, for whatever reason. */
static void lose(struct master *master, struct peer *peer, const char *how)
{
    peer_forget_users(peer);
    master_ramp_leave(master, peer);
    if (master->state == RUN_STOPPING) {
        master_check_gone(master);
    } else if (master->spread && roster_active(master->roster) == 0) {
        log_warning("The last worker %s, stopping test.", how);
        master->why_ended = "The last worker is gone";
        master_test_over(master);
    }
}

static void take_quit(struct master *master, struct peer *peer)
{
    roster_remove(master->roster, peer);
    log_info("Worker '%s' (index %lld) quit. %zu workers ready.",
             peer->id,
             (long long)peer->index,
             roster_ready(master->roster));
    lose(master, peer, "quit");
}

static void take_client_stopped(struct master *master, struct peer *peer)
{
    roster_remove(master->roster, peer);
    peer->resting = true;
    log_info("Worker '%s' (index %lld) has stopped its users", peer->id, (long long)peer->index);
    lose(master, peer, "stopped");
}

void master_beat(struct master *master)
{
    struct peer *peer = roster_next(master->roster, NULL), *after;

    for (; peer; peer = after) {
        after = roster_next(master->roster, peer);
        if (peer->state != PEER_MISSING && peer->liveness < 0) {
            log_info("Worker %s (index %lld) failed to send heartbeat, setting state to missing.",
                     peer->id,
                     (long long)peer->index);
            peer->state = PEER_MISSING;
            lose(master, peer, "went missing");
        } else if (peer->state == PEER_MISSING && peer->liveness <= HEARTBEATS_DEAD) {
            log_info("Worker %s (index %lld) has been missing for a minute and is given up",
                     peer->id,
                     (long long)peer->index);
            roster_remove(master->roster, peer);
        } else {
            peer->liveness--;
        }
    }
}

/* ---- Heartbeats ---- */

static void note_cpu(struct peer *peer)
{
    if (peer->cpu_percent > cpu_threshold_percent && !peer->cpu_warned) {
        peer->cpu_warned = true;
        log_warning("Worker %s (index %lld) exceeded cpu threshold (will only log this once per "
                    "worker)",
                    peer->id,
                    (long long)peer->index);
    }
}

static void take_heartbeat(struct master *master, struct peer *peer,
                           const struct message_heartbeat *heartbeat)
{
    bool healed = peer->state == PEER_MISSING;

    peer->liveness = HEARTBEATS_MISSED;
    peer_set_state(peer, heartbeat->state);
    peer->cpu_percent = heartbeat->cpu_percent;
    peer->memory_bytes = heartbeat->memory_bytes;
    peer_set_condition(peer, heartbeat);
    note_cpu(peer);
    if (peer->answers_heartbeats) {
        master_send_plain(master, peer, MESSAGE_HEARTBEAT);
    }
    master_pause_heard(master, peer, heartbeat->paused);
    if (master->halting) {
        master_check_gone(master);
    }
    if (healed) {
        log_info("Worker %s self-healed with heartbeat, setting state to %s.",
                 peer->id,
                 peer_state_text(peer));
        if (!master_pause_keeps_out(master, peer)) {
            master_ramp_join(master, peer);
        }
    }
}

/* ---- All of them ---- */

static void take_from_peer(struct master *master, struct peer *peer, const struct message *message)
{
    switch (message->type) {
    case MESSAGE_HEARTBEAT:
        take_heartbeat(master, peer, &message->heartbeat);
        break;
    case MESSAGE_STATS:
        master_take_stats(master, peer, &message->stats);
        break;
    case MESSAGE_SPAWNING:
        if (peer->state != PEER_MISSING) {
            peer->state = PEER_SPAWNING;
        }
        break;
    case MESSAGE_SPAWNING_COMPLETE:
        if (peer->state != PEER_MISSING) { /* whose users are counted as gone */
            peer_set_classes(peer, &message->spawning_complete.classes);
            peer->state = PEER_RUNNING;
            master_ramp_reported(master);
        }
        break;
    case MESSAGE_CLIENT_STOPPED:
        take_client_stopped(master, peer);
        break;
    case MESSAGE_QUIT:
        take_quit(master, peer);
        break;
    case MESSAGE_EXCEPTION:
        master_take_exception(master, peer, &message->exception);
        break;
    case MESSAGE_LOGS:
        peer_set_logs(peer, &message->logs);
        break;
    case MESSAGE_CUSTOM:
        master_take_custom(master, peer, message);
        break;
    default:
        break;
    }
}

/*
 * From an id that takes no part: it worked for another master, or was given up. Told to stop, a
 * worker registers anew, whichever kind it is.
 */
static void take_from_stranger(struct master *master, struct slice id, struct peer *peer,
                               const struct message *message)
{
    struct message stop = {.type = MESSAGE_STOP};

    if (peer && (message->type == MESSAGE_STATS || message->type == MESSAGE_EXCEPTION)) {
        take_from_peer(master, peer, message); /* its last words */
        return;
    }
    if (peer && peer->resting) {
        if (message->type == MESSAGE_HEARTBEAT && peer->answers_heartbeats) {
            master_send_plain(master, peer, MESSAGE_HEARTBEAT);
        }
        return;
    }
    if (message->type == MESSAGE_HEARTBEAT || message->type == MESSAGE_SPAWNING) {
        log_debug("%s from worker %.*s, which has not registered here: telling it to stop",
                  message_type_name(message->type),
                  (int)id.length,
                  id.bytes);
        master_send(master, id, &stop);
    } else if (message->type != MESSAGE_QUIT && message->type != MESSAGE_CLIENT_STOPPED) {
        log_info("a %s message of worker %.*s, which has not registered here, is ignored",
                 message_type_name(message->type),
                 (int)id.length,
                 id.bytes);
    }
}

/* For the scenarios that want to see what workers' scripts have added. */
static void show_report(const struct master *master, const struct peer *peer, const void *bytes,
                        size_t length, struct arena *arena)
{
    const char *json = NULL;

    for (size_t i = 0; i < master->scenarios->count; i++) {
        const struct scenario *scenario = master->scenarios->items[i].scenario;

        if (scenario->worker_report) {
            json = json ? json : wire_json_text(message_data(bytes, length, arena), arena);
            scenario->worker_report(peer->id, json);
        }
    }
}

static void refuse(struct master *master, struct slice id, struct peer *peer, const struct err *err)
{
    log_warning("a message of worker %.*s makes no sense and is ignored: %s",
                (int)id.length,
                id.bytes,
                err->text);
    if (peer && peer->present) {
        master_send_plain(master, peer, MESSAGE_RECONNECT);
    }
}

/* An id stands in logs and tables, where control characters would forge lines. */
static bool plain_id(struct slice id)
{
    for (size_t i = 0; i < id.length; i++) {
        unsigned char byte = (unsigned char)id.bytes[i];

        if (byte < 0x20 || byte == 0x7f) {
            return false;
        }
    }
    return true;
}

void master_take(struct master *master, struct link_peer from, const void *bytes, size_t length)
{
    struct slice id = slice_of_peer(from);
    struct peer *peer = roster_find(master->roster, id);
    struct message message;
    struct arena arena = {0};
    struct err err;

    if (peer) {
        peer->heard_ns = clock_coarse_ns();
    }
    if (!plain_id(id)) {
        log_warning("a message of a worker whose id has control characters is ignored");
    } else if (!message_decode(&message, MESSAGE_TO_MASTER, bytes, length, &arena, &err)) {
        refuse(master, id, peer, &err);
    } else if (message.type == MESSAGE_CLIENT_READY) {
        take_client_ready(master, id, &message.client_ready);
    } else if (message.type == MESSAGE_LOCUSTFILE) {
        master_send_files(master, id, &message.locustfile);
    } else if (peer && peer->present) {
        if (message.type == MESSAGE_STATS) {
            show_report(master, peer, bytes, length, &arena);
        }
        take_from_peer(master, peer, &message);
    } else {
        take_from_stranger(master, id, peer, &message);
    }
    arena_fini(&arena);
}
