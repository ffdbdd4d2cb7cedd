/* SPDX-License-Identifier: MIT */
/*
 * login.h - who is asking: a session's cookie, a bearer token, or what a reverse proxy says.
 */
#ifndef WEB_LOGIN_H
#define WEB_LOGIN_H

#include <stdbool.h>

#include "base/err.h"
#include "web/call.h"
#include "web/hasher.h"
#include "web/sessions.h"
#include "web/users_file.h"

struct login {
    /* private */
    struct sessions sessions;
    struct users_file *users; /* NULL: none */
    struct hasher *hasher;    /* NULL: without users */
};

enum login_result {
    LOGIN_FINE,
    LOGIN_NOBODY, /* log in first */
    LOGIN_FORGED, /* a session's cookie, but nothing says that its page sent the request */
};

/* own_page: the browser says that the request comes from a page of ours. */
struct login_question {
    const char *auth_header; /* of the proxy; NULL: none */
    bool changes, own_page;
};

enum login_result login_check(struct login *login, const struct call *call,
                              const struct login_question *question);

/* The session's token against forged requests; NULL: there is no session. */
const char *login_csrf(struct login *login, const struct call *call);

#define LOGIN_COOKIE "cicada_session"

#endif
