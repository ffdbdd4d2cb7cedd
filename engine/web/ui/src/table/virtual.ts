// SPDX-License-Identifier: MIT
// Over 100 rows only those in view are drawn; the rest is space.
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const EVERY = 100;
const MARGIN = 12;

export interface Slice {
  from: number;
  to: number;
  above: number;
  below: number;
}

export function sliceOf(rows: number, height: number, top: number, view: number): Slice {
  if (rows <= EVERY) return { from: 0, to: rows, above: 0, below: 0 };
  const from = Math.max(0, Math.min(rows - 1, Math.floor(-top / height) - MARGIN));
  const to = Math.min(rows, Math.max(from + 1, Math.ceil((view - top) / height) + MARGIN));
  return { from, to, above: from * height, below: (rows - to) * height };
}

/** `body` is the element whose top the rows hang from. */
export function useSlice(body: RefObject<HTMLElement | null>, rows: number, height: number): Slice {
  const [slice, set] = useState<Slice>(() => sliceOf(rows, height, 600, 900));
  useEffect(() => {
    if (rows <= EVERY) {
      set((s) => (s.from === 0 && s.to === rows ? s : sliceOf(rows, height, 0, 0)));
      return;
    }
    let frame = 0;
    const place = (): void => {
      frame = 0;
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const next = sliceOf(rows, height, top, innerHeight);
      // Moves in steps, so that not every scrolled pixel draws again.
      set((old) =>
        Math.abs(old.from - next.from) < 4 &&
        Math.abs(old.to - next.to) < 4 &&
        old.to <= rows &&
        old.above + old.below + (old.to - old.from) * height === rows * height
          ? old
          : next,
      );
    };
    const later = (): void => {
      frame ||= requestAnimationFrame(place);
    };
    place();
    addEventListener('scroll', later, { passive: true });
    addEventListener('resize', later);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', later);
      removeEventListener('resize', later);
    };
  }, [rows, height]);
  return rows <= EVERY ? sliceOf(rows, height, 0, 0) : slice;
}
