/* SPDX-License-Identifier: MIT */
/*
 * Whatever can be asked for by a plain path, or by the one filter the lists are made for, is
 * rendered at start-up; only unusual filters and writes build JSON per request.
 */
#include "target/placeholder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "target/answer.h"
#include "target/placeholder_data.h"
#include "target/text.h"

/* One list, its items, and its parts by owner. */
struct collection {
    json_t *items;
    unsigned count, owners;
    struct MHD_Response *all;
    struct MHD_Response **by_id;    /* [count] */
    struct MHD_Response **by_owner; /* [owners] */
};

struct placeholder {
    struct collection users, posts, comments, albums, todos;
    struct MHD_Response *nothing, *empty_list; /* "{}", "[]" */
};

static struct MHD_Response *render(const json_t *json)
{
    return answer_make_json(TYPE_JSON_UTF8, json);
}

/* The parts are even: owner 1 has the first count / owners items, and so on. */
static void collection_init(struct collection *collection, json_t *items, unsigned owners)
{
    collection->items = items;
    collection->count = (unsigned)json_array_size(items);
    collection->owners = owners;
    collection->all = render(items);
    collection->by_id = mem_array(collection->count, sizeof(*collection->by_id));
    collection->by_owner = mem_array(owners, sizeof(*collection->by_owner));
    for (unsigned i = 0; i < collection->count; i++) {
        collection->by_id[i] = render(json_array_get(items, i));
    }
    unsigned each = owners > 0 ? collection->count / owners : 0;

    for (unsigned owner = 0; owner < owners; owner++) {
        json_t *part = json_array();

        for (unsigned i = owner * each; i < (owner + 1) * each; i++) {
            json_array_append(part, json_array_get(items, i));
        }
        collection->by_owner[owner] = render(part);
        json_decref(part);
    }
}

static void collection_fini(struct collection *collection)
{
    for (unsigned i = 0; i < collection->count; i++) {
        MHD_destroy_response(collection->by_id[i]);
    }
    for (unsigned i = 0; i < collection->owners; i++) {
        MHD_destroy_response(collection->by_owner[i]);
    }
    MHD_destroy_response(collection->all);
    free(collection->by_id);
    free(collection->by_owner);
    json_decref(collection->items);
}

/* 1 to max, or 0. */
static unsigned parse_id(const char *text, unsigned max)
{
    unsigned long id;

    return text && text_number(text, max, &id) ? (unsigned)id : 0;
}

static bool item_passes(const json_t *item, const char *key, const char *wanted)
{
    const json_t *value = json_object_get(item, key);
    char number[32];

    if (json_is_string(value)) {
        return strcmp(json_string_value(value), wanted) == 0;
    }
    if (json_is_integer(value)) {
        snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(value));
        return strcmp(number, wanted) == 0;
    }
    if (json_is_boolean(value)) {
        return strcmp(json_is_true(value) ? "true" : "false", wanted) == 0;
    }
    return true; /* no such field: not a filter */
}

static enum MHD_Result on_filter(void *data, enum MHD_ValueKind kind, const char *key,
                                 const char *value)
{
    json_t *list = data;

    (void)kind;
    for (size_t i = json_array_size(list); i-- > 0;) {
        if (!item_passes(json_array_get(list, i), key, value ? value : "")) {
            json_array_remove(list, i);
        }
    }
    return MHD_YES;
}

/* "_start" and "_limit", or "_page" and "_limit", as json-server takes them. */
static void cut_page(const struct request *request, json_t *list)
{
    unsigned long limit = 10, start = 0, page;
    const char *start_text = request_arg(request, "_start");
    const char *limit_text = request_arg(request, "_limit");
    const char *page_text = request_arg(request, "_page");

    if (limit_text && !text_number(limit_text, 1000000, &limit)) {
        return;
    }
    if (page_text && text_number(page_text, 1000000, &page) && page > 0) {
        start = (page - 1) * limit;
    } else if (start_text && text_number(start_text, 1000000, &start)) {
        limit = limit_text ? limit : 1000000;
    } else if (!limit_text) {
        return;
    }
    for (size_t i = json_array_size(list); i-- > 0;) {
        if (i < start || i - start >= limit) {
            json_array_remove(list, i);
        }
    }
}

static void answer_filtered(struct request *request, const struct collection *collection)
{
    json_t *list = json_copy(collection->items);

    MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, on_filter, list);
    cut_page(request, list);
    answer_json(request, MHD_HTTP_OK, TYPE_JSON_UTF8, list);
}

static void answer_list(struct request *request, const struct collection *collection,
                        const char *owner_key)
{
    int args = MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, NULL, NULL);
    unsigned owner =
        args == 1 && owner_key ? parse_id(request_arg(request, owner_key), collection->owners) : 0;

    if (args == 0) {
        answer_shared(request, MHD_HTTP_OK, collection->all);
    } else if (owner > 0) {
        answer_shared(request, MHD_HTTP_OK, collection->by_owner[owner - 1]);
    } else {
        answer_filtered(request, collection);
    }
}

static void answer_item(struct request *request, const struct collection *collection)
{
    const struct placeholder *placeholder = request->context;
    unsigned id = parse_id(request_param(request, 0), collection->count);

    if (id > 0) {
        answer_shared(request, MHD_HTTP_OK, collection->by_id[id - 1]);
    } else {
        answer_shared(request, MHD_HTTP_NOT_FOUND, placeholder->nothing);
    }
}

static void answer_part(struct request *request, const struct collection *collection)
{
    const struct placeholder *placeholder = request->context;
    unsigned owner = parse_id(request_param(request, 0), collection->owners);

    answer_shared(request,
                  MHD_HTTP_OK,
                  owner > 0 ? collection->by_owner[owner - 1] : placeholder->empty_list);
}

