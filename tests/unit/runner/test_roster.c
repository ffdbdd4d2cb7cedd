/* SPDX-License-Identifier: MIT */
#include "runner/roster.h"

#include "base/ensure.h"
#include "check.h"

static struct peer *add(struct roster *roster, const char *id)
{
    return roster_add(roster, slice_of(id));
}

static void coming_and_going(void **state)
{
    struct roster *roster = roster_new();

    (void)state;
    CHECK_ROW("nobody yet");
    CHECK_EQ(roster_count(roster), 0);
    CHECK(roster_next(roster, NULL) == NULL);
    CHECK(roster_find(roster, slice_of("a_1")) == NULL);
    CHECK(roster_find(roster, slice_of("")) == NULL);
    CHECK(roster_find(roster, slice_of(NULL)) == NULL);
    CHECK_ROW("an id needs a text");
    CHECK(add(roster, "") == NULL);
    CHECK(add(roster, NULL) == NULL);
    CHECK_ROW("indexes are handed out in the order of first contact");
    struct peer *a = add(roster, "a_1"), *b = add(roster, "b_1"), *c = add(roster, "c_1");

    CHECK_EQ(a->index, 0);
    CHECK_EQ(b->index, 1);
    CHECK_EQ(c->index, 2);
    CHECK_STR(b->id, "b_1");
    CHECK(roster_find(roster, (struct slice){.bytes = "b_1x", .length = 3}) == b);
    CHECK(roster_find(roster, (struct slice){.bytes = "b_1", .length = 2}) == NULL);
    CHECK_ROW("they stand in the order in which they came");
    CHECK(roster_next(roster, NULL) == a);
    CHECK(roster_next(roster, a) == b);
    CHECK(roster_next(roster, b) == c);
    CHECK(roster_next(roster, c) == NULL);
    CHECK_ROW("one that leaves keeps its record");
    roster_remove(roster, b);
    roster_remove(roster, b);
    CHECK(!b->present);
    CHECK_EQ(roster_count(roster), 2);
    CHECK(roster_next(roster, a) == c);
    CHECK(roster_find(roster, slice_of("b_1")) == b);
    CHECK_ROW("and its index, at the end of the line");
    CHECK(add(roster, "b_1") == b);
    CHECK_EQ(b->index, 1);
    CHECK(b->present);
    CHECK(roster_next(roster, c) == b);
    CHECK_EQ(add(roster, "d_1")->index, 3);
    CHECK_ROW("one that is there is not added twice");
    CHECK(add(roster, "a_1") == a);
    CHECK_EQ(roster_count(roster), 4);
    roster_free(roster);
    roster_free(NULL);
}

static void coming_back_with_a_clean_slate(void **state)
{
    struct message_class one = {.name = slice_of("A"), .users = 3};
    struct message_classes classes = {.present = true, .items = &one, .count = 1};
    struct roster *roster = roster_new();
    struct peer *peer = add(roster, "a_1");

    (void)state;
    CHECK_ROW("what the last test left is gone");
    peer_set_classes(peer, &classes);
    peer->state = PEER_RUNNING;
    peer->resting = peer->quitting = peer->cpu_warned = peer->class_warned = true;
    peer->report_ns = 5;
    peer->last_timestamp = 7;
    roster_remove(roster, peer);
    CHECK_EQ(peer->users, 0);
    add(roster, "a_1");
    CHECK_EQ(peer->state, PEER_READY);
    CHECK(!peer->resting && !peer->quitting && !peer->class_warned);
    CHECK_EQ(peer->report_ns, 0);
    CHECK_ROW("but a timestamp must never go back");
    CHECK_NEAR(peer->last_timestamp, 7, 0);
    roster_free(roster);
}

static void states(void **state)
{
    static const struct {
        const char *reported;
        enum peer_state state;
        bool active;
        const char *text;
    } rows[] = {
        {"ready", PEER_READY, true, "ready"},
        {"spawning", PEER_SPAWNING, true, "spawning"},
        {"running", PEER_RUNNING, true, "running"},
        {"stopped", PEER_OTHER, false, "stopped"},
        {"missing", PEER_OTHER, false, "missing"}, /* that is for the master to say */
        {"", PEER_OTHER, false, ""},
        {"read", PEER_OTHER, false, "read"},
        {"a state of more than twenty-three letters", PEER_OTHER, false, "a state of more than tw"},
    };
    struct roster *roster = roster_new();
    struct peer *peer = add(roster, "a_1");

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].reported);
        peer_set_state(peer, slice_of(rows[i].reported));
        CHECK_EQ(peer->state, rows[i].state);
        CHECK_EQ(peer_active(peer), rows[i].active);
        CHECK_STR(peer_state_text(peer), rows[i].text);
    }
    CHECK_ROW("a missing one");
    peer->state = PEER_MISSING;
    CHECK(!peer_active(peer));
    CHECK_STR(peer_state_text(peer), "missing");
    roster_free(roster);
}

