/* SPDX-License-Identifier: MIT */
/* clang-format off: the comments beside the members are laid out by hand */
/*
 * cicada.h - everything a scenario may use.
 *
 * A scenario is one C file. It describes user classes (what one simulated user does) and exports
 * them with SCENARIO(). Run it with: cicada -f shop.c --headless -u 100 -r 10 -t 1m -H URL
 *
 * Each user runs in a coroutine of its own: code reads top to bottom, and a call marked "blocks"
 * suspends that user only. All users of a process share one thread, so scenario code needs no
 * locks, and code that computes for long delays everybody (a task that holds the thread for more
 * than 100 ms is named in a warning).
 *
 * True for every declaration below unless it says otherwise:
 *   - durations are seconds, sizes are bytes, text is UTF-8 and ends with a NUL;
 *   - pointers passed in are borrowed for the duration of the call;
 *   - pointers handed out stay valid until the current task (or on_start, on_stop) returns;
 *   - call from the user's own coroutine only, that is from tasks, on_start, on_stop and own waits;
 *   - calls never fail for lack of memory: the process ends with a message instead;
 *   - a user that is asked to stop in the middle of a task may finish it within --stop-timeout.
 * When that is over (at once by default), calls that block return immediately, with an error where
 *     they have one to give, so that code unwinds by itself; what was in flight is not recorded.
 *     on_stop may block again, for as long as it needs.
 *
 * A task has a stack of 64 KB (--stack-size): keep large arrays static or in user_data().
 */
#ifndef CICADA_H
#define CICADA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Grows whenever a structure below changes its shape. A module built for another number is refused
 * with a message; building it again is all it takes.
 */
#define CICADA_ABI 2

#define CICADA_EXPORT __attribute__((visibility("default")))
#define CICADA_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

struct user; /* one simulated user; opaque, owned by the engine */

typedef void task_fn(struct user *user);

/* ---- Waiting between tasks ------------------------------------------------------------------- */

/*
 * The pause after each task. next() returns it in seconds (negative or NaN: none) and may be your
 * own function, reading a and b as it likes. Zeroed: no pause.
 */
struct wait {
    double (*next)(struct user *user, const struct wait *self);
    double a, b;
};

/* Values for .wait, named as in Locust. */
#define between(lo, hi)                                                                            \
    {                                                                                              \
        cicada_wait_between, (lo), (hi)                                                            \
    } /* uniform in [lo, hi) */
#define constant(seconds)                                                                          \
    {                                                                                              \
        cicada_wait_constant, (seconds), 0                                                         \
    }
#define constant_pacing(seconds)                                                                   \
    {                                                                                              \
        cicada_wait_pacing, (seconds), 0                                                           \
    } /* at most one task per that */
#define constant_throughput(per_sec)                                                               \
    {                                                                                              \
        cicada_wait_pacing, 1.0 / (per_sec), 0                                                     \
    } /* tasks per second */

double cicada_wait_between(struct user *user, const struct wait *self);
double cicada_wait_constant(struct user *user, const struct wait *self);
/* A task that overran its interval is followed at once by the next; lost runs are not caught up. */
double cicada_wait_pacing(struct user *user, const struct wait *self);

/* ---- Declaring tasks, task sets and user classes --------------------------------------------- */

struct task_set;

/* In a Markov set: the odds of going on to the task of that name. */
struct transition {
    const char *to;
    unsigned weight; /* 0 reads as 1 */
};

/*
 * One thing a user does: a function, or a set of further tasks. Tables end with a zero entry:
 *   static const struct task tasks[] = {TASK(browse, .weight = 10), TASK(pay), {0}};
 */
struct task {
    task_fn *run;               /* exactly one of run and set */
    const struct task_set *set; /* entered when picked; left by user_interrupt() */
    const char *name;           /* for messages, ratios and Markov transitions; TASK() fills it in.
                                   NULL: the function's name if the module's symbols tell it */
    unsigned weight;  /* relative odds of being picked; sequential: runs in a row. 0 is 1 */
    const char *tags; /* space separated, for --tags and --exclude-tags; may be NULL */
    const struct transition *next; /* Markov sets: NEXT({"pay", 1}, {"browse", 4}) */
};

#define CICADA_FIRST(first, ...) #first
#define TASK(...)                                                                                  \
    {                                                                                              \
        .name = CICADA_FIRST(__VA_ARGS__, 0), .run = __VA_ARGS__                                   \
    }
#define TASK_SET(...)                                                                              \
    {                                                                                              \
        .set = __VA_ARGS__                                                                         \
    }
