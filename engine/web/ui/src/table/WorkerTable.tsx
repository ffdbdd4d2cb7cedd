// SPDX-License-Identifier: MIT
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { parseFilter } from '../core/filter';
import { useAsked } from '../core/fetching';
import { ago, clockTime, count, longestFraction, ms, plural, rate, size } from '../core/format';
import { workerNames } from '../core/names';
import type { State } from '../core/store';
import type { LinesAnswer, Worker } from '../core/types';
import { go, useParams } from '../core/url';
import { isHot, isLost } from '../pages/Workers';
import { Spark } from '../parts/drawings';
import { Aligned, Chip, Empty, Find, usePhone } from '../parts/small';
import { compareBy, nextOrder, readOrder, writeOrder } from './rows';
import { useSlice } from './virtual';

const COLUMNS: { key: string; name: string; unit?: string; text?: boolean; class?: string }[] = [
  { key: 'id', name: 'Worker', text: true },
  { key: 'state', name: 'State', text: true },
  { key: 'node', name: 'Node', text: true, class: 'no-phone' },
  { key: 'user_count', name: 'Users' },
  { key: 'rps', name: 'Req/s', class: 'no-phone' },
  { key: 'cpu_usage', name: 'CPU', unit: '% of one core', text: true },
  { key: '', name: '', unit: '2 m', class: 'wide' },
  { key: 'lag_p99_ms', name: 'Loop lag p99', unit: 'ms', class: 'no-phone' },
  { key: 'memory_usage', name: 'Memory', class: 'no-phone' },
  { key: 'connections', name: 'Connections', class: 'wide' },
  { key: 'up_s', name: 'Up for', class: 'wide' },
  { key: 'seen_s', name: 'Heard from', class: 'no-phone' },
];

const valueOf = (w: Worker, key: string): string | number | null =>
  isLost(w) && key !== 'id' && key !== 'state' && key !== 'node' && key !== 'seen_s'
    ? null
    : ((w as unknown as Record<string, string | number | null>)[key] ?? null);
const attention = (w: Worker): number => (isLost(w) ? 2 : isHot(w) ? 1 : 0);

const STATES: Record<string, string> = {
  missing: 'Lost',
  ready: 'Ready',
  spawning: 'Ramping up',
  running: 'Running',
  cleanup: 'Stopping',
  stopped: 'Stopped',
};

/** What no worker reports has no column. */
type Known = (key: string) => boolean;
const OPTIONAL = ['node', 'rps', 'lag_p99_ms', 'connections', 'up_s', 'seen_s'];
export const knownOf =
  (workers: Worker[]): Known =>
  (key) =>
    !OPTIONAL.includes(key) || workers.some((w) => w[key as keyof Worker] != null);

interface RowProps {
  w: Worker;
  name: string;
  lag: number;
  spark: (number | null)[];
  has: Known;
}

function Row({ w, name, lag, spark, has }: RowProps): JSX.Element {
  const gone = isLost(w);
  const tone = w.cpu_usage > 90 ? 'bad' : w.cpu_usage > 80 ? 'warn' : '';
  const or = (text: string): string => (gone ? '–' : text);
  return (
    <tr class={gone ? 'gone' : ''}>
      <td class="name">
        <span title={w.id}>{name}</span>
      </td>
      <td>
        <span class={`state ${gone ? 'gone' : ''}`}>
          <i />
          {STATES[w.state] ?? w.state}
        </span>
      </td>
      {has('node') && (
        <td class="t2 no-phone node cut" title={w.node ?? ''}>
          {w.node ?? '–'}
        </td>
      )}
      <td class="n">{or(count(w.user_count))}</td>
      {has('rps') && <td class="n no-phone">{or(rate(w.rps))}</td>}
      <td>
        {gone ? (
          <span class="t3">users moved</span>
        ) : (
          <span class="cpu">
            <span class="meter" style={{ '--c': `var(--${tone || 'series-users'})` }}>
              <i style={{ width: `${Math.min(100, w.cpu_usage).toFixed(1)}%` }} />
              <u style={{ left: '90%' }} />
            </span>
            <b class={tone}>{w.cpu_usage.toFixed(1)}</b>
          </span>
        )}
      </td>
      <td class="wide draw">
        {!gone && <Spark values={spark} color={tone === 'bad' ? 'bad' : 'series-users'} width={80} lo={0} hi={100} />}
      </td>
      {has('lag_p99_ms') && (
        <td class={`n no-phone ${(w.lag_p99_ms ?? 0) >= 50 ? 'bad' : ''}`}>
          {gone ? '–' : <Aligned text={ms(w.lag_p99_ms)} most={lag} />}
        </td>
      )}
      <td class="n no-phone">{or(size(w.memory_usage))}</td>
      {has('connections') && (
        <td
          class="n wide"
          title={w.ports_limit ? `${count(w.ports_used)} of ${count(w.ports_limit)} ports taken` : undefined}
        >
          {or(count(w.connections))}
        </td>
      )}
      {has('up_s') && <td class="n wide">{or(clockTime(w.up_s))}</td>}
      {has('seen_s') && <td class={`n no-phone ${gone ? 'warn' : 't2'}`}>{w.seen_s == null ? '–' : ago(w.seen_s)}</td>}
    </tr>
  );
}

