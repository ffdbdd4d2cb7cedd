// SPDX-License-Identifier: MIT
// The made-up run in the words of API.md, one object per state of the frame.
import { makeRun } from './run.mjs';

const runs = new Map();
export const runOf = (state) => {
    const kind = ['spawning', 'overloaded', 'rows', 'empty'].includes(state) ? state : 'running';
    if (!runs.has(kind)) runs.set(kind, makeRun(kind));
    return runs.get(kind);
};

const IDLE = ['ready', 'noworker'];
const PHASE = {
    ready: 'ready',
    noworker: 'ready',
    spawning: 'spawning',
    empty: 'spawning',
    stopping: 'stopping',
    stopped: 'stopped',
    ended: 'stopped',
};
export const isIdle = (state) => IDLE.includes(state);

function entry(D, e, state, total) {
    const now = D.win(e, -5);
    const before = D.win(e, -35, -30);
    const all = e === total;
    const seconds = D.run.t.length * D.STEP;
    const failing = now.fails / (now.rps || 1);
    const round = (v) => (v == null ? null : Math.round(v));
    return {
        method: e.method,
        name: e.name,
        num_requests: Math.round(e.req),
        num_failures: Math.round(e.fail),
        avg_response_time: e.avg,
        avg_content_length: e.size,
        min_response_time: Math.round(e.min),
        max_response_time: Math.round(e.max),
        median_response_time: round(e.q(0.5)),
        'response_time_percentile_0.95': round(e.q(0.95)),
        'response_time_percentile_0.99': round(e.q(0.99)),
        current_rps: now.rps,
        current_fail_per_sec: now.fails,
        total_rps: e.req / seconds,
        total_fail_per_sec: e.fail / seconds,
        current: { rps: now.rps, fails: now.fails, p50: now.p50, p95: now.p95, p99: now.p99 },
        before:
            D.run.t.length > 60
                ? { rps: before.rps, fails: before.fails, p50: before.p50, p95: before.p95, p99: before.p99 }
                : null,
        attention: all
            ? 0
            : failing > 0.05
              ? 3
              : now.fails > 0
                ? 2
                : state === 'running' && before.p95 && now.p95 > 1.5 * before.p95
                  ? 1
                  : 0,
        p50: e.q(0.5),
        p95: e.q(0.95),
        p99: e.q(0.99),
        p999: e.q(0.999),
    };
}

function workersOf(D, state) {
    const gone = state === 'lost' ? 2 : 0;
    return D.workers.map((w, i) => {
        const lost = w.cpu == null || (gone && i === 4);
        return {
            id: `${w.id}_${'0123456789abcdef'[i]}0263e419e54ad1b97528f9f54d9378`.slice(0, 44),
            state: lost ? 'missing' : state === 'stopped' ? 'ready' : 'running',
            user_count: lost ? 0 : state === 'spawning' ? 1033 : w.users,
            cpu_usage: lost ? 0 : state === 'stopped' ? 1.2 : w.cpu,
            memory_usage: lost ? 0 : Math.round(w.mem),
            index: i,
            lag_p99_ms: lost ? null : w.lag,
            rps: lost ? null : w.rps,
            node: w.node,
            up_s: lost ? null : w.up,
            seen_s: lost ? w.seen : w.seen,
            connections: lost ? null : w.conns,
        };
    });
}

const KINDS = { load: 'load', done: 'ramped', fail: 'failure', lost: 'lost', join: 'joined', gen: 'overloaded' };

const TARGET = {
    running: [
        'bad',
        'POST /api/checkout is failing',
        'since 14:24:14; 13 others are fine',
        '?tab=stats&request=POST+/api/checkout',
    ],
    spawning: ['ok', 'OK', 'no failures'],
    rows: ['ok', 'OK', 'no failures, p95 steady'],
    empty: ['dim', 'Waiting', 'for the first response'],
    overloaded: ['dim', 'Can’t tell', 'the generator adds its own delay to these times'],
    nodata: ['dim', 'Unknown', 'no response for 12 s'],
    stopped: ['bad', 'POST /api/checkout failed', 'from 14:24:14 to the end', '?tab=stats&request=POST+/api/checkout'],
    ended: ['bad', 'No requests', 'every user failed in on_start'],
};
const GENERATOR = {
    overloaded: ['bad', 'Overloaded', '4 of 12', '?tab=workers'],
    lost: ['warn', 'Busy', '11 of 12 workers', '?tab=workers'],
    stopped: ['ok', 'Healthy', 'all through'],
};

