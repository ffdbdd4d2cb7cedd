/* SPDX-License-Identifier: MIT */
#include "cli/web_user.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/exit_code.h"
#include "web/users_file.h"

enum { PASSWORD_SIZE = 512 };

/* What is typed does not show. */
static bool read_password(char password[PASSWORD_SIZE])
{
    struct termios before, quiet;
    bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;

    if (terminal) {
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        fputs("Password: ", stderr);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    bool read = fgets(password, PASSWORD_SIZE, stdin) != NULL;

    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    if (read) {
        password[strcspn(password, "\r\n")] = '\0';
    }
    return read;
}

static int complain(const struct err *err)
{
    fprintf(stderr, "cicada: error: %s\n", err->text);
    return EXIT_STARTUP;
}

int web_user_print(const char *name)
{
    char password[PASSWORD_SIZE] = "";
    struct err err;

    if (!read_password(password)) {
        err_set(&err, "there is no password");
        return complain(&err);
    }
    char *line = users_file_line(name, password, &err);

    explicit_bzero(password, sizeof(password));
    if (!line) {
        return complain(&err);
    }
    puts(line);
    free(line);
    return 0;
}

int web_user_print_token(const char *name)
{
    char token[65];
    struct err err;
    char *line = users_file_token_line(name, token, &err);

    if (!line) {
        return complain(&err);
    }
    printf("# The token, which is shown this once: %s\n%s\n", token, line);
    explicit_bzero(token, sizeof(token));
    free(line);
    return 0;
}
