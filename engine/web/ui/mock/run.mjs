// SPDX-License-Identifier: MIT
/* A made-up run, computed so that every number on every page agrees with every other.
   24,000 users against a shop; at 12:00 the load goes from 16,000 to 24,000 and checkout starts to answer 503. */
export function makeRun(STATE) {
    let seed = 20261123;
    const rnd = () => {
        seed = (seed + 0x6d2b79f5) | 0;
        let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const gauss = () => Math.sqrt(-2 * Math.log(1 - rnd())) * Math.cos(6.2832 * rnd());

    const entries = [
        // share of requests, median ms, spread, share and factor of the slow tail, size
        ['GET', '/', 0.09, 11.8, 0.34, 0.03, 6, 18432],
        ['GET', '/api/products', 0.16, 8.2, 0.3, 0.02, 7, 24110],
        ['GET', '/api/products/[id]', 0.2197, 5.1, 0.28, 0.02, 7, 3820],
        ['GET', '/api/products/[id]/reviews', 0.08, 14.2, 0.36, 0.04, 5, 9204],
        ['GET', '/api/search?q=[term]', 0.11, 37.5, 0.48, 0.06, 4, 12890],
        ['GET', '/api/cart', 0.09, 4.2, 0.26, 0.01, 8, 1204],
        ['POST', '/api/cart/items', 0.06, 10.9, 0.32, 0.03, 6, 412],
        ['DELETE', '/api/cart/items/[id]', 0.016, 9.1, 0.31, 0.03, 6, 38],
        ['POST', '/api/checkout', 0.022, 96, 0.42, 0.05, 4, 1630],
        ['GET', '/api/orders/[id]', 0.024, 17.6, 0.35, 0.03, 5, 2950],
        ['POST', '/api/login', 0.03, 63.5, 0.18, 0.01, 3, 688],
        ['GET', '/api/me', 0.05, 2.1, 0.25, 0.01, 9, 340],
        ['GET', '/static/app.css', 0.0333, 0.62, 0.22, 0.01, 6, 41280],
        ['GET', '/healthz', 0.015, 0.38, 0.2, 0.004, 7, 15],
    ].map(([method, name, share, med, spread, tail, far, size]) => ({
        method,
        name,
        share,
        med,
        spread,
        tail,
        far,
        size,
        key: `${method} ${name}`,
    }));

    const STEP = 2,
        END = 1122,
        N = END / STEP + 1,
        START = Date.UTC(2026, 10, 23, 14, 12, 0) / 1000;
    const LO = Math.log(0.1),
        PER = 38,
        B = Math.ceil(((Math.log(20000) - LO) / Math.LN10) * PER);
    const edge = (i) => Math.exp(LO + (i / PER) * Math.LN10);
    const mid = Array.from({ length: B }, (_, i) => Math.exp(LO + ((i + 0.5) / PER) * Math.LN10));
    const HEALTHY = ['spawning', 'rows', 'empty', 'quiet'].includes(STATE);

    const target = (t) => (t < 720 ? 16000 : 24000);
    const users = (t) => {
        let u = t < 80 ? 200 * t : t < 720 ? 16000 : Math.min(24000, 16000 + 400 * (t - 720));
        if (t >= 910 && t < 918) u -= 2000 * (1 - (t - 910) / 8);
        return Math.round(Math.max(0, u));
    };
    const load = (t) => users(t) / 16000;
    const over = STATE === 'overloaded';
    const stress = (t) => {
        // how the target slows under load
        let s = 1 + 0.06 * load(t) + (t > 728 ? 0.22 * (1 - Math.exp(-(t - 728) / 40)) : 0);
        if (over && t > 900) s *= 1 + 3.2 * (1 - Math.exp(-(t - 900) / 30)) * (1 + 0.25 * Math.sin(t / 17));
        return s;
    };
    const failing = (e, t) =>
        HEALTHY
            ? 0
            : e.key === 'POST /api/checkout' && t > 729
              ? 0.195 * (1 - Math.exp(-(t - 729) / 25))
              : e.key === 'GET /api/search?q=[term]' && t > 909 && t < 914
                ? 0.012
                : 0;

    const wob = entries.map(() => 0),
        wobble = [];
    for (let k = 0; k < N; k++) wobble.push(wob.map((v, i) => (wob[i] = 0.86 * v + 0.035 * gauss())));
    let drift = 0;
    const drifts = Array.from({ length: N }, () => (drift = 0.9 * drift + 0.008 * gauss()));

    // density over the log buckets: main hump, slow tail, and for checkout under stress fast refusals plus queueing
    const hump = (out, w, med, s) => {
        const m = ((Math.log(med) - LO) / Math.LN10) * PER,
            d = (s / Math.LN10) * PER;
        let sum = 0;
        const f = [];
        const a = Math.max(0, Math.floor(m - 4.5 * d)),
            b = Math.min(B - 1, Math.ceil(m + 4.5 * d));
        for (let i = a; i <= b; i++) sum += f[i] = Math.exp(-0.5 * ((i + 0.5 - m) / d) ** 2);
        for (let i = a; i <= b; i++) out[i] += (w * f[i]) / sum;
    };
    const shape = (e, k) => {
        const t = k * STEP,
            out = new Float64Array(B),
            s = stress(t) * Math.exp(wobble[k][entries.indexOf(e)]),
            f = failing(e, t);
        const queue =
            !HEALTHY && e.key === 'POST /api/checkout' && t > 729 ? 0.42 * (1 - Math.exp(-(t - 729) / 60)) : 0;
        hump(out, (1 - f) * (1 - e.tail) * (1 - queue), e.med * s, e.spread);
        hump(out, (1 - f) * e.tail, e.med * s * e.far, 0.62);
        if (queue) hump(out, (1 - f) * (1 - e.tail) * queue, e.med * 4.6 * Math.exp(2.2 * wobble[k][8]), 0.3);
        if (f) hump(out, f, 2.4, 0.26);
        return out;
    };
    const pick = (h, total, p) => {
        let need = total * p,
            i = 0;
        for (; i < B; i++) {
            if (h[i] >= need) break;
            need -= h[i];
        }
        return i >= B ? edge(B) : edge(i + (h[i] ? need / h[i] : 0));
    };

    const run = {
        t: [],
        users: [],
        target: [],
        rps: [],
        fails: [],
        p50: [],
        p95: [],
        p99: [],
        lag: [],
        cpu: [],
        workers: [],
    };
    const all = new Float64Array(B);
    let allReq = 0,
        allFail = 0;
    for (const e of entries)
        Object.assign(e, {
            hist: new Float64Array(B),
            req: 0,
            fail: 0,
            sum: 0,
            rps: [],
            fails: [],
            p50: [],
            p95: [],
            p99: [],
            cols: [],
        });
    const last = STATE === 'spawning' ? 62 : STATE === 'empty' ? 4 : END;
    for (let t = 0; t <= last; t += STEP) {
        const k = t / STEP,
            hs = entries.map((e) => shape(e, k));
        let mean = 0;
        hs.forEach((h, i) => {
            for (let b = 0; b < B; b++) mean += entries[i].share * h[b] * mid[b];
        });
        const rate = (users(t) / (0.452 + mean / 1000)) * (1 + drifts[k]) * (over && t > 900 ? 0.82 : 1);
        const h = new Float64Array(B);
        let f = 0;
        entries.forEach((e, i) => {
            const r = rate * e.share * (1 + 0.02 * gauss()),
                bad = r * failing(e, t),
                col = new Float64Array(B);
            for (let b = 0; b < B; b++) {
                const n = r * hs[i][b];
                h[b] += n;
                col[b] = n * STEP;
                e.hist[b] += n * STEP;
                e.sum += n * STEP * mid[b];
            }
            e.rps.push(r);
            e.fails.push(bad);
            e.cols.push(col);
            e.req += r * STEP;
            e.fail += bad * STEP;
            f += bad;
            e.p50.push(pick(hs[i], 1, 0.5));
            e.p95.push(pick(hs[i], 1, 0.95));
            e.p99.push(pick(hs[i], 1, 0.99));
        });
        const n = h.reduce((a, b) => a + b, 0);
        for (let b = 0; b < B; b++) all[b] += h[b] * STEP;
        allReq += n * STEP;
        allFail += f * STEP;
        run.t.push(START + t);
        run.users.push(users(t));
        run.target.push(t < 720 ? 16000 : 24000);
        run.rps.push(rate);
        run.fails.push(f);
        run.p50.push(n ? pick(h, n, 0.5) : null);
        run.p95.push(n ? pick(h, n, 0.95) : null);
        run.p99.push(n ? pick(h, n, 0.99) : null);
        run.lag.push(
            (over && t > 900 ? 84 * (1 - Math.exp(-(t - 900) / 30)) + 6 * gauss() : 0.34 + 0.3 * load(t)) +
                0.06 * Math.abs(gauss()),
        );
        run.cpu.push(Math.min(99.6, over && t > 900 ? 97 + gauss() : rate / 1130 + 8 + gauss() * 1.2));
        run.workers.push(t >= 910 && t < 966 ? 11 : 12);
    }
    const max = (h) => {
        for (let b = B - 1; b >= 0; b--) if (h[b] > 0.5) return edge(b + 0.6);
    };
    const min = (h) => {
        for (let b = 0; b < B; b++) if (h[b] > 0.5) return edge(b + 0.4);
    };
    const finish = (e, h, n) => Object.assign(e, { q: (p) => pick(h, n, p), min: min(h), max: max(h), avg: e.sum / n });
    entries.forEach((e) => finish(e, e.hist, e.req));
    const total = finish(
        {
            method: '',
            name: 'Aggregated',
            hist: all,
            req: allReq,
            fail: allFail,
            sum: entries.reduce((a, e) => a + e.sum, 0),
            size: entries.reduce((a, e) => a + e.size * e.share, 0),
            rps: run.rps,
            fails: run.fails,
            p50: run.p50,
            p95: run.p95,
            p99: run.p99,
        },
        all,
        allReq,
    );

    const at = (t, kind, text, short) => ({ t: START + t, kind, text, short });
    const events = [
        at(0, 'load', 'Started: 16,000 users at 200/s', '16,000 users'),
        at(80, 'done', 'All 16,000 users running'),
        at(720, 'load', 'Load 16,000 → 24,000 users', '24,000 users'),
        at(740, 'done', 'All 24,000 users running'),
        at(734, 'fail', 'First 503 on POST /api/checkout', 'first 503'),
        at(910, 'lost', 'Worker 2kqxd lost, users moved', 'worker lost'),
        at(966, 'join', 'Worker f9w4r joined', 'worker joined'),
    ].filter((e) => e.t <= START + last && !(HEALTHY && e.kind === 'fail'));
    if (over) events.push(at(900, 'gen', '4 workers above 90 % CPU', 'generator overloaded'));
    events.sort((a, b) => a.t - b.t);

    const names = [
        '2kqxd',
        '5vhrn',
        '6m8cz',
        '8tq2p',
        '9xwld',
        'b7jfk',
        'c4zsn',
        'g2hpt',
        'jk5rv',
        'm9dqx',
        'q3nwb',
        'v8lct',
        'f9w4r',
    ];
    const hot = over ? [3, 7, 8, 11] : [];
    const workers = names.map((id, i) => {
        const gone = i === 0,
            busy = hot.includes(i),
            share = 2000 + (over ? 0 : 0);
        const cpu = gone ? null : busy ? 96.4 + rnd() * 3 : 44 + rnd() * 11 + (i === 7 ? 10 : 0) + (over ? 30 : 0);
        return {
            id: `shop-load-7f9c6d-${id}`,
            short: id,
            node: `ip-10-0-${1 + (i % 3)}-${[23, 88, 141, 190][i % 4]}`,
            state: gone ? 'missing' : i === 12 ? 'running' : 'running',
            fresh: i === 12,
            users: gone ? 0 : share,
            cpu,
            lag: gone ? null : busy ? 61 + rnd() * 40 : 0.31 + rnd() * 0.5 + (i === 7 ? 1.6 : 0),
            mem: gone ? null : (142 + rnd() * 14) * 1048576,
            rps: gone ? 0 : (run.rps.at(-1) / 12) * (1 + 0.012 * gauss()),
            up: i === 12 ? 156 : 4870 + i * 3,
            seen: gone ? 212 : 0.4 + rnd() * 0.5,
            conns: gone ? 0 : share,
            spark: Array.from({ length: 60 }, () => (gone ? null : cpu * (0.95 + 0.1 * rnd()))),
        };
    });

    // percentiles of a window come from the merged histogram of that window, never from averaging percentiles
    const win = (e, a, b) => {
        const h = new Float64Array(B),
            list = e === total ? entries : [e];
        let n = 0,
            f = 0;
        const len = run.t.length;
        a = Math.max(0, a < 0 ? len + a : a);
        b = b == null ? len : b < 0 ? len + b : b;
        for (const x of list)
            for (let k = a; k < b; k++) {
                const c = x.cols[k];
                for (let i = 0; i < B; i++)
                    if (c[i]) {
                        h[i] += c[i];
                        n += c[i];
                    }
                f += x.fails[k] * STEP;
            }
        const s = (b - a) * STEP;
        return {
            h,
            n,
            rps: n / s,
            fails: f / s,
            q: (p) => (n ? pick(h, n, p) : null),
            p50: n ? pick(h, n, 0.5) : null,
            p95: n ? pick(h, n, 0.95) : null,
            p99: n ? pick(h, n, 0.99) : null,
        };
    };

    return {
        win,
        STATE,
        run,
        entries,
        total,
        events,
        workers,
        START,
        STEP,
        END: last,
        LO,
        PER,
        B,
        edge,
        mid,
        pick,
        rnd,
        gauss,
    };
}
