// SPDX-License-Identifier: MIT
// Store, verdicts and banners.
import { describe, expect, test } from 'vitest';
import { banner } from '../src/core/banner';
import { CONTACT_S, initial, receive, serverNow, tick, type State } from '../src/core/store';
import { delta, failRatio, headline, looksBad, targetVerdict, title } from '../src/core/verdict';
import type { Entry, PageData, Snapshot } from '../src/core/types';

const total = (over: Partial<Entry> = {}): Entry => ({
  method: '',
  name: 'Aggregated',
  num_requests: 1000,
  num_failures: 0,
  avg_response_time: 5,
  avg_content_length: 10,
  min_response_time: 1,
  max_response_time: 90,
  median_response_time: 4,
  current_rps: 10,
  current_fail_per_sec: 0,
  total_rps: 8,
  total_fail_per_sec: 1,
  current: { rps: 50_576, fails: 215, p50: 4, p95: 9, p99: 20 },
  ...over,
});
const snap = (over: Partial<Snapshot> = {}): Snapshot => ({
  state: 'running',
  stats: [total()],
  errors: [],
  fail_ratio: 0.0018,
  total_rps: 1,
  user_count: 24_000,
  now: 1000,
  target_users: 24_000,
  run: { id: 1, start: 100, end: null, planned_s: 1800 },
  verdict: { target: { level: 'ok', word: 'OK', detail: '' }, generator: { level: 'ok', word: 'Healthy', detail: '' } },
  ...over,
});
const at = (s: Snapshot, page: PageData = {}): State => initial({ ...page, snapshot: s }, 50);
const plain = (s: State, now = 1000, last: number | null = 999): string => {
  const b = banner(s, now, last);
  return b ? `${b.tone}: ${b.lead} ${b.text} [${b.label}]`.replace(/\u00a0/g, ' ') : 'none';
};

describe('store', () => {
  test('silence is counted after a while and ends with the next snapshot', () => {
    let s = at(snap());
    expect(tick(s, 50 + CONTACT_S - 1)).toBe(s);
    s = tick(s, 58);
    expect(s.silent).toBe(8);
    s = receive(s, snap({ now: 1010 }), 60);
    expect(s.silent).toBe(0);
    expect(s.reconnects).toBe(1);
  });
  test('the clock is the server’s', () => expect(serverNow(at(snap()), 53)).toBe(1003));
  test('a new run forgets the old one', () => {
    let s = at(snap());
    s = receive(s, snap({ now: 1001 }), 51);
    expect(s.seen.time).toEqual([1000, 1001]);
    s = receive(s, snap({ now: 1002, run: { id: 2, start: 1002, end: null, planned_s: null } }), 52);
    expect(s.seen.time).toEqual([1002]);
  });
  test('counts that fall mean that the results were cleared', () => {
    const s = at(snap());
    const key = s.runKey;
    const same = receive(s, snap({ now: 1001, stats: [total({ num_requests: 1005 })] }), 51);
    expect(same.runKey).toBe(key);
    const cleared = receive(same, snap({ now: 1002, stats: [total({ num_requests: 3 })] }), 52);
    expect(cleared.runKey).not.toBe(key);
    expect(cleared.seen.time).toEqual([1002]);
  });
  test('notes when responses were last counted', () => {
    let s = at(snap());
    s = receive(s, snap({ now: 1001, stats: [total({ num_requests: 1001 })] }), 51);
    s = receive(s, snap({ now: 1002, stats: [total({ num_requests: 1001 })] }), 52);
    expect(s.lastData).toBe(1001);
  });
  test('the wish to clear when full ends with the ramp', () => {
    const s = { ...at(snap({ state: 'spawning' })), clearWhenFull: true };
    expect(receive(s, snap({ state: 'spawning' }), 51).clearWhenFull).toBe(true);
    expect(receive(s, snap({ state: 'running' }), 51).clearWhenFull).toBe(false);
  });
  test('CPU of workers is kept for two minutes', () => {
    const workers = [{ id: 'a', state: 'running', user_count: 1, cpu_usage: 5, memory_usage: 1 }];
    let s = at(snap({ workers }));
    for (let i = 1; i < 400; i++) s = receive(s, snap({ workers, now: 1000 + i }), 50 + i);
    expect(s.workerCpu.get('a')?.length).toBe(60);
  });
});

