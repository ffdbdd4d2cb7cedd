// SPDX-License-Identifier: MIT
// Rows of the requests table: one window of each entry, orders and filters. Pure, so that tests can hold it down.
import { parseFilter } from '../core/filter';
import { failRatio } from '../core/verdict';
import type { Entry } from '../core/types';

export type Span = 'now' | 'run';

export interface Row {
  key: string;
  method: string;
  name: string;
  rps: number;
  fail: number | null;
  failures: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  min: number;
  max: number;
  average: number;
  size: number;
  requests: number;
  attention: number;
  extra: Record<string, number | null>;
}

export const keyOf = (e: { method: string; name: string }): string => (e.method ? `${e.method} ${e.name}` : e.name);

export function rowOf(e: Entry, span: Span): Row {
  const now = span === 'now' ? e.current : undefined;
  const whole = span === 'run';
  const rps = now?.rps ?? (whole ? e.total_rps : e.current_rps);
  const fails = now?.fails ?? (whole ? e.total_fail_per_sec : e.current_fail_per_sec);
  const extra: Record<string, number | null> = {};
  for (const [k, v] of Object.entries(e))
    if (k.startsWith('response_time_percentile_')) extra[k.slice(25)] = (v as number | null | undefined) ?? null;
  return {
    key: keyOf(e),
    method: e.method,
    name: e.name,
    rps,
    fail:
      whole && e.num_requests
        ? e.num_failures / e.num_requests
        : (failRatio({ rps, fails }) ?? (e.num_requests ? 0 : null)),
    failures: e.num_failures,
    p50: now ? now.p50 : (e.p50 ?? e.median_response_time),
    p95: now ? now.p95 : (e.p95 ?? extra['0.95'] ?? null),
    p99: now ? now.p99 : (e.p99 ?? extra['0.99'] ?? null),
    min: e.min_response_time,
    max: e.max ?? e.max_response_time,
    average: e.avg_response_time,
    size: e.avg_content_length,
    requests: e.num_requests,
    attention: e.attention ?? 0,
    extra,
  };
}

export interface Order {
  key: string;
  down: boolean;
}

/** "p95-" falls, "p95+" rises, anything else is attention first. */
export function readOrder(text: string | null): Order | null {
  const m = /^([\w.]+)([-+ ])$/.exec(text ?? '');
  return m ? { key: m[1] as string, down: m[2] === '-' } : null;
}
export const writeOrder = (o: Order | null): string | null => (o ? o.key + (o.down ? '-' : '+') : null);
/** A click on a head: down, again up, a third time back. Text begins with A. */
export function nextOrder(o: Order | null, key: string, text = false): Order | null {
  if (o?.key !== key) return { key, down: !text };
  return o.down === text ? null : { key, down: text };
}

export function compareBy<T>(
  order: Order,
  valueOf: (row: T, key: string) => string | number | null,
): (a: T, b: T) => number {
  const sign = order.down ? -1 : 1;
  return (a, b) => {
    const x = valueOf(a, order.key);
    const y = valueOf(b, order.key);
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1; // none is always last
    if (typeof x === 'string' || typeof y === 'string') return sign * String(x).localeCompare(String(y), 'en');
    return sign * (x - y);
  };
}

const valueOf = (r: Row, key: string): string | number | null =>
  key.startsWith('x')
    ? (r.extra[key.slice(1)] ?? null)
    : ((r as unknown as Record<string, string | number | null>)[key] ?? null);

export const attentionFirst = (a: Row, b: Row): number => b.attention - a.attention || b.requests - a.requests;

export function ordered(rows: Row[], order: Order | null): Row[] {
  const by = order ? compareBy<Row>(order, valueOf) : attentionFirst;
  return [...rows].sort((a, b) => by(a, b) || a.key.localeCompare(b.key, 'en'));
}

/** Keeps the places of `before`; what is new comes last. */
export function keepPlaces(rows: Row[], before: string[]): Row[] {
  const place = new Map(before.map((k, i) => [k, i]));
  return [...rows].sort((a, b) => (place.get(a.key) ?? Infinity) - (place.get(b.key) ?? Infinity) || 0);
}

export type Only = 'failing' | 'slower' | null;

export function filtered(rows: Row[], query: string, only: Only): Row[] {
  const f = parseFilter(query);
  return rows.filter(
    (r) =>
      (only !== 'failing' || r.attention >= 2) &&
      (only !== 'slower' || r.attention === 1) &&
      (f.empty || f.test(r.key)),
  );
}
