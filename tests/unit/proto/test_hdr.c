/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/ensure.h"
#include "proto/hdr.h"
#include "wire.h"

static void check_same(const struct hdr_histogram *got, const struct hdr_histogram *want)
{
    CHECK_EQ(got->overflows, want->overflows);
    CHECK_EQ(got->min_ns, want->min_ns);
    CHECK_EQ(got->max_ns, want->max_ns);
    CHECK(got->sum_ns == want->sum_ns);
    CHECK_EQ(got->count, want->count);
    for (size_t i = 0; i < want->count; i++) {
        CHECK_EQ(got->slots[i].index, want->slots[i].index);
        CHECK_EQ(got->slots[i].count, want->slots[i].count);
    }
}

static void check_round(const struct hdr *hdr)
{
    struct arena arena = {0};
    struct err err = {""};
    struct buf bytes;
    struct hdr got;

    buf_init(&bytes, HDR_MAX_BYTES);
    hdr_encode(&bytes, hdr);
    CHECK(!bytes.failed);
    hdr_decode(&got, (struct slice){bytes.data, bytes.length}, &arena, &err);
    CHECK_STR(err.text, "");
    CHECK_EQ(got.has_intended, hdr->has_intended);
    check_same(&got.service, &hdr->service);
    if (hdr->has_intended) {
        check_same(&got.intended, &hdr->intended);
    }
    buf_fini(&bytes);
    arena_fini(&arena);
}

static void round_trips(void **state)
{
    static struct leb_slot full[HDR_SLOTS];
    static struct leb_slot few[] = {{0, 1}, {1, 127}, {100, 128}, {HDR_SLOTS - 1, UINT64_MAX}};
    struct hdr hdr = {.has_intended = false};

    (void)state;
    CHECK_ROW("an empty one");
    check_round(&hdr);

    CHECK_ROW("the first and the last slot, the largest numbers");
    hdr.service = (struct hdr_histogram){
        .overflows = UINT64_MAX,
        .min_ns = 0,
        .max_ns = INT64_MAX,
        .sum_ns = ~(leb_number)0,
        .slots = few,
        .count = ARRAY_LEN(few),
    };
    check_round(&hdr);

    CHECK_ROW("with intended times");
    hdr.has_intended = true;
    hdr.intended = (struct hdr_histogram){
        .min_ns = INT64_MAX,
        .max_ns = INT64_MAX,
        .sum_ns = (leb_number)1 << 64,
        .slots = &few[2],
        .count = 1,
    };
    check_round(&hdr);

    CHECK_ROW("every slot with the largest count, twice, fits");
    for (uint32_t i = 0; i < HDR_SLOTS; i++) {
        full[i] = (struct leb_slot){i, UINT64_MAX};
    }
    hdr.service.slots = hdr.intended.slots = full;
    hdr.service.count = hdr.intended.count = HDR_SLOTS;
    check_round(&hdr);
}

static void bytes(void **state)
{
    static struct leb_slot slots[] = {{5, 300}, {7, 1}};
    const struct hdr hdr = {
        .service = {.min_ns = 1, .max_ns = 129, .sum_ns = 128, .slots = slots, .count = 2},
    };
    struct buf got, want;

    (void)state;
    CHECK_ROW("version, histograms, overflows, minimum, range, sum, slots, gaps and counts");
    buf_init(&got, HDR_MAX_BYTES);
    buf_init(&want, HDR_MAX_BYTES);
    hdr_encode(&got, &hdr);
    wire_hex(&want, "01 01 00 01 8001 8001 02 05 ac02 01 01");
    CHECK_EQ(got.length, want.length);
    CHECK(memcmp(got.data, want.data, want.length) == 0);
    buf_fini(&got);
    buf_fini(&want);
}

static void refusals(void **state)
{
    static const struct {
        const char *row, *hex, *want;
    } rows[] = {
        {"nothing", "", "hdr: 0 bytes"},
        {"a version of the future", "02 01 00 00 00 00 00", "hdr: version 2 with 1 histograms"},
        {"no histogram", "01 00", "hdr: version 1 with 0 histograms"},
        {"three histograms", "01 03", "hdr: version 1 with 3 histograms"},
        {"too short", "01 01 00 00 00 00", "hdr: the bytes end too early"},
        {"the second is missing", "01 02 00 00 00 00 00", "hdr: the bytes end too early"},
        {"too long", "01 01 00 00 00 00 00 00", "hdr: bytes follow the end"},
        {"an unfinished number", "01 01 80", "hdr: the bytes end too early"},
        {"a number with a zero on top", "01 01 8000", "hdr: a number is longer than need be"},
        {"more than 64 bits", "01 01 ffffffffffffffffff02", "hdr: a number is too large"},
        {"a negative minimum", "01 01 00 ffffffffffffffffff01", "hdr: a number is too large"},
        {"a maximum beyond 63 bits",
         "01 01 00 01 ffffffffffffffff7f 00 00",
         "hdr: the maximum is too large"},
        {"more than 128 bits",
         "01 01 00 00 00 ffffffffffffffffffffffffffffffffffff04",
         "hdr: a number is too large"},
        {"more slots than there are", "01 01 00 00 00 00 811a", "hdr: there are too many slots"},
        {"a slot beyond the last",
         "01 01 00 00 00 00 01 801a 01",
         "hdr: a slot lies beyond the last one"},
        {"a gap beyond the last",
         "01 01 00 00 00 00 02 ff19 01 00 01",
         "hdr: a slot lies beyond the last one"},
        {"an empty slot", "01 01 00 00 00 00 01 05 00", "hdr: a slot is empty"},
        {"fewer slots than promised", "01 01 00 00 00 00 02 05 01", "hdr: the bytes end too early"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        struct err err = {""};
        struct buf bytes;
        struct hdr hdr;

        CHECK_ROW(rows[i].row);
        buf_init(&bytes, HDR_MAX_BYTES);
        wire_hex(&bytes, rows[i].hex);
        CHECK(!hdr_decode(&hdr, (struct slice){buf_text(&bytes), bytes.length}, &arena, &err));
        CHECK_STR(err.text, rows[i].want);
        buf_fini(&bytes);
        arena_fini(&arena);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trips),
        cmocka_unit_test(bytes),
        cmocka_unit_test(refusals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
