/* SPDX-License-Identifier: MIT */
/* Tokens say who they were made for, and only untouched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/ensure.h"
#include "target/app.h"

static void test_token(void **state)
{
    static const char *const names[] = {
        "a", "ann-1", "a b", "\xc3\xbc", "%41", "a-0123456789abcdef"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char token[APP_TOKEN_BYTES];

        assert_true(app_token_make(names[i], token));
        char *name = app_token_user(token);

        assert_string_equal(name, names[i]);
        free(name);
        for (char *byte = token; *byte; byte++) {
            char kept = *byte;

            *byte = kept == 'x' ? 'y' : 'x';
            assert_null(app_token_user(token));
            *byte = kept;
        }
    }
}

static void test_bounds(void **state)
{
    char token[APP_TOKEN_BYTES], name[APP_NAME_MAX_BYTES + 2];

    (void)state;
    /* The longest name, every byte of it escaped, still fits. */
    memset(name, 0xff, sizeof(name));
    name[APP_NAME_MAX_BYTES] = '\0';
    assert_true(app_token_make(name, token));
    char *user = app_token_user(token);

    assert_string_equal(user, name);
    free(user);
    name[APP_NAME_MAX_BYTES] = 'x';
    name[APP_NAME_MAX_BYTES + 1] = '\0';
    assert_false(app_token_make(name, token));
    assert_false(app_token_make("", token));
    assert_null(app_token_user(""));
    assert_null(app_token_user("token-"));
    assert_null(app_token_user("token--0123456789abcdef"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_token),
        cmocka_unit_test(test_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