static void counts(void **state)
{
    static const enum peer_state each[] = {
        PEER_READY, PEER_READY, PEER_SPAWNING, PEER_RUNNING, PEER_MISSING, PEER_OTHER};
    struct roster *roster = roster_new();

    (void)state;
    CHECK_ROW("ready ones, active ones, users");
    for (size_t i = 0; i < ARRAY_LEN(each); i++) {
        char id[8];

        snprintf(id, sizeof(id), "h_%zu", i);
        struct peer *peer = add(roster, id);
        struct message_class class = {.name = slice_of("A"), .users = (int64_t)i};
        struct message_classes classes = {.present = true, .items = &class, .count = 1};

        peer->state = each[i];
        peer_set_classes(peer, &classes);
    }
    CHECK_EQ(roster_count(roster), 6);
    CHECK_EQ(roster_ready(roster), 2);
    CHECK_EQ(roster_active(roster), 4);
    CHECK_EQ(roster_users(roster), 15);
    CHECK_ROW("the users of one that is gone");
    roster_remove(roster, roster_find(roster, slice_of("h_5")));
    CHECK_EQ(roster_users(roster), 10);
    roster_free(roster);
}

static void classes(void **state)
{
    static const struct {
        const char *row;
        bool present;
        struct message_class items[2];
        size_t count, a, b, users;
    } rows[] = {
        {"nothing said, as boomer does at first", false, {{{0}, 0}}, 0, 0, 0, 0},
        {"two classes", true, {{{"A", 1}, 3}, {{"B", 1}, 4}}, 2, 3, 4, 7},
        {"nothing said changes nothing", false, {{{0}, 0}}, 0, 3, 4, 7},
        {"the same with other numbers", true, {{{"A", 1}, 1}, {{"B", 1}, 0}}, 2, 1, 0, 1},
        {"numbers below nothing are nothing", true, {{{"A", 1}, -5}, {{"B", 1}, 2}}, 2, 0, 2, 2},
        {"one class less", true, {{{"B", 1}, 2}}, 1, 0, 2, 2},
        {"others", true, {{{"C", 1}, 1}, {{"A", 1}, 6}}, 2, 6, 0, 7},
        {"more than there can be",
         true,
         {{{"A", 1}, INT64_MAX}, {{"B", 1}, INT64_MAX}},
         2,
         10000000,
         10000000,
         20000000},
        {"none at all", true, {{{0}, 0}}, 0, 0, 0, 0},
    };
    struct roster *roster = roster_new();
    struct peer *peer = add(roster, "a_1");

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct message_classes reported = {
            .present = rows[i].present,
            .items = (struct message_class *)rows[i].items,
            .count = rows[i].count,
        };

        CHECK_ROW(rows[i].row);
        peer_set_classes(peer, &reported);
        CHECK_EQ(peer->classes_known, i > 0);
        CHECK_EQ(peer_class_users(peer, "A"), rows[i].a);
        CHECK_EQ(peer_class_users(peer, "B"), rows[i].b);
        CHECK_EQ(peer->users, rows[i].users);
    }
    roster_free(roster);
}

static void too_many_classes(void **state)
{
    static struct message_class many[ROSTER_CLASSES_MAX + 5];
    static char names[ARRAY_LEN(many)][8];
    struct message_classes reported = {.present = true, .items = many, .count = ARRAY_LEN(many)};
    struct roster *roster = roster_new();
    struct peer *peer = add(roster, "a_1");

    (void)state;
    CHECK_ROW("the first thousand");
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        snprintf(names[i], sizeof(names[i]), "c%zu", i);
        many[i] = (struct message_class){.name = slice_of(names[i]), .users = 1};
    }
    for (int twice = 0; twice < 2; twice++) {
        peer_set_classes(peer, &reported);
        CHECK_EQ(peer->class_count, ROSTER_CLASSES_MAX);
        CHECK_EQ(peer->users, ROSTER_CLASSES_MAX);
        CHECK_EQ(peer_class_users(peer, "c999"), 1);
        CHECK_EQ(peer_class_users(peer, "c1000"), 0);
    }
    CHECK_ROW("users forgotten, classes not");
    peer_forget_users(peer);
    CHECK_EQ(peer->users, 0);
    CHECK_EQ(peer->class_count, ROSTER_CLASSES_MAX);
    CHECK_EQ(peer_class_users(peer, "c999"), 0);
    roster_free(roster);
}

