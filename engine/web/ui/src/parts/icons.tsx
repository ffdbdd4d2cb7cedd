// SPDX-License-Identifier: MIT
// 16 px, 1.5 px strokes, currentColor. Colour never stands alone: every level has a shape of its own.
import type { JSX } from 'preact';
import type { Level } from '../core/types';

const STROKED = {
  edit: 'M2.5 11.5 11 3l2 2-8.5 8.5H2.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  find: 'M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.3 10.3l3 3',
  cols: 'M4 3h8a1.5 1.5 0 0 1 1.5 1.5v7A1.5 1.5 0 0 1 12 13H4a1.5 1.5 0 0 1-1.5-1.5v-7A1.5 1.5 0 0 1 4 3zM6.2 3v10M9.8 3v10',
  down: 'M8 2.5v8M4.8 7.6 8 10.8l3.2-3.2M3 13.5h10',
  left: 'M9.8 3.5 5.3 8l4.5 4.5',
  right: 'M6.2 3.5 10.7 8l-4.5 4.5',
  copy: 'M7 5.5h5A1.5 1.5 0 0 1 13.5 7v5A1.5 1.5 0 0 1 12 13.5H7A1.5 1.5 0 0 1 5.5 12V7A1.5 1.5 0 0 1 7 5.5zM10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2',
  gear: 'M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 3a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM6 10a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z',
  chev: 'm4.5 6.2 3.5 3.6 3.5-3.6',
  out: 'M6.5 3.5h-3v9h9v-3M9.5 2.5h4v4M13.2 2.8 7.5 8.5',
  ok: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM5.4 8.2l1.9 1.9 3.4-3.9',
  warn: 'M8 2.3 14.2 13H1.8zM8 6.6v2.9M8 11.2v.1',
  bad: 'M5.4 1.9h5.2l3.5 3.5v5.2l-3.5 3.5H5.4l-3.5-3.5V5.4zM8 4.9v3.6M8 10.8v.1',
  load: 'M2.5 12.5h3v-4h4v-5h4',
  lost: 'm4 4 8 8M12 4l-8 8',
  join: 'M8 3v10M3 8h10',
  done: 'm3 8.5 3.2 3.2L13 4.8',
  slow: 'M3 11.5 7 7l2.5 2.3L13.5 5M10.3 4.6h3.3v3.3',
  help: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM6.3 6.3a1.75 1.75 0 1 1 2.5 1.6c-.5.3-.8.6-.8 1.1M8 11.2v.1',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.6v1.2M8 13.2v1.2M1.6 8h1.2M13.2 8h1.2M3.5 3.5l.8.8M11.7 11.7l.8.8M12.5 3.5l-.8.8M4.3 11.7l-.8.8',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6z',
} as const;
const FILLED = {
  stop: 'M5.1 3.5h5.8a1.6 1.6 0 0 1 1.6 1.6v5.8a1.6 1.6 0 0 1-1.6 1.6H5.1a1.6 1.6 0 0 1-1.6-1.6V5.1a1.6 1.6 0 0 1 1.6-1.6z',
  play: 'M5 3.2v9.6l7.6-4.8z',
  more: 'M3.5 6.8a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4zM8 6.8a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4zM12.5 6.8a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4z',
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
          <circle cx="8" cy="8" r="6.2" stroke-dasharray="2.2 2.2" />
          <path d="M5.6 8h4.8" />
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
    <path
      d="M11.2 8.2C6.4 9.6 3.2 14.2 3.6 21c4.6-1.6 7.6-6.4 7.6-12.8zM12.8 8.2c4.8 1.4 8 6 7.6 12.8-4.6-1.6-7.6-6.4-7.6-12.8z"
      fill="currentColor"
      opacity=".92"
    />
    <path
      d="M12 2.6c2.3 0 4.2 1.3 4.9 3.2-1.1 1-2.9 1.6-4.9 1.6s-3.8-.6-4.9-1.6C7.8 3.9 9.7 2.6 12 2.6z"
      fill="currentColor"
    />
    <path
      d="M9.6 11.4C7.8 13.3 6.3 15.8 5.6 18.5M14.4 11.4c1.8 1.9 3.3 4.4 4 7.1"
      stroke="var(--surface)"
      stroke-width="1.1"
      stroke-linecap="round"
    />
  </svg>
);
