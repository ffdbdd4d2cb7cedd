// SPDX-License-Identifier: MIT
// Failures in plain words, names in groups, pauses.
import { describe, expect, test } from 'vitest';
import { pausedSince, pauses, placeMarks } from '../src/core/events';
import { parseFilter } from '../src/core/filter';
import { grouped, membersQuery, pattern } from '../src/core/group';
import { workerNames } from '../src/core/names';
import { plainError } from '../src/core/plain';
import type { Change, Snapshot } from '../src/core/types';
import type { Row } from '../src/table/rows';

describe('plain words', () => {
  const said = (error: string): string => plainError(error).replace(/\u00a0/g, ' ');
  test.each([
    ["HTTPError('404 Client Error: Not Found for url: /item?id=[id]')", '404 Not Found'],
    ["HTTPError('599 Server Error:  for url: /x')", '599'],
    ["CatchResponseError('bad code 503')", 'Bad code 503'],
    ['CatchResponseError("it isn\'t \\\\there")', "It isn't \\there"],
    ["ConnectionRefusedError(111, 'Connection refused')", 'Connection refused'],
    ["ConnectionResetError(104, 'Connection reset by peer')", 'Connection reset by peer'],
    ["BrokenPipeError(32, 'Broken pipe')", 'Connection closed by the target while sending'],
    ["OSError(113, 'No route to host')", 'No route to host'],
    [
      "RemoteDisconnected('Remote end closed connection without response')",
      'The target closed the connection without answering',
    ],
    ["TimeoutError('timed out')", 'Timed out'],
    [
      'ReadTimeout(ReadTimeoutError("HTTPConnectionPool(host=\'h\', port=80): Read timed out. (read timeout=5)"))',
      'Timed out after 5 s',
    ],
    [
      'ReadTimeoutError("HTTPConnectionPool(host=\'h\', port=80): Read timed out.")',
      'Timed out while reading the answer',
    ],
    [
      "ChunkedEncodingError(ProtocolError('Connection broken: IncompleteRead(3 bytes read, 7 more expected)', IncompleteRead(3 bytes read, 7 more expected)))",
      'The answer ended after 3 of 10 bytes',
    ],
    ["ChunkedEncodingError(ProtocolError('Response ended prematurely'))", 'The answer ended too early'],
    [
      "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate'))",
      'The certificate is not trusted: self-signed certificate',
    ],
    ["gaierror(-2, 'Name or service not known')", 'The host name can’t be looked up'],
    ['LocustBadStatusCode(code=500)', 'Locust bad status code'],
    ['503 Service Unavailable', '503 Service Unavailable'],
    ['price (EUR) is 0', 'price (EUR) is 0'],
    ['', ''],
  ])('%s', (error, words) => expect(said(error)).toBe(words));
});

const row = (name: string, over: Partial<Row> = {}): Row => ({
  key: `GET ${name}`,
  method: 'GET',
  name,
  rps: 10,
  fail: 0,
  failures: 0,
  p50: 4,
  p95: 9,
  p99: 20,
  min: 1,
  max: 90,
  average: 5,
  size: 10,
  requests: 100,
  attention: 0,
  extra: { '0.95': 9 },
  ...over,
});

