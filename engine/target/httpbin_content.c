/* SPDX-License-Identifier: MIT */
/* The routes that give an answer of a certain kind: by status, type, encoding or size. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "target/answer.h"
#include "target/httpbin.h"
#include "target/text.h"

static const char json_text[] = "{\n"
                                "  \"slideshow\": {\n"
                                "    \"author\": \"The Cicada Authors\",\n"
                                "    \"date\": \"date of publication\",\n"
                                "    \"slides\": [\n"
                                "      {\n"
                                "        \"title\": \"Listen to the trees\",\n"
                                "        \"type\": \"all\"\n"
                                "      },\n"
                                "      {\n"
                                "        \"items\": [\n"
                                "          \"Why <em>seventeen</em> years are a good wait\",\n"
                                "          \"Who <em>counts</em> them\"\n"
                                "        ],\n"
                                "        \"title\": \"Overview\",\n"
                                "        \"type\": \"all\"\n"
                                "      }\n"
                                "    ],\n"
                                "    \"title\": \"Sample Slide Show\"\n"
                                "  }\n"
                                "}\n";

static const char xml_text[] = "<?xml version='1.0' encoding='us-ascii'?>\n"
                               "\n"
                               "<!-- A sample set of slides -->\n"
                               "\n"
                               "<slideshow\n"
                               "    title=\"Sample Slide Show\"\n"
                               "    date=\"Date of publication\"\n"
                               "    author=\"The Cicada Authors\"\n"
                               "    >\n"
                               "    <slide type=\"all\">\n"
                               "      <title>Listen to the trees</title>\n"
                               "    </slide>\n"
                               "    <slide type=\"all\">\n"
                               "      <title>Overview</title>\n"
                               "      <item>Why <em>seventeen</em> years are a good wait</item>\n"
                               "      <item/>\n"
                               "      <item>Who <em>counts</em> them</item>\n"
                               "    </slide>\n"
                               "</slideshow>\n";

static const char html_text[] =
    "<!DOCTYPE html>\n"
    "<html>\n"
    "  <head>\n"
    "  </head>\n"
    "  <body>\n"
    "      <h1>A Summer in the Orchard</h1>\n"
    "\n"
    "      <div>\n"
    "        <p>\n"
    "          In the seventeenth summer the ground under the old pear trees opened in a thousand\n"
    "          places no wider than a finger, and what came out climbed the trunks without haste,\n"
    "          as if the years below had been a moment and the evening above were long. By noon\n"
    "          the whole orchard hummed. The gardener, who had been a boy the last time, put down\n"
    "          his ladder and listened until the light was gone.\n"
    "        </p>\n"
    "      </div>\n"
    "  </body>\n"
    "</html>\n";

static const char robots_text[] = "User-agent: *\nDisallow: /deny\n";
static const char teapot_text[] = "This is a teapot; it cannot brew coffee.\n";

static void json(struct request *request)
{
    answer_shared(request, MHD_HTTP_OK, ((struct httpbin *)request->context)->json);
}

static void xml(struct request *request)
{
    answer_shared(request, MHD_HTTP_OK, ((struct httpbin *)request->context)->xml);
}

static void html(struct request *request)
{
    answer_shared(request, MHD_HTTP_OK, ((struct httpbin *)request->context)->html);
}

static void robots(struct request *request)
{
    answer_shared(request, MHD_HTTP_OK, ((struct httpbin *)request->context)->robots);
}

/* One of a comma-separated list of codes, at random; 0 when it is not such a list. */
static unsigned choose_code(struct rng *rng, const char *list)
{
    unsigned codes[ROUTE_PARAM_BYTES / 4];
    unsigned count = 0;

    while (*list && count < ARRAY_LEN(codes)) {
        char code[4] = {0};
        size_t length = strcspn(list, ",");
        unsigned long value;

        if (length != 3) {
            return 0;
        }
        memcpy(code, list, length);
        if (!text_number(code, 999, &value) || value < 200) {
            return 0; /* a 1xx is no answer to wait for */
        }
        codes[count++] = (unsigned)value;
        list += length + (list[length] == ',');
    }
    return count == 0 ? 0 : codes[count > 1 ? rng_below(rng, count) : 0];
}