#define NEXT(...)                                                                                  \
    (const struct transition[])                                                                    \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            NULL, 0                                                                                \
        }                                                                                          \
    }

enum task_order {
    ORDER_RANDOM,     /* by weight, as Locust's TaskSet */
    ORDER_SEQUENTIAL, /* in the table's order, again and again, as SequentialTaskSet */
    ORDER_MARKOV,     /* starts with the first, goes on by the last one's .next, as MarkovTaskSet */
};

/*
 * Tasks that belong together. A user that picks the set stays in it until user_interrupt().
 * Markov sets are checked at load: every task needs transitions, every target must exist, and
 * tags are refused, as they would cut the chain.
 */
struct task_set {
    const char *name;
    enum task_order order;
    const struct task *tasks; /* ends with a zero entry */
    struct wait wait;         /* zero: the wait of what surrounds the set */
    task_fn *on_start;        /* each time a user enters; may be NULL */
    task_fn *on_stop;         /* each time it leaves, at the end of the test too; may be NULL */
};

struct user_class {
    const char *name; /* letters, digits and _; unique; shown in the outputs, sent on the wire */
    size_t data_size; /* bytes of zeroed per-user data, see user_data() */
    double weight;    /* share of the users; 0 reads as 1 */
    unsigned fixed_count; /* not 0: exactly so many users, started first, whatever the weight */
    const char *host;     /* base URL when --host is absent; may be NULL */
    struct wait wait;     /* zero: no pause */
    enum task_order order;
    double timeout;         /* of a whole request; 0: 60 */
    double connect_timeout; /* part of it for DNS, TCP and TLS; 0: the same */
    size_t max_body;        /* a longer response body fails the request; 0: 64 MB */
    bool insecure;          /* accept any certificate, as --insecure does for all classes */
    bool http2;             /* offer HTTP/2 to https hosts, as --http2 does */
    const char *proxy;      /* "http://host:port", "socks5h://..."; NULL: none, whatever the
                               environment says */
    task_fn *on_start;      /* once, before the first task; may be NULL */
    task_fn *on_stop; /* once, after the last task, for whatever reason it ends; may be NULL */
    const struct task *tasks; /* ends with a zero entry */
};

/* ---- The scenario ---------------------------------------------------------------------------- */

/*
 * An option of the scenario's own: --NAME on the command line, LOCUST_NAME (upper case, _ for -)
 * in the environment, NAME in the configuration files. Tables end with a zero entry.
 */
struct scenario_option {
    const char *name;          /* long name without the dashes: "api-key" */
    const char *default_value; /* NULL: absent, so that cicada_option() gives NULL */
    const char *help;          /* one line for --help */
    const char *env;           /* another variable than LOCUST_NAME; may be NULL */
    bool flag;                 /* takes no value; reads "true" when given */
    bool secret;               /* the value is shown nowhere */
};

/* What a shape wants at a moment of the test. */
struct load {
    double run_time;            /* in: since the test started */
    unsigned current_users;     /* in: running now */
    unsigned users;             /* out: wanted */
    double spawn_rate;          /* out: users started or stopped per second on the way; > 0 */
    const char *const *classes; /* out: start only these; ends with NULL. NULL: all. The pointer
                                   must stay valid until the next tick */
};

/* A finished request, or sample given to record(). */
struct sample {
    const char *type; /* "GET", "GRPC", "TCP": the method column */
    const char *name;
    double time;       /* negative: do not time it */
    size_t size;       /* of the response */
    const char *error; /* NULL: success */
    /* the rest is 0 for recorded samples unless you set it, and for requests without an answer */
    int status;
    const char *url;
    struct user *user; /* set by the engine */
};

/* A message of a type of your own, from another process of the test. */
struct incoming {
    const char *type;
    const char *data; /* JSON */
    const char *from; /* the worker it came from; "" from the master */
};

/* Called on the engine's thread outside any user, as the hooks are. */
struct message_handler {
    const char *type;
    void (*handle)(const struct incoming *message);
};

/*
 * The hooks run on the engine's thread outside any user: they may not block or send requests.
 * Any of them may be NULL.
 */
