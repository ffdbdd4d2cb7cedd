/* SPDX-License-Identifier: MIT */
#include "runner/ports.h"

#include "check.h"

static void what_is_taken(void **state)
{
    struct ports ports = {.port_limit = 1000, .descriptor_limit = 5000};
    struct transport_counts counts = {.connections_opened = 100, .connections_open = 100};

    (void)state;
    ports_look(&ports, &counts, 900);
    CHECK_ROW("open connections; others' closed ones are not ours");
    CHECK_EQ(ports.used, 100);
    CHECK_EQ(ports.limit, 1000);
    counts.connections_opened = 400;
    counts.connections_open = 150;
    ports_look(&ports, &counts, 900);
    CHECK_ROW("and what we closed");
    CHECK_EQ(ports.used, 150 + 250);
    ports_look(&ports, &counts, 20);
    CHECK_ROW("unless nothing of it is left");
    CHECK_EQ(ports.used, 150 + 20);
    counts.idle_closed = 200;
    ports_look(&ports, &counts, 900);
    CHECK_ROW("the other end's closing takes none of ours");
    CHECK_EQ(ports.used, 150 + 50);
    for (int i = 0; i < PORTS_LOOKS; i++) {
        ports_look(&ports, &counts, 900);
    }
    CHECK_ROW("a minute later they are free again");
    CHECK_EQ(ports.used, 150);
    ports.descriptor_limit = 200;
    ports_look(&ports, &counts, 900);
    CHECK_ROW("descriptors are scarcer");
    CHECK_EQ(ports.used, 150);
    CHECK_EQ(ports.limit, 200);
}

static void of_this_machine(void **state)
{
    struct transport_counts counts = {.connections_opened = 3, .connections_open = 2};
    struct ports ports;

    (void)state;
    ports_init(&ports);
    CHECK_EQ(ports.limit, 0);
    ports_look(&ports, &counts, ports_waiting());
    CHECK(ports.used == 2 || ports.used == 3);
    CHECK(ports.limit > 100);
    CHECK(ports_waiting() >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken),
        cmocka_unit_test(of_this_machine),
    };

    return cmocka_run_group_tests_name("ports", tests, NULL, NULL);
}
