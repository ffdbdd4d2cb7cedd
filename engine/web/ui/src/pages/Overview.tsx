// SPDX-License-Identifier: MIT
// Answers first, then the curves, then the rows.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Timeline } from '../chart/Timeline';
import { failLane, rateLane, summary, timeLane, timesWantLog, usersLane } from '../chart/lanes';
import { ChangedCard, GeneratorCard, TargetCard } from '../parts/Cards';
import { DrawnAsSwitch, HEAT_RIGHT, useHeat, type DrawnAs } from '../parts/Heat';
import { Empty, Seg, usePhone } from '../parts/small';
import { ChartMenu } from '../parts/ChartMenu';
import { pauses } from '../core/events';
import { useAsked, useCurve } from '../core/fetching';
import { count, duration } from '../core/format';
import { SPANS, viewOf } from '../core/span';
import { seconds, serverNow, totalOf, useStore } from '../core/store';
import { go, useParams } from '../core/url';
import { headline } from '../core/verdict';
import type { Change, Histogram, PageData } from '../core/types';
import type { TimelineChart } from '../chart/timeline';
import { Requests } from '../table/Requests';

export function useView(): ReturnType<typeof viewOf> {
  const s = useStore();
  const p = useParams();
  const run = s.snap.run;
  return viewOf(p, run?.start ?? null, run?.end ?? s.snap.now ?? serverNow(s, seconds()));
}

export const zoomTo = (from: number, to: number): void => go({ from: from.toFixed(0), to: to.toFixed(0) });
export const backToLive = (): void => go({ from: null, to: null });
export const zoomOnChange = (c: Change): void => zoomTo(c.t - 60, c.t + 60);

export const nowWord = (silent: number, stopped: boolean): string =>
  silent ? `${duration(silent)} old` : stopped ? 'whole run' : 'last 10 s';

/** Lines, unless the address says otherwise. */
export const drawnAs = (p: URLSearchParams, page: PageData): DrawnAs =>
  page.can?.heatmap && p.get('as') === 'heat' ? 'heat' : 'lines';

export function Overview(): JSX.Element {
  const s = useStore();
  const p = useParams();
  const view = useView();
  const curve = useCurve(view.since, null, !view.zoomed);
  const [lit, light] = useState<Change | null>(null);
  const chart = useRef<TimelineChart | null>(null);
  const log = useRef<boolean | null>(null);
  const phone = usePhone();
  const { snap } = s;
  const none = (totalOf(snap)?.num_requests ?? 0) === 0;
  const h = headline(snap);
  if (timesWantLog(curve)) log.current = true;
  else log.current ??= curve.time.length > 30 ? false : null;
  const now =
    view.zoomed || !h
      ? undefined
      : h.wholeTimes && !h.whole
        ? { ...h.window, p50: null, p95: null, p99: null }
        : h.window;
  const asHeat = drawnAs(p, s.page) === 'heat';
  const histogram = useAsked<Histogram>(asHeat && !none ? 'stats/histogram' : null, 2);
  const heat = useHeat({
    request: null,
    on: asHeat && !none,
    view,
    phone,
    requests: totalOf(snap)?.num_requests ?? 0,
    histogram: snap.state === 'stopped' ? null : histogram.data,
  });
  const times = asHeat ? heat.lane(curve, phone ? 180 : 200) : timeLane(curve, now, log.current ?? false);
  const lanes = [
    rateLane(curve, now),
    failLane(curve, now),
    ...(times ? [times] : []),
    usersLane(curve, view.zoomed ? undefined : snap.user_count),
  ];
  const gap: [number, number][] = s.silent && snap.now ? [[snap.now, serverNow(s, seconds())]] : [];
  return (
    <>
      <h1 class="sr">Overview</h1>
      <section class={`answers ${s.silent ? 'stale' : ''} ${snap.changes ? '' : 'few'}`} aria-label="State of the run">
        <TargetCard s={s} />
        <GeneratorCard s={s} />
        {snap.changes && <ChangedCard s={s} onHover={light} onPick={zoomOnChange} />}
      </section>
      <section class="card timeline" aria-label="Timeline">
        {(phone || (asHeat && !none)) && (
          <div class="tl-head">
            <h2>Timeline</h2>
            {heat.note}
            <span class="grow" />
            {phone && !none && <ChartMenu curve={curve} chart={chart} />}
            {phone && !none && (
              <div class="row tl-tools">
                {view.zoomed ? (
                  <button type="button" class="chip" onClick={backToLive}>
                    Back to live
                  </button>
                ) : (
                  <Seg
                    label="Time span"
                    value={view.span}
                    options={SPANS.filter((x) => x[0] !== '15m')}
                    onPick={(span) => go({ span }, { replace: true })}
                  />
                )}
                {s.page.can?.heatmap && (
                  <DrawnAsSwitch
                    value={asHeat ? 'heat' : 'lines'}
                    onPick={(as) => go({ as: as === 'heat' ? 'heat' : null }, { replace: true })}
                  />
                )}
              </div>
            )}
          </div>
        )}
        {!phone && !none && (
          <div class="tl-menu">
            <ChartMenu curve={curve} chart={chart} />
          </div>
        )}
        {none ? (
          <Empty title={snap.state === 'stopped' ? 'No responses' : 'No responses yet'}>
            {snap.state === 'stopped'
              ? 'The run ended without one.'
              : `${count(snap.user_count)} users are running. The first result shows here within a second of arriving.`}
          </Empty>
        ) : (
          <Timeline
            key={asHeat ? 'heat' : 'lines'}
            right={asHeat ? HEAT_RIGHT : undefined}
            label={summary(curve)}
            time={curve.time}
            lanes={lanes}
            changes={snap.changes ?? []}
            from={view.from}
            to={gap.length ? Math.max(view.to, gap[0]?.[1] ?? 0) : view.to}
            doubt={curve.overloaded}
            gaps={gap}
            paused={pauses(snap, curve.paused, serverNow(s, seconds()))}
            nowWord={nowWord(s.silent, snap.state === 'stopped')}
            lit={lit}
            onZoom={zoomTo}
            onReset={backToLive}
            chartRef={(c) => {
              chart.current = c;
            }}
          />
        )}
      </section>
      <Requests />
    </>
  );
}
