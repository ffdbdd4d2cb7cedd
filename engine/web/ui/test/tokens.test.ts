// SPDX-License-Identifier: MIT
// The colours, by calculation: contrast, heat scales, and series apart for every kind of colour vision.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../src/style/tokens.css', import.meta.url), 'utf8');
type Rgb = [number, number, number];

function theme(name: string): Record<string, string> {
  const at = css.indexOf(`[data-theme="${name}"]`);
  const body = css.slice(css.indexOf('{', at), css.indexOf('}', at));
  return Object.fromEntries([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1], m[2]]));
}

const lin = (hex = ''): Rgb =>
  [1, 3, 5]
    .map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)) as Rgb;
const lum = (c: Rgb): number => 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
const ratio = (a?: string, b?: string): number => {
  const [x = 0, y = 0] = [lum(lin(a)), lum(lin(b))].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};
const mul = (m: number[][], v: number[]): Rgb => m.map((r) => r.reduce((a, x, i) => a + x * (v[i] ?? 0), 0)) as Rgb;
const oklab = (c: Rgb): Rgb =>
  mul(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    mul(
      [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
      ],
      c,
    ).map((v) => Math.cbrt(Math.max(v, 0))),
  );
const vision = {
  // Machado et al. 2009, severity 1.0, on linear RGB
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const apart = (a: string | undefined, b: string | undefined, m: number[][]): number => {
  const [p, q] = [oklab(mul(m, lin(a))), oklab(mul(m, lin(b)))];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
};

const pairs: [string, string, number][] = [
  ...['text', 'text-2', 'text-3', 'accent', 'warn', 'bad'].flatMap((f) =>
    ['page', 'surface', 'raised'].map((g): [string, string, number] => [f, g, 4.5]),
  ),
  ...['accent', 'warn', 'bad'].flatMap((h): [string, string, number][] => [
    [h, `${h}-wash`, 4.5],
    ...['text', 'text-2', 'text-3'].map((t): [string, string, number] => [t, `${h}-wash`, 4.5]),
  ]),
  ['on-accent', 'accent-fill', 4.5],
  ['on-bad', 'bad-fill', 4.5],
  ...['page', 'surface', 'raised'].map((g): [string, string, number] => ['line-strong', g, 3]),
  ...['rate', 'fail', 'users', 'p50', 'p95', 'p99', 'base'].map((s): [string, string, number] => [
    `series-${s}`,
    'surface',
    3,
  ]),
];

describe.each(['dark', 'light'])('%s', (name) => {
  const t = theme(name);
  test.each(pairs)('%s on %s', (f, g, want) => expect(ratio(t[f], t[g])).toBeGreaterThanOrEqual(want));
  test('heat scale is monotone in lightness', () => {
    const heat = [0, 1, 2, 3, 4, 5, 6].map((i) => oklab(lin(t[`heat-${i}`]))[0]);
    const up = (heat[6] as number) > (heat[0] as number);
    heat.forEach((v, i) => i && expect(up ? v > (heat[i - 1] as number) : v < (heat[i - 1] as number)).toBe(true));
  });
  const groups = [
    ['series-rate', 'series-fail'],
    ['series-p50', 'series-p95', 'series-p99'],
    ['accent', 'warn', 'bad'],
  ];
  for (const group of groups)
    for (const [i, a] of group.entries())
      for (const b of group.slice(i + 1))
        test.each(Object.entries(vision))(`${a} and ${b} apart for %s`, (_kind, m) =>
          expect(apart(t[a], t[b], m)).toBeGreaterThanOrEqual(0.08),
        );
});
