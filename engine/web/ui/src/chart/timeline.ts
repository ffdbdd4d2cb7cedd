// SPDX-License-Identifier: MIT
// A stack of lanes with one time axis, one cursor and the event lines through all of them.
import uPlot from 'uplot';
import { placeMarks, type Mark } from '../core/events';
import { clock, clockMinutes, clockTime } from '../core/format';
import type { Change } from '../core/types';
import { LANE_GAP, dataOf, makeLane, scaleOf, type Frame, type Lane } from './lane';
import { alpha, color, measure } from './palette';
import { spread, timeStep, timeTicks } from './scales';

export interface TimelineData {
  time: number[];
  lanes: Lane[];
  changes: Change[];
  from: number;
  to: number;
  /** Hatched: the generator was the limit. */
  doubt: [number, number][];
  /** Grey: no contact. */
  gaps: [number, number][];
  /** Banded: the run was paused, no new tasks started. */
  paused?: [number, number][];
  /** Time since the start instead of the clock. */
  relative?: boolean;
}

export interface TimelineView {
  rail: boolean;
  right: number;
  onZoom?: (from: number, to: number) => void;
  onCursor: (t: number | null) => void;
  onMarks: (marks: Mark[]) => void;
}

const MARK_COLOR = { bad: 'bad', warn: 'warn', ok: 'accent', t2: 'text-2', t3: 'text-3' } as const;
let serial = 0;

