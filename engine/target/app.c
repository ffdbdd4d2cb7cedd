/* SPDX-License-Identifier: MIT */
/* Logins without state, items in a ring. */
#include "target/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "target/answer.h"
#include "target/text.h"

#define TOKEN_PREFIX "token-"
#define CHECK_DIGITS 16

struct item {
    uint64_t id;
    char *json; /* the whole item, its id included; NULL when deleted */
    size_t bytes;
};

struct app {
    struct item *ring;     /* item n at n % APP_ITEMS_MAX */
    uint64_t oldest, next; /* ids; those in between may have been deleted */
    size_t bytes;
};

/* FNV-1a with a salt: keeps out typing errors, not attackers. */
static uint64_t check_of(const char *username)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ UINT64_C(0x6369636164610001);

    for (; *username; username++) {
        hash = (hash ^ (unsigned char)*username) * UINT64_C(0x100000001b3);
    }
    return hash;
}

bool app_token_make(const char *username, char token[APP_TOKEN_BYTES])
{
    size_t length = strlen(username);
    struct buf text;

    if (length == 0 || length > APP_NAME_MAX_BYTES) {
        return false;
    }
    buf_init(&text, APP_TOKEN_BYTES - 1);
    buf_puts(&text, TOKEN_PREFIX);
    text_add_escaped(&text, username, "");
    buf_printf(&text, "-%016llx", (unsigned long long)check_of(username));
    bool made = !text.failed;

    if (made) {
        memcpy(token, text.data, text.length + 1);
    }
    buf_fini(&text);
    return made;
}

char *app_token_user(const char *token)
{
    static const size_t prefix = sizeof(TOKEN_PREFIX) - 1;
    size_t length = strlen(token);
    char again[APP_TOKEN_BYTES];

    if (length <= prefix + 1 + CHECK_DIGITS || length >= APP_TOKEN_BYTES) {
        return NULL;
    }
    char *username = mem_strndup(token + prefix, length - prefix - 1 - CHECK_DIGITS);

    /* Making it once more proves every part of it. */
    MHD_http_unescape(username);
    if (!app_token_make(username, again) || strcmp(again, token) != 0) {
        free(username);
        return NULL;
    }
    return username;
}

