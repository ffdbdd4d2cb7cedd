// SPDX-License-Identifier: MIT
// The three answers: is the target all right, is the generator all right, what changed.
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NB, ago, clock, count, ms, msParts, percent, rate } from '../core/format';
import { kindOf } from '../core/events';
import { seconds, serverNow, type State } from '../core/store';
import type { Change, Worker } from '../core/types';
import { delta, failRatio, failureLine, generatorVerdict, headline, targetVerdict, type Shown } from '../core/verdict';
import { Icon, LevelIcon } from './icons';

export function Num(p: {
  name: string;
  color: string;
  value: string;
  unit?: string;
  note?: string;
  tone?: string;
}): JSX.Element {
  return (
    <div class="num" style={{ '--c': `var(--${p.color})` }}>
      <dt>
        <i />
        {p.name}
      </dt>
      <dd class={`${p.tone ?? ''} ${p.value.length > 7 ? 'long' : ''}`}>
        {p.value}
        {p.unit && <small>{p.unit}</small>}
      </dd>
      <p title={p.note}>{p.note ?? ''}</p>
    </div>
  );
}

function Head({ what, v, children }: { what: string; v: Shown | null; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="ahead">
      {v && <LevelIcon level={v.level} />}
      <h2 class="what">{what}</h2>
      {v && (
        <span class="say cut" title={v.word}>
          {v.word}
        </span>
      )}
      {v && (
        <span class="t2 grow detail" title={v.detail}>
          {v.detail.replace(/(\d) (?=%|ms\b|s\b)/g, `$1${NB}`)}
        </span>
      )}
      {children}
    </div>
  );
}

export function TargetCard({ s }: { s: State }): JSX.Element {
  const v = targetVerdict(s);
  const h = headline(s.snap);
  const before = s.snap.before ?? null;
  const w = h?.window;
  const ratio = w ? (h.whole ? s.snap.fail_ratio : (failRatio(w) ?? 0)) : null;
  const note = (key: 'rps' | 'p50' | 'p95' | 'p99'): string =>
    !w
      ? ''
      : h.whole || (h.wholeTimes && key !== 'rps')
        ? 'whole run'
        : before
          ? delta(w[key], before[key])
          : s.snap.state === 'spawning'
            ? 'ramping up'
            : '';
  const blank = w ? '' : 't3';
  return (
    <div class="card answer">
      <Head what="Target" v={v}>
        {v?.link && (
          <a class="link no-phone" href={v.link}>
            Look inside
          </a>
        )}
      </Head>
      <dl class="nums lead">
        <Num name="Requests/s" color="series-rate" value={rate(w?.rps)} note={note('rps')} tone={blank} />
        <Num
          name="Failing"
          color="series-fail"
          value={percent(ratio)}
          unit={w ? '%' : ''}
          note={w ? failureLine(w, h.fails, h.whole) : ''}
          tone={blank || (ratio && ratio > 0.00005 && v?.level === 'bad' ? 'bad' : '')}
        />
        {(['p50', 'p95', 'p99'] as const).map((k) => {
          const [value, unit] = msParts(w?.[k]);
          return <Num key={k} name={k} color={'series-' + k} value={value} unit={unit} note={note(k)} tone={blank} />;
        })}
      </dl>
    </div>
  );
}

const barTone = (v: number, warn: number, bad: number): string =>
  v >= bad ? 'bad' : v >= warn ? 'warn' : 'series-users';

function Meter(p: {
  name: string;
  share: number;
  tone: string;
  tick?: number;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <>
      <span>{p.name}</span>
      <div class="meter" style={{ '--c': `var(--${p.tone})` }}>
        <i style={{ width: `${Math.max(0, Math.min(100, p.share)).toFixed(1)}%` }} />
        {p.tick !== undefined && <u style={{ left: `${p.tick}%` }} />}
      </div>
      <b>{p.children}</b>
    </>
  );
}

/** Lag on a log scale of 0..100 ms. */
const lagShare = (v: number): number => Math.min(100, (Math.log10(v * 10 + 1) / Math.log10(1001)) * 100);

/** One bar per worker; over 48, one per group, showing its hottest. */
export function bars(workers: Worker[]): number[] {
  const live = workers.filter((w) => w.state !== 'missing').map((w) => w.cpu_usage);
  if (live.length <= 48) return live;
  const per = Math.ceil(live.length / 48);
  return Array.from({ length: Math.ceil(live.length / per) }, (_, i) =>
    Math.max(...live.slice(i * per, (i + 1) * per)),
  );
}