export function WorkerTable({ s }: { s: State }): JSX.Element {
  const p = useParams();
  const body = useRef<HTMLTableSectionElement>(null);
  const phone = usePhone();
  const all = s.snap.workers ?? [];
  const has = knownOf(all);
  const named = workerNames(all.map((w) => w.id));
  const lines = useAsked<LinesAnswer>('workers/lines', 4);
  const query = p.get('q') ?? '';
  const only = p.get('only');
  const order = readOrder(p.get('sort'));
  const f = parseFilter(query);
  const matched = all.filter(
    (w) =>
      (only !== 'hot' || isHot(w)) && (only !== 'lost' || isLost(w)) && (f.empty || f.test(`${w.id} ${w.node ?? ''}`)),
  );
  const by = order
    ? compareBy<Worker>(order, valueOf)
    : (a: Worker, b: Worker): number => attention(b) - attention(a) || (isHot(a) ? b.cpu_usage - a.cpu_usage : 0);
  const rows = matched.sort((a, b) => by(a, b) || a.id.localeCompare(b.id, 'en'));
  const slice = useSlice(body, rows.length, phone ? 44 : 32);
  const shown = rows.slice(slice.from, slice.to);
  const lag = longestFraction(shown.map((w) => ms(w.lag_p99_ms)));
  const hot = all.filter(isHot).length;
  const lost = all.filter(isLost).length;
  const pick = (to: string): void => go({ only: only === to ? null : to }, { replace: true });
  return (
    <section class="card" aria-label="All workers">
      <div class="thead-bar">
        <h2>All workers</h2>
        <Find
          value={query}
          placeholder="Filter by name or node"
          label="Filter workers"
          onInput={(q) => go({ q }, { replace: true })}
        />
        <Chip icon="bad" tone={hot ? 'bad' : 't3'} on={only === 'hot'} onClick={() => pick('hot')}>
          Overloaded {count(hot)}
        </Chip>
        <Chip icon="warn" tone={lost ? 'warn' : 't3'} on={only === 'lost'} onClick={() => pick('lost')}>
          Lost {count(lost)}
        </Chip>
        <span class="grow" />
        {order && (
          <button type="button" class="btn bare no-phone" onClick={() => go({ sort: null }, { replace: true })}>
            Attention first
          </button>
        )}
      </div>
      {rows.length === 0 ? (
        <Empty title={query ? `Nothing matches “${query}”` : 'None'}>
          <button type="button" class="linkish" onClick={() => go({ q: null, only: null })}>
            Clear the filter
          </button>{' '}
          to see {plural(all.length, 'worker')}.
        </Empty>
      ) : (
        <div class="scroll">
          <table class="fleetlist">
            <thead>
              <tr>
                {COLUMNS.filter((c) => has(c.key)).map((c) => {
                  const on = c.key && order?.key === c.key;
                  return (
                    <th
                      key={c.key}
                      scope="col"
                      class={`${c.text || !c.key ? '' : 'n'} ${c.class ?? ''}`}
                      aria-sort={on ? (order?.down ? 'descending' : 'ascending') : undefined}
                    >
                      {c.key ? (
                        <button
                          type="button"
                          onClick={() =>
                            go(
                              { sort: writeOrder(nextOrder(order, c.key, ['id', 'state', 'node'].includes(c.key))) },
                              { replace: true },
                            )
                          }
                        >
                          {c.name}
                          {c.unit && <small>{c.unit}</small>}
                          {on && (
                            <span class="arrow" aria-hidden="true">
                              {order?.down ? '↓' : '↑'}
                            </span>
                          )}
                        </button>
                      ) : (
                        <small>{c.unit}</small>
                      )}
                    </th>
                  );
                })}
              </tr>
            </thead>
            <tbody ref={body}>
              {slice.above > 0 && <tr class="space" style={{ height: `${slice.above}px` }} />}
              {shown.map((w) => (
                <Row
                  key={w.id}
                  w={w}
                  name={named(w.id).long}
                  lag={lag}
                  spark={lines.data?.lines[w.id] ?? s.workerCpu.get(w.id) ?? []}
                  has={has}
                />
              ))}
              {slice.below > 0 && <tr class="space" style={{ height: `${slice.below}px` }} />}
            </tbody>
          </table>
        </div>
      )}
      <div class="foot">
        <span>
          A lost worker’s users move to the others. It may come back under the same name; its results up to then are
          kept.
        </span>
      </div>
    </section>
  );
}
