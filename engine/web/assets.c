/* SPDX-License-Identifier: MIT */
#include "web/assets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <zlib.h>

#include "base/ensure.h"
#include "base/memory.h"

enum { INDEX_MAX = 4 * 1024 * 1024 };

struct assets {
    char *folder; /* NULL: embedded */
    char *index;  /* NULL: none */
    struct buf policy;
};

/* ---- Types ---- */

static const char *type_of(const char *path)
{
    static const char *const types[][2] = {
        {".html", TYPE_HTML},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".json", TYPE_JSON},
        {".webmanifest", "application/manifest+json"},
        {".woff2", "font/woff2"},
        {".txt", TYPE_TEXT},
    };
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot && i < ARRAY_LEN(types); i++) {
        if (strcmp(dot, types[i][0]) == 0) {
            return types[i][1];
        }
    }
    return "application/octet-stream";
}

/* ---- The page and its policy ---- */

static char *unpack(const struct asset *asset)
{
    char *plain = mem_new(asset->plain_length + 1);
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)asset->bytes,
                       .avail_in = (uInt)asset->length,
                       .next_out = (Bytef *)plain,
                       .avail_out = (uInt)asset->plain_length + 1};

    ENSURE(inflateInit2(&stream, 15 + 16) == Z_OK);
    ENSURE(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    inflateEnd(&stream);
    return plain;
}

static void add_hash(struct buf *policy, const char *text, size_t length)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned char coded[2 * EVP_MAX_MD_SIZE];
    unsigned size;

    ENSURE(EVP_Digest(text, length, digest, &size, EVP_sha256(), NULL) == 1);
    EVP_EncodeBlock(coded, digest, (int)size);
    buf_printf(policy, " 'sha256-%s'", (const char *)coded);
}

/* Scripts that stand in the page itself may run: those, and no others. */
static void make_policy(struct assets *assets)
{
    struct buf *policy = &assets->policy;
    const char *at = assets->index ? assets->index : "", *end;

    buf_init(policy, 64 * 1024);
    buf_puts(policy, "default-src 'self'; script-src 'self'");
    while ((at = strstr(at, "<script"))) {
        const char *body = strchr(at, '>');

        if (!body || !(end = strstr(body, "</script>"))) {
            break;
        }
        if (end > body + 1) {
            add_hash(policy, body + 1, (size_t)(end - body - 1));
        }
        at = end;
    }
    buf_puts(policy,
             "; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; "
             "base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
}

static const struct asset *find(const char *path)
{
    for (const struct asset *asset = assets_embedded; asset->path; asset++) {
        if (strcmp(asset->path, path) == 0) {
            return asset;
        }
    }
    return NULL;
}

static char *read_index(const char *folder, struct err *err)
{
    char *path = mem_printf("%s/index.html", folder);
    FILE *file = fopen(path, "re");
    char *text = file ? mem_new(INDEX_MAX + 1) : NULL;

    if (!file || fread(text, 1, INDEX_MAX, file) == 0) {
        err_set(err, "--build-path: can't read %s: %s", path, strerror(errno));
        free(text);
        text = NULL;
    }
    if (file) {
        fclose(file);
    }
    free(path);
    return text;
}

struct assets *assets_new(const char *folder, struct err *err)
{
    struct assets *assets = mem_new(sizeof(*assets));
    const struct asset *index = find("/index.html");

    assets->folder = mem_strdup(folder);
    if (folder) {
        assets->index = read_index(folder, err);
    } else if (index) {
        assets->index = unpack(index);
    }
    if (folder && !assets->index) {
        assets_free(assets);
        return NULL;
    }
    make_policy(assets);
    return assets;
}

void assets_free(struct assets *assets)
{
    if (assets) {
        free(assets->folder);
        free(assets->index);
        buf_fini(&assets->policy);
        free(assets);
    }
}

const char *assets_index(const struct assets *assets)
{
    return assets->index;
}

const char *assets_policy(const struct assets *assets)
{
    return buf_text(&assets->policy);
}

/* ---- Files ---- */

static bool accepts_gzip(const struct call *call)
{
    const char *codings = call_header(call, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    const char *gzip = codings ? strstr(codings, "gzip") : NULL;

    return gzip && strncmp(gzip, "gzip;q=0,", 9) != 0 && strcmp(gzip, "gzip;q=0") != 0;
}

/* Names below assets/ carry a hash of what is in the file, so that it never changes. */
static void add_caching(struct call *call, const char *path, const char *tag)
{
    bool hashed = strncmp(path, "/assets/", 8) == 0;

    call_add_header(call,
                    MHD_HTTP_HEADER_CACHE_CONTROL,
                    hashed ? "public, max-age=31536000, immutable" : "no-cache");
    call_add_header(call, MHD_HTTP_HEADER_ETAG, tag);
    call_add_header(call, MHD_HTTP_HEADER_VARY, "Accept-Encoding");
}

static bool unchanged(const struct call *call, const char *tag)
{
    const char *known = call_header(call, MHD_HTTP_HEADER_IF_NONE_MATCH);

    return known && (strstr(known, tag) || strcmp(known, "*") == 0);
}

static void answer_embedded(struct call *call, const struct asset *asset)
{
    const char *type = type_of(asset->path);

    if (unchanged(call, asset->tag)) {
        call_text(call, MHD_HTTP_NOT_MODIFIED, type, "");
    } else if (accepts_gzip(call)) {
        call_static(call, MHD_HTTP_OK, type, asset->bytes, asset->length);
        call_add_header(call, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    } else {
        char *plain = unpack(asset);

        call_bytes(call, MHD_HTTP_OK, type, plain, asset->plain_length);
        free(plain);
    }
    add_caching(call, asset->path, asset->tag);
}

/* Below the folder and nowhere else: no part of the path may start with a dot. */
static bool is_inside(const char *path)
{
    return *path == '/' && !strstr(path, "/.") && !strstr(path, "//") && !strchr(path, '\\');
}

static bool answer_from_folder(const struct assets *assets, struct call *call, const char *path)
{
    char *full = is_inside(path) ? mem_printf("%s%s", assets->folder, path) : NULL;
    int fd = full ? open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    struct stat file;
    char tag[64];

    free(full);
    if (fd < 0) {
        return false;
    }
    if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) {
        close(fd);
        return false;
    }
    snprintf(tag,
             sizeof(tag),
             "\"%llx-%llx\"",
             (unsigned long long)file.st_mtim.tv_sec,
             (unsigned long long)file.st_size);
    if (unchanged(call, tag)) {
        close(fd);
        call_text(call, MHD_HTTP_NOT_MODIFIED, type_of(path), "");
    } else {
        struct MHD_Response *response = MHD_create_response_from_fd((uint64_t)file.st_size, fd);

        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type_of(path));
        call_own(call, MHD_HTTP_OK, response);
    }
    add_caching(call, path, tag);
    return true;
}

bool assets_answer(struct assets *assets, struct call *call, const char *path)
{
    if (assets->folder) {
        return answer_from_folder(assets, call, path);
    }
    const struct asset *asset = find(path);

    if (!asset || asset->bytes == NULL || strcmp(path, "/index.html") == 0) {
        return false;
    }
    answer_embedded(call, asset);
    return true;
}
