/* SPDX-License-Identifier: MIT */
/*
 * The texts are what Locust 2.46.3 (Python 3.11, requests, urllib3) recorded for an HttpUser
 * against servers that misbehave as the row says; where ours differs, the row tells how. Not
 * observed there but formed alike: descriptors or ports used up, the kernel's own connect timeout,
 * a broken pipe, TLS asked of a plain server, out of memory, and libcurl's own words.
 */
#include "http/curl_error.h"

#include <errno.h>
#include <netdb.h>

#include "base/clock.h"
#include "check.h"

#define BROKEN_RESET                                                                               \
    "ChunkedEncodingError(ProtocolError(\"Connection broken: ConnectionResetError(104, "           \
    "'Connection reset by peer')\", ConnectionResetError(104, 'Connection reset by peer')))"
#define INCOMPLETE(got, more)                                                                      \
    "ChunkedEncodingError(ProtocolError('Connection broken: IncompleteRead(" got " bytes read, "   \
    "" more " more expected)', IncompleteRead(" got " bytes read, " more " more expected)))"
#define ENDED_EARLY "ChunkedEncodingError(ProtocolError('Response ended prematurely'))"
#define DISCONNECTED "RemoteDisconnected('Remote end closed connection without response')"
#define CERTIFICATE "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "

