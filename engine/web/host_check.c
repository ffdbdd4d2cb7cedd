/* SPDX-License-Identifier: MIT */
#include "web/host_check.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

enum { NAME_BYTES = 254 };

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), end_length = strlen(end);

    return length > end_length && strcasecmp(name + length - end_length, end) == 0;
}

/* "[::1]:8089" -> "::1", "name.:80" -> "name"; false if it can't be a host. */
static bool cut_port(const char *header, char name[NAME_BYTES])
{
    bool brackets = *header == '[';
    const char *start = header + brackets;
    size_t length = strcspn(start, brackets ? "]" : ":");
    const char *rest = start + length + (brackets && start[length] == ']');

    if (length == 0 || length >= NAME_BYTES || (brackets && start[length] != ']')) {
        return false;
    }
    if (*rest == ':') {
        rest++;
        rest += strspn(rest, "0123456789");
    }
    if (*rest) {
        return false;
    }
    memcpy(name, start, length);
    name[length] = '\0';
    if (!brackets && length > 1 && name[length - 1] == '.') { /* the root's */
        name[length - 1] = '\0';
    }
    return true;
}

static bool is_address(const char *name)
{
    unsigned char address[sizeof(struct in6_addr)];
    char plain[NAME_BYTES];
    size_t length = strcspn(name, "%"); /* the zone of a link-local one */

    memcpy(plain, name, length);
    plain[length] = '\0';
    return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, plain, address) == 1;
}

/* Not to be had in the public DNS: RFC 6761, RFC 6762, and ICANN's for private use. */
static bool is_local(const char *name)
{
    static const char *const ends[] = {".localhost", ".local", ".internal", ".svc", ".home.arpa"};

    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        if (ends_with(name, ends[i])) {
            return true;
        }
    }
    return !strchr(name, '.');
}

static bool is_given(const char *name, const char *const *given)
{
    for (; given && *given; given++) {
        if (strcmp(*given, "*") == 0 || strcasecmp(*given, name) == 0 ||
            (**given == '.' && ends_with(name, *given))) {
            return true;
        }
    }
    return false;
}

bool host_check(const char *header, const char *const *given)
{
    char name[NAME_BYTES];

    if (!header || is_given("*", given)) {
        return true;
    }
    return cut_port(header, name) && (is_address(name) || is_local(name) || is_given(name, given));
}