static void versions(void **state)
{
    static const struct {
        const char *row;
        struct message_client_ready ready;
        bool heartbeats, complete;
    } rows[] = {
        {"today's", {VERSION_TEXT, {"2.46.3", 6}}, true, true},
        {"the first to know all", {VERSION_TEXT, {"2.29.0", 6}}, true, true},
        {"the last before", {VERSION_TEXT, {"2.28.0", 6}}, true, false},
        {"the first to know heartbeats", {VERSION_TEXT, {"2.19.0", 6}}, true, false},
        {"the last before that", {VERSION_TEXT, {"2.18.4", 6}}, false, false},
        {"Debian's", {VERSION_TEXT, {"2.12.1", 6}}, false, false},
        {"two numbers only", {VERSION_TEXT, {"2.9", 3}}, false, false},
        {"Debian's package, which says nothing", {VERSION_TEXT, {"", 0}}, true, true},
        {"-1", {VERSION_ANY, {0}}, true, true},
        {"another major one", {VERSION_TEXT, {"3.1.0", 5}}, true, true},
        {"no numbers", {VERSION_TEXT, {"unknown", 7}}, true, true},
        {"no end", {VERSION_TEXT, {"2.12.1-0123456789abcdef0123456789abcdef", 39}}, true, true},
    };
    struct roster *roster = roster_new();
    struct peer *peer = add(roster, "a_1");

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        peer_set_version(peer, &rows[i].ready);
        CHECK_EQ(peer->answers_heartbeats, rows[i].heartbeats);
        CHECK_EQ(peer->knows_spawning_complete, rows[i].complete);
    }
    roster_free(roster);
}

static void logs(void **state)
{
    static const size_t counts[] = {0, 2, ROSTER_LOG_LINES, ROSTER_LOG_LINES + 3, 1};
    static struct slice lines[ROSTER_LOG_LINES + 3];
    static char texts[ARRAY_LEN(lines)][8];
    struct roster *roster = roster_new();
    struct peer *peer = add(roster, "a_1");

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        snprintf(texts[i], sizeof(texts[i]), "%zu", i);
        lines[i] = slice_of(texts[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        struct message_logs reported = {.lines = lines, .count = counts[i]};
        size_t kept = counts[i] < ROSTER_LOG_LINES ? counts[i] : ROSTER_LOG_LINES;

        CHECK_ROW("the newest lines, as copies");
        peer_set_logs(peer, &reported);
        CHECK_EQ(peer->logs.count, kept);
        for (size_t k = 0; k < kept; k++) {
            CHECK(slice_is(peer->logs.lines[k], texts[counts[i] - kept + k]));
            CHECK(peer->logs.lines[k].bytes != texts[counts[i] - kept + k]);
        }
    }
    roster_free(roster);
}

static void a_flood_of_ids(void **state)
{
    struct roster *roster = roster_new();
    char id[16];

    (void)state;
    CHECK_ROW("there is an end to it, but not for those that are known");
    for (int i = 0; i < ROSTER_MAX; i++) {
        snprintf(id, sizeof(id), "h_%d", i);
        struct peer *peer = add(roster, id);

        CHECK(peer != NULL);
        roster_remove(roster, peer);
    }
    CHECK(add(roster, "late_1") == NULL);
    CHECK(add(roster, "h_7") != NULL);
    roster_free(roster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coming_and_going),
        cmocka_unit_test(coming_back_with_a_clean_slate),
        cmocka_unit_test(states),
        cmocka_unit_test(counts),
        cmocka_unit_test(classes),
        cmocka_unit_test(too_many_classes),
        cmocka_unit_test(versions),
        cmocka_unit_test(logs),
        cmocka_unit_test(a_flood_of_ids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
