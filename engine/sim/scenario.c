/* SPDX-License-Identifier: MIT */
#include "sim/scenario.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/filename.h"
#include "base/memory.h"
#include "sim/compile.h"

static const char own_image[] = "/proc/self/exe";

void scenarios_fini(struct scenarios *scenarios)
{
    for (size_t i = 0; i < scenarios->count; i++) {
        free(scenarios->items[i].name);
        close(scenarios->items[i].image);
    }
    free(scenarios->items);
    *scenarios = (struct scenarios){0};
}

static void add(struct scenarios *scenarios, const char *name, const char *image,
                const struct scenario *scenario)
{
    scenarios->items =
        mem_resize(scenarios->items, scenarios->count + 1, sizeof(*scenarios->items));
    scenarios->items[scenarios->count++] = (struct loaded_scenario){
        .name = mem_strdup(name),
        .scenario = scenario,
        .image = open(image, O_RDONLY | O_CLOEXEC),
    };
}

void scenarios_add(struct scenarios *scenarios, const char *name, const struct scenario *scenario)
{
    add(scenarios, name, own_image, scenario);
}

static bool check_abi(const struct scenario *scenario, const char *what, struct err *err)
{
    if (scenario->abi != CICADA_ABI) {
        return err_set(err,
                       "%s was built for scenario interface %u, this program has %u; build it "
                       "again with this version's cicada.h",
                       what,
                       scenario->abi,
                       CICADA_ABI);
    }
    if (!scenario->classes || !scenario->classes[0]) {
        return err_set(err, "%s exports no user class; list them in SCENARIO(&my_class)", what);
    }
    return true;
}

static bool load_module(struct scenarios *scenarios, const char *what, const char *path,
                        struct err *err)
{
    char full[PATH_MAX];

    /* Without a slash dlopen() would look in the system's library folders. */
    if (!realpath(path, full)) {
        return err_set(err, "can't find %s: %s", path, strerror(errno));
    }
    void *handle = dlopen(full, RTLD_NOW | RTLD_LOCAL);

    if (!handle) {
        return err_set(err, "can't load %s: %s", what, dlerror());
    }
    const struct scenario *scenario = dlsym(handle, "cicada_scenario");

    if (!scenario) {
        dlclose(handle);
        return err_set(err, "%s is no scenario: it has no SCENARIO(...) line", what);
    }
    if (!check_abi(scenario, what, err)) {
        dlclose(handle);
        return false;
    }
    add(scenarios, what, full, scenario);
    return true;
}

static bool load_source(struct scenarios *scenarios, const char *path, struct err *err)
{
    char *module = compile_module(path, err);

    if (!module) {
        return false;
    }
    bool loaded = load_module(scenarios, path, module, err);

    compile_forget(module);
    return loaded;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_source(const struct dirent *entry)
{
    return entry->d_name[0] != '_' && entry->d_name[0] != '.' &&
           filename_ends(entry->d_name, strlen(entry->d_name), ".c");
}

static bool load_directory(struct scenarios *scenarios, const char *path, struct err *err)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_source, by_name);
    bool loaded = true;

    if (count < 0) {
        return err_set(err, "can't read %s: %s", path, strerror(errno));
    }
    if (count == 0) {
        err_set(err, "%s holds no scenario (.c file)", path);
        loaded = false;
    }
    for (int i = 0; i < count; i++) {
        char *file = mem_printf("%s/%s", path, entries[i]->d_name);

        loaded = loaded && load_source(scenarios, file, err);
        free(file);
        free(entries[i]);
    }
    free(entries);
    return loaded;
}

bool scenarios_load(struct scenarios *scenarios, const char *path, struct err *err)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        return err_set(err, "can't find scenario %s: %s", path, strerror(errno));
    }
    if (S_ISDIR(status.st_mode)) {
        return load_directory(scenarios, path, err);
    }
    if (filename_ends(path, strlen(path), ".c")) {
        return load_source(scenarios, path, err);
    }
    if (filename_ends(path, strlen(path), ".py")) {
        return err_set(err,
                       "%s is a Python file; scenarios are C files, and scenarios/README.md shows "
                       "how to turn one into the other",
                       path);
    }
    return load_module(scenarios, path, path, err);
}

const struct user_class *scenarios_find_class(const struct scenarios *scenarios, const char *name)
{
    for (size_t i = 0; i < scenarios->count; i++) {
        const struct user_class *const *class = scenarios->items[i].scenario->classes;

        for (; *class; class ++) {
            if ((*class)->name && strcmp((*class)->name, name) == 0) {
                return *class;
            }
        }
    }
    return NULL;
}

/* ---- Hooks ---- */

static void call(void (*hook)(void))
{
    if (hook) {
        hook();
    }
}

void scenarios_test_start(const struct scenarios *scenarios)
{
    for (size_t i = 0; i < scenarios->count; i++) {
        call(scenarios->items[i].scenario->test_start);
    }
}

void scenarios_test_stop(const struct scenarios *scenarios)
{
    for (size_t i = 0; i < scenarios->count; i++) {
        call(scenarios->items[i].scenario->test_stop);
    }
}

void scenarios_quit(const struct scenarios *scenarios)
{
    for (size_t i = 0; i < scenarios->count; i++) {
        call(scenarios->items[i].scenario->quit);
    }
}

void scenarios_worker_connect(const struct scenarios *scenarios, const char *worker_id)
{
    for (size_t i = 0; i < scenarios->count; i++) {
        if (scenarios->items[i].scenario->worker_connect) {
            scenarios->items[i].scenario->worker_connect(worker_id);
        }
    }
}

bool scenarios_take_message(const struct scenarios *scenarios, const struct incoming *message)
{
    bool taken = false;

    for (size_t i = 0; i < scenarios->count; i++) {
        const struct message_handler *handler = scenarios->items[i].scenario->messages;

        for (; handler && handler->type; handler++) {
            if (strcmp(handler->type, message->type) == 0) {
                handler->handle(message);
                taken = true;
            }
        }
    }
    return taken;
}
