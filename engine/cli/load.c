/* SPDX-License-Identifier: MIT */
#include "cli/load.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/filename.h"
#include "base/memory.h"
#include "builtin.h"
#include "cli/setup.h"
#include "runner/download.h"

static const struct builtin_scenario *find_builtin(const char *name)
{
    for (const struct builtin_scenario *b = builtin_scenarios; b->name; b++) {
        if (strcmp(b->name, name) == 0) {
            return b;
        }
    }
    return NULL;
}

static bool load_scenario(struct scenarios *scenarios, const char *what, struct err *err)
{
    const struct builtin_scenario *builtin = find_builtin(what);

    if (builtin) {
        scenarios_add(scenarios, builtin->name, builtin->scenario);
        return true;
    }
    if (!scenarios_load(scenarios, what, err)) {
        return access(what, F_OK) == 0
                   ? false
                   : err_set(err,
                             "can't find scenario %s: it is neither a file nor the name of a "
                             "built-in one (jsonplaceholder, httpbin, custom)",
                             what);
    }
    return true;
}

static void add_file(char ***files, const char *path)
{
    size_t count = 0;

    while (*files && (*files)[count]) {
        count++;
    }
    *files = mem_resize(*files, count + 2, sizeof(**files));
    (*files)[count] = mem_strdup(path);
    (*files)[count + 1] = NULL;
}

static bool load_from_master(struct scenarios *scenarios, const struct options *options,
                             struct err *err)
{
    struct download download = {0};
    struct curve_keys keys;

    bool loaded = curve_keys_init(&keys, options, err) &&
                  download_scenario(
                      &download, options->master_host, (int)options->master_port, keys.curve, err);

    for (char **path = download.paths; loaded && path && *path; path++) {
        loaded = scenarios_load(scenarios, *path, err);
    }
    download_fini(&download);
    curve_keys_fini(&keys);
    return loaded;
}

bool load_scenarios(struct scenarios *scenarios, char ***files, const struct options *options,
                    struct err *err)
{
    const char *given = options->locustfile;

    if (strcmp(given, "-") == 0 && options->worker) {
        return load_from_master(scenarios, options, err);
    }

    if (options_origin(options, "locustfile") == ORIGIN_DEFAULT && access(given, F_OK) != 0) {
        for (const struct builtin_scenario *b = builtin_scenarios; b->name; b++) {
            scenarios_add(scenarios, b->name, b->scenario);
        }
        return true;
    }
    char *list = mem_strdup(given), *rest = list, *what;
    bool loaded = true;

    while (loaded && (what = strsep(&rest, ","))) {
        what += strspn(what, " ");
        if (*what) {
            add_file(files, what);
        }
        /* A master hands Python files on to the workers that ask for them. */
        loaded = !*what || (options->master && filename_ends(what, strlen(what), ".py")) ||
                 load_scenario(scenarios, what, err);
    }
    free(list);
    return loaded;
}