static const struct {
    const char *words;
    struct curl_failure failure;
    const char *text;
} rows[] = {
    {"connection refused",
     {.code = CURLE_COULDNT_CONNECT, .os_error = ECONNREFUSED},
     "ConnectionRefusedError(111, 'Connection refused')"},
    {"no route",
     {.code = CURLE_COULDNT_CONNECT, .os_error = EHOSTUNREACH},
     "OSError(113, 'No route to host')"},
    {"descriptors used up",
     {.code = CURLE_COULDNT_CONNECT, .os_error = EMFILE},
     "OSError(24, 'Too many open files')"},
    {"ports used up",
     {.code = CURLE_COULDNT_CONNECT, .os_error = EADDRNOTAVAIL},
     "OSError(99, 'Cannot assign requested address')"},
    {"the kernel gave up connecting",
     {.code = CURLE_COULDNT_CONNECT, .os_error = ETIMEDOUT},
     "TimeoutError(110, 'Connection timed out')"},
    {"not connected, no errno: libcurl's words",
     {.code = CURLE_COULDNT_CONNECT, .detail = "it's odd"},
     "ConnectionError(\"it's odd\")"},
    {"no such host",
     {.code = CURLE_COULDNT_RESOLVE_HOST, .gai_error = EAI_NONAME},
     "gaierror(-2, 'Name or service not known')"},
    {"name server unreachable; seen from Python's getaddrinfo()",
     {.code = CURLE_COULDNT_RESOLVE_HOST, .gai_error = EAI_AGAIN},
     "gaierror(-3, 'Temporary failure in name resolution')"},
    {"no such host, looked up by libcurl",
     {.code = CURLE_COULDNT_RESOLVE_PROXY},
     "gaierror(-2, 'Name or service not known')"},
    {"reset before the answer",
     {.code = CURLE_RECV_ERROR,
      .detail = "Recv failure: Connection reset by peer",
      .connected = true},
     "ConnectionResetError(104, 'Connection reset by peer')"},
    {"reset, told by OpenSSL",
     {.code = CURLE_RECV_ERROR, .detail = "OpenSSL SSL_read: OpenSSL/3.0.19: errno 104"},
     "ConnectionResetError(104, 'Connection reset by peer')"},
    {"reset while sending",
     {.code = CURLE_SEND_ERROR, .detail = "Send failure: Broken pipe"},
     "BrokenPipeError(32, 'Broken pipe')"},
    {"reset within the body",
     {.code = CURLE_RECV_ERROR,
      .detail = "Recv failure: Connection reset by peer",
      .in_body = true},
     BROKEN_RESET},
    {"closed before the answer; the errno is an earlier transfer's",
     {.code = CURLE_GOT_NOTHING, .connected = true, .os_error = ECONNRESET},
     DISCONNECTED},
    {"TLS cut before the answer",
     {.code = CURLE_RECV_ERROR, .detail = "Send failure: Broken pipe"},
     DISCONNECTED},
    {"TLS cut within the body",
     {.code = CURLE_RECV_ERROR,
      .detail = "Send failure: Broken pipe",
      .in_body = true,
      .body_bytes = 10,
      .expected_bytes = 100},
     INCOMPLETE("10", "90")},
    {"body shorter than announced",
     {.code = CURLE_PARTIAL_FILE, .in_body = true, .body_bytes = 10, .expected_bytes = 100},
     INCOMPLETE("10", "90")},
    {"no body though announced",
     {.code = CURLE_PARTIAL_FILE, .in_body = true, .expected_bytes = 100},
     INCOMPLETE("0", "100")},
    {"closed between two chunks; within one Locust gives IncompleteRead of that chunk",
     {.code = CURLE_PARTIAL_FILE, .in_body = true, .body_bytes = 5, .expected_bytes = -1},
     ENDED_EARLY},
    {"bad chunk size; Locust shows the line between the quotes",
     {.code = CURLE_RECV_ERROR,
      .in_body = true,
      .detail = "Illegal or missing hexadecimal sequence in chunked-encoding"},
     "ChunkedEncodingError(ProtocolError(\"Connection broken: InvalidChunkLength(got length b'', 0 "
     "bytes read)\", InvalidChunkLength(got length b'', 0 bytes read)))"},
    {"not gzip",
     {.code = CURLE_BAD_CONTENT_ENCODING,
      .encoding = "gzip",
      .detail = "Error while processing content unencoding: incorrect header check"},
     "ContentDecodingError(DecodeError('Received response with content-encoding: gzip, but failed "
     "to decode it.', error('Error -3 while decompressing data: incorrect header check')))"},
    {"refused at the header, which is not kept",
     {.code = CURLE_BAD_CONTENT_ENCODING,
      .detail = "Reject response due to more than 5 content encodings"},
     "ConnectionError('Reject response due to more than 5 content encodings')"},
    {"sent again, and reset again: the message is lost, the number is not",
     {.code = CURLE_RECV_ERROR, .connected = true, .detail_lost = true, .os_error = ECONNRESET},
     "ConnectionResetError(104, 'Connection reset by peer')"},
    {"sent again to a server whose certificate is bad by now",
     {.code = CURLE_PEER_FAILED_VERIFICATION,
      .url = "https://a.test/",
      .detail_lost = true,
      .os_error = ECONNRESET},
     "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify "
     "failed: SSL peer certificate or SSH remote key was not OK'))"},
    {"sent again, and no handshake",
     {.code = CURLE_SSL_CONNECT_ERROR, .detail_lost = true, .os_error = ECONNRESET},
     "ConnectionError('SSL connect error')"},
    {"connecting took too long; Locust shows an object's address",
     {.code = CURLE_OPERATION_TIMEDOUT, .url = "http://127.0.0.1:8000/"},
     "TimeoutError('timed out')"},
    {"no answer in time",
     {.code = CURLE_OPERATION_TIMEDOUT,
      .connected = true,
      .url = "http://127.0.0.1:8000/",
      .timeout_ns = 1500 * NS_PER_MS},
     "ReadTimeout(ReadTimeoutError(\"HTTPConnectionPool(host='127.0.0.1', port=8000): Read timed "
     "out. (read timeout=1.5)\"))"},
    {"no answer in time over TLS",
     {.code = CURLE_OPERATION_TIMEDOUT,
      .connected = true,
      .url = "https://a/",
      .timeout_ns = 10 * NS_PER_S},
     "ReadTimeout(ReadTimeoutError(\"HTTPSConnectionPool(host='a', port=443): Read timed out. "
     "(read timeout=10)\"))"},
    {"the body stalled",
     {.code = CURLE_OPERATION_TIMEDOUT,
      .connected = true,
      .in_body = true,
      .url = "http://127.0.0.1:8000/",
      .timeout_ns = NS_PER_S},
     "ReadTimeoutError(\"HTTPConnectionPool(host='127.0.0.1', port=8000): Read timed out.\")"},
    {"self-signed; Locust adds (_ssl.c:1006), as in the next four",
     {.code = CURLE_PEER_FAILED_VERIFICATION,
      .url = "https://a/",
      .detail = "SSL certificate problem: self-signed certificate"},
     "SSLError(SSLCertVerificationError(1, '" CERTIFICATE "self-signed certificate'))"},
    {"another address's certificate",
     {.code = CURLE_PEER_FAILED_VERIFICATION,
      .url = "https://127.0.0.1:1/",
      .detail = "SSL: no alternative certificate subject name matches target host name"},
     "SSLError(SSLCertVerificationError(1, \"" CERTIFICATE
     "IP address mismatch, certificate is not valid for '127.0.0.1'.\"))"},
    {"another host's certificate",
     {.code = CURLE_PEER_FAILED_VERIFICATION,
      .url = "https://localhost:1/",
      .detail = "SSL: no alternative certificate subject name matches target host name"},
     "SSLError(SSLCertVerificationError(1, \"" CERTIFICATE
     "Hostname mismatch, certificate is not valid for 'localhost'.\"))"},
    {"plain server asked for TLS",
     {.code = CURLE_SSL_CONNECT_ERROR,
      .detail = "error:0A00010B:SSL routines::wrong version number"},
     "SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number'))"},
    {"closed within the handshake",
     {.code = CURLE_SSL_CONNECT_ERROR,
      .detail = "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to a:443"},
     "SSLError(SSLEOFError(8, '[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of "
     "protocol'))"},
    {"reset within the handshake",
     {.code = CURLE_SSL_CONNECT_ERROR,
      .detail = "OpenSSL SSL_connect: Connection reset by peer in connection to a:443"},
     "ConnectionResetError(104, 'Connection reset by peer')"},
    {"100 headers",
     {.code = CURLE_WRITE_ERROR, .limit = CURL_LIMIT_HEADER_COUNT},
     "HTTPException('got more than 100 headers')"},
    {"a header of 70 KB",
     {.code = CURLE_WRITE_ERROR, .limit = CURL_LIMIT_HEADER_LINE},
     "LineTooLong('got more than 65536 bytes when reading header line')"},
    {"a header beyond libcurl's limit",
     {.code = CURLE_OUT_OF_MEMORY, .connected = true},
     "LineTooLong('got more than 65536 bytes when reading header line')"},
    {"a status line of 70 KB",
     {.code = CURLE_WRITE_ERROR, .limit = CURL_LIMIT_STATUS_LINE},
     "LineTooLong('got more than 65536 bytes when reading status line')"},
    {"too many bytes of headers; Locust has no such limit",
     {.code = CURLE_WRITE_ERROR, .limit = CURL_LIMIT_HEADER_BYTES, .header_limit = 262144},
     "HTTPException('got more than 262144 bytes of headers')"},
    {"body over the user's limit; Locust has no such limit",
     {.code = CURLE_WRITE_ERROR, .limit = CURL_LIMIT_BODY, .body_limit = 1000},
     "HTTPException('got more than 1000 bytes of body')"},
    {"no status line",
     {.code = CURLE_WRITE_ERROR, .limit = CURL_LIMIT_NOT_HTTP, .first_line = "hello\r\n"},
     "BadStatusLine('hello\\r\\n')"},
    {"a version that doesn't exist",
     {.code = CURLE_UNSUPPORTED_PROTOCOL, .detail = "Unsupported HTTP version (3.7) in response"},
     "UnknownProtocol('HTTP/3.7')"},
    {"a status that is no number; Locust shows the line",
     {.code = CURLE_UNSUPPORTED_PROTOCOL, .detail = "Unsupported HTTP version in response"},
     "BadStatusLine('')"},
    {"out of memory", {.code = CURLE_OUT_OF_MEMORY}, "MemoryError()"},
    {"anything else, without words",
     {.code = CURLE_TOO_MANY_REDIRECTS},
     "ConnectionError('Number of redirects hit maximum amount')"},
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct curl_failure failure = rows[i].failure;
        struct buf text;

        CHECK_ROW(rows[i].words);
        failure.detail = failure.detail ? failure.detail : "";
        buf_init(&text, 4096);
        curl_error_text(&text, &failure);
        CHECK_STR(buf_text(&text), rows[i].text);
        buf_fini(&text);
    }
}

