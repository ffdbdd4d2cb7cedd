// SPDX-License-Identifier: MIT
// Event marks on the rail: which are drawn, what word fits beside them, which are grouped into a count.
import { joinSpans } from './history';
import type { Change, Snapshot } from './types';

export type Tone = 'bad' | 'warn' | 'ok' | 't2' | 't3';
export type Glyph = 'load' | 'fail' | 'lost' | 'join' | 'gen' | 'slow' | 'done' | 'stop' | 'pause' | 'play';

const KINDS: Record<string, { glyph: Glyph; tone: Tone; drawn: boolean }> = {
  load: { glyph: 'load', tone: 't2', drawn: true },
  start: { glyph: 'load', tone: 't2', drawn: true },
  ramped: { glyph: 'done', tone: 't3', drawn: false },
  failure: { glyph: 'fail', tone: 'bad', drawn: true },
  lost: { glyph: 'lost', tone: 'warn', drawn: true },
  joined: { glyph: 'join', tone: 'ok', drawn: true },
  overloaded: { glyph: 'gen', tone: 'bad', drawn: true },
  fit: { glyph: 'done', tone: 't3', drawn: true },
  slower: { glyph: 'slow', tone: 'warn', drawn: true },
  recovered: { glyph: 'done', tone: 'ok', drawn: true },
  clear: { glyph: 'done', tone: 't3', drawn: true },
  stop: { glyph: 'stop', tone: 't2', drawn: true },
  pause: { glyph: 'pause', tone: 'warn', drawn: true },
  resume: { glyph: 'play', tone: 't2', drawn: true },
};
const IMPORTANCE = [
  'overloaded',
  'failure',
  'lost',
  'pause',
  'load',
  'start',
  'resume',
  'joined',
  'slower',
  'recovered',
  'fit',
  'clear',
  'stop',
];
const rank = (kind: string): number => {
  const i = IMPORTANCE.indexOf(kind);
  return i < 0 ? IMPORTANCE.length : i;
};

export const kindOf = (kind: string): { glyph: Glyph; tone: Tone; drawn: boolean } =>
  KINDS[kind] ?? { glyph: 'done', tone: 't3', drawn: true };

/** When the pause that is on began; null if the server did not say. */
export function pausedSince(snap: Snapshot): number | null {
  if (!snap.run?.paused) return null;
  return snap.run.paused.since ?? snap.changes?.find((c) => c.kind === 'pause')?.t ?? null;
}

/** The stretches without new tasks, for the band across the charts: the history's, and what came after it. */
export function pauses(snap: Snapshot, known: [number, number][], now: number): [number, number][] {
  const out: [number, number][] = [];
  let end = snap.run?.end ?? now;
  for (const c of snap.changes ?? []) {
    if (c.kind === 'resume' || c.kind === 'stop' || c.kind === 'start') end = c.t;
    if (c.kind === 'pause') out.unshift([c.t, end]);
  }
  return joinSpans(known.concat(out));
}

export interface Mark {
  x: number;
  change: Change;
  glyph: Glyph;
  tone: Tone;
  label: string;
  side: 'left' | 'right' | null;
  /** How many events this mark stands for. */
  count: number;
  text: string;
}

export interface Rail {
  from: number;
  to: number;
  left: number;
  /** Width of the plot, and how far words may go on either side of it. */
  width: number;
  edge: number;
  words: boolean;
  measure: (text: string) => number;
}

export function placeMarks(changes: Change[], rail: Rail): Mark[] {
  const span = rail.to - rail.from || 1;
  let marks: Mark[] = changes
    .filter((c) => c.t >= rail.from && c.t <= rail.to && kindOf(c.kind).drawn)
    .sort((a, b) => a.t - b.t)
    .map((change) => {
      const { glyph, tone } = kindOf(change.kind);
      const x = rail.left + ((change.t - rail.from) / span) * rail.width;
      return { x, change, glyph, tone, label: change.short ?? '', side: null, count: 1, text: change.text };
    });
  if (marks.length > 12) marks = grouped(marks, 24);
  if (rail.words) placeWords(marks, rail);
  return marks;
}

function grouped(marks: Mark[], within: number): Mark[] {
  const out: Mark[] = [];
  let start = -Infinity;
  for (const mark of marks) {
    const last = out.at(-1);
    if (last && mark.x - start <= within) {
      const worse = rank(mark.change.kind) < rank(last.change.kind) ? mark : last;
      Object.assign(last, { change: worse.change, glyph: worse.glyph, tone: worse.tone });
      last.count += 1;
      last.label = String(last.count);
      last.text += '\n' + mark.text;
    } else {
      out.push({ ...mark });
      start = mark.x;
    }
  }
  return out;
}

function placeWords(marks: Mark[], rail: Rail): void {
  const taken: [number, number, Mark | null][] = marks.map((m) => [m.x - 6, m.x + 6, m]);
  for (const mark of [...marks].sort((a, b) => rank(a.change.kind) - rank(b.change.kind))) {
    if (!mark.label) continue;
    const w = rail.measure(mark.label);
    for (const [a, b, side] of [
      [mark.x + 8, mark.x + 8 + w, 'right'],
      [mark.x - 8 - w, mark.x - 8, 'left'],
    ] as const) {
      const free = !taken.some(([c, d, m]) => m !== mark && c < b + 4 && d > a - 4);
      if (a > rail.left - 20 && b < rail.edge && free) {
        mark.side = side;
        taken.push([a, b, null]);
        break;
      }
    }
  }
}
