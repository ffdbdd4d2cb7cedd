// SPDX-License-Identifier: MIT
// What fails: kinds on the left, one kind with real exchanges on the right. Exceptions are the second part.
import type { JSX } from 'preact';
import { NO_GAPS, Timeline } from '../chart/Timeline';
import { failLane, shareLane, summary } from '../chart/lanes';
import { pauses } from '../core/events';
import { useAsked, useCurve } from '../core/fetching';
import { parseFilter } from '../core/filter';
import { ago, capital, clock, count, longestFraction, percent, plural, word } from '../core/format';
import { workerNames } from '../core/names';
import { namesOf, seconds, serverNow, totalOf, useStore } from '../core/store';
import type { ExceptionRow, Failure, LinesAnswer, Worker } from '../core/types';
import { plainError } from '../core/plain';
import { go, href, useParams } from '../core/url';
import { headline } from '../core/verdict';
import { KindPanel } from '../parts/KindPanel';
import { Spark } from '../parts/drawings';
import { Icon } from '../parts/icons';
import { Aligned, Clock, Empty, Find, Seg } from '../parts/small';
import { keyOf } from '../table/rows';
import { Exceptions } from './Exceptions';
import { backToLive, nowWord, useView, zoomTo } from './Overview';

export const kindKey = (f: Failure): string => f.key ?? `${f.method} ${f.name} ${f.error}`;
export const happening = (f: Failure, now: number): boolean =>
  (f.last_10s ?? (f.last_seen && now - f.last_seen < 10 ? 1 : 0)) > 0;

export function workersText(ids: string[] | undefined, all: Worker[] | undefined, total = ids?.length ?? 0): string {
  if (!ids?.length) return '–';
  const live = (all ?? []).filter((w) => w.state !== 'missing').length;
  if (total > 2 && total >= live) return `all ${count(total)}`;
  const named = workerNames([...(all ?? []).map((w) => w.id), ...ids.filter((x) => !all?.some((w) => w.id === x))]);
  const shortId = (id: string): string => named(id).short;
  return total <= 2 ? ids.map(shortId).join(', ') : `${ids.slice(0, 2).map(shortId).join(', ')} and ${total - 2} more`;
}

function sentence(kinds: Failure[], now: number, fails: number, requests: number, over: boolean): string {
  if (!fails) return '';
  const still = over ? 0 : kinds.filter((k) => happening(k, now)).length;
  const share = `${count(fails)} of ${plural(requests, 'request')}, ${percent(fails / requests)}\u00a0%.`;
  if (over || kinds.length === 0) return share;
  if (still === 0)
    return `${share} ${kinds.length === 1 ? 'It is' : `None of ${word(kinds.length)} kinds is`} ${kinds.length === 1 ? 'no longer happening' : 'still happening'}.`;
  return kinds.length === 1
    ? `${share} It is still happening.`
    : `${share} ${capital(word(still))} of ${word(kinds.length)} kinds ${still === 1 ? 'is' : 'are'} still happening.`;
}

