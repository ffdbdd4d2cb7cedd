// SPDX-License-Identifier: MIT
// The one snapshot every number on the page comes from, and whether we still hear from the server.
import { useEffect, useReducer } from 'preact/hooks';
import { cutBefore, emptyCurve, merge, pointOf, type Curve } from './history';
import type { PageData, Snapshot } from './types';

/** Seconds without a word after which contact is lost. */
export const CONTACT_S = 5;

export interface State {
  page: PageData;
  snap: Snapshot;
  /** performance.now() in seconds when the snapshot came. */
  at: number;
  /** Seconds of silence, 0 while in contact. */
  silent: number;
  /** What this browser has seen itself: fallback where the server keeps no history. */
  seen: Curve;
  /** CPU of each worker over the last 2 minutes, one value per 2 s. */
  workerCpu: Map<string, number[]>;
  /** Clear the results once all users run. */
  clearWhenFull: boolean;
  /** How often contact came back; the history is then asked for again, whole. */
  reconnects: number;
  /** Changes with every run and with every clearing of the results. */
  runKey: string;
  epoch: number;
  /** When a response was last counted, in server time; null while unknown. */
  lastData: number | null;
}

const EMPTY: Snapshot = { state: 'ready', stats: [], errors: [], fail_ratio: 0, total_rps: 0, user_count: 0 };

export function initial(page: PageData, at: number): State {
  const snap = page.snapshot ?? { ...EMPTY, state: page.state ?? 'ready', user_count: page.user_count ?? 0 };
  const state: State = {
    page,
    snap,
    at,
    silent: 0,
    seen: emptyCurve(),
    workerCpu: new Map(),
    clearWhenFull: false,
    reconnects: 0,
    runKey: '',
    epoch: 0,
    lastData: null,
  };
  return receive(state, snap, at);
}

export const isActive = (snap: Snapshot): boolean =>
  snap.state === 'spawning' || snap.state === 'running' || isStopping(snap);
export const isStopping = (snap: Snapshot): boolean => snap.state === 'stopping' || snap.state === 'cleanup';
export const isPaused = (snap: Snapshot): boolean => !!snap.run?.paused;
/** Not while a worker is connected that can't: the snapshot knows best. */
export const canPause = (s: State): boolean => s.snap.can?.pause ?? s.page.can?.pause ?? false;
export const totalOf = (snap: Snapshot): Snapshot['stats'][number] | undefined => {
  const last = snap.stats.at(-1);
  return last && last.name === 'Aggregated' && last.method === '' ? last : undefined;
};
export const namesOf = (snap: Snapshot): Snapshot['stats'] => (totalOf(snap) ? snap.stats.slice(0, -1) : snap.stats);

/** The server's clock now. */
export const serverNow = (s: State, at: number): number =>
  s.snap.now === undefined ? Date.now() / 1000 : s.snap.now + Math.max(0, at - s.at);

const requests = (snap: Snapshot): number => totalOf(snap)?.num_requests ?? 0;
const runKeyOf = (snap: Snapshot): string => `${snap.run?.id ?? ''}/${snap.run?.start ?? ''}`;

/** A new run, or results that were cleared: counts that fall. */
function epochOf(s: State, snap: Snapshot): number {
  const cleared = s.runKey.startsWith(runKeyOf(snap) + '#') && requests(snap) < requests(s.snap);
  return cleared ? s.epoch + 1 : s.epoch;
}

export function receive(s: State, snap: Snapshot, at: number): State {
  const epoch = epochOf(s, snap);
  const runKey = `${runKeyOf(snap)}#${epoch}`;
  const fresh = runKey !== s.runKey;
  const now = snap.now ?? Date.now() / 1000;
  const counted = s.snap !== snap && !fresh && requests(snap) !== requests(s.snap);
  const seen = fresh ? emptyCurve() : s.seen;
  return {
    ...s,
    snap,
    at,
    silent: 0,
    runKey,
    epoch,
    reconnects: s.reconnects + (s.silent > 0 ? 1 : 0),
    lastData: counted ? now : fresh ? null : s.lastData,
    seen: isActive(snap) ? cutBefore(merge(seen, pointOf(snap, now)), now - 3600) : seen,
    workerCpu: noteCpu(fresh ? new Map() : s.workerCpu, snap, now, s.snap.now),
    clearWhenFull: snap.state === 'spawning' && s.clearWhenFull,
  };
}

function noteCpu(old: Map<string, number[]>, snap: Snapshot, now: number, before = 0): Map<string, number[]> {
  if (!snap.workers || (old.size > 0 && Math.floor(now / 2) === Math.floor(before / 2))) return old;
  for (const w of snap.workers) {
    if (w.state === 'missing') continue;
    const list = old.get(w.id) ?? [];
    list.push(w.cpu_usage);
    if (list.length > 60) list.shift();
    old.set(w.id, list);
  }
  return old;
}

export function tick(s: State, at: number): State {
  const silent = at - s.at > CONTACT_S ? Math.round(at - s.at) : 0;
  return silent === s.silent ? s : { ...s, silent };
}

// ---- the one instance ---------------------------------------------------------------------------

type Listener = () => void;
const listeners = new Set<Listener>();
let current: State;

export const state = (): State => current;
export function setState(next: State): void {
  if (next === current) return;
  current = next;
  for (const l of [...listeners]) l();
}

/** Re-renders with every snapshot. */
export function useStore(): State {
  const [, again] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    const l: Listener = () => again(undefined as never);
    listeners.add(l);
    return () => {
      listeners.delete(l);
    };
  }, []);
  return current;
}

export const seconds = (): number => performance.now() / 1000;
