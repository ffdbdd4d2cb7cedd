/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.web"
#include "web/users_file.h"

#include <crypt.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/ensure.h"
#include "base/log.h"
#include "base/memory.h"

enum { LINE_MAX_BYTES = 1024, USERS_MAX = 10000, NAME_MAX_BYTES = 64, DIGEST_DIGITS = 64 };

static const char token_mark[] = "sha256:";

struct user_line {
    char *name;
    char *hash; /* a crypt hash, or the digits after the mark */
    bool token;
};

struct users_file {
    char *path;
    struct user_line *lines;
    size_t count;
    struct timespec changed;
};

static void forget(struct users_file *file)
{
    for (size_t i = 0; i < file->count; i++) {
        free(file->lines[i].name);
        free(file->lines[i].hash);
    }
    free(file->lines);
    file->lines = NULL;
    file->count = 0;
}

/* ---- Reading ---- */

static bool is_name(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)name[i] <= ' ' || name[i] == 0x7f) {
            return false;
        }
    }
    return length > 0 && length <= NAME_MAX_BYTES;
}

static bool read_line(struct users_file *file, const char *line, int number, struct err *err)
{
    const char *colon = strchr(line, ':');
    bool token;

    if (!*line || *line == '#') {
        return true;
    }
    if (!colon || !is_name(line, (size_t)(colon - line)) || !colon[1]) {
        return err_set(err, "%s:%d: this is no NAME:HASH", file->path, number);
    }
    token = strncmp(colon + 1, token_mark, strlen(token_mark)) == 0;
    const char *hash = token ? colon + 1 + strlen(token_mark) : colon + 1;

    if (token ? strspn(hash, "0123456789abcdef") != DIGEST_DIGITS || hash[DIGEST_DIGITS]
              : crypt_checksalt(hash) == CRYPT_SALT_INVALID || hash[0] != '$') {
        return err_set(err,
                       "%s:%d: the hash of %.*s makes no sense; cicada --print-web-user makes one",
                       file->path,
                       number,
                       (int)(colon - line),
                       line);
    }
    if (file->count == USERS_MAX) {
        return err_set(err, "%s names more than %d users", file->path, USERS_MAX);
    }
    file->lines = mem_resize(file->lines, file->count + 1, sizeof(*file->lines));
    file->lines[file->count++] =
        (struct user_line){.name = mem_strndup(line, (size_t)(colon - line)),
                           .hash = mem_strdup(hash),
                           .token = token};
    return true;
}

static bool read_all(struct users_file *file, FILE *stream, struct err *err)
{
    char line[LINE_MAX_BYTES];

    for (int number = 1; fgets(line, sizeof(line), stream); number++) {
        size_t length = strcspn(line, "\r\n");

        if (!line[length] && !feof(stream)) {
            return err_set(err, "%s:%d: the line is too long", file->path, number);
        }
        line[length] = '\0';
        if (!read_line(file, line, number, err)) {
            return false;
        }
    }
    return file->count > 0 || err_set(err, "%s names nobody", file->path);
}

static bool load(struct users_file *file, struct err *err)
{
    FILE *stream = fopen(file->path, "re");
    struct stat info;

    if (!stream || fstat(fileno(stream), &info) != 0) {
        err_set(err, "can't read %s: %s", file->path, strerror(errno));
        if (stream) {
            fclose(stream);
        }
        return false;
    }
    file->changed = info.st_mtim;
    if (info.st_mode & (S_IRWXO | S_IWGRP)) {
        log_warning("%s can be read by others: chmod 600 keeps it to yourself", file->path);
    }
    bool loaded = read_all(file, stream, err);

    fclose(stream);
    return loaded;
}

struct users_file *users_file_open(const char *path, struct err *err)
{
    struct users_file *file = mem_new(sizeof(*file));

    file->path = mem_strdup(path);
    if (!load(file, err)) {
        users_file_free(file);
        return NULL;
    }
    return file;
}

void users_file_free(struct users_file *file)
{
    if (file) {
        forget(file);
        free(file->path);
        free(file);
    }
}

/* What was there stays if the new contents make no sense: half-written, perhaps. */
static void refresh(struct users_file *file)
{
    struct users_file fresh = {.path = file->path};
    struct stat info;
    struct err err;

    if (stat(file->path, &info) != 0 || (info.st_mtim.tv_sec == file->changed.tv_sec &&
                                         info.st_mtim.tv_nsec == file->changed.tv_nsec)) {
        return;
    }
    file->changed = info.st_mtim;
    if (!load(&fresh, &err)) {
        log_error("%s; those who could log in still can", err.text);
        forget(&fresh);
        return;
    }
    forget(file);
    file->lines = fresh.lines;
    file->count = fresh.count;
    log_info("%s was read again", file->path);
}

