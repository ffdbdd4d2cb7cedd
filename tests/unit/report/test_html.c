/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "report/html.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/ensure.h"

static const int64_t start_ns = 1795530000 * NS_PER_S;

/* ---- What a parser would see ---- */

static const char *const void_elements[] = {"meta", "!doctype"};

static bool is_void(const char *name, size_t length)
{
    for (size_t i = 0; i < ARRAY_LEN(void_elements); i++) {
        if (strlen(void_elements[i]) == length && strncmp(void_elements[i], name, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Ends each element where it should; NULL, or where it does not. */
static const char *imbalance(const char *html)
{
    enum { DEPTH = 64 };
    const char *open[DEPTH];
    size_t lengths[DEPTH], depth = 0;

    for (const char *p = strchr(html, '<'); p; p = strchr(p + 1, '<')) {
        const char *name = p[1] == '/' ? p + 2 : p + 1;
        size_t length = strcspn(name, " />\n");
        const char *end = strchr(p, '>');

        if (!isalpha((unsigned char)*name) && *name != '!') { /* in a script */
            continue;
        }
        if (p[1] == '/') {
            if (depth == 0 || lengths[depth - 1] != length ||
                strncmp(open[depth - 1], name, length) != 0) {
                return p;
            }
            depth--;
        } else if (!is_void(name, length) && end && end[-1] != '/') {
            if (depth == DEPTH) {
                return p;
            }
            open[depth] = name;
            lengths[depth++] = length;
            if (strncmp(name, "script", 6) == 0) { /* its text is no markup */
                p = strstr(p, "</script") - 1;
            }
        }
    }
    return depth == 0 ? NULL : open[depth - 1];
}

static size_t occurrences(const char *text, const char *what)
{
    size_t count = 0;

    for (const char *p = strstr(text, what); p; p = strstr(p + 1, what)) {
        count++;
    }
    return count;
}

/* ---- A small run ---- */

static struct stats *small_run(void)
{
    struct stats *stats = stats_new(NULL, start_ns);

    for (int i = 0; i < 200; i++) {
        stats_record(stats,
                     &(struct stats_sample){.method = "GET",
                                            .name = "/fine",
                                            .elapsed_ns = 2 * NS_PER_MS,
                                            .wall_ns = start_ns + i * 50 * NS_PER_MS,
                                            .content_length = 100});
        stats_record(stats,
                     &(struct stats_sample){.method = "POST",
                                            .name = "/<b>&\"buy\"",
                                            .failure = i % 4 ? NULL : "</td>'no'",
                                            .elapsed_ns = 1200 * NS_PER_MS,
                                            .wall_ns = start_ns + i * 50 * NS_PER_MS,
                                            .content_length = 100});
    }
    return stats;
}

static char *report_of(struct stats *stats, const struct html_options *options)
{
    struct snapshot snapshot = {
        .now_ns = start_ns + 11 * NS_PER_S,
        .start_ns = start_ns,
        .end_ns = start_ns + 10 * NS_PER_S,
        .why_ended = "Run time reached",
        .state = RUN_STOPPED,
        .stats = stats,
    };
    struct buf out;

    buf_init(&out, HTML_MAX);
    html_write(&out, &snapshot, options);
    CHECK(!out.failed);
    return buf_take(&out);
}

static void a_small_report_has_it_all(void **state)
{
    static const char *const wanted[] = {
        "<html lang=\"en\" data-theme=\"light\">",
        "<h1>shop.example.com</h1>",
        "POST /&#60;b&#62;&#38;&#34;buy&#34; failed too often: 25.0\xc2\xa0% of its requests",
        "<dt><i></i>Requests</dt><dd>400</dd>",
        "<dt><i></i>Failing</dt><dd class=\"bad\">12.5<small>%</small></dd>",
        "<section id=\"timeline\">",
        "<td class=\"n bad\">50</td>",
        "<td class=\"n strong\">50</td>",
        "&#60;/td&#62;&#39;no&#39;",
        "Run time reached",
        "cicada -f shop.c &#39;x&#39;",
    };
    struct stats *stats = small_run();
    char *html = report_of(stats,
                           &(struct html_options){.host = "https://me:pw@shop.example.com",
                                                  .locustfile = "shop.c",
                                                  .command = "cicada -f shop.c 'x'",
                                                  .users = 2,
                                                  .spawn_rate = 1});

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        CHECK_ROW(wanted[i]);
        CHECK(strstr(html, wanted[i]) != NULL);
    }
    CHECK_ROW("its structure");
    CHECK_STR(imbalance(html), NULL);
    CHECK_EQ(occurrences(html, "<section id="), 6);
    CHECK_EQ(occurrences(html, "<script"), 1);
    CHECK(!strstr(html, "me:pw"));
    CHECK(!strstr(html, "download>"));
    free(html);
    stats_free(stats);
}

static void options_show(void **state)
{
    struct stats *stats = stats_new(NULL, start_ns);
    char *html = report_of(stats,
                           &(struct html_options){.dark = true,
                                                  .download = "report?download=1",
                                                  .locustfile = "shop.c",
                                                  .profile = "</style><script>"});

    (void)state;
    CHECK(strstr(html, "<html lang=\"en\" data-theme=\"dark\">") != NULL);
    CHECK(strstr(html, "href=\"report?download=1\"") != NULL);
    CHECK(strstr(html, "Ended without one request") != NULL);
    CHECK(strstr(html, "<b>No failures</b>") != NULL);
    CHECK(strstr(html, "&#60;/style&#62;&#60;script&#62;") != NULL);
    CHECK_EQ(occurrences(html, "</style"), 1);
    CHECK_STR(imbalance(html), NULL);
    free(html);
    stats_free(stats);
}

static void placeholders_of_the_name(void **state)
{
    static const struct {
        const char *row, *name, *want;
        struct html_options options;
    } rows[] = {
        {"none", "report.html", "report.html", {0}},
        {"whole numbers",
         "{u}-{r}-{t}.html",
         "100-2-90.html",
         {.users = 100, .spawn_rate = 2.9, .run_time_ns = 90 * NS_PER_S}},
        {"no run time", "{t}.html", "{t}.html", {0}},
        {"a shape has no users", "{u}{r}.html", "{u}{r}.html", {.shaped = true}},
        {"a profile stays in its folder", "{profile}.html", "..-..-x.html", {.profile = "../../x"}},
        {"braces of others", "{x}{u", "{x}{u", {0}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *name = html_file_name(rows[i].name, &rows[i].options, start_ns);

        CHECK_ROW(rows[i].row);
        CHECK_STR(name, rows[i].want);
        free(name);
    }
}

static void a_place_that_is_not_there(void **state)
{
    struct stats *stats = stats_new(NULL, start_ns);
    struct snapshot snapshot = {.now_ns = start_ns, .stats = stats};
    struct err err;

    (void)state;
    CHECK(!html_write_file("/proc/no/r.html", &snapshot, &(struct html_options){0}, &err));
    CHECK_STR(err.text, "can't create directory /proc/no: No such file or directory");
    stats_free(stats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_report_has_it_all),
        cmocka_unit_test(options_show),
        cmocka_unit_test(placeholders_of_the_name),
        cmocka_unit_test(a_place_that_is_not_there),
    };

    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
