// SPDX-License-Identifier: MIT
// The real programs: a target, a master with its web server, workers. Each is ended by its own id.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const CICADA = process.env.CICADA ?? root + 'build/engine/cli/cicada';
const TARGET = process.env.CICADA_TARGET ?? root + 'build/engine/target/cicada-target';
export const scenario = (name) => `${root}tests/e2e/scenarios/${name}.c`;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** What `look` gives once it gives something; it may throw until then. */
export async function until(look, what, seconds = 20) {
    const end = performance.now() + seconds * 1000;
    for (;;) {
        let last;
        try {
            const seen = await look();
            if (seen) return seen;
        } catch (e) {
            last = e;
        }
        if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}${last ? ` (${last})` : ''}`);
        await sleep(50);
    }
}

export async function freePort() {
    const server = createServer();
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address();
    await new Promise((done) => server.close(done));
    return port;
}

/** A folder of their own, and what runs in it. */
export class Programs {
    folder = mkdtempSync(join(tmpdir(), 'cicada-page-'));
    running = [];

    start(program, ...args) {
        const child = spawn(program, args.map(String), {
            cwd: this.folder,
            env: { ...process.env, HOME: this.folder },
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        const run = { child, text: '' };
        for (const stream of [child.stdout, child.stderr])
            stream.setEncoding('utf8').on('data', (data) => {
                run.text += data;
            });
        run.ended = new Promise((done) => child.on('exit', done));
        run.said = (pattern) =>
            until(
                () => {
                    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended:\n${run.text}`);
                    return pattern.exec(run.text);
                },
                `${pattern} of ${args.join(' ')}:\n${run.text}`,
            );
        this.running.push(run);
        return run;
    }

    async target() {
        const run = this.start(TARGET, '--port', 0);
        return (await run.said(/listening on (\S+)/))[1];
    }

    /** A process with a web interface; base is its address with a slash at the end. */
    async web(file, ...args) {
        const run = this.start(CICADA, '-f', scenario(file), '--web-host', '127.0.0.1', '--web-port', 0, ...args);
        const url = (await run.said(/Starting web interface at ([^\s,]+)/))[1];
        run.base = url.replace(/\/*$/, '/');
        run.get = async (path) => {
            const answer = await fetch(run.base + path);
            if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
            return answer;
        };
        run.stats = async () => (await run.get('stats/requests')).json();
        return run;
    }

    /** A master and its workers. */
    async fleet(file, workers, ...args) {
        const port = await freePort();
        const bind = ['--master', '--master-bind-host', '127.0.0.1', '--master-bind-port', port];
        const master = await this.web(file, ...bind, ...args);
        master.addWorker = () => this.start(CICADA, '-f', scenario(file), '--worker', '--master-port', port);
        master.workers = Array.from({ length: workers }, master.addWorker);
        await until(
            async () => (await (await master.get('worker-count')).json()).worker_count === workers,
            `${workers} workers`,
        );
        return master;
    }

    /** A file of who may log in. */
    users(name, password) {
        const made = spawnSync(CICADA, ['--print-web-user', name], { input: password, encoding: 'utf8' });
        const file = join(this.folder, 'users');
        writeFileSync(file, made.stdout, { mode: 0o600 });
        return file;
    }

    async close() {
        for (const { child } of this.running) if (child.exitCode === null) child.kill('SIGTERM');
        const patience = setTimeout(() => {
            for (const { child } of this.running) if (child.exitCode === null) child.kill('SIGKILL');
        }, 8000);
        await Promise.all(this.running.map((run) => run.ended));
        clearTimeout(patience);
        rmSync(this.folder, { recursive: true, force: true });
    }
}
