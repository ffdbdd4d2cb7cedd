// SPDX-License-Identifier: MIT
// What people type, and what it would do.
import { describe, expect, test } from 'vitest';
import { check, command, editMeaning, perWorker, split } from '../src/core/load';
import { parseCount, parseRate, parseSpan, shellWord, spanText } from '../src/core/parse';
import { differing, flatten, idle, planned } from '../src/core/ratios';
import { collect, parseLine } from '../src/core/logs';
import { nextSpan, viewOf } from '../src/core/span';
import { curl } from '../src/parts/KindPanel';
import { plan } from '../src/parts/StartSide';

const plain = (s: string): string => s.replace(/\u00a0/g, ' ');

describe('what people type', () => {
  test.each([
    ['24,000', 24_000],
    ['24000', 24_000],
    [' 1 000 ', 1000],
    ['2.5', null],
    ['', null],
    ['-5', null],
    ['1e3', null],
  ])('users %s', (t, want) => expect(parseCount(t)).toBe(want));
  test.each([
    ['400', 400],
    ['0.5', 0.5],
    ['.5', 0.5],
    ['1,000.5', 1000.5],
    ['x', null],
  ])('rate %s', (t, want) => expect(parseRate(t)).toBe(want));
  test.each([
    ['30m', 1800],
    ['1h30m', 5400],
    ['90', 90],
    ['1h 5s', 3605],
    ['', undefined],
    ['30x', null],
    ['m', null],
  ])('time %s', (t, want) => expect(parseSpan(t)).toBe(want));
  test.each([
    [1800, '30m'],
    [5400, '1h30m'],
    [90, '1m30s'],
    [0, '0s'],
  ])('%s s is written %s', (s, want) => expect(spanText(s)).toBe(want));
  test.each([
    ['a-b/c:1', 'a-b/c:1'],
    ["it's", "'it'\\''s'"],
    ['release 2.14', "'release 2.14'"],
    ['$(x)', "'$(x)'"],
  ])('shell %s', (s, want) => expect(shellWord(s)).toBe(want));
  test('errors stand under their field', () => {
    const c = check({ users: 'x', rate: '0', host: 'shop', time: '5q' }, {});
    expect(Object.keys(c.errors).sort()).toEqual(['host', 'rate', 'time', 'users']);
    expect(check({ users: '1', rate: '1', host: '', time: '' }, {}).errors).toEqual({});
    expect(check({ users: '1', rate: '1', host: '', time: '' }, { is_host_required: true }).errors.host).toBeTruthy();
  });
});

describe('what it would do', () => {
  test('per worker', () => {
    expect(perWorker(24_000, 12)).toBe('2,000 on each of 12 workers');
    expect(perWorker(10, 3)).toBe('about 3 on each of 3 workers');
    expect(perWorker(10, 0)).toBe('');
    expect(perWorker(1, 3)).toBe('on 1 of 3 workers');
  });
  test('an edit in words', () =>
    expect(plain(editMeaning(24_000, 30_000, 400, 12, 65))).toBe(
      '24,000 → 30,000 users in 15 s. Each of 12 workers goes from 2,000 to 2,500; the hottest CPU would be near 81 %.',
    ));
  test('users by weight add up', () => {
    const classes = [
      { name: 'a', weight: 6, fixed: 0 },
      { name: 'b', weight: 3, fixed: 0 },
      { name: 'c', weight: 1, fixed: 0 },
      { name: 'd', weight: 1, fixed: 2 },
    ];
    for (const n of [0, 1, 2, 3, 7, 10, 24_000, 24_001])
      expect([...split(n, classes).values()].reduce((x, y) => x + y, 0)).toBe(n);
    expect(Object.fromEntries(split(12, classes))).toEqual({ a: 6, b: 3, c: 1, d: 2 });
  });
  test('the same test in a terminal, secrets kept out', () => {
    const page = {
      locustfile: 'shop.c',
      is_distributed: true,
      extra_options: {
        products: { default_value: '5' },
        api_key: { default_value: '', is_secret: true },
        warm: { default_value: false },
      },
    };
    const s = { state: 'ready', stats: [], errors: [], fail_ratio: 0, total_rps: 0, user_count: 0 } as const;
    const text = command(
      page,
      s as never,
      { users: 10, rate: 2, time: 90, errors: {}, host: 'http://a b' },
      { products: '7', api_key: 'hush', warm: 'true' },
      'x y',
      ['Shopper'],
      30,
    );
    expect(text).toBe(
      `cicada -f shop.c --master -u 10 -r 2 -t 1m30s -H 'http://a b' -s 30s --products 7 --api-key "$API_KEY" --warm --profile 'x y' Shopper`,
    );
    expect(text).not.toContain('hush');
  });
  test('the plan turns where the ramp ends', () => {
    const p = plan(100, 10, 60);
    expect(p.users[p.t.indexOf(10)]).toBe(100);
    expect(p.t.at(-1)).toBe(60);
  });
});

