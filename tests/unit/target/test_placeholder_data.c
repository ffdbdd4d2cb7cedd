/* SPDX-License-Identifier: MIT */
/* The made-up data has the promised numbers and relations, and is always the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "target/placeholder_data.h"

static void check_list(json_t *(*build)(void), size_t count, const char *owner, size_t owners)
{
    json_t *list = build(), *again = build();

    assert_int_equal(json_array_size(list), count);
    assert_true(json_equal(list, again));
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);

        assert_int_equal(json_integer_value(json_object_get(item, "id")), i + 1);
        if (owner) {
            assert_int_equal(json_integer_value(json_object_get(item, owner)),
                             i / (count / owners) + 1);
        }
    }
    json_decref(list);
    json_decref(again);
}

static void test_lists(void **state)
{
    (void)state;
    check_list(placeholder_users, PLACEHOLDER_USERS, NULL, 0);
    check_list(placeholder_posts, PLACEHOLDER_POSTS, "userId", PLACEHOLDER_USERS);
    check_list(placeholder_comments, PLACEHOLDER_COMMENTS, "postId", PLACEHOLDER_POSTS);
    check_list(placeholder_albums, PLACEHOLDER_ALBUMS, "userId", PLACEHOLDER_USERS);
    check_list(placeholder_todos, PLACEHOLDER_TODOS, "userId", PLACEHOLDER_USERS);
}

static void test_user_shape(void **state)
{
    json_t *users = placeholder_users();

    (void)state;
    for (size_t i = 0; i < PLACEHOLDER_USERS; i++) {
        const char *name, *username, *email, *street, *suite, *city, *zipcode, *lat, *lng;
        const char *phone, *website, *company, *phrase, *bs;
        int id;

        /* "!" makes a member too many an error. */
        assert_int_equal(json_unpack(json_array_get(users, i),
                                     "{s:i,s:s,s:s,s:s,s:{s:s,s:s,s:s,s:s,s:{s:s,s:s!}!},s:s,s:s,"
                                     "s:{s:s,s:s,s:s!}!}",
                                     "id",
                                     &id,
                                     "name",
                                     &name,
                                     "username",
                                     &username,
                                     "email",
                                     &email,
                                     "address",
                                     "street",
                                     &street,
                                     "suite",
                                     &suite,
                                     "city",
                                     &city,
                                     "zipcode",
                                     &zipcode,
                                     "geo",
                                     "lat",
                                     &lat,
                                     "lng",
                                     &lng,
                                     "phone",
                                     &phone,
                                     "website",
                                     &website,
                                     "company",
                                     "name",
                                     &company,
                                     "catchPhrase",
                                     &phrase,
                                     "bs",
                                     &bs),
                         0);
        assert_non_null(strchr(email, '@'));
    }
    json_decref(users);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_user_shape),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
