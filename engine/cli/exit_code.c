/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.main"
#include "cli/exit_code.h"

#include "base/log.h"

static bool everybody_broke(const struct snapshot *snapshot)
{
    return snapshot->sim.started_users > 0 &&
           snapshot->sim.broken_users == snapshot->sim.started_users;
}

int exit_code_of(const struct snapshot *snapshot, const struct options *options,
                 const struct runner *runner)
{
    const struct entry *total = stats_total(snapshot->stats);
    int code;

    if (runner->ops->exit_code(runner, &code)) {
        return code;
    }
    if (total->num_failures > 0 || exceptions_count(stats_exceptions(snapshot->stats)) > 0) {
        return (int)options->exit_code_on_error;
    }
    if (options->allow_empty) {
        return 0;
    }
    if (everybody_broke(snapshot)) {
        log_error("every user ended without running its tasks; nothing was tested "
                  "(--allow-empty accepts that)");
        return EXIT_EMPTY;
    }
    if (total->num_requests == 0) {
        log_error("the test ended without a single recorded request; nothing was tested "
                  "(--allow-empty accepts that)");
        return EXIT_EMPTY;
    }
    return 0;
}
