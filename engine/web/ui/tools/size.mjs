// SPDX-License-Identifier: MIT
// What the first load costs, compressed; the design allows 150 kB.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export const LIMIT = 150 * 1024;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

export function sizes() {
    const files = ['index.html', ...readdirSync(dist + 'assets').map((f) => 'assets/' + f)];
    return files.map((name) => ({ name, bytes: gzipSync(readFileSync(dist + name), { level: 9 }).length }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const list = sizes();
    const sum = list.reduce((a, f) => a + f.bytes, 0);
    for (const f of list) console.log(`${String(f.bytes).padStart(8)}  ${f.name}`);
    console.log(`${String(sum).padStart(8)}  bytes compressed in all, ${LIMIT} allowed`);
    // For the server's Content-Security-Policy: the one inline script, which sets the theme before the first paint.
    const script = /<script>([^]*?)<\/script>/.exec(readFileSync(dist + 'index.html', 'utf8'))?.[1] ?? '';
    writeFileSync(dist + 'theme-script.sha256', `sha256-${createHash('sha256').update(script).digest('base64')}\n`);
    process.exit(sum > LIMIT ? 1 : 0);
}
