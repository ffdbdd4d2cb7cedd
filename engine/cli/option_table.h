/* SPDX-License-Identifier: MIT */
/*
 * option_table.h - the one table every option lives in. Parsing, --help, the man page and the shell
 * completion read it; nothing about an option is written down anywhere else.
 *
 * The key in configuration files is the long name. Locust's options that this version lacks are
 * listed as well, so that using one is a precise error and never goes unnoticed.
 */
#ifndef CLI_OPTION_TABLE_H
#define CLI_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_type {
    OPTION_FLAG,   /* bool */
    OPTION_STRING, /* const char *, NULL when absent */
    OPTION_INT,    /* int64_t */
    OPTION_DOUBLE, /* double */
    OPTION_SPAN,   /* int64_t, nanoseconds */
    OPTION_SIZE,   /* uint64_t, bytes */
    OPTION_LIST,   /* char **, ends with NULL; takes all words up to the next option */
    OPTION_TYPES
};

enum option_group {
    GROUP_COMMON,
    GROUP_MODE,
    GROUP_MASTER,
    GROUP_WORKER,
    GROUP_TAGS,
    GROUP_HTTP,
    GROUP_STATS,
    GROUP_LOG,
    GROUP_OTHER,
    GROUP_SCENARIO, /* options the scenario itself declares */
    OPTION_GROUPS
};

enum option_state {
    OPTION_PRESENT,
    OPTION_ABSENT,  /* Locust has it, this version does not */
    OPTION_REMOVED, /* Locust once had it; help is the hint to give */
};

/* offset of an option without a member in struct options */
#define OPTION_NO_MEMBER SIZE_MAX

struct option_spec {
    const char *name;    /* long name without the dashes */
    const char *env;     /* NULL: no variable */
    const char *initial; /* the default as one would type it; NULL: the member stays zero */
    const char *metavar; /* NULL for flags */
    const char *help;
    size_t offset;   /* into struct options */
    double min, max; /* numbers, spans (seconds) and sizes; both 0: no limits but the type's */
    enum option_type type;
    enum option_group group;
    enum option_state state;
    char letter;       /* 0: none */
    bool joined;       /* given again on the command line, it adds to a comma list */
    bool hidden;       /* left out of --help, the man page and the completion */
    bool own;          /* not one of Locust's; gives way when a prefix is ambiguous */
    bool min_open;     /* min itself is not allowed */
    bool secret;       /* the value is shown nowhere */
    bool command_line; /* can be given on the command line only */
};

extern const struct option_spec option_table[];
extern const size_t option_table_count;

const char *option_group_title(enum option_group group);

#endif
