/* SPDX-License-Identifier: MIT */
#include "http/url.h"

#include <stdlib.h>

#include "check.h"

static void test_quote(void **state)
{
    /* The right column is what requests.utils.requote_uri() returned. */
    static const struct {
        const char *words, *url, *quoted;
    } rows[] = {
        {"nothing to do", "http://a/b?c=d&e=[1]#f", NULL},
        {"a blank", "http://a/b c", "http://a/b%20c"},
        {"UTF-8", "http://a/\xc3\xa9", "http://a/%C3%A9"},
        {"quoted already", "http://a/b%20c", "http://a/b%20c"},
        {"quoted without need", "http://a/%41%7e%2D", "http://a/A~-"},
        {"reserved bytes stay quoted", "http://a/%2F%3f", "http://a/%2F%3f"},
        {"a stray percent sign quotes them all", "http://a/%zz%20", "http://a/%25zz%2520"},
        {"a percent sign at the end stays", "http://a/100%", "http://a/100%"},
        {"quotes and braces", "http://a/\"{}|\\^`<>", "http://a/%22%7B%7D%7C%5C%5E%60%3C%3E"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *quoted = url_quote(rows[i].url);

        CHECK_ROW(rows[i].words);
        CHECK_STR(quoted, rows[i].quoted);
        free(quoted);
    }
}

static void test_origin(void **state)
{
    static const struct {
        const char *words, *url, *host;
        int port;
    } rows[] = {
        {"plain", "http://example.org/x", "example.org", 80},
        {"nothing after the host", "http://example.org", "example.org", 80},
        {"a query at once", "http://example.org?x", "example.org", 80},
        {"TLS", "HTTPS://example.org/", "example.org", 443},
        {"a port", "http://example.org:8080/", "example.org", 8080},
        {"an empty port", "http://example.org:/", "example.org", 80},
        {"IPv6", "http://[::1]:81/", "::1", 81},
        {"IPv6 without a port", "http://[::1]/", "::1", 80},
        {"credentials", "http://u:p@example.org/", "example.org", 80},
        {"an at sign in the password", "http://u:p@q@example.org/", "example.org", 80},
        {"an at sign in the path", "http://example.org/@x", "example.org", 80},
        {"a port out of range", "http://a:65536/", NULL, 0},
        {"a huge port", "http://a:99999999999999999999/", NULL, 0},
        {"a port that is none", "http://a:8x/", NULL, 0},
        {"no host", "http:///x", NULL, 0},
        {"no host but a port", "http://:80/", NULL, 0},
        {"an open bracket", "http://[::1/", NULL, 0},
        {"no scheme", "example.org/", NULL, 0},
        {"another scheme", "ftp://example.org/", NULL, 0},
        {"a file", "file:///etc/passwd", NULL, 0},
        {"nothing", "", NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct url_origin origin;

        CHECK_ROW(rows[i].words);
        CHECK_EQ(url_origin(rows[i].url, &origin), rows[i].host != NULL);
        if (rows[i].host) {
            CHECK_EQ(origin.host_length, strlen(rows[i].host));
            CHECK(memcmp(origin.host, rows[i].host, origin.host_length) == 0);
            CHECK_EQ(origin.port, rows[i].port);
        }
    }
}

static void test_keeps_auth(void **state)
{
    static const struct {
        const char *words, *from, *to;
        bool keeps;
    } rows[] = {
        {"same place", "http://a/x", "http://a/y", true},
        {"case of the host", "http://a/", "http://A/", true},
        {"default port spelt out", "http://a/", "http://a:80/", true},
        {"another host", "http://a/", "http://b/", false},
        {"a subdomain", "http://a/", "http://x.a/", false},
        {"another port", "http://a/", "http://a:81/", false},
        {"up to https", "http://a/", "https://a/", true},
        {"up to https on other ports", "http://a:8080/", "https://a:8443/", false},
        {"down to http", "https://a/", "http://a/", false},
        {"nonsense", "http://a/", "nonsense", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_ROW(rows[i].words);
        CHECK_EQ(url_keeps_auth(rows[i].from, rows[i].to), rows[i].keeps);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quote),
        cmocka_unit_test(test_origin),
        cmocka_unit_test(test_keeps_auth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
