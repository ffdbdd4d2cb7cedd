// SPDX-License-Identifier: MIT
// The pages, with counts of what is worth a look, and the span of the charts at the right.
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { clock, count } from '../core/format';
import { SPANS } from '../core/span';
import { totalOf, useStore, type State } from '../core/store';
import { go, href, pageOf, useParams } from '../core/url';
import { backToLive, drawnAs, useView } from '../pages/Overview';
import { unseenWarnings } from '../pages/Logs';
import { DrawnAsSwitch } from './Heat';
import { Seg } from './small';

interface Tab {
  key: string;
  name: string;
  count?: string;
  tone?: string;
}

export function tabsOf(s: State): Tab[] {
  const { snap, page } = s;
  const kinds = (snap.counts?.errors ?? snap.errors.length) + (snap.counts?.exceptions ?? 0);
  const happening = snap.errors.some((e) => (e.last_10s ?? 0) > 0);
  const live = (snap.workers ?? []).filter((w) => w.state !== 'missing').length;
  const trouble = snap.verdict?.generator.level === 'bad';
  const warnings = unseenWarnings(s);
  const tabs: Tab[] = [
    { key: 'stats', name: 'Overview' },
    {
      key: 'failures',
      name: 'Failures',
      count: kinds ? count(kinds) : '',
      tone: happening || snap.state === 'stopped' ? 'bad' : '',
    },
  ];
  if (snap.workers || page.is_distributed)
    tabs.push({ key: 'workers', name: 'Workers', count: count(live), tone: trouble ? 'bad' : '' });
  tabs.push(
    { key: 'ratios', name: 'Task mix' },
    { key: 'logViewer', name: 'Logs', count: warnings ? count(warnings) : '', tone: 'warn' },
    { key: 'reports', name: 'Export' },
  );
  for (const t of page.extended_tabs ?? []) tabs.push({ key: t.key, name: t.title });
  return tabs;
}

export function Tabs(): JSX.Element {
  const s = useStore();
  const p = useParams();
  const view = useView();
  const here = pageOf(p);
  const nav = useRef<HTMLElement>(null);
  const charts = ['stats', 'failures', 'workers'].includes(here) && (totalOf(s.snap)?.num_requests ?? 0) > 0;
  useEffect(() => {
    const el = nav.current?.querySelector<HTMLElement>('[aria-current]');
    if (el && nav.current) nav.current.scrollLeft = el.offsetLeft - (nav.current.clientWidth - el.offsetWidth) / 2;
  }, [here]);
  return (
    <nav class="tabs" aria-label="Pages" ref={nav}>
      {tabsOf(s).map((t) => (
        <a
          key={t.key}
          href={href({
            tab: t.key,
            request: null,
            q: null,
            kind: null,
            only: null,
            level: null,
            sort: null,
            as: null,
            group: null,
          })}
          aria-current={t.key === here ? 'page' : undefined}
        >
          {t.name}
          {t.count && <span class={`count ${t.tone ?? ''}`}>{t.count}</span>}
        </a>
      ))}
      {charts && (
        <span class="tools no-phone">
          {here === 'stats' && p.get('request') === null && s.page.can?.heatmap && (
            <DrawnAsSwitch
              value={drawnAs(p, s.page)}
              onPick={(as) => go({ as: as === 'heat' ? 'heat' : null }, { replace: true })}
            />
          )}
          {view.zoomed ? (
            <>
              <span class="zoomed">
                {clock(view.from)}-{clock(view.to)}
              </span>
              <button type="button" class="btn small" onClick={backToLive}>
                Back to live<kbd>l</kbd>
              </button>
            </>
          ) : (
            <Seg
              label="Time span"
              value={view.span}
              options={SPANS}
              onPick={(span) => go({ span }, { replace: true })}
            />
          )}
        </span>
      )}
    </nav>
  );
}
