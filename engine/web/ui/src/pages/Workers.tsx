// SPDX-License-Identifier: MIT
// The fleet: who is hot, who is lost, over time and one by one.
import type { JSX } from 'preact';
import { NO_GAPS, Timeline } from '../chart/Timeline';
import { cpuLane, lagLane, workersLane } from '../chart/lanes';
import { pauses } from '../core/events';
import { useCurve } from '../core/fetching';
import { cpusOf } from '../core/history';
import { NB, ago, count } from '../core/format';
import { seconds, serverNow, useStore, type State } from '../core/store';
import type { Worker } from '../core/types';
import { Fleet } from '../parts/Fleet';
import { Copy, Empty } from '../parts/small';
import { WorkerTable } from '../table/WorkerTable';
import { backToLive, nowWord, useView, zoomTo } from './Overview';

export const isLost = (w: Worker): boolean => w.state === 'missing';
export const isHot = (w: Worker): boolean => !isLost(w) && (w.cpu_usage >= 90 || (w.lag_p99_ms ?? 0) >= 50);

export function fleetSentence(s: State): { bad: string; rest: string } {
  const all = s.snap.workers ?? [];
  const lost = all.filter(isLost);
  const live = all.filter((w) => !isLost(w));
  const idle = s.snap.state === 'ready' || s.snap.state === 'stopped';
  const hot = idle ? [] : live.filter(isHot);
  const users = s.snap.user_count;
  if (hot.length) {
    const hottest = Math.max(...hot.map((w) => w.cpu_usage));
    const about = users && hottest > 90 ? Math.round((users * 75) / hottest / 1000) * 1000 : 0;
    return {
      bad: `${count(hot.length)} of ${count(live.length)} ${hot.length === 1 ? 'is' : 'are'} overloaded.`,
      rest: `Add workers${about ? `, or lower the load to about ${count(about)} users` : ', or lower the load'}.`,
    };
  }
  const seen = lost.length ? Math.min(...lost.map((w) => w.seen_s ?? Infinity)) : Infinity;
  const gone = lost.length ? `, ${count(lost.length)} lost${Number.isFinite(seen) ? ` ${ago(seen)}` : ''}` : '';
  const counts = live.map((w) => w.user_count);
  const low = Math.min(...counts);
  const high = Math.max(...counts);
  const load =
    !users || !live.length
      ? ''
      : high - low <= 1
        ? ` Load is even: ${count(high)}${NB}users each.`
        : ` Each runs ${count(low)} to ${count(high)} users.`;
  return {
    bad: '',
    rest: `${count(live.length)} ${idle ? 'ready' : 'running'}${gone}.${load}`,
  };
}

export function Workers(): JSX.Element {
  const s = useStore();
  const view = useView();
  const curve = useCurve(view.since, null, !view.zoomed);
  const { snap, page } = s;
  const all = snap.workers ?? [];
  const kept = curve.cpu_max.some((v) => v != null) ? curve : s.seen;
  const said = fleetSentence(s);
  const bad = snap.verdict?.generator.level === 'bad';
  const live = view.zoomed || snap.state === 'stopped' ? undefined : snap.generator;
  const cpus = live ? cpusOf(snap) : [];
  const lanes = [cpuLane(kept, bad, live?.cpu_max, cpus[cpus.length >> 1], cpus[0]), workersLane(kept, all.length)];
  if (kept.lag_p99_ms.some((v) => v != null && v > 0)) lanes.splice(1, 0, lagLane(kept, bad, live?.lag_p99_ms));
  const command = page.worker_command ?? `cicada --worker --master-host ${location.hostname}`;
  return (
    <>
      <div class="crumb">
        <h1>Workers</h1>
        <span class="t2 cut grow">
          {said.bad && <span class="bad">{said.bad} </span>}
          {all.length > 0 && said.rest}
        </span>
        <Copy class="btn no-phone" label="Copy worker command" text={command}>
          Copy worker command
        </Copy>
      </div>
      {all.length === 0 ? (
        <section class="card">
          <Empty title="No workers yet">
            Start one on any machine that can reach this one: <code>{command}</code>
          </Empty>
        </section>
      ) : (
        <>
          <div class="two">
            <Fleet workers={all} />
            <section class="card pane" aria-label="Health of the generator">
              <div class="ph row">
                <h2>Health of the generator</h2>
                <small>{view.zoomed ? 'zoomed' : 'over the run'}</small>
              </div>
              {kept.time.length > 1 ? (
                <Timeline
                  label={`Health of the generator: CPU, loop lag and workers. ${said.bad} ${said.rest}`}
                  time={kept.time}
                  lanes={lanes}
                  changes={snap.changes ?? []}
                  from={view.from}
                  to={view.to}
                  doubt={curve.overloaded}
                  gaps={NO_GAPS}
                  paused={pauses(snap, curve.paused, serverNow(s, seconds()))}
                  right={132}
                  nowWord={nowWord(s.silent, snap.state === 'stopped')}
                  onZoom={zoomTo}
                  onReset={backToLive}
                />
              ) : (
                <Empty title="Nothing yet">The curves begin with the test.</Empty>
              )}
            </section>
          </div>
          <WorkerTable s={s} />
        </>
      )}
    </>
  );
}