export function snapshotOf(state, n = 12) {
    if (isIdle(state)) return idle(state, n);
    const D = runOf(state);
    const { total } = D;
    const now = D.run.t.at(-1) + 1;
    const v = (list) => ({ level: list[0], word: list[1], detail: list[2], since: now - 380, link: list[3] ?? null });
    let entries = [...D.entries].sort((a, b) => (a.name < b.name ? -1 : 1)).map((e) => entry(D, e, state, total));
    if (state === 'rows')
        entries = Array.from({ length: 500 }, (_, i) => {
            const e = entries[i % 14];
            const k = (1 - i / 620) / 34;
            const c = e.current;
            return {
                ...e,
                name: `${e.name.replace(/\[.*?\]/, '').replace(/\/$/, '')}/${91823 + ((i * 37) % 9911)}`,
                num_requests: Math.round(e.num_requests * k),
                attention: 0,
                num_failures: 0,
                current: { ...c, rps: c.rps * k, fails: 0 },
            };
        });
    if (state === 'few')
        entries = entries.slice(0, 2).map((e, i) => ({ ...e, num_requests: [30, 7][i], num_failures: 0 }));
    const all = entry(D, total, state, total);
    const whole = state === 'few' ? { ...all, num_requests: 37, num_failures: 0 } : all;
    const workers = n > 48 ? manyWorkers(D, n) : workersOf(D, state);
    const users =
        state === 'stopping'
            ? 1204
            : state === 'stopped' || state === 'ended'
              ? 0
              : state === 'lost'
                ? 22_000
                : D.run.users.at(-1);
    const win = D.win(total, -5);
    const before = D.run.t.length > 60 ? D.win(total, -35, -30) : null;
    const none = state === 'empty' || state === 'ended';
    const end = ['stopped', 'ended'].includes(state) ? now : null;
    const live = workers.filter((w) => w.state !== 'missing');
    const hot = live.reduce((a, b) => (b.cpu_usage > a.cpu_usage ? b : a));
    return {
        state: PHASE[state] ?? 'running',
        stats: none ? [] : [...entries, whole],
        errors: none || ['spawning', 'rows'].includes(state) ? [] : errorsOf(D, now),
        fail_ratio: none ? 0 : total.fail / total.req,
        total_rps: none ? 0 : win.rps,
        total_fail_per_sec: none ? 0 : win.fails,
        user_count: users,
        worker_count: live.length,
        workers,
        now,
        run: {
            id: 42,
            start: D.START,
            end,
            planned_s: 1800,
            profile: 'release 2.14',
            paused: state === 'paused' ? { since: now - 96 } : null,
            stopping: state === 'stopping' ? { users: 1204, of: 24_000, left_s: 23.4 } : null,
            why_ended:
                state === 'stopped'
                    ? 'Stopped by hand after 18:42 of 30:00'
                    : state === 'ended'
                      ? 'Every user failed in on_start: login answered 401'
                      : null,
        },
        target_users: state === 'spawning' ? 16_000 : 24_000,
        spawn_rate: state === 'spawning' ? 200 : 400,
        before: before && { rps: before.rps, fails: before.fails, p50: before.p50, p95: before.p95, p99: before.p99 },
        verdict: {
            target: v(TARGET[state] ?? TARGET.running),
            generator: v(GENERATOR[state] ?? ['ok', 'Healthy', '']),
        },
        generator: {
            cpu_max: hot.cpu_usage,
            cpu_worker: hot.id,
            lag_p99_ms: state === 'overloaded' ? 91 : state === 'spawning' ? 0.42 : 2.4,
            ports_used: 2012,
            ports_limit: 28_232,
            dropped: 0,
        },
        changes: [
            ...(state === 'paused'
                ? [{ t: now - 96, kind: 'pause', text: 'Paused', short: 'paused', link: null }]
                : []),
            ...[...D.events].reverse().map((e) => ({
                t: e.t,
                kind: KINDS[e.kind] ?? e.kind,
                text: e.text,
                short: e.short ?? null,
                link: e.kind === 'fail' ? '?tab=failures' : null,
            })),
        ],
        ...(state === 'nodata' ? { waiting_users: 24_000, oldest_wait_s: 12.2 } : {}),
        can: { pause: true },
        counts: {
            names: state === 'rows' ? 2315 : none ? 0 : 14,
            errors: none ? 0 : 3,
            exceptions: state === 'ended' ? 1 : 1,
            log_warnings: 1,
        },
        current_response_time_percentiles: {},
        current_rps: win.rps,
        current_fail_per_sec: win.fails,
    };
}

