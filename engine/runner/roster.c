/* SPDX-License-Identifier: MIT */
#include "runner/roster.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"

struct roster {
    struct peer *by_id; /* every id that ever registered */
    struct list present;
    size_t present_count;
    size_t users; /* of all peers */
};

struct roster *roster_new(void)
{
    struct roster *roster = mem_new(sizeof(*roster));

    list_init(&roster->present);
    return roster;
}

/* Asked for with every report of a ramp, so the sum over thousands of workers is kept. */
static void set_users(struct peer *peer, size_t users)
{
    peer->roster->users += users - peer->users;
    peer->users = users;
}

static void forget_classes(struct peer *peer)
{
    for (size_t i = 0; i < peer->class_count; i++) {
        free(peer->classes[i].name);
    }
    free(peer->classes);
    peer->classes = NULL;
    peer->class_count = 0;
    set_users(peer, 0);
}

static void forget_logs(struct peer *peer)
{
    for (size_t i = 0; i < peer->logs.count; i++) {
        free((char *)peer->logs.lines[i].bytes);
    }
    free(peer->logs.lines);
    peer->logs = (struct message_logs){0};
}

void roster_free(struct roster *roster)
{
    struct peer *peer, *after;

    if (!roster) {
        return;
    }
    HASH_ITER(hh, roster->by_id, peer, after)
    {
        HASH_DEL(roster->by_id, peer);
        forget_classes(peer);
        forget_logs(peer);
        free(peer->id);
        free(peer);
    }
    free(roster);
}

struct peer *roster_find(const struct roster *roster, struct slice id)
{
    struct peer *peer = NULL;

    if (id.length > 0) {
        HASH_FIND(hh, roster->by_id, id.bytes, id.length, peer);
    }
    return peer;
}

struct peer *roster_add(struct roster *roster, struct slice id)
{
    struct peer *peer = roster_find(roster, id);

    if (!peer) {
        if (id.length == 0 || HASH_COUNT(roster->by_id) >= ROSTER_MAX) {
            return NULL;
        }
        peer = mem_new(sizeof(*peer));
        peer->roster = roster;
        peer->id = mem_strndup(id.bytes, id.length);
        peer->index = (int64_t)HASH_COUNT(roster->by_id);
        HASH_ADD_KEYPTR(hh, roster->by_id, peer->id, id.length, peer);
    }
    if (!peer->present) {
        peer->present = true;
        list_append(&roster->present, &peer->link);
        roster->present_count++;
    }
    peer->state = PEER_READY;
    peer->resting = peer->quitting = peer->class_warned = false;
    peer->report_ns = peer->report_due_ns = 0;
    peer->condition = (struct peer_condition){.lag_p99_ms = -1, .connections = -1};
    peer_forget_users(peer);
    return peer;
}

void roster_remove(struct roster *roster, struct peer *peer)
{
    if (peer->present) {
        peer->present = false;
        list_remove(&peer->link);
        roster->present_count--;
        peer_forget_users(peer);
    }
}

struct peer *roster_next(const struct roster *roster, struct peer *peer)
{
    const struct list *link = peer ? peer->link.next : roster->present.next;

    return link == &roster->present ? NULL : list_item(link, struct peer, link);
}

struct peer *roster_next_seen(const struct roster *roster, struct peer *peer)
{
    return peer ? peer->hh.next : roster->by_id;
}

size_t roster_count(const struct roster *roster)
{
    return roster->present_count;
}

size_t roster_ready(const struct roster *roster)
{
    size_t ready = 0;

    for (struct peer *peer = NULL; (peer = roster_next(roster, peer));) {
        ready += peer->state == PEER_READY;
    }
    return ready;
}

size_t roster_active(const struct roster *roster)
{
    size_t active = 0;

    for (struct peer *peer = NULL; (peer = roster_next(roster, peer));) {
        active += peer_active(peer);
    }
    return active;
}

size_t roster_users(const struct roster *roster)
{
    return roster->users;
}

/* ---- One of them ---- */

static const char *const state_names[] = {
    [PEER_READY] = "ready",
    [PEER_SPAWNING] = "spawning",
    [PEER_RUNNING] = "running",
    [PEER_MISSING] = "missing",
};

bool peer_active(const struct peer *peer)
{
    return peer->state == PEER_READY || peer->state == PEER_SPAWNING || peer->state == PEER_RUNNING;
}

