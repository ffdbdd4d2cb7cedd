// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { placeMarks, type Rail } from '../src/core/events';
import type { Change } from '../src/core/types';
import {
  linear,
  logarithmic,
  niceStep,
  spread,
  timeStep,
  timeTicks,
  wantsLog,
  withoutZeros,
} from '../src/chart/scales';
import { cellsOf, dotPlaces, heatRange, niceFull } from '../src/chart/heat';

const rail: Rail = { from: 0, to: 1000, left: 50, width: 1000, edge: 1080, words: true, measure: (t) => t.length * 6 };
const change = (t: number, kind: string, short = kind): Change => ({ t, kind, text: `${kind} at ${t}`, short });

describe('marks on the rail', () => {
  test('a word goes right of its mark, else left, else nowhere', () => {
    const marks = placeMarks(
      [
        change(500, 'load', 'twenty users'),
        change(510, 'failure', 'first 503'),
        change(700, 'lost', 'worker lost'),
        change(720, 'joined', 'joined'),
        change(740, 'load', 'load'),
      ],
      rail,
    );
    expect(marks.map((m) => m.side)).toEqual(['left', 'right', 'left', null, 'right']);
  });
  test('the important word wins', () => {
    const marks = placeMarks([change(1000, 'load', 'x'.repeat(40)), change(995, 'overloaded', 'overloaded')], {
      ...rail,
      edge: 1060,
    });
    expect(marks.find((m) => m.change.kind === 'overloaded')?.side).toBe('left');
  });
  test('a finished ramp is listed, not drawn', () => expect(placeMarks([change(5, 'ramped')], rail)).toEqual([]));
  test('only those in view', () => expect(placeMarks([change(-5, 'load'), change(1005, 'load')], rail)).toEqual([]));
  test('unknown kinds are drawn, quietly', () =>
    expect(placeMarks([change(5, 'fancy')], rail)[0]).toMatchObject({ tone: 't3' }));
  test('over 12 in view: those within 24 px become a count', () => {
    const many = Array.from({ length: 13 }, (_, i) => change(100 + i * 5, i === 3 ? 'overloaded' : 'load'));
    const marks = placeMarks(many, rail);
    expect(marks.map((m) => m.count)).toEqual([5, 5, 3]);
    expect(marks[0]?.change.kind).toBe('overloaded');
    expect(marks.reduce((a, m) => a + m.count, 0)).toBe(13);
    expect(marks[0]?.text.split('\n').length).toBe(5);
  });
});

describe('scales', () => {
  test.each([
    [100, 2, 50],
    [57, 2, 25],
    [9, 2, 2.5],
    [3, 2, 1],
  ])('step of %s in %s parts is %s', (span, parts, want) => expect(niceStep(span, parts)).toBe(want));
  test('linear starts at 0 and has room above', () => {
    const s = linear([[1, 50_576, null]], 80);
    expect(s.lo).toBe(0);
    expect(s.hi).toBeCloseTo(56_645, 0);
    expect(s.ticks).toEqual([0, 25_000, 50_000]);
  });
  test('failures have an axis to 10 at least', () => expect(linear([[0, 1]], 40, 10).hi).toBeCloseTo(11.2));
  test('never more than three gridlines, 15 px apart', () => {
    for (let hi = 1; hi < 1e7; hi *= 1.17)
      for (const height of [40, 42, 48, 58, 80, 96, 112, 116, 200]) {
        const s = linear([[hi]], height);
        expect(s.ticks.filter((t) => t > 0).length).toBeLessThanOrEqual(3);
        const [a = 0, b = s.hi] = s.ticks;
        expect(((b - a) / s.hi) * height).toBeGreaterThan(14);
      }
  });
  test('log over a factor of 4, else linear', () => {
    expect(wantsLog([[10, 39]])).toBe(false);
    expect(wantsLog([[10, null, 41]])).toBe(true);
    expect(wantsLog([[null]])).toBe(false);
  });
  test('log ticks are 1 and 3', () => expect(logarithmic([[8, 274]], 116).ticks).toEqual([10, 30, 100, 300]));
  test('times', () => {
    expect(timeStep(1122, 1200, 84)).toBe(120);
    expect(timeTicks(0, 300, 120).length).toBe(3);
  });
  test('a zero between zeros is no line', () =>
    expect(withoutZeros([0, 0, 0, 2, 0, 0, null])).toEqual([null, null, 0, 2, 0, null, null]));
  test('labels are pushed apart within the lane', () => {
    expect(spread([10, 12, 14], 16, 8, 100)).toEqual([10, 26, 42]);
    expect(spread([98, 99, 100], 16, 8, 100)).toEqual([68, 84, 100]);
    expect(spread([50, 10], 16, 8, 100)).toEqual([50, 10]);
  });
});

describe('heat map', () => {
  const edges = Array.from({ length: 61 }, (_, i) => 10 ** (i * 0.02)); // 0.02 of a decade each
  const map = {
    from: 0,
    to: 8,
    col_s: 4,
    edges_ms: edges,
    columns: [edges.slice(1).map((_, i) => (i >= 20 && i < 40 ? 10 : 0)), edges.slice(1).map(() => 0)],
  };
  const cells = cellsOf(map);
  test('cells are about 8 % of a decade high and lose nothing', () => {
    const high = Math.log10((cells.edges[1] as number) / (cells.edges[0] as number));
    expect(high).toBeGreaterThan(0.055);
    expect(high).toBeLessThan(0.1);
    expect(cells.columns.flat().reduce((a, b) => a + b, 0)).toBe(200);
    expect(cells.columns[0]?.length).toBe(cells.edges.length - 1);
  });
  test('the axis holds what there is', () => {
    const [lo, hi] = heatRange(cells);
    expect(lo).toBeLessThan(10 ** 0.4);
    expect(hi).toBeGreaterThan(10 ** 0.8);
  });
  test('full scale is a round number', () =>
    expect([niceFull(1), niceFull(37), niceFull(512), niceFull(1000)]).toEqual([1, 50, 1000, 1000]));
  test('dots of a cell keep apart', () => expect(dotPlaces(4)).toEqual([0.125, 0.375, 0.625, 0.875]));
});
