/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>

#include "base/ensure.h"
#include "dispatch/share.h"

enum { CLASSES = 3 };

static void count_move(void *data, uint32_t class, uint32_t from, uint32_t to)
{
    CHECK(class < CLASSES && from != to);
    ++*(uint32_t *)data;
}

static void moves(void **state)
{
    static const struct {
        const char *row;
        const char *before; /* worker digit of each user, oldest first */
        const char *gone;   /* workers that left */
        uint32_t workers;   /* 0 .. workers - 1, the gone ones among them */
        uint32_t moved;
    } rows[] = {
        {"nothing to do", "012012", "", 3, 0},
        {"one too many on the first", "0010", "", 2, 1},
        {"a new worker takes a third", "010101", "", 3, 2},
        {"a lost worker's users are dealt out", "012012", "1", 3, 2},
        {"all on one", "0000000000", "", 4, 7},
        {"fewer users than workers", "00", "", 5, 1},
        {"one lost, one new", "0101", "0", 3, 2},
        {"nobody", "", "", 2, 0},
        {"the only one that is left", "0123", "012", 4, 3},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct crew *crew = crew_new();
        struct place stack[16];
        uint32_t counts[8 * CLASSES] = {0}, class_users[CLASSES] = {0}, moved = 0, slot;
        uint32_t users = (uint32_t)strlen(rows[i].before);
        char id[16];

        CHECK_ROW(rows[i].row);
        for (uint32_t j = 0; j < rows[i].workers; j++) {
            snprintf(id, sizeof(id), "h_%u", j);
            CHECK(crew_add(crew, id, &slot) && slot == j);
        }
        for (const char *p = rows[i].gone; *p; p++) {
            snprintf(id, sizeof(id), "h_%c", *p);
            CHECK(crew_remove(crew, id));
        }
        for (uint32_t j = 0; j < users; j++) {
            stack[j] = (struct place){(uint32_t)(rows[i].before[j] - '0'), j % CLASSES};
            counts[stack[j].worker * CLASSES + stack[j].class]++;
            class_users[stack[j].class]++;
        }
        share_evenly(stack, users, counts, CLASSES, crew, count_move, &moved);
        CHECK_EQ(moved, rows[i].moved);

        CHECK_ROW("the stack serves the workers in turn, the counts are its counts");
        for (uint32_t j = 0; j < users; j++) {
            CHECK_EQ(stack[j].worker, crew_order(crew)[j % crew_count(crew)]);
            counts[stack[j].worker * CLASSES + stack[j].class]--;
            class_users[stack[j].class]--;
        }
        for (size_t j = 0; j < ARRAY_LEN(counts); j++) {
            CHECK_EQ(counts[j], 0);
        }
        CHECK_ROW("every class has as many as before");
        for (size_t j = 0; j < CLASSES; j++) {
            CHECK_EQ(class_users[j], 0);
        }
        crew_free(crew);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(moves)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
