/* SPDX-License-Identifier: MIT */
/* Made-up users, posts, comments, albums and to-dos, about as long as the originals. */
#include "target/placeholder_data.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/ensure.h"
#include "base/rng.h"

#define TEXT_MAX_BYTES 4096

static const char *const words[] = {
    "amber",   "anchor", "autumn", "basket",  "beacon",  "birch",   "bramble", "breeze", "bridge",
    "candle",  "canvas", "cedar",  "cinder",  "clover",  "copper",  "cricket", "dapple", "drift",
    "ember",   "fern",   "field",  "flint",   "garden",  "ginger",  "glade",   "harbor", "hazel",
    "heron",   "hollow", "island", "ivory",   "juniper", "kettle",  "lantern", "linen",  "lichen",
    "maple",   "marble", "meadow", "mellow",  "mill",    "morning", "nettle",  "north",  "oak",
    "orchard", "otter",  "paper",  "pebble",  "pine",    "quarry",  "quill",   "quiet",  "river",
    "saddle",  "sand",   "shale",  "sparrow", "still",   "thistle", "timber",  "under",  "valley",
    "walnut",  "willow", "winter", "wren",    "yarrow",
};

struct person {
    const char *name, *username, *street, *city, *company;
};

static const struct person people[PLACEHOLDER_USERS] = {
    {"Mara Lindqvist", "Mara", "Birch Lane", "Northwick", "Lindqvist Looms"},
    {"Tobias Okafor", "Tobi", "Harbor Road", "Eastmere", "Okafor and Daughters"},
    {"Ines Carvalho", "Ines.C", "Mill Street", "Vale Cross", "Carvalho Ceramics"},
    {"Jonas Petersen", "jonaspet", "Orchard Row", "Hollowbridge", "Petersen Paper"},
    {"Priya Raman", "Priya_R", "Lantern Hill", "Saltford", "Raman Instruments"},
    {"Elias Novak", "Novak.E", "Quarry Path", "Stonehaven", "Novak Tiles"},
    {"Salma Haddad", "Salma", "Willow Walk", "Amberley", "Haddad Freight"},
    {"Oskar Meier", "OskarM", "Copper Court", "Fernhollow", "Meier Clockworks"},
    {"Leila Farouk", "leilaf", "Heron Quay", "Westmarsh", "Farouk Books"},
    {"Hugo Brandt", "Hugo.Brandt", "Cedar Close", "Millbrook", "Brandt Bakery"},
};

static void add_words(struct buf *out, struct rng *rng, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        buf_printf(out, "%s%s", i ? " " : "", words[rng_below(rng, ARRAY_LEN(words))]);
    }
}

static json_t *take_text(struct buf *text)
{
    json_t *node;

    ENSURE(!text->failed);
    node = json_string(buf_text(text));
    buf_fini(text);
    return node;
}

static json_t *sentence(struct rng *rng, unsigned shortest, unsigned longest)
{
    struct buf text;

    buf_init(&text, TEXT_MAX_BYTES);
    add_words(&text, rng, shortest + rng_below(rng, longest - shortest + 1));
    return take_text(&text);
}

/* Four lines. */
static json_t *paragraph(struct rng *rng)
{
    struct buf text;

    buf_init(&text, TEXT_MAX_BYTES);
    for (int line = 0; line < 4; line++) {
        buf_puts(&text, line ? "\n" : "");
        add_words(&text, rng, 5 + rng_below(rng, 3));
    }
    return take_text(&text);
}

/* A seed per kind and id: one kind can grow without moving the others. */
static struct rng seeded(unsigned kind, int id)
{
    struct rng rng;

    rng_seed(&rng, (uint64_t)kind << 32 | (unsigned)id);
    return rng;
}

static json_t *checked(json_t *node)
{
    if (!node) {
        out_of_memory("the data");
    }
    return node;
}

