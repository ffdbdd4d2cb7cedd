// SPDX-License-Identifier: MIT
// Right of the form: the plan, what is ready, the same test in a terminal.
import type { ComponentChildren, JSX } from 'preact';
import { Timeline } from '../chart/Timeline';
import type { Lane } from '../chart/lane';
import { NB, count, duration, plural, tick } from '../core/format';
import { workersReady, type Checked } from '../core/load';
import type { State } from '../core/store';
import { LevelIcon } from './icons';
import { Copy } from './small';
import type { Level } from '../core/types';

interface Props {
  s: State;
  checked: Checked;
  shaped: boolean;
  waiting: boolean;
  words: string;
  classes: number;
}

/** Users wanted over the planned time; a test without an end shows its ramp and as long again. */
export function plan(users: number, rate: number, time: number | null): { t: number[]; users: number[] } {
  const ramp = users / rate;
  const length = Math.max(10, time ?? ramp * 2.5);
  const t = ramp < length ? [0, ramp, length] : [0, length];
  return { t, users: t.map((x) => Math.min(users, x * rate)) };
}

const Ready = ({
  level,
  children,
  note,
}: {
  level: Level;
  children: ComponentChildren;
  note?: ComponentChildren;
}): JSX.Element => (
  <li>
    <LevelIcon level={level} />
    <span>{children}</span>
    {note && <span class="t3 s">{note}</span>}
  </li>
);

export function Side({ s, checked, shaped, waiting, words, classes }: Props): JSX.Element {
  const { page, snap } = s;
  const workers = workersReady(snap);
  const { users, rate, time } = checked;
  const known = users !== null && users > 0 && rate !== null && rate > 0;
  const curve = known ? plan(users, rate, time) : null;
  const lane: Lane | null = curve && {
    key: 'plan',
    title: 'Users',
    height: 112,
    parts: 3,
    tick,
    value: count,
    max: (users as number) * 1.2,
    series: [{ label: null, values: curve.users, color: 'series-users', width: 1.75, fill: 0.25 }],
  };
  const ramp = known ? users / rate : null;
  const cpu = Math.max(0, ...(snap.workers ?? []).map((w) => w.cpu_usage));
  const tasks = Object.values(page.available_user_tasks ?? {}).reduce((a, t) => a + new Set(t).size, 0);
  const workerCommand = page.worker_command ?? `cicada --worker --master-host ${location.hostname}`;
  return (
    <aside class="side" aria-label="What this means">
      {!shaped && (
        <section class="card pane">
          <h2>What will run</h2>
          {lane && curve ? (
            <Timeline
              label={`Plan: ${count(users)} users${ramp ? ` after ${duration(ramp)}` : ''}`}
              time={curve.t}
              lanes={[lane]}
              changes={[]}
              from={0}
              to={curve.t.at(-1) ?? 1}
              doubt={[]}
              gaps={[]}
              relative
              rail={false}
              right={20}
            />
          ) : (
            <p class="plan-none t3">The plan shows here once users and rate can be read.</p>
          )}
          <dl class="facts">
            <div>
              <dt>Full load after</dt>
              <dd>{ramp === null ? '–' : time !== null && ramp > time ? 'not reached' : duration(ramp)}</dd>
            </div>
            <div>
              <dt>At full load for</dt>
              <dd>
                {ramp === null
                  ? '–'
                  : time === null
                    ? 'until stopped'
                    : time > ramp
                      ? duration(time - ramp)
                      : `0${NB}s`}
              </dd>
            </div>
            {ramp !== null && time !== null && ramp > time && rate !== null && (
              <div>
                <dt>Users at the end</dt>
                <dd>{count(time * rate)}</dd>
              </div>
            )}
          </dl>
        </section>
      )}
      <section class="card pane">
        <h2>Ready to start</h2>
        <ul class="ready">
          {waiting ? (
            <li class="stack-item">
              <LevelIcon level="dim" />
              <span>Waiting for a worker. Start one with:</span>
              <span class="cmd with-copy">
                <code>{workerCommand}</code>
                <Copy class="btn bare icon small" label="Copy worker command" text={workerCommand} />
              </span>
            </li>
          ) : page.is_distributed ? (
            <Ready
              level="ok"
              note={
                cpu > 0
                  ? cpu < 10
                    ? `CPU below ${Math.max(1, Math.ceil(cpu))}${NB}%`
                    : `CPU up to ${Math.ceil(cpu)}${NB}%`
                  : ''
              }
            >
              {plural(workers, 'worker')} connected
            </Ready>
          ) : (
            <Ready level="ok">This process runs the users</Ready>
          )}
          {page.locustfile && (
            <Ready
              level="ok"
              note={classes ? `${plural(classes, 'class', 'classes')}${tasks ? `, ${plural(tasks, 'task')}` : ''}` : ''}
            >
              {page.locustfile}
              {page.is_distributed ? ' on every worker' : ''}
            </Ready>
          )}
          {page.open_to_all && (
            <Ready level="warn" note={<code>--web-login</code>}>
              Anyone on this network can start a test
            </Ready>
          )}
        </ul>
      </section>
      <section class="card pane">
        <div class="ph row">
          <h2 class="grow">Same test in a terminal</h2>
          <Copy class="btn bare icon small" label="Copy command" text={words} />
        </div>
        <p class="cmd">{words}</p>
      </section>
    </aside>
  );
}