export function GeneratorCard({ s }: { s: State }): JSX.Element {
  const { snap } = s;
  const v = generatorVerdict(s);
  const g = snap.generator;
  const target = snap.target_users ?? snap.user_count;
  const all = snap.workers ?? [];
  const live = all.filter((w) => w.state !== 'missing');
  // A lost worker whose users run elsewhere is history, not a lack.
  const wanted = snap.state === 'running' && snap.user_count < target ? all.length : live.length;
  const tones = ['', 'warn', 'bad'] as const;
  const ports = g?.ports_used != null && g.ports_limit ? (g.ports_used / g.ports_limit) * 100 : null;
  return (
    <div class="card answer">
      {/* When all is well the meters say it; after the run they have moved on. */}
      <Head what="Generator" v={v && (v.level === 'ok' || snap.state === 'stopped') ? { ...v, detail: '' } : v} />
      <div class="meters">
        {g?.cpu_max != null && (
          <Meter name="Hottest CPU" share={g.cpu_max} tone={barTone(g.cpu_max, 80, 90)} tick={90}>
            {Math.round(g.cpu_max)}
            {NB}%
          </Meter>
        )}
        {g?.lag_p99_ms != null && (
          <Meter
            name="Loop lag p99"
            share={lagShare(g.lag_p99_ms)}
            tone={barTone(g.lag_p99_ms, 10, 50)}
            tick={+lagShare(50).toFixed(1)}
          >
            {g.lag_p99_ms < 1 ? ms(g.lag_p99_ms) : ms(g.lag_p99_ms).replace(/\.?0+$/, '')}
            {NB}ms
          </Meter>
        )}
        {ports !== null && (
          <Meter name="Ports used" share={ports} tone={barTone(ports, 80, 95)} tick={80}>
            {percent(ports / 100).replace(/\.\d+$/, '')}
            {NB}%
          </Meter>
        )}
        <Meter name="Users" share={target ? (snap.user_count / target) * 100 : 0} tone="series-users">
          {count(snap.user_count)}
          <span class="t3"> / {count(target)}</span>
        </Meter>
        {all.length > 0 && (
          <>
            <span>Workers</span>
            <div class="dots" aria-hidden="true">
              {bars(all).map((cpu, i) => (
                <i
                  key={i}
                  class={tones[cpu >= 90 ? 2 : cpu >= 80 ? 1 : 0]}
                  style={{ '--v': `${Math.max(4, cpu).toFixed(0)}%` }}
                />
              ))}
            </div>
            <b class={live.length < wanted ? 'warn' : ''}>
              {count(live.length)}
              <span class="t3"> / {count(wanted)}</span>
            </b>
          </>
        )}
      </div>
    </div>
  );
}

interface ChangedProps {
  s: State;
  onHover: (c: Change | null) => void;
  onPick: (c: Change) => void;
}

export function ChangedCard({ s, onHover, onPick }: ChangedProps): JSX.Element {
  const [all, setAll] = useState(false);
  const changes = s.snap.changes ?? [];
  const now = serverNow(s, seconds());
  const shown = all ? changes : changes.filter((c) => kindOf(c.kind).drawn).slice(0, 5);
  return (
    <div class="card answer">
      <div class="ahead">
        <h2 class="what">What changed</h2>
        <span class="grow" />
        {changes.length > 0 && (
          <button type="button" class="linkish s" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Last 5' : `All ${count(changes.length)}`}
          </button>
        )}
      </div>
      {shown.length === 0 && <p class="s t3">Nothing yet</p>}
      <ul class={`news ${all ? 'all' : ''}`}>
        {shown.map((c) => {
          const { glyph, tone } = kindOf(c.kind);
          return (
            <li key={c.kind + c.t + c.text}>
              <button
                type="button"
                onClick={() => onPick(c)}
                onMouseEnter={() => onHover(c)}
                onMouseLeave={() => onHover(null)}
                onFocus={() => onHover(c)}
                onBlur={() => onHover(null)}
                title={`${clock(c.t)} ${c.text}. Click: one minute either side`}
              >
                <span class={tone}>
                  <Icon name={glyph} size={13} />
                </span>
                <span class="cut">{c.text}</span>
                <time>{ago(now - c.t)}</time>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