static json_t *address(const struct person *person, int id, struct rng *rng)
{
    return checked(json_pack("{s:s, s:o, s:s, s:o, s:{s:o, s:o}}",
                             "street",
                             person->street,
                             "suite",
                             json_sprintf("Suite %d", 100 + id * 7),
                             "city",
                             person->city,
                             "zipcode",
                             json_sprintf("%05u", 10000 + rng_below(rng, 89999)),
                             "geo",
                             "lat",
                             json_sprintf("%.4f", rng_unit(rng) * 160 - 80),
                             "lng",
                             json_sprintf("%.4f", rng_unit(rng) * 340 - 170)));
}

static json_t *user(int id)
{
    const struct person *person = &people[id - 1];
    struct rng rng = seeded(1, id);
    char domain[64] = {0};

    for (size_t i = 0, length = 0; person->company[i] && length < sizeof(domain) - 1; i++) {
        if (isalpha((unsigned char)person->company[i])) {
            domain[length++] = (char)tolower((unsigned char)person->company[i]);
        }
    }
    json_t *node =
        json_pack("{s:i, s:s, s:s, s:o, s:o, s:o, s:o, s:{s:s, s:o, s:o}}",
                  "id",
                  id,
                  "name",
                  person->name,
                  "username",
                  person->username,
                  "email",
                  json_sprintf("%s@%s.example", person->username, domain),
                  "address",
                  address(person, id, &rng),
                  "phone",
                  json_sprintf("1-555-%03u-%04u", rng_below(&rng, 1000), rng_below(&rng, 10000)),
                  "website",
                  json_sprintf("%s.example", domain),
                  "company",
                  "name",
                  person->company,
                  "catchPhrase",
                  sentence(&rng, 3, 5),
                  "bs",
                  sentence(&rng, 3, 4));

    return checked(node);
}

static json_t *post(int id)
{
    struct rng rng = seeded(2, id);

    return checked(json_pack("{s:i, s:i, s:o, s:o}",
                             "userId",
                             (id - 1) / 10 + 1,
                             "id",
                             id,
                             "title",
                             sentence(&rng, 4, 9),
                             "body",
                             paragraph(&rng)));
}

static json_t *comment(int id)
{
    struct rng rng = seeded(3, id);
    const char *first = words[rng_below(&rng, ARRAY_LEN(words))];
    const char *second = words[rng_below(&rng, ARRAY_LEN(words))];

    return checked(json_pack("{s:i, s:i, s:o, s:o, s:o}",
                             "postId",
                             (id - 1) / 5 + 1,
                             "id",
                             id,
                             "name",
                             sentence(&rng, 4, 7),
                             "email",
                             json_sprintf("%s.%s@mail.example", first, second),
                             "body",
                             paragraph(&rng)));
}

static json_t *album(int id)
{
    struct rng rng = seeded(4, id);

    return checked(json_pack(
        "{s:i, s:i, s:o}", "userId", (id - 1) / 10 + 1, "id", id, "title", sentence(&rng, 3, 6)));
}

static json_t *todo(int id)
{
    struct rng rng = seeded(5, id);

    return checked(json_pack("{s:i, s:i, s:o, s:b}",
                             "userId",
                             (id - 1) / 20 + 1,
                             "id",
                             id,
                             "title",
                             sentence(&rng, 3, 8),
                             "completed",
                             (int)rng_below(&rng, 2)));
}

static json_t *list_of(json_t *(*build)(int id), int count)
{
    json_t *list = json_array();

    for (int id = 1; id <= count; id++) {
        json_array_append_new(list, build(id));
    }
    return checked(list);
}

json_t *placeholder_users(void)
{
    return list_of(user, PLACEHOLDER_USERS);
}

json_t *placeholder_posts(void)
{
    return list_of(post, PLACEHOLDER_POSTS);
}

json_t *placeholder_comments(void)
{
    return list_of(comment, PLACEHOLDER_COMMENTS);
}

json_t *placeholder_albums(void)
{
    return list_of(album, PLACEHOLDER_ALBUMS);
}

json_t *placeholder_todos(void)
{
    return list_of(todo, PLACEHOLDER_TODOS);
}
