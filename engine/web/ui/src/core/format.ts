// SPDX-License-Identifier: MIT
// Numbers and words, the same in every language setting. A no-break space joins number and unit.

export const NB = '\u00a0';
export const NONE = '–';

type Num = number | null | undefined;
const missing = (n: Num): n is null | undefined => n == null || !Number.isFinite(n);

const grouped = (n: number): string =>
  Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');

// Two decimals under 10, one under 100, else none; what rounds up to the next step is written as that step.
function stepped(n: number): string {
  if (n < 0) return '−' + stepped(-n);
  if (n < 9.995) return n.toFixed(2);
  if (n < 99.95) return n.toFixed(1);
  return grouped(n);
}

export const count = (n: Num): string => (missing(n) ? NONE : n < 0 ? '−' + grouped(-n) : grouped(n));

export function rate(n: Num): string {
  if (missing(n)) return NONE;
  if (n === 0) return '0';
  return n < 0.005 ? '<0.01' : stepped(n);
}

/** Latency in a table, whose head says "ms". */
export function ms(n: Num): string {
  if (missing(n)) return NONE;
  if (n === 0) return '0';
  return n < 0.01 ? '<0.01' : stepped(n);
}

/** Latency standing alone, as [number, unit]. */
export function msParts(n: Num): [string, string] {
  if (missing(n)) return [NONE, ''];
  if (n === 0) return ['0', 'ms'];
  if (n < 0.9995) return [n < 0.001 ? '<1' : String(Math.round(n * 1000)), 'µs'];
  if (n < 9999.5) return [stepped(n), 'ms'];
  return [n < 99950 ? (n / 1000).toFixed(1) : grouped(n / 1000), 's'];
}

export const msAlone = (n: Num): string => msParts(n).filter(Boolean).join(NB);

/** From a ratio of 0..1; never rounds to 0 or 100 unless it is. */
export function percent(ratio: Num): string {
  if (missing(ratio)) return NONE;
  const p = ratio * 100;
  if (p === 0) return '0';
  if (p === 100) return '100';
  if (p > 0 && p < 0.005) return '<0.01';
  if (p > 99.99 && p < 100) return '>99.99';
  if (p >= 99.95 && p < 100) return p.toFixed(2);
  return p < 9.995 ? p.toFixed(2) : p.toFixed(1);
}

export function size(bytes: Num): string {
  if (missing(bytes)) return NONE;
  if (bytes < 999.5) return grouped(bytes) + NB + 'B';
  if (bytes < 999_950) return (bytes / 1e3).toFixed(1) + NB + 'kB';
  if (bytes < 999_950_000) return (bytes / 1e6).toFixed(1) + NB + 'MB';
  return (bytes / 1e9).toFixed(2) + NB + 'GB';
}

const two = (n: number): string => String(n).padStart(2, '0');

/** m:ss or h:mm:ss. */
export function clockTime(seconds: Num): string {
  if (missing(seconds)) return NONE;
  const s = Math.max(0, Math.round(seconds));
  const h = Math.floor(s / 3600);
  const m = Math.floor(s / 60) % 60;
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** "45 s", "1 m 0 s", "2 h 5 m": for sentences. */
export function duration(seconds: Num): string {
  if (missing(seconds)) return NONE;
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s}${NB}s`;
  if (s < 3600) return `${Math.floor(s / 60)}${NB}m${NB}${s % 60}${NB}s`;
  if (s < 86400) return `${Math.floor(s / 3600)}${NB}h${NB}${Math.floor(s / 60) % 60}${NB}m`;
  return `${Math.floor(s / 86400)}${NB}d${NB}${Math.floor(s / 3600) % 24}${NB}h`;
}

export function ago(seconds: Num): string {
  if (missing(seconds)) return NONE;
  const s = Math.max(0, seconds);
  if (s < 1) return `${s.toFixed(1)}${NB}s ago`;
  if (s < 59.5) return `${Math.round(s)}${NB}s ago`;
  if (s < 3600) return `${Math.max(1, Math.floor(s / 60))}${NB}m ago`;
  if (s < 86400) return `${Math.floor(s / 3600)}${NB}h ago`;
  return `${Math.floor(s / 86400)}${NB}d ago`;
}

export function clock(t: Num): string {
  if (missing(t)) return NONE;
  const d = new Date(t * 1000);
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}
export const clockMinutes = (t: Num): string => clock(t).slice(0, 5);
export const clockMillis = (t: Num): string =>
  missing(t) ? NONE : `${clock(t)}.${String(new Date(t * 1000).getMilliseconds()).padStart(3, '0')}`;
export const day = (t: number): string => {
  const d = new Date(t * 1000);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
};
export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'local time';
/** For the tooltip of a clock. */
export const clockTitle = (t: Num): string => (missing(t) ? '' : `${day(t)} ${clock(t)} ${zone()}`);

/** Axis ticks: the only place for 25k and 2M. */
export function tick(n: number): string {
  if (n >= 1e6) return `${+(n / 1e6).toFixed(1)}M`;
  if (n >= 1e4) return `${+(n / 1e3).toFixed(1)}k`;
  return n >= 1e3 ? grouped(n) : String(+n.toPrecision(3));
}
export function msTick(n: number): string {
  if (n >= 1000) return `${+(n / 1000).toPrecision(3)}${NB}s`;
  return n < 1 ? `${+(n * 1000).toPrecision(3)}${NB}µs` : `${+n.toPrecision(3)}${NB}ms`;
}

export const plural = (n: number, one: string, many = one + 's'): string => `${count(n)}${NB}${n === 1 ? one : many}`;
/** Small numbers in words, for sentences. */
export const word = (n: number): string =>
  ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'][n] ?? count(n);
export const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);

/** The digits a cell lacks so that decimal points line up; `most` is the longest fraction in view. */
export function fraction(text: string): number {
  const dot = text.indexOf('.');
  return dot < 0 ? 0 : text.length - dot - 1;
}
export function padding(text: string, most: number): string {
  const have = fraction(text);
  if (have >= most || !/\d/.test(text)) return '';
  return (have ? '' : '.') + '0'.repeat(most - have);
}
export const longestFraction = (cells: string[]): number => cells.reduce((a, s) => Math.max(a, fraction(s)), 0);
