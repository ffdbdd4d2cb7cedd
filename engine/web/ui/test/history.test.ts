// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import {
  cutBefore,
  emptyCurve,
  fromAnswer,
  fromLocust,
  joinSpans,
  lastDataAt,
  merge,
  sent,
  thin,
  type Curve,
} from '../src/core/history';

const curve = (from: number, rps: (number | null)[]): Curve => ({
  ...fromAnswer({
    from,
    to: from + rps.length,
    step: 1,
    time: rps.map((_, i) => from + i),
    rps,
    fails: rps.map(() => 0),
    p50: rps,
    p95: rps,
    p99: rps,
    users: rps.map(() => 5),
  }),
});

describe('what came with the page', () => {
  const locust = [{ time: '2026-11-26T10:00:00Z', current_rps: ['', 7] as [string, number] }];
  const answer = { from: 5, to: 5, step: 1, time: [5], rps: [9], fails: [0], p50: [1], p95: [2], p99: [3], users: [4] };
  test('is the server’s own curve, with every line', () => {
    const c = sent({ history: locust, curve: answer });
    expect([c.time, c.rps, c.p99]).toEqual([[5], [9], [3]]);
  });
  test('is Locust’s list where there is none, or an empty one', () => {
    expect(sent({ history: locust }).rps).toEqual([7]);
    expect(sent({ history: locust, curve: { ...answer, time: [] } }).rps).toEqual([7]);
    expect(sent({}).time).toEqual([]);
  });
});

describe('merging', () => {
  test('the tail replaces what overlaps', () => {
    const c = merge(curve(0, [1, 2, 3, 4]), curve(2, [30, 40, 50]));
    expect(c.time).toEqual([0, 1, 2, 3, 4]);
    expect(c.rps).toEqual([1, 2, 30, 40, 50]);
    expect(c.target).toEqual([null, null, null, null, null]);
  });
  test('nothing new changes nothing', () => {
    const c = curve(0, [1]);
    expect(merge(c, emptyCurve())).toBe(c);
  });
  test('hatched spans join', () => {
    expect(
      joinSpans([
        [10, 20],
        [21, 30],
        [50, 60],
        [5, 12],
      ]),
    ).toEqual([
      [5, 30],
      [50, 60],
    ]);
  });
  test('what is out of view goes', () => expect(cutBefore(curve(0, [1, 2, 3]), 1.5).rps).toEqual([3]));
});

describe('thinning', () => {
  const n = 10_000;
  const rps = Array.from({ length: n }, (_, i) => (i === 4321 ? 9999 : i === 777 ? 1 : 100 + (i % 7)));
  const thinned = thin(curve(0, rps), 800);
  test('to about as many points as asked', () => {
    expect(thinned.time.length).toBeLessThanOrEqual(1000);
    expect(thinned.time.length).toBeGreaterThan(300);
  });
  test('keeps the extremes and the last', () => {
    expect(thinned.rps).toContain(9999);
    expect(thinned.rps).toContain(1);
    expect(thinned.time.at(-1)).toBe(n - 1);
    expect(thinned.time[0]).toBe(0);
  });
  test('stays in order, columns stay together', () => {
    expect([...thinned.time].sort((a, b) => a - b)).toEqual(thinned.time);
    expect(thinned.rps.length).toBe(thinned.time.length);
    expect(thinned.rps[thinned.time.indexOf(4321)]).toBe(9999);
  });
  test('a gap stays a gap', () => {
    const holes = rps.map((v, i) => (i > 2000 && i < 4000 ? null : v));
    expect(thin(curve(0, holes), 400).rps.filter((v) => v === null).length).toBeGreaterThan(5);
  });
  test('few points are left alone', () => {
    const c = curve(0, [1, 2, 3]);
    expect(thin(c, 100)).toBe(c);
  });
});

test('Locust’s own history is understood', () => {
  const c = fromLocust([
    {
      time: '2026-11-23T14:12:00Z',
      current_rps: ['x', 5],
      user_count: ['x', 3],
      'response_time_percentile_0.95': ['x', 12],
    },
    { time: 'bad' },
  ]);
  expect([c.time.length, c.rps, c.users, c.p95, c.p50]).toEqual([1, [5], [3], [12], [null]]);
});

test('when a response was last counted', () => {
  expect(lastDataAt([1, 2, 3], [5, 6, null])).toBe(2);
  expect(lastDataAt([1, 2], [0, null])).toBeNull();
});
