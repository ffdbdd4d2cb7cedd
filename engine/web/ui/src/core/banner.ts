// SPDX-License-Identifier: MIT
// One banner at a time, worst first: what happened, what it means, what to do.
import { pausedSince } from './events';
import { NB, clockMinutes, clockTime, count, duration, ms, plural } from './format';
import { canPause, isStopping, namesOf, totalOf, type State } from './store';
import type { Snapshot } from './types';

export type BannerTone = 'bad' | 'warn' | 'ok' | 'plain';
export type BannerAction =
  'try' | 'report' | 'workers' | 'clear' | 'resume' | 'stopnow' | 'exceptions' | 'group' | null;

export interface Banner {
  tone: BannerTone;
  icon: 'bad' | 'warn' | 'ok' | 'stop' | 'pause' | null;
  lead: string;
  text: string;
  action: BannerAction;
  label: string;
}

const make = (
  tone: BannerTone,
  icon: Banner['icon'],
  lead: string,
  text: string,
  action: BannerAction = null,
  label = '',
): Banner => ({ tone, icon, lead, text, action, label });

/** Seconds after the last response at which silence is worth a banner. */
const NO_DATA_S = 10;

export function banner(s: State, now: number, lastData: number | null): Banner | null {
  const { snap } = s;
  if (s.silent)
    return make(
      'bad',
      'bad',
      `No contact with the control room for ${duration(s.silent)}.`,
      'The test goes on without this page.',
      'try',
      'Try now',
    );
  if (snap.state === 'ready') return null;
  if (snap.state === 'stopped') return stopped(s);
  return (
    overloaded(s) ?? noData(s, now, lastData) ?? lost(s) ?? paused(s) ?? stopping(s) ?? manyNames(s) ?? spawning(s)
  );
}

function stopped({ snap }: State): Banner {
  const run = snap.run;
  const took = run?.start && run.end ? run.end - run.start : null;
  if ((totalOf(snap)?.num_requests ?? 0) === 0 && run?.start)
    return make(
      'bad',
      'bad',
      run.why_ended ? sentence(run.why_ended) : 'Ended without one request.',
      run.why_ended ? 'It ended without one request.' : 'No user got as far as a response.',
      'exceptions',
      'Show exceptions',
    );
  const planned = run?.planned_s ? ` of ${clockTime(run.planned_s)}` : '';
  const why = run?.why_ended?.replace(/[.!]+$/, '') || 'Stopped';
  const after = took === null || /\d/.test(why) ? '' : ` after ${clockTime(took)}${planned}`;
  const lead = `${why}${after}.`;
  const bad = snap.verdict?.target.level === 'bad';
  const fails = totalOf(snap)?.num_failures ?? 0;
  const text = fails ? `${plural(fails, 'request')} failed.` : 'No request failed.';
  return make(bad ? 'bad' : 'plain', bad ? 'bad' : 'ok', lead, text, 'report', 'Open report');
}

const sentence = (s: string): string => (/[.!?]$/.test(s) ? s : s + '.');

function overloaded({ snap }: State): Banner | null {
  const v = snap.verdict?.generator;
  if (v?.level !== 'bad') return null;
  const live = (snap.workers ?? []).filter((w) => w.state !== 'missing');
  const hot = live.filter((w) => w.cpu_usage >= 90).length;
  const lag = snap.generator?.lag_p99_ms;
  const facts: string[] = [];
  if (hot) facts.push(`${count(hot)} of ${plural(live.length, 'worker')} are above 90${NB}% CPU`);
  if (lag && lag >= 50) facts.push(`${facts.length ? 'their loops run' : 'loops run'} ${ms(lag)}${NB}ms late`);
  if (snap.generator?.dropped) facts.push(`${count(snap.generator.dropped)} arrivals were dropped`);
  const why = facts.length ? facts.join(' and ') : v.detail;
  return make(
    'bad',
    'bad',
    'The generator is the bottleneck.',
    `${why ? sentence(why.charAt(0).toUpperCase() + why.slice(1)) + ' ' : ''}Response times include that delay; do not judge the target by the hatched part.`,
    snap.workers ? 'workers' : null,
    'Show workers',
  );
}

