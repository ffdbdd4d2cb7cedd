// SPDX-License-Identifier: MIT
// The words of the two verdicts, and what changed of each number. The server decides; silence overrules it.
import { NB, clock, count, duration, percent, rate } from './format';
import { totalOf, type State } from './store';
import type { Level, Snapshot, Verdict, Window } from './types';

export interface Shown {
  level: Level;
  word: string;
  detail: string;
  link: string | null;
}

/** Only links within this page are followed. */
export const safeLink = (link: string | null | undefined): string | null => (link?.startsWith('?') ? link : null);

const shown = (v: Verdict): Shown => ({ level: v.level, word: v.word, detail: v.detail, link: safeLink(v.link) });

/** A run that is over fails no more: the last verdict is told as what was. */
const atTheEnd = (v: Shown): Shown => ({
  ...v,
  word: v.word.replace(/ (is|are) failing$/, ' failed').replace(/^Failing$/, 'Failed'),
  detail: v.detail.replace(/ in the last (\d+ s)\b/, ' in its last $1'),
});

export function targetVerdict(s: State): Shown | null {
  if (s.silent) return { level: 'dim', word: 'Unknown', detail: `numbers are ${duration(s.silent)} old`, link: null };
  const v = s.snap.verdict?.target;
  if (v) return s.snap.state === 'stopped' ? atTheEnd(shown(v)) : shown(v);
  if (s.snap.state === 'ready') return { level: 'dim', word: 'Waiting', detail: 'for a test to start', link: null };
  return null;
}

export function generatorVerdict(s: State): Shown | null {
  if (s.silent) return { level: 'dim', word: 'Unknown', detail: '', link: null };
  const v = s.snap.verdict?.generator;
  return v ? shown(v) : null;
}

/** The numbers of the headline: last 10 s, or the whole run once it is over. */
export interface Headline {
  window: Window;
  whole: boolean;
  /** The server knows no percentiles of the last 10 s: these are the whole run's. */
  wholeTimes: boolean;
  fails: number;
}

export function headline(snap: Snapshot): Headline | null {
  const total = totalOf(snap);
  if (!total || total.num_requests === 0) return null;
  const whole = snap.state === 'stopped';
  if (!whole && total.current) return { window: total.current, whole, wholeTimes: false, fails: total.num_failures };
  const p = (q: string): number | null => total[`response_time_percentile_${q}`] ?? null;
  return {
    whole,
    wholeTimes: true,
    fails: total.num_failures,
    window: {
      rps: whole ? total.total_rps : total.current_rps,
      fails: whole ? total.total_fail_per_sec : total.current_fail_per_sec,
      p50: total.p50 ?? total.median_response_time,
      p95: total.p95 ?? p('0.95'),
      p99: total.p99 ?? p('0.99'),
    },
  };
}

export const failRatio = (w: { rps: number; fails: number }): number | null =>
  w.rps > 0 ? Math.min(1, w.fails / w.rps) : w.fails > 0 ? 1 : null;

/** Against the minute before: under 3 % is steady. */
export function delta(now: number | null | undefined, before: number | null | undefined): string {
  if (now == null || before == null || before === 0) return '';
  const change = now / before - 1;
  if (Math.abs(change) < 0.03) return 'steady for 1' + NB + 'm';
  const by = Math.abs(change) >= 10 ? `× ${rate(now / before)}` : `${Math.round(Math.abs(change) * 100)}${NB}%`;
  return `${change > 0 ? '▲' : '▼'} ${by} in 1${NB}m`;
}

export function failureLine(w: Window, fails: number, whole: boolean): string {
  if (fails === 0 && w.fails === 0) return 'none so far';
  return whole ? `${count(fails)} in all` : `${rate(w.fails)}/s · ${count(fails)} in all`;
}

/** Page title: the same first answer. */
export function title(s: State): string {
  if (s.silent) return 'No contact · Cicada';
  const h = headline(s.snap);
  if (!h) return `${s.snap.state === 'ready' ? 'Ready' : 'Starting'} · Cicada`;
  if (s.snap.state === 'stopped') return `Stopped, ${percent(s.snap.fail_ratio)} % failed · Cicada`;
  return `${rate(h.window.rps)}/s, ${percent(failRatio(h.window) ?? 0)} % failing · Cicada`;
}

export const looksBad = (s: State): boolean =>
  s.silent > 0 || s.snap.verdict?.target.level === 'bad' || s.snap.verdict?.generator.level === 'bad';

export const sinceText = (t: number | null | undefined): string => (t == null ? '' : `since ${clock(t)}`);
