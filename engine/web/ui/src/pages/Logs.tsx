// SPDX-License-Identifier: MIT
// Time, level, source, text. Follows until scrolled.
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useAsked } from '../core/fetching';
import { parseFilter } from '../core/filter';
import { count, plural } from '../core/format';
import { collect, rankOf, toneOf } from '../core/logs';
import { workerNames } from '../core/names';
import { load, save } from '../core/prefs';
import { useStore, type State } from '../core/store';
import type { Logs as Answer } from '../core/types';
import { go, useParams } from '../core/url';
import { Empty, Find, Seg } from '../parts/small';

type LevelKey = 'all' | 'INFO' | 'WARNING' | 'ERROR';

/** Warnings and errors since the page of logs was last open. */
export function unseenWarnings(s: State): number {
  const seen = load<{ run: string; n: number }>('logs', { run: '', n: 0 });
  const n = s.snap.counts?.log_warnings ?? 0;
  return Math.max(0, n - (seen.run === s.runKey ? seen.n : 0));
}

export function Logs(): JSX.Element {
  const s = useStore();
  const p = useParams();
  const asked = useAsked<Answer>('logs', 5);
  const box = useRef<HTMLDivElement>(null);
  const [follow, setFollow] = useState(true);
  const [seenLines, setSeen] = useState(0);
  const level = (p.get('level') ?? 'all') as LevelKey;
  const source = p.get('source') ?? '';
  const query = p.get('q') ?? '';
  const filter = parseFilter(query);
  const all = collect(asked.data?.master ?? [], asked.data?.workers ?? {});
  const lines = all.filter(
    (l) =>
      (level === 'all' || rankOf(l.level) >= rankOf(level)) &&
      (!source || (source === 'master' ? !l.worker : l.worker === source)) &&
      (filter.empty || filter.test(`${l.source} ${l.text}`)),
  );
  const warnings = s.snap.counts?.log_warnings ?? 0;
  useEffect(() => save('logs', { run: s.runKey, n: warnings }), [warnings, s.runKey]);
  useLayoutEffect(() => {
    if (!follow || !box.current) return;
    box.current.scrollTop = box.current.scrollHeight;
    setSeen(lines.length);
  }, [lines.length, follow]);
  const scrolled = (): void => {
    const el = box.current;
    if (el) setFollow(el.scrollHeight - el.scrollTop - el.clientHeight < 24);
  };
  const sources = Object.keys(asked.data?.workers ?? {});
  const named = workerNames(sources);
  const fresh = lines.length - seenLines;
  return (
    <>
      <div class="crumb">
        <h1>Logs</h1>
        <span class="t2 cut grow">
          {asked.data
            ? `${plural(all.length, 'line')}, ${plural(all.filter((l) => rankOf(l.level) >= 2).length, 'warning or error', 'warnings and errors')}`
            : ''}
        </span>
      </div>
      <section class="card logs-card">
        <div class="thead-bar">
          <Seg
            label="Level"
            value={level}
            options={[
              ['all', 'All'],
              ['INFO', 'Info'],
              ['WARNING', 'Warnings'],
              ['ERROR', 'Errors'],
            ]}
            onPick={(v) => go({ level: v === 'all' ? null : v }, { replace: true })}
          />
          <Find
            value={query}
            placeholder="Search"
            label="Search the log"
            onInput={(q) => go({ q }, { replace: true })}
          />
          {sources.length > 0 && (
            <select
              class="select"
              aria-label="Source"
              value={source}
              onChange={(e) => go({ source: e.currentTarget.value || null }, { replace: true })}
            >
              <option value="">All sources</option>
              <option value="master">Master</option>
              {sources.map((id) => (
                <option key={id} value={id}>
                  {named(id).long}
                </option>
              ))}
            </select>
          )}
          <span class="grow" />
          <button type="button" class="chip" aria-pressed={follow} onClick={() => setFollow(!follow)}>
            {!follow && fresh > 0 ? `${count(fresh)} new ${fresh === 1 ? 'line' : 'lines'}` : 'Follow'}
          </button>
        </div>
        {!asked.data && !asked.error ? null : lines.length === 0 ? (
          <Empty
            title={
              asked.error && !asked.data
                ? 'The log can’t be read'
                : query
                  ? `Nothing matches “${query}”`
                  : level === 'all'
                    ? 'Nothing logged yet'
                    : 'Nothing logged at this level'
            }
          >
            {asked.data ? '' : asked.error}
          </Empty>
        ) : (
          <div class="log" ref={box} onScroll={scrolled} tabIndex={0} role="log" aria-label="Log lines" aria-live="off">
            {lines.map((l, i) => (
              <div key={all.length - lines.length + i} class={`logline ${toneOf(l.level)}`}>
                <time>{l.time.split(' ').at(-1)}</time>
                <span class="lv">{l.level}</span>
                <span class="src cut" title={l.worker ?? 'master'}>
                  {l.worker ? named(l.worker).long : l.source}
                </span>
                <span class="txt">{l.text}</span>
              </div>
            ))}
          </div>
        )}
      </section>
    </>
  );
}