struct scenario {
    unsigned abi;                            /* CICADA_ABI */
    unsigned size;                           /* of this structure, in the module's eyes */
    const struct user_class *const *classes; /* ends with NULL */
    const struct scenario_option *options;   /* ends with a zero entry; may be NULL */
    bool (*init)(void);       /* once, options are set; false ends with exit code 1 */
    void (*test_start)(void); /* before the first user starts */
    void (*test_stop)(void);  /* after the last user stopped */
    void (*quit)(void);       /* once, last; the outputs are written after it */
    void (*request)(const struct sample *sample); /* after every request; must be quick */
    /*
     * A load shape, asked once a second: fill in users and spawn_rate and return true, or return
     * false to end the test. -u, -r and -t are ignored with a warning.
     */
    bool (*tick)(struct load *load);
    /* In a distributed test; see cicada_send_message(). */
    const struct message_handler *messages;        /* ends with a zero entry; may be NULL */
    void (*worker_connect)(const char *worker_id); /* on the master: a worker has registered */
    /*
     * On a worker, with each report of its statistics, every three seconds: more to send along, as
     * a JSON object ({"sessions": 12}); NULL: nothing. On the master, for each report: all that
     * came, as JSON.
     */
    const char *(*report_to_master)(void);
    void (*worker_report)(const char *worker_id, const char *json);
};

/* Exports the module's classes: SCENARIO(&shopper, &editor); */
#define SCENARIO(...) SCENARIO_WITH(CLASSES(__VA_ARGS__))

/* The same and more: SCENARIO_WITH(CLASSES(&shopper), .options = options, .tick = spike); */
#define SCENARIO_WITH(...)                                                                         \
    CICADA_EXPORT extern const struct scenario cicada_scenario;                                    \
    const struct scenario cicada_scenario = {                                                      \
        .abi = CICADA_ABI, .size = sizeof(struct scenario), __VA_ARGS__}

#define CLASSES(...)                                                                               \
    .classes = (const struct user_class *const[])                                                  \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

/* ---- The user -------------------------------------------------------------------------------- */

void *cicada_user_data(struct user *user); /* the class's struct; lives as long as the user */
unsigned cicada_user_id(const struct user *user); /* 0, 1, 2... within this process */
const struct user_class *cicada_user_class(const struct user *user);
const char *cicada_user_host(const struct user *user); /* base URL without a trailing slash */
bool cicada_user_running(const struct user *user);     /* false once asked to stop */
void cicada_user_stop(struct user *user);              /* ends this user when the task returns */

/*
 * Leaves the innermost task set when the task returns. The surrounding set picks its next task at
 * once, or after its wait when reschedule is false. Outside any set it has no effect but a warning.
 */
void cicada_user_interrupt(struct user *user, bool reschedule);

/* The next task follows this one without a wait. */
void cicada_user_skip_wait(struct user *user);

/*
 * Ends the task on the spot as a crash: it is logged, counted under exceptions and makes the exit
 * code 1; the user waits and goes on with its next task (in on_start: the user ends). A failing
 * assert() does the same. Memory the task took with malloc() is lost, so prefer checks and return.
 */
_Noreturn void cicada_user_raise(struct user *user, const char *fmt, ...) CICADA_PRINTF(2, 3);

uint32_t cicada_user_random(struct user *user, uint32_t below); /* uniform in [0, below); 0 for 0 */
double cicada_user_random_unit(struct user *user);              /* uniform in [0, 1) */

/* printf into the task's memory. A path built here and not named is recorded under its format. */
const char *cicada_user_fmt(struct user *user, const char *fmt, ...) CICADA_PRINTF(2, 3);
void *cicada_user_alloc(struct user *user, size_t size); /* zeroed, from the task's memory */

/* text made fit for a place between quotes in JSON(), or in a URL. */
const char *cicada_user_json_escape(struct user *user, const char *text);
const char *cicada_user_url_encode(struct user *user, const char *text);

void cicada_user_log(struct user *user, const char *fmt, ...) CICADA_PRINTF(2, 3);
void cicada_think(struct user *user, double seconds); /* blocks */

/* Sends the header with every later request. Copies both; a NULL value removes it again. */
void cicada_user_header(struct user *user, const char *name, const char *value);

/* Sends basic authentication with every later request; a NULL name ends it. Copies both. */
void cicada_user_auth(struct user *user, const char *name, const char *password);

void cicada_cookies_clear(struct user *user);
/* For the host of the user's base URL. */
void cicada_cookie_set(struct user *user, const char *name, const char *value);

/* ---- HTTP ------------------------------------------------------------------------------------ */

/*
 * Redirects are followed (30 at most; never for HEAD) and count as one request. Cookies are kept
 * per user. Connections are kept alive, and no two users share one.
 */
