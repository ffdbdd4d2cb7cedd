/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/clock.h"
#include "base/ensure.h"
#include "base/units.h"

static void spans(void **state)
{
    static const struct {
        const char *row, *text;
        bool ok;
        double seconds;
    } rows[] = {
        {"bare number is seconds", "90", true, 90},
        {"fraction of a second", "1.5", true, 1.5},
        {"blanks around", " 20m ", true, 1200},
        {"hours and minutes", "1h30m", true, 5400},
        {"three parts", "3h30m10s", true, 12610},
        {"days", "2d", true, 172800},
        {"milliseconds", "250ms", true, 0.25},
        {"seconds then milliseconds", "1s500ms", true, 1.5},
        {"zero", "0", true, 0},
        {"empty", "", false, 0},
        {"wrong order", "10s1m", false, 0},
        {"twice the same part", "1s1s", false, 0},
        {"unknown part", "5x", false, 0},
        {"negative", "-5", false, 0},
        {"number after a part lacks its own", "1m30", false, 0},
        {"two words", "1m 30s", false, 0},
        {"hexadecimal", "0x10", false, 0},
        {"two points", "1.2.3", false, 0},
        {"a thousand years", "400000d", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t ns = -1;

        CHECK_ROW(rows[i].row);
        CHECK_EQ(units_parse_span(rows[i].text, &ns), rows[i].ok);
        CHECK_EQ(ns, rows[i].ok ? (int64_t)(rows[i].seconds * 1e9) : -1);
    }
}

static void sizes(void **state)
{
    static const struct {
        const char *row, *text;
        bool ok;
        uint64_t bytes;
    } rows[] = {
        {"plain", "4096", true, 4096},
        {"kilo", "64k", true, 65536},
        {"fraction", "1.5M", true, 1572864},
        {"binary suffix", "2GiB", true, 2147483648u},
        {"unknown letter", "3x", false, 0},
        {"empty", "", false, 0},
        {"too large", "99999999T", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint64_t bytes = 7;

        CHECK_ROW(rows[i].row);
        CHECK_EQ(units_parse_size(rows[i].text, &bytes), rows[i].ok);
        CHECK_EQ(bytes, rows[i].ok ? rows[i].bytes : 7);
    }
}

static void numbers(void **state)
{
    int64_t i = 0;
    double d = 0;
    bool b = false;
    char text[32];

    (void)state;
    CHECK(units_parse_int("42", 0, 100, &i) && i == 42);
    CHECK(!units_parse_int("101", 0, 100, &i));
    CHECK(!units_parse_int("1x", 0, 100, &i));
    CHECK(!units_parse_int("", 0, 100, &i));
    CHECK(units_parse_double("2.5", &d) && d > 2.4 && d < 2.6);
    CHECK(!units_parse_double("nan", &d));
    CHECK(units_parse_bool("YES", &b) && b);
    CHECK(units_parse_bool("0", &b) && !b);
    CHECK(!units_parse_bool("maybe", &b));
    CHECK_STR(units_format_size(text, sizeof(text), 512), "512 bytes");
    CHECK_STR(units_format_size(text, sizeof(text), 1536), "1.5 KB");
    CHECK_STR(units_format_size(text, sizeof(text), 27u << 20), "27 MB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans),
        cmocka_unit_test(sizes),
        cmocka_unit_test(numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