/* ---- Checking ---- */

static bool equal(const char *a, const char *b)
{
    size_t length = strlen(a);

    return strlen(b) == length && CRYPTO_memcmp(a, b, length) == 0;
}

/* A name that is not there costs as much as one that is. */
struct password_check users_file_check(struct users_file *file, const char *name,
                                       const char *password)
{
    const struct user_line *found = NULL, *any = NULL;

    refresh(file);
    for (size_t i = 0; i < file->count; i++) {
        if (!file->lines[i].token) {
            any = &file->lines[i];
            found = equal(any->name, name) ? any : found;
        }
    }
    return (struct password_check){
        .password = mem_strdup(password),
        .expected = any ? mem_strdup(found ? found->hash : any->hash) : NULL,
        .known = found != NULL,
    };
}

void password_check_fini(struct password_check *check)
{
    if (check->password) {
        explicit_bzero(check->password, strlen(check->password));
    }
    free(check->password);
    free(check->expected);
    *check = (struct password_check){0};
}

bool password_check_run(const struct password_check *check)
{
    struct crypt_data *data;

    if (!check->expected || strlen(check->password) >= CRYPT_MAX_PASSPHRASE_SIZE) {
        return false;
    }
    data = mem_new(sizeof(*data)); /* 32 KB */
    const char *hash = crypt_r(check->password, check->expected, data);
    bool good = hash && *hash != '*' && equal(hash, check->expected) && check->known;

    explicit_bzero(data, sizeof(*data));
    free(data);
    return good;
}

bool users_file_password(struct users_file *file, const char *name, const char *password)
{
    struct password_check check = users_file_check(file, name, password);
    bool good = password_check_run(&check);

    password_check_fini(&check);
    return good;
}

static void digest(const char *text, char digits[DIGEST_DIGITS + 1])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size;

    ENSURE(EVP_Digest(text, strlen(text), bytes, &size, EVP_sha256(), NULL) == 1);
    for (unsigned i = 0; i < size; i++) {
        snprintf(digits + (size_t)2 * i, 3, "%02x", bytes[i]);
    }
}

const char *users_file_token(struct users_file *file, const char *token)
{
    char digits[DIGEST_DIGITS + 1];
    const char *name = NULL;

    refresh(file);
    digest(token, digits);
    for (size_t i = 0; i < file->count; i++) {
        if (file->lines[i].token && equal(file->lines[i].hash, digits)) {
            name = file->lines[i].name;
        }
    }
    return name;
}

/* ---- Making lines ---- */

void users_file_random(char *text, size_t bytes)
{
    unsigned char random[64];

    ENSURE(bytes <= sizeof(random) && getrandom(random, bytes, 0) == (ssize_t)bytes);
    for (size_t i = 0; i < bytes; i++) {
        snprintf(text + 2 * i, 3, "%02x", random[i]);
    }
}

static bool check_name(const char *name, struct err *err)
{
    return (is_name(name, strlen(name)) && !strchr(name, ':') && *name != '#') ||
           err_set(err,
                   "'%s' can't be a name: it has up to %d characters, no blanks and no colon",
                   name,
                   NAME_MAX_BYTES);
}

char *users_file_line(const char *name, const char *password, struct err *err)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    struct crypt_data *data;
    char *line = NULL;

    if (!check_name(name, err)) {
        return NULL;
    }
    if (!*password || strlen(password) >= CRYPT_MAX_PASSPHRASE_SIZE) {
        err_set(err, "the password is empty or too long");
        return NULL;
    }
    data = mem_new(sizeof(*data));
    const char *hash = crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof(setting))
                           ? crypt_r(password, setting, data)
                           : NULL;

    if (hash && *hash != '*') {
        line = mem_printf("%s:%s", name, hash);
    } else {
        err_set(err, "the password can't be hashed: %s", strerror(errno));
    }
    explicit_bzero(data, sizeof(*data));
    free(data);
    return line;
}

char *users_file_token_line(const char *name, char token[65], struct err *err)
{
    char digits[DIGEST_DIGITS + 1];

    if (!check_name(name, err)) {
        return NULL;
    }
    users_file_random(token, 32);
    digest(token, digits);
    return mem_printf("%s:%s%s", name, token_mark, digits);
}
