// SPDX-License-Identifier: MIT
// One key each. Off inside fields, with a modifier, and by a switch that this browser remembers.
import { useEffect, useRef } from 'preact/hooks';
import type { Panel } from '../parts/TopBar';
import { tabsOf } from '../parts/Tabs';
import { lastOrder } from '../table/Requests';
import { ordered, rowOf } from '../table/rows';
import { post } from './api';
import { load, save, setTheme, theme } from './prefs';
import { nextSpan, viewOf } from './span';
import { canPause, isActive, isPaused, isStopping, namesOf, state } from './store';
import { go, pageOf, params } from './url';

export const KEYS: [keys: string, what: string][] = [
  ['1-7', 'Pages'],
  ['/', 'Filter'],
  ['j k', 'Next and previous row or request'],
  ['Enter', 'Open'],
  ['Esc', 'Close, clear the filter, then back'],
  ['e', 'Edit load'],
  ['p r', 'Pause, resume'],
  ['x', 'Stop panel; Enter stops'],
  ['l', 'Live: leave the zoom'],
  ['[ ]', 'Shorter, longer span'],
  ['w', 'Last 10 s or Whole run'],
  ['t', 'Light or dark'],
  ['?', 'This list'],
];

export const keysOn = (): boolean => load('keys', true);
export const setKeysOn = (on: boolean): void => save('keys', on);

const typing = (el: Element | null): boolean =>
  el instanceof HTMLElement && (el.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(el.tagName));

/** Focus moves along the rows of the table; on the page of one request to its neighbour. */
function step(by: 1 | -1): void {
  const request = params().get('request');
  if (request !== null) {
    const next = neighbour(request, by);
    if (next) go({ request: next });
    return;
  }
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const links = rows
    .map((r) => (r.matches('a, button, tr[tabindex]') ? r : r.querySelector<HTMLElement>('a, button')) as HTMLElement)
    .filter(Boolean);
  const at = links.indexOf(document.activeElement as HTMLElement);
  const to = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.max(0, Math.min(links.length - 1, at + by))];
  to?.focus();
  to?.scrollIntoView({ block: 'nearest' });
}

export function neighbour(request: string, by: 1 | -1): string | null {
  const order = orderNow();
  const at = order.indexOf(request);
  return order[at + by] ?? null;
}

export function orderNow(): string[] {
  return lastOrder.length
    ? lastOrder
    : ordered(
        namesOf(state().snap).map((e) => rowOf(e, 'now')),
        null,
      ).map((r) => r.key);
}

function escape(open: (p: Panel) => void, panel: Panel): void {
  const p = params();
  if (panel) return open(null);
  if (p.get('q') || p.get('only')) return go({ q: null, only: null }, { replace: true });
  if (p.get('from')) return go({ from: null, to: null });
  if (p.get('request')) return go({ request: null });
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** As if by hand, so that a refusal hangs from the button. A phone has it in its menu only. */
function press(...words: string[]): void {
  const button = [...document.querySelectorAll<HTMLButtonElement>('.top .btn')].find((b) =>
    words.includes(b.textContent?.trim() ?? ''),
  );
  if (button && button.offsetWidth) button.click();
  else post(words.length > 1 && !isPaused(state().snap) ? 'pause' : 'resume', {}).catch(() => undefined);
}

export function useKeys(panel: Panel, open: (p: Panel) => void): void {
  const now = useRef({ panel, open });
  now.current = { panel, open };
  useEffect(() => {
    const down = (e: KeyboardEvent): void => {
      if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || typing(document.activeElement)) return;
      const { panel: shown, open: show } = now.current;
      if (e.key === 'Escape') return escape(show, shown);
      if (e.key === '?') return show(shown === 'help' ? null : 'help');
      if (!keysOn() || shown === 'help') return;
      const s = state();
      const p = params();
      const active = isActive(s.snap) && !isStopping(s.snap);
      const tab = /^[1-7]$/.test(e.key) ? tabsOf(s)[Number(e.key) - 1] : undefined;
      let done = true;
      if (tab) go({ tab: tab.key, request: null, q: null, kind: null, only: null, sort: null });
      else if (e.key === '/') document.querySelector<HTMLInputElement>('[data-find]')?.focus();
      else if (e.key === 'j') step(1);
      else if (e.key === 'k') step(-1);
      else if (e.key === 'e' && active) show('edit');
      else if (e.key === 'x' && active) show('stop');
      else if (e.key === 'p' && active && canPause(s)) press('Pause', 'Resume');
      else if (e.key === 'r' && active && canPause(s) && isPaused(s.snap)) press('Resume');
      else if (e.key === 'l') go({ from: null, to: null });
      else if (e.key === 't') setTheme(theme() === 'dark' ? 'light' : 'dark');
      else if (e.key === 'w' && pageOf(p) === 'stats')
        go({ w: p.get('w') === 'run' ? null : 'run' }, { replace: true });
      else if (e.key === '[' || e.key === ']') {
        const view = viewOf(p, s.snap.run?.start ?? null, s.snap.now ?? 0);
        go({ span: nextSpan(view.span, e.key === ']' ? 1 : -1), from: null, to: null }, { replace: true });
      } else done = false;
      if (done) e.preventDefault();
    };
    document.addEventListener('keydown', down);
    return () => document.removeEventListener('keydown', down);
  }, []);
}
