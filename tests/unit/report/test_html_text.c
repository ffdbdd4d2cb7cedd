/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "report/html_text.h"

#include "base/ensure.h"

static void hostile_text_stays_text(void **state)
{
    static const struct {
        const char *row, *text, *want;
    } rows[] = {
        {"nothing", "", ""},
        {"plain text", "GET /posts/{id}", "GET /posts/{id}"},
        {"an element", "<script>", "&#60;script&#62;"},
        {"quotes of both kinds and a back quote", "\"'`", "&#34;&#39;&#96;"},
        {"an entity is no entity", "&lt;", "&#38;lt;"},
        {"the end of a style", "</style>", "&#60;/style&#62;"},
        {"accents stay", "caf\xc3\xa9 \xe2\x82\xac", "caf\xc3\xa9 \xe2\x82\xac"},
        {"line ends and tabs stay", "a\n\tb", "a\n\tb"},
        {"controls show as pictures", "\x01\x1b\x7f", "\xe2\x90\x81\xe2\x90\x9b\xe2\x90\xa1"},
        {"bytes that are no UTF-8", "\xff\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"upper controls", "\xc2\x9b", "\xef\xbf\xbd"},
        {"writing turned round", "\xe2\x80\xae", "\xef\xbf\xbd"},
        {"no character", "\xef\xbf\xbf", "\xef\xbf\xbd"},
        {"a cut-off character", "a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd"},
    };
    struct buf out;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        buf_init(&out, 1024);
        html_text(&out, rows[i].text);
        CHECK_STR(buf_text(&out), rows[i].want);
        buf_fini(&out);
    }
}

static void long_text_is_cut_between_characters(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 1024);
    html_text_cut(&out, "\xc3\xa9\xc3\xa9\xc3\xa9", 2);
    CHECK_STR(buf_text(&out), "\xc3\xa9\xc3\xa9\xe2\x80\xa6");
    buf_clear(&out);
    html_text_cut(&out, "ab", 2);
    CHECK_STR(buf_text(&out), "ab");
    buf_fini(&out);
}

static void points_line_up(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 1024);
    html_number(&out, NULL, "84", 2);
    html_number(&out, "bad", "8.5", 2);
    html_number(&out, NULL, "0", 0);
    html_number(&out, NULL, "<0.01", 2);
    CHECK_STR(buf_text(&out),
              "<td class=\"n\" data-pad=\".00\">84</td><td class=\"n bad\" data-pad=\"0\">8.5</td>"
              "<td class=\"n zero\">0</td><td class=\"n\">&#60;0.01</td>");
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_text_stays_text),
        cmocka_unit_test(long_text_is_cut_between_characters),
        cmocka_unit_test(points_line_up),
    };

    return cmocka_run_group_tests_name("html_text", tests, NULL, NULL);
}
