// SPDX-License-Identifier: MIT
// Load in words: what a change means, how a test would run, and the command that does the same.
import { NB, count, duration, plural } from './format';
import { parseCount, parseRate, parseSpan, shellWord, spanText } from './parse';
import type { PageData, Snapshot } from './types';

export interface LoadForm {
  users: string;
  rate: string;
  host: string;
  time: string;
}

export interface Checked {
  users: number | null;
  rate: number | null;
  time: number | null;
  errors: Partial<Record<'users' | 'rate' | 'host' | 'time', string>>;
}

export function check(form: LoadForm, page: PageData, withHost = true): Checked {
  const errors: Checked['errors'] = {};
  const users = parseCount(form.users);
  const rate = parseRate(form.rate);
  const time = parseSpan(form.time);
  if (users === null || users < 1) errors.users = 'Type a whole number from 1 up';
  if (rate === null || rate <= 0) errors.rate = 'Type a number above 0';
  if (time === null) errors.time = 'Type a time such as 30m, 1h30m or 90';
  const host = form.host.trim();
  if (withHost && host && !/^https?:\/\/[^\s/]+/i.test(host)) errors.host = 'Start with http:// or https://';
  if (withHost && !host && page.is_host_required) errors.host = 'This scenario needs a host';
  return { users, rate, time: time ?? null, errors };
}

export const workersReady = (snap: Snapshot): number =>
  (snap.workers ?? []).filter((w) => w.state !== 'missing').length || (snap.worker_count ?? 0);

/** "2,000 on each of 12 workers". */
export function perWorker(users: number | null, workers: number): string {
  if (users === null || workers < 2) return workers === 1 ? 'all on one worker' : '';
  if (users < workers) return `on ${count(users)} of ${count(workers)} workers`;
  const each = users / workers;
  return `${Number.isInteger(each) ? '' : 'about '}${count(Math.round(each))} on each of ${count(workers)} workers`;
}

export function editMeaning(
  now: number,
  users: number | null,
  rate: number | null,
  workers: number,
  cpu: number | null,
): string {
  if (users === null || rate === null || rate <= 0) return '';
  if (users === now) return `${plural(users, 'user')} already run.`;
  const parts = [`${count(now)} → ${plural(users, 'user')} in ${duration(Math.ceil(Math.abs(users - now) / rate))}.`];
  if (workers > 1) {
    const cpuThen = cpu !== null && now > 0 ? (cpu * users) / now : null;
    const hot = cpuThen === null ? '' : `; the hottest CPU would be near ${Math.min(100, Math.round(cpuThen))}${NB}%`;
    parts.push(
      `Each of ${count(workers)} workers goes from ${count(Math.round(now / workers))} to ${count(Math.round(users / workers))}${hot}.`,
    );
  }
  return parts.join(' ');
}

/** Users of each class by weight; fixed counts first. */
export function split(users: number, classes: { name: string; weight: number; fixed: number }[]): Map<string, number> {
  const out = new Map<string, number>();
  let left = users;
  for (const c of classes) {
    if (!c.fixed) continue;
    const n = Math.min(left, c.fixed);
    out.set(c.name, n);
    left -= n;
  }
  const weighted = classes.filter((c) => !c.fixed && c.weight > 0);
  const sum = weighted.reduce((a, c) => a + c.weight, 0);
  const exact = weighted.map((c) => ({ c, n: (left * c.weight) / sum }));
  for (const { c, n } of exact) out.set(c.name, Math.floor(n));
  let rest = left - exact.reduce((a, x) => a + Math.floor(x.n), 0);
  for (const { c, n } of [...exact].sort((a, b) => (b.n % 1) - (a.n % 1))) {
    if (rest-- <= 0) break;
    out.set(c.name, Math.floor(n) + 1);
  }
  return out;
}

export function command(
  page: PageData,
  snap: Snapshot,
  form: Checked & { host: string },
  extra: Record<string, string>,
  profile: string,
  classes: string[],
  grace: number | null = null,
): string {
  const words = ['cicada'];
  const add = (flag: string, value: string | null | undefined): void => {
    if (value) words.push(flag, shellWord(value));
  };
  add('-f', page.locustfile);
  if (page.is_distributed ?? snap.worker_count !== undefined) words.push('--master');
  if (form.users !== null) add('-u', String(form.users));
  if (form.rate !== null) add('-r', String(form.rate));
  if (form.time) add('-t', spanText(form.time));
  add('-H', form.host.trim());
  if (grace) add('-s', spanText(grace));
  for (const [name, value] of Object.entries(extra)) {
    const option = page.extra_options?.[name];
    if (!option || value === String(option.default_value ?? '')) continue;
    if (option.is_secret) words.push('--' + name.replaceAll('_', '-'), `"$${name.toUpperCase()}"`);
    else if (value === 'true') words.push('--' + name.replaceAll('_', '-'));
    else if (value !== 'false') add('--' + name.replaceAll('_', '-'), value);
  }
  add('--profile', profile.trim());
  return [...words, ...classes.map(shellWord)].join(' ');
}

export const startWord = (users: number | null): string =>
  users === null ? 'Start' : `Start ${plural(users, 'user')}`;