typedef void text_fn(struct buf *out, const char *input);

static void check_text(text_fn *make, const char *words, const char *input, const char *want)
{
    struct buf text;

    CHECK_ROW(words);
    buf_init(&text, 4096);
    make(&text, input);
    CHECK_STR(buf_text(&text), want);
    buf_fini(&text);
}

static void test_header_texts(void **state)
{
#define INVALID                                                                                    \
    "InvalidHeader(\"Invalid leading whitespace, reserved character(s), or return character(s) "   \
    "in header "
    (void)state;
    check_text(curl_error_header_text,
               "line break in a value",
               "X: a\r\nb",
               INVALID "value: 'a\\\\r\\\\nb'\")");
    check_text(curl_error_header_text, "blank before the name", " X: a", INVALID "name: ' X'\")");
    check_text(curl_error_header_text, "no colon", "X", INVALID "name: 'X'\")");
    check_text(curl_error_header_text, "no name", ": a", INVALID "name: ''\")");
}

static void test_url_texts(void **state)
{
    (void)state;
    check_text(curl_error_url_text,
               "a file",
               "file:///etc/passwd",
               "InvalidSchema(\"No connection adapters were found for 'file:///etc/passwd'\")");
    check_text(curl_error_url_text,
               "a scheme without slashes",
               "javascript:alert(1)",
               "InvalidSchema(\"No connection adapters were found for 'javascript:alert(1)'\")");
    check_text(curl_error_url_text,
               "no host",
               "http:///x",
               "InvalidURL(\"Invalid URL 'http:///x': No host supplied\")");
    check_text(curl_error_url_text,
               "bad port",
               "http://127.0.0.1:99999/",
               "InvalidURL('Failed to parse: http://127.0.0.1:99999/')");
    check_text(curl_error_url_text,
               "no scheme",
               "a/b",
               "MissingSchema(\"Invalid URL 'a/b': No scheme supplied. Perhaps you meant "
               "https://a/b?\")");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_header_texts),
        cmocka_unit_test(test_url_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
