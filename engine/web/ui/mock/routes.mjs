// SPDX-License-Identifier: MIT
// Answers of every other route, from the same run.
import { runOf, isIdle, snapshotOf } from './snapshot.mjs';

const series = (D, key) => (key ? (D.entries.find((e) => e.key === key) ?? D.total) : D.total);

export function history(state, q) {
    if (isIdle(state) || state === 'ended')
        return {
            from: 0,
            to: 0,
            step: 1,
            time: [],
            rps: [],
            fails: [],
            p50: [],
            p95: [],
            p99: [],
            users: [],
            target: [],
            overloaded: [],
        };
    const D = runOf(state);
    const e = series(D, q.get('request'));
    const since = Number(q.get('since') ?? 0);
    const quiet = state === 'nodata' ? D.run.t.at(-1) - 12 : Infinity;
    let rows = D.run.t.map((_, i) => i).filter((i) => D.run.t[i] >= since);
    const step = Math.max(1, Math.ceil(rows.length / Number(q.get('points') || 1200)));
    rows = rows.filter((_, i) => i % step === 0 || i === rows.length - 1);
    const of = (v) => rows.map((i) => (D.run.t[i] > quiet ? null : v[i]));
    const all = (v) => rows.map((i) => v[i]);
    const over = state === 'overloaded';
    const smooth = D.run.cpu.map(
        (v, i) => D.run.cpu.slice(Math.max(0, i - 4), i + 1).reduce((a, b) => a + b, 0) / Math.min(5, i + 1),
    );
    const bad = (i) => over && i > 450;
    return {
        from: D.run.t[rows[0]],
        to: D.run.t.at(-1),
        step: D.STEP * step,
        time: all(D.run.t),
        rps: of(e.rps),
        fails: of(e.fails),
        p50: of(e.p50),
        p95: of(e.p95),
        p99: of(e.p99),
        users: all(D.run.users),
        target: all(D.run.target),
        cpu_max: rows.map((i) => Math.min(99.4, bad(i) ? smooth[i] * 1.02 : smooth[i] * 1.2 + 2)),
        cpu_median: rows.map((i) => (bad(i) ? smooth[i] * 0.84 : smooth[i])),
        cpu_min: rows.map((i) => Math.max(1, smooth[i] * (bad(i) ? 0.72 : 0.88) - 1)),
        lag_p99_ms: rows.map((i) => D.run.lag[i] * (over ? 1 : 2.6)),
        workers: all(D.run.workers),
        overloaded: over ? [[D.START + 900, D.run.t.at(-1) + 1]] : [],
    };
}

function part(D, h) {
    let n = 0;
    const buckets = [];
    let min = null;
    let max = null;
    let sum = 0;
    for (let b = 0; b < D.B; b++) {
        const c = Math.round(h[b]);
        if (!c) continue;
        n += c;
        sum += c * D.mid[b];
        min ??= D.edge(b);
        max = D.edge(b + 1);
        buckets.push([D.edge(b), D.edge(b + 1), c]);
    }
    const total = h.reduce((a, b) => a + b, 0);
    const percentiles = Object.fromEntries(
        [50, 75, 90, 95, 99, 99.9, 99.99, 100].map((p) => [
            String(p),
            n ? (p === 100 ? max : D.pick(h, total, p / 100)) : null,
        ]),
    );
    return { count: n, min, max, mean: n ? sum / n : null, percentiles, buckets };
}

export function histogram(state, q) {
    const D = runOf(state);
    const e = series(D, q.get('name') ? `${q.get('method')} ${q.get('name')}` : null);
    return { ...part(D, e.hist), current: part(D, D.win(e, -5).h) };
}

/** So few that each is a dot. */
function few(D, q) {
    const n = q.get('request') ? 30 : 37;
    const edges = Array.from({ length: Math.floor(D.B / 3) + 1 }, (_, i) => D.edge(i * 3));
    const columns = Array.from({ length: 60 }, () => new Array(edges.length - 1).fill(0));
    for (let i = 0; i < n; i++) columns[20 + ((i * 7) % 38)][Math.floor(edges.length * 0.5) + ((i * 5) % 9) - 4]++;
    return { from: D.START, to: D.run.t.at(-1), col_s: (D.run.t.at(-1) - D.START) / 60, edges_ms: edges, columns };
}

