/* SPDX-License-Identifier: MIT */
/*
 * list.h - an intrusive doubly linked list. The head is a struct list too; every member embeds one
 * as its link and says in a comment where it hangs.
 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *prev, *next;
};

static inline void list_init(struct list *list)
{
    list->prev = list->next = list;
}

static inline bool list_empty(const struct list *list)
{
    return list->next == list;
}

static inline void list_append(struct list *head, struct list *link)
{
    link->prev = head->prev;
    link->next = head;
    head->prev->next = link;
    head->prev = link;
}

static inline void list_prepend(struct list *head, struct list *link)
{
    list_append(head->next, link);
}

/* Leaves the link empty, so that removing twice is harmless. */
static inline void list_remove(struct list *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    list_init(link);
}

#define list_item(link, type, member) ((type *)((char *)(link)-offsetof(type, member)))

#define list_for_each(item, head, member)                                                          \
    for (item = list_item((head)->next, __typeof__(*item), member); &item->member != (head);       \
         item = list_item(item->member.next, __typeof__(*item), member))

/* The body may remove the item. */
#define list_for_each_safe(item, after, head, member)                                              \
    for (item = list_item((head)->next, __typeof__(*item), member),                                \
        after = list_item(item->member.next, __typeof__(*item), member);                           \
         &item->member != (head);                                                                  \
         item = after, after = list_item(after->member.next, __typeof__(*after), member))

#endif
