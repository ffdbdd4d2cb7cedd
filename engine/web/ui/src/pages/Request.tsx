// SPDX-License-Identifier: MIT
// One request: how its times are spread, where they go, what fails.
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { NO_GAPS, Timeline } from '../chart/Timeline';
import { failLane, rateLane, summary, timeLane, timesWantLog } from '../chart/lanes';
import { useAsked, useCurve } from '../core/fetching';
import { pauses } from '../core/events';
import { clock, count, msParts, percent, plural, rate } from '../core/format';
import { plainError } from '../core/plain';
import { neighbour, orderNow } from '../core/keys';
import { namesOf, seconds, serverNow, totalOf, useStore } from '../core/store';
import type { Histogram } from '../core/types';
import { go, href, useParams } from '../core/url';
import { delta } from '../core/verdict';
import { Num } from '../parts/Cards';
import { Icon, LevelIcon } from '../parts/icons';
import { RequestPanes } from '../parts/RequestPanes';
import { DrawnAsSwitch, HEAT_RIGHT, useHeat } from '../parts/Heat';
import { Empty, usePhone } from '../parts/small';
import { keyOf, rowOf } from '../table/rows';
import { backToLive, nowWord, useView, zoomTo } from './Overview';
import type { Failure } from '../core/types';
import type { Level } from '../core/types';
import { happening } from './Failures';
import { sinceText } from '../core/verdict';

export function requestVerdict(
  attention: number,
  fail: number | null,
  kinds: Failure[],
  now: number,
): { level: Level; word: string; detail: string } {
  const first = Math.min(...kinds.map((k) => k.first_seen ?? Infinity));
  const since = Number.isFinite(first) ? sinceText(first) : '';
  const worst = [...kinds].sort((a, b) => (b.last_10s ?? 0) - (a.last_10s ?? 0) || b.occurrences - a.occurrences)[0];
  if (attention === 3)
    return {
      level: 'bad',
      word: `Failing ${since}`.trim(),
      detail: `${percent(fail)}\u00a0% of answers fail${worst ? `, mostly ${plainError(worst.error)}` : ''}`,
    };
  if (attention === 2) return { level: 'warn', word: 'Some failures', detail: worst ? plainError(worst.error) : '' };
  if (attention === 1)
    return { level: 'warn', word: 'Slower', detail: 'p95 is over 1.5 times that of the minute before last' };
  const past = kinds.filter((k) => !happening(k, now)).length;
  return { level: 'ok', word: 'OK', detail: past ? `${plural(past, 'kind')} of failure earlier` : 'no failures' };
}

function Neighbours({ id }: { id: string }): JSX.Element {
  const order = orderNow();
  const at = order.indexOf(id);
  const [before, after] = [neighbour(id, -1), neighbour(id, 1)];
  const button = (to: string | null, icon: 'left' | 'right', label: string): JSX.Element => (
    <button type="button" class="btn icon" aria-label={label} disabled={!to} onClick={() => to && go({ request: to })}>
      <Icon name={icon} />
    </button>
  );
  return (
    <>
      {at >= 0 && (
        <span class="t3 s no-phone">
          {count(at + 1)} of {count(order.length)}
        </span>
      )}
      {button(before, 'left', 'Previous request (k)')}
      {button(after, 'right', 'Next request (j)')}
    </>
  );
}

