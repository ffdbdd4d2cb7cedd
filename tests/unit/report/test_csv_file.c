/* SPDX-License-Identifier: MIT */
#include "golden.h"

#include "base/log.h"
#include "report/csv_file.h"

/* ---- Fields ---------------------------------------------------------------------------------- */

static void fields_are_quoted(void **state)
{
    static const struct {
        const char *says, *text, *field;
    } rows[] = {
        {"plain", "/a b;c'", "/a b;c'"},
        {"empty", "", ""},
        {"comma", "a,b", "\"a,b\""},
        {"quote", "say \"x\"", "\"say \"\"x\"\"\""},
        {"newline", "a\nb", "\"a\nb\""},
        {"return", "a\rb", "\"a\rb\""},
        {"UTF-8", "é日", "é日"},
        {"control characters are data here", "\x1b[2J", "\x1b[2J"},
        {"not UTF-8",
         "a\xff"
         "b\xe2\x82",
         "a\xef\xbf\xbd"
         "b\xef\xbf\xbd\xef\xbf\xbd"},
    };
    struct buf buf;

    (void)state;
    buf_init(&buf, 4096);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_ROW(rows[i].says);
        buf_clear(&buf);
        csv_text(&buf, rows[i].text);
        csv_text(&buf, "x");
        csv_end(&buf);
        char *want = mem_printf("%s,x\r\n", rows[i].field);

        CHECK_STR(buf_text(&buf), want);
        free(want);
    }
    CHECK_ROW("numbers");
    buf_clear(&buf);
    csv_float(&buf, 12);
    csv_number(&buf, 12);
    csv_number(&buf, 0.125);
    csv_number(&buf, 1e20);
    csv_count(&buf, UINT64_MAX);
    csv_end(&buf);
    CHECK_STR(buf_text(&buf), "12.0,12,0.125,1e+20,18446744073709551615\r\n");
    buf_fini(&buf);
}

/* ---- Disks that fill up
 * -------------------------------------------------------------------------- */

static const char *const columns[] = {"A", NULL};

struct place {
    char *directory, *prefix, *path;
    struct csv_file file;
    int good_fd; /* the file, while it is full */
};

static void place_init(struct place *place)
{
    struct err err;

    place->directory = temporary_directory();
    place->prefix = mem_printf("%s/run", place->directory);
    place->path = mem_printf("%s_x.csv", place->prefix);
    CHECK(csv_file_open(&place->file, place->prefix, "x", columns, &err));
    place->good_fd = dup(place->file.fd);
}

static void place_fini(struct place *place)
{
    close(place->good_fd);
    unlink(place->path);
    CHECK_EQ(rmdir(place->directory), 0);
    free(place->directory);
    free(place->prefix);
    free(place->path);
}

static void fill_up(struct place *place)
{
    FILE *full = fopen("/dev/full", "w");

    CHECK(dup2(fileno(full), place->file.fd) >= 0);
    fclose(full);
}

static void make_room(struct place *place)
{
    CHECK(dup2(place->good_fd, place->file.fd) >= 0);
}

static void add(struct place *place, const char *text)
{
    csv_text(&place->file.rows, text);
    csv_end(&place->file.rows);
}

static int logged;

static void on_line(void *data, enum log_level level, const char *line)
{
    (void)data;
    if (level == LOG_ERROR && strstr(line, "can't write ") &&
        strstr(line, "_x.csv: No space left on device")) {
        logged++;
    }
}

static void logged_once(void **state)
{
    struct place place;

    (void)state;
    place_init(&place);
    fill_up(&place);
    log_set_observer(on_line, NULL);
    for (int i = 0; i < 3; i++) {
        add(&place, "x");
        csv_file_rewrite(&place.file);
        add(&place, "y");
        csv_file_append(&place.file);
    }
    log_set_observer(NULL, NULL);
    CHECK_ROW("one line for six failures");
    CHECK_EQ(logged, 1);
    CHECK(!csv_file_close(&place.file));
    CHECK_ROW("closing again is harmless");
    CHECK(csv_file_close(&place.file));
    place_fini(&place);
}

static void room_again(void **state)
{
    struct place place;

    (void)state;
    place_init(&place);
    add(&place, "1");
    csv_file_append(&place.file);
    fill_up(&place);
    add(&place, "lost");
    csv_file_append(&place.file);
    make_room(&place);
    add(&place, "3");
    csv_file_append(&place.file);
    CHECK_ROW("no half rows, and it is said that one is missing");
    CHECK(!csv_file_close(&place.file));
    char *text = read_all(place.path);

    CHECK_STR(text, "A\r\n1\r\n3\r\n");
    free(text);
    place_fini(&place);
}

static void rewritten_in_the_end(void **state)
{
    struct place place;

    (void)state;
    place_init(&place);
    fill_up(&place);
    add(&place, "1");
    csv_file_rewrite(&place.file);
    make_room(&place);
    add(&place, "2");
    csv_file_rewrite(&place.file);
    CHECK_ROW("the last rows are all that count in a file that is rewritten");
    CHECK(csv_file_close(&place.file));
    char *text = read_all(place.path);

    CHECK_STR(text, "A\r\n2\r\n");
    free(text);
    place_fini(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_quoted),
        cmocka_unit_test(logged_once),
        cmocka_unit_test(room_again),
        cmocka_unit_test(rewritten_in_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
