/* SPDX-License-Identifier: MIT */
#include "cli/keys.h"

#include <errno.h>
#include <unistd.h>

static void on_readable(struct loop_io *io, int events)
{
    struct keys *keys = io->data;
    char typed[64];
    ssize_t length = read(io->fd, typed, sizeof(typed));

    (void)events;
    if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR)) {
        loop_io_watch(io, 0); /* the terminal is gone */
        return;
    }
    for (ssize_t i = 0; i < length; i++) {
        keys->on_key(keys->data, typed[i]);
    }
}

void keys_start(struct keys *keys, struct loop *loop, void (*on_key)(void *data, char key),
                void *data)
{
    struct termios mode;

    *keys = (struct keys){.on_key = on_key, .data = data};
    /* In the background, changing the terminal would stop the whole process. */
    if (!isatty(STDIN_FILENO) || tcgetpgrp(STDIN_FILENO) != getpgrp() ||
        tcgetattr(STDIN_FILENO, &keys->before) != 0) {
        return;
    }
    mode = keys->before;
    mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    mode.c_cc[VMIN] = 0;
    mode.c_cc[VTIME] = 0;
    if (tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) != 0) {
        return;
    }
    keys->active = true;
    loop_io_init(&keys->io, loop, STDIN_FILENO, on_readable, keys);
    loop_io_watch(&keys->io, LOOP_READ);
}

void keys_stop(struct keys *keys)
{
    if (keys->active) {
        loop_io_watch(&keys->io, 0);
        tcsetattr(STDIN_FILENO, TCSADRAIN, &keys->before);
        keys->active = false;
    }
}
