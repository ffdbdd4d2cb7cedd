// SPDX-License-Identifier: MIT
// Answers first, then the curves, then the rows.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Timeline } from '../chart/Timeline';
import { failLane, rateLane, summary, timeLane, timesWantLog, usersLane } from '../chart/lanes';
import { ChangedCard, GeneratorCard, TargetCard } from '../parts/Cards';
import { Empty, Seg, usePhone } from '../parts/small';
import { ChartMenu } from '../parts/ChartMenu';
import { useCurve } from '../core/fetching';
import { count, duration } from '../core/format';
import { SPANS, viewOf } from '../core/span';
import { seconds, serverNow, totalOf, useStore } from '../core/store';
import { go, useParams } from '../core/url';
import { headline } from '../core/verdict';
import type { Change } from '../core/types';
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

export function Overview(): JSX.Element {
  const s = useStore();
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
  const lanes = [
    rateLane(curve, now),
    failLane(curve, now),
    timeLane(curve, now, log.current ?? false),
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
        <div class={phone ? 'tl-head' : 'tl-menu'}>
          {phone && <h2>Timeline</h2>}
          {phone && <span class="grow" />}
          {phone &&
            !none &&
            (view.zoomed ? (
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
            ))}
          {!none && <ChartMenu curve={curve} chart={chart} />}
        </div>
        {none ? (
          <Empty title={snap.state === 'stopped' ? 'No responses' : 'No responses yet'}>
            {snap.state === 'stopped'
              ? 'The run ended without one.'
              : `${count(snap.user_count)} users are running. The first result shows here within a second of arriving.`}
          </Empty>
        ) : (
          <Timeline
            label={summary(curve)}
            time={curve.time}
            lanes={lanes}
            changes={snap.changes ?? []}
            from={view.from}
            to={gap.length ? Math.max(view.to, gap[0]?.[1] ?? 0) : view.to}
            doubt={curve.overloaded}
            gaps={gap}
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
