/* SPDX-License-Identifier: MIT */
#include "sim/compile.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/memory.h"

extern char **environ;

/*
 * Where cicada.h lies: beside the program in a build tree, else where it was installed, as seen
 * from the program (so that a moved installation works), else where it was configured to be.
 */
static char *find_header_folder(void)
{
    static const char *const beside[] = {"../../../engine/api", "../include"};
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
    const char *given = getenv("CICADA_INCLUDE");

    if (given) {
        return mem_strdup(given);
    }
    if (length > 0) {
        program[length] = '\0';
        char *slash = strrchr(program, '/');

        *slash = '\0';
        for (size_t i = 0; i < ARRAY_LEN(beside); i++) {
            char *folder = mem_printf("%s/%s", program, beside[i]);
            char *header = mem_printf("%s/cicada.h", folder);
            bool there = access(header, R_OK) == 0;

            free(header);
            if (there) {
                return folder;
            }
            free(folder);
        }
    }
    return mem_strdup(CICADA_INCLUDEDIR);
}

struct arguments {
    char **words; /* borrowed; NULL terminated */
    size_t count;
};

static void add_word(struct arguments *arguments, const char *word)
{
    arguments->words =
        mem_resize(arguments->words, arguments->count + 2, sizeof(*arguments->words));
    arguments->words[arguments->count++] = (char *)word;
    arguments->words[arguments->count] = NULL;
}

/* Splits at blanks, as make and sh do with $CC; quotes are not understood. Cuts words in place. */
static void add_words(struct arguments *arguments, char *text)
{
    char *rest = text, *word;

    while ((word = strsep(&rest, " \t\n"))) {
        if (*word) {
            add_word(arguments, word);
        }
    }
}

static bool run(char **arguments, const char *source, struct err *err)
{
    enum { NOT_STARTED = 127 }; /* POSIX: the exit code of a child that can't become the program */
    pid_t child;
    int status = 0;
    int failed = posix_spawnp(&child, arguments[0], NULL, NULL, arguments, environ);

    while (!failed && waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return err_set(err, "lost the C compiler %s: %s", arguments[0], strerror(errno));
        }
    }
    if (!failed && WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED) {
        failed = ENOENT;
    }
    if (failed) {
        return err_set(
            err,
            "can't compile %s: the C compiler %s can't be run: %s; install gcc or clang, or "
            "name yours with CC=...; where there is none, -f takes a built module "
            "(.so) or a built-in scenario",
            source,
            arguments[0],
            strerror(failed));
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return err_set(err, "%s does not compile; the compiler's messages stand above", source);
    }
    return true;
}

char *compile_module(const char *source, struct err *err)
{
    const char *compiler = getenv("CC"), *flags = getenv("CFLAGS"), *tmp = getenv("TMPDIR");
    char *folder = mem_printf("%s/cicada-XXXXXX", tmp && *tmp ? tmp : "/tmp");

    if (!mkdtemp(folder)) {
        err_set(
            err, "can't make a folder for the compiled scenario (%s): %s", folder, strerror(errno));
        free(folder);
        return NULL;
    }
    char *module = mem_printf("%s/scenario.so", folder);
    char *compiler_words = mem_strdup(compiler && *compiler ? compiler : "cc");
    char *flag_words = mem_strdup(flags ? flags : "");
    char *headers = find_header_folder();
    char *include = mem_printf("-I%s", headers);
    struct arguments arguments = {0};

    add_words(&arguments, compiler_words);
    if (arguments.count == 0) { /* nothing but blanks */
        add_word(&arguments, "cc");
    }

    /* Ours first, so that CFLAGS can override them. */
    static const char *const ours[] = {
        "-std=gnu11",
        "-O2",
        "-g",
        "-Wall",
        "-fPIC",
        "-shared",
        "-fno-omit-frame-pointer",
    };
    for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
        add_word(&arguments, ours[i]);
    }
    add_words(&arguments, flag_words);
    const char *const rest[] = {include, "-o", module, source, "-lm"};

    for (size_t i = 0; i < ARRAY_LEN(rest); i++) {
        add_word(&arguments, rest[i]);
    }

    bool built = run(arguments.words, source, err);

    free(arguments.words);
    free(folder);
    free(compiler_words);
    free(flag_words);
    free(headers);
    free(include);
    if (!built) {
        compile_forget(module);
        return NULL;
    }
    return module;
}

void compile_forget(char *module)
{
    unlink(module);
    *strrchr(module, '/') = '\0';
    rmdir(module);
    free(module);
}
