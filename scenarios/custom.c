/* SPDX-License-Identifier: MIT */
/*
 * custom.c - the template to copy: a user who logs in, works with an API and logs out.
 *
 * Written for someone who knows Locust and little C. Copy it, change the paths, then:
 *
 *     cicada -f mine.c --headless -u 10 -r 10 -t 30s -H http://127.0.0.1:8000
 *
 * The file is compiled on the spot; what the compiler finds is shown as it is, with file and line.
 */

/* As "import": cicada.h holds all of Cicada's interface, the others are from C's own library. */
#include <cicada.h>
#include <stdio.h>  /* snprintf */
#include <string.h> /* strcmp */

/*
 * What one user remembers from task to task: the attributes you would set on self. Every user has a
 * copy of its own, zeroed at first. C strings live in arrays of a fixed size.
 */
struct account {
    char name[32];
    char token[128];
};

/*
 * on_start(self). "static" keeps the name private to this file, "void" says that nothing is
 * returned, and "struct user *user" is self: a pointer (the *) to a user the engine owns.
 */
static void log_in(struct user *user)
{
    /* self's attributes; the size of the struct is given in the class below. */
    struct account *me = user_data(user);

    /*
     * An f-string: f"user{id}". %u stands for an unsigned number, %d for a signed one, %s for a
     * string. snprintf writes into an array and never past its end.
     */
    snprintf(me->name, sizeof(me->name), "user%u", user_id(user));

    /*
     * JSON() turns what it holds into a string, as written, so no quote needs a backslash. fmt()
     * fills in the %s, and its result lives until this function returns. Only text that needs no
     * escaping in JSON may go in there.
     */
    const char *body = fmt(user, JSON({"username": "%s", "password": "secret"}), me->name);

    /*
     * self.client.post("/login", json=...). Everything after the path is optional and has the form
     * .option = value. The call returns when the answer is there; other users run in the meantime.
     */
    struct response *r = http_post(user, "/login", .json = body);

    /*
     * r is never NULL. check() fails the request when its condition is false, like
     * response.failure(...) under catch_response, and returns the condition. "!" means not, and
     * a user that cannot log in ends here, as by raise StopUser().
     */
    if (!check(r, r->status == 200)) {
        user_stop(user);
        return;
    }

    /*
     * r.json()["token"]. A missing value reads as "" and fails the request by itself. The text
     * belongs to the response, so keep a copy: = would copy the pointer, not the characters.
     */
    snprintf(me->token, sizeof(me->token), "%s", json_str(r, "token"));

    /* self.client.headers["Authorization"] = ..., sent with every later request of this user. */
    user_header(user, "Authorization", fmt(user, "Bearer %s", me->token));
}

/* on_stop(self). Runs however the user ends, so also after a login that failed. */
static void log_out(struct user *user)
{
    struct account *me = user_data(user);

    /* Was there a login? An empty string is one whose first character is the final zero. */
    if (me->token[0] == '\0') {
        return;
    }
    struct response *r = http_post(user, "/logout");

    check(r, r->status == 204);
}

/* @task(5): GET with the header set above. */
static void view_profile(struct user *user)
{
    struct account *me = user_data(user);
    struct response *r = http_get(user, "/profile");

    /*
     * As many checks as you like; the first that fails is what the failures table shows, in the
     * words of its condition. Strings are compared by strcmp(), which gives 0 for equal ones:
     * == would compare addresses.
     */
    check(r, r->status == 200);
    check(r, strcmp(json_str(r, "username"), me->name) == 0);
}

/* @task(3): POST JSON. */
static void add_item(struct user *user)
{
    /* random.randint(1, 9): a number below 9, and one added. */
    unsigned count = 1 + user_random(user, 9);
    const char *item = fmt(user, JSON({"name": "lamp", "count": %u}), count);
    struct response *r = http_post(user, "/items", .json = item);

    check(r, r->status == 201);
    check(r, json_int(r, "id") > 0);
    check(r, json_int(r, "count") == count);
}

/* @task(1): a journey. Each step needs the one before, so a check that fails ends it by return. */
static void item_workflow(struct user *user)
{
    struct response *r = http_post(user, "/items", .json = JSON({"name": "chair", "count": 1}));

    if (!check(r, r->status == 201)) {
        return;
    }

    /* A long long is a 64-bit integer, %lld its place in a format. */
    long long id = json_int(r, "id");

    /*
     * One path for four requests. .name groups them in the statistics, as name= does; without it
     * the entry would be called "/items/%lld".
     */
    const char *path = fmt(user, "/items/%lld", id);

    /*
     * r = gives the variable a new response. The old one is recorded as soon as the next request
     * starts: check what you want to check before that.
     */
    r = http_get(user, path, .name = "/items/{id}");
    if (!check(r, r->status == 200) || !check(r, json_int(r, "id") == id)) {
        return;
    }

    /* time.sleep(): this user pauses, the others go on. Seconds, as everywhere in cicada.h. */
    think(user, 0.5);

    r = http_put(user, path, .name = "/items/{id}", .json = JSON({"name": "chair", "count": 2}));
    if (!check(r, r->status == 200) || !check(r, json_int(r, "count") == 2)) {
        return;
    }

    r = http_delete(user, path, .name = "/items/{id}");
    check(r, r->status == 204);
}

/* The tasks and their weights. The {0} marks the end of the list. */
static const struct task tasks[] = {
    TASK(view_profile, .weight = 5),
    TASK(add_item, .weight = 3),
    TASK(item_workflow, .weight = 1),
    {0},
};

/* class CustomUser(HttpUser): what is left out is zero, which always means the default. */
static const struct user_class custom_user = {
    .name = "CustomUser", /* shown in the outputs, and its name on the command line */
    .data_size = sizeof(struct account), /* so much memory has user_data() */
    .wait = between(1, 3),               /* wait_time */
    .on_start = log_in,
    .on_stop = log_out,
    .tasks = tasks,
};

/* Hands the class to the engine; & takes its address. Several: SCENARIO(&one, &other); */
SCENARIO(&custom_user);
