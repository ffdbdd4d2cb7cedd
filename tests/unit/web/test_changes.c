/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "web/changes.h"

#include <stdio.h>

#include "base/clock.h"

static void the_newest_come_first_and_the_oldest_go(void **state)
{
    static struct changes changes;
    struct buf out;
    struct jsonw w;

    (void)state;
    for (int i = 0; i < 2 * CHANGES_MAX; i++) {
        struct change *change = changes_add(&changes, i * NS_PER_S, "load");

        snprintf(change->text, sizeof(change->text), "no %d", i);
    }
    buf_init(&out, 65536);
    jsonw_init(&w, &out);
    changes_write(&changes, &w);
    CHECK(strstr(buf_text(&out),
                 "\"changes\":[{\"t\":99.0,\"kind\":\"load\",\"text\":\"no 99\",\"short\":\"\","
                 "\"link\":null},{\"t\":98.0") == buf_text(&out));
    CHECK(strstr(buf_text(&out), "no 50") != NULL);
    CHECK(strstr(buf_text(&out), "no 49") == NULL);
    buf_fini(&out);
    changes_clear(&changes);
    buf_init(&out, 65536);
    jsonw_init(&w, &out);
    changes_write(&changes, &w);
    CHECK_STR(buf_text(&out), "\"changes\":[]");
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_come_first_and_the_oldest_go),
    };

    return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
