/* SPDX-License-Identifier: MIT */
#include "web/sessions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/clock.h"
#include "base/memory.h"
#include "web/users_file.h"

static const int64_t idle_ns = 12 * 3600 * NS_PER_S, life_ns = 7 * 24 * 3600 * NS_PER_S;
static const double most_failures = 5, failure_fades_s = 12, most_checks = 10, check_fades_s = 1;

void sessions_fini(struct sessions *sessions)
{
    if (sessions->items) {
        explicit_bzero(sessions->items, SESSIONS_MAX * sizeof(*sessions->items));
    }
    free(sessions->items);
    *sessions = (struct sessions){0};
}

static bool over(const struct session *session, int64_t now_ns)
{
    return now_ns - session->used_ns > idle_ns || now_ns - session->start_ns > life_ns;
}

static struct session *room(struct sessions *sessions)
{
    struct session *oldest = &sessions->items[0];

    if (sessions->count < SESSIONS_MAX) {
        return &sessions->items[sessions->count++];
    }
    for (size_t i = 1; i < sessions->count; i++) {
        if (sessions->items[i].used_ns < oldest->used_ns) {
            oldest = &sessions->items[i];
        }
    }
    return oldest;
}

const struct session *sessions_add(struct sessions *sessions, const char *name, int64_t now_ns)
{
    if (!sessions->items) {
        sessions->items = mem_array(SESSIONS_MAX, sizeof(*sessions->items));
    }
    struct session *session = room(sessions);

    *session = (struct session){.start_ns = now_ns, .used_ns = now_ns};
    users_file_random(session->id, 32);
    users_file_random(session->csrf, 32);
    snprintf(session->name, sizeof(session->name), "%s", name);
    return session;
}

static struct session *find(struct sessions *sessions, const char *id)
{
    struct session *found = NULL;

    if (strlen(id) != SESSION_ID_SIZE - 1) {
        return NULL;
    }
    for (size_t i = 0; i < sessions->count; i++) {
        if (CRYPTO_memcmp(sessions->items[i].id, id, SESSION_ID_SIZE - 1) == 0) {
            found = &sessions->items[i];
        }
    }
    return found;
}

const struct session *sessions_find(struct sessions *sessions, const char *id, int64_t now_ns)
{
    struct session *session = find(sessions, id);

    if (!session || over(session, now_ns)) {
        return NULL;
    }
    session->used_ns = now_ns;
    return session;
}

void sessions_drop(struct sessions *sessions, const char *id)
{
    struct session *session = find(sessions, id);

    if (session) {
        *session = sessions->items[--sessions->count];
        explicit_bzero(&sessions->items[sessions->count], sizeof(*sessions->items));
    }
}

/* ---- Attempts ---- */

static double faded(double count, int64_t since_ns, double fades_s)
{
    double left = count - seconds_from_ns(since_ns) / fades_s;

    return left > 0 ? left : 0;
}

/* That of the address, or the one longest ago. */
static struct attempts *attempts_of(struct sessions *sessions, const char *address)
{
    struct attempts *oldest = &sessions->attempts[0];

    for (size_t i = 0; i < ATTEMPTS_ADDRESSES; i++) {
        struct attempts *attempts = &sessions->attempts[i];

        if (strcmp(attempts->address, address) == 0) {
            return attempts;
        }
        oldest = attempts->last_ns < oldest->last_ns ? attempts : oldest;
    }
    *oldest = (struct attempts){0};
    snprintf(oldest->address, sizeof(oldest->address), "%s", address);
    return oldest;
}

bool sessions_may_try(struct sessions *sessions, const char *address, int64_t now_ns)
{
    const struct attempts *attempts = attempts_of(sessions, address);

    sessions->checks = faded(sessions->checks, now_ns - sessions->checks_ns, check_fades_s);
    sessions->checks_ns = now_ns;
    if (faded(attempts->failures, now_ns - attempts->last_ns, failure_fades_s) >
            most_failures - 1 ||
        sessions->checks > most_checks - 1) {
        return false;
    }
    sessions->checks++;
    return true;
}

void sessions_failed(struct sessions *sessions, const char *address, int64_t now_ns)
{
    struct attempts *attempts = attempts_of(sessions, address);

    attempts->failures = faded(attempts->failures, now_ns - attempts->last_ns, failure_fades_s) + 1;
    attempts->last_ns = now_ns;
}
