/* SPDX-License-Identifier: MIT */
/*
 * message_parts.h - the data of each message, for message.c alone: one function to read it and one
 * to write it. A reader finds the message zeroed.
 */
#ifndef PROTO_MESSAGE_PARTS_H
#define PROTO_MESSAGE_PARTS_H

#include "proto/message.h"
#include "proto/reader.h"

typedef void data_read_fn(struct reader *reader, struct message *message);
typedef void data_write_fn(struct buf *out, const struct message *message);

/* message_control.c */
data_read_fn data_read_client_ready, data_read_ack, data_read_heartbeat, data_read_custom;
data_write_fn data_write_client_ready, data_write_ack, data_write_heartbeat, data_write_custom;

/* message_users.c; "all": what the master says once all workers are complete */
data_read_fn data_read_spawn, data_read_stop, data_read_pause, data_read_spawning_complete,
    data_read_spawning_complete_all, data_read_update_user_class;
data_write_fn data_write_spawn, data_write_stop, data_write_pause, data_write_spawning_complete,
    data_write_spawning_complete_all, data_write_update_user_class;

/* message_stats.c */
data_read_fn data_read_stats;
data_write_fn data_write_stats;

/* message_text.c */
data_read_fn data_read_exception, data_read_logs, data_read_file_request, data_read_files;
data_write_fn data_write_exception, data_write_logs, data_write_file_request, data_write_files;

/* Users by class, as a field's functions: message_users.c */
void classes_read(struct reader *reader, void *classes, const char *what);
void classes_write(struct buf *out, const void *classes);

#endif
