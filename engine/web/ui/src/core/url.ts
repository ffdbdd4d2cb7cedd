// SPDX-License-Identifier: MIT
// The address holds the state: page, request, filter, order, span and zoom. A pasted link shows the same view.
import { useEffect, useReducer } from 'preact/hooks';

export type Params = Record<string, string | null>;

const listeners = new Set<() => void>();
const tell = (): void => {
  for (const l of [...listeners]) l();
};

export const params = (): URLSearchParams => new URLSearchParams(location.search);

/** Relative address with `patch` applied; from nothing when `fresh`. */
export function href(patch: Params, fresh = false): string {
  const p = fresh ? new URLSearchParams() : params();
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === '') p.delete(key);
    else p.set(key, value);
  }
  // Readable where it may be: these need no escape in a query.
  return (
    '?' +
    p
      .toString()
      .replace(/%2F/g, '/')
      .replace(/%3A/g, ':')
      .replace(/%2C/g, ',')
      .replace(/%5B/g, '[')
      .replace(/%5D/g, ']')
  );
}

export function go(patch: Params, how: { replace?: boolean; fresh?: boolean } = {}): void {
  const to = href(patch, how.fresh);
  if (to === location.search) return;
  if (how.replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  tell();
}

export function useParams(): URLSearchParams {
  const [, again] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    const l = (): void => again(undefined as never);
    listeners.add(l);
    return () => {
      listeners.delete(l);
    };
  }, []);
  return params();
}

/** Clicks on plain links of this page change the address without a load. */
export function followLinks(): void {
  addEventListener('popstate', tell);
  document.addEventListener('click', (e) => {
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    const a = (e.target as Element).closest('a');
    const to = a?.getAttribute('href');
    if (!a || a.target || a.hasAttribute('download') || !to?.startsWith('?')) return;
    e.preventDefault();
    const page = (p: URLSearchParams): string => `${p.get('tab') ?? ''} ${p.get('request') ?? ''}`;
    const before = page(params());
    history.pushState(null, '', to);
    tell();
    if (page(params()) !== before) scrollTo(0, 0);
  });
}

export const TABS = ['stats', 'failures', 'workers', 'ratios', 'logViewer', 'reports'] as const;

/** Locust's keys, old ones included. */
export function pageOf(p: URLSearchParams): string {
  const tab = p.get('tab') ?? '';
  if (tab === 'charts') return 'stats';
  if (tab === 'exceptions') return 'failures';
  return tab || 'stats';
}

export const requestHref = (key: string): string => href({ tab: 'stats', request: key, kind: null, q: null, as: null });
