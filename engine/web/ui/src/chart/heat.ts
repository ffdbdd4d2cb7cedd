// SPDX-License-Identifier: MIT
// The heat map: a lane on a log axis, whose cells are painted under three percentile lines; beside it the last 10 s.
import type uPlot from 'uplot';
import { msAlone, msTick } from '../core/format';
import type { Curve } from '../core/history';
import type { HeatMap, HistogramPart } from '../core/types';
import type { Lane } from './lane';
import { alpha, color, font, heatColors } from './palette';

/** Counts per cell about `decade` high: edges merged so that a cell is never a hair. */
export interface Cells {
  edges: number[];
  columns: number[][];
  full: number;
  seconds: number;
}

export function cellsOf(map: HeatMap, decade = 0.08): Cells {
  const { edges_ms: edges, columns } = map;
  const starts: number[] = [];
  let last = -Infinity;
  for (let i = 0; i + 1 < edges.length; i++) {
    const at = Math.log10(Math.max(1e-6, edges[i] as number));
    if (at - last < decade * 0.75) continue;
    starts.push(i);
    last = at;
  }
  const merged = columns.map((c) =>
    starts.map((from, k) => c.slice(from, starts[k + 1] ?? c.length).reduce((a, b) => a + b, 0)),
  );
  const all = merged
    .flat()
    .filter((v) => v > 0)
    .sort((a, b) => a - b);
  return {
    edges: [...starts.map((i) => edges[i] as number), edges.at(-1) ?? 1],
    columns: merged,
    full: niceFull(all[Math.floor(all.length * 0.98)] ?? 1),
    seconds: map.col_s,
  };
}

/** 1, 2 or 5 times a power of ten, at or above. */
export function niceFull(v: number): number {
  const p = 10 ** Math.floor(Math.log10(Math.max(1, v)));
  return [1, 2, 5, 10].map((m) => m * p).find((x) => x >= v) ?? v;
}

/** The range of the axis: where cells hold anything, with room. */
export function heatRange(cells: Cells): [number, number] {
  let lo = Infinity;
  let hi = 0;
  for (const column of cells.columns)
    column.forEach((n, i) => {
      if (!n) return;
      lo = Math.min(lo, cells.edges[i] as number);
      hi = Math.max(hi, cells.edges[i + 1] as number);
    });
  return hi > 0 ? [Math.max(0.001, lo * 0.7), hi * 1.6] : [0.1, 1000];
}

/** Where the dots of a cell stand: evenly over its time. */
export const dotPlaces = (n: number): number[] => Array.from({ length: n }, (_, i) => (i + 0.5) / n);