describe('verdict', () => {
  test('is the server’s', () => expect(targetVerdict(at(snap()))).toMatchObject({ level: 'ok', word: 'OK' }));
  test('silence overrules it', () =>
    expect(targetVerdict(tick(at(snap()), 90))).toMatchObject({
      level: 'dim',
      word: 'Unknown',
      detail: 'numbers are 40\u00a0s old',
    }));
  test('a run that is over fails no more', () => {
    const target = {
      level: 'bad' as const,
      word: 'GET /a is failing',
      detail: '9 % of GET /a failed in the last 10 s',
    };
    const verdict = { target, generator: { level: 'ok' as const, word: '', detail: '' } };
    expect(targetVerdict(at(snap({ verdict })))?.word).toBe('GET /a is failing');
    expect(targetVerdict(at(snap({ verdict, state: 'stopped' })))).toMatchObject({
      word: 'GET /a failed',
      detail: '9 % of GET /a failed in its last 10 s',
    });
  });
  test('links elsewhere are not followed', () => {
    const v = (link: string) =>
      targetVerdict(
        at(
          snap({
            verdict: {
              target: { level: 'ok', word: '', detail: '', link },
              generator: { level: 'ok', word: '', detail: '' },
            },
          }),
        ),
      )?.link;
    expect([v('?tab=stats'), v('javascript:alert(1)'), v('//evil.example')]).toEqual(['?tab=stats', null, null]);
  });
  test('without one there is none', () => expect(targetVerdict(at(snap({ verdict: undefined })))).toBeNull());
  test('title', () => {
    expect(title(at(snap()))).toBe('50,576/s, 0.43 % failing · Cicada');
    expect(title(at(snap({ state: 'stopped' })))).toBe('Stopped, 0.18 % failed · Cicada');
    expect(title(at(snap({ state: 'ready', stats: [] })))).toBe('Ready · Cicada');
    expect(title(tick(at(snap()), 99))).toBe('No contact · Cicada');
  });
  test('the favicon gets its dot', () => {
    expect(looksBad(at(snap()))).toBe(false);
    expect(looksBad(tick(at(snap()), 99))).toBe(true);
  });
  test('headline covers the whole run once it is over', () => {
    expect(headline(snap())?.window.rps).toBe(50_576);
    expect(headline(snap({ state: 'stopped' }))?.window.rps).toBe(8);
    expect(headline(snap({ stats: [] }))).toBeNull();
  });
  test.each([
    [103, 100, '▲ 3 % in 1 m'],
    [102, 100, 'steady for 1 m'],
    [95, 100, '▼ 5 % in 1 m'],
    [null, 5, ''],
    [5, 0, ''],
    [2000, 100, '▲ × 20.0 in 1 m'],
  ])('%s against %s: %s', (a, b, want) => {
    expect(delta(a, b).replace(/\u00a0/g, ' ')).toBe(want);
  });
  test('all failed is 1, none is 0', () => {
    expect(failRatio({ rps: 2, fails: 2 })).toBe(1);
    expect(failRatio({ rps: 2, fails: 0 })).toBe(0);
    expect(failRatio({ rps: 0, fails: 0 })).toBeNull();
  });
});

