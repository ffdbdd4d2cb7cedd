/* SPDX-License-Identifier: MIT */
#include "http/curl_names.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <uthash.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"

enum {
    MAX_NAMES = 10000, /* further names are left to libcurl */
    LOOKUP_STACK = 256 * 1024,
};

static const int64_t check_interval_ns = 50 * NS_PER_MS;

/* What libcurl's cache gets to know: the slist node comes first, so that it leads back here. */
struct entry {
    struct curl_slist node;
    struct entry *next; /* name.entries */
    int port;
    bool used;
};

enum name_state { NAME_UNKNOWN, NAME_PENDING, NAME_KNOWN };

struct name {
    UT_hash_handle hh; /* curl_names.table */
    enum name_state state;
    struct list waiting;   /* the askers' links */
    char *addresses;       /* "192.0.2.1,[2001:db8::1]" when known */
    struct entry *entries; /* one per port */
    char text[];
};

/* What a lookup thread may touch; it may outlive everything else. */
struct mailbox {
    pthread_mutex_t lock;
    unsigned users;
    int eventfd;
    struct lookup *done;
};

struct lookup {
    struct lookup *next; /* mailbox.done */
    struct mailbox *mailbox;
    int error;
    char *addresses;
    char text[];
};

struct curl_names {
    struct name *table;
    struct mailbox *mailbox;
    struct loop_io io;
    struct loop_timer timer;
    unsigned pending;
    curl_names_fn *on_answer;
    curl_names_check_fn *on_check;
    void *data;
};

/* ---- Looking up ---- */

/* In the spelling CURLOPT_RESOLVE wants; NULL and an error of getaddrinfo() if there is none. */
static char *look_up(const char *host, int *error)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    struct buf out;

    *error = getaddrinfo(host, NULL, &hints, &found);
    if (*error) {
        return NULL;
    }
    buf_init(&out, 65536);
    for (const struct addrinfo *a = found; a; a = a->ai_next) {
        char text[NI_MAXHOST];

        if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST) ==
            0) {
            buf_puts(&out, out.length > 0 ? "," : "");
            buf_printf(&out, a->ai_family == AF_INET6 ? "[%s]" : "%s", text);
        }
    }
    freeaddrinfo(found);
    return buf_take(&out);
}

static void mailbox_leave(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    bool last = --mailbox->users == 0;

    pthread_mutex_unlock(&mailbox->lock);
    if (!last) {
        return;
    }
    while (mailbox->done) {
        struct lookup *next = mailbox->done->next;

        free(mailbox->done->addresses);
        free(mailbox->done);
        mailbox->done = next;
    }
    close(mailbox->eventfd);
    pthread_mutex_destroy(&mailbox->lock);
    free(mailbox);
}

static void *lookup_thread(void *data)
{
    struct lookup *lookup = data;
    struct mailbox *mailbox = lookup->mailbox;

    lookup->addresses = look_up(lookup->text, &lookup->error);
    pthread_mutex_lock(&mailbox->lock);
    lookup->next = mailbox->done;
    mailbox->done = lookup;
    eventfd_write(mailbox->eventfd, 1);
    pthread_mutex_unlock(&mailbox->lock);
    mailbox_leave(mailbox);
    return NULL;
}

static bool start_thread(struct lookup *lookup)
{
    pthread_attr_t attr;
    pthread_t thread;

    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, LOOKUP_STACK);
    int code = pthread_create(&thread, &attr, lookup_thread, lookup);

    pthread_attr_destroy(&attr);
    return code == 0;
}

/* Threads run out: then the asker gets EAI_AGAIN in the next round, as if the server was busy. */
static void post(struct mailbox *mailbox, struct lookup *lookup, int error)
{
    lookup->error = error;
    pthread_mutex_lock(&mailbox->lock);
    mailbox->users--;
    lookup->next = mailbox->done;
    mailbox->done = lookup;
    eventfd_write(mailbox->eventfd, 1);
    pthread_mutex_unlock(&mailbox->lock);
}

static void start_lookup(struct curl_names *names, struct name *name)
{
    size_t text_bytes = strlen(name->text) + 1;
    struct lookup *lookup = mem_new(sizeof(*lookup) + text_bytes);

    memcpy(lookup->text, name->text, text_bytes);
    lookup->mailbox = names->mailbox;
    pthread_mutex_lock(&names->mailbox->lock);
    names->mailbox->users++;
    pthread_mutex_unlock(&names->mailbox->lock);
    name->state = NAME_PENDING;
    if (names->pending++ == 0) {
        loop_timer_repeat(&names->timer, check_interval_ns);
    }
    if (!start_thread(lookup)) {
        post(names->mailbox, lookup, EAI_AGAIN);
    }
}

/* ---- The table ---- */

static struct name *find(struct curl_names *names, const struct url_origin *origin)
{
    struct name *name;

    HASH_FIND(hh, names->table, origin->host, origin->host_length, name);
    return name;
}

static struct name *add(struct curl_names *names, const struct url_origin *origin)
{
    struct name *name = mem_new(sizeof(*name) + origin->host_length + 1);

    memcpy(name->text, origin->host, origin->host_length);
    list_init(&name->waiting);
    HASH_ADD_KEYPTR(hh, names->table, name->text, origin->host_length, name);
    return name;
}

static void drop(struct curl_names *names, struct name *name)
{
    HASH_DEL(names->table, name);
    while (name->entries) {
        struct entry *next = name->entries->next;

        free(name->entries->node.data);
        free(name->entries);
        name->entries = next;
    }
    free(name->addresses);
    free(name);
}