export function heatmap(state, q) {
    const D = runOf(state);
    if (state === 'few') return few(D, q);
    const e = series(D, q.get('request'));
    const list = e === D.total ? D.entries : [e];
    const from = Number(q.get('from') || D.START);
    const to = Number(q.get('to') || D.run.t.at(-1));
    const rows = D.run.t.map((_, i) => i).filter((i) => D.run.t[i] >= from && D.run.t[i] <= to);
    const per = Math.max(1, Math.ceil(rows.length / Number(q.get('cols') || 160)));
    const edges = Array.from({ length: Math.floor(D.B / 3) + 1 }, (_, i) => D.edge(i * 3));
    const columns = [];
    let seed = 7;
    const rnd = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let i = 0; i < rows.length; i += per) {
        const column = new Array(edges.length - 1).fill(0);
        for (const k of rows.slice(i, i + per))
            for (const x of list)
                for (let b = 0; b < column.length * 3; b++) column[Math.floor(b / 3)] += x.cols[k]?.[b] ?? 0;
        columns.push(
            column.map((v) =>
                v < 30 ? Math.floor(v + rnd()) : Math.round(v * (1 + ((rnd() - 0.5) * 3) / Math.sqrt(v))),
            ),
        );
    }
    return { from: D.run.t[rows[0]] ?? from, to, col_s: per * D.STEP, edges_ms: edges, columns };
}

export const phases = () => ({
    dns: null,
    connect: { mean: 3.1, max: 9, count: 412 },
    tls: { mean: 8.7, max: 31, count: 412 },
    first_byte: { mean: 152, max: 5300, count: 946_656 },
    download: { mean: 1.04, max: 80, count: 946_656 },
});

export function samples(state, key) {
    const D = runOf(state);
    const e = snapshotOf(state).errors.find((x) => x.key === key);
    if (!e) return { samples: [] };
    return {
        samples: Array.from({ length: 5 }, (_, i) => ({
            t: D.run.t.at(-1) - 4.588 - i * 0.731,
            method: e.method,
            name: e.name,
            url: 'https://shop.example.com' + e.name,
            status: key === 'e1' ? 503 : null,
            error: e.error,
            worker: e.workers[i % e.workers.length],
            request_headers: {
                Host: 'shop.example.com',
                Authorization: 'Bearer ••••••',
                'Content-Type': 'application/json',
            },
            response_headers: key === 'e1' ? { 'Content-Type': 'application/json', 'Retry-After': '1' } : null,
            body: key === 'e1' ? '{"error":"pool exhausted","pool":"pg-orders","size":64}' : null,
        })),
    };
}

export function failureLines(state) {
    const D = runOf(state);
    const errors = isIdle(state) ? [] : snapshotOf(state).errors;
    const line = (k) =>
        Array.from({ length: 60 }, (_, i) =>
            k === 0 ? 1000 + 80 * Math.sin(i) : i > 20 - 9 * k && i < 24 ? 12 / k : 0,
        );
    return {
        from: D.run.t.at(-1) - 300,
        step: 5,
        lines: Object.fromEntries(errors.map((e, k) => [e.key, line(k)])),
    };
}

export const workerLines = (snap) => ({
    from: snap.now - 120,
    step: 2,
    lines: Object.fromEntries(
        (snap.workers ?? [])
            .filter((w) => w.state !== 'missing')
            .map((w) => [w.id, Array.from({ length: 60 }, (_, i) => w.cpu_usage + 2 * Math.sin(i * 1.7 + w.index))]),
    ),
});

const task = (ratio, tasks, measured = ratio * (1 + 0.004 * Math.sin(ratio * 90))) => ({
    ratio,
    measured,
    ...(tasks ? { tasks } : {}),
});
export const tasks = () => {
    const shopper = {
        browse: task(0.5),
        search: task(0.2),
        checkout_flow: task(0.3, { add_item: task(0.6), pay: task(0.4) }),
    };
    const searcher = { search: task(0.75), open_product: task(0.25) };
    const member = { log_in: task(0.1, undefined, 0.162), read_orders: task(0.9, undefined, 0.838) };
    return {
        per_class: { Shopper: task(0.6, shopper), Searcher: task(0.3, searcher), Member: task(0.1, member) },
        total: {
            Shopper: task(0.6, {
                browse: task(0.3),
                search: task(0.12),
                checkout_flow: task(0.18, { add_item: task(0.108), pay: task(0.072) }),
            }),
            Searcher: task(0.3, { search: task(0.225), open_product: task(0.075) }),
            Member: task(0.1, { log_in: task(0.01), read_orders: task(0.09) }),
        },
    };
};

