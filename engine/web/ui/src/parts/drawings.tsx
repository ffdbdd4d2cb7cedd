// SPDX-License-Identifier: MIT
// Drawings within a row: a line of 5 minutes, and a request's percentiles on an axis that all rows share.
import type { JSX } from 'preact';
import { ms } from '../core/format';

interface SparkProps {
  values: (number | null)[];
  color: string;
  width?: number;
  height?: number;
  lo?: number;
  hi?: number;
}

export function Spark({ values, color, width = 72, height = 20, lo, hi }: SparkProps): JSX.Element | null {
  const known = values.filter((v): v is number => v != null);
  if (known.length < 2) return <svg width={width} height={height} aria-hidden="true" />;
  const top = hi ?? Math.max(...known) * 1.08;
  const bottom = lo ?? Math.min(...known) * 0.92;
  const span = top - bottom || 1;
  const x = (i: number): number => (i / (values.length - 1)) * (width - 5) + 2;
  const y = (v: number): number => height - 2 - ((v - bottom) / span) * (height - 4);
  let d = '';
  let pen = 'M';
  values.forEach((v, i) => {
    if (v == null) {
      pen = 'M';
      return;
    }
    d += `${pen}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
    pen = 'L';
  });
  const last = values.findLastIndex((v) => v != null);
  return (
    <svg width={width} height={height} aria-hidden="true">
      <path d={d} fill="none" stroke={`var(--${color})`} stroke-width="1.25" stroke-linejoin="round" />
      <circle cx={x(last).toFixed(1)} cy={y(values[last] as number).toFixed(1)} r="1.8" fill={`var(--${color})`} />
    </svg>
  );
}

export const topOf = (values: (number | null)[]): number => Math.max(1e-9, ...values.map((v) => v ?? 0));

const LO = Math.log10(0.1);
const HI = Math.log10(10_000);
const at = (v: number, w: number): number =>
  +(((Math.log10(Math.min(10_000, Math.max(0.1, v))) - LO) / (HI - LO)) * (w - 8) + 4).toFixed(1);

interface RangeProps {
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number;
  width?: number;
}

export function Range({ p50, p95, p99, max, width = 168 }: RangeProps): JSX.Element {
  const grid = [1, 10, 100, 1000].map((v) => <path key={v} d={`M${at(v, width)} 1v18`} stroke="var(--line)" />);
  if (p50 == null || p95 == null || p99 == null)
    return (
      <svg width={width} height="20" aria-hidden="true">
        {grid}
      </svg>
    );
  const x = (v: number): number => at(v, width);
  return (
    <svg
      width={width}
      height="20"
      role="img"
      aria-label={`p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}, max ${ms(max)} ms`}
    >
      {grid}
      <path d={`M${x(p99)} 10H${x(max)}`} stroke="var(--line-strong)" />
      <path d={`M${x(p50)} 10H${x(p95)}`} stroke="var(--series-p50)" stroke-width="4" stroke-linecap="round" />
      <path d={`M${x(p95)} 10H${x(p99)}`} stroke="var(--series-p95)" stroke-width="4" stroke-linecap="round" />
      <circle cx={x(p50)} cy="10" r="3.2" fill="var(--series-p50)" />
      <circle cx={x(p95)} cy="10" r="3.2" fill="var(--series-p95)" />
      <circle cx={x(p99)} cy="10" r="3.2" fill="var(--series-p99)" />
      <path d={`M${x(max)} 6.5v7`} stroke="var(--text-3)" stroke-width="1.25" />
    </svg>
  );
}

export const RangeHead = ({ width = 168 }: { width?: number }): JSX.Element => (
  <svg
    class="range-head"
    width={width}
    height="16"
    role="img"
    aria-label="p50, p95, p99 and max on a scale of 0.1 ms to 10 s"
  >
    {(
      [
        [1, '1 ms'],
        [10, '10'],
        [100, '100'],
        [1000, '1 s'],
      ] as const
    ).map(([v, s]) => (
      <text key={v} x={at(v, width)} y="12" text-anchor="middle">
        {s}
      </text>
    ))}
  </svg>
);