static void settle(struct curl_names *names, struct lookup *lookup)
{
    struct name *name;
    struct list waiting;

    HASH_FIND(hh, names->table, lookup->text, strlen(lookup->text), name);
    ENSURE(name);
    if (--names->pending == 0) {
        loop_timer_stop(&names->timer);
    }
    list_init(&waiting);
    while (!list_empty(&name->waiting)) {
        struct list *waiter = name->waiting.next;

        list_remove(waiter);
        list_append(&waiting, waiter);
    }
    if (name->state == NAME_PENDING && !lookup->error) {
        name->addresses = lookup->addresses;
        lookup->addresses = NULL;
        name->state = NAME_KNOWN;
    } else if (name->state == NAME_PENDING) {
        drop(names, name);
    }
    while (!list_empty(&waiting)) {
        struct list *waiter = waiting.next;

        list_remove(waiter);
        names->on_answer(names->data, waiter, lookup->error);
    }
}

static void on_mail(struct loop_io *io, int events)
{
    struct curl_names *names = io->data;
    struct mailbox *mailbox = names->mailbox;
    eventfd_t count;

    (void)events;
    eventfd_read(mailbox->eventfd, &count);
    pthread_mutex_lock(&mailbox->lock);
    struct lookup *done = mailbox->done;

    mailbox->done = NULL;
    pthread_mutex_unlock(&mailbox->lock);
    while (done) {
        struct lookup *next = done->next;

        settle(names, done);
        free(done->addresses);
        free(done);
        done = next;
    }
}

static void on_timer(struct loop_timer *timer)
{
    struct curl_names *names = timer->data;

    for (struct name *name = names->table; name; name = name->hh.next) {
        struct list *waiter = name->waiting.next;

        while (waiter != &name->waiting) {
            struct list *next = waiter->next;

            names->on_check(names->data, waiter);
            waiter = next;
        }
    }
}

static bool numeric(const struct url_origin *origin)
{
    char text[INET_ADDRSTRLEN];
    struct in_addr address;

    if (memchr(origin->host, ':', origin->host_length)) {
        return true;
    }
    if (!isdigit((unsigned char)origin->host[0]) || origin->host_length >= sizeof(text)) {
        return false;
    }
    memcpy(text, origin->host, origin->host_length);
    text[origin->host_length] = '\0';
    return inet_pton(AF_INET, text, &address) == 1;
}

enum curl_names_answer curl_names_ask(struct curl_names *names, const struct url_origin *origin,
                                      struct list *waiter)
{
    if (numeric(origin)) {
        return NAMES_READY;
    }
    struct name *name = find(names, origin);

    if (!name) {
        if (HASH_COUNT(names->table) >= MAX_NAMES) {
            return NAMES_READY;
        }
        name = add(names, origin);
    }
    if (name->state == NAME_KNOWN) {
        return NAMES_READY;
    }
    list_append(&name->waiting, waiter);
    if (name->state == NAME_UNKNOWN) {
        start_lookup(names, name);
    }
    return NAMES_PENDING;
}

struct curl_slist *curl_names_entry(struct curl_names *names, const struct url_origin *origin)
{
    struct name *name = numeric(origin) ? NULL : find(names, origin);

    if (!name || name->state != NAME_KNOWN) {
        return NULL;
    }
    for (struct entry *entry = name->entries; entry; entry = entry->next) {
        if (entry->port == origin->port) {
            return entry->used ? NULL : &entry->node;
        }
    }
    struct entry *entry = mem_new(sizeof(*entry));

    entry->node.data = mem_printf("%s:%d:%s", name->text, origin->port, name->addresses);
    entry->port = origin->port;
    entry->next = name->entries;
    name->entries = entry;
    return &entry->node;
}

void curl_names_entry_used(struct curl_slist *node)
{
    ((struct entry *)node)->used = true;
}

bool curl_names_resolve(struct curl_names *names, const struct url_origin *origin, struct err *err)
{
    struct name *name = numeric(origin) ? NULL : find(names, origin);
    char *host = mem_strndup(origin->host, origin->host_length);
    int error = 0;

    if (!numeric(origin) && (!name || name->state != NAME_KNOWN)) {
        char *addresses = look_up(host, &error);

        if (error) {
            err_set(err, "can't find host \"%s\": %s", host, gai_strerror(error));
        } else {
            name = name ? name : add(names, origin);
            /* Those who wait for a lookup under way still get its answer. */
            name->addresses = addresses;
            name->state = NAME_KNOWN;
        }
    }
    free(host);
    return error == 0;
}

/* ---- Life ---- */

struct curl_names *curl_names_new(struct loop *loop, curl_names_fn *on_answer,
                                  curl_names_check_fn *on_check, void *data)
{
    struct curl_names *names = mem_new(sizeof(*names));
    struct mailbox *mailbox = mem_new(sizeof(*mailbox));

    pthread_mutex_init(&mailbox->lock, NULL);
    mailbox->users = 1;
    mailbox->eventfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (mailbox->eventfd < 0) {
        fprintf(stderr, "cicada: can't create an event descriptor: %s\n", strerror(errno));
        exit(2);
    }
    names->mailbox = mailbox;
    names->on_answer = on_answer;
    names->on_check = on_check;
    names->data = data;
    loop_io_init(&names->io, loop, mailbox->eventfd, on_mail, names);
    loop_io_watch(&names->io, LOOP_READ);
    loop_timer_init(&names->timer, loop, on_timer, names);
    return names;
}

void curl_names_free(struct curl_names *names)
{
    if (!names) {
        return;
    }
    loop_io_watch(&names->io, 0);
    loop_timer_stop(&names->timer);
    while (names->table) {
        ENSURE(list_empty(&names->table->waiting));
        drop(names, names->table);
    }
    mailbox_leave(names->mailbox);
    free(names);
}
