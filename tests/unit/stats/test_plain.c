/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "stats/plain.h"

#include "base/ensure.h"

static void exceptions_read_as_words(void **state)
{
    static const struct {
        const char *text, *plain;
    } cases[] = {
        {"HTTPError('404 Client Error: Not Found for url: /item?id=[id]')", "404 Not Found"},
        {"HTTPError('599 Server Error:  for url: /x')", "599"},
        {"HTTPError('503 Server Error: Service Unavailable')", "503 Service Unavailable"},
        {"CatchResponseError('bad code 503')", "bad code 503"},
        {"CatchResponseError(\"it isn't \\\\there\")", "it isn't \\there"},
        {"ConnectionRefusedError(111, 'Connection refused')", "Connection refused"},
        {"RemoteDisconnected('Remote end closed connection without response')",
         "The target closed the connection without answering"},
        {"TimeoutError('timed out')", "timed out"},
        {"ReadTimeout(ReadTimeoutError(\"HTTPConnectionPool(host='h', port=80): Read timed out. "
         "(read timeout=2.5)\"))",
         "Timed out after 2.5 s"},
        {"ChunkedEncodingError(ProtocolError('Response ended prematurely'))",
         "The answer ended too early"},
        {"SSLError(SSLCertVerificationError(1, 'certificate verify failed: self-signed'))",
         "certificate verify failed: self-signed"},
        {"Nothing()", "Nothing()"},
        {"Cut('of", "Cut('of"},
        {"Open('never closed)", "Open('never closed)"},
        {"Escaped('ends in \\')", "Escaped('ends in \\')"},
        {"price (EUR) is 0", "price (EUR) is 0"},
        {"503 Service Unavailable", "503 Service Unavailable"},
        {"()", "()"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf out;

        check_row = cases[i].text;
        buf_init(&out, 4096);
        plain_failure(&out, cases[i].text);
        assert_string_equal(buf_text(&out), cases[i].plain);
        buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(exceptions_read_as_words)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
