// SPDX-License-Identifier: MIT
// Ranges and ticks of a lane: linear from zero, or log when the values span more than a factor of 4.

export interface Scale {
  lo: number;
  hi: number;
  ticks: number[];
}

const finite = (v: number | null | undefined): v is number => v != null && Number.isFinite(v);

export function extent(columns: (number | null)[][], positive = false): [number, number] | null {
  let lo = Infinity;
  let hi = -Infinity;
  for (const column of columns)
    for (const v of column) {
      if (!finite(v) || (positive && v <= 0)) continue;
      if (v < lo) lo = v;
      if (v > hi) hi = v;
    }
  return lo <= hi ? [lo, hi] : null;
}

export function niceStep(span: number, parts: number): number {
  const raw = span / parts;
  const power = 10 ** Math.floor(Math.log10(raw));
  const m = raw / power;
  return power * (m >= 5 ? 5 : m >= 2.5 ? 2.5 : m >= 2 ? 2 : 1);
}

const MOST = 3;
/** The highest value whose word is not cut off at the top of the lane. */
const roomFor = (hi: number, height: number): number => hi * (1 - 6 / height);

/** From 0, at least to `least`; at most three gridlines, 15 px apart or more. */
export function linear(columns: (number | null)[][], height: number, least = 1, max?: number, parts?: number): Scale {
  const hi = max ?? Math.max(extent(columns)?.[1] ?? 0, least) * 1.12;
  let step = niceStep(hi, parts ?? (height > 64 ? 2.1 : 1.4));
  while (roomFor(hi, height) / step >= MOST + 1) step = niceStep(step * 2.01, 1);
  let ticks: number[] = [];
  for (let v = 0; v <= roomFor(hi, height); v += step) ticks.push(+v.toPrecision(12));
  if (ticks.length > 2 && (step / hi) * (height - 2) < 15)
    ticks = ticks.filter((_, i) => (ticks.length - 1 - i) % 2 === 0);
  return { lo: 0, hi, ticks };
}

export function logarithmic(columns: (number | null)[][], height: number, fixed?: [number, number]): Scale {
  const range = fixed ?? extent(columns, true) ?? [1, 10];
  const lo = fixed ? range[0] : range[0] * 0.8;
  const hi = fixed ? range[1] : range[1] * 1.9;
  const ticks: number[] = [];
  const fine = hi / lo < 1200 && height > 90 && !fixed;
  for (let p = Math.floor(Math.log10(lo)); p <= Math.log10(hi); p++)
    for (const m of fine ? [1, 3] : [1]) {
      const v = +(m * 10 ** p).toPrecision(1);
      if (v >= lo && Math.log(hi / v) / Math.log(hi / lo) > 6 / height) ticks.push(v);
    }
  return { lo, hi, ticks };
}

/** Log when max/min is over 4, linear otherwise. */
export function wantsLog(columns: (number | null)[][]): boolean {
  const range = extent(columns, true);
  return range !== null && range[1] / range[0] > 4;
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800];

/** Seconds between time ticks, so that their words have `room` px each. */
export const timeStep = (span: number, width: number, room: number): number =>
  STEPS.find((s) => width / (span / s) > room) ?? 604800;

/** Ticks on whole steps of local time. */
export function timeTicks(from: number, to: number, step: number): number[] {
  const zone = new Date(from * 1000).getTimezoneOffset() * 60;
  const out: number[] = [];
  for (let t = Math.ceil((from - zone) / step) * step + zone; t <= to; t += step) out.push(t);
  return out;
}

/** Failures are drawn only where there are some: a zero between zeros is no line. */
export const withoutZeros = (v: (number | null)[]): (number | null)[] =>
  v.map((y, i) => (y || v[i - 1] || v[i + 1] ? y : null));

/** Labels at the right end of a lane: wanted heights pushed apart to `gap`, kept within [top, bottom]. */
export function spread(wanted: number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const y = [...wanted];
  let last = top - gap;
  for (const i of order) last = y[i] = Math.max(y[i] as number, last + gap);
  let next = bottom + gap;
  for (const i of [...order].reverse()) next = y[i] = Math.min(y[i] as number, next - gap);
  return y;
}