struct request {
    const char *method;
    const char *path;         /* "/x" below the host, or an absolute URL */
    const char *name;         /* statistics entry; NULL: path, after that of the base URL. Keep the
                                 set of names small */
    const char *const *query; /* FORM("key", "value", ...), URL-encoded here, added to path; the
                                 name is taken before it */
    const char *const *headers; /* HEADERS("Name", "value", ...) */
    const char *json;           /* body sent as application/json */
    const char *const *form;    /* FORM("key", "value", ...), URL-encoded here */
    const void *body;           /* raw body of body_size bytes; set a Content-Type by headers */
    size_t body_size;
    const char *const *auth; /* AUTH("name", "password"): basic authentication for this request */
    double timeout;          /* 0: the class's */
    bool no_redirect;
    bool discard_body; /* count the bytes, keep none */
};

/*
 * What came back. Never NULL: a request that got no response has status 0 and an error, which is
 * the text Locust's user would give. The outcome stays open until the user next blocks or its task
 * ends; until then check(), pass() and the readers decide what is recorded. Left alone, it is a
 * failure when error is set or status is 400 or more.
 */
struct response {
    int status;
    double time;       /* from the start to the last byte, redirects included */
    size_t size;       /* bytes of the decoded body */
    const char *body;  /* size bytes and a NUL; never NULL; empty if discarded */
    const char *error; /* NULL: a response came */
    const char *url;   /* where it came from in the end */
    double dns_time, connect_time, tls_time; /* lasted so long; 0 on a kept-alive connection */
    double first_byte_time;                  /* from the start to the first byte of the response */
};

/* Blocks. A second request on end without a response, as on a closed port, and without a pause
 * between them, costs the user 100 ms more, so that users without a wait don't spin. */
struct response *cicada_http(struct user *user, const struct request *request);

/* Sends n requests in parallel; returns n pointers, in the same order. Blocks until all ended. */
struct response *const *cicada_http_all(struct user *user, const struct request *requests,
                                        size_t n);

/* The value of the last header of that name, in any case; NULL: absent. */
const char *cicada_header(const struct response *response, const char *name);

#define HEADERS(...)                                                                               \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }
#define FORM(...)                                                                                  \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }
#define AUTH(name_, pw_)                                                                           \
    (const char *const[])                                                                          \
    {                                                                                              \
        (name_), (pw_), NULL                                                                       \
    }
#define JSON(...) #__VA_ARGS__
#define GET(...)                                                                                   \
    {                                                                                              \
        .method = "GET", .path = __VA_ARGS__                                                       \
    }
#define POST(...)                                                                                  \
    {                                                                                              \
        .method = "POST", .path = __VA_ARGS__                                                      \
    }
#define PUT(...)                                                                                   \
    {                                                                                              \
        .method = "PUT", .path = __VA_ARGS__                                                       \
    }
#define PATCH(...)                                                                                 \
    {                                                                                              \
        .method = "PATCH", .path = __VA_ARGS__                                                     \
    }
#define DELETE(...)                                                                                \
    {                                                                                              \
        .method = "DELETE", .path = __VA_ARGS__                                                    \
    }
#define HEAD(...)                                                                                  \
    {                                                                                              \
        .method = "HEAD", .path = __VA_ARGS__                                                      \
    }
#define OPTIONS(...)                                                                               \
    {                                                                                              \
        .method = "OPTIONS", .path = __VA_ARGS__                                                   \
    }

/* ---- Judging a response ---------------------------------------------------------------------- */

/*
 * Fails the response when ok is false; returns ok. The first failure's text is what is recorded, as
 * CatchResponseError('text'). On a response that has an error already, that error is kept.
 */
bool cicada_check(struct response *response, bool ok, const char *fmt, ...) CICADA_PRINTF(3, 4);
/* Counts as success whatever the status, the error and earlier checks; a later check may fail it.
 */
void cicada_pass(struct response *response);

/*
 * Read "user.cart[0].id"; "" is the document itself. A missing or mistyped value, or a body that is
 * not JSON, reads as "", 0 or false and fails the response: json: no "user.cart[0].id",
 * json: "id" is no text (whole number, number, truth value, array or object), json: no JSON in the
 * body.
 */
const char *cicada_json_str(struct response *response, const char *path);
long long cicada_json_int(struct response *response, const char *path);
double cicada_json_num(struct response *response, const char *path);
bool cicada_json_bool(struct response *response, const char *path);
size_t cicada_json_len(struct response *response, const char *path);     /* of an array or object */
bool cicada_json_has(const struct response *response, const char *path); /* never fails it */

/* ---- Anything that is not HTTP --------------------------------------------------------------- */

/* Adds a sample to the statistics. Copies what it needs. */
void cicada_record(struct user *user, const struct sample *sample);
double cicada_now(void); /* monotonic; may be called anywhere */

