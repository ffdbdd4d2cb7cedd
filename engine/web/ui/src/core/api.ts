// SPDX-License-Identifier: MIT
// Everything that goes over the network. All addresses are relative, so a base path works.
import type { Snapshot } from './types';

export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly field: string | null = null,
  ) {
    super(message);
  }
}

let csrf: string | null | undefined;
export const useToken = (token: string | null | undefined): void => {
  csrf = token;
};

async function ask(path: string, init: RequestInit, timeout_ms = 10_000): Promise<Response> {
  const answer = await fetch(path, { ...init, credentials: 'same-origin', signal: AbortSignal.timeout(timeout_ms) });
  if (answer.status === 401 || (answer.redirected && new URL(answer.url).pathname.endsWith('/login'))) {
    location.assign('login?next=' + encodeURIComponent(location.search));
    throw new Refused('Log in again', 401);
  }
  return answer;
}

export async function get<T>(path: string): Promise<T> {
  const answer = await ask(path, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Refused(`${path.split('?')[0]} answered ${answer.status}`, answer.status);
  return (await answer.json()) as T;
}

export interface Outcome {
  success?: boolean;
  message?: string;
  field?: string | null;
}

/** A change of state; throws Refused with the server's own words. */
export async function post(path: string, body: URLSearchParams | Record<string, unknown>): Promise<Outcome> {
  const form = body instanceof URLSearchParams;
  const headers: Record<string, string> = form ? {} : { 'Content-Type': 'application/json' };
  if (csrf) headers['X-CSRF-Token'] = csrf;
  let answer: Response;
  try {
    answer = await ask(path, { method: 'POST', headers, body: form ? body : JSON.stringify(body) }, 90_000);
  } catch (e) {
    if (e instanceof Refused) throw e;
    throw new Refused('The control room did not answer. Check the connection, then try again.', 0);
  }
  let said: Outcome = {};
  try {
    said = JSON.parse(await answer.text()) as Outcome;
  } catch {
    // Locust's /stats/reset answers in plain text
  }
  if (!answer.ok || said.success === false)
    throw new Refused(said.message ?? `The server refused with ${answer.status}.`, answer.status, said.field ?? null);
  return said;
}

export interface Feed {
  stop: () => void;
  poll: () => void;
}

/**
 * Snapshots by server-sent events, once a second. When the stream is silent for 3 s, polls every 2 s until it speaks
 * again; a stream the server refused is tried anew every 30 s.
 */
export function openFeed(take: (snap: Snapshot) => void, tick: () => void): Feed {
  let source: EventSource | null = null;
  let heard = performance.now();
  let asked = 0;
  let opened = -Infinity;
  let busy = false;

  const received = (snap: Snapshot): void => {
    heard = performance.now();
    take(snap);
  };
  const open = (): void => {
    opened = performance.now();
    source?.close();
    source = new EventSource('events');
    source.onmessage = (e: MessageEvent<string>) => {
      try {
        received(JSON.parse(e.data) as Snapshot);
      } catch {
        // half a line; the next one is whole
      }
    };
    // Refused for good, as by a server that has no stream: ask instead, at once.
    source.onerror = () => {
      if (source?.readyState === EventSource.CLOSED) poll();
    };
  };
  const poll = (): void => {
    if (busy) return;
    busy = true;
    asked = performance.now();
    get<Snapshot>('stats/requests')
      .then(received, () => undefined)
      .finally(() => {
        busy = false;
      });
  };
  open();
  const timer = setInterval(() => {
    const now = performance.now();
    const refused = source?.readyState === EventSource.CLOSED;
    if ((refused || now - heard > 3000) && now - asked > 1900) poll();
    if (refused && now - opened > 30_000) open();
    tick();
  }, 1000);
  return {
    stop: () => {
      clearInterval(timer);
      source?.close();
    },
    poll,
  };
}
