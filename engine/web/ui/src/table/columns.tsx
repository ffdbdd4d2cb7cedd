// SPDX-License-Identifier: MIT
// The columns of the requests table, in order. Text left, numbers right, units once in the head.
import type { JSX } from 'preact';
import { count, ms, percent, rate, size } from '../core/format';
import type { Lines } from '../core/fetching';
import { Range, RangeHead, Spark, topOf } from '../parts/drawings';
import type { Row } from './rows';

export interface Column {
  key: string;
  name: string;
  unit?: string;
  /** Shown unless the user chose otherwise. */
  standard: boolean;
  /** Numbers as text; their decimals line up. */
  text?: (r: Row) => string;
  draw?: (r: Row, lines: Lines | null) => JSX.Element | null;
  head?: () => JSX.Element;
  sort?: string;
  /** Left out under 1,180 px. */
  wide?: boolean;
  tone?: (r: Row, total: boolean) => string;
  /** Not touched by the window switch. */
  fixed?: boolean;
}

const zero = (v: number | null): string => (v ? '' : 'zero');

const line =
  (key: 'rps' | 'p95', color: string): Column['draw'] =>
  (_r, lines) => {
    if (!lines) return <Spark values={[]} color={color} />;
    const values = lines[key];
    return (
      <Spark
        values={values}
        color={color}
        lo={key === 'rps' ? 0 : undefined}
        hi={key === 'rps' ? topOf(values) * 1.35 : undefined}
      />
    );
  };

export const COLUMNS: Column[] = [
  { key: 'rps', name: 'Req/s', standard: true, text: (r) => rate(r.rps), sort: 'rps', tone: (r) => zero(r.rps) },
  { key: 'rps5', name: '', unit: '5 m', standard: true, wide: true, draw: line('rps', 'series-rate'), fixed: true },
  {
    key: 'fail',
    name: 'Failing',
    unit: '%',
    standard: true,
    text: (r) => percent(r.fail),
    sort: 'fail',
    tone: (r) => (r.fail ? 'bad' : 'zero'),
  },
  {
    key: 'failures',
    name: 'Failures',
    standard: true,
    text: (r) => count(r.failures),
    sort: 'failures',
    tone: (r) => zero(r.failures),
    fixed: true,
  },
  { key: 'p50', name: 'p50', unit: 'ms', standard: true, text: (r) => ms(r.p50), sort: 'p50' },
  { key: 'p95', name: 'p95', unit: 'ms', standard: true, text: (r) => ms(r.p95), sort: 'p95' },
  { key: 'p99', name: 'p99', unit: 'ms', standard: true, text: (r) => ms(r.p99), sort: 'p99' },
  { key: 'min', name: 'Min', unit: 'ms', standard: false, text: (r) => ms(r.min), sort: 'min', fixed: true },
  { key: 'max', name: 'Max', unit: 'ms', standard: true, text: (r) => ms(r.max), sort: 'max', fixed: true },
  {
    key: 'average',
    name: 'Average',
    unit: 'ms',
    standard: false,
    text: (r) => ms(r.average),
    sort: 'average',
    fixed: true,
  },
  {
    key: 'range',
    name: 'Range',
    standard: true,
    wide: true,
    head: () => <RangeHead />,
    draw: (r) => <Range p50={r.p50} p95={r.p95} p99={r.p99} max={r.max} />,
  },
  { key: 'p955', name: 'p95', unit: '5 m', standard: true, wide: true, draw: line('p95', 'series-p95'), fixed: true },
  { key: 'size', name: 'Average size', standard: false, text: (r) => size(r.size), sort: 'size', fixed: true },
  { key: 'requests', name: 'Requests', standard: true, text: (r) => count(r.requests), sort: 'requests', fixed: true },
];

/** The columns of percentiles a scenario declared beyond 0.95 and 0.99. */
export function extraColumns(percentiles: number[]): Column[] {
  return percentiles
    .filter((p) => p !== 0.5 && p !== 0.95 && p !== 0.99)
    .map((p) => {
      const key = String(p);
      return {
        key: 'x' + key,
        name: 'p' + +(p * 100).toPrecision(6),
        unit: 'ms',
        standard: true,
        text: (r: Row) => ms(r.extra[key]),
        sort: 'x' + key,
        fixed: true,
      };
    });
}

/** In the user's order; columns the user has never seen keep their place at the end. */
export function chosen(all: Column[], picked: string[] | null): Column[] {
  if (!picked) return all.filter((c) => c.standard);
  return picked.map((k) => all.find((c) => c.key === k)).filter((c): c is Column => c !== undefined);
}

const plain = (c: Column, r: Row): string =>
  c.text ? c.text(r).replace(/[,\u00a0]/g, (x) => (x === ',' ? '' : ' ')) : '';

export function tableTsv(columns: Column[], rows: Row[]): string {
  const shown = columns.filter((c) => c.text);
  const head = ['Method', 'Name', ...shown.map((c) => [c.name, c.unit].filter(Boolean).join(' '))];
  return [head, ...rows.map((r) => [r.method, r.name, ...shown.map((c) => plain(c, r))])]
    .map((l) => l.join('\t'))
    .join('\n');
}
