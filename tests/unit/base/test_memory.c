/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <stdlib.h>

#include "check.h"

static void memory_is_zeroed_and_grows(void **state)
{
    int *numbers = mem_array(4, sizeof(*numbers));
    char *nothing = mem_new(0);

    (void)state;
    for (int i = 0; i < 4; i++) {
        CHECK_EQ(numbers[i], 0);
        numbers[i] = i;
    }
    numbers = mem_resize(numbers, 1000, sizeof(*numbers));
    CHECK_EQ(numbers[3], 3);
    numbers = mem_resize(numbers, 0, sizeof(*numbers)); /* still memory to free */
    CHECK(numbers && nothing);
    free(numbers);
    free(nothing);
}

static void texts(void **state)
{
    char *texts[] = {
        mem_strdup("abc"), mem_strndup("abcdef", 2), mem_strndup("ab", 9), mem_printf("%d%%", 5)};

    (void)state;
    CHECK(mem_strdup(NULL) == NULL);
    CHECK_STR(texts[0], "abc");
    CHECK_STR(texts[1], "ab");
    CHECK_STR(texts[2], "ab");
    CHECK_STR(texts[3], "5%");
    for (int i = 0; i < 4; i++) {
        free(texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_grows),
        cmocka_unit_test(texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
