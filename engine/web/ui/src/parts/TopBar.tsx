// SPDX-License-Identifier: MIT
// Mark, state, clock, what is loaded, and the buttons that change it.
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { clockTime } from '../core/format';
import { canPause, isActive, isPaused, isStopping, seconds, serverNow, useStore, type State } from '../core/store';
import { href } from '../core/url';
import { setTheme, theme } from '../core/prefs';
import { Icon, Mark } from './icons';
import { EditPanel } from './EditPanel';
import { PauseButton } from './PauseButton';
import { StopPanel } from './StopPanel';
import { MorePanel } from './MorePanel';

export type Panel = 'edit' | 'stop' | 'more' | 'help' | null;

export function pill(s: State): [tone: string, word: string] {
  if (s.silent) return ['bad', 'No contact'];
  if (isPaused(s.snap)) return ['warn', 'Paused'];
  switch (s.snap.state) {
    case 'ready':
      return ['', 'Ready'];
    case 'spawning':
      return ['ok', 'Ramping up'];
    case 'running':
      return ['ok', 'Running'];
    case 'stopped':
      return ['', 'Stopped'];
    default:
      return ['warn', 'Stopping'];
  }
}

export function elapsed(s: State): number | null {
  const run = s.snap.run;
  if (!run?.start || s.snap.state === 'ready') return null;
  return Math.max(0, (run.end ?? serverNow(s, seconds())) - run.start);
}

const hostOf = (s: State): string => {
  const hosts = Object.values(s.page.users ?? {})
    .map((u) => u.host)
    .filter(Boolean) as string[];
  return s.snap.run?.host || s.page.host || hosts[0] || '';
};

interface Props {
  panel: Panel;
  open: (panel: Panel) => void;
}

export function TopBar({ panel, open }: Props): JSX.Element {
  const s = useStore();
  const { snap, page } = s;
  const edit = useRef<HTMLButtonElement>(null);
  const stop = useRef<HTMLButtonElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const [tone, word] = pill(s);
  const took = elapsed(s);
  const planned = snap.run?.planned_s ?? null;
  const active = isActive(snap);
  const stopping = isStopping(snap);
  const profile = snap.run?.profile || page.profile;
  const about = [page.locustfile, profile].filter(Boolean).join(' · ');
  const toggle = (p: Panel): void => open(panel === p ? null : p);
  return (
    <header class="top">
      <div class="in">
        <a class="brand" href={href({ tab: 'stats' }, true)} aria-label="Cicada, overview">
          <Mark />
          <span class="no-phone">cicada</span>
        </a>
        <span class="sep no-phone" />
        <span class={`pill ${tone}`}>
          <i />
          {word}
        </span>
        {took !== null && (
          <span class="clock">
            {clockTime(took)}
            {planned ? <span> / {clockTime(planned)}</span> : null}
          </span>
        )}
        <span class="run grow no-phone">
          {snap.state !== 'ready' && (
            <span class="cut host" title={hostOf(s)}>
              {hostOf(s)}
            </span>
          )}
          <span class={`cut ${snap.state === 'ready' ? 't2' : 't3 wide'}`} title={about}>
            {snap.state === 'ready' ? page.locustfile : about}
          </span>
        </span>
        <span class="grow only-phone" />
        {active && (
          <button
            ref={edit}
            class="btn no-phone"
            type="button"
            aria-expanded={panel === 'edit'}
            disabled={stopping}
            onClick={() => toggle('edit')}
          >
            <Icon name="edit" />
            Edit load
          </button>
        )}
        {active && canPause(s) && <PauseButton />}
        {active && (
          <button
            ref={stop}
            class="btn stop"
            type="button"
            aria-expanded={panel === 'stop'}
            disabled={stopping}
            onClick={() => toggle('stop')}
          >
            <Icon name="stop" />
            {stopping ? 'Stopping' : 'Stop'}
          </button>
        )}
        {snap.state === 'stopped' && (
          <>
            <a class="btn no-phone" href={`stats/report?theme=${theme()}`} target="_blank" rel="noopener">
              <Icon name="out" />
              Report
            </a>
            <a class="btn primary" href={href({ tab: 'new' }, true)}>
              New test
            </a>
          </>
        )}
        <span class="sep no-phone" />
        <button
          class="btn bare icon no-phone"
          type="button"
          aria-label="Switch to light or dark"
          onClick={() => setTheme(theme() === 'dark' ? 'light' : 'dark')}
        >
          <Icon name="sun" />
        </button>
        <button
          class="btn bare icon no-phone"
          type="button"
          aria-label="Keyboard and help"
          onClick={() => open('help')}
        >
          <Icon name="help" />
        </button>
        <button
          ref={more}
          class="btn bare icon"
          type="button"
          aria-label="More"
          aria-expanded={panel === 'more'}
          onClick={() => toggle('more')}
        >
          <Icon name="more" />
        </button>
      </div>
      {active && planned ? (
        <div class="progress" style={{ width: `${Math.min(100, ((took ?? 0) / planned) * 100).toFixed(2)}%` }} />
      ) : null}
      {panel === 'edit' && active && <EditPanel anchor={edit} onClose={() => open(null)} />}
      {panel === 'stop' && active && <StopPanel anchor={stop} onClose={() => open(null)} />}
      {panel === 'more' && <MorePanel anchor={more} open={open} onClose={() => open(null)} />}
    </header>
  );
}
