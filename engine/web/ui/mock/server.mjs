// SPDX-License-Identifier: MIT
// Serves dist/ and answers API.md with made-up data, so that the page can be worked on without the engine.
//   node mock/server.mjs [PORT]      then open http://127.0.0.1:PORT/running/ , or any other state of DESIGN section 6
// The state is the base path (which tests base paths as well); /live/ is a small test that can be started and stopped.
import { readFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';
import * as routes from './routes.mjs';
import { Live } from './live.mjs';
import { snapshotOf } from './snapshot.mjs';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES = {
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
    '.html': 'text/html; charset=utf-8',
};
export const STATES = [
    'ready',
    'noworker',
    'spawning',
    'running',
    'paused',
    'stopping',
    'stopped',
    'lost',
    'overloaded',
    'nodata',
    'offline',
    'refused',
    'rows',
    'few',
    'ended',
    'empty',
    'many',
    'live',
    'hostile',
    'plain',
    'login',
];

const policy = (html) => {
    const script = /<script>([^]*?)<\/script>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(script).digest('base64');
    return `default-src 'self'; script-src 'self' 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'`;
};

const NASTY = '<img src=x onerror="window.hacked=1"></script><script>window.hacked=1</script>\u202e';
const hostile = (s) => ({
    ...s,
    stats: s.stats.map((e, i) =>
        i === 2 ? { ...e, name: NASTY, method: '<b>', attention: 3 } : i === 3 ? { ...e, name: 'x'.repeat(900) } : e,
    ),
    errors: s.errors.map((e) => ({ ...e, error: NASTY + 'y'.repeat(400) })),
    changes: s.changes.map((c) => ({ ...c, text: NASTY, short: NASTY, link: 'javascript:window.hacked=1' })),
    workers: s.workers.map((w) => ({ ...w, id: w.id + NASTY, node: NASTY })),
    verdict: {
        ...s.verdict,
        target: { ...s.verdict.target, word: NASTY, detail: NASTY, link: 'javascript:window.hacked=1' },
    },
});

/** Locust's own object, without anything this project adds. */
const plain = (s) => ({
    state: s.state,
    stats: s.stats.map(({ current, before, attention, p50, p95, p99, p999, max, ...e }) => e),
    errors: s.errors.map(({ key, last_10s, workers, ...e }) => e),
    fail_ratio: s.fail_ratio,
    total_rps: s.total_rps,
    user_count: s.user_count,
    worker_count: s.worker_count,
    workers: s.workers.map(({ id, state, user_count, cpu_usage, memory_usage }) => ({
        id,
        state,
        user_count,
        cpu_usage,
        memory_usage,
    })),
});

function pageOf(state, real, snapshot) {
    const data = routes.pageData(real, snapshot, `/${state}/`);
    if (state === 'hostile') return { ...data, host: NASTY, locustfile: NASTY };
    if (state !== 'plain') return data;
    const { snapshot: _, can: __, ...locust } = data;
    return locust;
}

export function makeServer() {
    const lives = new Map();
    return createServer(async (req, res) => {
        const url = new URL(req.url, 'http://mock');
        const [, state, ...rest] = url.pathname.split('/');
        const path = rest.join('/');
        const json = (body, code = 200) => {
            res.writeHead(code, { 'Content-Type': 'application/json' });
            res.end(JSON.stringify(body));
        };
        if (!state)
            return void res.writeHead(302, { Location: `/${url.searchParams.get('state') ?? 'running'}/` }).end();
        if (!STATES.includes(state)) return void res.writeHead(404).end('not found');
        if (!url.pathname.slice(1).includes('/')) return void res.writeHead(308, { Location: `/${state}/` }).end();
        if (path.startsWith('assets/')) return file(res, path);
        const session = /live=(\w+)/.exec(req.headers.cookie ?? '')?.[1] ?? 'one';
        if (state === 'live' && !lives.has(session)) lives.set(session, new Live());
        const live = state === 'live' ? lives.get(session) : null;
        const real = ['many', 'hostile', 'plain'].includes(state)
            ? 'running'
            : state === 'refused'
              ? 'ready'
              : state === 'login'
                ? 'ready'
                : (live?.like() ?? state);
        const make = () => live?.snapshot() ?? snapshotOf(real, state === 'many' ? 1000 : 12);
        const snap = () => (state === 'hostile' ? hostile(make()) : state === 'plain' ? plain(make()) : make());
        if (path === '' || path === 'login') {
            const html = readFileSync(join(dist, 'index.html'), 'utf8');
            const data =
                path === 'login' || state === 'login'
                    ? {
                          username_password_callback: 'login',
                          auth_providers: [{ label: 'Company account', callback_url: 'login/oidc' }],
                          error: url.searchParams.get('error'),
                          next: url.searchParams.get('next'),
                      }
                    : pageOf(state, real, snap());
            const text = JSON.stringify(data).replace(/</g, '\\u003c');
            res.writeHead(200, {
                'Content-Type': TYPES['.html'],
                'Content-Security-Policy': policy(html),
                'X-Content-Type-Options': 'nosniff',
            });
            return void res.end(
                html.replace('<!--PAGE_DATA-->', `<script type="application/json" id="page-data">${text}</script>`),
            );
        }
        if (state === 'offline' && ['events', 'stats/requests'].includes(path)) return void req.socket.destroy();
        if (path === 'stats/requests') return json(snap());
        if (
            state === 'plain' &&
            /^(events|stats\/(history|histogram|heatmap|phases)|failures\/(samples|lines)|workers\/lines)$/.test(path)
        )
            return void res.writeHead(404).end('not found');
        if (path === 'events') return events(req, res, snap);
        if (path === 'stats/history')
            return json(live ? live.history(url.searchParams) : routes.history(real, url.searchParams));
        if (path === 'stats/histogram') return json(routes.histogram(real, url.searchParams));
        if (path === 'stats/heatmap') return json(routes.heatmap(real, url.searchParams));
        if (path === 'stats/phases') return json(routes.phases());
        if (path === 'failures/samples') return json(routes.samples(real, url.searchParams.get('key')));
        if (path === 'failures/lines') return json(routes.failureLines(real));
        if (path === 'workers/lines') return json(routes.workerLines(snap()));
        if (path === 'workers') return json({ workers: snap().workers });
        if (path === 'worker-count') return json({ worker_count: snap().worker_count });
        if (path === 'exceptions') return json(routes.exceptions(real));
        if (path === 'tasks') return json(routes.tasks());
        if (path === 'logs') return json(routes.logs(real));
        if (req.method === 'POST' || path === 'stop' || path === 'stats/reset') {
            const body = await text(req);
            if (state === 'refused')
                return json(
                    { success: false, message: 'user_count must be at most 1,000,000 here', field: 'user_count' },
                    400,
                );
            if (path === 'swarm')
                return json(
                    live?.swarm(new URLSearchParams(body)) ?? {
                        success: true,
                        message: 'Swarming started',
                        host: null,
                    },
                );
            if ((path === 'pause' || path === 'resume') && live) return json(live.pause(path === 'pause'));
            if (path === 'stop') return json(live?.stop() ?? { success: true, message: 'Test stopped' });
            if (path === 'stats/reset') return void res.writeHead(200, { 'Content-Type': 'text/plain' }).end('ok');
            if (path === 'user') return json({}, 201);
            if (path === 'login') return void res.writeHead(302, { Location: './' }).end();
            return json({ success: true });
        }
        if (/csv|report/.test(path)) return void res.writeHead(200, { 'Content-Type': 'text/csv' }).end('Type,Name\n');
        res.writeHead(404).end('not found');
    });
}

function file(res, path) {
    const full = normalize(join(dist, path));
    if (!full.startsWith(dist) || !existsSync(full)) return void res.writeHead(404).end();
    res.writeHead(200, {
        'Content-Type': TYPES[extname(full)] ?? 'application/octet-stream',
        'Cache-Control': 'public, max-age=31536000, immutable',
    });
    res.end(readFileSync(full));
}

function events(req, res, snap) {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    res.write('retry: 2000\n\n');
    const send = () => res.write(`data: ${JSON.stringify(snap())}\n\n`);
    send();
    const timer = setInterval(send, 1000);
    req.on('close', () => clearInterval(timer));
}

const text = async (req) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    return body;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const port = Number(process.argv[2] ?? 8099);
    makeServer().listen(port, '127.0.0.1', () =>
        console.log(`http://127.0.0.1:${port}/running/ and ${STATES.join(', ')}`),
    );
}