export function Request({ id }: { id: string }): JSX.Element {
  const s = useStore();
  const p = useParams();
  const view = useView();
  const phone = usePhone();
  const { snap, page } = s;
  const entry = namesOf(snap).find((e) => keyOf(e) === id);
  const curve = useCurve(view.since, id, !view.zoomed);
  const stopped = snap.state === 'stopped';
  const asks = entry ? `method=${encodeURIComponent(entry.method)}&name=${encodeURIComponent(entry.name)}` : null;
  const histogram = useAsked<Histogram>(asks && `stats/histogram?${asks}`, 2);
  const heatable = page.can?.heatmap ?? false;
  const asHeat = heatable && p.get('as') !== 'lines';
  const heat = useHeat({
    request: id,
    on: asHeat && !!entry,
    view,
    phone,
    requests: entry?.num_requests ?? 0,
    histogram: stopped ? null : histogram.data,
  });
  const log = useRef(false);
  if (!entry)
    return (
      <section class="card">
        <h1 class="sr">{id}</h1>
        <Empty title="No such request yet">
          <>
            “{id}” has not been requested in this run.{' '}
            <a class="link" href={href({ request: null })}>
              All requests
            </a>
          </>
        </Empty>
      </section>
    );
  const row = rowOf(entry, stopped ? 'run' : 'now');
  const now = serverNow(s, seconds());
  const kinds = snap.errors.filter((e) => keyOf(e) === id);
  const v = requestVerdict(row.attention, row.fail, kinds, now);
  const all = totalOf(snap);
  const share = all && entry.num_requests ? entry.num_requests / all.num_requests : null;
  if (timesWantLog(curve)) log.current = true;
  const nowWindow = view.zoomed || !entry.current ? undefined : entry.current;
  const lanes = [rateLane(curve, nowWindow, 58), failLane(curve, nowWindow, 50)];
  const right = asHeat ? HEAT_RIGHT : 118;
  const map = asHeat ? heat.lane(curve, phone ? 240 : 280) : timeLane(curve, nowWindow, log.current, 200);
  if (map) lanes.unshift(map);
  return (
    <>
      <div class="crumb">
        <a class="btn bare" href={href({ request: null })}>
          Requests
        </a>
        <span class="t3">/</span>
        <h1 class="cut grow">
          <small>{entry.method}</small>
          <span class="cut" title={entry.name}>
            {entry.name}
          </span>
        </h1>
        <Neighbours id={id} />
      </div>
      <section class={`card answer ${s.silent ? 'stale' : ''}`} aria-label="State of this request">
        <div class="ahead">
          <LevelIcon level={v.level} />
          <span class="say">{v.word}</span>
          <span class="t2 cut grow">{v.detail}</span>
        </div>
        <dl class="nums six">
          <Num
            name="Requests/s"
            color="series-rate"
            value={rate(row.rps)}
            note={share === null ? '' : `${percent(share)}\u00a0% of all`}
          />
          <Num
            name="Failing"
            color="series-fail"
            value={percent(row.fail)}
            unit="%"
            tone={v.level === 'bad' ? 'bad' : ''}
            note={entry.num_failures ? `${count(entry.num_failures)} in all` : 'none so far'}
          />
          {(['p50', 'p95', 'p99'] as const).map((k) => {
            const [value, unit] = msParts(row[k]);
            return (
              <Num
                key={k}
                name={k}
                color={'series-' + k}
                value={value}
                unit={unit}
                note={stopped ? 'whole run' : delta(row[k], entry.before?.[k])}
              />
            );
          })}
          <Num
            name="Max"
            color="text-3"
            value={msParts(row.max)[0]}
            unit={msParts(row.max)[1]}
            note={entry.max_at ? `at ${clock(entry.max_at)}` : 'whole run'}
          />
        </dl>
      </section>
      <section class="card timeline" aria-label="Response time">
        <div class="tl-head">
          <h2>Response time</h2>
          {heat.note}
          <span class="grow" />
          {heatable && (
            <DrawnAsSwitch
              value={asHeat ? 'heat' : 'lines'}
              onPick={(as) => go({ as: as === 'lines' ? 'lines' : null }, { replace: true })}
            />
          )}
        </div>
        <Timeline
          key={asHeat ? 'heat' : 'lines'}
          label={summary(curve, `Response times of ${id}`)}
          time={curve.time}
          lanes={lanes}
          changes={snap.changes ?? []}
          from={view.from}
          to={view.to}
          doubt={curve.overloaded}
          gaps={NO_GAPS}
          paused={pauses(snap, curve.paused, now)}
          right={right}
          nowWord={nowWord(s.silent, stopped)}
          onZoom={zoomTo}
          onReset={backToLive}
        />
      </section>
      <RequestPanes s={s} id={id} histogram={histogram.data} kinds={kinds} now={now} />
    </>
  );
}