export class TimelineChart {
  private plots: uPlot[] = [];
  private lanes: Lane[] = [];
  private labels: HTMLElement[][] = [];
  private marks: Mark[] = [];
  private shape = '';
  private width = 0;
  private lit: Change | null = null;
  private cursor: number | null = null;
  private dirty = false;
  private readonly sync = `timeline-${++serial}`;
  private readonly watch: ResizeObserver;
  private readonly rethemed = (): void => this.rebuild();
  private readonly line: HTMLElement;
  private readonly chip: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    private data: TimelineData,
    private readonly view: TimelineView,
  ) {
    this.line = root.appendChild(document.createElement('div'));
    this.line.className = 'tl-cursor';
    this.chip = root.appendChild(document.createElement('div'));
    this.chip.className = 'tl-chip';
    this.watch = new ResizeObserver(() => {
      if (root.clientWidth !== this.width) this.rebuild();
    });
    this.watch.observe(root);
    addEventListener('themechange', this.rethemed);
    this.rebuild();
  }

  destroy(): void {
    this.watch.disconnect();
    removeEventListener('themechange', this.rethemed);
    for (const p of this.plots) p.destroy();
  }

  update(data: TimelineData): void {
    this.data = data;
    if (this.shapeOf() !== this.shape) return this.rebuild();
    this.lanes = data.lanes;
    this.place();
    this.plots.forEach((p, i) => {
      p.batch(() => {
        p.setData(dataOf(this.lanes[i] as Lane, data.time), false);
        p.setScale('x', { min: data.from, max: data.to });
      });
    });
    this.labelsSoon();
  }

  /** Lights one event's line, or none. */
  light(change: Change | null): void {
    if (this.lit === change) return;
    this.lit = change;
    for (const p of this.plots) p.redraw(false);
  }

  /** Moves the cursor by so many points. */
  step(by: number): void {
    const { time } = this.data;
    const u = this.plots[0];
    if (!u || !time.length) return;
    const at =
      this.cursor === null ? time.length - 1 : Math.max(0, Math.min(time.length - 1, this.indexOf(this.cursor) + by));
    u.setCursor({ left: u.valToPos(time[at] as number, 'x'), top: 10 });
  }

  toBlob(take: (blob: Blob | null) => void): void {
    const all = document.createElement('canvas');
    const parts = [...this.root.querySelectorAll('canvas')];
    all.width = parts[0]?.width ?? 1;
    all.height = parts.reduce((a, c) => a + c.height, 0);
    const ctx = all.getContext('2d');
    if (!ctx) return take(null);
    ctx.fillStyle = color('surface');
    ctx.fillRect(0, 0, all.width, all.height);
    let y = 0;
    for (const c of parts) {
      ctx.drawImage(c, 0, y);
      y += c.height;
    }
    all.toBlob(take);
  }

  private shapeOf(): string {
    return (
      this.data.lanes.map((l) => `${l.key}${l.height}${l.log}${l.series.map((s) => s.label ?? '-')}`).join() +
      !!this.data.relative
    );
  }

  private get narrow(): boolean {
    return this.width < 560;
  }
  private get left(): number {
    return this.narrow ? 52 : 60;
  }
  private get right(): number {
    return this.narrow ? 8 : this.view.right;
  }

  private rebuild(): void {
    for (const p of this.plots) p.destroy();
    for (const el of this.root.querySelectorAll('.lane')) el.remove();
    this.plots = [];
    this.labels = [];
    this.width = this.root.clientWidth;
    if (!this.width) return;
    this.shape = this.shapeOf();
    this.lanes = this.data.lanes;
    this.place();
    const frame: Frame = {
      left: this.left,
      right: this.right,
      sync: this.sync,
      below: (u) => this.below(u),
      above: (u) => this.above(u),
      moved: (u) => this.moved(u),
      zoomed: (from, to) => this.view.onZoom?.(from, to),
      xTicks: (u) => this.xTicks(u),
      xLabel: (t) => this.xLabel(t),
    };
    this.lanes.forEach((lane, i) => {
      const box = this.root.insertBefore(document.createElement('div'), this.line);
      box.className = 'lane';
      const name = box.appendChild(document.createElement('span'));
      name.className = 'lane-name';
      name.textContent = lane.title;
      name.style.left = `${this.left + 3}px`;
      const last = i === this.lanes.length - 1;
      const plot = makeLane(box, this.width, () => this.lanes[i] as Lane, this.data.time, frame, last);
      plot.setScale('x', { min: this.data.from, max: this.data.to });
      this.plots.push(plot);
      this.labels.push(this.narrow ? [] : this.makeLabels(box, lane));
    });
    this.writeLabels();
  }

  private makeLabels(box: HTMLElement, lane: Lane): HTMLElement[] {
    return lane.series.map((s) => {
      const el = document.createElement('div');
      if (s.label === null) return el;
      box.appendChild(el).className = 'lane-value';
      el.style.minWidth = `${this.view.right - 24}px`;
      if (s.label) {
        const key = el.appendChild(document.createElement('i'));
        key.style.background = `var(--${s.color})`;
        el.appendChild(document.createElement('span')).textContent = s.label;
      }
      el.appendChild(document.createElement('b'));
      return el;
    });
  }

  private writeLabels(): void {
    const at = this.cursor === null ? this.data.time.length - 1 : this.indexOf(this.cursor);
    this.lanes.forEach((lane, i) => {
      const plot = this.plots[i];
      const boxes = this.labels[i];
      if (!plot || !boxes?.length) return;
      const shown = lane.series.map((s, k) => ({ s, el: boxes[k] as HTMLElement })).filter((x) => x.s.label !== null);
      const { lo, hi } = scaleOf(lane);
      const heights = shown.map(({ s }) => {
        const v = s.values[at] ?? s.values.findLast((x) => x != null) ?? s.now ?? lo;
        return plot.valToPos(Math.min(hi, Math.max(lo, v)), 'y') + 2;
      });
      const ys = spread(heights, 16, 8, lane.height - 4);
      shown.forEach(({ s, el }, k) => {
        const v = this.cursor === null && s.now !== undefined ? s.now : (s.values[at] ?? null);
        const b = el.lastElementChild as HTMLElement;
        const text = lane.value(v);
        if (b.textContent !== text) b.textContent = text;
        el.style.transform = `translateY(${Math.round((ys[k] as number) - 8)}px)`;
      });
    });
  }

  private indexOf(t: number): number {
    const { time } = this.data;
    let lo = 0;
    let hi = time.length - 1;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if ((time[mid] as number) < t) lo = mid + 1;
      else hi = mid;
    }
    return lo > 0 && t - (time[lo - 1] as number) < (time[lo] as number) - t ? lo - 1 : lo;
  }

  private place(): void {
    const width = this.width - this.left - this.right;
    this.marks = placeMarks(this.data.changes, {
      from: this.data.from,
      to: this.data.to,
      left: this.left,
      width,
      edge: this.width - Math.max(this.right - 40, 4),
      words: !this.narrow,
      measure: (text) => measure(text),
    });
    this.view.onMarks(this.view.rail ? this.marks : []);
  }

  private moved(u: uPlot): void {
    const { left, idx } = u.cursor;
    const t = left !== undefined && left >= 0 && idx != null ? (this.data.time[idx] ?? null) : null;
    if (t === this.cursor) return;
    this.cursor = t;
    const on = t !== null;
    this.line.hidden = this.chip.hidden = !on;
    if (on) {
      const x = Math.round(this.left + u.valToPos(t, 'x'));
      this.line.style.transform = `translateX(${x}px)`;
      this.chip.style.transform = `translateX(${x}px) translateX(-50%)`;
      this.chip.textContent = this.data.relative ? clockTime(t - this.data.from) : clock(t);
    }
    this.writeLabels();
    this.view.onCursor(t);
  }

  private xTicks(u: uPlot): number[] {
    const { from, to, relative } = this.data;
    const step = timeStep(to - from, u.bbox.width / devicePixelRatio, this.narrow ? 56 : 84);
    if (!relative) {
      const room = ((to - from) / (u.bbox.width / devicePixelRatio)) * 14;
      return timeTicks(from + room, to - room, step);
    }
    const out: number[] = [];
    for (let t = from; t < to; t += step) out.push(t);
    return out;
  }

  private xLabel(t: number): string {
    const { from, to, relative } = this.data;
    if (!relative) return to - from < 300 ? clock(t) : clockMinutes(t);
    const s = Math.round(t - from);
    return s === 0 ? '0' : s % 60 ? `${s} s` : s % 3600 ? `${s / 60} m` : `${s / 3600} h`;
  }

  /** Canvas x of a time, kept within the plot. */
  private x(u: uPlot, t: number): number {
    const x = u.valToPos(t, 'x', true);
    return Math.max(u.bbox.left, Math.min(u.bbox.left + u.bbox.width, x));
  }

  private below(u: uPlot): void {
    const { ctx } = u;
    const h = u === this.plots.at(-1) ? u.bbox.top + u.bbox.height : ctx.canvas.height;
    for (const [a, b] of this.data.gaps) {
      const x = this.x(u, a);
      ctx.fillStyle = alpha('text-3', 0.1);
      ctx.fillRect(x, 0, this.x(u, b) - x, h);
    }
    const px = devicePixelRatio;
    for (const [a, b] of this.data.paused ?? []) {
      const x = this.x(u, a);
      const w = this.x(u, b) - x;
      if (w <= 0) continue;
      ctx.fillStyle = alpha('warn', 0.12);
      ctx.fillRect(x, 0, w, h);
    }
    for (const [a, b] of this.data.doubt) {
      const x = this.x(u, a);
      const w = this.x(u, b) - x;
      if (w <= 0) continue;
      ctx.save();
      ctx.beginPath();
      ctx.rect(x, 0, w, h);
      ctx.clip();
      ctx.strokeStyle = alpha('warn', 0.2);
      ctx.lineWidth = px;
      // One pattern through all lanes: it starts where the lane above left it.
      const shift = (this.topOf(u) * px) % (7 * px);
      for (let i = x - h - 7 * px; i < x + w; i += 7 * px) {
        ctx.beginPath();
        ctx.moveTo(i - shift, h);
        ctx.lineTo(i + h - shift, 0);
        ctx.stroke();
      }
      ctx.restore();
    }
  }

  private topOf(u: uPlot): number {
    const i = this.plots.indexOf(u);
    return this.lanes.slice(0, Math.max(0, i)).reduce((a, l) => a + l.height + LANE_GAP, 0);
  }

  /** Labels follow the scales, which uPlot settles just before it draws. */
  private labelsSoon(): void {
    if (this.dirty) return;
    this.dirty = true;
    queueMicrotask(() => {
      this.dirty = false;
      this.writeLabels();
    });
  }

  private above(u: uPlot): void {
    this.labelsSoon();
    const { ctx } = u;
    const px = devicePixelRatio;
    const h = u === this.plots.at(-1) ? u.bbox.top + u.bbox.height : ctx.canvas.height;
    ctx.save();
    for (const mark of this.marks) {
      const x = Math.round(mark.x * px) + 0.5;
      const lit = this.lit !== null && mark.change === this.lit;
      ctx.strokeStyle = alpha(MARK_COLOR[mark.tone], lit ? 1 : 0.55);
      ctx.lineWidth = (lit ? 2 : 1) * px;
      ctx.setLineDash(lit ? [] : [2 * px, 3 * px]);
      ctx.beginPath();
      ctx.moveTo(x, 0);
      ctx.lineTo(x, h);
      ctx.stroke();
    }
    ctx.restore();
  }
}
