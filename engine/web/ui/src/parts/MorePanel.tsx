// SPDX-License-Identifier: MIT
// The "…" menu: what is needed rarely, and on a phone what the bar has no room for.
import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { Refused, post } from '../core/api';
import { count } from '../core/format';
import { command } from '../core/load';
import { setTheme, theme } from '../core/prefs';
import { canPause, isActive, isPaused, isStopping, state, totalOf } from '../core/store';
import { href } from '../core/url';
import { Icon, type IconName } from './icons';
import { Pop } from './Pop';
import { Copy } from './small';
import type { Panel } from './TopBar';

interface Props {
  anchor: RefObject<HTMLElement | null>;
  open: (p: Panel) => void;
  onClose: () => void;
}

function sameCommand(): string {
  const { page, snap } = state();
  const checked = {
    users: snap.target_users ?? page.num_users ?? null,
    rate: snap.spawn_rate ?? page.spawn_rate ?? null,
    time: snap.run?.planned_s ?? null,
    errors: {},
    host: page.host ?? '',
  };
  return command(page, snap, checked, {}, snap.run?.profile ?? page.profile ?? '', []);
}

const Item = (p: {
  icon: IconName;
  onClick: () => void;
  phone?: boolean;
  children: ComponentChildren;
}): JSX.Element => (
  <button type="button" class={`menu-item ${p.phone ? 'only-phone' : ''}`} onClick={p.onClick}>
    <Icon name={p.icon} />
    {p.children}
  </button>
);

export function MorePanel({ anchor, open, onClose }: Props): JSX.Element {
  const { snap, page } = state();
  const [asking, ask] = useState<'clear' | 'new' | null>(null);
  const [refused, setRefused] = useState('');
  const active = isActive(snap);
  const clear = (): void => {
    post('stats/reset', {}).then(onClose, (e: Refused) => setRefused(e.message));
  };
  const logOut = (): void => {
    post('logout', {}).then(
      () => location.assign('login'),
      (e: Refused) => setRefused(e.message),
    );
  };
  if (asking)
    return (
      <Pop anchor={anchor} width={360} label={asking === 'clear' ? 'Clear results' : 'New test'} onClose={onClose}>
        <h3>{asking === 'clear' ? 'Clear the results?' : 'Start a new test?'}</h3>
        <p class="s t2">
          {asking === 'clear'
            ? `The numbers of ${count(totalOf(snap)?.num_requests)} requests are dropped here; the users go on.`
            : 'The running test stops first; its results are dropped when the new one starts.'}
        </p>
        {refused && (
          <p class="s bad" role="alert">
            {refused}
          </p>
        )}
        <div class="row wrap">
          {asking === 'clear' ? (
            <button type="button" class="btn stop" data-first onClick={clear}>
              Clear results
            </button>
          ) : (
            <a class="btn stop" data-first href={href({ tab: 'new' }, true)} onClick={onClose}>
              Set up a new test
            </a>
          )}
          <button type="button" class="btn" onClick={onClose}>
            Keep them
          </button>
        </div>
      </Pop>
    );
  return (
    <Pop anchor={anchor} width={248} label="More" onClose={onClose}>
      <div class="menu">
        {active && !isStopping(snap) && (
          <Item phone icon="edit" onClick={() => open('edit')}>
            Edit load
          </Item>
        )}
        {active && canPause(state()) && (
          <Item
            phone
            icon={isPaused(snap) ? 'play' : 'pause'}
            onClick={() =>
              void post(isPaused(snap) ? 'resume' : 'pause', {}).then(onClose, (e: Refused) => setRefused(e.message))
            }
          >
            {isPaused(snap) ? 'Resume' : 'Pause'}
          </Item>
        )}
        <a class="menu-item" href={`stats/report?theme=${theme()}`} target="_blank" rel="noopener" onClick={onClose}>
          <Icon name="out" />
          Report
        </a>
        {snap.state !== 'ready' && (
          <Item icon="lost" onClick={() => ask('clear')}>
            Clear results
          </Item>
        )}
        {active && (
          <Item icon="join" onClick={() => ask('new')}>
            New test
          </Item>
        )}
        <Copy class="menu-item" label="Copy as command" text={sameCommand}>
          Copy as command
        </Copy>
        <Item phone icon="sun" onClick={() => setTheme(theme() === 'dark' ? 'light' : 'dark')}>
          Light or dark
        </Item>
        <Item icon="help" onClick={() => open('help')}>
          Keyboard and help
        </Item>
        <a class="menu-item" href={href({ tab: 'about' }, true)} onClick={onClose}>
          <Icon name="ok" />
          About
        </a>
        {page.can?.login && (
          <Item icon="out" onClick={logOut}>
            Log out
          </Item>
        )}
      </div>
      {refused && (
        <p class="s bad" role="alert">
          {refused}
        </p>
      )}
    </Pop>
  );
}
