/* SPDX-License-Identifier: MIT */
#include "web/host_check.h"

#include "check.h"

static const char *const given[] = {"load.example.com", ".corp.example", NULL};
static const char *const all[] = {"*", NULL};

static const struct row {
    const char *row, *header;
    bool known;
} rows[] = {
    {"a program that says none", NULL, true},
    {"this machine", "localhost:8089", true},
    {"without a port", "localhost", true},
    {"an address", "127.0.0.1:8089", true},
    {"that of a pod", "10.1.2.3:8089", true},
    {"a new one", "[::1]:8089", true},
    {"a link's", "[fe80::1%eth0]", true},
    {"a service of the cluster", "locust-master:8089", true},
    {"in full", "locust-master.load.svc.cluster.local:8089", true},
    {"its short form", "locust-master.load.svc", true},
    {"a machine of the house", "pc.home.arpa", true},
    {"a name of the loopback", "app.localhost:8089", true},
    {"given", "load.example.com:8089", true},
    {"given, in capitals and with the root's dot", "LOAD.Example.com.:8089", true},
    {"below a given one", "a.b.corp.example", true},
    {"a page's that rebinds", "evil.example:8089", false},
    {"not the given one itself", "corp.example", false},
    {"only its end", "notload.example.com", false},
    {"an end alone", "evilcorp.example", false},
    {"looks like an address", "127.0.0.1.evil.example", false},
    {"and like a number", "0x7f.1", false},
    {"nothing", "", false},
    {"a port alone", ":8089", false},
    {"an open bracket", "[::1", false},
    {"no port", "localhost:80x", false},
    {"more than a host", "localhost:80/evil.example", false},
    {"a user", "localhost:80@evil.example", false},
};

static void names(void **state)
{
    char long_name[400];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK_EQ(host_check(rows[i].header, given), rows[i].known);
        CHECK(host_check(rows[i].header, all));
    }
    CHECK_ROW("none were given");
    CHECK(!host_check("load.example.com", NULL));
    CHECK(host_check("localhost", NULL));
    CHECK_ROW("longer than names can be");
    memset(long_name, 'a', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    CHECK(!host_check(long_name, given));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
    };

    return cmocka_run_group_tests_name("host_check", tests, NULL, NULL);
}
