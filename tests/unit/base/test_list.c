/* SPDX-License-Identifier: MIT */
#include "base/list.h"

#include "base/ensure.h"
#include "check.h"

struct item {
    char name;
    struct list link; /* head */
};

static const char *names(struct list *head)
{
    static char text[16];
    size_t length = 0;
    struct item *item;

    list_for_each (item, head, link) {
        text[length++] = item->name;
    }
    text[length] = '\0';
    return text;
}

static void order_and_removal(void **state)
{
    struct item a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'}, *item, *after;
    struct list head;

    (void)state;
    list_init(&head);
    CHECK(list_empty(&head));
    CHECK_STR(names(&head), "");
    list_append(&head, &b.link);
    list_append(&head, &c.link);
    list_prepend(&head, &a.link);
    CHECK_STR(names(&head), "abc");
    list_remove(&b.link);
    CHECK_STR(names(&head), "ac");
    CHECK(list_empty(&b.link));
    list_remove(&b.link); /* twice is harmless */
    CHECK_STR(names(&head), "ac");
    list_append(&head, &b.link);
    CHECK_STR(names(&head), "acb");
    list_for_each_safe (item, after, &head, link) {
        list_remove(&item->link);
    }
    CHECK(list_empty(&head));
    CHECK(list_item(&a.link, struct item, link) == &a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(order_and_removal)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
