// SPDX-License-Identifier: MIT
// Per class and in total: bar = share now, tick = planned; nested as the tasks are.
import type { JSX } from 'preact';
import { useAsked } from '../core/fetching';
import { NB, percent } from '../core/format';
import { differing, flatten, idle, planned, type MixRow } from '../core/ratios';
import { useStore } from '../core/store';
import type { Tasks } from '../core/types';
import { Empty } from '../parts/small';

function Mix({
  title,
  note,
  rows,
  plan,
  over,
}: {
  title: string;
  note: string;
  rows: MixRow[];
  plan: Map<string, number> | null;
  /** Shares of users are gone: what was planned of them is unknown. */
  over: (row: MixRow) => boolean;
}): JSX.Element {
  return (
    <section class="card pane">
      <h2>
        {title} <small>{note}</small>
      </h2>
      <ul class="mix">
        {rows.map((r) => {
          const byUsers = r.depth === 0 && plan !== null && !over(r);
          const share = byUsers ? r.ratio : (r.measured ?? r.ratio);
          const want = over(r) ? undefined : byUsers ? plan.get(r.name) : r.measured === null ? undefined : r.ratio;
          const off = want !== undefined && Math.abs(want - share) > 0.02;
          return (
            <li key={r.path} class={`d${Math.min(3, r.depth)}`}>
              <span class="cut" title={r.name}>
                {r.name}
              </span>
              <div class="meter" style={{ '--c': `var(--${r.depth === 0 ? 'series-p95' : 'series-p50'})` }}>
                <i style={{ width: `${(share * 100).toFixed(2)}%` }} />
                {want !== undefined && <u style={{ left: `${(want * 100).toFixed(2)}%` }} />}
              </div>
              <b
                class={off ? 'warn' : ''}
                title={
                  want === undefined ? undefined : `planned ${percent(want)}${NB}%, measured ${percent(share)}${NB}%`
                }
              >
                {percent(share)}
                {NB}%
              </b>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function Ratios(): JSX.Element {
  const { page } = useStore();
  const asked = useAsked<Tasks>('tasks', 5);
  const plan = planned(page.users ?? {});
  const data = asked.data;
  const counted = data ? flatten(data.total).some((r) => r.measured !== null) : false;
  const done = data ? idle(data.per_class) : false;
  const off = data ? differing(data.per_class, plan) : [];
  const said = off.length
    ? off
        .slice(0, 4)
        .map((d) => `${d.name} is ${Math.abs(d.by).toFixed(1)} points ${d.by > 0 ? 'above' : 'below'} its plan`)
        .join('; ') + (off.length > 4 ? `; and ${off.length - 4} more.` : '.')
    : data && (counted || !done)
      ? counted
        ? done
          ? 'Every task was within two points of its plan.'
          : 'Every class and task is within two points of its plan.'
        : 'Every class is within two points of its plan.'
      : '';
  return (
    <>
      <div class="crumb">
        <h1>Task mix</h1>
        <span class="t2 cut grow">{said}</span>
      </div>
      {!data && !asked.error ? null : !data || (done && !counted) ? (
        <section class="card">
          <Empty title={asked.error ? 'The task mix can’t be read' : 'No tasks yet'}>
            {asked.error ?? 'The mix shows here while users run.'}
          </Empty>
        </section>
      ) : (
        <div class="halves">
          <Mix
            title="Per class"
            note={
              done
                ? 'share of task starts. Tick: planned'
                : counted
                  ? 'share of users; tasks by their starts. Tick: planned'
                  : 'share of users; tasks within their class'
            }
            rows={flatten(data.per_class)}
            plan={plan}
            over={(r) => done && r.depth === 0}
          />
          <Mix
            title="In total"
            note={
              done
                ? 'share of all task starts'
                : counted
                  ? 'share of all task starts. Tick: planned'
                  : 'share of all tasks'
            }
            rows={flatten(data.total)}
            plan={counted ? null : plan}
            over={() => done}
          />
        </div>
      )}
    </>
  );
}
