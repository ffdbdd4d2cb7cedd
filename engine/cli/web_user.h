/* SPDX-License-Identifier: MIT */
/*
 * web_user.h - lines for --web-users-file. Both return the process's exit code.
 */
#ifndef CLI_WEB_USER_H
#define CLI_WEB_USER_H

int web_user_print(const char *name); /* asks for the password, or reads it from a pipe */
int web_user_print_token(const char *name);

#endif
