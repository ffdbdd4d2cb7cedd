// SPDX-License-Identifier: MIT
// What part of the run the charts show: a span up to now, or a zoomed stretch that does not move.

export type SpanKey = '1m' | '5m' | '15m' | 'all';
export const SPANS: readonly (readonly [SpanKey, string])[] = [
  ['1m', '1 m'],
  ['5m', '5 m'],
  ['15m', '15 m'],
  ['all', 'All'],
];
const LENGTH: Record<SpanKey, number> = { '1m': 60, '5m': 300, '15m': 900, all: Infinity };

export interface View {
  span: SpanKey;
  zoomed: boolean;
  from: number;
  to: number;
  /** Where the data has to begin; null for the whole run. */
  since: number | null;
}

/** "All" until 15 min, then 15 m, unless the address says otherwise. */
export function viewOf(p: URLSearchParams, start: number | null, end: number): View {
  const from = Number(p.get('from') || NaN);
  const to = Number(p.get('to') || NaN);
  const begin = start ?? end - 60;
  const asked = p.get('span') as SpanKey | null;
  const span = asked && asked in LENGTH ? asked : end - begin > 900 * 1.5 ? '15m' : 'all';
  if (Number.isFinite(from) && Number.isFinite(to) && to > from) return { span, zoomed: true, from, to, since: from };
  const length = LENGTH[span];
  const shownFrom = length === Infinity ? begin : Math.max(begin, end - length);
  const since = length === Infinity || shownFrom === begin ? null : shownFrom;
  return {
    span,
    zoomed: false,
    from: shownFrom,
    to: Math.max(end, shownFrom + 10),
    since: since === null ? null : Math.floor(since / 60) * 60,
  };
}

export function nextSpan(span: SpanKey, by: 1 | -1): SpanKey {
  const keys = SPANS.map((s) => s[0]);
  return keys[Math.max(0, Math.min(keys.length - 1, keys.indexOf(span) + by))] as SpanKey;
}
