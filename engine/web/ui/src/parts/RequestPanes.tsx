// SPDX-License-Identifier: MIT
// Under the charts of one request: percentiles, where the time goes, failures.
import type { JSX } from 'preact';
import { useAsked } from '../core/fetching';
import { ago, clock, count, longestFraction, ms, msAlone, plural } from '../core/format';
import { plainError } from '../core/plain';
import type { State } from '../core/store';
import type { Failure, Histogram, Phases, Sample } from '../core/types';
import { href } from '../core/url';
import { happening, kindKey, workersText } from '../pages/Failures';
import { Icon } from './icons';
import { Exchange } from './KindPanel';
import { Aligned, Empty } from './small';

const PERCENTILES = ['50', '75', '90', '95', '99', '99.9', '99.99', '100'];

function changeText(change: number | null): string {
  if (change === null) return '–';
  const by = Math.round(change * 100);
  return `${by > 0 ? '+' : by < 0 ? '−' : ''}${count(Math.abs(by))}\u00a0%`;
}

function Percentiles({ h, stopped }: { h: Histogram | null; stopped: boolean }): JSX.Element {
  const now = h?.current && !stopped ? h.current : null;
  const rows = PERCENTILES.map((p) => ({
    p,
    now: ms(now?.percentiles[p]),
    run: ms(h?.percentiles[p]),
    a: now?.percentiles[p] ?? null,
    b: h?.percentiles[p] ?? null,
  }));
  const a = longestFraction(rows.map((r) => r.now));
  const b = longestFraction(rows.map((r) => r.run));
  return (
    <section class="card pane" aria-label="Percentiles">
      <h2>
        Percentiles <small>ms</small>
      </h2>
      <table>
        <thead>
          <tr>
            <th>
              <span class="sr">Percentile</span>
            </th>
            {now && (
              <th class="n" scope="col">
                Last 10 s
              </th>
            )}
            <th class="n" scope="col">
              Whole run
            </th>
            {now && (
              <th class="n" scope="col">
                Change
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => {
            const change = r.a && r.b ? r.a / r.b - 1 : null;
            const tone = change === null ? 't2' : change > 0.5 ? 'bad' : change > 0.1 ? 'warn' : 't2';
            return (
              <tr key={r.p}>
                <td class="t2">{r.p === '100' ? 'max' : 'p' + r.p}</td>
                {now && (
                  <td class="n">
                    <b>
                      <Aligned text={r.now} most={a} />
                    </b>
                  </td>
                )}
                <td class="n">
                  <Aligned text={r.run} most={b} />
                </td>
                {now && <td class={`n ${tone}`}>{changeText(change)}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

const STEPS: [key: string, name: string][] = [
  ['start', 'Start delay'],
  ['dns', 'Name lookup'],
  ['connect', 'Connect'],
  ['tls', 'TLS'],
  ['send', 'Send'],
  ['first_byte', 'First byte'],
  ['download', 'Download'],
];

export function PhasePane({ phases, requests }: { phases: Phases | null; requests: number }): JSX.Element {
  // Workers of other kinds time no steps: what was counted nowhere was not kept either.
  const timed = STEPS.some(([k]) => (phases?.[k]?.count ?? 0) > 0);
  const known = STEPS.filter(([k]) => timed && phases && k in phases);
  // Steps a kept connection skips say nothing about the usual request.
  const usual = (k: string): boolean => (phases?.[k]?.count ?? 0) > requests / 2;
  const sum = known.reduce((a, [k]) => a + (usual(k) ? (phases?.[k]?.mean ?? 0) : 0), 0) || 1;
  const made = phases?.connect?.count ?? 0;
  let at = 0;
  return (
    <section class="card pane" aria-label="Where the time goes">
      <h2>
        Where the time goes <small>mean of each step</small>
      </h2>
      {phases && known.length === 0 && <Empty title="Not measured">Its workers do not time these steps.</Empty>}
      {known.map(([k, name]) => {
        const p = phases?.[k] ?? null;
        const on = p && usual(k);
        const left = (at / sum) * 100;
        if (on) at += p.mean;
        return (
          <div key={k} class="phase">
            <span class="t2">{name}</span>
            <div class="trackbar">
              {on && (
                <i
                  style={{
                    left: `${Math.min(98.5, left).toFixed(2)}%`,
                    width: `${((p.mean / sum) * 100).toFixed(2)}%`,
                  }}
                />
              )}
            </div>
            <span class={`n ${on ? '' : 't3'}`}>{on ? msAlone(p.mean) : 'kept'}</span>
          </div>
        );
      })}
      {made > 0 && made < requests / 2 && (
        <p class="s t3 said">
          {plural(made, 'new connection')} took {msAlone(phases?.connect?.mean)} to connect
          {phases?.tls ? ` and ${msAlone(phases.tls.mean)} for TLS` : ''}; the other requests reused one.
        </p>
      )}
    </section>
  );
}

interface Props {
  s: State;
  id: string;
  histogram: Histogram | null;
  kinds: Failure[];
  now: number;
}

export function RequestPanes({ s, id, histogram, kinds, now }: Props): JSX.Element {
  const can = s.page.can ?? {};
  const phases = useAsked<Phases>(can.phases ? `stats/phases?request=${encodeURIComponent(id)}` : null, 5);
  const worst = kinds[0];
  const samples = useAsked<{ samples: Sample[] }>(
    can.samples && worst?.key ? `failures/samples?key=${encodeURIComponent(worst.key)}` : null,
    10,
  );
  const first = Math.min(...kinds.map((k) => k.first_seen ?? Infinity));
  const total = kinds.reduce((a, k) => a + k.occurrences, 0);
  return (
    <div class={can.phases ? 'three' : 'halves'}>
      <Percentiles h={histogram} stopped={s.snap.state === 'stopped'} />
      {can.phases && <PhasePane phases={phases.data} requests={histogram?.count ?? 1} />}
      <section class="card pane" aria-label="Failures">
        <h2>
          Failures{' '}
          {total > 0 && (
            <small>
              {count(total)}
              {Number.isFinite(first) ? ` since ${clock(first)}` : ''}
            </small>
          )}
        </h2>
        {kinds.length === 0 && <Empty title="No failures">Every response so far passed its checks.</Empty>}
        {kinds.slice(0, 5).map((k) => (
          <a key={kindKey(k)} class="kind" href={href({ tab: 'failures', kind: kindKey(k), request: null })}>
            <span class={happening(k, now) ? 'bad' : 't3'}>
              <Icon name="bad" />
            </span>
            <span class="cut" title={k.error}>
              <b>{plainError(k.error)}</b>{' '}
              <span class="t3">
                {k.last_seen ? `last ${ago(now - k.last_seen)}` : ''}
                {k.workers?.length === 1 && (k.worker_count ?? 1) === 1
                  ? `, worker ${workersText(k.workers, s.snap.workers)}`
                  : ''}
              </span>
            </span>
            <b>{count(k.occurrences)}</b>
          </a>
        ))}
        <Exchange samples={samples.data?.samples ?? []} />
      </section>
    </div>
  );
}