static void status(struct request *request)
{
    struct httpbin *httpbin = request->context;
    unsigned code = choose_code(&httpbin->rng, request_param(request, 0));

    switch (code) {
    case 0:
        answer_error(request, MHD_HTTP_BAD_REQUEST, "not a status code of an answer");
        break;
    case MHD_HTTP_MOVED_PERMANENTLY:
    case MHD_HTTP_FOUND:
    case MHD_HTTP_SEE_OTHER:
    case MHD_HTTP_USE_PROXY:
    case MHD_HTTP_TEMPORARY_REDIRECT:
    case MHD_HTTP_PERMANENT_REDIRECT:
        answer_redirect(request, code, "/redirect/1");
        break;
    case MHD_HTTP_UNAUTHORIZED:
        answer_empty(request, code);
        answer_header(request, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Basic realm=\"Fake Realm\"");
        break;
    case MHD_HTTP_PROXY_AUTHENTICATION_REQUIRED:
        answer_empty(request, code);
        answer_header(request, MHD_HTTP_HEADER_PROXY_AUTHENTICATE, "Basic realm=\"Fake Realm\"");
        break;
    case 418:
        answer_shared(request, code, httpbin->teapot);
        break;
    default:
        answer_shared(request, code, httpbin->empty);
        break;
    }
}

/* window_bits chooses the wrapping: 15 is zlib's, 15 + 16 gzip's. */
static void answer_compressed(struct request *request, const char *flag, const char *encoding,
                              int window_bits)
{
    json_t *echo = httpbin_echo(request);

    json_object_del(echo, "args");
    json_object_del(echo, "url");
    json_object_set_new(echo, flag, json_true());
    json_object_set_new(
        echo, "method", text_json(request->method_name, strlen(request->method_name)));
    char *text = json_dumps(echo, JSON_INDENT(2) | JSON_SORT_KEYS);
    z_stream stream = {0};

    json_decref(echo);
    if (!text || deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        out_of_memory("a compressed answer");
    }
    size_t length = strlen(text);
    size_t bound = deflateBound(&stream, length);
    unsigned char *packed = mem_array(bound, 1);

    stream.next_in = (unsigned char *)text;
    stream.avail_in = (unsigned)length;
    stream.next_out = packed;
    stream.avail_out = (unsigned)bound;
    ENSURE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    answer_bytes(request, MHD_HTTP_OK, TYPE_JSON, packed, stream.total_out);
    answer_header(request, MHD_HTTP_HEADER_CONTENT_ENCODING, encoding);
    deflateEnd(&stream);
    free(packed);
    free(text);
}

static void gzip(struct request *request)
{
    answer_compressed(request, "gzipped", "gzip", 15 + 16);
}

static void deflated(struct request *request)
{
    answer_compressed(request, "deflated", "deflate", 15);
}

static void bytes(struct request *request)
{
    struct httpbin *httpbin = request->context;
    const char *seed_text = request_arg(request, "seed");
    struct rng seeded, *rng = &httpbin->rng;
    unsigned long count, seed;

    if (!text_number(request_param(request, 0), 1000000000UL, &count)) {
        answer_error(request, MHD_HTTP_NOT_FOUND, "not a number of bytes");
        return;
    }
    count = count < HTTPBIN_BYTES_MAX ? count : HTTPBIN_BYTES_MAX;
    if (seed_text && text_number(seed_text, UINT32_MAX, &seed)) {
        rng_seed(&seeded, seed);
        rng = &seeded;
    }
    size_t numbers = count / sizeof(uint64_t) + 1;
    uint64_t *random = mem_array(numbers, sizeof(*random));

    for (size_t i = 0; i < numbers; i++) {
        random[i] = rng_u64(rng);
    }
    answer_bytes(request, MHD_HTTP_OK, "application/octet-stream", random, count);
    free(random);
}

