/* SPDX-License-Identifier: MIT */
#include "runner/log_tail.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"

/* The log is one per process, and so is its tail. */
static struct {
    char *lines[LOG_TAIL_LINES]; /* a ring */
    uint64_t total;
} tail;

static void on_line(void *data, enum log_level level, const char *line)
{
    char **slot = &tail.lines[tail.total++ % LOG_TAIL_LINES];

    (void)data;
    (void)level;
    free(*slot);
    *slot = mem_strdup(line);
}

void log_tail_start(void)
{
    log_set_observer(on_line, NULL);
}

void log_tail_stop(void)
{
    log_set_observer(NULL, NULL);
    for (size_t i = 0; i < LOG_TAIL_LINES; i++) {
        free(tail.lines[i]);
        tail.lines[i] = NULL;
    }
    tail.total = 0;
}

uint64_t log_tail_total(void)
{
    return tail.total;
}

size_t log_tail_count(void)
{
    return tail.total < LOG_TAIL_LINES ? (size_t)tail.total : LOG_TAIL_LINES;
}

const char *log_tail_line(size_t index)
{
    return tail.lines[(tail.total - log_tail_count() + index) % LOG_TAIL_LINES];
}