describe('banner: one at a time, worst first', () => {
  const worker = (over: object) => ({
    id: 'a',
    state: 'running',
    user_count: 1,
    cpu_usage: 50,
    memory_usage: 1,
    ...over,
  });
  test('none when well', () => expect(plain(at(snap()))).toBe('none'));
  test('none when ready', () => expect(plain(at(snap({ state: 'ready' })))).toBe('none'));
  test('no contact beats all', () =>
    expect(plain(tick(at(snap({ state: 'stopped' })), 58))).toBe(
      'bad: No contact with the control room for 8 s. The test goes on without this page. [Try now]',
    ));
  test('ramping up', () =>
    expect(plain(at(snap({ state: 'spawning', user_count: 12_400, target_users: 16_000, spawn_rate: 200 })))).toBe(
      'plain: Ramping up: 12,400 of 16,000 users, about 18 s to go. Results of a ramp mix many load levels. [Clear results when full]',
    ));
  test('stopping, as the server counts it', () => {
    const run = { id: 1, start: 100, end: null, planned_s: null, stopping: { users: 1204, of: 24_000, left_s: 23.4 } };
    expect(plain(at(snap({ state: 'stopping', user_count: 1204, run })))).toBe(
      'warn: Stopping. 1,204 of 24,000 users are finishing their current task, at most 24 s more. [Stop them now]',
    );
  });
  test('who waits, and for how long', () =>
    expect(plain(at(snap({ waiting_users: 18_000, oldest_wait_s: 10.2 })), 1000, 985)).toBe(
      'warn: No responses for 15 s. 18,000 users are waiting, the oldest for 10 s. []',
    ));
  test('stopping', () =>
    expect(plain(at(snap({ state: 'stopping', user_count: 1204 }), { stop_timeout: 30 }))).toBe(
      'warn: Stopping. 1,204 of 24,000 users are finishing their current task, at most 30 s in all. [Stop them now]',
    ));
  test('stopped says why', () =>
    expect(
      plain(
        at(
          snap({
            state: 'stopped',
            run: { start: 100, end: 1900, planned_s: 1800, why_ended: 'Run time reached after 30:00' },
          }),
        ),
      ),
    ).toBe('plain: Run time reached after 30:00. No request failed. [Open report]'));
  test('stopped without a reason', () =>
    expect(plain(at(snap({ state: 'stopped', run: { start: 100, end: 1222, planned_s: 1800 } })))).toContain(
      'Stopped after 18:42 of 30:00.',
    ));
  test('a reason without a time gets one', () =>
    expect(
      plain(
        at(snap({ state: 'stopped', run: { start: 100, end: 183, planned_s: null, why_ended: 'Stopped by hand' } })),
      ),
    ).toContain('Stopped by hand after 1:23. '));
  test('ended without requests', () =>
    expect(
      plain(
        at(
          snap({
            state: 'stopped',
            stats: [],
            run: { start: 100, end: 110, planned_s: null, why_ended: 'Every user failed in on_start' },
          }),
        ),
      ),
    ).toBe('bad: Every user failed in on_start. It ended without one request. [Show exceptions]'));
  test('generator overloaded, with its numbers', () => {
    const s = at(
      snap({
        workers: [worker({ cpu_usage: 98 }), worker({ id: 'b' })],
        generator: { cpu_max: 98, lag_p99_ms: 91 },
        verdict: {
          target: { level: 'dim', word: '', detail: '' },
          generator: { level: 'bad', word: 'Overloaded', detail: '' },
        },
      }),
    );
    expect(plain(s)).toBe(
      'bad: The generator is the bottleneck. 1 of 2 workers are above 90 % CPU and their loops run 91.0 ms late. Response times include that delay; do not judge the target by the hatched part. [Show workers]',
    );
  });
  test('no data for 10 s', () => {
    expect(plain(at(snap()), 1000, 995)).toBe('none');
    expect(plain(at(snap()), 1000, 990)).toBe('warn: No responses for 10 s. 24,000 users are waiting. []');
    expect(plain(at(snap({ waiting_users: 0 })), 1000, 990)).toBe(
      'warn: No responses for 10 s. No user is waiting for one. []',
    );
    expect(plain(at(snap()), 1000, null)).toBe('none');
  });
  test('a lost worker only if users are missing', () => {
    const workers = [worker({ state: 'missing' }), worker({ id: 'b' })];
    expect(plain(at(snap({ workers })))).toBe('none');
    expect(plain(at(snap({ workers, user_count: 22_000 })))).toBe(
      'warn: 1 of 2 workers is lost; 2,000 users are being moved. [Show workers]',
    );
  });
  test('paused, and since when', () => {
    const run = { id: 1, start: 100, end: null, planned_s: 1800, paused: { since: null } };
    const minute = (t: number): string => new Date(t * 1000).toTimeString().slice(0, 5);
    expect(
      plain(at(snap({ run, changes: [{ t: 940, kind: 'pause', text: 'Paused' }] }), { can: { pause: true } })),
    ).toBe(`warn: Paused at ${minute(940)}. No new tasks start; the run still ends at ${minute(1900)}. [Resume]`);
    expect(plain(at(snap({ run: { ...run, planned_s: null } })))).toBe(
      'warn: Paused. No new tasks start; users wait. [Resume]',
    );
  });
  test('many names', () => expect(plain(at(snap({ counts: { names: 2315 } })))).toContain('2,315 request names.'));
  test('paused', () =>
    expect(
      plain(
        at(snap({ run: { start: 100, end: null, planned_s: 1800, paused: { since: null } } }), {
          can: { pause: true },
        }),
      ),
    ).toContain('[Resume]'));
});
