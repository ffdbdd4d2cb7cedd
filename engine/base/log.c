/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { LINE_MAX_BYTES = 8192 };

static const char *const level_names[] = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
_Static_assert(sizeof(level_names) / sizeof(level_names[0]) == LOG_LEVELS, "a name per level");

static struct {
    enum log_level level;
    FILE *file; /* NULL: stderr */
    char host[256];
    log_observer_fn *observer;
    void *observer_data;
} logging = {.level = LOG_INFO};

const char *log_level_name(enum log_level level)
{
    return level_names[level];
}

bool log_level_parse(const char *text, enum log_level *level)
{
    for (int i = 0; i < LOG_LEVELS; i++) {
        if (strcasecmp(text, level_names[i]) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

void log_set_level(enum log_level level)
{
    logging.level = level;
}

enum log_level log_get_level(void)
{
    return logging.level;
}

bool log_to_file(const char *path, struct err *err)
{
    FILE *file = fopen(path, "ae");

    if (!file) {
        return err_set(err, "can't open log file %s: %s", path, strerror(errno));
    }
    log_close();
    logging.file = file;
    return true;
}

void log_close(void)
{
    if (logging.file) {
        fclose(logging.file);
        logging.file = NULL;
    }
}

void log_set_observer(log_observer_fn *observer, void *data)
{
    logging.observer = observer;
    logging.observer_data = data;
}

/* Cut at the first dot, as Locust shows it. */
static const char *host_name(void)
{
    if (!logging.host[0]) {
        if (gethostname(logging.host, sizeof(logging.host) - 1) != 0 || !logging.host[0]) {
            strncpy(logging.host, "localhost", sizeof(logging.host) - 1);
        }
        logging.host[strcspn(logging.host, ".")] = '\0';
    }
    return logging.host;
}

void log_write(enum log_level level, const char *logger, const char *format, ...)
{
    char line[LINE_MAX_BYTES], stamp[32];
    int64_t now_ns = clock_wall_ns();
    time_t seconds = (time_t)(now_ns / NS_PER_S);
    struct tm local;
    va_list args;

    if (level < logging.level) {
        return;
    }
    localtime_r(&seconds, &local);
    strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M:%S", &local);
    int head = snprintf(line,
                        sizeof(line),
                        "[%s,%03d] %s/%s/%s: ",
                        stamp,
                        (int)(now_ns % NS_PER_S / NS_PER_MS),
                        host_name(),
                        level_names[level],
                        logger);

    va_start(args, format);
    vsnprintf(line + head, sizeof(line) - (size_t)head, format, args);
    va_end(args);

    FILE *out = logging.file ? logging.file : stderr;

    fprintf(out, "%s\n", line);
    fflush(out);
    if (logging.observer) {
        logging.observer(logging.observer_data, level, line);
    }
}
