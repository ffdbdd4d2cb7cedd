// SPDX-License-Identifier: MIT
// One kind of failure: when it began, and sample exchanges with secrets masked by the server.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useAsked } from '../core/fetching';
import { clock, clockMillis, count, duration } from '../core/format';
import { workerNames } from '../core/names';
import { shellWord } from '../core/parse';
import { plainError } from '../core/plain';
import { state } from '../core/store';
import type { Failure, Sample } from '../core/types';
import { requestHref } from '../core/url';
import { keyOf } from '../table/rows';
import { Copy } from './small';

type Headers = Sample['request_headers'];
export function headerLines(h: Headers): string[] {
  if (!h) return [];
  return typeof h === 'string' ? h.trim().split(/\r?\n/) : Object.entries(h).map(([k, v]) => `${k}: ${v}`);
}

export function curl(x: Sample): string {
  const words = ['curl', '-i'];
  if (x.method && x.method !== 'GET') words.push('-X', x.method);
  for (const line of headerLines(x.request_headers))
    if (!/^(host|content-length):/i.test(line)) words.push('-H', shellWord(line));
  return [...words, shellWord(x.url ?? x.name)].join(' ');
}

const pathOf = (x: Sample): string => {
  try {
    const u = new URL(x.url ?? '');
    return u.pathname + u.search;
  } catch {
    return x.url ?? x.name;
  }
};

/** "503 Service Unavailable", or what went wrong instead of an answer. */
export function statusLine(x: Sample): string {
  const said = plainError(x.error);
  return !x.status || said.startsWith(String(x.status)) ? said : `${x.status} ${said}`;
}

/** The load change that came just before it began, if any. */
function cause(kind: Failure): string {
  const began = kind.first_seen;
  if (!began) return '';
  const before = (state().snap.changes ?? []).find(
    (c) => (c.kind === 'load' || c.kind === 'start' || c.kind === 'lost') && c.t <= began && began - c.t < 60,
  );
  return before
    ? `Began ${began - before.t < 1 ? 'with' : `${duration(began - before.t)} after`}: ${before.text.replace(/[.]$/, '')}.`
    : `Began at ${clock(began)}.`;
}

export function Exchange({ samples }: { samples: Sample[] }): JSX.Element | null {
  const [at, setAt] = useState(0);
  const x = samples[Math.min(at, samples.length - 1)];
  if (!x) return null;
  const ids = (state().snap.workers ?? []).map((w) => w.id);
  return (
    <>
      <div class="exch">
        <pre tabIndex={0} aria-label="Request">
          <b>
            {x.method} {pathOf(x)}
          </b>
          {'\n'}
          {headerLines(x.request_headers).join('\n')}
          {x.request_body ? `\n\n${x.request_body}` : ''}
        </pre>
        <pre tabIndex={0} aria-label="Response">
          <b>{statusLine(x)}</b>
          {'   '}
          {clockMillis(x.t)}
          {x.worker ? `   ${workerNames(ids.includes(x.worker) ? ids : [...ids, x.worker])(x.worker).short}` : ''}
          {'\n'}
          {headerLines(x.response_headers).join('\n')}
          {x.body ? `\n\n${x.body}` : ''}
        </pre>
      </div>
      <div class="row s sample-foot">
        <span class="t3 grow">
          Sample {Math.min(at, samples.length - 1) + 1} of {samples.length}. Secrets are masked.
        </span>
        {samples.length > 1 && (
          <button type="button" class="linkish" onClick={() => setAt((at + 1) % samples.length)}>
            Next
          </button>
        )}
        <Copy class="linkish" label="Copy as curl" text={() => curl(x)}>
          Copy as curl
        </Copy>
      </div>
    </>
  );
}

export function KindPanel({ kind, now }: { kind: Failure; now: number }): JSX.Element {
  const { page } = state();
  const asked = useAsked<{ samples: Sample[] }>(
    page.can?.samples && kind.key ? `failures/samples?key=${encodeURIComponent(kind.key)}` : null,
    10,
  );
  const samples = asked.data?.samples ?? [];
  const recent = kind.last_10s ?? 0;
  const plain = plainError(kind.error);
  return (
    <section class="card pane kind-panel" aria-label="One kind of failure">
      <div class="ph row">
        <h2 class="grow wrap-text" title={kind.error}>
          {plain}
        </h2>
        <a class="link s" href={requestHref(keyOf(kind))}>
          {keyOf(kind)}
        </a>
      </div>
      <p class="t2 said">
        {count(kind.occurrences)} in all
        {recent
          ? `, ${count(recent)} in the last 10\u00a0s`
          : kind.last_seen
            ? `, none for ${duration(now - kind.last_seen)}`
            : ''}
        . {cause(kind)}
      </p>
      {plain !== kind.error && (
        <p class="said s t3">
          Recorded as <code class="wrap-text">{kind.error}</code>
        </p>
      )}
      <Exchange samples={samples} />
      {page.can?.samples && asked.data && samples.length === 0 && (
        <p class="s t3 said">No sample of this kind was kept.</p>
      )}
    </section>
  );
}
