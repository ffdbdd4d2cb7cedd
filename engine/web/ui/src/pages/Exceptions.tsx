// SPDX-License-Identifier: MIT
// Errors of the scenario itself; the trace unfolds.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../core/format';
import type { ExceptionRow } from '../core/types';
import { Icon } from '../parts/icons';
import { Clock, Copy, Empty } from '../parts/small';

export function Exceptions({ rows, error }: { rows: ExceptionRow[]; error: string | null }): JSX.Element {
  const [open, setOpen] = useState<string | null>(null);
  const timed = rows.some((r) => r.first_seen);
  if (rows.length === 0)
    return (
      <section class="card">
        <Empty title={error ? 'The exceptions can’t be read' : 'No exceptions'}>
          {error ?? 'No user failed outside of its requests.'}
        </Empty>
      </section>
    );
  return (
    <section class="card">
      <div class="thead-bar">
        <h2>Exceptions</h2>
        <span class="grow" />
        <a class="btn bare icon" href="exceptions/csv" aria-label="Download CSV">
          <Icon name="down" />
        </a>
      </div>
      <ul class="exceptions">
        {rows.map((r) => {
          const id = r.msg + r.traceback;
          const shown = open === id || rows.length === 1;
          return (
            <li key={id}>
              <button type="button" aria-expanded={shown} onClick={() => setOpen(shown ? null : id)}>
                <span class={shown ? 'turned' : ''}>
                  <Icon name="right" />
                </span>
                <b class="n">{count(r.count)}</b>
                <span class="grow wrap-text">{r.msg}</span>
                {timed && (
                  <span class="t2 no-phone">
                    <Clock t={r.first_seen} /> - <Clock t={r.last_seen} />
                  </span>
                )}
                <span class="t2 cut nodes no-phone" title={r.nodes}>
                  {r.nodes}
                </span>
              </button>
              {shown && (
                <div class="exch trace">
                  <pre tabIndex={0}>{r.traceback}</pre>
                  <Copy class="btn bare icon small" label="Copy trace" text={r.traceback} />
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