export function Failures(): JSX.Element {
  const s = useStore();
  const p = useParams();
  const view = useView();
  const { snap } = s;
  const second = p.get('tab') === 'exceptions';
  const curve = useCurve(view.since, null, !view.zoomed);
  const asked = useAsked<{ exceptions: ExceptionRow[] }>('exceptions', 5);
  const lines = useAsked<LinesAnswer>(second ? null : 'failures/lines', 5);
  const exceptions = asked.data?.exceptions ?? [];
  const now = serverNow(s, seconds());
  const query = p.get('q') ?? '';
  const filter = parseFilter(query);
  const latest = p.get('sort') !== 'count';
  const kinds = snap.errors
    .filter(
      (e) =>
        filter.empty ||
        filter.test(`${e.error} ${plainError(e.error)} ${e.method} ${e.name} ${(e.workers ?? []).join(' ')}`),
    )
    .sort(
      (a, b) =>
        (latest ? Math.round((b.last_seen ?? 0) / 10) - Math.round((a.last_seen ?? 0) / 10) : 0) ||
        b.occurrences - a.occurrences,
    );
  const chosen = kinds.find((k) => kindKey(k) === p.get('kind')) ?? kinds[0] ?? null;
  const total = totalOf(snap);
  const h = headline(snap);
  const most = longestFraction(kinds.map((k) => count(k.occurrences)));
  const over = snap.state === 'stopped';
  const named = snap.errors.some((e) => e.workers?.length);
  return (
    <>
      <div class="crumb">
        <h1>Failures</h1>
        <span class="t2 cut grow">
          {sentence(snap.errors, now, total?.num_failures ?? 0, total?.num_requests ?? 0, over)}
        </span>
        <Seg
          label="Part"
          value={second ? 'exceptions' : 'failures'}
          options={[
            ['failures', `Requests ${count(snap.errors.length)}`],
            ['exceptions', `Exceptions ${count(snap.counts?.exceptions ?? exceptions.length)}`],
          ]}
          onPick={(tab) => go({ tab, q: null, kind: null })}
        />
      </div>
      {second ? (
        (asked.data || asked.error) && <Exceptions rows={exceptions} error={asked.error} />
      ) : snap.errors.length === 0 ? (
        <section class="card">
          <Empty title="No failures">
            {namesOf(snap).length ? 'Every response so far passed its checks.' : 'Nothing has been requested yet.'}
          </Empty>
        </section>
      ) : (
        <>
          <section class="card timeline" aria-label="Failures over time">
            <Timeline
              label={summary(curve, 'Failures')}
              time={curve.time}
              lanes={[failLane(curve, h?.window, 96), shareLane(curve, h?.window)]}
              changes={snap.changes ?? []}
              from={view.from}
              to={view.to}
              doubt={curve.overloaded}
              gaps={NO_GAPS}
              paused={pauses(snap, curve.paused, now)}
              nowWord={nowWord(s.silent, over)}
              onZoom={zoomTo}
              onReset={backToLive}
            />
          </section>
          <div class="split">
            <section class="card" aria-label="Kinds of failure">
              <div class="thead-bar">
                <h2>Kinds</h2>
                <Find
                  value={query}
                  placeholder="Filter by text, request or worker"
                  label="Filter failures"
                  onInput={(q) => go({ q }, { replace: true })}
                />
                <span class="grow" />
                <Seg
                  class="no-phone"
                  label="Order"
                  value={latest ? 'latest' : 'count'}
                  options={[
                    ['latest', 'Latest first'],
                    ['count', 'Most first'],
                  ]}
                  onPick={(o) => go({ sort: o === 'count' ? 'count' : null }, { replace: true })}
                />
                <a class="btn bare icon no-phone" href="stats/failures/csv" aria-label="Download CSV">
                  <Icon name="down" />
                </a>
              </div>
              {kinds.length === 0 ? (
                <Empty title={`Nothing matches “${query}”`}>
                  <button type="button" class="linkish" onClick={() => go({ q: null })}>
                    Clear the filter
                  </button>{' '}
                  to see {plural(snap.errors.length, 'kind')}.
                </Empty>
              ) : (
                <div class="scroll">
                  <table class="kinds">
                    <thead>
                      <tr>
                        <th class="mark">
                          <span class="sr">State</span>
                        </th>
                        <th class="n" scope="col">
                          Count
                        </th>
                        <th scope="col">What happened</th>
                        {lines.data && (
                          <th scope="col" class="draw wide">
                            <small>5 m</small>
                          </th>
                        )}
                        <th scope="col" class="no-phone">
                          First
                        </th>
                        <th scope="col">Last</th>
                        {named && (
                          <th scope="col" class="no-phone">
                            Workers
                          </th>
                        )}
                      </tr>
                    </thead>
                    <tbody>
                      {kinds.slice(0, 500).map((k) => (
                        <tr
                          key={kindKey(k)}
                          class={`tall pick ${k === chosen ? 'on' : ''}`}
                          data-row={kindKey(k)}
                          onClick={() => go({ kind: kindKey(k) }, { replace: true })}
                        >
                          <td class="mark">
                            <span
                              class={happening(k, now) && !over ? 'bad' : 't3'}
                              title={happening(k, now) && !over ? 'Still happening' : 'No longer happening'}
                            >
                              <Icon name="bad" />
                            </span>
                          </td>
                          <td class="n">
                            <b>
                              <Aligned text={count(k.occurrences)} most={most} />
                            </b>
                          </td>
                          <td class="what-cell">
                            <a
                              href={href({ kind: kindKey(k) })}
                              aria-current={k === chosen ? 'true' : undefined}
                              title={k.error}
                            >
                              <b>{plainError(k.error)}</b>
                            </a>
                            <span class="t2 cut">{keyOf(k)}</span>
                          </td>
                          {lines.data && (
                            <td class="draw wide">
                              <Spark values={lines.data.lines[k.key ?? ''] ?? []} color="series-fail" lo={0} />
                            </td>
                          )}
                          <td class="t2 no-phone">
                            <Clock t={k.first_seen} />
                          </td>
                          <td class={happening(k, now) ? '' : 't2'} title={clock(k.last_seen)}>
                            {k.last_seen ? ago(now - k.last_seen) : '–'}
                          </td>
                          {named && <td class="t2 no-phone">{workersText(k.workers, snap.workers, k.worker_count)}</td>}
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
              <div class="foot">
                <span>
                  Kinds are the same method, name and message.
                  {(snap.counts?.errors ?? 0) > snap.errors.length
                    ? ` ${count(snap.errors.length)} of ${count(snap.counts?.errors)} are listed.`
                    : ''}
                </span>
              </div>
            </section>
            {chosen && <KindPanel key={kindKey(chosen)} kind={chosen} now={now} />}
          </div>
        </>
      )}
    </>
  );
}
