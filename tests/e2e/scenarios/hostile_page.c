/* SPDX-License-Identifier: MIT */
/* hostile_page.c - texts that would run as code in a page that trusted them. */
#include <cicada.h>
#include <string.h>

#define SCRIPT "</script><script>window.hacked=1</script>"
#define IMAGE "\"'><img src=x onerror=window.hacked=1>"
#define BIDI "\xe2\x80\xae\xe2\x81\xa6 txet desrever \xe2\x80\x8b\xef\xbf\xbe"

enum { LONG = 10240 };

/* Not one space to break a line at, and markup at either end. */
static const char *long_text(struct user *user)
{
    char *text = cicada_user_alloc(user, LONG + sizeof IMAGE);

    memset(text, 'w', LONG);
    memcpy(text, IMAGE, strlen(IMAGE));
    memcpy(text + LONG, IMAGE, sizeof IMAGE);
    return text;
}

static void script(struct user *user)
{
    struct response *r = http_get(user, "/get", .name = "/" SCRIPT);

    checkf(r, false, "%s", SCRIPT IMAGE);
}

static void image(struct user *user)
{
    struct response *r = http_get(user, "/get", .name = "/" IMAGE);

    checkf(r, false, "%s", IMAGE BIDI);
}

static void bidi(struct user *user)
{
    http_get(user, "/get", .name = "/" BIDI "\\u003c {{x}} ${x} %00 &lt;b&gt;");
}

static void too_long(struct user *user)
{
    const char *text = long_text(user);
    struct response *r = http_get(user, "/get", .name = text);

    checkf(r, false, "%s", text);
}

static void link(struct user *user)
{
    http_get(user, "/get", .name = "javascript:window.hacked=1");
}

static void raise(struct user *user)
{
    user_raise(user, "%s", SCRIPT IMAGE BIDI);
}

static const struct task tasks[] = {
    TASK(script, .weight = 1),
    TASK(image, .weight = 1),
    TASK(bidi, .weight = 1),
    TASK(too_long, .weight = 1),
    TASK(link, .weight = 1),
    TASK(raise, .weight = 1),
    {0},
};

static const struct user_class hostile = {
    .name = "Hostile",
    .wait = constant(0.05),
    .order = ORDER_SEQUENTIAL,
    .tasks = tasks,
};

SCENARIO(&hostile);