function manyWorkers(D, n) {
    return Array.from({ length: n }, (_, i) => {
        const base = D.workers[1 + (i % 12)];
        const lost = i % 397 === 61;
        return {
            id: `shop-load-7f9c6d-${String(i).padStart(5, 'w')}`,
            state: lost ? 'missing' : 'running',
            user_count: lost ? 0 : 24,
            cpu_usage: lost ? 0 : 36 + 30 * D.rnd() + (i % 211 === 7 ? 30 : 0),
            memory_usage: Math.round(base.mem),
            index: i,
            lag_p99_ms: 0.3 + 0.5 * D.rnd(),
            rps: 50,
            node: `ip-10-0-${i % 3}-${i % 200}`,
            up_s: 4000 + i,
            seen_s: 0.5,
            connections: 24,
        };
    });
}

function errorsOf(D, now) {
    const [checkout, search] = [D.entries[8], D.entries[4]];
    const names = D.workers.slice(1).map((w) => w.id);
    return [
        {
            key: 'e1',
            method: 'POST',
            name: checkout.name,
            error: "HTTPError('503 Server Error: Service Unavailable for url: /api/checkout')",
            occurrences: Math.round(checkout.fail) - 31,
            first_seen: D.START + 734,
            last_seen: now - 0.4,
            last_10s: 2150,
            workers: names,
        },
        {
            key: 'e2',
            method: 'GET',
            name: search.name,
            error: "ConnectionResetError(104, 'Connection reset by peer')",
            occurrences: Math.round(search.fail),
            first_seen: D.START + 910,
            last_seen: now - 208,
            last_10s: 0,
            workers: [names[10], names[9]],
        },
        {
            key: 'e3',
            method: 'POST',
            name: checkout.name,
            error: 'ReadTimeout(ReadTimeoutError("HTTPSConnectionPool(host=\'shop.example.com\', port=443): Read timed out. (read timeout=5)"))',
            occurrences: 31,
            first_seen: D.START + 820,
            last_seen: now - 190,
            last_10s: 0,
            workers: [names[0]],
        },
    ];
}

function idle(state, n) {
    const D = runOf('running');
    const workers =
        state === 'noworker'
            ? []
            : workersOf(D, 'stopped')
                  .filter((w) => w.state !== 'missing')
                  .slice(0, n)
                  .map((w) => ({ ...w, state: 'ready', user_count: 0, cpu_usage: 1.5, rps: 0 }));
    return {
        state: 'ready',
        stats: [],
        errors: [],
        fail_ratio: 0,
        total_rps: 0,
        user_count: 0,
        worker_count: workers.length,
        workers,
        now: D.START,
        run: {
            id: 0,
            start: null,
            end: null,
            planned_s: null,
            profile: null,
            paused: null,
            stopping: null,
            why_ended: null,
        },
        target_users: 0,
        spawn_rate: 1,
        before: null,
        verdict: {
            target: { level: 'dim', word: 'Waiting', detail: 'for a test to start', since: D.START, link: null },
            generator: { level: 'ok', word: 'Healthy', detail: '', since: D.START, link: null },
        },
        generator: { cpu_max: 1.5, cpu_worker: null, lag_p99_ms: 0.2, ports_used: 12, ports_limit: 28_232, dropped: 0 },
        changes: [],
        counts: { names: 0, errors: 0, exceptions: 0, log_warnings: 0 },
    };
}