function dots(u: uPlot, [a, b]: [number, number], y: number, n: number): void {
  const { ctx } = u;
  ctx.fillStyle = color('series-p95');
  for (const at of dotPlaces(n)) {
    ctx.beginPath();
    ctx.arc(a + (b - a) * at, y, 2.5 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
}

/** `few`: each request a dot, for a colour would say more than is known. */
export function paintCells(u: uPlot, map: HeatMap, cells: Cells, few: boolean): void {
  const { ctx } = u;
  const paint = heatColors();
  const { left, top, width, height } = u.bbox;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  cells.columns.forEach((column, i) => {
    const a = Math.round(u.valToPos(map.from + i * map.col_s, 'x', true));
    const b = Math.round(u.valToPos(Math.min(map.to, map.from + (i + 1) * map.col_s), 'x', true));
    column.forEach((n, k) => {
      if (n < 1) return;
      const y1 = Math.round(u.valToPos(cells.edges[k] as number, 'y', true));
      const y2 = Math.round(u.valToPos(cells.edges[k + 1] as number, 'y', true));
      if (few) return dots(u, [a, b], (y1 + y2) / 2, n);
      ctx.fillStyle = paint(n / cells.full);
      ctx.fillRect(a, y2, Math.max(1, b - a), Math.max(1, y1 - y2));
    });
  });
  ctx.restore();
}

const DASH: Record<string, number[]> = { p50: [], p95: [6, 3], p99: [2, 3] };

function percentileLines(u: uPlot, curve: Curve): void {
  const { ctx } = u;
  const px = devicePixelRatio;
  const every = Math.max(1, Math.round(curve.time.length / 200));
  ctx.save();
  ctx.beginPath();
  ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
  ctx.clip();
  for (const key of ['p50', 'p95', 'p99'] as const)
    for (const [stroke, width] of [
      [alpha('page', 0.65), 3.8],
      [color('text'), key === 'p50' ? 1.6 : 1.4],
    ] as const) {
      ctx.strokeStyle = stroke;
      ctx.lineWidth = width * px;
      ctx.setLineDash((DASH[key] as number[]).map((d) => d * px));
      ctx.beginPath();
      let on = false;
      for (let i = 0; i < curve.time.length; i += every) {
        const part = curve[key].slice(i, i + every).filter((v): v is number => v != null && v > 0);
        if (!part.length) {
          on = false;
          continue;
        }
        const x = u.valToPos(curve.time[i] as number, 'x', true);
        const y = u.valToPos(part.reduce((a, b) => a + b, 0) / part.length, 'y', true);
        if (on) ctx.lineTo(x, y);
        else ctx.moveTo(x, y);
        on = true;
      }
      ctx.stroke();
    }
  ctx.restore();
}

/** The same axis turned into a distribution of the last 10 s. */
function sideways(u: uPlot, part: HistogramPart, edges: number[], right: number): void {
  const { ctx } = u;
  const px = devicePixelRatio;
  const x0 = u.bbox.left + u.bbox.width + 40 * px;
  const wide = (right - 40 - 58) * px;
  const bins = edges.slice(0, -1).map(() => 0);
  for (const [from, to, n] of part.buckets) {
    const at = Math.sqrt(Math.max(1e-9, from) * to);
    const k = edges.findIndex((e, i) => at >= e && at < (edges[i + 1] ?? Infinity));
    if (k >= 0 && k < bins.length) bins[k] = (bins[k] as number) + n;
  }
  const most = Math.max(1, ...bins);
  ctx.save();
  ctx.fillStyle = color('series-p95');
  bins.forEach((n, k) => {
    const length = (n / most) * wide;
    if (length < 0.4) return;
    const y1 = u.valToPos(edges[k] as number, 'y', true);
    const y2 = u.valToPos(edges[k + 1] as number, 'y', true);
    ctx.fillRect(x0, y2 + px / 2, length, Math.max(1, y1 - y2 - px));
  });
  ctx.font = font(500, 11 * px);
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  const wanted = ['50', '95', '99']
    .map((p) => ({ p, v: part.percentiles[p] }))
    .filter((x): x is { p: string; v: number } => x.v != null && x.v > 0);
  let last = -Infinity;
  for (const { p, v } of wanted.reverse()) {
    const y = u.valToPos(v, 'y', true);
    ctx.strokeStyle = color('text');
    ctx.lineWidth = 1.2 * px;
    ctx.setLineDash((DASH['p' + p] as number[]).map((d) => d * px));
    ctx.beginPath();
    ctx.moveTo(u.bbox.left + u.bbox.width + 4 * px, y);
    ctx.lineTo(x0 + wide + 6 * px, y);
    ctx.stroke();
    const at = Math.max(y, last + 12 * px);
    last = at;
    ctx.fillStyle = color('text-2');
    ctx.fillText('p' + p, x0 + wide + 10 * px, at);
  }
  ctx.restore();
}

export interface HeatParts {
  map: HeatMap;
  cells: Cells;
  curve: Curve;
  /** The last 10 s, beside the map. */
  now: HistogramPart | null;
  few: boolean;
  right: number;
  height: number;
}

export function heatLane({ map, cells, curve, now, few, right, height }: HeatParts): Lane {
  const side = (key: 'p50' | 'p95' | 'p99'): Lane['series'][number] => ({
    label: null,
    values: curve[key],
    color: 'text',
    width: 1,
    hidden: true,
  });
  return {
    key: 'heat',
    title: '',
    height,
    log: true,
    fixed: heatRange(cells),
    tick: msTick,
    value: msAlone,
    series: [side('p99'), side('p95'), side('p50')],
    under: (u) => paintCells(u, map, cells, few),
    over: (u) => {
      if (!few) percentileLines(u, curve);
      if (now && now.count > 0 && u.bbox.left + u.bbox.width < u.ctx.canvas.width - 100 * devicePixelRatio)
        sideways(u, now, cells.edges, right);
    },
  };
}
