/* SPDX-License-Identifier: MIT */
/* meta.h - what the server says about itself: the index, its health, its counts. */
#ifndef TARGET_META_H
#define TARGET_META_H

#include "target/server.h"

void meta_mount(struct server *server);

#endif
