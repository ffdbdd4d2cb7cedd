// SPDX-License-Identifier: MIT
// Data that is asked for, not pushed: fetched at once, again every so often, never while the page is hidden.
import { useEffect, useRef, useState } from 'preact/hooks';
import { get } from './api';
import { cutBefore, emptyCurve, fromAnswer, fromLocust, merge, sent, thin, type Curve } from './history';
import { isActive, state } from './store';
import type { HistoryAnswer } from './types';

export interface Asked<T> {
  /** With no error either: not yet answered, and nothing is said about it. */
  data: T | null;
  error: string | null;
}

/** null as path asks nothing. Keeps old data while the path's answer is under way, unless the path itself changed. */
export function useAsked<T>(path: string | null, every_s: number): Asked<T> {
  const [held, hold] = useState<{ path: string | null; data: T | null; error: string | null }>({
    path: null,
    data: null,
    error: null,
  });
  useEffect(() => {
    if (path === null) return;
    let live = true;
    let once = false;
    const ask = (): void => {
      if (document.hidden || (once && !isActive(state().snap))) return;
      once = true;
      get<T>(path).then(
        (data) => live && hold({ path, data, error: null }),
        (e: Error) => live && hold((h) => ({ path, data: h.path === path ? h.data : null, error: e.message })),
      );
    };
    ask();
    const timer = every_s ? setInterval(ask, every_s * 1000) : 0;
    return () => {
      live = false;
      clearInterval(timer);
    };
  }, [path, every_s, state().snap.state]);
  return held.path === path ? held : { data: null, error: null };
}

const POINTS = 1200;
let served = true; // false once the server said that it has no /stats/history

/** The total's curve as it was last shown, of which run: the next page begins with it. */
let shown: { runKey: string; curve: Curve } | null = null;

function beginning(since: number | null): Curve {
  const { runKey, page } = state();
  shown ??= { runKey, curve: sent(page) };
  return shown.runKey === runKey ? cutBefore(shown.curve, since ?? 0) : emptyCurve();
}

const query = (since: number, until: number | null, request: string | null): string =>
  `stats/history?since=${since.toFixed(3)}&points=${POINTS}` +
  (until === null ? '' : `&until=${until.toFixed(3)}`) +
  (request === null ? '' : `&request=${encodeURIComponent(request)}`);

/**
 * The curve since `since` (server time), whole first, then what is new every 2 s. After a time without contact the
 * missing part is asked for again.
 */
export function useCurve(since: number | null, request: string | null = null, live = true): Curve {
  const { runKey, reconnects, page } = state();
  const [curve, setCurve] = useState<Curve>(() => (request === null ? beginning(since) : emptyCurve()));
  const id = `${runKey} ${request ?? ''} ${since ?? ''} ${reconnects}`;
  const held = useRef({ id: '', curve: emptyCurve() });
  const at = state().at;
  const wanted = useRef(0);

  useEffect(() => {
    const fresh = held.current.id !== id;
    const from = since ?? 0;
    if (!served) {
      const { seen } = state();
      const old = request === null ? fromLocust(page.history ?? []) : emptyCurve();
      setCurve(cutBefore(merge(old, seen), from));
      return;
    }
    if (document.hidden && !fresh) return;
    if (!fresh && (!live || !isActive(state().snap) || at - wanted.current < 1.9)) return;
    wanted.current = at;
    // Workers report every few seconds, so the latest ones may still change.
    const last = held.current.curve.time.at(-8);
    const tail = !fresh && last !== undefined ? last : from;
    get<HistoryAnswer>(query(tail, null, request)).then(
      (answer) => {
        if (fresh) held.current = { id, curve: fromAnswer(answer) };
        else if (held.current.id === id)
          held.current.curve = cutBefore(merge(held.current.curve, fromAnswer(answer)), from);
        else return;
        if (held.current.curve.time.length > 2 * POINTS) held.current.curve = thin(held.current.curve, POINTS);
        if (request === null) shown = { runKey, curve: held.current.curve };
        setCurve(held.current.curve);
      },
      (e: Error & { status?: number }) => {
        // Of one request it only means that the server has not met it yet.
        if (e.status === 404 && request === null) served = false;
      },
    );
    if (fresh)
      held.current = {
        id,
        curve: held.current.id.split(' ')[1] === (request ?? '') ? held.current.curve : emptyCurve(),
      };
  }, [id, at, live]);
  // In the first seconds the server has none yet: what was seen here moves until then.
  return request === null && curve.rps.every((v) => v === null) ? state().seen : curve;
}

/** Last 5 minutes of one request for its row, 75 points of 4 s; fetched once, then continued from the snapshots. */
export interface Lines {
  rps: (number | null)[];
  p95: (number | null)[];
}
const LINE = 75;

export class LineStore {
  private lines = new Map<string, Lines & { t: number }>();
  private waiting: string[] = [];
  private running = 0;
  private runKey = '';

  get(key: string): Lines | null {
    return this.lines.get(key) ?? null;
  }

  /** Rows now in view: asks for what is missing, adds what is new. Rows out of sight cost nothing. */
  want(rows: { key: string; rps: number; p95: number | null }[], now: number, runKey: string, total: string): void {
    if (runKey !== this.runKey) {
      this.lines.clear();
      this.waiting = [];
      this.runKey = runKey;
    }
    for (const row of rows) {
      const have = this.lines.get(row.key);
      if (!have) {
        if (!this.waiting.includes(row.key)) this.waiting.push(row.key);
      } else if (now - have.t >= 4) {
        const missed = Math.min(LINE, Math.floor((now - have.t) / 4));
        for (let i = 1; i < missed; i++) push(have, null, null);
        push(have, row.rps, row.p95);
        have.t = now;
      }
    }
    this.fetch(now, total);
  }

  private fetch(now: number, total: string): void {
    while (served && this.running < 2 && this.waiting.length) {
      const key = this.waiting.shift() as string;
      const empty = { rps: [], p95: [], t: now };
      this.lines.set(key, empty);
      this.running++;
      get<HistoryAnswer>(
        `stats/history?since=${(now - 300).toFixed(0)}&points=${LINE}` +
          (key === total ? '' : `&request=${encodeURIComponent(key)}`),
      )
        .then((a) => void this.lines.set(key, { rps: a.rps.slice(-LINE), p95: a.p95.slice(-LINE), t: now }))
        .catch(() => undefined)
        .finally(() => {
          this.running--;
          this.fetch(now, total);
        });
    }
  }
}

function push(l: Lines, rps: number | null, p95: number | null): void {
  l.rps.push(rps);
  l.p95.push(p95);
  if (l.rps.length > LINE) {
    l.rps.shift();
    l.p95.shift();
  }
}
