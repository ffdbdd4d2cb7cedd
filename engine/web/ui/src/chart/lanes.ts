// SPDX-License-Identifier: MIT
// The lanes of the design, built from a curve.
import { count, msAlone, msTick, ms, NB, percent, rate, tick } from '../core/format';
import type { Curve } from '../core/history';
import type { Window } from '../core/types';
import type { Lane } from './lane';
import { wantsLog, withoutZeros } from './scales';

type Now = Pick<Window, 'rps' | 'fails' | 'p50' | 'p95' | 'p99'> | null | undefined;

export const rateLane = (c: Curve, now: Now, height = 80): Lane => ({
  key: 'rps',
  title: 'Requests per second',
  height,
  tick,
  value: rate,
  series: [{ label: '', values: c.rps, color: 'series-rate', width: 1.5, fill: 0.22, now: now?.rps }],
});

/** 20 px and words while nothing fails. */
export function failLane(c: Curve, now: Now, height = 40): Lane {
  const some = c.fails.some((v) => v != null && v > 0);
  if (!some)
    return {
      key: 'nofails',
      title: 'No failures',
      height: 20,
      tick: () => '',
      value: () => '',
      series: [{ label: null, values: c.fails.map(() => null), color: 'series-fail', width: 1 }],
    };
  return {
    key: 'fails',
    title: 'Failures per second',
    height,
    least: 10,
    tick,
    value: rate,
    series: [
      {
        label: '',
        values: withoutZeros(c.fails),
        color: 'series-fail',
        width: 1.25,
        fill: 0.34,
        step: true,
        now: now?.fails,
      },
    ],
  };
}

/** The switch between log and linear is kept by `log`. */
export function timeLane(c: Curve, now: Now, log: boolean, height = 116): Lane {
  return {
    key: 'times',
    title: 'Response time',
    height,
    log,
    tick: (v) => (v === 0 ? '' : msTick(v)),
    value: msAlone,
    bands: [
      { upper: 1, lower: 2, color: 'series-p50', alpha: 0.16 },
      { upper: 0, lower: 1, color: 'series-p95', alpha: 0.13 },
    ],
    series: [
      { label: 'p99', values: c.p99, color: 'series-p99', width: 1.25, now: now?.p99 },
      { label: 'p95', values: c.p95, color: 'series-p95', width: 1.75, now: now?.p95 },
      { label: 'p50', values: c.p50, color: 'series-p50', width: 1.75, now: now?.p50 },
    ],
  };
}
export const timesWantLog = (c: Curve): boolean => wantsLog([c.p50, c.p95, c.p99]);

export const usersLane = (c: Curve, now?: number | null, height = 42): Lane => ({
  key: 'users',
  title: 'Users',
  height,
  tick,
  value: count,
  series: [
    { label: null, values: c.target, color: 'series-users', width: 1, dash: [3, 3], step: true },
    { label: '', values: c.users, color: 'series-users', width: 1.5, fill: 0.2, now },
  ],
});

export const shareLane = (c: Curve, now: Now): Lane => ({
  key: 'share',
  title: 'Share of requests',
  height: 42,
  least: 0.4,
  tick: (v) => `${+v.toPrecision(3)}${NB}%`,
  value: (v) => (v === null ? '–' : `${percent(v / 100)}${NB}%`),
  series: [
    {
      label: '',
      color: 'series-users',
      width: 1.5,
      values: c.fails.map((f, i) =>
        f == null || !c.rps[i] ? (c.rps[i] == null ? null : 0) : (f / (c.rps[i] as number)) * 100,
      ),
      now: now ? (now.rps ? (now.fails / now.rps) * 100 : 0) : undefined,
    },
  ],
});

/** `hottest` and `now` are what the cards show, so that a number shown twice is the same. */
export const cpuLane = (c: Curve, bad: boolean, hottest?: number | null, median?: number, coolest?: number): Lane => ({
  key: 'cpu',
  title: 'CPU: hottest, median, coolest',
  height: 96,
  max: 118,
  limit: 90,
  tick: (v) => `${v}${NB}%`,
  value: (v) => (v === null ? '–' : `${Math.round(v)}${NB}%`),
  bands: [{ upper: 0, lower: 2, color: 'series-users', alpha: 0.22 }],
  series: [
    { label: 'hottest', values: c.cpu_max, color: bad ? 'bad' : 'text', width: 1.5, now: hottest ?? undefined },
    { label: 'median', values: c.cpu_median, color: 'series-users', width: 1.5, now: median },
    { label: 'coolest', values: c.cpu_min, color: 'line-strong', width: 1.25, now: coolest },
  ],
});

export const lagLane = (c: Curve, bad: boolean, now?: number | null): Lane => ({
  key: 'lag',
  title: 'Loop lag p99',
  height: 48,
  limit: 50,
  least: 4,
  tick: (v) => `${v}${NB}ms`,
  value: (v) => (v === null ? '–' : `${ms(v)}${NB}ms`),
  series: [
    {
      label: '',
      values: c.lag_p99_ms,
      color: bad ? 'series-fail' : 'series-users',
      width: 1.25,
      fill: 0.2,
      now: now ?? undefined,
    },
  ],
});

export const workersLane = (c: Curve, workers: number): Lane => ({
  key: 'workers',
  title: 'Workers',
  height: 40,
  parts: 2,
  least: Math.max(2, workers * 1.1),
  tick,
  value: count,
  series: [{ label: '', values: c.workers, color: 'series-users', width: 1.5, fill: 0.18, step: true }],
});

/** The chart in one sentence, for those who do not see it. */
export function summary(c: Curve, what = 'Timeline'): string {
  const span = (v: (number | null)[], f: (n: number) => string): string => {
    const known = v.filter((x): x is number => x != null);
    return known.length ? `${f(Math.min(...known))} to ${f(Math.max(...known))}` : 'none';
  };
  return `${what}. Requests per second ${span(c.rps, rate)}; failures per second ${span(c.fails, rate)}; p95 ${span(c.p95, msAlone)}; users ${span(c.users, count)}. Arrow keys read single moments.`;
}