describe('names in groups', () => {
  test.each([
    ['/api/products/91823', '/api/products/[id]'],
    ['/api/v2/users/7', '/api/v2/users/[id]'],
    ['/o/3f2504e0-4f89-11d3-9a0c-0305e82c3301/pay', '/o/[id]/pay'],
    ['/s/9f86d081884c7d659a2feaa0c55ad015', '/s/[id]'],
    ['/q?page=2&of=17', '/q?page=[id]&of=[id]'],
    ['product91823', 'product[id]'],
    ['/deadbeefcafe', '/deadbeefcafe'],
    ['/api/products/[id]', '/api/products/[id]'],
  ])('%s', (name, want) => expect(pattern(name)).toBe(want));

  test('what can be added is added, percentiles are not made up', () => {
    const rows = [
      row('/p/101', { requests: 300, average: 4, max: 50, min: 2, fail: 0.1, rps: 30, failures: 30, attention: 3 }),
      row('/p/102', { requests: 100, average: 8, max: 70, min: 3 }),
      row('/cart'),
    ];
    const [group, alone] = grouped(rows);
    expect(group).toMatchObject({
      key: 'GET /p/[id]',
      members: 2,
      requests: 400,
      rps: 40,
      failures: 30,
      average: 5,
      min: 2,
      max: 70,
      p50: null,
      p95: null,
      p99: null,
      attention: 3,
    });
    expect(group?.fail).toBeCloseTo(0.075);
    expect(alone).toEqual({ ...row('/cart'), members: 1 });
  });

  test('the filter of a group finds its names and no others', () => {
    const f = parseFilter(membersQuery({ method: 'GET', name: '/p/[id]/a b?x=1.[id]' }));
    expect(f.error).toBeNull();
    expect(f.test('GET /p/12/a b?x=1.345')).toBe(true);
    expect(f.test('GET /p/12/a b?x=1.345/more')).toBe(false);
    expect(f.test('POST /p/12/a b?x=1.345')).toBe(false);
  });
});

describe('pauses', () => {
  const change = (t: number, kind: string): Change => ({ t, kind, text: kind, short: kind });
  const snap = (changes: Change[], paused: boolean): Snapshot => ({
    state: 'running',
    stats: [],
    errors: [],
    fail_ratio: 0,
    total_rps: 0,
    user_count: 1,
    run: { start: 100, end: null, planned_s: null, paused: paused ? { since: null } : null },
    changes,
  });
  test('from pause to resume, the last to now', () => {
    const s = snap([change(300, 'pause'), change(220, 'resume'), change(200, 'pause'), change(100, 'start')], true);
    expect(pauses(s, [], 400)).toEqual([
      [200, 220],
      [300, 400],
    ]);
    expect(pausedSince(s)).toBe(300);
  });
  test('what the history knows is joined with what came after it', () =>
    expect(
      pauses(
        snap([change(300, 'pause')], true),
        [
          [200, 220],
          [300, 396],
        ],
        400,
      ),
    ).toEqual([
      [200, 220],
      [300, 400],
    ]));
  test('none', () => {
    expect(pauses(snap([change(100, 'start')], false), [], 400)).toEqual([]);
    expect(pausedSince(snap([change(90, 'pause')], false))).toBeNull();
  });
  test('stopped while paused', () =>
    expect(pauses(snap([change(250, 'stop'), change(200, 'pause')], false), [], 400)).toEqual([[200, 250]]));
  test('marks have their glyphs', () => {
    const marks = placeMarks([change(200, 'pause'), change(300, 'resume')], {
      from: 100,
      to: 400,
      left: 0,
      width: 300,
      edge: 300,
      words: true,
      measure: () => 30,
    });
    expect(marks.map((m) => m.glyph)).toEqual(['pause', 'play']);
  });
});

describe('names of workers', () => {
  const id = (host: string, hex: string): string => `${host}_${hex.padEnd(32, '0')}`;
  test('the digits only where they tell apart', () => {
    const ids = [id('vm', '3b6c'), id('vm', 'b18c'), id('gen-7f9c6d-2kqxd', 'aaaa'), 'custom'];
    const named = workerNames(ids);
    expect(ids.map((x) => named(x).long)).toEqual(['vm 3b6c', 'vm b18c', 'gen-7f9c6d-2kqxd', 'custom']);
    expect(ids.map((x) => named(x).short)).toEqual(['vm 3b6c', 'vm b18c', '2kqxd', 'custom']);
  });
  test('the last digits where the first are alike', () => {
    const ids = ['sim_000000000001', 'sim_000000000002'];
    expect(ids.map((x) => workerNames(ids)(x).short)).toEqual(['sim 0001', 'sim 0002']);
  });
  test('hosts that end alike', () => {
    const ids = [id('a-1', 'cccc'), id('b-1', 'dddd')];
    expect(ids.map((x) => workerNames(ids)(x).short)).toEqual(['1 cccc', '1 dddd']);
  });
});
