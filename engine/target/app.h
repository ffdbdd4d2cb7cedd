/* SPDX-License-Identifier: MIT */
/*
 * app.h - a small application for scenarios people write themselves: log in, get a token, keep
 * items.
 *
 * Tokens carry the user's name and a check sum, so nothing is remembered per login and a token
 * stays good after a logout and a restart. They are not a secret. Items live in memory; when there
 * are too many, the oldest go.
 */
#ifndef TARGET_APP_H
#define TARGET_APP_H

#include "target/server.h"

#define APP_ITEMS_MAX 100000U
#define APP_ITEMS_MAX_BYTES ((size_t)64 << 20) /* all together */
#define APP_ITEM_MAX_BYTES ((size_t)64 << 10)  /* one, as JSON */
#define APP_NAME_MAX_BYTES 200U                /* of a username */
#define APP_TOKEN_BYTES 640U                   /* with the NUL */

struct app;

struct app *app_new(void);
void app_free(struct app *app); /* after the server */

void app_mount(struct app *app, struct server *server);

/* False when the name is empty or too long. */
bool app_token_make(const char *username, char token[APP_TOKEN_BYTES]);

/* The username of a valid token, owned by the caller; NULL otherwise. */
char *app_token_user(const char *token);

#endif