/* An answer of lines, one per chunk. */
struct lines {
    json_t *line;
    unsigned long sent, count;
    char *text; /* of the line under way */
    size_t offset;
};

static ssize_t on_more_lines(void *data, uint64_t position, char *out, size_t max)
{
    struct lines *lines = data;

    (void)position;
    if (!lines->text) {
        if (lines->sent == lines->count) {
            return MHD_CONTENT_READER_END_OF_STREAM;
        }
        json_object_set_new(lines->line, "id", json_integer((json_int_t)lines->sent++));
        char *text = json_dumps(lines->line, 0);

        lines->text = mem_printf("%s\n", text ? text : "{}");
        lines->offset = 0;
        free(text);
    }
    size_t left = strlen(lines->text + lines->offset);
    size_t length = left < max ? left : max;

    memcpy(out, lines->text + lines->offset, length);
    lines->offset += length;
    if (length == left) {
        free(lines->text);
        lines->text = NULL;
    }
    return (ssize_t)length;
}

static void free_lines(void *data)
{
    struct lines *lines = data;

    json_decref(lines->line);
    free(lines->text);
    free(lines);
}

static void stream_lines(struct request *request)
{
    unsigned long count;

    if (!text_number(request_param(request, 0), 1000000000UL, &count)) {
        answer_error(request, MHD_HTTP_NOT_FOUND, "not a number of lines");
        return;
    }
    struct lines *lines = mem_new(sizeof(*lines));

    lines->line = httpbin_echo(request);
    lines->count = count < HTTPBIN_LINES_MAX ? count : HTTPBIN_LINES_MAX;
    answer_owned(request,
                 MHD_HTTP_OK,
                 MHD_create_response_from_callback(
                     MHD_SIZE_UNKNOWN, 4096, on_more_lines, lines, free_lines));
    answer_header(request, MHD_HTTP_HEADER_CONTENT_TYPE, TYPE_JSON);
}

static const struct endpoint endpoints[] = {
    {ON_ANY, "/status/{code}", status},
    {ON_GET, "/json", json},
    {ON_GET, "/xml", xml},
    {ON_GET, "/html", html},
    {ON_GET, "/gzip", gzip},
    {ON_GET, "/deflate", deflated},
    {ON_GET, "/bytes/{n}", bytes},
    {ON_GET, "/stream/{n}", stream_lines},
    {ON_GET, "/robots.txt", robots},
    {0},
};

void httpbin_mount_content(struct httpbin *httpbin, struct server *server)
{
    server_mount(server, endpoints, httpbin);
}

struct httpbin *httpbin_new(void)
{
    struct httpbin *httpbin = mem_new(sizeof(*httpbin));

    rng_seed(&httpbin->rng, 17);
    httpbin->empty = answer_make(TYPE_HTML, "", 0);
    httpbin->json = answer_make(TYPE_JSON, json_text, sizeof(json_text) - 1);
    httpbin->xml = answer_make("application/xml", xml_text, sizeof(xml_text) - 1);
    httpbin->html = answer_make(TYPE_HTML, html_text, sizeof(html_text) - 1);
    httpbin->robots = answer_make(TYPE_TEXT, robots_text, sizeof(robots_text) - 1);
    httpbin->teapot = answer_make(TYPE_TEXT, teapot_text, sizeof(teapot_text) - 1);
    return httpbin;
}

void httpbin_free(struct httpbin *httpbin)
{
    if (!httpbin) {
        return;
    }
    MHD_destroy_response(httpbin->empty);
    MHD_destroy_response(httpbin->json);
    MHD_destroy_response(httpbin->xml);
    MHD_destroy_response(httpbin->html);
    MHD_destroy_response(httpbin->robots);
    MHD_destroy_response(httpbin->teapot);
    free(httpbin);
}
