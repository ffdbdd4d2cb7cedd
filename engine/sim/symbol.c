/* SPDX-License-Identifier: MIT */
/*
 * Names a static function by the symbol table of the file it was loaded from. dladdr() knows
 * exported symbols only, and a scenario's tasks are static; a stripped file has no names to give.
 */
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "sim/scenario.h"

struct image {
    const char *bytes;
    size_t size;
};

static bool within(const struct image *image, uint64_t offset, uint64_t size)
{
    return offset <= image->size && size <= image->size - offset;
}

static char *find_symbol(const struct image *image, const ElfW(Shdr) * symbols,
                         const ElfW(Shdr) * strings, uint64_t address)
{
    if (!within(image, symbols->sh_offset, symbols->sh_size) ||
        !within(image, strings->sh_offset, strings->sh_size) || strings->sh_size == 0 ||
        image->bytes[strings->sh_offset + strings->sh_size - 1] != '\0') {
        return NULL;
    }
    const ElfW(Sym) *symbol = (const void *)(image->bytes + symbols->sh_offset);
    const ElfW(Sym) *end = symbol + symbols->sh_size / sizeof(*symbol);

    for (; symbol < end; symbol++) {
        /* The type is in the low nibble for both word sizes. */
        if ((symbol->st_info & 0xf) == STT_FUNC && symbol->st_value == address &&
            symbol->st_name < strings->sh_size) {
            return mem_strdup(image->bytes + strings->sh_offset + symbol->st_name);
        }
    }
    return NULL;
}

static char *search(const struct image *image, uint64_t address)
{
    const ElfW(Ehdr) *header = (const void *)image->bytes;

    if (image->size < sizeof(*header) || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
        header->e_shentsize != sizeof(ElfW(Shdr)) ||
        !within(image, header->e_shoff, (uint64_t)header->e_shnum * sizeof(ElfW(Shdr)))) {
        return NULL;
    }
    const ElfW(Shdr) *sections = (const void *)(image->bytes + header->e_shoff);

    for (int i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type == SHT_SYMTAB && sections[i].sh_link < header->e_shnum) {
            char *name = find_symbol(image, &sections[i], &sections[sections[i].sh_link], address);

            if (name) {
                return name;
            }
        }
    }
    return NULL;
}

char *scenario_symbol_name(const struct loaded_scenario *loaded, const void *address)
{
    struct link_map *map = NULL;
    Dl_info info;
    struct stat status;
    char *name = NULL;

    if (!dladdr1(address, &info, (void **)&map, RTLD_DL_LINKMAP) || !map) {
        return NULL;
    }
    if (fstat(loaded->image, &status) == 0 && status.st_size > 0) {
        size_t size = (size_t)status.st_size;
        void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, loaded->image, 0);

        if (bytes != MAP_FAILED) {
            struct image image = {.bytes = bytes, .size = size};

            name = search(&image, (uint64_t)(uintptr_t)address - map->l_addr);
            munmap(bytes, image.size);
        }
    }
    return name;
}