/* The name behind the Bearer token, owned by the caller; NULL after answering 401. */
static char *authorized(struct request *request)
{
    const char *header = request_header(request, MHD_HTTP_HEADER_AUTHORIZATION);
    char *username = NULL;

    if (header && strncasecmp(header, "Bearer ", 7) == 0) {
        username = app_token_user(header + 7);
    }
    if (!username) {
        answer_error(request, MHD_HTTP_UNAUTHORIZED, "a valid Bearer token is needed");
        answer_header(request, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
    }
    return username;
}

static bool is_authorized(struct request *request)
{
    char *username = authorized(request);

    free(username);
    return username != NULL;
}

static void login(struct request *request)
{
    json_t *sent = request_object(request);
    const char *username = json_string_value(json_object_get(sent, "username"));
    const char *password = json_string_value(json_object_get(sent, "password"));
    char token[APP_TOKEN_BYTES];

    if (!username || !password || !*password || !app_token_make(username, token)) {
        answer_error(request, MHD_HTTP_UNAUTHORIZED, "username and password are needed");
    } else {
        answer_json(request, MHD_HTTP_OK, TYPE_JSON_UTF8, json_pack("{s:s}", "token", token));
    }
    json_decref(sent);
}

static void logout(struct request *request)
{
    if (is_authorized(request)) {
        answer_empty(request, MHD_HTTP_NO_CONTENT);
    }
}

static void profile(struct request *request)
{
    char *username = authorized(request);

    if (username) {
        json_t *node = json_object();

        json_object_set_new(node, "username", text_json(username, strlen(username)));
        answer_json(request, MHD_HTTP_OK, TYPE_JSON_UTF8, node);
        free(username);
    }
}

static void item_clear(struct app *app, struct item *item)
{
    app->bytes -= item->bytes;
    free(item->json);
    item->json = NULL;
    item->bytes = 0;
}

/* Adopts the text; the oldest go when it gets too much. */
static void item_set(struct app *app, struct item *item, char *json)
{
    item_clear(app, item);
    item->json = json;
    item->bytes = strlen(json);
    app->bytes += item->bytes;
    while (app->bytes > APP_ITEMS_MAX_BYTES) {
        struct item *oldest = &app->ring[app->oldest++ % APP_ITEMS_MAX];

        if (oldest != item) {
            item_clear(app, oldest);
        }
    }
}

/* NULL after answering 401 or 404. */
static struct item *item_asked_for(struct request *request)
{
    struct app *app = request->context;
    unsigned long id;

    if (!is_authorized(request)) {
        return NULL;
    }
    if (text_number(request_param(request, 0), UINT32_MAX, &id)) {
        struct item *item = &app->ring[id % APP_ITEMS_MAX];

        if (item->id == id && item->json) {
            return item;
        }
    }
    answer_error(request, MHD_HTTP_NOT_FOUND, "no such item");
    return NULL;
}

/* What was sent, with the id, as text owned by the caller; NULL after answering 400 or 413. */
static char *item_json(struct request *request, uint64_t id)
{
    json_t *sent = request_object(request);

    if (!sent) {
        answer_error(request, MHD_HTTP_BAD_REQUEST, "the body is neither a JSON object nor a form");
        return NULL;
    }
    json_t *item = json_pack("{s:I}", "id", (json_int_t)id);
    char *text;

    json_object_del(sent, "id");
    json_object_update(item, sent);
    text = json_dumps(item, 0);
    json_decref(item);
    json_decref(sent);
    if (!text || strlen(text) > APP_ITEM_MAX_BYTES) {
        answer_error(request, MHD_HTTP_CONTENT_TOO_LARGE, "the item is too large");
        free(text);
        return NULL;
    }
    return text;
}

static void create_item(struct request *request)
{
    struct app *app = request->context;

    if (!is_authorized(request)) {
        return;
    }
    char *json = item_json(request, app->next);

    if (!json) {
        return;
    }
    struct item *item = &app->ring[app->next % APP_ITEMS_MAX];

    item->id = app->next++;
    if (app->next - app->oldest > APP_ITEMS_MAX) {
        app->oldest = app->next - APP_ITEMS_MAX;
    }
    answer_text(request, MHD_HTTP_CREATED, TYPE_JSON_UTF8, json);
    item_set(app, item, json);
}

static void get_item(struct request *request)
{
    struct item *item = item_asked_for(request);

    if (item) {
        answer_text(request, MHD_HTTP_OK, TYPE_JSON_UTF8, item->json);
    }
}

static void put_item(struct request *request)
{
    struct item *item = item_asked_for(request);
    char *json = item ? item_json(request, item->id) : NULL;

    if (json) {
        answer_text(request, MHD_HTTP_OK, TYPE_JSON_UTF8, json);
        item_set(request->context, item, json);
    }
}

static void delete_item(struct request *request)
{
    struct item *item = item_asked_for(request);

    if (item) {
        item_clear(request->context, item);
        answer_empty(request, MHD_HTTP_NO_CONTENT);
    }
}

static const struct endpoint endpoints[] = {
    {ON_POST, "/login", login},
    {ON_POST, "/logout", logout},
    {ON_GET, "/profile", profile},
    {ON_POST, "/items", create_item},
    {ON_GET, "/items/{id}", get_item},
    {ON_PUT, "/items/{id}", put_item},
    {ON_DELETE, "/items/{id}", delete_item},
    {0},
};

struct app *app_new(void)
{
    struct app *app = mem_new(sizeof(*app));

    app->ring = mem_array(APP_ITEMS_MAX, sizeof(*app->ring));
    app->oldest = app->next = 1;
    return app;
}

void app_free(struct app *app)
{
    if (app) {
        for (unsigned i = 0; i < APP_ITEMS_MAX; i++) {
            free(app->ring[i].json);
        }
        free(app->ring);
        free(app);
    }
}

void app_mount(struct app *app, struct server *server)
{
    server_mount(server, endpoints, app);
}
