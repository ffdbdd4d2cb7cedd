// SPDX-License-Identifier: MIT
// A run's curve as columns: merging what is new, thinning what is too much, cutting what is out of view.
import type { HistoryAnswer, LocustPoint, PageData, Snapshot } from './types';

export type Column = (number | null)[];
const COLUMNS = [
  'rps',
  'fails',
  'p50',
  'p95',
  'p99',
  'users',
  'target',
  'cpu_max',
  'cpu_median',
  'cpu_min',
  'lag_p99_ms',
  'workers',
] as const;
type Key = (typeof COLUMNS)[number];

export interface Curve extends Record<Key, Column> {
  time: number[];
  overloaded: [number, number][];
  paused: [number, number][];
}

export const emptyCurve = (): Curve => ({
  time: [],
  rps: [],
  fails: [],
  p50: [],
  p95: [],
  p99: [],
  users: [],
  target: [],
  cpu_max: [],
  cpu_median: [],
  cpu_min: [],
  lag_p99_ms: [],
  workers: [],
  overloaded: [],
  paused: [],
});

export function fromAnswer(a: HistoryAnswer): Curve {
  const curve = emptyCurve();
  curve.time = a.time;
  for (const key of COLUMNS) {
    const column = a[key];
    curve[key] = column && column.length === a.time.length ? column : a.time.map(() => null);
  }
  curve.overloaded = a.overloaded ?? [];
  curve.paused = a.paused ?? [];
  return curve;
}

/** A server without /stats/history still sends Locust's list in the page data. */
export function fromLocust(points: LocustPoint[]): Curve {
  const curve = emptyCurve();
  for (const p of points) {
    const t = Date.parse(p.time) / 1000;
    if (!Number.isFinite(t)) continue;
    const pick = (key: string): number | null => {
      const pair = p[key];
      return Array.isArray(pair) && typeof pair[1] === 'number' ? pair[1] : null;
    };
    curve.time.push(t);
    curve.rps.push(pick('current_rps'));
    curve.fails.push(pick('current_fail_per_sec'));
    curve.p50.push(pick('response_time_percentile_0.5'));
    curve.p95.push(pick('response_time_percentile_0.95'));
    curve.p99.push(pick('response_time_percentile_0.99'));
    curve.users.push(pick('user_count'));
    for (const key of COLUMNS) if (curve[key].length < curve.time.length) curve[key].push(null);
  }
  return curve;
}

/** What the page was sent with: the latest quarter of an hour as /stats/history has it, or Locust's list. */
export const sent = (page: PageData): Curve =>
  page.curve?.time.length ? fromAnswer(page.curve) : fromLocust(page.history ?? []);

/** CPU of the workers that are there, coolest first. */
export const cpusOf = (snap: Snapshot): number[] =>
  (snap.workers ?? [])
    .filter((w) => w.state !== 'missing')
    .map((w) => w.cpu_usage)
    .sort((a, b) => a - b);

/** The point a snapshot adds where there is no history to ask for. */
export function pointOf(snap: Snapshot, t: number): Curve {
  const total = snap.stats.at(-1);
  const now = total?.current;
  const cpus = cpusOf(snap);
  return {
    time: [t],
    rps: [now?.rps ?? total?.current_rps ?? null],
    fails: [now?.fails ?? total?.current_fail_per_sec ?? null],
    p50: [now?.p50 ?? null],
    p95: [now?.p95 ?? null],
    p99: [now?.p99 ?? null],
    users: [snap.user_count],
    target: [snap.target_users ?? null],
    cpu_max: [cpus.at(-1) ?? snap.generator?.cpu_max ?? null],
    cpu_median: [cpus[cpus.length >> 1] ?? null],
    cpu_min: [cpus[0] ?? null],
    lag_p99_ms: [snap.generator?.lag_p99_ms ?? null],
    workers: [snap.worker_count ?? null],
    overloaded: [],
    paused: [],
  };
}

/** `tail` replaces what `old` has from its first moment on. */
export function merge(old: Curve, tail: Curve): Curve {
  const first = tail.time[0];
  if (first === undefined) return old;
  let keep = old.time.length;
  while (keep > 0 && (old.time[keep - 1] as number) >= first) keep--;
  const out = emptyCurve();
  out.time = old.time.slice(0, keep).concat(tail.time);
  for (const key of COLUMNS) out[key] = old[key].slice(0, keep).concat(tail[key]);
  out.overloaded = joinSpans(old.overloaded.concat(tail.overloaded));
  out.paused = joinSpans(old.paused.concat(tail.paused));
  return out;
}

export function joinSpans(spans: [number, number][], slack = 2): [number, number][] {
  const out: [number, number][] = [];
  for (const [a, b] of [...spans].sort((x, y) => x[0] - y[0])) {
    const last = out.at(-1);
    if (last && a <= last[1] + slack) last[1] = Math.max(last[1], b);
    else out.push([a, b]);
  }
  return out;
}

export function cutBefore(curve: Curve, t: number): Curve {
  let from = 0;
  while (from < curve.time.length && (curve.time[from] as number) < t) from++;
  if (from === 0) return curve;
  const out = emptyCurve();
  out.time = curve.time.slice(from);
  for (const key of COLUMNS) out[key] = curve[key].slice(from);
  out.overloaded = curve.overloaded.filter((s) => s[1] >= t);
  out.paused = curve.paused.filter((s) => s[1] >= t);
  return out;
}

/**
 * At most about `points` points: of each bucket the first, the last, and the rows that hold the lowest and highest
 * rate, failures and p99, so that no spike and no dip is lost. A gap stays a gap.
 */
export function thin(curve: Curve, points: number): Curve {
  const n = curve.time.length;
  if (n <= points) return curve;
  const buckets = Math.max(1, Math.floor(points / 4));
  const keep = new Set<number>([0, n - 1]);
  for (let b = 0; b < buckets; b++) {
    const from = Math.floor((b * n) / buckets);
    const to = Math.floor(((b + 1) * n) / buckets);
    for (const key of ['rps', 'fails', 'p99'] as const) {
      let low = -1;
      let high = -1;
      for (let i = from; i < to; i++) {
        const v = curve[key][i];
        if (v == null) continue;
        if (low < 0 || v < (curve[key][low] as number)) low = i;
        if (high < 0 || v > (curve[key][high] as number)) high = i;
      }
      if (key === 'rps' && low >= 0) keep.add(low);
      if (high >= 0) keep.add(high);
      if (low < 0 && key === 'rps' && to > from) keep.add(from); // a gap
    }
  }
  const rows = [...keep].sort((a, b) => a - b);
  const out = emptyCurve();
  out.time = rows.map((i) => curve.time[i] as number);
  for (const key of COLUMNS) out[key] = rows.map((i) => curve[key][i] ?? null);
  out.overloaded = curve.overloaded;
  out.paused = curve.paused;
  return out;
}

/** When a response was last counted; null when never. */
export function lastDataAt(time: number[], rps: Column): number | null {
  const i = rps.findLastIndex((v) => v != null && v > 0);
  return i < 0 ? null : (time[i] ?? null);
}