export const exceptions = (state) => ({
    exceptions:
        isIdle(state) || state === 'rows'
            ? []
            : [
                  {
                      count: state === 'ended' ? 24_000 : 12,
                      msg:
                          state === 'ended'
                              ? 'on_start failed: login answered 401'
                              : 'no token in the answer of /api/login',
                      traceback:
                          'Shopper.on_start at shop.c:84\n  log_in at shop.c:41: ENSURE(token != NULL)\n  cicada_json_text at api.c:310\n',
                      nodes: 'shop-load-7f9c6d-2kqxd, shop-load-7f9c6d-q3nwb',
                  },
              ],
});

export function logs(state) {
    const line = (t, level, source, text) => `[2026-11-23 14:${t}] shop-master/${level}/${source}: ${text}`;
    if (isIdle(state))
        return {
            master: [line('09:31,204', 'INFO', 'cicada.main', 'Starting web interface at http://0.0.0.0:8089')],
            workers: {},
        };
    return {
        master: [
            line('09:31,204', 'INFO', 'cicada.main', 'Starting web interface at http://0.0.0.0:8089'),
            line('11:58,020', 'INFO', 'cicada.runners', '12 workers connected'),
            line('12:00,001', 'INFO', 'cicada.runners', 'Ramping to 16000 users at a rate of 200.00 per second'),
            line(
                '13:20,010',
                'INFO',
                'cicada.runners',
                'All users spawned: {"Shopper": 9600, "Searcher": 4800, "Member": 1600} (16000 total users)',
            ),
            line('24:00,002', 'INFO', 'cicada.runners', 'Ramping to 24000 users at a rate of 400.00 per second'),
            line(
                '27:10,400',
                'WARNING',
                'cicada.runners',
                'Worker shop-load-7f9c6d-2kqxd failed to send heartbeat, setting state to missing.',
            ),
            line('27:10,402', 'INFO', 'cicada.runners', '2000 users of shop-load-7f9c6d-2kqxd move to 11 others'),
            line(
                '28:06,118',
                'INFO',
                'cicada.runners',
                'shop-load-7f9c6d-f9w4r (index 12) reported as ready. 12 workers connected.',
            ),
        ],
        workers: {
            'shop-load-7f9c6d-q3nwb': [
                line('12:00,003', 'INFO', 'cicada.worker', 'Spawning 1334 users'),
                line('25:40,777', 'ERROR', 'cicada.user', 'Shopper.on_start: no token in the answer of /api/login'),
            ],
        },
    };
}

export function pageData(state, snapshot, base) {
    const users = {
        Shopper: {
            host: 'https://shop.example.com',
            weight: 6,
            fixed_count: 0,
            tasks: ['browse', 'search', 'add_item', 'pay'],
        },
        Searcher: { host: '', weight: 3, fixed_count: 0, tasks: ['search', 'open_product'] },
        Member: { host: '', weight: 1, fixed_count: 0, tasks: ['log_in', 'read_orders'] },
    };
    return {
        version: '0.9.0',
        locustfile: 'shop.c',
        host: 'https://shop.example.com',
        state: snapshot.state,
        user_count: snapshot.user_count,
        num_users: 24_000,
        spawn_rate: 400,
        run_time: '30m',
        profile: 'release 2.14',
        all_profiles: ['release 2.13', 'release 2.14'],
        is_distributed: true,
        worker_count: snapshot.worker_count,
        history: [],
        percentiles_to_chart: [0.5, 0.95],
        percentiles_to_statistics: [0.95, 0.99],
        stats_history_enabled: false,
        extra_options: {
            products: { default_value: '50000', help_text: 'ids to pick from' },
            api_key: { default_value: 'secretsecret', is_secret: true, help_text: 'kept out of reports' },
            region: { default_value: 'eu', choices: ['eu', 'us', 'ap'], help_text: 'where carts live' },
            warm_cache: { default_value: false, help_text: 'one pass before the test' },
        },
        hide_common_options: false,
        shape_use_common_options: false,
        show_userclass_picker: true,
        available_user_classes: ['Shopper', 'Searcher', 'Member'],
        available_shape_classes: ['Default', 'Stairs'],
        available_user_tasks: Object.fromEntries(Object.entries(users).map(([k, u]) => [k, u.tasks])),
        users,
        override_host_warning: true,
        missing_host_warning: false,
        is_host_required: false,
        tasks: '{}',
        snapshot,
        can: { login: false, pause: state !== 'running-nopause', samples: true, heatmap: true, phases: true },
        open_to_all: true,
        worker_command: 'cicada --worker --master-host 10.0.1.5',
        stop_timeout: 30,
        base,
    };
}