describe('task mix', () => {
  const tasks = { A: { ratio: 0.55, tasks: { x: { ratio: 0.2 }, y: { ratio: 0.8 } } }, B: { ratio: 0.45 } };
  test('flat, largest first, nested', () =>
    expect(flatten(tasks).map((r) => `${r.depth}${r.name}`)).toEqual(['0A', '1y', '1x', '0B']));
  test('differences over two points are named', () => {
    expect(differing(tasks, planned({ A: { weight: 1 }, B: { weight: 1 } })).map((d) => d.name)).toEqual(['A', 'B']);
    expect(differing(tasks, planned({ A: { weight: 54 }, B: { weight: 46 } }))).toEqual([]);
    const counted = {
      A: {
        ratio: 1,
        measured: 1,
        tasks: { log_in: { ratio: 0.1, measured: 0.162 }, read: { ratio: 0.9, measured: 0.915 } },
      },
    };
    const off = differing(counted, planned({ A: { weight: 1 } }));
    expect(off.map((d) => d.name)).toEqual(['A › log_in']);
    expect(off[0]?.by).toBeCloseTo(6.2);
  });
  test('classes without users are not below their plan', () => {
    const ended = { A: { ratio: 0, measured: 1, tasks: { x: { ratio: 1, measured: 1 } } } };
    expect(idle(ended)).toBe(true);
    expect(idle(tasks)).toBe(false);
    expect(differing(ended, planned({ A: { weight: 1 } }))).toEqual([]);
  });
});

describe('log lines', () => {
  test('Locust’s shape', () =>
    expect(parseLine('[2026-11-23 14:12:00,001] host/WARNING/cicada.runners: a: b\nc', null)).toMatchObject({
      time: '2026-11-23 14:12:00,001',
      level: 'WARNING',
      source: 'cicada.runners',
      text: 'a: b\nc',
    }));
  test('anything else is kept as it is', () =>
    expect(parseLine('<script>', 'w')).toMatchObject({ text: '<script>', level: 'INFO' }));
  test('all by time, at most 5,000', () => {
    const line = (s: number): string => `[2026-11-23 14:12:${String(s).padStart(2, '0')},000] h/INFO/x: ${s}`;
    expect(collect([line(1), line(5)], { w: [line(3)] }).map((l) => l.text)).toEqual(['1', '3', '5']);
    expect(
      collect(
        Array.from({ length: 6000 }, () => line(1)),
        {},
      ).length,
    ).toBe(5000);
  });
});

describe('span of the charts', () => {
  const view = (q: string, start: number, end: number) => viewOf(new URLSearchParams(q), start, end);
  test('all of a short run', () =>
    expect(view('', 0, 800)).toMatchObject({ span: 'all', from: 0, to: 800, since: null }));
  test('15 m of a long one', () => expect(view('', 0, 7200)).toMatchObject({ span: '15m', from: 6300 }));
  test('as the address says', () => expect(view('span=1m', 0, 7200)).toMatchObject({ from: 7140, since: 7140 }));
  test('zoomed does not move', () =>
    expect(view('from=10&to=20', 0, 7200)).toMatchObject({ zoomed: true, from: 10, to: 20 }));
  test('shorter and longer', () => expect([nextSpan('5m', -1), nextSpan('all', 1)]).toEqual(['1m', 'all']));
});

test('copy as curl quotes what targets sent', () => {
  expect(
    curl({
      t: 0,
      method: 'POST',
      name: '/x',
      url: "http://h/x?a='b'",
      error: 'e',
      request_headers: { Host: 'h', 'X-A': '$(rm)' },
    }),
  ).toBe(`curl -i -X POST -H 'X-A: $(rm)' 'http://h/x?a='\\''b'\\'''`);
});