/* ---- The test, for hooks as well as users ---------------------------------------------------- */

/* The value of the scenario's own option; NULL: not given and no default. Valid for the run. */
const char *cicada_option(const char *name);

/* What the statistics say so far; all zero for an entry that does not exist. */
struct stats_view {
    uint64_t requests, failures, exceptions; /* exceptions: of the whole test, in every view */
    double average, median, p95, p99, max;   /* response times */
    double rate;                             /* requests per second over the whole test */
};
/* Both NULL: the total. */
struct stats_view cicada_stats(const char *method, const char *name);

/*
 * Sends data, as JSON, to those who have a handler for the type: from a worker to the master, from
 * the master to the worker of that id, or to all with NULL. Without workers it comes back to the
 * sender's own handlers. Python's register_message() and send_message() are the other end as well.
 * Not kept for workers that come later. False if data is no JSON, or nobody is there to send it to.
 */
bool cicada_send_message(const char *type, const char *data, const char *to);

void cicada_stop_test(void);     /* ends it as Ctrl-C would */
void cicada_exit_code(int code); /* of the process, instead of the one it would choose */
void cicada_log(const char *fmt, ...) CICADA_PRINTF(1, 2); /* a line in the log, for hooks */

/* ---- Short names, unless CICADA_NO_SHORT_NAMES ----------------------------------------------- */
/* Macros such as pass() and record(); include this header after others that may use the words. */

#ifndef CICADA_NO_SHORT_NAMES
#define user_data(user) cicada_user_data(user)
#define user_id(user) cicada_user_id(user)
#define user_running(user) cicada_user_running(user)
#define user_stop(user) cicada_user_stop(user)
#define user_interrupt(user) cicada_user_interrupt((user), true)
#define user_skip_wait(user) cicada_user_skip_wait(user)
#define user_raise(user, ...) cicada_user_raise((user), __VA_ARGS__)
#define user_random(user, below) cicada_user_random((user), (below))
#define user_random_unit(user) cicada_user_random_unit(user)
#define user_log(user, ...) cicada_user_log((user), __VA_ARGS__)
#define user_header(user, n, value) cicada_user_header((user), (n), (value))
#define user_auth(user, n, password) cicada_user_auth((user), (n), (password))
#define json_escape(user, text) cicada_user_json_escape((user), (text))
#define url_encode(user, text) cicada_user_url_encode((user), (text))
#define cookies_clear(user) cicada_cookies_clear(user)
#define cookie_set(user, n, value) cicada_cookie_set((user), (n), (value))
#define fmt(user, ...) cicada_user_fmt((user), __VA_ARGS__)
#define pick(user, array)                                                                          \
    ((array)[cicada_user_random((user), (uint32_t)(sizeof(array) / sizeof(*(array))))])
#define think(user, seconds) cicada_think((user), (seconds))

#define http_get(user, ...) cicada_http((user), &(const struct request)GET(__VA_ARGS__))
#define http_post(user, ...) cicada_http((user), &(const struct request)POST(__VA_ARGS__))
#define http_put(user, ...) cicada_http((user), &(const struct request)PUT(__VA_ARGS__))
#define http_patch(user, ...) cicada_http((user), &(const struct request)PATCH(__VA_ARGS__))
#define http_delete(user, ...) cicada_http((user), &(const struct request)DELETE(__VA_ARGS__))
#define http_head(user, ...) cicada_http((user), &(const struct request)HEAD(__VA_ARGS__))
#define http_options(user, ...) cicada_http((user), &(const struct request)OPTIONS(__VA_ARGS__))
#define http_all(user, ...)                                                                        \
    cicada_http_all((user),                                                                        \
                    (const struct request[]){__VA_ARGS__},                                         \
                    sizeof((const struct request[]){__VA_ARGS__}) / sizeof(struct request))

#define check(response, cond) cicada_check((response), (cond), "%s", #cond)
#define checkf(response, cond, ...) cicada_check((response), (cond), __VA_ARGS__)
#define pass(response) cicada_pass(response)
#define header(response, name) cicada_header((response), (name))
#define json_str(response, path) cicada_json_str((response), (path))
#define json_int(response, path) cicada_json_int((response), (path))
#define json_num(response, path) cicada_json_num((response), (path))
#define json_bool(response, path) cicada_json_bool((response), (path))
#define json_len(response, path) cicada_json_len((response), (path))
#define json_has(response, path) cicada_json_has((response), (path))
#define record(user, ...) cicada_record((user), &(const struct sample){.type = __VA_ARGS__})
#define option(name) cicada_option(name)
#endif

#endif
