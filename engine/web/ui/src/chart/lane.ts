// SPDX-License-Identifier: MIT
// One lane of a timeline: what it shows, and the uPlot that draws it.
import uPlot from 'uplot';
import { alpha, color, font } from './palette';
import { linear, logarithmic, type Scale } from './scales';

export interface LaneSeries {
  /** Beside its value at the right end; empty for the only series of a lane. null: no label. */
  label: string | null;
  values: (number | null)[];
  color: string;
  width: number;
  fill?: number;
  dash?: number[];
  step?: boolean;
  hidden?: boolean;
  /** Shown at the right end while nothing is hovered. */
  now?: number | null;
}

export interface Lane {
  key: string;
  title: string;
  height: number;
  series: LaneSeries[];
  log?: boolean;
  fixed?: [number, number];
  least?: number;
  max?: number;
  parts?: number;
  /** Fill between two series, given by their places: upper, lower. */
  bands?: { upper: number; lower: number; color: string; alpha: number }[];
  limit?: number;
  tick: (v: number) => string;
  value: (v: number | null) => string;
  /** Drawn before and after the series, in canvas pixels. */
  under?: (u: uPlot) => void;
  over?: (u: uPlot) => void;
}

export const LANE_GAP = 10;
export const AXIS = 22;

export interface Frame {
  left: number;
  right: number;
  /** Draws what goes through all lanes: hatching and grey bands below, event lines above. */
  below: (u: uPlot) => void;
  above: (u: uPlot) => void;
  moved: (u: uPlot) => void;
  zoomed: (from: number, to: number) => void;
  xTicks: (u: uPlot) => number[];
  xLabel: (t: number) => string;
  sync: string;
}

export const scaleOf = (lane: Lane): Scale => {
  const columns = lane.series.map((s) => s.values);
  return lane.log
    ? logarithmic(columns, lane.height, lane.fixed)
    : linear(columns, lane.height, lane.least, lane.max, lane.parts);
};

function gradient(u: uPlot, token: string, a: number): CanvasGradient {
  const { top, height } = u.bbox;
  const g = u.ctx.createLinearGradient(0, top, 0, top + height);
  g.addColorStop(0, alpha(token, a));
  g.addColorStop(1, alpha(token, a * 0.15));
  return g;
}

function limitLine(u: uPlot, limit: number): void {
  const y = Math.round(u.valToPos(limit, 'y', true)) + 0.5;
  if (y <= u.bbox.top) return;
  const { ctx } = u;
  ctx.save();
  ctx.strokeStyle = alpha('bad', 0.7);
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(u.bbox.left, y);
  ctx.lineTo(u.bbox.left + u.bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** `current` gives the lane as it is at the time of drawing. */
export function makeLane(
  into: HTMLElement,
  width: number,
  current: () => Lane,
  time: number[],
  frame: Frame,
  foot: boolean,
): uPlot {
  const lane = current();
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const grid = (weight: number): uPlot.Axis.Grid => ({ stroke: () => alpha('line', weight), width: 1 });
  const opts: uPlot.Options = {
    width,
    height: lane.height + LANE_GAP + (foot ? AXIS - LANE_GAP : 0),
    padding: [2, frame.right, foot ? 0 : LANE_GAP, 0],
    legend: { show: false },
    cursor: {
      sync: { key: frame.sync, setSeries: false },
      x: false,
      y: false,
      drag: { x: true, y: false, setScale: false, dist: 6 },
      points: {
        size: 7,
        width: 2,
        stroke: (_u, i) => color(current().series[i - 1]?.color ?? 'text'),
        fill: () => color('surface'),
      },
    },
    scales: {
      x: { time: false, range: (_u, lo, hi) => [lo, hi] },
      y: {
        distr: lane.log ? 3 : 1,
        range: () => {
          const s = scaleOf(current());
          return [s.lo, s.hi];
        },
      },
    },
    axes: [
      {
        show: foot,
        size: AXIS,
        gap: 3,
        font: font(400),
        stroke: () => color('text-3'),
        grid: { show: false },
        ticks: { stroke: () => color('line'), width: 1, size: 4 },
        splits: (u) => frame.xTicks(u),
        values: (_u, v) => v.map(frame.xLabel),
      },
      {
        size: frame.left,
        gap: 8,
        font: font(400),
        stroke: () => color('text-3'),
        grid: grid(0.7),
        ticks: { show: false },
        splits: () => scaleOf(current()).ticks,
        filter: (_u, splits) => splits,
        values: (_u, v) => v.map((x) => (x === 0 && !lane.log ? '' : current().tick(x))),
      },
    ],
    series: [
      {},
      ...lane.series.map((s, i): uPlot.Series => ({
        stroke: () => color(current().series[i]?.color ?? s.color),
        width: s.width,
        dash: s.dash,
        fill: s.fill === undefined ? undefined : (u) => gradient(u, s.color, s.fill as number),
        points: { show: false },
        paths: s.hidden ? () => null : s.step ? stepped : undefined,
        spanGaps: false,
      })),
    ],
    bands: (lane.bands ?? []).map((b) => ({ series: [b.upper + 1, b.lower + 1], fill: alpha(b.color, b.alpha) })),
    hooks: {
      drawClear: [(u) => frame.below(u)],
      drawAxes: [(u) => current().under?.(u)],
      draw: [
        (u) => {
          const now = current();
          if (now.limit !== undefined) limitLine(u, now.limit);
          now.over?.(u);
          frame.above(u);
        },
      ],
      setCursor: [(u) => frame.moved(u)],
      setSelect: [
        (u) => {
          if (u.select.width < 6) return;
          const from = u.posToVal(u.select.left, 'x');
          const to = u.posToVal(u.select.left + u.select.width, 'x');
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          frame.zoomed(from, to);
        },
      ],
    },
  };
  return new uPlot(opts, dataOf(lane, time), into);
}

export const dataOf = (lane: Lane, time: number[]): uPlot.AlignedData => [time, ...lane.series.map((s) => s.values)];
