// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { parseFilter } from '../src/core/filter';
import type { Entry } from '../src/core/types';
import { chosen, COLUMNS, extraColumns, tableTsv } from '../src/table/columns';
import { filtered, keepPlaces, nextOrder, ordered, readOrder, rowOf, writeOrder } from '../src/table/rows';
import { sliceOf } from '../src/table/virtual';

const entry = (name: string, over: Partial<Entry> = {}): Entry => ({
  method: 'GET',
  name,
  num_requests: 100,
  num_failures: 0,
  avg_response_time: 5,
  avg_content_length: 10,
  min_response_time: 1,
  max_response_time: 90,
  median_response_time: 4,
  current_rps: 10,
  current_fail_per_sec: 0,
  total_rps: 8,
  total_fail_per_sec: 0,
  current: { rps: 10, fails: 0, p50: 4, p95: 9, p99: 20 },
  attention: 0,
  'response_time_percentile_0.95': 8,
  'response_time_percentile_0.99': 19,
  ...over,
});

describe('filter', () => {
  const names = ['GET /api/cart', 'POST /api/cart/items', 'POST /api/checkout', 'GET /'];
  const hits = (q: string): string[] => names.filter((n) => parseFilter(q).test(n));
  test.each([
    ['', names],
    ['cart', names.slice(0, 2)],
    ['CART post', [names[1]]],
    ['post -cart', [names[2]]],
    ['/^get \\/$/', [names[3]]],
    ['-/^post/', [names[0], names[3]]],
    ['"post /api/c"', [names[1], names[2]]],
    ['-', names.filter((n) => n.includes('-'))],
    ['/', names],
  ])('%s', (q, want) => {
    expect(hits(q)).toEqual(want);
  });
  test('a bad pattern says so and filters nothing', () => {
    const f = parseFilter('/(/');
    expect(f.error).toContain('not a pattern');
    expect(f.test('anything')).toBe(true);
  });
});

describe('order', () => {
  const rows = [
    entry('/a', { num_requests: 5 }),
    entry('/b', { attention: 3, num_requests: 1 }),
    entry('/c', { attention: 1 }),
    entry('/d', { num_requests: 900 }),
  ].map((e) => rowOf(e, 'now'));
  const names = (list: { name: string }[]): string => list.map((r) => r.name).join('');
  test('attention first, then by requests', () => expect(names(ordered(rows, null))).toBe('/b/c/d/a'));
  test('by a column, both ways', () => {
    expect(names(ordered(rows, { key: 'requests', down: true }))).toBe('/d/c/a/b');
    expect(names(ordered(rows, { key: 'requests', down: false }))).toBe('/b/a/c/d');
    expect(names(ordered(rows, { key: 'name', down: false }))).toBe('/a/b/c/d');
  });
  test('none comes last whichever way', () => {
    const some = [
      rowOf(entry('/x', { current: { rps: 0, fails: 0, p50: null, p95: null, p99: null } }), 'now'),
      ...rows,
    ];
    expect(ordered(some, { key: 'p95', down: true }).at(-1)?.name).toBe('/x');
    expect(ordered(some, { key: 'p95', down: false }).at(-1)?.name).toBe('/x');
  });
  test('a click on a head: down, up, back', () => {
    const one = nextOrder(null, 'p95');
    const two = nextOrder(one, 'p95');
    expect([one, two, nextOrder(two, 'p95')]).toEqual([{ key: 'p95', down: true }, { key: 'p95', down: false }, null]);
    const text = nextOrder(null, 'name', true);
    expect([text, nextOrder(text, 'name', true), nextOrder({ key: 'name', down: true }, 'name', true)]).toEqual([
      { key: 'name', down: false },
      { key: 'name', down: true },
      null,
    ]);
  });
  test('survives the address', () => {
    for (const o of [
      { key: 'p95', down: true },
      { key: 'x0.999', down: false },
    ])
      expect(readOrder(writeOrder(o))).toEqual(o);
    expect(readOrder('p95 ')).toEqual({ key: 'p95', down: false }); // + arrives as a blank
    expect(readOrder('nonsense')).toBeNull();
  });
  test('rows keep their place, new ones come last', () => {
    expect(names(keepPlaces(rows, ['GET /d', 'GET /a', 'GET /c']))).toBe('/d/a/c/b');
  });
  test('chips', () => {
    expect(names(filtered(rows, '', 'failing'))).toBe('/b');
    expect(names(filtered(rows, '', 'slower'))).toBe('/c');
    expect(names(filtered(rows, '/d', null))).toBe('/d');
  });
});

describe('a row', () => {
  test('of the last 10 s', () => {
    const r = rowOf(entry('/a', { current: { rps: 4, fails: 1, p50: 1, p95: 2, p99: 3 } }), 'now');
    expect([r.rps, r.fail, r.p50, r.p95, r.p99]).toEqual([4, 0.25, 1, 2, 3]);
  });
  test('of the whole run', () => {
    const r = rowOf(entry('/a', { num_failures: 50 }), 'run');
    expect([r.rps, r.fail, r.p50, r.p95, r.p99]).toEqual([8, 0.5, 4, 8, 19]);
  });
  test('from a server without windows', () => {
    const r = rowOf(entry('/a', { current: undefined }), 'now');
    expect([r.rps, r.p50, r.p95]).toEqual([10, 4, 8]);
  });
  test('no traffic now is 0, not none', () => {
    expect(rowOf(entry('/a', { current: { rps: 0, fails: 0, p50: null, p95: null, p99: null } }), 'now').fail).toBe(0);
  });
});

test('columns', () => {
  const all = [...COLUMNS, ...extraColumns([0.5, 0.95, 0.999])];
  expect(all.at(-1)?.name).toBe('p99.9');
  expect(chosen(all, null).map((c) => c.key)).toEqual([
    'rps',
    'rps5',
    'fail',
    'failures',
    'p50',
    'p95',
    'p99',
    'max',
    'range',
    'p955',
    'requests',
    'x0.999',
  ]);
  expect(chosen(all, ['p99', 'gone', 'rps']).map((c) => c.key)).toEqual(['p99', 'rps']);
  expect(tableTsv(chosen(all, ['requests']), [rowOf(entry('/a', { num_requests: 12_345 }), 'now')])).toBe(
    'Method\tName\tRequests\nGET\t/a\t12345',
  );
});

describe('only rows in view are drawn', () => {
  test('up to 100 all of them', () =>
    expect(sliceOf(100, 32, 0, 900)).toEqual({ from: 0, to: 100, above: 0, below: 0 }));
  test('over 100 a window with a margin', () => {
    const s = sliceOf(500, 32, -3200, 900);
    expect(s.from).toBe(88);
    expect(s.to).toBe(141);
    expect(s.above + (s.to - s.from) * 32 + s.below).toBe(500 * 32);
  });
});