static struct placeholder *of(const struct request *request)
{
    return request->context;
}

static void get_posts(struct request *request)
{
    answer_list(request, &of(request)->posts, "userId");
}

static void get_post(struct request *request)
{
    answer_item(request, &of(request)->posts);
}

static void get_post_comments(struct request *request)
{
    answer_part(request, &of(request)->comments);
}

static void get_comments(struct request *request)
{
    answer_list(request, &of(request)->comments, "postId");
}

static void get_comment(struct request *request)
{
    answer_item(request, &of(request)->comments);
}

static void get_users(struct request *request)
{
    answer_list(request, &of(request)->users, NULL);
}

static void get_user(struct request *request)
{
    answer_item(request, &of(request)->users);
}

static void get_user_posts(struct request *request)
{
    answer_part(request, &of(request)->posts);
}

static void get_user_albums(struct request *request)
{
    answer_part(request, &of(request)->albums);
}

static void get_user_todos(struct request *request)
{
    answer_part(request, &of(request)->todos);
}

static void get_albums(struct request *request)
{
    answer_list(request, &of(request)->albums, "userId");
}

static void get_album(struct request *request)
{
    answer_item(request, &of(request)->albums);
}

static void get_todos(struct request *request)
{
    answer_list(request, &of(request)->todos, "userId");
}

static void get_todo(struct request *request)
{
    answer_item(request, &of(request)->todos);
}

/* What the client sent; an empty object for an empty body; NULL after answering otherwise. */
static json_t *sent_object(struct request *request)
{
    if (request->body_bytes == 0) {
        return json_object();
    }
    json_t *sent = request_object(request);

    if (!sent) {
        answer_error(request, MHD_HTTP_BAD_REQUEST, "the body is neither a JSON object nor a form");
    }
    return sent;
}

static void create_post(struct request *request)
{
    json_t *post = sent_object(request);

    if (post) {
        struct buf location;

        buf_init(&location, 1024);
        request_add_base_url(request, &location);
        buf_printf(&location, "/posts/%d", PLACEHOLDER_POSTS + 1);
        json_object_set_new(post, "id", json_integer(PLACEHOLDER_POSTS + 1));
        answer_json(request, MHD_HTTP_CREATED, TYPE_JSON_UTF8, post);
        answer_header(request, MHD_HTTP_HEADER_LOCATION, buf_text(&location));
        buf_fini(&location);
    }
}

/* PUT is what was sent and the id; PATCH is laid over what is there. */
static void write_post(struct request *request)
{
    struct placeholder *placeholder = of(request);
    unsigned id = parse_id(request_param(request, 0), placeholder->posts.count);

    if (id == 0) {
        answer_shared(request, MHD_HTTP_NOT_FOUND, placeholder->nothing);
        return;
    }
    json_t *sent = sent_object(request);

    if (!sent) {
        return;
    }
    json_t *post = request->method == METHOD_PATCH
                       ? json_copy(json_array_get(placeholder->posts.items, id - 1))
                       : json_object();

    json_object_update(post, sent);
    json_object_set_new(post, "id", json_integer(id));
    json_decref(sent);
    answer_json(request, MHD_HTTP_OK, TYPE_JSON_UTF8, post);
}

static void delete_post(struct request *request)
{
    answer_shared(request, MHD_HTTP_OK, of(request)->nothing);
}

static const struct endpoint endpoints[] = {
    {ON_GET, "/posts", get_posts},
    {ON_POST, "/posts", create_post},
    {ON_GET, "/posts/{id}", get_post},
    {ON_PUT | ON_PATCH, "/posts/{id}", write_post},
    {ON_DELETE, "/posts/{id}", delete_post},
    {ON_GET, "/posts/{id}/comments", get_post_comments},
    {ON_GET, "/comments", get_comments},
    {ON_GET, "/comments/{id}", get_comment},
    {ON_GET, "/users", get_users},
    {ON_GET, "/users/{id}", get_user},
    {ON_GET, "/users/{id}/posts", get_user_posts},
    {ON_GET, "/users/{id}/albums", get_user_albums},
    {ON_GET, "/users/{id}/todos", get_user_todos},
    {ON_GET, "/albums", get_albums},
    {ON_GET, "/albums/{id}", get_album},
    {ON_GET, "/todos", get_todos},
    {ON_GET, "/todos/{id}", get_todo},
    {0},
};

struct placeholder *placeholder_new(void)
{
    struct placeholder *placeholder = mem_new(sizeof(*placeholder));

    collection_init(&placeholder->users, placeholder_users(), 0);
    collection_init(&placeholder->posts, placeholder_posts(), PLACEHOLDER_USERS);
    collection_init(&placeholder->comments, placeholder_comments(), PLACEHOLDER_POSTS);
    collection_init(&placeholder->albums, placeholder_albums(), PLACEHOLDER_USERS);
    collection_init(&placeholder->todos, placeholder_todos(), PLACEHOLDER_USERS);
    placeholder->nothing = answer_make(TYPE_JSON_UTF8, "{}", 2);
    placeholder->empty_list = answer_make(TYPE_JSON_UTF8, "[]", 2);
    return placeholder;
}

void placeholder_free(struct placeholder *placeholder)
{
    if (!placeholder) {
        return;
    }
    collection_fini(&placeholder->users);
    collection_fini(&placeholder->posts);
    collection_fini(&placeholder->comments);
    collection_fini(&placeholder->albums);
    collection_fini(&placeholder->todos);
    MHD_destroy_response(placeholder->nothing);
    MHD_destroy_response(placeholder->empty_list);
    free(placeholder);
}

void placeholder_mount(struct placeholder *placeholder, struct server *server)
{
    server_mount(server, endpoints, placeholder);
}
