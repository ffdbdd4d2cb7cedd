/* SPDX-License-Identifier: MIT */
/* fault_bytes.h - the malformed and oversized answers themselves. */
#ifndef TARGET_FAULT_BYTES_H
#define TARGET_FAULT_BYTES_H

#include "base/buf.h"

#define FAULT_FIXED_MAX_BYTES ((size_t)4 << 20) /* no answer is longer */
#define FAULT_REPEAT_BYTES 4096U                /* the end of an endless answer */

void fault_build_cut_body(struct buf *out);
void fault_build_longer(struct buf *out);
void fault_build_drip(struct buf *out);
void fault_build_garbage(struct buf *out);
void fault_build_http09(struct buf *out);
void fault_build_huge_header(struct buf *out);
void fault_build_many_headers(struct buf *out);
void fault_build_endless_header(struct buf *out);
void fault_build_endless_continue(struct buf *out);
void fault_build_bad_chunk(struct buf *out);
void fault_build_huge_chunk_size(struct buf *out);
void fault_build_unterminated_chunks(struct buf *out);
void fault_build_tiny_chunks(struct buf *out);
void fault_build_gzip_bomb(struct buf *out);
void fault_build_bad_gzip(struct buf *out);

#endif
