/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static void grows_to_its_maximum(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 5);
    CHECK_STR(buf_text(&buf), "");
    buf_puts(&buf, "abc");
    buf_printf(&buf, "%d", 42);
    CHECK_STR(buf_text(&buf), "abc42");
    assert_false(buf.failed);
    buf_putc(&buf, '!');
    assert_true(buf.failed);
    buf_clear(&buf);
    buf_puts(&buf, "again");
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
        cmocka_unit_test(grows_to_its_maximum),
        cmocka_unit_test(leaves_its_memory_to_the_next),
        cmocka_unit_test(keeps_to_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
