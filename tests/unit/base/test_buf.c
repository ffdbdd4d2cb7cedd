/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdlib.h>

#include "base/ensure.h"
#include "check.h"

static void the_maximum_is_sticky(void **state)
{
    static const struct {
        const char *row;
        size_t max;
        const char *first, *second, *third, *text;
        bool failed;
    } rows[] = {
        {"nothing written", 4, "", "", "", "", false},
        {"fits to the byte", 4, "ab", "cd", "", "abcd", false},
        {"one byte too many leaves the whole write out", 4, "ab", "cde", "", "ab", true},
        {"after an error even what fits is dropped", 4, "ab", "cde", "c", "ab", true},
        {"room for nothing", 0, "", "a", "", "", true},
        {"grows past the first allocation",
         200,
         "0123456789012345678901234567890123456789",
         "0123456789012345678901234567890123456789",
         "x",
         "01234567890123456789012345678901234567890123456789012345678901234567890123456789x",
         false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf added, printed;

        CHECK_ROW(rows[i].row);
        buf_init(&added, rows[i].max);
        buf_init(&printed, rows[i].max);
        buf_puts(&added, rows[i].first);
        buf_add(&added, rows[i].second, strlen(rows[i].second));
        for (const char *p = rows[i].third; *p; p++) {
            buf_putc(&added, *p);
        }
        buf_printf(&printed, "%s", rows[i].first);
        buf_printf(&printed, "%s", rows[i].second);
        buf_printf(&printed, "%s", rows[i].third);
        CHECK_STR(buf_text(&added), rows[i].text);
        CHECK_STR(buf_text(&printed), rows[i].text);
        CHECK_EQ(added.length, strlen(rows[i].text));
        CHECK_EQ(added.failed, rows[i].failed);
        CHECK_EQ(printed.failed, rows[i].failed);
        buf_fini(&added);
        buf_fini(&printed);
    }
}

static void clearing_forgets_the_error(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 3);
    buf_puts(&buf, "abc");
    buf_puts(&buf, "d");
    CHECK(buf.failed);
    buf_clear(&buf);
    CHECK(!buf.failed);
    CHECK_STR(buf_text(&buf), "");
    buf_puts(&buf, "xyz");
    CHECK_STR(buf_text(&buf), "xyz");
    buf_fini(&buf);
    CHECK_STR(buf_text(&buf), "");
}

static void taking_leaves_it_empty(void **state)
{
    struct buf buf = {0};
    char *taken;

    (void)state;
    buf_fini(&buf); /* zeroed is fine */
    buf_init(&buf, 100);
    taken = buf_take(&buf);
    CHECK_STR(taken, ""); /* owned, even if nothing was written */
    free(taken);
    buf_add(&buf, "a\0b", 3);
    taken = buf_take(&buf);
    CHECK(memcmp(taken, "a\0b", 4) == 0);
    free(taken);
    CHECK_EQ(buf.length, 0);
    buf_puts(&buf, "again"); /* the maximum stays */
    CHECK_STR(buf_text(&buf), "again");
    buf_fini(&buf);
}

static void leaves_its_memory_to_the_next(void **state)
{
    struct buf_stock stock = {0};
    struct buf first, second;

    (void)state;
    buf_init_from(&first, 100000, &stock);
    buf_init_from(&second, 100000, &stock);
    buf_puts(&first, "one");
    buf_puts(&second, "two");
    const char *memory = first.data;

    buf_fini(&second);
    buf_fini(&first);
    buf_puts(&second, "three");
    assert_ptr_equal(second.data, memory); /* the last one given back */
    CHECK_STR(buf_text(&second), "three");
    buf_puts(&first, "four");
    CHECK_STR(buf_text(&first), "four");
    assert_null(stock.free);
    CHECK_EQ(stock.bytes, 0);
    buf_fini(&first);
    buf_fini(&second);
    buf_stock_fini(&stock);
    buf_stock_fini(&stock);
}

static void keeps_to_limits(void **state)
{
    static char large[1 << 17];
    struct buf_stock stock = {0};
    struct buf buf;

    (void)state;
    buf_init_from(&buf, sizeof(large), &stock);
    buf_add(&buf, large, sizeof(large));
    buf_fini(&buf);
    CHECK_EQ(stock.bytes, 0); /* too large to keep */
    buf_init_from(&buf, 10, &stock);
    buf_puts(&buf, "ten bytes!");
    buf_fini(&buf);
    CHECK_EQ(stock.bytes, 0); /* too small to be of use */

    /* A buffer of 10 bytes stays one, whatever memory it has got. */
    buf_init_from(&buf, 5000, &stock);
    buf_puts(&buf, "x");
    buf_fini(&buf);
    CHECK_EQ(stock.bytes, 1024);
    buf_init_from(&buf, 10, &stock);
    buf_puts(&buf, "eleven bytes");
    assert_true(buf.failed);
    buf_fini(&buf);

    char *taken;

    buf_init_from(&buf, 5000, &stock);
    buf_puts(&buf, "mine");
    taken = buf_take(&buf);
    CHECK_STR(taken, "mine");
    free(taken);
    buf_stock_fini(&stock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_maximum_is_sticky),
        cmocka_unit_test(clearing_forgets_the_error),
        cmocka_unit_test(taking_leaves_it_empty),
        cmocka_unit_test(leaves_its_memory_to_the_next),
        cmocka_unit_test(keeps_to_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
