// SPDX-License-Identifier: MIT
// What is shipped: its size, and that it asks nobody else for anything.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript
import { LIMIT, sizes } from '../tools/size.mjs';

const dist = new URL('../dist/', import.meta.url);

describe.skipIf(!existsSync(new URL('index.html', dist)))('bundle', () => {
  const html = existsSync(new URL('index.html', dist)) ? readFileSync(new URL('index.html', dist), 'utf8') : '';
  test('fits its budget', () => {
    const sum = (sizes() as { bytes: number }[]).reduce((a, f) => a + f.bytes, 0);
    expect(sum).toBeLessThanOrEqual(LIMIT as number);
  });
  test('has exactly one place for page data and one inline script', () => {
    expect(html.split('<!--PAGE_DATA-->').length).toBe(2);
    expect(html.match(/<script>/g)?.length).toBe(1);
  });
  test('links are relative', () => {
    expect(html).not.toMatch(/(?:src|href)="\//);
    expect(html).not.toMatch(/https?:/);
  });
  test('no code from elsewhere, no HTML from strings', () => {
    for (const name of readdirSync(new URL('assets/', dist)).filter((n) => n.endsWith('.css')))
      expect(readFileSync(new URL('assets/' + name, dist), 'utf8')).not.toMatch(/@import|url\((?!\.?\/?)|https?:/);
    for (const name of readdirSync(new URL('../src/', import.meta.url), { recursive: true })
      .map(String)
      .filter((n) => /\.tsx?$/.test(n)))
      expect(readFileSync(new URL('../src/' + name, import.meta.url), 'utf8')).not.toMatch(
        /innerHTML|dangerouslySet|outerHTML|insertAdjacentHTML|eval\(|new Function/,
      );
  });
});