function noData({ snap }: State, now: number, lastData: number | null): Banner | null {
  if (lastData === null || snap.user_count === 0 || snap.run?.paused || isStopping(snap)) return null;
  const quiet = now - lastData;
  if (quiet < NO_DATA_S || (totalOf(snap)?.num_requests ?? 0) === 0) return null;
  return make('warn', 'warn', `No responses for ${duration(quiet)}.`, waitingWords(snap));
}

function waitingWords(snap: Snapshot): string {
  const waiting = snap.waiting_users ?? snap.user_count;
  const oldest = snap.oldest_wait_s ? `, the oldest for ${duration(snap.oldest_wait_s)}` : '';
  if (waiting === 0) return 'No user is waiting for one.';
  return `${plural(waiting, 'user')} ${waiting === 1 ? 'is' : 'are'} waiting${oldest}.`;
}

function lost({ snap }: State): Banner | null {
  const workers = snap.workers ?? [];
  const gone = workers.filter((w) => w.state === 'missing').length;
  const target = snap.target_users ?? snap.user_count;
  const lacking = target - snap.user_count;
  if (!gone || snap.state !== 'running' || lacking <= 0) return null;
  return make(
    'warn',
    'warn',
    `${count(gone)} of ${plural(workers.length, 'worker')} ${gone === 1 ? 'is' : 'are'} lost;`,
    `${plural(lacking, 'user')} are being moved.`,
    'workers',
    'Show workers',
  );
}

function paused(s: State): Banner | null {
  const { snap } = s;
  const run = snap.run;
  if (!run?.paused) return null;
  const ends = run.start && run.planned_s ? `the run still ends at ${clockMinutes(run.start + run.planned_s)}.` : '';
  const since = pausedSince(snap);
  return make(
    'warn',
    'pause',
    since === null ? 'Paused.' : `Paused at ${clockMinutes(since)}.`,
    `No new tasks start; ${ends || 'users wait.'}`,
    canPause(s) ? 'resume' : null,
    'Resume',
  );
}

function stopping({ snap, page }: State): Banner | null {
  if (!isStopping(snap)) return null;
  const end = snap.run?.stopping;
  const of = end?.of ?? snap.target_users ?? 0;
  const users = end?.users ?? snap.user_count;
  const all = of > users ? ` of ${count(of)}` : '';
  const most = end
    ? `, at most ${duration(Math.ceil(end.left_s))} more`
    : page.stop_timeout
      ? `, at most ${duration(page.stop_timeout)} in all`
      : '';
  const grace = end ? end.left_s > 0.5 : !!page.stop_timeout;
  return make(
    'warn',
    'stop',
    'Stopping.',
    `${count(users)}${all}${NB}users are finishing their current task${most}.`,
    grace ? 'stopnow' : null,
    'Stop them now',
  );
}

function manyNames({ snap }: State): Banner | null {
  const names = snap.counts?.names ?? 0;
  const listed = namesOf(snap).length;
  if (names <= 500 || listed >= names) return null;
  return make(
    'warn',
    'warn',
    `${count(names)} request names.`,
    `The first ${count(listed)} are listed; the rest count in Aggregated. Names that contain ids can be grouped.`,
    'group',
    'Group names',
  );
}

function spawning(s: State): Banner | null {
  const { snap } = s;
  const target = snap.target_users;
  if (snap.state !== 'spawning' || !target) return null;
  const left = Math.abs(target - snap.user_count);
  const eta = snap.spawn_rate ? `, about ${duration(Math.ceil(left / snap.spawn_rate))} to go` : '';
  return make(
    'plain',
    null,
    'Ramping up:',
    `${count(snap.user_count)} of ${plural(target, 'user')}${eta}. Results of a ramp mix many load levels.`,
    'clear',
    s.clearWhenFull ? 'Will clear when full' : 'Clear results when full',
  );
}
