/* SPDX-License-Identifier: MIT */
/*
 * server.h - a small HTTP server on threads, with a route for everything a server can do to a
 * client. Loopback only; one thread per connection.
 *
 *   /echo           the request as it arrived, head and body
 *   /connection     the number of the connection, from 1
 *   /cookie?TEXT    Set-Cookie: TEXT
 *   /moved/N?URL    status N, Location: URL
 *   /loop           redirects to itself
 *   /status/N       status N, keep-alive
 *   /size/N         N bytes
 *   /bomb           16 MB of zeros, gzipped
 *   /headers/N      N headers
 *   /slow           no answer before the client leaves
 *   /stall          half a body, then as /slow
 *   /delay/MS       answers after so long
 *   /reset /close /truncated /garbage
 *   /last           answers, then closes without saying so
 *   /once           answers; a second request on the connection is met by a close
 */
#ifndef UNIT_HTTP_SERVER_H
#define UNIT_HTTP_SERVER_H

struct server;

struct server *server_new(void);
void server_free(struct server *server); /* every client must be gone */
int server_port(const struct server *server);
unsigned server_connections(struct server *server); /* accepted so far */

#endif
