/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/buf.h"
#include "base/ensure.h"
#include "cli/config_file.h"

/* "key=value" per setting, lists as "key=[a|b]", joined by blanks. */
static bool on_item(void *data, const struct config_item *item, struct err *err)
{
    struct buf *out = data;

    if (strcmp(item->key, "refuse") == 0) {
        return err_set(err, "refused in line %u", item->line);
    }
    buf_printf(out, "%s%s=%s", out->length > 0 ? " " : "", item->key, item->listed ? "[" : "");
    for (size_t i = 0; i < item->count; i++) {
        buf_printf(out, "%s%s", i > 0 ? "|" : "", item->values[i]);
    }
    buf_puts(out, item->listed ? "]" : "");
    return true;
}

/* The expected values are ConfigArgParse 1.9's. */
static void grammar(void **state)
{
    static const struct {
        const char *row, *text, *want;
        bool fails;
    } rows[] = {
        {"equals", "a = b", "a=b", false},
        {"equals without blanks", "a=b", "a=b", false},
        {"colon", "a: b", "a=b", false},
        {"blank", "a b", "a=b", false},
        {"blank and more words", "a b c", "a=b c", false},
        {"dashes stay", "--a b", "--a=b", false},
        {"bare key", "a", "a=true", false},
        {"nothing after equals", "a =", "a=", false},
        {"comment lines", "# x\n; y\n  # z\na=1", "a=1", false},
        {"sections and rulers", "[s]\n---\n----- x\na=1", "a=1", false},
        {"trailing comment", "a = b # c", "a=b", false},
        {"trailing comment by semicolon", "a = b ;c", "a=b", false},
        {"no comment without a blank", "a = b#c", "a=b#c", false},
        {"a bare key can't have a comment", "a # c", "a=# c", false},
        {"a comment right after equals is the value", "a = # c", "a=# c", false},
        {"a comment right after the key", "a# c", "", true},
        {"double quotes", "a = \"b # c\" # d", "a=b # c", false},
        {"single quotes", "a = 'b'", "a=b", false},
        {"a quote within quotes", "a = \"b\"c\"", "a=b\"c", false},
        {"a quote that does not close", "a = \"b", "a=\"b", false},
        {"quotes around nothing", "a = \"\"", "a=", false},
        {"quotes around nothing after a blank", "a \"\"", "a=true", false},
        {"list of words", "a = [b, c d ,e]", "a=[b|c d|e]", false},
        {"JSON list",
         "a = [\"b, c\", 1, 1.5, 0.1, true, null]",
         "a=[b, c|1|1.5|0.1|True|None]",
         false},
        {"empty JSON list", "a = []", "a=[]", false},
        {"empty list of words", "a = [ , ]", "a=[|]", false},
        {"objects within a list stay JSON", "a = [{\"b\": 1}]", "a=[{\"b\": 1}]", false},
        {"no list in the middle", "a = x [b]", "a=x [b]", false},
        {"line ends of all systems", "a=1\r\nb=2\rc=3\n", "a=1 b=2 c=3", false},
        {"white space around lines", "  \t a = 1  \t", "a=1", false},
        {"no key", "= b", "", true},
        {"the callback ends it", "refuse", "", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf got;
        struct err err = {""};

        buf_init(&got, 4096);
        CHECK_ROW(rows[i].row);
        CHECK_EQ(config_file_read(rows[i].text, strlen(rows[i].text), on_item, &got, &err),
                 !rows[i].fails);
        CHECK_EQ(err.text[0] != '\0', rows[i].fails);
        CHECK_STR(buf_text(&got), rows[i].want);
        buf_fini(&got);
    }
}

static void places(void **state)
{
    struct err err = {""};

    (void)state;
    CHECK_ROW("the line of a mistake");
    CHECK(!config_file_read("# x\n\n= b\n", 9, on_item, NULL, &err));
    CHECK_STR(err.text, "line 3: unexpected line: = b");
    CHECK(!config_file_read("\r\n\r\nrefuse", 10, on_item, NULL, &err));
    CHECK_STR(err.text, "refused in line 3");
    CHECK_ROW("no text at all");
    CHECK(!config_file_read("a\0b", 3, on_item, NULL, &err));
    CHECK(config_file_read("", 0, on_item, NULL, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grammar),
        cmocka_unit_test(places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
