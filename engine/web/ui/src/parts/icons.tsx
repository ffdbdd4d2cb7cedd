// SPDX-License-Identifier: MIT
// 16 px, 1.5 px strokes, currentColor. Colour never stands alone: every level has a shape of its own.
import type { JSX } from 'preact';
import type { Level } from '../core/types';

const STROKED = {
  edit: 'M2.5 11.5 11 3l2 2-8.5 8.5H2.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  find: 'M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.3 10.3l3 3',
  cols: 'M4 3h8a1.500 1.500 0 0 1 1.500 1.500v7A1.500 1.500 0 0 1 12 13H4a1.500 1.500 0 0 1-1.500-1.500v-7A1.500 1.500 0 0 1 4 3zM6.200 3v10M9.800 3v10',
  down: 'M8 2.5v8M4.8 7.600 8 10.800l3.200-3.200M3 13.500h10',
  left: 'M9.800 3.500 5.300 8l4.500 4.500',
  right: 'M6.200 3.500 10.700 8l-4.500 4.500',
  copy: 'M7 5.500h5A1.500 1.500 0 0 1 13.500 7v5A1.500 1.500 0 0 1 12 13.500H7A1.500 1.500 0 0 1 5.500 12V7A1.500 1.500 0 0 1 7 5.500zM10.500 5.500v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2',
  gear: 'M2.500 4.500h6M11.500 4.500h2M2.500 11.500h2M7.500 11.500h6M10 3a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3zM6 10a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3z',
  chev: 'm4.500 6.200 3.500 3.600 3.500-3.600',
  out: 'M6.500 3.500h-3v9h9v-3M9.500 2.500h4v4M13.200 2.800 7.500 8.500',
  ok: 'M8 1.800a6.200 6.200 0 1 0 0 12.400A6.200 6.200 0 0 0 8 1.800zM5.400 8.200l1.900 1.900 3.400-3.900',
  warn: 'M8 2.300 14.200 13H1.800zM8 6.600v2.900M8 11.200v.1',
  bad: 'M5.400 1.900h5.200l3.500 3.500v5.200l-3.500 3.500H5.400l-3.500-3.500V5.400zM8 4.900v3.600M8 10.800v.1',
  load: 'M2.500 12.500h3v-4h4v-5h4',
  lost: 'm4 4 8 8M12 4l-8 8',
  join: 'M8 3v10M3 8h10',
  done: 'm3 8.500 3.200 3.200L13 4.800',
  slow: 'M3 11.500 7 7l2.500 2.300L13.500 5M10.300 4.600h3.300v3.300',
  help: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM6.300 6.300a1.750 1.750 0 1 1 2.500 1.600c-.5.3-.8.6-.8 1.100M8 11.200v.1',
  sun: 'M8 5.200a2.800 2.800 0 1 0 0 5.600 2.800 2.800 0 0 0 0-5.600zM8 1.600v1.200M8 13.200v1.200M1.600 8h1.200M13.200 8h1.200M3.500 3.500l.8.8M11.700 11.700l.8.8M12.500 3.500l-.8.8M4.300 11.700l-.8.8',
  moon: 'M13 9.600A5.600 5.600 0 0 1 6.400 3a5.600 5.600 0 1 0 6.600 6.600z',
} as const;
const FILLED = {
  stop: 'M5.100 3.500h5.800a1.600 1.600 0 0 1 1.600 1.600v5.800a1.600 1.600 0 0 1-1.600 1.600H5.100a1.600 1.600 0 0 1-1.600-1.600V5.100a1.600 1.600 0 0 1 1.600-1.600z',
  play: 'M5 3.200v9.600l7.600-4.800z',
  more: 'M3.500 6.800a1.200 1.200 0 1 1 0 2.400 1.200 1.200 0 0 1 0-2.400zM8 6.800a1.200 1.200 0 1 1 0 2.400 1.200 1.200 0 0 1 0-2.400zM12.500 6.800a1.200 1.200 0 1 1 0 2.400 1.200 1.200 0 0 1 0-2.400z',
} as const;

export type IconName = keyof typeof STROKED | keyof typeof FILLED | 'dim' | 'fail' | 'gen';

export function Icon({ name, size = 16 }: { name: IconName; size?: number }): JSX.Element {
  const alias = name === 'fail' ? 'bad' : name === 'gen' ? 'warn' : name;
  const box = { width: size, height: size, viewBox: '0 0 16 16', 'aria-hidden': true } as const;
  if (alias in FILLED)
    return (
      <svg {...box} fill="currentColor">
        <path d={FILLED[alias as keyof typeof FILLED]} />
      </svg>
    );
  return (
    <svg {...box} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">
      {alias === 'dim' ? (
        <>
          <circle cx="8" cy="8" r="6.200" stroke-dasharray="2.200 2.200" />
          <path d="M5.600 8h4.800" />
        </>
      ) : (
        <path d={STROKED[alias as keyof typeof STROKED]} />
      )}
    </svg>
  );
}

export const TONE: Record<Level, string> = { ok: 'ok', warn: 'warn', bad: 'bad', dim: 't3' };

export const LevelIcon = ({ level }: { level: Level }): JSX.Element => (
  <span class={TONE[level]}>
    <Icon name={level} />
  </span>
);

export const Mark = (): JSX.Element => (
  <svg width="22" height="22" viewBox="0 0 24 24" fill="none" aria-hidden="true">
    <path d="M11.200 8.200C6.400 9.600 3.200 14.200 3.600 21c4.600-1.600 7.600-6.400 7.600-12.800zM12.800 8.200c4.800 1.400 8 6 7.600 12.800-4.600-1.600-7.600-6.400-7.600-12.800z" fill="currentColor" opacity=".92" />
    <path d="M12 2.600c2.300 0 4.200 1.300 4.900 3.200-1.100 1-2.900 1.600-4.900 1.600s-3.800-.6-4.900-1.600C7.800 3.900 9.700 2.600 12 2.600z" fill="currentColor" />
    <path d="M9.600 11.400C7.800 13.300 6.300 15.800 5.600 18.500M14.400 11.400c1.800 1.900 3.300 4.400 4 7.100" stroke="var(--surface)" stroke-width="1.100" stroke-linecap="round" />
  </svg>
);
