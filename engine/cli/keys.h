/* SPDX-License-Identifier: MIT */
/*
 * keys.h - single keys from the terminal while a test runs, without Enter.
 */
#ifndef CLI_KEYS_H
#define CLI_KEYS_H

#include <stdbool.h>
#include <termios.h>

#include "core/loop.h"

struct keys {
    /* private */
    struct loop_io io;
    struct termios before;
    bool active;
    void (*on_key)(void *data, char key);
    void *data;
};

/* Does nothing unless standard input is a terminal of which we are the foreground. */
void keys_start(struct keys *keys, struct loop *loop, void (*on_key)(void *data, char key),
                void *data);
void keys_stop(struct keys *keys); /* puts the terminal back as it was; a zeroed one is fine */

#endif