void peer_set_state(struct peer *peer, struct slice reported)
{
    peer->state = PEER_OTHER;
    for (int i = PEER_READY; i <= PEER_RUNNING; i++) {
        if (slice_is(reported, state_names[i])) {
            peer->state = (enum peer_state)i;
        }
    }
    snprintf(peer->state_text,
             sizeof(peer->state_text),
             "%.*s",
             (int)(reported.length < sizeof(peer->state_text) ? reported.length
                                                              : sizeof(peer->state_text) - 1),
             reported.bytes);
}

const char *peer_state_text(const struct peer *peer)
{
    return peer->state == PEER_OTHER ? peer->state_text : state_names[peer->state];
}

/* 0..most; the fallback for none. */
static double told(struct number number, double most, double fallback)
{
    double value = number_double(number, -1);

    return value < 0 ? fallback : value > most ? most : value;
}

void peer_set_condition(struct peer *peer, const struct message_heartbeat *heartbeat)
{
    static const double most_ms = 1e9, most_ports = 1e7, most_s = 1e6;
    struct peer_condition *condition = &peer->condition;

    condition->lag_p99_ms = told(heartbeat->lag_p99_ms, most_ms, -1);
    condition->connections = (int64_t)told(heartbeat->connections, most_ports, -1);
    condition->ports_limit = (int64_t)told(heartbeat->ports_limit, most_ports, 0);
    condition->ports_used =
        condition->ports_limit > 0 ? (int64_t)told(heartbeat->ports_used, most_ports, 0) : 0;
    condition->waiting_told = number_double(heartbeat->waiting, -1) >= 0;
    condition->waiting_users = (size_t)told(heartbeat->waiting, ROSTER_USERS_MAX, 0);
    condition->oldest_wait_ns = ns_from_seconds(told(heartbeat->oldest_wait, most_s, 0));
}

static bool same_names(const struct peer *peer, const struct message_classes *classes)
{
    if (peer->class_count != classes->count) {
        return false;
    }
    for (size_t i = 0; i < classes->count; i++) {
        if (!slice_is(classes->items[i].name, peer->classes[i].name)) {
            return false;
        }
    }
    return true;
}

void peer_set_classes(struct peer *peer, const struct message_classes *classes)
{
    size_t count = classes->count < ROSTER_CLASSES_MAX ? classes->count : ROSTER_CLASSES_MAX;
    size_t sum = 0;

    if (!classes->present) { /* boomer, before its first spawn */
        return;
    }
    if (!same_names(peer, classes)) {
        forget_classes(peer);
        peer->classes = mem_array(count + 1, sizeof(*peer->classes));
        peer->class_count = count;
        for (size_t i = 0; i < count; i++) {
            peer->classes[i].name =
                mem_strndup(classes->items[i].name.bytes, classes->items[i].name.length);
        }
    }
    peer->classes_known = true;
    for (size_t i = 0; i < count; i++) {
        int64_t users = classes->items[i].users;

        users = users < 0 ? 0 : users > ROSTER_USERS_MAX ? ROSTER_USERS_MAX : users;
        peer->classes[i].users = (size_t)users;
        sum += peer->classes[i].users;
    }
    set_users(peer, sum);
}

void peer_forget_users(struct peer *peer)
{
    for (size_t i = 0; i < peer->class_count; i++) {
        peer->classes[i].users = 0;
    }
    set_users(peer, 0);
}

size_t peer_class_users(const struct peer *peer, const char *name)
{
    for (size_t i = 0; i < peer->class_count; i++) {
        if (strcmp(peer->classes[i].name, name) == 0) {
            return peer->classes[i].users;
        }
    }
    return 0;
}

/* Workers that don't name a version take every message of today's masters without a word. */
void peer_set_version(struct peer *peer, const struct message_client_ready *ready)
{
    int major = 0, minor = 0;
    char text[32] = "";

    if (ready->kind == VERSION_TEXT && ready->version.length < sizeof(text)) {
        memcpy(text, ready->version.bytes, ready->version.length);
    }
    bool old = sscanf(text, "%d.%d", &major, &minor) == 2 && major == 2;

    peer->answers_heartbeats = !old || minor >= 19;
    peer->knows_spawning_complete = !old || minor >= 29;
}

void peer_set_logs(struct peer *peer, const struct message_logs *logs)
{
    size_t skipped = logs->count > ROSTER_LOG_LINES ? logs->count - ROSTER_LOG_LINES : 0;

    forget_logs(peer);
    peer->logs.lines = mem_array(logs->count - skipped + 1, sizeof(*peer->logs.lines));
    for (size_t i = skipped; i < logs->count; i++) {
        struct slice line = logs->lines[i];

        peer->logs.lines[peer->logs.count++] =
            (struct slice){.bytes = mem_strndup(line.bytes, line.length), .length = line.length};
    }
}
