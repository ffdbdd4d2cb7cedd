// SPDX-License-Identifier: MIT
// Every row of the design's table of numbers.
import { describe, expect, test } from 'vitest';
import * as f from '../src/core/format';

const NB = '\u00a0';

describe('latency in a table', () => {
  test.each([
    [0.38, '0.38'],
    [8.91, '8.91'],
    [87.4, '87.4'],
    [1240, '1,240'],
    [0.004, '<0.01'],
    [0.01, '0.01'],
    [9.996, '10.0'],
    [99.96, '100'],
    [0, '0'],
    [null, '–'],
    [12_400, '12,400'],
    [NaN, '–'],
  ])('%s is %s', (n, want) => {
    expect(f.ms(n)).toBe(want);
  });
});

describe('latency alone', () => {
  test.each([
    [0.42, `420${NB}µs`],
    [8.91, `8.91${NB}ms`],
    [1240, `1,240${NB}ms`],
    [12_400, `12.4${NB}s`],
    [0.9999, `1.00${NB}ms`],
    [9999.9, `10.0${NB}s`],
    [0, `0${NB}ms`],
    [0.0002, `<1${NB}µs`],
    [null, '–'],
    [123_000, `123${NB}s`],
  ])('%s is %s', (n, want) => {
    expect(f.msAlone(n)).toBe(want);
  });
});

describe('rate', () => {
  test.each([
    [0.5, '0.50'],
    [9.25, '9.25'],
    [84.1, '84.1'],
    [50_576, '50,576'],
    [0, '0'],
    [0.001, '<0.01'],
    [null, '–'],
    [99.97, '100'],
    [999.6, '1,000'],
  ])('%s is %s', (n, want) => {
    expect(f.rate(n)).toBe(want);
  });
});

describe('percent, from a ratio', () => {
  test.each([
    [0, '0'],
    [0.00001, '<0.01'],
    [0.0043, '0.43'],
    [0.195, '19.5'],
    [0.99995, '>99.99'],
    [1, '100'],
    [0.00005, '0.01'],
    [0.9996, '99.96'],
    [0.99949, '99.9'],
    [null, '–'],
    [0.0001, '0.01'],
  ])('%s is %s', (n, want) => {
    expect(f.percent(n)).toBe(want);
  });
  test('never rounds to 0 or 100 unless it is', () => {
    for (let i = 1; i < 2000; i++) {
      const share = i / 2000;
      expect(['0', '100']).not.toContain(f.percent(share ** 3));
      expect(['0', '100', '100.0', '100.00']).not.toContain(f.percent(1 - share ** 3));
    }
  });
});

describe('count', () => {
  test.each([
    [43_037_789, '43,037,789'],
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [null, '–'],
    [undefined, '–'],
  ])('%s is %s', (n, want) => {
    expect(f.count(n)).toBe(want);
  });
});

describe('size', () => {
  test.each([
    [152_300_000, `152.3${NB}MB`],
    [340, `340${NB}B`],
    [18_432, `18.4${NB}kB`],
    [2_500_000_000, `2.50${NB}GB`],
    [999.9, `1.0${NB}kB`],
    [999_999, `1.0${NB}MB`],
    [null, '–'],
  ])('%s is %s', (n, want) => {
    expect(f.size(n)).toBe(want);
  });
});

describe('time', () => {
  test.each([
    [1122, '18:42'],
    [4873, '1:21:13'],
    [5, '0:05'],
    [0, '0:00'],
    [59.6, '1:00'],
    [null, '–'],
  ])('%s s is %s', (n, want) => {
    expect(f.clockTime(n)).toBe(want);
  });
  test.each([
    [0.4, `0.4${NB}s ago`],
    [12, `12${NB}s ago`],
    [200, `3${NB}m ago`],
    [7300, `2${NB}h ago`],
    [59.7, `1${NB}m ago`],
    [200_000, `2${NB}d ago`],
  ])('%s s is %s', (n, want) => {
    expect(f.ago(n)).toBe(want);
  });
  test.each([
    [18, `18${NB}s`],
    [60, `1${NB}m${NB}0${NB}s`],
    [7500, `2${NB}h${NB}5${NB}m`],
    [90_000, `1${NB}d${NB}1${NB}h`],
  ])('a span of %s s is %s', (n, want) => {
    expect(f.duration(n)).toBe(want);
  });
  test('the clock is the browser’s zone', () => {
    const t = new Date(2026, 10, 23, 14, 24, 14, 412).getTime() / 1000;
    expect(f.clock(t)).toBe('14:24:14');
    expect(f.clockMinutes(t)).toBe('14:24');
    expect(f.clockMillis(t)).toBe('14:24:14.412');
    expect(f.clockTitle(t)).toContain('2026-11-23 14:24:14 ');
  });
});

describe('ticks, the only place for 25k', () => {
  test.each([
    [25_000, '25k'],
    [2_500_000, '2.5M'],
    [5000, '5,000'],
    [0.25, '0.25'],
    [12_500, '12.5k'],
  ])('%s is %s', (n, want) => {
    expect(f.tick(n)).toBe(want);
  });
  test.each([
    [300, `300${NB}ms`],
    [1000, `1${NB}s`],
    [0.3, `300${NB}µs`],
    [30_000, `30${NB}s`],
  ])('%s ms is %s', (n, want) => {
    expect(f.msTick(n)).toBe(want);
  });
});

describe('decimals line up', () => {
  test('a cell gets the fraction it lacks', () => {
    const most = f.longestFraction(['0.38', '87.4', '1,240', '–']);
    expect(most).toBe(2);
    expect(f.padding('0.38', most)).toBe('');
    expect(f.padding('87.4', most)).toBe('0');
    expect(f.padding('1,240', most)).toBe('.00');
    expect(f.padding('–', most)).toBe('');
  });
});

test('words', () => {
  expect(f.plural(1, 'user')).toBe(`1${NB}user`);
  expect(f.plural(24_000, 'user')).toBe(`24,000${NB}users`);
  expect(f.capital(f.word(3))).toBe('Three');
  expect(f.word(12)).toBe('12');
});
